"""What promises to pay if something happens cost a budget: pools, guarantees, bridge funds, calls for capital, subsidies of interest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.risk.credit_loss import DefaultShares

DAYS_A_YEAR = 365.0
_MONTH = 30.0


def loss_borne(
    default_share: np.ndarray,
    exposure: np.ndarray,
    loss_given_default: np.ndarray | float,
    bears: np.ndarray | float,
    stop: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Return what a pool or company pays of the losses of a year, (..., year, outcome) float.

    Nothing more once the loss has passed ``stop`` of the loans: at most ``exposure · bears · stop``.

    ``default_share``: (..., outcome) float. ``exposure``, ``stop``: (..., year) float. ``bears``: its share of a loss, beside bank and others.

    Examples
    --------
    >>> loss_borne(np.array([0.02, 0.5]), np.array([1000.0]), 0.5, 0.5, 0.1).tolist()
    [[5.0, 50.0]]
    """
    exposure, borne = np.asarray(exposure), np.asarray(bears)[..., None, None]
    rate = np.asarray(loss_given_default)[..., None, None] * default_share[..., None, :]
    return borne * exposure[..., None] * np.minimum(rate, np.broadcast_to(stop, exposure.shape)[..., None])


def cash_called(
    paid: np.ndarray, reserve: np.ndarray, refilled: np.ndarray | bool, limit: np.ndarray | float
) -> np.ndarray:
    """Return what the budget pays in: all that was paid where the reserve is kept full, else what goes beyond it; at most ``limit``.

    Examples
    --------
    >>> paid = np.array([30.0, 150.0, 900.0])
    >>> cash_called(paid, 100.0, False, 500.0).tolist(), cash_called(paid, 100.0, True, np.inf).tolist()
    ([0.0, 50.0, 500.0], [30.0, 150.0, 900.0])
    """
    found: np.ndarray = np.minimum(np.where(refilled, paid, np.maximum(paid - reserve, 0.0)), limit)
    return found


@dataclass(frozen=True, eq=False)
class PoolPath:
    """A reserve that pays losses year by year, 万元, arrays of shape (..., year)."""

    loss: np.ndarray  # paid in the mean
    cash: np.ndarray  # called from the budgets behind it in the mean
    opening: np.ndarray  # reserve at the start of the year, in the mean
    closing: np.ndarray


def roll_pool(
    paid: np.ndarray, shares: DefaultShares, reserve: float, refilled: bool, limit: float = np.inf
) -> PoolPath:
    """Let a reserve pay what each year costs; it opens each year with what the mean of the years before has left.

    ``paid``: (..., year, outcome) float, `loss_borne`.

    Examples
    --------
    >>> from fiscal_model.arithmetic.risk.credit_loss import default_shares
    >>> one = default_shares(0.5, 0.0, 1)
    >>> path = roll_pool(loss_borne(one.share, np.full(2, 80.0), 1.0, 1.0), one, 100.0, False)
    >>> path.loss.tolist(), path.cash.tolist(), path.closing.tolist()
    ([40.0, 40.0], [0.0, 10.0], [60.0, 30.0])
    """
    held = np.full(paid.shape[:-2], float(reserve))
    steps = []
    for year in range(paid.shape[-2]):
        now = paid[..., year, :]
        left = np.maximum(held[..., None] - now, 0.0)
        closing = held if refilled else shares.mean(left)
        cash = shares.mean(cash_called(now, held[..., None], refilled, limit))
        steps.append((shares.mean(now), cash, held, closing))
        held = closing
    return PoolPath(*(np.stack(each, axis=-1) for each in zip(*steps, strict=True)))


def interest_subsidy(loans: np.ndarray, rate: np.ndarray | float, county_share: np.ndarray | float = 1.0) -> np.ndarray:
    """Return what a subsidy costs: average loans of the year times points of interest, as far as the county bears it.

    Examples
    --------
    >>> interest_subsidy(np.array([6000.0, 8000.0]), 0.02, 0.5).tolist()
    [60.0, 80.0]
    """
    return np.asarray(loans) * rate * county_share


