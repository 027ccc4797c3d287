"""Who retires when: statutory ages that rise month by month, and the people of a staff group by age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import MONTHS


@dataclass(frozen=True)
class RetirementAges:
    """Statutory ages, one entry a row of people."""

    # age_before, age_after: (row,) int, age before and after the gradual rise, whole years
    age_before: np.ndarray
    age_after: np.ndarray
    step_months: np.ndarray  # (row,) int: the age rises by one month every so many months of reaching the old age
    start_year: np.ndarray  # (row,) int: the rise holds for whoever reaches the old age from January of this year on


def retirement_months(birth_years: np.ndarray, ages: RetirementAges) -> np.ndarray:
    """Return the month in which people retire, by month of birth, (row, 12) int.

    Months since January of year 0: ``12 x year + month - 1``.

    ``birth_years``: (row,) int.

    Examples
    --------
    A man born in January 1965 reaches 60 in January 2025 and retires one month later.

    >>> one = lambda x: np.array([x])
    >>> int(retirement_months(one(1965), RetirementAges(one(60), one(63), one(4), one(2025)))[0, 0]) - 12 * 2025
    1
    """
    reached = MONTHS * (np.asarray(birth_years)[:, None] + ages.age_before[:, None]) + np.arange(MONTHS)[None, :]
    late = reached - MONTHS * ages.start_year[:, None]
    most = MONTHS * (ages.age_after - ages.age_before)[:, None]
    delay = np.where(late < 0, 0, np.minimum(late // ages.step_months[:, None] + 1, most))
    return np.asarray(reached + delay)


def retirement_shares(birth_years: np.ndarray, ages: RetirementAges, base_year: int, years: int) -> np.ndarray:
    """Say which part of those who still serve at the end of the base year retires in each plan year, (year, row) float.

    Births are spread evenly over the year; whoever is past the age already retires in the first year.

    ``birth_years``: (row,) int.
    ``base_year``, ``years``: the base year, and how many plan years follow it.

    Examples
    --------
    Men born in 1966 reach 60 in 2026 and retire four to six months later: those born by July in 2026.

    >>> one = lambda x: np.array([x])
    >>> shares = retirement_shares(one(1966), RetirementAges(one(60), one(63), one(4), one(2025)), 2025, 2)
    >>> (12 * shares[:, 0]).round(6).tolist()
    [7.0, 5.0]
    """
    retires = retirement_months(birth_years, ages) // MONTHS
    serving = retires > base_year
    overdue = ~serving.any(axis=1)
    left = np.where(overdue, 1, serving.sum(axis=1))
    counted = np.stack([(retires == base_year + ahead).sum(axis=1) for ahead in range(1, years + 1)])
    shares = counted / left
    shares[0] = np.where(overdue, 1.0, shares[0])
    return np.asarray(shares)


def retirements_by_group(persons: np.ndarray, group: np.ndarray, shares: np.ndarray, groups: int) -> np.ndarray:
    """Add the retirements of every row of people up by staff group, (..., year, group) float.

    ``persons``: (..., row) float, serving at the end of the base year.
    ``group``: (row,) int, group of each row.
    ``shares``: (year, row) float, from `retirement_shares`.

    Examples
    --------
    >>> shares = np.array([[0.5, 1.0], [0.5, 0.0]])
    >>> retirements_by_group(np.array([10.0, 4.0]), np.array([0, 0]), shares, 1).tolist()
    [[9.0], [5.0]]
    """
    member = (np.asarray(group)[:, None] == np.arange(groups)).astype(float)
    return np.asarray((np.asarray(persons)[..., None, :] * shares) @ member)
