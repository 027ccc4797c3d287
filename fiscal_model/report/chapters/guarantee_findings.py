"""Findings on contingent liabilities, temporary payments, the three guarantees and their warning, for the templates of chapters 8 and 9."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.analysis.affordability.contingent import contingent
from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.analysis.guarantees.coverage_ground import coverage_is_judged
from fiscal_model.analysis.guarantees.early_warning import grade_word, judge_warning
from fiscal_model.analysis.guarantees.open_findings import review_findings
from fiscal_model.analysis.guarantees.treasury_months import follow_treasury
from fiscal_model.blocks.balance.contingents import stress_level
from fiscal_model.law.rules import rules
from fiscal_model.report.material import Material
from fiscal_model.words.vocabulary import ContingentKind

_NAMED = 3


def contingencies(m: Material) -> dict[str, Any]:
    """What contingent liabilities cost in the mean and at the stressed level, what does not hold; empty without a register."""
    found = contingent(m.plan)
    if found is None:
        return {}
    pools = found.items["kind"].isin([ContingentKind.RISK_POOL, ContingentKind.GUARANTEE])
    return {
        **vars(found), "level": stress_level()[0], "pools": bool(pools.any()), "short": found.short, "beyond": found.beyond,
        "rise": found.debt_ratio_called - found.debt_ratio,
    }  # fmt: skip


def largest_needs(m: Material) -> Any:
    """The largest groups and items of the three guarantees in the last year; nothing on totals."""
    detail = m.plan.basis.guarantees.detail
    if not len(detail):
        return []
    return detail[detail["year"] == m.years[-1]].sort_values("need", ascending=False).head(_NAMED)


def warning(m: Material) -> dict[str, Any]:
    """The light of every year, the first that is orange, the worst with its reason and advice, the base year's where not green."""
    found = judge_warning(m.plan)
    at, worst = int(np.argmax(found.grades)), int(np.max(found.grades))
    advice = rules("guarantee_warning")["grades"][("green", "yellow", "orange", "red")[worst]].get("advice", "")
    dark = {"year": m.years[at], "word": grade_word(worst), "reason": found.reasons[at], "advice": advice}
    base = {"word": grade_word(found.base_grade), "reason": found.base_reason} if found.base_grade else {}
    chances = m.fan.grades["orange"] + m.fan.grades["red"] if m.fan.grades else ()
    return {
        "words": tuple(found.words), "first": found.first_breach, "worst": dark if worst else {}, "base": base, "chances": chances,
        "judged": found.judged,
    }  # fmt: skip


def treasury(m: Material) -> dict[str, Any]:
    """The month with least money in the treasury, the first that cannot pay, the likeliest such month; empty without months."""
    months, risk = follow_treasury(m.plan), m.fan.months_at_risk
    if months is None:
        return {}
    row, column = np.unravel_index(int(np.argmin(months.path.cover)), months.path.cover.shape)
    until = m.years.index(months.first_at_risk[0]) + 1 if months.first_at_risk else 0
    likeliest = (0, 0) if risk is None else np.unravel_index(int(np.argmax(risk)), risk.shape)
    return {
        "year": m.years[row], "month": int(column) + 1, "lowest": months.path.balance[row, column],
        "cover": months.path.cover[row, column], "state": str(months.states[row, column]), "at_risk": months.first_at_risk,
        "chance": None if risk is None else float(risk.max()), "likeliest": (m.years[likeliest[0]], int(likeliest[1]) + 1),
        "gap": np.nansum([m.line(name)[:until] for name in ("funding_gap", "fund_gap")]),
    }  # fmt: skip


FINDINGS = {
    each.__name__: each
    for each in (
        contingencies, largest_needs, warning, treasury,
    )
} | {
    "temporary_payments": lambda m: roll_temporary_payments(m.plan),
    "coverage_judged": lambda m: coverage_is_judged(m.plan.basis),
    "findings_open": lambda m: review_findings(m.plan),
}  # fmt: skip
