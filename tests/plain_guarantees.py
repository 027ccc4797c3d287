"""The three guarantees by the plainest formulas, without dates, ages or pay items: what the full ones must reduce to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.spending.growth import YUAN


@dataclass(frozen=True)
class Staff:
    """Staff groups, arrays of shape (group,); money in yuan a person and year."""

    serving_persons: np.ndarray
    retired_persons: np.ndarray
    entries: np.ndarray
    exits: np.ndarray
    pay_per_person: np.ndarray
    employer_rate: np.ndarray
    housing_rate: np.ndarray
    retiree_cost_per_person: np.ndarray
    operations_quota: np.ndarray
    fiscal_share: np.ndarray


@dataclass(frozen=True)
class Items:
    """Guarantee items, arrays of shape (item,); standards in yuan a person and period."""

    persons: np.ndarray
    persons_growth: np.ndarray
    standard: np.ndarray
    standard_step: np.ndarray
    periods: np.ndarray
    coverage: np.ndarray
    county_share: np.ndarray


def staff_cost(staff: Staff, pay_growth: np.ndarray, operations_growth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute salaries and running costs of each staff group.

    Parameters
    ----------
    staff : Staff
        At the end of the base year.
    pay_growth, operations_growth : (year,) float

    Returns
    -------
    salaries, operations : (year, group) float, 万元

    Notes
    -----
    ``heads(t) = heads(0) + t (entries - exits)``, never below zero; those who leave retire;
    ``salaries = fiscal share x [heads x pay x (1 + employer + housing) + retired x cost]`` (docs/method.md).

    Examples
    --------
    >>> one = lambda x: np.array([float(x)])
    >>> group = Staff(one(100), one(0), one(0), one(0), one(80_000), one(0.3), one(0.1), one(0), one(5_000), one(1))
    >>> salaries, operations = staff_cost(group, np.zeros(1), np.zeros(1))
    >>> salaries.round(6).tolist(), operations.round(6).tolist()
    ([[1120.0]], [[50.0]])
    """
    count = np.arange(1, len(pay_growth) + 1)[:, None]
    serving = np.maximum(staff.serving_persons + count * (staff.entries - staff.exits), 0.0)
    retired = staff.retired_persons + count * staff.exits
    pay = staff.pay_per_person * np.cumprod(1 + pay_growth)[:, None]
    quota = staff.operations_quota * np.cumprod(1 + operations_growth)[:, None]
    wages = serving * pay * (1 + staff.employer_rate + staff.housing_rate) + retired * staff.retiree_cost_per_person
    return staff.fiscal_share * wages * YUAN, staff.fiscal_share * serving * quota * YUAN


def staff_cost_now(staff: Staff) -> tuple[np.ndarray, np.ndarray]:
    """Compute the base year's salaries and running costs, each of shape (group,), 万元."""
    still = Staff(**{**staff.__dict__, "entries": 0 * staff.entries, "exits": 0 * staff.exits})
    salaries, operations = staff_cost(still, np.zeros(1), np.zeros(1))
    return salaries[0], operations[0]


def item_need(items: Items, years: int) -> tuple[np.ndarray, np.ndarray]:
    """Compute the need of each item, all levels of government and the county's own part.

    Parameters
    ----------
    items : Items
        At base-year persons and standards.
    years : int
        Number of plan years; row 0 is the base year.

    Returns
    -------
    need, county : (year + 1, item) float, 万元

    Notes
    -----
    ``need = persons x standard x periods x coverage``; standards rise by a fixed step a year, as insurance and
    health subsidies have done (docs/method.md).

    Examples
    --------
    >>> one = lambda x: np.array([float(x)])
    >>> need, county = item_need(Items(one(1000), one(0), one(100), one(10), one(12), one(1), one(0.2)), 1)
    >>> need.round(6).tolist(), county.round(6).tolist()
    ([[120.0], [132.0]], [[24.0], [26.4]])
    """
    count = np.arange(years + 1)[:, None]
    persons = items.persons * (1 + items.persons_growth) ** count
    standard = np.maximum(items.standard + count * items.standard_step, 0.0)
    need = persons * standard * items.periods * items.coverage * YUAN
    return need, need * items.county_share
