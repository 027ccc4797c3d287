"""The forecast of a panel: fiscal series that end about the same year, carried forward together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from fiscal_model.arithmetic.revenue.combination import CombinationRule, Combined, combine
from fiscal_model.arithmetic.revenue.engines import DriverPath
from fiscal_model.arithmetic.revenue.intervals import IntervalRule, half_widths
from fiscal_model.arithmetic.revenue.scale import Windows, windows_of
from fiscal_model.arithmetic.revenue.sibling_pooling import Prior


@dataclass(frozen=True)
class ForecastRule:
    """Everything a forecast is set by; `data/rules/forecast.toml`."""

    prior: Prior
    combination: CombinationRule
    interval: IntervalRule


@dataclass(frozen=True)
class PanelForecast:
    """Forecasts of a panel, 万元."""

    mean: np.ndarray  # (series, horizon) float
    lower: np.ndarray  # (level, series, horizon) float
    upper: np.ndarray  # (level, series, horizon) float
    levels: tuple[float, ...]
    deviation: np.ndarray  # (series, horizon) float: standard deviation in logs that the 80 % interval implies
    combined: Combined  # Weights, scores and what each engine said, by series and from each series' own last year on
    windows: Windows
    lag: np.ndarray  # (series,) int: years between a series' last known year and the panel's


def forecast_panel(
    amounts: np.ndarray,
    horizon: int,
    rule: ForecastRule,
    levels: Sequence[float] = (0.8, 0.95),
    pool: np.ndarray | None = None,
    driver: DriverPath | None = None,
) -> PanelForecast:
    """Forecast every series of a panel.

    ``amounts``: (series, year) float, 万元; NaN where unknown, at least one known year a series. The last column is the
    panel's last year; a series that ends earlier is carried on from its own last year.
    ``horizon``: years after the panel's last one.
    ``pool``: (series,) int, series with the same number are siblings; all are by default.
    ``driver``: aligned to each series' own last year.

    Notes
    -----
    Engines are combined by their record (`combination`), drifts and volatilities pooled (`pooling`), intervals conformal
    (`intervals`). Everything is computed at once for all series; nothing is drawn at random.
    """
    known = np.isfinite(amounts)
    lag = known[:, ::-1].argmax(axis=1)
    windows = windows_of(amounts)
    pool = np.zeros(len(amounts), dtype=int) if pool is None else pool
    reach = horizon + int(lag.max())
    combined = combine(windows, pool, reach, rule.prior, rule.combination, driver)
    asked = tuple(dict.fromkeys((*levels, 0.8)))
    widths = half_widths(combined.residuals, combined.volatility, windows.count, pool, reach, asked, rule.interval)
    ahead = lag[:, None] + np.arange(horizon)
    logs = np.take_along_axis(combined.logs, ahead, axis=1)
    widths = np.take_along_axis(widths, np.broadcast_to(ahead, (len(asked), *ahead.shape)), axis=2)
    # An item that never was anything stays nothing.
    ever = (np.where(known, amounts, 0.0) != 0).any(axis=1)[:, None]
    return PanelForecast(
        mean=windows.amounts(logs) * ever,
        lower=np.stack([windows.amounts(logs - width) * ever for width in widths[: len(levels)]]),
        upper=np.stack([windows.amounts(logs + width) * ever for width in widths[: len(levels)]]),
        levels=tuple(levels),
        deviation=widths[asked.index(0.8)] / ndtri(0.9),
        combined=combined,
        windows=windows,
        lag=lag,
    )
