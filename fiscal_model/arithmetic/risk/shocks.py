"""Joint shocks of many drivers: two common factors and an own part, tails, whole years of history, how a level keeps a shock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FARTHEST = 10.0
"""No shock is larger than this many deviations: with land's usual 0.3 a fall by 95 % in a year, beyond the 91 % of 甘谷 in 2024."""
YEARS_TOGETHER = 2
"""Consecutive years that a block of history keeps together."""


@dataclass(frozen=True)
class ShockTerms:
    """How drivers move in logs (or points): arrays by driver."""

    deviation: np.ndarray  # (driver, year) float: standard deviation of the year's step
    carry: np.ndarray  # (driver,) float: share of a step that stays in the level; the rest is gone after its year
    loadings: np.ndarray  # (driver, factor) float: correlation of the step with each common factor
    degrees: np.ndarray  # (driver,) float: of Student's t, above 2; infinite for normal steps

    @property
    def own(self) -> np.ndarray:
        """Weight of a driver's own part beside the common factors, (driver,) float."""
        return np.sqrt(np.maximum(1.0 - (self.loadings**2).sum(axis=1), 0.0))

    @property
    def correlation(self) -> np.ndarray:
        """Correlation of the steps, (driver, driver) float: positive definite as long as every driver has an own part."""
        common = self.loadings @ self.loadings.T
        return common + np.diag(1.0 - np.diag(common))


def joint_shocks(numbers: np.ndarray, terms: ShockTerms) -> np.ndarray:
    """Mix independent standard normals into correlated ones, (driver, year, path) float of unit variance.

    ``numbers``: (factor + driver, year, path) float, the common factors first.

    Examples
    --------
    >>> terms = ShockTerms(np.ones((2, 1)), np.ones(2), np.array([[0.6], [0.0]]), np.full(2, np.inf))
    >>> joint_shocks(np.array([[[1.0]], [[0.5]], [[2.0]]]), terms).ravel().round(6).tolist()
    [1.0, 2.0]
    """
    factors = terms.loadings.shape[1]
    found = terms.own[:, None, None] * numbers[factors:]
    for factor in range(factors):
        for driver in np.flatnonzero(terms.loadings[:, factor]):
            found[driver] += terms.loadings[driver, factor] * numbers[factor]
    return found


def fatten(shocks: np.ndarray, sizes: dict[float, np.ndarray], terms: ShockTerms) -> np.ndarray:
    """Turn normal shocks into those of Student's t of unit variance, in place.

    ``sizes``: by degrees of freedom: (year, path) float of `tail_sizes`; drivers of the same degrees share theirs, so that
    a wild year is wild for all of them.
    """
    for driver in np.flatnonzero(np.isfinite(terms.degrees)):
        shocks[driver] *= sizes[float(terms.degrees[driver])]
        np.clip(shocks[driver], -FARTHEST, FARTHEST, out=shocks[driver])
    return shocks


def tail_sizes(generator: np.random.Generator, degrees: float, shape: tuple[int, int], paired: bool) -> np.ndarray:
    """Draw how wild each year of each path is, (year, path) float: times a normal shock it is Student's t of unit variance.

    ``paired``: path 2k + 1 is as wild as path 2k, of which it is the mirror.

    Examples
    --------
    >>> found = tail_sizes(np.random.default_rng(1), 5.0, (1, 100_000), False)
    >>> abs(float((found**2).mean()) - 1) < 0.03
    True
    """
    years, paths = shape
    drawn = generator.standard_gamma(degrees / 2, (years, paths // 2 if paired else paths))
    found = np.sqrt((degrees - 2) / 2 / drawn)
    return np.repeat(found, 2, axis=1) if paired else found


def resampled_years(generator: np.random.Generator, history: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Draw whole years of history, (driver, year, path) float: drivers keep the company they had.

    Blocks of `YEARS_TOGETHER` consecutive years, the last year followed by the first (circular block bootstrap, Politis and
    Romano 1992).

    ``history``: (year, driver) float, each driver without mean and with unit variance; NaN where a driver has no history.
    ``shape``: years and paths.

    Examples
    --------
    >>> history = np.array([[1.0, -1.0], [-1.0, 1.0]])
    >>> found = resampled_years(np.random.default_rng(1), history, (4, 3))
    >>> found.shape, bool((found[0] == -found[1]).all()), bool((found[0, 0] == -found[0, 1]).all())
    ((2, 4, 3), True, True)
    """
    years, paths = shape
    starts = generator.integers(len(history), size=(-(-years // YEARS_TOGETHER), 1, paths))
    rows = (starts + np.arange(YEARS_TOGETHER)[:, None]) % len(history)
    return np.moveaxis(history[rows.reshape(-1, paths)[:years]], -1, 0)


def standardised(history: np.ndarray) -> np.ndarray:
    """Take the mean off every column and divide by its deviation, (year, driver) float; NaN for a column that says nothing.

    Examples
    --------
    >>> standardised(np.array([[1.0, 5.0], [3.0, 5.0]]))[:, 0].tolist()
    [-1.0, 1.0]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = history.std(axis=0)
        return np.where(spread > 0, (history - history.mean(axis=0)) / spread, np.nan)


def levels(shocks: np.ndarray, terms: ShockTerms) -> np.ndarray:
    """Add steps up to levels, (driver, year, path) float: a year's step, and of each earlier one the share that stays.

    Examples
    --------
    >>> terms = ShockTerms(np.ones((3, 3)), np.array([1.0, 0.5, 0.0]), np.zeros((3, 0)), np.full(3, np.inf))
    >>> levels(np.ones((3, 3, 1)), terms)[:, :, 0].tolist()
    [[1.0, 2.0, 3.0], [1.0, 1.5, 2.0], [1.0, 1.0, 1.0]]
    """
    found = shocks * terms.deviation[:, :, None]
    for driver, carry in enumerate(terms.carry):
        if carry:
            kept = np.zeros(found.shape[2])
            for year in range(found.shape[1]):
                step = carry * found[driver, year]
                found[driver, year] += kept
                kept += step
    return found


def steps_of(deviation: np.ndarray) -> np.ndarray:
    """Return the deviation of each year's step from that of the level at each horizon, (..., year) float.

    ``deviation``: (..., year) float, never falling with the horizon.

    Examples
    --------
    >>> steps_of(np.array([3.0, 5.0, 5.0])).tolist()
    [3.0, 4.0, 0.0]
    """
    return np.sqrt(np.maximum(np.diff(np.square(deviation), axis=-1, prepend=0.0), 0.0))
