"""Bonds as one array: interest and principal of each bond in each year."""

from __future__ import annotations

import numpy as np


def bond_schedule(
    face: np.ndarray,
    rate: np.ndarray,
    issue: np.ndarray,
    maturity: np.ndarray,
    frequency: np.ndarray,
    equal_principal: np.ndarray,
    years: tuple[int, ...],
) -> tuple[np.ndarray, np.ndarray]:
    """Spread bonds into yearly interest and principal.

    Parameters
    ----------
    face : (bond,) float
        Amount on-lent, 万元.
    rate : (bond,) float
        Coupon, fraction a year.
    issue, maturity : (bond,) int
        Months since year 0: ``12 * year + month - 1``.
    frequency : (bond,) int
        Coupons a year, 1 or 2.
    equal_principal : (bond,) bool
        Repaid in equal instalments on the yearly coupon dates; otherwise all at maturity.
    years : tuple of int

    Returns
    -------
    interest, principal : (year, bond) float, 万元 paid in the fiscal year

    Notes
    -----
    Coupons fall ``12 / frequency`` months apart counted from the issue date, never from the last coupon, so that months
    do not drift; each pays ``outstanding x rate / frequency``, a broken last period by its months. Outstanding falls on
    yearly dates for instalments.

    Examples
    --------
    >>> one = lambda x: np.array([x])
    >>> interest, principal = bond_schedule(
    ...     one(100.0), one(0.03), one(12 * 2025), one(12 * 2028), one(1), one(False), (2025, 2026, 2027, 2028))
    >>> interest.ravel().round(9).tolist(), principal.ravel().tolist()
    ([0.0, 3.0, 3.0, 3.0], [0.0, 0.0, 0.0, 100.0])
    """
    calendar = np.asarray(years)[:, None]
    instalments = np.maximum((maturity - issue) // 12, 1)
    interest = np.zeros((len(years), len(face)))
    for coupon in range(2):  # at most two coupons fall in a year
        step = 12 // frequency
        first = -(-(12 * calendar - issue) // step)  # the first coupon count on or after January
        number = np.maximum(first, 1) + coupon
        month = issue + number * step
        paid = (month // 12 == calendar) & (month <= maturity)
        repaid_before = np.clip((number * step - 1) // 12, 0, instalments)
        outstanding = np.where(equal_principal, face * (1 - repaid_before / instalments), face)
        interest += np.where(paid, outstanding * rate / frequency, 0.0)
    due = maturity // 12 == calendar
    # A bond reopened between coupon dates ends in a broken period; instalments are all paid by then.
    broken = np.where(equal_principal, 0, (maturity - issue) % (12 // frequency))
    interest += due * face * rate * broken / 12
    anniversary = (calendar > issue // 12) & (calendar - issue // 12 <= instalments)
    principal = np.where(equal_principal, anniversary * face / instalments, due * face)
    return interest, principal


def months_of(dates: np.ndarray) -> np.ndarray:
    """Convert dates to months since year 0, shape kept."""
    return np.array([12 * date.year + date.month - 1 for date in dates], dtype=int)
