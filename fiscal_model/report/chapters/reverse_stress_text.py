"""What would break a plan, in words: how far each driver may go, what breaks it most likely, what would show it first."""

from __future__ import annotations

from fiscal_model.analysis.risk.first_sign import REACH, Sign
from fiscal_model.analysis.risk.likely_break import CHECKED, LikelyBreak
from fiscal_model.analysis.risk.red_lines import RED_LINES
from fiscal_model.analysis.risk.reverse_stress import Break, ReverseStress, change_text, reverse_stress
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import money, numbered, odds_percent
from fiscal_model.words.drivers import DRIVERS_BY_ID
from fiscal_model.words.spans import spans

_NAMED, _COUNTS = 2, 0.05
"""As many drivers are named; from which part of a joint shock on."""
_AGAIN = {
    "funding_gap": "没有收支缺口", "fund_gap": "没有基金缺口", "guarantees_shortfall": "够保“三保”", "debt_ratio": "回到原来一档",
}  # fmt: skip


def break_paragraphs(plan: Plan) -> list[str]:
    """Say of each line what crosses it, each figure from tables 29-4 to 29-6."""
    found = reverse_stress(plan)
    covered = "fund_transfer_in" not in plan.unavailable
    covered &= bool(plan.basis.assumed.path("general_covers_special_debt").any())
    said = [f"{RED_LINES[line]}：{'；'.join(_of_line(found, line, covered))}。" for line in found.already]
    return [
        "反过来问：各因素要变到什么程度，规划才守不住。一次只变一个因素并一直保持，其他按规划，收支重新平衡，结果见附表29-4至29-6；括号里的倍数是与该因素到那年通常偏离预测的幅度（一个标准差）相比，越小越容易发生。"
        "两项主要收入一起减少的见图；图上各线最可能的情形还有其他因素在变，不一定落在分界线上。",
        *numbered(said),
    ]


def _of_line(found: ReverseStress, line: str, covered: bool) -> list[str]:
    """``covered``: the general budget takes over special debt that the funds cannot pay."""
    if years := found.already[line]:
        return [f"规划本身在{spans(years)}年已经突破", _repairs(found, line)]
    parts = [_nearest(found, line)]
    if line == "fund_gap" and covered:
        parts.append("专项债务基金还不起的部分按假设由一般公共预算补，少收会落到一般公共预算上")
    if likely := found.likely[line]:
        parts.append(_likely(found, likely))
    return [*parts, *(_sign(sign) for sign in found.signs[line][:1] if sign.year < sign.crossed_in or sign.month < 12)]


def _nearest(found: ReverseStress, line: str) -> str:
    """The drivers with the least way to go."""
    breaking = [each for each in found.lasting(line) if each.status == "breaks"]
    if not breaking:
        return "任何一个因素单独变动，收入降到零、支出翻一番，都不会突破"
    near = [each for each in breaking if each.deviations <= REACH]
    if near:
        return "最近的是" + "，其次是".join(_change(each) for each in near[:_NAMED])
    known = [each for each in breaking if each.deviations > REACH]
    if known:
        return f"单个因素要变动到通常幅度的{REACH:.0f}倍以上才会突破（{_change(known[0])}）"
    return f"只有{_change(breaking[0])}才会突破"


def _change(each: Break) -> str:
    times = f"，{each.deviations:.1f}倍" if each.deviations <= REACH else ""
    return f"{DRIVERS_BY_ID[each.driver].label}比规划{change_text(each.driver, each.size)}（{each.crossed_in}年突破{times}）"


def _repairs(found: ReverseStress, line: str) -> str:
    """What would bring a plan back that is beyond the line already."""
    ways = [each for each in found.lasting(line) if each.status == "repairs"][:_NAMED]
    if not ways:
        return "任何一个因素单独好转都补不上"
    said = "，或者".join(
        f"{DRIVERS_BY_ID[each.driver].label}比规划{change_text(each.driver, each.size)}" for each in ways
    )
    return f"要各年都{_AGAIN[line]}，须{said}，并一直保持"


def _likely(found: ReverseStress, likely: LikelyBreak) -> str:
    at = found.years.index(likely.year)
    parts = sorted(likely.shares, key=lambda name: -likely.shares[name])
    said = "、".join(
        f"{DRIVERS_BY_ID[name].label}比规划{change_text(name, float(likely.drivers[name][at]))}"
        for name in parts
        if likely.shares[name] >= _COUNTS
    )
    share = f"有{odds_percent(likely.sampled_share)}突破" if likely.sampled_share > 0 else "没有一条突破"
    return f"几个因素一起变，最可能的情形是到{likely.year}年{said}；只算通常的波动（不含突发事件），{CHECKED:,}条抽样路径中{share}"


def _sign(sign: Sign) -> str:
    rate = "的累计数" if sign.month < 12 else "的全年数"
    return (
        f"先看{sign.label}，{sign.year}年{sign.month}月底{rate}低于{money(sign.trigger)}（规划{money(sign.planned)}），"
        f"而且以后各年也这样少，{sign.crossed_in}年就会突破"
    )
