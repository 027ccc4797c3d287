"""Tables 16-32 of the annex: balancing, debt, indicators, rating, scenarios, uncertainty, assumptions, cautions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.affordability.rating import Rating
from fiscal_model.budgets.waterfall import STEPS
from fiscal_model.capacity import band_of, first_breach
from fiscal_model.planbook import assumption_rows
from fiscal_model.projection import Plan
from fiscal_model.report.layout import (
    kind_of,
    number_or_none,
    statement,
)
from fiscal_model.report.table import ReportRow, ReportTable
from fiscal_model.risk.simulate import Fan
from fiscal_model.rules import rules
from fiscal_model.scenario import QUALITIES
from fiscal_model.statements import LINES
from fiscal_model.vocabulary import DebtKind

BANDS = {"green": "绿", "yellow": "黄", "orange": "橙", "red": "红", "none": "—"}


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
            ReportRow(label, (basis, *map(float, plan.lines[line])), "money", 1, line)
            for label, line, basis in rows
        ),
        ("每笔在调出预算和调入预算各记一次。",),
    )


def waterfall_table(plan: Plan) -> ReportTable:
    """Table 17: the steps that balanced each year, with amounts and rules."""
    rows = [
        ReportRow("平衡前收支差额", ("", *map(float, _before(plan))), "money", 0, "before_measures", (), True)
    ]
    for step, (label, rule) in STEPS.items():
        rows.append(ReportRow(label, (rule, *map(float, plan.steps[step])), "money", 1, f"step_{step}"))
    columns = ("依据", *(f"{year}年" for year in plan.years))
    notes = (
        "按表中顺序逐项采取，前一项用尽才用后一项；三保支出不压减；增减支出的各项含随之增减的预备费。",
        *_cut_projects(plan),
    )
    return ReportTable("17", "waterfall", "跨年度平衡措施", "万元", "步骤", columns, tuple(rows), notes)


def _before(plan: Plan) -> np.ndarray:
    steps = plan.steps
    surplus = steps["surplus_to_fund"] + steps["surplus_unallocated"]
    return surplus - sum(steps[name] for name in STEPS if not name.startswith("surplus"))


def _cut_projects(plan: Plan) -> tuple[str, ...]:
    """Name the candidate projects that a cut reaches, the least urgent first."""
    candidates, notes = plan.basis.commitments.candidates, []
    reserve = plan.basis.assumed.path("reserve_rate")
    for count, year in enumerate(plan.years):
        left = float(plan.steps["cut_projects"][count] * (1 - reserve[count]))
        named = []
        for _, row in (
            candidates[candidates["year"] == year].sort_values("priority", ascending=False).iterrows()
        ):
            if left > 0.5 and row["amount"] > 0:
                named.append(f"{row['name']} {min(left, row['amount']):,.0f} 万元")
                left -= row["amount"]
        if named:
            notes.append(f"{year}年压减储备项目：{'、'.join(named)}。")
    return tuple(notes)


def stabilization_table(plan: Plan) -> ReportTable:
    """Table 18: the stabilisation fund rolled forward, and what is carried over."""
    return statement(
        plan,
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


def debt_table(plan: Plan) -> ReportTable:
    """Table 19: stocks, flows and limits of debt."""
    layout = "\n".join(
        f"  debt_{kind}_opening_stock\n  debt_{kind}_refinanced\n  debt_{kind}_issued_new\n  debt_{kind}_other_change\n"
        f"  debt_{kind}_repaid\n*debt_{kind}_stock\n  debt_limit_{kind}_stock"
        for kind in DebtKind
    )
    return statement(
        plan,
        "19",
        "debt",
        "政府债务限额和余额",
        f"{layout}\n*debt_stock",
        (f"测算口径：{plan.basis.grain['debt']}。",),
    )


def debt_service_table(plan: Plan) -> ReportTable:
    """Table 20: what falls due and who pays it."""
    return statement(
        plan,
        "20",
        "debt_service",
        "政府债务还本付息与偿债来源",
        """
debt_general_repaid
  debt_general_refinanced
  principal_general_own
interest_general
debt_special_repaid
  debt_special_refinanced
  principal_special_own
