"""Land sales: what parcels bring in and when, how the years without a register go on, what is levied on the net."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def parcel_income(
    area: np.ndarray,
    price: np.ndarray,
    realisation: np.ndarray,
    schedule: np.ndarray,
    listing_year: np.ndarray,
    years: Sequence[int],
) -> np.ndarray:
    """Compute what each parcel brings in by year, (..., parcel, year) float.

    万元: area x price x realisation x the share paid in that year.

    ``area``: (..., parcel) float, 亩.
    ``price``: (..., parcel) float, 万元 an 亩; the cost of clearing an 亩 gives the parcel's cost instead.
    ``realisation``: (..., parcel) float, share of the area, or chance, that is really sold, 0 to 1.
    ``schedule``: (..., parcel, instalment) float, shares of the price paid in the listing year and the years after it.
    ``listing_year``: (parcel,) int.
    ``years``: years wanted, one after the other.

    Examples
    --------
    >>> one = lambda x: np.array([float(x)])
    >>> schedule = np.array([[0.5, 0.3, 0.2]])
    >>> parcel_income(one(100), one(80), one(0.9), schedule, np.array([2026]), (2025, 2026, 2027)).round(6).tolist()
    [[0.0, 3600.0, 2160.0]]
    """
    worth = np.asarray(area * price * realisation, dtype=float)
    elapsed = np.asarray(years)[None, :] - np.asarray(listing_year)[:, None]
    paid = np.zeros((*worth.shape, len(years)))
    for instalment in range(schedule.shape[-1]):
        paid = paid + np.where(elapsed == instalment, schedule[..., instalment, None], 0.0)
    return worth[..., None] * paid


def continue_land(
    base: float, income: np.ndarray, covered: np.ndarray, growth: np.ndarray, factor: np.ndarray
) -> np.ndarray:
    """Join the years that a register covers with the years that it does not, (..., year) float.

    In covered years ``income x factor``; elsewhere the year before grown on, at least what listed parcels still owe.

    ``base``: land revenue of the base year, 万元.
    ``income``: (..., year) float, what the listed parcels bring in, 万元.
    ``covered``: (year,) bool, years for which listings are known.
    ``growth``: (..., year) float, growth where they are not.
    ``factor``: (..., year) float, what a scenario multiplies the register's income by; ones as a rule.

    Examples
    --------
    >>> income, covered = np.array([80.0, 90.0, 10.0]), np.array([True, True, False])
    >>> continue_land(100.0, income, covered, np.array([0.0, 0.0, 0.1]), np.ones(3)).round(6).tolist()
    [80.0, 90.0, 99.0]
    """
    income = income * factor
    shape = np.broadcast_shapes(income.shape, growth.shape)
    income, growth = np.broadcast_to(income, shape), np.broadcast_to(growth, shape)
    level, path = np.full(shape[:-1], float(base), like=growth), np.empty(shape, like=growth)
    for year in range(shape[-1]):
        grown = np.maximum(level * (1 + growth[..., year]), income[..., year])
        level = income[..., year] if covered[year] else grown
        path[..., year] = level
    return path


def land_levies(revenue: np.ndarray, cost: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Compute what must be set aside from the net of land sales, (..., year, levy) float.

    Nothing where cost eats revenue up.

    ``revenue``, ``cost``: (..., year) float, 万元.
    ``shares``: (year, levy) float, of the net; dated, so that they may differ by year.

    Examples
    --------
    >>> land_levies(np.array([100.0, 50.0]), np.array([60.0, 70.0]), np.full((2, 2), 0.1)).round(6).tolist()
    [[4.0, 4.0], [0.0, 0.0]]
    """
    return np.maximum(revenue - cost, 0.0)[..., None] * shares
