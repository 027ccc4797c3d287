"""Every debt ratio as lines over a line: of a plan, or of many paths at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from fiscal_model.law.indicators import ratio
from fiscal_model.model.projection import Plan


class Ratio(NamedTuple):
    """One ratio: lines that add up to what is above, the line below, what the upper part is called."""

    above: tuple[str, ...]
    below: str
    of: str


_SERVICE = ("principal_general_own", "principal_special_own", "interest_general", "interest_special")
RATIOS: dict[str, Ratio] = {
    "debt_ratio": Ratio(("debt_stock",), "comprehensive_capacity_c", "债务余额"),
    "debt_ratio_a": Ratio(("debt_stock",), "comprehensive_capacity_a", "债务余额"),
    "debt_ratio_b": Ratio(("debt_stock",), "comprehensive_capacity_b", "债务余额"),
    "debt_ratio_with_hidden": Ratio(("debt_stock", "hidden_debt_stock"), "comprehensive_capacity_c", "债务余额"),
    "debt_to_gdp": Ratio(("debt_stock",), "gdp", "债务余额"),
    "debt_service_ratio": Ratio(_SERVICE, "comprehensive_capacity_c", "自有资金还本付息"),
    "debt_service_ratio_a": Ratio(_SERVICE, "comprehensive_capacity_a", "自有资金还本付息"),
    "debt_service_ratio_b": Ratio(_SERVICE, "comprehensive_capacity_b", "自有资金还本付息"),
    "interest_burden_general": Ratio(("interest_general",), "expenditure", "付息"),
    "interest_burden_special": Ratio(("interest_special",), "fund_expenditure", "付息"),
    "debt_spending_share_general": Ratio(("interest_general", "principal_general"), "expenditure", "还本付息"),
    "debt_spending_share_special": Ratio(("interest_special", "principal_special"), "fund_expenditure", "还本付息"),
    "new_debt_ratio": Ratio(("debt_general_issued_new", "debt_special_issued_new"), "debt_opening", "新增债券"),
    "limit_use_general": Ratio(("debt_general_stock",), "debt_limit_general_stock", "债务余额"),
    "limit_use_special": Ratio(("debt_special_stock",), "debt_limit_special_stock", "债务余额"),
    "refinancing_dependence": Ratio(("debt_general_refinanced", "debt_special_refinanced"), "debt_repaid", "再融资"),
}
"""Every debt ratio of domain rules but the overdue one, which only the base year knows."""


def indicator_values(lines: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Compute every debt ratio from the lines of a plan, or of many paths at once.

    Parameters
    ----------
    lines : mapping of str to (..., year) float
        Lines of `statements.LINES`, 万元.

    Returns
    -------
    dict of str to (..., year) float
        Names of `RATIOS`; NaN where a ratio has no positive whole.

    Examples
    --------
    >>> names = {part for each in RATIOS.values() for part in (*each.above, each.below)}
    >>> kinds = [f"debt_{kind}_{item}" for kind in ("general", "special") for item in ("opening_stock", "repaid")]
    >>> lines = {name: np.array([100.0]) for name in (*names, *kinds)}
    >>> found = indicator_values(lines)
    >>> float(found["debt_ratio_with_hidden"][0]), float(found["new_debt_ratio"][0])
    (2.0, 1.0)
    """
    lines = {**lines, **whole_debt(lines)}
    return {
        name: ratio(np.sum(np.broadcast_arrays(*(lines[part] for part in each.above)), axis=0), lines[each.below])
        for name, each in RATIOS.items()
    }


def values_of(plan: Plan) -> dict[str, np.ndarray]:
    """Return every debt ratio of a plan by year, NaN where the place's data do not carry it."""
    return indicator_values({name: plan.line(name) for name in plan.lines})


def whole_debt(lines: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return opening balance and repayment of both kinds together, (..., year)."""
    return {
        "debt_opening": lines["debt_general_opening_stock"] + lines["debt_special_opening_stock"],
        "debt_repaid": lines["debt_general_repaid"] + lines["debt_special_repaid"],
    }
