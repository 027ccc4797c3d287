"""The arithmetic around a revenue forecast, by hand: scale, drivers, yardsticks, sums, breaks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.arithmetic.revenue.breaks import Break, Reading, shocks_ahead, without_breaks
from fiscal_model.arithmetic.revenue.driver_elasticity import DriverPath, elasticity
from fiscal_model.arithmetic.revenue.hierarchy import forecast_proportions, parents_of
from fiscal_model.arithmetic.revenue.scale import windows_of
from fiscal_model.arithmetic.revenue.yardsticks import grey_model, linear_drift

NAN = float("nan")


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


# drivers and yardsticks -----------------------------------------------------------------------------------


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


def test_drifts_by_hand():
    money = np.array([[NAN, 100.0, 110, 121], [10.0, NAN, 14, 16]])
    np.testing.assert_allclose(linear_drift(money, 2), [[131.5, 142], [18, 20]], rtol=1e-12)
    np.testing.assert_allclose(np.exp(linear_drift(np.log(money[:1]), 2)), [[133.1, 146.41]], rtol=1e-12)


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
