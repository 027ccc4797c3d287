"""Money that pays before the county does: from above, the unit's own, its sister units', other budgets'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import divided

SOURCES = ("superior", "carry_over", "non_fiscal", "siblings", "funds", "state_capital")
"""Sources in the order in which they must be used up; what is left after them is the county's."""
OWNED = ("carry_over", "non_fiscal", "siblings")
"""Sources that belong to units and not to one need."""
NOBODY = -1
"""Unit of a need that belongs to none."""


@dataclass(frozen=True)
class PoolTerms:
    """Needs and the money that may pay for them, 万元; needs stand in the order in which they are served."""

    need: np.ndarray  # (..., year, need) float: county money asked for
    # mapping of str to (..., year, need) float: money that comes for one need only: ``superior``, ``funds``,
    # ``state_capital``; what is not used stays for the same need. A source that is absent gives nothing.
    given: Mapping[str, np.ndarray]
    unit_of: np.ndarray  # (need,) int: position of the unit that a need belongs to, `NOBODY` for none
    department_of: np.ndarray  # (unit,) int: units with the same number are sisters
    opening: np.ndarray  # (..., unit) float: money carried over into the first year and free of a use
    income: np.ndarray  # (..., year, unit) float: Non-fiscal income free of a use


@dataclass(frozen=True)
class PoolPath:
    """Who pays what, 万元."""

    paid: Mapping[str, np.ndarray]  # mapping of str to (..., year, need) float: by source, in the order of `SOURCES`
    county: np.ndarray  # (..., year, need) float: what is left to the county
    lent: np.ndarray  # (..., year, unit) float: what a unit gave to its sisters
    left: np.ndarray  # (..., year, unit) float: a unit's own money at the end of the year


def pool(terms: PoolTerms, sources: tuple[str, ...] = SOURCES) -> PoolPath:
    """Use every source up, one after the other, before the county pays.

    ``sources``: sources allowed; the others pay nothing.

    Raises
    ------
    ValueError
        A source that nobody knows.

    Notes
    -----
    Within a year: money from above for the need; the unit's own carry-over, then its own income of the year; what
    sister units have left after their own needs, taken from each by its share of what is left; money of the funds and
    of the state-capital budget given to the need. Unused money stays with its need or unit for the next year; income of
    units that may not be used is spent elsewhere.

    Examples
    --------
    >>> terms = PoolTerms(
    ...     need=np.array([[100.0, 50.0]]), given={"superior": np.array([[30.0, 0.0]])}, unit_of=np.array([0, 1]),
    ...     department_of=np.array([0, 0]), opening=np.array([20.0, 60.0]), income=np.array([[0.0, 15.0]]))
    >>> path = pool(terms)
    >>> {source: float(amounts.sum()) for source, amounts in path.paid.items() if amounts.any()}
    {'superior': 30.0, 'carry_over': 70.0, 'siblings': 25.0}
    >>> path.county.tolist()
    [[25.0, 0.0]]
    """
    unknown = set(sources) - set(SOURCES)
    if unknown:
        raise ValueError(f"no source of money: {sorted(unknown)}")
    need = np.asarray(terms.need, dtype=float)
    shape, units = need.shape, terms.income.shape[-1]
    paid = {source: np.zeros(shape) for source in SOURCES}
    lent, left = (np.zeros((*shape[:-1], units)) for _ in range(2))
    county = np.zeros(shape)
    kept = {name: np.zeros((*shape[:-2], shape[-1])) for name in terms.given}
    balance = np.broadcast_to(np.asarray(terms.opening, dtype=float), (*shape[:-2], units)).copy()
    for year in range(shape[-2]):
        asked = need[..., year, :].copy()
        fresh = np.broadcast_to(terms.income[..., year, :], balance.shape).copy()
        for source in SOURCES:
            if source in terms.given:
                kept[source] = kept[source] + terms.given[source][..., year, :]
            if source not in sources:
                continue
            if source == "siblings":
                taken, gave = _from_sisters(asked, balance, fresh, terms)
                lent[..., year, :] = gave
            elif source in OWNED:
                taken = _from_own(asked, balance if source == "carry_over" else fresh, terms.unit_of)
            elif source in terms.given:
                taken = np.minimum(asked, kept[source])
                kept[source] = kept[source] - taken
            else:
                continue
            paid[source][..., year, :] = taken
            asked = asked - taken
        county[..., year, :] = asked
        if "non_fiscal" in sources:
            balance = balance + fresh
        left[..., year, :] = balance
    return PoolPath(paid, county, lent, left)


def saved_by_source(terms: PoolTerms) -> dict[str, np.ndarray]:
    """Return the county money each source saves: the county's bill with it and all before it, against without it.

    Returns dict of str to (..., year, need) float: adds up to need less the county's bill. A year may be negative where
    a source spends what would have been there later.

    Examples
    --------
    >>> terms = PoolTerms(np.array([[10.0], [10.0]]), {"superior": np.array([[4.0], [0.0]])}, np.array([0]),
    ...                   np.array([0]), np.array([3.0]), np.zeros((2, 1)))
    >>> {source: float(saved.sum()) for source, saved in saved_by_source(terms).items() if saved.any()}
    {'superior': 4.0, 'carry_over': 3.0}
    """
    saved, before = {}, np.asarray(terms.need, dtype=float)
    for count, source in enumerate(SOURCES, 1):
        after = pool(terms, SOURCES[:count]).county
        saved[source] = before - after
        before = after
    return saved


def _from_own(asked: np.ndarray, money: np.ndarray, unit_of: np.ndarray) -> np.ndarray:
    """Each need takes from its own unit, in the order of the needs; ``money`` is drawn down."""
    taken = np.zeros(asked.shape)
    for unit in np.unique(unit_of[unit_of != NOBODY]):
        mine = np.flatnonzero(unit_of == unit)
        wanted = asked[..., mine]
        # What is left for a need is what those before it did not ask for.
        left = money[..., [unit]] - np.cumsum(wanted, axis=-1) + wanted
        taken[..., mine] = np.clip(left, 0.0, wanted)
        money[..., unit] = np.maximum(money[..., unit] - wanted.sum(axis=-1), 0.0)
    return taken


def _from_sisters(
    asked: np.ndarray, balance: np.ndarray, fresh: np.ndarray, terms: PoolTerms
) -> tuple[np.ndarray, np.ndarray]:
    """Needs that are still open take from sister units, from each by its share of what all of them have left."""
    taken, gave = np.zeros(asked.shape), np.zeros(balance.shape)
    spent = {NOBODY}  # units whose sisters have nothing left
    for at in np.flatnonzero(asked.reshape(-1, asked.shape[-1]).any(axis=0)):
        unit = int(terms.unit_of[at])
        if unit in spent:
            continue
        sisters = terms.department_of == terms.department_of[unit]
        sisters[unit] = False
        have = np.where(sisters, balance + fresh, 0.0)
        whole = have.sum(axis=-1)
        if not whole.any():
            spent.add(unit)
            continue
        taken[..., at] = np.minimum(asked[..., at], whole)
        part = divided(taken[..., at], whole)
        for money in (balance, fresh):
            used = np.where(sisters, money, 0.0) * part[..., None]
            money -= used
            gave += used
    return taken, gave
