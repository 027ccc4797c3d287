"""Tables 22 to 22-7 of the annex: hidden debt by source and instrument, swaps, platforms, strategy, assets, contracts."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.debt.assets import match_assets
from fiscal_model.analysis.debt.hidden_account import HiddenAccount, account_hidden
from fiscal_model.analysis.debt.platforms import review_platforms
from fiscal_model.analysis.debt.repayment_strategy import LIMIT_LABELS, DebtStrategy, plan_strategy
from fiscal_model.analysis.debt.swaps import rank_swaps
from fiscal_model.arithmetic.debt.hidden import SOURCES
from fiscal_model.law.limits import clear_by
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, day, table
from fiscal_model.report.wording import UNVERIFIED, money, percent
from fiscal_model.report.wording_by_year import in_years
from fiscal_model.words.vocabulary import HiddenFunding

STATUS = {"optimal": "可行，成本最低", "short": "不可行，已使缺口最小"}
"""How the outcome of a strategy is printed."""
_BY_INSTRUMENT = {"stock": "年末余额", "resolved": "化解", "interest": "利息"}


@table("22", "hidden_debt", "隐性债务化解", "项目")
def path_table(plan: Plan) -> Content | None:
    """What is resolved by source and year, the required pace, what is behind, what money does not carry."""
    account = account_hidden(plan)
    if account is None:
        return None
    path = account.plan.path
    sources = [
        Line(f"hidden_by_{source}", HiddenFunding(source).label, account.planned[source])
        for source in SOURCES
        if account.planned[source].any()
    ]
    rows = [
        *sources,
        Line("hidden_debt_resolved", "化解合计", path.resolved, 0, " + ".join(row.id for row in sources)),
        Line("hidden_debt_stock", "年末余额", path.stock, 0),
        Line("hidden_debt_pace", "当年应化解（按剩余年限均摊）", path.pace),
        Line("hidden_debt_behind", "累计落后于均衡进度", path.shortfall),
        Line("hidden_debt_interest", "未化解部分利息", path.interest - path.contract_interest),
        Line("hidden_debt_budget", "预算安排（本金和全部利息）", plan.lines["hidden_debt_budget"]),
        Line("uncovered_budget", "预算财力不足以安排", account.uncovered_budget),
        Line("uncovered_assets", "资产变现不足", account.uncovered_assets),
    ]
    late, after = float(path.late), float(path.contract_stock)
    notes = (
        f"计划在{clear_by()}年后化解的{money(late)}已提前计入{clear_by()}年；原计划到期未清零。"
        if late > 0.5
        else f"按计划{clear_by()}年底清零。",
        *_uncovered_note(plan, account),
        *(("没有可化债资产表，资产变现能否到位未作判断。",) if np.isnan(account.uncovered_assets).any() else ()),
        f"{clear_by() + 1}年及以后按合同偿还的{money(after)}单列，不在余额内。" * (after > 0.5)
        + "债务重组的本金在展期结束时由预算偿还，计入当年化解。",
    )
    return Content(rows, notes)


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


@table("22-1", "hidden_debt_instruments", "隐性债务分形式", "债务形式", [Column("基期末", ""), Spread()])
def instruments_table(plan: Plan) -> Content | None:
    """Resolved, interest and stock by instrument."""
    account, rows = account_hidden(plan), []
    if account is None:
        return None
    for number, (name, group) in enumerate(account.plan.by_instrument().groupby("instrument", sort=False), 1):
        for column, label in _BY_INSTRUMENT.items():
            first = column == "stock"
            lead = (float(group["opening"].iloc[0]) if first else None,)
            label = f"{name}：{label}" if first else label
            rows.append(
                Line(f"{column}_{number}", label, group[column].to_numpy(), 0 if first else 2, total=False, lead=lead)
            )
    return Content(rows)


@table(
    "22-2", "swap_order", "置换台账：顺序和节省", "顺序和编号",
    [
        Column("债权人", "creditor", "text"), Column("形式", "instrument", "text"), Column("余额", "balance"),
        Column("利率", "rate", "rate"), Column("置换债券利率", "new_rate", "rate"), Column("剩余年限", "years_left", "tenth"),
        Column("置换可节省利息", "saving"), Column("计划置换", "planned"), Column("排序依据", "reason", "text"),
    ],
    label="{rank} {debt_code}", row_id="swap_{debt_code}",
)  # fmt: skip
def swap_table(plan: Plan) -> Content | None:
    """Debts in the order in which they are to be swapped, with what that saves."""
    swaps, settings = rank_swaps(plan), rules("hidden_debt")
    if swaps is None:
        return None
    order, small = settings["swap_order"], settings["small_creditor"]["value"]
    notes = (
        f"截至{swaps.as_of}已置换{money(swaps.swapped)}，待置换{money(swaps.planned)}，进度{percent(swaps.progress)}；"
        f"计划置换的部分可节省利息{money(swaps.saving)}（未折现）。"
        if np.isfinite(swaps.progress)
        else "没有已置换和计划置换的债务。",
        "节省利息＝余额×（原利率－置换债券利率）×剩余年限；负数表示置换后利息更高。"
        "置换债券利率与规划计息所用的同类、同年新发债券利率相同，化债策略也用这一利率。",
        f"排序：{'；'.join(order['value'])}（{order['source']}，{UNVERIFIED}）。"
        f"小额指{small:,d}万元及以下（{UNVERIFIED}）。",
    )
    return Content(swaps.order, notes)


@table(
    "22-3", "swap_loops", "置换闭环核对", "台账行和债务编号",
    [
        Column("债券", lambda row: row["bond_code"] or None, "text"), Column("置换日期", "swap_date", "text"),
        Column("置换金额", "amount"), Column("付款日期", "payment_date", "text"), Column("付款金额", "payment_amount"),
        Column("销号日期", "closure_date", "text"), Column("状态", "state", "text"), Column("未闭环原因", "reasons", "text"),
    ],
    label="第{row_line}行 {debt_code}", row_id="loop_{row_line}",
)  # fmt: skip
def loops_table(plan: Plan) -> Content | None:
    """Debt row, payment and closure proof of each swap, and why a loop is open."""
    swaps, settings = rank_swaps(plan), rules("hidden_debt")
    if swaps is None:
        return None
    reasons = swaps.unmatched.groupby("row_line")["reason"].agg("；".join)
    found, done = len(reasons), int((swaps.ledger["state"] != "计划中").sum())
    limits = "、".join(
        f"{settings[name]['label']}{settings[name]['value']}天" for name in ("payment_days", "closure_days")
    )
    notes = (
        f"截至{swaps.as_of}已置换{done}笔，未闭环{found}笔。债务、付款、销号三方一致才算闭环；{limits}（{UNVERIFIED}）。",
    )
    return Content(swaps.ledger.assign(reasons=swaps.ledger["row_line"].map(reasons).fillna("")), notes)


@table(
    "22-4", "platforms", "融资平台债务和退出", "平台",
    [
        Column("政府债务", "legal_debt"), Column("隐性债务", "hidden_debt"), Column("台账隐性债务", "registered"),
        Column("经营性债务", "operating_debt"), Column("计划退出", "planned_exit", "text"),
        Column("实际退出", "exit_date", "text"), Column("退出时剩余隐性债务", "residual"), Column("状态", "state", "text"),
    ],
    label="platform", row_id="platform_{row_line}",
)  # fmt: skip
def platforms_table(plan: Plan) -> Content | None:
    """Platforms, their debt by type, what is left when they leave."""
    platforms = review_platforms(plan)
    if platforms is None:
        return None
    notes = (
        *(f"{row.platform}：退出时尚有隐性债务{money(float(row.residual))}，须提前化解或推迟退出。" for row in platforms.behind.itertuples()),
        *(
            f"{row.platform}：填报隐性债务{money(float(row.hidden_debt))}，隐性债务台账合计{money(float(row.registered))}，请核对。"
            for row in platforms.differing.itertuples()
        ),
        "计划只到年度，退出日在年中的，当年计划化解的视为尚未化解；退出不免除偿还责任。",
    )  # fmt: skip
    return Content(platforms.rows, notes)


@table("22-5", "debt_strategy", "化债策略", "安排")
def strategy_table(plan: Plan) -> Content | None:
    """The least costly way by debt, year and source, beside the register's plan."""
    found = plan_strategy(plan)
    if found is None or not len(found.debts):
        return None
    chosen, base, terms = found.strategy.outcome, found.baseline, found.strategy.terms
    decided = found.decisions.groupby(["debt_code", "creditor", "source"], sort=False)
    early, short = chosen.early, found.strategy.shortage
    rows = [
        *(
            Line(
                f"{code}_{source}",
                f"{code} {creditor}：{HiddenFunding(source).label}",
                part.set_index("year")["amount"].reindex(found.years, fill_value=0.0),
            )
            for (code, creditor, source), part in decided
        ),
        Line("strategy_stock", "隐性债务年末余额：策略", chosen.stock, 0),
        Line("planned_stock", "隐性债务年末余额：原计划", base.stock),
        Line("strategy_space", "可用于偿债的财力", terms.space, 0),
        Line("strategy_service", "自有资金偿付：策略", chosen.service),
        Line("planned_service", "自有资金偿付：原计划", base.service),
        Line("beyond_space", "原计划超出可用财力", found.beyond_space),
        Line("beyond_space_avoided", "其中：策略避免的", found.avoided),
        Line("strategy_refinanced", "一般债务再融资：策略", chosen.refinanced),
        *([Line("repaid_early", "提前偿还含权债券", early.sum(axis=0))] if early.any() else []),
        *([Line("strategy_shortage", "仍不足", short)] if short.sum() > 0.5 else []),
    ]
    notes = (
        f"{STATUS[found.strategy.status]}。成本现值（利息、发行费、变现折价，不含本金）：原计划{money(base.cost)}，"
        f"策略{money(chosen.cost)}，策略{_less_or_more(found.saving)}；折现率{percent(terms.discount_rate)}、"
        f"比较{terms.horizon}年，均为设计值，{UNVERIFIED}。",
        _peak_note(found),
        *_binding_note(found),
        *_left_note(found),
        "可用财力＝规划已安排的化债和一般债务还本＋待安排支出＋其他一般支出的"
        f"{percent(float(rules('hidden_debt')['squeeze']['value']))}（设计值，{UNVERIFIED}），且不超过“三保”和其他刚性支出后的财力；"
        "置换额度按原计划逐年，须以上级下达数为准；置换债券利息一律按自有资金计。",
    )
    return Content(rows, notes, [f"{year}年" for year in found.years])


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


