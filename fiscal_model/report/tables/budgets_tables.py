"""Tables 01-15 of the annex: revenue, spending and the four budgets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.model.planbook import observed_lines, published_first_year, revenue_items
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Content, Line, table
from fiscal_model.report.layout import OBSERVED_YEARS, laid_out, over_years, row_values, statement
from fiscal_model.report.lower_levels_text import onlent_note
from fiscal_model.words.lines import LINES
from fiscal_model.words.table import Kind, Value
from fiscal_model.words.vocabulary import Indicator

_INDICATOR_KINDS: dict[Indicator, Kind] = {
    Indicator.RESIDENT_POPULATION: "count", Indicator.REGISTERED_POPULATION: "count", Indicator.CPI_GROWTH: "move",
}  # fmt: skip
_GROUPS = {"tax_revenue": "101", "nontax_revenue": "103"}
"""Lines of own revenue and the codes their items begin with."""


@table("01", "economy", "主要经济指标预测", "指标")
def economy_table(plan: Plan) -> Content | None:
    """Output and its assumed growth; None without GDP."""
    if "gdp" in plan.unavailable:
        return None
    macro = plan.basis.place.rows("macro")
    gdp = macro[macro["indicator"] == "gdp"].set_index("year")["amount"].to_dict() if len(macro) else {}
    output = list(row_values(plan, gdp, plan.line("gdp")))
    if published_first_year(plan):
        del output[OBSERVED_YEARS]
    rate = [*[None] * OBSERVED_YEARS, *plan.basis.assumed.path("gdp_growth"), None]
    rows = [
        Line("gdp", "地区生产总值（现价）", output, 0, total=False),
        Line("gdp_growth", "名义增速（假设）", rate, kind="ratio"),
    ]
    others = [_registered(plan, each) for each in Indicator if each is not Indicator.GDP]
    forecast = "；人口、在校生的预测见附表08-2" if plan.basis.guarantees.persons is not None else ""
    notes = (f"除地区生产总值外，其他指标只列登记的历史数{forecast}。",) if any(others) else ()
    return over_years(plan, [*rows, *filter(None, others)], notes, budget=False)


def _registered(plan: Plan, indicator: Indicator) -> Line | None:
    """The history of an indicator that the plan does not forecast; None without a figure in the years shown."""
    rows = plan.basis.place.rows("macro")
    rows = rows[rows["indicator"] == indicator]
    seen = rows.set_index("year")["amount"].astype(float).to_dict() if len(rows) else {}
    values = list(row_values(plan, seen, np.full(len(plan.years), np.nan)))
    if published_first_year(plan):
        del values[OBSERVED_YEARS]
    if not any(value == value for value in values if value is not None):
        return None
    kind = _INDICATOR_KINDS.get(indicator, "money")
    unit = "（人）" if kind == "count" else ""
    return Line(indicator.value, f"{indicator.label}{unit}", values, kind=kind)


@table("02", "own_revenue", "一般公共预算收入预测", "科目")
def revenue_table(plan: Plan) -> Content:
    """Own revenue by item, with the method that carried it."""
    observed, budget, items = observed_lines(plan), published_first_year(plan), revenue_items(plan)
    codes = next(iter(plan.basis.history.planned_codes.values()), pd.DataFrame())

    def line(name: str, level: int, adds: str) -> Line:
        values = row_values(plan, observed.get(name, {}), plan.line(name), budget.get(name))
        return Line(name, LINES[name].label, values, level, adds, total=True)

    rows = []
    for name, prefix in _GROUPS.items():
        inside = [item for item in items if item[0].startswith(prefix)]
        rows.append(line(name, 1, " + ".join(f"revenue_{code}" for code, *_ in inside)))
        for code, label, seen, values in inside:
            published = float(codes.at[plan.years[0], code]) if _given(codes, plan.years[0], code) else None
            rows.append(Line(f"revenue_{code}", label, row_values(plan, seen, values, published), 2))
    known = not {"own_revenue", "tax_revenue"} & {*plan.unavailable}
    rows.append(line("own_revenue", 0, " + ".join(_GROUPS) if known else ""))
    revenue = plan.basis.revenue.forecast
    methods = f"合计{revenue.method('own_revenue')}（{plan.basis.grain['revenue']}）"
    if revenue.records:
        methods += f"；同一方法提前一年的回测平均绝对误差 {revenue.error:.1%}（{revenue.records} 次）"
    return over_years(plan, rows, (methods,))


def _given(figures: pd.DataFrame, year: int, column: str) -> bool:
    known = year in figures.index and column in figures.columns
    return known and bool(np.isfinite(figures.at[year, column]))


general_balance_table = statement(
    "05",
    "general_balance",
    "一般公共预算收支平衡表",
    """
  own_revenue
  transfers_general_purpose
  transfers_earmarked
  debt_proceeds_general
  carry_in
  refinancing_carry_in
  transfer_in
  stabilization_draw
  received_from_below
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
  paid_to_below
  other_uses
  rescue_repaid
  carryover_returned
  refinancing_carry_out
  carry_out
