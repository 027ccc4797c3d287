"""How real the assumptions are, in sentences for one who decides."""

from __future__ import annotations

from fiscal_model.analysis.risk.realism import LAST, Tried, realism
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import money, percent

_TOLD = 2
"""So many of the assumptions that matter most are told; the table has all."""


def realism_sentences(plan: Plan) -> list[str]:
    """Say which assumptions are optimistic against the record, and which one matters most."""
    found = realism(plan)
    compared = [one for one in found.tried if one.own.periods or one.peers.periods]
    if found.optimistic:
        listed = "；".join(f"{one.label}{percent(one.value)}（{_against(one)}）" for one in found.optimistic)
        said = f"与历史和可比地区相比偏乐观的假设：{listed}，应留有余地或说明依据"
    elif compared:
        said = f"与历史和可比地区能比的{len(compared)}项主要假设，没有偏乐观的"
    else:
        said = "历史年份不足，主要假设无从与历史和可比地区比较"
    told = "；其次是".join(_matters(one, plan) for one in found.matters[:_TOLD])
    return [f"{said}（附表30-1）。", *([f"各项假设单独偏离一个标准差，影响最大的是{told}。"] if told else [])]


def _against(one: Tried) -> str:
    """Which records it is more favourable than, of those it is optimistic against."""
    parts = []
    if one.own.optimistic:
        parts.append(f"比本地{one.own.periods}个历史时期{_most(one.own.share)}有利")
    if one.peers.optimistic:
        parts.append(f"比各省各时期{_most(one.peers.share)}有利")
    return "，".join(parts)


def _most(share: float) -> str:
    return "都" if share == 1 else f"的{share:.0%}"


def _matters(one: Tried, plan: Plan) -> str:
    """What becomes of the answer when the assumption is a deviation less favourable."""
    way = "低" if one.better > 0 else "高"
    free, gap = one.worse["uncommitted_resources"][LAST], one.worse["funding_gap"][LAST]
    said = f"{one.label}{way}{100 * one.deviation:.1f}个百分点，{plan.years[-1]}年未安排财力{'减少' if free < 0 else '增加'}{money(abs(free))}"
    return said + (f"，收支缺口增加{money(gap)}" if gap > 0.5 else "")
