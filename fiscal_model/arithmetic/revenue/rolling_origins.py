"""Rolling back-test of one panel: what this forecast and its rivals would have said in earlier years, and what came."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import mean_of_known
from fiscal_model.arithmetic.revenue.driver_elasticity import DriverPath, elasticity
from fiscal_model.arithmetic.revenue.series_panel import ForecastRule, PanelForecast, forecast_panel
from fiscal_model.arithmetic.revenue.yardsticks import grey_model, linear_drift

OURS = "本模型"
BUDGET = "当年预算数"
RIVALS = {
    "last_value": "上年水平",
    "linear_drift": "直线漂移",
    "log_drift": "对数漂移",
    "ets": "ETS（阻尼）",
    "theta_method": "Theta（statsmodels）",
    "grey_model": "GM(1,1)",
    "elasticity": "驱动弹性",
}
"""What an office would use instead, and its Chinese name."""
LEAST_YEARS = 5
"""Shortest history to forecast from."""


@dataclass(frozen=True)
class Backtest:
    """Errors of every method on every series from every earlier year."""

    names: tuple[str, ...]  # (series,) tuple of str
    methods: tuple[str, ...]  # (method,) tuple of str: `OURS` first
    origins: tuple[int, ...]  # (origin,) tuple of int: last year known to the forecaster
    # (method, series, origin, horizon) float: ``ln(actual / forecast)``; NaN where nothing can be compared
    errors: np.ndarray
    # (series, horizon) float: mean absolute log error of today's method on earlier years, as the interval counts them
    inside: np.ndarray
    # (level, series, origin, horizon) float: 1 where the actual lay in the interval, 0 where not, NaN where unknown
    covered: np.ndarray
    levels: tuple[float, ...]

    def mean_error(self) -> np.ndarray:
        """Mean absolute percentage error by method, series and horizon; NaN where nothing was compared."""
        return mean_of_known(np.abs(np.expm1(-self.errors)), axis=2)

    def best(self) -> tuple[str, ...]:
        """The method with the smallest error, mean over horizons, by series; empty where untested.

        Only methods that spoke as often as ours are compared: a budget says nothing beyond its own year.
        """
        score = mean_of_known(self.mean_error(), axis=2)
        spoke = np.isfinite(self.errors).sum(axis=(2, 3))
        score = np.where(spoke == spoke[0], score, np.inf)
        return tuple(
            self.methods[int(column.argmin())] if np.isfinite(column).any() and told else ""
            for column, told in zip(score.T, spoke[0], strict=True)
        )


def backtest(
    amounts: np.ndarray,
    names: Sequence[str],
    years: Sequence[int],
    rule: ForecastRule,
    horizon: int = 5,
    driver: np.ndarray | None = None,
    common: np.ndarray | None = None,
    budgets: np.ndarray | None = None,
    levels: tuple[float, ...] = (0.8, 0.95),
) -> Backtest:
    """Forecast from every earlier year with what was known then.

    ``amounts``: (series, year) float, 万元; NaN where unknown.
    ``driver``: (year,) float, GDP or the like; its future is extrapolated at each origin, because nobody knows it then.
    ``common``: (series, year) float, growth of the nation into each year, in logs; NaN where unknown.
    ``budgets``: (series, year) float, what the budget of each year said; scored as a forecast made in the year before.
    """
    known = np.isfinite(amounts)
    origins = tuple(
        year for place, year in enumerate(years[:-1]) if known[:, : place + 1].sum(axis=1).max() >= LEAST_YEARS
    )
    methods = (OURS, *(label for name, label in RIVALS.items() if name != "elasticity" or driver is not None))
    methods += (BUDGET,) if budgets is not None else ()
    errors = np.full((len(methods), len(names), len(origins), horizon), np.nan)
    covered = np.full((len(levels), len(names), len(origins), horizon), np.nan)
    for number, origin in enumerate(origins):
        place = list(years).index(origin)
        rows = np.flatnonzero((known[:, : place + 1].sum(axis=1) >= LEAST_YEARS) & known[:, place])
        past = amounts[rows, : place + 1]
        actual = _following(amounts[rows], place, horizon)
        path = _known_driver(driver[: place + 1], horizon, len(past)) if driver is not None else None
        known_then = common[rows, : place + 1] if common is not None else None
        ours = forecast_panel(past, horizon, rule, levels, np.arange(len(past)), path, known_then)
        said = [ours.mean, *_rivals(past, ours, path, methods, horizon)]
        if budgets is not None:
            said.append(_following(budgets[rows], place, 1, horizon))
        for method, values in enumerate(said):
            errors[method, rows, number] = _log_error(actual, values)
        inside = (actual >= ours.lower) & (actual <= ours.upper)
        covered[:, rows, number] = np.where(np.isfinite(actual), inside, np.nan)
    today = forecast_panel(amounts, horizon, rule, pool=np.arange(len(amounts)), common=common)
    in_sample = mean_of_known(np.abs(today.residuals), axis=0)[:, :horizon]
    padded = np.full((len(names), horizon), np.nan)
    padded[:, : in_sample.shape[1]] = in_sample
    return Backtest(tuple(names), methods, origins, errors, padded, covered, levels)


def _known_driver(driver: np.ndarray, horizon: int, series: int) -> DriverPath | None:
    """A driver as known at an origin: gaps bridged, its end carried on at the growth of its last three years."""
    known = np.flatnonzero(np.isfinite(driver))
    if len(known) < 4:
        return None
    logs = np.interp(np.arange(len(driver)), known, np.log(driver[known]))
    growth = (logs[known[-1]] - logs[known[-4]]) / (known[-1] - known[-4])
    since = np.maximum(np.arange(len(driver) + horizon) - known[-1], 0)
    whole = np.concatenate([logs, np.full(horizon, logs[-1])]) + growth * since
    whole[: known[0]] = np.nan
    rows = np.repeat(whole[None], series, axis=0)
    return DriverPath(rows[:, : len(driver)], rows[:, len(driver) :])


def _rivals(
    past: np.ndarray, ours: PanelForecast, driver: DriverPath | None, methods: tuple[str, ...], horizon: int
) -> list[np.ndarray]:
    """What the rivals said, in the order of the methods."""
    logs = ours.windows.logs
    says: dict[str, Callable[[], np.ndarray]] = {
        "last_value": lambda: np.repeat(past[:, -1:], horizon, axis=1),
        "linear_drift": lambda: linear_drift(past, horizon),
        "log_drift": lambda: np.exp(linear_drift(logs, horizon)) - ours.windows.shift[:, None],
        "grey_model": lambda: grey_model(past, horizon),
        "elasticity": lambda: np.exp(_followed(logs, driver, horizon)) - ours.windows.shift[:, None],
        "ets": lambda: np.stack([_statsmodels(row[np.isfinite(row)], horizon, "ets") for row in past]),
        "theta_method": lambda: np.stack(
            [_statsmodels(row[np.isfinite(row)], horizon, "theta_method") for row in past]
        ),
    }
    return [says[name]() for name, label in RIVALS.items() if label in methods]


def _followed(logs: np.ndarray, driver: DriverPath | None, horizon: int) -> np.ndarray:
    """What the driver alone implies; nothing where it is too short or missing."""
    if driver is None:
        return np.full((len(logs), horizon), np.nan)
    beside = np.full(logs.shape, np.nan)
    kept = min(logs.shape[1], driver.known.shape[1])
    beside[:, -kept:] = driver.known[:, -kept:]
    return elasticity(logs, DriverPath(beside, driver.ahead), horizon)


def _statsmodels(history: np.ndarray, horizon: int, name: str) -> np.ndarray:
    """ETS and theta as statsmodels has them; NaN where it cannot fit."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.forecasting.theta import ThetaModel

    nothing = np.full(horizon, np.nan)
    if len(history) < LEAST_YEARS or (history <= 0).any():
        return nothing
    fits: Mapping[str, Callable[[], np.ndarray]] = {
        "ets": lambda: np.exp(
            ETSModel(np.log(history), trend="add", damped_trend=True, initialization_method="heuristic" if len(history) >= 10 else "estimated")
            .fit(disp=False)
            .forecast(horizon)
        ),
        "theta_method": lambda: np.asarray(ThetaModel(history, period=1, deseasonalize=False).fit().forecast(horizon)),
    }  # fmt: skip
    with warnings.catch_warnings():
        # The optimiser's remarks on five points say nothing about the forecast, which is scored below.
        warnings.simplefilter("ignore")
        try:
            found = np.asarray(fits[name](), dtype=float)
        except (ValueError, np.linalg.LinAlgError, IndexError):
            return nothing
    return np.where(np.isfinite(found), np.maximum(found, 0.0), np.nan)


def _following(amounts: np.ndarray, place: int, count: int, width: int | None = None) -> np.ndarray:
    """The years after an origin, padded with NaN to the width."""
    found = np.full((len(amounts), width or count), np.nan)
    later = amounts[:, place + 1 : place + 1 + count]
    found[:, : later.shape[1]] = later
    return found


def _log_error(actual: np.ndarray, said: np.ndarray) -> np.ndarray:
    """ln(actual / said) where both are positive."""
    usable = (actual > 0) & (said > 0)
    return np.where(usable, np.log(np.where(usable, actual, 1.0) / np.where(usable, said, 1.0)), np.nan)
