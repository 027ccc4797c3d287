"""What balances of debt tell by themselves: how they move from year to year, and whether a year's interest can be theirs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from fiscal_model.inputs.history import History
from fiscal_model.law.limits import limit
from fiscal_model.law.rules import rules
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import DebtKind


def yearly_change(stocks: pd.Series, since: int, years: int, swaps: bool = False) -> tuple[float, tuple[int, ...]]:
    """Return the change a year of a balance over its last years, and the years it is between.

    ``stocks``: by year, as published.
    ``since``: a last balance before this year is too old.
    ``years``: so far back from the last balance; NaN from one figure.
    ``swaps``: whether rises hold bonds that swapped hidden debt, which come once; the nation's share is then left out.

    Examples
    --------
    >>> yearly_change(pd.Series({2018: 10.0, 2022: 60.0, 2023: 100.0}), 2023, 3)
    (40.0, (2022, 2023))
    """
    recent = stocks[stocks.index >= stocks.index[-1] - years] if len(stocks) else stocks
    if len(recent) < 2 or recent.index[-1] < since:
        return float("nan"), ()
    between = pairwise(recent.items())
    changes = [
        (late - early) * (1.0 - _swapped(first, last) * (swaps and late > early))
        for (first, early), (last, late) in between
    ]
    first, last = int(recent.index[0]), int(recent.index[-1])
    return float(sum(changes)) / (last - first), (first, last)


def swap_years(between: tuple[int, ...]) -> tuple[int, ...]:
    """Return the years after a first balance and up to a last one in which limits were raised to swap hidden debt.

    Examples
    --------
    >>> swap_years((2022, 2025)), swap_years((2020, 2023)), swap_years(())
    ((2024, 2025), (), ())
    """
    first, last = int(limit("swap_first_year")), int(limit("swap_last_year"))
    return tuple(year for year in range(between[0] + 1, between[-1] + 1) if first <= year <= last) if between else ()


def swaps_left_out(years: tuple[int, ...]) -> str:
    """Say what was taken out of the rises of such years."""
    return f"；{spans(years)}年的增加额按全国比重扣除置换债券 {limit('swap_share_of_rise'):.1%}"


def _swapped(first: int, last: int) -> float:
    """The share of a rise between two balances that the nation's swap takes, each year alike."""
    return limit("swap_share_of_rise") * len(swap_years((first, last))) / (last - first)


def with_rolled_balances(history: History, base: int) -> History:
    """Carry balances last published before the base year on to it, by the issues and repayments published since.

    A year without both stops it: the old balance then stands in. The limit stays, unless the balance has outgrown it.
    """
    actual, rolled = history.actual, dict[str, int]()
    for kind in DebtKind:
        name, limit_name = f"{kind}_closing_stock", f"{kind}_limit_stock"
        stocks = history.series(name, base)
        since = int(stocks.index[-1]) if len(stocks) else base
        moved = [_moved(history, year, kind) for year in range(since + 1, base + 1)]
        if not moved or not np.isfinite(moved).all():
            continue
        found = {name: max(float(stocks.iloc[-1]) + sum(moved), 0.0)}
        allowed = history.value(limit_name, since)
        if np.isnan(history.value(limit_name, base)) and np.isfinite(allowed):
            found[limit_name] = max(allowed, found[name])
        rolled |= dict.fromkeys(found, since)
        actual = actual.copy() if actual is history.actual else actual
        for line, amount in found.items():
            actual.loc[base, line] = amount
    return replace(history, actual=actual, rolled=rolled) if rolled else history


def _moved(history: History, year: int, kind: DebtKind) -> float:
    """What a year's published flows do to a balance, 万元; NaN where issues or repayments are not known."""
    of = lambda line: history.value(line, year)  # noqa: E731
    first = lambda *ways: next((way for way in ways if np.isfinite(way)), np.nan)  # noqa: E731
    parts = of(f"{kind}_issued_new") + of(f"{kind}_issued_refinancing") + history.booked(f"{kind}_issued_swap", year)
    issued = first(of(f"{kind}_issued"), of(f"debt_proceeds_{kind}"), parts)
    repaid = first(of(f"{kind}_repaid"), of(f"principal_{kind}"))
    return issued - repaid + history.booked(f"{kind}_other_change", year)


def rate_is_off(rate: float, kind: str) -> bool:
    """Tell whether a year's interest over the balance is too far from what such debt pays to be carried forward.

    Held against the usual rate of the stock: the coupon curve is that of new bonds, old ones carry more.

    Examples
    --------
    >>> rate_is_off(0.0078, "special"), rate_is_off(0.034, "special"), rate_is_off(float("nan"), "special")
    (True, False, False)
    """
    usual = float(rules("assumptions")[f"effective_rate_{kind}"]["fallback"])
    return abs(rate - usual) > limit("interest_off_usual") * usual
