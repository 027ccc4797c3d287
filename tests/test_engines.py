"""The arithmetic under a revenue forecast, by hand: scale, pooling, engines, weights, widths, sums, breaks."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from fiscal_model.arithmetic.revenue.breaks import Break, Reading, shocks_ahead, without_breaks
from fiscal_model.arithmetic.revenue.combination import CombinationRule, combine
from fiscal_model.arithmetic.revenue.engines import (
    ENGINES,
    NEEDS_HISTORY,
    DriverPath,
    elasticity,
    grey_model,
    run_engines,
)
from fiscal_model.arithmetic.revenue.hierarchy import forecast_proportions, parents_of
from fiscal_model.arithmetic.revenue.intervals import IntervalRule, half_widths
from fiscal_model.arithmetic.revenue.scale import windows_of
from fiscal_model.arithmetic.revenue.series_panel import ForecastRule, forecast_panel
from fiscal_model.arithmetic.revenue.sibling_pooling import Prior, pooled_drift, pooled_volatility, winsorised
from fiscal_model.arithmetic.revenue.smoothing import damped_trend, theta

NAN = float("nan")
PRIOR = Prior(0.045, 0.035, 0.09, 2, 4, 4, 1e12, 2.5)
"""As good as no half-life: every growth rate counts alike."""
EQUAL = CombinationRule(dict.fromkeys(ENGINES, 0.0), 8.0, 1e-9, 1.0, 0.9, 8, 3, 5)
"""No opinion beforehand, only a series' own record."""
NO_FLOOR = np.zeros(5)


def none_signed(series):
    return np.zeros(series, dtype=bool)


def one_pool(series):
    return np.zeros(series, dtype=int)


def engines_of(amounts, horizon=3, driver=None, prior=PRIOR):
    windows = windows_of(np.atleast_2d(np.asarray(amounts, dtype=float)))
    said = run_engines(windows, one_pool(len(windows.count)), horizon, prior, 0.9, driver)
    return dict(zip(ENGINES, said, strict=True))


# scale -----------------------------------------------------------------------------------------------------


def test_histories_are_laid_out_by_their_last_known_year():
    found = windows_of(np.array([[5.0, 6, 7, NAN], [NAN, NAN, 8, 9], [4.0, NAN, NAN, 32]]))
    np.testing.assert_allclose(np.exp(found.published[0]), [NAN, 5, 6, 7], rtol=1e-12)
    np.testing.assert_allclose(np.exp(found.published[1]), [NAN, NAN, 8, 9], rtol=1e-12)
    np.testing.assert_allclose(np.exp(found.published[2]), [4, 8, 16, 32], rtol=1e-12)
    assert found.count.tolist() == [3, 2, 4]


def test_zeros_and_negative_years_are_shifted():
    found = windows_of(np.array([[0.0, 8, 16], [-5.0, 3, 1], [0.0, 0, 0], [1.0, 2, 3]]))
    assert found.shift.tolist() == [3.0, 10.0, 1.0, 0.0]
    assert found.signed.tolist() == [False, True, False, False]
    np.testing.assert_allclose(np.exp(found.published[0]), [3, 11, 19], rtol=1e-12)


def test_the_working_scale_goes_back_to_amounts():
    amounts = np.array([[0.0, 8, 16], [-5.0, 3, 1], [2.0, 4, 8]])
    found = windows_of(amounts)
    np.testing.assert_allclose(found.amounts(found.published), amounts, atol=1e-12)
    low = found.amounts(np.full((3, 2), -50.0))
    np.testing.assert_allclose(low, [[0, 0], [-10, -10], [0, 0]], atol=1e-12)


def test_only_the_last_twenty_years_are_looked_at():
    found = windows_of(np.arange(1.0, 31)[None])
    np.testing.assert_allclose(np.exp(found.published[0]), np.arange(11.0, 31), rtol=1e-12)


def test_years_before_a_jump_are_moved_to_the_level_after_it():
    """Tenfold in the fourth year, 10 % in all others: what is left is 10 % a year that ends where it ended."""
    found = windows_of(np.array([[100.0, 110, 121, 1210, 1331]]))
    np.testing.assert_allclose(np.exp(found.logs[0]), 1331 / 1.1 ** np.arange(4, -1, -1), rtol=1e-12)
    np.testing.assert_allclose(np.exp(found.published[0]), [100, 110, 121, 1210, 1331], rtol=1e-12)


def test_two_jumps_are_both_removed_and_a_threefold_step_is_none():
    found = windows_of(np.array([[10.0, 100, 110, 11, 12.1], [1.0, 2.9, 2.9, 2.9, 2.9]]))
    np.testing.assert_allclose(np.exp(found.logs[0]), 12.1 / 1.1 ** np.arange(4, -1, -1), rtol=1e-12)
    np.testing.assert_array_equal(found.logs[1], found.published[1])


