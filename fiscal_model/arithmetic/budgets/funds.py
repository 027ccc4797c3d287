"""Government funds, fund by fund: each spends what it takes in, keeps its own balance and its own surplus rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.budgets.fund_reserve import reserves
from fiscal_model.arithmetic.budgets.purses import (
    NOTHING,
    FundSplit,
    Purses,
    less,
    part_of,
    pay_together,
    take,
    together,
)
from fiscal_model.words.traced import as_array


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
    # (..., year): what must be set aside of what land brings beyond its cost, a share
    levied_share: np.ndarray | float = 0.0
    # (..., year): own principal that the general budget has taken over, whatever the funds could pay
    taken_over: np.ndarray | float = 0.0


@dataclass(frozen=True)
class FundPath:
    """The government-funds budget by year, 万元, arrays of shape (..., year)."""

    revenue: np.ndarray
    carry_in: np.ndarray
    transfer_in: np.ndarray
    debt_gap: np.ndarray
    land_cost_gap: np.ndarray
    gap: np.ndarray
    resources_total: np.ndarray
    land_cost: np.ndarray
    other_spending: np.ndarray
    expenditure: np.ndarray
    remitted_up: np.ndarray
    transfer_out: np.ndarray
    excess_transfer_out: np.ndarray
    carry_out: np.ndarray
    own_continuing: np.ndarray
    own_free: np.ndarray
    uncommitted: np.ndarray
    tied_left: np.ndarray
    short: np.ndarray
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
        other=np.ones((np.shape(terms.carryover_limit)[-1], 1)),
        grants=one,
        debtor=one,
        carry_in=np.full(1, terms.carry_in, like=terms.land_revenue),
        excess=np.zeros(1),
        carryover_share=np.full(1, terms.carryover_share, like=terms.land_revenue),
        own_spending=np.zeros(1),
        serves_others=np.ones(1, dtype=bool),
        may_give=np.ones(1, dtype=bool),
        gives_excess=np.ones(1, dtype=bool),
    )


def revenue_of(split: FundSplit | None, weights: np.ndarray, land: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the revenue of some funds, each by its weight, (..., year); all revenue without a split.

    ``weights``: (fund,) float or bool.
    ``land``, ``other``: (..., year) float, land and other fund revenue, 万元.
    """
    if split is None:
        return land + other
    return land * (split.land * weights).sum() + other * (split.other * weights).sum(axis=-1)


def project_funds(terms: FundTerms) -> FundPath:
    """Spend by what comes in, debt service first; a shortfall of debt service is asked of the general budget.

    Land costs are owed whatever is left for them: what cannot be paid is a gap of the land fund, and spending all the same.

    Notes
    -----
    Principal that the general budget takes over costs the funds nothing and comes in as help beside what they ask for.
    Order of claims on a fund's money of the year: interest, fees and own principal of the debt raised for it; what other
    funds owe and cannot pay, from the funds that may serve it; land costs; the fund's own spending goes on; the planned
    transfer to the general budget, from the funds that may give; carry-over; the rest is spent for the fund's own use
    (以收定支, 预算法 article 9). Carry-over above ``carryover_limit`` of a fund's income of the year moves to the general
    budget (30 % line, docs/method.md) where the fund's money may, else it is spent for its use: money tied to a use fills
    no other hole. What the base year left above the line moves in the first year, before the fund's own spending. The lines
    are the sums of the funds (`each_fund`).
    """
    shape = _shape(terms)
    columns = {name: np.empty(shape, order="F", like=terms.land_revenue) for name in FundPath.__dataclass_fields__}
    for year, at, found in _years(terms):
        for name, value in _totals(at, found).items():
            columns[name][..., year] = value
    return FundPath(**columns)


def each_fund(terms: FundTerms) -> dict[str, np.ndarray]:
    """Return what `project_funds` adds up, fund by fund: dict of str to (..., year, fund) float.

    `FUND_RESOURCES` add up to `FUND_USES` for every fund and year, 万元; beside them ``service`` (interest, fees and
    own principal that the fund bears), ``land_cost``, ``other_spending``, ``excess_transfer_out`` and the parts of ``gap``. What no fund can
    pay stays with the funds the debt was raised for.
    """
    split = whole(terms) if terms.split is None else terms.split
    shape = (*_shape(terms), len(split.land))
    kept: dict[str, np.ndarray] = {}
    for year, at, found in _years(terms):
        for fund in range(len(split.land)):
            for name, value in _detail(at, found, fund, split).items():
                kept.setdefault(name, np.zeros(shape, like=terms.land_revenue))[..., year, fund] = value
    return kept


