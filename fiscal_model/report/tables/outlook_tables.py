"""Annex tables behind the revenue forecast: the current year, second opinions, adjusted history, shock years, quality."""

from __future__ import annotations

import numpy as np

from fiscal_model.blocks.revenue.current_base import CURRENT_YEAR_COLUMNS, CURRENT_YEAR_TITLE, current_year_rows
from fiscal_model.inputs.history_choices import READINGS
from fiscal_model.model.projection import Plan
from fiscal_model.report.tables.history_tables import adjustments_table, opinions_table, suspects_table
from fiscal_model.words.table import ReportRow, ReportTable


def outlook_tables(plan: Plan) -> list[ReportTable | None]:
    """Return tables 02-1 to 02-5; None where a place has nothing to show."""
    own = plan.basis.revenue.own
    return [
        current_year_table(plan),
        opinions_table(own.comparisons, "02-2"),
        adjustments_table(own.adjustments, "02-3"),
        readings_table(plan),
        suspects_table(own.suspects, "02-5", own.choices.exclude_suspects),
    ]


def current_year_table(plan: Plan) -> ReportTable | None:
    """Table 02-1: the year under way from its months."""
    current = plan.basis.revenue.own.current
    if current is None:
        return None
    rows = []
    for row in current_year_rows(current):
        growth = f"{row.growth:+.1%}" if np.isfinite(row.growth) else None
        values = (
            row.so_far,
            f"{row.share:.1%}",
            row.estimate,
            row.lower,
            row.upper,
            row.budget,
            row.against_budget,
            row.last_year,
            growth,
        )
        rows.append(ReportRow(row.label, values, "money", row.indent, "", (), row.indent == 0))
    months = f"{current.year}年1至{current.months_known}月"
    notes = (f"根据{months}实际数推算；往年同期占全年的比重按历史各月合并估计。",)
    return ReportTable(
        "02-1",
        "current_year",
        f"{current.year}年{CURRENT_YEAR_TITLE}",
        "万元",
        "项目",
        CURRENT_YEAR_COLUMNS,
        tuple(rows),
        notes,
    )


def readings_table(plan: Plan) -> ReportTable | None:
    """Table 02-4: what each reading of a shock year does to the last plan year's own revenue."""
    readings = plan.basis.revenue.own.readings
    if not readings:
        return None
    rows = []
    for one in readings:
        shown = READINGS.get(one.chosen, "未处理，原样使用")
        values = (
            one.name,
            shown,
            one.as_it_is,
            one.transitory,
            f"{one.transitory / one.as_it_is - 1:+.1%}" if one.as_it_is else None,
            one.lasting,
            f"{one.lasting / one.as_it_is - 1:+.1%}" if one.as_it_is else None,
        )
        rows.append(ReportRow(f"{one.year}年", values, "money", 1))
    columns = ("事项", "本情景的处理", "原样使用", "按一时因素", "差异", "按持续因素", "差异 ")
    notes = (
        f"表中是{plan.years[-1]}年自有收入的统计预测数（结构测算、政策因素和第二意见之前）。",
        "处理方式由规划人员在情景文件 [history.shock_years] 中逐年指定，模型不自动判断。",
    )
    return ReportTable("02-4", "shock_years", "异常年份处理对照表", "万元", "年度", columns, tuple(rows), notes)
