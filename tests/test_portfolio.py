"""One kind of debt rolled forward: worked by hand, and its laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.debt.portfolio import DebtTerms, project_debt


def flat(value, years=3):
    return np.full(years, float(value))


TERMS = DebtTerms(
    stock=1000.0, limit=1100.0, due=None, old_interest=None, due_share=flat(0.1), effective_rate=flat(0.03),
    refinancing_share=flat(0.8), new_issue=flat(50), limit_growth=flat(0), new_rate=flat(0.02), fee_rate=flat(0.001),
)  # fmt: skip


def test_three_years_worked_by_hand():
    path = project_debt(TERMS)
    # 2026: repay 100, refinance 80, new 50; 2027: repay 103, of it from the old stock of 900; and so on.
    assert path.opening.tolist() == [1000.0, 1030.0, 1059.4]
    assert path.repaid.round(6).tolist() == [100.0, 103.0, 105.94]
    assert path.refinanced.round(6).tolist() == [80.0, 82.4, 84.752]
    assert path.issued_new.tolist() == [50.0, 50.0, 50.0]
    assert path.stock.round(6).tolist() == [1030.0, 1059.4, 1088.212]
    # Old stock 1000, 900, 797 at 3 %; what was issued later, 0, 130, 262.4, at 2 %.
    assert path.interest.round(6).tolist() == [30.0, 27.0 + 2.6, 23.91 + 5.248]
    assert path.own_principal.round(6).tolist() == [20.0, 20.6, 21.188]
    assert path.proceeds.round(6).tolist() == [130.0, 132.4, 134.752]
    assert path.fees.round(6).tolist() == [0.13, 0.1324, 0.134752]


def test_new_bonds_are_cut_to_the_limit():
    path = project_debt(replace(TERMS, limit=1010.0, refinancing_share=flat(1.0), limit_growth=flat(5.0)))
    assert path.limit.tolist() == [1015.0, 1020.0, 1025.0]
    assert path.issued_new.round(6).tolist() == [15.0, 5.0, 5.0]
    assert path.stock.round(6).tolist() == path.limit.tolist()


def test_no_new_bonds_above_the_limit_and_no_forced_repayment():
    path = project_debt(replace(TERMS, limit=900.0))
    assert path.issued_new.tolist() == [0.0, 0.0, 0.0]
    assert path.stock.round(6).tolist() == [980.0, 960.4, 941.192]


def test_a_ledgers_schedule_comes_before_the_shares():
    due, interest = np.array([0.0, 400.0, 0.0]), np.array([28.0, 28.0, 16.0])
    path = project_debt(
        replace(TERMS, due=due, old_interest=interest, refinancing_share=flat(0.0), new_issue=flat(0))
    )
    assert path.repaid.tolist() == due.tolist()
    assert path.interest.tolist() == interest.tolist()
    assert path.stock.tolist() == [1000.0, 600.0, 600.0]


def test_a_schedule_longer_than_the_stock_repays_no_more_than_there_is():
    path = project_debt(
        replace(TERMS, stock=500.0, due=flat(300), refinancing_share=flat(0), new_issue=flat(0))
    )
    assert path.repaid.tolist() == [300.0, 200.0, 0.0]
    assert path.stock.tolist() == [200.0, 0.0, 0.0]


def test_refinancing_by_ratio_of_a_published_year():
    """来凤 2024: 18 270 of 39 853 of maturing principal were refinanced, 46 % (docs/method.md)."""
    path = project_debt(
        replace(
            TERMS, stock=200_000.0, limit=300_000.0, due=flat(39_853), refinancing_share=flat(18_270 / 39_853)
        )
    )
    assert path.refinanced[0] == pytest.approx(18_270)
    assert path.own_principal[0] == pytest.approx(21_583)


@pytest.mark.parametrize(
    ("opening", "proceeds", "repaid", "closing"),
    [(32.5340, 3.8038, 1.7615, 34.5763), (133.2224, 18.0311, 14.7551, 136.4984)],
    ids=["general", "special"],
)
def test_a_published_roll_forward(opening, proceeds, repaid, closing):
    """舒城 2024, 亿元 (docs/method.md)."""
    one = np.ones(1)
    terms = replace(
        TERMS, stock=opening, limit=closing, due=repaid * one, old_interest=0 * one, refinancing_share=0 * one,
        new_issue=proceeds * one, limit_growth=0 * one, new_rate=0 * one, fee_rate=0 * one,
    )  # fmt: skip
    assert project_debt(terms).stock[0] == pytest.approx(closing, abs=1e-4)


SHARES = st.floats(0, 1)


@given(st.floats(0, 1e6), st.floats(0, 1e6), SHARES, SHARES, st.floats(0, 1e5), st.floats(-1e4, 1e4))
@settings(max_examples=60, deadline=None)
def test_the_roll_forward_and_the_limit_hold_whatever_the_terms(
    stock, headroom, due, refinanced, new, growth
):
    terms = replace(
        TERMS, stock=stock, limit=stock + headroom, due_share=flat(due), refinancing_share=flat(refinanced),
        new_issue=flat(new), limit_growth=flat(growth),
    )  # fmt: skip
    path = project_debt(terms)
    np.testing.assert_allclose(path.stock, path.opening + path.proceeds - path.repaid, atol=1e-6)
    np.testing.assert_allclose(path.opening[1:], path.stock[:-1])
    assert (path.stock <= np.maximum(path.limit, path.opening) + 1e-6).all()
    assert (path.issued_new <= np.maximum(path.limit - path.opening + path.own_principal, 0) + 1e-6).all()
    for values in (
        path.repaid,
        path.refinanced,
        path.issued_new,
        path.stock,
        path.interest,
        path.own_principal,
    ):
        assert (values >= -1e-9).all()
    assert path.repaid.sum() <= stock + 1e-6, "what is issued in the plan does not fall due in it"
