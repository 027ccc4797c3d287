"""Hidden debt: resolved as planned and by source, zero by the end of 2028, long contracts kept apart."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.arithmetic.debt.hidden import NEVER, SOURCES, HiddenTerms, project_hidden
from fiscal_model.law.limits import clear_by

YEARS = (2026, 2027, 2028, 2029)
BUDGET, SALE, SWAP, EASED, INCOME = range(len(SOURCES))


def terms(rows, eased=None):
    """Rows of (amount, rate, year, source, contract); ``eased`` maps a row to (year, rate)."""
    amount, rate, year, source, contract = zip(*rows, strict=True) if rows else ((),) * 5
    changes = [(eased or {}).get(row, (NEVER, 0.0)) for row in range(len(rows))]
    return HiddenTerms(
        np.array(amount, dtype=float), np.array(rate, dtype=float), np.array(year, dtype=int),
        np.array(source, dtype=int), np.array(contract, dtype=bool),
        np.array([when for when, _ in changes], dtype=int), np.array([low for _, low in changes], dtype=float),
    )  # fmt: skip


def hidden(rows, years=YEARS, eased=None):
    return project_hidden(terms(rows, eased), years, clear_by())


def test_three_debts_worked_by_hand():
    path = hidden([(100, 0.05, 2026, BUDGET, False), (200, 0.04, 2028, SALE, False), (50, 0.03, 2032, BUDGET, True)])
    assert path.resolved.tolist() == [100, 0, 200, 0]
    assert path.resolved_by_budget.tolist() == [100, 0, 0, 0]
    assert path.by_source[:, SALE].tolist() == [0, 0, 200, 0]
    assert path.stock.tolist() == [200, 200, 0, 0]
    # Contracts that run on pay interest all the time.
    assert path.interest.round(9).tolist() == [5 + 8 + 1.5, 8 + 1.5, 8 + 1.5, 1.5]
    assert path.contract_stock == 50
    # 300 in three years is 100 a year; after the first year's 100, 200 in two.
    assert path.pace.tolist() == [100, 100, 200, 0]
    assert path.shortfall.tolist() == [0, 100, 0, 0]
    assert path.cleared


def test_late_plans_are_brought_forward_and_overdue_ones_come_first():
    path = hidden([(10, 0, 2035, BUDGET, False), (20, 0, 2024, BUDGET, False)])
    assert path.resolved.tolist() == [20, 0, 10, 0]
    assert path.stock.tolist() == [10, 10, 0, 0]


def test_what_is_planned_after_the_target_date_is_its_shortfall():
    path = hidden([(10, 0, 2035, SWAP, False), (20, 0, 2027, SWAP, False)])
    assert float(path.late) == 10
    assert not path.cleared
    assert path.shortfall.tolist() == [10, 0, 10, 10]


def test_a_restructured_debt_pays_less_from_the_next_year_and_the_budget_repays_it_at_the_end():
    path = hidden([(100, 0.08, 2028, EASED, False)], eased={0: (2026, 0.03)})
    assert path.interest.round(9).tolist() == [8, 3, 3, 0]
    assert path.resolved_by_budget.tolist() == [0, 0, 100, 0]
    assert path.by_source[:, EASED].tolist() == [0, 0, 100, 0]


def test_contracts_have_their_own_service():
    path = hidden([(60, 0.05, 2029, BUDGET, True), (40, 0.05, 2033, INCOME, True)])
    assert path.stock.tolist() == path.resolved.tolist() == [0, 0, 0, 0]
    assert path.contract_principal.tolist() == [0, 0, 0, 60]
    assert path.contract_balance.tolist() == [100, 100, 100, 40]
    assert path.contract_interest.round(9).tolist() == [5, 5, 5, 5]
    assert path.contract_by_budget.tolist() == [0, 0, 0, 60]
    assert path.budget.round(9).tolist() == [5, 5, 5, 65]


def test_no_hidden_debt_is_zero_in_every_year():
    path = hidden([])
    for values in (path.resolved, path.resolved_by_budget, path.interest, path.stock, path.pace, path.shortfall):
        assert values.tolist() == [0, 0, 0, 0]


def test_leading_axes_compute_many_futures_at_once():
    one = terms([(100, 0.05, 2027, BUDGET, False), (50, 0.03, 2032, INCOME, True)])
    factors = np.array([0.0, 1.0, 2.5])
    many = HiddenTerms(
        factors[:, None] * one.amount, np.broadcast_to(one.rate, (3, 2)), one.year, one.source, one.contract,
        one.eased_from, one.eased_rate,
    )  # fmt: skip
    path, alone = project_hidden(many, YEARS, clear_by()), project_hidden(one, YEARS, clear_by())
    for name in ("resolved", "interest", "stock", "pace", "shortfall", "budget", "contract_balance"):
        np.testing.assert_allclose(
            getattr(path, name), factors[:, None] * getattr(alone, name), atol=1e-9, err_msg=name
        )
    np.testing.assert_allclose(path.by_source, factors[:, None, None] * alone.by_source)
    assert path.contract_stock.tolist() == [0, 50, 125]


@given(
    st.lists(
        st.tuples(
            st.floats(0, 1e5), st.floats(0, 0.1), st.integers(2020, 2040), st.integers(0, 4), st.booleans()
        ),
        min_size=1, max_size=10,
    ),
    st.integers(2024, 2028),
)  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_it_rolls_forward_to_zero(rows, first):
    years = tuple(range(first, first + 6))
    path = hidden(rows, years)
    counted = sum(balance for balance, *_, contract in rows if not contract)
    np.testing.assert_allclose(path.stock, counted - np.cumsum(path.resolved), atol=1e-6)
    np.testing.assert_allclose(path.stock[years.index(clear_by()) :], 0, atol=1e-6)
    np.testing.assert_allclose(path.by_source.sum(axis=-1), path.resolved, atol=1e-6)
    assert (path.resolved_by_budget <= path.resolved + 1e-6).all()
    assert np.isclose(path.contract_stock + counted, sum(balance for balance, *_ in rows))
    # At the target date the shortfall is what was planned for later, never less.
    assert np.isclose(path.shortfall[years.index(clear_by())], path.late, atol=1e-6)
    # Resolving at the required pace from any year on clears the stock in time.
    left = clear_by() + 1 - np.array(years)
    np.testing.assert_allclose(
        (path.pace * np.maximum(left, 1))[left > 0], (path.stock + path.resolved)[left > 0], atol=1e-6
    )
