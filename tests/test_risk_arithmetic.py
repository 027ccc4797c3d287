"""Draws, joint shocks, events, quantiles and shares of variance against theory and against slow ways of the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from fiscal_model.arithmetic.risk.events import event_sizes
from fiscal_model.arithmetic.risk.random_numbers import BLOCK, SAMPLINGS, blocks, generator_of, standard_normals
from fiscal_model.arithmetic.risk.shocks import (
    ShockTerms,
    fatten,
    joint_shocks,
    levels,
    resampled_years,
    standardised,
    steps_of,
    tail_sizes,
)
from fiscal_model.arithmetic.risk.summaries import chance_errors, expected_shortfall, order_statistics, quantiles_of
from fiscal_model.arithmetic.risk.variance_shares import coalitions, shapley, shares_of

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)


def terms_of(loadings, degrees=np.inf, carry=1.0, deviation=1.0, years=5):
    count = len(loadings)
    return ShockTerms(
        np.full((count, years), deviation), np.full(count, carry), np.array(loadings), np.full(count, float(degrees))
    )


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_block_is_the_same_whoever_asks_and_whatever_went_before(sampling):
    drawn = [standard_normals(generator_of(7, block), (4, 5), sampling, 7, block) for block in (0, 1, 1)]
    assert np.array_equal(drawn[1], drawn[2]) and not np.array_equal(drawn[0], drawn[1])
    assert abs(drawn[0].mean()) < 0.05 and abs(drawn[0].std() - 1) < 0.03
    assert not np.array_equal(drawn[0], standard_normals(generator_of(8, 0), (4, 5), sampling, 8, 0))


@given(st.integers(0, 5000), st.integers(1, 5000))
@settings(max_examples=30, deadline=None)
def test_blocks_cover_every_path_once(start, count):
    seen = [block * BLOCK + np.arange(BLOCK)[inside] for block, inside, place in blocks(start, start + count) if place]
    assert np.array_equal(np.concatenate(seen), np.arange(start, start + count))


def test_common_factors_give_the_correlation_they_say():
    terms = terms_of([[0.6, 0.3], [0.5, 0.0], [-0.4, 0.5], [0.0, 0.0]])
    numbers = generator_of(3, 0).standard_normal((6, 5, 40_000))
    found = joint_shocks(numbers, terms).reshape(4, -1)
    assert np.corrcoef(found) == pytest.approx(terms.correlation, abs=0.01)
    assert found.std(axis=1) == pytest.approx(1, abs=0.01)
    assert terms.correlation[0, 1] == pytest.approx(0.30) and terms.correlation[0, 2] == pytest.approx(-0.09)
    assert np.linalg.eigvalsh(terms.correlation).min() > 0


def test_tails_are_those_of_student_s_t_and_come_together():
    terms = terms_of([[0.5], [0.5], [0.5]], degrees=4.0)
    generator = generator_of(5, 0)
    normal = joint_shocks(generator.standard_normal((4, 5, 60_000)), terms)
    fat = fatten(normal.copy(), {4.0: tail_sizes(generator, 4.0, (5, 60_000), True)}, terms)
    usual = np.sqrt(2.0)  # the deviation of Student's t with four degrees
    for share in (0.001, 0.01, 0.1, 0.5):
        assert (fat < stats.t.ppf(share, 4) / usual).mean() == pytest.approx(share, rel=0.08)
    assert fat.std() == pytest.approx(1, rel=0.03)
    bad = normal < -2.5, fat < -2.5
    together = [(each[0] & each[1]).mean() / each[0].mean() for each in bad]
    assert together[1] > 2 * together[0]
    assert np.abs(fat).max() <= 10


def test_levels_by_hand_and_the_deviation_by_horizon_comes_back():
    by_horizon = np.array([[0.1, 0.15, 0.15, 0.25, 0.3]])
    terms = ShockTerms(steps_of(by_horizon), np.ones(1), np.zeros((1, 0)), np.array([np.inf]))
    found = levels(generator_of(2, 0).standard_normal((1, 5, 100_000)), terms)
    assert found[0].std(axis=1) == pytest.approx(by_horizon[0], rel=0.01)
    assert np.array_equal(levels(np.ones((1, 5, 3)), terms_of([[]], deviation=0.0)), np.zeros((1, 5, 3)))


def test_whole_years_keep_their_company_and_their_spread():
    history = standardised(np.array([[0.1, 0.0, 1.0], [-0.2, 0.1, np.nan], [0.0, 0.3, 2.0], [0.3, -0.4, 3.0]]))
    assert np.isnan(history[:, 2]).all()
    found = resampled_years(generator_of(4, 0), history, (4, 50_000))
    assert found[0].mean() == pytest.approx(0, abs=0.01) and found[0].std() == pytest.approx(1, abs=0.01)
    expected = (history[:, 0] * history[:, 1]).mean()
    assert (found[0] * found[1]).mean() == pytest.approx(expected, abs=0.01)
    after = {round(a, 9): round(b, 9) for a, b in zip(history[:, 0], np.roll(history[:, 0], -1), strict=True)}
    assert [after[round(value, 9)] for value in found[0, 0, :50]] == [round(value, 9) for value in found[0, 1, :50]]


def test_events_come_as_often_and_as_large_as_said():
    numbers = generator_of(6, 0).standard_normal((5, 200_000))
    found = event_sizes(numbers, 1 / 12, 0.06, 0.4, 1)
    come = found > 0
    assert come.mean() == pytest.approx(1 / 12, rel=0.01)
    assert np.median(found[come]) == pytest.approx(0.06, rel=0.01)
    assert np.log(found[come]).std() == pytest.approx(0.4, rel=0.01)
    lasting = event_sizes(numbers, 1 / 12, 0.06, 0.4, 3)
    np.testing.assert_allclose(lasting[4], found[4] + found[3] + found[2])
    assert not event_sizes(numbers, 0.0, 0.06, 0.4, 3).any()


@given(
    st.sampled_from(("normal", "mostly nothing", "all alike", "few values", "far tails")),
    st.integers(1, 12_000),
    st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_quantiles_are_numpy_s(kind, count, seed):
    drawn = np.random.default_rng(seed).standard_normal(count)
    values = {
        "normal": drawn,
        "mostly nothing": np.maximum(drawn - 2, 0),
        "all alike": np.full(count, 3.0),
        "few values": np.round(drawn),
        "far tails": np.exp(5 * drawn),
    }[kind]
    np.testing.assert_allclose(quantiles_of(values, LEVELS), np.quantile(values, LEVELS), rtol=1e-12, atol=1e-12)
    ranks = np.unique(np.random.default_rng(seed).integers(count, size=7))
    assert np.array_equal(order_statistics(values.astype(np.float32), ranks), np.sort(values.astype(np.float32))[ranks])


def test_quantiles_of_what_is_not_known_are_not_known():
    values = np.random.default_rng(1).standard_normal(9000)
    values[5] = np.nan
    assert np.isnan(quantiles_of(values, LEVELS)).all()
    values[5] = np.inf
    assert quantiles_of(values, (0.0, 0.5)) == pytest.approx(np.quantile(values, (0.0, 0.5)))


def test_expected_shortfall_by_hand():
    """The worst 5 % of 30 paths is one path and a half: (100 + 0.5 x 40) / 1.5 = 80."""
    values = np.concatenate([np.zeros(27), [10.0, 40.0, 100.0]])
    assert expected_shortfall(values, 0.05) == pytest.approx(80.0)
    assert expected_shortfall(np.zeros(50), 0.05) == 0
    many = np.random.default_rng(2).standard_normal(100_000)
    assert expected_shortfall(many, 0.05) == pytest.approx(np.sort(many)[-5000:].mean())
    assert expected_shortfall(many, 0.05) == pytest.approx(stats.norm.pdf(stats.norm.ppf(0.95)) / 0.05, rel=0.01)


def test_the_sampling_error_is_what_many_samples_show():
    """A thousand samples of 200 paths: the spread of their shares is the stated error, mirrored or not."""
    numbers = np.random.default_rng(3).standard_normal((1000, 100))
    mirrored = np.stack([numbers, -numbers], axis=-1).reshape(1000, 200)
    for values, paired in ((np.random.default_rng(4).standard_normal((1000, 200)), False), (mirrored, True)):
        hit = values > 0.5
        both = (hit[:, 0::2] & hit[:, 1::2]).sum(axis=1) if paired else None
        stated = chance_errors(hit.sum(axis=1), both, 200)
        assert stated.mean() == pytest.approx(hit.mean(axis=1).std(), rel=0.08)


def test_shares_of_variance_on_a_linear_toy_are_the_closed_form():
    """Y = 2 a + b + 3 c, a and b correlated by a half: 4 + 1, 1 + 1, 9 of 16 with Cov(2a, b) = 1 halved among both."""
    covariance = np.array([[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 1.0]])
    weights = np.array([2.0, 1.0, 3.0])
    worth = {
        each: np.array(weights[list(each)] @ covariance[np.ix_(each, each)] @ weights[list(each)])
        for each in coalitions(3)
    }
    found = shares_of(shapley(worth, 3))
    assert found == pytest.approx(weights * (covariance @ weights) / (weights @ covariance @ weights))
    assert found == pytest.approx([5 / 16, 2 / 16, 9 / 16]) and found.sum() == pytest.approx(1)


def test_what_drivers_do_only_together_is_split_among_them():
    """Y = a b moves only when both do: half each."""
    worth = {(): np.array(0.0), (0,): np.array(0.0), (1,): np.array(0.0), (0, 1): np.array(1.0)}
    assert shapley(worth, 2).tolist() == [0.5, 0.5]
