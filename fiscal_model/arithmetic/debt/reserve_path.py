"""The reserve for special debt: what projects put by, what it pays when their income falls short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ReserveTerms:
    """What a reserve is fed by and used for, 万元; arrays of shape (..., year)."""

    opening: float | np.ndarray  # float or (...,) float: balance before the first year
    income: np.ndarray  # (..., year) float: project income of the year
    next_service: np.ndarray  # (..., year) float: principal and interest of the following year
    shortfall: np.ndarray  # (..., year) float: what net income does not pay of the year's principal and interest
    income_share: float  # Part of project income that is put by
    # (..., year) float: part of next year's service that is put by, for example one over the years left
    service_share: np.ndarray
    stop_at_target: bool = False  # Put no more by once the balance after the year's use meets the target


@dataclass(frozen=True)
class ReservePath:
    """The reserve by year, 万元, arrays of shape (..., year); adequacy is NaN where next year nothing falls due."""

    opening: np.ndarray
    accrued: np.ndarray
    used: np.ndarray
    closing: np.ndarray
    target: np.ndarray
    adequacy: np.ndarray


def run_reserve(terms: ReserveTerms) -> ReservePath:
    """Feed and use the reserve year by year.

    Notes
    -----
    ``R(t) = R(t-1) + max(a income(t), b service(t+1)) - use(t)``; the use is the year's shortfall as far as the reserve
    goes, and never makes it negative. The target is the service of the next twelve months.

    Examples
    --------
    >>> years = lambda *values: np.array(values, dtype=float)
    >>> path = run_reserve(ReserveTerms(5.0, years(100, 100), years(40, 80), years(0, 50), 0.1, years(0.5, 0.5)))
    >>> path.accrued.tolist(), path.used.tolist(), path.closing.tolist()
    ([20.0, 40.0], [0.0, 50.0], [25.0, 15.0])
    """
    wanted = np.maximum(terms.income_share * terms.income, terms.service_share * terms.next_service)
    shape = np.broadcast_shapes(wanted.shape, terms.shortfall.shape)
    target = np.broadcast_to(terms.next_service, shape)
    opening, accrued, used, closing = (np.zeros(shape) for _ in range(4))
    balance = np.broadcast_to(np.asarray(terms.opening, dtype=float), shape[:-1])
    for year in range(shape[-1]):
        lacking = np.maximum(terms.shortfall[..., year], 0.0)
        put_by = np.broadcast_to(wanted[..., year], shape[:-1])
        if terms.stop_at_target:
            put_by = np.minimum(put_by, np.maximum(target[..., year] + lacking - balance, 0.0))
        opening[..., year], accrued[..., year] = balance, put_by
        used[..., year] = np.minimum(balance + put_by, lacking)
        balance = balance + put_by - used[..., year]
        closing[..., year] = balance
    adequacy = np.divide(closing, target, out=np.full(shape, np.nan), where=target > 1e-9)
    return ReservePath(opening, accrued, used, closing, target, adequacy)


def score_by_steps(values: np.ndarray, steps: Sequence[Sequence[float]]) -> np.ndarray:
    """Score values by steps: the points of the first step that a value reaches, else nothing; NaN stays NaN.

    ``values``: (...,) float.
    ``steps``: sequence of (line, points), the highest line first.

    Examples
    --------
    >>> score_by_steps(np.array([1.2, 1.0, 0.95, 0.5, np.nan]), [(1.1, 100), (1.0, 85), (0.9, 60)]).tolist()
    [100.0, 85.0, 60.0, 0.0, nan]
    """
    values = np.asarray(values, dtype=float)
    points = np.zeros(values.shape)
    for line, score in reversed(list(steps)):
        points = np.where(values >= line, score, points)
    return np.where(np.isnan(values), np.nan, points)
