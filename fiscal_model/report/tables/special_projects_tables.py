"""Tables 23 and 24 of the annex: special-bond projects, their review and assets, the quota test, the reserve."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.debt.project_review import PASS, asset_records, review_issues
from fiscal_model.analysis.debt.quota_test import TERMS, QuotaTest, check_quota
from fiscal_model.analysis.debt.reserve_fund import Reserve, follow_reserve
from fiscal_model.analysis.debt.special_projects import DebtProjects, judge_projects
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import number_or_none
from fiscal_model.report.wording import UNVERIFIED, percent
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import YesNo


def special_project_tables(plan: Plan) -> list[ReportTable | None]:
    """Build the tables on special-bond projects.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of ReportTable or None
        23 to 23-5 and 24; without a register of projects only the quota test.
    """
    projects = judge_projects(plan)
    quota = quota_table(plan, check_quota(plan, projects))
    if projects is None:
        return [quota]
    return [
        projects_table(projects),
        yearly_table(projects),
        sensitivity_table(projects),
        review_table(projects),
        assets_table(plan),
        quota,
        reserve_table(plan, follow_reserve(plan, projects)),
    ]


def verdict_of(cover: float) -> str:
    """Say what a coverage over the whole life means.

    Examples
    --------
    >>> [verdict_of(value) for value in (1.3, 1.15, 0.9, 9.0, float("nan"))]
    ['达标', '低于审核线', '低于预警线', '偏高待核实', '未判断']
    """
    line = rules("special_projects")["coverage"]
    if not np.isfinite(cover):
        return "未判断"
    if cover > line["implausible"]:
        return "偏高待核实"
    if cover >= line["approval"]:
        return "达标"
    return "低于审核线" if cover >= line["alert"] else "低于预警线"


def projects_table(projects: DebtProjects) -> ReportTable:
    """Table 23: every project's coverage, least cash and capital ratio."""
    rows, frame = [], projects.frame()
    for position, row in enumerate(frame.itertuples()):
        entry = projects.register.iloc[position]
        values: tuple[Value, ...] = (
            entry["sector"].label,
            entry["stage"].label,
            float(entry["total_investment"]),
            f"{row.capital_ratio:.1%}/{row.capital_minimum:.0%}" if np.isfinite(row.capital_ratio) else None,
            float(row.bonds_open),
            float(row.bonds_planned),
            _times(row.coverage_life),
            _times(row.coverage_remaining),
            _times(row.coverage_average),
            _in_year(_times(row.coverage_minimum), row.coverage_minimum_year),
            _in_year(_money(row.lowest_cash), row.lowest_cash_year) if row.lowest_cash < -0.5 else _none(row),
            verdict_of(row.coverage_life),
        )
        rows.append(ReportRow(str(row.name), values, "money", 1))
    line = rules("special_projects")["coverage"]
    notes = (
        "覆盖倍数＝项目净收益（收入减付现成本和税费）÷债券本金和利息；全周期从有收支起，剩余期从规划首年起，"
        "平均和最低只看运营期有本息的年份；最低累计资金为运营期累计净收益减本息，负数须再融资或另筹资金，不为负的不列。",
        f"预警线{line['alert']:g}倍、审核线{line['approval']:g}倍，超过{line['implausible']:g}倍提示可能高估；"
        f"各领域最低资本金比例和上述界限均{UNVERIFIED}，可在 data/rules 修改。",
        *(f"{caution.message}。" for caution in projects.cautions),
    )
    columns = (
        "领域",
        "阶段",
        "总投资",
        "资本金/最低",
        "债券余额",
        "计划新发",
        "全周期覆盖",
        "剩余期覆盖",
        "年均覆盖",
        "最低年覆盖",
        "最低累计资金",
        "判断",
    )
    return ReportTable("23", "special_projects", "专项债券项目收支平衡", "万元", "项目", columns, tuple(rows), notes)


