"""Coupons of bonds not yet issued: a curve by tenor."""

from __future__ import annotations

import numpy as np


def coupon_at(tenor: float | np.ndarray, tenors: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Read a curve at any tenor: straight between its points, level beyond its ends.

    Parameters
    ----------
    tenor : float or array
        Years.
    tenors, rates : (point,) float
        The curve, tenors rising; fractions a year.

    Returns
    -------
    array
        Of the shape of ``tenor``.

    Examples
    --------
    >>> coupon_at(np.array([1.0, 12.0]), np.array([3.0, 10.0, 15.0]), np.array([0.016, 0.020, 0.023])).round(4).tolist()
    [0.016, 0.0212]
    """
    return np.interp(tenor, tenors, rates)


def pays_half_yearly(tenor: np.ndarray, shortest: float) -> np.ndarray:
    """Return whether bonds of a tenor pay two coupons a year: those of ``shortest`` years and longer.

    Examples
    --------
    >>> pays_half_yearly(np.array([7, 10]), 10).tolist()
    [False, True]
    """
    return np.asarray(tenor) >= shortest
