"""The forecast of a panel: fiscal series that end about the same year, carried forward together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from fiscal_model.arithmetic.revenue.driver_elasticity import DriverPath, elasticity
from fiscal_model.arithmetic.revenue.growth import Growth, GrowthRule, carried_forward, growth_of
from fiscal_model.arithmetic.revenue.intervals import IntervalRule, half_widths
from fiscal_model.arithmetic.revenue.scale import Windows, windows_of


@dataclass(frozen=True)
class ForecastRule:
    """Everything a forecast is set by; `data/rules/forecast.toml`."""

    growth: GrowthRule
    interval: IntervalRule
    driver_share: float  # Weight of the path that a driver implies, where one is known
    # origins, least_years, tested: earlier years forecast from, shortest history to do so, longest horizon tested
    origins: int
    least_years: int
    tested: int


@dataclass(frozen=True)
class PanelForecast:
    """Forecasts of a panel, 万元."""

    mean: np.ndarray  # (series, horizon) float
    lower: np.ndarray  # (level, series, horizon) float
    upper: np.ndarray  # (level, series, horizon) float
    levels: tuple[float, ...]
    deviation: np.ndarray  # (series, horizon) float: standard deviation in logs that the 80 % interval implies
    growth: Growth
    # (origin, series, step) float: ``ln(actual / forecast)`` of the same method on earlier years; NaN where unknown
    residuals: np.ndarray
    followed: np.ndarray  # (series,) bool: whether a driver is followed
    windows: Windows
    lag: np.ndarray  # (series,) int: years between a series' last known year and the panel's


def forecast_panel(
    amounts: np.ndarray,
    horizon: int,
    rule: ForecastRule,
    levels: Sequence[float] = (0.8, 0.95),
    pool: np.ndarray | None = None,
    driver: DriverPath | None = None,
    common: np.ndarray | None = None,
) -> PanelForecast:
    """Forecast every series of a panel.

    ``amounts``: (series, year) float, 万元; NaN where unknown, at least one known year a series. The last column is the
    panel's last year; a series that ends earlier is carried on from its own last year.
    ``horizon``: years after the panel's last one.
    ``pool``: (series,) int, series with the same number are siblings; all are by default.
    ``driver``: aligned to each series' own last year.
    ``common``: (series or 1, year or more) float, common growth of the nation or the province into each year, in logs:
    the columns of ``amounts``, then years that somebody assumes; NaN where unknown. Without it siblings tell.

    Notes
    -----
    Growth is estimated and carried forward by one law (`growth`), today and from earlier years, which tells how wrong it
    is (`intervals`). Everything is computed at once for all series; nothing is drawn at random.
    """
    known = np.isfinite(amounts)
    lag = known[:, ::-1].argmax(axis=1)
    windows = windows_of(amounts)
    pool = np.zeros(len(amounts), dtype=int) if pool is None else pool
    reach = horizon + int(lag.max())
    rule = replace(rule, origins=int(np.clip(windows.count.max() - rule.least_years, 0, rule.origins)))
    told = _aligned(common, amounts.shape, lag, windows.logs.shape[1], max(reach, rule.tested))
    logs, growth, followed = _paths(windows, pool, max(reach, rule.tested), rule, driver, told)
    residuals = _actuals(windows, rule) - logs[1:, :, : rule.tested]
    asked = tuple(dict.fromkeys((*levels, 0.8)))
    widths = half_widths(residuals, windows, reach, asked, rule.interval)
    ahead = lag[:, None] + np.arange(horizon)
    centre = np.take_along_axis(logs[0], ahead, axis=1)
    widths = np.take_along_axis(widths, np.broadcast_to(ahead, (len(asked), *ahead.shape)), axis=2)
    # An item that never was anything stays nothing.
    ever = (np.where(known, amounts, 0.0) != 0).any(axis=1)[:, None]
    return PanelForecast(
        mean=windows.amounts(centre) * ever,
        lower=np.stack([windows.amounts(centre - width) * ever for width in widths[: len(levels)]]),
        upper=np.stack([windows.amounts(centre + width) * ever for width in widths[: len(levels)]]),
        levels=tuple(levels),
        deviation=widths[asked.index(0.8)] / ndtri(0.9),
        growth=growth,
        residuals=residuals,
        followed=followed,
        windows=windows,
        lag=lag,
    )


def _paths(
    windows: Windows, pool: np.ndarray, reach: int, rule: ForecastRule, driver: DriverPath | None, told: np.ndarray
) -> tuple[np.ndarray, Growth, np.ndarray]:
    """Carry every series forward from today and from earlier years, (origin, series, reach); today's growth; who follows.

    Today and all earlier years are one batch: an earlier year is a shorter window whose siblings are its own.
    """
    series, width = windows.logs.shape
    batch, pools = _batch(windows, pool, rule)
    latest, before = (
        np.concatenate([told[:, width - 1 - back] for back in range(first, first + rule.origins + 1)])
        for first in (0, 1)
    )
    share = np.where(np.isfinite(before), rule.growth.last_year, 1.0)
    common = share * latest + (1 - share) * np.where(np.isfinite(before), before, 0.0)
    growth = growth_of(batch, pools, reach, rule.growth, common)
    assumed = np.full((len(pools), reach), np.nan)
    assumed[:series] = told[:, width:]
    logs = carried_forward(batch.logs[:, -1], growth, rule.growth, assumed)
    path = _driver(driver, width, rule.origins, reach)
    followed = np.zeros(series, dtype=bool)
    if path is not None:
        implied = elasticity(batch.logs, path, reach)
        logs = np.where(np.isfinite(implied), (1 - rule.driver_share) * logs + rule.driver_share * implied, logs)
        followed = np.isfinite(implied[:series, 0])
    today = Growth(*(value[:series] for value in vars(growth).values()))
    return logs.reshape(rule.origins + 1, series, reach), today, followed


def _batch(windows: Windows, pool: np.ndarray, rule: ForecastRule) -> tuple[Windows, np.ndarray]:
    """Stack the windows that end today, last year, …; those too short to learn from are left as they are today."""
    times, groups = rule.origins + 1, int(pool.max()) + 1
    logs, pools = [windows.logs], [pool]
    for back in range(1, times):
        enough = windows.count - back >= rule.least_years
        logs.append(np.where(enough[:, None], _ending(windows.logs, back), windows.logs))
        # A window too short to learn from must not tell its siblings of an earlier year what came later.
        pools.append(np.where(enough, pool + back * groups, times * groups))
    stacked = np.concatenate(logs)
    return replace(windows, logs=stacked, signed=np.tile(windows.signed, times)), np.concatenate(pools)


def _ending(values: np.ndarray, back: int) -> np.ndarray:
    """The window that ended some years earlier, right-aligned again."""
    if not back:
        return values
    earlier = np.full_like(values, np.nan)
    earlier[:, back:] = values[:, :-back]
    return earlier


def _aligned(common: np.ndarray | None, shape: tuple[int, int], lag: np.ndarray, width: int, reach: int) -> np.ndarray:
    """Common growth beside each series' window and ahead of its own last year, (series, width + reach)."""
    found = np.full((len(lag), width + reach), np.nan)
    if common is None:
        return found
    whole = np.full((len(lag), shape[1] + width + reach + int(lag.max())), np.nan)
    kept = min(common.shape[1], whole.shape[1] - width)
    whole[:, width : width + kept] = common[:, :kept]
    start = shape[1] - lag
    return np.take_along_axis(whole, start[:, None] + np.arange(width + reach), axis=1)