def yearly_table(projects: DebtProjects) -> ReportTable:
    """Table 23-1: income, cost, service and subsidy by year; sums of the projects that are judged."""
    count, judged = len(projects.years), projects.judged[:, None]
    within = slice(projects.first, projects.first + count)

    def total(values: np.ndarray) -> np.ndarray:
        return np.where(judged, values, 0.0).sum(axis=0)

    flows = projects.flows
    income, cost, tax = (total(part[:, within]) for part in (flows.income, flows.operating_cost, flows.tax))
    own = total(projects.service.own[:, :count])
    given: list[tuple[str, np.ndarray, int, tuple[tuple[int, int], ...]]] = [
        ("项目收入", income, 1, ()),
        ("付现成本", cost, 1, ()),
        ("税费", tax, 1, ()),
        ("项目净收益", income - cost - tax, 0, ((0, 1), (1, -1), (2, -1))),
        ("债券本息（扣除再融资）", own, 0, ()),
        ("净收益不足本息，须补助", projects.subsidy_total, 0, ((6, 1), (7, 1), (8, 1))),
        ("其中：政府性基金收入负担", projects.funds, 1, ()),
        ("　　　一般公共预算调入负担", projects.general, 1, ()),
        ("　　　基金缺口，没有来源", projects.unpaid, 1, ()),
    ]
    rows = [
        ReportRow(label, tuple(map(float, values)), "money", level, "", parts, level == 0)
        for label, values, level, parts in given
    ]
    for position in np.flatnonzero(projects.subsidy.sum(axis=1) > 0.5):
        values = tuple(map(float, projects.subsidy[position]))
        rows.append(ReportRow(f"须补助：{projects.names[position]}", values, "money", 1))
    notes = (
        "补助由规划总账统一负担：专项债务本息先用政府性基金收入，不足的由一般公共预算调入（即基金预算的“一般公共预算调入”），"
        "本表只说明这些钱补了哪些项目，不另加支出；一个项目的结余不抵另一个项目的不足。",
        "含各项目申报的计划新发债券的利息，未扣除发行审核退回的项目；再融资按规划的专项债务再融资比例。",
    )
    columns = tuple(f"{year}年" for year in projects.years)
    return ReportTable(
        "23-1", "special_project_years", "专项债券项目分年收支和补助", "万元", "项目", columns, tuple(rows), notes
    )


