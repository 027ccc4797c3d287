"""Single numbers that the law sets, or that practice takes for it: each stands once in `data/rules/`, with source and quality."""

from __future__ import annotations

from fiscal_model.law.rules import rules


def limit(name: str) -> float:
    """Return a legal share or number of years of `data/rules/limits.toml`.

    Examples
    --------
    >>> limit("reserve_lowest"), limit("reserve_highest")
    (0.01, 0.03)
    """
    return float(rules("limits")[name]["value"])


def clear_by() -> int:
    """Return the year at whose end no hidden debt is left."""
    return int(rules("hidden_debt")["clear_by"]["value"])


def interest_line() -> float:
    """Return the share of a budget's spending above which interest triggers restructuring; unverified."""
    return float(rules("interest_rule")["line"])


def half_yearly_from() -> float:
    """Return from how many years on a local government bond pays interest twice a year; unverified habit."""
    return float(rules("assumptions")["half_yearly_from_years"]["value"])
