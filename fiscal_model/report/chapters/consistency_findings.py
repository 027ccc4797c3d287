"""The plan against what was approved: the budget, adjustments, payments, policies made within the year, every register."""

from __future__ import annotations

from typing import Any

from fiscal_model.analysis.control.adjustment import check_adjustments, check_plan_steps
from fiscal_model.analysis.control.conflicts import list_conflicts
from fiscal_model.analysis.control.disclosure_dates import LATE, list_disclosure_dates
from fiscal_model.analysis.control.execution import list_breaches
from fiscal_model.analysis.control.first_year import first_year_differences
from fiscal_model.analysis.control.policy_dates import list_midyear_policies
from fiscal_model.inputs.approvals import approved_years, find_approved
from fiscal_model.law.rules import rules
from fiscal_model.report.material import Material


def approved_budget(m: Material) -> dict[str, Any]:
    """Who approved the first plan year with a budget, and what was published late; empty where none is approved."""
    place = m.plan.basis.place
    known = [year for year in m.years if year in approved_years(place)]
    approved = find_approved(place, known[0]) if known else None
    if approved is None:
        return {}
    dates = list_disclosure_dates(place)
    late = dates[dates["state"] == LATE].astype({"days_late": int})
    return {"year": approved.year, "approvals": approved.approvals, "late": late}


def adjustments(m: Material) -> Any:
    """What of the plan differs from the approved budget so that the standing committee must approve it first."""
    acts = check_plan_steps(m.plan)
    return acts[acts["needed"]] if len(acts) else []


def spared_from_adjustment(m: Material) -> dict[str, Any]:
    """Which budget of the first year the plan is held against, and by what special transfers from above go beyond it.

    What of them needs no matching is no adjustment. Empty where no budget is approved.
    """
    approved = find_approved(m.plan.basis.place, m.years[0])
    if approved is None:
        return {}
    found = [each.difference for each in first_year_differences(m.plan)]
    more = sum(each.amount for each in found if each.line == "special_transfers")
    spared = rules("budget_adjustment")["exceptions"]["superior"]
    return {
        "against": approved.approvals["kind"].iloc[-1].label, "from_above": max(more, 0.0),
        "label": spared["label"], "article": spared["article"],
    }  # fmt: skip


def breaches(m: Material) -> Any:
    """What was paid without or beyond the approved budget, by year; none at all where no payments are registered."""
    place = m.plan.basis.place
    years = sorted({int(year) for year in place.rows("payments")["year"]})
    found = [{"year": year, **row} for year in years for row in list_breaches(place, year).to_dict("records")]
    return found if years else None


def midyear_policies(m: Material) -> list[str]:
    """Policies that raise spending or cut revenue, made after the year's budget was approved."""
    found = list_midyear_policies(m.plan.basis.place)
    return [*found.loc[found["approved"].astype(bool), "what"]]


def conflicts_with(m: Material) -> list[dict[str, Any]]:
    """With what the plan, the budgets and the registers do not agree, how often."""
    counts = list_conflicts(m.plan).groupby("area_b", sort=False).size()
    return [{"label": label, "count": int(count)} for label, count in counts.items()]


FINDINGS = {each.__name__: each for each in (approved_budget, adjustments, spared_from_adjustment, breaches, midyear_policies, conflicts_with)} | {
    "requests": lambda m: check_adjustments(m.plan.basis.place),
    "conflicts": lambda m: len(list_conflicts(m.plan)),
}  # fmt: skip
