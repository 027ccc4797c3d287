"""What the plan says of contingent liabilities: what they cost, whether pools and multiples hold, what they do to the debt ratio."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.affordability.contingent import Contingency, contingent
from fiscal_model.blocks.balance.contingents import stress_level
from fiscal_model.law.limits import as_percent
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import UNVERIFIED, band, money, percent
from fiscal_model.report.wording_by_year import money_by_year
from fiscal_model.words.vocabulary import ContingentKind


def contingent_sentences(plan: Plan) -> list[str]:
    """Write the paragraphs on contingent liabilities for the chapter on debt, under their heading; none without a register."""
    found = contingent(plan)
    if found is None:
        return []
    return ["（八）或有负债", _cash(found), *_holds(found), *_beside_the_bands(found)]


def _cash(found: Contingency) -> str:
    worst = int(found.stressed.argmax())
    level = as_percent(float(stress_level()[0]))
    assumed = f"，其中{sum(map(bool, found.items['assumed']))}项的违约参数为缺省值，{UNVERIFIED}" * any(
        found.items["assumed"]
    )
    return (
        f"贴息、风险补偿、担保、周转金和基金出资的预期支出已列入规划：{money_by_year(found.years, found.expected)}；"
        f"按{level}口径最多的一年是{found.years[worst]}年，须支出{money(float(found.stressed[worst]))}（附表25-2、25-3）{assumed}。"
    )


def _holds(found: Contingency) -> list[str]:
    """Say which pools and companies do not hold; that all do where there are any."""
    pools = found.items["kind"].isin([ContingentKind.RISK_POOL, ContingentKind.GUARANTEE])
    if not pools.any():
        return []
    said = [
        f"{row.item}的资金{money(row.reserve)}，不足一个坏年份的损失{money(row.loss_stressed)}"
        for row in found.short.itertuples()
    ] + [
        f"{row.item}担保余额为净资产的{row.multiple:.1f}倍，超过{row.allowed:g}倍的上限（{UNVERIFIED}），须压降或增资"
        for row in found.beyond.itertuples()
    ]
    return ["；".join(said) + "。"] if said else ["各资金池的资金都够一个坏年份的损失，担保都在净资产倍数以内。"]


def _beside_the_bands(found: Contingency) -> list[str]:
    """Say what the debt ratio comes to with what may be called, where it is known."""
    rise = found.debt_ratio_called - found.debt_ratio
    if not np.isfinite(rise).any() or not found.called.any():
        return []
    at = int(np.nanargmax(rise))
    plain, called = float(found.debt_ratio[at]), float(found.debt_ratio_called[at])
    words = band("debt_ratio", plain), band("debt_ratio", called)
    moved = f"，由{words[0]}档变为{words[1]}档" if words[0] != words[1] else "，档次不变"
    return [
        f"或有支出加计到债务后，债务率最多升高的是{found.years[at]}年，由{percent(plain)}升到{percent(called)}{moved}。"
    ]
