"""What must hold between the rows of a table, and with other tables: declared, held once every table has been read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from fiscal_model.registers.refusals import Refusal, holds
from fiscal_model.words.errors import did_you_mean
from fiscal_model.words.vocabulary import ACTUAL

_FAR_APART = 5
"""Years: a gap in the accounts that no place has; what lies behind it has a slipped year."""


@dataclass(frozen=True)
class ReadTables:
    """The checked rows of every table that is there, and where they stand."""

    rows: Mapping[str, pd.DataFrame]
    folder: str
    files: Mapping[str, str]

    @cached_property
    def last_year(self) -> int | None:
        """The last year of accounts: of years that stand together the most; a lone one far from all others is not believed."""
        years: set[int] = set()
        for name in {"totals", "ledger"} & set(self.rows):
            rows = self.rows[name]
            years |= set(rows.loc[rows["status"].isin(ACTUAL), "year"].tolist())
        spells: list[list[int]] = []
        for year in sorted(years):
            if spells and year - spells[-1][-1] <= _FAR_APART:
                spells[-1].append(year)
            else:
                spells.append([year])
        return int(max(spells, key=lambda spell: (len(spell), spell))[-1]) if spells else None

    def __contains__(self, name: str) -> bool:
        return name in self.rows

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.rows[name]

    def records(self, name: str) -> list[dict[str, Any]]:
        """Return a table's rows, an empty cell as None; no rows where the table is absent."""
        if name not in self._records:
            columns = self.rows[name].to_dict("list") if name in self.rows else {}
            cells = [[None if cell != cell else cell for cell in column] for column in columns.values()]
            self._records[name] = [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)]
        return self._records[name]

    @cached_property
    def _records(self) -> dict[str, list[dict[str, Any]]]:
        return {}  # several rules ask for the same rows

    def file(self, name: str) -> str:
        """Return the file that a table was read from, as messages name it."""
        return (Path(self.folder) / self.files[name]).as_posix()


Finding = tuple[int, str | None, str, str]
"""Line (of something missing: the row beside which it belongs), column (None: the row as a whole), what was found, what to write
instead."""
Check = Callable[[str, ReadTables], Iterable[Finding]]
"""What finds the faults of the table of that name among all tables: a rule below, or a function with its own logic."""


@dataclass(frozen=True)
class Reference:
    """The column of another table, ``table.column``, in which a cell must be found.

    ``said`` takes the cell, ``remedy`` may take ``{near}``, the nearest known word, and ``{known}``, all of them.
    Where the other table is absent nothing is checked, unless it is ``needed``, which says what to do, or ``strict``:
    then every cell is unknown. ``others`` are words that may stand besides.
    """

    to: str
    said: str
    remedy: str
    needed: str = ""
    strict: bool = False
    others: tuple[str, ...] = ()
    cutoff: float = 0.6

    def findings(self, column: str, required: bool, table: str, tables: ReadTables) -> Iterator[Finding]:
        """Find the cells of a column that name what the other table does not hold."""
        target, key = self.to.split(".")
        known = set(tables[target][key].dropna()) if target in tables else set()
        if not known and self.needed:
            yield int(tables[table]["row_line"].iloc[0]), column, f"没有 {target} 表，这张表不会用到", self.needed
        if not known and not self.strict:
            return
        words = {str(word) for word in known} | set(self.others)
        listed = sorted(words)
        for cell, line in zip(tables[table][column].fillna(""), tables[table]["row_line"], strict=True):
            if cell not in words and (cell != "" or required):
                hint = did_you_mean(cell, listed, cutoff=self.cutoff)
                yield int(line), column, self.said.format(cell), self.remedy.format(near=hint, known="、".join(listed))


@dataclass(frozen=True)
class Rule:
    """Refusals of rows that see more than their own cells; of one row the first refusal that fits is told.

    ``beside`` is ``table.column``: the row with the same key in another table stands under that table's name,
    ``{projects.start_year}``; rows without one are let pass. ``where`` says which rows count, as `Refusal.when` does.
    Rows that agree in the columns ``per`` are seen as one: the cells of the last, and ``{total}``, what the column
    ``add`` comes to (None where no row fills it); the last row is to blame, or the first.
    """

    refusals: tuple[Refusal, ...]
    beside: str = ""
    where: Mapping[str, Any] | None = None
    per: tuple[str, ...] = ()
    add: str = ""
    blame_first: bool = False

    def __call__(self, table: str, tables: ReadTables) -> Iterator[Finding]:
        """Find the rows, or groups of rows, that are refused."""
        rows = [row for row in self._beside(tables.records(table), tables) if holds(self.where or {}, row)]
        for row in map(self._as_one, groups(rows, self.per)) if self.per else rows:
            found = next((complaint for refusal in self.refusals for complaint in refusal.complaints(row)), None)
            if found:
                yield (row["row_line"], *found)

    def _beside(self, rows: list[dict[str, Any]], tables: ReadTables) -> list[dict[str, Any]]:
        if not self.beside:
            return rows
        other, key = self.beside.split(".")
        known = {row[key]: SimpleNamespace(**row) for row in tables.records(other)}
        return [row | {other: known[row[key]]} for row in rows if row[key] in known]

    def _as_one(self, group: list[dict[str, Any]]) -> dict[str, Any]:
        given = [row[self.add] for row in group if row[self.add] is not None]
        line = group[0 if self.blame_first else -1]["row_line"]
        return group[-1] | {"total": sum(given) if given else None, "row_line": line}


@dataclass(frozen=True)
class OneValue:
    """A column says the same in all rows that agree in the columns ``per``, empty cells apart.

    ``said`` may name their cells, ``{values}``, all that the column says, and ``{count}``, how many that are; of a
    ``whole_row`` the fault names no column.
    """

    column: str
    per: tuple[str, ...]
    said: str
    remedy: str
    where: Mapping[str, Any] | None = None
    whole_row: bool = False

    def __call__(self, table: str, tables: ReadTables) -> Iterator[Finding]:
        """Find the groups in which the column says different things."""
        rows = [row for row in tables.records(table) if holds(self.where or {}, row)]
        for group in groups(rows, self.per):
            given = [row[self.column] for row in group if row[self.column] is not None]
            values = list(dict.fromkeys(map(str, sorted(given) if given and isinstance(given[0], dt.date) else given)))
            if len(values) > 1:
                said = self.said.format_map(group[-1] | {"values": "、".join(values), "count": len(values)})
                yield group[-1]["row_line"], None if self.whole_row else self.column, said, self.remedy


def rule(*refusals: Refusal, **seen: Any) -> Rule:
    """Declare what rows may not say beside another table's row, or taken together; ``seen`` are fields of `Rule`."""
    return Rule(refusals, **seen)


def groups(rows: Iterable[dict[str, Any]], per: tuple[str, ...]) -> list[list[dict[str, Any]]]:
    """Lay together the rows that agree in some columns, in the order in which they first stand."""
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in per)].append(row)
    return list(found.values())
