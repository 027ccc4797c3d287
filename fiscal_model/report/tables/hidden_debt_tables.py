"""Tables 22 to 22-7 of the annex: hidden debt by source and instrument, swaps, platforms, strategy, assets, contracts."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.analysis.debt.assets import AssetPool, asset_pool_of
from fiscal_model.analysis.debt.hidden_account import HiddenAccount, hidden_account
from fiscal_model.analysis.debt.platforms import Platforms, platforms_of
from fiscal_model.analysis.debt.repayment_strategy import LIMIT_LABELS, DebtStrategy, debt_strategy
from fiscal_model.analysis.debt.swaps import Swaps, swaps_of
from fiscal_model.arithmetic.debt.hidden import SOURCES
from fiscal_model.law.limits import clear_by
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import number_or_none
from fiscal_model.report.wording import UNVERIFIED, in_years, money, percent
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import HiddenFunding

STATUS = {"optimal": "可行，成本最低", "short": "不可行，已使缺口最小"}
"""How the outcome of a strategy is printed."""


def hidden_debt_tables(plan: Plan) -> list[ReportTable | None]:
    """Build the tables on hidden debt.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of ReportTable or None
        22 to 22-7; None where the place has no such register.
    """
    account, pool, platforms = hidden_account(plan), asset_pool_of(plan), platforms_of(plan)
    swaps, strategy = swaps_of(plan), debt_strategy(plan)
    return [
        path_table(plan, account) if account else None,
        instruments_table(account) if account else None,
        swap_table(swaps) if swaps else None,
        loops_table(swaps) if swaps and len(swaps.ledger) else None,
        platforms_table(platforms) if platforms else None,
        strategy_table(strategy) if strategy and len(strategy.debts) else None,
        assets_table(pool) if pool else None,
        contracts_table(account) if account and float(account.plan.path.contract_stock) > 0 else None,
    ]


def path_table(plan: Plan, account: HiddenAccount) -> ReportTable:
    """Table 22: what is resolved by source and year, the required pace, what is behind, what money does not carry."""
    path = account.plan.path
    values = [account.planned[source] for source in SOURCES]
    rows = [
        _money(HiddenFunding(source).label, amounts, f"hidden_by_{source}")
        for source, amounts in zip(SOURCES, values, strict=True)
        if amounts.any()
    ]
    parts = tuple((position, 1) for position in range(len(rows)))
    rows += [
        _money("化解合计", path.resolved, "hidden_debt_resolved", 0, parts),
        _money("年末余额", path.stock, "hidden_debt_stock", 0),
        _money("当年应化解（按剩余年限均摊）", path.pace, ""),
        _money("累计落后于均衡进度", path.shortfall, ""),
        _money("未化解部分利息", path.interest - path.contract_interest, ""),
        _money("预算安排（本金和全部利息）", plan.lines["hidden_debt_budget"], "hidden_debt_budget"),
        _money("预算财力不足以安排", account.uncovered_budget, ""),
        _money("资产变现不足", account.uncovered_assets, ""),
    ]
    late, after = float(path.late), float(path.contract_stock)
    notes = (
        f"计划在{clear_by()}年后化解的{money(late)}已提前计入{clear_by()}年；原计划到期未清零。"
        if late > 0.5
        else f"按计划{clear_by()}年底清零。",
        *_uncovered_note(plan, account),
        *(("没有可化债资产表，资产变现能否到位未作判断。",) if np.isnan(account.uncovered_assets).any() else ()),
        f"2029年及以后按合同偿还的{money(after)}单列，不在余额内。" * (after > 0.5)
        + "债务重组的本金在展期结束时由预算偿还，计入当年化解。",
    )
    return ReportTable("22", "hidden_debt", "隐性债务化解", "万元", "项目", _years(plan.years), tuple(rows), notes)


def _uncovered_note(plan: Plan, account: HiddenAccount) -> list[str]:
    """Up to the target date: what no money carries is not resolved by being planned."""
    missing, gaps = (
        "、".join(
            f"{year}年{money(float(value))}" for year, value in in_years(plan.years, values) if year <= clear_by()
        )
        for values in (account.uncovered, plan.lines["funding_gap"])
    )
    said = [f"其中没有资金来源：{missing}；不落实就不能如期清零。"] if missing else []
    return said + ([f"规划有收支缺口：{gaps}；补足缺口才能按计划化解。"] if gaps else [])


def instruments_table(account: HiddenAccount) -> ReportTable:
    """Table 22-1: resolved, interest and stock by instrument."""
    rows = []
    for name, group in account.plan.by_instrument().groupby("instrument", sort=False):
        opening = float(group["opening"].iloc[0])
        for column, label, total in (
            ("stock", "年末余额", True),
            ("resolved", "化解", False),
            ("interest", "利息", False),
        ):
            values: tuple[Value, ...] = (
                opening if column == "stock" else None,
                *map(float, group[column].to_numpy(dtype=float)),
            )
            rows.append(ReportRow(f"{name}：{label}" if total else label, values, "money", 0 if total else 2))
    columns = ("基期末", *_years(account.plan.years))
    return ReportTable("22-1", "hidden_debt_instruments", "隐性债务分形式", "万元", "债务形式", columns, tuple(rows))


def swap_table(swaps: Swaps) -> ReportTable:
    """Table 22-2: debts in the order in which they are to be swapped, with what that saves."""
    rows = []
    for row in swaps.order.to_dict("records"):
        values: tuple[Value, ...] = (
            str(row["creditor"]),
            str(row["instrument"]),
            float(row["balance"]),
            percent2(row["rate"]),
            f"{row['years_left']:.1f}",
            float(row["saving"]),
            float(row["planned"]),
            str(row["reason"]),
        )
        rows.append(ReportRow(f"{row['rank']} {row['debt_code']}", values, "money", 1))
    columns = ("债权人", "形式", "余额", "利率", "剩余年限", "置换可节省利息", "计划置换", "排序依据")
    order = rules("hidden_debt")["swap_order"]
    notes = (
        f"截至{swaps.as_of}已置换{money(swaps.swapped)}，待置换{money(swaps.planned)}，进度{percent(swaps.progress)}；"
        f"计划置换的部分可节省利息{money(swaps.saving)}（未折现）。"
        if np.isfinite(swaps.progress)
        else "没有已置换和计划置换的债务。",
        f"节省利息＝余额×（原利率－置换债券利率{percent2(swaps.new_rate)}）×剩余年限；负数表示置换后利息更高。",
        f"排序：{'；'.join(order['value'])}（{order['source']}，{UNVERIFIED}）。"
        f"小额指{rules('hidden_debt')['small_creditor']['value']:,d}万元及以下（{UNVERIFIED}）。",
    )
    return ReportTable("22-2", "swap_order", "置换台账：顺序和节省", "万元", "顺序和编号", columns, tuple(rows), notes)


def percent2(value: float) -> str:
    """Print a rate with two decimals.

    Examples
    --------
    >>> percent2(0.0205)
    '2.05%'
    """
    return f"{value:.2%}"


def loops_table(swaps: Swaps) -> ReportTable:
    """Table 22-3: debt row, payment and closure proof of each swap, and why a loop is open."""
    rows = []
    for row in swaps.ledger.to_dict("records"):
        reasons = swaps.unmatched.loc[swaps.unmatched["row_line"] == row["row_line"], "reason"]
        values: tuple[Value, ...] = (
            str(row["bond_code"]) or "—",
            str(row["swap_date"]),
            float(row["amount"]),
            _day(row["payment_date"]),
            None if pd.isna(row["payment_amount"]) else float(row["payment_amount"]),
            _day(row["closure_date"]),
            str(row["state"]),
            "；".join(reasons),
        )
        rows.append(ReportRow(f"第{row['row_line']}行 {row['debt_code']}", values, "money", 1))
    columns = ("债券", "置换日期", "置换金额", "付款日期", "付款金额", "销号日期", "状态", "未闭环原因")
    found, done = len(set(swaps.unmatched["row_line"])), int((swaps.ledger["state"] != "计划中").sum())
    limits = "、".join(
        f"{rules('hidden_debt')[name]['label']}{rules('hidden_debt')[name]['value']}天"
        for name in ("payment_days", "closure_days")
    )
    notes = (
        f"截至{swaps.as_of}已置换{done}笔，未闭环{found}笔。债务、付款、销号三方一致才算闭环；{limits}（{UNVERIFIED}）。",
    )
    return ReportTable("22-3", "swap_loops", "置换闭环核对", "万元", "台账行和债务编号", columns, tuple(rows), notes)


def platforms_table(platforms: Platforms) -> ReportTable:
    """Table 22-4: platforms, their debt by type, what is left when they leave."""
    rows = []
    for row in platforms.rows.to_dict("records"):
        values: tuple[Value, ...] = (
            float(row["legal_debt"]),
            float(row["hidden_debt"]),
            float(row["registered"]),
            float(row["operating_debt"]),
            str(row["planned_exit"]),
            _day(row["exit_date"]),
            float(row["residual"]),
            str(row["state"]),
        )
        rows.append(ReportRow(str(row["platform"]), values, "money", 1))
    columns = (
        "政府债务", "隐性债务", "台账隐性债务", "经营性债务", "计划退出", "实际退出", "退出时剩余隐性债务", "状态",
    )  # fmt: skip
    notes = (
        *(f"{row.platform}：退出时尚有隐性债务{money(float(row.residual))}，须提前化解或推迟退出。" for row in platforms.behind.itertuples()),
        *(
            f"{row.platform}：填报隐性债务{money(float(row.hidden_debt))}，隐性债务台账合计{money(float(row.registered))}，请核对。"
            for row in platforms.differing.itertuples()
        ),
        "计划只到年度，退出日在年中的，当年计划化解的视为尚未化解；退出不免除偿还责任。",
    )  # fmt: skip
    return ReportTable("22-4", "platforms", "融资平台债务和退出", "万元", "平台", columns, tuple(rows), notes)


def strategy_table(found: DebtStrategy) -> ReportTable:
    """Table 22-5: the least costly way by debt, year and source, beside the register's plan."""
    chosen, base, terms = found.strategy.outcome, found.baseline, found.strategy.terms
    rows = []
    for (code, creditor, source), group in found.decisions.groupby(["debt_code", "creditor", "source"], sort=False):
        by_year = group.set_index("year")["amount"]
        values = np.array([float(by_year.get(year, 0.0)) for year in found.years])
        rows.append(_money(f"{code} {creditor}：{HiddenFunding(source).label}", values, ""))
    rows += [
        _money("隐性债务年末余额：策略", chosen.stock, "", 0),
        _money("隐性债务年末余额：原计划", base.stock, ""),
        _money("可用于偿债的财力", terms.space, "", 0),
        _money("自有资金偿付：策略", chosen.service, ""),
        _money("自有资金偿付：原计划", base.service, ""),
        _money("原计划超出可用财力", found.beyond_space, ""),
        _money("其中：策略避免的", found.avoided, ""),
        _money("一般债务再融资：策略", chosen.refinanced, ""),
    ]
    if chosen.early.any():
        rows.append(_money("提前偿还含权债券", chosen.early.sum(axis=0), ""))
    if found.strategy.shortage.sum() > 0.5:
        rows.append(_money("仍不足", found.strategy.shortage, ""))
    settings = rules("hidden_debt")
    notes = (
        f"{STATUS[found.strategy.status]}。成本现值（利息、发行费、变现折价，不含本金）：原计划{money(base.cost)}，"
        f"策略{money(chosen.cost)}，策略{_less_or_more(found.saving)}；折现率{percent(terms.discount_rate)}、"
        f"比较{terms.horizon}年，均为设计值，{UNVERIFIED}。",
        _peak_note(found),
        *_binding_note(found),
        *_left_note(found),
        "可用财力＝规划已安排的化债和一般债务还本＋待安排财力＋其他一般支出的"
        f"{percent(float(settings['squeeze']['value']))}（设计值，{UNVERIFIED}），且不超过“三保”和其他刚性支出后的财力；"
        "置换额度按原计划逐年，须以上级下达数为准；置换债券利息一律按自有资金计。",
    )
    return ReportTable("22-5", "debt_strategy", "化债策略", "万元", "安排", _years(found.years), tuple(rows), notes)


