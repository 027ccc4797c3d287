"""Standards and shares of a place's guarantee items by year: its register, its dated changes, then the law's data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.arithmetic.spending.dated_steps import month_in_force
from fiscal_model.inputs.place import Place
from fiscal_model.law.guarantee_rows import LEVELS
from fiscal_model.law.guarantee_standards import (
    is_verified,
    law_of,
    shares_are_verified,
    shares_in_year,
    standard_in_year,
)
from fiscal_model.words.vocabulary import StandardPart


@dataclass(frozen=True)
class ItemStandards:
    """Standards and shares of the rows of ``guarantee_items``; row 0 of the arrays is the base year."""

    national: np.ndarray  # (year + 1, item) float: national standard, yuan a person and period of the register
    local_extra: np.ndarray  # (year + 1, item) float: what the local standard adds to it, zero where there is none
    # (year + 1, item, level) float: who pays the national part: centre, province, city, county; they add up to one
    shares: np.ndarray
    # law_standard, law_central: (item,) float, what the rule says of the base year, in the register's periods; NaN
    # without a rule or where it says nothing
    law_standard: np.ndarray
    law_central: np.ndarray
    by_law: np.ndarray  # (item,) bool: true where the law's data give a standard or shares for some plan year
    verified: np.ndarray  # (item,) bool: false where one of these was never checked
    local_unfounded: np.ndarray  # (item,) bool: a local standard that names neither a rule nor a document


@dataclass(frozen=True)
class _Item:
    """What concerns the standard and the shares of a row of the register; many rows agree in it."""

    rule: str
    standard: float
    step: float
    local: float | None
    factor: float
    shares: tuple[float, ...]
    changes: tuple[tuple[dt.date, float, str], ...]  # By date, each of a part


@lru_cache(maxsize=16)
def standards_of(place: Place, base_year: int, years: tuple[int, ...]) -> ItemStandards:
    """Work out the standards and shares of a place's guarantee items by year. In the order of the register's rows.

    Notes
    -----
    Base year: what the register says. Later years: a dated change of the register from its month on; else, with a rule,
    the law's standard; else the register's standard and yearly step. A step of the register also carries the law's last
    dated standard on, in place of the law's own step. The local extra stays the same in yuan until a dated change.
    """
    rows = place.rows("guarantee_items")
    span = (base_year, *years)
    changes = place.rows("standard_changes")
    dated: dict[str, list[tuple[dt.date, float, str]]] = {}
    for code, *each in zip(*(changes[name] for name in ("item_code", "effective", "standard", "part")), strict=True):
        dated.setdefault(code, []).append(tuple(each))
    items = [_item(row, dated.get(row["item_code"], ())) for row in rows.to_dict("records")]
    notes = [str(note or "").strip() for note in rows["note"]] if "note" in rows else [""] * len(items)
    kinds = {item: at for at, item in enumerate(dict.fromkeys(items))}
    of = np.array([kinds[item] for item in items], dtype=int)
    parts = [_paths(item, span) for item in kinds]
    national, extra = (np.array([part[side] for part in parts]).reshape(len(kinds), len(span)).T for side in (0, 1))
    shares = np.array([_shares(item, place.province, span) for item in kinds]).reshape(-1, len(span), len(LEVELS))
    law_central = [shares_in_year(item.rule, place.province, base_year)[0] if item.rule else np.nan for item in kinds]
    unsaid = [not item.rule and not note for item, note in zip(items, notes, strict=True)]
    return ItemStandards(
        national[:, of],
        extra[:, of],
        shares[of].swapaxes(0, 1),
        np.array([_law(item, base_year) for item in kinds], dtype=float)[of],
        np.array(law_central, dtype=float)[of],
        np.array([any(_used(item, place.province, years)) for item in kinds], dtype=bool)[of],
        np.array([_verified(item, place.province, years) for item in kinds], dtype=bool)[of],
        np.any(extra[:, of] > 0, axis=0) & np.array(unsaid, dtype=bool),
    )


def _item(row: Mapping[str, Any], changes: Sequence[tuple[dt.date, float, str]]) -> _Item:
    rule, local = str(row["rule"] or ""), row["local_standard"]
    periods = float(row["periods"])
    return _Item(
        rule,
        float(row["standard"]),
        float(row["standard_step"]),
        None if local is None or np.isnan(local) else float(local),
        law_of(rule)[-1].periods / periods if rule and periods else 1.0,
        tuple(float(row[f"{level}_share"]) for level in LEVELS),
        tuple(sorted((day, float(amount), of) for day, amount, of in changes)),
    )


def _law(item: _Item, year: int) -> float:
    """The law's standard in the register's periods: five yuan a day are a thousand a year of two hundred days."""
    return standard_in_year(item.rule, year) * item.factor if item.rule else float("nan")


def _paths(item: _Item, span: tuple[int, ...]) -> tuple[list[float], list[float]]:
    """National standard and local extra by year, the mean of their months where something changes within a year."""
    extra = max(item.local - item.standard, 0.0) if item.local is not None else 0.0
    plain = [_without_changes(item, year, span[0]) for year in span]
    dated = {
        part: [(day, amount) for day, amount, of in item.changes if of == part and day.year >= span[0]]
        for part in StandardPart
    }
    if not any(dated.values()):
        return plain, [extra] * len(span)
    national, extras = [], []
    for year, usual in zip(span, plain, strict=True):
        within = any(
            dt.date(year, 1, 15) < day <= dt.date(year, 12, 31) for found in dated.values() for day, _ in found
        )
        months = range(1, MONTHS + 1) if within else (1,)  # else all months are alike
        national.append(sum(_dated_national(item, usual, year, month, dated) for month in months) / len(months))
        extras.append(sum(_dated_extra(item, span, extra, year, month, dated) for month in months) / len(months))
    return national, extras


def _without_changes(item: _Item, year: int, base_year: int) -> float:
    own = max(item.standard + (year - base_year) * item.step, 0.0)
    law = _law(item, year)
    if year == base_year or not np.isfinite(law):
        return own
    last = law_of(item.rule)[-1]
    open_ended = last.valid_to is None and year > last.valid_from.year
    if item.step and open_ended:
        if last.valid_from.year <= base_year:
            return own
        return max(last.standard * item.factor + (year - last.valid_from.year) * item.step, 0.0)
    return law


def _latest(changes: list[tuple[dt.date, float]], year: int, month: int) -> tuple[dt.date, float] | None:
    """The last change in force on the fifteenth of a month."""
    return next((change for change in reversed(changes) if change[0] <= dt.date(year, month, 15)), None)


def _dated_national(
    item: _Item, usual: float, year: int, month: int, dated: dict[StandardPart, list[tuple[dt.date, float]]]
) -> float:
    change = _latest(dated[StandardPart.NATIONAL], year, month)
    if change is None:
        return usual
    return max(change[1] + (year - change[0].year) * _step_after(item), 0.0)


def _step_after(item: _Item) -> float:
    """What a dated standard is raised by in later years: the register's step, else that of the law."""
    if item.step or not item.rule:
        return item.step
    step = float(law_of(item.rule)[-1].step)
    return 0.0 if np.isnan(step) else step * item.factor


