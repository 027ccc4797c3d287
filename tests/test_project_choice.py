"""Choosing projects: the best of all choices where all can be listed, within its own bound where they cannot."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from fiscal_model.arithmetic.spending.joint_totals import Range, chains_of, hold, share_held
from fiscal_model.arithmetic.spending.project_choice import Options, choose

HELD = 0.9


def options_of(value, cost, project, must=(), rows=(), least=(), most=()):
    wide = sparse.csr_array(np.array(rows, dtype=float).reshape(len(most), len(value)))
    needed = np.isin(np.arange(max(project) + 1), must)
    return Options(np.array(value, float), np.array(cost, float), np.array(project), needed, wide, np.array(least, float), np.array(most, float))  # fmt: skip


def library(generator, projects=5, starts=3, years=3):
    value, cost, project = [], [], []
    for one in range(projects):
        size, length = generator.uniform(5, 20), generator.integers(1, 3)
        for start in range(starts):
            path = np.zeros(years)
            path[start : start + length] = size / length
            path[start + length :] = 0.05 * size
            value, cost, project = [*value, size * generator.uniform(0.5, 1.5)], [*cost, path], [*project, one]
    return options_of(value, cost, project)


def money_of(generator, paths=60, years=3):
    return 18 + generator.normal(0, 4, (paths, years)).cumsum(axis=1)


def listed(options, money, held=HELD):
    """Every choice that holds, by brute force: the value of the best one."""
    ways = [[None, *np.flatnonzero(options.project == one)] for one in range(len(options.must))]
    best = -np.inf
    for combination in product(*ways):
        taken = [each for each in combination if each is not None]
        started = np.isin(np.arange(len(options.must)), options.project[taken]) if taken else ~options.must & False
        met = options.rows[:, taken].sum(axis=1) if len(options.most) else np.zeros(0)
        fits = (met >= options.least - 1e-9).all() and (met <= options.most + 1e-9).all()
        if fits and started[options.must].all() and share_held(money, options.cost[taken].sum(axis=0)) >= held:
            best = max(best, options.value[taken].sum())
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_choice_is_the_best_of_all_that_hold(seed):
    generator = np.random.default_rng(seed)
    options, money = library(generator), money_of(generator)
    found = choose(options, money, held=HELD, gap=1e-9)
    assert found.value == pytest.approx(listed(options, money))
    assert found.bound >= found.value - 1e-9
    assert found.held == share_held(money, found.totals) >= HELD
    assert np.bincount(options.project[found.taken]).max() <= 1


@pytest.mark.parametrize("seed", range(6))
def test_conditions_are_met_and_the_best_under_them_is_found(seed):
    """Project 0 must start, 1 only where 2 does, and 3 and 4 exclude each other."""
    generator = np.random.default_rng(100 + seed)
    plain, money = library(generator), money_of(generator)
    of = lambda one: (plain.project == one).astype(float)  # noqa: E731
    rows, least, most = [of(1) - of(2), of(3) + of(4)], [-np.inf, 0.0], [0.0, 1.0]
    options = options_of(plain.value, plain.cost, plain.project, (0,), rows, least, most)
    found, best = choose(options, money, held=HELD, gap=1e-9), listed(options, money)
    if found is None:
        assert best == -np.inf
        return
    started = set(plain.project[found.taken])
    assert 0 in started and (1 not in started or 2 in started) and not {3, 4} <= started
    assert found.value == pytest.approx(best) and found.bound >= found.value - 1e-9


def test_what_must_start_and_cannot_be_paid_leaves_no_choice():
    options = options_of([1.0], [[50.0, 0.0]], [0], must=(0,))
    assert choose(options, np.full((20, 2), 10.0)) is None


def test_a_cost_after_the_last_start_year_must_fit_too():
    """One project of 5, then 4 a year to run: the second year has 3."""
    options = options_of([10.0, 1.0], [[5.0, 4.0], [2.0, 2.0]], [0, 1])
    found = choose(options, np.full((10, 2), [9.0, 3.0]))
    assert found.taken.tolist() == [False, True]


def test_a_year_without_money_lets_nothing_be_spent_in_it():
    options = options_of([10.0, 1.0], [[5.0, 0.0], [0.0, 2.0]], [0, 1])
    found = choose(options, np.full((10, 2), [-3.0, 3.0]))
    assert found.taken.tolist() == [False, True]


def test_greed_fails_where_the_choice_does_not():
    """By value for money the first is best; with it nothing else fits, without it the other two do."""
    options = options_of([6.0, 5.0, 5.0], [[5.0], [4.5], [4.5]], [0, 1, 2])
    assert choose(options, np.full((10, 1), 9.0)).taken.tolist() == [False, True, True]


@pytest.mark.slow
def test_many_projects_come_within_half_a_percent_of_their_bound():
    generator = np.random.default_rng(7)
    options, money = library(generator, projects=150, starts=4, years=4), 20 * money_of(generator, 800, 4)
    found = choose(options, money, held=0.95, gap=5e-3)
    assert found.gap <= 5e-3 and found.held >= 0.95
    raised = choose(options, 1.01 * money, held=0.95, gap=5e-3)
    assert raised.bound >= found.value  # more money never makes the best worse


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3), st.sampled_from([0.7, 0.9]))
def test_no_totals_that_hold_are_worth_more_than_any_prices_say(seed, years, held):
    generator = np.random.default_rng(seed)
    money, price = generator.integers(0, 12, (14, years)).astype(float), generator.uniform(0, 2, years)
    whole = Range.whole(chains_of(money, held))
    bound, _ = whole.worth(price, generator.uniform(0, 2, len(whole.year)))
    levels = [np.unique(column) for column in money.T]
    best = max(price @ np.array(each) for each in product(*levels) if share_held(money, np.array(each)) >= held)
    assert bound >= best - 1e-9


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_totals_that_hold_cannot_be_raised_alone(seed):
    generator = np.random.default_rng(seed)
    money, price = generator.normal(10, 3, (40, 3)), generator.uniform(0.1, 2, 3)
    totals = hold(chains_of(money, 0.9), generator.uniform(0, 20, 3), price)
    assert share_held(money, totals) >= 0.9
    for year in range(3):
        higher = totals.copy()
        higher[year] += 1e-3
        nowhere = higher[year] > np.sort(money[:, year])[4]
        assert share_held(money, higher) < 0.9 or nowhere
