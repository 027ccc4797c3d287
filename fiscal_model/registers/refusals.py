"""What the cells of one row may not say together, declared: the column to blame, the words, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Complaint = tuple[str, str, str]
"""Column, what was found, what to write instead."""
Condition = Callable[[Any, Mapping[str, Any]], bool]
"""Whether a cell, seen in its row, is so."""


@dataclass(frozen=True)
class Refusal:
    """A row is refused when every cell of ``when`` is as said there: a word, one of several, or a condition."""

    column: str
    said: str
    remedy: str
    when: Mapping[str, Any]

    def complaints(self, row: Mapping[str, Any]) -> list[Complaint]:
        """Return the complaint about a row, none where it may stand."""
        if not all(_holds(wanted, row.get(name), row) for name, wanted in self.when.items()):
            return []
        return [(self.column, self.said.format_map(row), self.remedy)]


def refuse(column: str, said: str, remedy: str, **when: Any) -> Refusal:
    """Declare what a row may not say; ``said`` may name cells in braces.

    Examples
    --------
    >>> order = refuse("end", "止 {end} 早于起 {start}", "请核对", end=below("start"))
    >>> order.complaints({"start": 2027, "end": 2026}), order.complaints({"start": 2027, "end": None})
    ([('end', '止 2026 早于起 2027', '请核对')], [])
    >>> refuse("due", "没有填写", "请填写", kind=("loan", "bond"), due=EMPTY).complaints({"kind": "bond", "due": None})
    [('due', '没有填写', '请填写')]
    """
    return Refusal(column, said, remedy, when)


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
    """Less or earlier than another column or a number."""
    return _compared(other, lambda cell, bound: cell < (bound - by if by else bound))


def above(other: Any, by: float = 0) -> Condition:
    """More or later than another column or a number."""
    return _compared(other, lambda cell, bound: cell > (bound + by if by else bound))


def at_most(other: Any) -> Condition:
    """Not more or later than another column or a number."""
    return _compared(other, lambda cell, bound: cell <= bound)


def between(low: float, high: float) -> Condition:
    """Between two numbers, both excluded."""
    return lambda cell, row: cell is not None and low < cell < high


def outside(low: float, high: float) -> Condition:
    """Not between two numbers, both excluded."""
    return lambda cell, row: cell is not None and not low < cell < high


def _compared(other: Any, so: Callable[[Any, Any], bool]) -> Condition:
    def condition(cell: Any, row: Mapping[str, Any]) -> bool:
        bound = row.get(other) if isinstance(other, str) else other
        return cell is not None and bound is not None and so(cell, bound)

    return condition


def _holds(wanted: Any, cell: Any, row: Mapping[str, Any]) -> bool:
    if callable(wanted):
        return bool(wanted(cell, row))
    return cell in wanted if isinstance(wanted, tuple) else cell == wanted
