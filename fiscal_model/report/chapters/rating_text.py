"""How firm the grade is and what would change it, in sentences for one who decides."""

from __future__ import annotations

from collections.abc import Sequence

from fiscal_model.analysis.rating.rating_sensitivity import ALL, Gap, Weighting, fill_gaps, judge_plan, weigh_at_random
from fiscal_model.law.rules import rules
from fiscal_model.report.material import Material
from fiscal_model.report.wording import percent


def rating_sentences(m: Material) -> list[str]:
    """Say how far the grade rests on the weights and on what is missing."""
    return [*weight_sentences(weigh_at_random(judge_plan(m.plan))), *gap_sentences(fill_gaps(m.plan))]


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
