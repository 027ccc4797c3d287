"""Government funds, fund by fund: each spends what it takes in, keeps its own balance and its own surplus rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

Purses = list[np.ndarray]
"""One array of shape (...) a fund: on thousands of paths far quicker than one array with a short last axis."""


@dataclass(frozen=True)
class FundSplit:
    """How the totals of the fund budget spread over its funds."""

    land: np.ndarray  # (fund,) float: one for the fund that land revenue belongs to, zero for the others
    other: np.ndarray  # (year, fund) float: shares of the other fund revenue
    grants: np.ndarray  # (fund,) float: shares of the grants
    debtor: np.ndarray  # (fund,) float: of special debt (new bonds, refinancing, and what no fund can pay)
    carry_in: np.ndarray  # (fund,) float: carried into the first year, 万元
    # (fund,) float: share of a year's own income and grants that a fund carries on, before the legal limit
    carryover_share: np.ndarray
    # service_rank, transfer_rank: (fund,) int, funds of the lowest rank pay special-debt service first, and give money
    # to the general budget first
    service_rank: np.ndarray
    transfer_rank: np.ndarray
    # Whether each fund's carry-over is known: then it carries over its own share up to its own limit. Otherwise the
    # total is carried over, by the funds that have money left.
    own_carryover: bool = True


@dataclass(frozen=True)
class FundTerms:
    """Inputs of the government-funds budget, 万元; arrays broadcast to (..., year). Without a split all is one fund."""

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
    split: FundSplit | None = None


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


FUND_RESOURCES = ("revenue", "transfers", "proceeds", "carry_in", "transfer_in", "gap")
FUND_USES = ("expenditure", "principal", "remitted_up", "transfer_out", "carry_out")
"""Both sides of every single fund: names in the result of `each_fund`."""

_NOT_YEARLY = {"remitted_share", "carryover_share", "carry_in", "split"}
_YEARLY = tuple(name for name in FundTerms.__dataclass_fields__ if name not in _NOT_YEARLY)


def whole(terms: FundTerms) -> FundSplit:
    """Return the split of a place with totals only: one fund that owns everything."""
    one = np.ones(1)
    return FundSplit(
        land=one,
        other=np.ones((np.asarray(terms.carryover_limit).shape[-1], 1)),
        grants=one,
        debtor=one,
        carry_in=np.array([terms.carry_in]),
        carryover_share=np.array([terms.carryover_share]),
        service_rank=np.ones(1, dtype=int),
        transfer_rank=np.ones(1, dtype=int),
    )


def pay_in_order(purses: Purses, wanted: np.ndarray, rank: np.ndarray) -> Purses:
    """Take an amount out of several purses: the lowest rank first, within a rank in proportion to what is there.

    ``purses``: list of (...) float, one a fund, not negative.
    ``wanted``: (...) float.
    ``rank``: (fund,) int.
    Returns list of (...) float: adds up to ``wanted`` or to all the money, whichever is less.

    Examples
    --------
    >>> purses = [np.array(30.0), np.array(10.0), np.array(50.0)]
    >>> [float(paid) for paid in pay_in_order(purses, np.array(60.0), np.array([1, 1, 2]))]
    [30.0, 10.0, 20.0]
    """
    taken: Purses = [np.zeros(())] * len(purses)
    left = wanted
    for level in np.unique(rank):
        here = np.flatnonzero(rank == level)
        total = _sum([purses[fund] for fund in here])
        paid = np.minimum(total, left)
        left = left - paid
        if len(here) == 1:
            taken[here[0]] = paid
            continue
        share = paid / np.where(total > 0, total, 1.0)
        for fund in here:
            taken[fund] = purses[fund] * share
    return taken


def project_funds(terms: FundTerms) -> FundPath:
    """Spend by what comes in, debt service first; a shortfall of debt service is asked of the general budget.

    Notes
    -----
    Order of claims on a year's money: interest, fees and own principal, paid by the funds in their stated order;
    spending tied to grants and new bonds; land costs; the planned transfer to the general budget; carry-over; the rest is
    spent (以收定支, 预算法 article 9). Carry-over above ``carryover_limit`` of a fund's income of the year moves to the
    general budget (30 % line, docs/method.md). The lines are the sums of the funds (`each_fund`).
    """
    columns = {name: np.zeros(_shape(terms)) for name in FundPath.__dataclass_fields__}
    for year, at, found in _years(terms):
        for name, value in _totals(at, found).items():
            columns[name][..., year] = value
    return FundPath(**columns)


def each_fund(terms: FundTerms) -> dict[str, np.ndarray]:
    """Return what `project_funds` adds up, fund by fund: dict of str to (..., year, fund) float.

    `FUND_RESOURCES` add up to `FUND_USES` for every fund and year, 万元; beside them ``service`` (interest, fees and
    own principal that the fund bears), ``land_cost``, ``other_spending`` and ``excess_transfer_out``. What no fund can
    pay stays with the fund the debt was raised for.
    """
    split = whole(terms) if terms.split is None else terms.split
    shape = (*_shape(terms), len(split.land))
    kept: dict[str, np.ndarray] = {}
    for year, at, found in _years(terms):
        for fund in range(len(split.land)):
            for name, value in _detail(at, found, fund, split).items():
                kept.setdefault(name, np.zeros(shape))[..., year, fund] = value
    return kept


def _shape(terms: FundTerms) -> tuple[int, ...]:
    revenue = terms.land_revenue + terms.other_revenue
    return np.broadcast_shapes(revenue.shape, terms.transfers.shape, terms.proceeds.shape)


def _years(terms: FundTerms) -> Iterator[tuple[int, dict[str, np.ndarray], dict[str, Purses]]]:
    split = whole(terms) if terms.split is None else terms.split
    shape = _shape(terms)
    carry_in = [np.full(shape[:-1], amount) for amount in split.carry_in]
    for year in range(shape[-1]):
        at = {name: np.asarray(getattr(terms, name))[..., year] for name in _YEARLY}
        found = _one_year(at, split, split.other[year], terms.remitted_share, carry_in)
        yield year, at, found
        carry_in = found["carry_out"]


def _one_year(
    at: dict[str, np.ndarray], split: FundSplit, other: np.ndarray, remitted_share: float, carry_in: Purses
) -> dict[str, Purses]:
    """One year of every fund."""
    funds = range(len(carry_in))
    revenue = [_income(at, split.land[fund], other[fund]) for fund in funds]
    transfers = [at["transfers"] * split.grants[fund] for fund in funds]
    service = at["interest"] + at["fees"] + at["repaid"] - at["refinanced"]
    due = np.maximum(service, 0.0)
    remitted = [remitted_share * revenue[fund] for fund in funds]
    money = [revenue[fund] + carry_in[fund] - remitted[fund] for fund in funds]
    paid = pay_in_order([np.maximum(purse, 0.0) for purse in money], due, split.service_rank)
    shortfall = np.maximum(service - _sum(money), 0.0)
    asked = at["covered_by_general"] * np.minimum(shortfall, due)
    left = [np.maximum(money[fund] - paid[fund], 0.0) for fund in funds]
    land_cost = [
        np.minimum(at["land_cost_share"] * at["land_revenue"] * split.land[fund], left[fund])
        if split.land[fund]
        else np.zeros(())
        for fund in funds
    ]
    left = [left[fund] - land_cost[fund] for fund in funds]
    moved = pay_in_order(left, at["transfer_out_share"] * _sum(revenue), split.transfer_rank)
    left = [left[fund] - moved[fund] for fund in funds]
    income = [revenue[fund] + transfers[fund] for fund in funds]
    kept, carry_out = _carryover(left, income, at["carryover_limit"], split)
    excess = [kept[fund] - carry_out[fund] for fund in funds]
    return {
        "revenue": revenue,
        "transfers": transfers,
        "carry_in": carry_in,
        "transfer_in": [asked],
        "gap": [shortfall - asked],
        "paid": paid,
        "land_cost": land_cost,
        "other_spending": [left[fund] - kept[fund] for fund in funds],
        "remitted_up": remitted,
        "transfer_out": [moved[fund] + excess[fund] for fund in funds],
        "excess_transfer_out": excess,
        "carry_out": carry_out,
    }


def _carryover(left: Purses, income: Purses, limit: np.ndarray, split: FundSplit) -> tuple[Purses, Purses]:
    """What each fund keeps of the year, and what of it may stay a fund's money."""
    if not split.own_carryover:
        total = _sum(income)
        kept = pay_in_order(left, split.carryover_share[0] * total, np.ones(len(left), dtype=int))
        held = _sum(kept)
        part = np.minimum(held, limit * total) / np.where(held > 0, held, 1.0)
        return kept, [purse * part for purse in kept]
    kept = [
        np.minimum(share * one, purse) for share, one, purse in zip(split.carryover_share, income, left, strict=True)
    ]
    return kept, [np.minimum(purse, limit * one) for purse, one in zip(kept, income, strict=True)]


