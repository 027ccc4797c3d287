"""Measures that close a gap, the most lawful first: what each can give, what it gave, what is left after it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fiscal_model.analysis.guarantees.reprice import STAFF, cost_together
from fiscal_model.arithmetic.budgets.waterfall import LEGAL_STEPS, STEPS
from fiscal_model.arithmetic.spending.project_path import spread_clearing
from fiscal_model.law.balance_steps import levers
from fiscal_model.model.projection import Plan
from fiscal_model.words.vocabulary import PaymentClearing, PaymentOrigin

TIERS = {1: "法定首选", 2: "可用，须报批", 3: "最后手段"}
"""How lawful a measure is; smaller first."""
NEVER = ("guarantee_living", "guarantee_salaries", "guarantee_operations")
"""Lines no measure may take from: wages, basic living needs and the running costs of offices."""


def list_levers(plan: Plan) -> pd.DataFrame:
    """List the measures that close each year's gap, by legality and then by size.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        year, lever, label, tier, rule, quality, gap (before any measure), available, used (by the plan's own balance),
        closes, residual (gap left once this measure and all before it are used in full), 万元. Years with a gap; the first
        plan year when there is none. A measure that can give nothing is left out.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = list_levers(fm.project(fm.read_place("data/places/zhangye"), fm.read_scenario("baseline")))
    >>> int(found["year"].iloc[0]), found["lever"].tolist()[-1]
    (2026, 'cut_operations')
    """
    available, used = _available(plan), _used(plan)
    gap = gap_before_measures(plan)
    with_gap = [position for position in range(len(plan.years)) if gap[position] > 0.5] or [0]
    frames = [_one_year(plan, position, gap[position], available, used) for position in with_gap]
    return pd.concat(frames, ignore_index=True)


def gap_before_measures(plan: Plan) -> np.ndarray:
    """Return what each year lacks before any measure is taken, (year,), 万元: the waterfall's steps and what they left."""
    return np.sum([plan.steps[step] for step in STEPS if step not in LEGAL_STEPS], axis=0)


def _one_year(
    plan: Plan, position: int, gap: float, available: Mapping[str, np.ndarray], used: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    rows = [
        {
            "year": plan.years[position],
            "lever": lever.id,
            "label": lever.label,
            "tier": lever.tier,
            "rule": lever.source,
            "quality": lever.quality,
            "gap": float(gap),
            "available": float(available[lever.id][position]),
            "used": float(used[lever.id][position]),
            "closes": lever.closes,
        }
        for lever in levers()
    ]
    frame = pd.DataFrame(rows)
    frame = frame[(frame["available"] > 0.5) | (frame["used"] > 0.5)]
    order = frame.assign(size=-frame["available"]).sort_values(
        ["tier", "closes", "size"], ascending=[True, False, True]
    )
    frame = frame.loc[order.index].reset_index(drop=True)
    taken = np.cumsum(frame["available"] * frame["closes"])
    return frame.assign(residual=np.maximum(gap - taken, 0.0))


def _used(plan: Plan) -> dict[str, np.ndarray]:
    """What the plan's own balance took by measure; its one step of cuts takes projects first, as they are put off first."""
    used = {lever.id: np.zeros(len(plan.years)) for lever in levers()}
    used |= {lever.id: plan.steps[lever.step] for lever in levers() if lever.step}
    projects = _projects(plan)
    used["put_off_projects"] = np.minimum(plan.steps["cut_projects"], projects)
    used["cut_development"] = plan.steps["cut_projects"] - used["put_off_projects"]
    return used


def _projects(plan: Plan) -> np.ndarray:
    return plan.basis.balance.commitments.candidate_projects / (1 - plan.basis.assumed.path("reserve_rate"))


def _available(plan: Plan) -> dict[str, np.ndarray]:
    """What each measure could give each year, 万元, given what the plan did in the years before."""
    basis, lines, steps = plan.basis, plan.lines, plan.steps
    kept = 1 - basis.assumed.path("reserve_rate")
    opening = np.concatenate([[basis.balance.opening.stabilization_stock], lines["stabilization_fund_stock"][:-1]])
    projects = _projects(plan)
    other_cuts = np.maximum(steps["cut_projects"] - projects, 0.0) + steps["cut_operations"]
    flexible = np.maximum(lines["flexible_spending"] / kept + other_cuts, 0.0)
    earmarked = lines["earmarked_spending"] / kept + steps["recover_carryover"]
    sent = lines["state_capital_transfer_out"] - steps["extra_transfer_in"]
    sent = sent + basis.balance.commitments.project_money.from_state_capital
    spending = lines["expenditure"] + (other_cuts + np.minimum(steps["cut_projects"], projects)) * 1.0
    return {
        "draw": opening,
        "recover_carryover": np.minimum(basis.balance.commitments.old_carryover / kept, earmarked),
        "extra_transfer_in": np.maximum(lines["state_capital_revenue"] - sent, 0.0),
        "recover_payments": _payments(plan),
        "put_off_projects": projects,
        "cut_development": basis.assumed.path("development_cut_share") * flexible,
        "cut_operations": basis.assumed.path("operations_cut_share") * flexible,
        "rescue": basis.assumed.path("rescue_limit_share")
        * (spending + steps["recover_carryover"] - steps["surplus_unallocated"]),
        "over_posts": _over_posts(plan),
    }


def _payments(plan: Plan) -> np.ndarray:
    """Temporary payments with a debtor, which ought to come back and which the plan clears by the budget."""
    rows = plan.basis.place.rows("temporary_payments")
    rows = rows[~rows["clearing"].isin([PaymentClearing.COLLECT, PaymentClearing.ASSET]).to_numpy(dtype=bool)]
    rows = rows[(rows["debtor"] != "").to_numpy(dtype=bool)]
    if not len(rows):
        return np.zeros(len(plan.years))
    overdue = (rows["clear_to"] <= plan.base_year).to_numpy(dtype=bool)
    newer = (rows["origin"] == PaymentOrigin.AFTER_2018).to_numpy(dtype=bool)
    balance = rows["balance"].to_numpy(dtype=float)
    start, end = (rows[name].to_numpy(dtype=int) for name in ("clear_from", "clear_to"))
    by_year = spread_clearing(np.where(newer & ~overdue, balance, 0.0), start, end, plan.years).sum(axis=1)
    by_year[0] += balance[overdue].sum()
    return by_year


def _over_posts(plan: Plan) -> np.ndarray:
    """What the persons above the authorised posts cost each year."""
    staff = plan.basis.place.rows("staff")
    over = {
        f"{STAFF}{row['group']}": {"serving_persons": {"add": -float(row["serving_persons"] - row["posts"])}}
        for row in staff.to_dict("records")
        if row["serving_persons"] > row["posts"]
    }
    if not over:
        return np.zeros(len(plan.years))
    return -cost_together(plan, over)[1]
