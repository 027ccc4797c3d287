"""Losses of pools against what can be worked by hand: the binomial, Vasicek's formula, a drawn sample; what a stop rule caps."""

from math import comb

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from fiscal_model.arithmetic.risk.contingent_cash import (
    adequacy,
    bridged,
    calls_at,
    calls_expected,
    cash_called,
    given_back,
    guarantee_headroom,
    interest_subsidy,
    lent_in_a_year,
    loss_borne,
    roll_pool,
)
from fiscal_model.arithmetic.risk.credit_loss import MOST_COUNTED, default_shares

LEVELS = np.array([0.5, 0.9, 0.99, 0.999])


@pytest.mark.parametrize(("chance", "many"), [(0.03, 40), (0.5, 7), (0.002, 300)])
def test_without_correlation_the_defaults_are_binomial(chance, many):
    found = default_shares(chance, 0.0, many)
    by_hand = [comb(many, k) * chance**k * (1 - chance) ** (many - k) for k in range(many + 1)]
    np.testing.assert_allclose(found.weight, by_hand, rtol=1e-9, atol=1e-14)
    reached = np.searchsorted(np.cumsum(by_hand), LEVELS - 1e-12)
    np.testing.assert_allclose(found.quantile(LEVELS), reached / many)


@pytest.mark.parametrize(("chance", "correlation"), [(0.02, 0.15), (0.1, 0.4), (0.005, 0.05), (0.3, 0.9)])
def test_very_many_loans_follow_the_closed_form(chance, correlation):
    """Vasicek (1987): Φ((Φ⁻¹(p) + √ρ Φ⁻¹(q)) / √(1 − ρ)); the mean is p whatever ρ is."""
    closed = ndtr((ndtri(chance) + np.sqrt(correlation) * ndtri(LEVELS)) / np.sqrt(1 - correlation))
    many = default_shares(chance, correlation)
    np.testing.assert_allclose(many.quantile(LEVELS), closed, rtol=1e-12)
    assert float(many.mean(many.share)) == pytest.approx(chance, rel=1e-9)
    counted = default_shares(chance, correlation, MOST_COUNTED)
    assert float(counted.mean(counted.share)) == pytest.approx(chance, rel=1e-9)
    np.testing.assert_allclose(counted.quantile(LEVELS), closed, rtol=0.08, atol=1.5 / MOST_COUNTED)


def test_two_loans_default_together_as_the_bivariate_normal_says():
    """With p = 1/2: 1/4 + arcsin(ρ) / 2π, the orthant probability."""
    for correlation in (0.1, 0.5, 0.9):
        both = default_shares(0.5, correlation, 2).weight[-1]
        assert float(both) == pytest.approx(0.25 + np.arcsin(correlation) / (2 * np.pi), abs=1e-9)


def test_a_drawn_sample_agrees():
    draw, chance, correlation, many = np.random.default_rng(16), 0.04, 0.2, 60
    common = draw.standard_normal(40_000)[:, None]
    worth = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * draw.standard_normal((40_000, many))
    drawn = (worth < ndtri(chance)).mean(axis=1)
    exact = default_shares(chance, correlation, many)
    assert drawn.mean() == pytest.approx(float(exact.mean(exact.share)), rel=0.02)
    for level in (0.9, 0.99):
        low, high = exact.quantile(np.array([level - 0.002, level + 0.002]))
        assert low <= np.quantile(drawn, level) <= high
    capped = loss_borne(exact.share, np.array([5000.0]), 0.6, 0.5, 0.05)
    sampled = loss_borne(drawn, np.array([5000.0]), 0.6, 0.5, 0.05)
    assert float(exact.mean(capped)[0]) == pytest.approx(sampled.mean(), rel=0.02)


def test_more_correlation_leaves_the_mean_and_lengthens_the_tail():
    found = [default_shares(0.03, rho, 80) for rho in (0.0, 0.1, 0.3)]
    means = [float(each.mean(each.share)) for each in found]
    tails = [float(each.quantile(np.array([0.99]))[0]) for each in found]
    assert means == pytest.approx([0.03] * 3) and tails[0] < tails[1] < tails[2]


def test_any_leading_axes_are_worked_like_one_by_one():
    chances, correlations = np.array([[0.01], [0.05]]), np.array([0.0, 0.2, 0.6])
    for many in (None, 30):
        whole = default_shares(chances, correlations, many)
        assert whole.quantile(LEVELS).shape == (2, 3, 4)
        for at in np.ndindex(2, 3):
            one = default_shares(chances[at[0], 0], correlations[at[1]], many)
            np.testing.assert_allclose(whole.weight[at], one.weight)
            np.testing.assert_allclose(whole.quantile(LEVELS)[at], one.quantile(LEVELS))