# pooling ---------------------------------------------------------------------------------------------------


def test_growth_far_from_its_median_is_pulled_in():
    """Median 0.05, median absolute deviation 0.01, scaled 0.014826: bounds at 0.05 -+ 2 x 0.014826."""
    found = winsorised(np.array([[0.04, 0.05, 0.06, 0.9, -0.9, 0.05, NAN]]), 2.0)
    bound = 2 * 1.4826 * 0.01
    np.testing.assert_allclose(found, [[0.04, 0.05, 0.06, 0.05 + bound, 0.05 - bound, 0.05, NAN]], rtol=1e-9)


def test_even_growth_keeps_half_a_point_of_room():
    found = winsorised(np.array([[0.05, 0.05, 0.05, 0.05, 0.3]]), 2.0)
    np.testing.assert_allclose(found, [[0.05, 0.05, 0.05, 0.05, 0.06]], rtol=1e-12)


def test_the_drift_of_one_series_by_hand():
    """Four growth rates of 10 % in logs, no sibling."""
    logs = 0.1 * np.arange(5.0)[None]
    variance = 4 * 0.09**2 / (3 + 4)  # nothing seen, four prior years
    error = variance / 4
    mean = (1 * 0.1 + 2 * 0.045) / (1 + 2)
    spread = ((0.1 - mean) ** 2 - error + 4 * 0.035**2) / (1 + 4)
    expected = (spread * 0.1 + error * mean) / (spread + error)
    found = pooled_drift(logs, one_pool(1), none_signed(1), PRIOR)
    assert found == pytest.approx([expected], rel=1e-12)
    assert 0.045 < found[0] < 0.1


def test_the_drift_of_two_siblings_by_hand():
    logs = np.stack([0.1 * np.arange(5.0), 0.02 * np.arange(5.0)])
    error = 4 * 0.09**2 / 7 / 4
    mean = (2 * 0.06 + 2 * 0.045) / 4
    spread = ((0.1 - mean) ** 2 + (0.02 - mean) ** 2 - 2 * error + 4 * 0.035**2) / (2 + 4)
    trust = spread / (spread + error)
    found = pooled_drift(logs, one_pool(2), none_signed(2), PRIOR)
    np.testing.assert_allclose(found, trust * np.array([0.1, 0.02]) + (1 - trust) * mean, rtol=1e-12)
    apart = pooled_drift(logs, np.array([0, 1]), none_signed(2), PRIOR)
    assert apart[0] > found[0] and apart[1] != found[1]


def test_many_siblings_of_one_mind_move_a_short_series_to_their_drift():
    years = np.arange(15.0)
    many = np.concatenate([np.repeat(0.12 * years[None], 60, axis=0), np.full((1, 15), NAN)])
    many[-1, -2:] = [0.0, 0.01]
    found = pooled_drift(many, one_pool(61), none_signed(61), PRIOR)
    assert 0.1 < found[-1] < 0.12
    np.testing.assert_allclose(found[:-1], 0.12, atol=0.003)


def test_the_limits_of_the_prior():
    logs = 0.1 * np.arange(8.0)[None]

    def drift(**changes):
        return pooled_drift(logs, one_pool(1), none_signed(1), replace(PRIOR, **changes))[0]

    assert drift(members=1e12, spread_members=1e12, drift_deviation=1e-9, volatility=1.0) == pytest.approx(
        0.045, abs=1e-3
    )
    assert drift(drift_deviation=100.0) == pytest.approx(0.1, abs=1e-6)
    assert drift(volatility=1e-6) == pytest.approx(0.1, abs=1e-6)


def test_an_item_without_growth_rates_gets_what_is_expected_of_it():
    logs = np.array([[NAN, NAN, 1.0], [NAN, NAN, 2.0]])
    found = pooled_drift(logs, one_pool(2), np.array([False, True]), PRIOR)
    assert found.tolist() == [0.045, 0.0]


def test_recent_growth_weighs_more():
    logs = np.concatenate([[0.0], np.cumsum([0.02] * 6 + [0.1] * 6)])[None]
    slow, fast = (
        pooled_drift(logs, one_pool(1), none_signed(1), replace(PRIOR, half_life=years))[0] for years in (1e12, 1.0)
    )
    assert fast > slow


def test_volatility_by_hand():
    """Growth of 0.1 and 0.3: deviation 0.1414, plus the hundredth that keeps logs finite; six years of prior."""
    logs = np.array([[0.0, 0.1, 0.4]])
    own = np.log(np.sqrt(2 * 0.1**2 / 1) + 0.01)
    usual = (own + 3 * np.log(0.09)) / 4
    assert pooled_volatility(logs, one_pool(1), PRIOR) == pytest.approx(np.exp((3 * own + 6 * usual) / 9))
    unseen = pooled_volatility(np.array([[NAN, 0.0]]), one_pool(1), PRIOR)
    assert unseen == pytest.approx([0.09])


