"""Medium-term fiscal plans and affordability assessment for county governments in China."""

from __future__ import annotations

from typing import Any

_PUBLIC = {
    "read_place": "fiscal_model.inputs.place",
    "find_place": "fiscal_model.inputs.find",
    "find_scenario": "fiscal_model.inputs.find",
    "read_scenario": "fiscal_model.inputs.scenario",
    "forecast": "fiscal_model.blocks.revenue.forecasting",
    "backtest_place": "fiscal_model.blocks.revenue.accuracy",
    "show_backtest": "fiscal_model.report.screens",
    "project": "fiscal_model.model.projection",
    "nowcast": "fiscal_model.blocks.revenue.nowcasting",
    "simulate": "fiscal_model.analysis.risk.simulate",
    "rate": "fiscal_model.analysis.affordability.rating",
    "warning_of": "fiscal_model.analysis.guarantees.early_warning",
    "months_of": "fiscal_model.analysis.guarantees.treasury_months",
    "reprice": "fiscal_model.analysis.guarantees.reprice",
    "marginal_costs": "fiscal_model.analysis.guarantees.reprice",
    "levers_of": "fiscal_model.analysis.guarantees.levers",
    "findings_of": "fiscal_model.analysis.guarantees.open_findings",
    "debt_schedule": "fiscal_model.analysis.debt.schedule",
    "debt_months": "fiscal_model.analysis.debt.schedule",
    "check_roll_forward": "fiscal_model.analysis.debt.roll_forward",
    "hidden_account": "fiscal_model.analysis.debt.hidden_account",
    "swaps_of": "fiscal_model.analysis.debt.swaps",
    "platforms_of": "fiscal_model.analysis.debt.platforms",
    "asset_pool_of": "fiscal_model.analysis.debt.assets",
    "debt_strategy": "fiscal_model.analysis.debt.repayment_strategy",
    "solve_strategy": "fiscal_model.arithmetic.debt.strategy_solver",
    "plain_terms": "fiscal_model.arithmetic.debt.strategy_terms",
    "StrategyTerms": "fiscal_model.arithmetic.debt.strategy_terms",
    "projects_of": "fiscal_model.analysis.debt.special_projects",
    "reserve_of": "fiscal_model.analysis.debt.reserve_fund",
    "quota_test": "fiscal_model.analysis.debt.quota_test",
    "debt_indicators": "fiscal_model.analysis.debt.judged_ratios",
    "interest_rule_of": "fiscal_model.analysis.debt.interest_rule",
    "bridge": "fiscal_model.analysis.rolling.plan_bridge",
    "bridge_of": "fiscal_model.analysis.rolling.plan_bridge",
    "plan_against_outturn": "fiscal_model.blocks.revenue.past_errors",
    "track_record": "fiscal_model.blocks.revenue.past_errors",
    "read_vintages": "fiscal_model.inputs.past_plans",
    "roll": "fiscal_model.report.writers.roll",
    "close_budget": "fiscal_model.inputs.closing",
    "rule_outcomes": "fiscal_model.analysis.balance.rule_outcomes",
    "balance_log": "fiscal_model.analysis.balance.log",
    "replay": "fiscal_model.analysis.balance.log",
    "flows_of": "fiscal_model.analysis.balance.flows",
    "carryover_ages": "fiscal_model.analysis.balance.carryover_ages",
    "pooling_of": "fiscal_model.analysis.balance.pooled_money",
    "stock_money_of": "fiscal_model.analysis.balance.stock_money",
    "temporary_payments_of": "fiscal_model.analysis.balance.temporary_payments",
    "measures_of": "fiscal_model.analysis.balance.with_and_without",
    "approved_of": "fiscal_model.inputs.approvals",
    "adjustment_test": "fiscal_model.analysis.control.adjustment",
    "plan_steps_test": "fiscal_model.analysis.control.adjustment",
    "spending_breaches": "fiscal_model.analysis.control.execution",
    "midyear_policies": "fiscal_model.analysis.control.policy_dates",
    "disclosure_dates": "fiscal_model.analysis.control.disclosure_dates",
    "conflicts_of": "fiscal_model.analysis.control.conflicts",
    "plan_table": "fiscal_model.model.planbook",
    "wide": "fiscal_model.model.planbook",
    "assumption_rows": "fiscal_model.model.planbook",
    "build_tables": "fiscal_model.report.tables.annex",
    "answer": "fiscal_model.report.writers.bundle",
    "write_report": "fiscal_model.report.writers.bundle",
    "answer_revenue": "fiscal_model.report.answers",
    "answer_guarantees": "fiscal_model.report.answers",
    "answer_debt": "fiscal_model.report.answers",
    "answer_balance": "fiscal_model.report.answers",
    "answer_uncertainty": "fiscal_model.report.answers",
    "answer_affordability": "fiscal_model.report.answers",
    "figure_revenue": "fiscal_model.report.figures.plan_figures",
    "figure_fan": "fiscal_model.report.figures.plan_figures",
    "figure_balance": "fiscal_model.report.figures.plan_figures",
    "figure_guarantees": "fiscal_model.report.figures.plan_figures",
    "figure_debt": "fiscal_model.report.figures.plan_figures",
    "figure_warning": "fiscal_model.report.figures.guarantees_figure",
    "figure_months": "fiscal_model.report.figures.guarantees_figure",
    "figure_interest": "fiscal_model.report.figures.plan_figures",
    "figure_debt_service": "fiscal_model.report.figures.plan_figures",
    "figure_measures": "fiscal_model.report.figures.measures_figure",
    "figure_bridge": "fiscal_model.report.figures.bridge_figure",
    "figure_maturity_wall": "fiscal_model.report.figures.bonds_figure",
    "figure_hidden_debt": "fiscal_model.report.figures.hidden_debt_figure",
    "figure_project_coverage": "fiscal_model.report.figures.projects_figure",
    "figure_scenarios": "fiscal_model.report.figures.plan_figures",
    "figure_rating": "fiscal_model.report.figures.plan_figures",
    "show": "fiscal_model.report.screens",
    "show_table": "fiscal_model.report.screens",
    "show_quantiles": "fiscal_model.report.screens",
    "refuse_unknown_parameters": "fiscal_model.report.screens",
}
"""Public name to the module that holds it; imported on first use, so that ``import fiscal_model`` stays light."""


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _PUBLIC:
        raise AttributeError(f"module 'fiscal_model' has no attribute {name!r}")
    module = import_module(_PUBLIC[name])
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
