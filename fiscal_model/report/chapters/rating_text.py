"""How firm the grade is and what would change it, in sentences for one who decides."""

from __future__ import annotations

from collections.abc import Sequence

from fiscal_model.analysis.rating.rating_board import Lamp, rating_board
from fiscal_model.analysis.rating.rating_sensitivity import ALL, Gap, Weighting, fill_gaps, judge_plan, weigh_at_random
from fiscal_model.law.indicators import BANDS
from fiscal_model.law.rules import rules
from fiscal_model.report.material import Material
from fiscal_model.report.wording import BAND_WORDS, percent


def rating_sentences(m: Material) -> list[str]:
    """Say how far the grade rests on the weights and on what is missing."""
    return [
        *board_sentences(rating_board(m.plan)),
        *weight_sentences(weigh_at_random(judge_plan(m.plan))),
        *gap_sentences(fill_gaps(m.plan)),
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
