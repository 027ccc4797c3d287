"""Shocks of the parts of a total that was drawn as one: the parts add up to it on every path."""

from __future__ import annotations

import numpy as np


def part_shocks(share: np.ndarray, own: np.ndarray, deviation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what parts share and what is each one's own, such that their sum moves as much as the total does.

    Log steps of one common factor and of each part's own: ``common² + Σ (share · own)² = deviation²``. Parts that would swing the
    total more than its own record says are drawn in together.

    ``share``, ``own``: (..., part) float, share of the total and standard deviation in logs beside it.
    ``deviation``: (...) float, of the total in logs.
    Returns ``common``: (...) float. ``own``: (..., part) float.

    Examples
    --------
    >>> common, own = part_shocks(np.array([0.5, 0.5]), np.array([0.12, 0.0]), np.array(0.1))
    >>> round(float(common), 6), own.tolist()
    (0.08, [0.12, 0.0])
    >>> [each.tolist() for each in part_shocks(np.array([0.5, 0.5]), np.array([0.4, 0.0]), np.array(0.1))]
    [0.0, [0.2, 0.0]]
    """
    apart = np.sqrt(((share * own) ** 2).sum(axis=-1))
    scale = np.minimum(1.0, deviation / np.where(apart > 0, apart, 1.0))
    common = np.sqrt(np.maximum(deviation**2 - (scale * apart) ** 2, 0.0))
    return common, np.where(apart > 0, scale, 1.0)[..., None] * own


def split_total(
    total: np.ndarray, mean: np.ndarray, own: np.ndarray, deviation: np.ndarray, numbers: np.ndarray
) -> np.ndarray:
    """Split a total into parts, given what it came to, (path, ..., part) float: they add up to it.

    ``total``: (path, ...) float. ``mean``: (..., part) float, of the plan. ``own``, ``deviation``: as in `part_shocks`.
    ``numbers``: (path, ..., 1 + part) float, standard normals.

    Notes
    -----
    A draw of the common factor and of the parts is corrected by each part's covariance with the total (as in conditioning a normal
    law on a sum), then scaled to the total: exact in logs for small steps, exact in amounts always, and never below nothing.

    Examples
    --------
    >>> split_total(np.array([90.0]), np.array([60.0, 40.0]), np.array([0.2, 0.0]), np.array(0.12), np.zeros((1, 3))).round(2).tolist()
    [[50.15, 39.85]]
    """
    whole = mean.sum(axis=-1)
    share = mean / whole[..., None]
    common, own = part_shocks(share, own, deviation)
    drawn = common[..., None] * numbers[..., :1] + own * numbers[..., 1:]
    known = deviation > 0
    gain = (common[..., None] ** 2 + share * own**2) / np.where(known, deviation**2, 1.0)[..., None]
    gain = np.where(known[..., None], gain, 1.0)
    missing = np.log(total / whole) - (share * drawn).sum(axis=-1)
    parts = mean * np.exp(drawn + gain * missing[..., None])
    found: np.ndarray = parts * (total / parts.sum(axis=-1))[..., None]
    return found
