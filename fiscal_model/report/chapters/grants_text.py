"""Sentences on transfers line by line and on land parcel by parcel; nothing where a place has no such lines."""

from __future__ import annotations

import numpy as np

from fiscal_model.arithmetic.budgets.funds import each_fund
from fiscal_model.blocks.revenue.parcels import levies_due, levies_verified
from fiscal_model.model.compute import fund_terms
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import UNVERIFIED, money, percent
from fiscal_model.report.wording_by_year import in_years, money_by_year, money_in_years
from fiscal_model.words.vocabulary import TransferLogic


def transfer_sentences(plan: Plan) -> list[str]:
    """Say how transfers were carried forward line by line, what was announced, what follows which spending; empty without lines."""
    lines, amounts = plan.basis.revenue.transfers.lines, plan.basis.revenue.transfers.amounts
    if not lines:
        return []
    said = []
    for logic in TransferLogic:
        inside = [at for at, line in enumerate(lines) if line.logic is logic]
        if inside:
            base, last = sum(lines[at].base for at in inside), float(amounts[inside, -1].sum())
            said.append(f"{logic.label}{len(inside)}项，基期{money(base)}、{plan.years[-1]}年{money(last)}")
    doubt = f"，测算方式和增幅上限{UNVERIFIED}" if any(line.quality == "unverified" for line in lines) else ""
    found = [f"上级补助按{plan.basis.revenue.transfers.grain}逐项测算：{'；'.join(said)}{doubt}，见附表04-1。"]
    noticed = [(line.notice, path[0]) for line, path in zip(lines, amounts, strict=True) if np.isfinite(line.notice)]
    if noticed:
        told, expected = (float(sum(values)) for values in zip(*noticed, strict=True))
        found.append(
            f"{plan.years[0]}年已提前下达{len(noticed)}项{money(told)}，相同项目测算{money(expected)}；"
            "提前下达数编入预算，作为当年的下限。"
        )
    tied = [line.name for line in lines if line.tied_to]
    if tied:
        found.append(f"{'、'.join(tied)}随所补助的支出变动。")
    return found


def land_sentences(plan: Plan) -> list[str]:
    """Say what land sales rest on, what they cost and what is set aside from them; empty where land revenue is unknown."""
    if "land_revenue" in plan.unavailable:
        return []
    land, revenue, cost = plan.basis.revenue.land, plan.line("land_revenue"), plan.line("land_cost")
    found = []
    if land.grain:
        covered = [year for year, known in zip(plan.years, land.covered, strict=True) if known]
        span = f"{covered[0]}年至{covered[-1]}年" if covered else "规划期内"
        paid = land.income.sum(axis=0)
        text = f"土地出让收入{span}按{land.grain}逐宗测算，台账收入为：{money_by_year(plan.years, paid)}，见附表13-1"
        found.append(f"{text}；台账以外年度按假设增速推算。")
    levies = levies_due(land, revenue, plan.years)[1].sum(axis=1)
    doubt = "" if levies_verified() else f"（计提比例{UNVERIFIED}）"
    found.append(
        f"规划期土地出让收入合计{money(revenue.sum())}，成本{money(cost.sum())}，"
        f"应计提各项资金{money(levies.sum())}{doubt}，净收入{money((revenue - cost - levies).sum())}。"
    )
    if unpaid := money_in_years(plan.years, plan.line("land_cost_gap")):
        found.append(f"偿债之后的土地出让收入不足以付清成本，没有来源的成本列为基金缺口：{unpaid}。")
    squeezed = in_years(plan.years, levies - land_spending_left(plan))
    if squeezed and land.grain:
        years = "、".join(f"{year}年" for year, _ in squeezed)
        found.append(f"{years}偿债等支出之后的基金财力不足以安排应计提资金，须统筹安排。")
    return found


def land_spending_left(plan: Plan) -> np.ndarray:
    """Return what the land fund can spend beside its costs and debt, (year,): all other fund spending with totals only."""
    found, funds = each_fund(fund_terms(plan.basis, dict(plan.lines))), plan.basis.balance.funds
    return found["other_spending"] @ (funds.split.land if funds else np.ones(1))


def land_tail_sentence(plan: Plan) -> str:
    """Say how far land revenue may fall in the simulation."""
    deviation = plan.basis.revenue.land.deviation[0]
    entry = plan.basis.assumed.entries["land_tail_degrees"]
    doubt = f"，{UNVERIFIED}" if entry.quality == "unverified" else ""
    return (
        f"土地出让收入的模拟采用厚尾分布（一年期标准差{percent(deviation)}，"
        f"自由度{plan.basis.assumed.number('land_tail_degrees'):g}{doubt}），大跌的可能性高于正态分布。"
    )
