"""The review of projects that ask for new special bonds: pass, return or look again, with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fiscal_model.blocks.debt.contracted_projects import ContractedProjects
from fiscal_model.law.rules import rule_table, rules
from fiscal_model.words.vocabulary import ProjectStage, YesNo

PASS, RETURN, LOOK_AGAIN = "通过", "退回", "待核实"
CHECKS = ("负面清单", "项目阶段", "前期手续", "收支平衡", "高估提示", "资本金比例", "投资来源", "期限", "现金流")
"""What is looked at, in this order."""

Finding = tuple[str, str]
"""Outcome and what was found."""
Row = Mapping[str, Any]
"""A row of the register."""


@dataclass(frozen=True)
class Review:
    """The review of one project that plans new bonds."""

    project_code: str
    name: str
    position: int  # Row of the project in the register
    need: float  # New bonds planned over the plan years, 万元
    outcome: str  # `PASS`, `RETURN` or `LOOK_AGAIN`: the worst of the findings
    findings: Mapping[str, Finding]  # mapping of str to (str, str): check of `CHECKS` to its outcome and what was found

    @property
    def reasons(self) -> tuple[str, ...]:
        """What stands against the project, in Chinese."""
        return tuple(f"{check}：{text}" for check, (outcome, text) in self.findings.items() if outcome != PASS)


def review_issues(projects: ContractedProjects) -> tuple[Review, ...]:
    """Review every project that plans new special bonds.

    In the order of the register; lines from ``data/rules/special_projects.toml``, all unverified.
    """
    needs = projects.service.planned.sum(axis=1)
    asking = np.flatnonzero(needs > 0.5)
    found = []
    for position, row in zip(asking.tolist(), projects.register.iloc[asking].to_dict("records"), strict=True):
        findings = dict(zip(CHECKS, _findings(projects, position, row), strict=True))
        outcomes = {outcome for outcome, _ in findings.values()}
        worst = next(word for word in (RETURN, LOOK_AGAIN, PASS) if word in outcomes)
        found.append(Review(row["project_code"], row["name"], position, float(needs[position]), worst, findings))
    return tuple(found)


def passing_reviews(projects: ContractedProjects) -> tuple[Review, ...]:
    """Return the reviews of projects that ask for new bonds and are not returned."""
    return tuple(review for review in review_issues(projects) if review.outcome != RETURN)


def negative_hits(name: str) -> tuple[str, ...]:
    """Return the items of the negative list whose words stand in a project's name.

    Examples
    --------
    >>> negative_hits("滨河景观大道工程"), negative_hits("县城供水工程")
    (('形象工程和政绩工程',), ())
    """
    return tuple(
        entry["label"]
        for entry in rule_table("project_negative_list")
        if entry["words"] and any(word in name for word in entry["words"].split("|"))
    )


def _findings(projects: ContractedProjects, position: int, row: Row) -> tuple[Finding, ...]:
    return (
        _negative_list(row),
        (RETURN, "项目停缓建") if row["stage"] == ProjectStage.STOPPED else (PASS, row["stage"].label),
        _approval(row),
        _balance(projects, position),
        _overstated(projects, position),
        _capital(projects, position),
        _sources(projects, position, row),
        _term(projects, position, row),
        _cash(projects, position),
    )


def _negative_list(row: Row) -> Finding:
    if row["on_negative_list"] == YesNo.YES:
        labels = {entry["item"]: entry["label"] for entry in rule_table("project_negative_list")}
        return RETURN, f"属于负面清单“{labels[row['negative_item']]}”"
    hits = negative_hits(str(row["name"]))
    if hits:
        return LOOK_AGAIN, f"名称与负面清单“{hits[0]}”相近"
    return PASS, "不属于"


def _approval(row: Row) -> Finding:
    if row["approved"] == YesNo.YES:
        return PASS, "齐全"
    return (RETURN, "手续不齐") if row["approved"] == YesNo.NO else (LOOK_AGAIN, "未填写")


def _balance(projects: ContractedProjects, position: int) -> Finding:
    line = rules("special_projects")["coverage"]
    cover = float(projects.whole.life[position])
    if not np.isfinite(cover):
        return RETURN, "没有分年收支或债券本息，无法判断"
    if cover >= line["approval"]:
        return PASS, f"全周期覆盖{cover:.2f}倍"
    side, bound = ("审核线", line["approval"]) if cover >= line["alert"] else ("预警线", line["alert"])
    shown = f"{cover:.2f}" if round(cover, 2) < bound else f"{cover:.4f}"
    return RETURN, f"全周期覆盖{shown}倍，低于{side}{bound:g}倍"


def _overstated(projects: ContractedProjects, position: int) -> Finding:
    line = float(rules("special_projects")["coverage"]["implausible"])
    cover = float(projects.whole.life[position])
    if np.isfinite(cover) and cover > line:
        return LOOK_AGAIN, f"覆盖{cover:.2f}倍，超过{line:g}倍，收益可能高估"
    return PASS, "没有"


def _capital(projects: ContractedProjects, position: int) -> Finding:
    share, least = float(projects.capital_ratio[position]), float(projects.capital_minimum[position])
    if not np.isfinite(share):
        return LOOK_AGAIN, "总投资为零，比例无法计算"
    text = f"{share:.1%}，最低{least:.0%}"
    return (PASS, text) if share >= least - 1e-9 else (RETURN, text)


def _cash(projects: ContractedProjects, position: int) -> Finding:
    lowest = float(projects.whole.lowest_cash[position])
    if not np.isfinite(lowest):
        return LOOK_AGAIN, "无法判断"
    if lowest >= -0.5:
        return PASS, "运营期累计资金不为负"
    year = projects.life[int(projects.whole.lowest_cash_at[position])]
    return LOOK_AGAIN, f"运营期到{year}年累计缺{-lowest:,.0f}万元，须落实再融资或其他来源"


def _sources(projects: ContractedProjects, position: int, row: Row) -> Finding:
    """Capital, new bonds issued and new bonds planned are not more than the whole investment."""
    bonds = float(projects.service.for_investment[position] + projects.service.planned[position].sum())
    over = bonds + float(row["capital"]) - float(row["total_investment"])
    if over > 0.5:
        return RETURN, f"资本金加债券超过总投资{over:,.0f}万元"
    return PASS, "不超过总投资"


def _term(projects: ContractedProjects, position: int, row: Row) -> Finding:
    """Bonds end no later than the project's income."""
    last, end = int(projects.last_payment[position]), int(row["end_year"])
    if last > end:
        return RETURN, f"债券{last}年到期，晚于项目期满{end}年"
    return PASS, f"债券{last}年到期，项目{end}年期满"