*uses_total
stabilization_fund_stock""",
    lambda plan: (
        "收入总计与支出总计每年相等；收支缺口如实列在收入一侧。",
        *onlent_note(plan, "onlent_to_below", "其他支出去向"),
    ),
)

spending_table = statement(
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
  insurance_subsidy
  insurance_shortfall
  committed_projects
  contingent_duties
  sudden_duties
  bond_spending_general
  earmarked_spending
  flexible_spending
  candidate_projects
  contingency_reserve
  unallocated
*expenditure""",
    lambda plan: (f"三保测算口径：{plan.basis.grain['guarantees']}。",),
)

funds_table = statement(
    "12",
    "funds",
    "政府性基金预算收支平衡表",
    """
    land_revenue
    fund_other_revenue
  fund_revenue
  fund_transfers
  fund_received_from_below
  debt_proceeds_special
  fund_carry_in
  fund_refinancing_carry_in
  fund_transfer_in
  fund_other_resources
    fund_debt_gap
    land_cost_gap
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
  fund_paid_to_below
  fund_other_uses
  fund_refinancing_carry_out
  fund_carry_out
*fund_uses_total""",
    lambda plan: onlent_note(plan, "fund_onlent_to_below", "基金其他支出去向"),
)

state_capital_table = statement(
    "14",
    "state_capital",
    "国有资本经营预算收支平衡表",
    """
  state_capital_revenue
  state_capital_transfers
  state_capital_carry_in
*state_capital_resources_total
  state_capital_expenditure
  state_capital_paid_to_below
  state_capital_transfer_out
  state_capital_carry_out
*state_capital_uses_total""",
    only_with="state_capital_revenue",
)


@table("15", "insurance", "社会保险基金预算", "项目")
def insurance_table(plan: Plan) -> Content | None:
    """Social insurance in total and by scheme; None when unknown."""
    found = plan.basis.balance.insurance
    if not found.schemes:
        return None
    whole = laid_out(plan, "insurance_revenue\ninsurance_expenditure\ninsurance_balance\ninsurance_stock")
    sides = {
        "收入": ("revenue", found.path.revenue),
        "支出": ("expenditure", found.path.expenditure),
        "当年结余": ("balance", found.path.revenue - found.path.expenditure),
        "滚存结余": ("balance_stock", found.path.stock),
    }
    schemes = [
        Line(f"insurance_{at}_{item}", f"{scheme}{name}", _scheme_row(plan, scheme, item, values[:, at]), 2)
        for at, scheme in enumerate(found.schemes)
        for name, (item, values) in sides.items()
    ]
    notes = ["社会保险基金不得调出（预算法第十一条）。"]
    if (found.path.shortfall > 0.5).any():
        notes.append("收入含一般公共预算弥补支付缺口的追加补贴，见表15-1；合计数不代表各险种可以相互调剂。")
    return over_years(plan, [*whole, *schemes], notes)


def _scheme_row(plan: Plan, scheme: str, item: str, planned: np.ndarray) -> tuple[Value, ...]:
    """One item of one scheme: what was booked, what was budgeted for the first year, the plan."""
    found = plan.basis.balance.insurance
    booked, budgeted = (figures.get(item, pd.DataFrame()) for figures in (found.observed, found.budgeted))
    seen = {int(str(year)): float(amount) for year, amount in booked.get(scheme, pd.Series()).dropna().items()}
    published = float(budgeted.at[plan.years[0], scheme]) if _given(budgeted, plan.years[0], scheme) else None
    return row_values(plan, seen, planned, published)
