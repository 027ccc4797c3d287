"""Rolling-origin back-test of the engines on one series: which does better, and how wrong it was at each horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.revenue.engines import (
    DAMPED_TREND,
    ELASTICITY,
    LAST_VALUE,
    damped_trend,
    elasticity,
    last_value,
)


@dataclass(frozen=True)
class Settings:
    """Back-test settings, from `data/rules/forecast.toml`."""

    minimum_years: int
    minimum_window: int
    longest_horizon: int
    shrinkage_years: float


@dataclass(frozen=True)
class Backtest:
    """How the engines did on one series.

    Parameters
    ----------
    errors : mapping of str to (origin, horizon) float
        ``log(actual / forecast)`` by engine; NaN where the actual is not known yet.
    scores : mapping of str to float
        Mean absolute log error over all origins and horizons.
    best : str
        Engine with the smallest score.
    """

    errors: Mapping[str, np.ndarray]
    scores: Mapping[str, float]
    best: str

    def deviation(self, engine: str) -> np.ndarray:
        """Return the root mean square log error by horizon, shape (horizon,); NaN where none was seen."""
        squares = self.errors[engine] ** 2
        seen = np.sum(np.isfinite(squares), axis=0)
        return np.sqrt(np.where(seen > 0, np.nansum(squares, axis=0) / np.maximum(seen, 1), np.nan))


def extend(
    engine: str,
    history: np.ndarray,
    horizon: int,
    driver: np.ndarray | None,
    driver_ahead: np.ndarray | None,
    settings: Settings,
) -> np.ndarray:
    """Run one engine by name; the driver covers the last years of ``history`` (year of its end included)."""
    if engine == DAMPED_TREND:
        return damped_trend(history, horizon)
    if engine == ELASTICITY and driver is not None and driver_ahead is not None:
        return elasticity(history[-len(driver) :], driver, driver_ahead, settings.shrinkage_years)
    return last_value(history, horizon)


def backtest(history: np.ndarray, driver: np.ndarray | None, settings: Settings) -> Backtest:
    """Compare the engines on every origin the series allows.

    Parameters
    ----------
    history : (year,) float
        Positive.
    driver : (year,) float or None
        The driver on the same years, without gaps; at an origin only its past is used, its future extrapolated at the
        mean growth of its last three years, because nobody knows it then.
    settings : Settings

    Returns
    -------
    Backtest

    Examples
    --------
    >>> settings = Settings(7, 5, 5, 8.0)
    >>> result = backtest(100 * 1.05 ** np.arange(12), None, settings)
    >>> result.best
    '阻尼趋势'
    """
    engines = [DAMPED_TREND, LAST_VALUE] + ([ELASTICITY] if driver is not None else [])
    origins = range(settings.minimum_window, len(history))
    errors = {engine: np.full((len(origins), settings.longest_horizon), np.nan) for engine in engines}
    for row, origin in enumerate(origins):
        horizon = min(settings.longest_horizon, len(history) - origin)
        past, future = history[:origin], history[origin : origin + horizon]
        known = driver[:origin] if driver is not None else None
        ahead = _extrapolate(known, horizon) if known is not None else None
        for engine in engines:
            errors[engine][row, :horizon] = np.log(
                future / extend(engine, past, horizon, known, ahead, settings)
            )
    scores = {engine: float(np.nanmean(np.abs(found))) for engine, found in errors.items()}
    return Backtest(errors, scores, min(scores, key=scores.__getitem__))


def _extrapolate(driver: np.ndarray, horizon: int) -> np.ndarray:
    steps = np.diff(np.log(driver[-4:]))
    growth = float(np.mean(steps)) if len(steps) else 0.0
    return driver[-1] * np.exp(growth * np.arange(1, horizon + 1))
