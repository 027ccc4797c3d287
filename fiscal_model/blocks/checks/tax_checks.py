"""Check V21: what the tax registers say fits what the ledger books."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fiscal_model.inputs.found import Found, tolerance
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import label_of
from fiscal_model.words.vocabulary import Budget


def tax_registers_fit(place: Place, history: History) -> Found:
    """V21: no year's key taxpayers exceed their item, and no item exceeds what all levels collected of it."""
    looked_at, faults = 0, []
    firms = place.rows("taxpayers").groupby(["code", "year"])["amount"].sum()
    for code, year, listed, booked in _beside(firms, history):
        looked_at += 1
        if listed > booked + tolerance(2):
            faults.append(
                f"{year}年{label_of(Budget.GENERAL, code)}：重点税源合计 {listed:,.2f} 万元，大于本级入库 {booked:,.2f} 万元"
            )
    collected = place.rows("collections").groupby(["code", "year"])["amount"].sum()
    for code, year, whole, booked in _beside(collected, history):
        looked_at += 1
        if booked > whole + tolerance(2):
            faults.append(
                f"{year}年{label_of(Budget.GENERAL, code)}：本级入库 {booked:,.2f} 万元，大于全口径征收 {whole:,.2f} 万元"
            )
    return Found(looked_at, tuple(faults))


def _beside(amounts: pd.Series, history: History) -> Iterator[tuple[str, int, float, float]]:
    """Each registered amount beside the booked one, where the ledger has it."""
    codes = history.codes[Budget.GENERAL]
    for (code, year), amount in amounts.items():  # type: ignore[misc]
        booked = codes.at[year, code] if code in codes.columns and year in codes.index else np.nan
        if np.isfinite(booked):
            yield str(code), int(year), float(amount), float(booked)
