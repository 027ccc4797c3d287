"""The general budget balanced by hand, where the legal order has one answer (docs/method.md)."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_balance import balance

from fiscal_model.arithmetic.budgets.waterfall import (
    LEGAL_STEPS,
    SHORTAGE_STEPS,
    STEPS,
    TOPUP_STEPS,
    GeneralTerms,
    balance_general,
    cut_rows,
)
from fiscal_model.law.balance_steps import balance_steps
from fiscal_model.report.tables.risk_tables import waterfall_table
from fiscal_model.words.vocabulary import QUALITIES

YEARS = 3


def flat(value):
    return np.full(YEARS, float(value))


ZERO = flat(0)
EVEN = GeneralTerms(
    own_revenue=flat(200), general_purpose=flat(700), earmarked=flat(100), proceeds=ZERO, transfer_in=ZERO,
    other_resources=ZERO, remitted_up=flat(100), principal=ZERO, transfer_out=ZERO, other_uses=ZERO, carry_out=flat(10),
    protected=flat(600), tied_by_bonds=ZERO, guarantees_from_above=ZERO, flexible=flat(191), projects=ZERO,
    old_carryover=ZERO, extra_transfer_in=ZERO, reserve_rate=flat(0.01), stabilization_cap=flat(0.05),
    development_cut=ZERO, operations_cut=ZERO, rescue_limit=ZERO, revolving_limit=0.01, carry_in=10.0,
    stabilization_stock=20.0,
)  # fmt: skip
"""Spending of 600 + 100 + 191 = 891 and a reserve of 9 make 900: 1 010 on both sides, nothing left and nothing short."""


def at(path, *steps):
    return [path.steps[step].round(6).tolist() for step in steps]


def test_an_even_budget_needs_no_step():
    path = balance_general(EVEN)
    assert path.resources_total.round(9).tolist() == path.uses_total.round(9).tolist() == [1010, 1010, 1010]
    assert path.reserve.round(9).tolist() == [9, 9, 9]
    assert path.expenditure.round(9).tolist() == [900, 900, 900]
    for step, values in path.steps.items():
        np.testing.assert_allclose(values, 0, atol=1e-9, err_msg=step)


def test_a_surplus_fills_the_fund_to_its_cap_then_waits():
    path = balance_general(replace(EVEN, own_revenue=flat(220)))
    # The cap is 5 % of 900 = 45: 20 in the fund take 20, then 5, then nothing.
    assert at(path, "surplus_to_fund", "surplus_unallocated") == [[20, 5, 0], [0, 15, 20]]
    assert path.stabilization_stock.round(6).tolist() == [40, 45, 45]
    # What waits for allocation keeps its own reserve of 1 %.
    assert path.unallocated.round(6).tolist() == [0, 14.85, 19.8]
    assert path.reserve.round(6).tolist() == [9, 9.15, 9.2]
    assert path.uses_total.round(6).tolist() == [1030, 1030, 1030]


def test_each_measure_is_used_up_before_the_next():
    terms = replace(
        EVEN, own_revenue=flat(0), old_carryover=flat(14.85), extra_transfer_in=flat(12), projects=flat(29.7),
        flexible=flat(161.3), development_cut=flat(15.84 / 161.3), operations_cut=flat(7.92 / 161.3),
        rescue_limit=flat(0.02),
    )  # fmt: skip
    path = balance_general(terms)
    # 200 short. The fund gives 20, old carry-over 15 (14.85 and its reserve of 1 %), state capital 12, projects 30 and
    # development 16, running costs 8, rescue 18; 81 remain. Next year the fund is empty and rescue must be repaid.
    assert at(path, *LEGAL_STEPS) == [[0, 0, 0]] * 4
    assert at(path, *SHORTAGE_STEPS, "gap") == [
        [20, 0, 0], [15, 15, 15], [12, 12, 12], [46, 46, 46], [8, 8, 8], [18, 18, 18],
        [81, 119, 119],
    ]  # fmt: skip
    assert path.rescue_repaid.round(6).tolist() == [0, 18, 18]
    assert path.funding_gap.round(6).tolist() == [81, 119, 119]
    assert path.project_spending.round(6).tolist() == [0, 0, 0]
    assert path.flexible_spending.round(6).tolist() == [137.54, 137.54, 137.54]
    assert path.earmarked_spending.round(6).tolist() == [85.15, 85.15, 85.15]
    assert path.reserve.round(6).tolist() == [8.31, 8.31, 8.31]
    assert path.expenditure.round(6).tolist() == [831, 831, 831]
    assert path.resources_total.round(6).tolist() == path.uses_total.round(6).tolist()


MEASURES = (
    ("draw", {"stabilization_stock": 20.0}),
    ("recover_carryover", {"old_carryover": flat(19.8)}),
    ("extra_transfer_in", {"extra_transfer_in": flat(20)}),
    ("cut_projects", {"development_cut": flat(19.8 / 191)}),
    ("cut_operations", {"operations_cut": flat(19.8 / 191)}),
    ("rescue", {"rescue_limit": flat(20 / 900)}),
)


@pytest.mark.parametrize("count", range(len(MEASURES)))
def test_the_first_measure_at_hand_is_the_one_taken(count):
    given = {name: value for _, change in MEASURES[count:] for name, value in change.items()}
    path = balance_general(replace(EVEN, own_revenue=flat(180), **{"stabilization_stock": 0.0, **given}))
    first = {step: path.steps[step][0] for step in SHORTAGE_STEPS if path.steps[step][0] > 1e-9}
    assert first == {MEASURES[count][0]: pytest.approx(20)}


def test_nothing_at_hand_leaves_the_gap():
    path = balance_general(replace(EVEN, own_revenue=flat(180), stabilization_stock=0.0))
    assert path.funding_gap.round(6).tolist() == [20, 20, 20]
    assert path.resources_total.round(6).tolist() == [1010, 1010, 1010]


def test_rescue_is_repaid_out_of_next_years_money():
    revenue = np.array([180.0, 200.0, 200.0])
    path = balance_general(replace(EVEN, own_revenue=revenue, stabilization_stock=0.0, rescue_limit=flat(0.05)))
    assert path.rescue_in.round(6).tolist() == [20, 20, 20]
    assert path.rescue_repaid.round(6).tolist() == [0, 20, 20]
    assert path.funding_gap.round(6).tolist() == [0, 0, 0]


def test_old_carryover_is_recovered_only_where_it_is_spent():
    path = balance_general(
        replace(EVEN, own_revenue=flat(0), stabilization_stock=0.0, old_carryover=np.array([500.0, 0.0, 0.0]))
    )
    np.testing.assert_allclose(path.steps["recover_carryover"], [100 / 0.99, 0, 0])
    assert path.earmarked_spending.round(6).tolist() == [0, 100, 100]


def test_earmarked_money_pays_its_guarantees_first():
    path = balance_general(replace(EVEN, guarantees_from_above=flat(130)))
    assert path.earmarked_spending.tolist() == [0, 0, 0]
    path = balance_general(replace(EVEN, guarantees_from_above=flat(60)))
    assert path.earmarked_spending.tolist() == [40, 40, 40]


def test_a_budget_without_flexible_spending_cuts_nothing():
    """Where the duties found exceed what was spent, flexible spending comes out negative: there is nothing to cut."""
    terms = replace(EVEN, flexible=flat(-50), protected=flat(900), development_cut=flat(0.1), operations_cut=flat(0.05))
    path = balance_general(terms)
    assert at(path, "cut_projects", "cut_operations") == [[0, 0, 0], [0, 0, 0]]
    for step, values in path.steps.items():
        assert (values >= 0).all(), step


@pytest.mark.parametrize("rate", [0.01, 0.02, 0.03])
@pytest.mark.parametrize("own_revenue", [0, 180, 200, 400])
def test_the_reserve_is_its_share_of_all_spending(rate, own_revenue):
    cuts = {"development_cut": flat(0.1), "operations_cut": flat(0.1), "old_carryover": flat(5)}
    path = balance_general(replace(EVEN, own_revenue=flat(own_revenue), reserve_rate=flat(rate), **cuts))
    np.testing.assert_allclose(path.reserve / path.expenditure, rate)


def test_leading_axes_give_the_same_as_one_by_one():
    generator = np.random.default_rng(3)
    revenue = 200 * np.exp(generator.normal(0, 0.5, (4, 6, YEARS)))
    transfers = 700 * np.exp(generator.normal(0, 0.05, (4, 6, YEARS)))
    terms = replace(
        EVEN, projects=flat(20), development_cut=flat(0.1), operations_cut=flat(0.05), rescue_limit=flat(0.01),
        extra_transfer_in=flat(5), old_carryover=flat(4),
    )  # fmt: skip
    together = balance_general(replace(terms, own_revenue=revenue, general_purpose=transfers))
    assert together.funding_gap.max() > 0
    assert together.unallocated.max() > 0
    for where in np.ndindex(4, 6):
        alone = balance_general(replace(terms, own_revenue=revenue[where], general_purpose=transfers[where]))
        for field in fields(alone):
            if field.name != "steps":
                np.testing.assert_array_equal(getattr(together, field.name)[where], getattr(alone, field.name))
        for step, values in alone.steps.items():
            np.testing.assert_array_equal(together.steps[step][where], values)


def test_every_step_has_a_name_and_a_rule():
    assert list(STEPS)[-1] == "gap"
    assert tuple(balance_steps())[: len(STEPS)] == STEPS
    for step in balance_steps().values():
        assert step.label
        assert step.source
        assert step.quality in QUALITIES


# what happens by itself ------------------------------------------------------------------------------------


def test_old_carryover_that_closes_no_shortage_goes_to_the_fund():
    path = balance_general(replace(EVEN, old_carryover=np.array([9.9, 0.0, 0.0])))
    # 9.9 and its reserve of 0.1 leave spending; with 20 in the fund that is 30 of 45.
    assert at(path, "surplus_carryover", "surplus_to_fund") == [[10, 0, 0], [0, 0, 0]]
    assert path.stabilization_stock.round(6).tolist() == [30, 30, 30]
    assert path.earmarked_spending.round(6).tolist() == [90.1, 100, 100]
    assert path.resources_total.round(6).tolist() == path.uses_total.round(6).tolist()


def test_fund_money_above_its_line_goes_to_the_stabilization_fund_whatever_the_cap():
    path = balance_general(replace(EVEN, transfer_in=flat(40), fund_excess=flat(30)))
    assert at(path, "surplus_from_funds", "surplus_to_fund", "surplus_unallocated") == [
        [30, 30, 30], [0, 0, 0], [10, 10, 10],
    ]  # fmt: skip
    assert path.stabilization_stock.round(6).tolist() == [50, 80, 110]


def test_the_revolving_fund_stays_within_one_percent_and_is_never_overdrawn():
    terms = replace(EVEN, own_revenue=flat(220), revolving_stock=4.0)
    up = balance_general(replace(terms, revolving_topup=flat(3)))
    assert up.revolving_topup.round(6).tolist() == [3, 2, 0]  # 1 % of 900 is 9
    down = balance_general(replace(terms, revolving_topup=flat(-3)))
    assert down.revolving_topup.round(6).tolist() == [-3, -1, 0]
    assert at(down, "surplus_from_funds") == [[3, 1, 0]]
    for path in (up, down):
        assert path.resources_total.round(6).tolist() == path.uses_total.round(6).tolist()


def test_a_revolving_fund_above_one_percent_is_drawn_back_unasked():
    path = balance_general(replace(EVEN, own_revenue=flat(220), revolving_stock=30.0, revolving_topup=flat(5)))
    # 1 % of 900 is 9: 21 go into the stabilisation fund, whatever its cap, in a shortage they close it.
    assert path.revolving_topup.round(6).tolist() == [-21, 0, 0]
    assert at(path, "surplus_from_funds") == [[21, 0, 0]]
    short = balance_general(replace(EVEN, own_revenue=flat(190), revolving_stock=30.0))
    assert short.steps["draw"].round(6).tolist() == [0, 10, 10]
    assert short.steps["surplus_from_funds"].round(6).tolist() == [11, 0, 0]


def test_superior_money_kept_too_long_goes_back_and_pays_nothing_here():
    path = balance_general(replace(EVEN, returned=np.array([30.0, 0.0, 500.0])))
    assert path.returned.tolist() == [30, 0, 100]  # never more than the money there is
    assert path.earmarked_spending.tolist() == [70, 100, 0]
    # Only the reserve on the spending that falls away is freed.
    assert at(path, "surplus_to_fund", "gap") == [[round(30 / 99, 6), 0, round(100 / 99, 6)], [0, 0, 0]]
    assert path.resources_total.round(6).tolist() == path.uses_total.round(6).tolist()


def test_without_measures_a_shortage_stays_open():
    terms = replace(EVEN, own_revenue=flat(180), projects=flat(30), rescue_limit=flat(0.1), measures=False)
    path = balance_general(terms)
    assert at(path, *SHORTAGE_STEPS) == [[0, 0, 0]] * 6
    assert path.funding_gap.round(2).tolist() == [50.3, 50.3, 50.3]
    assert path.stabilization_stock.tolist() == [20, 20, 20]


def test_the_fund_may_be_spared_until_cuts_are_made():
    terms = replace(EVEN, own_revenue=flat(180), operations_cut=flat(0.05))
    usual = balance_general(terms)
    spared = balance_general(replace(terms, order=("cut_operations", "draw", "rescue")))
    assert usual.steps["draw"][0] == pytest.approx(20) and usual.steps["cut_operations"][0] == 0
    assert spared.steps["cut_operations"][0] == pytest.approx(0.05 * 191 / 0.99)
    assert spared.steps["draw"][0] == pytest.approx(20 - 0.05 * 191 / 0.99)


# rows --------------------------------------------------------------------------------------------------------


def test_the_last_row_is_cut_first():
    rows = np.array([[50.0, 30.0, 20.0]] * 4)
    cut = cut_rows(rows, np.array([0.0, 20.0, 60.0, 500.0]))
    assert cut.tolist() == [[0, 0, 0], [0, 0, 20], [10, 30, 20], [50, 30, 20]]


amounts = st.floats(0, 300).map(lambda value: round(value, 2))


@given(st.lists(st.lists(amounts, min_size=3, max_size=3), min_size=19, max_size=19), st.permutations(SHORTAGE_STEPS[:-1]),
       st.booleans(), st.floats(-20, 20))  # fmt: skip
def test_plain_python_finds_the_same_balance(given, order, measures, revolving):
    names = [
        field.name for field in fields(GeneralTerms)
        if isinstance(getattr(EVEN, field.name), np.ndarray) and field.name not in {
            "reserve_rate", "stabilization_cap", "development_cut", "operations_cut", "rescue_limit"}
    ]  # fmt: skip
    values = dict(zip(names, given, strict=False))
    values["own_revenue"] = [4 * value for value in values["own_revenue"]]
    shares = {
        "reserve_rate": [0.01, 0.02, 0.03], "stabilization_cap": [0.05] * 3, "development_cut": [0.1] * 3,
        "operations_cut": [0.05] * 3, "rescue_limit": [0.01] * 3, "fund_excess": [5.0, 0.0, 40.0],
        "revolving_topup": [revolving] * 3, "returned": [0.0, 12.0, 400.0],
    }  # fmt: skip
    opening = {"revolving_limit": 0.01, "carry_in": 10.0, "stabilization_stock": 20.0, "revolving_stock": 3.0}
    whole = (*order, "rescue")
    plain = balance({**values, **shares, **opening}, whole, measures)
    arrays = {name: np.array(value, dtype=float) for name, value in (values | shares).items()}
    path = balance_general(GeneralTerms(**arrays, **opening, order=whole, measures=measures))
    for year, expected in enumerate(plain):
        for step in STEPS:
            assert path.steps[step][year] == pytest.approx(expected[step], abs=1e-6), step
        assert path.stabilization_stock[year] == pytest.approx(expected["fund"], abs=1e-6)
        assert path.revolving_stock[year] == pytest.approx(expected["revolving"], abs=1e-6)
    np.testing.assert_allclose(path.resources_total, path.uses_total, atol=1e-6)


@given(st.floats(0, 400), st.floats(0, 100), st.permutations(SHORTAGE_STEPS[:-1]))
def test_more_money_never_raises_the_gap(own, more, order):
    terms = replace(
        EVEN, own_revenue=flat(own), projects=flat(20), development_cut=flat(0.1), operations_cut=flat(0.05),
        rescue_limit=flat(0.02), old_carryover=np.array([8.0, 0.0, 0.0]), order=(*order, "rescue"),
    )  # fmt: skip
    less, richer = balance_general(terms), balance_general(replace(terms, own_revenue=flat(own + more)))
    assert (richer.funding_gap.cumsum() <= less.funding_gap.cumsum() + 1e-6).all()


@given(st.floats(0.01, 100))
def test_money_counted_otherwise_balances_alike(scale):
    terms = replace(EVEN, own_revenue=np.array([150.0, 230.0, 170.0]), operations_cut=flat(0.05), projects=flat(9))
    free = {"reserve_rate", "stabilization_cap", "development_cut", "operations_cut", "rescue_limit"}
    scaled = {
        field.name: getattr(terms, field.name) * scale
        for field in fields(terms)
        if field.name not in free and isinstance(getattr(terms, field.name), np.ndarray | float)
    }
    one, other = balance_general(terms), balance_general(replace(terms, **scaled))
    for step in STEPS:
        np.testing.assert_allclose(other.steps[step], one.steps[step] * scale, rtol=1e-9, atol=1e-9)


def test_what_fills_the_fund_is_no_measure():
    assert set(TOPUP_STEPS) < set(LEGAL_STEPS)
    assert not set(LEGAL_STEPS) & set(SHORTAGE_STEPS)
    assert set(STEPS) == {*LEGAL_STEPS, *SHORTAGE_STEPS, "gap"}
    assert SHORTAGE_STEPS[-1] == "rescue"


def test_what_waits_for_allocation_is_one_figure(plan_of):
    # Lijiang's surplus beyond the fund's cap: table 17 used to print it with the reserve on it, table 06 without.
    plan = plan_of("lijiang")
    rows = {row.line: np.array(row.values[2:], dtype=float) for row in waterfall_table(plan).rows}
    np.testing.assert_array_equal(rows["step_surplus_unallocated"], plan.line("unallocated"))
    reserve = plan.basis.assumed.path("reserve_rate") / (1 - plan.basis.assumed.path("reserve_rate"))
    np.testing.assert_allclose(rows["step_reserve_unallocated"], plan.line("unallocated") * reserve)
    np.testing.assert_allclose(
        rows["step_surplus_unallocated"] + rows["step_reserve_unallocated"], plan.steps["surplus_unallocated"]
    )


def test_each_year_of_each_future_cuts_its_own_rows():
    rows = np.array([[[50.0, 30.0, 20.0], [10.0, 0.0, 40.0]], [[5.0, 5.0, 5.0], [1.0, 2.0, 3.0]]])
    cut = np.array([[35.0, 45.0], [5.0, 4.0]])  # the last row first
    assert cut_rows(rows, cut).tolist() == [[[0, 15, 20], [5, 0, 40]], [[0, 0, 5], [0, 1, 3]]]


@pytest.mark.parametrize("name", ["own_revenue", "general_purpose", "transfer_out"])
def test_each_side_alone_may_hold_the_futures(name):
    several = getattr(EVEN, name) + np.array([[0.0], [30.0]])
    both = balance_general(replace(EVEN, **{name: several})).uses_total
    alone = [balance_general(replace(EVEN, **{name: one})).uses_total.tolist() for one in several]
    assert both.tolist() == alone
