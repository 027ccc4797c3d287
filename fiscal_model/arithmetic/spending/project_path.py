"""Duties already signed: project costs by year, temporary payments to be cleared."""

from __future__ import annotations

import numpy as np


def spread_clearing(
    balance: np.ndarray, clear_from: np.ndarray, clear_to: np.ndarray, years: tuple[int, ...]
) -> np.ndarray:
    """Spread the clearing of balances evenly over their planned years, (year, item) float, 万元.

    What was planned for years before the first one is cleared in the first.

    ``balance``: (item,) float, 万元.
    ``clear_from``, ``clear_to``: (item,) int, first and last year of clearing.

    Examples
    --------
    >>> spread_clearing(np.array([90.0]), np.array([2026]), np.array([2028]), (2026, 2027, 2028, 2029)).ravel().tolist()
    [30.0, 30.0, 30.0, 0.0]
    """
    calendar = np.array(years)[:, None]
    first = np.maximum(clear_from, years[0])
    last = np.maximum(clear_to, first)
    inside = (calendar >= first) & (calendar <= last)
    return np.where(inside, balance / (last - first + 1), 0.0)
