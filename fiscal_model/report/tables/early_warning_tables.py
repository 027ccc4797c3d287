"""Tables 08-3 to 08-7 of the annex: warning light, treasury by month, marginal costs, measures, findings."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.guarantees.coverage_ground import NOT_JUDGED, unjudged_said
from fiscal_model.analysis.guarantees.early_warning import MEASURES, bounds_of, grade_word, judge_warning
from fiscal_model.analysis.guarantees.levers import TIERS, list_levers
from fiscal_model.analysis.guarantees.open_findings import review_findings
from fiscal_model.analysis.guarantees.reprice import cost_one_more
from fiscal_model.analysis.guarantees.treasury_months import Months, follow_treasury
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.law.rules import rules
from fiscal_model.model.planbook import inferred_lines
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Record, Spread, table
from fiscal_model.report.layout import INFERRED
from fiscal_model.report.wording import UNVERIFIED, money, percent
from fiscal_model.report.wording_by_year import money_in_years
from fiscal_model.words.lines import LINES
from fiscal_model.words.table import Kind

_YUAN = 1e4
"""Yuan in one 万元."""


_OVER_RESOURCES = ("coverage", "share_of_resources")
"""Measures over available resources and the county's guarantees: inferred where one of these is."""


@table(
    "08-3",
    "guarantee_warning",
    "“三保”预警",
    "项目",
    [Spread(), Column("界限（绿/黄/橙）", "bounds", "text"), Column("综合等级", "counts", "text")],
    unit="",
)
def warning_table(plan: Plan, fan: Fan) -> Content:
    """The warning light of each year, what it rests on, its chance on the paths."""
    warning = judge_warning(plan)
    years = (plan.base_year, *plan.years)
    words = (grade_word(warning.base_grade) if warning.judged else NOT_JUDGED, *warning.words)
    rows = [Line("grade", "综合等级", words, 0, kind="text")]
    inferred = inferred_lines(plan) & {"guarantees_county", "available_resources"}
    marked = _OVER_RESOURCES if inferred else ()
    for measure in MEASURES:
        part = warning.measures[warning.measures["measure"] == measure]
        shown = [_graded(measure, row.value, row.grade) for row in part.itertuples()]
        counts = "计入" if part["counts"].iloc[0] else "只列示"
        mark = INFERRED if measure in marked and shown[0] else ""
        rows.append(Line(measure, part["label"].iloc[0] + mark, (*shown, _bounds(measure), counts), kind="text"))
    for name, chance in fan.grades.items():
        label = f"{rules('guarantee_warning')['grades'][name]['label']}的概率（模拟）"
        rows.append(Line(f"chance_{name}", label, (None, *chance), kind="ratio"))
    reasons = (warning.base_reason, *warning.reasons)
    notes = (
        *(
            f"{year}年{word}：{said}。"
            for year, word, said in zip(years, words, reasons, strict=True)
            if word not in {grade_word(0), NOT_JUDGED}
        ),
        f"分档没有找到官方规定，均为设计值，{UNVERIFIED}，可在 guarantee_warning.toml 修改；"
        "综合等级取计入各项中最差的一档，工资或基本民生在发放日库款不足的直接为红。",
        *(() if warning.judged else (f"{unjudged_said(plan)}。",)),
        *_budget_short(plan),
    )
    if any(row.label.endswith(INFERRED) for row in rows):
        from_what = "、".join(
            LINES[name].label for name in ("available_resources", "guarantees_county") if name in inferred
        )
        notes = (*notes, f"带{INFERRED}的项目，{plan.base_year}年数所用的{from_what}不是公布数，为推算或分拆得出。")
    return Content(rows, notes, [f"{year}年" for year in years])


def _budget_short(plan: Plan) -> tuple[str, ...]:
    """Say where the budget of a plan year, as registered, arranges less than the plan does."""
    items, rows = plan.basis.guarantees.items, plan.basis.place.rows("guarantee_execution")
    years = sorted(set(rows["year"]) & set(plan.years)) if items is not None and len(rows) else []
    short = {year: gap for year in years if (gap := items.gap[items.years.index(year)].sum()) > 0.05} if items else {}
    return tuple(
        f"规划各年按足额安排；登记的{year}年预算还缺{gap:,.2f}万元，补足之前该年到位率应看台账42-2。"
        for year, gap in short.items()
    )


def _number(measure: str, value: float) -> str:
    return f"{value:.2f}" if measure in {"coverage", "treasury_cover"} else f"{value:.1%}"


def _graded(measure: str, value: float, grade: int) -> str | None:
    return f"{_number(measure, value)} {grade_word(grade)}" if np.isfinite(value) else None


def _bounds(measure: str) -> str:
    return "/".join(_number(measure, line) for line in bounds_of(measure).lines)


