"""Tables 01-1 to 01-4 of the annex: last plan and this one, plan and outturn, the record of errors, what is carried over."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.rolling.carried import carried_commitments
from fiscal_model.analysis.rolling.plan_bridge import PARTS, Bridge, bridge_of
from fiscal_model.blocks.revenue.past_errors import compare_with_outturn, measure_errors
from fiscal_model.inputs.past_plans import last_before, one_a_year, read_vintages
from fiscal_model.inputs.vintages import Vintage
from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import number_or_none
from fiscal_model.words.table import ReportRow, ReportTable, Value

MAIN_LINES = (
    "own_revenue", "transfers", "available_resources", "expenditure", "guarantees_county", "rigid_total", "fiscal_space",
    "funding_gap", "fund_revenue", "debt_stock",
)  # fmt: skip
"""Lines whose bridge is printed; every other one is in `fm.bridge`."""
OUTTURN_LINES = (
    "own_revenue", "tax_revenue", "nontax_revenue", "transfers", "expenditure", "debt_proceeds_general", "transfer_in",
    "carry_out", "land_revenue", "fund_revenue", "fund_expenditure", "debt_general_stock", "debt_special_stock",
)  # fmt: skip
_LEAST = 0.005


def bridge_tables(plan: Plan) -> list[ReportTable | None]:
    """Build the tables that hold a plan against the past plans kept for its place.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of ReportTable or None
        01-1 to 01-4; none where no earlier plan is kept.
    """
    vintages = read_vintages(plan.basis.place)
    kept = last_before(vintages, plan.base_year, plan.basis.scenario.id)
    if kept is None:
        return []
    moved = bridge_of(plan)
    return [
        bridge_table(moved, kept) if moved is not None else None,
        outturn_table(plan, kept),
        record_table(plan, vintages),
        carried_table(plan, kept),
    ]


def bridge_table(moved: Bridge, kept: Vintage) -> ReportTable:
    """Table 01-1: each main line of the common years, from the last plan to this one."""
    rows: list[ReportRow] = []
    for line in MAIN_LINES:
        mine = moved.line(line).reindex(list(moved.years))
        if mine["later"].isna().all():
            continue
        label, start = str(mine["label"].dropna().iloc[0]), len(rows)
        rows.append(ReportRow(f"{label}：上轮规划", _numbers(mine["earlier"]), level=0))
        for part, name in PARTS.items():
            if (mine[part].abs() > _LEAST).any():
                rows.append(ReportRow(name, _numbers(mine[part]), level=1))
        parts = tuple((at, 1) for at in range(start, len(rows)))
        rows.append(ReportRow(f"{label}：本轮规划", _numbers(mine["later"]), "money", 0, line, parts, True))
    notes = (
        f"上轮规划以{moved.earlier_base}年为基期（{kept.scenario.name}，{kept.made_on}保存），本轮以{moved.later_base}年为基期；"
        "正数表示本轮比上轮多。",
        "各部分按“新数据、价格和人数、政策和假设、执行结果、预测方法和参数重估”的次序逐组替换后重新测算得出，"
        "相加等于两轮之差；执行结果指基期数变动而增速和参数仍按上轮。",
        *(f"{note}。" for note in moved.notes),
    )
    columns = tuple(f"{year}年" for year in moved.years)
    return ReportTable("01-1", "plan_bridge", "上轮规划与本轮比较", "万元", "项目", columns, tuple(rows), notes)


def outturn_table(plan: Plan, kept: Vintage) -> ReportTable | None:
    """Table 01-2: what the last plan said of the years since, and what happened."""
    held = compare_with_outturn(kept, plan.basis.history, plan.basis.place)
    held = held[(held["year"] <= plan.base_year) & held["line"].isin(OUTTURN_LINES)]
    several = len(set(held["year"])) > 1
    rows = [
        ReportRow(
            f"{row.label}（{row.year}年）" if several else str(row.label),
            (row.planned, row.outturn, row.difference, _percent(row.percent), str(row.cause)),
            "money",
            0 if row.line in {"own_revenue", "expenditure", "fund_revenue", "fund_expenditure"} else 1,
            str(row.line),
        )
        for row in held.itertuples()
    ]
    if not rows:
        return None
    columns = ("规划数", "执行数", "差额", "偏差率", "原因")
    span = "、".join(f"{year}年" for year in sorted(set(held["year"])))
    notes = (
        f"{span}；差额＝执行数－规划数，偏差率＝差额÷规划数。原因为相差最大的组成部分或收入来源，登记的一次性因素一并列出。",
    )
    return ReportTable("01-2", "plan_outturn", "规划与执行偏差", "万元", "项目", columns, tuple(rows), notes)


def record_table(plan: Plan, vintages: tuple[Vintage, ...]) -> ReportTable | None:
    """Table 01-3: errors of every past plan, by line and horizon."""
    used = one_a_year(vintages, plan.base_year)
    record = measure_errors(used, plan.basis.history)
    record = record[record["line"].isin(OUTTURN_LINES)]
    rows = [
        ReportRow(
            f"{row.label}（第{row.horizon}年）",
            (
                str(row.count_),
                number_or_none(row.mean_error),
                _percent(row.mean_absolute_percent),
                _percent(row.bias),
                _percent(row.coverage),
            ),
            "money",
            1,
            str(row.line),
        )
        for row in record.rename(columns={"count": "count_"}).itertuples()
    ]
    if not rows:
        return None
    columns = ("次数", "平均误差（万元）", "平均绝对误差率", "平均误差率", "80%区间覆盖率")
    bases = "、".join(f"{vintage.base_year}年" for vintage in used)
    notes = (
        f"往年规划的基期：{bases}；误差＝执行数－规划数。同一基期有几份底稿的，取基准情景最后一份。",
        "满三轮且误差大于区间所示的，自有收入预测区间按误差加宽（份量随次数增加），不收窄。",
    )
    return ReportTable("01-3", "plan_record", "预测误差档案", "万元", "项目", columns, tuple(rows), notes)


def carried_table(plan: Plan, kept: Vintage) -> ReportTable | None:
    """Table 01-4: what the last plan leaves for this one; None where there is nothing."""
    carried = carried_commitments(plan, kept)
    if not len(carried):
        return None
    rows = tuple(
        ReportRow(
            str(row.label), (str(row.kind), f"{row.planned_year}年", float(row.amount), str(row.note)), "money", 1
        )
        for row in carried.itertuples()
    )
    return ReportTable(
        "01-4",
        "carried_commitments",
        "顺延事项",
        "万元",
        "事项",
        ("类别", "原定年度", "金额", "说明"),
        rows,
        ("已签约项目的金额为以后年度县级资金；暂付款、隐性债务为仍未消化、化解的余额；债券为面值。",),
    )


def _numbers(values: pd.Series) -> tuple[Value, ...]:
    return tuple(number_or_none(float(value)) for value in values)


def _percent(value: float) -> Value:
    return f"{value:.1%}" if np.isfinite(value) else None
