"""Forecast own revenue: the total by the engine that did best, the items likewise, then scaled to add up to the total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.revenue.backtest import Backtest, Settings, backtest, extend
from fiscal_model.revenue.engines import ELASTICITY

SHARED_OUT = "按合计增速分摊"


@dataclass(frozen=True)
class RevenueForecast:
    """Own revenue by year and item.

    Parameters
    ----------
    years : (year,) tuple of int
    items : tuple of str
        Official codes; a single item ``own_revenue`` where only the total is known.
    mean : (year, item) float
        万元; items add up to ``total`` exactly.
    total : (year,) float
    deviation : (year,) float
        Standard deviation of the total in logs, by horizon: back-test residuals, at least the published floor.
    engines : mapping of str to str
        Which engine carried each item, and ``total``.
    backtest : Backtest or None
        Of the total; None when the series is too short for one.
    """

    years: tuple[int, ...]
    items: tuple[str, ...]
    mean: np.ndarray
    total: np.ndarray
    deviation: np.ndarray
    engines: Mapping[str, str]
    backtest: Backtest | None


def forecast_own_revenue(
    total: pd.Series,
    items: pd.DataFrame,
    gdp: pd.Series,
    gdp_growth: np.ndarray,
    years: tuple[int, ...],
    settings: Settings,
    floor: np.ndarray,
) -> RevenueForecast:
    """Forecast own revenue and its items.

    Parameters
    ----------
    total : Series
        Own revenue by year, contiguous to the base year, positive.
    items : DataFrame
        Index year, columns official codes, whose base-year row adds up to the total; no columns when not known.
    gdp : Series
        GDP by year; may be empty or end before the base year (then it is extended at the assumed growth).
    gdp_growth : (year,) float
        Assumed nominal growth in each plan year.
    years : tuple of int
        Plan years, the first one after the base year.
    settings : Settings
    floor : (year,) float
        Least standard deviation in logs by horizon.

    Returns
    -------
    RevenueForecast
    """
    base = int(total.index.max())
    driver, driver_ahead = _driver(gdp, gdp_growth, base, total.index)
    path, engine, tested = _carry(total, driver, driver_ahead, len(years), settings)
    columns = (
        [code for code in items.columns if np.isfinite(items.at[base, code])] if base in items.index else []
    )
    engines = {"total": engine}
    if not columns:
        return RevenueForecast(
            years, ("own_revenue",), path[:, None], path, _deviation(tested, engine, floor), engines, tested
        )
    growth = path / float(total[base])
    carried = np.empty((len(years), len(columns)))
    for position, code in enumerate(columns):
        carried[:, position], engines[code] = _carry_item(
            items[code], growth, driver, driver_ahead, base, settings
        )
    mean = carried * (path / carried.sum(axis=1))[:, None]
    return RevenueForecast(
        years, tuple(columns), mean, path, _deviation(tested, engine, floor), engines, tested
    )


def _carry(
    series: pd.Series, driver: pd.Series | None, ahead: np.ndarray | None, horizon: int, settings: Settings
) -> tuple[np.ndarray, str, Backtest | None]:
    """Extend a series by the engine its own back-test prefers; too short a series follows output or stays level."""
    history = series.to_numpy(dtype=float)
    known = driver.reindex(series.index).to_numpy(dtype=float) if driver is not None else None
    if known is not None and not np.isfinite(known).all():
        known = None
    if len(history) < settings.minimum_years or not (history > 0).all():
        engine = ELASTICITY if ahead is not None and driver is not None else "上年水平"
        last = driver.iloc[-1:].to_numpy(dtype=float) if driver is not None else None
        return extend(engine, history[-1:], horizon, last, ahead, settings), engine, None
    tested = backtest(history, known, settings)
    return extend(tested.best, history, horizon, known, ahead, settings), tested.best, tested


def _carry_item(
    series: pd.Series,
    growth: np.ndarray,
    driver: pd.Series | None,
    ahead: np.ndarray | None,
    base: int,
    settings: Settings,
) -> tuple[np.ndarray, str]:
    known = series.dropna()
    recent = _contiguous(known, base)
    if len(recent) < settings.minimum_years or not (recent > 0).all():
        return float(series[base]) * growth, SHARED_OUT
    path, engine, _ = _carry(recent, driver, ahead, len(growth), settings)
    return path, engine


def _contiguous(series: pd.Series, base: int) -> pd.Series:
    """Keep the unbroken run of years that ends in the base year."""
    years = [year for year in series.index if year <= base]
    run = [year for year in years if all(later in series.index for later in range(year, base + 1))]
    return series.loc[run]


def _driver(
    gdp: pd.Series, growth: np.ndarray, base: int, years: pd.Index
) -> tuple[pd.Series | None, np.ndarray | None]:
    known = gdp[gdp.index <= base].dropna()
    if not len(known) or (known <= 0).any():
        return None, None
    known = known.copy()
    for year in range(int(known.index.max()) + 1, base + 1):
        known[year] = known[year - 1] * (1 + growth[0])
    return known.sort_index(), float(known[base]) * np.cumprod(1 + growth)


def _deviation(tested: Backtest | None, engine: str, floor: np.ndarray) -> np.ndarray:
    """Widen the floor by what the back-test showed; errors never shrink with the horizon."""
    seen = np.full(len(floor), np.nan)
    if tested is not None:
        found = tested.deviation(engine)
        seen[: min(len(found), len(floor))] = found[: len(floor)]
    return np.maximum.accumulate(np.fmax(seen, floor))
