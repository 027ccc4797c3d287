"""Signed duties: temporary payments cleared over their years, projects by status and funding."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.arithmetic.spending.project_path import spread_clearing
from fiscal_model.model.projection import project

YEARS = (2026, 2027, 2028, 2029, 2030)


def cleared(balance, first, last, years=YEARS):
    return spread_clearing(np.array([float(balance)]), np.array([first]), np.array([last]), years)[:, 0].tolist()


@pytest.mark.parametrize(
    ("balance", "first", "last", "expected"),
    [
        (90, 2026, 2028, [30, 30, 30, 0, 0]),
        (90, 2028, 2028, [0, 0, 90, 0, 0]),
        (100, 2027, 2034, [0, 12.5, 12.5, 12.5, 12.5]),
        (90, 2024, 2027, [45, 45, 0, 0, 0]),
        (90, 2022, 2024, [90, 0, 0, 0, 0]),
        (90, 2035, 2036, [0, 0, 0, 0, 0]),
    ],
    ids=["evenly", "in one year", "beyond the plan", "begun before it", "overdue", "after it"],
)
def test_clearing_by_hand(balance, first, last, expected):
    assert cleared(balance, first, last) == expected


@given(
    st.lists(
        st.tuples(st.floats(0, 1e5).map(lambda amount: round(amount, 2)), st.integers(2020, 2032), st.integers(0, 6)),
        max_size=8,
    )
)
@settings(max_examples=40, deadline=None)
def test_nothing_is_cleared_twice(rows):
    balance = np.array([row[0] for row in rows])
    first = np.array([row[1] for row in rows], dtype=int)
    last = first + np.array([row[2] for row in rows], dtype=int)
    paid = spread_clearing(balance, first, last, tuple(range(2026, 2040)))
    np.testing.assert_allclose(paid.sum(axis=0), balance)
    left = balance - np.cumsum(paid, axis=0)
    assert (left >= -1e-6).all()
    np.testing.assert_allclose(left[-1:], np.zeros((1, len(rows))), atol=1e-6)


def test_temporary_payments_of_the_invented_county(plan_of):
    """2 600 over three years and 1 100 at once are got back, 2 200 over four in kind; the budget clears 1 900 over two."""
    plan = plan_of("yunshui")
    expected = [2600 / 3 + 550 + 950 + 1100, 2600 / 3 + 550 + 950, 2600 / 3 + 550, 550, 0]
    by_budget = np.array([950.0, 950.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(plan.line("digestion"), by_budget)
    in_kind = np.array([550.0, 550.0, 550.0, 550.0, 0.0])
    np.testing.assert_allclose(plan.line("temporary_payments_in_kind"), in_kind)
    collected = np.array(expected) - by_budget - in_kind
    np.testing.assert_allclose(plan.line("temporary_payments_collected"), collected, atol=1e-9)
    np.testing.assert_allclose(plan.line("temporary_payments_stock"), 7800 - np.cumsum(expected), atol=1e-9)


def test_only_county_money_of_projects_counts(plan_of):
    plan = plan_of("yunshui")
    place, years = plan.basis.place, plan.years
    bare = replace(
        place,
        tables={
            name: rows for name, rows in place.tables.items() if name not in {"measures", "unit_funds", "project_money"}
        },
    )
    plan = project(bare, plan.basis.scenario, fitted=plan.basis.revenue.fitted)
    assert plan.years == years
    projects = plan.basis.place.rows("projects").set_index("project_code")["status"]
    costs = plan.basis.place.rows("project_costs")
    for status, line in (("committed", "committed_projects"), ("candidate", "candidate_projects")):
        mine = costs[(costs["funding"] == "county") & (costs["project_code"].map(projects) == status)]
        expected = [mine.loc[mine["year"] == year, "amount"].sum() for year in plan.years]
        without_reserve = 1 - plan.basis.assumed.path("reserve_rate")
        cut = plan.steps["cut_projects"] * without_reserve if status == "candidate" else 0.0
        assert sum(expected) > 0
        np.testing.assert_allclose(plan.line(line), np.maximum(np.array(expected) - cut, 0.0), atol=1e-9)


def test_a_share_of_the_candidates(plan_of):
    whole, half = plan_of("yunshui"), plan_of("yunshui", candidate_projects_share=0.5)
    np.testing.assert_allclose(
        half.basis.balance.commitments.candidate_projects, whole.basis.balance.commitments.candidate_projects / 2
    )
    np.testing.assert_allclose(half.line("committed_projects"), whole.line("committed_projects"))


def test_a_new_project_is_a_commitment(plan_of):
    plan, with_one = plan_of("gangu"), plan_of("gangu", new_project=300.0)
    np.testing.assert_allclose(with_one.line("committed_projects") - plan.line("committed_projects"), 300.0)


def test_what_signed_projects_cost_after_the_plan_is_printed(plan_of):
    from fiscal_model.report.tables.guarantees_tables import projects_table

    table = projects_table(plan_of("yunshui"))
    contract = next(row for row in table.rows if row.label == "政务信息系统运维服务合同")
    assert contract.values[-1] == 2 * 620.0
    assert table.rows[-1].values[-1] == sum(row.values[-1] for row in table.rows[:-1])
    assert table.notes == (
        "已签约项目在规划期以后还须支出1,240万元，届时仍是刚性支出。",
        "项目库登记的县级财力减去措施压减和推迟（净）600万元、统筹资金1,995万元后为本表数。",
    )
    years = np.array([row.values[3:-1] for row in table.rows[:-1]])
    money = plan_of("yunshui").basis.balance.commitments.project_money
    np.testing.assert_allclose(years.sum(axis=0), money.county.sum(axis=1))
