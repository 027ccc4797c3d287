"""Budgets that live from their own income: published fund budgets, the order of claims, the 30 % line."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fiscal_model.arithmetic.budgets.funds import (
    FUND_RESOURCES,
    FUND_USES,
    FundSplit,
    FundTerms,
    each_fund,
    pay_together,
    project_funds,
    revenue_of,
)
from fiscal_model.arithmetic.budgets.stock_funds import firm_income, project_insurance, project_state_capital


def flat(value, years=1):
    return np.full(years, float(value))


BASE = FundTerms(
    land_revenue=flat(100), other_revenue=flat(0), transfers=flat(0), proceeds=flat(0), refinanced=flat(0),
    repaid=flat(0), interest=flat(0), fees=flat(0), remitted_share=0.0, land_cost_share=flat(0),
    transfer_out_share=flat(0), carryover_share=0.0, carryover_limit=flat(0.3), covered_by_general=flat(1), carry_in=0.0,
)  # fmt: skip


def numbers(path, *names):
    return [round(float(getattr(path, name)[0]), 6) for name in names]


# published budgets (docs/method.md) ------------------------------------------------------------------


@pytest.mark.parametrize("interest", [0, 9_000, 38_360])
def test_pengshui_2024_closes_on_its_published_sides(interest):
    """彭水 2024: 120318+31621+1888+240600 = 394427 = 150881+7976+46618+29252+159700."""
    path = project_funds(
        replace(
            BASE, land_revenue=flat(100_000), other_revenue=flat(20_318), transfers=flat(31_621), carry_in=1_888.0,
            proceeds=flat(240_600), refinanced=flat(159_700), repaid=flat(159_700), interest=flat(interest),
            remitted_share=7_976 / 120_318, transfer_out_share=flat(46_618 / 120_318),
            carryover_share=29_252 / (120_318 + 31_621),
        )
    )  # fmt: skip
    assert numbers(path, "resources_total", "uses_total") == [394_427, 394_427]
    assert numbers(path, "expenditure", "remitted_up", "transfer_out", "carry_out") == [150_881, 7_976, 46_618, 29_252]
    assert numbers(path, "transfer_in", "gap", "excess_transfer_out") == [0, 0, 0]


GANGU = replace(
    BASE, land_revenue=flat(2_000), other_revenue=flat(1_089), transfers=flat(3_753), carry_in=28_501.0,
    proceeds=flat(25_130), refinanced=flat(11_680), repaid=flat(11_680), carryover_share=7_886 / (3_089 + 3_753),
)  # fmt: skip


def test_gangu_2024_closes_on_its_published_sides():
    """甘谷 2024: 3089+3753+28501+25130 = 60473; spending 40907, principal 11680, carried out 7886."""
    path = project_funds(replace(GANGU, carryover_limit=flat(2.0)))
    assert numbers(path, "resources_total", "uses_total", "expenditure", "carry_out") == [60_473, 60_473, 40_907, 7_886]


def test_what_is_carried_above_thirty_percent_moves_to_the_general_budget():
    path = project_funds(GANGU)
    line = 0.3 * (3_089 + 3_753)
    assert numbers(path, "carry_out", "excess_transfer_out", "transfer_out") == [line, 7_886 - line, 7_886 - line]
    assert numbers(path, "uses_total", "expenditure") == [60_473, 40_907]


# order of claims -------------------------------------------------------------------------------------------

CLAIMS = replace(
    BASE, interest=flat(20), fees=flat(1), repaid=flat(30), refinanced=flat(24), proceeds=flat(34), transfers=flat(7),
    remitted_share=0.05, land_cost_share=flat(0.4), transfer_out_share=flat(0.1), carryover_share=0.1,
)  # fmt: skip
"""Debt service of 27 from own money, 5 remitted, land costs 40, 10 to the general budget, 10.7 kept."""


@pytest.mark.parametrize(
    ("land", "land_cost", "out", "kept", "spent", "asked"),
    [
        (200, 80, 20, 20.7, 42.3, 0),
        (100, 40, 10, 10.7, 7.3, 0),
        (80, 32, 8, 8.7, 0.3, 0),
        (70, 28, 7, 4.5, 0, 0),
        (60, 24, 6, 0, 0, 0),
        (40, 16, 0, 0, 0, 0),
        (20, 8, 0, 0, 0, 8),
        (0, 0, 0, 0, 0, 27),
    ],
)
def test_claims_are_met_in_order(land, land_cost, out, kept, spent, asked):
    path = project_funds(replace(CLAIMS, land_revenue=flat(land)))
    names = ("land_cost", "transfer_out", "carry_out", "other_spending", "transfer_in", "debt_gap")
    assert numbers(path, *names) == pytest.approx([land_cost, out, kept, spent, asked, 0])
    # 40 less 2 remitted less 27 of debt service leave 11 of the 16 that land costs; it was cut to 11 and called balanced.
    assert numbers(path, "land_cost_gap", "gap") == pytest.approx([{40: 5, 20: 8}.get(land, 0)] * 2)
    # Tied: grants of 7 and new bonds of 10 are always spent, and so are interest and fees.
    assert numbers(path, "expenditure") == pytest.approx([20 + 1 + 17 + land_cost + spent])
    assert numbers(path, "resources_total") == pytest.approx(numbers(path, "uses_total"))


@pytest.mark.parametrize(("share", "asked", "gap"), [(1.0, 27, 0), (0.4, 10.8, 16.2), (0.0, 0, 27)])
def test_a_shortfall_of_debt_service_is_covered_or_printed(share, asked, gap):
    path = project_funds(replace(CLAIMS, land_revenue=flat(0), covered_by_general=flat(share)))
    assert numbers(path, "transfer_in", "gap") == pytest.approx([asked, gap])
    assert numbers(path, "resources_total") == pytest.approx(numbers(path, "uses_total"))


def test_carry_over_comes_back_next_year():
    path = project_funds(
        FundTerms(**{
            name: np.full(3, value[0]) if isinstance(value, np.ndarray) else value
            for name, value in replace(BASE, carryover_share=0.2, carry_in=5.0).__dict__.items()
        })
    )  # fmt: skip
    assert path.carry_in.tolist() == [5, 20, 20]
    assert path.carry_out.tolist() == [20, 20, 20]
    assert path.expenditure.tolist() == [85, 100, 100]


def test_a_path_axis_gives_the_same_as_one_by_one():
    land = np.random.default_rng(2).uniform(0, 200, (5, 4))
    terms = FundTerms(**{
        name: np.full(4, value[0]) if isinstance(value, np.ndarray) else value for name, value in CLAIMS.__dict__.items()
    })  # fmt: skip
    together = project_funds(replace(terms, land_revenue=land))
    for path in range(5):
        alone = project_funds(replace(terms, land_revenue=land[path]))
        for name in alone.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(together, name)[path], getattr(alone, name))


# state capital ---------------------------------------------------------------------------------------------


def test_firms_pay_on_profit_after_old_losses_and_the_statutory_reserve():
    columns = [
        [1150.0, 690.0, -140.0, 420.0], [180.0, 0.0, 260.0, 60.0], [1.0, 1.0, 1.0, 0.7],
        [0.2, 0.2, 0.15, 0.15], [0.02, 0.03, 0.05, 0.04],
    ]  # fmt: skip
    paid = firm_income(*(np.array(column) for column in columns), years=2, reserve=0.1)
    first = [(1150 * 1.02 - 180) * 0.9 * 0.2, 690 * 1.03 * 0.9 * 0.2, 0.0, (420 * 1.04 - 60) * 0.9 * 0.7 * 0.15]
    np.testing.assert_allclose(paid[0], first)
    np.testing.assert_allclose(paid[1, 0], 1150 * 1.02**2 * 0.9 * 0.2)


def test_state_capital_spends_what_it_does_not_transfer():
    path = project_state_capital(np.array([100.0, 80.0]), np.array([5.0, 5.0]), np.array([0.3, 1.0]), 7.0)
    assert path.transfer_out.tolist() == [30.0, 80.0]
    assert path.expenditure.tolist() == [82.0, 5.0]
    assert (path.revenue + path.transfers + path.carry_in).tolist() == [112.0, 85.0]
    assert (path.expenditure + path.transfer_out + path.carry_out).tolist() == [112.0, 85.0]
    assert path.carry_in.tolist() == [7.0, 0.0]


# social insurance ------------------------------------------------------------------------------------------


def test_two_schemes_roll_forward():
    own, subsidy = np.array([[100.0, 50.0], [100.0, 50.0]]), np.array([[10.0, 5.0], [10.0, 5.0]])
    path = project_insurance(own, subsidy, np.array([[90.0, 60.0], [99.0, 66.0]]), np.array([200.0, 30.0]))
    assert path.revenue.tolist() == [[110, 55], [110, 55]]
    assert path.stock.tolist() == [[220, 25], [231, 14]]
    assert path.own_balance.tolist() == [[20, -5], [11, -11]]
    assert path.subsidy.tolist() == [[10, 5], [10, 5]]
    assert not path.shortfall.any()


def test_a_scheme_that_cannot_pay_is_made_up_for_and_never_by_another():
    """30 + 40 - 60 leaves 10; 10 + 40 - 60 lacks 10; then every year lacks 20, whatever the other scheme holds."""
    own, spent = np.tile([500.0, 40.0], (3, 1)), np.tile([90.0, 60.0], (3, 1))
    path = project_insurance(own, np.zeros((3, 2)), spent, np.array([200.0, 30.0]))
    assert path.stock[:, 1].tolist() == [10, 0, 0]
    assert path.shortfall.tolist() == [[0, 0], [0, 10], [0, 20]]
    assert path.revenue[:, 1].tolist() == [40, 50, 60]
    assert path.own_balance[:, 1].tolist() == [-20, -20, -20]


@settings(max_examples=60, deadline=None)
@given(
    arrays(float, (4, 3), elements=st.integers(0, 900)), arrays(float, (4, 3), elements=st.integers(0, 900)),
    arrays(float, 3, elements=st.integers(0, 900)), st.integers(0, 3), st.integers(0, 2), st.integers(1, 500),
)  # fmt: skip
def test_one_more_yuan_of_benefits_is_paid_once(own, spent, opening, year, scheme, more):
    """It comes out of the scheme's own balance or out of the general budget, and no other scheme moves."""
    before = project_insurance(own, own * 0, spent, opening)
    dearer = spent.copy()
    dearer[year, scheme] += more
    after = project_insurance(own, own * 0, dearer, opening)
    drawn = before.stock[-1] - after.stock[-1]
    added = (after.shortfall - before.shortfall).sum(axis=0)
    assert (drawn + added).tolist() == [more if at == scheme else 0 for at in range(3)]
    assert (after.stock >= 0).all() and (after.shortfall >= 0).all()


