"""Bonds worked by hand, against QuantLib and against a plain walk from payment day to payment day."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bond_references import Terms, array_of, by_days, by_quantlib
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.analysis.debt.schedule import schedule_bonds
from fiscal_model.arithmetic.debt.bond_schedule import BondArray, monthly, monthly_by_bond, outstanding, schedule
from fiscal_model.arithmetic.debt.coupon_dates import after_months
from fiscal_model.blocks.debt.ledger import bond_array, ledger_of
from fiscal_model.words.vocabulary import Amortisation, DebtKind

CASES = Path(__file__).parent / "cases"
ANNUAL, SEMI_ANNUAL = 1, 2
KINDS = [word.value for word in Amortisation]
YEARS = tuple(range(2014, 2062))


def day(text):
    return dt.date.fromisoformat(text)


def paid(face, rate, issue, maturity, years, frequency=ANNUAL, amortisation="bullet", **more):
    """Interest and principal of one bond by year, rounded to nine digits."""
    bond = Terms(face, rate, day(issue), day(maturity), frequency, amortisation, **more)
    found = schedule(array_of([bond]), years)
    return found.interest[:, 0].round(9).tolist(), found.principal[:, 0].round(9).tolist()


def by_year(payments, years=YEARS):
    """Add payments of one bond up by year: (interest, principal)."""
    sums = np.zeros((2, len(years)))
    for when, interest, principal in payments:
        sums[:, when.year - years[0]] += interest, principal
    return sums


# worked by hand --------------------------------------------------------------------------------------------


def test_annual_coupons_and_all_at_the_end():
    interest, principal = paid(10_000, 0.03, "2023-05-10", "2026-05-10", range(2023, 2028))
    assert interest == [0, 300, 300, 300, 0]
    assert principal == [0, 0, 0, 10_000, 0]


def test_half_yearly_coupons_start_in_the_year_of_issue():
    interest, principal = paid(10_000, 0.04, "2024-03-01", "2034-03-01", range(2024, 2036), SEMI_ANNUAL)
    assert interest == [200, *[400] * 9, 200, 0]
    assert principal == [*[0] * 10, 10_000, 0]


def test_half_yearly_coupons_of_a_bond_issued_late_start_next_year():
    interest, _ = paid(10_000, 0.04, "2024-09-15", "2034-09-15", range(2024, 2035), SEMI_ANNUAL)
    assert interest == [0, *[400] * 10]


@pytest.mark.parametrize(("field", "values"), [("face", [100.0, 300.0]), ("rate", [0.02, 0.06])])
def test_amounts_alone_or_rates_alone_may_hold_the_futures(field, values):
    bonds = array_of([Terms(100.0, 0.02, day("2025-05-01"), day("2027-05-01"), ANNUAL, "bullet")])
    found = schedule(replace(bonds, **{field: np.array(values)[:, None]}), (2026, 2027))
    assert found.interest[..., 0].round(9).tolist() == [[2, 2], [6, 6]]  # 2 % of 100; three times as much
    left = outstanding(replace(bonds, **{field: np.array(values)[:, None]}), (2026, 2027))
    assert left[..., 0].tolist() == [[100, 0], [300 if field == "face" else 100, 0]]


def test_a_bond_shorter_than_a_period_counts_its_days_over_the_period_that_ends_with_it():
    # 153 of the 365 days from February 2023 on; the year from its issue on has 366.
    assert paid(10_000, 0.0365, "2023-09-01", "2024-02-01", (2024,))[0] == [153]


def test_a_level_bond_without_interest_repays_the_same_every_year():
    with np.errstate(all="raise"):
        assert paid(90, 0.0, "2025-05-01", "2028-05-01", range(2025, 2029), amortisation="level") == (
            [0] * 4,
            [0, 30, 30, 30],
        )


def test_equal_principal_pays_interest_on_what_is_left():
    interest, principal = paid(900, 0.10, "2024-06-01", "2027-06-01", range(2024, 2029), amortisation="equal_principal")
    assert interest == [0, 90, 60, 30, 0]
    assert principal == [0, 300, 300, 300, 0]


def test_equal_principal_with_half_yearly_coupons_is_repaid_once_a_year():
    interest, principal = paid(900, 0.10, "2024-06-01", "2027-06-01", range(2024, 2029), SEMI_ANNUAL, "equal_principal")
    # December 2024: 45; June 2025 still on 900, December on 600; and so on.
    assert interest == [45, 45 + 30, 30 + 15, 15, 0]
    assert principal == [0, 300, 300, 300, 0]


def test_principal_twice_a_year_when_the_ledger_says_so():
    interest, principal = paid(
        600, 0.10, "2024-06-01", "2027-06-01", range(2024, 2028), SEMI_ANNUAL, "equal_principal",
        principal_frequency=2,
    )  # fmt: skip
    assert interest == [30, 25 + 20, 15 + 10, 5]
    assert principal == [100, 200, 200, 100]


def test_instalments_wait_for_the_end_of_the_grace():
    interest, principal = paid(
        900, 0.10, "2024-06-01", "2029-06-01", range(2024, 2030), amortisation="instalments", grace_years=2
    )
    assert interest == [0, 90, 90, 90, 60, 30]
    assert principal == [0, 0, 0, 300, 300, 300]


def test_a_level_bond_pays_the_same_sum_each_time():
    """1000 at 10 % over two years: 1000 / (1/1.1 + 1/1.21) = 576.190476."""
    interest, principal = paid(1000, 0.10, "2024-06-01", "2026-06-01", range(2024, 2028), amortisation="level")
    assert np.add(interest, principal).round(6).tolist() == [0, 576.190476, 576.190476, 0]
    assert interest[1] == 100 and principal[1] == pytest.approx(476.190476)


def test_a_level_bond_without_interest_repays_in_equal_parts():
    interest, principal = paid(900, 0.0, "2024-06-01", "2027-06-01", range(2024, 2028), amortisation="level")
    assert np.abs(interest).max() < 1e-9 and principal == [0, 300, 300, 300]


def test_a_called_bond_is_repaid_on_the_day_of_the_call():
    call = {"amortisation": "call", "call": day("2026-05-10")}
    interest, principal = paid(1000, 0.03, "2024-05-10", "2029-05-10", range(2024, 2030), **call)
    assert interest == [0, 30, 30, 0, 0, 0] and principal == [0, 0, 1000, 0, 0, 0]
    held = paid(1000, 0.03, "2024-05-10", "2029-05-10", range(2024, 2030), amortisation="call")
    assert held == paid(1000, 0.03, "2024-05-10", "2029-05-10", range(2024, 2030))


@pytest.mark.parametrize("frequency", [ANNUAL, SEMI_ANNUAL])
def test_a_december_bond_pays_nothing_in_its_first_year(frequency):
    interest, principal = paid(1000, 0.02, "2025-12-05", "2028-12-05", range(2025, 2030), frequency)
    assert interest == [0, 20, 20, 20, 0]
    assert principal == [0, 0, 0, 1000, 0]


def test_a_bond_that_matures_mid_year_pays_half_a_year_last():
    interest, principal = paid(1000, 0.02, "2025-01-15", "2027-07-15", range(2025, 2029), SEMI_ANNUAL)
    assert interest == [10, 20, 20, 0]
    assert principal == [0, 0, 1000, 0]


def test_a_broken_last_period_is_paid_by_its_days():
    """A reopened bond lent on between coupon days: 181 of the 365 days of 2027 at 2 %."""
    interest, principal = paid(1000, 0.02, "2025-01-01", "2027-07-01", range(2025, 2029))
    assert interest == [0, 20, round(20 + 20 * 181 / 365, 9), 0]
    assert principal == [0, 0, 1000, 0]


def test_days_count_where_months_would_not():
    """From 31 August payments fall on 28 February and 31 August; the year of the last day decides, not 365 days."""
    interest, principal = paid(1000, 0.04, "2024-08-31", "2026-02-28", range(2024, 2027), SEMI_ANNUAL)
    assert interest == [0, 40, 20] and principal == [0, 0, 1000]
    dates = after_months(np.array(["2024-02-29"] * 2, dtype="datetime64[D]"), np.array([12, 48]))
    assert dates.astype(str).tolist() == ["2025-02-28", "2028-02-29"]


def test_a_bond_repaid_before_the_plan_leaves_no_trace():
    interest, principal = paid(1000, 0.02, "2018-09-01", "2025-09-01", range(2026, 2031))
    assert interest == principal == [0] * 5


def test_fees_are_a_part_of_every_payment():
    bonds = array_of([Terms(1000.0, 0.03, day("2025-06-01"), day("2026-06-01"))])
    fees = schedule(BondArray(**{**vars(bonds), "payment_fee_rate": 5e-5}), (2025, 2026)).fees
    assert fees.ravel().round(9).tolist() == [0, 0.0515]


def test_an_empty_ledger_pays_nothing():
    none = array_of([])
    assert schedule(none, (2026, 2027)).interest.shape == (2, 0)
    assert monthly(none, (2026, 2027))[0].tolist() == [[0.0] * 12] * 2
    assert outstanding(none, [2026]).shape == (1, 0)


# random bonds ----------------------------------------------------------------------------------------------


@st.composite
def bonds(draw):
    """A bond of any way of repaying, with broken periods, ends of months and leap days among its dates."""
    frequency = draw(st.sampled_from([1, 2, 4, 12]))
    issue = draw(
        st.one_of(
            st.dates(dt.date(2014, 1, 1), dt.date(2026, 12, 31)),
            st.sampled_from([day("2016-02-29"), day("2023-08-31"), day("2024-12-31"), day("2019-01-30")]),
        )
    )
    years = draw(st.integers(1, 30))
    whole = dt.date(issue.year + years, issue.month, min(issue.day, 28))
    maturity = whole if draw(st.booleans()) else whole + dt.timedelta(draw(st.integers(-200, 900)))
    amortisation = draw(st.sampled_from(KINDS))
    often = draw(st.sampled_from([number for number in (1, 2, 4, 12) if frequency % number == 0]))
    grace = draw(st.integers(0, max((maturity - issue).days // 366 - 1, 0)))
    call = None
    if amortisation == "call" and draw(st.booleans()):
        call = issue + dt.timedelta(draw(st.integers(1, (maturity - issue).days)))
    return Terms(
        draw(st.floats(1, 1e6)), draw(st.one_of(st.just(0.0), st.floats(1e-6, 0.08))), issue, maturity, frequency,
        amortisation, grace if amortisation == "instalments" else 0, often, call,
    )  # fmt: skip


@pytest.mark.parametrize("reference", [by_quantlib, by_days])
@given(st.lists(bonds(), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_random_bonds_are_those_of_another_schedule(reference, terms):
    found = schedule(array_of(terms), YEARS)
    for number, bond in enumerate(terms):
        interest, principal = by_year(reference(bond))
        np.testing.assert_allclose(found.interest[:, number], interest, atol=0.005)
        np.testing.assert_allclose(found.principal[:, number], principal, atol=0.005)


@given(st.lists(bonds(), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_what_is_lent_is_repaid(terms):
    ledger = array_of(terms)
    found, left = schedule(ledger, YEARS), outstanding(ledger, YEARS)
    np.testing.assert_allclose(found.principal.sum(axis=0), ledger.face, rtol=1e-12)
    issued = np.array(YEARS)[:, None] >= np.array([bond.issue.year for bond in terms])
    np.testing.assert_allclose(left + np.cumsum(found.principal, axis=0), issued * ledger.face, rtol=1e-9, atol=1e-6)
    assert (found.interest >= -1e-9).all() and (left >= -1e-6).all()


@given(st.lists(bonds(), min_size=1, max_size=8), st.floats(0.1, 10))
@settings(max_examples=40, deadline=None)
def test_twice_the_face_pays_twice_and_months_make_years(terms, times):
    ledger = array_of(terms)
    found = schedule(ledger, YEARS)
    larger = schedule(BondArray(**{**vars(ledger), "face": times * ledger.face}), YEARS)
    np.testing.assert_allclose(larger.interest, times * found.interest, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(larger.principal, times * found.principal, rtol=1e-12, atol=1e-9)
    for by_month, by_bond, whole in zip(
        monthly(ledger, YEARS), monthly_by_bond(ledger, YEARS), (found.interest, found.principal), strict=True
    ):
        np.testing.assert_allclose(by_month.sum(axis=1), whole.sum(axis=1), rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(by_bond.sum(axis=1), whole, rtol=1e-9, atol=1e-6)


@given(st.lists(bonds(), min_size=1, max_size=6), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_paths_are_so_many_ledgers(terms, seed):
    """A leading axis of one path is no axis bit for bit; each of several paths is the ledger at its own rates."""
    ledger = array_of(terms)
    one = BondArray(**{**vars(ledger), "rate": ledger.rate[None], "face": ledger.face[None]})
    rates = np.random.default_rng(seed).uniform(0, 0.06, (3, len(terms)))
    many = BondArray(**{**vars(ledger), "rate": rates})
    alone, together, several = (schedule(bonds, YEARS) for bonds in (ledger, one, many))
    np.testing.assert_array_equal(together.interest[0], alone.interest)
    np.testing.assert_array_equal(together.principal[0], alone.principal)
    np.testing.assert_array_equal(outstanding(one, YEARS)[0], outstanding(ledger, YEARS))
    np.testing.assert_array_equal(monthly(one, YEARS)[0][0], monthly(ledger, YEARS)[0])
    for path, rate in enumerate(rates):
        single = schedule(BondArray(**{**vars(ledger), "rate": rate}), YEARS)
        np.testing.assert_array_equal(several.interest[path], single.interest)
        np.testing.assert_array_equal(several.principal[path], single.principal)


@given(st.lists(bonds(), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_years_may_come_in_any_order_and_with_gaps(terms):
    ledger = array_of(terms)
    all_years, some = schedule(ledger, YEARS), (2030, 2026, 2041)
    chosen = [YEARS.index(year) for year in some]
    np.testing.assert_array_equal(schedule(ledger, some).interest, all_years.interest[chosen])
    np.testing.assert_array_equal(outstanding(ledger, some), outstanding(ledger, YEARS)[chosen])
    np.testing.assert_array_equal(monthly(ledger, some)[1], monthly(ledger, YEARS)[1][chosen])


# real issues -----------------------------------------------------------------------------------------------


def shandong():
    """The 386 issues of Shandong 2023-2025 as a frame; a day that is not printed stands at 30 June."""
    issues = pd.read_csv(CASES / "shandong_bond_issues.csv", dtype={"issue_date": str}, keep_default_na=False)
    issue = pd.to_datetime(
        issues["issue_date"].where(issues["issue_date"] != "", issues["bond_code"].str[2:6] + "-06-30")
    )
    tenor = issues["tenor_years"].astype(int)
    maturity = [start + pd.DateOffset(years=int(years)) for start, years in zip(issue, tenor, strict=True)]
    return pd.DataFrame(
        {
            "bond_code": issues["bond_code"],
            "kind": issues["kind"].where(issues["kind"] != "", "special"),
            "face": issues["amount_100m_yuan"].astype(float) * 1e4,
            "coupon_rate": issues["coupon_rate"].astype(float),
            "issue_date": issue,
            "maturity_date": maturity,
            "amortisation": "bullet",
            "interest_frequency": np.where(tenor >= 10, 2, 1),
            "tenor": tenor,
        }
    )


def test_real_issues_are_repaid_at_their_tenor_and_cost_their_coupon():
    issues = shandong()
    years = range(2023, 2056)
    found = schedule_bonds(issues, years).set_index(["bond_code", "year"])
    principal, interest = (
        found[name].unstack("year").loc[issues["bond_code"]].to_numpy() for name in ("principal", "interest")
    )
    due = issues["issue_date"].dt.year + issues["tenor"]
    for row, year in enumerate(due):
        assert principal[row, year - 2023] == issues["face"][row] and np.count_nonzero(principal[row]) == 1
    np.testing.assert_allclose(
        interest.sum(axis=1), issues["face"] * issues["coupon_rate"] * issues["tenor"], rtol=1e-12
    )
    whole = interest[:, 3]  # 2026: every bond pays a whole year's interest
    weighted = (issues["face"] * issues["coupon_rate"]).sum() / issues["face"].sum()
    outlasting = due > 2026
    of_2026 = issues[outlasting]
    assert whole[outlasting].sum() / of_2026["face"].sum() == pytest.approx(
        (of_2026["face"] * of_2026["coupon_rate"]).sum() / of_2026["face"].sum(), rel=1e-12
    )
    assert 0.018 < weighted < 0.032


def test_real_issues_are_quantlibs():
    issues = shandong()
    found = schedule_bonds(issues, YEARS).set_index("bond_code")
    for bond in issues.iloc[::7].itertuples():
        terms = Terms(
            bond.face, bond.coupon_rate, bond.issue_date.date(), bond.maturity_date.date(), bond.interest_frequency
        )
        expected = by_year(by_quantlib(terms))
        ours = found.loc[bond.bond_code]
        np.testing.assert_allclose(ours["interest"], expected[0], atol=0.01)
        np.testing.assert_allclose(ours["principal"], expected[1], atol=0.01)


# a place's ledger ------------------------------------------------------------------------------------------


def test_the_invented_countys_ledger_is_the_plain_walk_too(place):
    rows = place("yunshui").rows("bonds")
    for kind in DebtKind:
        ledger = ledger_of(place("yunshui"), 2025).of(kind).bonds
        expected = np.zeros((2, len(YEARS)))
        for row in rows[rows["kind"] == kind].to_dict("records"):
            bond = Terms(
                row["face"], row["coupon_rate"], row["issue_date"], row["maturity_date"], row["interest_frequency"],
                row["amortisation"].value, 0 if pd.isna(row["grace_years"]) else int(row["grace_years"]),
                call=None if pd.isna(row["call_date"]) else row["call_date"],
            )  # fmt: skip
            expected += by_year(by_days(bond))
        found = schedule(ledger, YEARS)
        np.testing.assert_allclose(found.interest.sum(axis=1), expected[0], atol=1e-6)
        np.testing.assert_allclose(found.principal.sum(axis=1), expected[1], atol=1e-6)


def test_the_ledger_is_the_balance(place):
    for kind, stock in ((DebtKind.GENERAL, 168_000), (DebtKind.SPECIAL, 214_000)):
        assert outstanding(ledger_of(place("yunshui"), 9999).of(kind).bonds, [2025]).sum() == pytest.approx(stock)


def test_empty_cells_of_the_ledger_mean_what_is_usual():
    rows = pd.DataFrame(
        {
            "face": [1.0, 1.0], "coupon_rate": [0.02, 0.02],
            "issue_date": [day("2025-05-20")] * 2, "maturity_date": [day("2032-05-20"), day("2035-05-20")],
            "amortisation": [Amortisation.BULLET] * 2, "interest_frequency": [None, None],
        }
    )  # fmt: skip
    found = bond_array(rows, payment_fee_rate=5e-5)
    assert found.frequency.tolist() == [1, 2]
    assert found.principal_frequency.tolist() == [1, 1] and found.grace_years.tolist() == [0, 0]
    assert np.isnat(found.call).all() and found.payment_fee_rate.tolist() == [5e-5] * 2
