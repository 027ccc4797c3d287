"""The width of a place's interval pulled towards that of comparable places, as far as its history is short."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.revenue.intervals import carried_beyond


@dataclass(frozen=True)
class ComparableWidths:
    """What the same method usually says of places of one size; `data/rules/revenue_widths.csv`."""

    least_size: np.ndarray  # (class,) float: smallest own revenue of each class, 万元 of the year ``money_of``; rising
    deviation: np.ndarray  # (class, horizon) float: usual standard deviation in logs
    own_years: float  # Years of history at which a place's own width counts as much as theirs
    money_of: int

    def class_of(self, size: float) -> int:
        """Return the position of the class that a place belongs to; below the first class the first one."""
        return max(int(np.searchsorted(self.least_size, size, side="right")) - 1, 0)


@dataclass(frozen=True)
class Widths:
    """How wide the interval of own revenue is, and why; standard deviations in logs, arrays of shape (year,)."""

    own: np.ndarray  # By the place's own history
    comparable: np.ndarray  # Of comparable places
    used: np.ndarray  # Both mixed, at least the floor, never falling
    floor: np.ndarray
    known_years: int
    own_share: float
    position: int  # Class of size


def shrunk_widths(own: np.ndarray, known_years: int, size: float, usual: ComparableWidths, floor: np.ndarray) -> Widths:
    """Mix a place's own width with that of places of its size, in logs, by the years of its history.

    ``own``, ``floor``: (year,) float, standard deviations in logs by horizon.
    ``known_years``: of its history, left-out years not counted.
    ``size``: own revenue in money of ``usual.money_of``, 万元.

    Notes
    -----
    ``own ** w x comparable ** (1 - w)`` with ``w = n / (n + own_years)``: the form of empirical Bayes with one constant,
    which was chosen on places and years left out (`benchmarks/revenue_widths.py`).

    Examples
    --------
    >>> usual = ComparableWidths(np.array([0.0, 5e5]), np.array([[0.12, 0.18], [0.08, 0.12]]), 4.0, 2025)
    >>> found = shrunk_widths(np.array([0.16, 0.27]), 4, 4e5, usual, np.array([0.05, 0.0736]))
    >>> found.used.round(4).tolist(), found.own_share
    ([0.1386, 0.2205], 0.5)
    """
    position = usual.class_of(size)
    comparable = carried_beyond(usual.deviation[position], len(own))
    share = known_years / (known_years + usual.own_years)
    mixed = np.exp(share * np.log(own) + (1 - share) * np.log(comparable))
    used = np.maximum.accumulate(np.maximum(mixed, floor))
    return Widths(own, comparable, used, floor, known_years, share, position)