interest_special""",
        ("一般债务付息列一般公共预算，专项债务付息列政府性基金预算；专项债券利息不得用新发债券支付。",),
    )


def hidden_debt_table(plan: Plan) -> ReportTable | None:
    """Table 22: hidden debt to zero; None without a register."""
    if "hidden_debt_stock" in plan.unavailable:
        return None
    contract = plan.basis.hidden.contract_stock
    notes = (f"2028年底清零目标；2029年及以后按合同偿还的 {contract:,.0f} 万元单列，不在余额内。",)
    return statement(
        plan,
        "22",
        "hidden_debt",
        "隐性债务化解",
        "  hidden_debt_resolved\n  hidden_debt_budget\n*hidden_debt_stock",
        notes,
    )


def temporary_payments_table(plan: Plan) -> ReportTable | None:
    """Table 25: temporary payments; None without a register."""
    if "digestion" in plan.unavailable:
        return None
    return statement(
        plan, "25", "temporary_payments", "财政暂付款消化", "  digestion\n*temporary_payments_stock"
    )


def indicators_table(plan: Plan) -> ReportTable:
    """Table 26: ratios with their bands and first breach."""
    table = rules("indicators")
    rows = []
    for name, rule in table.items():
        values = plan.line(name)
        bands = [
            f"{value:.1%} {BANDS[band_of(name, value)]}"
            if name != "guarantee_coverage"
            else f"{value:.2f} {BANDS[band_of(name, value)]}"
            for value in values
        ]
        shown = tuple(text if np.isfinite(value) else None for text, value in zip(bands, values, strict=True))
        breach = first_breach(name, values, plan.years)
        verified = "" if rule["quality"] in {"law", "official"} else "（未经核实）"
        line = "—" if "breach" not in rule else _line_text(name, rule)
        rows.append(
            ReportRow(
                str(rule["label"]),
                (*shown, line, f"{breach}年" if breach else "无", f"{rule['source']}{verified}"),
                "text",
                1,
                name,
            )
        )
    columns = (*(f"{year}年" for year in plan.years), "突破线", "首次突破", "分档依据")
    return ReportTable("26", "indicators", "财政与债务指标红橙黄绿总览", "", "指标", columns, tuple(rows))


def _line_text(name: str, rule: Mapping[str, object]) -> str:
    sign = "≥" if rule["direction"] == "higher_is_worse" else "<"
    value = float(rule["breach"])  # type: ignore[arg-type]
    return f"{sign}{value:.2f}" if name == "guarantee_coverage" else f"{sign}{value:.0%}"


def rating_table(rating: Rating) -> ReportTable:
    """Table 27: the six indices and the grade."""
    rows = [
        ReportRow(
            label,
            (
                "",
                "",
                None if not np.isfinite(score) else f"{score:.1f}",
                f"{rating.weights.get(label, 0):.0%}",
            ),
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
                        score.label,
                        (value, f"{score.good:g} / {score.bad:g}", points, ""),
                        "text",
                        1,
                        score.name,
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
                    LINES[name].label,
                    (label, *(number_or_none(value) for value in values)),
                    kind_of(name),
                    1,
                    name,
                )
            )
    labels = {
        "funding_gap": "出现收支缺口的概率",
        "fund_gap": "出现基金缺口的概率",
        "guarantee_coverage": "三保保障倍数低于1的概率",
        "debt_ratio": "债务率超过120%的概率",
        "interest_burden_general": "一般债务付息超过10%的概率",
        "interest_burden_special": "专项债务付息超过10%的概率",
    }
    for name, label in labels.items():
        if name in fan.probabilities:
            rows.append(
                ReportRow(
                    label, ("", *map(float, fan.probabilities[name])), "ratio", 1, f"probability_{name}"
                )
            )
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
    for _, entry in assumption_rows(plan).iterrows():
        values = [float(entry[year]) for year in plan.years]
        money = "万元" in str(entry["label"])
        plain = rules("assumptions")[entry["name"]].get("form") == "number"
        shown = tuple(
            f"{value:,.0f}" if money else f"{value:g}" if plain else f"{value:.1%}" for value in values
        )
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
    rows = tuple(
        ReportRow(caution.where, (caution.message,), "text", 1, caution.code) for caution in plan.cautions
    )
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
    rows = tuple(
        ReportRow(labels[block], (text,), "text", 1, block) for block, text in plan.basis.grain.items()
    )
    return ReportTable("32", "grain", "各部分测算粒度", "", "部分", ("测算粒度",), rows)
