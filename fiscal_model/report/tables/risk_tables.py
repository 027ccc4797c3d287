"""Tables 16-32 of the annex: balancing, debt, indicators, rating, scenarios, uncertainty, assumptions, cautions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.analysis.affordability.rating import Rating
from fiscal_model.analysis.risk.simulate import CHANCES, Fan
from fiscal_model.arithmetic.budgets.waterfall import STEPS
from fiscal_model.inputs.scenario import QUALITIES, printed_assumption
from fiscal_model.law.balance_steps import balance_steps
from fiscal_model.model.planbook import list_assumptions
from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import number_or_none, statement
from fiscal_model.words.lines import LINES
from fiscal_model.words.markup import kind_of
from fiscal_model.words.table import ReportRow, ReportTable


def between_budgets_table(plan: Plan) -> ReportTable:
    """Table 16: what moves between the budgets."""
    rows = [
        ("政府性基金预算 → 一般公共预算", "fund_transfer_out", "统筹使用规定，超过30%结转部分必须调出"),
        ("国有资本经营预算 → 一般公共预算", "state_capital_transfer_out", "预算法第十条"),
        ("一般公共预算 → 政府性基金预算", "transfer_out", "专项债务偿债缺口补助"),
    ]
    columns = ("依据", *(f"{year}年" for year in plan.years))
    return ReportTable(
        "16",
        "between_budgets",
        "预算间调入调出",
        "万元",
        "流向",
        columns,
        tuple(
            ReportRow(label, (basis, *map(float, plan.lines[line])), "money", 1, line) for label, line, basis in rows
        ),
        ("每笔在调出预算和调入预算各记一次。",),
    )


def waterfall_table(plan: Plan) -> ReportTable:
    """Table 17: the steps that balanced each year, with amounts and rules."""
    rows = [ReportRow("平衡前收支差额", ("", *map(float, _before(plan))), "money", 0, "before_measures", (), True)]
    for step in STEPS:
        about = balance_steps()[step]
        rows.append(ReportRow(about.label, (about.source, *map(float, plan.steps[step])), "money", 1, f"step_{step}"))
    columns = ("依据", *(f"{year}年" for year in plan.years))
    notes = (
        "按表中顺序逐项采取，前一项用尽才用后一项；三保支出不压减；增减支出的各项含随之增减的预备费。",
        "逐个项目的压减见表17-5，逐笔记录见表17-4。",
    )
    return ReportTable("17", "waterfall", "跨年度平衡措施", "万元", "步骤", columns, tuple(rows), notes)


def _before(plan: Plan) -> np.ndarray:
    steps = plan.steps
    surplus = steps["surplus_from_funds"] + steps["surplus_to_fund"] + steps["surplus_unallocated"]
    return surplus - sum(steps[name] for name in STEPS if not name.startswith("surplus"))


stabilization_table = statement(
    "18",
    "stabilization",
    "预算稳定调节基金滚存与结转",
    """
  stabilization_topup
  stabilization_draw
