"""Stock money as registered: how old each sum will be, and when it falls due if nobody spends it (the plan: `carryover.py`)."""

from __future__ import annotations

import numpy as np


def age_in(origin: np.ndarray, years: tuple[int, ...]) -> np.ndarray:
    """Return how many years old each sum is at the end of each year, shape (year, item), never below zero.

    Examples
    --------
    >>> age_in(np.array([2023, 2025]), (2025, 2026)).tolist()
    [[2, 0], [3, 1]]
    """
    return np.maximum(np.array(years)[:, None] - np.asarray(origin, dtype=int), 0)


def due_back(amount: np.ndarray, origin: np.ndarray, years: tuple[int, ...], kept: int) -> np.ndarray:
    """Return what has been kept too long, in the year in which that comes to pass, 万元, (..., year, item) float, 万元.

    Money due before the first year is due in the first. What comes due later is what is there now: an upper bound, as
    some of it will be spent.

    ``amount``: (..., item) float, 万元.
    ``origin``: (item,) int, year the money first came.
    ``kept``: years that it may be carried over.

    Examples
    --------
    >>> due_back(np.array([5.0, 7.0, 9.0]), np.array([2020, 2024, 2026]), (2026, 2027, 2028), 2).tolist()
    [[5.0, 0.0, 0.0], [0.0, 7.0, 0.0], [0.0, 0.0, 0.0]]
    """
    first = np.maximum(np.asarray(origin, dtype=int) + kept + 1, years[0])
    falls = np.array(years)[:, None] == first
    return np.where(falls, np.asarray(amount, dtype=float)[..., None, :], 0.0)


def above_share(carried: np.ndarray, income: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Return a fund's carry-over above its permitted share of the fund's income, any shape, 万元.

    Examples
    --------
    >>> above_share(np.array([400.0, 100.0]), np.array([1000.0, 1000.0]), 0.3).tolist()
    [100.0, 0.0]
    """
    return np.maximum(carried - share * income, 0.0)
