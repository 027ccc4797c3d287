"""The law of the forecast: what it keeps whatever the figures are, growth and widths by hand, common growth."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from fiscal_model.arithmetic.revenue.driver_elasticity import DriverPath
from fiscal_model.arithmetic.revenue.growth import carried_forward, growth_of, straight_line, winsorised
from fiscal_model.arithmetic.revenue.intervals import half_widths
from fiscal_model.arithmetic.revenue.scale import windows_of
from fiscal_model.arithmetic.revenue.series_panel import forecast_panel
from fiscal_model.law.forecast_constants import forecast_rule

NAN = float("nan")
RULE = forecast_rule()
LAW = RULE.growth
HISTORIES = st.lists(
    st.lists(st.floats(0.5, 2.0), min_size=3, max_size=12), min_size=2, max_size=5
)  # growth factors of a few series
BARE = replace(LAW, spread_long_run=0.0, rebound=0.0, spread_alone=1e9, volatility=1e-9, own_years=1e-9)
"""The law without line, rebound and shrinkage: what fades can be worked out by hand."""


def panel_of(factors):
    rows = [100 * np.cumprod(row) for row in factors]
    width = max(map(len, rows))
    return np.stack([np.pad(row, (width - len(row), 0), constant_values=NAN) for row in rows])


def growth_in(amounts, rule=LAW, common=None, pool=None, horizon=3):
    amounts = np.atleast_2d(np.asarray(amounts, dtype=float))
    series = len(amounts)
    pool = np.zeros(series, dtype=int) if pool is None else np.asarray(pool)
    common = np.full(series, NAN) if common is None else np.asarray(common, dtype=float)
    return growth_of(windows_of(amounts), pool, horizon, rule, common)


def said(amounts, rule=LAW, **options):
    windows = windows_of(np.atleast_2d(np.asarray(amounts, dtype=float)))
    growth = growth_in(amounts, rule, **options)
    nothing = np.full(growth.long_run.shape, NAN)
    return windows.amounts(carried_forward(windows.logs[:, -1], growth, rule, nothing))


# laws ------------------------------------------------------------------------------------------------------


@given(HISTORIES, st.floats(1e-4, 1e6))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_money_in_another_unit_gives_the_same_forecast(factors, unit):
    amounts = panel_of(factors)
    one, other = forecast_panel(amounts, 4, RULE), forecast_panel(unit * amounts, 4, RULE)
    np.testing.assert_allclose(other.mean, unit * one.mean, rtol=1e-7)
    np.testing.assert_allclose(other.upper, unit * one.upper, rtol=1e-7)


@given(HISTORIES, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_the_order_of_the_items_changes_nothing(factors, random):
    amounts = panel_of(factors)
    order = list(range(len(amounts)))
    random.shuffle(order)
    one, other = forecast_panel(amounts, 3, RULE), forecast_panel(amounts[order], 3, RULE)
    np.testing.assert_allclose(other.mean, one.mean[order], rtol=1e-9)
    np.testing.assert_allclose(other.lower, one.lower[:, order], rtol=1e-9)


@given(HISTORIES)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_items_in_pools_of_their_own_are_forecast_as_if_alone(factors):
    amounts = panel_of(factors)
    together = forecast_panel(amounts, 3, RULE, pool=np.arange(len(amounts)))
    for row, history in enumerate(amounts):
        alone = forecast_panel(history[None], 3, RULE)
        np.testing.assert_allclose(together.mean[row], alone.mean[0], rtol=1e-9)
        np.testing.assert_allclose(together.upper[:, row], alone.upper[:, 0], rtol=1e-9)


@given(HISTORIES)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_widths_never_fall_and_no_year_moves_beyond_bounds(factors):
    found = forecast_panel(panel_of(factors), 8, RULE, (0.5, 0.8, 0.95))
    wide = np.log(found.upper / found.mean)
    assert (np.diff(wide, axis=2) >= -1e-9).all() and (np.diff(wide, axis=0) >= -1e-9).all()
    assert (np.abs(np.diff(np.log(found.mean), axis=1)) <= LAW.fastest * 1.3 + 1e-9).all()
    again = forecast_panel(panel_of(factors), 8, RULE, (0.5, 0.8, 0.95))
    np.testing.assert_array_equal(again.mean, found.mean)


def test_growth_at_the_long_run_goes_on_for_ever():
    steady = 100 * np.exp(LAW.usual * np.arange(12.0))
    np.testing.assert_allclose(
        said(steady, replace(LAW, spread_long_run=0.0))[0], steady[-1] * np.exp(LAW.usual * np.arange(1, 4)), rtol=1e-9
    )


def test_faster_growth_fades_and_stays_above_the_long_run():
    fast = said(100 * 1.15 ** np.arange(14.0), horizon=8)[0]
    steps = np.diff(np.log(fast))
    assert (np.diff(steps) < 0).all() and (steps > 0.9 * LAW.usual).all() and steps[0] < np.log(1.15)


def test_a_fall_is_not_carried_on_and_partly_made_up():
    history = np.append(100 * 1.05 ** np.arange(10.0), 0.8 * 100 * 1.05**9)
    found = said(history)[0]
    assert found[0] > history[-1] and found[2] < 100 * 1.05**12
    kept = said(history, replace(LAW, rebound=0.0))[0]
    assert (found > kept).all()


def test_a_slowdown_is_believed_at_once_and_an_upturn_by_degrees():
    slow, fast = growth_in([[100.0, 110, 121, 133.1, 134.4], [100.0, 101, 102.01, 103.03, 113.33]], pool=[0, 1]).own
    assert slow == pytest.approx(np.log(134.4 / 133.1), rel=1e-6)
    assert fast < np.log(1.1)


# by hand ---------------------------------------------------------------------------------------------------


def test_fading_by_hand():
    """Ten percent a year in logs over a long run of three: 6.5 of the 7 points fade by half, the rest by a tenth."""
    history = np.exp(0.1 * np.arange(6.0))
    rule = replace(BARE, usual=0.03, ordinary=0.065, fading=0.5, boom_fading=0.9)
    steps = [0.03 + 0.065 * 0.5**year + 0.005 * 0.9**year for year in (1, 2, 3)]
    np.testing.assert_allclose(np.log(said(history, rule)[0]), 0.5 + np.cumsum(steps), rtol=1e-6)


def test_rebound_by_hand():
    """Even growth of nothing, then a fall of a tenth in logs: half is made up, of which a fifth is left after a year."""
    history = np.exp([0.0, 0, 0, 0, -0.1])
    rule = replace(BARE, usual=0.0, rebound=0.5, rebound_left=0.2, half_life=1e-9, winsor=1e-9)
    growth = growth_in(history, rule)
    assert growth.fall[0] == pytest.approx(-0.1, abs=0.006)  # even growth keeps half a point of room
    made_up = -0.5 * growth.fall[0] * (1 - 0.2 ** np.arange(1, 4))
    np.testing.assert_allclose(np.log(said(history, rule)[0]), -0.1 + made_up, rtol=1e-6)


EVEN = replace(BARE, usual=0.0, half_life=1e9, winsor=1e9, giveback=0.0, going_on=0.0)
"""All years weigh alike, nothing is pulled in."""
LEAPT = np.exp([0.0, 0.02, 0.04, 0.06, 0.16])


def test_a_leap_is_partly_lost_by_hand():
    """Last year six points above the mean; variance 3 x 0.02^2 + 0.06^2 over 3 is 0.04^2, half of the sum with volatility's."""
    rule = replace(EVEN, volatility=0.04, own_years=1e-9, giveback=0.5, rebound_left=0.2)
    assert growth_in(LEAPT, rule).leap == pytest.approx([0.03], rel=1e-6)
    lost = np.log(said(LEAPT, replace(rule, giveback=0.0))[0] / said(LEAPT, rule)[0])
    np.testing.assert_allclose(lost, 0.5 * 0.03 * (1 - 0.2 ** np.arange(1, 4)), rtol=1e-6)


