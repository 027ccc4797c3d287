"""The arithmetic of the rating on any number of futures: indicators, scores, indices, broken gates, the grade they leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from fiscal_model.analysis.guarantees.coverage_ground import coverage_is_judged
from fiscal_model.inputs.history import shallow_sum
from fiscal_model.law.indicators import beyond
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import Basis
from fiscal_model.model.debt_limits import breach_stands
from fiscal_model.words.lines import LINES, RATIO
from fiscal_model.words.vocabulary import Budget, DebtKind

GRADES: tuple[str, ...] = tuple(rules("rating")["grades"])
"""Grades from best to worst."""
NO_GRADE = -1
"""In place of the position of a grade where there is none."""
_SOME = 0.5
"""From how many 万元 on a line counts as more than nothing."""
Values = dict[str, np.ndarray]


@dataclass(frozen=True)
class Judged:
    """What a rating rests on, arrays of shape (...,): one number a future."""

    values: Values  # indicator to its value, NaN when not computed
    scores: Values  # indicator to its points, 0 to 100
    indices: Values  # index to its points, NaN where what it needs is missing
    broken: Mapping[str, np.ndarray]  # veto to (..., year) bool: the gate is broken
    cap: np.ndarray  # position in `GRADES` of the best grade that the broken gates leave
    weights: Mapping[str, float | np.ndarray]

    @property
    def total(self) -> np.ndarray:
        """The weighted points, NaN where an index that carries weight lacks its data."""
        return self._total(self.weights)

    @property
    def by_score(self) -> np.ndarray:
        """Position of the grade by points alone; `NO_GRADE` without any."""
        return _position(self.total)

    @property
    def grade(self) -> np.ndarray:
        """Position of the grade, no better than broken gates leave; `NO_GRADE` without any."""
        return self._capped(self.total)

    @property
    def reachable(self) -> tuple[np.ndarray, ...]:
        """The grades with each weight raised or lowered by the share that the rules name, gates applied."""
        moved = float(rules("rating")["weights_moved"])
        found = []
        for name, weight in self.weights.items():
            for factor in (1 - moved, 1 + moved):
                changed = {**self.weights, name: weight * factor}
                whole = sum(changed.values())
                found.append(self._capped(self._total({each: part / whole for each, part in changed.items()})))
        return tuple(found)

    def weighed(self, weights: Mapping[str, float | np.ndarray]) -> Judged:
        """The same scores under other weights, one number or an array of weightings an index."""
        return replace(self, weights=weights)

    def _total(self, weights: Mapping[str, float | np.ndarray]) -> np.ndarray:
        # An index without weight may lack its data.
        return np.sum(
            np.broadcast_arrays(*(w * self.indices[name] for name, w in weights.items() if np.any(w))), axis=0
        )

    def _capped(self, total: np.ndarray) -> np.ndarray:
        position = _position(total)
        return np.where(position == NO_GRADE, NO_GRADE, np.maximum(position, self.cap))


def judge(basis: Basis, lines: Mapping[str, np.ndarray]) -> Judged:
    """Score the plan of a place, or many futures of it.

    ``lines``: mapping of str to (..., year) float, lines of `LINES`, NaN where the place's data do not carry them.
    """
    broken = {
        name: np.any(np.broadcast_arrays(*broken_lines(name, lines, basis).values()), axis=0)
        for name in rules("rating")["veto"]
    }
    return judge_values(_values(basis, lines), broken)


def judge_values(values: Values, broken: Mapping[str, np.ndarray]) -> Judged:
    """Score indicators of any shape (...,) beside gates of (..., year) that are known to be broken or not."""
    table = rules("rating")
    scores, indices = Values(), Values()
    for name, index in table["index"].items():
        for each, rule in index["indicators"].items():
            scores[each] = _points(values[each], float(rule["good"]), float(rule["bad"]))
        points = np.stack(np.broadcast_arrays(*(scores[each] for each in index["indicators"])))
        known = np.isfinite(points)
        mean = np.where(known, points, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        enough = np.all(np.broadcast_arrays(*(np.isfinite(values[each]) for each in index["needs"])), axis=0)
        enough = enough & (known.sum(axis=0) >= index["least"])
        indices[name] = np.where(enough, mean, np.nan)
    caps = [np.where(hit.any(axis=-1), GRADES.index(table["veto"][name]["cap"]), 0) for name, hit in broken.items()]
    weights = {name: float(index["weight"]) for name, index in table["index"].items()}
    return Judged(values, scores, indices, broken, np.max(np.broadcast_arrays(*caps), axis=0), weights)


def word_of(position: np.ndarray | int) -> str:
    """Return the grade at a position of `GRADES`, or that there is none."""
    return GRADES[int(position)] if position >= 0 else str(rules("rating")["not_rated"])


def grade_counts_of(basis: Basis, lines: Mapping[str, np.ndarray], paths: int) -> np.ndarray:
    """Count on how many paths each grade of `GRADES` is given, (grade,) int; nothing where none is given."""
    given = np.broadcast_to(judge(basis, lines).grade, paths)
    return np.array([np.count_nonzero(given == position) for position in range(len(GRADES))])


def _points(value: np.ndarray, good: float, bad: float) -> np.ndarray:
    return 100 * np.clip((bad - value) / (bad - good), 0, 1) + 0.0


def _position(total: np.ndarray) -> np.ndarray:
    least = list(rules("rating")["grades"].values())
    below = np.sum([total < each for each in least], axis=0)
    return np.where(np.isfinite(total), np.minimum(below, len(least) - 1), NO_GRADE)


def broken_lines(veto: str, lines: Mapping[str, np.ndarray], basis: Basis | None = None) -> Values:
    """Return where each line or indicator that a veto looks at breaks it, (..., year) bool; what is not known breaks nothing.

    ``basis``: of the plan; a limit of debt that it only carries on is then broken by nobody.

    Examples
    --------
    >>> broken_lines("fund_gap", {"fund_gap": np.array([0.2, 3.0, np.nan])})["fund_gap"].tolist()
    [False, True, False]
    """
    rule = rules("rating")["veto"][veto]
    if "lines" in rule:
        return {name: np.greater(lines[name], _SOME) for name in rule["lines"]}
    found = {name: beyond(name, rule["line"], lines[name]) for name in rule["indicators"]}
    if basis is not None:
        uses = {f"limit_use_{kind}": kind for kind in DebtKind}
        found |= {name: breach_stands(basis, uses[name], over) for name, over in found.items() if name in uses}
    return found


PARTS: Mapping[str, tuple[str, str]] = {
    **{
        name: (line.names[0], line.names[1])
        for name, line in LINES.items()
        if line.unit == RATIO and len(line.names) == 2
    },
    "own_revenue_to_gdp": ("own_revenue", "gdp"),
    "tax_share": ("tax_revenue", "own_revenue"),
    "guarantees_share": ("guarantees_total", "expenditure"),
    "gap_share": ("funding_gap", "expenditure"),
    "uncommitted_share": ("uncommitted_resources", "available_resources"),
    "debt_service_ratio": ("interest_general", "comprehensive_capacity_c"),
}
"""Indicator that is a part of a whole to the lines of both; the debt service ratio has several parts, its interest the first."""
OVER_YEARS: Mapping[str, Callable[..., np.ndarray]] = {
    **dict.fromkeys(("debt_ratio", "interest_burden_general", "interest_burden_special", "debt_service_ratio",
                     "rigid_share", "gap_share"), np.max),
    **dict.fromkeys(("own_revenue_to_gdp", "tax_share", "guarantees_share", "self_sufficiency_ratio"), np.mean),
    **dict.fromkeys(("guarantee_coverage", "uncommitted_share"), np.min),
}  # fmt: skip
"""Indicator to how its years become one figure: the worst of them, or their mean."""


def by_year(name: str, lines: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return an indicator of `OVER_YEARS` year by year."""
    part, whole = PARTS.get(name, ("", ""))
    with np.errstate(divide="ignore", invalid="ignore"):
        return lines[name] if name in LINES else lines[part] / lines[whole]


