"""Bonds as one array: interest, principal and what is outstanding, for every way of repaying."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from fiscal_model.arithmetic.debt.coupon_dates import Periods, periods_of
from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.words.vocabulary import Amortisation

IN_PARTS = (Amortisation.EQUAL_PRINCIPAL, Amortisation.INSTALMENTS)
"""Ways of repaying in equal parts; all others but `LEVEL` repay all at once."""

_Rule = Callable[["BondArray", Periods, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class BondArray:
    """Bonds side by side. ``face`` and ``rate`` may have leading axes (paths); all else has the shape (bond,)."""

    face: np.ndarray  # (..., bond) float: amount on-lent, 万元
    rate: np.ndarray  # (..., bond) float: coupon, fraction a year
    # issue, maturity: (bond,) datetime64[D], first day of interest, day of the last payment
    issue: np.ndarray
    maturity: np.ndarray
    frequency: np.ndarray  # (bond,) int: interest payments a year: 1, 2, 4 or 12
    amortisation: np.ndarray  # (bond,) str: values of `vocabulary.Amortisation`
    grace_years: np.ndarray  # (bond,) int: years without principal; instalments only
    # (bond,) int: principal payments a year of bonds repaid in parts; divides ``frequency``
    principal_frequency: np.ndarray
    # (bond,) datetime64[D]: day on which a callable bond is repaid whole; NaT where it runs to maturity
    call: np.ndarray
    payment_fee_rate: float | np.ndarray = 0.0  # float or (bond,) float: fee on each payment, fraction of what is paid

    @property
    def last_day(self) -> np.ndarray:
        """Day on which the last money is paid: the call where there is one, else maturity; (bond,)."""
        called = (self.amortisation == Amortisation.CALL) & ~np.isnat(self.call)
        return np.where(called, self.call, self.maturity)

    def take(self, which: np.ndarray) -> BondArray:
        """Return some of the bonds, by mask or positions along the bond axis."""
        fee = self.payment_fee_rate
        return replace(
            self,
            face=self.face[..., which],
            rate=self.rate[..., which],
            issue=self.issue[which],
            maturity=self.maturity[which],
            frequency=self.frequency[which],
            amortisation=self.amortisation[which],
            grace_years=self.grace_years[which],
            principal_frequency=self.principal_frequency[which],
            call=self.call[which],
            payment_fee_rate=fee[which] if isinstance(fee, np.ndarray) and fee.ndim else fee,
        )


@dataclass(frozen=True)
class Schedule:
    """What bonds pay, 万元; arrays of shape (..., year, bond)."""

    interest: np.ndarray
    principal: np.ndarray
    payment_fee_rate: float | np.ndarray

    @property
    def fees(self) -> np.ndarray:
        """Fees of paying interest and principal."""
        return self.payment_fee_rate * (self.interest + self.principal)


def schedule(bonds: BondArray, years: Iterable[int]) -> Schedule:
    """Spread bonds into what they pay in each calendar year.

    ``years``: in any order, not empty.

    Notes
    -----
    Payment k of a bond falls ``12 k / frequency`` months after its issue and pays ``outstanding x rate / frequency`` on
    what was outstanding before that day's principal; the days of a broken last period are counted. Days are not moved
    for holidays. Bonds repaid in parts pay them on yearly dates (``principal_frequency`` a year) and the last one at
    maturity; level bonds pay the same sum of interest and principal on each interest date.

    Examples
    --------
    >>> day = lambda text: np.array([text], dtype="datetime64[D]")
    >>> one = lambda value: np.array([value])
    >>> bond = BondArray(one(100.0), one(0.03), day("2025-05-20"), day("2028-05-20"), one(2), one("bullet"),
    ...                  one(0), one(1), day("NaT"))
    >>> paid = schedule(bond, range(2025, 2029))
    >>> paid.interest.ravel().round(9).tolist(), paid.principal.ravel().tolist()
    ([1.5, 3.0, 3.0, 1.5], [0.0, 0.0, 0.0, 100.0])
    """
    wanted = np.array(list(years), dtype=int)
    first = int(wanted.min())
    interest, principal = _paid_between(bonds, MONTHS * np.arange(first, int(wanted.max()) + 2) - 1)
    if not np.array_equal(wanted, np.arange(first, first + interest.shape[-1])):
        interest, principal = interest[..., wanted - first], principal[..., wanted - first]
    return Schedule(np.swapaxes(interest, -1, -2), np.swapaxes(principal, -1, -2), bonds.payment_fee_rate)


def monthly(bonds: BondArray, years: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
    """Add up what all bonds pay in each month.

    Returns ``interest``, ``principal``: (..., year, 12) float, 万元, their sums by year are the sums over bonds of
    `schedule`.

    Examples
    --------
    >>> day = lambda text: np.array([text], dtype="datetime64[D]")
    >>> one = lambda value: np.array([value])
    >>> bond = BondArray(one(100.0), one(0.03), day("2025-06-20"), day("2027-06-20"), one(2), one("bullet"),
    ...                  one(0), one(1), day("NaT"))
    >>> interest, principal = monthly(bond, (2026, 2027))
    >>> interest[0, [5, 11]].tolist(), float(principal[1, 5])
    ([1.5, 1.5], 100.0)
    """
    interest, principal = monthly_by_bond(bonds, years)
    return interest.sum(axis=-1), principal.sum(axis=-1)


def monthly_by_bond(bonds: BondArray, years: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
    """Spread bonds into what each pays in each month.

    Returns ``interest``, ``principal``: (..., year, 12, bond) float, 万元.
    """
    wanted = np.array(list(years), dtype=int)
    first, count = int(wanted.min()), int(np.ptp(wanted)) + 1
    interest, principal = (
        np.moveaxis(part.reshape(*part.shape[:-1], count, MONTHS)[..., wanted - first, :], -3, -1)
        for part in _paid_between(bonds, MONTHS * first - 1 + np.arange(MONTHS * count + 1))
    )
    return interest, principal


def outstanding(bonds: BondArray, years: Iterable[int]) -> np.ndarray:
    """Return what is outstanding at the end of each year; nothing before a bond's issue, (..., year, bond) float, 万元.

    At 31 December: face less the principal paid so far.

    Examples
    --------
    >>> day = lambda text: np.array([text], dtype="datetime64[D]")
    >>> one = lambda value: np.array([value])
    >>> bond = BondArray(one(90.0), one(0.03), day("2025-06-20"), day("2028-06-20"), one(1), one("equal_principal"),
    ...                  one(0), one(1), day("NaT"))
    >>> outstanding(bond, range(2024, 2029)).ravel().round(9).tolist()
    [0.0, 90.0, 60.0, 30.0, 0.0]
    """
    ends = MONTHS * (np.array(list(years), dtype=int) + 1) - 1
    left = np.empty((*_leading(bonds), len(bonds.issue), len(ends)))
    for which, some, life, rule in _groups(bonds):
        _, repaid = rule(some, life, ends)
        left[..., which, :] = some.face[..., None] * ((ends >= life.first[:, None]) - repaid)
    return np.swapaxes(left, -1, -2)


def _paid_between(bonds: BondArray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Interest and principal paid after one month's end up to the next, (..., bond, end - 1)."""
    shape = (*_leading(bonds), len(bonds.issue), len(ends) - 1)
    interest, principal = np.empty(shape), np.empty(shape)
    for which, some, life, rule in _groups(bonds):
        counted, repaid = rule(some, life, ends)
        unit = some.face if rule is _level else some.face * (some.rate / some.frequency)
        interest[..., which, :] = unit[..., None] * np.diff(counted, axis=-1)
        principal[..., which, :] = some.face[..., None] * np.diff(repaid, axis=-1)
    return interest, principal


