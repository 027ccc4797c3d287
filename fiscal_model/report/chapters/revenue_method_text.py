"""How own revenue was forecast, in the annex's words: what went into it, how well it did before, how wide its interval is."""

from __future__ import annotations

import numpy as np

from fiscal_model.inputs.history_choices import READINGS
from fiscal_model.report.event_wording import by_calendar
from fiscal_model.report.material import Material
from fiscal_model.report.wording import money, percent
from fiscal_model.words.spans import spans


def method_sentences(m: Material) -> list[str]:
    """Write the paragraphs on the forecast of own revenue."""
    return [*_method(m), *_interval(m)]


def _method(m: Material) -> list[str]:
    revenue = m.plan.basis.revenue.forecast
    said = (
        f"一般公共预算收入{m.plan.basis.grain['revenue']}测算。近期增速由本地各年增速和全国、本省同口径增速按本地记录的长短、"
        f"稳定程度合成，逐年回落到长期增速；末年下降的不往后推。合计：{revenue.method('own_revenue')}"
    )
    tail = "分项各自预测，再按比例调整到与合计数相等。" if revenue.items != ("own_revenue",) else ""
    if not revenue.records:
        return [f"{said}。本地历史年份不足，未能单独回测，预测区间以公布的误差记录为下限，结果应谨慎使用。{tail}"]
    tested = f"同一方法在本地往年{revenue.records}次提前一年预测中，平均绝对误差{percent(revenue.error)}"
    return [f"{said}。{tested}。{tail}", *_sources(m)]


def _sources(m: Material) -> list[str]:
    """What besides the history's own course went into the forecast."""
    own = m.plan.basis.revenue.own
    found = []
    if own.structural is not None and len(own.structural.workings):
        found.append("有税基台账、重点税源的项目按税基、税率、征收率和县级分成测算，见附表03。")
    if any(entry.amount is not None for entry in own.adjustments.entries):
        found.append("历史数据中的一次性因素和口径变化在预测前剔除、已知的政策影响在预测后计入，见附表02-3。")
    if own.readings:
        treated = [f"{one.year}年按{READINGS[one.chosen]}处理{by_calendar(one)}" for one in own.readings if one.chosen]
        said = "，".join(treated) if treated else "本情景未作处理"
        found.append(f"异常年份：{said}；不同处理的影响见附表02-4。")
    if own.suspects:
        left = "本情景已剔除其中次年回落的" if own.choices.exclude_suspects else "本情景未剔除"
        found.append(f"收入质量核查发现{len(own.suspects)}处异常数据，{left}，见附表02-5。")
    if own.current is not None:
        current = own.current
        line = current.lines["own_revenue"]
        use = {
            "first_plan_year": "规划第一年采用这一推算",
            "base_year": "作为规划基期",
            "beside": "基期仍用执行数，这一推算只作对照",
        }
        found.append(
            f"{current.year}年1至{current.months_known}月收入{money(line.so_far)}，据此推算全年{money(line.mean)}，"
            f"80%区间为{money(line.lower[0])}至{money(line.upper[0])}，{use[current.role]}，见附表02-1。"
        )
    used = [one for one in own.comparisons if one.weight > 0]
    if own.comparisons:
        names = "、".join(dict.fromkeys(one.forecaster for one in used))
        said = f"其中{names}的预测按以往准确度加权采用" if names else "均只作对照，未采用"
        found.append(f"其他单位的收入预测与本模型并列于附表02-2，{said}。")
    return found


def _interval(m: Material) -> list[str]:
    if "own_revenue" not in m.fan.lines:
        return []
    low, high = (m.fan.lines["own_revenue"][m.fan.quantiles.index(level)] for level in (0.1, 0.9))
    own = m.plan.basis.revenue.own
    months = f"（{spans(own.below_floor)}年已有部分月份的实际数，更窄）" if own.below_floor else ""
    wider = "区间随年份加宽，越往后的年份越应作为参考。" if (np.diff(high - low) > 0).all() else ""
    return [
        f"{wider}预测区间的宽度由本地历史（占{percent(own.widths.own_share)}）与同类地区的通常宽度合并，不窄于公布的误差记录{months}，"
        "见附表02-6。"
    ]