# engines ---------------------------------------------------------------------------------------------------


def test_theta_by_hand():
    """10, 14, 12: slope 1, so drift 1/2; of the five smoothings 0.2 misses least (3.5 and 0.3), level 11.76."""
    np.testing.assert_allclose(theta(np.array([[10.0, 14, 12]]), 2), [[12.26, 12.76]], rtol=1e-12)


def test_theta_of_a_straight_line_grows_at_half_its_slope():
    np.testing.assert_allclose(theta(np.array([[NAN, 3.0, 5, 7, 9]]), 3), [[10, 11, 12]], rtol=1e-12)


def test_damped_trend_by_hand():
    """0, 1: trend 1 from the start; damping 0.98 misses least, by 0.02; smoothing 0.3 and 0.1 come first."""
    level, trend = 0.98 + 0.3 * 0.02, 0.98 + 0.3 * 0.1 * 0.02
    expected = [level + 0.98 * trend, level + (0.98 + 0.98**2) * trend]
    np.testing.assert_allclose(damped_trend(np.array([[0.0, 1.0]]), 2), [expected], rtol=1e-12)


def test_damped_trend_follows_a_straight_line_and_fades():
    found = damped_trend(0.1 * np.arange(12.0)[None], 10)[0]
    steps = np.diff(np.concatenate([[1.1], found]))
    assert ((steps > 0.07) & (steps < 0.1)).all()
    np.testing.assert_allclose(steps[2:] / steps[1:-1], 0.98, rtol=1e-9)


@pytest.mark.parametrize("engine", [theta, damped_trend])
def test_smoothing_does_not_see_years_before_a_series_begins(engine):
    values = np.array([0.0, 0.2, 0.1, 0.4, 0.3])
    padded = np.concatenate([np.full(4, NAN), values])[None]
    together = np.stack([padded[0], np.arange(9.0)])
    np.testing.assert_allclose(engine(padded, 3), engine(values[None], 3), rtol=1e-12)
    np.testing.assert_allclose(engine(together, 3)[:1], engine(padded, 3), rtol=1e-12)


@pytest.mark.parametrize(
    ("slope", "shrunk"), [(3.0, (3 * 3 + 8) / 11), (1.0, 1.0), (0.0, 8 / 11), (10.0, 2.0), (-10.0, 0.0)]
)
def test_elasticity_is_shrunk_towards_one_and_bounded(slope, shrunk):
    driver = np.array([[0.0, 0.1, 0.2]])
    found = elasticity(5 + slope * driver, DriverPath(driver, np.array([[0.3, 0.5]])), 2)
    last = 5 + slope * 0.2
    np.testing.assert_allclose(found, [[last + shrunk * 0.1, last + shrunk * 0.3]], rtol=1e-9)


def test_elasticity_of_a_flat_driver_is_one():
    found = elasticity(np.array([[1.0, 1.2, 1.3]]), DriverPath(np.full((1, 3), 4.0), np.array([[4.1]])), 1)
    np.testing.assert_allclose(found, [[1.4]], rtol=1e-12)


def test_elasticity_speaks_only_beside_its_driver():
    logs = np.array([[1.0, 1.1], [NAN, 1.1], [1.0, 1.1], [1.0, 1.1]])
    known = np.array([[0.0, 0.1], [0.0, 0.1], [0.0, NAN], [NAN, NAN]])
    found = elasticity(logs, DriverPath(known, np.full((4, 1), 0.2)), 1)
    assert np.isfinite(found[:, 0]).tolist() == [True, False, False, False]
    assert np.isnan(elasticity(logs, None, 2)).all()


def grey_by_the_book(amounts, horizon):
    """Deng 1982: accumulate, regress on the mean of neighbours, extend the exponential, take differences."""
    added = np.cumsum(amounts)
    middle = (added[1:] + added[:-1]) / 2
    (a, b), *_ = np.linalg.lstsq(np.stack([-middle, np.ones(len(middle))], axis=1), amounts[1:], rcond=None)
    steps = np.arange(len(amounts) + horizon)
    extended = (amounts[0] - b / a) * np.exp(-a * steps) + b / a
    return np.diff(extended)[-horizon:]


@pytest.mark.parametrize(
    "amounts", [[10.0, 12, 13, 15, 18], [100.0, 90, 85, 70], [5.0, 9, 4, 8, 7, 6], [2.874, 3.278, 3.337, 3.39, 3.679]]
)
def test_the_grey_model_is_the_textbooks(amounts):
    expected = grey_by_the_book(np.array(amounts), 4)
    padded = np.array([[NAN, NAN, *amounts]])
    np.testing.assert_allclose(grey_model(padded, 4)[0], expected, rtol=1e-9)


