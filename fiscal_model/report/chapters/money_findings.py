"""Findings on revenue, spending, resources and the measures of balancing, for the templates of chapters 4 to 7."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.analysis.balance.fund_gaps import fund_gaps as gaps_of_funds
from fiscal_model.analysis.balance.pooled_money import LABELS, trace_pooling
from fiscal_model.analysis.balance.stock_money import age_stock_money
from fiscal_model.analysis.balance.with_and_without import compare_measures
from fiscal_model.analysis.control.first_year import first_year_differences
from fiscal_model.arithmetic.budgets.waterfall import LEGAL_STEPS, SHORTAGE_STEPS
from fiscal_model.blocks.balance.packages import shares_verified
from fiscal_model.law.balance_steps import balance_steps
from fiscal_model.model.approved_year import SAME
from fiscal_model.model.planbook import published_first_year
from fiscal_model.model.planbook import revenue_items as items_of
from fiscal_model.report.chapters.functions_text import growing_functions
from fiscal_model.report.material import Material
from fiscal_model.report.standing import closes_by_itself as closes
from fiscal_model.report.standing import duties_unknown, growth_alone, transfers_inferred
from fiscal_model.report.wording import DOUBT_MARK
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import ProjectStatus, StockDestination

_NAMED = 3
_COMPARED = ("own_revenue", "expenditure", "fund_revenue", "land_revenue", "available_resources", "guarantees_total")


def revenue_items(m: Material) -> list[dict[str, Any]]:
    """The largest items of own revenue in the last year, with their yearly growth since the base year."""
    found = list[dict[str, Any]]()
    for _, label, before, values in items_of(m.plan):
        last, start = float(values[-1]), before.get(m.base, float("nan"))
        growth = (last / start) ** (1 / len(values)) - 1 if start > 0 and last > 0 else float("nan")
        found.append({"label": label, "amount": last, "growth": growth})
    return sorted((one for one in found if one["amount"] > 0.5), key=lambda one: -one["amount"])[:_NAMED]


def schemes(m: Material) -> dict[str, Any]:
    """Which insurance schemes fall short in any year; whether all have a surplus in every year."""
    insurance = m.plan.basis.balance.insurance
    balance = insurance.path.own_balance
    short = [name for name, path in zip(insurance.schemes, balance.T, strict=True) if (path < -0.5).any()]
    return {"count": len(insurance.schemes), "short": short, "surplus": bool((balance > 0.5).all())}


def against_published(m: Material) -> list[dict[str, Any]]:
    """The first year's main lines against the published budget, as a share of it."""
    published = published_first_year(m.plan)
    pairs = [(line, published[line], float(m.line(line)[0])) for line in _COMPARED if published.get(line, 0.0) > 0]
    return [{"label": LINES[line].label, "change": ours / theirs - 1} for line, theirs, ours in pairs if ours == ours]


def apart_from_budget(m: Material) -> dict[str, Any]:
    """How many approved items the plan keeps to, and the largest differences with their reason."""
    items = [one for one in first_year_differences(m.plan) if not one.difference.line.endswith("_rest")]
    whole = [one for one in items if not one.parts]
    apart = sorted(
        (one for one in whole if abs(one.difference.amount) >= SAME), key=lambda one: -abs(one.difference.amount)
    )
    most = [
        {"label": one.label, "amount": one.difference.amount, "reason": one.difference.reason.label}
        for one in apart[:_NAMED]
    ]
    return {"items": len(whole), "same": len(whole) - len(apart), "most": most}


def project_money(m: Material) -> dict[str, Any]:
    """What candidate projects asked for and were given, what the library lists of county money before measures and pooling; empty without one."""
    if not m.plan.basis.place.has("projects"):
        return {}
    money = m.plan.basis.balance.commitments.project_money
    signed = (money.projects["status"] == ProjectStatus.COMMITTED).to_numpy(dtype=bool)
    asked = m.plan.basis.balance.commitments.candidate_projects.sum()
    return {
        "asked": float(asked), "given": float(m.line("candidate_projects").sum()),
        "listed": {"committed": money.listed[:, signed].sum(), "candidate": money.listed[:, ~signed].sum()},
        "less": (money.listed - money.county).sum(),
    }  # fmt: skip


def other_spending(m: Material) -> dict[str, Any]:
    """What other spending starts from and how it goes on before steps cut it, and what they cut."""
    basis = m.plan.basis
    before = m.line("other_continuing_spending")
    unverified = basis.assumed.entries["other_spending_growth"].quality == "unverified"
    return {
        "base": basis.balance.spending["flexible_spending"], "growth": basis.assumed.path("other_spending_growth"),
        "doubt": DOUBT_MARK if unverified else "", "before": before, "cut": before - m.line("flexible_spending"),
    }  # fmt: skip