def test_the_long_run_is_lifted_to_growth_that_goes_on_by_hand():
    """Eight percent in logs every year, its straight line believed half: half of half of what is missing to eight."""
    history = np.exp(0.08 * np.arange(5.0))
    rule = replace(EVEN, volatility=0.04, own_years=1.0, spread_long_run=0.01)
    plain = growth_in(history, rule)
    variance = 0.04**2 / 4  # of no deviation in four years and one prior year, over 3 + 1
    weight = 0.01**2 / (0.01**2 + variance / 4)
    assert weight == pytest.approx(0.5)
    np.testing.assert_allclose(
        growth_in(history, replace(rule, going_on=0.5)).long_run,
        plain.long_run + 0.5 * 0.5 * (0.08 - plain.long_run),
        rtol=1e-9,
    )


def test_beside_a_nation_or_siblings_a_leap_stands_and_nothing_is_lifted():
    rule = replace(EVEN, giveback=0.5, going_on=0.5)
    told, plain = (growth_in(LEAPT, one, common=[0.02]) for one in (rule, EVEN))
    for one, other in zip(vars(told).values(), vars(plain).values(), strict=True):
        np.testing.assert_array_equal(one, other)
    many = np.stack([LEAPT] * 200)
    np.testing.assert_allclose(growth_in(many, rule).leap, 0.0, atol=5e-4)


