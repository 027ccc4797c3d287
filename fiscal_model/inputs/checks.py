"""The accounting checks V1-V20 on a place's observed figures: each passes, fails, cautions, or says what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from fiscal_model.errors import Fault
from fiscal_model.inputs.history import History, read_history, shallow_sum
from fiscal_model.inputs.place import Place
from fiscal_model.tables import ACTUAL, Budget, DebtKind, Status, Unit

Outcome = Literal["ok", "fault", "caution", "not_run"]
OUTCOMES = {"ok": "通过", "fault": "错误", "caution": "提示", "not_run": "未做"}



@dataclass(frozen=True)
class _BudgetSides:
    """The lines of both sides of one budget, which of them are indispensable, and its debt flows."""

    name: str
    resources: tuple[str, ...]
    uses: tuple[str, ...]
    totals: tuple[str, str]
    resources_needed: tuple[str, ...]
    uses_needed: tuple[str, ...]
    debt_flows: tuple[str, ...] = ()


_BUDGETS = (
    _BudgetSides(
        "一般公共预算",
        (
            "own_revenue", "transfers", "debt_proceeds_general", "carry_in", "transfer_in", "stabilization_draw",
            "received_from_below", "regional_in",
        ),
        (
            "expenditure", "remitted_up", "paid_to_below", "principal_general", "stabilization_topup", "revolving_topup",
            "transfer_out", "regional_out", "carry_out",
        ),
        ("resources_total", "uses_total"), ("own_revenue", "transfers", "carry_in"), ("expenditure", "carry_out"),
        ("debt_proceeds_general", "principal_general"),
    ),
    _BudgetSides(
        "政府性基金预算",
        ("fund_revenue", "fund_transfers", "fund_received_from_below", "debt_proceeds_special", "fund_carry_in", "fund_transfer_in"),
        ("fund_expenditure", "fund_paid_to_below", "fund_remitted_up", "fund_transfer_out", "principal_special", "fund_carry_out"),
        ("fund_resources_total", "fund_uses_total"), ("fund_revenue", "fund_carry_in"), ("fund_expenditure", "fund_carry_out"),
        ("debt_proceeds_special", "principal_special"),
    ),
    _BudgetSides(
        "国有资本经营预算",
        ("state_capital_revenue", "state_capital_transfers", "state_capital_carry_in"),
        ("state_capital_expenditure", "state_capital_paid_to_below", "state_capital_transfer_out", "state_capital_carry_out"),
        ("state_capital_resources_total", "state_capital_uses_total"),
        ("state_capital_revenue", "state_capital_carry_in"), ("state_capital_expenditure", "state_capital_carry_out"),
    ),
)
UNIT_SLIP = (2_000.0, 50_000.0)
"""A year-on-year ratio in this range is a mixed-up unit (万 for 亿 or 元 for 万 is 10,000), not growth."""


@dataclass(frozen=True)
class Check:
    """One check's outcome.

    Parameters
    ----------
    id, title : str
        ``V1`` and its Chinese name.
    outcome : Outcome
        A fault forbids a plan; a caution is printed in it.
    details : tuple of str
        What was found, or what is missing for the check to run.
    """

    id: str
    title: str
    outcome: Outcome
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Found:
    """What one check saw: how much it could look at, faults, cautions."""

    looked_at: int
    faults: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


def run_checks(place: Place, history: History | None = None) -> tuple[Check, ...]:
    """Run every check the place's data allow.

    Parameters
    ----------
    place : Place
    history : History, optional

    Returns
    -------
    tuple of Check
        V1 to V20 in order (domain reference 8.1).
    """
    history = history or read_history(place)
    return tuple(_outcome(number, title, lacking, check(place, history)) for number, title, lacking, check in _CHECKS)


def faults_of(place: Place, checks: tuple[Check, ...]) -> list[Fault]:
    """Turn failed checks into faults, so that no plan is made of figures that contradict each other."""
    remedy = "请核对原表；单位、口径、漏行是最常见的原因"
    shown = place.folder.as_posix()
    return [Fault(shown, f"{check.id} {check.title}：{detail}", remedy) for check in checks if check.outcome == "fault" for detail in check.details]


def _outcome(number: str, title: str, lacking: str, found: _Found) -> Check:
    if found.faults:
        return Check(number, title, "fault", found.faults)
    if found.cautions:
        return Check(number, title, "caution", found.cautions)
    if not found.looked_at:
        return Check(number, title, "not_run", (f"缺少数据：{lacking}",))
    return Check(number, title, "ok", (f"核对 {found.looked_at} 处",))


def _frames(history: History) -> list[tuple[str, pd.DataFrame]]:
    return [("", history.actual), ("预算", history.planned)]


def _sides(place: Place, history: History, budget: _BudgetSides) -> _Found:
    """Hold printed totals against their lines and both sides against each other, in every year that lets it.

    A side is whole when its indispensable lines are there; below a printed total an incomplete side only draws a caution.
    """
    looked_at, faults, cautions = 0, [], []
    for label, frame in _frames(history):
        for year in frame.index:
            row = frame.loc[year]
            unit = _rounding(place, int(year))
            balance = []
            for lines, total, side in ((budget.resources, budget.totals[0], "收入"), (budget.uses, budget.totals[1], "支出")):
                added, whole = float(row.reindex(list(lines)).sum()), _whole(row, budget, side)
                printed = float(row.get(total, np.nan))
                balance.append(printed if np.isfinite(printed) else added if whole else np.nan)
                if np.isfinite(printed):
                    looked_at += 1
                    gap = added - printed
                    if abs(gap) > unit * len(lines):
                        text = f"{year}年{label}{budget.name}{side}各项相加 {added:,.2f} 万元，与总计 {printed:,.2f} 万元差 {gap:,.2f} 万元"
                        (faults if whole or gap > 0 else cautions).append(text)
            if np.isfinite(balance).all():
                looked_at += 1
                if abs(balance[0] - balance[1]) > unit * (len(budget.resources) + len(budget.uses)):
                    text = f"收入总计 {balance[0]:,.2f} 万元不等于支出总计 {balance[1]:,.2f} 万元，差 {balance[0] - balance[1]:,.2f} 万元"
                    faults.append(f"{year}年{label}{budget.name}{text}")
    return _Found(looked_at, tuple(faults), tuple(cautions))


def _whole(row: pd.Series, budget: _BudgetSides, side: str) -> bool:
    needed = budget.resources_needed if side == "收入" else budget.uses_needed
    debt = np.isfinite(row.reindex(list(budget.debt_flows)).to_numpy(dtype=float))
    return bool(row.reindex(list(needed)).notna().all() and (debt.all() or not debt.any()))


def _rounding(place: Place, year: int) -> float:
    """Half a unit of the coarsest unit printed that year: 0.5 for 万元, 500 for 亿元 with one decimal."""
    totals = place.rows("totals")
    coarse = len(totals) > 0 and bool(((totals["year"] == year) & (totals["unit"] == Unit.HUNDRED_MILLION_YUAN)).any())
    return 500.0 if coarse else 0.5


def _tolerance(addends: int) -> float:
    """Published tables are rounded: one unit for each addend, halved because rounding errs by half a unit at most."""
    return 0.5 * addends


def _v1(place: Place, history: History) -> _Found:
    found = [_sides(place, history, budget) for budget in _BUDGETS]
    return _Found(
        sum(group.looked_at for group in found), tuple(fault for group in found for fault in group.faults),
        tuple(caution for group in found for caution in group.cautions),
    )


def _v2(place: Place, history: History) -> _Found:
    looked_at, cautions = 0, []
    for carry_out, carry_in, name in (
        ("carry_out", "carry_in", "一般公共预算"), ("fund_carry_out", "fund_carry_in", "政府性基金"),
        ("state_capital_carry_out", "state_capital_carry_in", "国有资本经营"),
    ):
        for year in history.actual.index:
            left, right = history.value(carry_out, year), history.value(carry_in, year + 1)
            if np.isfinite(left) and np.isfinite(right):
                looked_at += 1
                if abs(left - right) > 1:
                    cautions.append(f"{name}{year}年结转下年 {left:,.2f} 万元，{year + 1}年上年结转 {right:,.2f} 万元")
    return _Found(looked_at, (), tuple(cautions))


def _v3(place: Place, history: History) -> _Found:
    looked_at, faults = 0, []
    for year in history.actual.index:
        names = ("stabilization_topup", "stabilization_draw", "stabilization_fund_stock")
        topup, draw, stock = (history.value(name, year) for name in names)
        opening = history.value("stabilization_fund_stock", year - 1)
        if np.isfinite([topup, draw, stock, opening]).all():
            looked_at += 1
            if abs(opening + topup - draw - stock) > 2:
                faults.append(f"{year}年预算稳定调节基金：{opening:,.2f} + {topup:,.2f} - {draw:,.2f} 不等于年末 {stock:,.2f} 万元")
    return _Found(looked_at, tuple(faults))


def _v4(place: Place, history: History) -> _Found:
    looked_at, cautions = 0, []
    for kind in DebtKind:
        for label, frame in _frames(history):
            columns = [f"{kind}_closing_stock", f"{kind}_limit_stock"]
            if not set(columns) <= set(frame.columns):
                continue
            for year, (stock, limit) in frame[columns].dropna().iterrows():
                looked_at += 1
                if stock > limit + 0.01:
                    cautions.append(f"{year}年{label}{kind.label}余额 {stock:,.2f} 万元超过限额 {limit:,.2f} 万元")
    return _Found(looked_at, (), tuple(cautions))


def _v5(place: Place, history: History) -> _Found:
    looked_at, faults, cautions = 0, [], []
    for kind in DebtKind:
        for label, frame in _frames(history):
            names = [f"{kind}_{item}" for item in ("opening_stock", "issued", "repaid", "closing_stock")]
            if not set(names) <= set(frame.columns):
                continue
            other = frame.get(f"{kind}_other_change", pd.Series(0.0, index=frame.index)).fillna(0.0)
            for year, (opening, issued, repaid, closing) in frame[names].dropna().iterrows():
                looked_at += 1
                gap = opening + issued - repaid + other[year] - closing
                if abs(gap) > 2:
                    faults.append(f"{year}年{label}{kind.label}：年初＋发行－还本＋其他增减与年末余额差 {gap:,.2f} 万元")
                before = history.value(f"{kind}_closing_stock", int(year) - 1)
                if np.isfinite(before) and abs(before - opening) > 2:
                    cautions.append(f"{year}年{label}{kind.label}年初余额 {opening:,.2f} 万元，上年末余额 {before:,.2f} 万元")
    return _Found(looked_at, tuple(faults), tuple(cautions))


def _v6(place: Place, history: History) -> _Found:
    bonds = place.rows("bonds")
    if not len(bonds):
        return _Found(0)
    looked_at, faults = 0, []
    base = history.last_year
    for kind in DebtKind:
        rows = bonds[(bonds["kind"] == kind) & (bonds["amortisation"] == "bullet")]
        rows = rows[[day.year > base for day in rows["maturity_date"]]]
        instalments = bonds[(bonds["kind"] == kind) & (bonds["amortisation"] != "bullet")]
        stock = history.value(f"{kind}_closing_stock", base)
        if np.isfinite(stock):
            looked_at += 1
            low, high = float(rows["face"].sum()), float(rows["face"].sum() + instalments["face"].sum())
            if not low - 1 <= stock <= high + 1:
                faults.append(f"{kind.label}债券台账未到期面额 {low:,.2f} 至 {high:,.2f} 万元，与{base}年末余额 {stock:,.2f} 万元不符")
    return _Found(looked_at, tuple(faults))


def _v7(place: Place, history: History) -> _Found:
    looked_at, cautions = 0, []
    for year in history.actual.index:
        booked = history.value("transfer_in", year)
        sources = [history.value(name, year) for name in ("fund_transfer_out", "state_capital_transfer_out")]
        if np.isfinite(booked) and np.isfinite(sources).any():
            looked_at += 1
            given = float(np.nansum(sources))
            if given > booked + 2:
                cautions.append(f"{year}年基金和国资调出 {given:,.2f} 万元，一般公共预算调入只有 {booked:,.2f} 万元")
            elif booked > given + 2:
                cautions.append(f"{year}年一般公共预算调入 {booked:,.2f} 万元，其中 {booked - given:,.2f} 万元没有对应的基金或国资调出")
    return _Found(looked_at, (), tuple(cautions))


def _v8(place: Place, history: History) -> _Found:
    totals = place.rows("totals")
    looked_at, faults = 0, []
    for (year, status), rows in totals[totals["scope"] == place.scope].groupby(["year", "status"]) if len(totals) else []:
        given = rows.drop_duplicates("line", keep="last").set_index("line")["amount"]
        if {"own_revenue", "tax_revenue", "nontax_revenue"} <= set(given.index):
            looked_at += 1
            gap = given["tax_revenue"] + given["nontax_revenue"] - given["own_revenue"]
            if abs(gap) > 2:
                faults.append(f"{year}年{Status(status).label}税收加非税与一般公共预算收入差 {gap:,.2f} 万元")
    ledger = history.codes[Budget.GENERAL]
    if len(ledger) and len(totals):
        added = shallow_sum(ledger, ("101", "103"))
        printed = totals[(totals["line"] == "own_revenue") & (totals["scope"] == place.scope) & totals["status"].isin(ACTUAL)]
        for _, row in printed.iterrows():
            if np.isfinite(added.get(row["year"], np.nan)):
                looked_at += 1
                if abs(added[row["year"]] - row["amount"]) > 2:
                    faults.append(f"{row['year']}年 ledger 税收加非税 {added[row['year']]:,.2f} 万元，totals 收入 {row['amount']:,.2f} 万元")
    return _Found(looked_at, tuple(faults))


def _v9(place: Place, history: History) -> _Found:
    ledger = place.rows("ledger")
    looked_at, cautions, faults = 0, [], []
    for (budget, scope, year, status), rows in ledger.groupby(["budget", "scope", "year", "status"]) if len(ledger) else []:
        given = dict(zip(rows["code"], rows["amount"], strict=True))
        children: dict[str, list[float]] = {}
        for code, amount in given.items():
            if len(code) > 3 and code[:-2] in given and code[:-2] != "230" and code[:-2] != "110":
                children.setdefault(code[:-2], []).append(amount)
        for parent, amounts in children.items():
            looked_at += 1
            gap = sum(amounts) - given[parent]
            if abs(gap) <= _tolerance(len(amounts)) + 0.5:
                continue
            text = f"{year}年{Status(status).label}{Budget(budget).label}{scope.label}科目 {parent}：下级相加 {sum(amounts):,.2f}，本级 {given[parent]:,.2f} 万元"
            # A hundred times the parent is no missing row: the unit or a digit is wrong.
            (faults if abs(gap) > 100 * max(abs(given[parent]), 1.0) else cautions).append(text)
    return _Found(looked_at, tuple(faults), tuple(cautions))


def _v10(place: Place, history: History) -> _Found:
    totals = place.rows("totals")
    looked_at, faults = 0, []
    kinds = ("rebates", "general_transfers", "special_transfers")
    for (year, status), rows in totals[totals["scope"] == place.scope].groupby(["year", "status"]) if len(totals) else []:
        given = rows.drop_duplicates("line", keep="last").set_index("line")["amount"]
        if {"transfers", *kinds} <= set(given.index):
            looked_at += 1
            gap = sum(given[kind] for kind in kinds) - given["transfers"]
            if abs(gap) > 2:
                faults.append(f"{year}年{Status(status).label}返还、一般、专项相加与上级补助收入差 {gap:,.2f} 万元")
    return _Found(looked_at, tuple(faults))


def _v11(place: Place, history: History) -> _Found:
    looked_at, cautions = 0, []
    classes = [f"guarantee_{name}" for name in ("living", "salaries", "operations")]
    for label, frame in _frames(history):
        if not {*classes, "guarantees_total"} <= set(frame.columns):
            continue
        for year, row in frame[[*classes, "guarantees_total"]].dropna().iterrows():
            looked_at += 1
            if abs(row[classes].sum() - row["guarantees_total"]) > 2:
                cautions.append(f"{year}年{label}三保分类相加 {row[classes].sum():,.2f}，合计 {row['guarantees_total']:,.2f} 万元")
    return _Found(looked_at, (), tuple(cautions))


def _v12(place: Place, history: History) -> _Found:
    items = place.rows("guarantee_items")
    need = items["persons"] * items["standard"] * items["periods"] * items["coverage"] * 1e-4
    short = items[items["arranged"] < need * 0.995] if len(items) else items
    cautions = [f"“{row['name']}”安排 {row['arranged']:,.2f} 万元，需求 {need[index]:,.2f} 万元" for index, row in short.iterrows()]
    return _Found(len(items), (), tuple(cautions))


def _v13(place: Place, history: History) -> _Found:
    return _Found(len(place.rows("guarantee_items")))


def _v14(place: Place, history: History) -> _Found:
    looked_at, cautions = 0, []
    frame = history.planned
    if {"contingency_reserve", "expenditure"} <= set(frame.columns):
        for year, (reserve, spending) in frame[["contingency_reserve", "expenditure"]].dropna().iterrows():
            looked_at += 1
            if not 0.01 - 5e-5 <= reserve / spending <= 0.03 + 5e-5:
                cautions.append(f"{year}年预算预备费占支出 {reserve / spending:.2%}，预算法第四十条要求 1% 至 3%")
    return _Found(looked_at, (), tuple(cautions))


def _v15(place: Place, history: History) -> _Found:
    looked_at, faults = 0, []
    series = {f"{line}": history.actual[line].dropna() for line in history.actual.columns}
    for budget, frame in history.codes.items():
        series |= {f"{budget.label}{code}": frame[code].dropna() for code in frame.columns if len(code) <= 5}
    macro = place.rows("macro")
    series |= {str(name): rows.set_index("year")["amount"].sort_index() for name, rows in macro.groupby("indicator")} if len(macro) else {}
    for name, values in series.items():
        levels = values[values > 0]
        for (first, low), (second, high) in zip(levels.items(), list(levels.items())[1:], strict=False):
            looked_at += 1
            times = max(high / low, low / high)
            if UNIT_SLIP[0] < times < UNIT_SLIP[1] and max(high, low) > 2_000:
                faults.append(f"“{name}”{first}年 {low:,.2f}、{second}年 {high:,.2f} 万元，相差约 {times:,.0f} 倍，像是亿元、万元、元混用")
    return _Found(looked_at, tuple(faults), ())


def _v16(place: Place, history: History) -> _Found:
    looked_at, faults = 0, []
    for line, name in (("own_revenue", "一般公共预算收入"), ("expenditure", "一般公共预算支出")):
        known = history.actual[line].dropna().index if line in history.actual.columns else []
        if len(known):
            looked_at += len(known)
            missing = sorted(set(range(int(min(known)), int(max(known)) + 1)) - {int(year) for year in known})
            if missing:
                faults.append(f"{name}缺少 {'、'.join(map(str, missing))} 年，年度不连续")
    return _Found(looked_at, tuple(faults))


def _v17(place: Place, history: History) -> _Found:
    looked_at, cautions = 0, []
    for line, name, bound in (
        ("own_revenue", "一般公共预算收入", 0.2), ("tax_revenue", "税收收入", 0.5), ("nontax_revenue", "非税收入", 0.5),
        ("land_revenue", "土地出让收入", 1.0), ("expenditure", "一般公共预算支出", 0.2),
    ):
        values = history.actual[line].dropna() if line in history.actual.columns else pd.Series(dtype=float)
        for year in values.index:
            if year - 1 in values.index and values[year - 1] > 0:
                looked_at += 1
                growth = values[year] / values[year - 1] - 1
                if abs(growth) > bound:
                    cautions.append(f"{name}{year}年比上年{'增' if growth > 0 else '降'} {abs(growth):.1%}，超过 {bound:.0%}")
    share = history.actual.reindex(columns=["tax_revenue", "own_revenue", "land_revenue"])
    for year, row in share.dropna(subset=["tax_revenue", "own_revenue"]).iterrows():
        looked_at += 1
        if row["tax_revenue"] / row["own_revenue"] < 0.5:
            cautions.append(f"{year}年税收占比 {row['tax_revenue'] / row['own_revenue']:.1%}，低于 50%")
    return _Found(looked_at, (), tuple(cautions))


def _v18(place: Place, history: History) -> _Found:
    looked_at, cautions = 0, []
    for kind in DebtKind:
        for year in history.actual.index:
            interest, opening = history.value(f"interest_{kind}", year), history.value(f"{kind}_opening_stock", year)
            if np.isfinite([interest, opening]).all() and opening > 0:
                looked_at += 1
                rate = interest / opening
                if not 0.015 <= rate <= 0.05:
                    cautions.append(f"{year}年{kind.label}付息与年初余额之比 {rate:.2%}，不在 1.5% 至 5% 之间")
    return _Found(looked_at, (), tuple(cautions))


def _v19(place: Place, history: History) -> _Found:
    """Both scopes may stand in one table; figures of the plan's own scope must be there."""
    looked_at, cautions = 0, []
    for name in ("totals", "ledger", "debt", "insurance"):
        rows = place.rows(name)
        if len(rows):
            looked_at += 1
            if not (rows["scope"] == place.scope).any():
                cautions.append(f"{name} 表里没有“{place.scope.label}”口径的行，规划按 {place.scope.label} 编制")
    return _Found(looked_at, (), tuple(cautions))


