"""Revenue items forecast by structure: taxes with a known base, taxes on other taxes, key taxpayers apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.revenue.shares import total_collected
from fiscal_model.blocks.revenue.derived_taxes import DERIVED, VAT, DerivedTax, derived_paths, derived_taxes
from fiscal_model.blocks.revenue.retained import TaxBooks
from fiscal_model.blocks.revenue.tax_bases import BasePath, base_paths
from fiscal_model.blocks.revenue.taxpayers import METHOD, KeyTaxpayers, key_taxpayers
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import Assumption
from fiscal_model.law.classification import label_of
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import Budget

WORKING_COLUMNS = (
    "code",
    "label",
    "part",
    "year",
    "base",
    "unit",
    "growth",
    "effective_rate",
    "collection",
    "gross",
    "share",
    "income",
    "method",
)


@dataclass(frozen=True)
class StructuralItems:
    """What structure says about own revenue. Money is 万元."""

    base_year: int
    years: tuple[int, ...]
    # mapping of str to (year,) float: whole items: taxes with a known base, key taxpayers included; after
    # `with_derived` derived taxes too
    paths: Mapping[str, np.ndarray]
    # Columns `WORKING_COLUMNS`, one row a part of an item and year, base year first; the ``income`` of an item's parts
    # adds up to its path. NaN where a part has no base.
    workings: pd.DataFrame
    taxpayer_past: Mapping[str, pd.Series]  # Key taxpayers of the other items, by year up to the base year
    taxpayer_ahead: Mapping[str, np.ndarray]  # mapping of str to (year,) float: the same firms in the plan years
    derived: tuple[DerivedTax, ...]  # Taxes that wait for the path of VAT
    cautions: tuple[Caution, ...]


def structural_items(
    place: Place, history: History, base_year: int, years: tuple[int, ...], assumed: Mapping[str, Assumption]
) -> StructuralItems:
    """Forecast what the tax registers carry; without them nothing is forecast by structure.

    ``assumed``: from `scenario.assumptions_of`; ``gdp_growth`` and ``urban_maintenance_rate`` matter.

    Examples
    --------
    >>> from fiscal_model.inputs.history import read_history
    >>> import fiscal_model as fm
    >>> from fiscal_model.inputs.scenario import defaults
    >>> place = fm.read_place("data/places/yunshui")
    >>> found = structural_items(place, read_history(place), 2025, (2026, 2027, 2028), defaults())
    >>> sorted(found.paths), [tax.code for tax in found.derived]
    (['10107', '10110', '10112'], ['10109', '1030203', '1030216'])
    >>> found.taxpayer_ahead["10104"].tolist()
    [150.0, 70.0, 70.0]
    """
    books = TaxBooks(place, history, base_year, years)
    firms = key_taxpayers(books)
    bases, cautions = base_paths(books, assumed["gdp_growth"].path(years), firms.past)
    elsewhere = _carrying(bases, firms)
    derived = derived_taxes(books, assumed, elsewhere)
    paths = _whole_paths(bases, firms)
    others = [code for code in firms.past if code not in paths]
    return StructuralItems(
        base_year,
        years,
        paths,
        _workings(bases, firms, (base_year, *years)),
        {code: firms.past[code] for code in others},
        {code: firms.ahead[code] for code in others},
        derived,
        (*firms.cautions, *cautions, *_unverified(bases, derived)),
    )


def rest_of_items(items: pd.DataFrame, structural: StructuralItems) -> pd.DataFrame:
    """Return the items without what is forecast apart: key taxpayers, and derived taxes inside a larger item.

    Of the same shape and never below zero; items with a path of their own stay whole.

    ``items``: index year, columns official codes, 万元.
    """
    rest = items.copy()
    apart = [*structural.taxpayer_past.items(), *((tax.item, tax.past) for tax in structural.derived)]
    for code, past in apart:
        if code in rest.columns and len(past):
            rest[code] = (rest[code] - past.reindex(rest.index).fillna(0.0)).clip(lower=0.0)
    return rest


def rest_of_total(total: pd.Series, items: pd.DataFrame, structural: StructuralItems) -> pd.Series:
    """Return the total without what is forecast apart, also in years whose items nobody listed.

    In years without items the total keeps the share of the nearest year with items, so that no step arises.

    ``total``: own revenue by year, 万元.
    ``items``: index year, columns official codes, 万元.

    Examples
    --------
    >>> from fiscal_model.inputs.history import read_history
    >>> import fiscal_model as fm
    >>> from fiscal_model.inputs.scenario import defaults
    >>> place = fm.read_place("data/places/yunshui")
    >>> history = read_history(place)
    >>> found = structural_items(place, history, 2025, (2026, 2027, 2028), defaults())
    >>> items = history.codes[Budget.GENERAL][["10101", "10302"]]
    >>> rest_of_total(items.sum(axis=1), items, found)[2025].item()
    8310.0
    """
    whole = items.sum(axis=1, min_count=1)
    share = (rest_of_items(items, structural).sum(axis=1, min_count=1) / whole).where(whole > 0)
    return total * share.reindex(total.index).ffill().bfill().fillna(1.0)


def whole_items(rest: np.ndarray, codes: tuple[str, ...], structural: StructuralItems) -> np.ndarray:
    """Return whole items from the forecast of their rest: taxpayers put back, known bases and derived taxes in place.

    ``rest``: (..., year, item) float, forecast of what `rest_of_items` left, 万元.
    ``codes``: official code of each item.
    Returns (..., year, item) float.
    """
    whole = np.array(rest, dtype=float)
    place_of = {code: position for position, code in enumerate(codes)}
    for code, amounts in structural.taxpayer_ahead.items():
        if code in place_of:
            whole[..., place_of[code]] += amounts
    for code, path in structural.paths.items():
        if code in place_of:
            whole[..., place_of[code]] = path
    if VAT in place_of:
        for tax, amounts in derived_paths(structural.derived, whole[..., place_of[VAT]]).items():
            item = DERIVED[tax]
            if item in place_of and item == tax:
                whole[..., place_of[item]] = amounts
            elif item in place_of:
                whole[..., place_of[item]] += amounts
    return whole


def with_derived(structural: StructuralItems, vat: np.ndarray) -> StructuralItems:
    """Complete paths and workings with the derived taxes, once the plan's VAT is known.

    ``derived`` stays, so that other futures may still follow their own VAT.

    ``vat``: (year,) float, VAT of the plan, 万元.
    """
    paths = dict(structural.paths)
    rows = [structural.workings] if len(structural.workings) else []
    for tax in structural.derived:
        amounts = derived_paths((tax,), vat)[tax.code]
        if tax.item == tax.code:
            paths[tax.code] = amounts
        booked = np.concatenate([[tax.vat_now], vat])
        base = total_collected(booked, tax.vat_share) * (1 + tax.consumption_ratio)
        gross = base * tax.rate * tax.collection
        part = BasePath(
            tax.item,
            "增值税与消费税" if tax.item == tax.code else f"{tax.label}：增值税与消费税",
            "万元",
            base,
            np.concatenate([[np.nan], divided(base[1:], base[:-1]) - 1]),
            tax.rate,
            tax.collection,
            tax.share,
            gross * tax.share,
            True,
            tax.method,
            tax.quality,
        )
        rows.append(_rows_of(part, (structural.base_year, *structural.years)))
    workings = pd.concat(rows, ignore_index=True) if rows else structural.workings
    return replace(structural, paths=paths, workings=workings)


def _carrying(bases: tuple[BasePath, ...], firms: KeyTaxpayers) -> frozenset[str]:
    """Codes with a base or a firm of their own, and derived taxes inside an item with a base: a derived tax would
    count them twice, because the VAT of a firm carries its part of it already."""
    based = {path.code for path in bases}
    inside = {code for code, item in DERIVED.items() if item in based}
    return frozenset(based | inside | set(firms.past) - {"10302"})


def _whole_paths(bases: tuple[BasePath, ...], firms: KeyTaxpayers) -> dict[str, np.ndarray]:
    paths: dict[str, np.ndarray] = {}
    for path in bases:
        paths[path.code] = paths.get(path.code, 0.0) + path.income[1:]
    return {code: amounts + firms.ahead.get(code, 0.0) for code, amounts in paths.items()}


def _workings(bases: tuple[BasePath, ...], firms: KeyTaxpayers, calendar: tuple[int, ...]) -> pd.DataFrame:
    rows = [_rows_of(path, calendar) for path in bases]
    nothing = np.full(len(calendar), np.nan)
    for code, firm, amounts in firms.firms:
        part = BasePath(code, firm, "", nothing, nothing, nothing, nothing, nothing, amounts, True, METHOD, "observed")
        rows.append(_rows_of(part, calendar))
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(WORKING_COLUMNS))


def _rows_of(path: BasePath, calendar: tuple[int, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": path.code,
            "label": label_of(Budget.GENERAL, path.code),
            "part": path.name,
            "year": calendar,
            "base": path.base,
            "unit": path.unit,
            "growth": path.growth,
            "effective_rate": path.rate,
            "collection": path.collection,
            "gross": path.base * path.rate * path.collection,
            "share": path.share,
            "income": path.income,
            "method": path.method,
        }
    )


def _unverified(bases: tuple[BasePath, ...], derived: tuple[DerivedTax, ...]) -> list[Caution]:
    """Say which results rest on shares or rates that nobody confirmed for this place."""
    found = []
    codes = dict.fromkeys(path.code for path in bases if path.quality == "unverified")
    codes |= dict.fromkeys([VAT for tax in derived if tax.quality == "unverified"][:1])
    if codes:
        labels = "、".join(label_of(Budget.GENERAL, code) for code in codes)
        text = f"{labels}的分成比例取自分成表，是否适用于本地未经核实；填 collections 表可据实推算"
        found.append(Caution("shares_unverified", "税基台账", text))
    rates = [tax.label for tax in derived if "未经核实" in tax.method]
    if rates:
        text = f"{'、'.join(rates)}的费率未经核实，征收率按近三年内有数年份的实际入库推算"
        found.append(Caution("derived_rates_unverified", "附加税费", text))
    return found
