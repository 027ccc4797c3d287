"""Tables 08-3 to 08-7 of the annex: warning light, treasury by month, marginal costs, measures, findings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.guarantees.early_warning import MEASURES, bounds_of, grade_word, judge_warning
from fiscal_model.analysis.guarantees.levers import TIERS, list_levers
from fiscal_model.analysis.guarantees.open_findings import review_findings
from fiscal_model.analysis.guarantees.reprice import cost_one_more
from fiscal_model.analysis.guarantees.treasury_months import follow_treasury
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import number_or_none
from fiscal_model.report.wording import UNVERIFIED, money, percent
from fiscal_model.words.table import ReportRow, ReportTable, Value

_YUAN = 1e4
"""Yuan in one 万元."""


def early_warning_tables(plan: Plan, fan: Fan) -> list[ReportTable | None]:
    """Build the tables on early warning.

    Parameters
    ----------
    plan : Plan
    fan : Fan
        Of the same plan.

    Returns
    -------
    list of ReportTable or None
        08-3 to 08-7; None where the place has no such register.
    """
    return [
        warning_table(plan, fan),
        months_table(plan, fan),
        marginal_table(plan),
        levers_table(plan),
        findings_table(plan),
    ]


def warning_table(plan: Plan, fan: Fan) -> ReportTable:
    """Table 08-3: the warning light of each year, what it rests on, its chance on the paths."""
    warning = judge_warning(plan)
    words: tuple[Value, ...] = (grade_word(warning.base_grade), *warning.words, "", "")
    rows = [ReportRow("综合等级", words, "text", 0, "", (), True)]
    for measure in MEASURES:
        part = warning.measures[warning.measures["measure"] == measure]
        shown = [_graded(measure, float(row.value), int(row.grade)) for row in part.itertuples()]
        counts = "计入" if bool(part["counts"].iloc[0]) else "只列示"
        rows.append(ReportRow(str(part["label"].iloc[0]), (*shown, _bounds(measure), counts), "text", 1))
    for name, chance in fan.grades.items():
        label = f"{rules('guarantee_warning')['grades'][name]['label']}的概率（模拟）"
        rows.append(ReportRow(label, (None, *map(number_or_none, chance), "", ""), "ratio", 1))
    reasons = [
        f"{year}年{word}：{reason}。"
        for year, word, reason in zip(warning.years, warning.words, warning.reasons, strict=True)
        if word != grade_word(0)
    ]
    base = (
        [f"{plan.base_year}年{grade_word(warning.base_grade)}：{warning.base_reason}。"] if warning.base_grade else []
    )
    notes = (
        *base,
        *reasons,
        f"分档没有找到官方规定，均为设计值，{UNVERIFIED}，可在 guarantee_warning.toml 修改；"
        "综合等级取计入各项中最差的一档，工资或基本民生在发放日库款不足的直接为红。",
    )
    years = tuple(f"{year}年" for year in (plan.base_year, *plan.years))
    columns = (*years, "界限（绿/黄/橙）", "综合等级")
    return ReportTable("08-3", "guarantee_warning", "“三保”预警", "", "项目", columns, tuple(rows), notes)


def _number(measure: str, value: float) -> str:
    return f"{value:.2f}" if measure in {"coverage", "treasury_cover"} else f"{value:.1%}"


def _graded(measure: str, value: float, grade: int) -> Value:
    return f"{_number(measure, value)} {grade_word(grade)}" if np.isfinite(value) else None


def _bounds(measure: str) -> str:
    return "/".join(_number(measure, line) for line in bounds_of(measure).lines)


def months_table(plan: Plan, fan: Fan) -> ReportTable | None:
    """Table 08-4: the treasury month by month; None without a treasury register."""
    months = follow_treasury(plan)
    if months is None:
        return None
    first, later, rows = plan.years[0], plan.years[1:], []
    for month in range(12):
        cover = months.path.cover[0, month]
        values: tuple[Value, ...] = (
            float(months.inflow[0, month]),
            float(months.outflow[0, month]),
            float(months.path.balance[0, month]),
            f"{cover:.2f}" if np.isfinite(cover) else None,
            str(months.states[0, month]),
            *(float(months.path.balance[row, month]) for row in range(1, len(plan.years))),
            percent(float(fan.months_at_risk[:, month].max())) if fan.months_at_risk is not None else None,
        )
        rows.append(ReportRow(f"{month + 1}月", values, "money", 1))
    columns = (
        f"{first}年流入",
        "流出",
        "月末余额",
        "保障倍数",
        "状态",
        *(f"{year}年月末余额" for year in later),
        "不足概率（最高年）",
    )
    cuts = rules("guarantee_warning")["treasury_states"]
    risk = (
        f"最早在{months.first_at_risk[0]}年{months.first_at_risk[1]}月出现到期不能支付。"
        if months.first_at_risk
        else "规划期各月到期支付都有库款。"
    )
    notes = (
        risk,
        *(f"{caution.message}。" for caution in months.cautions if caution.code != "treasury_short"),
        f"年初库款{money(months.opening)}；各月流入流出按近几年库款月报的分布、债券到期月份和支付日历测算，"
        f"{'1月发放第十三个月工资，' if months.thirteenth else ''}工资和基本民生由专户先保障。",
        f"保障倍数＝月末余额÷当年月均流出；低于{cuts['alert']:g}为警示、{cuts['low']:g}为偏低、高于{cuts['idle']:g}为闲置（{UNVERIFIED}）。",
    )
    return ReportTable("08-4", "treasury_months", "库款月度测算", "万元", "月份", columns, tuple(rows), notes)


def marginal_table(plan: Plan) -> ReportTable | None:
    """Table 08-5: what one person, ten yuan of standard or one post more costs the county; None without registers."""
    costs = cost_one_more(plan)
    if not len(costs):
        return None
    rows = []
    for (key, label, step), part in costs.groupby(["item", "label", "step"], sort=False):
        need = float(part["need"].iloc[0]) * _YUAN
        county = [float(value) * _YUAN for value in part["county"]]
        rows.append(ReportRow(str(label), (str(step), need, *county), "count", 1, f"marginal_{key}"))
    columns = ("增加", f"{plan.years[0]}年各级合计", *(f"{year}年县级负担" for year in plan.years))
    return ReportTable(
        "08-5",
        "marginal_costs",
        "“三保”边际成本",
        "元",
        "项目或人员组",
        columns,
        tuple(rows),
        ("每次只改一项，其余不变；由台账改数后重新测算得出。",),
    )


def levers_table(plan: Plan) -> ReportTable:
    """Table 08-6: measures that close the gap, the most lawful first, with what is left after each."""
    levers = list_levers(plan)
    gap = bool((levers["gap"] > 0.5).any())
    rows = []
    for year, part in levers.groupby("year", sort=False):
        whole = float(part["gap"].iloc[0])
        rows.append(ReportRow(f"{year}年缺口（采取措施前）", ("", "", None, None, whole), "money", 0, "", (), True))
        for lever in part.to_dict("records"):
            rule = lever["rule"] if lever["quality"] == "law" else f"{lever['rule']}，{UNVERIFIED}"
            values: tuple[Value, ...] = (
                TIERS[lever["tier"]],
                rule,
                float(lever["available"]),
                float(lever["used"]),
                float(lever["residual"]),
            )
            rows.append(ReportRow(str(lever["label"]), values, "money", 1))
    columns = ("性质", "依据", "最多可用", "规划已用", "用足后剩余缺口")
    notes = (
        *(() if gap else (f"规划期各年没有缺口，列出{plan.years[0]}年可用的储备措施。",)),
        "按法定先后、同类按金额大小排列；“三保”支出不是弥补缺口的来源，任何措施都不得压减。"
        "用足后仍有缺口的，须报请上级支持，不得带缺口编制预算。",
    )
    return ReportTable("08-6", "gap_measures", "缺口弥补措施", "万元", "措施", columns, tuple(rows), notes)


def findings_table(plan: Plan) -> ReportTable | None:
    """Table 08-7: the register of findings at the end of the base year; None without a register."""
    findings = review_findings(plan)
    if findings is None:
        return None
    rows = []
    for row in findings.rows.to_dict("records"):
        values: tuple[Value, ...] = (
            row["topic"],
            number_or_none(row["amount"]) if pd.notna(row["amount"]) else None,
            row["owner"],
            str(row["due_date"]),
            row["state"],
            str(row["days_overdue"]) if row["days_overdue"] else "",
        )
        rows.append(ReportRow(str(row["finding"]), values, "money", 1))
    columns = ("问题", "涉及金额", "责任单位", "整改期限", "状态", "逾期天数")
    notes = (
        f"截至{findings.as_of:%Y-%m-%d}共{findings.count}件，已销号{findings.closed}件，"
        f"销号率{percent(findings.closing_rate)}，逾期未销号{len(findings.overdue)}件。",
    )
    return ReportTable("08-7", "findings", "整改台账", "万元", "编号", columns, tuple(rows), notes)
