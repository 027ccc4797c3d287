"""The gates and the scored tests of the method, held against figures by year: what passes, what is worth how much, what binds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.law.affordability_method import Condition, Method, Test
from fiscal_model.words.assessment import COUNTS, OVER, SENSES, SHARES, TIMES
from fiscal_model.words.formula import Formula, Operation, evaluate, names_in
from fiscal_model.words.lines import LINES, RATIO
from fiscal_model.words.table import Kind, printed

PASSED, CONDITIONAL, REFUSED = "通过", "有条件通过", "不通过"
OUTCOMES = {"passed": PASSED, "conditional": CONDITIONAL, "refused": REFUSED}
_SAME = 1e-9
_WORSE = 5e-7
"""A figure that moves by less is printed the same."""
Figures = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Held:
    """One condition of a gate or one scored test as it came out.

    ``value`` is the worst figure (of a gate: the year that decides); ``passes`` None where the data do not say; ``years`` the years
    in which it is broken; ``score`` and ``weight`` None for gates.
    """

    id: str
    label: str
    value: float
    said: str  # What it is compared with
    passes: bool | None
    kind: Kind  # How the value is printed
    years: tuple[int, ...] = ()
    score: float | None = None
    weight: float | None = None

    @property
    def lost(self) -> float:
        """Marks that it costs."""
        return 0.0 if self.score is None or self.weight is None else self.weight * (100 - self.score) / 100


@dataclass(frozen=True)
class Verdict:
    """What the method says of a proposal.

    ``score`` is out of 100 over the tests whose data are there; ``unknown`` labels what could not be told: with it nothing passes
    without conditions.
    """

    gates: tuple[Held, ...]
    tests: tuple[Held, ...]
    score: float
    outcome: str
    unknown: tuple[str, ...]

    @property
    def refused_by(self) -> tuple[Held, ...]:
        """Conditions of gates that refuse it."""
        return tuple(each for each in self.gates if each.passes is False)

    @property
    def binding(self) -> Held:
        """What decides: the first gate that refuses, else the test that costs most marks; in a draw the heavier one."""
        if self.refused_by:
            return self.refused_by[0]
        return max(self.tests, key=lambda each: (each.lost, each.passes is False, each.weight or 0.0))

    @property
    def affordable(self) -> bool:
        """Tell whether every gate opens, a year's money suffices with its margin (the first test), and the outcome is no refusal."""
        first = self.tests[0]
        return not self.refused_by and first.passes is not False and self.outcome != REFUSED


def judge(method: Method, figures: Figures, without: Figures, years: tuple[int, ...], planned: int) -> Verdict:
    """Hold figures against a method.

    Parameters
    ----------
    method : Method
    figures, without : mapping of str to (year,) float or float
        Lines of the plan and `words.assessment.TERMS`, with the proposal and without it.
    years : tuple of int
        As far as the proposal goes, from the plan's first.
    planned : int
        How many of them are years of the plan: what comes after rests on its last year.
    """
    gates = tuple(
        _gate(gate.id, condition, figures, without, years) for gate in method.gates for condition in gate.conditions
    )
    tests = tuple(_test(test, figures, planned) for test in method.tests)
    known = [each for each in tests if each.score is not None]
    weight = sum(each.weight or 0.0 for each in known)
    score = sum((each.weight or 0.0) * (each.score or 0.0) for each in known) / weight if weight else 0.0
    score = round(score, 6)
    unknown = tuple(each.label for each in (*gates, *tests) if each.passes is None)
    outcome = method.outcome(score)
    if any(each.passes is False for each in gates):
        outcome = "refused"
    elif unknown and outcome == "passed":
        outcome = "conditional"
    return Verdict(gates, tests, score, OUTCOMES[outcome], unknown)


