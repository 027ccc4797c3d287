"""Tables declared: number, title, columns and their kinds stand once, and one function turns records into printed rows."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.words.table import Growth, Kind, ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import Term

Record = Mapping[Any, Any]
Cell = str | Callable[[Record], Any]
"""What fills a cell: a field of the record, a text with fields in braces, or a function of the record."""

SOURCES = ("plan", "fan", "rating", "alternatives")
"""What a table can be made from; a table's function names what it needs."""
_DIGITS = 6
"""Sums taken in another order must round alike."""
_ID = re.compile(r"[A-Za-z0-9_.:-]+")
_SIGN = re.compile(r"\s([+-])\s")


@dataclass(frozen=True)
class Column:
    """A column: its heading, what fills it, how its numbers are printed."""

    heading: str
    cell: Cell
    kind: Kind = "money"


@dataclass(frozen=True)
class Spread:
    """Columns of a record's ``values``, one a plan year unless the content says otherwise; without a kind the row's counts."""

    field: str = "values"
    kind: Kind | None = None


@dataclass(frozen=True)
class Line:
    """A row written out: what fills the spread columns, and ``lead`` for the columns before them.

    Parameters
    ----------
    id : str
        ASCII, one in the table.
    label : str
    values : sequence of float, str or None
        NaN is printed as a dash.
    level : int
        Indent, 0 for totals.
    adds : str
        Ids of the rows that add up to this one: ``"income - cost - tax"``; ids that are not printed are left out.
    total : bool, optional
        Printed in bold; by default what stands at level 0.
    kind : Kind
    lead : sequence
        Cells before the spread; empty ones follow where there are fewer than columns, and behind the spread.
    """

    id: str
    label: str
    values: Sequence[Any] | np.ndarray
    level: int = 1
    adds: str = ""
    total: bool | None = None
    kind: Kind = "money"
    lead: Sequence[Value] = ()


@dataclass(frozen=True)
class Content:
    """What a table holds for one plan.

    Parameters
    ----------
    rows : DataFrame or iterable of mapping or Line
    notes : sequence of str
        Printed below.
    headings : sequence of str
        Of the spread columns; the plan's years by default.
    kinds : sequence of Kind or None
        Of the spread columns, where they differ from the spread's.
    growth : Growth, optional
    year : int, optional
        Fills ``{year}`` in the title.
    """

    rows: pd.DataFrame | Iterable[Record | Line]
    notes: Sequence[str] = ()
    headings: Sequence[str] | None = None
    kinds: Sequence[Kind | None] = ()
    growth: Growth | None = None
    year: int | None = None