def test_the_grey_model_by_hand():
    """1, 2, 3: sums 1, 3, 6; means 2, 4.5; slope 1 / 2.5, so a = -0.4, b = 2 - 0.4 x 2 = 1.2, b / a = -3."""
    expected = (1 + 3) * (np.exp(0.4 * 3) - np.exp(0.4 * 2))
    np.testing.assert_allclose(grey_model(np.array([[1.0, 2, 3]]), 1), [[expected]], rtol=1e-12)


def test_the_grey_model_never_overflows_and_keeps_a_constant():
    np.testing.assert_allclose(grey_model(np.full((1, 6), 7.0), 3), [[7, 7, 7]], rtol=1e-6)
    wild = grey_model(np.array([[1e-6, 1, 1e6, 1e9]]), 20)
    assert np.isfinite(wild).all() and (wild <= 1e12).all()


def test_drifts_and_levels_by_hand():
    found = {name: np.exp(values[0]) for name, values in engines_of([100.0, 110, 121]).items()}
    drift = pooled_drift(np.log([[100.0, 110, 121]]), one_pool(1), none_signed(1), PRIOR)[0]
    fading = np.cumsum(0.9 ** np.arange(1, 4))
    np.testing.assert_allclose(found["last_value"], 121, rtol=1e-12)
    np.testing.assert_allclose(found["linear_drift"], [131.5, 142, 152.5], rtol=1e-12)
    np.testing.assert_allclose(found["log_drift"], 121 * 1.1 ** np.arange(1, 4), rtol=1e-12)
    np.testing.assert_allclose(found["pooled_drift"], 121 * np.exp(drift * fading), rtol=1e-12)
    np.testing.assert_allclose(found["full_drift"], 121 * np.exp(drift * np.arange(1, 4)), rtol=1e-12)
    np.testing.assert_allclose(found["cautious_drift"], 121 * np.exp(drift * fading / 2), rtol=1e-12)
    np.testing.assert_allclose(found["theta"], theta(np.array([[100.0, 110, 121]]), 3)[0], rtol=1e-12)
    assert np.isnan(found["elasticity"]).all()


def test_two_years_show_no_trend_of_their_own():
    found = engines_of([[NAN, 100.0, 130.0], [100.0, 110, 121]])
    silent = {name for name, values in found.items() if np.isnan(values[0]).all()}
    assert silent == set(NEEDS_HISTORY)
    assert {name for name, values in found.items() if np.isnan(values[1]).any()} == {"elasticity"}


def test_no_engine_leaves_bounds():
    """2.9-fold a year up, or down: 0.35 a year in logs at most, and never less than a fiftieth."""
    found = engines_of([3.0 * 2.9 ** np.arange(4), 90 * 2.9 ** -np.arange(4.0)], horizon=20)
    steps = np.arange(1, 21)
    last = np.log([3.0 * 2.9**3, 90 * 2.9**-3.0])[:, None]
    for name, values in found.items():
        moved = values - last
        assert (np.isnan(moved) | (moved <= 0.35 * steps + 1e-9)).all(), name
        assert (np.isnan(moved) | (moved >= np.maximum(np.log(0.02), -0.35 * steps) - 1e-9)).all(), name
    np.testing.assert_allclose(found["log_drift"][0], last[0] + 0.35 * steps)


# weights ---------------------------------------------------------------------------------------------------


def combined(amounts, rule=EQUAL, driver=None, horizon=5):
    windows = windows_of(np.atleast_2d(np.asarray(amounts, dtype=float)))
    return combine(windows, one_pool(len(windows.count)), horizon, PRIOR, rule, driver)


@pytest.mark.parametrize(
    ("history", "winner"),
    [
        (100 * 1.15 ** np.arange(14), "log_drift"),
        (100 + 25 * np.arange(14.0), "linear_drift"),
        (np.full(14, 100.0), "last_value"),
    ],
    ids=["even growth", "straight line", "constant"],
)
def test_an_engine_without_error_weighs_most(history, winner):
    found = combined(history)
    scores = dict(zip(ENGINES, found.scores[:, 0], strict=True))
    weights = dict(zip(ENGINES, found.weights[:, 0], strict=True))
    assert scores[winner] == pytest.approx(0, abs=1e-9)
    assert weights[winner] == max(weights.values())
    better = {name for name, score in scores.items() if score < 0.5}
    assert sum(weights[name] for name in better) > 0.9


def test_weights_add_up_to_one_and_engines_that_cannot_speak_get_none():
    found = combined([[NAN, NAN, NAN, NAN, 4.0, 5], [1.0, 2, 3, 4, 3, 5], [0.0, 0, 1, 0, 2, 0]])
    np.testing.assert_allclose(found.weights.sum(axis=0), 1, rtol=1e-12)
    assert (found.weights >= 0).all()
    assert (found.weights[ENGINES.index("elasticity")] == 0).all()
    for name in NEEDS_HISTORY:
        assert found.weights[ENGINES.index(name), 0] == 0
    assert np.isfinite(found.logs).all()


