"""Debt beyond its limit: on a limit that was published it breaks the law; on one that a plan goes on with it is a forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.law.indicators import beyond
from fiscal_model.model.basis import Basis
from fiscal_model.words.vocabulary import DebtKind


@dataclass(frozen=True)
class OverLimit:
    """Where one kind of debt is more than its limit."""

    kind: DebtKind
    published: Mapping[
        int, float
    ]  # Year whose limit was published, the base or the first plan year, to what is over, 万元
    drawn_on: tuple[int, ...]  # Plan years over a limit that the plan carries on


def over_limit(basis: Basis, lines: Mapping[str, np.ndarray]) -> tuple[OverLimit, ...]:
    """Return the kinds of debt that are more than their limit in the base or a plan year.

    ``lines``: of the plan, NaN where the data do not carry them.
    """
    found = []
    for kind in DebtKind:
        stock, limit = lines[f"debt_{kind}_stock"], lines[f"debt_limit_{kind}_stock"]
        over, published = _beyond(kind, stock, limit), basis.assumed.is_published(f"limit_growth_{kind}")
        then = _of_base(basis, kind)
        excess = {basis.base_year: then[0] - then[1]} if _beyond(kind, *then) else {}
        excess |= {
            year: float(more)
            for year, more, hit in zip(basis.years, stock - limit, over & published, strict=True)
            if hit
        }
        drawn_on = tuple(year for year, hit in zip(basis.years, over & ~published, strict=True) if hit)
        if excess or drawn_on:
            found.append(OverLimit(kind, excess, drawn_on))
    return tuple(found)


def breach_stands(basis: Basis, kind: DebtKind, over: np.ndarray) -> np.ndarray:
    """Tell in which years more debt than the limit is a breach and no forecast: it begins on a limit that was published.

    ``over``: (..., year) bool, where the plan or a future has more.
    """
    published = basis.assumed.is_published(f"limit_growth_{kind}")[0] & over[..., :1]
    return over & (published | _beyond(kind, *_of_base(basis, kind)))


def _of_base(basis: Basis, kind: DebtKind) -> tuple[float, float]:
    stock, limit = (basis.history.value(f"{kind}_{item}_stock", basis.base_year) for item in ("closing", "limit"))
    return stock, limit


def _beyond(kind: DebtKind, stock: np.ndarray | float, limit: np.ndarray | float) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return beyond(f"limit_use_{kind}", "breach", np.divide(stock, limit))