def test_shrinkage_by_hand():
    """One growth rate of a tenth in logs: variance is the prior's, so trust is s^2 / (s^2 + v^2)."""
    rule = replace(LAW, spread_long_run=0.0)
    trust = LAW.spread_alone**2 / (LAW.spread_alone**2 + LAW.volatility**2)
    growth = growth_in(np.exp([0.0, 0.1]), rule)
    assert growth.own_share == pytest.approx([trust])
    assert growth.recent == pytest.approx([trust * 0.1 + (1 - trust) * LAW.usual])


def test_the_straight_line_in_logs_by_hand():
    found = straight_line(windows_of(np.array([[80.0, 90, 100]])), 2)
    np.testing.assert_allclose(found, [[np.log(1.1), np.log(1.2 / 1.1)]], rtol=1e-12)


def test_growth_far_from_its_median_is_pulled_in():
    """Median 0.05, median absolute deviation 0.01, scaled 0.014826: bounds at 0.05 -+ 2 x 0.014826."""
    found = winsorised(np.array([[0.04, 0.05, 0.06, 0.9, -0.9, 0.05, NAN]]), 2.0)
    bound = 2 * 1.4826 * 0.01
    np.testing.assert_allclose(found, [[0.04, 0.05, 0.06, 0.05 + bound, 0.05 - bound, 0.05, NAN]], rtol=1e-9)
    found = winsorised(np.array([[0.05, 0.05, 0.05, 0.05, 0.3]]), 2.0)
    np.testing.assert_allclose(found, [[0.05, 0.05, 0.05, 0.05, 0.06]], rtol=1e-12)


def test_an_item_without_growth_gets_what_is_expected_of_it_and_one_of_either_sign_nothing():
    found = growth_in([[NAN, 1.0], [NAN, -2.0]], pool=[0, 1])
    np.testing.assert_allclose(found.recent, [LAW.usual, 0.0], atol=1e-12)
    np.testing.assert_allclose(found.long_run[:, 0], [LAW.usual, 0.0], atol=1e-12)


# what is common --------------------------------------------------------------------------------------------


def test_two_years_follow_the_nation_and_twenty_calm_ones_their_own():
    short = growth_in([NAN, 100.0, 155], common=[0.02])
    long = growth_in(100 * 1.08 ** np.arange(20.0), common=[0.02])
    assert short.own_share[0] < 0.1 and short.recent[0] < 0.05
    assert long.own_share[0] > 0.5


