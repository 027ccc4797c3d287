"""What every topic of the arithmetic needs: the months of a year, and a division that knows what nothing comes to."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fiscal_model.words.traced import as_array

MONTHS = 12


def divided(part: ArrayLike, whole: ArrayLike, otherwise: ArrayLike = 0.0) -> np.ndarray:
    """Divide where the whole is positive; elsewhere there is nothing to divide by and the answer is ``otherwise``.

    Examples
    --------
    >>> divided([5.0, 5.0], [[10.0, 0.0]]).tolist(), divided(1.0, [-2.0, np.nan], np.nan).tolist()
    ([[0.5, 0.0]], [nan, nan])
    """
    part, whole = np.broadcast_arrays(as_array(part), as_array(whole))
    return np.divide(
        part, whole, out=np.full(part.shape, otherwise, dtype=float, order="F", like=part), where=whole > 0
    )


def mean_of_known(values: np.ndarray, axis: int | tuple[int, ...], otherwise: float = np.nan) -> np.ndarray:
    """Average what is known along axes; where nothing is known the answer is ``otherwise``.

    Examples
    --------
    >>> mean_of_known(np.array([[1.0, np.nan, 3.0], [np.nan] * 3]), axis=1).tolist()
    [2.0, nan]
    """
    known = np.isfinite(values)
    return divided(np.where(known, values, 0.0).sum(axis=axis), known.sum(axis=axis), otherwise)


def longer(values: np.ndarray, years: int) -> np.ndarray:
    """Let the last year of a path go on until it has so many years, shape (..., years).

    Examples
    --------
    >>> longer(np.array([3.0, 5.0]), 4).tolist()
    [3.0, 5.0, 5.0, 5.0]
    """
    return np.concatenate([values, np.repeat(values[..., -1:], years - values.shape[-1], axis=-1)], axis=-1)