def _shape(terms: FundTerms) -> tuple[int, ...]:
    return np.broadcast_shapes(*(np.shape(getattr(terms, name)) for name in _YEARLY))


def _years(terms: FundTerms) -> Iterator[tuple[int, dict[str, np.ndarray], dict[str, Purses]]]:
    split = whole(terms) if terms.split is None else terms.split
    shape = _shape(terms)
    carry_in = [as_array(amount) if amount else NOTHING for amount in split.carry_in]
    yearly = {name: as_array(getattr(terms, name)) for name in _YEARLY}
    yearly = {name: each if each.ndim else np.broadcast_to(each, shape) for name, each in yearly.items()}
    nothing: Purses = [NOTHING for _ in split.land]

    def run(reserve: list[Purses]) -> Iterator[tuple[int, dict[str, np.ndarray], dict[str, Purses]]]:
        carried = carry_in
        for year in range(shape[-1]):
            at = {name: each[..., year] for name, each in yearly.items()}
            late = split.excess * split.gives_excess * (year == 0)
            revenue = _own_income(at, split, year)
            found = _one_year(at, split, revenue, terms.remitted_share, carried, late, reserve[year])
            yield year, at, found
            carried = found["carry_out"]

    # What is lacking where nothing is kept for it has to be kept the year before, on top of what is kept anyhow.
    freely = list(run([nothing] * shape[-1]))
    kept, lacking = ([found[name] for _, _, found in freely] for name in ("kept", "lacking"))
    asked = reserves(kept, lacking, split)
    yield from freely if all(amount is NOTHING for year in asked for amount in year) else run(asked)


def _one_year(
    at: dict[str, np.ndarray],
    split: FundSplit,
    revenue: Purses,
    remitted_share: float,
    carry_in: Purses,
    late: np.ndarray,
    reserve: Purses,
) -> dict[str, Purses]:
    """One year of every fund.

    ``late`` is carry-over of each that should have moved to the general budget before, ``reserve`` what it keeps before it
    gives anything away.
    """
    funds = range(len(carry_in))
    transfers = [part_of(at["transfers"], split.grants[fund]) for fund in funds]
    remitted = [part_of(revenue[fund], remitted_share) for fund in funds]
    money = [less(together([revenue[fund], carry_in[fund]]), remitted[fund]) for fund in funds]
    behind = [NOTHING if (purse >= 0).all() else np.maximum(-purse, 0.0) for purse in money]
    left = [purse if none is NOTHING else np.maximum(purse, 0.0) for purse, none in zip(money, behind, strict=True)]
    service, left = _service(at, left, split)
    cost = at["land_cost_share"] * at["land_revenue"]
    land_cost = [part_of(cost, split.land[fund]) for fund in funds]
    land_paid, left = take(left, land_cost)
    late_moved, left = take(left, [as_array(amount) if amount else NOTHING for amount in late])
    levies = [part_of(_levies_of(at), land) for land in split.land]
    wanted = _own_spending(split, revenue, levies)
    own, left = take(left, wanted)
    income = [together([revenue[fund], transfers[fund]]) for fund in funds]
    usual = [part_of(income[fund], split.carryover_share[fund]) for fund in funds]
    ahead, left = take(left, reserve)
    moved, left = take(
        left, [part_of(revenue[fund], split.may_give[fund] and at["transfer_out_share"]) for fund in funds]
    )
    more, left = take(left, [_beyond(*each) for each in zip(usual, ahead, strict=True)])
    kept = [together([*each]) for each in zip(ahead, more, strict=True)]
    carry_out, above = take(
        kept, [part_of(income[fund], kept[fund] is not NOTHING and at["carryover_limit"]) for fund in funds]
    )
    given = [part_of(above[fund], split.gives_excess[fund]) for fund in funds]
    excess = [together([late_moved[fund], given[fund]]) for fund in funds]
    asked = [part_of(unpaid, at["covered_by_general"]) for unpaid in service["unpaid"]]
    debt_gap = [together([less(service["unpaid"][fund], asked[fund]), behind[fund]]) for fund in funds]
    land_cost_gap = [less(land_cost[fund], land_paid[fund]) for fund in funds]
    transfer_out = [together([moved[fund], excess[fund]]) for fund in funds]
    # What goes on, before any cut of it for want of money: what is left of the fund's money then, or what is wanting.
    owed = [together([service["paid"][fund], service["unpaid"][fund], land_cost[fund], wanted[fund]]) for fund in funds]
    free = [less(less(less(money[fund], owed[fund]), transfer_out[fund]), carry_out[fund]) for fund in funds]
    over = [amount if amount is NOTHING else np.maximum(amount, 0.0) for amount in free]
    return {
        "revenue": revenue,
        "transfers": transfers,
        "carry_in": carry_in,
        "transfer_in": [together([asked[fund], part_of(at["taken_over"], split.debtor[fund])]) for fund in funds],
        "debt_gap": debt_gap,
        "land_cost_gap": land_cost_gap,
        "gap": [together([debt_gap[fund], land_cost_gap[fund]]) for fund in funds],
        "paid": service["paid"],
        "kept": kept,
        "lacking": [
            together([service["unpaid"][fund], land_cost_gap[fund], less(levies[fund], own[fund])]) for fund in funds
        ],
        "land_cost": land_cost,
        "other_spending": [less(together([own[fund], left[fund], above[fund]]), given[fund]) for fund in funds],
        "remitted_up": remitted,
        "transfer_out": transfer_out,
        "excess_transfer_out": excess,
        "carry_out": carry_out,
        "owed": owed,
        "own_continuing": wanted,
        "own_free": [part_of(own[fund], split.may_give[fund]) for fund in funds],
        "uncommitted": [part_of(over[fund], split.may_give[fund]) for fund in funds],
        "tied_left": [part_of(over[fund], not split.may_give[fund]) for fund in funds],
        "short": [less(over[fund], free[fund]) for fund in funds],
    }


