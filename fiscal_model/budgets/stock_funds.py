"""Budgets that live from their own income: government funds, state capital, social insurance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class FundTerms:
    """Inputs of the government-funds budget, 万元; arrays broadcast to (..., year)."""

    land_revenue: np.ndarray
    other_revenue: np.ndarray
    transfers: np.ndarray
    proceeds: np.ndarray
    refinanced: np.ndarray
    repaid: np.ndarray
    interest: np.ndarray
    fees: np.ndarray
    remitted_share: float
    land_cost_share: np.ndarray
    transfer_out_share: np.ndarray
    carryover_share: float
    carryover_limit: np.ndarray
    covered_by_general: np.ndarray
    carry_in: float


@dataclass(frozen=True)
class FundPath:
    """The government-funds budget by year, 万元, arrays of shape (..., year)."""

    revenue: np.ndarray
    carry_in: np.ndarray
    transfer_in: np.ndarray
    gap: np.ndarray
    resources_total: np.ndarray
    land_cost: np.ndarray
    other_spending: np.ndarray
    expenditure: np.ndarray
    remitted_up: np.ndarray
    transfer_out: np.ndarray
    excess_transfer_out: np.ndarray
    carry_out: np.ndarray
    uses_total: np.ndarray


def project_funds(terms: FundTerms) -> FundPath:
    """Spend by what comes in, debt service first; a shortfall of debt service is asked of the general budget.

    Parameters
    ----------
    terms : FundTerms

    Returns
    -------
    FundPath

    Notes
    -----
    Order of claims on a year's money: interest, fees and own principal; spending tied to grants and new bonds; land costs;
    the planned transfer to the general budget; carry-over; the rest is spent (以收定支, 预算法 article 9). Carry-over
    above ``carryover_limit`` of the year's fund income moves to the general budget (30 % line, docs/method.md).
    ``revenue + transfers + proceeds + carry_in + transfer_in + gap = expenditure + repaid + remitted + transfer_out +
    carry_out`` in every year.
    """
    revenue = terms.land_revenue + terms.other_revenue
    shape = np.broadcast_shapes(revenue.shape, terms.transfers.shape, terms.proceeds.shape)
    columns = {name: np.zeros(shape) for name in FundPath.__dataclass_fields__}
    carry_in = np.full(shape[:-1], terms.carry_in)
    for year in range(shape[-1]):
        found = _one_year(terms, revenue[..., year], carry_in, year)
        for name, value in found.items():
            columns[name][..., year] = value
        carry_in = columns["carry_out"][..., year]
    return FundPath(**columns)


def _one_year(
    terms: FundTerms, revenue: np.ndarray, carry_in: np.ndarray, year: int
) -> dict[str, np.ndarray]:
    at = {
        name: np.asarray(getattr(terms, name))[..., year]
        for name in (
            "land_revenue",
            "transfers",
            "proceeds",
            "refinanced",
            "repaid",
            "interest",
            "fees",
            "land_cost_share",
            "transfer_out_share",
            "carryover_limit",
            "covered_by_general",
        )
    }
    service = at["interest"] + at["fees"] + at["repaid"] - at["refinanced"]
    tied = at["transfers"] + at["proceeds"] - at["refinanced"]
    remitted = terms.remitted_share * revenue
    free = revenue + carry_in - remitted - service
    shortfall = np.maximum(-free, 0.0)
    transfer_in = at["covered_by_general"] * np.minimum(shortfall, np.maximum(service, 0.0))
    gap = shortfall - transfer_in
    left = np.maximum(free, 0.0)
    land_cost = np.minimum(at["land_cost_share"] * at["land_revenue"], left)
    left = left - land_cost
    transfer_out = np.minimum(at["transfer_out_share"] * revenue, left)
    left = left - transfer_out
    wanted = terms.carryover_share * (revenue + at["transfers"])
    kept = np.minimum(wanted, left)
    carry_out = np.minimum(kept, at["carryover_limit"] * (revenue + at["transfers"]))
    excess = kept - carry_out
    other_spending = left - kept
    expenditure = at["interest"] + at["fees"] + tied + land_cost + other_spending
    resources = revenue + at["transfers"] + at["proceeds"] + carry_in + transfer_in + gap
    uses = expenditure + at["repaid"] + remitted + transfer_out + excess + carry_out
    return {
        "revenue": revenue,
        "carry_in": carry_in,
        "transfer_in": transfer_in,
        "gap": gap,
        "resources_total": resources,
        "land_cost": land_cost,
        "other_spending": other_spending,
        "expenditure": expenditure,
        "remitted_up": remitted,
        "transfer_out": transfer_out + excess,
        "excess_transfer_out": excess,
        "carry_out": carry_out,
        "uses_total": uses,
    }


@dataclass(frozen=True)
class StateCapitalPath:
    """The state-capital budget by year, 万元, arrays of shape (year,)."""

    revenue: np.ndarray
    transfers: np.ndarray
    carry_in: np.ndarray
    expenditure: np.ndarray
    transfer_out: np.ndarray
    carry_out: np.ndarray
    resources_total: np.ndarray
    uses_total: np.ndarray


def firm_income(
    net_profit: np.ndarray,
    prior_loss: np.ndarray,
    ownership: np.ndarray,
    pay_ratio: np.ndarray,
    growth: np.ndarray,
    years: int,
) -> np.ndarray:
    """Compute what firms pay in, shape (year, firm), 万元.

    Notes
    -----
    ``max(profit - prior loss, 0) x (1 - 10 % statutory reserve) x state share x ratio`` (docs/method.md); losses are
    made good in the first year.

    Examples
    --------
    >>> one = lambda x: np.array([float(x)])
    >>> firm_income(one(1000), one(0), one(1), one(0.2), one(0), 1).round(6).tolist()
    [[180.0]]
    """
    count = np.arange(1, years + 1)[:, None]
    profit = net_profit * (1 + growth) ** count
    base = np.maximum(profit - np.where(count == 1, prior_loss, 0.0), 0.0)
    return base * 0.9 * ownership * pay_ratio


def project_state_capital(
    revenue: np.ndarray, transfers: np.ndarray, transfer_share: np.ndarray, carry_in: float
) -> StateCapitalPath:
    """Transfer the set share to the general budget, spend the rest; what was carried in is spent in the first year.

    Parameters
    ----------
    revenue, transfers, transfer_share : (year,) float
    carry_in : float

    Returns
    -------
    StateCapitalPath

    Examples
    --------
    >>> path = project_state_capital(np.array([100.0]), np.zeros(1), np.array([0.3]), 5.0)
    >>> path.transfer_out.tolist(), path.expenditure.tolist()
    ([30.0], [75.0])
    """
    carried = np.zeros(len(revenue))
    carried[0] = carry_in
    transfer_out = transfer_share * revenue
    expenditure = revenue + transfers + carried - transfer_out
    return StateCapitalPath(
        revenue=revenue,
        transfers=transfers,
        carry_in=carried,
        expenditure=expenditure,
        transfer_out=transfer_out,
        carry_out=np.zeros(len(revenue)),
        resources_total=revenue + transfers + carried,
        uses_total=expenditure + transfer_out,
    )


def project_insurance(
    revenue: np.ndarray,
    expenditure: np.ndarray,
    balance: np.ndarray,
    revenue_growth: np.ndarray,
    expenditure_growth: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Roll each social-insurance scheme forward; no money leaves it (预算法 article 11).

    Parameters
    ----------
    revenue, expenditure, balance : (scheme,) float
        Base year, 万元.
    revenue_growth, expenditure_growth : (year,) float

    Returns
    -------
    revenue, expenditure, stock : (year, scheme) float
        ``stock(t) = stock(t-1) + revenue(t) - expenditure(t)``.

    Examples
    --------
    >>> flows = project_insurance(np.array([10.0]), np.array([8.0]), np.array([5.0]), np.zeros(1), np.zeros(1))
    >>> flows[2].tolist()
    [[7.0]]
    """
    income = revenue * np.cumprod(1 + revenue_growth)[:, None]
    outgo = expenditure * np.cumprod(1 + expenditure_growth)[:, None]
    return income, outgo, balance + np.cumsum(income - outgo, axis=0)
