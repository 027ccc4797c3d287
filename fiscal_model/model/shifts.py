"""Levels that a scenario moves: by how much revenue and prices differ from what the plan would come to without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.model.basis import Basis
from fiscal_model.model.futures import Drivers
from fiscal_model.words.vocabulary import GuaranteeClass

LEVELS: Mapping[str, str] = MappingProxyType({
    "transfers_shift": "general_purpose", "land_shift": "land", "pay_shift": "pay", "persons_shift": "persons",
    "standards_shift": "standards", "insurance_shift": "insurance",
})  # fmt: skip
"""Assumptions that move a level from a year on, and the driver that moves it."""
PUPILS = "pupils_shift"
"""Moves the persons of those living items that count pupils."""
_COUNTED = re.compile("学生|在校生|在园")
Paths = Callable[[str], np.ndarray]
"""From the name of an assumption to its path, (year,) float."""


def level_of(growth: np.ndarray) -> np.ndarray:
    """Return the level that yearly changes come to: a change lasts.

    Examples
    --------
    >>> level_of(np.array([-0.5, 0.0, 0.2])).tolist()
    [0.5, 0.5, 0.6]
    """
    return np.cumprod(1 + growth)


def own_revenue_level(tax_share: np.ndarray, path: Paths) -> np.ndarray:
    """Return what a scenario's shifts multiply own revenue by, (year,) float; of taxes only the taxes' part moves."""
    return level_of(path("own_revenue_shift")) * _with_taxes(tax_share, level_of(path("tax_shift")))


def tax_share_of(basis: Basis) -> np.ndarray:
    """Return the taxes' part of own revenue after the scenario's shift of taxes, (year,) float."""
    share, level = basis.revenue.tax_share, level_of(basis.assumed.path("tax_shift"))
    return share * level / _with_taxes(share, level)


def item_levels(basis: Basis) -> np.ndarray:
    """Return what the shift of taxes multiplies each item's part of own revenue by, (year, item) float.

    Without tax items every item moves alike.
    """
    taxes = np.array([code.startswith("101") for code in basis.revenue.forecast.items])
    level = level_of(basis.assumed.path("tax_shift"))
    if not taxes.any():
        return np.ones((len(level), len(taxes)))
    return np.where(taxes, level[:, None], 1.0) / _with_taxes(basis.revenue.tax_share, level)[:, None]


def drivers_of(basis: Basis, path: Paths) -> Drivers:
    """Return what a scenario's shifts of levels multiply a plan by, own revenue apart; arrays of shape (year,).

    Pupils are part of the persons: all living needs move so far that what the county bears moves as its pupils' items do.
    """
    moved = {driver: level_of(path(name)) for name, driver in LEVELS.items()}
    if path(PUPILS).any():
        moved["persons"] = moved["persons"] * (1 + pupils_part(basis) * (level_of(path(PUPILS)) - 1))
    return Drivers(own_revenue=np.ones(len(basis.years)), **moved)


def pupils_part(basis: Basis) -> np.ndarray:
    """Return the part of the county's living need that goes by the number of pupils, (year,) float; nothing without items."""
    items, living = basis.guarantees.items, basis.guarantees.county[GuaranteeClass.LIVING][1:]
    if items is None:
        return np.zeros(len(basis.years))
    counted = basis.place.rows("guarantee_items")["driver"].astype(str).str.contains(_COUNTED).to_numpy()
    return divided(items.county[1:, counted & items.inside(GuaranteeClass.LIVING)].sum(axis=1), living)


def moved_by(basis: Basis, drivers: Drivers) -> Drivers:
    """Put a scenario's shifts of levels before what a future moves."""
    if not any(basis.assumed.path(name).any() for name in (*LEVELS, PUPILS)):
        return drivers
    of_scenario = drivers_of(basis, basis.assumed.path)
    moved = {name: getattr(of_scenario, name) * getattr(drivers, name) for name in LEVELS.values()}
    return replace(drivers, **moved)


def taxes_told_apart(basis: Basis) -> bool:
    """Tell whether a shift of taxes moves taxes alone; where they are not told apart it moves all own revenue."""
    return bool((basis.revenue.tax_share > 0).all())


def _with_taxes(share: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Where taxes are not told apart (no share), all own revenue counts as taxes: the prudent side."""
    return 1 + np.where(share > 0, share, 1.0) * (level - 1)
