"""The general public budget, balanced year by year in the order the law leaves a county; what cannot be closed is the gap."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from fiscal_model.words.traced import as_array, noted

LEGAL_STEPS = ("surplus_from_funds", "surplus_to_fund", "surplus_unallocated", "surplus_carryover")
"""Steps that happen by themselves: what is left over, and where the law sends it."""

TOPUP_STEPS = ("surplus_from_funds", "surplus_to_fund", "surplus_carryover")
"""Steps that fill the stabilisation fund."""

SHORTAGE_STEPS = ("draw", "recover_carryover", "extra_transfer_in", "cut_projects", "cut_operations", "rescue")
"""Measures against a shortage in their usual order; rescue is always the last."""

STEPS = (*LEGAL_STEPS, *SHORTAGE_STEPS, "gap")
"""Every step (docs/method.md); what each is called and rests on: `data/rules/balance_steps.csv`."""

SPENDING_STEPS = frozenset(
    {"surplus_unallocated", "surplus_carryover", "recover_carryover", "cut_projects", "cut_operations"}
)
"""Steps that change spending; their amounts include the reserve that goes with it."""


_INCOME = ("own_revenue", "general_purpose", "earmarked", "proceeds", "transfer_in", "other_resources")
_OUTGO = ("remitted_up", "principal", "transfer_out", "other_uses", "carry_out")
_SPENDING = ("protected", "tied_by_bonds")


@dataclass(frozen=True)
class GeneralTerms:
    """What the general budget must carry before it is balanced, 万元; arrays broadcast to (..., year).

    ``tied`` is spending that comes with its own money (earmarked transfers, new bonds); ``protected`` is what is never cut
    (three guarantees, interest, fees, clearing, hidden debt, signed projects); ``flexible`` is all other spending;
    ``projects`` are candidates that may be put off. ``fund_excess`` is the part of ``transfer_in`` that the law sends to the
    stabilisation fund; ``revolving_topup`` is asked for, and given as far as the revolving fund's limit and balance allow;
    what is above the limit is drawn back. ``returned`` is superior money carried over too long: it leaves spending and goes
    back upward.
    ``passed_tied`` is tied money that goes on to lower levels: part of ``other_uses``, and no spending here.
    ``sudden`` is the part of ``protected`` that nobody could foresee: what the reserve is for (预算法 article 40), and pays first.
    ``order`` names the measures in the order in which they are taken; without ``measures`` none is.
    """

    own_revenue: np.ndarray
    general_purpose: np.ndarray
    earmarked: np.ndarray
    proceeds: np.ndarray
    transfer_in: np.ndarray
    other_resources: np.ndarray
    remitted_up: np.ndarray
    principal: np.ndarray
    transfer_out: np.ndarray
    other_uses: np.ndarray
    carry_out: np.ndarray
    protected: np.ndarray
    tied_by_bonds: np.ndarray
    guarantees_from_above: np.ndarray
    flexible: np.ndarray
    projects: np.ndarray
    old_carryover: np.ndarray
    extra_transfer_in: np.ndarray
    reserve_rate: np.ndarray
    stabilization_cap: np.ndarray
    development_cut: np.ndarray
    operations_cut: np.ndarray
    rescue_limit: np.ndarray
    revolving_limit: float
    carry_in: float
    stabilization_stock: float
    fund_excess: np.ndarray | None = None
    revolving_topup: np.ndarray | None = None
    revolving_stock: float = 0.0
    returned: np.ndarray | None = None
    passed_tied: np.ndarray | None = None
    sudden: np.ndarray | None = None
    order: tuple[str, ...] = SHORTAGE_STEPS
    measures: bool = True


_NOT_YEARLY = frozenset({"revolving_limit", "carry_in", "stabilization_stock", "revolving_stock", "order", "measures"})
"""Fields of `GeneralTerms` that are no yearly amounts."""


@dataclass(frozen=True)
class GeneralPath:
    """The balanced general budget by year, 万元, arrays of shape (..., year); ``steps`` is the log of the waterfall."""

    carry_in: np.ndarray
    transfer_in: np.ndarray
    stabilization_draw: np.ndarray
    rescue_in: np.ndarray
    funding_gap: np.ndarray
    resources_total: np.ndarray
    earmarked_spending: np.ndarray
    flexible_spending: np.ndarray
    project_spending: np.ndarray
    unallocated: np.ndarray
    reserve: np.ndarray
    expenditure: np.ndarray
    stabilization_topup: np.ndarray
    rescue_repaid: np.ndarray
    returned: np.ndarray
    carry_out: np.ndarray
    uses_total: np.ndarray
    stabilization_stock: np.ndarray
    revolving_topup: np.ndarray
    revolving_stock: np.ndarray
    steps: dict[str, np.ndarray] = field(repr=False)


def balance_general(terms: GeneralTerms) -> GeneralPath:
    """Balance the general budget year by year.

    Notes
    -----
    A surplus tops up the stabilisation fund to its cap, the rest waits for allocation; what the law sends there (fund money
    above the 30 % line, the revolving fund drawn back, carry-over of more than two years) goes in whatever the cap. A
    shortage is met by the measures in their order; the three guarantees are never cut; what remains is ``funding_gap``, a
    line on the resources side.
    """
    yearly = {name: value for name, value in vars(terms).items() if name not in _NOT_YEARLY}
    shape = np.broadcast_shapes(*(np.shape(value) for value in yearly.values() if value is not None))
    columns = {
        name: np.empty(shape, order="F", like=terms.own_revenue)
        for name in GeneralPath.__dataclass_fields__
        if name != "steps"
    }
    steps = {name: np.empty(shape, order="F", like=terms.own_revenue) for name in STEPS}
    state = {
        "carry_in": np.full(shape[:-1], terms.carry_in, like=terms.own_revenue),
        "stock": np.full(shape[:-1], terms.stabilization_stock, like=terms.own_revenue),
        "rescue": np.zeros(shape[:-1]),
        "revolving": np.full(shape[:-1], terms.revolving_stock, like=terms.own_revenue),
    }
    order = terms.order if terms.measures else ()
    for year in range(shape[-1]):
        at = {name: as_array(value)[..., year] if value is not None else np.zeros(()) for name, value in yearly.items()}
        at["revolving_limit"] = as_array(terms.revolving_limit)
        found, taken, state = _one_year(at, state, order, year)
        for name, value in found.items():
            columns[name][..., year] = value
        for name, value in taken.items():
            steps[name][..., year] = value
    return GeneralPath(**columns, steps=steps)


def _one_year(
    at: dict[str, np.ndarray], state: dict[str, np.ndarray], order: tuple[str, ...], year: int
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Hold one year's claims against its resources, take the measures, carry the state on."""
    income = _added(at, _INCOME) + state["carry_in"]
    outgo = _added(at, _OUTGO) + state["rescue"]
    tied = at["earmarked"] - at["passed_tied"]
    earmarked = np.maximum(tied + state["carry_in"] - at["carry_out"] - at["guarantees_from_above"], 0.0)
    returned = np.minimum(at["returned"], earmarked)
    income, earmarked = noted(income, "income", year), noted(earmarked - returned, "earmarked", year)
    claims = _added(at, _SPENDING) + earmarked + at["flexible"] + at["projects"]
    reserve = (claims - at["sudden"]) * at["reserve_rate"] / (1 - at["reserve_rate"])
    reserve = reserve - _used_reserve(at, claims, earmarked)
    revolving = _revolving(at, state["revolving"], claims + reserve)
    claims, reserve = noted(claims, "claims", year), noted(reserve, "reserve", year)
    outgo = noted(outgo + revolving + returned, "outgo", year)
    difference = noted(income - (claims + reserve + outgo), "difference", year)
    by_law = at["fund_excess"] + np.maximum(-revolving, 0.0)
    taken = _measures(difference, claims + reserve, earmarked, by_law, order, at, state, year)
    spending = _spending_after(at, taken, earmarked, reserve)
    expenditure = _added(at, _SPENDING) + sum(spending.values())
    # Cuts lower the revolving fund's limit too: what is above it at the year's end fills the stabilisation fund.
    above = np.maximum(state["revolving"] + revolving - at["revolving_limit"] * expenditure, 0.0)
    taken["surplus_from_funds"] = taken["surplus_from_funds"] + above
    revolving, outgo = revolving - above, outgo - above
    topup = sum(taken[step] for step in TOPUP_STEPS)
    stock = state["stock"] + topup - taken["draw"]
    found = {
        **spending,
        "carry_in": state["carry_in"],
        "transfer_in": at["transfer_in"] + taken["extra_transfer_in"],
        "stabilization_draw": taken["draw"],
        "rescue_in": taken["rescue"],
        "funding_gap": taken["gap"],
        "resources_total": income + sum(taken[step] for step in ("extra_transfer_in", "draw", "rescue", "gap")),
        "expenditure": expenditure,
        "stabilization_topup": topup,
        "rescue_repaid": state["rescue"],
        "returned": returned,
        "carry_out": at["carry_out"],
        "uses_total": expenditure + outgo + topup,
        "stabilization_stock": stock,
        "revolving_topup": revolving,
        "revolving_stock": state["revolving"] + revolving,
    }
    carried = {"carry_in": at["carry_out"], "stock": stock, "rescue": taken["rescue"]}
    return found, taken, carried | {"revolving": found["revolving_stock"]}