def _service_due(at: dict[str, np.ndarray]) -> np.ndarray:
    """Interest, fees and own principal that fall on the funds."""
    return np.maximum(at["interest"] + at["fees"] + at["repaid"] - at["refinanced"] - at["taken_over"], 0.0)


def _levies_of(at: dict[str, np.ndarray]) -> np.ndarray:
    """What must be set aside of what land brings beyond its cost."""
    land = at["land_revenue"]
    return np.maximum(land - at["land_cost_share"] * land, 0.0) * at["levied_share"]


def _own_income(at: dict[str, np.ndarray], split: FundSplit, year: int) -> Purses:
    """The revenue of every fund."""
    return [
        together([part_of(at["land_revenue"], land), part_of(at["other_revenue"], other)])
        for land, other in zip(split.land, split.other[year], strict=True)
    ]


def _own_spending(split: FundSplit, revenue: Purses, levies: Purses) -> Purses:
    """What goes on beside costs; of land at least what has to be set aside for schools, housing and fields."""
    usual = [part_of(*each) for each in zip(revenue, split.own_spending, strict=True)]
    return [
        levied if amount is NOTHING else amount if levied is NOTHING else np.maximum(amount, levied)
        for amount, levied in zip(usual, levies, strict=True)
    ]


def _beyond(amount: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """What is to be kept beyond what is kept already."""
    return amount if NOTHING is amount or NOTHING is kept else np.maximum(amount - kept, 0.0)


def _service(at: dict[str, np.ndarray], purses: Purses, split: FundSplit) -> tuple[dict[str, Purses], Purses]:
    """Debt service that each fund pays (``paid``) and that nobody can (``unpaid``, at the fund it was raised for)."""
    own = [part_of(_service_due(at), part) for part in split.debtor]
    paid, left = take(purses, own)
    still = [less(amount, mine) for amount, mine in zip(own, paid, strict=True)]
    wanted = together(still)
    helped = pay_together([part_of(*each) for each in zip(left, split.serves_others, strict=True)], wanted)
    # Help that covers all of it may miss it by the last bit: nothing is unpaid then.
    part = np.maximum(1 - together(helped) / np.where(wanted > 0, wanted, 1.0), 0.0)
    paid = [together([mine, more]) for mine, more in zip(paid, helped, strict=True)]
    left = [less(purse, more) for purse, more in zip(left, helped, strict=True)]
    return {"paid": paid, "unpaid": [part_of(amount, part) for amount in still]}, left


def _totals(at: dict[str, np.ndarray], found: dict[str, Purses]) -> dict[str, np.ndarray]:
    """Add the funds up to the lines of the budget; debt and grants are booked as the debt block gave them."""
    total = {
        name: together(purses)
        for name, purses in found.items()
        if name not in {"transfers", "paid", "owed", "kept", "lacking"}
    }
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
    one = {name: purses[fund] for name, purses in found.items()}
    borne = one.pop("paid") + one["transfer_in"] + one["debt_gap"]
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
