"""What a strategy for hidden debt is given, and the money that each decision moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from fiscal_model.arithmetic.debt.hidden import SOURCES
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet

BUDGET, ASSET_SALE, SWAP, RESTRUCTURING, PROJECT_INCOME = range(len(SOURCES))


def _none() -> np.ndarray:
    return np.zeros(0)


@shows_itself
@dataclass(frozen=True, repr=False)
class StrategyTerms:
    """Debts, what may be done with them, and the money of each year; 万元, fractions, calendar years.

    Parameters
    ----------
    balance, rate : (debt,) float
    settle_by : (debt,) int
        Last year in which it may be resolved or restructured.
    whole : (debt,) bool
        Only in one go: one year, one source (small creditors, loans that are repaid at once).
    allowed : (debt, source) bool
        In the order of `hidden.SOURCES`.
    eased_rate : (debt,) float
    eased_to : (debt,) int
        Year in which a restructured debt is repaid from the budget.
    space : (year,) float
        Own money left after the three guarantees for everything decided here and for legal principal.
    swap_quota, project_income : (year,) float
    asset_cash : (year,) float
        Net money that asset sales bring in each year; what is left over is carried on.
    legal_due : (year,) float
        Legal principal falling due from own money before refinancing.
    refinancing_cap : (year,) float
        Highest share of it that may be refinanced.
    swap_rate : (debt, year) float
        Coupon of the bond that would be issued in exchange, by year of issue.
    refinancing_rate : (year,) float
        Coupon of bonds that refinance legal principal, by year of issue.
    asset_loss : float
        What selling assets loses, a fraction of the net money it brings.
    horizon : int
        Years from the first plan year on over which interest is counted; at least the plan.
    call_amount, call_rate : (bond,) float
    call_from, call_end : (bond,) int
        First year in which a bond may be repaid early, year of its maturity; where that lies within the plan the bond is
        part of ``legal_due``.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> terms = fm.debt.set_plain_terms((2026, 2027), [100.0], [0.05], space=[80.0, 80.0])
    >>> terms, terms.space.tolist()
    (<StrategyTerms 化债条件（1 笔隐性债务）>, [80.0, 80.0])
    """

    years: tuple[int, ...]
    balance: np.ndarray
    rate: np.ndarray
    settle_by: np.ndarray
    whole: np.ndarray
    allowed: np.ndarray
    eased_rate: np.ndarray
    eased_to: np.ndarray
    space: np.ndarray
    swap_quota: np.ndarray
    asset_cash: np.ndarray
    project_income: np.ndarray
    legal_due: np.ndarray
    refinancing_cap: np.ndarray
    swap_rate: np.ndarray
    refinancing_rate: np.ndarray
    fee_rate: float
    asset_loss: float
    discount_rate: float
    horizon: int
    call_amount: np.ndarray = field(default_factory=_none)
    call_rate: np.ndarray = field(default_factory=_none)
    call_from: np.ndarray = field(default_factory=_none)
    call_end: np.ndarray = field(default_factory=_none)

    @property
    def sheet(self) -> Sheet:
        """The money of each year, as a table."""
        amounts = {
            "可用于偿债的财力": self.space, "置换额度": self.swap_quota, "资产变现资金": self.asset_cash,
            "项目收益": self.project_income, "到期法定债务本金": self.legal_due,
        }  # fmt: skip
        return years_sheet(f"化债条件（{len(self.balance)} 笔隐性债务）", self.years, amounts.items())

    @cached_property
    def discount(self) -> np.ndarray:
        """Present value of one 万元 at the end of each year of the horizon, (horizon,)."""
        return (1.0 + self.discount_rate) ** -np.arange(1.0, self.horizon + 1)

    @cached_property
    def scale(self) -> float:
        """What money is counted in inside the programme: total hidden debt, without any the legal principal."""
        return float(self.balance.sum()) or float(self.legal_due.sum() + self.call_amount.sum()) or 1.0

    def check(self) -> None:
        """Hold the terms against themselves.

        Raises
        ------
        ValueError
            Names the field.
        """
        debts, years, bonds = len(self.balance), len(self.years), len(self.call_amount)
        shapes = {
            (debts,): ("balance", "rate", "settle_by", "whole", "eased_rate", "eased_to"),
            (debts, len(SOURCES)): ("allowed",),
            (debts, years): ("swap_rate",),
            (years,): _YEAR_FIELDS,
            (bonds,): ("call_amount", "call_rate", "call_from", "call_end"),
        }  # fmt: skip
        wrong = [name for shape, names in shapes.items() for name in names if getattr(self, name).shape != shape]
        wrong += [
            name
            for name in ("balance", "swap_quota", "asset_cash", "project_income", "legal_due", "call_amount")
            if (getattr(self, name) < 0).any()
        ]
        names = {name for group in shapes.values() for name in group}
        wrong += [name for name in sorted(names) if not np.isfinite(getattr(self, name)).all()]
        if self.horizon < years:
            wrong.append("horizon")
        if wrong:
            raise ValueError(f"strategy terms do not fit: {', '.join(dict.fromkeys(wrong))}")


@dataclass(frozen=True)
class Flows:
    """What one 万元 of a decision moves, one row a debt or bond, or none.

    ``service`` (..., horizon): interest and fees; ``principal`` (..., year): own money for principal; ``gone`` (..., year):
    hidden debt that is no more; ``loss``: present value of what selling assets loses.
    """

    service: np.ndarray
    principal: np.ndarray
    gone: np.ndarray
    loss: float = 0.0


def debt_flows(terms: StrategyTerms, year: int, source: int) -> Flows:
    """Return what resolving one 万元 of each debt in a year from a source moves. (debt, horizon) and (debt, year).

    ``year``, ``source``: positions.
    """
    debts, years = len(terms.balance), len(terms.years)
    later = np.arange(terms.horizon)
    rate, first = terms.rate[:, None], terms.years[0]
    service = np.where(later <= year, rate, 0.0) * np.ones((debts, 1))
    principal, end = np.zeros((debts, years)), np.full(debts, year)
    if source == SWAP:
        service = service + np.where(later > year, terms.swap_rate[:, [year]], 0.0) + (later == year) * terms.fee_rate
    if source == RESTRUCTURING:
        end = terms.eased_to - first
        eased = (later > year) & (later <= end[:, None])
        service = service + np.where(eased, terms.eased_rate[:, None], 0.0)
    if source in (BUDGET, RESTRUCTURING):
        principal[:] = np.arange(years) == end[:, None]
    loss = terms.asset_loss * terms.discount[year] if source == ASSET_SALE else 0.0
    gone = (np.arange(years) >= end[:, None]).astype(float)
    return Flows(service, principal, gone, float(loss))


def refinancing_flows(terms: StrategyTerms, year: int) -> Flows:
    """Return what refinancing one 万元 of legal principal in a year moves: principal put off, interest and a fee instead."""
    later = np.arange(terms.horizon)
    service = np.where(later > year, terms.refinancing_rate[year], 0.0) + (later == year) * terms.fee_rate
    principal = -(np.arange(len(terms.years)) == year).astype(float)
    return Flows(service, principal, np.zeros(len(terms.years)))


def early_flows(terms: StrategyTerms, year: int) -> Flows:
    """Return what repaying one 万元 of each callable bond early in a year moves: (bond, horizon) and (bond, year)."""
    later, calendar = np.arange(terms.horizon), np.arange(len(terms.years))
    end = (terms.call_end - terms.years[0]).astype(int)[:, None]
    service = -np.where((later > year) & (later <= end), terms.call_rate[:, None], 0.0)
    principal = (calendar == year).astype(float) - (calendar == end)
    return Flows(service, principal, np.zeros((len(terms.call_amount), len(calendar))))


_DEBT_FIELDS = ("rate", "settle_by", "whole", "eased_rate", "eased_to")
_YEAR_FIELDS = (
    "space", "swap_quota", "asset_cash", "project_income", "legal_due", "refinancing_cap", "refinancing_rate",
)  # fmt: skip
_NUMBERS = ("fee_rate", "asset_loss", "discount_rate")
_CALL_FIELDS = ("call_amount", "call_rate", "call_from", "call_end")


def set_plain_terms(years: Sequence[int], balance: Any, rate: Any, **changes: Any) -> StrategyTerms:
    """Return terms in which the budget resolves everything and nothing else is there; ``changes`` replace fields.

    Parameters
    ----------
    years : sequence of int
        Plan years.
    balance, rate : (debt,) float
        万元 at the end of the year before; interest, a fraction a year.
    **changes
        Any other field of `StrategyTerms`. One number stands for every debt or year. ``allowed`` may also be given as the
        sources of each debt in words: ``[("budget", "swap"), ("budget",)]``, of `SOURCES`. Without them: no money, no
        quota, no interest on new bonds, nothing discounted, only the budget, any part of a debt in any plan year.

    Returns
    -------
    StrategyTerms

    Raises
    ------
    ValueError
        A field or source that does not exist, a length that does not fit.

    Examples
    --------
    Two debts, of which the second may be swapped up to 20 万元 in 2026:

    >>> terms = set_plain_terms((2026, 2027), [5.0, 30.0], [0.04, 0.06], space=[9.0, 12.0], swap_rate=0.02,
    ...                     swap_quota=[20.0, 0.0], allowed=[("budget",), ("budget", "swap")])
    >>> terms.allowed.tolist()
    [[True, False, False, False, False], [True, False, True, False, False]]
    >>> set_plain_terms((2026,), [5.0], [0.04], spaces=[9.0])
    Traceback (most recent call last):
    ValueError: strategy terms do not know: spaces
    """
    known = ("allowed", "swap_rate", *_DEBT_FIELDS, *_YEAR_FIELDS, *_NUMBERS, *_CALL_FIELDS, "horizon")
    unknown = [name for name in changes if name not in known]
    if unknown:
        raise ValueError(f"strategy terms do not know: {', '.join(unknown)}")
    years, owed = tuple(int(year) for year in years), np.asarray(balance, dtype=float)
    last = years[-1] if years else 0
    usual: dict[str, Any] = {"rate": rate, "settle_by": last, "eased_to": last, "whole": False}
    given = usual | changes
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(_DEBT_FIELDS, owed.shape) | dict.fromkeys(
        _YEAR_FIELDS, (len(years),)
    )
    shapes["swap_rate"] = (*owed.shape, len(years))
    fields: dict[str, Any] = {name: _laid(given.get(name, 0.0), shape) for name, shape in shapes.items()}
    fields |= {name: np.asarray(changes[name]) for name in _CALL_FIELDS if name in changes}
    numbers: dict[str, Any] = {name: float(changes.get(name, 0.0)) for name in _NUMBERS}
    return StrategyTerms(
        years=years,
        balance=owed,
        allowed=_sources_of(changes.get("allowed", (("budget",),) * len(owed))),
        horizon=int(changes.get("horizon", len(years))),
        **fields,
        **numbers,
    )


def _laid(value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """One number for all; another length stays as it is and is refused by `StrategyTerms.check`."""
    found = np.asarray(value)
    return np.full(shape, value) if found.ndim == 0 else found


def _sources_of(allowed: Any) -> np.ndarray:
    if isinstance(allowed, np.ndarray):
        return allowed
    rows = []
    for each in allowed:
        words = [word for word in each if isinstance(word, str)]
        strange = [word for word in words if word not in SOURCES]
        if strange:
            raise ValueError(f"strategy terms do not know: {', '.join(strange)}; sources are {', '.join(SOURCES)}")
        rows.append([source in words for source in SOURCES] if words else [bool(value) for value in each])
    return np.array(rows, dtype=bool).reshape(len(rows), -1 if rows else len(SOURCES))
