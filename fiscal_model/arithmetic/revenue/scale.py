"""The working scale of a forecast: logs, shifted where an item has zeros or negative years, one row a series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LONGEST_WINDOW = 20
"""Years looked at: older ones say little about the next five (docs/accuracy.md)."""
SHIFT_OF_ZEROS, SHIFT_OF_SIGNS = 0.25, 2.0
JUMP = float(np.log(3.0)) + 1e-9
"""Growth beyond this, up or down in one year, is a step to another level, not a trend to carry on."""


@dataclass(frozen=True)
class Windows:
    """Histories on the working scale, right-aligned so that the last column is each series' last year."""

    # (series, year) float: ``ln(amount + shift)``; NaN before a series begins, no gaps after; years before a jump at
    # the level after it
    logs: np.ndarray
    # (series, year) float: the same with its jumps: how calm a series is must not be judged without them
    published: np.ndarray
    count: np.ndarray  # (series,) int: known years of each series within the window
    # (series,) float: 万元 added before the log: zero for a positive item, a quarter of its usual size for one with
    # zeros, twice its largest size for one with negative years
    shift: np.ndarray
    # (series,) bool: whether the item has negative years; only such an item may be forecast below zero
    signed: np.ndarray

    def amounts(self, logs: np.ndarray) -> np.ndarray:
        """Turn working-scale values of shape (series, ...) back into 万元; never below zero for a non-negative item."""
        extra = (1,) * (logs.ndim - 1)
        found = np.exp(np.clip(logs, -700.0, 700.0)) - self.shift.reshape(-1, *extra)
        return np.where(self.signed.reshape(-1, *extra), found, np.maximum(found, 0.0))


def windows_of(amounts: np.ndarray) -> Windows:
    """Lay histories out on the working scale.

    ``amounts``: (series, year) float, 万元, every series with at least one known year; NaN where unknown. Gaps are
    filled on the working scale along a straight line, years before the first and after the last known one are cut off.

    Examples
    --------
    >>> found = windows_of(np.array([[np.nan, 100.0, np.nan, 121.0], [0.0, 8.0, 8.0, np.nan]]))
    >>> np.exp(found.logs[0]).round(6).tolist()
    [100.0, 110.0, 121.0]
    >>> found.count.tolist(), found.shift.tolist()
    ([3, 3], [0.0, 2.0])
    """
    known = np.isfinite(amounts)
    size = np.where(known, np.abs(amounts), 0.0)
    usual = size.sum(axis=1) / np.maximum((size > 0).sum(axis=1), 1)
    lowest = np.where(known, amounts, np.inf).min(axis=1)
    signed = lowest < 0
    shift = np.where(signed, SHIFT_OF_SIGNS * size.max(axis=1), np.where(lowest > 0, 0.0, SHIFT_OF_ZEROS * usual))
    shift = np.where((shift == 0) & (lowest <= 0), 1.0, shift)  # nothing but zeros
    logs = np.log(np.where(known, amounts, 1.0) + shift[:, None])
    return _aligned(np.where(known, logs, np.nan), shift, signed)


def _aligned(logs: np.ndarray, shift: np.ndarray, signed: np.ndarray) -> Windows:
    series, years = logs.shape
    known = np.isfinite(logs)
    position = np.arange(years)
    first = known.argmax(axis=1)
    last = years - 1 - known[:, ::-1].argmax(axis=1)
    inside = (position >= first[:, None]) & (position <= last[:, None])
    for row in np.flatnonzero((inside & ~known).any(axis=1)):
        logs[row] = np.interp(position, position[known[row]], logs[row, known[row]])
    source = position + (last - (years - 1))[:, None]
    moved = np.take_along_axis(logs, np.maximum(source, 0), axis=1)
    moved = np.where(source >= first[:, None], moved, np.nan)
    width = int(np.clip(np.isfinite(moved).sum(axis=1).max(), 2, LONGEST_WINDOW))
    window = np.full((series, width), np.nan)
    kept = moved[:, -width:]
    window[:, width - kept.shape[1] :] = kept
    return Windows(_without_jumps(window), window, np.isfinite(window).sum(axis=1), shift, signed)


def _without_jumps(logs: np.ndarray) -> np.ndarray:
    """Move the years before a jump to the level after it, so that growth into its year is the median of the others."""
    growth = np.diff(logs, axis=1)
    jumped = np.abs(growth) > JUMP  # false where unknown
    if not jumped.any():
        return logs
    found = logs.copy()
    for row in np.flatnonzero(jumped.any(axis=1)):
        steady = growth[row][np.isfinite(growth[row]) & ~jumped[row]]
        usual = float(np.median(steady)) if len(steady) else 0.0
        excess = np.where(jumped[row], growth[row] - usual, 0.0)
        # Everything before a jump moves by it; the last year stays where it is.
        found[row, :-1] += np.cumsum(excess[::-1])[::-1]
    return found
