"""Hidden debt: resolved as planned, zero by its date; contracts that run past it are kept apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CLEAR_BY = 2028
"""The pilot plan: hidden debt of the whole county is cleared by the end of 2028."""


@dataclass(frozen=True)
class HiddenPath:
    """Hidden debt by year, 万元, arrays of shape (year,)."""

    resolved: np.ndarray
    resolved_by_budget: np.ndarray
    interest: np.ndarray
    stock: np.ndarray
    contract_stock: float


def project_hidden(
    balance: np.ndarray,
    rate: np.ndarray,
    planned: np.ndarray,
    by_budget: np.ndarray,
    after_2028: np.ndarray,
    years: tuple[int, ...],
) -> HiddenPath:
    """Resolve each debt in its planned year, none later than 2028 but the contracts kept apart.

    Parameters
    ----------
    balance, rate : (debt,) float
        万元 at the end of the base year; fraction a year.
    planned : (debt,) int
        Year in which the plan resolves it.
    by_budget, after_2028 : (debt,) bool
        Paid from the budget; runs on by contract after 2028.
    years : tuple of int

    Returns
    -------
    HiddenPath
        ``stock(t) = stock(t-1) - resolved(t)``, contracts after 2028 not in it; ``interest`` is paid on both.

    Examples
    --------
    >>> path = project_hidden(np.array([10.0, 5.0]), np.zeros(2), np.array([2026, 2031]), np.array([True, True]),
    ...                       np.array([False, False]), (2026, 2027, 2028))
    >>> path.stock.tolist()
    [5.0, 5.0, 0.0]
    """
    calendar = np.asarray(years)[:, None]
    due = np.clip(np.minimum(planned, CLEAR_BY), years[0], None)
    counted = np.where(after_2028, 0.0, balance)
    resolved = np.where(calendar == due, counted, 0.0)
    open_before = counted.sum() - np.concatenate([[0.0], np.cumsum(resolved.sum(axis=1))[:-1]])
    still = np.where(after_2028, balance, np.where(calendar <= due, balance, 0.0))
    return HiddenPath(
        resolved=resolved.sum(axis=1),
        resolved_by_budget=(resolved * by_budget).sum(axis=1),
        interest=(still * rate).sum(axis=1),
        stock=open_before - resolved.sum(axis=1),
        contract_stock=float(np.where(after_2028, balance, 0.0).sum()),
    )
