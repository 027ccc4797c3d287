"""Tables 01-15 of the annex: revenue, spending and the four budgets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from fiscal_model.model.planbook import observed_lines, published_first_year, revenue_items
from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import OBSERVED_YEARS, row_values, statement, year_columns
from fiscal_model.words.lines import LINES
from fiscal_model.words.table import ReportRow, ReportTable, Value


def economy_table(plan: Plan) -> ReportTable | None:
    """Table 01: output and its assumed growth; None without GDP."""
    macro = plan.basis.place.rows("macro")
    window = range(plan.base_year - OBSERVED_YEARS + 1, plan.base_year + 1)
    gdp = macro[macro["indicator"] == "gdp"].set_index("year")["amount"] if len(macro) else {}
    seen = {year: float(gdp[year]) for year in window if year in gdp}
    if "gdp" in plan.unavailable:
        return None
    row = ReportRow(
        "地区生产总值（现价）", row_values(plan, seen, plan.line("gdp"), {}, "gdp", "万元"), "money", 0, "gdp"
    )
    budget = published_first_year(plan)
    columns = tuple(name for name in year_columns(plan) if "公布预算" not in name) if budget else year_columns(plan)
    growth = plan.basis.assumed.path("gdp_growth")
    rate = ReportRow("名义增速（假设）", (*[None] * len(window), *map(float, growth), None), "rate", 1)
    return ReportTable("01", "economy", "主要经济指标预测", "万元", "指标", columns, (row, rate))


def revenue_table(plan: Plan) -> ReportTable:
    """Table 02: own revenue by item, with the method that carried it."""
    items = revenue_items(plan)
    observed, budget = observed_lines(plan), published_first_year(plan)
    planned_codes = plan.basis.history.planned_codes
    rows: list[ReportRow] = []
    groups = (("101", "tax_revenue"), ("103", "nontax_revenue"))
    totals = []
    for prefix, line in groups:
        children = [item for item in items if item[0].startswith(prefix)]
        first = len(rows) + 1
        parts = tuple((first + count, 1) for count in range(len(children)))
        totals.append((len(rows), 1))
        rows.append(
            ReportRow(
                LINES[line].label,
                row_values(plan, observed.get(line, {}), plan.line(line), budget, line, "万元"),
                "money",
                1,
                line,
                parts,
                True,
            )
        )
        for code, label, seen, values in children:
            codes = next(iter(planned_codes.values()))
            published = {"": float(codes.at[plan.years[0], code])} if _given(codes, plan.years[0], code) else {}
            shown = row_values(plan, seen, values, {**budget, **published} if budget else {}, "", "万元")
            rows.append(ReportRow(label, shown, "money", 2, f"revenue_{code}"))
    own = "own_revenue"
    known = own not in plan.unavailable and "tax_revenue" not in plan.unavailable
    rows.append(
        ReportRow(
            LINES[own].label,
            row_values(plan, observed.get(own, {}), plan.line(own), budget, own, "万元"),
            "money",
            0,
            own,
            tuple(totals) if known else (),
            True,
        )
    )
    revenue = plan.basis.revenue.forecast
    methods = f"合计采用{revenue.method('own_revenue')}（{plan.basis.grain['revenue']}）"
    if revenue.scores:
        scores = "、".join(f"{name} {score:.1%}" for name, score in revenue.scores.items())
        methods += f"；滚动回测平均绝对误差：{scores}"
    return ReportTable(
        "02", "own_revenue", "一般公共预算收入预测", "万元", "科目", year_columns(plan), tuple(rows), (methods,)
    )


def _given(codes: pd.DataFrame, year: int, code: str) -> bool:
    known = len(codes) > 0 and year in codes.index and code in codes.columns
    return known and bool(np.isfinite(codes.at[year, code]))


def general_balance_table(plan: Plan) -> ReportTable:
    """Table 05: both sides of the general public budget."""
    return statement(
        plan,
        "05",
        "general_balance",
        "一般公共预算收支平衡表",
        """
  own_revenue
  transfers_general_purpose
  transfers_earmarked
  debt_proceeds_general
  carry_in
  transfer_in
  stabilization_draw
  other_resources
  rescue_in
  funding_gap
*resources_total
  expenditure
  remitted_up
  principal_general
  stabilization_topup
  revolving_topup
  transfer_out
  other_uses
  rescue_repaid
  carryover_returned
  carry_out
*uses_total
stabilization_fund_stock""",
        ("收入总计与支出总计每年相等；收支缺口如实列在收入一侧。",),
    )


def spending_table(plan: Plan) -> ReportTable:
    """Table 06: general expenditure by what drives it."""
    return statement(
        plan,
        "06",
        "spending",
        "一般公共预算支出预测",
        """
  guarantee_living
  guarantee_salaries
  guarantee_operations
  interest_general
  issue_fees_general
  digestion
  hidden_debt_budget
  committed_projects
  bond_spending_general
  earmarked_spending
  flexible_spending
  candidate_projects
  contingency_reserve
  unallocated
*expenditure""",
        (f"三保测算口径：{plan.basis.grain['guarantees']}。",),
    )


def funds_table(plan: Plan) -> ReportTable:
    """Table 12: both sides of the government-funds budget."""
    return statement(
        plan,
        "12",
        "funds",
        "政府性基金预算收支平衡表",
        """
    land_revenue
    fund_other_revenue
  fund_revenue
  fund_transfers
  debt_proceeds_special
  fund_carry_in
  fund_transfer_in
  fund_other_resources
  fund_gap
*fund_resources_total
    interest_special
    issue_fees_special
    land_cost
    fund_tied_spending
    fund_other_spending
  fund_expenditure
  fund_remitted_up
  fund_transfer_out
  principal_special
  fund_other_uses
  fund_carry_out
*fund_uses_total""",
    )


def state_capital_table(plan: Plan) -> ReportTable | None:
    """Table 14: the state-capital budget; None when unknown."""
    if "state_capital_revenue" in plan.unavailable:
        return None
    return statement(
        plan,
        "14",
        "state_capital",
        "国有资本经营预算收支平衡表",
        """
  state_capital_revenue
  state_capital_transfers
  state_capital_carry_in
*state_capital_resources_total
  state_capital_expenditure
  state_capital_transfer_out
  state_capital_carry_out
*state_capital_uses_total""",
    )


def insurance_table(plan: Plan) -> ReportTable | None:
    """Table 15: social insurance in total and by scheme; None when unknown."""
    found = plan.basis.balance.insurance
    if not found.schemes:
        return None
    table = statement(
        plan,
        "15",
        "insurance",
        "社会保险基金预算",
        "insurance_revenue\ninsurance_expenditure\ninsurance_balance\ninsurance_stock",
    )
    width, rows = len(table.columns), list(table.rows)
    for position, scheme in enumerate(found.schemes):
        for name, values in (("收入", found.revenue), ("支出", found.expenditure), ("滚存结余", found.stock)):
            shown: list[Value] = [None] * width
            shown[width - 1 - len(plan.years) : width - 1] = [float(value) for value in values[:, position]]
            rows.append(ReportRow(f"{scheme}{name}", tuple(shown), "money", 2, f"insurance_{scheme}_{name}"))
    return replace(table, rows=tuple(rows), notes=("社会保险基金不得调出（预算法第十一条）。",))