@table("08-4", "treasury_months", "库款月度测算", "月份", row_id="id")
def months_table(plan: Plan, fan: Fan) -> Content | None:
    """The treasury month by month; None without a treasury register."""
    months = follow_treasury(plan)
    if months is None:
        return None
    path, later, risk = months.path, plan.years[1:], fan.months_at_risk
    at_risk = risk.max(axis=0) if risk is not None else [None] * MONTHS
    records = [
        {"id": f"month_{at + 1}", "label": f"{at + 1}月",
         "values": (months.inflow[0, at], months.outflow[0, at], path.balance[0, at], path.cover[0, at],
                    str(months.states[0, at]), *path.balance[1:, at], at_risk[at])}
        for at in range(MONTHS)
    ]  # fmt: skip
    headings = (
        *(f"{plan.years[0]}年流入", "流出", "月末余额", "保障倍数", "状态"),
        *(f"{year}年月末余额" for year in later),
        "不足概率（最高年）",
    )
    kinds: list[Kind | None] = [None, None, None, "number", "text", *[None for _ in later], "ratio"]
    unpaid = money_in_years(plan.years, plan.line("fund_gap"))
    waiting = (
        f"政府性基金缺口（{unpaid}）没有资金来源，按没有支付处理，不计流出；一般公共预算的缺口到期仍须支付，计入流出。"
    )
    return Content(records, (*_months_notes(months), *([waiting] if unpaid else [])), headings, kinds)


def _months_notes(months: Months) -> tuple[str, ...]:
    cuts, first = rules("guarantee_warning")["treasury_states"], months.first_at_risk
    return (
        f"最早在{first[0]}年{first[1]}月出现到期不能支付。" if first else "规划期各月到期支付都有库款。",
        *(f"{caution.message}。" for caution in months.cautions if caution.code != "treasury_short"),
        f"年初库款{money(months.opening)}；各月流入流出按近几年库款月报的分布、债券到期月份和支付日历测算，"
        f"{'1月发放第十三个月工资，' if months.thirteenth else ''}工资和基本民生由专户先保障。",
        f"保障倍数＝月末余额÷当年月均流出；低于{cuts['alert']:g}为警示、{cuts['low']:g}为偏低、高于{cuts['idle']:g}为闲置（{UNVERIFIED}）。",
    )


@table(
    "08-5",
    "marginal_costs",
    "“三保”边际成本",
    "项目或人员组",
    [Column("增加", "step", "text"), Spread(kind="count")],
    row_id="marginal_{item}",
    unit="元",
)
def marginal_table(plan: Plan) -> Content:
    """What one person, ten yuan of standard or one post more costs the county; nothing without registers."""
    cost = cost_one_more(plan)
    need, county = (cost[name].to_numpy(dtype=float).reshape(-1, len(plan.years)) for name in ("need", "county"))
    records = [
        {**named, "values": values}
        for named, values in zip(
            cost[["item", "label", "step"]][:: len(plan.years)].to_dict("records"),
            _YUAN * np.column_stack([need[:, :1], county]),
            strict=True,
        )
    ]
    headings = (f"{plan.years[0]}年各级合计", *(f"{year}年县级负担" for year in plan.years))
    return Content(records, ("每次只改一项，其余不变；由台账改数后重新测算得出。",), headings)


@table(
    "08-6", "gap_measures", "缺口弥补措施", "措施",
    [
        Column("性质", lambda lever: TIERS[lever["tier"]], "text"), Column("依据", "{rule}{doubt}", "text"),
        Column("最多可用", "available"), Column("规划已用", "used"), Column("用足后剩余缺口", "residual"),
    ],
    row_id="{lever}.{year}",
)  # fmt: skip
def levers_table(plan: Plan) -> Content:
    """Measures that close the gap, the most lawful first, with what is left after each."""
    levers, rows = list_levers(plan), list[Record | Line]()
    unsure = np.where(levers["quality"] == "law", "", f"，{UNVERIFIED}")
    for year, part in levers.assign(doubt=unsure).groupby("year", sort=False):
        gap = part["gap"].iloc[0]
        rows.append(Line(f"gap.{year}", f"{year}年缺口（采取措施前）", (), 0, lead=("", "", None, None, gap)))
        rows += part.to_dict("records")
    spare = (f"规划期各年没有缺口，列出{plan.years[0]}年可用的储备措施。",)
    notes = (
        *(() if (levers["gap"] > 0.5).any() else spare),
        "按法定先后、同类按金额大小排列；“三保”支出不是弥补缺口的来源，任何措施都不得压减。"
        "用足后仍有缺口的，须报请上级支持，不得带缺口编制预算。",
    )
    return Content(rows, notes)


@table(
    "08-7", "findings", "整改台账", "编号",
    [
        Column("问题", "topic", "text"), Column("涉及金额", "amount"), Column("责任单位", "owner", "text"),
        Column("整改期限", "due_date", "text"), Column("状态", "state", "text"),
        Column("逾期天数", lambda row: row["days_overdue"] or "", "count"),
    ],
    label="finding",
    row_id="{finding}",
)  # fmt: skip
def findings_table(plan: Plan) -> Content | None:
    """The register of findings at the end of the base year; None without a register."""
    findings = review_findings(plan)
    if findings is None:
        return None
    notes = (
        f"截至{findings.as_of:%Y-%m-%d}共{findings.count}件，已销号{findings.closed}件，"
        f"销号率{percent(findings.closing_rate)}，逾期未销号{len(findings.overdue)}件。",
    )
    return Content(findings.rows, notes)
