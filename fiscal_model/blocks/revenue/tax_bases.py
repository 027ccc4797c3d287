"""Taxes forecast from what they are levied on: base times effective rate, collection and retained share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.revenue.bases import carried_base, effective_rate, held, structural_revenue
from fiscal_model.blocks.revenue.retained import WINDOW, Retained, TaxBooks
from fiscal_model.law.classification import label_of
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import QUANTITIES, Budget

FARTHEST_OFF = 0.1
"""How far base times given rate may miss the booked figure of the base year before the reader is told."""


@dataclass(frozen=True)
class BasePath:
    """One base of a tax, arrays of shape (1 + year,): the base year, then the plan years."""

    # code, name, unit: official code, name of the base, its unit as printed
    code: str
    name: str
    unit: str
    base: np.ndarray  # (1 + year,) float: 万元 or 万 units
    growth: np.ndarray  # (1 + year,) float: growth from the year before
    # rate, collection, share: (1 + year,) float; the rate is a fraction or yuan a unit, the others fractions
    rate: np.ndarray
    collection: np.ndarray
    share: np.ndarray
    income: np.ndarray  # (1 + year,) float: 万元
    rated: bool
    method: str  # As printed
    quality: str  # Of the retained share, a key of `scenario.QUALITIES`


@dataclass(frozen=True)
class _Given:
    """What the register says of one base, over the measuring years and the plan years."""

    name: str
    quantity: bool
    unit: str
    base: np.ndarray
    growth: np.ndarray
    rate: np.ndarray
    collection: np.ndarray


def base_paths(
    books: TaxBooks, gdp_growth: np.ndarray, apart: Mapping[str, pd.Series]
) -> tuple[tuple[BasePath, ...], tuple[Caution, ...]]:
    """Carry every tax forward whose base is registered, (tuple of BasePath, tuple of Caution).

    A tax whose base year, share or rate is unknown is left out and named in a caution.

    ``gdp_growth``: (year,) float, growth of a base in money whose own is not given; quantities then stay level.
    ``apart``: what key taxpayers paid, by code: a rate read off the books leaves them out.
    """
    rows = books.known("tax_bases")
    paths: list[BasePath] = []
    cautions: list[Caution] = []
    for code in sorted(set(rows["code"])):
        found = _of_one_tax(books, gdp_growth, apart, rows[rows["code"] == code], code)
        if isinstance(found, str):
            label = label_of(Budget.GENERAL, code)
            cautions.append(Caution("base_unused", "税基台账", f"{label}{found}，未按税基测算"))
            continue
        paths += found
        cautions += _far_off(found, books)
    return tuple(paths), tuple(cautions)


def _of_one_tax(
    books: TaxBooks, gdp_growth: np.ndarray, apart: Mapping[str, pd.Series], rows: pd.DataFrame, code: str
) -> list[BasePath] | str:
    """The bases of one tax, or why they cannot be used."""
    window, base_year = books.window, books.base_year
    booked, kept = books.booked(code), books.retained_share(code)
    if not np.isfinite(booked[-1]):
        return f"没有{base_year}年入库数"
    if kept is None:
        return "的分成比例未知（请填 collections 表）"
    given = [
        _given(part.sort_values("year"), str(name), (*window, *books.years), gdp_growth)
        for name, part in rows.groupby("base", sort=True)
    ]
    if not all(np.isfinite(each.base[WINDOW - 1]) for each in given):
        return f"的税基没有{base_year}年及以前的数"
    rated = all(np.isfinite(each.rate).all() for each in given)
    if rated and not kept.split:
        return "填了税率，但省、市、县分成比例未知（请填 collections 表）"
    if not rated and len({each.quantity for each in given}) > 1:
        return "的税基既有金额又有数量，须填有效税率"
    share = np.concatenate([kept.past, kept.ahead])
    if not rated:
        rest = booked - apart[code].reindex(list(window)).to_numpy(dtype=float) if code in apart else booked
        due = np.sum([each.base * each.collection for each in given], axis=0)[:WINDOW]
        rate = float(effective_rate(rest, due, np.ones(WINDOW), kept.past))
        if not np.isfinite(rate):
            return "近三年内有数年份的入库数与税基对不上，有效税率推算不出"
        measured = np.full(len(share), rate)
        actual = float(effective_rate(rest[-1:], due[-1:], np.ones(1), share[WINDOW - 1 : WINDOW]))
        measured[WINDOW - 1] = actual if np.isfinite(actual) else rate
    return [_path(code, each, each.rate if rated else measured, share, kept, rated) for each in given]


def _given(rows: pd.DataFrame, name: str, calendar: tuple[int, ...], gdp_growth: np.ndarray) -> _Given:
    """Lay the rows of one base on the years; rates and growth hold from their row on."""
    first, unit = min(int(rows["year"].min()), calendar[0]), rows["unit"].iloc[0]
    full = range(first, calendar[-1] + 1)
    by_year = rows.set_index("year")
    amount, rate, collection, growth = (
        by_year[column].astype(float).reindex(full).to_numpy()
        for column in ("amount", "effective_rate", "collection_rate", "growth")
    )
    quantity = unit in QUANTITIES
    usual = np.zeros(len(full))
    if not quantity:
        usual += gdp_growth[0]
        usual[len(full) - len(gdp_growth) :] = gdp_growth
    own = np.concatenate([[np.nan], held(growth)[:-1]])
    base = carried_base(amount, np.where(np.isnan(own), usual, own))
    before = np.concatenate([[np.nan], base[:-1]])
    grown = divided(base - before, before, np.nan)
    rates, collected = held(rate), held(collection)
    stated = rate[np.isfinite(rate)]
    rates = np.where(np.isnan(rates), stated[0] if len(stated) else np.nan, rates)
    collected = np.where(np.isnan(collected), 1.0, collected)
    shown = _in_ten_thousands(unit) if quantity else "万元"
    last = -len(calendar)
    return _Given(name, quantity, shown, base[last:], grown[last:], rates[last:], collected[last:])


def _in_ten_thousands(unit: object) -> str:
    label = str(getattr(unit, "label", unit))
    return label if label.startswith("万") else f"万{label}"


def _path(code: str, given: _Given, rate: np.ndarray, share: np.ndarray, kept: Retained, rated: bool) -> BasePath:
    now = slice(WINDOW - 1, None)
    income = structural_revenue(given.base, rate, given.collection, share)
    mark = "（未经核实）" if kept.quality == "unverified" else ""
    source = "税率按填报" if rated else "有效税率为近三年内有数年份的实际平均"
    return BasePath(
        code=code,
        name=given.name,
        unit=given.unit,
        base=given.base[now],
        growth=given.growth[now],
        rate=rate[now],
        collection=given.collection[now],
        share=share[now],
        income=income[now],
        rated=rated,
        method=f"税基×有效税率×征收率×分成；{source}，分成{kept.basis}{mark}",
        quality=kept.quality,
    )


def _far_off(paths: list[BasePath], books: TaxBooks) -> list[Caution]:
    """A rate that is given need not give what was booked: then the forecast starts with a jump."""
    code = paths[0].code
    booked = float(books.booked(code)[-1])
    computed = float(sum(path.income[0] for path in paths))
    if not paths[0].rated or abs(computed - booked) <= FARTHEST_OFF * booked:
        return []
    text = (
        f"{label_of(Budget.GENERAL, code)}按税基和所填税率计算，{books.base_year}年应为 {computed:,.0f} 万元，"
        f"实际入库 {booked:,.0f} 万元，请核对税率或征收率"
    )
    return [Caution("base_far_from_books", "税基台账", text)]
