"""Bonds worked by hand, and against a plain loop over bonds and months."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.debt.bonds import bond_schedule, months_of

ANNUAL, SEMI_ANNUAL = 1, 2
BULLET, EQUAL = False, True


def month(year, number):
    return 12 * year + number - 1


def schedule(face, rate, issue, maturity, frequency, equal_principal, years):
    one = [
        np.array([value])
        for value in (face, rate, month(*issue), month(*maturity), frequency, equal_principal)
    ]
    interest, principal = bond_schedule(*one, tuple(years))
    return interest[:, 0].round(9).tolist(), principal[:, 0].round(9).tolist()


def by_months(face, rate, issue, maturity, frequency, equal_principal, years):
    """Walk the life of one bond month by month."""
    interest, principal = dict.fromkeys(years, 0.0), dict.fromkeys(years, 0.0)
    outstanding, instalments = face, (maturity - issue) // 12
    for now in range(issue + 1, maturity + 1):
        year, age = now // 12, now - issue
        if age % (12 // frequency) == 0:
            interest[year] = interest.get(year, 0.0) + outstanding * rate / frequency
        repaid = 0.0
        if equal_principal and age % 12 == 0:
            repaid = face / instalments
        elif not equal_principal and now == maturity:
            repaid = face
        outstanding -= repaid
        principal[year] = principal.get(year, 0.0) + repaid
    return [interest[year] for year in years], [principal[year] for year in years]


# worked by hand --------------------------------------------------------------------------------------------


def test_annual_coupons_and_all_at_the_end():
    interest, principal = schedule(10_000, 0.03, (2023, 5), (2026, 5), ANNUAL, BULLET, range(2023, 2028))
    assert interest == [0, 300, 300, 300, 0]
    assert principal == [0, 0, 0, 10_000, 0]


def test_half_yearly_coupons_start_in_the_year_of_issue():
    interest, principal = schedule(10_000, 0.04, (2024, 3), (2034, 3), SEMI_ANNUAL, BULLET, range(2024, 2036))
    assert interest == [200, *[400] * 9, 200, 0]
    assert principal == [*[0] * 10, 10_000, 0]


def test_half_yearly_coupons_of_a_bond_issued_late_start_next_year():
    interest, _ = schedule(10_000, 0.04, (2024, 9), (2034, 9), SEMI_ANNUAL, BULLET, range(2024, 2035))
    assert interest == [0, *[400] * 10]


def test_equal_instalments_pay_interest_on_what_is_left():
    interest, principal = schedule(900, 0.10, (2024, 6), (2027, 6), ANNUAL, EQUAL, range(2024, 2029))
    assert interest == [0, 90, 60, 30, 0]
    assert principal == [0, 300, 300, 300, 0]


def test_equal_instalments_with_half_yearly_coupons():
    interest, principal = schedule(900, 0.10, (2024, 6), (2027, 6), SEMI_ANNUAL, EQUAL, range(2024, 2029))
    # December 2024: 45; June 2025 still on 900, December on 600; and so on.
    assert interest == [45, 45 + 30, 30 + 15, 15, 0]
    assert principal == [0, 300, 300, 300, 0]


@pytest.mark.parametrize("frequency", [ANNUAL, SEMI_ANNUAL])
def test_a_december_bond_pays_nothing_in_its_first_year(frequency):
    interest, principal = schedule(1000, 0.02, (2025, 12), (2028, 12), frequency, BULLET, range(2025, 2030))
    assert interest == [0, 20, 20, 20, 0]
    assert principal == [0, 0, 0, 1000, 0]


def test_a_january_bond():
    interest, _ = schedule(1000, 0.02, (2025, 1), (2027, 1), SEMI_ANNUAL, BULLET, range(2025, 2029))
    assert interest == [10, 20, 10, 0]


def test_a_bond_that_matures_mid_year_pays_half_a_year_last():
    interest, principal = schedule(1000, 0.02, (2025, 1), (2027, 7), SEMI_ANNUAL, BULLET, range(2025, 2029))
    assert interest == [10, 20, 20, 0]
    assert principal == [0, 0, 1000, 0]


def test_a_broken_last_period_is_paid():
    """A reopened bond lent on between coupon dates: two years and a half at 2 % make 50 in all."""
    interest, principal = schedule(1000, 0.02, (2025, 1), (2027, 7), ANNUAL, BULLET, range(2025, 2029))
    assert sum(interest) == 50
    assert principal == [0, 0, 1000, 0]


def test_a_bond_repaid_before_the_plan_leaves_no_trace():
    interest, principal = schedule(1000, 0.02, (2018, 9), (2025, 9), ANNUAL, BULLET, range(2026, 2031))
    assert interest == principal == [0] * 5


def test_months_of_dates():
    assert months_of([dt.date(2025, 1, 31), dt.date(2026, 12, 1)]).tolist() == [12 * 2025, 12 * 2026 + 11]


# laws ------------------------------------------------------------------------------------------------------

BONDS = st.lists(
    st.tuples(
        st.floats(1, 1e6), st.floats(0, 0.08), st.integers(month(2015, 1), month(2026, 12)),
        st.integers(1, 30), st.sampled_from([ANNUAL, SEMI_ANNUAL]), st.booleans(),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@given(BONDS)
@settings(max_examples=60, deadline=None)
def test_a_ledger_equals_the_plain_loop(bonds):
    years = tuple(range(2015, 2058))
    faces, rates, issues, lives, frequencies, equal = (
        np.array(column) for column in zip(*bonds, strict=True)
    )
    interest, principal = bond_schedule(faces, rates, issues, issues + 12 * lives, frequencies, equal, years)
    np.testing.assert_allclose(principal.sum(axis=0), faces, rtol=1e-12)
    for number, (face, rate, issue, life, frequency, by_instalments) in enumerate(bonds):
        expected = by_months(face, rate, issue, issue + 12 * life, frequency, by_instalments, years)
        np.testing.assert_allclose(interest[:, number], expected[0], rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(principal[:, number], expected[1], rtol=1e-9, atol=1e-6)


@given(st.integers(month(2015, 1), month(2026, 12)), st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_a_half_yearly_bond_may_mature_between_anniversaries(issue, halves):
    years = tuple(range(2015, 2058))
    terms = (1000.0, 0.03, issue, issue + 6 * halves, SEMI_ANNUAL, BULLET)
    interest, principal = bond_schedule(*(np.array([value]) for value in terms), years)
    expected = by_months(*terms, years)
    np.testing.assert_allclose(interest[:, 0], expected[0], atol=1e-9)
    np.testing.assert_allclose(principal[:, 0], expected[1], atol=1e-9)


def test_the_invented_countys_ledger_is_the_plain_loop_too(plan_of):
    plan = plan_of("yunshui")
    ledger = plan.basis.place.rows("bonds")
    for kind in ("general", "special"):
        interest, principal = np.zeros(5), np.zeros(5)
        for bond in ledger[ledger["kind"] == kind].to_dict("records"):
            issue, maturity = months_of([bond["issue_date"], bond["maturity_date"]])
            life = by_months(
                bond["face"], bond["coupon_rate"], issue, maturity, bond["interest_frequency"],
                bond["amortisation"] == "equal_principal", plan.years,
            )  # fmt: skip
            interest, principal = interest + life[0], principal + life[1]
        np.testing.assert_allclose(plan.line(f"principal_{kind}"), principal)
        old = plan.line(f"debt_{kind}_opening_stock")[0] - np.concatenate([[0.0], np.cumsum(principal)[:-1]])
        rate = plan.basis.assumed.path("new_issue_rate")
        new_interest = rate * (plan.line(f"debt_{kind}_opening_stock") - old)
        np.testing.assert_allclose(plan.line(f"interest_{kind}"), interest + new_interest)
