"""Two independent schedules of one bond: QuantLib's cash flows, and a plain walk from payment day to payment day."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

import numpy as np
import QuantLib as ql

from fiscal_model.arithmetic.debt.bond_schedule import BondArray

PERIODS = {1: ql.Annual, 2: ql.Semiannual, 4: ql.Quarterly, 12: ql.Monthly}


@dataclass(frozen=True)
class Terms:
    """One bond."""

    face: float
    rate: float
    issue: dt.date
    maturity: dt.date
    frequency: int = 1
    amortisation: str = "bullet"
    grace_years: int = 0
    principal_frequency: int = 1
    call: dt.date | None = None

    @property
    def last_day(self) -> dt.date:
        return self.call if self.amortisation == "call" and self.call else self.maturity


def array_of(bonds: list[Terms]) -> BondArray:
    """Put bonds side by side."""

    def column(name, kind=None):
        return np.array([getattr(bond, name) for bond in bonds], dtype=kind)

    return BondArray(
        column("face", float), column("rate", float),
        column("issue", "datetime64[D]"), column("maturity", "datetime64[D]"),
        column("frequency", int), column("amortisation", str), column("grace_years", int),
        column("principal_frequency", int), column("call", "datetime64[D]"),
    )  # fmt: skip


def principal_days(bond: Terms, days: list[dt.date]) -> list[dt.date]:
    """Return the interest days on which a bond repaid in parts pays principal; the last day is always one."""
    every = bond.frequency // bond.principal_frequency
    yearly = [day for number, day in enumerate(days[:-1], 1) if number % every == 0]
    grace = bond.grace_years * bond.principal_frequency if bond.amortisation == "instalments" else 0
    return [*yearly[grace:], days[-1]]


def by_quantlib(bond: Terms) -> list[tuple[dt.date, float, float]]:
    """Return (day, interest, principal) of each payment from QuantLib's amortising bond."""
    start, end = ql.Date.from_date(bond.issue), ql.Date.from_date(bond.last_day)
    dates = ql.Schedule(
        start, end, ql.Period(PERIODS[bond.frequency]), ql.NullCalendar(), ql.Unadjusted, ql.Unadjusted,
        ql.DateGeneration.Forward, False,
    )  # fmt: skip
    days = [day.to_date() for day in dates][1:]
    counter = ql.ActualActual(ql.ActualActual.ISMA)
    notionals = [bond.face]
    if bond.amortisation in ("equal_principal", "instalments"):
        pays = principal_days(bond, days)
        for day in days[:-1]:
            notionals.append(notionals[-1] - (bond.face / len(pays) if day in pays else 0.0))
    elif bond.amortisation == "level":
        notionals = _level_notionals(bond, dates, counter)
    else:
        notionals = [bond.face] * len(days)
    flows = ql.AmortizingFixedRateBond(0, notionals, dates, [bond.rate], counter, ql.Unadjusted).cashflows()
    paid: dict[dt.date, list[float]] = {day: [0.0, 0.0] for day in days}
    for flow in flows:
        coupon = ql.as_coupon(flow)
        paid[flow.date().to_date()][coupon is None] += flow.amount()
    return [(day, *paid[day]) for day in days]


def _level_notionals(bond: Terms, dates, counter) -> list[float]:
    """Solve for the level payment with QuantLib's own period lengths: the last payment leaves nothing."""
    unit = ql.FixedRateLeg(dates, counter, [1.0], [1.0])
    rates = [bond.rate * flow.amount() for flow in unit]

    def left_after(payment: float) -> list[float]:
        left = [bond.face]
        for rate in rates:
            left.append(left[-1] * (1 + rate) - payment)
        return left

    none, some = left_after(0.0)[-1], left_after(1.0)[-1]
    return left_after(none / (none - some))[:-1]


def by_days(bond: Terms) -> list[tuple[dt.date, float, float]]:
    """Walk the life of one bond from payment day to payment day, in plain Python."""
    step, last = 12 // bond.frequency, bond.last_day
    days, periods, number = [], [], 1
    while _later(bond.issue, step * number) <= last:
        days.append(_later(bond.issue, step * number))
        periods.append(1.0)
        number += 1
    start = days[-1] if days else bond.issue
    if start < last:
        whole = _later(start, step) - start if days else last - _later(last, -step)
        periods.append((last - start) / whole)
        days.append(last)
    rates = [bond.rate / bond.frequency * part for part in periods]
    if bond.amortisation in ("equal_principal", "instalments"):
        pays = principal_days(bond, days)
        parts = [bond.face / len(pays) if day in pays else 0.0 for day in days]
    elif bond.amortisation == "level":
        worth, discount = 0.0, 1.0
        for rate in rates:
            discount /= 1 + rate
            worth += discount
        parts = None
    else:
        parts = [0.0] * (len(days) - 1) + [bond.face]
    left, paid = bond.face, []
    for number, (day, rate) in enumerate(zip(days, rates, strict=True)):
        part = parts[number] if parts is not None else bond.face / worth - left * rate
        paid.append((day, left * rate, part))
        left -= part
    return paid


def _later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
