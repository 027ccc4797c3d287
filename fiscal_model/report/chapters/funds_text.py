"""Sentences on the fund budget: whose a gap is, and how far the funds live on what they carried over."""

from __future__ import annotations

from fiscal_model.analysis.balance.fund_gaps import fund_gaps
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import NOT_GIVEN, known, money
from fiscal_model.report.wording_by_year import money_in_years


def funds_balance(plan: Plan) -> str:
    """Say whether the fund budget has a gap, of which fund, what the general budget adds, and where carry-over goes."""
    gaps, support = (plan.line(name) for name in ("fund_gap", "fund_transfer_in"))
    if not known(*gaps):
        return f"政府性基金预算{NOT_GIVEN}"
    found = "政府性基金预算没有缺口"
    if gap := money_in_years(plan.years, gaps):
        found = f"政府性基金预算存在缺口：{gap}（{gaps_by_fund(plan)}）"
    if helped := money_in_years(plan.years, support):
        found += f"，但须由一般公共预算调入资金用于专项债务还本付息：{helped}"
    return found + _run_off(plan)


def gaps_by_fund(plan: Plan) -> str:
    """List the gap of every fund that has one, over all years."""
    return "、".join(f"{label}{money(float(gap.sum()))}" for label, gap in fund_gaps(plan).items())


def _run_off(plan: Plan) -> str:
    """Say what carry-over the plan uses up, or puts by; nothing where there is none or it stands still."""
    opening, closing = float(plan.line("fund_carry_in")[0]), float(plan.line("fund_carry_out")[-1])
    moved = f"基金结转由{plan.base_year}年末的{money(opening)}"
    if opening - closing > 0.5:
        less = f"{moved}减少到{plan.years[-1]}年末的{money(closing)}"
        return f"；{less}，规划期净动用结转{money(opening - closing)}，用完后不再有这一来源"
    return f"；{moved}增加到{plan.years[-1]}年末的{money(closing)}" if closing - opening > 0.5 else ""
