"""What balances of debt tell by themselves: how they move from year to year, and whether a year's interest can be theirs."""

from __future__ import annotations

import pandas as pd

from fiscal_model.law.limits import limit
from fiscal_model.law.rules import rules


def yearly_change(stocks: pd.Series, since: int, years: int) -> tuple[float, tuple[int, ...]]:
    """Return the change a year of a balance over its last years, and the years it is between.

    ``stocks``: by year, as published.
    ``since``: a last balance before this year is too old.
    ``years``: so far back from the last balance; NaN from one figure.

    Examples
    --------
    >>> yearly_change(pd.Series({2018: 10.0, 2022: 60.0, 2024: 100.0}), 2023, 3)
    (20.0, (2022, 2024))
    """
    recent = stocks[stocks.index >= stocks.index[-1] - years] if len(stocks) else stocks
    if len(recent) < 2 or recent.index[-1] < since:
        return float("nan"), ()
    first, last = int(recent.index[0]), int(recent.index[-1])
    return float(recent.iloc[-1] - recent.iloc[0]) / (last - first), (first, last)


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
