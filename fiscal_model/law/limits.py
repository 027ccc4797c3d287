"""Single numbers that the law sets, or that practice takes for it: each stands once in `data/rules/`, with source and quality."""

from __future__ import annotations

import numpy as np

from fiscal_model.law.rules import rules
from fiscal_model.words.traced import Named

_SEEN = 5e-5
"""Half of the last digit of a share that is printed with two decimals."""


def limit(name: str) -> float:
    """Return a legal share or number of years of `data/rules/limits.toml`.

    Examples
    --------
    >>> limit("reserve_lowest"), limit("reserve_highest")
    (0.01, 0.03)
    """
    return Named(rules("limits")[name]["value"], f"limit.{name}")


def as_percent(share: float) -> str:
    """Write a share as texts of the law do.

    Examples
    --------
    >>> as_percent(limit("reserve_highest")), as_percent(0.07), as_percent(0.015)
    ('3%', '7%', '1.5%')
    """
    return f"{100 * share:g}%"


def reserve_band() -> str:
    """Return between which shares of spending the reserve lies, as it is printed."""
    return f"{as_percent(limit('reserve_lowest'))}至{as_percent(limit('reserve_highest'))}"


def reserve_inside(share: np.ndarray) -> np.ndarray:
    """Tell whether shares of spending lie in the band of the reserve, as far as two printed decimals show.

    Examples
    --------
    >>> reserve_inside(np.array([0.0099, 0.01, 0.030001, 0.031])).tolist()
    [False, True, True, False]
    """
    return (share >= limit("reserve_lowest") - _SEEN) & (share <= limit("reserve_highest") + _SEEN)


def interest_mark() -> str:
    """Return the line of `interest_line` as it is printed."""
    return as_percent(interest_line())


def breach_mark(indicator: str) -> str:
    """Return the line that an indicator breaches, as it is printed.

    Examples
    --------
    >>> breach_mark("debt_ratio")
    '120%'
    """
    return as_percent(float(rules("indicators")[indicator]["breach"]))


def clear_by() -> int:
    """Return the year at whose end no hidden debt is left."""
    return int(rules("hidden_debt")["clear_by"]["value"])


def interest_line() -> float:
    """Return the share of a budget's spending above which interest triggers restructuring; unverified."""
    return float(rules("interest_rule")["line"])


def half_yearly_from() -> float:
    """Return from how many years on a local government bond pays interest twice a year; unverified habit."""
    return float(rules("assumptions")["half_yearly_from_years"]["value"])


def fund_carryover_mark() -> str:
    """Return the usual line for what a fund may carry over, as it is printed; a scenario may set another."""
    return as_percent(float(rules("assumptions")["fund_carryover_limit"]["value"]))


def usual_payments() -> str:
    """Say how often a bond pays interest whose ledger row does not tell."""
    return f"{half_yearly_from():g}年以下每年1次、{half_yearly_from():g}年及以上每年2次"
