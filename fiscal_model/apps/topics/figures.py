"""Pictures of a plan, for ``fm.show`` or matplotlib.

Examples
--------
>>> import fiscal_model as fm
>>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
>>> fm.show(fm.figures.draw_debt(plan)).alt
'政府债务余额、限额与债务率'
"""

from fiscal_model.report.figures.bonds_figure import draw_maturity_wall
from fiscal_model.report.figures.bridge_figure import draw_bridge
from fiscal_model.report.figures.debt_figure import draw_debt, draw_debt_service, draw_interest
from fiscal_model.report.figures.guarantees_figure import draw_months, draw_warning
from fiscal_model.report.figures.hidden_debt_figure import draw_hidden_debt
from fiscal_model.report.figures.measures_figure import draw_measures
from fiscal_model.report.figures.plan_figures import draw_balance, draw_guarantees, draw_rating
from fiscal_model.report.figures.projects_figure import draw_project_coverage
from fiscal_model.report.figures.risk_figures import (
    draw_fan,
    draw_probabilities,
    draw_revenue,
    draw_scenarios,
    draw_variance,
)
from fiscal_model.report.figures.stress_figure import draw_break_map, draw_tornado
from fiscal_model.report.figures.summary_figure import draw_summary

__all__ = [
    "draw_balance",
    "draw_break_map",
    "draw_bridge",
    "draw_debt",
    "draw_debt_service",
    "draw_fan",
    "draw_guarantees",
    "draw_hidden_debt",
    "draw_interest",
    "draw_maturity_wall",
    "draw_measures",
    "draw_months",
    "draw_probabilities",
    "draw_project_coverage",
    "draw_rating",
    "draw_revenue",
    "draw_scenarios",
    "draw_summary",
    "draw_tornado",
    "draw_variance",
    "draw_warning",
]
