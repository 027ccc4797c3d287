"""Findings on interest, contingent liabilities, the three guarantees and their warning, for the templates of chapters 8 and 9."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.analysis.affordability.contingent import contingent
from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.analysis.debt.interest_rule import check_interest
from fiscal_model.analysis.debt.restructuring import restructure
from fiscal_model.analysis.guarantees.early_warning import grade_word, judge_warning
from fiscal_model.analysis.guarantees.open_findings import review_findings
from fiscal_model.analysis.guarantees.treasury_months import follow_treasury
from fiscal_model.blocks.balance.contingents import stress_level
from fiscal_model.law.rules import rules
from fiscal_model.model.debt_ratios import crossing_of
from fiscal_model.report.material import Material
from fiscal_model.words.vocabulary import ContingentKind, DebtKind

_NAMED = 3
_SHOWN = 5e-4
"""Half of the last digit of a ratio as it is printed."""


def interest(m: Material) -> dict[str, Any]:
    """Where the ten percent rule on interest bites: since when, how far, what would cure it; what was not judged or stays within."""
    judged = check_interest(m.plan)
    whole = {found.kind for found in judged if np.isfinite(found.burden).all()}
    hit = []
    for found in judged:
        if found.first_year is None:
            continue
        at = found.years.index(found.first_year)
        hit.append({
            "label": found.kind.label, "since": crossing_of(m.plan, f"interest_burden_{found.kind}").years,
            "highest": float(np.nanmax(found.burden)), "year": found.first_year, "excess": found.excess[at],
            "retire": found.debt_to_retire[at],
        })  # fmt: skip
    before = {kind.label: crossing_of(m.plan, f"interest_burden_{kind}").before for kind in DebtKind}
    return {
        "hit": hit,
        "within": [found.kind.label for found in judged if found.first_year is None],
        "unknown": [kind.label for kind in DebtKind if kind not in whole],
        "earlier": [{"label": label, "years": years} for label, years in before.items() if years],
    }


def restructuring(m: Material) -> list[dict[str, Any]]:
    """The way back of every kind above the line, the years it raises the ratio in, the last year's on the plan's spending, new bonds it goes on issuing."""
    spending = {DebtKind.GENERAL: "expenditure", DebtKind.SPECIAL: "fund_expenditure"}
    return [
        {
            "kind": one.kind, "rule": one.rule, "together": one.together,
            "raised": [
                year for year, now, then in zip(one.years, one.rule.burden, one.together.burden, strict=True) if then > now + _SHOWN
            ],
            "same_spending": one.rule.burden[-1] - one.together.interest_saved[-1] / m.line(spending[one.kind])[-1],
            "planned_new": m.line(f"debt_{one.kind}_issued_new").sum(),
        }
        for one in restructure(m.plan)
    ]  # fmt: skip


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
        interest, contingencies, largest_needs, warning, treasury,
    )
} | {
    "restructuring": restructuring,
    "temporary_payments": lambda m: roll_temporary_payments(m.plan),
    "findings_open": lambda m: review_findings(m.plan),
}  # fmt: skip
