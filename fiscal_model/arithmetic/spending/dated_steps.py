"""Levels that change on a date: a pay round in July counts half a year, and whole from the next year on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import MONTHS

LAST_DAY_THAT_COUNTS = 15
"""A change on a later day counts from the next month on."""


@dataclass(frozen=True)
class Change:
    """One change of some columns from a month on: the level becomes ``level x factor + amount``."""

    year: int  # 0 is the base year
    month: int  # 1 to 12; the change is in force from this month on
    columns: np.ndarray  # (column,) bool: which columns it touches
    factor: float  # A rate ``r`` is the factor ``1 + r``
    amount: float  # A new standard is the factor 0 and the standard as amount


@dataclass(frozen=True)
class Steps:
    """What the changes make of a year's opening level, arrays of shape (year + 1, column).

    The year's mean is ``mean_factor x level + mean_amount``, what is in force at its end ``end_factor x level + end_amount``.
    """

    mean_factor: np.ndarray
    mean_amount: np.ndarray
    end_factor: np.ndarray
    end_amount: np.ndarray


def month_in_force(day: dt.date, base_year: int) -> tuple[int, int]:
    """Return the first month that a change counts for: a month belongs to what is in force on its fifteenth day.

    Returns (int, int): years after the base year, and the month.

    Examples
    --------
    >>> month_in_force(dt.date(2027, 7, 1), 2025), month_in_force(dt.date(2026, 12, 20), 2025)
    ((2, 7), (2, 1))
    """
    months = MONTHS * (day.year - base_year) + day.month - (day.day <= LAST_DAY_THAT_COUNTS)
    return months // MONTHS, months % MONTHS + 1


def part_of_year(day: dt.date) -> float:
    """Return the share of the year from the month of a start on.

    Examples
    --------
    >>> part_of_year(dt.date(2027, 7, 20))
    0.5
    """
    return (MONTHS + 1 - day.month) / MONTHS


def steps_of(changes: Sequence[Change], years: int, columns: int) -> Steps:
    """Turn dated changes into yearly means, weighted by the months they are in force.

    ``changes``: those before the base year or after the last year are passed over.
    ``years``: plan years; row 0 of the result is the base year.

    Examples
    --------
    A rise of 10 % on 1 July:

    >>> steps = steps_of([Change(1, 7, np.array([True]), 1.1, 0.0)], years=1, columns=1)
    >>> steps.mean_factor.round(6).tolist(), steps.end_factor.round(6).tolist()
    ([[1.0], [1.05]], [[1.0], [1.1]])
    """
    factor = np.ones((years + 1, MONTHS, columns))
    amount = np.zeros((years + 1, MONTHS, columns))
    for change in sorted(changes, key=lambda change: (change.year, change.month)):
        if 0 <= change.year <= years:
            after = np.s_[change.year, change.month - 1 :, change.columns]
            factor[after] *= change.factor
            amount[after] = amount[after] * change.factor + change.amount
    return Steps(factor.mean(axis=1), amount.mean(axis=1), factor[:, -1], amount[:, -1])


def carried(opening: np.ndarray, rise: np.ndarray, steps: Steps) -> np.ndarray:
    """Carry a level along yearly rises and dated changes, (..., year + 1, column) float.

    The mean of each year, base year first.

    ``opening``: (..., column) float, in force when the base year begins.
    ``rise``: (..., year, column) float, factor by which the level rises when each plan year begins, 1 for none.

    Examples
    --------
    >>> steps = steps_of([Change(1, 7, np.array([True]), 1.1, 0.0)], years=2, columns=1)
    >>> carried(np.array([100.0]), np.ones((2, 1)), steps).round(6).tolist()
    [[100.0], [105.0], [110.0]]
    """
    level = np.asarray(opening, dtype=float)
    means = []
    for year in range(len(steps.mean_factor)):
        if year:
            level = level * rise[..., year - 1, :]
        means.append(level * steps.mean_factor[year] + steps.mean_amount[year])
        level = level * steps.end_factor[year] + steps.end_amount[year]
    return np.stack(np.broadcast_arrays(*means), axis=-2)


def opening_level(mean: np.ndarray, steps: Steps) -> np.ndarray:
    """Return what was in force when the base year began, from the base year's mean, shape (..., column).

    Examples
    --------
    The base year's mean holds half of a round of July; the year after then has the other half.

    >>> steps = steps_of([Change(0, 7, np.array([True]), 1.1, 0.0)], years=1, columns=1)
    >>> carried(opening_level(np.array([105.0]), steps), np.ones((1, 1)), steps).round(6).tolist()
    [[105.0], [110.0]]
    """
    return (np.asarray(mean, dtype=float) - steps.mean_amount[0]) / steps.mean_factor[0]
