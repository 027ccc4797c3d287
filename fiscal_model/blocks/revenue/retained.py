"""Which share of a tax stays with a place: from what was really collected there, else from the dated table of shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided
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
    """The share of a tax that a place books, fractions of all that is collected there."""

    past: np.ndarray  # (WINDOW,) float: the last years up to the base year; NaN where the table is silent
    ahead: np.ndarray  # (year,) float: plan years
    split: bool  # False: only the localities' part as a whole is known, not the place's own
    basis: str  # Where it comes from, in Chinese, as printed
    quality: str  # A key of `scenario.QUALITIES`; a table read off another county is ``unverified`` here


@dataclass(frozen=True)
class TaxBooks:
    """What a place's taxes are measured on: the books, the register of collections, the tables of shares."""

    place: Place
    history: History
    base_year: int
    years: tuple[int, ...]

    @property
    def window(self) -> tuple[int, ...]:
        """Years that shares and rates are measured on."""
        return tuple(range(self.base_year - WINDOW + 1, self.base_year + 1))

    def known(self, table: str) -> pd.DataFrame:
        """Return a register with a column ``year`` without what became a fact after the base year.

        A plan made back then cannot know it: years up to the base year stay, and years that are still ahead today.
        """
        rows = self.place.rows(table)
        return rows[(rows["year"] <= self.base_year) | (rows["year"] > self.history.last_year)]

    def booked(self, code: str) -> np.ndarray:
        """Return what was booked under a code of the general budget in the window, 万元; NaN where unknown."""
        codes = self.history.codes[Budget.GENERAL]
        if code not in codes.columns:
            return np.full(WINDOW, np.nan)
        return codes[code].reindex(list(self.window)).to_numpy(dtype=float)

    def collected(self, code: str) -> np.ndarray:
        """Return what all levels collected of a tax in the window, 万元; NaN where the register does not say."""
        rows = self.place.rows("collections")
        rows = rows[rows["code"] == code]
        amounts = pd.Series(rows["amount"].to_numpy(dtype=float), index=rows["year"].to_numpy(dtype=int))
        return amounts.reindex(list(self.window)).to_numpy(dtype=float)

    def retained_share(self, code: str) -> Retained | None:
        """Return the share of a tax that the place keeps.

        Measured on the register of collections where it has one of the last years, and then moved by what the table of
        shares changes in the plan years; else the table's. None when the tax stands in neither.
        """
        periods = shares_of(self.place.province, code)
        listed, split = _listed(self.place.level, periods, (*self.window, *self.years))
        booked, collected = self.booked(code), self.collected(code)
        measured = float(recent_ratio(booked, collected))
        if np.isfinite(measured):
            known = divided(booked, collected, measured)
            known = np.where(np.isnan(known), measured, known)
            ahead = np.clip(measured * _moved(listed), 0.0, 1.0)
            return Retained(known, ahead, True, "据全口径征收数推算", "observed")
        if not np.isfinite(listed).any():
            return None
        in_force = periods[-1]
        text = f"{in_force.jurisdiction}分成表{'' if split else '的地方部分'}"
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
