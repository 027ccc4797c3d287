"""The four budgets: rules, log, flows, pooled and unspent money, packages of measures, control of the approved budget.

Examples
--------
>>> import fiscal_model as fm
>>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
>>> fm.balance.age_stock_money(plan)
<StockMoney 存量资金账龄>
"""

from fiscal_model.analysis.balance.carryover_ages import age_carryover
from fiscal_model.analysis.balance.flows import list_flows
from fiscal_model.analysis.balance.log import replay, trace_steps
from fiscal_model.analysis.balance.pooled_money import trace_pooling
from fiscal_model.analysis.balance.rule_outcomes import review_rules
from fiscal_model.analysis.balance.stock_money import age_stock_money
from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.analysis.balance.with_and_without import compare_measures
from fiscal_model.analysis.control.adjustment import check_adjustments, check_plan_steps
from fiscal_model.analysis.control.conflicts import list_conflicts
from fiscal_model.analysis.control.disclosure_dates import list_disclosure_dates
from fiscal_model.analysis.control.execution import list_breaches
from fiscal_model.analysis.control.policy_dates import list_midyear_policies
from fiscal_model.inputs.approvals import find_approved
from fiscal_model.inputs.closing import close_budget
from fiscal_model.report.answers import answer_balance as answer

__all__ = [
    "age_carryover",
    "age_stock_money",
    "answer",
    "check_adjustments",
    "check_plan_steps",
    "close_budget",
    "compare_measures",
    "find_approved",
    "list_breaches",
    "list_conflicts",
    "list_disclosure_dates",
    "list_flows",
    "list_midyear_policies",
    "replay",
    "review_rules",
    "roll_temporary_payments",
    "trace_pooling",
    "trace_steps",
]
