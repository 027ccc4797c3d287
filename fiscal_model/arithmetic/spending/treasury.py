"""The treasury month by month: when money comes in, when wages, living needs and debt must go out, what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import EllipsisType

import numpy as np
from numpy.typing import DTypeLike

from fiscal_model.arithmetic.elementary import MONTHS, divided

DAYS = 365
_NOTHING = 0.005
"""Half a hundredth of 万元: less is float noise, no missing money."""


@dataclass(frozen=True, eq=False)
class Spread:
    """Yearly amounts laid out over months: a sum of amounts, each by its own shares. No month is computed before it is asked for.

    Examples
    --------
    >>> whole = Spread(((np.array([120.0]), np.full((1, 12), 1 / 12)), (np.array([5.0]), np.eye(12)[[5]])))
    >>> float(whole[..., 0, 0]), float(whole[..., 0, 5]), np.asarray(whole).shape
    (10.0, 15.0, (1, 12))
    """

    parts: tuple[tuple[np.ndarray, np.ndarray], ...]  # (..., year) float, and (year, 12) float

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all months: (..., year, 12)."""
        return (*np.broadcast_shapes(*(amount.shape for amount, _ in self.parts)), MONTHS)

    def __getitem__(self, at: tuple[EllipsisType, int, int]) -> np.ndarray:
        _, year, month = at
        terms = [amount[..., year] * part for amount, shares in self.parts if (part := shares[year, month])]
        return sum(terms[1:], terms[0]) if terms else np.zeros(())

    def __add__(self, other: Spread) -> Spread:
        parts = list(self.parts)
        for amount, shares in other.parts:  # what comes by the same shares is one amount
            same = next((at for at, known in enumerate(parts) if np.array_equal(known[1], shares)), None)
            if same is None:
                parts.append((amount, shares))
            else:
                parts[same] = (parts[same][0] + amount, shares)
        return Spread(tuple(parts))

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        found = np.empty(self.shape, order="F")
        for year, month in np.ndindex(self.shape[-2:]):
            found[..., year, month] = self[..., year, month]
        return found


