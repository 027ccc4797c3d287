"""At which grain each block of a plan is computed, and what the data behind it lack."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.balances_history import rate_is_off
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees
from fiscal_model.blocks.published_debt import opening_of, published_year, stock_unknown
from fiscal_model.blocks.revenue.revenue_block import Fitted
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import SIDES
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.cautions import Caution
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import Budget, DebtKind

_FEW_YEARS = 3
_REGISTERS = ("staff", "guarantee_items", "hidden_debt", "temporary_payments", "carryovers", "firms")
"""Registers that hold what stood at the end of one year."""


def grain_of(
    place: Place,
    fitted: Fitted,
    guarantees: Guarantees,
    debt_known: Mapping[DebtKind, bool],
    transfers: str = "",
    land: str = "",
) -> dict[str, str]:
    """Say in Chinese at which grain each block of the plan is computed; transfers and land say their own, if any."""
    items = fitted.own.forecast.items
    flows = "债券台账" if place.has("bonds") else "债务余额和期限阶梯（无债券台账）"
    return {
        "revenue": f"按 {len(items)} 个税种和非税项目" if items != ("own_revenue",) else "按总量",
        "transfers": transfers or "按类别"
        if transfers or np.isfinite(fitted.history.value("general_transfers", fitted.base_year))
        else "按总量",
        "guarantees": guarantees.grain,
        "debt": flows if any(debt_known.values()) else "历史还本和转贷数（无余额）",
        "funds": ("按基金科目" if len(fitted.history.codes[Budget.FUNDS]) else "按总量")
        + (f"，土地按{land}" if land else ""),
        "state_capital": "企业名录" if place.has("firms") else "按总量",
        "projects": "项目库" if place.has("projects") else "无项目库",
        "social_insurance": "分险种" if place.has("insurance") else "无数据",
    }


def data_cautions(place: Place, fitted: Fitted, debt_known: Mapping[DebtKind, bool], assumed: Assumed) -> list[Caution]:
    """Return cautions on what the place\'s data lack."""
    found = []
    base, history = fitted.base_year, fitted.history
    if place.invented:
        found.append(Caution("invented", "全部", "本地区为虚构，全部数据仅供演示"))
    if place.left_out:
        text = f"按{place.scope.label}口径编制，只用分口径登记的表；{'、'.join(place.left_out)}没有分口径登记，没有使用"
        found.append(Caution("other_scope_left_out", "口径", text))
    if place.unread:
        text = f"地区文件夹里的 {'、'.join(place.unread)} 不是认识的表，没有读取"
        found.append(Caution("files_left_out", "数据", text))
    found += [Caution("doubtful_figure", doubt.title, doubt.text) for doubt in place.doubts]
    found += [Caution("table_as_typed", "数据", said) for said in place.made_of]
    if (seen := len(history.series("own_revenue", base))) < _FEW_YEARS:
        text = f"自有收入只有 {seen} 年实际数，趋势和区间主要依据全国和同类地区，可靠性低"
        found.append(Caution("revenue_few_years", "自有收入", text))
    if not fitted.own.forecast.records:
        found.append(
            Caution("revenue_no_backtest", "自有收入", "历史年份不足，收入预测未经回测，区间采用公布的误差下限")
        )
    found += [*_missing_years(history, base), *_rates_off(place, history, base, assumed), *_off_balances(assumed)]
    for kind in DebtKind:
        stock = history.series(f"{kind}_closing_stock", base)
        if not debt_known[kind]:
            text = f"{stock_unknown(history, base, kind)}，债务率等指标不计算"
            found.append(Caution(f"{kind}_stock_unknown", "政府债务", text))
        elif since := history.rolled.get(f"{kind}_closing_stock"):
            text = (
                f"{base}年末{kind.label}余额未提供，按{since}年末余额加公布的发行额、减公布的还本额推算为 {stock[base]:,.0f} 万元"
                + ("，限额沿用该年、不低于余额" if f"{kind}_limit_stock" in history.rolled else "")
            )
            found.append(Caution(f"{kind}_stock_rolled", "政府债务", text))
        elif base not in stock.index:
            text = (
                f"{base}年末{kind.label}余额未提供，{stock.index[-1] + 1}年以来的发行和还本也不全，按{stock.index[-1]}年末余额代替，"
                f"其后的增减没有计入；请在 debt 表补{base}年末余额"
            )
            found.append(Caution(f"{kind}_stock_old", "政府债务", text))
        if debt_known[kind]:
            found += [*_limit_unknown(history, base, assumed, kind), *_nothing_new(stock, assumed, kind)]
    if not debt_known[DebtKind.GENERAL] and not np.isfinite(history.value("interest_general", base)):
        found.append(Caution("interest_unknown", "政府债务", "一般债务付息未提供，刚性支出合计不含利息，偏低"))
    if not np.isfinite(history.value("fund_revenue", base)):
        owed = debt_known[DebtKind.SPECIAL] or np.isfinite(history.value("interest_special", base))
        given = spans(int(year) for year in history.actual.get("fund_revenue", pd.Series(dtype=float)).dropna().index)
        text = (
            f"{base}年政府性基金收支未提供{f'（只有{given}年收入）' if given else ''}，未测算，综合财力和债务率不计算；"
            f"请在 totals 表补{base}年 fund_revenue、fund_expenditure"
        )
        text += "；专项债务付息还本由基金负担还是须由一般公共预算补助，无法判断，没有计入一般公共预算" if owed else ""
        found.append(Caution("funds_unknown", "政府性基金", text))
    elif not np.isfinite(history.value("fund_expenditure", base)):
        text = f"{base}年政府性基金支出未提供，规划期按当年财力安排，与基期不能比较；请在 totals 表补 fund_expenditure"
        found.append(Caution("fund_expenditure_unknown", "政府性基金", text))
    for name in _REGISTERS:
        years = sorted({int(year) for year in place.rows(name)["year"]} - {base})
        if years:
            text = f"{TABLES[name].label}的年度是 {spans(years)}，不是基期 {base} 年，按台账原样使用"
            found.append(Caution(f"{name}_of_another_year", TABLES[name].label, text))
    missing = _unlisted_fund_money(history, base)
    if missing > 0.5:
        text = f"{base}年政府性基金支出中 {missing:,.0f} 万元没有已公布的收入来源，规划期不预计"
        found.append(Caution("fund_unlisted", "政府性基金", text))
    unverified = sum(entry.quality == "unverified" for entry in assumed.entries.values())
    found.append(Caution("unverified_assumptions", "假设", f"{unverified} 项假设未经核实（见假设表），本地数据可替换"))
    return found