def _used_reserve(at: dict[str, np.ndarray], claims: np.ndarray, earmarked: np.ndarray) -> np.ndarray:
    """What the reserve pays of sudden duties; the part of it that goes when spending is cut is left alone."""
    cuttable = np.minimum(at["old_carryover"], earmarked) + at["projects"]
    cuttable = cuttable + (at["development_cut"] + at["operations_cut"]) * np.maximum(at["flexible"], 0.0)
    lasting = np.maximum(claims - at["sudden"] - cuttable, 0.0)
    return np.minimum(at["sudden"], lasting * at["reserve_rate"] / (1 - at["reserve_rate"]))


def _revolving(at: dict[str, np.ndarray], stock: np.ndarray, expenditure: np.ndarray) -> np.ndarray:
    """What really goes into the revolving fund; negative when it is drawn back, never below an empty fund."""
    return np.maximum(np.minimum(at["revolving_topup"], at["revolving_limit"] * expenditure - stock), -stock)


def _spending_after(
    at: dict[str, np.ndarray], taken: dict[str, np.ndarray], earmarked: np.ndarray, reserve: np.ndarray
) -> dict[str, np.ndarray]:
    """Spending that the measures changed.

    The reserve stays its legal share of what is spent in the end (预算法 article 40): a step that adds or cuts spending
    carries its part of the reserve with it.
    """
    spent = {step: taken[step] * (1 - at["reserve_rate"]) for step in SPENDING_STEPS}
    recovered = taken["recover_carryover"] + taken["surplus_carryover"]
    cut = recovered + taken["cut_projects"] + taken["cut_operations"]
    return {
        "earmarked_spending": earmarked - spent["recover_carryover"] - spent["surplus_carryover"],
        "flexible_spending": at["flexible"]
        - np.maximum(spent["cut_projects"] - at["projects"], 0.0)
        - spent["cut_operations"],
        "project_spending": np.maximum(at["projects"] - spent["cut_projects"], 0.0),
        "unallocated": spent["surplus_unallocated"],
        "reserve": reserve + at["reserve_rate"] * (taken["surplus_unallocated"] - cut),
    }