def test_siblings_tell_what_is_common_and_the_nation_tells_better():
    many = np.stack([100 * 1.02 ** np.arange(10.0)] * 9 + [np.append(np.full(7, NAN), [10.0, 13, 17])])
    beside, alone = growth_in(many).recent[-1], growth_in(many[-1]).recent[0]
    assert beside < alone
    told = growth_in(many, common=np.full(10, 0.1))
    assert told.own_share[-1] < growth_in(many).own_share[-1] and told.common[-1] == 0.1


def test_unknown_common_growth_is_as_if_nobody_had_said():
    amounts = np.stack([100 * 1.05 ** np.arange(9.0), 50 * 1.1 ** np.arange(9.0)])
    plain = forecast_panel(amounts, 3, RULE)
    told = forecast_panel(amounts, 3, RULE, common=np.full((1, 9), NAN))
    np.testing.assert_array_equal(plain.mean, told.mean)
    one = forecast_panel(amounts, 3, RULE, common=np.append(np.full(8, NAN), 0.02)[None])
    both = forecast_panel(amounts, 3, RULE, common=np.append(np.full(7, NAN), [0.02, 0.02])[None])
    np.testing.assert_allclose(one.mean, both.mean, rtol=1e-12)


def test_an_assumed_path_is_followed_from_its_year_on():
    amounts = 100 * 1.04 ** np.arange(9.0)
    common = np.append(np.full(9, np.log(1.04)), [NAN, 0.1, 0.1])
    plain = forecast_panel(amounts[None], 3, RULE, common=common[None, :9])
    told = forecast_panel(amounts[None], 3, RULE, common=common[None])
    assert told.mean[0, 0] == pytest.approx(plain.mean[0, 0], rel=1e-12)
    np.testing.assert_allclose(np.diff(np.log(told.mean[0])), 0.1, atol=0.005)


def test_common_growth_moves_with_a_series_that_ends_earlier():
    amounts = np.array([100.0, 103, 104, 109, 112, 115, 119])
    common = np.array([0.0, 0.03, 0.01, 0.05, 0.02, 0.04, 0.03])
    early = forecast_panel(np.append(amounts, NAN)[None], 1, RULE, common=np.append(common, NAN)[None])
    plain = forecast_panel(amounts[None], 2, RULE, common=common[None])
    np.testing.assert_allclose(early.mean[0, 0], plain.mean[0, 1], rtol=1e-12)


# earlier years ---------------------------------------------------------------------------------------------


def test_an_earlier_year_knows_nothing_of_later_ones():
    history, sibling = np.array([100.0, 104, 107, 113, 118, 121, 129]), np.array([5.0, 6, 6, 7, 8, 8, 9])
    driver = DriverPath(np.log(1000 * 1.05 ** np.arange(7.0))[None].repeat(2, 0), np.full((2, 3), 8.0))
    common = np.full((1, 7), 0.03)
    now = forecast_panel(np.stack([history, sibling]), 3, RULE, driver=driver, common=common)
    for changed in ((history, sibling * [1, 1, 1, 1, 1, 1, 2.0]),):
        then = forecast_panel(np.stack(changed), 3, RULE, driver=driver, common=common * [[1, 1, 1, 1, 1, 1, 9.0]])
        np.testing.assert_allclose(now.residuals[:, 0], then.residuals[:, 0], rtol=1e-9)
        assert now.mean[0, 0] != then.mean[0, 0]
    alone = forecast_panel(history[None, :4], 3, RULE)
    np.testing.assert_allclose(
        forecast_panel(history[None], 3, RULE).residuals[2, 0, :3],
        np.log(history[4:7]) - np.log(alone.mean[0]),
        rtol=1e-9,
    )


