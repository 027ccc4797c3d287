"""The treasury month by month: when money comes in, when wages, living needs and debt must go out, what is left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import MONTHS, divided

DAYS = 365
_NOTHING = 0.005
"""Half a hundredth of 万元: less is float noise, no missing money."""


@dataclass(frozen=True)
class MonthlyTerms:
    """What moves a county's treasury, 万元; arrays broadcast to (..., year, month)."""

    opening: float  # Balance before the first month
    inflow: np.ndarray  # (..., year, 12) float
    # wages, living: (..., year, 12) float, wages and basic living needs: paid first, out of their dedicated account
    wages: np.ndarray
    living: np.ndarray
    other: np.ndarray  # (..., year, 12) float: all other payments
    # wages_at_hand, living_at_hand: (12,) float, part of the month's inflow that is there on their pay day, 0 to 1
    wages_at_hand: np.ndarray
    living_at_hand: np.ndarray


@dataclass(frozen=True)
class MonthlyPath:
    """The treasury by month, arrays of shape (..., year, 12).

    ``balance`` is what the plan leaves at the month's end if everything is paid when due: below zero, money is missing.
    ``cash`` is what really is there when payments wait for money; ``unpaid_guarded`` and ``unpaid_other`` are what
    waits, so that ``balance = cash - unpaid_guarded - unpaid_other``. ``short_on_pay_day`` is what wages and living needs
    lack on their pay day. ``cover`` is the balance over the year's mean monthly outflow; ``days_short`` the days of
    outflow that a balance below zero stands for.
    """

    balance: np.ndarray
    cash: np.ndarray
    unpaid_guarded: np.ndarray
    unpaid_other: np.ndarray
    short_on_pay_day: np.ndarray
    cover: np.ndarray
    days_short: np.ndarray

    @property
    def at_risk(self) -> np.ndarray:
        """Months in which something cannot be paid when due, (..., year, 12) bool."""
        return (self.balance < -_NOTHING) | (self.short_on_pay_day > _NOTHING)

    @property
    def arrears(self) -> np.ndarray:
        """Years in which wages or living needs miss their pay day, (..., year) bool."""
        return np.any(self.short_on_pay_day > _NOTHING, axis=-1)


def run_treasury(terms: MonthlyTerms) -> MonthlyPath:
    """Pay month after month, wages and living needs first.

    Notes
    -----
    The dedicated account is filled before it pays: on the pay day, wages and living needs have the balance left from the
    month before and the part of the month's money that is in by then. At the month's end all that is owed to them is paid
    first, other payments with what is left; what cannot be paid waits.

    Examples
    --------
    >>> still, whole = np.full((1, 12), 10.0), np.ones(12)
    >>> path = run_treasury(MonthlyTerms(5.0, still, 0.4 * still, 0.2 * still, 0.4 * still, whole, whole))
    >>> float(path.balance[0, -1]), float(path.cover[0, 0]), bool(path.at_risk.any())
    (5.0, 0.5, False)
    """
    inflow, wages, living, other = np.broadcast_arrays(terms.inflow, terms.wages, terms.living, terms.other)
    guarded = wages + living
    outflow = guarded + other
    saved = inflow - outflow
    wages_first = terms.wages_at_hand <= terms.living_at_hand
    early = np.where(wages_first, wages, living)
    early_hand = np.minimum(terms.wages_at_hand, terms.living_at_hand) * inflow
    late_hand = np.maximum(terms.wages_at_hand, terms.living_at_hand) * inflow
    balance, cash, unpaid_guarded, unpaid_other, short = (np.empty(inflow.shape, order="F") for _ in range(5))
    left = np.full(inflow.shape[:-2], float(terms.opening))
    owed_guarded, owed_other, kept = (np.zeros(left.shape) for _ in range(3))
    for year, month in np.ndindex(inflow.shape[-2:]):
        at = (..., year, month)
        kept = kept + saved[at]
        balance[at] = terms.opening + kept
        on_first_day = owed_guarded + early[at] - left - early_hand[at]
        owed_guarded = owed_guarded + guarded[at]
        on_second_day = owed_guarded - left - late_hand[at]
        short[at] = np.maximum(np.maximum(on_first_day, on_second_day), 0.0)
        left, owed_guarded = _pay(left + inflow[at], owed_guarded)
        left, owed_other = _pay(left, owed_other + other[at])
        cash[at], unpaid_guarded[at], unpaid_other[at] = left, owed_guarded, owed_other
    yearly = outflow.sum(axis=-1, keepdims=True)
    usual = np.where(yearly > 0, yearly, np.nan)
    cover, days_short = balance / (usual / MONTHS), np.maximum(-balance, 0.0) / (usual / DAYS)
    return MonthlyPath(balance, cash, unpaid_guarded, unpaid_other, short, cover, days_short)


