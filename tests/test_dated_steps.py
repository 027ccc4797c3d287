"""Levels that change on a date: changes of one year one after the other, the fifteenth of the month, the year after."""

import datetime as dt

import numpy as np
import pytest

from fiscal_model.arithmetic.spending.dated_steps import (
    LAST_DAY_THAT_COUNTS,
    Change,
    carried,
    month_in_force,
    opening_level,
    part_of_year,
    steps_of,
)

ONE = np.array([True])


def path(level, *changes, years=1, rise=1.0):
    """The yearly means of one column, base year first."""
    return carried(np.array([float(level)]), np.full((years, 1), rise), steps_of(changes, years, 1))[:, 0].tolist()


def test_two_rounds_of_a_year_multiply():
    # 1,000; x 1.1 in April = 1,100; x 1.2 in October = 1,320 (not 1,200, not 1,300).
    # Mean: (3 x 1,000 + 6 x 1,100 + 3 x 1,320) / 12 = 13,560 / 12 = 1,130; the next year is 1,320 throughout.
    rounds = Change(1, 4, ONE, 1.1, 0.0), Change(1, 10, ONE, 1.2, 0.0)
    assert path(1_000, *rounds, years=2) == pytest.approx([1_000, 1_130, 1_320])


def test_a_round_raises_an_amount_that_came_before_it_and_not_its_own():
    # 1,000; + 200 in April = 1,200; x 1.5 + 30 in October = 1,830: the 200 rise too, the 30 do not.
    # Mean: (3 x 1,000 + 6 x 1,200 + 3 x 1,830) / 12 = 15,690 / 12 = 1,307.5.
    rounds = Change(1, 4, ONE, 1.0, 200.0), Change(1, 10, ONE, 1.5, 30.0)
    assert path(1_000, *rounds, years=2) == pytest.approx([1_000, 1_307.5, 1_830])


def test_a_new_standard_forgets_what_was_before_and_is_raised_by_what_follows():
    # 700 whatever was paid from March on, x 1.1 from September: 2 months 1,000, 6 months 700, 4 months 770.
    # Mean: (2,000 + 4,200 + 3,080) / 12 = 9,280 / 12; then 770, which rises by 4 % when the next year begins: 800.8.
    rounds = Change(1, 3, ONE, 0.0, 700.0), Change(1, 9, ONE, 1.1, 0.0)
    assert path(1_000, *rounds, years=2)[:2] == pytest.approx([1_000, 9_280 / 12])
    assert path(1_000 / 1.04, *rounds, years=2, rise=1.04)[1:] == pytest.approx([9_280 / 12, 800.8])


def test_changes_count_by_their_dates_however_they_are_listed():
    # In October 500 is the standard, 50 more come in April: 3 x 1,000 + 6 x 1,050 + 3 x 500 = 10,800, mean 900, then 500.
    # Taken as listed the 50 would stand on top of the standard as well: 550.
    rounds = Change(1, 10, ONE, 0.0, 500.0), Change(1, 4, ONE, 1.0, 50.0)
    assert path(1_000, *rounds, years=2) == pytest.approx([1_000, 900, 500])
    assert path(1_000, *reversed(rounds), years=2) == pytest.approx([1_000, 900, 500])
    # The same over two years: x 2 in January of the second year, 120 in July of the first.
    late, early = Change(2, 1, ONE, 2.0, 0.0), Change(1, 7, ONE, 1.0, 120.0)
    assert path(1_000, late, early, years=2) == pytest.approx([1_000, 1_060, 2_240])


def test_a_change_touches_only_its_columns_and_years_beyond_the_plan_none():
    changes = [Change(1, 7, np.array([True, False]), 1.1, 0.0)]
    beyond = [Change(-1, 1, np.ones(2, dtype=bool), 9.0, 9.0), Change(2, 1, np.ones(2, dtype=bool), 9.0, 9.0)]
    found = carried(np.array([100.0, 100.0]), np.ones((1, 2)), steps_of([*beyond, *changes], 1, 2))
    assert found.tolist() == pytest.approx(np.array([[100, 100], [105, 100]]))


def test_each_year_rises_by_its_own_rate():
    # 1,000 in the base year; + 10 % = 1,100; + 50 % = 1,650, and 100 more from July: mean 1,700.
    rises = np.array([[1.1], [1.5]])
    found = carried(np.array([1_000.0]), rises, steps_of([Change(2, 7, ONE, 1.0, 100.0)], 2, 1))
    assert found[:, 0] == pytest.approx([1_000, 1_100, 1_700])


def test_the_base_years_mean_tells_what_was_paid_before_its_rounds():
    # Base year: 100 up to June, x 1.1 + 6 from July = 116: mean 108. Read backwards from 108: 100; the year after: 116.
    steps = steps_of([Change(0, 7, ONE, 1.1, 6.0)], 1, 1)
    assert opening_level(np.array([108.0]), steps) == pytest.approx([100])
    assert carried(np.array([100.0]), np.ones((1, 1)), steps)[:, 0] == pytest.approx([108, 116])


@pytest.mark.parametrize(
    ("day", "year", "month"),
    [
        ((2026, 7, 1), 1, 7),
        ((2026, 7, 14), 1, 7),
        ((2026, 7, 15), 1, 7),  # the fifteenth itself still counts
        ((2026, 7, 16), 1, 8),
        ((2026, 12, 15), 1, 12),
        ((2026, 12, 16), 2, 1),
        ((2025, 1, 1), 0, 1),
        ((2024, 12, 31), 0, 1),
        ((2024, 12, 15), -1, 12),
    ],
)
def test_a_month_belongs_to_what_is_in_force_on_its_fifteenth(day, year, month):
    assert LAST_DAY_THAT_COUNTS == 15
    assert month_in_force(dt.date(*day), 2025) == (year, month)


@pytest.mark.parametrize(("month", "part"), [(1, 1.0), (4, 0.75), (7, 0.5), (12, 1 / 12)])
def test_the_part_of_a_year_counts_the_month_of_the_start(month, part):
    assert part_of_year(dt.date(2027, month, 28)) == pytest.approx(part)