def sensitivity_table(projects: DebtProjects) -> ReportTable | None:
    """Table 23-2: coverage over the years left when income and cost come out otherwise."""
    found = projects.sensitivity()
    middle, last = len(found.changes) // 2, len(found.changes) - 1
    picks = [0, middle // 2, middle, middle + (last - middle) // 2, last]
    rows = []
    for position in np.flatnonzero(projects.judged):
        life = found.life[position]
        if not np.isfinite(life).any():
            continue
        values: tuple[Value, ...] = (
            *(_times(life[at, middle]) for at in picks),
            *(_times(life[middle, at]) for at in (0, last)),
            _times(life[0, last]),
            _times(found.minimum[position, 0, last]),
            _break_even(found.income_break_even[position]),
            _break_even(found.cost_break_even[position]),
        )
        rows.append(ReportRow(projects.names[position], values, "text", 1))
    if not rows:
        return None
    shown = [f"{100 * change:+.0f}%" if abs(change) > 1e-9 else "不变" for change in found.changes]
    columns = (
        *(f"收入{shown[at]}" for at in picks),
        *(f"成本{shown[at]}" for at in (0, last)),
        f"收入{shown[0]}且成本{shown[last]}",
        "此时最低年",
        f"收入变动到{found.line:g}倍",
        f"成本变动到{found.line:g}倍",
    )
    notes = (
        f"剩余期（规划首年起）本息覆盖倍数，收入和成本各按{len(found.changes)}档变动，表中列主要几档；税费随收入变动。",
        f"最后两列为其他不变时恰好达到{found.line:g}倍的变动幅度，超过±100%的不列。",
    )
    return ReportTable(
        "23-2", "special_project_sensitivity", "专项债券项目敏感性分析", "倍", "项目", columns, tuple(rows), notes
    )


def review_table(projects: DebtProjects) -> ReportTable | None:
    """Table 23-3: projects that ask for new bonds, passed or returned, with reasons."""
    rows = []
    for review in review_issues(projects):
        reasons = "；".join(review.reasons) or "没有问题"
        passed = "、".join(name for name, (outcome, _) in review.findings.items() if outcome == PASS)
        rows.append(ReportRow(review.name, (review.need, review.outcome, reasons, passed), "money", 1))
    if not rows:
        return None
    notes = (f"负面清单、资本金比例和覆盖倍数的界限均{UNVERIFIED}，结论只供内部审核参考。",)
    columns = ("规划期计划新发", "结论", "问题", "通过的项目")
    return ReportTable(
        "23-3", "special_project_review", "专项债券发行审核", "万元", "项目", columns, tuple(rows), notes
    )


def assets_table(plan: Plan) -> ReportTable | None:
    """Table 23-4: what the projects built, and whether it is accepted and booked."""
    assets, rows = asset_records(plan), []
    for row in assets.to_dict("records"):
        booked = f"是（{row['booked_date']}）" if row["booked"] == YesNo.YES else "否"
        values: tuple[Value, ...] = (
            str(row["name"]),
            float(row["value"]),
            str(row["completed_date"]) if pd.notna(row["completed_date"]) else "未完工",
            row["accepted"].label,
            booked,
            str(row["owner"]),
            float(row["income"]) if pd.notna(row["income"]) else None,
            f"应入账未入账，已{row['days_late']}天" if row["late"] else "",
        )
        rows.append(ReportRow(str(row["asset"]), values, "money", 1))
    if not rows:
        return None
    late = assets[assets["late"]]
    said = (
        f"截至{plan.base_year}年底已验收未入账{len(late)}项，价值{late['value'].sum():,.0f}万元，须限期入账。"
        if len(late)
        else f"截至{plan.base_year}年底已验收的资产都已入账。"
    )
    columns = ("项目", "价值", "完工", "验收", "入账", "权属单位", "年收益", "提示")
    return ReportTable(
        "23-4", "special_project_assets", "专项债券项目资产", "万元", "资产", columns, tuple(rows), (said,)
    )


def quota_table(plan: Plan, test: QuotaTest) -> ReportTable | None:
    """Table 23-5: how many new special bonds each year can bear and which term binds."""
    if not np.isfinite(test.quota).any():
        return None
    rows = [
        ReportRow(TERMS[name], tuple(map(number_or_none, values)), "money", 1) for name, values in test.terms.items()
    ]
    rows += [
        ReportRow("可承受的新增专项债券", tuple(map(number_or_none, test.quota)), "money", 0, "", (), True),
        ReportRow("起约束作用的一项", tuple(words or None for words in test.binding_words), "text", 1),
        ReportRow("规划安排的新增专项债券", tuple(map(number_or_none, test.planned)), "money", 1),
        ReportRow("规划超过可承受数", tuple(map(number_or_none, test.excess)), "money", 1),
        ReportRow("专项债务自有资金还本付息占基金收入", tuple(map(number_or_none, test.match)), "ratio", 1),
    ]
    for _, part in test.allocation.groupby("project_code", sort=False):
        by_year = part.set_index("year")["given"].reindex(plan.years)
        rows.append(ReportRow(f"分配：{part['name'].iloc[0]}", tuple(map(number_or_none, by_year)), "money", 1))
    notes = (
        "取各项中最小的一项：限额减发行前余额；发行审核未退回的项目当年需求；债务率（口径C）不进入下一档；"
        "基金收入扣除上解、土地成本和已有专项债务本息后付得起的债券（按等额本息）。各年以规划安排的以前年度发行为前提。",
        f"分配先续建、后新开，同类按覆盖倍数。本测试为设计办法，{UNVERIFIED}。"
        + ("" if "projects" in test.terms else "没有专项债券项目台账，项目需求一项未测算。"),
    )
    columns = tuple(f"{year}年" for year in plan.years)
    return ReportTable("23-5", "special_quota", "新增专项债券额度测试", "万元", "项目", columns, tuple(rows), notes)


def reserve_table(plan: Plan, reserve: Reserve | None) -> ReportTable | None:
    """Table 24: the reserve rolled forward and how far secured sources cover what falls due."""
    if reserve is None:
        return None
    # Rounded here, so that a year opens with the very figure that the year before closed with.
    opening, used, closing = (np.round(values) for values in (reserve.opening, reserve.used, reserve.closing))
    given: list[tuple[str, np.ndarray, int, tuple[tuple[int, int], ...]]] = [
        ("年初备付金余额", opening, 1, ()),
        ("当年计提", closing - opening + used, 1, ()),
        ("当年使用", used, 1, ()),
        ("年末备付金余额", closing, 0, ((0, 1), (1, 1), (2, -1))),
        ("计提中项目自己结余能提足的", reserve.from_projects, 1, ()),
        ("目标：次年项目债券本息", reserve.target, 1, ()),
    ]
    rows = [
        ReportRow(label, tuple(map(float, values)), "money", level, "", parts, level == 0)
        for label, values, level, parts in given
    ]
    rows.append(ReportRow("年末余额÷目标", tuple(map(number_or_none, reserve.adequacy)), "ratio", 1))
    first = len(rows)
    for label, values in reserve.sources.items():
        rows.append(ReportRow(f"偿债来源：{label}", tuple(map(number_or_none, values)), "money", 1))
    parts = tuple((at, 1) for at in range(first, len(rows)))
    total = np.sum(list(reserve.sources.values()), axis=0)
    rows += [
        ReportRow("偿债来源合计", tuple(map(number_or_none, total)), "money", 0, "", parts, True),
        ReportRow("专项债务到期本息", tuple(map(number_or_none, reserve.due)), "money", 1),
        ReportRow("偿债资金来源覆盖率", tuple(map(number_or_none, reserve.cover)), "ratio", 0, "", (), True),
        ReportRow("得分", tuple(f"{value:.0f}" if np.isfinite(value) else None for value in reserve.score), "text", 1),
    ]
    rule = rules("special_projects")["reserve"]
    notes = (
        f"计提取项目收入的{percent(rule['income_share'])}与次年本息除以债券剩余年数中的大者，提到次年本息为止；"
        f"项目收入不足时使用，各项目的备付金只用于本项目。比例为设计值，{UNVERIFIED}。",
        "备付金另行列示，没有计入规划总账；项目自己提不足的部分须由预算另行安排。"
        + ("" if reserve.opening_known else "各项目现有备付金余额未提供，按没有起算。"),
    )
    columns = tuple(f"{year}年" for year in plan.years)
    return ReportTable("24", "debt_reserve", "偿债备付金", "万元", "项目", columns, tuple(rows), notes)


def _times(value: float) -> Value:
    return f"{value:.2f}" if np.isfinite(value) else None


def _money(value: float) -> Value:
    return f"{round(value):,d}" if np.isfinite(value) else None


def _in_year(text: Value, year: int) -> Value:
    return f"{text}（{year}年）" if text is not None else None


def _none(row: object) -> Value:
    """Least cash that is not below zero prints empty, one that is not known as a dash."""
    return "" if np.isfinite(row.lowest_cash) else None  # type: ignore[attr-defined]


def _break_even(value: float) -> Value:
    return f"{value:+.1%}" if np.isfinite(value) and abs(value) <= 1 else None