@table(
    "22-6", "asset_pool", "可化债资产和时间缺口", "资产",
    [Column("价值", "value"), Column("折扣", "haircut", "ratio"), Column("到账", "state", "text"), Spread()],
    label="{asset_code} {name}", row_id="asset_{asset_code}",
)  # fmt: skip
def assets_table(plan: Plan) -> Content | None:
    """What each asset brings and when, and whether that is in time."""
    pool = match_assets(plan)
    if pool is None:
        return None
    years, records = pool.years, []
    for row in pool.rows.to_dict("records"):
        when, held = max(row["ready"].year, years[0]), row["encumbered"]
        state = "受限，不计入" if held else f"{row['ready']:%Y年%m月}到账"
        by_year = [row["usable"] if year == when and not held else None for year in years]
        records.append({**row, "state": state, "values": by_year})
    rows = [
        Line("assets_cash", "可变现合计", pool.cash, 0, lead=(None,)),
        Line("assets_needed", "计划以资产处置化解", pool.need, lead=(None,)),
        Line("assets_in_time", "其中：按期变现", pool.in_time, lead=(None,)),
        Line("assets_bridged", "其中：变现晚于到期", pool.bridged, lead=(None,)),
        Line("assets_uncovered", "其中：没有资产可抵", pool.uncovered, lead=(None,)),
        Line("assets_for_legal_debt", "可另用于法定债务本金", pool.legal, lead=(None,)),
        Line("months_covered", "累计可保障偿债月数", pool.months_covered, 0, total=False, kind="tenth", lead=(None,)),
    ]
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
    return Content([*records, *rows], notes, [f"{year}年" for year in years])


