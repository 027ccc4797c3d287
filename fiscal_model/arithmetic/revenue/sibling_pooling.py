"""Borrowing strength: the drift and the volatility of a short series, pulled towards its siblings and a shipped prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Prior:
    """What is believed of a fiscal series before any of it is seen; ``[pooling]`` of data/rules/forecast.toml."""

    # drift, drift_deviation: mean and standard deviation of yearly log growth over items and places
    drift: float
    drift_deviation: float
    volatility: float  # Usual standard deviation of log growth around its drift
    # members, own_years, spread_members: weight of the prior: in series of a pool, in years of a series, in series for
    # the spread of drifts
    members: float
    own_years: float
    spread_members: float
    half_life: float  # Years after which a growth rate counts half
    winsor: float  # Growth further than this many scaled median deviations from its median is pulled in


def growth_of(logs: np.ndarray) -> np.ndarray:
    """Return yearly log growth (series, year - 1); NaN where a year is unknown."""
    return np.diff(logs, axis=1)


def winsorised(growth: np.ndarray, reach: float) -> np.ndarray:
    """Pull growth beyond ``reach`` scaled median absolute deviations back to that bound.

    Examples
    --------
    >>> winsorised(np.array([[0.04, 0.05, 0.06, 0.05, 0.9]]), 2.5).round(3).tolist()
    [[0.04, 0.05, 0.06, 0.05, 0.087]]
    """
    middle = _median(growth)[:, None]
    spread = np.maximum(1.4826 * _median(np.abs(growth - middle))[:, None], 0.005)
    return np.clip(growth, middle - reach * spread, middle + reach * spread)


def pooled_drift(logs: np.ndarray, pool: np.ndarray, signed: np.ndarray, prior: Prior) -> np.ndarray:
    """Estimate the yearly log drift of each series by empirical Bayes, (series,) float.

    ``logs``: (series, year) float, right-aligned histories, NaN before they begin.
    ``pool``: (series,) int, series with the same number are siblings: drifts are pulled towards their mean, the mean
    towards the prior.
    ``signed``: (series,) bool, items with negative years grow from nothing to nothing: their prior drift is zero.

    Notes
    -----
    Recent years weigh more (half-life), outliers are winsorised. With own drift ``b``, its squared standard error ``v``,
    the pool's mean ``m`` and the spread ``t`` of true drifts within it, the estimate is ``(t b + v m) / (t + v)``
    (Efron and Morris 1975); ``m`` and ``t`` are themselves pulled towards the prior.

    Examples
    --------
    >>> prior = Prior(0.045, 0.035, 0.09, 2, 4, 4, 3, 2.5)
    >>> steady = np.log(100 * 1.1 ** np.arange(12.0))[None]
    >>> pooled_drift(steady, np.zeros(1, int), np.zeros(1, bool), prior).round(3).tolist()
    [0.088]
    """
    growth = winsorised(growth_of(logs), prior.winsor)
    known = np.isfinite(growth)
    seen = known.sum(axis=1)
    # Of one or two growth rates nobody can tell which is the outlier: the prior does.
    reach = prior.winsor * prior.volatility
    growth = np.where(seen[:, None] < 3, np.clip(growth, prior.drift - reach, prior.drift + reach), growth)
    weight = np.where(known, 0.5 ** (np.arange(growth.shape[1])[::-1] / prior.half_life), 0.0)
    total = np.maximum(weight.sum(axis=1), 1e-12)
    own = np.where(known, growth, 0.0)
    drift = (own * weight).sum(axis=1) / total
    effective = total**2 / np.maximum((weight**2).sum(axis=1), 1e-12)
    squares = np.where(known, (own - drift[:, None]) ** 2, 0.0).sum(axis=1)
    variance = (squares + prior.own_years * prior.volatility**2) / (np.maximum(seen - 1, 0) + prior.own_years)
    error = variance / np.maximum(effective, 1e-12)
    expected, spread = _pool_moments(drift, error, seen > 0, pool, np.where(signed, 0.0, prior.drift), prior)
    trust = np.where(seen > 0, spread / (spread + error), 0.0)
    return trust * drift + (1 - trust) * expected


def pooled_volatility(logs: np.ndarray, pool: np.ndarray, prior: Prior) -> np.ndarray:
    """Estimate the standard deviation of log growth of each series, pulled towards its pool and the prior.

    ``logs``: (series, year) float.
    ``pool``: (series,) int.
    Returns (series,) float: geometric mean of own and pooled volatility, weighted by years known against six.

    Examples
    --------
    >>> prior = Prior(0.045, 0.035, 0.09, 2, 4, 4, 3, 2.5)
    >>> flat = np.zeros((1, 10))
    >>> bool(0.01 < pooled_volatility(flat, np.zeros(1, int), prior)[0] < 0.09)
    True
    """
    growth = winsorised(growth_of(logs), 4.0)
    known = np.isfinite(growth)
    seen = known.sum(axis=1)
    mean = np.where(known, growth, 0.0).sum(axis=1) / np.maximum(seen, 1)
    squares = np.where(known, (growth - mean[:, None]) ** 2, 0.0).sum(axis=1)
    own = np.log(np.sqrt(squares / np.maximum(seen - 1, 1)) + 0.01)
    years = np.where(seen > 1, seen + 1.0, 0.0)
    groups = int(pool.max()) + 1
    members = np.bincount(pool, years > 0, groups)
    weighed = np.bincount(pool, np.where(years > 0, own * years, 0.0), groups)
    usual = weighed / np.maximum(np.bincount(pool, years, groups), 1e-12)
    usual = (members * usual + 3 * np.log(prior.volatility)) / (members + 3)
    return np.exp((years * own + 6 * usual[pool]) / (years + 6))


def _pool_moments(
    drift: np.ndarray, error: np.ndarray, seen: np.ndarray, pool: np.ndarray, prior_drift: np.ndarray, prior: Prior
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of the true drifts around each series: its pool's, shrunk to the prior."""
    groups = int(pool.max()) + 1
    members = np.bincount(pool, seen, groups)[pool]
    weight = np.where(seen, 1 / (error + 0.02**2), 0.0)
    mean = (np.bincount(pool, drift * weight, groups) / np.maximum(np.bincount(pool, weight, groups), 1e-12))[pool]
    mean = (members * mean + prior.members * prior_drift) / (members + prior.members)
    beyond = np.bincount(pool, np.where(seen, (drift - mean) ** 2 - error, 0.0), groups)[pool]
    spread = (beyond + prior.spread_members * prior.drift_deviation**2) / (members + prior.spread_members)
    return mean, np.maximum(spread, 0.005**2)


def _median(values: np.ndarray) -> np.ndarray:
    """Median of each row's known values, zero where none is known; sorting puts NaN last and warns of nothing."""
    known = np.isfinite(values).sum(axis=1)
    ordered = np.sort(values, axis=1)
    rows = np.arange(len(values))
    upper = ordered[rows, np.minimum(known // 2, values.shape[1] - 1)]
    lower = ordered[rows, np.maximum((known - 1) // 2, 0)]
    return np.where(known > 0, (lower + upper) / 2, 0.0)
