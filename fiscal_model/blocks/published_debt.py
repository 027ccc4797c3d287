"""What was published of legal debt: balances and limits, a year's flows, what a budget says of the first plan year."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from fiscal_model.inputs.history import History
from fiscal_model.words.vocabulary import DebtKind

STOOD_IN = 2
"""A balance up to so many years old stands in for an unpublished one."""


def published_year(history: History, base: int, kind: str) -> tuple[float, float, float]:
    """Return what was published of one kind of debt for the base year, 万元; NaN where nothing was.

    ``kind``: ``general`` or ``special``.
    Returns ``opening``, ``repaid``, ``interest``: float, stock at the year's start (else the end of the year before),
    principal (of the debt table, else of the budget), interest.
    """
    opening = history.value(f"{kind}_opening_stock", base)
    repaid = history.value(f"{kind}_repaid", base)
    return (
        opening if np.isfinite(opening) else history.value(f"{kind}_closing_stock", base - 1),
        repaid if np.isfinite(repaid) else history.value(f"principal_{kind}", base),
        history.value(f"interest_{kind}", base),
    )


def opening_of(history: History, base: int, kind: DebtKind) -> tuple[float, float]:
    """Return balance and limit at the end of the base year, 万元.

    Returns ``stock``, ``limit``: float, the last balance published within `STOOD_IN` years stands in for the base
    year's; the limit is the last one published from that year on. NaN without any.
    """
    stocks = history.series(f"{kind}_closing_stock", base)
    recent = stocks[stocks.index >= base - STOOD_IN]
    if not len(recent):
        return float("nan"), float("nan")
    stock = float(recent.iloc[-1])
    limits = history.series(f"{kind}_limit_stock", base)
    limits = limits[limits.index >= recent.index[-1]]
    return stock, float(limits.iloc[-1]) if len(limits) else float("nan")


def stock_unknown(history: History, base: int, kind: DebtKind) -> str:
    """Say why nothing is known of a balance: none was handed in, or the last is too old to stand in."""
    stocks = history.series(f"{kind}_closing_stock", base)
    return f"{kind.label}余额{f'最近为{stocks.index[-1]}年末，已过旧，没有采用' if len(stocks) else '未提供'}"


def new_bonds_in(row: pd.Series, kind: DebtKind) -> float:
    """Return the new bonds that one published year shows, 万元; NaN where it shows none.

    By themselves, loans from abroad with them, else what is issued less refinancing and swap bonds.

    Examples
    --------
    >>> new_bonds_in(pd.Series({"general_issued": 9.0, "general_issued_refinancing": 7.0}), DebtKind.GENERAL)
    2.0
    """
    of = lambda item: float(row.get(f"{kind}_{item}", np.nan))  # noqa: E731
    if np.isfinite(of("issued_new")):
        return of("issued_new") + float(np.nan_to_num(of("borrowed_abroad")))
    return of("issued") - of("issued_refinancing") - float(np.nan_to_num(of("issued_swap")))


class ApprovedDebt(NamedTuple):
    """What a budget says of one kind of debt in its year, 万元; NaN where it says nothing."""

    principal: float = np.nan
    refinanced: float = np.nan
    interest: float = np.nan
    other_change: float = np.nan


def approved_debt(history: History, year: int, kind: str) -> ApprovedDebt:
    """Return what the budget published for a year says of one kind of debt; principal of the debt table, else of the budget."""
    if year not in history.planned.index:
        return ApprovedDebt()
    row = history.planned.loc[year]
    of = lambda name: float(row.get(name, np.nan))  # noqa: E731
    repaid = of(f"{kind}_repaid")
    return ApprovedDebt(
        repaid if np.isfinite(repaid) else of(f"principal_{kind}"),
        of(f"{kind}_issued_refinancing"),
        of(f"interest_{kind}"),
        of(f"{kind}_other_change"),
    )


def approved_limit(history: History, year: int, kind: str) -> float:
    """Return the limit that a budget published for a year, 万元; NaN where it says none."""
    return float(history.planned.get(f"{kind}_limit_stock", pd.Series(dtype=float)).get(year, np.nan))


def approved_settings(history: History, base: int, year: int, kind: DebtKind) -> dict[str, float]:
    """What the place published of the first plan year: how far its limit rises, new bonds, how much of what is due is refinanced.

    A limit that is not told to rise from a known one is told by what it adds to the balance.
    """
    stock, limit = opening_of(history, base, kind)
    planned = history.planned.loc[year] if year in history.planned.index else pd.Series(dtype=float)
    debt, allowed = approved_debt(history, year, kind), approved_limit(history, year, kind)
    # Where the base is the last year with both revenue and spending, a later limit is news; else the future of a backtest.
    if np.isnan(allowed) and base >= history.last_year:
        allowed = history.value(f"{kind}_limit_stock", year)
    found = {
        f"limit_growth_{kind}": allowed - (limit if np.isfinite(limit) else stock),
        f"new_issue_{kind}": new_bonds_in(planned, kind),
        f"refinancing_share_{kind}": min(debt.refinanced / debt.principal, 1.0) if debt.principal > 0 else np.nan,
    }
    return {name: float(value) for name, value in found.items() if np.isfinite(value)}
