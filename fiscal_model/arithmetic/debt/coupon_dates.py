"""On which days a bond pays: whole periods counted from the issue date, and the broken one at the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import MONTHS


@dataclass(frozen=True)
class Periods:
    """The interest periods of bonds, arrays of shape (bond,)."""

    # first, last: (bond,) int, month of issue and of the last payment, see `month_number`
    first: np.ndarray
    last: np.ndarray
    step: np.ndarray  # (bond,) int: months of a whole period
    whole: np.ndarray  # (bond,) int: whole periods up to the last day
    # (bond,) float: the last, broken period as a part of a whole one; 0 where the last day ends a whole period
    broken: np.ndarray


def periods_of(issue: np.ndarray, last_day: np.ndarray, frequency: np.ndarray) -> Periods:
    """Count the interest periods of bonds.

    ``issue``, ``last_day``: (bond,) datetime64[D].
    ``frequency``: (bond,) int, payments a year; divides 12.

    Notes
    -----
    Payment k falls ``12 k / frequency`` months after the issue date, never counted from the payment before, so that a
    bond of the 31st pays on 28 February and on 31 August. A broken period counts its days over the days of the whole
    period that starts with it, in a bond shorter than a period over the one that ends with it (Act/Act ISMA).

    Examples
    --------
    >>> day = lambda text: np.array([text], dtype="datetime64[D]")
    >>> life = periods_of(day("2025-01-01"), day("2027-07-01"), np.array([1]))
    >>> life.whole.tolist(), life.broken.round(4).tolist()  # 181 of 365 days
    ([2], [0.4959])
    """
    step = MONTHS // frequency
    first, last = month_number(issue), month_number(last_day)
    whole = np.maximum((last - first) // step, 0)
    whole = whole - (after_months(issue, whole * step) > last_day)
    start = after_months(issue, whole * step)
    broken = np.zeros(len(issue))
    some = np.flatnonzero(start < last_day)  # few bonds have a broken period
    start, end = start[some], last_day[some]
    full = np.where(whole[some] > 0, after_months(start, step[some]) - start, end - after_months(end, -step[some]))
    broken[some] = (end - start).astype(int) / full.astype(int)
    return Periods(first, last, step, whole, broken)


def after_months(days: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Return the same day so many months later, the last of the month where it has no such day.

    Examples
    --------
    >>> after_months(np.array(["2024-08-31"], dtype="datetime64[D]"), np.array([6])).astype(str).tolist()
    ['2025-02-28']
    """
    month = days.astype("datetime64[M]").astype(int)
    target = month + months
    low, high = (min(month.min(initial=0), target.min(initial=0)), max(month.max(initial=0), target.max(initial=0)))
    # A table of the months at hand: turning each month into its first day takes many times as long.
    starts = np.arange(low, high + 2).astype("datetime64[M]").astype("datetime64[D]")
    lengths = np.diff(starts)
    day = np.minimum(days - starts[month - low], lengths[target - low] - 1)
    return starts[target - low] + day


def month_number(days: np.ndarray) -> np.ndarray:
    """Return months since year 0, ``12 * year + month - 1``.

    Examples
    --------
    >>> month_number(np.array(["2025-01-31", "2026-12-01"], dtype="datetime64[D]")).tolist()
    [24300, 24323]
    """
    return days.astype("datetime64[M]").astype(int) + MONTHS * 1970
