"""One forecast from many engines: each weighs by what it showed on earlier years of this series and of its siblings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from fiscal_model.arithmetic.elementary import mean_of_known
from fiscal_model.arithmetic.revenue.engines import ENGINES, DriverPath, run_engines
from fiscal_model.arithmetic.revenue.scale import Windows
from fiscal_model.arithmetic.revenue.sibling_pooling import Prior, pooled_volatility

WORST_ERROR = 15.0
"""Errors beyond this many standard deviations count as this many: one wild year must not decide the weights."""


@dataclass(frozen=True)
class CombinationRule:
    """How engines are weighed; ``[combination]`` of data/rules/forecast.toml."""

    prior_weight: Mapping[str, float]  # Weight of each engine, in logs, before its record is known
    sharpness: float  # Power by which a better record raises the weight
    patience: float  # Records, in forecasts of one year, at which half of that power is used
    own_record: float  # Share of the series' own record in its score; the rest is its siblings'
    damping: float  # Factor by which the pooled drift fades each year
    # origins, least_years, horizon: earlier years forecast from, shortest history to do so, longest horizon scored
    origins: int
    least_years: int
    horizon: int


@dataclass(frozen=True)
class Combined:
    """A combination of engines."""

    logs: np.ndarray  # (series, horizon) float: on the working scale
    weights: np.ndarray  # (engine, series) float: add up to one over the engines
    engines: np.ndarray  # (engine, series, horizon) float: what each engine said, on the working scale
    # (origin, series, horizon) float: ``ln(actual / forecast)`` of the combination on earlier years; NaN where unknown
    residuals: np.ndarray
    # (engine, series) float: mean absolute error on earlier years in standard deviations of growth; NaN without a
    # record
    scores: np.ndarray
    volatility: np.ndarray  # (series,) float: standard deviation of log growth


def combine(
    windows: Windows,
    pool: np.ndarray,
    horizon: int,
    prior: Prior,
    rule: CombinationRule,
    driver: DriverPath | None = None,
) -> Combined:
    """Run all engines now and from earlier years, weigh them by their record, and combine them.

    ``pool``: (series,) int.
    """
    reach = max(horizon, rule.horizon)
    rule = replace(rule, origins=int(np.clip(windows.count.max() - rule.least_years, 1, rule.origins)))
    driver = _driver(driver, windows.logs.shape[1], rule, reach)
    # Today and all earlier years in one batch: an earlier year is a shorter window whose siblings are its own.
    said = run_engines(*_batch(windows, pool, rule), reach, prior, rule.damping, driver)
    said = said.reshape(len(ENGINES), rule.origins + 1, len(pool), reach)
    volatility = pooled_volatility(windows.published, pool, prior)
    actual = _actuals(windows, rule)
    errors = actual[None] - said[:, 1:, :, : rule.horizon]
    scores = _scores(errors, volatility, pool, rule.own_record)
    records = np.bincount(pool, np.isfinite(actual[:, :, 0]).sum(axis=0))[pool]
    weights = _weights(scores, records, said[:, 0, :, 0], rule)
    mixed = _mixed(said, weights)
    residuals = actual - mixed[1:, :, : rule.horizon]
    return Combined(mixed[0, :, :horizon], weights, said[:, 0, :, :horizon], residuals, scores, volatility)


def _batch(windows: Windows, pool: np.ndarray, rule: CombinationRule) -> tuple[Windows, np.ndarray]:
    """Stack the windows that end today, last year, …; those too short to learn from are left as they are today."""
    times, groups = rule.origins + 1, int(pool.max()) + 1
    logs, pools = [windows.logs], [pool]
    for back in range(1, times):
        enough = windows.count - back >= rule.least_years
        logs.append(np.where(enough[:, None], _ending(windows.logs, back), windows.logs))
        # A window too short to learn from must not tell its siblings of an earlier year what came later.
        pools.append(np.where(enough, pool + back * groups, times * groups))
    stacked_logs = np.concatenate(logs)
    stacked = replace(
        windows,
        logs=stacked_logs,
        count=np.isfinite(stacked_logs).sum(axis=1),
        shift=np.tile(windows.shift, times),
        signed=np.tile(windows.signed, times),
    )
    return stacked, np.concatenate(pools)


def _ending(values: np.ndarray, back: int) -> np.ndarray:
    """The window that ended some years earlier, right-aligned again."""
    if not back:
        return values
    earlier = np.full_like(values, np.nan)
    earlier[:, back:] = values[:, :-back]
    return earlier


def _driver(driver: DriverPath | None, width: int, rule: CombinationRule, reach: int) -> DriverPath | None:
    """The driver at every origin: today with the path given, earlier with the growth of its last three years."""
    if driver is None:
        return None
    # Three years more than the window: an earlier origin must know the driver's growth before it.
    longer = np.full((len(driver.known), width + 3), np.nan)
    longer[:, -driver.known.shape[1] :] = driver.known[:, -longer.shape[1] :]
    known = [_ending(longer, back) for back in range(rule.origins + 1)]
    ahead = [_padded(driver.ahead, reach)]
    for earlier in known[1:]:
        growth = (earlier[:, -1:] - earlier[:, -4:-3]) / 3
        ahead.append(earlier[:, -1:] + np.where(np.isfinite(growth), growth, 0.0) * np.arange(1, reach + 1))
    return DriverPath(np.concatenate(known)[:, -width:], np.concatenate(ahead))


def _padded(ahead: np.ndarray, reach: int) -> np.ndarray:
    short = reach - ahead.shape[1]
    return np.concatenate([ahead, np.repeat(ahead[:, -1:], short, axis=1)], axis=1) if short > 0 else ahead[:, :reach]


def _actuals(windows: Windows, rule: CombinationRule) -> np.ndarray:
    """What happened after each earlier year, shape (origin, series, horizon); NaN where a window was too short."""
    found = np.full((rule.origins, len(windows.count), rule.horizon), np.nan)
    width = windows.logs.shape[1]
    for back in range(1, rule.origins + 1):
        enough = windows.count - back >= rule.least_years
        for step in range(min(back, rule.horizon)):
            found[back - 1, enough, step] = windows.logs[enough, width - back + step]
    return found


def _scores(errors: np.ndarray, volatility: np.ndarray, pool: np.ndarray, own_record: float) -> np.ndarray:
    """Mean absolute error by engine and series, own and siblings' mixed; NaN without any record in the pool."""
    size = np.minimum(np.abs(errors) / volatility[:, None], WORST_ERROR)
    known = np.isfinite(size)
    seen = known.sum(axis=(1, 3))
    own = np.where(known, size, 0.0).sum(axis=(1, 3)) / np.maximum(seen, 1)
    groups = int(pool.max()) + 1
    siblings = np.stack(
        [
            (np.bincount(pool, row * (have > 0), groups) / np.maximum(np.bincount(pool, have > 0, groups), 1))[pool]
            for row, have in zip(own, seen, strict=True)
        ]
    )
    anyone = np.stack([np.bincount(pool, have, groups)[pool] > 0 for have in seen])
    mixed = np.where(seen > 0, own_record * own + (1 - own_record) * siblings, siblings)
    return np.where(anyone, mixed, np.nan)


def _weights(scores: np.ndarray, records: np.ndarray, said: np.ndarray, rule: CombinationRule) -> np.ndarray:
    power = rule.sharpness * records / (records + rule.patience)
    prior = np.array([rule.prior_weight[name] for name in ENGINES])[:, None]
    middle = mean_of_known(scores, axis=0, otherwise=1.0)  # no record at all weighs all alike
    found = prior - power * np.log(np.where(np.isfinite(scores), scores, middle) + 0.15)
    found = np.where(np.isfinite(said), found, -np.inf)
    raised = np.exp(found - found.max(axis=0))
    return raised / raised.sum(axis=0)


def _mixed(said: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean in amounts of the engines that spoke, back on the working scale, shape (origin, series, horizon)."""
    spoke = np.isfinite(said)
    amounts = np.where(spoke, np.exp(np.where(spoke, said, 0.0)), 0.0)
    whole = np.einsum("es,eosh->osh", weights, spoke.astype(float))
    return np.log(np.einsum("es,eosh->osh", weights, amounts) / whole)