def _driver(driver: DriverPath | None, width: int, origins: int, reach: int) -> DriverPath | None:
    """The driver at every origin: today with the path given, earlier with the growth of its last three years."""
    if driver is None:
        return None
    # Three years more than the window: an earlier origin must know the driver's growth before it.
    longer = np.full((len(driver.known), width + 3), np.nan)
    longer[:, -driver.known.shape[1] :] = driver.known[:, -longer.shape[1] :]
    known = [_ending(longer, back) for back in range(origins + 1)]
    short = max(reach - driver.ahead.shape[1], 0)
    ahead = [np.concatenate([driver.ahead, np.repeat(driver.ahead[:, -1:], short, axis=1)], axis=1)[:, :reach]]
    for earlier in known[1:]:
        growth = (earlier[:, -1:] - earlier[:, -4:-3]) / 3
        ahead.append(earlier[:, -1:] + np.where(np.isfinite(growth), growth, 0.0) * np.arange(1, reach + 1))
    return DriverPath(np.concatenate(known)[:, -width:], np.concatenate(ahead))


def _actuals(windows: Windows, rule: ForecastRule) -> np.ndarray:
    """What happened after each earlier year, shape (origin, series, step); NaN where a window was too short."""
    found = np.full((rule.origins, len(windows.count), rule.tested), np.nan)
    width = windows.logs.shape[1]
    for back in range(1, rule.origins + 1):
        enough = windows.count - back >= rule.least_years
        for step in range(min(back, rule.tested)):
            found[back - 1, enough, step] = windows.logs[enough, width - back + step]
    return found
