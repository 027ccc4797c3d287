"""One kind of debt rolled forward: worked by hand, its laws, many futures at once, a ladder of bonds against the block."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.arithmetic.debt.block import calibrate_block, remaining_years, run_off
from fiscal_model.arithmetic.debt.bond_schedule import BondArray, schedule
from fiscal_model.arithmetic.debt.portfolio import DebtTerms, Issue, Vintage, project_debt, roll_forward
from fiscal_model.law import coupon_curve as curve


def flat(value, years=3):
    return np.full(years, float(value))


def issue(rate=0.02, tenor=10, years=3):
    return Issue(flat(rate, years), np.full(years, tenor), np.full(years, tenor >= 10))


def terms(years=3, **changes):
    usual = DebtTerms(
        stock=1000.0, limit=1100.0, old_due=flat(100, years), old_interest=flat(0, years), old_early_share=flat(0, years),
        old_rate=flat(0.03, years), due_share=flat(np.nan, years), refinancing_share=flat(0.8, years),
        new_issue=flat(50, years), new_early_share=flat(1, years), limit_growth=flat(0, years), swapped=flat(0, years),
        other_change=flat(0, years), refinancing=issue(years=years), new=issue(years=years), swap=issue(years=years),
        issue_fee_rate=flat(0.001, years), payment_fee_rate=flat(0, years),
    )  # fmt: skip
    return replace(usual, **changes)


# worked by hand --------------------------------------------------------------------------------------------


def test_three_years_worked_by_hand():
    path = project_debt(terms())
    # Every year 100 fall due, 80 are refinanced, 50 are new.
    assert path.opening.tolist() == [1000.0, 1030.0, 1060.0]
    assert path.repaid.tolist() == [100.0, 100.0, 100.0]
    assert path.refinanced.tolist() == [80.0, 80.0, 80.0]
    assert path.issued_new.tolist() == [50.0, 50.0, 50.0]
    assert path.stock.tolist() == [1030.0, 1060.0, 1090.0]
    # The old debt of 1000, 900, 800 pays 3 %; 130 a year are issued since at 2 %, the new ones half a year at once.
    assert path.interest.round(9).tolist() == [30.0 + 0.5, 27.0 + 2.6 + 0.5, 24.0 + 5.2 + 0.5]
    assert path.proceeds.tolist() == [130.0] * 3
    assert path.fees.round(9).tolist() == [0.13] * 3
    assert path.own_principal.tolist() == [20.0, 20.0, 20.0]


def test_interest_starts_in_the_right_half_year():
    alone = {"old_due": flat(0), "old_rate": flat(0), "new_issue": np.array([100.0, 0.0, 0.0]), "limit": 2000.0}
    for early, tenor, expected in (
        (1.0, 10, [1.0, 2.0, 2.0]),  # twice a year, issued by June: half a year at once
        (0.0, 10, [0.0, 2.0, 2.0]),  # twice a year, issued later
        (1.0, 7, [0.0, 2.0, 2.0]),  # once a year
    ):
        path = project_debt(terms(**alone, new_early_share=flat(early), new=issue(tenor=tenor)))
        assert path.interest.round(9).tolist() == expected


def test_a_short_tenor_falls_due_inside_the_plan_and_is_refinanced_by_the_same_rule():
    path = project_debt(
        terms(
            years=4, old_due=flat(0, 4), old_rate=flat(0, 4), new_issue=np.array([100.0, 0, 0, 0]), limit=2000.0,
            new=issue(0.02, 2, 4), refinancing=issue(0.03, 1, 4), refinancing_share=flat(0.5, 4),
        )
    )  # fmt: skip
    assert path.repaid.tolist() == [0.0, 0.0, 100.0, 50.0]
    assert path.refinanced.tolist() == [0.0, 0.0, 50.0, 25.0]
    assert path.interest.round(9).tolist() == [0.0, 2.0, 2.0, 1.5]
    assert path.stock.tolist() == [1100.0, 1100.0, 1050.0, 1025.0]


def test_half_yearly_bonds_pay_their_last_half_in_the_year_they_fall_due():
    short = Issue(flat(0.02, 4), np.full(4, 2), np.full(4, True))
    one = {"old_due": flat(0, 4), "old_rate": flat(0, 4), "new_issue": np.array([100.0, 0, 0, 0]), "limit": 2000.0}
    path = project_debt(terms(years=4, **one, new=short, refinancing_share=flat(0, 4)))
    assert path.interest.round(9).tolist() == [1.0, 2.0, 1.0, 0.0]


def test_refinancing_bonds_start_in_the_half_year_in_which_the_old_ones_fall_due():
    due = {"old_due": np.array([100.0, 0, 0]), "old_rate": flat(0), "new_issue": flat(0), "refinancing_share": flat(1)}
    for early, expected in ((0.0, [0.0, 2.0, 2.0]), (1.0, [1.0, 2.0, 2.0]), (0.25, [0.25, 2.0, 2.0])):
        assert project_debt(terms(**due, old_early_share=flat(early))).interest.round(9).tolist() == expected


def test_new_bonds_are_cut_to_the_limit_and_it_is_known_by_how_much():
    path = project_debt(terms(limit=1010.0, refinancing_share=flat(1.0), limit_growth=flat(5.0)))
    assert path.limit.tolist() == [1015.0, 1020.0, 1025.0]
    assert path.issued_new.tolist() == [15.0, 5.0, 5.0]
    assert path.cut.tolist() == [35.0, 45.0, 45.0]
    assert (path.limit - path.stock).tolist() == [0.0, 0.0, 0.0]


def test_no_new_bonds_above_the_limit_and_no_forced_repayment():
    path = project_debt(terms(limit=900.0))
    assert path.issued_new.tolist() == [0.0, 0.0, 0.0]
    assert path.stock.tolist() == [980.0, 960.0, 940.0]


def test_swap_bonds_raise_stock_limit_and_proceeds_alike_and_repay_nothing():
    before, after = project_debt(terms()), project_debt(terms(swapped=np.array([30.0, 0.0, 0.0])))
    for name in ("stock", "limit"):
        assert (getattr(after, name) - getattr(before, name)).tolist() == [30.0, 30.0, 30.0]
    assert (after.proceeds - before.proceeds).tolist() == [30.0, 0.0, 0.0]
    assert (after.spent - before.spent).tolist() == [30.0, 0.0, 0.0]
    np.testing.assert_array_equal(after.repaid, before.repaid)
    np.testing.assert_array_equal(after.limit - after.stock, before.limit - before.stock)


def test_fees_on_issues_and_on_payments():
    path = project_debt(terms(payment_fee_rate=flat(0.00005), extra_fees=flat(1.0)))
    issued, paid = path.proceeds, path.repaid + path.interest
    np.testing.assert_allclose(path.fees, 0.001 * issued + 0.00005 * paid + 1.0)


def test_a_ledgers_amounts_and_a_share_of_the_stock():
    due = np.array([0.0, 400.0, 0.0])
    known = project_debt(
        terms(old_due=due, old_interest=flat(28), old_rate=flat(0), refinancing_share=flat(0), new_issue=flat(0))
    )
    assert known.repaid.tolist() == due.tolist()
    assert known.interest.tolist() == [28.0] * 3
    share = project_debt(terms(due_share=flat(0.1), new_issue=flat(0), refinancing_share=flat(0)))
    assert share.repaid.round(9).tolist() == [100.0, 90.0, 81.0]
    one_year = project_debt(
        terms(due_share=np.array([np.nan, 0.5, np.nan]), refinancing_share=flat(0), new_issue=flat(0))
    )
    assert one_year.repaid.tolist() == [100.0, 450.0, 100.0]


def test_a_schedule_longer_than_the_stock_repays_no_more_than_there_is():
    path = project_debt(terms(stock=500.0, old_due=flat(300), refinancing_share=flat(0), new_issue=flat(0)))
    assert path.repaid.tolist() == [300.0, 200.0, 0.0]
    assert path.stock.tolist() == [200.0, 0.0, 0.0]


def test_refinancing_by_ratio_of_a_published_year():
    """来凤 2024: 18 270 of 39 853 of maturing principal were refinanced, 46 % (docs/method.md)."""
    path = project_debt(
        terms(stock=200_000.0, limit=300_000.0, old_due=flat(39_853), refinancing_share=flat(18_270 / 39_853))
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
    path = project_debt(
        terms(
            years=1,
            stock=opening,
            limit=closing,
            old_due=repaid * one,
            refinancing_share=0 * one,
            new_issue=proceeds * one,
        )
    )
    assert path.stock[0] == pytest.approx(closing, abs=1e-4)
    assert roll_forward(opening, proceeds, repaid) == pytest.approx(closing, abs=1e-4)


# many futures ----------------------------------------------------------------------------------------------


def test_any_leading_axes_equal_one_future_at_a_time():
    generator = np.random.default_rng(3)
    shape = (2, 5, 4)
    share, rate, growth = (
        generator.uniform(0, 1, shape),
        generator.uniform(0, 0.05, shape),
        generator.uniform(-20, 40, shape),
    )
    stock = generator.uniform(500, 1500, shape[:-1])
    short = np.array([1, 2, 3, 1])

    def at(place):
        new = Issue(rate[place], short, short >= 2)
        return terms(
            years=4, stock=stock[place], limit=1200.0, refinancing_share=share[place], limit_growth=growth[place],
            new=new, refinancing=new,
        )  # fmt: skip

    together = project_debt(at(...))
    for place in np.ndindex(shape[:-1]):
        alone = project_debt(at(place))
        for name in ("opening", "repaid", "refinanced", "issued_new", "stock", "limit", "interest", "fees", "cut"):
            np.testing.assert_array_equal(
                np.broadcast_to(getattr(together, name), shape)[place], getattr(alone, name), name
            )


SHARES = st.floats(0, 1)


@given(
    st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 2e5), SHARES, st.floats(0, 1e5), st.floats(-1e4, 1e4), st.integers(1, 12)
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_roll_forward_and_the_limit_hold_whatever_the_terms(stock, room, due, refinanced, new, growth, tenor):
    path = project_debt(
        terms(
            years=5, stock=stock, limit=stock + room, old_due=flat(due, 5), refinancing_share=flat(refinanced, 5),
            new_issue=flat(new, 5), limit_growth=flat(growth, 5), swapped=flat(new / 3, 5), other_change=flat(-1, 5) * (stock > 50),
            new=issue(0.02, tenor, 5), refinancing=issue(0.03, tenor, 5), swap=issue(0.01, tenor, 5),
        )
    )  # fmt: skip
    rolled = roll_forward(
        path.opening, path.issued_new + path.refinanced + path.swapped, path.repaid, path.other_change
    )
    np.testing.assert_allclose(path.stock, rolled, atol=1e-6)
    np.testing.assert_array_equal(path.opening[1:], path.stock[:-1])
    assert (path.stock <= np.maximum(path.limit, path.opening + path.swapped) + 1e-6).all()
    assert (path.refinanced <= path.repaid + 1e-9).all()
    for name in ("repaid", "refinanced", "issued_new", "interest", "own_principal", "cut"):
        assert (getattr(path, name) >= -1e-6).all(), name


# the block -------------------------------------------------------------------------------------------------


@given(st.floats(1, 1e8), st.floats(0.001, 1), st.floats(0, 0.1))
@settings(max_examples=80, deadline=None)
def test_the_first_year_of_a_block_is_the_published_one_bit_for_bit(opening, share, rate):
    repaid, interest = opening * share, opening * rate
    block = calibrate_block(opening, remaining_years(opening, repaid), interest, repaid)
    due, paid = run_off(block, 3)
    assert due[0] == repaid
    assert paid[0] == interest
    assert due.sum() <= opening * (1 + 1e-12)


def test_a_block_ends_when_nothing_is_left():
    due, interest = run_off(calibrate_block(100.0, 1.25, 10.0, 40.0), 5)
    assert due.tolist() == [40.0, 40.0, 20.0, 0.0, 0.0]
    assert interest.tolist() == [10.0, 6.0, 2.0, 0.0, 0.0]


def test_no_debt_pays_nothing_beside_one_that_does():
    with np.errstate(all="raise"):
        due, interest = run_off(calibrate_block(np.array([0.0, 100.0]), 5.0, np.array([0.0, 3.0])), 2)
    assert due.tolist() == [[0, 0], [10, 10]] and interest.round(9).tolist() == [[0, 0], [3, 2.7]]


def test_without_principal_no_remaining_life_is_implied():
    assert np.isnan(remaining_years(100.0, 0.0))
    assert remaining_years(1_539_216.34, 234_020.69) == pytest.approx(3.2886, abs=1e-4)


@pytest.mark.parametrize("count", [5, 8, 20])
def test_a_ladder_of_explicit_bonds_gives_the_path_of_the_block(count):
    """Bonds of one size and coupon, one falling due each year: what the block says of them from balances alone."""
    years, base, opening, coupon = 6, 2025, 4000.0, 0.031
    day = np.array([f"{year}-12-20" for year in range(base, base + count)], dtype="datetime64[D]")
    bonds = BondArray(
        face=np.full(count, opening / count), rate=np.full(count, coupon),
        issue=np.full(count, np.datetime64("2015-12-20")), maturity=day, frequency=np.ones(count, dtype=int),
        amortisation=np.full(count, "bullet"), grace_years=np.zeros(count, dtype=int),
        principal_frequency=np.ones(count, dtype=int), call=np.full(count, np.datetime64("NaT"), dtype="datetime64[D]"),
    )  # fmt: skip
    paid = schedule(bonds, range(base, base + years))
    due, interest = paid.principal.sum(axis=1), paid.interest.sum(axis=1)
    block = calibrate_block(opening, remaining_years(opening, due[0]), interest[0], due[0])
    np.testing.assert_allclose(run_off(block, years), (due, interest), rtol=1e-12, atol=1e-9)
    common = {"years": years, "stock": opening, "limit": 5000.0}
    ledger = project_debt(terms(**common, old_due=due, old_interest=interest, old_rate=flat(0, years)))
    without = project_debt(terms(**common, old_due=run_off(block, years)[0], old_rate=flat(coupon, years)))
    for name in ("stock", "repaid", "refinanced", "issued_new", "interest", "fees"):
        np.testing.assert_allclose(getattr(without, name), getattr(ledger, name), rtol=1e-12, err_msg=name)


def test_bonds_of_the_base_year_are_no_part_of_the_ladder():
    """A vintage is due after its tenor, not along the ladder."""
    kept = Vintage(-1, np.asarray(300.0), np.zeros(()), np.asarray(0.02), 3, False)
    path = project_debt(
        terms(
            years=4,
            old_due=flat(500, 4),
            old_rate=flat(0.04, 4),
            carried=(kept,),
            refinancing_share=flat(0, 4),
            new_issue=flat(0, 4),
        )
    )
    assert path.repaid.tolist() == [500.0, 200.0, 300.0, 0.0]
    assert path.interest.round(9).tolist() == [28.0 + 6.0, 8.0 + 6.0, 6.0, 0.0]
    assert path.stock.tolist() == [500.0, 300.0, 0.0, 0.0]


# coupons ---------------------------------------------------------------------------------------------------


def test_the_curve_is_straight_between_its_points_and_level_beyond(monkeypatch):
    points = np.array([3.0, 7.0, 10.0]), np.array([0.015, 0.019, 0.020])
    monkeypatch.setattr(curve, "coupon_curve", lambda: points)
    assert curve.coupon_at(np.array([1, 3, 5, 10, 30])).round(9).tolist() == [0.015, 0.015, 0.017, 0.020, 0.020]


# what a mutant of a line would break --------------------------------------------------------------------------


def test_less_may_be_refinanced_and_swap_bonds_pay_the_fee_of_issue():
    path = project_debt(terms(new_issue=flat(0), less_refinanced=flat(30)))
    assert path.refinanced.tolist() == [50.0] * 3 and path.extra_repaid.tolist() == [30.0] * 3  # 80 % of 100, less 30
    path = project_debt(terms(old_due=flat(0), new_issue=flat(0), swapped=flat(40)))
    assert path.fees.round(9).tolist() == [0.04] * 3  # a thousandth of the 40


def test_a_refinancing_bond_is_issued_in_the_half_year_in_which_the_old_one_falls_due():
    one = {"old_due": flat(0), "old_rate": flat(0), "new_issue": flat(0), "refinancing_share": flat(0.5)}
    due = Vintage(-1, np.array(100.0), np.array(100.0), np.array(0.03), 1, False)
    # Its last coupon of 3; 50 refinanced in June at 2 % pay half a year.
    assert project_debt(terms(**one, carried=(due,))).interest[0] == pytest.approx(3.0 + 0.5)
    small = {**one, "old_due": flat(0.5), "old_early_share": flat(1), "refinancing_share": flat(1)}
    assert project_debt(terms(**small)).interest[0] == pytest.approx(0.5 * 0.02 * 0.5)  # half a 万元 like a million


@pytest.mark.parametrize("name", ["stock", "limit", "amount", "rate"])
def test_each_input_alone_may_hold_the_futures(name):
    def path(value):
        given = {"stock": 1000.0, "limit": 1050.0, "amount": 100.0, "rate": 0.02, name: value}
        one = Vintage(-1, given["amount"], 0.5 * given["amount"], given["rate"], 2, True)
        return project_debt(terms(stock=given["stock"], limit=given["limit"], carried=(one,)))

    several = np.array([900.0, 1010.0]) if name in ("stock", "limit") else np.array([0.01, 60.0])
    both = path(several)
    for at, value in enumerate(several):
        assert both.stock[at].tolist() == path(value).stock.tolist()
        assert both.interest[at] == pytest.approx(path(value).interest)
