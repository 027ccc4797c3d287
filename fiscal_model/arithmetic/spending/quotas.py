"""Running costs by quota (定员定额): heads times the quota of their class and band, and a fixed sum, unit by unit."""

from __future__ import annotations

import numpy as np

from fiscal_model.arithmetic.spending.growth import YUAN


def operations_by_unit(
    heads: np.ndarray, quota: np.ndarray, fixed_sum: np.ndarray, fiscal_share: np.ndarray
) -> np.ndarray:
    """Work out the running costs of each unit, (..., year, unit) float, 万元.

    ``heads``: (..., year, unit) float.
    ``quota``: (..., year, unit) float, yuan a head and year.
    ``fixed_sum``: (..., year, unit) float, 万元, what the unit gets whatever its heads.
    ``fiscal_share``: (unit,) float, part that the budget pays.

    Examples
    --------
    >>> operations_by_unit(np.array([[40.0]]), np.array([[12_000.0]]), np.array([[6.0]]), np.ones(1)).round(6).tolist()
    [[54.0]]
    """
    return np.asarray(fiscal_share * (heads * quota * YUAN + fixed_sum))


def operations_of_groups(
    heads: np.ndarray, in_units: np.ndarray, quota: np.ndarray, fiscal_share: np.ndarray
) -> np.ndarray:
    """Work out the running costs of the heads of each staff group that stand in no unit.

    ``heads``, ``in_units``: (..., year, group) float, serving persons, and those of them that the units count.
    ``quota``: (..., year, group) float, yuan a head and year.
    ``fiscal_share``: (group,) float.
    Returns (..., year, group) float, 万元.

    Examples
    --------
    >>> operations_of_groups(np.array([[100.0]]), np.array([[40.0]]), np.array([[5_000.0]]), np.ones(1)).round(6).tolist()
    [[30.0]]
    """
    return np.asarray(fiscal_share * np.maximum(heads - in_units, 0.0) * quota * YUAN)


def rolled_up(amounts: np.ndarray, owner: np.ndarray, owners: int) -> np.ndarray:
    """Add units up by their department or group, (..., owner) float.

    ``amounts``: (..., unit) float.
    ``owner``: (unit,) int, index of each unit's owner.

    Examples
    --------
    >>> rolled_up(np.array([1.0, 2.0, 4.0]), np.array([0, 1, 0]), 2).tolist()
    [5.0, 2.0]
    """
    member = (np.asarray(owner)[:, None] == np.arange(owners)).astype(float)
    return np.asarray(np.asarray(amounts) @ member)