def calls_expected(amount: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return the capital called in the mean, (..., year) float; ``amount``: (..., year, call), ``probability``: (call,).

    Examples
    --------
    >>> calls_expected(np.array([[500.0, 800.0]]), np.array([1.0, 0.25])).tolist()
    [700.0]
    """
    found: np.ndarray = (amount * probability).sum(axis=-1)
    return found


def calls_at(amount: np.ndarray, probability: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the capital called that is not passed with these chances, (..., year, level): a condition likelier than the rest comes true.

    Examples
    --------
    >>> calls_at(np.array([[500.0, 800.0]]), np.array([1.0, 0.25]), np.array([0.5, 0.99])).tolist()
    [[500.0, 1300.0]]
    """
    found: np.ndarray = amount @ (probability[:, None] > 1.0 - levels).astype(float)
    return found


def lent_in_a_year(fund: np.ndarray | float, days: np.ndarray | float) -> np.ndarray:
    """Return what a fund that is lent for so many days can lend in a year.

    Examples
    --------
    >>> float(lent_in_a_year(2000.0, 14.6))
    50000.0
    """
    return np.asarray(fund) * DAYS_A_YEAR / days


def guarantee_headroom(
    net_assets: np.ndarray | float, multiple: np.ndarray | float, guaranteed: np.ndarray | float
) -> np.ndarray:
    """Return what a company may still guarantee under its multiple; below zero it has gone too far.

    Examples
    --------
    >>> guarantee_headroom(np.array([8000.0]), 10.0, np.array([90_000.0])).tolist()
    [-10000.0]
    """
    return np.asarray(multiple * net_assets - guaranteed)


def adequacy(reserve: np.ndarray | float, loss: np.ndarray | float) -> np.ndarray:
    """Return how many times a reserve holds a loss; NaN where there is no loss to hold.

    Examples
    --------
    >>> adequacy(np.array([600.0]), np.array([800.0])).tolist()
    [0.75]
    """
    return divided(reserve, loss, np.nan)


def bridged(fund: np.ndarray | float, days: float, due: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the part of a month's maturities that a fund bridges, and how many days of the month's maturities it holds.

    Lent evenly over a month and each loan for ``days``: up to a month, ``30 / days`` times the fund; for longer, what earlier
    months have not given back is not there to lend.

    ``fund``, ``due``: (..., month) float, months that follow each other.

    Examples
    --------
    >>> part, days = bridged(1000.0, 15.0, np.array([4000.0, 500.0]))
    >>> part.tolist(), days.tolist()
    ([2000.0, 500.0], [7.5, 60.0])
    >>> bridged(1000.0, 45.0, np.array([800.0, 4000.0, 4000.0]))[0].tolist()
    [800.0, 600.0, 700.0]
    """
    months, part = days / _MONTH, np.zeros_like(due)
    fund = np.broadcast_to(fund, due.shape)
    for month in range(due.shape[-1]):
        back = np.clip(
            months - np.arange(month, 0, -1), 0.0, 1.0
        )  # of each earlier month's loans, what is out at the end of this one
        free = np.maximum(fund[..., month] - part[..., :month] @ back, 0.0)
        part[..., month] = np.minimum(free / min(months, 1.0), due[..., month])
    return part, divided(fund * _MONTH, due, np.nan)


def given_back(lent: np.ndarray, days: float) -> np.ndarray:
    """Return what comes back in each month of what was lent for ``days``, evenly over its month; nothing after the last.

    ``lent``: (month,) float.

    Examples
    --------
    >>> given_back(np.array([3000.0, 0.0, 600.0]), 15.0).tolist()
    [1500.0, 1500.0, 300.0]
    """
    months, share = int(days // _MONTH), days % _MONTH / _MONTH
    later = np.concatenate([np.zeros(months), (1.0 - share) * lent, [0.0]])
    later[months + 1 :] += share * lent
    return later[: len(lent)]
