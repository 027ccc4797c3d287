"""How much of a tax each level keeps: dated shares by year, and what a level's part says about the whole."""

from __future__ import annotations

import numpy as np

from fiscal_model.arithmetic.elementary import MONTHS, divided


def share_in_year(
    valid_from: np.ndarray, valid_to: np.ndarray, shares: np.ndarray, years: tuple[int, ...]
) -> np.ndarray:
    """Return dated shares as the mean of each calendar year's months, (..., year) float.

    NaN in years in which some month has no share.

    ``valid_from``, ``valid_to``: (period,) datetime64[D], first and last day in force; ``NaT`` as last day means still
    in force.
    ``shares``: (..., period) float, fractions; any leading axes, e.g. the levels of government.

    Notes
    -----
    A month belongs to the period in force on its fifteenth day.

    Examples
    --------
    VAT in 2016: a quarter for the localities in the first four months, a half in the other eight.

    >>> days = np.array(["1994-01-01", "2016-05-01"], "datetime64[D]")
    >>> ends = np.array(["2016-04-30", "NaT"], "datetime64[D]")
    >>> share_in_year(days, ends, np.array([0.25, 0.5]), (2015, 2016, 2017)).round(6).tolist()
    [0.25, 0.416667, 0.5]
    """
    months = np.array([f"{year}-{month:02d}-15" for year in years for month in range(1, MONTHS + 1)])
    days = months.astype("datetime64[D]")[:, None]
    ends = np.where(np.isnat(valid_to), np.datetime64("9999-12-31"), valid_to)
    in_force = ((valid_from <= days) & (days <= ends)).reshape(len(years), MONTHS, -1)
    weight = in_force.sum(axis=1) / MONTHS
    covered = np.all(np.any(in_force, axis=2), axis=1)
    return np.where(covered, np.asarray(shares, dtype=float) @ weight.T, np.nan)


def total_collected(part: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return what all levels together collected, from one level's part, 万元, (..., year) float.

    NaN where the level keeps nothing: its part then says nothing about the whole.

    ``part``, ``share``: (..., year) float, what the level booked, 万元, and its fraction of the whole.

    Examples
    --------
    >>> total_collected(np.array([2546.0, 5.0]), np.array([0.325, 0.0])).round(0).tolist()
    [7834.0, nan]
    """
    return divided(part, share, np.nan)


def recent_ratio(part: np.ndarray, whole: np.ndarray, window: int = 3) -> np.ndarray:
    """Return the mean ratio of two series over their last years, leaving out years in which one is unknown.

    The same reading gives an effective rate (booked over base times share) and a retention (booked over collected).

    ``part``, ``whole``: (..., year) float, NaN where unknown; years with a whole of zero or less say nothing.
    ``window``: how many of the last years to look at.
    Returns (...) float: NaN when no year of the window knows both.

    Examples
    --------
    >>> float(recent_ratio(np.array([9.0, 4.0, np.nan, 6.0]), np.array([1.0, 10.0, 10.0, 10.0])))
    0.5
    """
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=float), np.asarray(whole, dtype=float))
    part, whole = part[..., -window:], whole[..., -window:]
    known = np.isfinite(part) & np.isfinite(whole) & (np.nan_to_num(whole) > 0)
    ratios = np.divide(part, whole, out=np.zeros(part.shape), where=known)
    count = known.sum(axis=-1)
    return divided(ratios.sum(axis=-1), count, np.nan)