@table(
    "22-7", "hidden_contracts", f"{clear_by()}年后按合同偿还的债务", "债务",
    [
        Column("余额", "amount"), Column("利率", "rate", "rate"),
        Column("到期", lambda row: day(row["maturity_date"]) or f"{row['year']}年", "text"),
        Column("偿还来源", lambda row: HiddenFunding(row["funding"]), "text"), Spread(),
    ],
    label="{debt_code} {creditor}", row_id="contract_{debt_code}",
)  # fmt: skip
def contracts_table(plan: Plan) -> Content | None:
    """Contracts that run on after 2028, with their own service."""
    account = account_hidden(plan)
    if account is None or float(account.plan.path.contract_stock) <= 0:
        return None
    path, parts = account.plan.path, account.plan.parts
    rows = [
        Line("contract_principal", "本金（按合同）", path.contract_principal, 0, total=False, lead=(None,)),
        Line("contract_interest", "利息", path.contract_interest, 0, total=False, lead=(None,)),
        Line("contract_balance", "年末余额", path.contract_balance, 0, total=False, lead=(None,)),
    ]
    notes = (f"{clear_by() + 1}年及以后到期、按合同偿还的棚改等债务，不在清零范围内；利息由预算安排。",)
    return Content([*parts[parts["contract"].to_numpy(dtype=bool)].to_dict("records"), *rows], notes)
