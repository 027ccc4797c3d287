"""Hidden debt: resolved as planned, by source, zero by its date; contracts that run past it are kept apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SOURCES = ("budget", "asset_sale", "swap", "restructuring", "project_income")
"""Who pays, in the order of the last axis; a restructured debt is repaid from the budget when its extension ends."""
OWN_SOURCES = (0, 3)
"""Positions of the sources that the budget pays."""
NEVER = 9999
"""A year that no plan reaches."""


@dataclass(frozen=True)
class HiddenTerms:
    """Hidden debts cut into parts that are each resolved at once, last axis the part."""

    amount: np.ndarray  # (..., part) float: 万元 at the end of the base year
    rate: np.ndarray  # (..., part) float: fraction a year
    # (part,) int: year in which the plan resolves it; of a restructured part the year in which its extension ends
    year: np.ndarray
    source: np.ndarray  # (part,) int: position in `SOURCES`
    contract: np.ndarray  # (part,) bool: runs on by contract after the target date, kept apart
    # (part,) int: year in which it is restructured, `NEVER` where it is not; the eased rate holds from the following
    # year
    eased_from: np.ndarray
    eased_rate: np.ndarray  # (..., part) float


@dataclass(frozen=True)
class HiddenPath:
    """Hidden debt by year, 万元, arrays of shape (..., year); contracts that run past the target date only where the name says so."""

    resolved: np.ndarray
    resolved_by_budget: np.ndarray
    interest: np.ndarray  # (..., year) float: on all that is not resolved yet, contracts included
    stock: np.ndarray
    contract_stock: np.ndarray  # (...) float: at the end of the base year
    by_source: np.ndarray  # (..., year, source) float: adds up to ``resolved``
    # (..., year) float: what must be resolved in each year from then on to be clear in time: opening balance over the
    # years left
    pace: np.ndarray
    # (..., year) float: how far the plan, none of it brought forward, has fallen behind an even pace from the base year
    # on
    shortfall: np.ndarray
    # (...) float: planned after the target date: brought forward to it in ``resolved``, missing at that date
    late: np.ndarray
    contract_principal: np.ndarray
    contract_interest: np.ndarray
    contract_balance: np.ndarray
    contract_by_budget: np.ndarray  # (..., year) float: the part of the contracts' principal that the budget pays
    # part_resolved, part_interest: (..., year, part) float, contracts included
    part_resolved: np.ndarray
    part_interest: np.ndarray

    @property
    def budget(self) -> np.ndarray:
        """What the budget pays: principal, restructured and contract principal included, and all interest."""
        return self.resolved_by_budget + self.contract_by_budget + self.interest

    @property
    def cleared(self) -> np.ndarray:
        """Whether the plan as it was handed in is clear at the target date, (...) bool."""
        return np.asarray(self.late) < 0.005


def project_hidden(terms: HiddenTerms, years: tuple[int, ...], clear_by: int) -> HiddenPath:
    """Resolve each part in its planned year, none later than the target date but the contracts kept apart.

    ``stock(t) = stock(t-1) - resolved(t)``. Interest is counted for the whole of the year in which a part is resolved.

    ``clear_by``: the year at whose end nothing is left.

    Examples
    --------
    >>> flat = lambda *x: np.array(x)
    >>> terms = HiddenTerms(flat(10.0, 5.0), flat(0.1, 0.0), flat(2026, 2031), flat(0, 2), flat(False, False),
    ...                     flat(NEVER, NEVER), flat(0.0, 0.0))
    >>> path = project_hidden(terms, (2026, 2027, 2028), 2028)
    >>> path.stock.tolist(), path.interest.tolist(), float(path.late), path.shortfall.tolist()
    ([5.0, 5.0, 0.0], [1.0, 0.0, 0.0], 5.0, [0.0, 0.0, 5.0])
    """
    calendar = np.asarray(years)[:, None]
    counted = np.where(terms.contract, 0.0, terms.amount)
    due = np.where(terms.contract, terms.year, np.minimum(terms.year, clear_by))
    due = np.maximum(due, years[0])
    part_resolved = np.where(calendar == due, terms.amount[..., None, :], 0.0)
    rate = np.where(calendar > terms.eased_from, terms.eased_rate[..., None, :], terms.rate[..., None, :])
    part_interest = np.where(calendar <= due, terms.amount[..., None, :] * rate, 0.0)
    hidden = np.where(terms.contract, 0.0, part_resolved)
    contract = part_resolved - hidden
    by_source = np.stack(
        [np.where(terms.source == source, hidden, 0.0).sum(axis=-1) for source in range(len(SOURCES))], axis=-1
    )
    resolved, total = hidden.sum(axis=-1), counted.sum(axis=-1)
    stock = total[..., None] - np.cumsum(resolved, axis=-1)
    contract_stock = np.where(terms.contract, terms.amount, 0.0).sum(axis=-1)
    principal = contract.sum(axis=-1)
    return HiddenPath(
        resolved=resolved,
        resolved_by_budget=by_source[..., OWN_SOURCES].sum(axis=-1),
        interest=part_interest.sum(axis=-1),
        stock=stock,
        contract_stock=contract_stock,
        by_source=by_source,
        pace=required_pace(total, resolved, years, clear_by),
        shortfall=_behind(terms, counted, years, clear_by),
        late=np.where(terms.year > clear_by, counted, 0.0).sum(axis=-1),
        contract_principal=principal,
        contract_interest=np.where(terms.contract, part_interest, 0.0).sum(axis=-1),
        contract_balance=contract_stock[..., None] - np.cumsum(principal, axis=-1),
        contract_by_budget=np.where(np.isin(terms.source, OWN_SOURCES), contract, 0.0).sum(axis=-1),
        part_resolved=part_resolved,
        part_interest=part_interest,
    )


def required_pace(total: np.ndarray, resolved: np.ndarray, years: tuple[int, ...], clear_by: int) -> np.ndarray:
    """Return what each year must resolve to be clear by the end of ``clear_by``, evenly over the years that are left.

    ``total``: (...) float, balance at the end of the base year.
    ``resolved``: (..., year) float.
    Returns (..., year) float.

    Examples
    --------
    >>> required_pace(np.float64(90.0), np.array([10.0, 40.0, 40.0, 0.0]), (2026, 2027, 2028, 2029), 2028).tolist()
    [30.0, 40.0, 40.0, 0.0]
    """
    opening = np.asarray(total)[..., None] - np.cumsum(resolved, axis=-1) + resolved
    left = np.maximum(clear_by + 1 - np.asarray(years), 1)
    return opening / left


def _behind(terms: HiddenTerms, counted: np.ndarray, years: tuple[int, ...], clear_by: int) -> np.ndarray:
    """How far the plan as handed in lies behind an even pace: late years are not brought forward here."""
    calendar, base = np.asarray(years), years[0] - 1
    share = np.clip((calendar - base) / max(clear_by - base, 1), 0.0, 1.0)
    done = np.where(calendar[:, None] >= terms.year, counted[..., None, :], 0.0).sum(axis=-1)
    return np.maximum(counted.sum(axis=-1)[..., None] * share - done, 0.0)
