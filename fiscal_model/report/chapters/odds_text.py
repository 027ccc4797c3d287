"""The odds of a simulation as one says them aloud: in how many futures, how deep, when first."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.risk.fan_counts import GUARANTEE_LIGHT
from fiscal_model.analysis.risk.simulate import WORST
from fiscal_model.analysis.risk.variance_parts import parts_of
from fiscal_model.report.material import Material
from fiscal_model.report.wording import money, odds_percent, percent

_DEEPEST = 0
"""Row of `Fan.shortfalls`: mean of the worst futures, `WORST` of all."""
_ALMOST = 0.95
_COUNTED = ((0.5, "每两种未来中约有一种"), (1 / 3, "每三种未来中约有一种"), (0.25, "每四种未来中约有一种"), (0.2, "每五种未来中约有一种"),
            (0.1, "每十种未来中约有一种"), (0.05, "每二十种未来中约有一种"), (0.02, "每五十种未来中约有一种"), (0.01, "每一百种未来中约有一种"))  # fmt: skip
_TURNED = ((2 / 3, "每三种未来中约有两种"), (0.75, "每四种未来中约有三种"), (0.9, "每十种未来中约有九种"))
_WARNINGS = {
    "funding_gap": "出现收支缺口",
    "fund_gap": "出现政府性基金缺口",
    "guarantee_coverage": "可用财力不够保“三保”",
    GUARANTEE_LIGHT: "“三保”预警等级为橙或红",
}


def in_futures(share: float) -> str:
    """Say a share of futures in whole numbers.

    Examples
    --------
    >>> in_futures(0.23), in_futures(0.7), in_futures(0.004), in_futures(0.98), in_futures(0.0)
    ('每四种未来中约有一种', '每三种未来中约有两种', '一百种未来中不到一种', '几乎所有未来', '没有一种未来')
    """
    if share <= 0:
        return "没有一种未来"
    if share >= _ALMOST:
        return "几乎所有未来"
    if share < _COUNTED[-1][0] * 0.7:
        return "一百种未来中不到一种"
    return min((*_COUNTED, *_TURNED), key=lambda each: abs(np.log(each[0] / share)))[1]


def odds_in_words(m: Material) -> list[str]:
    """Say how likely a gap, a fund gap and uncovered guarantees are over the whole plan, how deep a gap is and when money first runs out."""
    fan, found = m.fan, []
    for line, label in _WARNINGS.items():
        if line in fan.odds and fan.odds[line].ever > 0:
            odds = fan.odds[line]
            found.append(
                f"{in_futures(odds.ever)}在规划期内{label}（{odds_percent(odds.ever)}，抽样误差{odds_percent(odds.ever_error)}）"
            )
        elif line in fan.odds:
            found.append(f"{fan.paths:,}种未来中没有一种{label}")
    said = [f"{'；'.join(found)}。"] if found else []
    depth = fan.shortfalls.get("funding_gap")
    if depth is not None and depth[_DEEPEST].max() > 0.5:
        year = int(depth[_DEEPEST].argmax())
        said.append(
            f"缺口有多深：最坏的{WORST:.0%}情形下，{m.years[year]}年收支缺口平均{money(depth[_DEEPEST][year])}。"
        )
    return [*said, *_first_month(m)]


def sources_in_words(m: Material) -> list[str]:
    """Say which groups of drivers make the last year's uncommitted money uncertain, the two largest."""
    found = parts_of(m.plan, m.fan.seed)
    shares = found.shares["uncommitted_resources"][:, -1]
    if not np.isfinite(shares).all():
        return []
    first, second = np.argsort(-shares)[:2]
    return [
        f"{m.years[-1]}年未安排财力的不确定性主要来自{found.groups[first]}（占方差的{percent(shares[first])}），"
        f"其次是{found.groups[second]}（{percent(shares[second])}），见附表29-1。"
    ]


def _first_month(m: Material) -> list[str]:
    """Say in which month something is first not paid when due, where months are simulated and any future knows such a month."""
    first = m.fan.first_months
    if first is None or first.sum() < 0.005:
        return []
    year, month = np.unravel_index(int(first.argmax()), first.shape)
    return [
        f"库款：{in_futures(float(first.sum()))}在规划期内有月份不能按时支付（{odds_percent(first.sum())}），"
        f"第一次最常出现在{m.years[year]}年{month + 1}月（占其中的{percent(first[year, month] / first.sum())}）。"
    ]