# fund by fund ------------------------------------------------------------------------------------------------

SPLIT = FundSplit(
    land=np.array([1.0, 0.0, 0.0, 0.0]), other=np.array([[0.0, 0.5, 0.2, 0.3]]), grants=np.array([0.0, 0.0, 0.0, 1.0]),
    debtor=np.array([0.0, 1.0, 0.0, 0.0]), carry_in=np.array([6.0, 2.0, 1.0, 4.0]),
    excess=np.zeros(4),
    carryover_share=np.array([0.5, 0.1, 0.1, 0.4]), own_spending=np.array([0.2, 0.0, 0.0, 0.0]),
    serves_others=np.array([True, False, False, False]), may_give=np.array([True, False, False, False]),
    gives_excess=np.array([True, False, False, False]),
)  # fmt: skip
"""Land, whose money is free; project income that pays its bonds; a lottery; a fund that also gets the grants."""
FOUR = replace(CLAIMS, land_revenue=flat(100), other_revenue=flat(40), carry_in=13.0, split=SPLIT)


def both_sides(found):
    return [sum(found[name] for name in side) for side in (FUND_RESOURCES, FUND_USES)]


def test_four_funds_by_hand():
    """Service 27 is the project fund's: it has 20 + 2 - 1 = 21 and pays 21; land helps with 6 and nobody else does."""
    found = {name: values[0].round(6).tolist() for name, values in each_fund(FOUR).items()}
    assert found["revenue"] == [100, 20, 8, 12]
    assert found["service"] == [6, 21, 0, 0]
    assert found["land_cost"] == [40, 0, 0, 0]
    # Land: 100 + 6 - 5 - 6 - 40 = 55; its own spending goes on with 20; a tenth of 100 is moved; 25 of 50 are kept.
    assert [a - b for a, b in zip(found["transfer_out"], found["excess_transfer_out"], strict=True)] == [10, 0, 0, 0]
    assert found["carry_out"] == [25, 0, 0.8, 5.7]
    # Lottery: 8 + 1 - 0.4 = 8.6, 0.8 kept. Grants: 12 + 4 - 0.6 = 15.4; 7.6 kept, 0.3 x 19 = 5.7 may be: the rest is spent.
    assert found["other_spending"] == [20, 0, 7.8, 9.7]
    assert found["excess_transfer_out"] == [0, 0, 0, 0]
    np.testing.assert_allclose(*both_sides(each_fund(FOUR)))


