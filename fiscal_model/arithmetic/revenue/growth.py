"""The law of the forecast: recent growth fades to long-run growth; the last year's fall or leap is partly made up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.revenue.scale import Windows

AVERAGED = 5
"""Long-run growth of so many years ahead is compared and pulled to."""
LEAST_LEFT = 1e-9
"""What a straight line through a fall leaves of an item at least, so that it has a logarithm."""


@dataclass(frozen=True)
class GrowthRule:
    """The constants of the law; ``[growth]`` of data/rules/forecast.toml. Growth is in logs a year."""

    half_life: float  # Years after which a growth rate counts half in recent growth
    winsor: float  # Growth further than this many scaled median deviations from its median is pulled in
    usual: float  # Long-run growth before anything is seen
    spread_long_run: float  # How far a series' true long-run growth lies from ``usual``: standard deviation
    spread_alone: float  # How far true recent growth of a series lies from its long-run growth: standard deviation
    spread_common: float  # And how far from what is common, where that is known
    volatility: float  # Usual standard deviation of growth around its mean, which counts as ``own_years`` of a series
    own_years: float
    members: float  # Siblings at which what they have in common counts half
    shared_long_run: float  # How far long-run growth is pulled to the middle of many siblings
    last_year: float  # Weight of the last year in a given common growth; the rest is the year before
    ordinary: (
        float  # Growth up to this above the long run fades by ``fading`` a year, what lies beyond by ``boom_fading``
    )
    fading: float
    boom_fading: float
    rebound: float  # Part of a fall below recent growth that is made up, within few years
    rebound_left: float  # Part of it still missing after each year
    fastest: float  # No growth beyond this, up or down
    giveback: float  # Part of the last year's leap over recent growth that a wild series by itself loses again
    going_on: float  # How far its long-run growth is lifted to what recent years still have


@dataclass(frozen=True)
class Growth:
    """Growth of every series as known at the end of its window, in logs a year; arrays of shape (series,)."""

    own: np.ndarray  # Of its own last years
    common: np.ndarray  # Of the nation or of its siblings; what it is pulled to
    own_share: np.ndarray  # Weight of its own in ``recent``
    recent: np.ndarray
    long_run: np.ndarray  # (series, horizon) float: what it fades to
    fall: np.ndarray  # By how much the last year lay below recent growth; zero or negative
    leap: np.ndarray  # By how much above, as far as the series is wild and by itself; zero or positive


def growth_of(windows: Windows, pool: np.ndarray, horizon: int, rule: GrowthRule, common: np.ndarray) -> Growth:
    """Estimate recent and long-run growth of many series at once.

    ``pool``: (series,) int, siblings share a number.
    ``common``: (series,) float, growth known to be common, of the nation; NaN where nobody said: siblings tell.

    Notes
    -----
    Own recent growth ``b`` averages all years with a half-life, outliers pulled in; a slowdown is believed at once: the
    last year's growth stands where it is lower. With variance ``v`` of that mean and spread ``t`` the estimate is
    ``(t b + v c) / (t + v)`` (Efron and Morris 1975), ``c`` the common growth, or the long-run one of a series alone.
    Beside a nation or siblings a leap of the last year is shrunk; of a series by itself part of it is lost again, and its
    long run is lifted to growth that goes on.
    """
    steps = np.diff(windows.logs, axis=1)
    known = np.isfinite(steps)
    seen = known.sum(axis=1)
    growth = np.where(known, winsorised(steps, rule.winsor), 0.0)
    weight = np.where(known, 0.5 ** (np.arange(growth.shape[1])[::-1] / rule.half_life), 0.0)
    total = np.maximum(weight.sum(axis=1), 1e-12)
    mean = (growth * weight).sum(axis=1) / total
    squares = np.where(known, (growth - mean[:, None]) ** 2, 0.0).sum(axis=1)
    variance = (squares + rule.own_years * rule.volatility**2) / (np.maximum(seen - 1, 0) + rule.own_years)
    error = variance * (weight**2).sum(axis=1) / total**2
    last = np.where(seen > 0, np.nan_to_num(steps[:, -1]), mean)
    fall = np.minimum(last - mean, 0.0)
    own = np.maximum(mean + fall, -rule.fastest)
    middle, members = _middles(own, seen > 0, pool)
    shared = np.maximum(members - 1, 0) / (np.maximum(members - 1, 0) + rule.members)
    told = np.isfinite(common) & ~windows.signed
    by_itself = np.where(told, 0.0, 1 - shared)
    leap = by_itself * np.clip(last - mean, 0.0, rule.fastest) * variance / (variance + rule.volatility**2)
    of_line = (rule.spread_long_run**2 / (rule.spread_long_run**2 + variance / np.maximum(seen, 1)))[:, None]
    of_line = np.where(seen[:, None] > 0, of_line, 0.0)
    usual = np.where(windows.signed, 0.0, rule.usual)[:, None]
    line = np.clip(straight_line(windows, horizon), -rule.fastest, rule.fastest)
    long_run = (1 - of_line) * usual + of_line * line
    agreed = np.minimum(growth.sum(axis=1) / np.maximum(seen, 1), own)
    lifted = rule.going_on * by_itself[:, None] * of_line * np.maximum(agreed[:, None] - long_run, 0.0)
    long_run = long_run + np.where(windows.signed[:, None], 0.0, lifted)
    average = long_run[:, :AVERAGED].mean(axis=1)
    drawn = rule.shared_long_run * shared * (_middles(average, seen > 0, pool)[0] - average)
    long_run = long_run + np.where(windows.signed, 0.0, drawn)[:, None]
    pulled = np.where(told, common, shared * middle + (1 - shared) * long_run[:, :AVERAGED].mean(axis=1))
    spread = np.where(told, rule.spread_common, shared * rule.spread_common + (1 - shared) * rule.spread_alone) ** 2
    share = np.where(seen > 0, spread / (spread + error), 0.0)
    recent = np.clip(share * own + (1 - share) * pulled, -rule.fastest, rule.fastest)
    return Growth(own, pulled, share, recent, long_run, fall, leap)


def carried_forward(last: np.ndarray, growth: Growth, rule: GrowthRule, ahead: np.ndarray) -> np.ndarray:
    """Carry series forward on the working scale, (series, horizon) float.

    ``last``: (series,) float, the last year.
    ``ahead``: (series, horizon) float, common growth that somebody assumes for a year to come; NaN where nobody does.

    Notes
    -----
    ``x(T+h) = x(T) + r (1 - l^h) + sum_k [m_k + (b - m_k)+ f^k]``: growth ``b`` above the long run ``m`` fades, growth
    below it is not carried on; ``r`` is the part of the last fall that is made up, less that of the last leap that is
    lost. Where common growth ``a_k`` is assumed, the step is ``a_k`` and what the series grew faster or slower than
    common, fading: ``a_k + s (own - common) f^k``.

    Examples
    --------
    >>> rule = GrowthRule(1, 2.5, 0.03, 0, 0.1, 0.02, 0.09, 2, 1, 0, 0.65, 0.05, 0.5, 0.9, 0.25, 0.3, 0.35, 0, 0)
    >>> one = np.ones(1)
    >>> growth = Growth(0.07 * one, 0 * one, one, 0.07 * one, np.full((1, 2), 0.03), 0 * one, 0 * one)
    >>> carried_forward(0 * one, growth, rule, np.full((1, 2), np.nan)).round(3).tolist()
    [[0.05, 0.09]]
    """
    years = np.arange(1, growth.long_run.shape[1] + 1)
    above = np.maximum(growth.recent[:, None] - growth.long_run, 0.0)
    ordinary = np.minimum(above, rule.ordinary)
    steps = growth.long_run + ordinary * rule.fading**years + (above - ordinary) * rule.boom_fading**years
    apart = (growth.own_share * (growth.own - growth.common))[:, None] * rule.fading**years
    steps = np.where(np.isfinite(ahead), ahead + apart, steps)
    made_up = -rule.rebound * np.maximum(growth.fall, -rule.fastest) - rule.giveback * growth.leap
    made_up = made_up[:, None] * (1 - rule.rebound_left**years)
    return last[:, None] + made_up + np.cumsum(np.clip(steps, -rule.fastest, rule.fastest), axis=1)


def straight_line(windows: Windows, horizon: int) -> np.ndarray:
    """Return the growth that each series' straight line in money implies for the years ahead, (series, horizon) float."""
    money = np.exp(windows.logs)
    steps = np.diff(money, axis=1)
    known = np.isfinite(steps)
    mean = np.where(known, steps, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    path = np.maximum(1 + (mean / money[:, -1])[:, None] * np.arange(horizon + 1), LEAST_LEFT)
    return np.diff(np.log(path), axis=1)


def winsorised(growth: np.ndarray, reach: float) -> np.ndarray:
    """Pull growth beyond ``reach`` scaled median absolute deviations back to that bound, (series, year) float."""
    middle = _median(growth)[:, None]
    spread = np.maximum(1.4826 * _median(np.abs(growth - middle))[:, None], 0.005)
    return np.clip(growth, middle - reach * spread, middle + reach * spread)


def _median(values: np.ndarray) -> np.ndarray:
    """Median of each row's known values, zero where none is known; sorting puts NaN last and warns of nothing."""
    known = np.isfinite(values).sum(axis=1)
    ordered = np.sort(values, axis=1)
    rows = np.arange(len(values))
    upper, lower = (ordered[rows, np.clip(place, 0, values.shape[1] - 1)] for place in (known // 2, (known - 1) // 2))
    return np.where(known > 0, (lower + upper) / 2, 0.0)


def _middles(values: np.ndarray, usable: np.ndarray, pool: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median of each series' pool and the number of its usable members, two (series,) arrays; zero where there is none."""
    groups = int(pool.max()) + 1
    rows = np.flatnonzero(usable)
    order = rows[np.lexsort((values[rows], pool[rows]))]
    count = np.bincount(pool[rows], minlength=groups)
    first = np.cumsum(count) - count
    ordered = np.append(values[order], 0.0)
    lower, upper = (
        ordered[np.minimum(first + place, len(order))] for place in (np.maximum(count - 1, 0) // 2, count // 2)
    )
    return np.where(count > 0, (lower + upper) / 2, 0.0)[pool], count[pool]