def _values(basis: Basis, lines: Mapping[str, np.ndarray]) -> Values:
    own, land = lines["own_revenue"], lines["land_revenue"]
    with np.errstate(divide="ignore", invalid="ignore"):
        dependence = np.mean(land / (land + own), axis=-1)
    unjudged = [] if coverage_is_judged(basis) else ["guarantee_coverage", "guarantees_share"]
    return {
        **{name: how(by_year(name, lines), axis=-1) for name, how in OVER_YEARS.items()},
        **dict.fromkeys(unjudged, np.array(np.nan)),
        "land_dependence": dependence,
        "limit_use": np.maximum(*(np.max(lines[f"limit_use_{kind}"], axis=-1) for kind in ("general", "special"))),
        **_unmoved(basis),
        "clearing_rate": _clearing_rate(basis, lines),
    }


@lru_cache(maxsize=16)  # every chunk of paths asks
def _unmoved(basis: Basis) -> Values:
    """What no future moves."""
    return {
        "administration_share": _function_share(basis, "201"),
        "education_share": _function_share(basis, "205"),
        **_worst_scheme(basis),
        "revenue_deviation": _revenue_deviation(basis),
        "treasury_cover": _treasury_cover(basis),
    }


def _worst_scheme(basis: Basis) -> Values:
    """No scheme's money pays for another: the weakest one counts, before its shortfall is made up."""
    insurance = basis.balance.insurance
    if not insurance.schemes:
        return dict.fromkeys(("insurance_surplus_rate", "insurance_months"), np.array(np.nan))
    path = insurance.path
    rates = np.mean(path.own_balance / path.expenditure, axis=0)
    months = 12 * path.stock[-1] / path.expenditure[-1]
    return {"insurance_surplus_rate": rates.min(), "insurance_months": months.min()}


def _function_share(basis: Basis, code: str) -> np.ndarray:
    codes = basis.history.codes[Budget.GENERAL]
    amount = shallow_sum(codes, (code,)).get(basis.base_year, float("nan")) if len(codes) else float("nan")
    return np.array(float(amount) / basis.balance.opening.flows["expenditure"])


def _revenue_deviation(basis: Basis) -> np.ndarray:
    history, planned = basis.history, basis.history.planned.get("own_revenue")
    if planned is None or basis.base_year not in planned.index:
        return np.array(np.nan)
    return np.array(abs(history.value("own_revenue", basis.base_year) / float(planned[basis.base_year]) - 1))


def _clearing_rate(basis: Basis, lines: Mapping[str, np.ndarray]) -> np.ndarray:
    known = bool(np.isfinite(lines["digestion"]).all())
    return np.array(float(basis.balance.commitments.payments.clearing_rate[0]) if known else np.nan)


def _treasury_cover(basis: Basis) -> np.ndarray:
    months = basis.place.rows("treasury")
    months = months[months["year"] == basis.base_year]
    if len(months) < 12:
        return np.array(np.nan)
    return np.array(months["closing_balance"].mean() / months["outflow"].mean())
