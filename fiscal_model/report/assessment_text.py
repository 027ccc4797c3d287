"""What an assessment says in Chinese, for one who decides."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from fiscal_model.analysis.affordability.assess import Assessment
from fiscal_model.analysis.affordability.flip_points import DIRECTIONS, FlipPoint
from fiscal_model.analysis.affordability.gate import CONDITIONAL, PASSED, Held
from fiscal_model.analysis.risk.stress import BREACHES
from fiscal_model.words.lines import LINES
from fiscal_model.words.table import printed

_SEEN = 0.05
"""From where on an amount is printed, 万元 with one decimal."""
_WHOLE = 100.0
"""From where on an amount is printed without a decimal, 万元."""
_SMALL = 5e-4
"""A change of odds that prints as nothing."""


def value_text(held: Held) -> str:
    """Return the figure of a test as it is printed; a cost held against no money at all has none."""
    if math.isinf(held.value):
        return "没有可以用的财力"
    if held.kind == "tenth":  # money: small amounts with the decimal that decides
        return f"{printed(held.value, 'money' if abs(held.value) >= _WHOLE else 'tenth')}万元"
    return printed(held.value, "ratio" if held.kind == "rate" else held.kind)


def held_text(held: Held) -> str:
    """Say a condition or a test with its figure: what is broken, or what costs marks."""
    if held.score is None:
        return f"{held.label}：不满足（{value_text(held)}，要求{held.said}）"
    return f"{held.label}：{value_text(held)}，扣{held.lost:.1f}分" if held.lost else "各项指标都是满分"


def binding_text(found: Assessment) -> str:
    """Say what decides."""
    held = found.binding
    if held.score is not None:
        return held_text(held)
    years = _years_text(held.years, found.trial.years[-1])
    count = len(found.trial.verdict.refused_by) - 1
    more = f"；另有{count}项否决条件不满足" if count else ""
    return f"{held.label}：{years}不满足（{value_text(held)}，要求{held.said}）{more}"


def _years_text(years: tuple[int, ...], last: int) -> str:
    """Say in which years; to the end of the life: from when on.

    Examples
    --------
    >>> _years_text((2028, 2030), 2040), _years_text((2029, 2030, 2031), 2031), _years_text((), 2031)
    ('2028年、2030年', '2029年起', '')
    """
    if len(years) > 1 and years == tuple(range(years[0], last + 1)):
        return f"{years[0]}年起"
    return "、".join(f"{year}年" for year in years[:5]) + ("等" if len(years) > 5 else "")


def flip_text(point: FlipPoint) -> str:
    """Say where the answer changes.

    Examples
    --------
    >>> flip_text(FlipPoint("overrun", 0.0, 0.1523, 0.1524, "通过", "有条件通过"))
    '超概算比例超过15.2%，变为有条件通过'
    """
    what = DIRECTIONS[point.direction]
    if point.direction == "start_year":
        return f"改为{point.past:.0f}年开始，变为{point.after}"
    said = f"{point.value:.3g}倍" if point.direction == "amount" else f"{point.value:.1%}"
    return f"{what.partition('（')[0]}{'超过' if point.past > point.now else '降到'}{said}{'' if point.past > point.now else '以下'}，变为{point.after}"


def said_in_short(found: Assessment) -> Iterator[tuple[str, str]]:
    """Say an assessment in rows of what and how, each under its condition."""
    trial, planned = found.trial, found.trial.burden.years[: len(found.odds.by_year_with["funding_gap"])]
    by_year = lambda values: "、".join(  # noqa: E731
        f"{year}年{value:,.1f}" for year, value in zip(planned, values, strict=False) if abs(value) >= _SEEN
    )
    yield "结论", f"{found.outcome}（{found.score:.1f}分）"
    yield "扣分最多的" if found.outcome == PASSED else "起决定作用的", binding_text(found)
    yield "本级一般公共预算负担（万元）", f"{by_year(trial.cost) or '规划期内没有'}；全周期{trial.cost.sum():,.1f}"
    yield "可以用的财力（万元）", by_year(trial.money.money)
    if trial.money.offsets.any():
        yield "其中：指名压减、依法可计的", by_year(trial.money.offsets)
    if trial.money.before.any():
        yield "排在前面的已占用", by_year(trial.money.before)
    if trial.taken_over.any():
        yield "其中：基金付不出、由一般公共预算负担的专项债券本息", by_year(trial.taken_over)
    if found.conditions:
        head = "通过的条件（已放进去重算）" if found.conditions[0].outcome == PASSED else "可以变为有条件通过（已重算）"
        yield head, "；或者".join(f"{each.said}（{each.score:.1f}分）" for each in found.conditions)
    elif found.outcome != PASSED:
        yield "通过的条件", "没有找到单项或两项组合能使其通过的条件"
    flips = [flip_text(each) for each in found.flip_point.values() if each is not None]
    yield "结论何时改变", "；".join(flips) or "在测算范围内不改变"
    largest = found.largest_affordable
    yield (
        "最大可承受规模",
        f"{largest.said}，本级最多一年{largest.yearly:,.1f}万元、全周期{largest.county:,.1f}万元"
        if largest
        else "没有"
        if trial.cost.any()
        else "不占用本级财力",
    )
    yield "最早可承受的起始年度", f"{found.earliest_year}年" if found.earliest_year else "规划期内没有"
    yield "风险", odds_text(found)
    crowded = [crowded_text(name, less) for name, less in found.crowded_out.items()]
    if any(crowded):
        yield "挤占（万元）", "；".join(filter(None, crowded))
    if found.exempt:
        yield (
            "小额",
            f"每年不到{found.method.exempt_yearly:,.0f}万元、合计不到{found.method.exempt_total:,.0f}万元，可以不评",
        )
    if found.unknown:
        yield "资料不足、不能判断的", "、".join(found.unknown)
    yield "意见书编号", found.certificate


def odds_text(found: Assessment) -> str:
    """Say which odds the proposal raises, with the error of sampling; both ways."""
    moved = [line for line, more in found.odds.more.items() if abs(more) >= _SMALL]
    if not moved:
        return f"{found.odds.paths:,}条相同路径上，各项突破的概率都没有可见的变化"
    said = (
        f"{BREACHES[line]}由{found.odds.without[line]:.1%}变为{found.odds.with_it[line]:.1%}"
        f"（差{found.odds.more[line] * 100:+.1f}个百分点，抽样误差±{(found.odds.interval[line][1] - found.odds.more[line]) * 100:.1f}）"
        for line in moved
    )
    return f"{found.odds.paths:,}条相同路径上任一规划年度：" + "；".join(said)


def crowded_text(name: str, less: np.ndarray) -> str:
    """Say how a line gives way: what is less or more of it; nothing where that does not show."""
    lost, gained = np.maximum(less, 0.0).sum(), np.maximum(-less, 0.0).sum()
    if name.endswith("_stock"):
        return (
            f"{LINES[name].label}期末{'少' if less[-1] >= 0 else '多'}{abs(less[-1]):,.1f}"
            if abs(less[-1]) >= _SEEN
            else ""
        )
    parts = [f"{how}{amount:,.1f}" for how, amount in (("少", lost), ("多", gained)) if amount >= _SEEN]
    return f"{LINES[name].label}合计{'、'.join(parts)}" if parts else ""


def assessment_text(found: Assessment) -> str:
    """Return an assessment as the command prints it: the rows, then every condition and test."""
    rows = [
        f"【{found.proposal.proposal_code} {found.proposal.name}】",
        *(f"  {what}：{said}" for what, said in said_in_short(found)),
    ]
    rows.append("  逐项：")
    for held in (*found.gates, *found.tests):
        mark = {True: "满足", False: "不满足", None: "资料不足"}[held.passes]
        score = "" if held.score is None else f"，{held.score:.0f}分×{held.weight:g}%"
        rows.append(f"    {held.id.partition('.')[0]} {held.label}：{value_text(held)}（{held.said}）{mark}{score}")
    if found.outcome == CONDITIONAL and not found.conditions:
        rows.append("  有条件通过而没有可列的条件：按申报执行，执行中逐年复核压力情景")
    return "\n".join(rows)
