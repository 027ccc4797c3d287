"""What many paths say: quantiles without a whole sort, how bad the bad ones are, chances with their sampling error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BINS = 4_096
FEW = 4_000
"""Below this many paths a sort is quickest."""
SEEN = 61
"""One path in so many says whether most are alike."""


def quantiles_of(values: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Return quantiles of one line in one year, (level,) float, as ``numpy.quantile`` does; unknown where a path is unknown.

    Notes
    -----
    Only values near a wanted rank are sorted: paths are counted in `BINS` equal steps, the steps that hold a rank are
    picked out. Several times quicker than a sort, and exact.

    ``values``: (path,) float, contiguous.

    Examples
    --------
    >>> quantiles_of(np.array([4.0, 1.0, 3.0, 2.0]), (0.0, 0.5, 1.0)).tolist()
    [1.0, 2.5, 4.0]
    """
    position = np.asarray(levels) * (len(values) - 1)
    low = np.floor(position).astype(int)
    ranks = np.concatenate([low, np.minimum(low + 1, len(values) - 1)])
    below, above = np.split(order_statistics(values, ranks).astype(float), 2)
    return below + (above - below) * (position - low)


def order_statistics(values: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Return the values of given ranks, (rank,); NaN where any value is.

    Examples
    --------
    >>> order_statistics(np.arange(10_000.0)[::-1].copy(), np.array([0, 17, 9999])).tolist()
    [0.0, 17.0, 9999.0]
    """
    lowest, highest = values.min(), values.max()
    if not np.isfinite(lowest) or not np.isfinite(highest):
        return np.full(len(ranks), np.nan) if np.isnan(lowest) else np.sort(values)[ranks]
    if len(values) < FEW or highest <= lowest:
        return np.sort(values)[ranks] if highest > lowest else np.full(len(ranks), lowest)
    if (values[::SEEN] == lowest).mean() > 0.25:  # a gap is nothing on most paths
        alike = int(np.count_nonzero(values == lowest))
        rest = order_statistics(values[values > lowest], np.maximum(ranks - alike, 0))
        return np.where(ranks < alike, lowest, rest)
    key = ((values - lowest) * ((BINS - 1) / (highest - lowest))).astype(np.int16)
    counts = np.bincount(key, minlength=BINS)
    upto = np.cumsum(counts)
    at = np.searchsorted(upto, ranks, side="right")
    wanted = np.zeros(BINS, dtype=bool)
    wanted[at] = True
    near = np.sort(values[wanted.take(key)])
    picked = np.flatnonzero(wanted)
    # What lies below in steps that were not picked out is not among `near`.
    left_out = upto[picked] - np.cumsum(counts[picked])
    return near[ranks - left_out[np.searchsorted(picked, at)]]


def expected_shortfall(values: np.ndarray, share: float) -> float:
    """Return the mean of the largest values, a ``share`` of all: float.

    Examples
    --------
    >>> expected_shortfall(np.array([0.0, 0.0, 10.0, 30.0]), 0.5), expected_shortfall(np.array([0.0, 8.0, 2.0]), 0.5)
    (20.0, 6.0)
    """
    counted = share * len(values)
    whole = int(counted)
    edge, more = order_statistics(
        values, np.array([len(values) - whole, len(values) - whole - 1]).clip(0, len(values) - 1)
    )
    above = values[values > edge]
    # Values equal to the edge fill what is left of the whole paths; the next one down counts in part.
    total = above.sum(dtype=float) + (whole - len(above)) * float(edge) if whole else 0.0
    return float((total + (counted - whole) * float(more if whole else values.max())) / counted)


def chance_errors(hits: np.ndarray, both: np.ndarray | None, paths: int) -> np.ndarray:
    """Return the standard error of shares that were counted on paths, (...,) float.

    ``hits``: (...,) int, on how many paths.
    ``both``: (...,) int or None, in how many pairs of mirrored paths on both: paths of a pair are no two independent ones.

    Examples
    --------
    >>> float(chance_errors(np.array(50), None, 100)), float(chance_errors(np.array(50), np.array(0), 100))
    (0.05, 0.0)
    """
    share = hits / paths
    if both is None or paths < 2:
        return np.sqrt(share * (1 - share) / paths)
    pairs = paths / 2
    # A pair's mean is nothing, a half or one.
    square = (both + 0.25 * (hits - 2 * both)) / pairs
    return np.sqrt(np.maximum(square - share**2, 0.0) / pairs)