@dataclass(frozen=True)
class TableDeclaration:
    """A table of the annex before any plan: call it with its sources to build it."""

    number: str
    id: str
    heading: str
    stub: str
    columns: tuple[Column | Spread, ...]
    label: Cell
    row_id: Cell
    level: Cell | int
    unit: str
    content: Callable[..., Content | None]

    @property
    def title(self) -> str:
        """The title without the year that a plan puts into it."""
        return re.sub(r"（\{year\}年）|\{year\}年", "", self.heading)

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the sources, in the order in which the table takes them."""
        return tuple(inspect.signature(self.content).parameters)

    def __call__(self, *sources: Any) -> ReportTable | None:
        """Build the table, sums not yet rounded; None where the sources have nothing for it."""
        content = self.content(*sources)
        rows = _listed(content.rows) if content else []
        if content is None or not rows:
            return None
        headings = content.headings if content.headings is not None else _years(*sources[:1])
        columns, kinds = _laid_out(self.columns, headings, content.kinds)
        return ReportTable(
            self.number,
            self.id,
            self.heading.format(year=content.year),
            self.unit,
            self.stub,
            columns,
            _rows(self, rows, len(headings)),
            tuple(content.notes),
            kinds,
            content.growth,
        )


def table(
    number: str,
    id: str,
    title: str,
    stub: str,
    columns: Iterable[Column | Spread] = (Spread(),),
    label: Cell = "label",
    row_id: Cell = "",
    level: Cell | int = 1,
    unit: str = "万元",
) -> Callable[[Callable[..., Content | None]], TableDeclaration]:
    """Declare a table whose content the decorated function finds; its parameters are named after `SOURCES`.

    Parameters
    ----------
    number, id, title, stub, unit : str
        See `ReportTable`; ``{year}`` in the title is filled by the content.
    columns : iterable of Column or Spread
    label, row_id, level : Cell
        First cell, ASCII id and indent of a record; without an id rows are numbered. A record at level 0 is printed in
        bold unless its field ``bold`` says otherwise.
    """

    def declare(content: Callable[..., Content | None]) -> TableDeclaration:
        unknown = set(inspect.signature(content).parameters) - {*SOURCES}
        if unknown:
            raise TypeError(f"table {id}: no such source: {sorted(unknown)}")
        return TableDeclaration(number, id, title, stub, tuple(columns), label, row_id, level, unit, content)

    return declare


def sum_of(id: str, label: str, parts: Iterable[Record | Line], level: int = 0, lead: Sequence[Value] = ()) -> Line:
    """Return the row that adds up others, lines or records with ``id`` and ``values``; unknown where all of them are."""
    found = [(each.id, each.values) if isinstance(each, Line) else (each["id"], each["values"]) for each in parts]
    values = np.array([each for _, each in found], dtype=float)
    added = np.where(np.isfinite(values).any(axis=0), np.nansum(values, axis=0).round(_DIGITS), np.nan)
    return Line(id, label, added, level, " + ".join(name for name, _ in found), True, lead=lead)


def day(value: Any) -> str | None:
    """Print a date, a dash without one."""
    return str(value) if isinstance(value, dt.date) and not pd.isna(value) else None


def _years(plan: Any = None) -> tuple[str, ...]:
    return tuple(f"{year}年" for year in getattr(plan, "years", ()))


def _listed(rows: pd.DataFrame | Iterable[Record | Line]) -> list[Record | Line]:
    return rows.to_dict("records") if isinstance(rows, pd.DataFrame) else list(rows)


def _laid_out(
    columns: Sequence[Column | Spread], headings: Sequence[str], kinds: Sequence[Kind | None]
) -> tuple[tuple[str, ...], tuple[Kind | None, ...]]:
    named: list[str] = []
    printed_as: list[Kind | None] = []
    for column in columns:
        if isinstance(column, Column):
            named.append(column.heading)
            printed_as.append(column.kind)
        else:
            named += headings
            printed_as += kinds or [column.kind] * len(headings)
    return tuple(named), tuple(printed_as)


def _rows(declared: TableDeclaration, records: Sequence[Record | Line], spread: int) -> tuple[ReportRow, ...]:
    kinds = [type(column) for column in declared.columns]
    lead = kinds.index(Spread) if Spread in kinds else len(kinds)
    width = kinds.count(Column) + kinds.count(Spread) * spread
    rows = [
        _written_out(each, lead, width) if isinstance(each, Line) else _from_record(declared, each, spread)
        for each in records
    ]
    given = [row.line for row in rows]
    ids = _unique(given, declared.id)
    # A register's code may be Chinese: sums name it as it was given, what is printed beside the row is ASCII.
    places = {name: at for names in (given, ids) for at, name in enumerate(names)}
    return tuple(
        replace(row, line=name, parts=_parts(each.adds, places) if isinstance(each, Line) else ())
        for row, name, each in zip(rows, ids, records, strict=True)
    )


def _written_out(line: Line, lead: int, width: int) -> ReportRow:
    cells = (*line.lead, *[""] * (lead - len(line.lead)), *line.values)
    values = tuple(_value(value, None) for value in (*cells, *[""] * (width - len(cells))))
    total = line.level == 0 if line.total is None else line.total
    return ReportRow(line.label, values, line.kind, line.level, line.id, (), total)


def _from_record(declared: TableDeclaration, record: Record, spread: int) -> ReportRow:
    values: list[Value] = []
    for column in declared.columns:
        if isinstance(column, Column):
            values.append(_value(_found(column.cell, record), column.kind))
        else:
            given = record.get(column.field, ())
            values += [*(_value(value, column.kind) for value in given), *[None] * (spread - len(given))]
    level = int(declared.level if isinstance(declared.level, int) else _found(declared.level, record))
    row_id = _found(declared.row_id, record) if declared.row_id else ""
    label = str(_found(declared.label, record))
    bold = bool(record.get("bold", level == 0))
    return ReportRow(label, tuple(values), "money", level, str(row_id), total=bold)


def _found(cell: Cell, record: Record) -> Any:
    if callable(cell):
        return cell(record)
    return cell.format_map(record) if "{" in cell else record[cell]


def _value(value: Any, kind: Kind | None) -> Value:
    """Numbers become floats, words their label, a date its text; what is not there is None."""
    if isinstance(value, Term):
        return value.label
    if isinstance(value, str):
        return value
    if isinstance(value, float) and kind != "text":
        return float(value) if isfinite(value) else None
    if pd.isna(value) or value in {np.inf, -np.inf}:
        return None
    return str(value) if kind == "text" or isinstance(value, dt.date) else float(value)


def _unique(names: Sequence[str], table_id: str) -> list[str]:
    """An id that is missing, not ASCII or there already gives way to the table's own, numbered."""
    found: list[str] = []
    taken: set[str] = set()
    for number, name in enumerate(names, 1):
        found.append(name if _ID.fullmatch(name) and name not in taken else f"{table_id}.{number}")
        taken.add(found[-1])
    return found


def _parts(adds: str, places: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    words = [word.strip() for word in _SIGN.split(f" + {adds}")[1:]]
    signed = zip(words[1::2], words[::2], strict=True)
    return tuple((places[name], 1 if sign == "+" else -1) for name, sign in signed if name in places)
