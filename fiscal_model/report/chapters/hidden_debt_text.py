"""What the plan says of hidden debt: the way to zero, who pays, swaps, platforms, assets, the least costly way."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.debt.assets import match_assets
from fiscal_model.analysis.debt.hidden_account import HiddenAccount, account_hidden
from fiscal_model.analysis.debt.platforms import review_platforms
from fiscal_model.analysis.debt.repayment_strategy import LIMIT_LABELS, plan_strategy
from fiscal_model.analysis.debt.swaps import rank_swaps
from fiscal_model.arithmetic.debt.hidden import SOURCES
from fiscal_model.law.limits import clear_by
from fiscal_model.model.projection import Plan
from fiscal_model.report.material import Material
from fiscal_model.report.wording import NOT_GIVEN, UNVERIFIED, money, percent
from fiscal_model.report.wording_by_year import money_by_year, money_in_years
from fiscal_model.words.vocabulary import HiddenFunding


def hidden_sentences(m: Material) -> list[str]:
    """Write the paragraphs on hidden debt for the chapter on debt; one sentence where the place has no register."""
    account = account_hidden(m.plan)
    if account is None:
        return [f"隐性债务{NOT_GIVEN}。不得新增隐性债务，不得以任何形式违法违规举债。"]
    return [
        _path(m.plan, account),
        *_money_for_it(account),
        *_swaps(m.plan),
        *_platforms(m.plan),
        *_assets(m.plan),
        *_strategy(m.plan),
        "不得新增隐性债务，不得以任何形式违法违规举债。",
    ]


def _path(plan: Plan, account: HiddenAccount) -> str:
    path, years = account.plan.path, plan.years
    total = float(path.resolved.sum())
    shares = "、".join(
        f"{HiddenFunding(source).label}{money(account.planned[source].sum())}"
        for source in SOURCES
        if account.planned[source].sum() > 0.5
    )
    said = f"隐性债务规划期化解{money(total)}"
    said += f"（{shares}）" if shares else ""
    said += f"，年末余额为：{money_by_year(years, path.stock)}。"
    late = float(path.late)
    if late > 0.5:
        said += f"原计划有{money(late)}排在{clear_by()}年以后，达不到{clear_by()}年底清零的要求，本规划已提前到{clear_by()}年，须落实资金。"
    elif clear_by() in years:
        left = float(path.stock[years.index(clear_by())])
        said += (
            f"按计划{clear_by()}年底清零。" if left < 0.5 else f"按计划{clear_by()}年底仍有{money(left)}，没有清零。"
        )
    if behind := money_in_years(years, path.shortfall):
        said += f"与逐年均衡化解相比，累计进度落后：{behind}。"
    if float(path.contract_stock) > 0.5:
        said += f"按合同在{clear_by() + 1}年及以后偿还的{money(float(path.contract_stock))}单列，不在上述余额内。"
    return said


def _money_for_it(account: HiddenAccount) -> list[str]:
    years, found = account.plan.years, []
    for label, amounts in (
        ("可用财力在“三保”和其他刚性支出之后不足以安排预算化债资金", account.uncovered_budget),
        ("资产变现达不到计划", np.nan_to_num(account.uncovered_assets)),
    ):
        if short := money_in_years(years, amounts, "缺"):
            found.append(f"{label}：{short}，须另行落实来源。")
    return found


def _swaps(plan: Plan) -> list[str]:
    swaps = rank_swaps(plan)
    if swaps is None or not np.isfinite(swaps.progress):
        return []
    said = f"置换工作截至{plan.base_year}年底已置换{money(swaps.swapped)}，待置换{money(swaps.planned)}，进度{percent(swaps.progress)}，"
    said += f"待置换部分可节省利息{money(swaps.saving)}。"
    first = [f"{row.debt_code}（{row.reason}）" for row in swaps.order.head(3).itertuples()]
    said += f"置换顺序居前的为：{'、'.join(first)}（排序为设计值，{UNVERIFIED}）。" if first else ""
    if len(swaps.unmatched):
        listed = "；".join(f"台账第{row.row_line}行{row.debt_code}{row.reason}" for row in swaps.unmatched.itertuples())
        return [said, f"闭环核对发现未闭环{len(set(swaps.unmatched['row_line']))}笔：{listed}。"]
    return [said + ("债务、付款、销号全部闭环。" if len(swaps.ledger) else "")]


def _platforms(plan: Plan) -> list[str]:
    platforms = review_platforms(plan)
    if platforms is None:
        return []
    rows = platforms.rows
    said = f"融资平台{len(rows)}家，已退出{int(rows['exited'].sum())}家。"
    for row in platforms.behind.itertuples():
        leaves = row.exit_date if row.exited else row.planned_exit
        said += f"{row.platform}{'已于' if row.exited else '计划'}{leaves}退出，按化债计划届时尚有隐性债务{money(row.residual)}未化解。"
    return [said]


def _assets(plan: Plan) -> list[str]:
    pool = match_assets(plan)
    if pool is None:
        return []
    said = f"可化债资产扣除折扣后规划期可变现{money(pool.cash.sum())}，计划以资产处置化解{money(pool.need.sum())}。"
    for year, amount, months in zip(pool.years, pool.bridged, pool.wait, strict=True):
        if amount > 0.5:
            said += f"{year}年有{money(amount)}要晚{months}个月才能变现。"
    if short := money_in_years(pool.years, pool.uncovered):
        said += f"没有资产可抵的：{short}。"
    return [said]


def _strategy(plan: Plan) -> list[str]:
    found = plan_strategy(plan)
    if found is None or not len(found.debts):
        return []
    chosen, base = found.strategy.outcome, found.baseline
    if found.strategy.status == "short":
        left, missing = float(chosen.unresolved.sum()), float(found.strategy.shortage.sum())
        said = (
            f"按各年可用财力、置换额度和资产变现测算，{clear_by()}年底不能全部清零，至少还差{money(left + missing)}。"
        )
    else:
        said = (
            f"按各年可用财力、置换额度和资产变现测算，化债成本最低的安排现值为{money(chosen.cost)}，"
            f"比原计划（{money(base.cost)}）少{money(found.saving)}；自有资金偿付高峰由{money(base.service.max())}"
            f"变为{money(chosen.service.max())}。"
        )
    if over := money_in_years(found.years, found.beyond_space):
        said += f"原计划超出当年可用财力：{over}。"
    if found.strategy.binding:
        listed = "、".join(f"{year}年{LIMIT_LABELS[name]}" for name, year in found.strategy.binding)
        said += f"约束最紧的是{listed}。"
    return [said + f"折现率、比较年限和可压减比例为设计值，{UNVERIFIED}。"]
