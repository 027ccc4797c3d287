"""Running costs by quota, unit by unit: worked by hand (tests/cases/quotas.toml), laws, the table of the report."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed_sums import sum_parts
from staff_case import cases, check_case, need_of

from fiscal_model.arithmetic.spending.quotas import operations_by_unit, operations_of_groups, rolled_up
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.staff_tables import units_table


@pytest.mark.parametrize("case", cases("quotas"), ids=lambda case: case["name"])
def test_worked_by_hand(tmp_path, case):
    check_case(tmp_path / "x", case)


def test_units_at_the_quota_of_their_group_change_nothing(tmp_path):
    """Heads are counted once: in their unit or in the rest of the group."""
    staff = [{"group": "行政", "serving_persons": 100, "operations_quota": 12000, "entries": 3, "exits": 8}]
    unit = {"department": "县财政局", "group": "行政", "quota_class": "行政一类", "quota": 12000}
    units = [{**unit, "unit_name": "机关", "heads": 40}, {**unit, "unit_name": "中心", "heads": 25}]
    alone = need_of(tmp_path / "a", {"staff": staff}, operations_growth=0.03)
    with_units = need_of(tmp_path / "b", {"staff": staff, "units": units}, operations_growth=0.03)
    np.testing.assert_allclose(with_units.operations.sum(axis=1), alone.operations.sum(axis=1))
    np.testing.assert_allclose(with_units.salaries, alone.salaries)
    assert with_units.detail["label"].unique().tolist()[-1] == "县财政局（公用经费定额）"


def test_a_first_quota_within_the_base_year_holds_for_the_whole_of_it(tmp_path):
    tables = {
        "staff": [{"group": "行政", "serving_persons": 10}],
        "units": [{"department": "县财政局", "unit_name": "机关", "group": "行政", "quota_class": "甲", "heads": 10}],
        "quotas": [{"quota_class": "甲", "quota": 10000, "valid_from": "2025-07-01"}],
    }
    assert need_of(tmp_path / "x", tables).operations.sum(axis=1).tolist() == [10.0, 10.0, 10.0]


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 2e4), st.floats(0, 50)), min_size=1, max_size=8))
def test_departments_add_up_to_the_units(units):
    heads, quota, fixed_sum = np.array(units).T
    paths = np.stack([heads, heads * 0.9])
    need = operations_by_unit(paths, quota, fixed_sum, np.ones(len(heads)))
    owner = np.arange(len(heads)) % 3
    np.testing.assert_allclose(rolled_up(need, owner, 3).sum(axis=-1), need.sum(axis=-1))
    np.testing.assert_allclose(need, (paths * quota) / 1e4 + fixed_sum)


def test_heads_of_a_group_never_count_below_zero():
    found = operations_of_groups(np.array([[10.0]]), np.array([[12.0]]), np.array([[9_000.0]]), np.ones(1))
    assert found.tolist() == [[0.0]]


def test_the_table_adds_up_by_department(plan_of):
    plan = plan_of("yunshui")
    table = rounded(units_table(plan))
    total = len(table.rows) - 1
    assert [row.label for row in table.rows if row.total] == ["县财政局", "县教育局", "县农业农村局", "合计"]
    for column in range(4, len(table.columns)):
        for row in (index for index, entry in enumerate(table.rows) if entry.total):
            parts = sum_parts(table, row, column)
            assert sum(table.rows[part].values[column] for part, _ in parts) == table.rows[row].values[column]
    need = plan.basis.guarantees.staff
    exact = units_table(plan).rows[total].values[4:]
    np.testing.assert_allclose(exact, need.units.by_department.sum(axis=1))
    assert units_table(plan_of("gangu")) is None
