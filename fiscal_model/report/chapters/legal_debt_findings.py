"""Findings on legal debt: what falls due and when, coupons, refinancing, the ratios by which it is judged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from fiscal_model.analysis.debt.judged_ratios import CONVENTIONS, conventions_of, judge_ratios, overdue_ratio
from fiscal_model.analysis.debt.maturity_wall import wall_of
from fiscal_model.arithmetic.debt.bond_schedule import monthly, outstanding
from fiscal_model.arithmetic.debt.portfolio import project_debt
from fiscal_model.blocks.debt.legal_debt import LegalDebt
from fiscal_model.blocks.published_debt import stock_unknown
from fiscal_model.law.indicators import BAND_WORDS, BANDS
from fiscal_model.law.rules import rule_table
from fiscal_model.model.debt_limits import over_limit
from fiscal_model.report.material import Material
from fiscal_model.words.vocabulary import DebtKind

LESS_REFINANCING = 0.2
"""How much lower the refinancing share is in the what-if: the design's usual shock."""
_NAMED = 3
_SEEN = 0.5
"""From where on an amount counts, 万元."""


def coupons(m: Material) -> dict[str, Any]:
    """Tenor and coupon of bonds issued in the first year, by kind; whether a planner gave the coupon, else whose issues the curve is."""
    bonds = [
        {"kind": _name(kind), "again": again, "years": int(issue.tenor[0]), "rate": issue.rate[0]}
        for kind, debt in m.plan.basis.debt.legal.items()
        if debt.known
        for again, issue in ((False, debt.terms.new), (True, debt.terms.refinancing))
    ]
    given = m.plan.basis.assumed.is_given("new_issue_rate")[0]
    return {"bonds": bonds, "given": given, "issues": rule_table("coupon_curve")[0]["issues"]}


def less_refinancing(m: Material) -> dict[str, Any]:
    """Principal from own money if less were refinanced: in the years that are highest, and over the plan; empty without any due."""
    debts = [debt for debt in m.plan.basis.debt.legal.values() if debt.path.repaid.sum() > _SEEN]
    if not debts:
        return {}
    planned = np.sum([debt.path.own_principal for debt in debts], axis=0)
    shocked = np.sum([shocked_own_principal(debt) for debt in debts], axis=0)
    peak, pairs = int(np.argmax(shocked)), np.round([planned, shocked]).T
    return {
        "points": round(100 * LESS_REFINANCING), "before": planned[peak], "after": shocked[peak],
        "more": (shocked - planned).sum(),
        "years": [year for year, pair in zip(m.years, pairs, strict=True) if (pair == pairs[peak]).all()],
    }  # fmt: skip


def shocked_own_principal(debt: LegalDebt, less: float = LESS_REFINANCING) -> np.ndarray:
    """Return principal from own money if a smaller share of what falls due were refinanced, 万元, shape (..., year)."""
    share = np.maximum(debt.terms.refinancing_share - less, 0.0)
    return project_debt(replace(debt.terms, refinancing_share=share)).own_principal


def maturity_wall(m: Material) -> dict[str, Any]:
    """What is left of the bonds of today, within the plan and in all, and the years with most of it; empty without any."""
    wall = wall_of(m.plan)
    due, kinds = wall.total_principal, {kind: np.nan_to_num(wall.principal[kind]) for kind in DebtKind}
    if not len(m.plan.basis.debt.ledger) or not due.any():
        return {}
    within, peak = due[: len(m.years)], int(np.argmax(due))
    return {
        "left": due.sum(), "within": within, "last": wall.years[-1], "most": due[peak],
        "years": [year for year, amount in zip(wall.years, due, strict=True) if amount > due[peak] - _SEEN],
        "kinds": [{"label": kind.label, "amount": one[peak]} for kind, one in kinds.items() if one[peak] > _SEEN],
        "later": peak >= len(m.years) and bool(within.any()),
    }  # fmt: skip


def maturities(m: Material) -> dict[str, Any]:
    """What falls due in the first year, and the months with most of it; empty without a bond ledger."""
    ledger = m.plan.basis.debt.ledger
    if not len(ledger):
        return {}
    interest, principal = (part[0] for part in monthly(ledger.bonds, m.years[:1]))
    whole = interest + principal
    months = [int(at) for at in np.argsort(-whole, kind="stable")[:_NAMED] if whole[at] > _SEEN]
    listed = [{"month": at + 1, "amount": whole[at], "principal": principal[at]} for at in months]
    return {"year": m.years[0], "due": whole.sum(), "months": listed}


def largest_bond(m: Material) -> dict[str, Any]:
    """The bond of which most is left at the end of the base year; empty without any."""
    ledger = m.plan.basis.debt.ledger
    left = outstanding(ledger.bonds, [m.base])[0] if len(ledger) else np.zeros(1)
    if left.max() <= _SEEN:
        return {}
    bond = ledger.rows.iloc[int(np.argmax(left))]
    return {
        "kind": _name(bond["kind"]), "code": bond["bond_code"], "left": left.max(), "rate": bond["coupon_rate"],
        "year": bond["maturity_date"].year,
    }  # fmt: skip


def capacity_conventions(m: Material) -> dict[str, Any]:
    """The last year's debt ratio by each convention of what carries debt, and how far they are apart; empty where not known."""
    found = conventions_of(m.plan)
    last = found[found["year"] == m.years[-1]]
    if not np.isfinite(last["debt_ratio"]).all():
        return {}
    return {
        "each": last.assign(label=last["convention"].map(CONVENTIONS), word=last["band"].map(BAND_WORDS)),
        "apart": last["capacity"].max() - last["capacity"].min(), "alike": last["band"].nunique() == 1,
    }  # fmt: skip


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


def _name(kind: DebtKind) -> str:
    return kind.label.removesuffix("债务")


def limits_broken(m: Material) -> list[dict[str, Any]]:
    """Where a kind of debt is more than a published limit, and in which years more than one that the plan carries on."""
    return [
        {
            "id": str(found.kind), "drawn_on": found.drawn_on,
            "published": [{"year": year, "more": more} for year, more in found.published.items()],
        }
        for found in over_limit(m.plan.basis, {name: m.line(name) for name in m.plan.lines})
    ]  # fmt: skip


def debt_unknown(m: Material) -> list[str]:
    """Why nothing is known of a balance, kind by kind."""
    basis = m.plan.basis
    return [
        stock_unknown(basis.history, basis.base_year, kind) for kind, known in basis.debt.known.items() if not known
    ]


FINDINGS = {
    each.__name__: each
    for each in (
        coupons, less_refinancing, maturity_wall, maturities, largest_bond, capacity_conventions, to_next_band,
        limits_broken, debt_unknown,
    )
} | {
    "bonds_cut": lambda m: {kind: path.cut for kind, path in m.plan.basis.debt.paths.items()},
    "overdue_share": lambda m: overdue_ratio(m.plan),
}  # fmt: skip
