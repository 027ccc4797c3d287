"""Money carried over from year to year, first in first out: how old what is left can be."""

from __future__ import annotations

import numpy as np


def roll_carryover(opening: np.ndarray, new: np.ndarray, closing: np.ndarray) -> np.ndarray:
    """Spend the oldest money first and say of which year each closing balance is.

    Parameters
    ----------
    opening : (origin,) float
        Carried out of the base year by year of origin, the oldest first, 万元.
    new : (..., year) float
        Money for the same purposes that comes in during each plan year.
    closing : (..., year) float
        Carried out of each plan year, at most what was there.

    Returns
    -------
    (..., year, origin + year) float
        Closing balances by year of origin: the origins of ``opening``, then the plan years. What exceeds all the money there
        was is laid to the year itself.

    Examples
    --------
    >>> roll_carryover(np.array([5.0, 20.0]), np.array([10.0, 0.0]), np.array([12.0, 11.0])).tolist()
    [[0.0, 2.0, 10.0, 0.0], [0.0, 1.0, 10.0, 0.0]]
    """
    new, closing = np.broadcast_arrays(np.asarray(new, dtype=float), np.asarray(closing, dtype=float))
    years = closing.shape[-1]
    held = np.zeros((*closing.shape[:-1], len(opening) + years))
    held[..., : len(opening)] = opening
    rolled = np.zeros((*closing.shape, len(opening) + years))
    for year in range(years):
        here = len(opening) + year
        held[..., here] = new[..., year]
        left = closing[..., year]
        kept = np.zeros(held.shape)
        for origin in range(here, -1, -1):
            kept[..., origin] = np.minimum(held[..., origin], left)
            left = left - kept[..., origin]
        kept[..., here] += left
        rolled[..., year, :] = kept
        held = kept
    return rolled
