"""Findings on debt, the three guarantees and their warning, for the templates of chapters 8 and 9."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.analysis.affordability.contingent import contingent
from fiscal_model.analysis.debt.hidden_account import account_hidden
from fiscal_model.analysis.debt.interest_rule import check_interest
from fiscal_model.analysis.debt.judged_ratios import judge_ratios
from fiscal_model.analysis.debt.quota_test import TERMS, check_quota
from fiscal_model.analysis.debt.restructuring import restructure
from fiscal_model.analysis.debt.special_projects import judge_projects
from fiscal_model.analysis.guarantees.early_warning import grade_word, judge_warning
from fiscal_model.analysis.guarantees.open_findings import review_findings
from fiscal_model.analysis.guarantees.treasury_months import follow_treasury
from fiscal_model.arithmetic.debt.bond_schedule import monthly
from fiscal_model.law.indicators import BAND_WORDS, BANDS
from fiscal_model.law.rules import rules
from fiscal_model.model.debt_ratios import crossing_of
from fiscal_model.report.material import Material
from fiscal_model.words.vocabulary import DebtKind

_NAMED = 3


def maturities(m: Material) -> dict[str, Any]:
    """What falls due in the first year, and the months with most of it; empty without a bond ledger."""
    ledger = m.plan.basis.debt.ledger
    if not len(ledger):
        return {"year": None}
    interest, principal = (part[0] for part in monthly(ledger.bonds, m.years[:1]))
    whole = interest + principal
    months = [int(at) for at in np.argsort(-whole, kind="stable")[:_NAMED] if whole[at] > 0.5]
    listed = [{"month": at + 1, "amount": whole[at]} for at in months]
    return {"year": m.years[0] if months else None, "due": whole.sum(), "months": listed}


def to_next_band(m: Material) -> dict[str, Any]:
    """How far the last year's debt ratio is from the next band, and the chance of any worse one; empty where not judged."""
    found = judge_ratios(m.plan, m.fan)
    rows = found[(found["indicator"] == "debt_ratio") & (found["year"] == m.years[-1])] if len(found) else found
    if not len(rows) or not np.isfinite(rows["value"].iloc[0]):
        return {}
    row = rows.iloc[0]
    judged = np.isfinite(row["p_green"]) and row["band"] != "none"
    worse = sum(float(row[f"p_{name}"]) for name in BANDS[BANDS.index(row["band"]) + 1 :]) if judged else None
    return {"distance": row["distance"], "word": BAND_WORDS.get(row["next_band"], ""), "worse": worse}


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


def hidden_debt(m: Material) -> dict[str, Any]:
    """How hidden debt is cleared, what the plan had to bring forward, what has no money; empty without a register."""
    found = account_hidden(m.plan)
    if found is None:
        return {}
    path = found.plan.path
    return {
        "resolved": path.resolved.sum(),
        "stock": path.stock,
        "late": path.late,
        "uncovered": found.uncovered_budget,
    }


def special_projects(m: Material) -> dict[str, Any]:
    """Which special-bond projects do not cover their bonds, and the subsidies they need; empty without a register."""
    found = judge_projects(m.plan)
    if found is None:
        return {}
    line = rules("special_projects")["coverage"]["approval"]
    pairs = sorted(zip(found.names, map(float, found.whole.life), strict=True), key=lambda pair: pair[1])
    weak = [{"name": name, "cover": cover} for name, cover in pairs if cover < line]
    return {"judged": int(found.judged.sum()), "weak": weak, "line": f"{line:g}", "subsidy": found.subsidy_total}


def bond_quota(m: Material) -> dict[str, Any]:
    """How many new special bonds the tests allow, and where the plan is above it."""
    test = check_quota(m.plan)
    untested = [TERMS[name] for name, most in test.terms.items() if np.isnan(most).all()]
    return {
        "known": bool(np.isfinite(test.quota).all()), "affordable": test.quota, "excess": np.nan_to_num(test.excess),
        "untested": untested, "read_off": test.read_off,
    }  # fmt: skip


def contingencies(m: Material) -> dict[str, Any]:
    """What contingent liabilities are expected to cost, the worst year, pools that do not hold; empty without a register."""
    found = contingent(m.plan)
    if found is None:
        return {}
    worst = int(found.stressed.argmax())
    return {
        "expected": found.expected, "year": m.years[worst], "stressed": found.stressed[worst], "short": found.short,
    }  # fmt: skip


def largest_needs(m: Material) -> Any:
    """The largest groups and items of the three guarantees in the last year; nothing on totals."""
    detail = m.plan.basis.guarantees.detail
    if not len(detail):
        return []
    return detail[detail["year"] == m.years[-1]].sort_values("need", ascending=False).head(_NAMED)


def warning(m: Material) -> dict[str, Any]:
    """The light of every year, the worst one with its reason and advice, the base year's where it is not green."""
    found = judge_warning(m.plan)
    at, worst = int(np.argmax(found.grades)), int(np.max(found.grades))
    advice = rules("guarantee_warning")["grades"][("green", "yellow", "orange", "red")[worst]].get("advice", "")
    dark = {"year": m.years[at], "word": grade_word(worst), "reason": found.reasons[at], "advice": advice}
    base = {"word": grade_word(found.base_grade), "reason": found.base_reason} if found.base_grade else {}
    return {"words": tuple(found.words), "worst": dark if worst else {}, "base": base}


def treasury(m: Material) -> dict[str, Any]:
    """The month with least money in the treasury, the first that cannot pay, the chance of such a month; empty without months."""
    months, risk = follow_treasury(m.plan), m.fan.months_at_risk
    if months is None:
        return {}
    row, column = np.unravel_index(int(np.argmin(months.path.cover)), months.path.cover.shape)
    return {
        "year": m.years[row], "month": int(column) + 1, "lowest": months.path.balance[row, column],
        "cover": months.path.cover[row, column], "state": str(months.states[row, column]), "at_risk": months.first_at_risk,
        "chance": None if risk is None else float(risk.max()),
    }  # fmt: skip


FINDINGS = {
    each.__name__: each
    for each in (
        maturities, to_next_band, interest, hidden_debt, special_projects, bond_quota, contingencies, largest_needs, warning, treasury,
    )
} | {
    "restructuring": lambda m: restructure(m.plan),
    "findings_open": lambda m: review_findings(m.plan),
}  # fmt: skip