def test_a_pool_that_stops_never_costs_more_than_its_cap():
    exposure, stop, bears = np.array([4000.0, 9000.0]), 0.08, 0.5
    for rho in (0.0, 0.3, 0.95):
        for chance in (0.001, 0.2, 0.9):
            shares = default_shares(chance, rho, 50)
            paid = loss_borne(shares.share, exposure, 0.7, bears, stop)
            assert (paid <= (exposure * stop * bears)[:, None] + 1e-9).all()
            free = loss_borne(shares.share, exposure, 0.7, bears)
            assert (shares.mean(paid) <= shares.mean(free) + 1e-9).all()
    assert (free > (exposure * stop * bears)[:, None]).any()  # without the rule it does


def test_a_reserve_pays_first_and_is_counted_once():
    """Two borrowers of 500, half of a loss borne: 0, 250 or 500 with 0.81, 0.18, 0.01; mean 50."""
    shares = default_shares(0.1, 0.0, 2)
    paid = loss_borne(shares.share, np.full(2, 1000.0), 1.0, 0.5)
    own, kept = (roll_pool(paid, shares, 300.0, refilled) for refilled in (False, True))
    np.testing.assert_allclose(own.loss, 50.0)
    np.testing.assert_allclose(own.cash, [0.01 * 200, 0.18 * max(250 - 252, 0) + 0.01 * 248])
    np.testing.assert_allclose(own.closing[0], 0.81 * 300 + 0.18 * 50)  # 252: less by what it paid, 48
    np.testing.assert_allclose(own.opening[:1] - own.closing[:1] + own.cash[:1], own.loss[:1])
    np.testing.assert_allclose(kept.cash, kept.loss)
    np.testing.assert_allclose(kept.closing, 300.0)


def test_capital_limits_what_a_guarantee_can_cost():
    paid = np.array([0.0, 400.0, 5000.0])
    np.testing.assert_allclose(cash_called(paid, 300.0, False, 1000.0), [0, 100, 1000])
    assert guarantee_headroom(8000.0, 10.0, 79_000.0) == 1000 and guarantee_headroom(8000.0, 15.0, 121_000.0) == -1000
    assert float(adequacy(300.0, 400.0)) == 0.75 and np.isnan(adequacy(300.0, 0.0))


def test_conditional_calls():
    amount, chance = np.array([[500.0, 800.0, 900.0], [0.0, 800.0, 0.0]]), np.array([1.0, 0.3, 0.005])
    np.testing.assert_allclose(calls_expected(amount, chance), [500 + 240 + 4.5, 240])
    np.testing.assert_allclose(
        calls_at(amount, chance, np.array([0.5, 0.99, 0.999])), [[500, 1300, 2200], [0, 800, 800]]
    )


def test_a_bridge_fund_turns_over_and_bridges_no_more_than_falls_due():
    assert float(lent_in_a_year(2000.0, 10.0)) == pytest.approx(73_000)
    part, days = bridged(1000.0, 60.0, np.array([0.0, 400.0, 4000.0]))
    np.testing.assert_allclose(part, [0, 400, 600])  # the 400 are out until the month after
    assert np.isnan(days[0]) and days[2] == 7.5
    part, days = bridged(1000.0, 10.0, np.array([[4000.0], [2500.0]]))
    assert part.tolist() == [[3000.0], [2500.0]] and days.tolist() == [[7.5], [12.0]]  # lent for ten days: three times


@pytest.mark.parametrize("days", [10.0, 30.0, 45.0, 100.0])
def test_no_more_is_out_than_the_fund_holds(days):
    due = np.random.default_rng(5).uniform(0, 6000, 60)
    part, _ = bridged(1000.0, days, due)
    out = np.cumsum(part - given_back(part, days))
    assert out.max() == pytest.approx(1000) and (part <= due + 1e-9).all() and (part >= 0).all()


def test_a_subsidy_costs_points_of_the_loans_as_far_as_the_county_bears_it():
    np.testing.assert_allclose(interest_subsidy([[6000.0], [8000.0]], 0.02, 0.5), [[60.0], [80.0]])


def test_several_pools_roll_as_each_by_itself():
    chances = np.array([0.02, 0.2])
    shares = default_shares(chances, 0.1, 20)
    paid = loss_borne(shares.share, np.full((2, 3), 900.0), np.array([0.5, 0.9]), 0.8, 0.4)
    whole = roll_pool(paid, shares, 40.0, False, 200.0)
    for at, chance in enumerate(chances):
        one = default_shares(chance, 0.1, 20)
        alone = roll_pool(loss_borne(one.share, np.full(3, 900.0), (0.5, 0.9)[at], 0.8, 0.4), one, 40.0, False, 200.0)
        for name, values in vars(alone).items():
            np.testing.assert_allclose(getattr(whole, name)[at], values)


def test_more_borrowers_than_are_counted_are_very_many():
    assert default_shares(0.02, 0.1, MOST_COUNTED).borrowers == MOST_COUNTED
    assert (
        default_shares(0.02, 0.1, MOST_COUNTED + 1).borrowers is None and default_shares(0.02, 0.1, 0).borrowers is None
    )