def test_without_a_record_the_weights_are_the_prior():
    """Two years: five engines without a trend speak; nothing can be tested."""
    rule = replace(EQUAL, prior_weight={**EQUAL.prior_weight, "last_value": np.log(3.0)}, patience=20.0)
    found = combined([NAN, 100.0, 105.0], rule)
    weights = dict(zip(ENGINES, found.weights[:, 0], strict=True))
    assert np.isnan(found.scores).all()
    assert weights["last_value"] == pytest.approx(3 / 6)
    assert weights["pooled_drift"] == weights["full_drift"] == weights["cautious_drift"] == pytest.approx(1 / 6)


def test_weights_by_hand():
    """weight ~ exp(prior) (score + 0.15)^(-sharpness n / (n + patience)), n one-year forecasts tested in the pool."""
    rule = replace(EQUAL, sharpness=6.0, patience=20.0, prior_weight={**EQUAL.prior_weight, "theta": 0.7})
    found = combined([100.0, 103, 109, 104, 113, 121, 118, 126], rule)
    tested = np.isfinite(found.residuals[:, 0, 0]).sum()
    assert tested == 8 - 3
    raw = np.exp(np.where(np.array(ENGINES) == "theta", 0.7, 0.0)) * (found.scores[:, 0] + 0.15) ** (
        -6 * tested / (tested + 20)
    )
    raw[ENGINES.index("elasticity")] = 0
    np.testing.assert_allclose(found.weights[:, 0], raw / raw.sum(), rtol=1e-9)


def test_the_combination_is_the_weighted_mean_in_money():
    found = combined([100.0, 103, 109, 104, 113, 121, 118, 126])
    spoke = np.nan_to_num(np.exp(found.engines[:, 0]))
    np.testing.assert_allclose(np.exp(found.logs[0]), found.weights[:, 0] @ spoke, rtol=1e-12)


def test_a_siblings_record_counts_for_a_series_without_its_own():
    steady, short = 100 * 1.15 ** np.arange(14), np.concatenate([np.full(11, NAN), [10.0, 11, 12]])
    rule = replace(EQUAL, own_record=0.3)
    alone, beside = combined(short, rule), combined([steady, short], rule)
    row = ENGINES.index("log_drift")
    assert beside.weights[row, 1] > alone.weights[row, 0]
    assert np.isfinite(beside.scores[:-1, 1]).all()


def test_an_earlier_year_knows_nothing_of_later_ones():
    """The residuals of the earliest origin stay, as long as the weights do: one sharp engine, whatever comes."""
    rule = replace(EQUAL, prior_weight={**EQUAL.prior_weight, "log_drift": 500.0}, origins=4)
    history = np.array([100.0, 104, 107, 113, 118, 121, 129])
    changed = history.copy()
    changed[-1] = 200.0
    now, then = (combined(values, rule).residuals[:, 0] for values in (history, changed))
    np.testing.assert_allclose(now[3, :3], then[3, :3], rtol=1e-9)
    by_hand = np.log(history[3:6]) - np.log(history[2]) - np.log(1.07) / 2 * np.arange(1, 4)
    np.testing.assert_allclose(now[3, :3], by_hand, rtol=1e-9)
    assert now[0, 0] != then[0, 0]


def test_an_earlier_year_does_not_hear_from_siblings_what_came_later():
    """Pooled drifts alone: another last year of the sibling changes today's forecast, no earlier one."""
    rule = replace(EQUAL, prior_weight={**EQUAL.prior_weight, "full_drift": 500.0}, origins=4)
    history, sibling = np.array([100.0, 104, 107, 113, 118, 121, 129]), np.array([5.0, 6, 6, 7, 8, 8, 9])
    changed = sibling.copy()
    changed[-1] = 20.0
    now, then = (combined([history, other], rule) for other in (sibling, changed))
    np.testing.assert_allclose(now.residuals[:, 0], then.residuals[:, 0], rtol=1e-9)
    assert now.logs[0, 0] != then.logs[0, 0]


def test_a_driver_of_earlier_years_goes_on_as_in_its_last_three():
    """An item in step with its driver: from the earlier year the driver's own growth is carried on, not what came."""
    driver = np.log(1000 * np.array([1, 1.1, 1.21, 1.331, 1.4641, 1.4641, 1.4641, 1.4641]))[None]
    rule = replace(EQUAL, prior_weight={**EQUAL.prior_weight, "elasticity": 500.0})
    found = combined(np.exp(driver) / 10, rule, DriverPath(driver, np.full((1, 5), driver[0, -1])))
    # Three years back the driver had grown by a tenth a year and then stood still.
    np.testing.assert_allclose(found.residuals[2, 0, :3], -np.log(1.1) * np.arange(1, 4), rtol=1e-9)
    np.testing.assert_allclose(found.logs[0], np.log(146.41), rtol=1e-9)


