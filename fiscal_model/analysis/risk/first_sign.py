"""What would show first that a line is coming: a printed figure, its trigger value and the month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.inputs.monthly_totals import read_months
from fiscal_model.model.projection import Plan

WATCHED = {
    "own_revenue": ("own_revenue", "一般公共预算收入"),
    "general_purpose": ("transfers_general_purpose", "财力性转移支付（含返还）"),
    "land": ("land_revenue", "土地出让收入"),
}
"""Driver to the line of the plan whose running figure a bureau prints, and what it is called."""
REACH = 8.0
"""Deviations beyond which nobody need watch."""
LEAST_MONTH, CLEAR = 3, 1.64
"""No month before March; a shortfall is clear where it is so many times what the season itself moves the sum to date (one side in twenty)."""


@dataclass(frozen=True)
class Sign:
    """One figure to watch.

    Parameters
    ----------
    driver, label : str
    year, month : int
        At the end of which the sum since January is looked at.
    planned, trigger : float
        That sum in the plan and where the line is reached if the shortfall stays, 万元.
    share : float
        Part of the year that has usually come in by then; one at the year's end.
    size : float
        How far the driver may go, share of its level.
    deviations : float
        The same in deviations of its yearly surprise.
    crossed_in : int
        First year beyond the line if it stays so.
    seasonal_years : int
        Whole years of months that the share is measured on; none where the year's end is taken.
    """

    driver: str
    label: str
    year: int
    month: int
    planned: float
    trigger: float
    share: float
    size: float
    deviations: float
    crossed_in: int
    seasonal_years: int


def first_signs(plan: Plan, sizes: Mapping[str, tuple[float, float, int | None]]) -> tuple[Sign, ...]:
    """Return what would show that a line is coming, the watched driver with the least way to go in deviations first.

    ``sizes``: driver to how far it may go when it stays there from the first year on, the same in deviations, and the
    first year beyond the line. Ways of more than `REACH` deviations are left out.
    """
    near = sorted((given[1], driver) for driver, given in sizes.items() if driver in WATCHED and given[1] <= REACH)
    return tuple(_sign(plan, driver, *sizes[driver]) for _, driver in near)


def _sign(plan: Plan, driver: str, size: float, deviations: float, crossed_in: int | None) -> Sign:
    line, label = WATCHED[driver]
    month, share, years = clear_month(*_past_months(plan, line), -size)
    planned = float(plan.line(line)[0]) * share
    return Sign(
        driver,
        label,
        plan.years[0],
        month,
        planned,
        planned * (1 + size),
        share,
        size,
        deviations,
        crossed_in or 0,
        years,
    )


def clear_month(months: np.ndarray, after: int, fall: float) -> tuple[int, float, int]:
    """Return the first month whose sum to date tells a fall from the season, its usual share of the year, the years behind it.

    ``months``: (year, month) float, whole years of single months, 万元.
    ``after``: months of the year that are over already.
    The year's end where there are fewer than three years, or where no month tells.

    Examples
    --------
    >>> level = np.full((3, 12), 10.0)
    >>> clear_month(level, 0, 0.1), clear_month(level, 6, 0.1), clear_month(level[:1], 0, 0.1)
    ((3, 0.25, 3), (7, 0.5833333333333334, 3), (12, 1.0, 0))
    """
    if len(months) < 3:
        return MONTHS, 1.0, 0
    shares = np.cumsum(months, axis=1) / months.sum(axis=1, keepdims=True)
    usual, spread = shares.mean(axis=0), shares.std(axis=0, ddof=1)
    for month in range(max(LEAST_MONTH, after + 1), MONTHS):
        if fall * usual[month - 1] > CLEAR * spread[month - 1]:
            return month, float(usual[month - 1]), len(months)
    return MONTHS, 1.0, 0


def _past_months(plan: Plan, line: str) -> tuple[np.ndarray, int]:
    """Whole past years of a line's months, and how many months of the first plan year are known."""
    known = read_months(plan.basis.place).get(line)
    if known is None:
        return np.empty((0, MONTHS)), 0
    past = known[known.index < plan.years[0]].to_numpy(dtype=float, copy=True)
    # Some print January and February together.
    past[np.isnan(past[:, 0]) & np.isfinite(past[:, 1]), 0] = 0.0
    whole = past[np.isfinite(past).all(axis=1) & (past.sum(axis=1) > 0)]
    current = known.loc[known.index == plan.years[0]].to_numpy(dtype=float).ravel()
    return whole, int(np.flatnonzero(np.isfinite(current)).max() + 1) if np.isfinite(current).any() else 0