def _income(at: dict[str, np.ndarray], land: float, other: float) -> np.ndarray:
    if not land:
        return at["other_revenue"] * other
    return at["land_revenue"] * land + at["other_revenue"] * other


def _sum(purses: Purses) -> np.ndarray:
    total = purses[0]
    for purse in purses[1:]:
        total = total + purse
    return total


def _totals(at: dict[str, np.ndarray], found: dict[str, Purses]) -> dict[str, np.ndarray]:
    """Add the funds up to the lines of the budget; debt and grants are booked as the debt block gave them."""
    total = {name: _sum(purses) for name, purses in found.items() if name not in {"transfers", "paid"}}
    tied = at["transfers"] + at["proceeds"] - at["refinanced"]
    expenditure = at["interest"] + at["fees"] + tied + total["land_cost"] + total["other_spending"]
    taken = total["remitted_up"] + total["transfer_out"] + total["carry_out"]
    income = total["revenue"] + at["transfers"] + at["proceeds"] + total["carry_in"]
    return {
        **total,
        "expenditure": expenditure,
        "resources_total": income + total["transfer_in"] + total["gap"],
        "uses_total": expenditure + at["repaid"] + taken,
    }


def _detail(at: dict[str, np.ndarray], found: dict[str, Purses], fund: int, split: FundSplit) -> dict[str, np.ndarray]:
    """Both sides of one fund in one year: its part of debt service, of new bonds and of help from outside."""
    part = split.debtor[fund]
    one = {name: purses[fund] for name, purses in found.items() if len(purses) == len(split.land)}
    one["transfer_in"], one["gap"] = found["transfer_in"][0] * part, found["gap"][0] * part
    borne = one.pop("paid") + one["transfer_in"] + one["gap"]
    service = at["interest"] + at["fees"] + at["repaid"] - at["refinanced"]
    own = at["repaid"] - at["refinanced"]
    principal = borne * own / np.where(service > 0, service, 1.0)
    bonds = (at["proceeds"] - at["refinanced"]) * part
    tied = one["transfers"] + bonds
    spent = borne - principal + tied + one["land_cost"] + one["other_spending"]
    return {
        **one,
        "proceeds": bonds + at["refinanced"] * part,
        "service": borne,
        "principal": principal + at["refinanced"] * part,
        "expenditure": spent,
    }