def _limit_unknown(history: History, base: int, assumed: Assumed, kind: DebtKind) -> list[Caution]:
    """No limit of the base year, nor of the first plan year: nothing that is measured against one is known."""
    if np.isfinite(opening_of(history, base, kind)[1]) or assumed.is_published(f"limit_growth_{kind}")[0]:
        return []
    text = (
        f"{kind.label}限额未公布，限额使用率、限额空间没有测算，新增{kind.label.replace('债务', '债券')}不受限额约束；"
        f"请在 debt 表补{base}年末限额（limit_stock）"
    )
    return [Caution(f"{kind}_limit_unknown", "政府债务", text)]


def _nothing_new(stock: pd.Series, assumed: Assumed, kind: DebtKind) -> list[Caution]:
    """One balance alone tells no movement: that the plan issues nothing is then no finding."""
    name = f"new_issue_{kind}"
    if name not in assumed.auto or assumed.entries[name].quality != "unverified" or name in assumed.off_balances:
        return []
    if assumed.is_given(name)[1:].all():
        return []
    after = f"{assumed.years[0]}年以后" if assumed.is_given(name)[0] else "规划期"
    text = (
        f"{kind.label}近年只有{stock.index[-1]}年末一个余额可用，没有公布发行数，推算不出新增，{after}按不新增安排，"
        f"余额、付息偏低；请在 debt 表补此前一年的余额（closing_stock）或“新增债券”（issued_new）"
    )
    return [Caution(f"{kind}_nothing_new", "政府债务", text)]


def _off_balances(assumed: Assumed) -> list[Caution]:
    """New bonds that only the balances tell of."""
    read = [
        (kind, assumed.path(f"new_issue_{kind}")) for kind in DebtKind if f"new_issue_{kind}" in assumed.off_balances
    ]
    said = "、".join(
        f"新增{kind.label.replace('债务', '债券')}每年 {path[-1]:,.0f} 万元" for kind, path in read if path[-1] > 0.5
    )
    # Only rises that hold swap bonds, of which the nation's share is taken out, are unverified.
    swapped = [kind for kind, _ in read if assumed.entries[f"new_issue_{kind}"].quality == "unverified"]
    once = (
        "专项债务余额的增加额已按全国比重扣除置换隐性债务的债券（各地轻重不一，未经核实；规划期内的置换未计入）"
        if swapped
        else "余额变动中有置换隐性债务等一次性债券的，推算偏高"
    )
    text = (
        f"没有公布债券发行数，{said}按余额变动推算，不受额度测试约束；{once}；"
        "请在 debt 表补“新增债券”（issued_new）、“置换债券”（issued_swap）和“还本额”（repaid）"
    )
    return [Caution("new_issue_off_balances", "政府债务", text)] if said else []


def _rates_off(place: Place, history: History, base: int, assumed: Assumed) -> list[Caution]:
    """A year's interest that is not carried forward, because the rate it implies cannot be that of the stock."""
    found = []
    for kind in DebtKind:
        opening, _, interest = published_year(history, base, kind)
        rate, name = interest / opening if opening > 0 else np.nan, f"effective_rate_{kind}"
        if rate_is_off(rate, kind) and name in assumed.auto and not place.has("bonds"):
            text = (
                f"{base}年{kind.label}付息 {interest:,.0f} 万元，合年初余额的 {rate:.2%}，与存量债务通常的利率相差一半以上，没有沿用，"
                f"按 {assumed.path(name)[0]:.2%} 测算；请核对付息和余额的口径"
            )
            found.append(Caution(f"{kind}_interest_not_carried", "政府债务", text))
    return found


def _missing_years(history: History, base: int) -> list[Caution]:
    """Years between the first and the base year that own revenue lacks: the forecast goes by the others."""
    known = history.series("own_revenue", base).index
    missing = sorted(set(range(int(known.min()), base)) - set(known))
    text = f"历史缺少 {spans(missing)} 年，按其余年份预测；公布了的请补在 totals 表"
    return [Caution("revenue_years_missing", "自有收入", text)] if missing else []


def _unlisted_fund_money(history: History, base: int) -> float:
    """Fund spending of the base year beyond the fund money that was published."""
    income, outgo = SIDES[Budget.FUNDS]
    sums = [float(np.nansum([history.value(line, base) for line in lines])) for lines in (outgo, income)]
    return sums[0] - sums[1]
