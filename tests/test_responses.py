"""Each scenario says when it sets in and what is done: both follow the plan of that scenario."""

import numpy as np

from fiscal_model.inputs.scenario import SHIPPED
from fiscal_model.report.tables.responses_tables import responses_table


def rows_of(plan, others):
    made = responses_table(plan, others)
    return {} if made is None else {row.line: row.values for row in made.rows}


def test_the_trigger_is_the_first_years_figure_and_the_gap_that_of_the_scenario(plan_of):
    plan = plan_of("yunshui")
    others = {name: plan_of("yunshui", name) for name in SHIPPED}
    rows = rows_of(plan, others)
    assert set(rows) == {"optimistic", "pessimistic", "land_slump", "refinancing_squeeze"}
    worse = others["pessimistic"]
    trigger, response, gap, fund_gap, owner = rows["pessimistic"]
    assert trigger == f"2026年自有收入全年预计不到{worse.line('own_revenue')[0]:,.0f}万元"
    assert np.isclose(gap, worse.line("funding_gap").sum()) and owner == "财政局（预算）、税务局"
    assert np.isclose(fund_gap, worse.line("fund_gap").sum())
    assert f"动用预算稳定调节基金{worse.steps['draw'].sum():,.0f}" in response


def test_what_sets_in_with_the_plan_itself_or_has_no_figure_is_not_listed(plan_of):
    plan = plan_of("yunshui")
    assert rows_of(plan, {"pessimistic": plan}) == {}
    bare = plan_of("gangu")
    assert rows_of(bare, {"land_slump": plan_of("gangu", "land_slump")}) == {}, "no land revenue is known there"
