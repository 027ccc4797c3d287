"""The curve of coupons that bonds not yet issued are expected to carry, as the rules give it."""

from __future__ import annotations

import numpy as np

from fiscal_model.law.rules import rule_table


def coupon_curve() -> tuple[np.ndarray, np.ndarray]:
    """Return the curve of coupons by tenor.

    Returns ``tenors``, ``rates``: (point,) float, years, rising; fractions a year.

    Examples
    --------
    >>> tenors, rates = coupon_curve()
    >>> tenors.tolist(), bool((rates > 0.01).all())
    ([3.0, 7.0, 10.0, 15.0, 20.0, 30.0], True)
    """
    rows = sorted(rule_table("coupon_curve"), key=lambda row: float(row["tenor_years"]))
    tenors, rates = (np.array([float(row[name]) for row in rows]) for name in ("tenor_years", "rate"))
    return tenors, rates


def coupon_at(tenor: float | np.ndarray) -> np.ndarray:
    """Read the curve at any tenor: straight between its points, level beyond its ends.

    Examples
    --------
    >>> tenors, rates = coupon_curve()
    >>> bool(coupon_at(1.0) == rates[0]), bool(coupon_at(5.0) == (rates[0] + rates[1]) / 2)
    (True, True)
    """
    return np.interp(tenor, *coupon_curve())
