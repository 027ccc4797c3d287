"""The annex: numbered tables of a plan, each built from lines that are defined once."""

from __future__ import annotations

from collections.abc import Mapping

from fiscal_model.analysis.affordability.rating import Rating
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import Plan
from fiscal_model.report.tables.bonds_tables import bond_tables
from fiscal_model.report.tables.bridge_tables import bridge_tables
from fiscal_model.report.tables.budgets_tables import (
    economy_table,
    funds_table,
    general_balance_table,
    insurance_table,
    revenue_table,
    spending_table,
    state_capital_table,
)
from fiscal_model.report.tables.consistency_tables import consistency_tables
from fiscal_model.report.tables.debt_tables import debt_table, refinancing_table
from fiscal_model.report.tables.disclosure_tables import disclosure_tables
from fiscal_model.report.tables.early_warning_tables import early_warning_tables
from fiscal_model.report.tables.four_budgets_tables import four_budget_tables
from fiscal_model.report.tables.grants_tables import land_table, parcels_table, transfer_lines_table, transfers_table
from fiscal_model.report.tables.guarantee_items_tables import (
    guarantee_gaps_table,
    guarantee_items_table,
    guarantee_levels_table,
)
from fiscal_model.report.tables.guarantees_tables import capacity_table, guarantees_table, projects_table
from fiscal_model.report.tables.hidden_debt_tables import hidden_debt_tables
from fiscal_model.report.tables.indicators_tables import indicator_tables
from fiscal_model.report.tables.measures_tables import measures_table
from fiscal_model.report.tables.outlook_tables import outlook_tables
from fiscal_model.report.tables.pooling_tables import pooling_tables
from fiscal_model.report.tables.population_tables import population_table
from fiscal_model.report.tables.risk_tables import (
    assumptions_table,
    between_budgets_table,
    cautions_table,
    fan_table,
    grain_table,
    rating_table,
    scenarios_table,
    stabilization_table,
    waterfall_table,
)
from fiscal_model.report.tables.special_projects_tables import special_project_tables
from fiscal_model.report.tables.staff_tables import staff_parts_table, staff_table, units_table
from fiscal_model.report.tables.stock_money_tables import payment_tables, stock_money_tables
from fiscal_model.report.tables.tax_workings_tables import tax_workings_table
from fiscal_model.words.table import ReportTable, rounded


def build_tables(plan: Plan, fan: Fan, rating: Rating, alternatives: Mapping[str, Plan]) -> tuple[ReportTable, ...]:
    """Build every table of the annex that the place's data carry.

    Parameters
    ----------
    plan : Plan
    fan : Fan
    rating : Rating
    alternatives : mapping of str to Plan
        Scenario id to plan, for the comparison.

    Returns
    -------
    tuple of ReportTable
        Rounded so that every sum adds up as printed.
    """
    tables = [
        economy_table(plan),
        *bridge_tables(plan),
        revenue_table(plan),
        *outlook_tables(plan),
        tax_workings_table(plan),
        transfers_table(plan),
        transfer_lines_table(plan),
        general_balance_table(plan),
        spending_table(plan),
        guarantees_table(plan),
        guarantee_items_table(plan),
        population_table(plan),
        guarantee_levels_table(plan),
        guarantee_gaps_table(plan),
        *early_warning_tables(plan, fan),
        staff_table(plan),
        units_table(plan),
        staff_parts_table(plan),
        capacity_table(plan),
        *pooling_tables(plan),
        projects_table(plan),
        funds_table(plan),
        land_table(plan),
        parcels_table(plan),
        state_capital_table(plan),
        insurance_table(plan),
        between_budgets_table(plan),
        waterfall_table(plan),
        stabilization_table(plan),
        *four_budget_tables(plan),
        measures_table(plan),
        *consistency_tables(plan),
        *stock_money_tables(plan),
        debt_table(plan),
        *bond_tables(plan),
        refinancing_table(plan),
        *disclosure_tables(plan),
        *hidden_debt_tables(plan),
        *special_project_tables(plan),
        *payment_tables(plan),
        *indicator_tables(plan, fan),
        rating_table(rating),
        scenarios_table(alternatives),
        fan_table(fan),
        assumptions_table(plan),
        cautions_table(plan),
        grain_table(plan),
    ]
    found = [table for table in tables if table is not None and table.rows]
    return tuple(rounded(table) for table in sorted(found, key=_place))


def _place(table: ReportTable) -> tuple[int, ...]:
    """Where a table stands in the annex: 18 before 18-1 before 19."""
    return tuple(int(part) for part in table.number.split("-"))
