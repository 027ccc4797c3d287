"""How national events of the calendar are told: whether a place's own year shows them, and what was done."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fiscal_model.blocks.revenue.national_events import NationalEvent
from fiscal_model.blocks.revenue.own_revenue import ShockReading
from fiscal_model.law.classification import revenue_label
from fiscal_model.law.forecast_constants import event_rule
from fiscal_model.report.wording import percent


def event_text(event: NationalEvent | None) -> str:
    """Say how far the place's own year fell, and whether it was made up for; empty for a year of the planner's."""
    if event is None:
        return ""
    seen = event.seen
    if seen is None:
        return "前后年份不足，无法判断"
    into, after, usual = (percent(np.expm1(value)) for value in (seen.growth, seen.after, seen.usual))
    size = f"{abs(seen.usual - seen.growth) / seen.deviation:.1f}倍离差"
    return f"当年{into}、次年{after}，其余年份中位数{usual}（相差{size}），{'显现' if seen.shows else '未显现'}"


def by_calendar(reading: ShockReading) -> str:
    """Say that the calendar, not the planner, chose."""
    return "（按全国事件日历）" if reading.event is not None and reading.event.left_out else ""


def event_notes(events: Sequence[NationalEvent]) -> tuple[str, ...]:
    """Say which years the calendar left out in which line, on what document; the rule where it left out none."""
    rule = event_rule()
    found = [
        f"{one.year}年{one.name}（{one.document}）在本地{revenue_label(one.line)}中显现：当年不参加拟合，也不计入趋势基数和区间宽度，"
        "以前后两年连线代替。"
        for one in events
        if one.left_out
    ]
    test = (
        f"全国事件日历：当年增速比其余年份中位数低{rule.threshold:g}个离差以上、次年回升达落差{percent(rule.recovered)}以上的，"
        "视为在本地显现；未显现的不作处理。门槛为设计值。"
    )
    return (*found, test) if events else ()