def fund_carry(m: Material) -> dict[str, Any]:
    """What the funds carry over at both ends, whether it falls in every year, from which year nothing is left."""
    path = np.array([m.line("fund_carry_in")[0], *m.line("fund_carry_out")])
    used_up = [year for year, left in zip(m.years, path[1:], strict=True) if left < 0.5 < path[0]]
    falling = bool((np.diff(path) < -0.5).all()) and not used_up
    return {
        "before": path[0],
        "after": path[-1],
        "falling": falling,
        "used_up": used_up[0] if used_up and path[-1] < 0.5 else None,
    }


def left_out(m: Material) -> list[str]:
    """Name the duties nobody gave figures of."""
    return duties_unknown(m.plan)


def fund_gaps(m: Material) -> list[dict[str, Any]]:
    """The gap of every fund that has one, over all years."""
    return [{"label": label, "amount": float(gap.sum())} for label, gap in gaps_of_funds(m.plan).items()]


def steps(m: Material) -> list[dict[str, Any]]:
    """The steps of balancing taken in every year; a gap that is left is no step."""
    found = []
    for at, year in enumerate(m.years):
        taken = [step for step in (*LEGAL_STEPS, *SHORTAGE_STEPS) if m.plan.steps[step][at] > 0.5]
        amounts = [{"label": balance_steps()[step].label, "amount": m.plan.steps[step][at]} for step in taken]
        found.append({"year": year, "taken": amounts})
    return found


def packages(m: Material) -> dict[str, Any]:
    """What registered measures bring together, by year and in all, the best by name; empty without any."""
    found = compare_measures(m.plan)
    if found is None:
        return {}
    best = [
        {"name": row["name"], "owner": row["owner"], "amount": float(found.of(str(code), "relief").sum())}
        for code, row in found.about.head(_NAMED).iterrows()
    ]
    return {
        "count": len(found.about), "registered": found.about["registered"].sum(), "effect": found.about["effect"].sum(),
        "relief": found.together["relief"], "best": best, "doubt": "" if shares_verified() else DOUBT_MARK,
    }  # fmt: skip


def pooled(m: Material) -> dict[str, Any]:
    """What pooling saves the county, by source and in all, and what of it no line of the plan carries; empty without registers."""
    found = trace_pooling(m.plan)
    if found is None:
        return {}
    by_source = found.saved.sum(axis=1)
    return {
        "saved": by_source.sum(), "uncovered": sum(map(np.sum, found.uncovered.values())),
        "sources": [{"label": LABELS[str(name)], "amount": one} for name, one in by_source.items() if abs(one) > 0.5],
    }  # fmt: skip


def stock_money(m: Material) -> dict[str, Any]:
    """Money carried over, what of it is old, where what falls due in the first year goes; empty without a register."""
    found = age_stock_money(m.plan)
    if found is None:
        return {}
    amounts, due = found.rows["amount"], found.recoverable[m.years[0]]
    return {
        "total": amounts.sum(), "old": amounts[found.rows["age"] >= 2].sum(),
        "due": [{"label": StockDestination(str(where)).label, "amount": one} for where, one in due.items() if one > 0.5],
    }  # fmt: skip


def gap_beyond_uncommitted(m: Material) -> list[str]:
    """Why the gap without measures is more than what goes on beyond the money; empty where it is not, or one of them is nothing."""
    bare = m.plan.without_measures
    short = np.maximum(-m.line("uncommitted_resources"), 0.0)
    years = (short > 0.5) & (bare.line("funding_gap") > short + 0.5)
    money = [each.line("available_resources") - each.line("stabilization_draw") for each in (m.plan, bare)]
    reasons = {
        "已计入措施增加的财力（动用预算稳定调节基金除外）": money[0] - money[1],
        "已计入措施减少的延续性支出和预备费": bare.line("continuing_spending") - m.line("continuing_spending"),
        "不含候选项目": bare.line("candidate_projects"),
    }
    return [reason for reason, amount in reasons.items() if (amount[years] > 0.5).any()]


FINDINGS = {
    each.__name__: each
    for each in (
        revenue_items, schemes, against_published, apart_from_budget, project_money, other_spending, fund_carry, left_out,
        fund_gaps, steps, packages, pooled, stock_money,
        gap_beyond_uncommitted,
    )
} | {
    "forecast_records": lambda m: m.plan.basis.revenue.forecast.records,
    "closes_by_itself": lambda m: closes(m.plan),
    "gap_without_measures": lambda m: m.plan.without_measures.lines["funding_gap"],
    "waiting": lambda m: m.plan.steps["surplus_unallocated"],
    "transfers_inferred": lambda m: growth_alone(m.plan) if transfers_inferred(m.plan) else "",
    "growing_functions": lambda m: growing_functions(m.plan)[:2],
}  # fmt: skip