def _dated_extra(
    item: _Item,
    span: tuple[int, ...],
    extra: float,
    year: int,
    month: int,
    dated: dict[StandardPart, list[tuple[dt.date, float]]],
) -> float:
    """What a dated local standard was above the national one when it came into force, kept in yuan afterwards."""
    change = _latest(dated[StandardPart.LOCAL], year, month)
    if change is None:
        return extra
    begun = min(max(change[0].year, span[0]), span[-1])
    _, at = month_in_force(change[0], begun)
    usual = _without_changes(item, begun, span[0])
    return max(change[1] - _dated_national(item, usual, begun, at, dated), 0.0)


def _shares(item: _Item, province: str, span: tuple[int, ...]) -> list[np.ndarray]:
    """Shares by year, those of the base year as the register says."""
    own = np.array(item.shares)
    return [own, *(_shares_by_law(own, item.rule, province, year) for year in span[1:])]


def _shares_by_law(own: np.ndarray, rule: str, province: str, year: int) -> np.ndarray:
    """The law's shares; where it only fixes the centre's, the rest as the register divides it."""
    given = shares_in_year(rule, province, year) if rule else np.full(len(LEVELS), np.nan)
    if np.isfinite(given).all():
        return given
    if not np.isfinite(given[0]) or given[0] == own[0]:
        return own
    rest = own[1:].sum()
    below = own[1:] / rest if rest > 0 else np.array([0.0, 0.0, 1.0])
    return np.concatenate([given[:1], (1 - given[0]) * below])


def _used(item: _Item, province: str, years: tuple[int, ...]) -> tuple[bool, bool]:
    """Whether the law's standard and the law's shares are used in some plan year."""
    if not item.rule:
        return False, False
    standard = any(np.isfinite(_law(item, year)) for year in years)
    shares = any(np.isfinite(shares_in_year(item.rule, province, year)[0]) for year in years)
    return standard, shares


def _verified(item: _Item, province: str, years: tuple[int, ...]) -> bool:
    standard, shares = _used(item, province, years)
    return (not standard or all(is_verified(item.rule, year) for year in years)) and (
        not shares or all(shares_are_verified(item.rule, province, year) for year in years)
    )
