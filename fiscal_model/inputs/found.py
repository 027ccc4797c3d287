"""What a check of a place's figures saw, and the helpers that checks share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

import pandas as pd

from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import LINE_OF_CODES


@dataclass(frozen=True)
class Spot:
    """Where a figure stands: the table and the line of its row."""

    table: str
    line: int


@dataclass(frozen=True)
class Found:
    """What one check saw: how much it could look at, faults each with the row to look at first, cautions."""

    looked_at: int
    faults: tuple[tuple[str, Spot], ...] = ()
    cautions: tuple[str, ...] = ()


FAULT, CAUTION = "faults", "cautions"
At = tuple[str, Mapping[str, Any]]
"""A table and what the cells of the row hold; of no table: a year and the lines or codes that are booked in it."""
Look = tuple[str, str] | tuple[str, str, At]
"""`FAULT` or `CAUTION`, the Chinese sentence that says it (empty where all is well); of a fault, which row it is about."""


def row_of(table: str, **cells: Any) -> At:
    """Name a row of a table by its cells."""
    return table, cells


def booked(year: int, *names: str) -> At:
    """Name the first of some yearly totals, codes or items of debt (``general_repaid``) that was given for a year."""
    return "", {"year": int(year), "names": names}


def spot(place: Place, at: At) -> Spot:
    """Find a row; where there is none like it, the last row of its table before which it is missing."""
    table, cells = at
    if table:
        rows = place.rows(table)
        like = rows[[all(row[name] == cell for name, cell in cells.items()) for row in rows.to_dict("records")]]
        return Spot(table, int((like if len(like) else rows)["row_line"].iloc[0 if len(like) else -1]))
    year, names = cells["year"], cells["names"]
    lines = dict(pair for pairs in LINE_OF_CODES.values() for pair in pairs)
    for name in names:
        kind, _, item = name.partition("_")
        for table, wanted in (
            ("totals", {"line": (name,)}),
            ("debt", {"kind": (kind,), "item": (item,)}),
            ("ledger", {"code": lines.get(name, (name,))}),
        ):
            rows = place.rows(table)
            rows = rows[(rows["year"] == year) & (rows["scope"] == place.scope)] if len(rows) else rows
            for column, words in wanted.items():
                rows = rows[rows[column].isin(words)]
            if len(rows):
                return Spot(table, int(rows["row_line"].iloc[0]))
    table = "totals" if place.has("totals") else "ledger"
    rows = place.rows(table)
    until = rows[rows["year"] <= year]
    return Spot(table, int((until if len(until) else rows)["row_line"].iloc[-1]))


def looked_at(check: Callable[[Place, History], Iterable[Look]]) -> Callable[[Place, History], Found]:
    """Make a check out of a function that yields what each single look at the figures found."""

    @wraps(check)
    def run(place: Place, history: History) -> Found:
        looks = list(check(place, history))
        faults = tuple((said, spot(place, *at)) for kind, said, *at in looks if said and kind == FAULT)
        return Found(len(looks), faults, tuple(said for kind, said, *_ in looks if said and kind == CAUTION))

    return run


def frames(history: History) -> list[tuple[str, pd.DataFrame]]:
    """Return what happened and what was budgeted, each with the word that marks it in a message."""
    return [("", history.actual), ("预算", history.planned)]


def where(place: Place, line: str, year: int) -> str:
    """Say in which file and line a yearly total stands, empty when it comes from the ledger's codes.

    E.g. ``（totals 表第 12 行）``.

    ``line``: line id of `accounts.TOTALS_LINES`.
    """
    totals = place.rows("totals")
    rows = totals[(totals["line"] == line) & (totals["year"] == year) & (totals["scope"] == place.scope)]
    return f"（totals 表第 {'、'.join(str(number) for number in rows['row_line'])} 行）" if len(rows) else ""


def tolerance(addends: int) -> float:
    """Published tables are rounded: half a unit for each addend."""
    return 0.5 * addends