# widths ----------------------------------------------------------------------------------------------------

MULTIPLES = {0.5: np.array([1.0, 2.0]), 0.95: np.array([2.0, 4.0])}
PLAIN = IntervalRule(MULTIPLES, shortness=0.0, margin=1.0, own_share=0.0, own_patience=1e-9, floor=NO_FLOOR + 1e-9)


def widths(residuals, levels=(0.5,), horizon=2, volatility=(0.25,), count=(10,), pool=None, rule=PLAIN):
    series = len(volatility)
    pool = one_pool(series) if pool is None else np.array(pool)
    sizes = np.full((1, series, 1), NAN) if residuals is None else np.asarray(residuals, dtype=float)
    return half_widths(sizes, np.array(volatility), np.array(count), pool, horizon, levels, rule)


def test_without_residuals_widths_are_multiples_of_volatility():
    rule = replace(PLAIN, shortness=12.0, margin=1.5)
    found = widths(None, (0.5, 0.95), volatility=(0.1, 0.2), count=(12, 3), rule=rule)
    # Twelve years double the width; three count as six and triple it.
    np.testing.assert_allclose(found[0], [[0.1 * 2 * 1.5, 0.1 * 2 * 3], [0.2 * 3 * 1.5, 0.2 * 3 * 3]], rtol=1e-9)
    np.testing.assert_allclose(found[1], 2 * found[0], rtol=1e-9)


def test_one_wild_year_is_not_a_width():
    np.testing.assert_allclose(widths(None, volatility=(7.0,)), widths(None, volatility=(0.4,)))


RESIDUALS = np.array([0.1, -0.2, 0.3, -0.4]).reshape(4, 1, 1)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (0.8, 0.4),  # position 0.8 x 5/4 x 3 = 3: the largest of four
        (0.5, 0.2 + 0.875 * 0.1),  # position 0.5 x 5/4 x 3 = 1.875
        (0.95, 0.4),  # beyond the last one
    ],
)
def test_with_residuals_alone_widths_are_their_conformal_quantiles(level, expected):
    found = widths(RESIDUALS, (level,), horizon=1, rule=replace(PLAIN, own_share=1.0))
    np.testing.assert_allclose(found, [[[expected]]], rtol=1e-9)


def test_own_residuals_and_shipped_multiples_are_averaged_in_logs():
    """Four residuals against a patience of four: half of half, so a quarter."""
    found = widths(RESIDUALS, (0.5,), horizon=1, rule=replace(PLAIN, own_share=0.5, own_patience=4.0))
    np.testing.assert_allclose(found, [[[0.2875**0.25 * 0.25**0.75]]], rtol=1e-9)


def test_two_residuals_are_too_few():
    found = widths(RESIDUALS[:2], horizon=1, rule=replace(PLAIN, own_share=1.0))
    np.testing.assert_allclose(found, [[[0.25]]], rtol=1e-9)


def test_residuals_are_pooled_among_siblings_only():
    sizes = np.concatenate([RESIDUALS, 3 * RESIDUALS], axis=1)
    rule = replace(PLAIN, own_share=1.0)
    apart = widths(sizes, (0.8,), 1, (0.25, 0.25), (10, 10), (0, 1), rule)
    np.testing.assert_allclose(apart[0, :, 0], [0.4, 1.2], rtol=1e-9)
    together = widths(sizes, (0.8,), 1, (0.25, 0.25), (10, 10), (0, 0), rule)
    # Of eight, position 0.8 x 9/8 x 7 = 6.3.
    np.testing.assert_allclose(together[0, :, 0], 0.9 + 0.3 * 0.3, rtol=1e-9)


def test_beyond_the_last_multiple_widths_grow_with_the_same_power():
    found = widths(None, horizon=4)
    np.testing.assert_allclose(found[0, 0], 0.25 * np.array([1, 2, 3, 4]), rtol=1e-9)


def test_beyond_five_years_with_the_published_floor():
    rule = replace(PLAIN, floor=np.array([0.05, 0.07, 0.09, 0.11, 0.13]))
    found = widths(None, (0.8,), 10, volatility=(1e-6,), rule=rule)[0, 0] / ndtri(0.9)
    np.testing.assert_allclose(found[:5], rule.floor, rtol=1e-9)
    power = np.log(0.13 / 0.11) / np.log(5 / 4)
    np.testing.assert_allclose(found[5:], 0.13 * (np.arange(6, 11) / 5) ** power, rtol=1e-9)


def test_levels_between_the_shipped_ones_are_straight_in_the_normal_score():
    middle = (ndtri(0.75) + ndtri(0.975)) / 2
    found = widths(None, (float(2 * ndtr(middle) - 1),), horizon=1)
    np.testing.assert_allclose(found, [[[0.25 * np.sqrt(1.0 * 2.0)]]], rtol=1e-9)