def _added(at: dict[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
    return sum(at[name] for name in names)  # type: ignore[return-value]


def _measures(
    difference: np.ndarray,
    expenditure: np.ndarray,
    earmarked_spending: np.ndarray,
    by_law: np.ndarray,
    order: tuple[str, ...],
    at: dict[str, np.ndarray],
    state: dict[str, np.ndarray],
    year: int,
) -> dict[str, np.ndarray]:
    """Take each step as far as it goes; amounts are never negative."""
    surplus, left = (
        noted(np.maximum(each, 0.0), name, year) for each, name in ((difference, "surplus"), (-difference, "shortage"))
    )
    # Flexible spending is negative where the duties found exceed what was spent: nothing to cut.
    flexible = np.maximum(at["flexible"], 0.0)
    with_reserve = 1 / (1 - at["reserve_rate"])
    limits = {
        "draw": state["stock"],
        "recover_carryover": np.minimum(at["old_carryover"], earmarked_spending) * with_reserve,
        "extra_transfer_in": at["extra_transfer_in"],
        "cut_projects": (at["projects"] + at["development_cut"] * flexible) * with_reserve,
        "cut_operations": at["operations_cut"] * flexible * with_reserve,
        "rescue": at["rescue_limit"] * expenditure,
    }
    nothing = np.zeros(left.shape)
    taken = dict.fromkeys(SHORTAGE_STEPS, nothing)
    for step in order:
        taken[step] = np.minimum(left, limits[step])
        left = noted(left - taken[step], f"left_after_{step}", year)
    taken["gap"] = left
    # Old carry-over that closed no shortage is surplus all the same (预算法 article 42).
    taken["surplus_carryover"] = limits["recover_carryover"] - taken["recover_carryover"]
    taken["surplus_from_funds"] = np.minimum(surplus, by_law)
    surplus = surplus - taken["surplus_from_funds"]
    in_fund = state["stock"] + taken["surplus_from_funds"] + taken["surplus_carryover"]
    cap = at["stabilization_cap"] * (expenditure - taken["surplus_carryover"])
    taken["surplus_to_fund"] = np.minimum(surplus, np.maximum(cap - in_fund, 0.0))
    taken["surplus_unallocated"] = surplus - taken["surplus_to_fund"]
    return taken


def cut_rows(rows: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """Spread a cut over rows that stand in the order in which they are funded: the last row is cut first.

    ``rows``: (..., year, row) float, what each row asks for, the most urgent first, 万元.
    ``cut``: (..., year) float, what must be saved; what exceeds all rows is left out.
    Returns (..., year, row) float.

    Examples
    --------
    >>> cut_rows(np.array([[50.0, 30.0, 20.0]]), np.array([35.0])).tolist()
    [[0.0, 15.0, 20.0]]
    """
    after = np.flip(np.cumsum(np.flip(rows, axis=-1), axis=-1), axis=-1) - rows
    return np.clip(np.asarray(cut)[..., None] - after, 0.0, rows)
