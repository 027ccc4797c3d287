"""Every debt ratio as a formula over lines: of a plan, or of many paths at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from fiscal_model.model.observed import Crossing, find_crossing, observed_values
from fiscal_model.model.projection import Plan
from fiscal_model.words.formula import Formula, Name, Operation, evaluate, formula
from fiscal_model.words.lines import LINES


class Ratio(NamedTuple):
    """One ratio: its formula, what is below in it, what the upper part is called."""

    formula: Formula
    below: Formula
    of: str


def _over(line: str, whole: str) -> Operation:
    """The ratio that a line of the plan is, to another whole."""
    declared = LINES[line].formula
    assert isinstance(declared, Operation) and declared.kind == "/"
    return Operation("/", (declared.operands[0], Name(whole)))


_NEW, _OPENING = (f"(debt_general_{item} + debt_special_{item})" for item in ("issued_new", "opening_stock"))
_DECLARED: dict[str, tuple[str, str | Operation]] = {
    "debt_ratio": ("债务余额", ""),
    "debt_ratio_a": ("债务余额", ""),
    "debt_ratio_b": ("债务余额", ""),
    "debt_ratio_with_hidden": ("债务余额", "(debt_stock + hidden_debt_stock) / comprehensive_capacity_c"),
    "debt_to_gdp": ("债务余额", ""),
    "debt_service_ratio": ("自有资金还本付息", ""),
    "debt_service_ratio_a": ("自有资金还本付息", _over("debt_service_ratio", "comprehensive_capacity_a")),
    "debt_service_ratio_b": ("自有资金还本付息", _over("debt_service_ratio", "comprehensive_capacity_b")),
    "interest_burden_general": ("付息", ""),
    "interest_burden_special": ("付息", ""),
    "debt_spending_share_general": ("还本付息", "(interest_general + principal_general) / expenditure"),
    "debt_spending_share_special": ("还本付息", "(interest_special + principal_special) / fund_expenditure"),
    "new_debt_ratio": ("新增债券", f"{_NEW} / {_OPENING}"),
    "limit_use_general": ("债务余额", ""),
    "limit_use_special": ("债务余额", ""),
    "refinancing_dependence": ("再融资", ""),
}
"""Name to what is above and the formula; a line of the plan brings its own."""


def _ratio(name: str, of: str, written: str | Operation) -> Ratio:
    found = formula(written) if isinstance(written, str) and written else written or LINES[name].formula
    assert isinstance(found, Operation) and found.kind == "/"
    return Ratio(found, found.operands[1], of)


RATIOS: dict[str, Ratio] = {name: _ratio(name, *declared) for name, declared in _DECLARED.items()}
"""Every debt ratio of domain rules but the overdue one, which only the base year knows."""


def indicator_values(lines: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Compute every debt ratio from the lines of a plan, or of many paths at once: dict of str to (..., year) float.

    Names of `RATIOS`; NaN where a ratio has no positive whole.

    ``lines``: mapping of str to (..., year) float, lines of `LINES`, 万元.

    Examples
    --------
    >>> lines = {name: np.array([100.0]) for name, line in LINES.items() if line.unit == "万元"}
    >>> found = indicator_values(lines)
    >>> float(found["debt_ratio_with_hidden"][0]), float(found["new_debt_ratio"][0])
    (2.0, 1.0)
    """
    return {name: lines[name] if name in lines else evaluate(each.formula, lines) for name, each in RATIOS.items()}


def values_of(plan: Plan) -> dict[str, np.ndarray]:
    """Return every debt ratio of a plan by year, NaN where the place's data do not carry it."""
    return indicator_values({name: plan.line(name) for name in plan.lines})


def crossing_of(plan: Plan, name: str) -> Crossing:
    """Say when an indicator of a plan was and will be over its breach line, searched from the first year with a figure.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> crossing_of(plan, "interest_burden_special").before
    (2023, 2024, 2025)
    """
    values = values_of(plan)[name] if name in RATIOS else plan.line(name)
    of = RATIOS[name].formula if name in RATIOS else LINES[name].formula
    known = of is not None and bool(np.isfinite(values).any())
    seen = observed_values(plan.basis, of, plan.unavailable) if known and of is not None else {}
    return find_crossing(name, seen, values, plan.years)
