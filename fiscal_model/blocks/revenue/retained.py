"""Which share of a tax stays with a place: from what was really collected there, else from the dated table of shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.shares import recent_ratio, share_in_year
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.tax_sharing import NATION, SharePeriod, dates_of, shares_of
from fiscal_model.words.vocabulary import Budget

WINDOW = 3
"""Years that a share, a rate or a collection is measured on."""
COUNTY, PREFECTURE = "county", "prefecture"
_OWN_LEVELS = {COUNTY: ("county",), PREFECTURE: ("city", "county")}
_VERIFIED = {"law", "official"}


@dataclass(frozen=True)
class Retained:
    """The share of a tax that a place books, fractions of all that is collected there.

    Parameters
    ----------
    past : (WINDOW,) float
        The last years up to the base year; NaN where the table is silent.
    ahead : (year,) float
        Plan years.
    split : bool
        False: only the localities' part as a whole is known, not the place's own.
    basis : str
        Where it comes from, in Chinese, as printed.
    quality : str
        A key of `scenario.QUALITIES`; a table read off another county is ``unverified`` here.
    """

    past: np.ndarray
    ahead: np.ndarray
    split: bool
    basis: str
    quality: str


def window_of(base_year: int) -> tuple[int, ...]:
    """Return the years that shares and rates are measured on.

    Examples
    --------
    >>> window_of(2025)
    (2023, 2024, 2025)
    """
    return tuple(range(base_year - WINDOW + 1, base_year + 1))


def booked_in(history: History, code: str, years: tuple[int, ...]) -> np.ndarray:
    """Return what was booked under a code of the general budget, 万元, shape (year,); NaN where unknown."""
    codes = history.codes[Budget.GENERAL]
    if code not in codes.columns:
        return np.full(len(years), np.nan)
    return codes[code].reindex(list(years)).to_numpy(dtype=float)


def collected_in(place: Place, code: str, years: tuple[int, ...]) -> np.ndarray:
    """Return what all levels collected of a tax, 万元, shape (year,); NaN where the register does not say."""
    rows = place.rows("collections")
    rows = rows[rows["code"] == code]
    amounts = pd.Series(rows["amount"].to_numpy(dtype=float), index=rows["year"].to_numpy(dtype=int))
    return amounts.reindex(list(years)).to_numpy(dtype=float)


def known_then(rows: pd.DataFrame, history: History, base_year: int) -> pd.DataFrame:
    """Return a register's rows without what became a fact after the base year: a plan made back then cannot know it.

    Parameters
    ----------
    rows : DataFrame
        With a column ``year``.
    history : History
    base_year : int

    Returns
    -------
    DataFrame
        Years up to the base year, and years that are still ahead today.
    """
    return rows[(rows["year"] <= base_year) | (rows["year"] > history.last_year)]


def retained_share(
    place: Place, history: History, base_year: int, years: tuple[int, ...], code: str
) -> Retained | None:
    """Return the share of a tax that a place keeps.

    Parameters
    ----------
    place : Place
    history : History
    base_year : int
    years : tuple of int
        Plan years.
    code : str
        Official code.

    Returns
    -------
    Retained or None
        Measured on the register of collections where it has one of the last years, and then moved by what the table
        of shares changes in the plan years; else the table's. None when the tax stands in neither.
    """
    window = window_of(base_year)
    periods = shares_of(place.province, code)
    listed, split = _listed(place.level, periods, (*window, *years))
    booked, collected = booked_in(history, code, window), collected_in(place, code, window)
    measured = float(recent_ratio(booked, collected))
    if np.isfinite(measured):
        known = np.divide(booked, collected, out=np.full(WINDOW, measured), where=np.nan_to_num(collected) > 0)
        known = np.where(np.isnan(known), measured, known)
        ahead = np.clip(measured * _moved(listed), 0.0, 1.0)
        return Retained(known, ahead, True, "据全口径征收数推算", "observed")
    if not np.isfinite(listed).any():
        return None
    basis = periods[-1].jurisdiction
    text = f"{basis}分成表" if split else f"{basis}分成表的地方部分"
    in_force = periods[-1]
    verified = in_force.quality in _VERIFIED
    return Retained(listed[:WINDOW], listed[WINDOW:], split, text, in_force.quality if verified else "unverified")


def _listed(level: str, periods: tuple[SharePeriod, ...], years: tuple[int, ...]) -> tuple[np.ndarray, bool]:
    if not periods:
        return np.full(len(years), np.nan), False
    starts, ends = dates_of(periods)
    own = np.array([[getattr(period, name) for period in periods] for name in _OWN_LEVELS[level]]).sum(axis=0)
    split = bool(np.isfinite(own).all()) and periods[-1].jurisdiction != NATION
    shares = own if split else np.array([period.local for period in periods])
    return share_in_year(starts, ends, shares, years), split


def _moved(listed: np.ndarray) -> np.ndarray:
    """How the table's share of each plan year stands to that of the base year."""
    base, ahead = listed[WINDOW - 1], listed[WINDOW:]
    known = np.isfinite(ahead) & bool(np.isfinite(base) and base > 0)
    return np.divide(ahead, base, out=np.ones(len(ahead)), where=known)
