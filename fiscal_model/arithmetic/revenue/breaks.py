"""Shock years taken out of a history before it is carried forward, as the planner reads them: passing or lasting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Reading(StrEnum):
    """How a shock year is read."""

    TRANSITORY = "transitory"
    LASTING = "lasting"


@dataclass(frozen=True)
class Break:
    """One shock of one or all series."""

    year: int
    reading: Reading  # Transitory: that year only; lasting: that year and all later ones
    series: int | None = None  # Position of the series; None for all of them
    # Size in log points where known (-0.1 is about 10 % less); None lets the history itself tell
    effect: float | None = None


@dataclass(frozen=True)
class EventRule:
    """When a known event shows in a history; ``[events]`` of data/rules/forecast.toml."""

    threshold: float  # Deviations by which growth into the year lies below the usual
    recovered: float  # Part of that fall by which growth into the next year must lie above the usual
    # usual_deviation, prior_years: deviation of growth in comparable places, and the years that it counts as
    usual_deviation: float
    prior_years: float
    least_others: int  # Other years of growth needed to judge


@dataclass(frozen=True)
class EventSeen:
    """How one year stands among the others of a history; growth in logs."""

    growth: float  # Into the year
    after: float  # Into the next one
    usual: float  # Median of all others
    deviation: float  # Robust deviation of the others, pulled towards that of comparable places
    shows: bool  # A fall far beyond the usual that was made up for the year after


def event_in(history: np.ndarray, column: int, rule: EventRule) -> EventSeen | None:
    """Tell whether a passing fall shows in one year of a history; None where its neighbours or other years are missing.

    ``history``: (year,) float, NaN where unknown.
    ``column``: position of the year.

    Examples
    --------
    >>> rule = EventRule(2.5, 0.5, 0.05, 4, 3)
    >>> passed = event_in(np.array([100.0, 105, 110, 90, 115, 121]), 3, rule)
    >>> stayed = event_in(np.array([100.0, 105, 110, 90, 92, 95]), 3, rule)
    >>> passed.shows, stayed.shows, event_in(np.array([100.0, 105, 110, 90]), 3, rule)
    (True, False, None)
    """
    growth = np.diff(np.log(np.where(history > 0, history, np.nan)))
    if not 0 < column < len(growth) or not np.isfinite(growth[column - 1 : column + 1]).all():
        return None
    others = np.delete(growth, [column - 1, column])
    others = others[np.isfinite(others)]
    if len(others) < rule.least_others:
        return None
    usual = float(np.median(others))
    own = 1.4826 * float(np.median(np.abs(others - usual)))  # the robust deviation of a normal law
    squares = len(others) * own**2 + rule.prior_years * rule.usual_deviation**2
    deviation = float(np.sqrt(squares / (len(others) + rule.prior_years)))
    into, after = float(growth[column - 1]), float(growth[column])
    shows = into - usual < -rule.threshold * deviation and after - usual >= rule.recovered * (usual - into)
    return EventSeen(into, after, usual, deviation, bool(shows))


def without_breaks(amounts: np.ndarray, years: Sequence[int], breaks: Sequence[Break]) -> np.ndarray:
    """Return histories as they would be without the shocks, at today's level, (series, year) float.

    A transitory year of unknown size becomes NaN (bridged by its neighbours, or forecast when it is the last one); one
    of known size is divided by it. A lasting shock rescales the years before it, so that the growth into its year is
    the series' median growth (size unknown) or free of the given size. Years that are zero or negative are not
    rescaled.

    ``amounts``: (series, year) float, NaN where unknown.
    ``years``: (year,) sequence of int.
    ``breaks``: those outside ``years`` change nothing here.

    Examples
    --------
    >>> plain = np.array([[100.0, 110, 80, 133.1, 146.41]])
    >>> without_breaks(plain, range(2018, 2023), [Break(2020, Reading.TRANSITORY)]).tolist()
    [[100.0, 110.0, nan, 133.1, 146.41]]
    >>> level = np.array([[100.0, 110, 60.5, 66.55]])
    >>> without_breaks(level, range(2018, 2022), [Break(2020, Reading.LASTING)]).round(2).tolist()
    [[50.0, 55.0, 60.5, 66.55]]
    """
    found = np.array(amounts, dtype=float)
    for one in sorted(breaks, key=lambda entry: entry.year):
        if one.year not in years:
            continue
        column = list(years).index(one.year)
        rows = np.arange(len(found)) if one.series is None else np.array([one.series])
        if one.reading is Reading.TRANSITORY:
            known = np.nan if one.effect is None else found[rows, column] / np.exp(one.effect)
            # A series must keep two years to be carried forward.
            enough = np.isfinite(found[rows]).sum(axis=1) > 2
            found[rows[enough], column] = known if np.isscalar(known) else np.asarray(known)[enough]
        elif column:
            found[rows, :column] *= _rescaling(found[rows], column, one.effect)[:, None]
    return found


def shocks_ahead(years: Sequence[int], series: int, breaks: Sequence[Break]) -> np.ndarray:
    """Return the factors of known shocks to come, shape (series, year); ones where nothing is known.

    Examples
    --------
    >>> shocks_ahead((2026, 2027), 1, [Break(2027, Reading.LASTING, effect=float(np.log(0.9)))]).round(6).tolist()
    [[1.0, 0.9]]
    """
    factors = np.ones((series, len(years)))
    for one in breaks:
        if one.year not in years or one.effect is None:
            continue
        column = list(years).index(one.year)
        rows = slice(None) if one.series is None else slice(one.series, one.series + 1)
        last = column + 1 if one.reading is Reading.TRANSITORY else len(years)
        factors[rows, column:last] *= np.exp(one.effect)
    return factors


def _rescaling(amounts: np.ndarray, column: int, effect: float | None) -> np.ndarray:
    if effect is not None:
        return np.full(len(amounts), np.exp(effect))
    factors = np.ones(len(amounts))
    for row, history in enumerate(amounts):
        with np.errstate(divide="ignore", invalid="ignore"):
            growth = np.diff(np.log(np.where(history > 0, history, np.nan)))
        others = np.delete(growth, column - 1)
        others = others[np.isfinite(others)]
        if np.isfinite(growth[column - 1]):
            usual = float(np.median(others)) if len(others) else 0.0
            factors[row] = np.exp(growth[column - 1] - usual)
    return factors