def _v20(place: Place, history: History) -> _Found:
    """The readers refuse a row without source or status, so what was read has both."""
    return _Found(sum(len(rows) for rows in place.tables.values()))


_CHECKS: tuple[tuple[str, str, str, Callable[[Place, History], _Found]], ...] = (
    ("V1", "各本预算收支两边相等", "收支各项和结转", _v1),
    ("V2", "上年结转下年等于下年上年结转", "连续两年的结转", _v2),
    ("V3", "预算稳定调节基金滚存", "连续两年的基金余额、安排和动用", _v3),
    ("V4", "债务余额不超过限额", "debt 表的余额和限额", _v4),
    ("V5", "债务余额滚存", "debt 表的年初、发行、还本、年末", _v5),
    ("V6", "债券台账与债务余额一致", "bonds 表和 debt 表余额", _v6),
    ("V7", "调出与调入对应", "基金、国资调出和一般公共预算调入", _v7),
    ("V8", "税收加非税等于收入", "税收、非税和收入合计", _v8),
    ("V9", "下级科目相加等于上级科目", "ledger 表的多级科目", _v9),
    ("V10", "各类转移支付相加等于上级补助", "三类转移支付和补助合计", _v10),
    ("V11", "三保分类相加等于合计", "三保分类和合计", _v11),
    ("V12", "三保安排不低于需求", "guarantee_items 表", _v12),
    ("V13", "各级负担比例相加为1", "guarantee_items 表", _v13),
    ("V14", "预备费在1%至3%之间", "预算的预备费和支出", _v14),
    ("V15", "单位一致", "连续年份的数据", _v15),
    ("V16", "年度连续", "历年收入和支出", _v16),
    ("V17", "增长异常", "连续两年的收入和支出", _v17),
    ("V18", "平均利率在1.5%至5%之间", "付息和年初余额", _v18),
    ("V19", "口径一致", "任何一张带口径的表", _v19),
    ("V20", "每个数都有来源和版本", "任何一张表", _v20),
)