def _leading(bonds: BondArray) -> tuple[int, ...]:
    return np.broadcast_shapes(bonds.face.shape, bonds.rate.shape)[:-1]


def _groups(bonds: BondArray) -> Iterator[tuple[np.ndarray, BondArray, Periods, _Rule]]:
    """Sort bonds by their way of repaying: which they are, they, their periods, the rule that counts what they paid.

    A rule returns what bonds have paid by the ends of months, two arrays (..., bond, end). The first counts coupons on the
    whole face, which needs no rate and stays exact; for level bonds it is the interest as a part of the face. The second
    is the part of the face repaid.
    """
    level = bonds.amortisation == Amortisation.LEVEL
    in_parts = np.isin(bonds.amortisation, IN_PARTS)
    for rule, those in ((_at_once, ~(level | in_parts)), (_in_parts, in_parts), (_level, level)):
        which = np.flatnonzero(those)
        if len(which):
            some = bonds.take(which)
            yield which, some, periods_of(some.issue, some.last_day, some.frequency), rule


def _at_once(bonds: BondArray, life: Periods, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    counted, over = _periods_paid(life, ends), ends >= life.last[:, None]
    return _with_broken(counted, over, life.broken), over.astype(float)


def _in_parts(bonds: BondArray, life: Periods, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Equal parts on every so many interest dates after the grace, the last at maturity."""
    every = bonds.frequency // bonds.principal_frequency
    grace = np.where(bonds.amortisation == Amortisation.INSTALMENTS, bonds.grace_years, 0)
    skipped = grace * bonds.principal_frequency
    dates = -(-(life.whole + (life.broken > 0)) // every)
    parts = np.maximum(dates - skipped, 1)
    counted, over = _periods_paid(life, ends), ends >= life.last[:, None]
    counting = np.maximum(counted - (skipped * every)[:, None], 0.0)
    repaid = np.floor(counting / every[:, None])
    # Coupons lost to principal: the sum, over the coupons so far, of the parts repaid before each.
    counting -= (every / 2)[:, None] * (repaid + 1)
    counting *= repaid / parts[:, None]
    counted -= counting
    repaid /= parts[:, None]
    repaid[over] = 1.0
    left_at_last = 1 - np.maximum(life.whole // every - skipped, 0) / parts
    return _with_broken(counted, over, life.broken * left_at_last), repaid


def _level(bonds: BondArray, life: Periods, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same sum of interest and principal on every interest date, a broken last one too."""
    rate = bonds.rate / bonds.frequency
    log, divisor, broken = np.log1p(rate), np.where(rate > 0, rate, 1.0), life.broken > 0
    worth = np.where(rate > 0, -np.expm1(-life.whole * log) / divisor, life.whole)
    worth = worth + broken * np.exp(-life.whole * log) / (1 + rate * life.broken)
    payment = 1 / worth
    paid, over = _periods_paid(life, ends), ends >= life.last[:, None]
    grown = np.where(rate[..., None] > 0, np.expm1(paid * log[..., None]) / divisor[..., None], paid)
    repaid = np.where(over, 1.0, (payment - rate)[..., None] * grown)
    return payment[..., None] * (paid + broken[:, None] * over) - repaid, repaid


def _periods_paid(life: Periods, ends: np.ndarray) -> np.ndarray:
    """Whole periods paid by the ends of months, (bond, end); the half month keeps the quotient off whole numbers."""
    passed = ends + 0.5 - life.first[:, None]
    passed /= life.step[:, None]
    np.floor(passed, out=passed)
    return np.clip(passed, 0.0, life.whole[:, None].astype(float), out=passed)


def _with_broken(counted: np.ndarray, over: np.ndarray, broken: np.ndarray) -> np.ndarray:
    """Add the broken last periods to the coupons counted; few bonds have one."""
    some = np.flatnonzero(broken)
    counted[some] += over[some] * broken[some, None]
    return counted
