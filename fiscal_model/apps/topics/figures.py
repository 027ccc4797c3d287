"""Pictures of a plan, for ``fm.show`` or matplotlib.

Examples
--------
>>> import fiscal_model as fm
>>> fm.show(fm.figures.draw_debt(plan))  # doctest: +SKIP
"""

from fiscal_model.report.figures.bonds_figure import figure_maturity_wall as draw_maturity_wall
from fiscal_model.report.figures.bridge_figure import figure_bridge as draw_bridge
from fiscal_model.report.figures.guarantees_figure import figure_months as draw_months
from fiscal_model.report.figures.guarantees_figure import figure_warning as draw_warning
from fiscal_model.report.figures.hidden_debt_figure import figure_hidden_debt as draw_hidden_debt
from fiscal_model.report.figures.measures_figure import figure_measures as draw_measures
from fiscal_model.report.figures.plan_figures import figure_balance as draw_balance
from fiscal_model.report.figures.plan_figures import figure_debt as draw_debt
from fiscal_model.report.figures.plan_figures import figure_debt_service as draw_debt_service
from fiscal_model.report.figures.plan_figures import figure_fan as draw_fan
from fiscal_model.report.figures.plan_figures import figure_guarantees as draw_guarantees
from fiscal_model.report.figures.plan_figures import figure_interest as draw_interest
from fiscal_model.report.figures.plan_figures import figure_rating as draw_rating
from fiscal_model.report.figures.plan_figures import figure_revenue as draw_revenue
from fiscal_model.report.figures.plan_figures import figure_scenarios as draw_scenarios
from fiscal_model.report.figures.projects_figure import figure_project_coverage as draw_project_coverage

__all__ = [
    "draw_balance",
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
    "draw_project_coverage",
    "draw_rating",
    "draw_revenue",
    "draw_scenarios",
    "draw_warning",
]