def test_land_above_thirty_percent_moves_and_a_tied_fund_spends_it():
    found = each_fund(replace(FOUR, land_revenue=flat(200)))
    # Land: 200 + 6 - 10 - 6 - 80 = 110, own 40, moved 20; 50 are left and kept, 0.3 x 200 = 60 may be.
    assert found["carry_out"][0].round(6).tolist() == [50, 0, 0.8, 5.7]
    found = each_fund(replace(FOUR, land_revenue=flat(200), carryover_limit=flat(0.1)))
    assert found["carry_out"][0].round(6).tolist() == [20, 0, 0.8, 1.9]
    assert found["excess_transfer_out"][0].round(6).tolist() == [30, 0, 0, 0]
    assert found["other_spending"][0].round(6).tolist() == [40, 0, 7.8, 13.5]


TIED = [(1, "project income"), (2, "lottery"), (3, "grants' fund")]


@pytest.mark.parametrize(("fund", "_"), TIED)
@pytest.mark.parametrize("land", [0.0, 5.0, 60.0, 300.0])
def test_more_tied_money_never_lowers_another_gap(fund, _, land):
    """One more yuan a tied fund carries in: another fund's gap, and what the general budget gets, stay as they are."""
    years = 3
    terms = _over(years, replace(FOUR, land_revenue=flat(land), interest=flat(40), covered_by_general=flat(0.5)))
    more = np.array(SPLIT.carry_in)
    more[fund] += 1.0
    before, after = each_fund(terms), each_fund(replace(terms, split=replace(terms.split, carry_in=more)))
    others = [other for other in range(4) if other != fund]
    for name in ("gap", "land_cost", "transfer_in"):
        np.testing.assert_allclose(after[name][:, others], before[name][:, others], err_msg=name)
    np.testing.assert_array_equal(after["transfer_out"][:, TIED_FUNDS], 0)
    # What the land fund no longer lends to projects stays with land; nothing of a lottery or a grant gets there.
    if fund != 1:
        for name in before:
            np.testing.assert_allclose(after[name][:, others], before[name][:, others], err_msg=name)


