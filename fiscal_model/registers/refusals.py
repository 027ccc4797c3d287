"""What the cells of one row may not say together, declared: the column to blame, the words, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from fiscal_model.law.limits import clear_by

Complaint = tuple[str, str, str]
"""Column, what was found, what to write instead."""
Condition = Callable[[Any, Mapping[str, Any]], bool]
"""Whether a cell, seen in its row, is so."""


@dataclass(frozen=True)
class Refusal:
    """A row is refused when every cell of ``when`` is as said there: a word, one of several, or a condition.

    ``total`` is a condition on what the cells of ``of`` add up to (an empty one counts as nothing).
    """

    column: str
    said: str
    remedy: str
    when: Mapping[str, Any]
    of: tuple[str, ...] = ()
    total: Condition | None = None

    def complaints(self, row: Mapping[str, Any]) -> list[Complaint]:
        """Return the complaint about a row, none where it may stand."""
        if self.of:
            row = {**row, "total": sum(row.get(name) or 0.0 for name in self.of)}
        if not holds(self.when if self.total is None else {**self.when, "total": self.total}, row):
            return []
        words = {**row, "clear_by": clear_by()}
        return [(self.column, self.said.format_map(words), self.remedy.format_map(words))]


def refuse(
    column: str,
    said: str,
    remedy: str,
    also: Mapping[str, Any] = MappingProxyType({}),
    *,
    of: tuple[str, ...] = (),
    total: Condition | None = None,
    **when: Any,
) -> Refusal:
    """Declare what a row may not say; the words may name cells, ``total`` and ``clear_by`` in braces.

    ``also`` is for cells of another table's row, ``table.column``.

    Examples
    --------
    >>> order = refuse("end", "止 {end} 早于起 {start}", "请核对", end=below("start"))
    >>> order.complaints({"start": 2027, "end": 2026}), order.complaints({"start": 2027, "end": None})
    ([('end', '止 2026 早于起 2027', '请核对')], [])
    >>> refuse("due", "没有填写", "请填写", kind=("loan", "bond"), due=EMPTY).complaints({"kind": "bond", "due": None})
    [('due', '没有填写', '请填写')]
    >>> parts = refuse("b", "相加为 {total:g}", "请核对", of=("a", "b"), total=unlike(1, by=1e-6))
    >>> parts.complaints({"a": 0.5, "b": 0.4}), parts.complaints({"a": 0.5, "b": 0.5})
    ([('b', '相加为 0.9', '请核对')], [])
    """
    return Refusal(column, said, remedy, {**also, **when}, of, total)


def holds(when: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Tell whether every cell is as ``when`` says."""
    for name, wanted in when.items():  # A loop, asked of every row: ``all`` would be slower
        cell = _cell(name, row) if "." in name else row.get(name)
        if not _is(wanted, cell, row):
            return False
    return True


def _is(wanted: Any, cell: Any, row: Mapping[str, Any]) -> bool:
    if callable(wanted):
        return bool(wanted(cell, row))
    return cell in wanted if isinstance(wanted, tuple) else cell == wanted


def _empty(cell: Any, row: Mapping[str, Any]) -> bool:
    return cell is None or cell == ""


def _filled(cell: Any, row: Mapping[str, Any]) -> bool:
    return not _empty(cell, row)


EMPTY: Condition = _empty
FILLED: Condition = _filled


def other_than(*words: Any) -> Condition:
    """Filled in with something else."""
    return lambda cell, row: _filled(cell, row) and cell not in words


def below(other: Any, by: float = 0) -> Condition:
    """Less or earlier than another column, a number or a year."""
    return _compared(other, lambda cell, bound: cell < (bound - by if by else bound))


def above(other: Any, by: float = 0) -> Condition:
    """More or later than another column, a number or a year."""
    return _compared(other, lambda cell, bound: cell > (bound + by if by else bound))


def at_most(other: Any) -> Condition:
    """Not more or later than another column, a number or a year."""
    return _compared(other, lambda cell, bound: cell <= bound)


def unlike(other: Any, by: float) -> Condition:
    """Off another column or a number by more than ``by``."""
    return _compared(other, lambda cell, bound: abs(cell - bound) > by)


def between(low: float, high: float) -> Condition:
    """Between two numbers, both excluded."""
    return lambda cell, row: cell is not None and low < cell < high


def outside(low: float, high: float) -> Condition:
    """Not between two numbers, both excluded."""
    return lambda cell, row: cell is not None and not low < cell < high


def both(*conditions: Condition) -> Condition:
    """Every one of several conditions."""
    return lambda cell, row: all(condition(cell, row) for condition in conditions)


def _compared(other: Any, so: Callable[[Any, Any], bool]) -> Condition:
    """Compare with a number, a column, ``table.column`` of the row beside, or a figure of the law; a day by its year."""

    def condition(cell: Any, row: Mapping[str, Any]) -> bool:
        bound = other() if callable(other) else _cell(other, row) if isinstance(other, str) else other
        if cell is None or bound is None:
            return False
        if isinstance(cell, dt.date) != isinstance(bound, dt.date):
            cell, bound = (value.year if isinstance(value, dt.date) else value for value in (cell, bound))
        return so(cell, bound)

    return condition


def _cell(name: str, row: Mapping[str, Any]) -> Any:
    table, _, column = name.rpartition(".")
    return getattr(row[table], column) if table else row.get(column)
