"""Key taxpayers: what each firm paid is taken out of its item, what it will pay is put back year by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.bases import held, taxpayer_past
from fiscal_model.blocks.revenue.retained import TaxBooks
from fiscal_model.law.classification import label_of
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import Budget

METHOD = "重点税源逐户填报"


@dataclass(frozen=True)
class KeyTaxpayers:
    """What the registered firms pay, by revenue item, 万元."""

    # Official code to yearly amounts up to the base year, every year the item has; at most the item itself
    past: Mapping[str, pd.Series]
    ahead: Mapping[str, np.ndarray]  # mapping of str to (year,) float: official code to plan years
    # tuple of (str, str, (1 + year,) float): code, firm, its amount in the base year and the plan years
    firms: tuple[tuple[str, str, np.ndarray], ...]
    cautions: tuple[Caution, ...]


def key_taxpayers(books: TaxBooks) -> KeyTaxpayers:
    """Draw past and future payments of the registered firms.

    Past years that are not given: between given ones on a straight line, before them the same share of the item. Plan
    years that are not given keep the last given amount.
    """
    rows, base_year, years = _known_firms(books), books.base_year, books.years
    past: dict[str, pd.Series] = {}
    ahead: dict[str, np.ndarray] = {}
    firms: list[tuple[str, str, np.ndarray]] = []
    cautions: list[Caution] = []
    for code in sorted(set(rows["code"])):
        item = _item(books, code)
        label = label_of(Budget.GENERAL, code)
        if not len(item):
            text = f"{label}没有{base_year}年入库数，该税种的重点税源未计入"
            cautions.append(Caution("taxpayers_without_item", "重点税源", text))
            continue
        calendar = (*item.index, *years)
        given = _given(rows[rows["code"] == code], calendar)
        paid = taxpayer_past(given.to_numpy(dtype=float)[:, : len(item)], item.to_numpy(dtype=float))
        expected = held(np.hstack([paid[:, -1:], given.to_numpy(dtype=float)[:, len(item) :]]))
        known = item.notna().to_numpy()
        total = np.minimum(paid.sum(axis=0), np.nan_to_num(item.to_numpy(dtype=float)))
        past[code] = pd.Series(total, index=item.index)[known]
        ahead[code] = expected[:, 1:].sum(axis=0)
        firms += [(code, str(firm), expected[number]) for number, firm in enumerate(given.index)]
        fresh = given.index[given.iloc[:, : len(item)].isna().all(axis=1).to_numpy()]
        cautions += [
            Caution("taxpayer_without_past", "重点税源", f"{firm}没有{base_year}年及以前的{label}，按新投产计入")
            for firm in fresh
        ]
    return KeyTaxpayers(past, ahead, tuple(firms), tuple(cautions))


def _known_firms(books: TaxBooks) -> pd.DataFrame:
    """Leave out firms that were first listed between the base year and today: nobody knows what they paid before."""
    rows = books.known("taxpayers")
    first = books.place.rows("taxpayers").groupby(["firm", "code"])["year"].transform("min")[rows.index]
    return rows[(first <= books.base_year) | (first > books.history.last_year)]


def _item(books: TaxBooks, code: str) -> pd.Series:
    """The item over every calendar year up to the base year, NaN where unknown; empty when the base year is."""
    codes = books.history.codes[Budget.GENERAL]
    if not np.isfinite(books.booked(code)[-1]):
        return pd.Series(dtype=float)
    first = int(codes[code].dropna().index.min())
    return codes[code].reindex(range(first, books.base_year + 1)).astype(float)


def _given(rows: pd.DataFrame, calendar: tuple[int, ...]) -> pd.DataFrame:
    """Firm by year, NaN where not given; firms in alphabetical order, so that sums do not hang on the order of rows."""
    wide = rows.pivot(index="firm", columns="year", values="amount").sort_index()
    return wide.reindex(columns=list(calendar)).astype(float)