def _pay(money: np.ndarray, owed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pay as far as the money goes; return what is left of both."""
    paid = np.clip(money, 0.0, owed)
    return money - paid, owed - paid


def month_shares(history: np.ndarray) -> np.ndarray:
    """Return each month's usual share of a year, (12,) float.

    Mean of the years' shares; adds up to one. Equal months without history.

    ``history``: (year, 12) float, whole years only, each with a positive sum.

    Examples
    --------
    >>> month_shares(np.array([[2.0] + [1.0] * 10 + [0.0]])).round(4).tolist()[:2]
    [0.1667, 0.0833]
    """
    if not len(history):
        return np.full(MONTHS, 1 / MONTHS)
    return (history / history.sum(axis=1, keepdims=True)).mean(axis=0)


def pays_a_thirteenth_month(outflow: np.ndarray, wages: float) -> bool:
    """Tell whether January's payments show a thirteenth month's wage.

    True when January pays at least half a month's wages more than the months from February to November do, as the mean
    of the years.

    ``outflow``: (year, 12) float, payments of whole years, 万元.
    ``wages``: the base year's wage bill, 万元.

    Examples
    --------
    >>> year = np.array([[20.0] + [10.0] * 11])
    >>> pays_a_thirteenth_month(year, 120.0), pays_a_thirteenth_month(year, 300.0)
    (True, False)
    """
    if not len(outflow) or wages <= 0:
        return False
    more = outflow[:, 0] - outflow[:, 1:11].mean(axis=1)
    return bool(more.mean() >= 0.5 * wages / MONTHS)


def wage_shares(thirteenth: bool) -> np.ndarray:
    """Return each month's share of the year's wages: equal, or thirteen months with two of them in January.

    Examples
    --------
    >>> float(wage_shares(True)[0] * 13), float(wage_shares(False)[5] * 12)
    (2.0, 1.0)
    """
    months = np.ones(MONTHS)
    months[0] += thirteenth
    return months / months.sum()


def spread(amount: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Spread yearly amounts over the months, (..., year, 12) float.

    ``amount``: (..., year) float.
    ``shares``: (12,) or (year, 12) float, add up to one.
    """
    amount = np.asarray(amount, dtype=float)[..., None]
    # Month after month in memory, each with all its paths: they are followed in that order.
    return np.multiply(amount, shares, out=np.empty(np.broadcast_shapes(amount.shape, np.shape(shares)), order="F"))


def spread_known(amount: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Spread yearly amounts over the months where part of them is known to fall in certain months.

    ``amount``: (..., year) float.
    ``known``: (year, 12) float, what is known, e.g. the coupons of bonds already issued.
    Returns (..., year, 12) float: the known months, the rest of the year equally over all months; where more is known
    than the amount, the known months in proportion.

    Examples
    --------
    >>> june = np.eye(12)[[5]] * 60.0
    >>> spread_known(np.array([120.0]), june)[0, [0, 5]].tolist()
    [5.0, 65.0]
    >>> spread_known(np.array([30.0]), june)[0, [0, 5]].tolist()
    [0.0, 30.0]
    """
    amount = np.asarray(amount, dtype=float)
    given = known.sum(axis=-1)
    scale = np.minimum(1.0, divided(amount, given, 1.0))
    rest = amount - scale * given
    return spread(scale, known) + rest[..., None] / MONTHS