def _less_or_more(saved: float) -> str:
    return f"{'少' if saved >= 0 else '多'}{money(abs(saved))}"


def _peak_note(found: DebtStrategy) -> str:
    """The highest year of both ways, and what the register's plan pays beyond its space in which year."""
    own, base, years = found.strategy.outcome.service, found.baseline.service, found.years
    peaks = [f"{years[int(values.argmax())]}年{money(float(values.max()))}" for values in (base, own)]
    said = f"自有资金偿付高峰：原计划{peaks[0]}，策略{peaks[1]}，{_less_or_more(found.peak_avoided)}。"
    over = [
        f"{year}年超出{money(amount)}，策略避免{money(float(found.avoided[years.index(year)]))}"
        for year, amount in in_years(years, found.beyond_space)
    ]
    return said + (f"原计划{'；'.join(over)}。" if over else "原计划各年都不超出可用财力。")


def _binding_note(found: DebtStrategy) -> list[str]:
    short = found.strategy.status == "short"
    if not found.strategy.binding:
        if short:
            return ["没有哪一年的哪一项限额单独放宽就能减少缺口，须几项一并筹措。"]
        return ["各年财力、额度都有余，没有约束。"]
    listed = "、".join(f"{year}年{LIMIT_LABELS[name]}" for name, year in found.strategy.binding)
    name, year = found.strategy.binding[0]
    price = float(found.strategy.prices[name][found.years.index(year)])
    if price <= 0:
        return [f"约束最紧的是{listed}：整笔债务须一次结清，增加少量不起作用，须补足整笔所需。"]
    if short:
        return [f"约束最紧的是{listed}：每增加1万元可少留缺口{price:.2f}万元。"]
    return [f"约束最紧的是{listed}：每增加1万元可省成本现值{price:.2f}万元。"]