TIED_FUNDS = [1, 2, 3]


def _over(years, terms):
    """The same terms in each of several years."""
    kept = {
        name: np.full(years, value[0]) if isinstance(value, np.ndarray) else value
        for name, value in vars(terms).items()
    }
    split = terms.split and replace(terms.split, other=np.repeat(terms.split.other, years, axis=0))
    return FundTerms(**kept | {"split": split})


@pytest.mark.parametrize("land", [0, 10, 40, 100])
def test_the_order_of_the_funds_changes_nothing(land):
    order = np.array([3, 1, 0, 2])
    turned = FundSplit(**{name: value[..., order] for name, value in vars(SPLIT).items()})
    terms = replace(FOUR, land_revenue=flat(land), interest=flat(60), covered_by_general=flat(0.3))
    path, other = project_funds(terms), project_funds(replace(terms, split=turned))
    for name in path.__dataclass_fields__:
        np.testing.assert_allclose(getattr(path, name), getattr(other, name), atol=1e-9, err_msg=name)


@pytest.mark.parametrize("land", [0.0, 20.0, 45.0, 80.0, 150.0, 400.0])
@pytest.mark.parametrize("claim", ["land_cost", "interest"])
def test_one_more_yuan_of_cost_raises_a_gap_or_lowers_a_balance_by_one_yuan(land, claim):
    """Of land costs and of debt service: exactly one yuan more is missing or one yuan less is left, never neither."""
    terms = replace(FOUR, land_revenue=flat(land), covered_by_general=flat(0.4))
    more = replace(terms, interest=flat(21))
    if claim == "land_cost":
        terms = replace(terms, land_revenue=flat(max(land, 10)))
        more = replace(terms, land_cost_share=terms.land_cost_share + 1 / terms.land_revenue)
    before, after = project_funds(terms), project_funds(more)
    change = {name: float(getattr(after, name)[0] - getattr(before, name)[0]) for name in before.__dataclass_fields__}
    missing = {name: change[name] for name in ("gap", "transfer_in")}
    left = {name: -change[name] for name in ("carry_out", "transfer_out", "other_spending")}
    assert sum(missing.values()) + sum(left.values()) == pytest.approx(1)
    assert min(*missing.values(), *left.values()) >= -1e-9
    assert change["expenditure"] == pytest.approx(1 + change["other_spending"])