def _gate(gate: str, condition: Condition, figures: Figures, without: Figures, years: tuple[int, ...]) -> Held:
    found = np.asarray(evaluate(condition.formula, figures), dtype=float)
    values = np.broadcast_to(found, (len(years),))
    asked = np.ones(len(years), dtype=bool)
    if condition.only_years_with_cost:
        asked = np.nan_to_num(figures["cost"]) > _SAME
    broken = _breaks(condition, values) & asked
    if condition.only_if_worse:
        before = np.broadcast_to(np.asarray(evaluate(condition.formula, without), dtype=float), (len(years),))
        further = values - before if condition.sense == "at_most" else before - values
        broken &= ~_breaks(condition, before) | (further > _WORSE * max(1.0, abs(condition.limit)))
    unknown = bool(np.isnan(values[asked]).any()) and not broken.any()
    worst = np.nanmax if condition.sense == "at_most" else np.nanmin
    counted = values[broken] if broken.any() else values[asked]
    value = float(worst(counted)) if np.isfinite(counted).any() else np.nan
    passes = None if unknown else not broken.any()
    at = tuple(year for year, hit in zip(years, broken, strict=True) if hit and found.ndim)
    kind = _kind(condition.formula)
    said = f"{SENSES[condition.sense]}{_limit(condition.limit, kind)}"
    if condition.only_if_worse and passes and _breaks(condition, values).any():
        said += "，原已突破，没有加重"
    return Held(f"{gate}.{condition.id}", condition.label, value, said, passes, kind, at)


def _breaks(condition: Condition, values: np.ndarray) -> np.ndarray:
    known = np.nan_to_num(values, nan=condition.limit + (condition.sense == "above"))
    if condition.sense == "at_most":
        return known > condition.limit + _SAME
    return known <= condition.limit if condition.sense == "above" else known < condition.limit - _SAME


def _test(test: Test, figures: Figures, planned: int) -> Held:
    value = _one_figure(test, figures, planned)
    kind: Kind = "rate" if test.over == "share_negative" else _kind(test.formula)
    said = f"{OVER[test.over]}{'不高于' if test.good < test.bad else '不低于'}{_limit(test.limit, kind)}"
    passes, score = (None, None) if np.isnan(value) else (test.passes(value), test.score(value))
    return Held(test.id, test.label, value, said, passes, kind, (), score, test.weight)


def _one_figure(test: Test, figures: Figures, planned: int) -> float:
    """Bring the years of a formula to the one figure that is scored; NaN where the data do not say."""
    values = np.asarray(evaluate(test.formula, figures), dtype=float)
    if test.over == "whole" or not values.ndim:
        return float(values.flat[0])
    paid = np.broadcast_to(np.nan_to_num(figures["cost"]), values.shape) > _SAME
    told = np.logical_and.reduce(
        [np.isfinite(np.broadcast_to(figures[name], values.shape)) for name in names_in(test.formula)]
    )
    # A cost held against no money at all is as bad as can be; no cost against it is nothing.
    worst = np.inf if test.good < test.bad else -np.inf
    values = np.where(np.isnan(values) & told, np.where(paid, worst, 0.0), values)
    if test.over == "share_negative":
        at = paid & (np.arange(len(paid)) < planned)
        at = at if at.any() else paid
        return float(np.where(np.isnan(values[at]), np.nan, values[at] < -_SAME).mean()) if at.any() else 0.0
    known = values[~np.isnan(values)]
    return float(getattr(np, test.over)(known)) if len(known) else np.nan


def _kind(of: Formula) -> Kind:
    """Money, unless it is a quotient, or made of figures that are none."""
    names = names_in(of)
    if isinstance(of, Operation) and of.kind == "/":
        return "rate"
    if all(name in SHARES or (name in LINES and LINES[name].unit == RATIO) for name in names):
        return "rate"
    return "number" if set(names) <= TIMES else "count" if set(names) <= COUNTS else "tenth"


def _limit(value: float, kind: Kind) -> str:
    return printed(value, "ratio" if kind == "rate" else "count" if kind == "tenth" else kind)
