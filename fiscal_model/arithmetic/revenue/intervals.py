"""How wrong a forecast may be: conformal widths from pooled back-test residuals, never below a published floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

MOST_VOLATILE = 0.4
"""Volatility beyond this is one wild year, not a width."""
FEWEST_YEARS = 6
"""Shorter histories are not widened further: the prior already carries them."""


@dataclass(frozen=True)
class IntervalRule:
    """How widths are set; ``[interval]`` of data/rules/forecast.toml."""

    # mapping of float to (horizon,) float: by level: half width in logs as multiples of the volatility, learnt on real
    # series of other places
    constants: Mapping[float, np.ndarray]
    shortness: float  # A history of n years is wider by ``1 + shortness / n``
    margin: float  # Safety factor on the constants
    # own_share, own_patience: weight of the pool's own residuals against the constants when there are many, and their
    # number at half of it
    own_share: float
    own_patience: float
    floor: np.ndarray  # (horizon,) float: least standard deviation in logs, from a published record


def half_widths(
    residuals: np.ndarray,
    volatility: np.ndarray,
    count: np.ndarray,
    pool: np.ndarray,
    horizon: int,
    levels: Sequence[float],
    rule: IntervalRule,
) -> np.ndarray:
    """Return half widths of central intervals in logs, (level, series, horizon) float.

    Never falling with the horizon or the level.

    ``residuals``: (origin, series, step) float, log errors of the combination on earlier years; NaN where unknown.
    ``volatility``: (series,) float.
    ``count``: (series,) int, years of history.
    ``pool``: (series,) int, residuals of siblings are pooled.
    ``levels``: between 0.5 and 0.99.

    Notes
    -----
    Split conformal prediction (Vovk et al. 2005) on residuals in units of volatility, by horizon; the pool's own quantile
    and the shipped constant are averaged in logs.
    """
    unit = np.minimum(volatility, MOST_VOLATILE) * (1 + rule.shortness / np.maximum(count, FEWEST_YEARS))
    seen = _pooled_quantiles(np.abs(residuals) / unit[None, :, None], pool, levels)
    widths = np.empty((len(levels), len(volatility), horizon))
    for row, level in enumerate(levels):
        ratio, known = seen[row]
        steps = ratio.shape[1]
        shipped = _constant(rule.constants, level, max(horizon, steps))
        share = rule.own_share * known / (known + rule.own_patience)
        blend = np.where(known > 2, np.exp(share * np.log(np.maximum(ratio, 1e-3) / shipped[:steps])), 1.0)
        longer = np.repeat(blend[:, -1:], max(horizon - steps, 0), axis=1)
        found = (shipped * np.concatenate([blend, longer], axis=1) * rule.margin)[:, :horizon]
        least = ndtri(0.5 + level / 2) * carried_beyond(rule.floor, horizon)
        widths[row] = np.maximum(found[pool] * unit[:, None], least)
    widths = np.maximum.accumulate(widths, axis=2)
    order = np.argsort(levels, kind="stable")
    widths[order] = np.maximum.accumulate(widths[order], axis=0)
    return widths


def _pooled_quantiles(
    sizes: np.ndarray, pool: np.ndarray, levels: Sequence[float]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """By level: quantile and number of known sizes of each pool, each of shape (pool, step)."""
    groups, steps = int(pool.max()) + 1, sizes.shape[2]
    found = [(np.ones((groups, steps)), np.zeros((groups, steps))) for _ in levels]
    for group in range(groups):
        mine = np.sort(sizes[:, pool == group].reshape(-1, steps), axis=0)
        known = np.isfinite(mine).sum(axis=0)
        for row, level in enumerate(levels):
            position = np.minimum(level * (1 + 1 / np.maximum(known, 1)), 1.0) * np.maximum(known - 1, 0)
            low = np.floor(position).astype(int)
            high = np.minimum(low + 1, np.maximum(known - 1, 0))
            columns = np.arange(steps)
            value = mine[low, columns] * (1 - (position - low)) + mine[high, columns] * (position - low)
            found[row][0][group] = np.where(known > 0, value, 1.0)
            found[row][1][group] = known
    return found


def _constant(constants: Mapping[float, np.ndarray], level: float, horizon: int) -> np.ndarray:
    """The shipped multiples at any level: between two levels, and beyond them, straight in the normal score, on logs."""
    at = sorted(constants)
    scores, where = ndtri(0.5 + np.array(at) / 2), ndtri(0.5 + level / 2)
    right = int(np.clip(np.searchsorted(scores, where), 1, len(at) - 1))
    below, above = (np.log(carried_beyond(constants[one], horizon)) for one in at[right - 1 : right + 1])
    share = (where - scores[right - 1]) / (scores[right] - scores[right - 1])
    return np.exp(below + (above - below) * share)


def carried_beyond(values: np.ndarray, horizon: int) -> np.ndarray:
    """Carry a row beyond its last horizon by the power of the horizon it grew with."""
    values = np.asarray(values, dtype=float)
    steps = np.arange(1, horizon + 1)
    if horizon <= len(values):
        return values[:horizon]
    power = np.log(values[-1] / values[-2]) / np.log(len(values) / (len(values) - 1))
    longer = values[-1] * (steps[len(values) :] / len(values)) ** power
    return np.concatenate([values, longer])
