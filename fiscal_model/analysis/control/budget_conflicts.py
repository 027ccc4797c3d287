"""The plan against what was approved and published, against its bonds, its projects and its guarantees."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fiscal_model.analysis.control.conflict import Conflict, apart, rows_of
from fiscal_model.blocks.checks.register_checks import base_needs
from fiscal_model.inputs.approvals import find_approved
from fiscal_model.law.classification import LINE_OF_CODES, TOTALS_LINES
from fiscal_model.law.line_or_code import budget_of_line
from fiscal_model.model.planbook import published_first_year
from fiscal_model.model.projection import Plan
from fiscal_model.words.vocabulary import DebtKind, ProjectFunding, ProjectStatus

COMPARED = (
    "own_revenue", "tax_revenue", "nontax_revenue", "transfers", "debt_proceeds_general", "transfer_in",
    "stabilization_draw", "expenditure", "guarantees_total", "interest_general", "contingency_reserve", "remitted_up",
    "principal_general", "stabilization_topup", "transfer_out", "carry_out", "fund_revenue", "land_revenue",
    "fund_transfers", "debt_proceeds_special", "fund_expenditure", "interest_special", "fund_transfer_out",
    "principal_special", "fund_carry_out", "state_capital_revenue", "state_capital_expenditure",
    "state_capital_transfer_out",
)  # fmt: skip
"""Lines that a budget and the plan both hold under one name."""
_BOND = {DebtKind.GENERAL: ProjectFunding.GENERAL_BOND, DebtKind.SPECIAL: ProjectFunding.SPECIAL_BOND}


def approved_amounts(plan: Plan, year: int) -> dict[str, tuple[float, int]]:
    """Return what was approved for a year by plan line; a code stands for the line it makes up alone.

    Returns dict of str to (float, int): line of `COMPARED` to the amount in force and its row in the file; empty when
    nothing was approved.
    """
    approved = find_approved(plan.basis.place, year)
    if approved is None:
        return {}
    alone = {
        (budget, codes[0]): line for budget, lines in LINE_OF_CODES.items() for line, codes in lines if len(codes) == 1
    }
    found: dict[str, tuple[float, int]] = {}
    for row in approved.lines.itertuples():
        line = alone.get((row.budget, row.line), row.line)
        if line in COMPARED and budget_of_line(line) is row.budget and np.isfinite(row.in_force):
            found[line] = (float(row.in_force), int(row.row_line))
    return found


def against_budgets(plan: Plan) -> Iterator[Conflict]:
    """Hold the plan against the approved budget of each year, and against the published one where nothing is approved."""
    for position, year in enumerate(plan.years):
        approved = approved_amounts(plan, year)
        published = published_first_year(plan) if position == 0 else {}
        for line in COMPARED:
            planned = float(plan.line(line)[position])
            if line in approved:
                amount, at = approved[line]
                where = rows_of([at], "approved_budget")
                side, remedy = f"{year}年批准预算", "按批准预算修正规划的假设；确需不同的，先作预算调整"
            elif line in published:
                amount, where = float(published[line]), f"ledger 或 totals 表 {year}年预算数"
                side, remedy = f"{year}年公布预算", "核对口径，修正假设，或在规划中说明与公布预算不同的原因"
            else:
                continue
            if np.isfinite(planned) and apart(planned, amount):
                yield Conflict("规划", side, TOTALS_LINES[line], planned, amount, where, remedy)


def against_bonds(plan: Plan) -> Iterator[Conflict]:
    """Hold the bond money of the project library against planned new bonds and against the room below the limit."""
    costs = _library(plan)
    if not len(costs):
        return
    for kind, funding in _BOND.items():
        rows = costs[costs["funding"] == funding]
        committed = rows[rows["status"] == ProjectStatus.COMMITTED]
        need = _by_year(committed, plan.years)
        issued = plan.line(f"debt_{kind}_issued_new")
        table = rows_of(committed["row_line"], "project_costs") if len(committed) else "project_costs 表"
        name = "一般债券" if kind is DebtKind.GENERAL else "专项债券"
        held_back = plan.basis.debt.paths[kind].held_back
        for year, wanted, planned, held in zip(plan.years, need, issued, held_back, strict=True):
            if wanted > planned + 0.5:
                more = "额度测试（附表23-5）不支持更多新增：" if held > 0.5 else f"提高测算假设 new_issue_{kind}，或者"
                remedy = f"{more}改变项目的资金来源、推迟项目"
                what = f"{year}年已签约项目用新增{name}"
                yield Conflict("项目库", "新增债券计划", what, float(wanted), float(planned), table, remedy)
        room = plan.line(f"debt_limit_{kind}_stock") - plan.line(f"debt_{kind}_stock") + np.cumsum(issued)
        short = np.flatnonzero(np.cumsum(need) > room + 0.5)
        if len(short):
            at = int(short[0])
            what = f"到{plan.years[at]}年已签约项目累计用新增{name}"
            remedy = "超出债务限额的部分不能举借，应落实新增限额或者改变资金来源"
            yield Conflict("项目库", "债务限额", what, float(np.cumsum(need)[at]), float(room[at]), table, remedy)
        # Special bonds stand for the projects of their own register where there is one: the very need of the quota test.
        known = kind is DebtKind.SPECIAL and plan.basis.place.has("special_projects")
        tested = plan.basis.debt.project_need if known else None
        listed = float((_by_year(rows, plan.years) if tested is None else tested)[0])
        side, where = ("项目库", "project_costs 表") if tested is None else ("专项债券项目（审核未退回）", "附表23-5")
        if issued[0] > listed + 0.5 and apart(float(issued[0]), listed):
            what = f"{plan.years[0]}年新增{name}对应的项目"
            remedy = "债券资金应对应到具体项目：补登项目，或者调低新增债券的假设"
            yield Conflict("新增债券计划", side, what, float(issued[0]), listed, where, remedy)


def against_projects(plan: Plan) -> Iterator[Conflict]:
    """Hold the committed projects of the library against the plan's line: none may be left out."""
    costs = _library(plan)
    rows = costs[(costs["funding"] == ProjectFunding.COUNTY) & (costs["status"] == ProjectStatus.COMMITTED)]
    # What the pooling of other money saves the county is not left out: the plan starts from the lower need.
    need = np.minimum(_by_year(rows, plan.years), plan.basis.balance.commitments.committed_projects)
    planned = plan.line("committed_projects")
    remedy = "已签约的支出不能压减：核对措施清单，或者补足安排"
    for year, wanted, given in zip(plan.years, need, planned, strict=True):
        if wanted > given + 0.5:
            what, where = f"{year}年已签约项目县级支出", rows_of(rows["row_line"], "project_costs")
            yield Conflict("项目库", "规划", what, float(wanted), float(given), where, remedy)


