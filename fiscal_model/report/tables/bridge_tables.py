"""Tables 01-1 to 01-5 of the annex: last plan and this one, plan and outturn, errors, what is carried over, plan and budget."""

from __future__ import annotations

from fiscal_model.analysis.control.first_year import first_year_differences
from fiscal_model.analysis.rolling.carried import carried_commitments
from fiscal_model.analysis.rolling.plan_bridge import PARTS, bridge_of
from fiscal_model.blocks.revenue.past_errors import compare_with_outturn, measure_errors
from fiscal_model.inputs.past_plans import last_before, one_a_year, read_vintages
from fiscal_model.inputs.vintages import Vintage
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, table
from fiscal_model.report.wording import UNVERIFIED

MAIN_LINES = (
    "own_revenue", "transfers", "available_resources", "expenditure", "guarantees_county", "rigid_total", "fiscal_space",
    "funding_gap", "fund_revenue", "debt_stock",
)  # fmt: skip
"""Lines whose bridge is printed; every other one is in `fm.bridge`."""
OUTTURN_LINES = (
    "own_revenue", "tax_revenue", "nontax_revenue", "transfers", "expenditure", "debt_proceeds_general", "transfer_in",
    "carry_out", "land_revenue", "fund_revenue", "fund_expenditure", "debt_general_stock", "debt_special_stock",
)  # fmt: skip
_TOTALS = frozenset({"own_revenue", "expenditure", "fund_revenue", "fund_expenditure"})
_LEAST = 0.005


def _last_plan(plan: Plan) -> Vintage | None:
    return last_before(read_vintages(plan.basis.place), plan.base_year, plan.basis.scenario.id)


@table("01-1", "plan_bridge", "上轮规划与本轮比较", "项目")
def bridge_table(plan: Plan) -> Content | None:
    """Each main line of the common years, from the last plan to this one; None where no earlier plan is kept."""
    moved, kept, rows = bridge_of(plan), _last_plan(plan), list[Line]()
    if moved is None or kept is None:
        return None
    for line in MAIN_LINES:
        mine = moved.line(line).reindex(list(moved.years))
        if mine["later"].isna().all():
            continue
        label = mine["label"].dropna().iloc[0]
        parts = [part for part in PARTS if (mine[part].abs() > _LEAST).any()]
        adds = " + ".join(f"{line}_{part}" for part in ("earlier", *parts))
        rows += [
            Line(f"{line}_earlier", f"{label}：上轮规划", mine["earlier"], 0, total=False),
            *(Line(f"{line}_{part}", PARTS[part], mine[part]) for part in parts),
            Line(line, f"{label}：本轮规划", mine["later"], 0, adds),
        ]
    notes = (
        f"上轮规划以{moved.earlier_base}年为基期（{kept.scenario.name}，{kept.made_on}保存），本轮以{moved.later_base}年为基期；"
        "正数表示本轮比上轮多。",
        "各部分按“新数据、价格和人数、政策和假设、执行结果、预测方法和参数重估”的次序逐组替换后重新测算得出，"
        "相加等于两轮之差；执行结果指基期数变动而增速和参数仍按上轮。",
        *(f"{note}。" for note in moved.notes),
    )
    return Content(rows, notes, [f"{year}年" for year in moved.years])


@table(
    "01-2",
    "plan_outturn",
    "规划与执行偏差",
    "项目",
    [
        Column("规划数", "planned"), Column("执行数", "outturn"), Column("差额", "difference"),
        Column("偏差率", "percent", "ratio"), Column("原因", "cause", "text"),
    ],
    row_id="line",
    level="level",
)  # fmt: skip
def outturn_table(plan: Plan) -> Content | None:
    """What the last plan said of the years since, and what happened."""
    kept = _last_plan(plan)
    if kept is None:
        return None
    held = compare_with_outturn(kept, plan.basis.history, plan.basis.place)
    held = held[(held["year"] <= plan.base_year) & held["line"].isin(OUTTURN_LINES)]
    years = [f"{year}年" for year in sorted(set(held["year"]))]
    if len(years) > 1:
        held = held.assign(label=[f"{row.label}（{row.year}年）" for row in held.itertuples()])
    notes = (
        f"{'、'.join(years)}；差额＝执行数－规划数，偏差率＝差额÷规划数。"
        "原因为相差最大的组成部分或收入来源，登记的一次性因素一并列出。",
    )
    return Content(held.assign(level=(~held["line"].isin(_TOTALS)).astype(int), bold=False), notes)


@table(
    "01-3",
    "plan_record",
    "预测误差档案",
    "项目",
    [
        Column("次数", "count", "count"), Column("平均误差（万元）", "mean_error"),
        Column("平均绝对误差率", "mean_absolute_percent", "ratio"), Column("平均误差率", "bias", "ratio"),
        Column("80%区间覆盖率", "coverage", "ratio"),
    ],
    label="{label}（第{horizon}年）",
    row_id="{line}_{horizon}",
)  # fmt: skip
def record_table(plan: Plan) -> Content | None:
    """Errors of every past plan, by line and horizon."""
    used = one_a_year(read_vintages(plan.basis.place), plan.base_year)
    record = measure_errors(used, plan.basis.history)
    notes = (
        f"往年规划的基期：{'、'.join(f'{vintage.base_year}年' for vintage in used)}；误差＝执行数－规划数。"
        "同一基期有几份底稿的，取基准情景最后一份。",
        "满三轮且误差大于区间所示的，自有收入预测区间按误差加宽（份量随次数增加），不收窄。",
    )
    return Content(record[record["line"].isin(OUTTURN_LINES)], notes)


@table(
    "01-4",
    "carried_commitments",
    "顺延事项",
    "事项",
    [
        Column("类别", "kind", "text"), Column("原定年度", "{planned_year}年", "text"), Column("金额", "amount"),
        Column("说明", "note", "text"),
    ],
)  # fmt: skip
def carried_table(plan: Plan) -> Content | None:
    """What the last plan leaves for this one; None where there is nothing."""
    kept = _last_plan(plan)
    notes = ("已签约项目的金额为以后年度县级资金；暂付款、隐性债务为仍未消化、化解的余额；债券为面值。",)
    return Content(carried_commitments(plan, kept), notes) if kept is not None else None


@table(
    "01-5",
    "first_year",
    "规划首年与批准预算逐项差异",
    "项目",
    [Spread(), Column("处理", "reason", "text"), Column("说明", "why", "text")],
)
def first_year_table(plan: Plan) -> Content | None:
    """Every item with an approved figure for the first plan year, the difference and its reason; None without a budget."""
    entries = first_year_differences(plan)
    rows = [
        Line(
            one.difference.line,
            one.label,
            [
                one.difference.published,
                one.difference.planned,
                one.difference.amount,
                one.difference.reason.label,
                one.difference.why,
            ],
            one.level,
            " + ".join(one.parts),
            one.level == 0 and bool(one.parts),
        )
        for one in entries
    ]
    notes = (
        f"{plan.years[0]}年；差额＝规划数－预算数，各项差额相加等于合计的差额。平均绝对误差按往年预算、本模型用上年已知数作出的预测"
        "与实际数之差除以实际数，取同样的年份（至多三年）。",
        "照批准数采用的为约束性数字；按记录加权的，预算以往误差越大占比越小，只有一年记录的向设定的一般误差靠拢，"
        f"一般误差{UNVERIFIED}（data/rules/forecast.toml）；由其他项目得出的，是收支平衡的结果。",
    )
    return Content(rows, notes, ("预算数", "规划数", "差额"))