def _left_note(found: DebtStrategy) -> list[str]:
    left = found.strategy.outcome.unresolved
    if left.sum() <= 0.5:
        return []
    listed = "、".join(
        f"{code}（{money(float(amount))}）"
        for code, amount in zip(found.debts["debt_code"], left, strict=True)
        if amount > 0.5
    )
    return [f"{clear_by()}年底仍未化解{money(float(left.sum()))}：{listed}。"]


def assets_table(pool: AssetPool) -> ReportTable:
    """Table 22-6: what each asset brings and when, and whether that is in time."""
    years, rows = pool.years, []
    for row in pool.rows.to_dict("records"):
        ready, usable = row["ready"], float(row["usable"])
        when = max(ready.year, years[0])
        by_year = [usable if year == when and not row["encumbered"] else None for year in years]
        state = "受限，不计入" if row["encumbered"] else f"{ready:%Y年%m月}到账"
        values: tuple[Value, ...] = (float(row["value"]), percent(float(row["haircut"])), state, *by_year)
        rows.append(ReportRow(f"{row['asset_code']} {row['name']}", values, "money", 1))
    for label, amounts, total in (
        ("可变现合计", pool.cash, True),
        ("计划以资产处置化解", pool.need, False),
        ("其中：按期变现", pool.in_time, False),
        ("其中：变现晚于到期", pool.bridged, False),
        ("其中：没有资产可抵", pool.uncovered, False),
        ("可另用于法定债务本金", pool.legal, False),
    ):
        rows.append(ReportRow(label, (None, "", "", *map(float, amounts)), "money", 0 if total else 1, "", (), total))
    covered = tuple("—" if not np.isfinite(value) else f"{value:.1f}" for value in pool.months_covered)
    rows.append(ReportRow("累计可保障偿债月数", (None, "", "", *covered), "text", 0))
    waits = [
        f"{year}年有{money(float(amount))}晚于到期变现，最长晚{months}个月，须过桥或展期。"
        for year, amount, months in zip(years, pool.bridged, pool.wait, strict=True)
        if amount > 0.5
    ]
    held = pool.encumbered
    notes = (
        *waits,
        *([f"受限资产{len(held)}项、价值{money(float(held['value'].sum()))}，不计入可用。"] if len(held) else []),
        "可用＝价值×（1－折扣），有评估价值的按评估价值；先到期的先用、先变现的先用。"
        "累计可保障偿债月数＝累计可变现÷当年月均自有资金还本付息。",
    )
    columns = ("价值", "折扣", "到账", *_years(years))
    return ReportTable("22-6", "asset_pool", "可化债资产和时间缺口", "万元", "资产", columns, tuple(rows), notes)


