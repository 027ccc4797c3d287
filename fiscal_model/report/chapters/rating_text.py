"""How firm the grade is and what would change it, in sentences for one who decides."""

from __future__ import annotations

from collections.abc import Sequence

from fiscal_model.analysis.rating.rating_board import Lamp, rating_board
from fiscal_model.analysis.rating.rating_levers import LIFT, LOWER, Lever, levers
from fiscal_model.analysis.rating.rating_outlook import UNCLEAR, Outlook, outlook
from fiscal_model.analysis.rating.rating_sensitivity import ALL, Gap, Weighting, fill_gaps, judge_plan, weigh_at_random
from fiscal_model.law.indicators import BANDS
from fiscal_model.law.rules import rules
from fiscal_model.report.material import Material
from fiscal_model.report.tables.rating_tables import OUTLOOKS
from fiscal_model.report.wording import BAND_WORDS, money, percent


def rating_sentences(m: Material) -> list[str]:
    """Say how far the grade rests on the weights and on what is missing."""
    return [
        *board_sentences(rating_board(m.plan)),
        *weight_sentences(weigh_at_random(judge_plan(m.plan))),
        *gap_sentences(fill_gaps(m.plan)),
        *outlook_sentences(outlook(m.plan, m.fan.outlook)),
        *lever_sentences(levers(m.plan), m.rating.grade, m.rating.by_score),
    ]


def board_sentences(found: Sequence[Lamp]) -> list[str]:
    """Count the colours, name what is red, and say which indicators take and give most points."""
    counts = {band: [each for each in found if each.band == band] for band in reversed(BANDS)}
    listed = "、".join(f"{BAND_WORDS[band]}色{len(each)}项" for band, each in counts.items() if each)
    red = f"，红色为：{'、'.join(each.label for each in counts['red'])}" if counts["red"] else ""
    taking, giving = (
        sorted((each for each in found if getattr(each, side) > 0), key=lambda each: -getattr(each, side))[:1]
        for side in ("lost", "given")
    )
    drivers = [*(f"失分最多的是{each.label}（{each.lost:.1f}分）" for each in taking),
               *(f"得分最多的是{each.label}（{each.given:.1f}分）" for each in giving)]  # fmt: skip
    return [f"{'；'.join([f'指标看板：{listed}{red}', *drivers])}（附表27-1）。"] if listed else []


def weight_sentences(found: Sequence[Weighting]) -> list[str]:
    """Say how often the grade stays under random weights, and what else it may be; nothing without a grade."""
    if not found:
        return []
    parts = []
    for each in found:
        others = "、".join(f"{percent(share)}为“{grade}”" for grade, share in each.chances.items())
        parts.append(f"{each.label}的，{'评级都不变' if each.kept == 1 else others}")
    return [
        f"权重是设计值，随机另取{int(rules('rating')['weightings']['count']):,}组再评：{'；'.join(parts)}（附表27-2）。"
    ]


def gap_sentences(found: Sequence[Gap]) -> list[str]:
    """Say whether what is missing could change the grade, and through which index."""
    if not found:
        return []
    whole, parts = next(each for each in found if each.id == ALL), [each for each in found if each.id != ALL]
    lacking = f"所缺{len(whole.missing)}项指标"
    if whole.good == whole.bad:
        same = "无论好坏，评级都是" if whole.needed or whole.given == whole.good else "补齐后，无论好坏评级都变为"
        return [f"{lacking}{same}“{whole.good}”（附表27-3）。"]
    between = "”至“".join((whole.bad, whole.good))
    said = f"{lacking}全取零分端和全取满分端，评级在“{between}”之间（附表27-3）"
    if whole.needed:
        return [f"{said}，补齐之前不能定级。"]
    alone = "、".join(each.label for each in parts if each.decides)
    return [f"{said}，{f'单独就能改变评级的是{alone}' if alone else '单独哪一组都改变不了评级'}，应优先补齐。"]


def outlook_sentences(found: Outlook | None) -> list[str]:
    """Say where the grade is heading, how sure that is, and which indicators moved it; nothing without a grade."""
    if found is None:
        return []
    first, last = found.grades[0], found.grades[-1]
    years = f"各年单独评，首年和末年都为“{first}”" if first == last else f"各年单独评，等级由“{first}”变为“{last}”"
    moved = found.points[-1] - found.points[0]
    drivers = "、".join(f"{each.label}（{each.moved:+.1f}分）" for each in found.movers[:2] if abs(each.moved) >= 0.05)
    said = f"评级展望为{OUTLOOKS[found.outlook]}：{years}，得分{moved:+.1f}分{f'，变动最大的是{drivers}' if drivers else ''}"
    odds = f"模拟未来中向好的占{percent(found.odds['better'])}、向差的占{percent(found.odds['worse'])}"
    doubt = f"，测算方向是{OUTLOOKS[found.way]}，但同向的未来不够多，不能作准" if found.outlook == UNCLEAR else ""
    return [f"{said}；{odds}{doubt}（附表27-4）。"]


def lever_sentences(found: Sequence[Lever], grade: str, by_score: str) -> list[str]:
    """Say what lifts the grade by one and what lowers it, the nearest first; nothing without a grade."""
    gates = [each for each in found if each.way == LIFT and each.gate]
    ways = [each for each in found if each.way == LIFT and not each.gate]
    capped = "".join(f"{each.label.removeprefix('否决项')}（{_size(each)}）、" for each in gates).rstrip("、")
    lift = [f"须先消除{capped}"] if capped else []
    cheap = min(ways, key=lambda each: abs(each.money) if each.money == each.money else float("inf"), default=None)
    if cheap is not None:
        lift.append(
            f"{'得分也还不够，' if capped else ''}单独即可补足的有{len(ways)}项，金额最小的是{cheap.label}（{_size(cheap)}）"
        )
    elif any(each.way == LOWER for each in found) and grade == by_score and grade:
        lift.append(f"{'得分也还不够，' if capped else ''}没有一项指标单独改善就能达到，须几项一起改善")
    lower = [each for each in found if each.way == LOWER and each.amounts is not None]
    near = min(lower, key=lambda each: abs(each.money), default=None)
    said = [*([f"升一级{'；'.join(lift)}"] if lift else []),
            *([f"使评级下降所需金额最小的一项：{near.label}，{_size(near)}即降为“{near.grade}”"] if near else [])]  # fmt: skip
    return [f"{'；'.join(said)}（附表27-5）。"] if said else []


def _size(each: Lever) -> str:
    return (
        f"{'增加' if each.money > 0 else '减少'}{money(abs(each.money))}"
        if each.money == each.money
        else "无法折算金额"
    )
