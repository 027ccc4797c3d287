"""Registers against the books: guarantee items against class totals (V11, V12), tax registers against the ledger (V21)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fiscal_model.blocks.guarantees.standards import standards_of
from fiscal_model.inputs.found import CAUTION, FAULT, Look, looked_at, row_of, tolerance
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import label_of
from fiscal_model.words.vocabulary import Budget, GuaranteeClass


def base_needs(place: Place) -> pd.Series:
    """Return the need of each item in the register's own year, by the local standard where there is one, 万元."""
    items = place.rows("guarantee_items")
    if not len(items):
        return pd.Series(dtype=float)
    laid = standards_of(place, int(items["year"].max()), ())
    standard = laid.national[0] + laid.local_extra[0]
    return items["persons"] * standard * items["periods"] * items["coverage"] * 1e-4


def item_sums(place: Place, history: History) -> Iterator[Look]:
    """Hold the items of living needs, added up, against the class total that was published for their year.

    Only living needs consist of items alone; salaries and running costs also come from the staff register.
    """
    items = place.rows("guarantee_items")
    if not len(items):
        return
    living = (items["guarantee"] == GuaranteeClass.LIVING).to_numpy(dtype=bool)
    year, added = int(items["year"].max()), float(base_needs(place)[living].sum())
    published = history.value("guarantee_living", year)
    if living.any() and np.isfinite(published):
        text = f"{year}年三保项目清单中保基本民生各项相加 {added:,.2f}，公布的分类数 {published:,.2f} 万元"
        yield CAUTION, text if abs(added - published) > tolerance(int(living.sum())) else ""


@looked_at
def tax_registers_fit(place: Place, history: History) -> Iterator[Look]:
    """V21: no year's key taxpayers exceed their item, and no item exceeds what all levels collected of it."""
    firms, collected = (
        place.rows(table).groupby(["code", "year"])["amount"].sum() for table in ("taxpayers", "collections")
    )
    for code, year, listed, booked in _beside(firms, history):
        text = f"{year}年{label_of(Budget.GENERAL, code)}：重点税源合计 {listed:,.2f} 万元，大于本级入库 {booked:,.2f} 万元"
        yield FAULT, text if listed > booked + tolerance(2) else "", row_of("taxpayers", code=code, year=year)
    for code, year, whole, booked in _beside(collected, history):
        text = (
            f"{year}年{label_of(Budget.GENERAL, code)}：本级入库 {booked:,.2f} 万元，大于全口径征收 {whole:,.2f} 万元"
        )
        yield FAULT, text if booked > whole + tolerance(2) else "", row_of("collections", code=code, year=year)


def _beside(amounts: pd.Series, history: History) -> Iterator[tuple[str, int, float, float]]:
    """Each registered amount beside the booked one, where the ledger has it."""
    codes = history.codes[Budget.GENERAL]
    for (code, year), amount in amounts.items():  # type: ignore[misc]
        booked = codes.at[year, code] if code in codes.columns and year in codes.index else np.nan
        if np.isfinite(booked):
            yield str(code), int(year), float(amount), float(booked)
