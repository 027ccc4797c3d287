"""Findings on the place, its data and the base year, for the templates of chapters 1 to 3 and of the annexes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.inputs.scenario import QUALITIES
from fiscal_model.model.planbook import list_assumptions, published_first_year
from fiscal_model.report.chapters.bridge_text import bridge_sentences
from fiscal_model.report.lower_levels_text import passes_on, reliance
from fiscal_model.report.material import Material
from fiscal_model.report.standing import balance_sentence, nobody_knows_who_pays
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import DebtKind

_STATUS_WORDS = {"final_accounts": "决算数", "estimate": "执行数"}
_MISSING = {
    "fund_revenue": "政府性基金收支", "state_capital_revenue": "国有资本经营收支", "insurance_revenue": "社会保险基金收支",
    "debt_general_stock": "一般债务余额", "debt_special_stock": "专项债务余额", "hidden_debt_stock": "隐性债务", "digestion": "财政暂付款",
    "gdp": "地区生产总值", "land_revenue": "土地出让收入", "tax_revenue": "分税种收入",
}  # fmt: skip
_BLOCKS = {
    "revenue": "自有收入", "transfers": "上级补助", "guarantees": "“三保”", "debt": "政府债务", "funds": "政府性基金",
    "state_capital": "国有资本经营", "projects": "项目", "social_insurance": "社会保险基金",
}  # fmt: skip
_MISSING_TABLES = {
    "projects": "项目库", "special_projects": "专项债券项目", "treasury": "库款月报", "measures": "增收节支措施", "staff": "人员台账",
}  # fmt: skip


def missing(m: Material) -> list[str]:
    """Name what nobody gave and the plan therefore leaves out: lines, then registers."""
    lines = [label for line, label in _MISSING.items() if not m.knows(line)]
    return lines + [label for table, label in _MISSING_TABLES.items() if not m.plan.basis.place.has(table)]


def against_budget(m: Material) -> list[dict[str, Any]]:
    """Compare revenue and expenditure of the base year with its budget, where both are known."""
    planned, history, found = m.plan.basis.history.planned, m.plan.basis.history, []
    for line in ("own_revenue", "expenditure"):
        if line in planned.columns and m.base in planned.index:
            budget, actual = float(planned.at[m.base, line]), history.value(line, m.base)
            if np.isfinite(budget) and np.isfinite(actual) and budget > 0:
                found.append({"label": LINES[line].label, "budget": budget, "actual": actual})
    return found


def history(m: Material) -> dict[str, Any]:
    """Own revenue, its tax, and spending of the base year with their change; the first year on record."""
    kept, base = m.plan.basis.history, m.base
    status = kept.status.reindex(index=[base], columns=["own_revenue"]).iloc[0, 0]
    series = kept.series("own_revenue", base)
    found: dict[str, Any] = {"status": _STATUS_WORDS.get(str(status), "实际数"), "years": len(series)}
    for name in ("own_revenue", "expenditure", "tax_revenue"):
        now, before = kept.value(name, base), kept.value(name, base - 1)
        found[name] = {"amount": now, "change": now / before - 1 if before > 0 else float("nan")}
    if len(series):
        found |= {"first": int(series.index.min()), "from": float(series.iloc[0])}
    return found


def flows(m: Material) -> dict[str, Any]:
    """The other flows of the base year's general budget: what is known, what was worked out, what nobody published."""
    names = (
        "transfers", "debt_proceeds_general", "transfer_in", "stabilization_draw", "principal_general", "remitted_up", "carry_out",
    )  # fmt: skip
    opening = m.plan.basis.balance.opening
    labels = {name: LINES[name].label for name in names} | {"remitted_up": "上解支出"}
    here = [name for name in names if name in opening.published or abs(opening.flows[name]) > 0.5]
    return {
        "known": [
            {"label": labels[name], "amount": opening.flows[name], "published": name in opening.published}
            for name in here
        ],
        "absent": [labels[name] for name in names if name not in here],
    }


