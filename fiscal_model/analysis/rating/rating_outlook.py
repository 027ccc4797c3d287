"""Where the grade is heading: every plan year rated by itself, what moved between the first and the last, the odds on many futures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.rating.rating_scores import NO_GRADE, Judged, judge, word_of
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import Basis
from fiscal_model.model.projection import Plan

WAYS = ("worse", "same", "better")
"""Where the last plan year may stand against the first."""
UNCLEAR = "unclear"


@dataclass(frozen=True)
class Mover:
    """One indicator in the first and in the last plan year, and the points of the county's hundred that it gives in each."""

    id: str
    label: str
    first: float
    last: float
    given_first: float
    given_last: float

    @property
    def moved(self) -> float:
        """Points by which it moved the county's."""
        return self.given_last - self.given_first


@dataclass(frozen=True)
class Outlook:
    """Where a grade is heading; ``grades``, ``points`` one a plan year; ``gates`` ids of those broken in the first and in the last."""

    way: str  # Of `WAYS`: what the plan itself says
    outlook: str  # Of `WAYS`, or `UNCLEAR` where too few futures go the plan's way
    odds: Mapping[str, float]  # Share of the futures, of `WAYS`
    grades: tuple[str, ...]
    points: tuple[float, ...]
    gates: tuple[tuple[str, ...], tuple[str, ...]]
    movers: tuple[Mover, ...]  # Indicators that are known, those that moved most first


def rate_by_year(basis: Basis, lines: Mapping[str, np.ndarray]) -> Judged:
    """Rate each plan year as if it were the whole plan, (..., year); what the base year or the whole plan says stays the same."""
    return judge(basis, {name: np.asarray(values)[..., None] for name, values in lines.items()})


def ways_of(years: Judged) -> np.ndarray:
    """Return where the last year stands against the first, (...,) int: position in `WAYS`, `NO_GRADE` without grades.

    The grade decides, gates applied; within one grade the points, from ``points`` of the rules on.
    """
    grade, total = years.grade, years.total
    moved = total[..., -1] - total[..., 0]
    least = float(rules("rating")["outlook"]["points"])
    by_points = np.where(moved >= least, 1, np.where(moved <= -least, -1, 0))
    by_grade = np.sign(grade[..., 0] - grade[..., -1])  # grades count from the best
    rated = (grade[..., 0] != NO_GRADE) & (grade[..., -1] != NO_GRADE)
    return np.where(rated, 1 + np.where(by_grade != 0, by_grade, by_points), NO_GRADE)


def way_counts_of(basis: Basis, lines: Mapping[str, np.ndarray], paths: int) -> np.ndarray:
    """Count on how many paths the grade goes each of `WAYS`, (way,) int; nothing where none is given."""
    ends = {name: np.asarray(values)[..., :: max(np.shape(values)[-1] - 1, 1)] for name, values in lines.items()}
    found = np.broadcast_to(ways_of(rate_by_year(basis, ends)), paths)
    return np.array([np.count_nonzero(found == position) for position in range(len(WAYS))])


def outlook(plan: Plan, odds: Mapping[str, float]) -> Outlook | None:
    """Say where the grade is heading; None where the place is not rated.

    ``odds``: of a fan (``fan.outlook``), share of its futures that go each of `WAYS`.
    """
    years = rate_by_year(plan.basis, {name: plan.line(name) for name in plan.lines})
    position = int(ways_of(years))
    if position == NO_GRADE:
        return None
    way, shape = WAYS[position], years.total.shape
    broken = [
        tuple(name for name, hit in years.broken.items() if np.broadcast_to(hit, (*shape, 1))[at, 0]) for at in (0, -1)
    ]
    return Outlook(
        way,
        way if odds[way] >= float(rules("rating")["outlook"]["odds"]) else UNCLEAR,
        odds,
        tuple(word_of(each) for each in years.grade),
        tuple(years.total.tolist()),
        (broken[0], broken[1]),
        tuple(sorted(_movers(years), key=lambda each: -abs(each.moved))),
    )


def _movers(years: Judged) -> list[Mover]:
    found, shape = [], years.total.shape
    for name, index in rules("rating")["index"].items():
        points = {each: np.broadcast_to(years.scores[each], shape) for each in index["indicators"]}
        known = np.isfinite(list(points.values())).sum(axis=0)
        for each, rule in index["indicators"].items():
            value, given = np.broadcast_to(years.values[each], shape), years.weights[name] * points[each] / known
            if years.weights[name] and np.isfinite(given[[0, -1]]).all():
                ends = (*value[[0, -1]].tolist(), *given[[0, -1]].tolist())
                found.append(Mover(each, rule["label"], *ends))
    return found
