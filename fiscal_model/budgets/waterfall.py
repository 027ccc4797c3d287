"""The general public budget, balanced year by year in the order the law leaves a county; what cannot be closed is the gap."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

STEPS = {
    "surplus_to_fund": ("结余补充预算稳定调节基金", "B5 预算法第六十六条"),
    "surplus_unallocated": ("超出基金上限部分待安排", "本模型规则（设计）"),
    "draw": ("动用预算稳定调节基金", "B7 预算法实施条例第七十八条"),
    "recover_carryover": ("收回结转两年以上资金重新安排", "B6 预算法第四十二条"),
    "extra_transfer_in": ("国有资本经营预算加大调入", "B9 预算法第十条"),
    "cut_projects": ("按优先级压减储备项目和发展类支出", "B7 压减支出"),
    "cut_operations": ("压减一般性支出（不含三保）", "B7 压减支出"),
    "rescue": ("申请上级临时救助，次年归还", "B7 预算法实施条例第七十八条"),
    "gap": ("仍未弥补的缺口", "如实列示，不自动平衡"),
}
"""Step id to its name and the rule it rests on (docs/method.md)."""

SPENDING_STEPS = frozenset({"surplus_unallocated", "recover_carryover", "cut_projects", "cut_operations"})
"""Steps that change spending; their amounts include the reserve that goes with it."""


_INCOME = ("own_revenue", "general_purpose", "earmarked", "proceeds", "transfer_in", "other_resources")
_OUTGO = ("remitted_up", "principal", "transfer_out", "other_uses", "carry_out")
_SPENDING = ("protected", "tied_by_bonds")


@dataclass(frozen=True)
class GeneralTerms:
    """What the general budget must carry before it is balanced, 万元; arrays broadcast to (..., year).

    ``tied`` is spending that comes with its own money (earmarked transfers, new bonds); ``protected`` is what is never cut
    (three guarantees, interest, fees, clearing, hidden debt, signed projects); ``flexible`` is all other spending;
    ``projects`` are candidates that may be put off.
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
    carry_in: float
    stabilization_stock: float


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
    carry_out: np.ndarray
    uses_total: np.ndarray
    stabilization_stock: np.ndarray
    before_measures: np.ndarray
    steps: dict[str, np.ndarray] = field(repr=False)


def balance_general(terms: GeneralTerms) -> GeneralPath:
    """Balance the general budget year by year.

    Parameters
    ----------
    terms : GeneralTerms

    Returns
    -------
    GeneralPath

    Notes
    -----
    A surplus tops up the stabilisation fund to its cap, the rest waits for allocation. A shortfall is met in order by the
    fund, money carried over for more than two years, further legal transfers in, cuts of projects then of general running costs, rescue by the superior repaid next
    year; the three guarantees are never cut; what remains is ``funding_gap``, a line on the resources side.
    """
    shape = np.broadcast_shapes(
        terms.own_revenue.shape, terms.general_purpose.shape, terms.transfer_out.shape
    )
    columns = {name: np.zeros(shape) for name in GeneralPath.__dataclass_fields__ if name != "steps"}
    steps = {name: np.zeros(shape) for name in STEPS}
    state = {
        "carry_in": np.full(shape[:-1], terms.carry_in),
        "stock": np.full(shape[:-1], terms.stabilization_stock),
        "rescue": np.zeros(shape[:-1]),
    }
    for year in range(shape[-1]):
        at = {
            name: np.asarray(value)[..., year]
            for name, value in terms.__dict__.items()
            if name not in {"carry_in", "stabilization_stock"}
        }
        found, taken, state = _one_year(at, state)
        for name, value in found.items():
            columns[name][..., year] = value
        for name, value in taken.items():
            steps[name][..., year] = value
    return GeneralPath(**columns, steps=steps)


def _one_year(
    at: dict[str, np.ndarray], state: dict[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Hold one year's claims against its resources, take the measures, carry the state on."""
    income = _added(at, _INCOME) + state["carry_in"]
    outgo = _added(at, _OUTGO) + state["rescue"]
    earmarked = np.maximum(
        at["earmarked"] + state["carry_in"] - at["carry_out"] - at["guarantees_from_above"], 0.0
    )
    claims = _added(at, _SPENDING) + earmarked + at["flexible"] + at["projects"]
    reserve = claims * at["reserve_rate"] / (1 - at["reserve_rate"])
    difference = income - (claims + reserve + outgo)
    taken = _measures(difference, claims + reserve, earmarked, at, state)
    spending = _spending_after(at, taken, earmarked, reserve)
    expenditure = _added(at, _SPENDING) + sum(spending.values())
    stock = state["stock"] + taken["surplus_to_fund"] - taken["draw"]
    found = {
        **spending,
        "carry_in": state["carry_in"],
        "transfer_in": at["transfer_in"] + taken["extra_transfer_in"],
        "stabilization_draw": taken["draw"],
        "rescue_in": taken["rescue"],
        "funding_gap": taken["gap"],
        "resources_total": income
        + sum(taken[step] for step in ("extra_transfer_in", "draw", "rescue", "gap")),
        "expenditure": expenditure,
        "stabilization_topup": taken["surplus_to_fund"],
        "rescue_repaid": state["rescue"],
        "carry_out": at["carry_out"],
        "uses_total": expenditure + outgo + taken["surplus_to_fund"],
        "stabilization_stock": stock,
        "before_measures": difference,
    }
    return found, taken, {"carry_in": at["carry_out"], "stock": stock, "rescue": taken["rescue"]}


def _spending_after(
    at: dict[str, np.ndarray], taken: dict[str, np.ndarray], earmarked: np.ndarray, reserve: np.ndarray
) -> dict[str, np.ndarray]:
    """Spending that the measures changed.

    The reserve stays its legal share of what is spent in the end (预算法 article 40): a step that adds or cuts spending
    carries its part of the reserve with it.
    """
    spent = {step: taken[step] * (1 - at["reserve_rate"]) for step in SPENDING_STEPS}
    cut = taken["recover_carryover"] + taken["cut_projects"] + taken["cut_operations"]
    return {
        "earmarked_spending": earmarked - spent["recover_carryover"],
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
    at: dict[str, np.ndarray],
    state: dict[str, np.ndarray],
) -> dict[str, np.ndarray]:
    """Take each step as far as it goes; amounts are never negative."""
    surplus, left = np.maximum(difference, 0.0), np.maximum(-difference, 0.0)
    room = np.maximum(at["stabilization_cap"] * expenditure - state["stock"], 0.0)
    taken = {"surplus_to_fund": np.minimum(surplus, room)}
    taken["surplus_unallocated"] = surplus - taken["surplus_to_fund"]
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
    for step, limit in limits.items():
        taken[step] = np.minimum(left, limit)
        left = left - taken[step]
    taken["gap"] = left
    return taken