def opening(m: Material) -> Any:
    """What the general budget starts from: flows, published names, the stabilisation fund."""
    return m.plan.basis.balance.opening


def deficits(m: Material) -> list[dict[str, Any]]:
    """Insurance schemes that paid out more than they took in the base year."""
    found = m.plan.basis.balance.insurance
    pairs = zip(found.schemes, found.base_balance, strict=True)
    return [{"scheme": scheme, "amount": -balance} for scheme, balance in pairs if balance < -0.5]


def debt_then(m: Material) -> list[dict[str, Any]]:
    """Debt by kind as last published: year, stock, limit; since when it was carried forward."""
    found, kept = [], m.plan.basis.history
    for kind in DebtKind:
        series = kept.series(f"{kind}_closing_stock", m.base)
        if m.plan.basis.debt.known[kind] and len(series):
            year = int(series.index[-1])
            found.append({
                "label": kind.label, "year": year, "stock": float(series.iloc[-1]), "limit": kept.value(f"{kind}_limit_stock", year),
                "rolled": kept.rolled.get(f"{kind}_closing_stock"),
            })  # fmt: skip
    return found


def registered(m: Material, table: str, column: str) -> float:
    """Add up a column of a register; not a number where the place keeps none."""
    place = m.plan.basis.place
    return float(place.rows(table)[column].sum()) if place.has(table) else float("nan")


def economy(m: Material) -> dict[str, Any]:
    """Product and people as last published, with their year and the product's change."""
    macro, found = m.plan.basis.place.rows("macro"), dict[str, Any]()
    for name in ("gdp", "resident_population"):
        rows = macro[(macro["indicator"] == name) & (macro["year"] <= m.base)] if len(macro) else macro
        series: pd.Series = rows.set_index("year")["amount"].sort_index() if len(rows) else pd.Series(dtype=float)
        if len(series):
            year = int(series.index[-1])
            before = float(series.get(year - 1, float("nan")))
            found[name] = {"year": year, "amount": float(series[year]), "change": float(series[year]) / before - 1}
        else:
            found[name] = {}
    return found


def depends(m: Material) -> dict[str, Any]:
    """How far the base year lives on money from above: what it is called, as a share of spending, and own revenue's share."""
    kept, share = reliance(m.plan)
    flows = m.plan.basis.balance.opening.flows
    return {"kept": kept, "share": share, "own": flows["own_revenue"] / flows["expenditure"], "spent": flows["expenditure"], "revenue": flows["own_revenue"]}  # fmt: skip


def grain(m: Material) -> list[dict[str, str]]:
    """At which grain each block of the plan was computed."""
    return [{"label": _BLOCKS[block], "text": text} for block, text in m.plan.basis.grain.items()]


def qualities(m: Material) -> list[dict[str, Any]]:
    """How many assumptions rest on what, the most first."""
    counts = list_assumptions(m.plan)["quality"].value_counts()
    return [{"label": QUALITIES[str(quality)], "count": int(count)} for quality, count in counts.items()]


def published_since(m: Material) -> int:
    """The year of the newest actual figure where that is beyond the plan's first year: the base year is old; else nothing."""
    actual, macro = m.plan.basis.history.actual.dropna(how="all"), m.plan.basis.place.rows("macro")
    newest = max([*map(int, actual.index), *map(int, macro["year"])], default=0)
    return newest if newest > m.years[0] else 0


FINDINGS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        missing,
        against_budget,
        history,
        flows,
        opening,
        deficits,
        debt_then,
        registered,
        economy,
        depends,
        grain,
        qualities,
        published_since,
    )
} | {
    "last_plan": bridge_sentences,
    "standing": lambda m: balance_sentence(m.plan),
    "who_pays": lambda m: nobody_knows_who_pays(m.plan),
    "tables": lambda m: [{"number": table.number, "title": table.title} for table in m.tables],
    "passes_on": lambda m: passes_on(m.plan),
    "published": lambda m: published_first_year(m.plan),
}
"""Name to what finds it in the material."""
