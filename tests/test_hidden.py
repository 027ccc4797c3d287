"""Hidden debt: resolved as planned, zero by the end of 2028, long contracts kept apart."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.debt.hidden import CLEAR_BY, project_hidden

YEARS = (2026, 2027, 2028, 2029)


def hidden(rows, years=YEARS):
    balance, rate, planned, by_budget, after = zip(*rows, strict=True)
    return project_hidden(
        np.array(balance, dtype=float), np.array(rate, dtype=float), np.array(planned, dtype=int),
        np.array(by_budget, dtype=bool), np.array(after, dtype=bool), years,
    )  # fmt: skip


def test_three_debts_worked_by_hand():
    path = hidden(
        [(100, 0.05, 2026, True, False), (200, 0.04, 2028, False, False), (50, 0.03, 2032, True, True)]
    )
    assert path.resolved.tolist() == [100, 0, 200, 0]
    assert path.resolved_by_budget.tolist() == [100, 0, 0, 0]
    assert path.stock.tolist() == [200, 200, 0, 0]
    # Contracts that run on pay interest all the time.
    assert path.interest.round(9).tolist() == [5 + 8 + 1.5, 8 + 1.5, 8 + 1.5, 1.5]
    assert path.contract_stock == 50


def test_late_plans_are_brought_forward_and_overdue_ones_come_first():
    path = hidden([(10, 0, 2035, True, False), (20, 0, 2024, True, False)])
    assert path.resolved.tolist() == [20, 0, 10, 0]
    assert path.stock.tolist() == [10, 10, 0, 0]


def test_no_hidden_debt_is_zero_in_every_year():
    empty = np.zeros(0)
    path = project_hidden(empty, empty, empty.astype(int), empty.astype(bool), empty.astype(bool), YEARS)
    for values in (path.resolved, path.resolved_by_budget, path.interest, path.stock):
        assert values.tolist() == [0, 0, 0, 0]


@given(
    st.lists(
        st.tuples(st.floats(0, 1e5), st.floats(0, 0.1), st.integers(2020, 2040), st.booleans(), st.booleans()),
        min_size=1, max_size=10,
    ),
    st.integers(2024, 2028),
)  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_it_rolls_forward_to_zero(rows, first):
    years = tuple(range(first, first + 6))
    path = hidden(rows, years)
    counted = sum(balance for balance, *_, after in rows if not after)
    np.testing.assert_allclose(path.stock, counted - np.cumsum(path.resolved), atol=1e-6)
    np.testing.assert_allclose(path.stock[years.index(CLEAR_BY) :], 0, atol=1e-6)
    assert (path.resolved_by_budget <= path.resolved + 1e-9).all()
    assert path.contract_stock + counted == sum(balance for balance, *_ in rows) or np.isclose(
        path.contract_stock + counted, sum(balance for balance, *_ in rows)
    )
