"""Medium-term fiscal plans and affordability assessment for county governments in China."""

from __future__ import annotations

from typing import Any

_PUBLIC = {
    "read_place": "fiscal_model.inputs.place",
    "find_place": "fiscal_model.inputs.find",
    "find_scenario": "fiscal_model.inputs.find",
    "read_scenario": "fiscal_model.scenario",
    "forecast": "fiscal_model.outlook.forecasting",
    "backtest_place": "fiscal_model.outlook.accuracy",
    "show_backtest": "fiscal_model.report.screens",
    "project": "fiscal_model.projection",
    "nowcast": "fiscal_model.outlook.nowcasting",
    "simulate": "fiscal_model.risk.simulate",
    "rate": "fiscal_model.affordability.rating",
    "warning_of": "fiscal_model.guarantees.warning",
    "months_of": "fiscal_model.guarantees.months",
    "reprice": "fiscal_model.guarantees.reprice",
    "marginal_costs": "fiscal_model.guarantees.reprice",
    "levers_of": "fiscal_model.guarantees.levers",
    "findings_of": "fiscal_model.guarantees.findings",
    "plan_table": "fiscal_model.planbook",
    "wide": "fiscal_model.planbook",
    "assumption_rows": "fiscal_model.planbook",
    "build_tables": "fiscal_model.report.annex",
    "answer": "fiscal_model.report.bundle",
    "write_report": "fiscal_model.report.bundle",
    "answer_revenue": "fiscal_model.report.answers",
    "answer_guarantees": "fiscal_model.report.answers",
    "answer_debt": "fiscal_model.report.answers",
    "answer_balance": "fiscal_model.report.answers",
    "answer_uncertainty": "fiscal_model.report.answers",
    "answer_affordability": "fiscal_model.report.answers",
    "figure_revenue": "fiscal_model.report.figures",
    "figure_fan": "fiscal_model.report.figures",
    "figure_balance": "fiscal_model.report.figures",
    "figure_guarantees": "fiscal_model.report.figures",
    "figure_debt": "fiscal_model.report.figures",
    "figure_warning": "fiscal_model.report.figures_guarantees",
    "figure_months": "fiscal_model.report.figures_guarantees",
    "figure_interest": "fiscal_model.report.figures",
    "figure_debt_service": "fiscal_model.report.figures",
    "figure_scenarios": "fiscal_model.report.figures",
    "figure_rating": "fiscal_model.report.figures",
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