def test_a_driver_takes_its_share():
    amounts, grows = 100 * 1.03 ** np.arange(9.0), np.log(1000 * 1.03 ** np.arange(9.0))[None]
    plain = forecast_panel(amounts[None], 1, RULE)
    path = DriverPath(grows, grows[:, -1:] + 0.2)
    found = forecast_panel(amounts[None], 1, RULE, driver=path)
    expected = (1 - RULE.driver_share) * np.log(plain.mean[0, 0]) + RULE.driver_share * (np.log(amounts[-1]) + 0.2)
    assert np.log(found.mean[0, 0]) == pytest.approx(expected, rel=1e-9)
    assert found.followed.all() and not plain.followed.any()


# widths ----------------------------------------------------------------------------------------------------

PLAIN = replace(
    RULE.interval, constants={0.5: np.array([1.0, 2.0]), 0.95: np.array([2.0, 4.0])}, shortness=0.0, growth_power=0.0
)


def widths(residuals=None, levels=(0.5,), horizon=2, rule=PLAIN, history=(100.0, 110, 121)):
    sizes = np.full((1, 1, 1), NAN) if residuals is None else np.asarray(residuals, dtype=float)
    return half_widths(sizes, windows_of(np.array([history])), horizon, levels, rule)


def test_widths_by_hand():
    """Errors of a tenth one year ahead, four of them of the last origin: unit 0.1 mixed with what is expected."""
    rule = replace(PLAIN, error_power=1.0, errors_expected=0.0, half_life=1e9)
    found = widths(np.full((4, 1, 1), 0.1), rule=rule)
    unit = 4 * 0.1 / 5 + 0.005
    np.testing.assert_allclose(found[0, 0], [unit, 2 * unit], rtol=1e-9)


def test_without_errors_growth_tells_and_a_short_history_is_wider():
    rule = replace(PLAIN, error_power=1.0, shortness=1.5)
    calm = np.sqrt(2 * rule.usual**2 / 3)
    np.testing.assert_allclose(widths(rule=rule)[0, 0, 0], (rule.errors_expected * calm + 0.005) * 1.5, rtol=1e-9)


def test_larger_recent_errors_widen_and_older_ones_less():
    recent, old = (np.full((6, 1, 1), 0.02) for _ in range(2))
    recent[0], old[5] = 0.3, 0.3
    assert widths(recent)[0, 0, 0] > widths(old)[0, 0, 0] > widths(np.full((6, 1, 1), 0.02))[0, 0, 0]


def test_beyond_the_last_multiple_widths_grow_with_the_same_power():
    found = widths(horizon=4)[0, 0]
    np.testing.assert_allclose(found / found[0], [1, 2, 3, 4], rtol=1e-9)


def test_levels_between_the_shipped_ones_are_straight_in_the_normal_score():
    middle = float(2 * ndtr((ndtri(0.75) + ndtri(0.975)) / 2) - 1)
    np.testing.assert_allclose(widths(levels=(middle,))[0, 0] / widths()[0, 0], np.sqrt(2.0), rtol=1e-9)


def test_widths_never_fall_with_horizon_or_level():
    falling = {0.5: np.array([2.0, 1.0]), 0.95: np.array([1.0, 3.0])}
    found = widths(levels=(0.95, 0.5), rule=replace(PLAIN, constants=falling))
    np.testing.assert_allclose(found[1, 0] / found[1, 0, 0], [1, 1], rtol=1e-9)
    np.testing.assert_allclose(found[0, 0] / found[1, 0, 0], [1, 1.5], rtol=1e-9)


def test_the_deviation_is_that_of_the_eighty_percent_interval():
    amounts = np.array([[100.0, 103, 109, 104, 113, 121], [5.0, 0, 7, 6, 9, 8]])
    found, eighty = (forecast_panel(amounts, 3, RULE, levels) for levels in ((0.5, 0.9), (0.8,)))
    np.testing.assert_allclose(np.log(eighty.upper[0, 0] / eighty.mean[0]), eighty.deviation[0] * ndtri(0.9), rtol=1e-9)
    np.testing.assert_array_equal(found.deviation, eighty.deviation)
    np.testing.assert_allclose(found.upper[:, 0] / found.mean[0], found.mean[0] / found.lower[:, 0], rtol=1e-9)