def test_widths_never_fall_with_horizon_or_level():
    falling = {0.5: np.array([2.0, 1.0]), 0.95: np.array([1.0, 3.0])}
    found = widths(None, (0.95, 0.5), rule=replace(PLAIN, constants=falling))
    np.testing.assert_allclose(found[1, 0], [0.5, 0.5], rtol=1e-9)
    np.testing.assert_allclose(found[0, 0], [0.5, 0.75], rtol=1e-9)


def test_a_panel_is_its_combination_with_its_widths():
    rule = ForecastRule(PRIOR, EQUAL, PLAIN)
    amounts = np.array([[100.0, 103, 109, 104, 113, 121], [5.0, 0, 7, 6, 9, 8]])
    found = forecast_panel(amounts, 3, rule, (0.5, 0.9))
    np.testing.assert_allclose(found.mean, found.windows.amounts(found.combined.logs), rtol=1e-12)
    np.testing.assert_allclose(found.upper[:, 0] / found.mean[0], found.mean[0] / found.lower[:, 0], rtol=1e-9)
    eighty = forecast_panel(amounts, 3, rule, (0.8,))
    np.testing.assert_allclose(np.log(eighty.upper[0, 0] / eighty.mean[0]), eighty.deviation[0] * ndtri(0.9), rtol=1e-9)
    np.testing.assert_array_equal(found.deviation, eighty.deviation)


# sums ------------------------------------------------------------------------------------------------------

NAMES = ("合计", "101", "103", "10101", "10104", "10302")
TREE = {"101": "合计", "103": "合计", "10101": "101", "10104": "101", "10302": "103"}


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_every_simulated_path_adds_up_and_keeps_its_total(seed):
    random = np.random.default_rng(seed)
    paths = random.lognormal(10, 2, (40, 5, len(NAMES))) * (random.random((40, 5, len(NAMES))) > 0.1)
    found = forecast_proportions(paths, NAMES, TREE)
    np.testing.assert_array_equal(found[..., 0], paths[..., 0])
    np.testing.assert_allclose(found[..., 1] + found[..., 2], found[..., 0], atol=0.01)
    np.testing.assert_allclose(found[..., 3] + found[..., 4], found[..., 1], atol=0.01)
    np.testing.assert_allclose(found[..., 5], found[..., 2], atol=0.01)
    assert (found >= 0).all()
    whole, part = paths[..., [3, 4]], found[..., [3, 4]]
    np.testing.assert_allclose(part[..., 0] * whole[..., 1], part[..., 1] * whole[..., 0], rtol=1e-6)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_paths_that_turn_negative_add_up_and_leave_the_others_at_or_above_zero(seed):
    random = np.random.default_rng(seed)
    paths = random.normal(0, 100, (40, 5, len(NAMES)))
    signed = np.array([True, True, False, True, False, False])
    found = forecast_proportions(paths, NAMES, TREE, signed)
    np.testing.assert_array_equal(found[..., 0], paths[..., 0])
    np.testing.assert_allclose(found[..., 1] + found[..., 2], found[..., 0], atol=0.01)
    np.testing.assert_allclose(found[..., 3] + found[..., 4], found[..., 1], atol=0.01)
    assert (found[..., ~signed] >= 0).all()
    # Nothing runs away: no child is further from its forecast than its whole tree was from adding up, and once more.
    assert np.abs(found).max() <= 4 * np.abs(paths).sum(axis=-1).max()


def test_the_gap_of_children_of_either_sign_is_shared_out_by_size():
    found = forecast_proportions(np.array([30.0, 40, -20]), ("t", "a", "b"), {"a": "t", "b": "t"})
    np.testing.assert_allclose(found, [30, 40 + 10 * 40 / 60, -20 + 10 * 20 / 60], rtol=1e-12)


def test_children_that_are_all_zero_share_alike():
    found = forecast_proportions(np.array([[30.0, 0, 0]]), ("t", "a", "b"), {"a": "t", "b": "t"})
    np.testing.assert_allclose(found, [[30, 15, 15]])


def test_the_paths_handed_in_stay_as_they_are():
    paths = np.ones((2, 3))
    forecast_proportions(paths, ("t", "a", "b"), {"a": "t", "b": "t"})
    assert (paths == 1).all()


def table(**rows):
    return tuple(rows), np.array(list(rows.values()), dtype=float)


def test_parents_by_official_digits():
    names = ("101", "10101", "1010101", "1010102", "10104", "103")
    amounts = np.array([[10.0, 20], [7, 15], [3, 9], [4, 6], [3, 5], [2, 2]])
    assert parents_of(names, amounts) == {"10101": "101", "10104": "101", "1010101": "10101", "1010102": "10101"}


def test_a_group_that_is_not_the_sum_of_its_items_is_no_parent():
    names = ("101", "10101", "10104")
    assert parents_of(names, np.array([[30.0, 40], [7, 15], [3, 5]])) == {}


