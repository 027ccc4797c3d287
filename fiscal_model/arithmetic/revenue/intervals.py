"""How wrong a forecast may be: widths from errors on other series, scaled by how wild growth and recent errors were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from fiscal_model.arithmetic.revenue.growth import winsorised
from fiscal_model.arithmetic.revenue.scale import Windows

RECENT_STEPS = np.array([1.0, 1.55, 2.0])
"""How much larger errors two and three years ahead are than one year ahead: errors at all three tell how wide to be."""


@dataclass(frozen=True)
class IntervalRule:
    """How widths are set; ``[interval]`` of data/rules/forecast.toml."""

    # mapping of float to (horizon,) float: by level: half width in logs as multiples of the unit, learnt on real series
    constants: Mapping[float, np.ndarray]
    shortness: float  # A history of n years is wider by ``1 + shortness / n``
    usual: float  # Usual standard deviation of growth
    prior_years: float  # It counts as this many years of a series
    growth_power: float  # Power of the series' own standard deviation of growth in the unit
    error_power: float  # Power of its own recent errors; the rest of one is the usual deviation's
    half_life: float  # Years after which an error counts half
    errors_expected: (
        float  # Mean absolute error one year ahead over that deviation, before any is seen; counts as one error
    )


def half_widths(
    residuals: np.ndarray, windows: Windows, horizon: int, levels: Sequence[float], rule: IntervalRule
) -> np.ndarray:
    """Return half widths of central intervals in logs, (level, series, horizon) float.

    Never falling with the horizon or the level.

    ``residuals``: (origin, series, step) float, log errors of the same method on earlier years, latest origin first; NaN
    where unknown.
    ``levels``: between 0.5 and 0.99.

    Notes
    -----
    Quantiles of errors on other series (split conformal prediction, Vovk et al. 2005) in units of
    ``s^a r^b u^(1 - a - b)``: s the standard deviation of growth, r the recent errors of this very method on this series,
    u the usual deviation: a calm series is less calm ahead than behind, a wild one less wild.
    """
    calm = _deviation_of_growth(windows, rule)
    errors = _recent_errors(residuals, calm, rule)
    rest = 1 - rule.growth_power - rule.error_power
    unit = (calm + 0.01) ** rule.growth_power * (errors + 0.005) ** rule.error_power * rule.usual**rest
    unit = unit * (1 + rule.shortness / windows.count)
    widths = np.stack([unit[:, None] * _constant(rule.constants, level, horizon) for level in levels])
    widths = np.maximum.accumulate(widths, axis=2)
    order = np.argsort(levels, kind="stable")
    widths[order] = np.maximum.accumulate(widths[order], axis=0)
    return widths


def _deviation_of_growth(windows: Windows, rule: IntervalRule) -> np.ndarray:
    """Standard deviation of growth of each series, its jumps pulled in, mixed with the usual one, (series,) float."""
    growth = winsorised(np.diff(windows.published, axis=1), 4.0)
    known = np.isfinite(growth)
    seen = known.sum(axis=1)
    mean = np.where(known, growth, 0.0).sum(axis=1) / np.maximum(seen, 1)
    squares = np.where(known, (growth - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return np.sqrt((squares + rule.prior_years * rule.usual**2) / (np.maximum(seen - 1, 0) + rule.prior_years))


def _recent_errors(residuals: np.ndarray, calm: np.ndarray, rule: IntervalRule) -> np.ndarray:
    """Mean absolute error one year ahead that recent years showed, (series,) float; later targets weigh more."""
    steps = len(RECENT_STEPS)
    size = np.abs(residuals[:, :, :steps]) / RECENT_STEPS[: residuals.shape[2]]
    age = np.maximum(np.arange(len(size))[:, None] - np.arange(size.shape[2]), 0)
    weight = np.where(np.isfinite(size), 0.5 ** (age / rule.half_life)[:, None, :], 0.0)
    total = (weight * np.where(np.isfinite(size), size, 0.0)).sum(axis=(0, 2))
    return (total + rule.errors_expected * calm) / (weight.sum(axis=(0, 2)) + 1)


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
