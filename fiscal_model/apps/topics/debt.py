"""Debt: schedules, hidden debt, swaps, platforms, special-bond projects, ratios and the strategy that resolves it.

Examples
--------
>>> import fiscal_model as fm
>>> fm.debt.schedule(bonds, range(2026, 2046))  # doctest: +SKIP
"""

from fiscal_model.analysis.debt.assets import asset_pool_of as match_assets
from fiscal_model.analysis.debt.hidden_account import hidden_account as account_hidden
from fiscal_model.analysis.debt.interest_rule import interest_rule_of as test_interest
from fiscal_model.analysis.debt.judged_ratios import debt_indicators as judge_ratios
from fiscal_model.analysis.debt.platforms import platforms_of as review_platforms
from fiscal_model.analysis.debt.quota_test import quota_test as test_quota
from fiscal_model.analysis.debt.repayment_strategy import debt_strategy as plan_strategy
from fiscal_model.analysis.debt.reserve_fund import reserve_of as follow_reserve
from fiscal_model.analysis.debt.roll_forward import check_roll_forward
from fiscal_model.analysis.debt.schedule import debt_months as schedule_months
from fiscal_model.analysis.debt.schedule import debt_schedule as schedule
from fiscal_model.analysis.debt.special_projects import projects_of as judge_projects
from fiscal_model.analysis.debt.swaps import swaps_of as rank_swaps
from fiscal_model.arithmetic.debt.strategy_solver import solve_strategy
from fiscal_model.arithmetic.debt.strategy_terms import StrategyTerms
from fiscal_model.arithmetic.debt.strategy_terms import plain_terms as set_plain_terms
from fiscal_model.report.answers import answer_debt as answer

__all__ = [
    "StrategyTerms",
    "account_hidden",
    "answer",
    "check_roll_forward",
    "follow_reserve",
    "judge_projects",
    "judge_ratios",
    "match_assets",
    "plan_strategy",
    "rank_swaps",
    "review_platforms",
    "schedule",
    "schedule_months",
    "set_plain_terms",
    "solve_strategy",
    "test_interest",
    "test_quota",
]
