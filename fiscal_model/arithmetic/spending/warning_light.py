"""Early warning of the three guarantees: values against bounds, the worst of them is the light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

GREEN, YELLOW, ORANGE, RED = range(4)
"""Grades, the worse the higher."""

_CLOSE = 1e-9
"""What sums of floats may miss a bound by: a need arranged in full is arranged in full."""


@dataclass(frozen=True)
class Bounds:
    """Where one measure turns yellow, orange and red."""

    lines: tuple[float, float, float]  # (3,) tuple of float: the last value that still is green, yellow and orange
    lower_is_worse: bool = True


def grade_of(values: np.ndarray, bounds: Bounds) -> np.ndarray:
    """Grade one measure, (...) int. `GREEN` to `RED`; an unknown value says nothing and is green.

    ``values``: (...) float, NaN where it is not known.

    Examples
    --------
    >>> grade_of(np.array([1.2, 1.1, 1.05, 1.0, 0.97, 0.9, np.nan]), Bounds((1.10, 1.00, 0.95))).tolist()
    [0, 0, 1, 1, 2, 3, 0]
    """
    sign = -1.0 if bounds.lower_is_worse else 1.0
    value = sign * np.asarray(values, dtype=float)
    beyond = [(value > sign * line + _CLOSE).astype(np.int8) for line in bounds.lines]
    return sum(beyond[1:], beyond[0])


def worst(grades: Sequence[np.ndarray]) -> np.ndarray:
    """Return the worst of several grades, shape broadcast together."""
    return reduce(np.maximum, grades)


def first_year_at(grades: np.ndarray, years: Sequence[int], least: int = ORANGE) -> int | None:
    """Return the first year graded at least that badly.

    ``grades``: (year,) int.

    Examples
    --------
    >>> first_year_at(np.array([0, 1, 2, 3]), (2026, 2027, 2028, 2029))
    2028
    """
    return next((year for year, grade in zip(years, grades, strict=True) if grade >= least), None)


def grade_counts(grades: np.ndarray) -> np.ndarray:
    """Count on how many paths each grade is given, (grade, year) int.

    ``grades``: (path, year) int.

    Examples
    --------
    >>> grade_counts(np.array([[0, 3], [0, 2]])).tolist()
    [[2, 0], [0, 0], [0, 1], [0, 1]]
    """
    return np.array([[np.count_nonzero(year == grade) for year in grades.T] for grade in (GREEN, YELLOW, ORANGE, RED)])
