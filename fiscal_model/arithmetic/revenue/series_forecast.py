"""Forecast own revenue: total and items together, pooled with the nation's, then scaled so that items add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.revenue.engines import ENGINES, LABELS, DriverPath
from fiscal_model.arithmetic.revenue.hierarchy import forecast_proportions
from fiscal_model.arithmetic.revenue.series_panel import ForecastRule, PanelForecast, forecast_panel

TOTAL = "own_revenue"


@dataclass(frozen=True)
class RevenueForecast:
    """Own revenue by year and item."""

    years: tuple[int, ...]  # (year,) tuple of int
    items: tuple[str, ...]  # Official codes; a single item ``own_revenue`` where only the total is known
    mean: np.ndarray  # (year, item) float: 万元; items add up to ``total``
    total: np.ndarray  # (year,) float
    # (year,) float: standard deviation of the total in logs, by horizon: conformal, at least the published floor
    deviation: np.ndarray
    # By item, and by ``own_revenue``: the Chinese names of the engines, heaviest first, and their weights
    weights: Mapping[str, Mapping[str, float]]
    # Of the total: mean absolute log error of each engine on earlier years; empty where nothing could be tested
    scores: Mapping[str, float]
    records: int  # One-year forecasts of earlier years that the weights rest on, siblings' included

    def method(self, item: str) -> str:
        """Say in Chinese how an item was carried forward."""
        weights = self.weights.get(item)
        if not weights:
            return "结构测算"
        heaviest = list(weights.items())[:2]
        return "组合预测（" + "、".join(f"{name}{weight:.0%}" for name, weight in heaviest) + "等）"


def forecast_own_revenue(
    total: pd.Series,
    items: pd.DataFrame,
    nation: pd.DataFrame,
    drivers: Mapping[str, pd.Series],
    years: tuple[int, ...],
    rule: ForecastRule,
    neutral: Mapping[str, pd.Series] | None = None,
) -> RevenueForecast:
    """Forecast own revenue and its items.

    ``total``: own revenue by year up to the base year; NaN where a year is left out.
    ``items``: index year, columns official codes, whose base-year row adds up to the total; no columns when not known.
    ``nation``: national revenue items by year, pooled with; may be empty.
    ``drivers``: by item, and by ``own_revenue`` for the total and every item not named: what it follows, positive, by
    year up to the last plan year (GDP, retail sales, land sales); may be empty.
    ``years``: plan years, the first one after the base year.
    ``neutral``: other paths of some items' own drivers, at which the total is meant: the items are scaled to the total
    at these, and what ``drivers`` adds to such an item or takes from it moves the total. A slump in land sales then
    lowers own revenue by what it takes from the taxes on land.

    Examples
    --------
    >>> from fiscal_model.law.forecast_constants import forecast_rule
    >>> total = pd.Series(100 * 1.05 ** np.arange(10.0), index=range(2016, 2026))
    >>> nothing = pd.DataFrame()
    >>> found = forecast_own_revenue(total, nothing, nothing, {}, (2026, 2027), forecast_rule())
    >>> bool(1.03 < found.total[0] / total[2025] < 1.06)
    True
    """
    base = years[0] - 1
    first = int(min(total.index.min(), nation.index.min())) if len(nation) else int(total.index.min())
    span = range(first, base + 1)
    codes = tuple(code for code in items.columns if base in items.index and np.isfinite(items.at[base, code]))
    own = np.vstack(
        [
            total.reindex(span).to_numpy(dtype=float),
            *(items[code].reindex(span).to_numpy(dtype=float) for code in codes),
        ]
    )
    peers = nation.reindex(span).to_numpy(dtype=float).T
    peers = peers[np.isfinite(peers).sum(axis=1) > 1]
    driver = _driver(drivers, (TOTAL, *codes), span, years, len(peers))
    whole = np.vstack([own, peers])
    panel = forecast_panel(whole, len(years), rule, (0.8,), driver=driver)
    names, mean = (TOTAL, *codes), panel.mean[: len(own)].T
    if codes and neutral:
        usual = _driver({**drivers, **neutral}, names, span, years, len(peers))
        level = forecast_panel(whole, len(years), rule, (0.8,), driver=usual).mean[: len(own)].T
        coherent = forecast_proportions(level, names, dict.fromkeys(codes, TOTAL))
        moved = coherent[:, 1:] * divided(mean, level, 1.0)[:, 1:]
        mean = np.column_stack([moved.sum(axis=1), moved])
    elif codes:
        mean = forecast_proportions(mean, names, dict.fromkeys(codes, TOTAL))
    weights = {name: _weights(panel, row) for row, name in enumerate((TOTAL, *codes))}
    return RevenueForecast(
        years,
        codes or (TOTAL,),
        mean[:, 1:] if codes else mean,
        mean[:, 0],
        panel.deviation[0],
        weights,
        _scores(panel),
        int(np.isfinite(panel.combined.residuals[:, :, 0]).sum()),
    )


def _driver(
    drivers: Mapping[str, pd.Series], names: tuple[str, ...], span: range, years: tuple[int, ...], peers: int
) -> DriverPath | None:
    """What each local series follows, beside it and ahead; the nation's items follow nothing."""
    if not drivers:
        return None
    usual = drivers.get(TOTAL, pd.Series(dtype=float))
    followed = [drivers.get(name, usual) for name in names]
    known, ahead = (
        np.vstack([np.log(one.reindex(part).to_numpy(dtype=float)) for one in followed]) for part in (span, years)
    )
    # A driver that stops before the base year cannot be followed from there.
    ahead = np.where(np.isfinite(known[:, -1:]), ahead, np.nan)
    nothing = np.full((peers, known.shape[1]), np.nan), np.full((peers, ahead.shape[1]), np.nan)
    return DriverPath(np.vstack([known, nothing[0]]), np.vstack([ahead, nothing[1]]))


def _weights(panel: PanelForecast, row: int) -> dict[str, float]:
    weights = panel.combined.weights[:, row]
    order = np.argsort(-weights, kind="stable")
    return {LABELS[ENGINES[place]]: float(weights[place]) for place in order if weights[place] >= 0.005}


def _scores(panel: PanelForecast) -> dict[str, float]:
    """Mean absolute log error of each engine on the total's earlier years, best first."""
    errors = panel.combined.scores[:, 0] * panel.combined.volatility[0]
    order = np.argsort(errors, kind="stable")
    return {LABELS[ENGINES[place]]: float(errors[place]) for place in order if np.isfinite(errors[place])}
