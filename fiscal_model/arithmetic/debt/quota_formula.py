"""How many new special bonds a year can bear: the least of several terms, and which one binds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np


def service_rate(rate: np.ndarray | float, years: np.ndarray | float) -> np.ndarray:
    """Return the level yearly payment of one 元 of debt over its life.

    ``rate``, ``years``: (...,) float, fraction a year; term.

    Examples
    --------
    >>> service_rate(np.array([0.05, 0.0]), 10.0).round(5).tolist()
    [0.1295, 0.1]
    """
    rate, years = np.broadcast_arrays(np.asarray(rate, dtype=float), np.asarray(years, dtype=float))
    whole = 1 - (1 + rate) ** -years
    return np.divide(rate, whole, out=np.array(1 / years), where=rate > 1e-12)


def room_below(debt: np.ndarray, capacity: np.ndarray, lines: Sequence[float], held: float) -> np.ndarray:
    """Return the debt that can be added before a band is left that is to be held, (..., year) float.

    The band is the same in every year: debt that grows into a worse one finds no room there. Nothing when the last line is
    reached already; NaN where capacity is not positive.

    ``debt``, ``capacity``: (..., year) float, 万元.
    ``lines``: band lines of debt over capacity.
    ``held``: debt over capacity whose band is held.

    Examples
    --------
    >>> room_below(np.array([100.0, 130.0, 350.0]), np.array([100.0, 100.0, 100.0]), (1.2, 2.0, 3.0), 1.0).tolist()
    [20.0, 0.0, 0.0]
    """
    debt, capacity = np.broadcast_arrays(np.asarray(debt, dtype=float), np.asarray(capacity, dtype=float))
    line = min((each for each in lines if held < each), default=0.0)
    return np.where(capacity > 0, np.maximum(line * capacity - debt, 0.0), np.nan)


def least_term(terms: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Take the least of the terms that are known.

    ``terms``: mapping of str to (..., year) float, 万元; NaN where a term is not known.
    Returns ``quota``: (..., year) float, never below nothing; NaN where no term is known.
    Returns ``binds``: (term, ..., year) bool, terms as low as the quota, to half a 万元: several may bind at once.

    Examples
    --------
    >>> quota, binds = least_term({"a": np.array([5.0, -1.0]), "b": np.array([3.0, np.nan])})
    >>> quota.tolist(), binds.tolist()
    ([3.0, 0.0], [[False, True], [True, False]])
    """
    values = np.stack(np.broadcast_arrays(*(np.asarray(term, dtype=float) for term in terms.values())))
    known = np.isfinite(values)
    least = np.maximum(np.where(known, values, np.inf).min(axis=0), 0.0)
    quota = np.where(known.any(axis=0), least, np.nan)
    return quota, known & (values <= least + 0.5)


def share_out(quota: np.ndarray, needs: np.ndarray, order: Sequence[int]) -> np.ndarray:
    """Give a quota to projects in order until it is used up, (..., year, project) float.

    Nobody gets more than the need; together at most the quota.

    ``quota``: (..., year) float.
    ``needs``: (..., year, project) float, planned new bonds, 万元.
    ``order``: positions of the projects that may have some, the first served first.

    Examples
    --------
    >>> share_out(np.array([10.0]), np.array([[6.0, 3.0, 8.0]]), (2, 0)).tolist()
    [[2.0, 0.0, 8.0]]
    """
    given = np.zeros(np.broadcast_shapes(needs.shape, (*quota.shape, 1)))
    left = np.nan_to_num(np.maximum(quota, 0.0))
    for project in order:
        part = np.minimum(left, np.maximum(needs[..., project], 0.0))
        given[..., project] = part
        left = left - part
    return given
