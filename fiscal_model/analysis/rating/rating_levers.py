"""What would lift the grade by one, and what would lower it: the least change of one indicator or gate, and the money behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.rating.rating_scores import (
    GRADES,
    NO_GRADE,
    OVER_YEARS,
    PARTS,
    Judged,
    broken_lines,
    by_year,
    judge_values,
    word_of,
)
from fiscal_model.analysis.rating.rating_sensitivity import judge_plan
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.lines import LINES

LIFT, LOWER = "lift", "lower"
FACTS = ("administration_share", "education_share", "revenue_deviation", "treasury_cover")
"""What the base year has settled: no lever of the plan."""
UNTOUCHED = ("guarantees_share",)
"""Shares of which no money is named: the three guarantees are not cut to please a rating."""
NEAR = 0.01
"""A change is tried this share short of what is said, and this share beyond."""


@dataclass(frozen=True, eq=False)
class Lever:
    """One way to another grade.

    ``amounts``: (year,) float, 万元 by which the part (not the whole) of the indicator must move; None where it cannot be said.
    """

    id: str
    way: str  # `LIFT` or `LOWER`
    gate: bool
    label: str
    now: float
    needed: float  # NaN for a gate that breaks as soon as there is anything on its line
    amounts: np.ndarray | None
    grade: str  # What the grade then is, other gates mended

    @property
    def heaviest(self) -> int | None:
        """Position of the year that takes most money; None where all take the same, or nothing is said."""
        if self.amounts is None or np.ptp(self.amounts) == 0:
            return None
        return int(np.argmax(np.abs(self.amounts)))

    @property
    def money(self) -> float:
        """万元 of the heaviest year."""
        return float("nan") if self.amounts is None else float(self.amounts[self.heaviest or 0])


def levers(plan: Plan) -> tuple[Lever, ...]:
    """Return what lifts the grade by one, then what lowers it; nothing where the place is not rated.

    To lift, every broken gate that caps below the next grade must be mended, and where the points fall short as well, one of
    the indicators must reach its value; to lower, any one is enough. Each indicator is tried (`NEAR`) before it is named.
    """
    judged = judge_plan(plan)
    grade = int(judged.grade)
    if grade == NO_GRADE:
        return ()
    found: list[Lever] = []
    if grade > 0:
        found += [*_broken(plan, grade - 1), *_indicators(plan, judged, LIFT, grade - 1)]
    if grade < len(GRADES) - 1:
        found += [*_whole(plan, judged), *_indicators(plan, judged, LOWER, grade + 1)]
    return tuple(found)


def _indicators(plan: Plan, judged: Judged, way: str, target: int) -> Iterator[Lever]:
    """Yield the indicators that alone carry the points over the line between the grades."""
    line = list(rules("rating")["grades"].values())[target if way == LIFT else target - 1]
    gap = float(line - judged.total)
    if gap == 0 or (gap < 0) == (way == LIFT):
        return
    for index, rows in rules("rating")["index"].items():
        known = sum(bool(np.isfinite(judged.scores[each])) for each in rows["indicators"])
        for name, rule in rows["indicators"].items():
            if name in FACTS or not (np.isfinite(judged.scores[name]) and judged.weights[index]):
                continue
            aim = float(judged.scores[name]) + gap * known / float(judged.weights[index])
            now, needed = float(judged.values[name]), rule["bad"] - aim / 100 * (rule["bad"] - rule["good"])
            if 0 <= aim <= 100 and _turns(judged, name, now, needed, line):
                amounts = _amounts(plan, name, needed, way)
                yield Lever(name, way, False, rule["label"], now, needed, amounts, word_of(target))


def _turns(judged: Judged, name: str, now: float, needed: float, line: float) -> bool:
    """Tell whether the points cross a line between just short of a value and just beyond it."""
    short, beyond = (
        judge_values({**judged.values, name: np.asarray(now + (needed - now) * step)}, judged.broken).total >= line
        for step in (1 - NEAR, 1 + NEAR)
    )
    return bool(short != beyond)


def _amounts(plan: Plan, name: str, needed: float, way: str) -> np.ndarray | None:
    """Return the money that brings a mean, all bad years (to lift) or the nearest one (to lower) to a value of an indicator."""
    if name not in PARTS or name in UNTOUCHED:
        return None
    whole, lines = plan.line(PARTS[name][1]), {each: plan.line(each) for each in (*PARTS[name], name) if each in LINES}
    values = by_year(name, lines)
    how = OVER_YEARS.get(name, np.max)
    if how is np.mean:
        return np.full(len(whole), (needed - values.mean()) / np.mean(1 / whole))
    distance = (needed - values) * whole
    if way == LIFT:
        return np.where((values > needed) if how is np.max else (values < needed), distance, 0.0)
    return np.where(np.arange(len(whole)) == np.argmin(np.abs(distance)), distance, 0.0)


def _broken(plan: Plan, target: int) -> Iterator[Lever]:
    """Yield the lines of the gates that must be mended before a grade can be given."""
    lines = {name: plan.line(name) for name in plan.lines}
    for name, rule in rules("rating")["veto"].items():
        if GRADES.index(rule["cap"]) <= target:
            continue
        for each, broken in broken_lines(name, lines, plan.basis).items():
            if broken.any():
                share = "indicators" in rule
                needed = float(rules("indicators")[each][rule["line"]]) if share else 0.0
                amounts = _amounts(plan, each, needed, LIFT) if share else -np.where(broken, lines[each], 0.0)
                now = float(np.nanmax(lines[each]))
                yield Lever(f"{name}.{each}", LIFT, True, _label(rule, each), now, needed, amounts, word_of(target))


def _whole(plan: Plan, judged: Judged) -> Iterator[Lever]:
    """Yield the gates that are whole today and, broken, would cap below the grade; those with a margin say how much."""
    lines = {name: plan.line(name) for name in plan.lines}
    for name, rule in rules("rating")["veto"].items():
        if GRADES.index(rule["cap"]) <= judged.grade:
            continue
        for each, broken in broken_lines(name, lines).items():
            if broken.any() or not np.isfinite(lines[each]).all():
                continue
            now, needed, amounts = float(lines[each].max()), float("nan"), None
            if "indicators" in rule:
                needed = float(rules("indicators")[each][rule["line"]])
                amounts = _amounts(plan, each, needed, LOWER)
            elif each == "guarantees_shortfall":
                spare = lines["guarantees_county"] - lines["available_resources"]
                amounts = np.where(np.arange(len(spare)) == np.argmax(spare), spare, 0.0)
            yield Lever(f"{name}.{each}", LOWER, True, _label(rule, each), now, needed, amounts, rule["cap"])


def _label(rule: dict, line: str) -> str:
    return f"否决项“{rule['label']}”：{LINES[line].label}"
