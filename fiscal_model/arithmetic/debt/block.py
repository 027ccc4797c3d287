"""A portfolio without a ledger: one block of debt, run off evenly, calibrated on one published year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CLOSE = 1e-9
"""A level this near to the published principal is the published principal: the division back loses the last digit."""


@dataclass(frozen=True)
class DebtBlock:
    """Debt outstanding at the opening of the base year, 万元, floats or arrays of shape (...,)."""

    opening: np.ndarray
    level: np.ndarray  # Principal falling due every year until nothing is left
    interest: np.ndarray  # Interest of the year in which all of ``opening`` stands


def remaining_years(opening: float, repaid: float) -> float:
    """Return the average remaining life that a year's principal implies.

    Half of the years in which the same principal every year clears the stock; NaN without principal.

    ``opening``, ``repaid``: stock at the year's start and principal repaid in it, one unit.

    Examples
    --------
    >>> remaining_years(100.0, 10.0)
    5.0
    """
    return 0.5 * opening / repaid if repaid > 0 and opening > 0 else float("nan")


def calibrate_block(
    opening: float | np.ndarray,
    average_years: float | np.ndarray,
    interest: float | np.ndarray,
    published: float | np.ndarray = np.nan,
) -> DebtBlock:
    """Make a block whose first year is the published one.

    ``opening``: float or (...,) array, stock at the start of the base year, 万元.
    ``average_years``: float or (...,) array, average remaining life, above zero: the ladder is even over twice as many
    years.
    ``interest``: float or (...,) array, interest of the base year, 万元.
    ``published``: float or (...,) array, principal of the base year; NaN where it was not published.

    Notes
    -----
    An even ladder is the least that one year's figures can say: bonds of one tenor issued evenly over the years fall due
    evenly, and stock, principal and interest of the year fix it without any further assumption. A falling (geometric)
    ladder would need the same figures, never ends, and puts most of the principal where the past was smallest.

    Examples
    --------
    >>> block = calibrate_block(100.0, 5.0, 3.0, 10.0)
    >>> due, interest = run_off(block, 3)
    >>> due.tolist(), interest.round(9).tolist()
    ([10.0, 10.0, 10.0], [3.0, 2.7, 2.4])
    """
    level = np.asarray(opening, dtype=float) / (2.0 * np.asarray(average_years, dtype=float))
    exact = np.abs(level - published) <= CLOSE * np.abs(level)
    return DebtBlock(
        np.asarray(opening, dtype=float), np.where(exact, published, level), np.asarray(interest, dtype=float)
    )


def run_off(block: DebtBlock, years: int) -> tuple[np.ndarray, np.ndarray]:
    """Run a block off, the base year first.

    ``years``: number of years, the base year among them.
    Returns ``due``, ``interest``: (..., year) float, principal falling due, and interest on what stands at each year's
    start; in the base year both are the calibrated figures bit for bit.
    """
    opening, level = block.opening[..., None], block.level[..., None]
    standing = np.maximum(opening - level * np.arange(years), 0.0)
    due = np.minimum(level, standing)
    with np.errstate(invalid="ignore"):
        part = np.where(opening > 0, standing / opening, 0.0)
    return due, block.interest[..., None] * part


def meet_first(due: np.ndarray, standing: float | np.ndarray, first: float | np.ndarray) -> np.ndarray:
    """Put a published principal into the first year of a ladder; the later years move in proportion, so that all falls due once.

    ``due``: (..., year) float, ladder of debt that stands at the start of its first year.
    ``standing``: float or (...,) array, that debt.
    ``first``: float or (...,) array, published principal of the first year; NaN where none was: the ladder stays.

    Notes
    -----
    The year in which the last of it falls due stays. Of a ladder that ends in its first year the rest falls due in the second.

    Examples
    --------
    >>> meet_first(np.array([30.0, 30.0, 30.0, 10.0]), 100.0, 16.0).tolist()
    [16.0, 36.0, 36.0, 12.0]
    """
    standing, before = np.asarray(standing, dtype=float), np.asarray(due, dtype=float)[..., 0]
    taken = np.where(np.isnan(first), before, np.minimum(first, standing))
    rest, left = standing - before, standing - taken
    factor = np.where(taken == before, 1.0, np.divide(left, rest, out=np.zeros_like(left), where=rest > 0))
    later = due[..., 1:] * factor[..., None]
    later[..., :1] += np.where((rest > 0) | np.isnan(first), 0.0, left)[..., None]
    return np.concatenate([taken[..., None], later], axis=-1)
