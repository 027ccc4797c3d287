"""What the plan says of special-bond projects: coverage, subsidies, review, assets, reserve and the quota test."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.debt.interest_gate import gate_projects
from fiscal_model.analysis.debt.project_assets import unbooked_assets
from fiscal_model.analysis.debt.quota_test import TERMS, QuotaTest, check_quota
from fiscal_model.analysis.debt.reserve_fund import follow_reserve
from fiscal_model.analysis.debt.special_projects import DebtProjects, judge_projects
from fiscal_model.blocks.debt.issue_review import RETURN, review_issues
from fiscal_model.law.limits import interest_line, interest_mark
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.material import Material
from fiscal_model.report.wording import NOT_GIVEN, UNVERIFIED, money, percent
from fiscal_model.report.wording_by_year import money_by_year, money_in_years
from fiscal_model.words.spans import spans


def project_sentences(m: Material) -> list[str]:
    """Write the paragraphs on special-bond projects for the chapter on debt; one sentence where there is no register."""
    projects = judge_projects(m.plan)
    quota = _quota(m.plan, check_quota(m.plan))
    if projects is None:
        return [f"专项债券项目台账{NOT_GIVEN}，项目收益能否覆盖债券本息未作判断。", *quota]
    return [
        _coverage(projects),
        *_subsidies(projects),
        *_review(m.plan, projects),
        *_assets(m.plan),
        *_reserve(m.plan),
        *quota,
    ]


def _coverage(projects: DebtProjects) -> str:
    line = rules("special_projects")["coverage"]
    cover, judged = projects.whole.life, projects.judged
    weak = [
        f"{name}{value:.2f}倍"
        for name, value in sorted(zip(projects.names, cover, strict=True), key=lambda pair: pair[1])
        if value < line["approval"]
    ]
    said = f"专项债券项目台账登记{len(projects.names)}个项目，已判断{int(judged.sum())}个，"
    mark = f"{line['approval']:g}倍（界限{UNVERIFIED}）"
    if not np.isfinite(cover).any():
        return f"{said}没有可用的分年收支。"
    if not weak:
        return f"{said}{'' if np.isfinite(cover).all() else '有分年收支的项目'}全周期本息覆盖倍数都不低于{mark}。"
    return f"{said}全周期本息覆盖倍数低于{mark}的有{len(weak)}个：{'、'.join(weak)}。"


def _subsidies(projects: DebtProjects) -> list[str]:
    lacking = money_in_years(projects.years, projects.subsidy_total)
    if not lacking:
        whose = "各项目" if projects.judged.all() else "已判断的项目"
        return [f"规划期{whose}净收益均能偿付当年债券本息（扣除再融资），不需补助。"]
    payers = {
        "政府性基金收入负担": projects.funds,
        "一般公共预算调入负担": projects.general,
        "没有来源": projects.unpaid,
    }
    parts = [f"{who}{money(values.sum())}" for who, values in payers.items() if values.sum() > 0.5]
    return [
        f"项目净收益不足以偿付当年债券本息，须补助：{lacking}；其中{'、'.join(parts)}。"
        "这些支出已经包含在基金预算的还本付息和一般公共预算调入中，没有另外增加。"
    ]


def _review(plan: Plan, projects: DebtProjects) -> list[str]:
    reviews = review_issues(projects.contracted)
    if not reviews:
        return []
    returned = [f"{review.name}（{'；'.join(review.reasons[:2])}）" for review in reviews if review.outcome == RETURN]
    said = f"计划新发专项债券的项目{len(reviews)}个，内部审核退回{len(returned)}个"
    return [(f"{said}：{'、'.join(returned)}。" if returned else f"{said}。") + _burden(plan)]


def _burden(plan: Plan) -> str:
    """Which projects make an interest ratio above the line worse; empty where the ratio stays within it with each of them."""
    reviews, gate = gate_projects(plan)
    if gate is None or not (np.nan_to_num(gate.with_item) > interest_line()).any():
        return ""
    worse = [review.name for review, passed in zip(reviews, gate.passed, strict=True) if not passed]
    said = f"专项债务付息占比超过{interest_mark()}（条文{UNVERIFIED}）的年度，新发项目以不加重为准：{len(reviews)}个中"
    return said + (
        f"{len(worse)}个会加重（{'、'.join(worse)}），须有减债或增收来源后再发。" if worse else "没有会加重的。"
    )


def _assets(plan: Plan) -> list[str]:
    late = unbooked_assets(plan)
    if not len(late):
        return []
    listed = "、".join(f"{row.name}的{row.asset}{money(row.value)}" for row in late.itertuples())
    return [f"截至{plan.base_year}年底，已竣工验收但未入账的专项债券项目资产有：{listed}，须限期入账管理。"]


def _reserve(plan: Plan) -> list[str]:
    reserve = follow_reserve(plan)
    if reserve is None:
        return []
    said = f"按设计比例计提偿债备付金（比例{UNVERIFIED}），年末余额为：{money_by_year(plan.years, reserve.closing)}"
    short = [year for year, value in zip(plan.years, reserve.adequacy, strict=True) if value < 1 - 1e-9]
    said += f"，{spans(short)}年末不足次年项目债券本息。" if short else "，各年末均不少于次年项目债券本息。"
    if np.isfinite(reserve.cover).any():
        lowest = int(np.nanargmin(reserve.cover))
        said += f"专项债务偿债资金来源覆盖率最低为{plan.years[lowest]}年的{percent(reserve.cover[lowest])}。"
    return [said]


def _quota(plan: Plan, test: QuotaTest) -> list[str]:
    if not np.isfinite(test.quota).any():
        return []
    listed = "、".join(
        f"{year}年{money(value)}（{words}起约束作用）"
        for year, value, words in zip(plan.years, test.quota, test.binding_words, strict=True)
        if words
    )
    tested = [label for name, label in TERMS.items() if np.isfinite(test.terms.get(name, np.nan)).all()]
    tests = "四项条件" if len(tested) == len(TERMS) else "、".join(tested)
    said = f"按{tests}测试（设计办法，{UNVERIFIED}），可承受的新增专项债券为：{listed}。"
    if over := money_in_years(plan.years, np.nan_to_num(test.excess)):
        said += f"规划安排的新增专项债券超过可承受数：{over}"
        said += "。" if (test.published | (test.excess <= 0.5)).all() else "，申报时应从严。"
    said += test.followed
    if less := money_in_years(plan.years, np.maximum(test.wanted - test.planned, 0.0)):
        said += f"比情景拟发数少：{less}。"
    return [said]