*stabilization_fund_stock
  carry_in
  carry_out
  fund_carry_in
  fund_carry_out""",
)


def rating_table(rating: Rating) -> ReportTable:
    """Table 27: the six indices and the grade."""
    rows = [
        ReportRow(
            label,
            ("", "", None if not np.isfinite(score) else f"{score:.1f}", f"{rating.weights.get(label, 0):.0%}"),
            "text",
            0,
            "",
            (),
            True,
        )
        for label, score in rating.indices.items()
    ]
    detailed = []
    for row in rows:
        detailed.append(row)
        for score in rating.scores:
            if score.index == row.label:
                value = None if not np.isfinite(score.value) else f"{score.value:.3f}"
                points = None if not np.isfinite(score.score) else f"{score.score:.0f}"
                detailed.append(
                    ReportRow(
                        score.label, (value, f"{score.good:g} / {score.bad:g}", points, ""), "text", 1, score.name
                    )
                )
    detailed.append(
        ReportRow("综合", ("", "", f"{rating.total:.1f}", rating.grade), "text", 0, "rating_total", (), True)
    )
    notes = (*rating.reasons, "权重和分界为设计值，未见正式文件，可在 data/rules/rating.toml 修改。")
    return ReportTable(
        "27",
        "rating",
        "财政承受能力评估汇总",
        "",
        "指数和指标",
        ("数值", "满分/零分线", "得分", "权重或等级"),
        tuple(detailed),
        notes,
    )


def scenarios_table(alternatives: Mapping[str, Plan]) -> ReportTable | None:
    """Table 28: the scenarios side by side."""
    if not alternatives:
        return None
    lines = (
        "own_revenue",
        "available_resources",
        "guarantee_coverage",
        "fiscal_space",
        "funding_gap",
        "fund_gap",
        "fund_transfer_in",
        "debt_ratio",
    )
    first = next(iter(alternatives.values()))
    rows = []
    for line in lines:
        for plan in alternatives.values():
            rows.append(
                ReportRow(
                    LINES[line].label,
                    (plan.basis.scenario.name, *(number_or_none(value) for value in plan.line(line))),
                    kind_of(line),
                    1,
                    line,
                )
            )
    columns = ("情景", *(f"{year}年" for year in first.years))
    return ReportTable("28", "scenarios", "情景比较", "万元", "项目", columns, tuple(rows))


def fan_table(fan: Fan) -> ReportTable:
    """Table 29: quantiles and probabilities of the simulation."""
    names = ("own_revenue", "available_resources", "guarantee_coverage", "fiscal_space", "debt_ratio")
    rows = []
    for name in names:
        if name not in fan.lines:
            continue
        for level, label in ((0.1, "10%分位"), (0.5, "中位"), (0.9, "90%分位")):
            values = fan.lines[name][fan.quantiles.index(level)]
            rows.append(
                ReportRow(
                    LINES[name].label, (label, *(number_or_none(value) for value in values)), kind_of(name), 1, name
                )
            )
    for name, label in CHANCES.items():
        if name in fan.probabilities:
            rows.append(ReportRow(label, ("", *map(float, fan.probabilities[name])), "ratio", 1, f"probability_{name}"))
    notes = (f"{fan.paths:,} 条模拟路径，随机种子 {fan.seed}；每条路径经过与规划相同的计算和平衡规则。",)
    return ReportTable(
        "29",
        "fan",
        "不确定性（模拟区间与概率）",
        "万元",
        "项目",
        ("分位", *(f"{year}年" for year in fan.years)),
        tuple(rows),
        notes,
    )


def assumptions_table(plan: Plan) -> ReportTable:
    """Table 30: every assumption with its source."""
    rows = []
    for _, entry in list_assumptions(plan).iterrows():
        values = [float(entry[year]) for year in plan.years]
        shown = tuple(printed_assumption(str(entry["name"]), value) for value in values)
        rows.append(
            ReportRow(
                str(entry["label"]),
                (*shown, QUALITIES[str(entry["quality"])], str(entry["source"])),
                "text",
                1,
                str(entry["name"]),
            )
        )
    columns = (*(f"{year}年" for year in plan.years), "依据级别", "来源")
    return ReportTable("30", "assumptions", "假设与参数", "", "假设", columns, tuple(rows))


def cautions_table(plan: Plan) -> ReportTable:
    """Table 31: cautions."""
    rows = tuple(ReportRow(caution.where, (caution.message,), "text", 1, caution.code) for caution in plan.cautions)
    return ReportTable("31", "cautions", "提示事项", "", "范围", ("内容",), rows)


def grain_table(plan: Plan) -> ReportTable:
    """Table 32: at which grain each block was computed."""
    labels = {
        "revenue": "自有收入",
        "transfers": "上级补助",
        "guarantees": "三保",
        "debt": "政府债务",
        "funds": "政府性基金",
        "state_capital": "国有资本经营",
        "projects": "项目",
        "social_insurance": "社会保险",
    }
    rows = tuple(ReportRow(labels[block], (text,), "text", 1, block) for block, text in plan.basis.grain.items())
    return ReportTable("32", "grain", "各部分测算粒度", "", "部分", ("测算粒度",), rows)
