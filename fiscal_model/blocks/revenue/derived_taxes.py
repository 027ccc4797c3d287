"""Taxes levied on VAT and consumption tax: urban maintenance tax and the education surcharges follow the VAT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.bases import derived_tax, taxpayer_past
from fiscal_model.arithmetic.revenue.shares import recent_ratio, share_in_year, total_collected
from fiscal_model.blocks.revenue.retained import WINDOW, Retained, TaxBooks
from fiscal_model.inputs.history import History
from fiscal_model.inputs.scenario import Assumption
from fiscal_model.law.tax_sharing import dates_of, rates_of
from fiscal_model.words.vocabulary import Budget

VAT, CONSUMPTION_TAX, URBAN_MAINTENANCE = "10101", "10102", "10109"
DERIVED = {URBAN_MAINTENANCE: URBAN_MAINTENANCE, "1030203": "10302", "1030216": "10302"}
"""Taxes levied on VAT and consumption tax, and the revenue item each is booked in."""


@dataclass(frozen=True)
class DerivedTax:
    """A tax on VAT and consumption tax, ready to follow a path of VAT."""

    # code, item, label: official code, the five-digit item it is booked in, Chinese name
    code: str
    item: str
    label: str
    vat_now: float  # VAT booked in the base year, 万元
    vat_share: np.ndarray  # (1 + year,) float: the place's fraction of all VAT, base year first
    consumption_ratio: float  # Consumption tax over VAT, all levels, mean of the last years
    rate: np.ndarray  # (1 + year,) float: statutory rate
    collection: np.ndarray  # (1 + year,) float: booked over due, the base year's own, then the mean of the last years
    share: np.ndarray  # (1 + year,) float: the place's fraction
    past: pd.Series  # What it brought in every year of its item; empty when it is the whole item
    method: str  # As printed
    quality: str  # Of the share of VAT, a key of `scenario.QUALITIES`


def derived_taxes(
    books: TaxBooks, assumed: Mapping[str, Assumption], elsewhere: frozenset[str]
) -> tuple[DerivedTax, ...]:
    """Return the taxes on VAT whose past the ledger shows.

    Empty without a register of bases or collections: a plan without registers stays as it is. Empty too where the
    place's share of VAT is not known.

    ``assumed``: ``urban_maintenance_rate`` matters.
    ``elsewhere``: codes forecast otherwise: a tax with a base or key taxpayers of its own is not derived.
    """
    place, kept = books.place, books.retained_share(VAT)
    if kept is None or not kept.split or not (place.has("collections") or place.has("tax_bases")):
        return ()
    vat, collected = books.booked(VAT), books.collected(VAT)
    total = np.where(np.isfinite(collected), collected, total_collected(vat, kept.past))
    ratio = float(np.nan_to_num(recent_ratio(books.collected(CONSUMPTION_TAX), total)))
    vat_share = np.concatenate([kept.past, kept.ahead])[WINDOW - 1 :]
    found = []
    for code, item in DERIVED.items():
        booked = books.booked(code)
        known = np.isfinite([vat[-1], booked[-1], books.booked(item)[-1]]).all()
        if not known or code in elsewhere:
            continue
        rate, quality = _rates(assumed, code, books.window, books.years)
        share = _shares(books.retained_share(code), len(rate))
        due = total * (1 + ratio) * rate[:WINDOW] * share[:WINDOW]
        usual, now = float(recent_ratio(booked, due)), float(recent_ratio(booked[-1:], due[-1:]))
        if not np.isfinite([usual, *rate[WINDOW:]]).all():
            continue
        collection = np.full(1 + len(books.years), usual)
        collection[0] = now if np.isfinite(now) else usual
        mark = "（税率未经核实）" if quality == "unverified" else ""
        found.append(
            DerivedTax(
                code=code,
                item=item,
                label=rates_of(code)[0].label,
                vat_now=float(vat[-1]),
                vat_share=vat_share,
                consumption_ratio=ratio,
                rate=rate[WINDOW - 1 :],
                collection=collection,
                share=share[WINDOW - 1 :],
                past=_past_of(books.history, books.base_year, code, item),
                method=f"全口径增值税与消费税×税率×征收率×分成{mark}；征收率为近三年内有数年份的入库与应征之比",
                quality=kept.quality,
            )
        )
    return tuple(found)


def derived_paths(derived: tuple[DerivedTax, ...], vat: np.ndarray) -> dict[str, np.ndarray]:
    """Return the taxes on VAT that follow from a path of it: dict of str to (..., year) float. By official code, 万元.

    ``vat``: (..., year) float, VAT booked by the place in the plan years, 万元.
    """
    return {
        tax.code: derived_tax(
            vat, tax.vat_share[1:], np.asarray(tax.consumption_ratio), tax.rate[1:], tax.collection[1:], tax.share[1:]
        )
        for tax in derived
    }


def _rates(
    assumed: Mapping[str, Assumption], code: str, window: tuple[int, ...], years: tuple[int, ...]
) -> tuple[np.ndarray, str]:
    """Statutory rates over the measuring and the plan years, and how well they are founded."""
    if code == URBAN_MAINTENANCE:
        entry = assumed["urban_maintenance_rate"]
        level = np.full(len(window), float(entry.value))  # type: ignore[arg-type]
        return np.concatenate([level, entry.path(years)]), entry.quality
    periods = rates_of(code)
    starts, ends = dates_of(periods)
    rate = share_in_year(starts, ends, np.array([period.rate for period in periods]), (*window, *years))
    return rate, "unverified" if any(period.quality == "unverified" for period in periods) else "law"


def _shares(kept: Retained | None, count: int) -> np.ndarray:
    """The place's own share; where only the localities' is known, the collection measured on the books carries it."""
    if kept is None or not kept.split:
        return np.ones(count)
    share = np.concatenate([kept.past, kept.ahead])
    return np.where(np.isnan(share), 1.0, share)


def _past_of(history: History, base_year: int, code: str, item: str) -> pd.Series:
    if code == item:
        return pd.Series(dtype=float)
    codes = history.codes[Budget.GENERAL]
    whole = codes[item].dropna().loc[:base_year]
    full = range(int(whole.index.min()), base_year + 1)
    part = codes[code].reindex(full).to_numpy(dtype=float)
    paid = taxpayer_past(part, whole.reindex(full).to_numpy(dtype=float))
    return pd.Series(paid, index=full).reindex(whole.index)