def against_guarantees(plan: Plan) -> Iterator[Conflict]:
    """Hold the guarantee list against what the base year arranged and against what the plan can pay."""
    place = plan.basis.place
    items, needs = place.rows("guarantee_items"), base_needs(place)
    for index, item in items.iterrows():
        need = float(needs[index])
        if item["arranged"] < need * 0.995 and need - item["arranged"] > 0.5:
            side, what = f"{item['year']}年预算安排", f"“{item['name']}”需求与安排"
            where, remedy = (
                rows_of([item["row_line"]], "guarantee_items"),
                "“三保”不留缺口：补足预算安排，或者核对对象数和标准",
            )
            yield Conflict("三保项目清单", side, what, need, float(item["arranged"]), where, remedy)
    remedy = "先压减其他支出、申请上级补助，“三保”足额后再安排项目"
    lines = (plan.line(f"guarantees_{name}") for name in ("county", "arranged", "shortfall"))
    for year, need, arranged, gap in zip(plan.years, *lines, strict=True):
        if gap > 0.5:
            what = f"{year}年三保本级需求与可保障数"
            yield Conflict("三保项目清单", "规划", what, float(need), float(arranged), "规划", remedy)


def _library(plan: Plan) -> pd.DataFrame:
    place = plan.basis.place
    projects = place.rows("projects")[["project_code", "status"]]
    return place.rows("project_costs").merge(projects, on="project_code", how="inner")


def _by_year(rows: pd.DataFrame, years: tuple[int, ...]) -> np.ndarray:
    if not len(rows):
        return np.zeros(len(years))
    return rows.groupby("year")["amount"].sum().reindex(years, fill_value=0.0).to_numpy(dtype=float)