def test_only_funds_that_may_give_count_for_the_planned_transfer():
    assert revenue_of(SPLIT, SPLIT.may_give, flat(100), flat(40)).tolist() == [100]
    assert revenue_of(None, SPLIT.may_give, flat(100), flat(40)).tolist() == [140]


@pytest.mark.parametrize("land", [0, 5, 30, 100, 300])
@pytest.mark.parametrize("interest", [0, 40, 400])
def test_every_fund_closes_and_the_funds_make_the_budget(land, interest):
    terms = replace(FOUR, land_revenue=flat(land), interest=flat(interest), covered_by_general=flat(0.6))
    found, path = each_fund(terms), project_funds(terms)
    np.testing.assert_allclose(*both_sides(found), atol=1e-9)
    for name in ("revenue", "carry_in", "transfer_in", "gap", "debt_gap", "land_cost_gap", "land_cost", "other_spending", "expenditure", "remitted_up",
                 "transfer_out", "excess_transfer_out", "carry_out"):  # fmt: skip
        np.testing.assert_allclose(found[name].sum(axis=-1), getattr(path, name), atol=1e-9, err_msg=name)
        assert (found[name] >= -1e-9).all(), name
    assert (found["carry_out"] <= 0.3 * (found["revenue"] + found["transfers"]) + 1e-9).all()


def test_funds_of_thousands_of_paths_are_the_same_as_one_by_one():
    land = np.random.default_rng(5).uniform(0, 200, (7, 1))
    together = each_fund(replace(FOUR, land_revenue=land))
    for path in range(7):
        alone = each_fund(replace(FOUR, land_revenue=land[path]))
        for name, values in alone.items():
            np.testing.assert_array_equal(together[name][path], values)


def test_without_registered_carryover_every_fund_keeps_the_share_of_the_whole():
    """The fault of old: the total was carried by whoever had money, so a fund's carry-over could fill with another's."""
    found = each_fund(replace(FOUR, split=replace(SPLIT, carryover_share=np.full(4, 0.1))))
    assert found["carry_out"][0].round(6).tolist() == [10, 0, 0.8, 1.9]


def test_purses_pay_in_proportion_and_never_more_than_they_hold():
    purses = [np.array([10.0, 0.0]), np.array([30.0, 0.0]), np.array([0.0, 5.0])]
    paid = pay_together(purses, np.array([20.0, 9.0]))
    assert [part.tolist() for part in paid] == [[5, 0], [15, 0], [0, 5]]


def test_losses_are_carried_until_profits_have_used_them_up():
    one = lambda value: np.array([float(value)])  # noqa: E731
    paid = firm_income(one(100), one(250), one(1), one(0.2), one(0), years=4, reserve=0.1)
    np.testing.assert_allclose(paid.ravel(), [0, 0, 50 * 0.9 * 0.2, 100 * 0.9 * 0.2])


def test_what_the_base_year_left_above_the_line_moves_in_the_first_year_once():
    """Land left 6 with 4 above its line: 4 go; the lottery's excess of 1 is tied, stays, and is spent on its use."""
    before = project_funds(FOUR)
    late = project_funds(replace(FOUR, split=replace(SPLIT, excess=np.array([4.0, 0.0, 1.0, 0.0]))))
    above = late.excess_transfer_out - before.excess_transfer_out
    assert above[0] == pytest.approx(4.0) and (late.resources_total == before.resources_total).all()
    moved = late.transfer_out + late.other_spending + late.carry_out
    np.testing.assert_allclose(moved, before.transfer_out + before.other_spending + before.carry_out)
    poor = replace(FOUR, interest=flat(500), split=replace(SPLIT, excess=np.array([4.0, 0.0, 0.0, 0.0])))
    assert project_funds(poor).excess_transfer_out[0] == 0  # debt service comes first
