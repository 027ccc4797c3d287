"""Bonds month by month: in which months of a year coupons and principal fall due."""

from __future__ import annotations

import numpy as np


def due_by_month(
    face: np.ndarray,
    rate: np.ndarray,
    issue: np.ndarray,
    maturity: np.ndarray,
    frequency: np.ndarray,
    equal_principal: np.ndarray,
    years: tuple[int, ...],
) -> tuple[np.ndarray, np.ndarray]:
    """Spread bonds into interest and principal by month.

    Parameters
    ----------
    face, rate, issue, maturity, frequency, equal_principal : (bond,) array
        As for `debt.bonds.bond_schedule`: 万元, fractions, months since year 0, coupons a year.
    years : tuple of int

    Returns
    -------
    interest, principal : (year, 12) float, 万元
        Their sums by year are the sums over bonds of `bond_schedule`.

    Examples
    --------
    >>> one = lambda x: np.array([x])
    >>> interest, principal = due_by_month(
    ...     one(100.0), one(0.03), one(12 * 2025 + 5), one(12 * 2027 + 5), one(2), one(False), (2026, 2027))
    >>> interest[0, [5, 11]].tolist(), float(principal[1, 5])
    ([1.5, 1.5], 100.0)
    """
    month = (12 * np.asarray(years)[:, None] + np.arange(12))[..., None]  # (year, 12, 1)
    step = 12 // frequency
    passed = month - issue
    instalments = np.maximum((maturity - issue) // 12, 1)
    repaid_before = np.clip((passed - 1) // 12, 0, instalments)
    outstanding = np.where(equal_principal, face * (1 - repaid_before / instalments), face)
    coupon = (passed > 0) & (passed % step == 0) & (month <= maturity)
    interest = np.where(coupon, outstanding * rate / frequency, 0.0)
    due = month == maturity
    broken = np.where(equal_principal, 0, (maturity - issue) % step)
    interest = interest + due * face * rate * broken / 12
    anniversary = (passed > 0) & (passed % 12 == 0) & (passed // 12 <= instalments)
    principal = np.where(equal_principal, anniversary * face / instalments, due * face)
    return interest.sum(axis=-1), principal.sum(axis=-1)
