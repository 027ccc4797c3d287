"""Debt: schedules, hidden debt, swaps, platforms, special-bond projects, ratios and the strategy that resolves it.

Examples
--------
>>> import fiscal_model as fm
>>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
>>> fm.debt.plan_strategy(plan), fm.debt.check_interest(plan)
(<DebtStrategy 化债策略>, (<InterestRule 一般债务付息占比>, <InterestRule 专项债务付息占比>))
>>> fm.debt.restructure(plan)
(<Restructuring 专项债务付息占比的重整路径>,)
"""

from fiscal_model.analysis.debt.assets import match_assets
from fiscal_model.analysis.debt.hidden_account import account_hidden
from fiscal_model.analysis.debt.interest_gate import gate_interest
from fiscal_model.analysis.debt.interest_rule import check_interest
from fiscal_model.analysis.debt.judged_ratios import judge_ratios
from fiscal_model.analysis.debt.platforms import review_platforms
from fiscal_model.analysis.debt.quota_test import check_quota
from fiscal_model.analysis.debt.repayment_strategy import plan_strategy
from fiscal_model.analysis.debt.reserve_fund import follow_reserve
from fiscal_model.analysis.debt.restructuring import restructure
from fiscal_model.analysis.debt.roll_forward import check_roll_forward
from fiscal_model.analysis.debt.schedule import schedule_bonds, schedule_months
from fiscal_model.analysis.debt.special_projects import judge_projects
from fiscal_model.analysis.debt.swaps import rank_swaps
from fiscal_model.arithmetic.debt.strategy_solver import solve_strategy
from fiscal_model.arithmetic.debt.strategy_terms import StrategyTerms, set_plain_terms
from fiscal_model.report.answers import answer_debt as answer

__all__ = [
    "StrategyTerms",
    "account_hidden",
    "answer",
    "check_interest",
    "check_quota",
    "check_roll_forward",
    "follow_reserve",
    "gate_interest",
    "judge_projects",
    "judge_ratios",
    "match_assets",
    "plan_strategy",
    "rank_swaps",
    "restructure",
    "review_platforms",
    "schedule_bonds",
    "schedule_months",
    "set_plain_terms",
    "solve_strategy",
]