@dataclass(frozen=True)
class MonthlyTerms:
    """What moves a county's treasury, 万元; months of shape (..., year, 12), as an array or still spread."""

    opening: float  # Balance before the first month
    inflow: np.ndarray | Spread
    # wages, living: wages and basic living needs: paid first, out of their dedicated account
    wages: np.ndarray | Spread
    living: np.ndarray | Spread
    other: np.ndarray | Spread  # all other payments
    # wages_at_hand, living_at_hand: (12,) float, part of the month's inflow that is there on their pay day, 0 to 1
    wages_at_hand: np.ndarray
    living_at_hand: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all months: (..., year, 12)."""
        return np.broadcast_shapes(*(each.shape for each in (self.inflow, self.wages, self.living, self.other)))


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


@dataclass(frozen=True)
class TreasuryRisk:
    """What many futures are asked of their treasury; as `MonthlyPath` has it."""

    at_risk: np.ndarray  # (..., year, 12) bool
    arrears: np.ndarray  # (..., year) bool
    lowest_cover: np.ndarray  # (..., year) float


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
    balance, unpaid_guarded, short, outflow = (np.empty(terms.shape, order="F") for _ in range(4))
    for at, month in _months(terms):
        balance[at], unpaid_guarded[at], outflow[at] = month.balance, month.owed, month.outflow
        short[at] = np.maximum(month.short, 0.0)
    cash, usual = np.maximum(balance, 0.0), _usual(outflow.sum(axis=-1, keepdims=True))
    cover, days_short = balance / (usual / MONTHS), np.maximum(-balance, 0.0) / (usual / DAYS)
    return MonthlyPath(balance, cash, unpaid_guarded, cash - balance - unpaid_guarded, short, cover, days_short)


def watch_treasury(terms: MonthlyTerms) -> TreasuryRisk:
    """Do as `run_treasury` and keep only what a risk is counted by.

    Examples
    --------
    >>> still, whole = np.full((1, 12), 10.0), np.ones(12)
    >>> watch_treasury(MonthlyTerms(5.0, still, 0.4 * still, 0.2 * still, 0.4 * still, whole, whole)).lowest_cover.tolist()
    [0.5]
    """
    shape = terms.shape[:-1]
    at_risk, arrears = np.empty(terms.shape, dtype=bool, order="F"), np.zeros(shape, dtype=bool, order="F")
    lowest, outflow = np.full(shape, np.inf, order="F"), np.zeros(shape, order="F")
    for at, month in _months(terms):
        year, short = at[:-1], month.short > _NOTHING
        at_risk[at] = (month.balance < -_NOTHING) | short
        arrears[year] |= short
        lowest[year] = np.minimum(lowest[year], month.balance)
        outflow[year] += month.outflow
    return TreasuryRisk(at_risk, arrears, lowest / (_usual(outflow) / MONTHS))


def _usual(outflow: np.ndarray) -> np.ndarray:
    return np.where(outflow > 0, outflow, np.nan)


@dataclass(frozen=True, slots=True)
class _Month:
    balance: np.ndarray
    short: np.ndarray  # what wages and living needs lack on the worse of their pay days; below nothing it is too much
    owed: np.ndarray  # wages and living needs that wait at the month's end
    outflow: np.ndarray


def _months(terms: MonthlyTerms) -> Iterator[tuple[tuple[EllipsisType, int, int], _Month]]:
    """Walk through the months. While anything waits there is no cash: it is the balance above nothing, what waits what is below."""
    given = (terms.inflow, terms.wages, terms.living, terms.other)
    flows = [each if isinstance(each, Spread) else np.broadcast_to(each, terms.shape) for each in given]
    hands = terms.wages_at_hand, terms.living_at_hand
    early_hand, late_hand, wages_first = np.minimum(*hands), np.maximum(*hands), np.less_equal(*hands)
    balance = left = np.full(terms.shape[:-2], float(terms.opening))
    owed = np.zeros(left.shape)
    for year, month in np.ndindex(terms.shape[-2:]):
        at = (..., year, month)
        inflow, wages, living, other = (each[at] for each in flows)
        guarded, missing = wages + living, owed - left
        on_first_day = missing + (wages if wages_first[month] else living) - early_hand[month] * inflow
        missing = missing + guarded
        short = np.maximum(on_first_day, missing - late_hand[month] * inflow)
        outflow = guarded + other
        balance = balance + (inflow - outflow)
        left = np.maximum(balance, 0.0)
        owed = np.minimum(np.maximum(missing - inflow, 0.0), left - balance)
        yield at, _Month(balance, short, owed, outflow)


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


def spread(amount: np.ndarray, shares: np.ndarray) -> Spread:
    """Spread yearly amounts over the months.

    ``amount``: (..., year) float.
    ``shares``: (12,) or (year, 12) float, add up to one.
    """
    amount = np.asarray(amount, dtype=float)
    return Spread(((amount, np.broadcast_to(shares, (amount.shape[-1], MONTHS))),))


def spread_known(amount: np.ndarray, known: np.ndarray) -> Spread:
    """Spread yearly amounts over the months where part of them is known to fall in certain months.

    ``amount``: (..., year) float.
    ``known``: (year, 12) float, what is known, e.g. the coupons of bonds already issued.
    Returns the known months, and the rest of the year equally over all months; where more is known than the amount, the
    known months in proportion.

    Examples
    --------
    >>> june = np.eye(12)[[5]] * 60.0
    >>> np.asarray(spread_known(np.array([120.0]), june))[0, [0, 5]].tolist()
    [5.0, 65.0]
    >>> np.asarray(spread_known(np.array([30.0]), june))[0, [0, 5]].tolist()
    [0.0, 30.0]
    """
    amount = np.asarray(amount, dtype=float)
    given = known.sum(axis=-1)
    scale = np.minimum(1.0, divided(amount, given, 1.0))
    return Spread(((scale, known), *spread(amount - scale * given, np.full(MONTHS, 1 / MONTHS)).parts))
