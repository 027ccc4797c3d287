"""The four budgets: rules, log, flows, pooled and unspent money, packages of measures, control of the approved budget.

Examples
--------
>>> import fiscal_model as fm
>>> fm.balance.review_rules(plan)  # doctest: +SKIP
"""

from fiscal_model.analysis.balance.carryover_ages import carryover_ages as age_carryover
from fiscal_model.analysis.balance.flows import flows_of as list_flows
from fiscal_model.analysis.balance.log import balance_log as log
from fiscal_model.analysis.balance.log import replay
from fiscal_model.analysis.balance.pooled_money import pooling_of as trace_pooling
from fiscal_model.analysis.balance.rule_outcomes import rule_outcomes as review_rules
from fiscal_model.analysis.balance.stock_money import stock_money_of as age_stock_money
from fiscal_model.analysis.balance.temporary_payments import temporary_payments_of as roll_temporary_payments
from fiscal_model.analysis.balance.with_and_without import measures_of as compare_measures
from fiscal_model.analysis.control.adjustment import adjustment_test as test_adjustments
from fiscal_model.analysis.control.adjustment import plan_steps_test as test_plan_steps
from fiscal_model.analysis.control.conflicts import conflicts_of as list_conflicts
from fiscal_model.analysis.control.disclosure_dates import disclosure_dates as list_disclosure_dates
from fiscal_model.analysis.control.execution import spending_breaches as list_breaches
from fiscal_model.analysis.control.policy_dates import midyear_policies as list_midyear_policies
from fiscal_model.inputs.approvals import approved_of as find_approved
from fiscal_model.inputs.closing import close_budget
from fiscal_model.report.answers import answer_balance as answer

__all__ = [
    "age_carryover",
    "age_stock_money",
    "answer",
    "close_budget",
    "compare_measures",
    "find_approved",
    "list_breaches",
    "list_conflicts",
    "list_disclosure_dates",
    "list_flows",
    "list_midyear_policies",
    "log",
    "replay",
    "review_rules",
    "roll_temporary_payments",
    "test_adjustments",
    "test_plan_steps",
    "trace_pooling",
]
