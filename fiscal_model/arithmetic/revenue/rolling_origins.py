"""Rolling back-test of one panel: what this forecast and its rivals would have said in earlier years, and what came."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fiscal_model.arithmetic.elementary import mean_of_known
from fiscal_model.arithmetic.revenue.engines import ENGINES, LABELS, DriverPath, grey_model
from fiscal_model.arithmetic.revenue.series_panel import ForecastRule, PanelForecast, forecast_panel

OURS = "本模型"
BUDGET = "当年预算数"
RIVALS = ("last_value", "linear_drift", "log_drift", "ets", "theta_method", "grey_model", "elasticity")
RIVAL_LABELS = {**LABELS, "ets": "ETS（阻尼）", "theta_method": "Theta（statsmodels）"}
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
    # (series, horizon) float: mean absolute log error in sample: the residuals by which today's weights were chosen
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
    peers: np.ndarray | None = None,
    budgets: np.ndarray | None = None,
    levels: tuple[float, ...] = (0.8, 0.95),
) -> Backtest:
    """Forecast from every earlier year with what was known then.

    ``amounts``: (series, year) float, 万元; NaN where unknown.
    ``driver``: (year,) float, GDP or the like; its future is extrapolated at each origin, because nobody knows it then.
    ``peers``: (sibling, year) float, pooled with, not scored.
    ``budgets``: (series, year) float, what the budget of each year said; scored as a forecast made in the year before.
    """
    known = np.isfinite(amounts)
    origins = tuple(
        year for place, year in enumerate(years[:-1]) if known[:, : place + 1].sum(axis=1).max() >= LEAST_YEARS
    )
    methods = (OURS, *(RIVAL_LABELS[name] for name in RIVALS if name != "elasticity" or driver is not None))
    methods += (BUDGET,) if budgets is not None else ()
    errors = np.full((len(methods), len(names), len(origins), horizon), np.nan)
    covered = np.full((len(levels), len(names), len(origins), horizon), np.nan)
    for number, origin in enumerate(origins):
        place = list(years).index(origin)
        rows = np.flatnonzero((known[:, : place + 1].sum(axis=1) >= LEAST_YEARS) & known[:, place])
        past = amounts[rows, : place + 1]
        actual = _following(amounts[rows], place, horizon)
        ours = _ours(past, peers[:, : place + 1] if peers is not None else None, driver, place, rule, horizon, levels)
        said = [ours.mean, *_rivals(past, ours, methods, horizon)]
        if budgets is not None:
            said.append(_following(budgets[rows], place, 1, horizon))
        for method, values in enumerate(said):
            errors[method, rows, number] = _log_error(actual, values)
        inside = (actual >= ours.lower) & (actual <= ours.upper)
        covered[:, rows, number] = np.where(np.isfinite(actual), inside, np.nan)
    today = forecast_panel(amounts, horizon, rule)
    in_sample = mean_of_known(np.abs(today.combined.residuals), axis=0)[:, :horizon]
    padded = np.full((len(names), horizon), np.nan)
    padded[:, : in_sample.shape[1]] = in_sample
    return Backtest(tuple(names), methods, origins, errors, padded, covered, levels)


def _ours(
    past: np.ndarray,
    peers: np.ndarray | None,
    driver: np.ndarray | None,
    place: int,
    rule: ForecastRule,
    horizon: int,
    levels: tuple[float, ...],
) -> PanelForecast:
    whole = past
    if peers is not None:
        whole = np.concatenate([past, peers[np.isfinite(peers).sum(axis=1) > 1]])
    path = _known_driver(driver[: place + 1], horizon, len(past), len(whole)) if driver is not None else None
    found = forecast_panel(whole, horizon, rule, levels, driver=path)
    own = slice(0, len(past))
    return replace(found, mean=found.mean[own], lower=found.lower[:, own], upper=found.upper[:, own])


def _known_driver(driver: np.ndarray, horizon: int, own: int, series: int) -> DriverPath | None:
    """A driver as known at an origin: gaps bridged, its end carried on at the growth of its last three years."""
    known = np.flatnonzero(np.isfinite(driver))
    if len(known) < 4:
        return None
    logs = np.interp(np.arange(len(driver)), known, np.log(driver[known]))
    growth = (logs[known[-1]] - logs[known[-4]]) / (known[-1] - known[-4])
    since = np.maximum(np.arange(len(driver) + horizon) - known[-1], 0)
    whole = np.concatenate([logs, np.full(horizon, logs[-1])]) + growth * since
    whole[: known[0]] = np.nan
    ours = np.arange(series)[:, None] < own
    past, ahead = (np.where(ours, part, np.nan) for part in (whole[: len(driver)], whole[len(driver) :]))
    return DriverPath(past, ahead)


def _rivals(past: np.ndarray, ours: PanelForecast, methods: tuple[str, ...], horizon: int) -> list[np.ndarray]:
    """What the rivals said, in the order of the methods; engines have already run."""
    engines = dict(zip(ENGINES, ours.combined.engines, strict=True))
    logs = {
        name: engines[name][: len(past), :horizon] for name in ("last_value", "linear_drift", "log_drift", "elasticity")
    }
    found: dict[str, np.ndarray] = {}
    for name in RIVALS:
        if RIVAL_LABELS[name] not in methods:
            continue
        if name in logs:
            shift = ours.windows.shift[: len(past), None]
            found[name] = np.exp(logs[name]) - shift
        elif name == "grey_model":
            found[name] = grey_model(past, horizon)
        else:
            found[name] = np.stack([_statsmodels(row[np.isfinite(row)], horizon, name) for row in past])
    return list(found.values())


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