def contracts_table(account: HiddenAccount) -> ReportTable:
    """Table 22-7: contracts that run on after 2028, with their own service."""
    hidden, path = account.plan, account.plan.path
    chosen = hidden.parts["contract"].to_numpy(dtype=bool)
    rows = []
    for part in hidden.parts[chosen].to_dict("records"):
        maturity = part["maturity_date"]
        values: tuple[Value, ...] = (
            float(part["amount"]),
            percent2(float(part["rate"])),
            _day(maturity) or f"{part['year']}年",
            HiddenFunding(part["funding"]).label,
            *([None] * len(hidden.years)),
        )
        rows.append(ReportRow(f"{part['debt_code']} {part['creditor']}", values, "money", 1))
    for label, amounts in (
        ("本金（按合同）", path.contract_principal),
        ("利息", path.contract_interest),
        ("年末余额", path.contract_balance),
    ):
        rows.append(ReportRow(label, (None, "", "", "", *map(float, amounts)), "money", 0))
    columns = ("余额", "利率", "到期", "偿还来源", *_years(hidden.years))
    notes = ("2029年及以后到期、按合同偿还的棚改等债务，不在清零范围内；利息由预算安排。",)
    return ReportTable(
        "22-7", "hidden_contracts", "2028年后按合同偿还的债务", "万元", "债务", columns, tuple(rows), notes
    )


def _years(years: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"{year}年" for year in years)


def _money(
    label: str, values: np.ndarray, line: str, level: int = 1, parts: tuple[tuple[int, int], ...] = ()
) -> ReportRow:
    shown = tuple(number_or_none(float(value)) for value in values)
    return ReportRow(label, shown, "money", level, line, parts, level == 0)


def _day(day: object) -> str | None:
    return str(day) if isinstance(day, dt.date) and not pd.isna(day) else None
