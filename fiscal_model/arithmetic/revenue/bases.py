"""Taxes from what they are levied on: base times rate, taxes on other taxes, key taxpayers apart from the rest."""

from __future__ import annotations

import numpy as np

from fiscal_model.arithmetic.revenue.shares import recent_ratio, total_collected


def structural_revenue(
    base: np.ndarray, effective_rate: np.ndarray, collection: np.ndarray, share: np.ndarray
) -> np.ndarray:
    """Return the part of a tax that one level keeps, (..., year) float. 万元.

    ``base``: (..., year) float, 万元 with a rate as a fraction, or 万 units (万吨, 万平方米) with a rate in yuan a
    unit.
    ``effective_rate``, ``collection``, ``share``: (..., year) float, tax over base; what is collected of what is due;
    what the level keeps: fractions.

    Examples
    --------
    >>> structural_revenue(np.array([1000.0, 1100.0]), 0.05, 0.9, 0.5).tolist()
    [22.5, 24.75]
    """
    return np.asarray(base, dtype=float) * effective_rate * collection * share


def effective_rate(
    booked: np.ndarray, base: np.ndarray, collection: np.ndarray, share: np.ndarray, window: int = 3
) -> np.ndarray:
    """Return the rate that the last years' books imply: booked over base, collection and share, mean of the years.

    ``booked``: (..., year) float, what the level booked, 万元; NaN where unknown.
    ``base``, ``collection``, ``share``: (..., year) float, as in `structural_revenue`.
    ``window``: how many of the last years to look at.
    Returns (...) float: NaN when no year knows all four.

    Examples
    --------
    >>> float(effective_rate(np.array([20.0, 30.0]), np.array([1000.0, 1000.0]), 1.0, 0.5).round(6))
    0.05
    """
    return recent_ratio(booked, np.asarray(base, dtype=float) * collection * share, window)


def carried_base(known: np.ndarray, growth: np.ndarray) -> np.ndarray:
    """Carry a tax base forward: given years as they are, the others at their growth from the year before.

    ``known``, ``growth``: (..., year) float, the base where it is given, NaN elsewhere; growth from the year before, a
    fraction.
    Returns (..., year) float: NaN before the first given year.

    Examples
    --------
    >>> carried_base(np.array([np.nan, 100.0, np.nan, 120.0, np.nan]), np.full(5, 0.1)).round(6).tolist()
    [nan, 100.0, 110.0, 120.0, 132.0]
    """
    path = np.array(known, dtype=float)
    growth = np.broadcast_to(np.asarray(growth, dtype=float), path.shape)
    for year in range(1, path.shape[-1]):
        grown = path[..., year - 1] * (1 + growth[..., year])
        path[..., year] = np.where(np.isnan(path[..., year]), grown, path[..., year])
    return path


def held(values: np.ndarray) -> np.ndarray:
    """Hold each given value until the next one; NaN before the first, (..., year) float.

    ``values``: (..., year) float.

    Examples
    --------
    >>> held(np.array([np.nan, 5.0, np.nan, 0.0, np.nan])).tolist()
    [nan, 5.0, 5.0, 0.0, 0.0]
    """
    return carried_base(values, np.zeros(np.shape(values)))


def derived_tax(
    vat: np.ndarray,
    vat_share: np.ndarray,
    consumption_ratio: np.ndarray,
    rate: np.ndarray,
    collection: np.ndarray,
    share: np.ndarray,
) -> np.ndarray:
    """Return a tax levied on VAT and consumption tax, from the VAT that one level books, (..., year) float. 万元.

    ``vat``: (..., year) float, VAT booked by the level, 万元.
    ``vat_share``: (..., year) float, the level's fraction of all VAT.
    ``consumption_ratio``: (..., year) float, consumption tax over VAT, all levels.
    ``rate``, ``collection``, ``share``: (..., year) float, statutory rate; collected over due; the level's fraction of
    the derived tax.

    Examples
    --------
    Urban maintenance tax at 5 % where 7,833 of VAT and 17 of consumption tax were collected:

    >>> float(derived_tax(np.array([7833 * 0.325]), 0.325, 17 / 7833, 0.05, 1.0, 1.0)[0].round(6))
    392.5
    """
    on = total_collected(vat, vat_share) * (1 + np.asarray(consumption_ratio, dtype=float))
    return structural_revenue(on, rate, collection, share)


def taxpayer_past(given: np.ndarray, item: np.ndarray) -> np.ndarray:
    """Return what a taxpayer paid in every past year of an item, from the years that are given, (..., year) float.

    Between given years on a straight line; after the last one level; before the first one the same share of the item as
    in it, so that the rest of the item keeps the item's own growth. Zero when no year is given.

    ``given``: (..., year) float, known amounts, 万元, NaN elsewhere; zero means really nothing.
    ``item``: (..., year) float, what the item brought, 万元; NaN where unknown.

    Examples
    --------
    >>> taxpayer_past(np.array([np.nan, 20.0, np.nan, 40.0, np.nan]), np.array([50.0, 100.0, 110.0, 120.0, 130.0])).tolist()
    [10.0, 20.0, 30.0, 40.0, 40.0]
    """
    given, item = np.broadcast_arrays(np.asarray(given, dtype=float), np.asarray(item, dtype=float))
    flat, items = given.reshape(-1, given.shape[-1]), item.reshape(-1, given.shape[-1])
    past = np.array([_past_of_one(known, whole) for known, whole in zip(flat, items, strict=True)])
    return past.reshape(given.shape)


def _past_of_one(given: np.ndarray, item: np.ndarray) -> np.ndarray:
    known = np.flatnonzero(np.isfinite(given))
    if not len(known):
        return np.zeros(len(given))
    years = np.arange(len(given))
    past = np.interp(years, known, given[known])
    first = known[0]
    share = given[first] / item[first] if item[first] > 0 else 0.0
    return np.where(years < first, np.nan_to_num(item) * share, past)
