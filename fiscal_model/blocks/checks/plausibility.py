"""Checks V12-V20: what is legal, plausible and sourced (docs/method.md)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fiscal_model.blocks.checks.register_checks import base_needs
from fiscal_model.blocks.published_debt import published_year
from fiscal_model.inputs.found import CAUTION, Found, Look, looked_at
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.limits import as_percent, limit, reserve_inside
from fiscal_model.law.rules import rules
from fiscal_model.words.vocabulary import DebtKind

UNIT_SLIP = (2_000.0, 50_000.0)
"""A ratio in this range, year on year or to what is booked, is a mixed-up unit (万 for 亿 or 元 for 万 is 10,000), not growth."""


def guarantees_arranged(place: Place, history: History) -> Found:
    """V12: what is arranged covers the need."""
    items = place.rows("guarantee_items")
    need = base_needs(place)
    short = items[items["arranged"] < need * 0.995]
    cautions = [
        f"“{row['name']}”安排 {row['arranged']:,.2f} 万元，需求 {need[index]:,.2f} 万元"
        for index, row in short.iterrows()
    ]
    return Found(len(items), (), tuple(cautions))


def shares_add_up(place: Place, history: History) -> Found:
    """V13: shares add up to one (the reader refuses a row whose shares do not)."""
    return Found(len(place.rows("guarantee_items")))


@looked_at
def reserve_within_law(place: Place, history: History) -> Iterator[Look]:
    """V14: the reserve is within its legal band (预算法 article 40)."""
    low, high = limit("reserve_lowest"), limit("reserve_highest")
    frame = history.planned.reindex(columns=["contingency_reserve", "expenditure"]).dropna()
    for year, (reserve, spending) in frame[frame["expenditure"] > 0].iterrows():
        share = reserve / spending
        text = f"{year}年预算预备费占支出 {share:.2%}，预算法第四十条要求 {as_percent(low)} 至 {as_percent(high)}"
        yield CAUTION, "" if reserve_inside(share) else text


def units_agree(place: Place, history: History) -> Found:
    """V15: figures keep the relations that their registers declare (the reader refuses what cannot be meant)."""
    return Found(sum(len(rows) for rows in place.tables.values()), (), tuple(doubt.text for doubt in place.doubts))


@looked_at
def years_complete(place: Place, history: History) -> Iterator[Look]:
    """V16: own revenue and expenditure have no missing year. A plan needs its base year only, so a gap is a caution."""
    named = {"own_revenue": "一般公共预算收入", "expenditure": "一般公共预算支出"}
    known = {line: sorted(history.series(line, history.actual.index.max()).index) for line in named}
    for line, name in named.items():
        for _ in known[line][:1]:
            missing = sorted(set(range(known[line][0], known[line][-1] + 1)) - set(known[line]))
            text = f"{name}缺少 {_listed(missing)} 年，年度不连续，规划不用这一年，按其余年份测算；公布了的请补在 totals 表"
            yield CAUTION, text if missing else ""
        late = [year for year in known[line] if year > history.last_year > 0]
        other = next(each for each in named if each != line)
        text = f"{name}已有 {_listed(late)} 年，{named[other]}没有，规划以 {history.last_year} 年为基期，补上即可顺延"
        yield CAUTION, text if late else ""


def _listed(years: list[int]) -> str:
    return "、".join(map(str, years))


@looked_at
def growth_plausible(place: Place, history: History) -> Iterator[Look]:
    """V17: growth within the outlier rules (docs/method.md)."""
    bounds = {rule: entry.get("threshold") for rule, entry in rules("revenue_quality").items()}
    for line, name, bound in (
        ("own_revenue", "一般公共预算收入", bounds["cumulative_jump"]),
        ("tax_revenue", "税收收入", bounds["item_jump"]),
        ("nontax_revenue", "非税收入", bounds["item_jump"]),
        ("land_revenue", "土地出让收入", bounds["land_jump"]),
        ("expenditure", "一般公共预算支出", bounds["cumulative_jump"]),
    ):
        values = history.series(line, history.actual.index.max())
        for year in values.index:
            if year - 1 in values.index and values[year - 1] > 0:
                growth = values[year] / values[year - 1] - 1
                text = f"{name}{year}年比上年{'增' if growth > 0 else '降'} {abs(growth):.1%}，超过 {bound:.0%}"
                yield CAUTION, text if abs(growth) > bound else ""
    both = history.actual.reindex(columns=["tax_revenue", "own_revenue"]).dropna()
    for year, share in (both["tax_revenue"] / both["own_revenue"]).items():
        text = f"{year}年税收占比 {share:.1%}，低于 {bounds['tax_share_low']:.0%}"
        yield CAUTION, text if share < bounds["tax_share_low"] else ""


@looked_at
def rates_plausible(place: Place, history: History) -> Iterator[Look]:
    """V18: interest over opening stock, else last year's closing, is plausible."""
    low, high = limit("interest_rate_low"), limit("interest_rate_high")
    for kind in DebtKind:
        for year in history.actual.index:
            opening, _, interest = published_year(history, int(year), kind)
            if np.isfinite([interest, opening]).all() and opening > 0:
                rate, band = interest / opening, f"{as_percent(low)} 至 {as_percent(high)}"
                text = (
                    f"{year}年{kind.label}付息与年初余额之比 {rate:.2%}，不在 {band} 之间，请核对付息和余额是否同一口径"
                )
                yield CAUTION, "" if low <= rate <= high else text


@looked_at
def scope_present(place: Place, history: History) -> Iterator[Look]:
    """V19: both scopes may stand in one table; figures of the plan's own scope must be there."""
    for name in ("totals", "ledger", "debt", "insurance"):
        rows = place.rows(name)
        if len(rows):
            text = f"{name} 表里没有“{place.scope.label}”口径的行，规划按 {place.scope.label} 编制"
            yield CAUTION, "" if (rows["scope"] == place.scope).any() else text


def sources_given(place: Place, history: History) -> Found:
    """V20: the readers refuse a row without source or status, so what was read has both."""
    return Found(sum(len(rows) for rows in place.tables.values()))