def test_a_total_is_found_wherever_it_stands():
    names, amounts = table(a=[1, 2, 3], total=[6, 8, 10], b=[5, 6, 7])
    assert parents_of(names, amounts) == {"a": "total", "b": "total"}


def test_years_unknown_to_some_are_passed_over():
    names, amounts = table(a=[1, 2, NAN, 4], total=[NAN, 8, 10, 12], b=[5, 6, 7, 8])
    assert parents_of(names, amounts) == {"a": "total", "b": "total"}


def test_one_common_year_or_none_proves_nothing():
    names, amounts = table(a=[1, NAN, 3], total=[6, 8, NAN], b=[NAN, 6, 7])
    assert parents_of(names, amounts) == {}
    names, amounts = table(a=[1, 2, 3], total=[6, NAN, NAN], b=[5, 6, 7])
    assert parents_of(names, amounts) == {}


def test_beside_nothing_but_zeros_the_larger_one_is_the_total():
    names, amounts = table(none=[0, 0, 0], a=[5, 6, NAN], total=[5, 6, 9])
    assert parents_of(names, amounts) == {"none": "total", "a": "total"}


@pytest.mark.parametrize(
    ("unit", "off", "found"),
    [
        (1, 0.9, True),
        (1, 3, False),
        (1e-4, 0.9, True),
        (1e-4, 40, True),
        (1e-4, 60, False),
        (1e4, 0.4, True),
        (1e4, 0.9, False),
    ],
)
def test_rounding_is_allowed_for_within_reason(unit, off, found):
    """Half a 万元 for each of two children; within a ten-thousandth and a hundredth of the parent in any unit."""
    names, amounts = table(a=[1000, 2000], total=[3000 + off, 5000], b=[2000, 3000])
    assert bool(parents_of(names, amounts * unit)) is found


# shock years -----------------------------------------------------------------------------------------------

YEARS = range(2018, 2023)
PLAINLY = np.array([[100.0, 110, 80, 133.1, 146.41], [5.0, 5, 5, 5, 5]])


def test_a_passing_year_of_one_series_becomes_unknown():
    found = without_breaks(PLAINLY, YEARS, [Break(2020, Reading.TRANSITORY, series=0)])
    assert np.isnan(found[0, 2]) and np.isfinite(np.delete(found, 2, axis=1)).all()
    np.testing.assert_array_equal(found[1], PLAINLY[1])
    assert np.isfinite(PLAINLY).all(), "the history handed in stays as it is"


def test_a_passing_year_of_known_size_is_divided_by_it():
    found = without_breaks(PLAINLY, YEARS, [Break(2020, Reading.TRANSITORY, effect=np.log(0.8))])
    np.testing.assert_allclose(found[:, 2], [100, 6.25])


def test_a_lasting_year_of_unknown_size_takes_the_median_growth_of_the_others():
    history = np.array([[100.0, 110, 121, 60, 66]])
    found = without_breaks(history, YEARS, [Break(2021, Reading.LASTING)])
    np.testing.assert_allclose(found, [66 / 1.1 ** np.arange(4, -1, -1.0)], rtol=1e-12)


def test_two_breaks_are_taken_out_one_after_the_other():
    history = np.array([[100.0, 50, 55, 110, 121]])
    both = [Break(2021, Reading.LASTING, effect=np.log(2.0)), Break(2019, Reading.LASTING, effect=np.log(0.5))]
    np.testing.assert_allclose(without_breaks(history, YEARS, both), [[100, 100, 110, 110, 121]])


def test_breaks_that_say_nothing_change_nothing():
    for one in (Break(2017, Reading.LASTING), Break(2030, Reading.TRANSITORY), Break(2018, Reading.LASTING)):
        np.testing.assert_array_equal(without_breaks(PLAINLY, YEARS, [one]), PLAINLY)
    np.testing.assert_array_equal(
        without_breaks(np.array([[0.0, 5, 0, 3, 4]]), YEARS, [Break(2020, Reading.LASTING)]), [[0, 5, 0, 3, 4]]
    )


def test_a_series_keeps_two_years():
    every = [Break(year, Reading.TRANSITORY) for year in YEARS]
    found = without_breaks(PLAINLY, YEARS, every)
    assert np.isfinite(found).sum(axis=1).tolist() == [2, 2]


def test_shocks_to_come_multiply_for_a_year_or_from_then_on():
    breaks = [
        Break(2027, Reading.TRANSITORY, effect=np.log(0.5)),
        Break(2027, Reading.LASTING, series=1, effect=np.log(3.0)),
        Break(2026, Reading.LASTING),
        Break(2040, Reading.LASTING, effect=1.0),
    ]
    found = shocks_ahead((2026, 2027, 2028), 2, breaks)
    np.testing.assert_allclose(found, [[1, 0.5, 1], [1, 1.5, 3]])
