"""Own revenue: the engines on awkward series, the back-test's choice, items that add up, intervals that never narrow."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.revenue.backtest import Settings, backtest, extend
from fiscal_model.revenue.engines import (
    DAMPED_TREND,
    ELASTICITY,
    LAST_VALUE,
    damped_trend,
    elasticity,
    last_value,
)
from fiscal_model.revenue.forecast import SHARED_OUT, forecast_own_revenue

SETTINGS = Settings(minimum_years=7, minimum_window=5, longest_horizon=5, shrinkage_years=8.0)
FLOOR = np.array([0.05, 0.07, 0.09, 0.11, 0.14])
YEARS = (2026, 2027, 2028, 2029, 2030)
NO_ITEMS, NO_GDP = pd.DataFrame(), pd.Series(dtype=float)
GROWTH = np.full(5, 0.05)
AWKWARD = {
    "constant": np.full(12, 100.0),
    "tenfold": 100 * 10 ** (np.arange(12) / 11),
    "five values": np.array([100.0, 103, 101, 108, 110]),
    "five equal values": np.full(5, 7.0),
    "level shift": np.array([100.0] * 6 + [50.0] * 6),
    "collapse": np.array([100.0] * 11 + [1.0]),
    "tiny": 1e-3 * (1 + np.arange(8.0)),
    "huge": 1e9 * (1 + np.arange(8.0)),
    "zigzag": np.array([100.0, 140, 90, 150, 80, 160, 85, 150, 95]),
}


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def series(values, last=2025):
    return pd.Series(np.asarray(values, dtype=float), index=range(last - len(values) + 1, last + 1))


def forecast(total, items=NO_ITEMS, gdp=NO_GDP, growth=GROWTH, years=YEARS, floor=FLOOR):
    return forecast_own_revenue(total, items, gdp, growth, years, SETTINGS, floor)


# engines ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(AWKWARD))
def test_the_trend_copes_with_awkward_series(name):
    history = AWKWARD[name]
    ahead = damped_trend(history, 10)
    assert ahead.shape == (10,)
    assert np.isfinite(ahead).all()
    assert (ahead > 0).all()
    np.testing.assert_array_equal(damped_trend(history, 10), ahead)
    np.testing.assert_allclose(damped_trend(history, 3), ahead[:3], rtol=1e-12)


def test_a_constant_series_stays_constant():
    np.testing.assert_allclose(damped_trend(AWKWARD["constant"], 5), 100.0, rtol=1e-6)


def test_tenfold_growth_goes_on_and_slackens():
    ahead = damped_trend(AWKWARD["tenfold"], 10)
    steps = np.diff(np.log(np.concatenate([[1000.0], ahead])))
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()
    assert steps[0] < np.log(10) / 11 + 1e-3


def test_after_a_level_shift_the_new_level_counts():
    assert (damped_trend(AWKWARD["level shift"], 5) < 60).all()


@pytest.mark.parametrize("engine", [DAMPED_TREND, ELASTICITY, LAST_VALUE])
@pytest.mark.parametrize("name", ["constant", "tenfold", "level shift", "zigzag"])
def test_engines_do_not_mind_the_unit(engine, name):
    history = AWKWARD[name]
    driver = np.linspace(50, 80, len(history))
    one, many = (
        extend(engine, scale * history, 5, driver, 80 * 1.04 ** np.arange(1, 6), SETTINGS)
        for scale in (1, 1e4)
    )
    np.testing.assert_allclose(many, 1e4 * one, rtol=2e-3)


def test_elasticity_of_one_follows_output():
    driver = np.array([50.0, 52, 55, 60, 58])
    np.testing.assert_allclose(elasticity(0.1 * driver, driver, np.array([60.0, 66.0]), 8), [6.0, 6.6])


def test_elasticity_is_shrunk_towards_one_by_hand():
    driver = np.exp([0.0, 0.1, 0.2, 0.3])
    history = driver**2
    # Slope 2 on four years, prior 1 worth eight: (4 x 2 + 8) / 12 = 4/3.
    ahead = elasticity(history, driver, np.exp([0.4]), 8.0)
    np.testing.assert_allclose(ahead, np.exp(0.6 + 0.1 * 4 / 3))


@pytest.mark.parametrize(("slope", "expected"), [(-30.0, 0.0), (40.0, 2.0)])
def test_elasticity_is_held_within_bounds(slope, expected):
    driver = np.exp(np.linspace(0, 0.5, 6))
    ahead = elasticity(driver**slope, driver, driver[-1:] * 1.1, 8.0)
    np.testing.assert_allclose(ahead, driver[-1:] ** slope * 1.1**expected)


def test_elasticity_to_a_standstill_follows_one_for_one():
    np.testing.assert_allclose(elasticity(np.array([1.0, 2.0]), np.ones(2), np.array([1.1]), 8), [2.2])


def test_the_last_value_is_repeated():
    assert last_value(np.array([3.0, 5.0]), 3).tolist() == [5.0, 5.0, 5.0]


# back-test -------------------------------------------------------------------------------------------------


def test_steady_growth_is_won_by_the_trend():
    assert backtest(100 * 1.06 ** np.arange(12), None, SETTINGS).best == DAMPED_TREND


def test_a_shifted_level_is_won_by_the_last_value():
    result = backtest(AWKWARD["level shift"], None, SETTINGS)
    assert result.best == LAST_VALUE
    assert set(result.scores) == {DAMPED_TREND, LAST_VALUE}


def test_revenue_that_scatters_around_output_is_won_by_elasticity():
    generator = np.random.default_rng(12)
    gdp = 1000 * 1.07 ** np.arange(14)
    revenue = 0.1 * gdp * np.exp(generator.normal(0, 0.05, 14))
    result = backtest(revenue, gdp, SETTINGS)
    assert result.best == ELASTICITY == min(result.scores, key=result.scores.__getitem__)


def test_origins_horizons_and_errors_by_hand():
    history = np.array([100.0, 110, 120, 130, 140, 150, 160])
    result = backtest(history, None, SETTINGS)
    errors = result.errors[LAST_VALUE]
    assert errors.shape == (2, 5)
    np.testing.assert_allclose(errors[0, :2], np.log([150 / 140, 160 / 140]))
    np.testing.assert_allclose(errors[1, 0], np.log(160 / 150))
    assert np.isnan(errors[0, 2:]).all()
    assert np.isnan(errors[1, 1:]).all()
    seen = [np.log(150 / 140), np.log(160 / 140), np.log(160 / 150)]
    assert result.scores[LAST_VALUE] == pytest.approx(np.mean(seen))
    deviation = result.deviation(LAST_VALUE)
    assert deviation[0] == pytest.approx(np.sqrt((seen[0] ** 2 + seen[2] ** 2) / 2))
    assert deviation[1] == pytest.approx(seen[1])
    assert np.isnan(deviation[2:]).all()


def test_an_origin_knows_nothing_of_later_years():
    gdp = 1000 * 1.05 ** np.arange(10)
    revenue = 0.1 * gdp
    later = gdp.copy()
    later[7:] *= 3
    first, second = (backtest(revenue, driver, SETTINGS).errors[ELASTICITY] for driver in (gdp, later))
    np.testing.assert_array_equal(first[:3], second[:3])


# forecast --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(AWKWARD))
@pytest.mark.parametrize("with_gdp", [True, False])
def test_a_total_is_carried_forward_whatever_it_is(name, with_gdp):
    total = series(AWKWARD[name])
    gdp = series(1000 * 1.05 ** np.arange(len(total)), last=2024) if with_gdp else NO_GDP
    found = forecast(total, gdp=gdp)
    assert found.items == ("own_revenue",)
    assert np.isfinite(found.total).all()
    assert (found.total > 0).all()
    np.testing.assert_array_equal(found.mean[:, 0], found.total)
    assert (found.deviation >= FLOOR).all()
    assert (np.diff(found.deviation) >= 0).all()
    assert (found.backtest is None) == (len(total) < SETTINGS.minimum_years)


def test_a_short_series_follows_output_or_stays_level():
    short = series([100.0, 90.0])
    level = forecast(short)
    assert level.total.tolist() == [90.0] * 5
    assert level.engines == {"total": LAST_VALUE}
    assert level.backtest is None
    np.testing.assert_array_equal(level.deviation, FLOOR)
    followed = forecast(short, gdp=series([1000.0], last=2025))
    np.testing.assert_allclose(followed.total, 90 * 1.05 ** np.arange(1, 6))
    assert followed.engines == {"total": ELASTICITY}


def test_output_that_ends_early_is_extended_at_the_assumed_growth():
    followed = forecast(series([100.0]), gdp=series([1000.0], last=2023))
    np.testing.assert_allclose(followed.total, 100 * 1.05 ** np.arange(1, 6))


def test_output_of_later_years_is_not_looked_at():
    total = series(100 * 1.03 ** np.arange(9))
    gdp = series(1000 * 1.06 ** np.arange(9))
    later = pd.concat([gdp, pd.Series({2026: 1.0, 2027: 9e9})])
    np.testing.assert_array_equal(forecast(total, gdp=gdp).total, forecast(total, gdp=later).total)


def items_frame():
    years = range(2014, 2026)
    steps = np.arange(12)
    return pd.DataFrame(
        {
            "10101": 40 * 1.05**steps,
            "10104": 20 + 3.0 * (steps % 3),
            "10118": np.where(steps == 8, 0.0, 5.0),
            "10119": [np.nan] * 9 + [8.0, 9.0, 7.0],
            "10302": [np.nan] * 11 + [6.0],
            "10399": np.full(12, 4.0),
            "10120": [3.0] * 6 + [np.nan] * 6,
        },
        index=years,
    )


def test_items_add_up_to_the_total():
    items = items_frame()
    total = items.sum(axis=1)
    found = forecast(total, items, gdp=series(1000 * 1.05 ** np.arange(12)))
    assert found.items == ("10101", "10104", "10118", "10119", "10302", "10399")
    np.testing.assert_allclose(found.mean.sum(axis=1), found.total, rtol=1e-12)
    alone = forecast(total, gdp=series(1000 * 1.05 ** np.arange(12)))
    np.testing.assert_array_equal(found.total, alone.total)
    assert (found.mean > 0).all()


def test_short_items_and_items_with_zeros_share_the_totals_growth():
    items = items_frame()
    found = forecast(items.sum(axis=1), items)
    for code in ("10118", "10119", "10302"):
        assert found.engines[code] == SHARED_OUT
    assert found.engines["10101"] == DAMPED_TREND
    shared = found.mean[:, [found.items.index(code) for code in ("10118", "10119", "10302")]]
    np.testing.assert_allclose(shared / shared[:, :1], np.tile([1.0, 7 / 5, 6 / 5], (5, 1)))


def test_an_item_of_zero_stays_zero():
    items = items_frame().assign(**{"10305": 0.0})
    found = forecast(items.sum(axis=1), items)
    assert found.mean[:, found.items.index("10305")].tolist() == [0.0] * 5


def test_the_interval_is_what_the_backtest_saw_where_that_is_wider():
    generator = np.random.default_rng(1)
    total = series(100 * np.exp(np.cumsum(generator.normal(0, 0.3, 15))))
    found = forecast(total)
    seen = found.backtest.deviation(found.engines["total"])
    np.testing.assert_allclose(found.deviation, np.maximum.accumulate(np.fmax(seen, FLOOR)))
    assert found.deviation[0] > FLOOR[0]


def test_beyond_the_longest_back_tested_horizon_the_interval_stays_as_wide():
    years = tuple(range(2026, 2036))
    floor = np.full(10, 0.01)
    found = forecast(series(AWKWARD["zigzag"]), growth=np.full(10, 0.05), years=years, floor=floor)
    np.testing.assert_array_equal(found.deviation[4:], found.deviation[4])


@given(
    st.lists(st.floats(1.0, 1e6), min_size=1, max_size=9),
    st.lists(st.one_of(st.none(), st.floats(0.0, 1e5)), min_size=1, max_size=4),
)
@settings(max_examples=15, deadline=None)
def test_any_history_gives_a_coherent_forecast(values, base_items):
    total = series(values)
    known = [amount if amount is not None else np.nan for amount in base_items]
    rest = values[-1] - np.nansum(known)
    if rest <= 0:
        known, rest = [np.nan], values[-1]
    items = pd.DataFrame(
        [[*known, rest]], index=[2025], columns=[f"101{number:02d}" for number in range(1, len(known) + 2)]
    )
    found = forecast(total, items)
    np.testing.assert_allclose(found.mean.sum(axis=1), found.total, rtol=1e-9)
    assert (found.deviation >= FLOOR).all()
    assert (np.diff(found.deviation) >= 0).all()


# real places -----------------------------------------------------------------------------------------------


def test_no_interval_is_narrower_than_the_published_floor(plan):
    """National forecasters' own record: 4 % in the first year, 11.5 % in the fifth, mean absolute."""
    mean_absolute = plan.basis.fitted.revenue.deviation * np.sqrt(2 / np.pi)
    assert mean_absolute[0] >= 0.04 - 1e-9
    assert mean_absolute[-1] >= 0.115 - 1e-9
    assert (np.diff(mean_absolute) >= 0).all()


def test_a_plan_starts_from_the_level_of_the_base_year(plan):
    first = plan.line("own_revenue")[0] / plan.basis.opening.flows["own_revenue"]
    assert 0.85 < first < 1.15
