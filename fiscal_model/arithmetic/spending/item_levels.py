"""Guarantee items: persons times standards, who pays the national part, what the county pays on top."""

from __future__ import annotations

import numpy as np

from fiscal_model.arithmetic.spending.growth import YUAN


def item_need(
    persons: np.ndarray, national: np.ndarray, local_extra: np.ndarray, periods: np.ndarray, coverage: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Compute what items need by the national standard, and what a higher local standard adds.

    ``persons``: (..., year, item) float, persons, villages, whatever the item counts.
    ``national``: (..., year, item) float, national standard, yuan a person and period.
    ``local_extra``: (..., year, item) float, what the local standard (which includes the national one) is above it,
    yuan; zero where there is none.
    ``periods``, ``coverage``: (item,) float, periods a year; fraction that really receives it.
    Returns ``national_need``, ``extra_need``: (..., year, item) float, 万元, together the need of all levels of
    government.

    Notes
    -----
    ``need = persons x standard x periods x coverage`` (docs/method.md).

    Examples
    --------
    A thousand old people at 143 yuan a month, and 22 yuan more by the county's own rule.

    >>> need = item_need(np.array([[1000.0]]), np.array([[143.0]]), np.array([[22.0]]), np.array([12]), np.array([1]))
    >>> [part.round(6).tolist() for part in need]
    [[[171.6]], [[26.4]]]
    """
    return (persons * national * periods * coverage * YUAN, persons * local_extra * periods * coverage * YUAN)


def split(national_need: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Split the national part of the need over the levels of government, (..., year, item, level) float, 万元.

    Adds up to ``national_need``.

    ``national_need``: (..., year, item) float, 万元.
    ``shares``: (..., year, item, level) float, fractions that add up to one over the levels.

    Examples
    --------
    >>> split(np.array([[100.0]]), np.array([[[0.8, 0.14, 0.02, 0.04]]])).round(6).tolist()
    [[[80.0, 14.0, 2.0, 4.0]]]
    """
    return np.asarray(national_need)[..., None] * shares


def county_part(
    county_share: np.ndarray, extra_county_share: np.ndarray, need: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Compute what the county pays: its share of the national part and of the local extra.

    ``county_share``: (..., year, item) float, of the national part.
    ``extra_county_share``: (item,) float, of what the local standard adds.
    ``need``: (national, extra) of (..., year, item) float, from `item_need`, 万元.

    Examples
    --------
    >>> need = np.array([[100.0]]), np.array([[20.0]])
    >>> county_part(np.array([[0.04]]), np.array([0.5]), need).tolist()
    [[14.0]]
    """
    national, extra = need
    return national * county_share + extra * extra_county_share


def own_need(gross: np.ndarray, earmarked: np.ndarray) -> np.ndarray:
    """Compute what is left for the county once the superior's money for the very item is used, 万元; never negative.

    ``gross``, ``earmarked``: (..., year, item) float, 万元.

    Examples
    --------
    >>> own_need(np.array([100.0, 100.0]), np.array([83.0, 120.0])).tolist()
    [17.0, 0.0]
    """
    return np.maximum(np.asarray(gross) - earmarked, 0.0)
