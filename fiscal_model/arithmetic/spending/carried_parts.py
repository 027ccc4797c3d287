"""A total carried over its parts: what is known stands as known, the rest follows the base year."""

from __future__ import annotations

import numpy as np

from fiscal_model.arithmetic.elementary import divided


def carry_parts(total: np.ndarray, known: np.ndarray, base: np.ndarray, known_base: np.ndarray) -> np.ndarray:
    """Spread a total over parts that add up to it exactly, (..., year, part).

    ``total``: (..., year) float.
    ``known``: (..., year, part) float, what is known to land in each part; it is never scaled.
    ``base``, ``known_base``: (part,) float, the base year's amounts, and what of them the same knowledge explains.

    Notes
    -----
    ``part = known + fixed + (total - all known - all fixed) x remainder / all remainders``, where the remainder is what the
    base year's amount exceeds its known part by, and ``fixed`` (below zero) what it falls short by: that stays what it was.
    With the base year's total and known parts the answer is ``base``.

    Examples
    --------
    A hundred in the base year, sixty of it pensions; pensions rise by ten, the total by twelve.

    >>> carry_parts(np.array([112.0]), np.array([[70.0, 0.0]]), np.array([80.0, 20.0]), np.array([60.0, 0.0])).tolist()
    [[91.0, 21.0]]
    """
    left = base - known_base
    fixed, weights = np.minimum(left, 0.0), np.maximum(left, 0.0)
    if not weights.any():
        weights = np.maximum(base, 0.0) if (base > 0).any() else np.ones(len(base))
    rest = np.asarray(total)[..., None] - known.sum(axis=-1, keepdims=True) - fixed.sum()
    return known + fixed + rest * divided(weights, weights.sum())
