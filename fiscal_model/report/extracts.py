"""An extract of a table whose totals add up as printed: what is left out of a sum stands in it as one row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from math import isfinite

from fiscal_model.words.table import ADDED_IN, ReportRow, ReportTable, Value, kind_at

_FEW = 2
"""Up to so many rows that are left out of a sum are printed themselves."""


def with_the_rest(table: ReportTable, kept: Set[int], columns: Sequence[int]) -> ReportTable:
    """Return a table with the rows that are kept and, in every sum that shows a part, all that adds up to it in some columns.

    Examples
    --------
    >>> amounts = {"a": 5.0, "b": 2.0, "c": 1.0, "d": 4.0}
    >>> rows = [ReportRow(name, (amount,)) for name, amount in amounts.items()]
    >>> rows.append(ReportRow("sum", (12.0,), parts=((0, 1), (1, 1), (2, 1), (3, 1)), total=True))
    >>> found = with_the_rest(ReportTable("06", "any", "t", "", "", ("x",), tuple(rows)), {0, 4}, [0])
    >>> [(row.label, row.values[0], row.parts) for row in found.rows]
    [('a', 5.0, ()), ('其他（附表06）', 7.0, ()), ('sum', 12.0, ((0, 1), (1, 1)))]
    """
    shown = _sums_shown(table, kept, columns)
    # A row that is printed for one sum may be the first part that another one shows.
    while few := {part for parts in shown.values() for part in _few(parts, kept)}:
        kept = kept | few
        shown = _sums_shown(table, kept, columns)
    order: list[tuple[float, ReportRow, int]] = [(at, table.rows[at], at) for at in sorted(kept)]
    sums: dict[int, list[tuple[float, int]]] = {}
    for at, parts in shown.items():
        sums[at] = [(part, sign) for part, sign in parts if part in kept]
        if any(part not in kept for part, _ in parts):
            behind = max(part for part, _ in sums[at]) + 0.5 - at / (4 * len(table.rows))
            order.append((behind, _rest(table, at, sums[at]), -1))
            sums[at].append((behind, 1))
    order.sort(key=lambda each: each[0])
    places = {place: number for number, (place, *_) in enumerate(order)}
    rows = (replace(row, parts=tuple((places[part], sign) for part, sign in sums.get(at, ()))) for _, row, at in order)
    return replace(table, rows=tuple(rows))


def _sums_shown(table: ReportTable, kept: Set[int], columns: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """The parts of every kept sum that shows some: those that are kept or hold an amount."""
    return {
        at: [each for each in _split(table, at, kept) if each[0] in kept or _counts(table, each[0], columns)]
        for at in sorted(kept)
        if _shows_a_part(table, at, kept)
    }


def _shows_a_part(table: ReportTable, at: int, kept: Set[int]) -> bool:
    return any(part in kept for part, _ in _split(table, at, kept))


def _split(table: ReportTable, at: int, kept: Set[int], sign: int = 1) -> Iterator[tuple[int, int]]:
    """Yield what a sum is made of: a part that is not kept gives way to its own parts where some of them are."""
    for part, its_own in table.rows[at].parts:
        if part in kept or not _shows_a_part(table, part, kept):
            yield part, sign * its_own
        else:
            yield from _split(table, part, kept, sign * its_own)


def _counts(table: ReportTable, at: int, columns: Sequence[int]) -> bool:
    """Whether a row holds an amount in one of the columns."""
    values = [table.rows[at].values[column] for column in columns]
    return any(isinstance(value, float) and isfinite(value) and value for value in values)


def _few(parts: list[tuple[int, int]], kept: Set[int]) -> set[int]:
    left = {part for part, _ in parts if part not in kept}
    return left if len(left) <= _FEW else set()


def _rest(table: ReportTable, at: int, shown: list[tuple[float, int]]) -> ReportRow:
    """The row of what a sum holds beside the parts that are shown."""
    signed = [(table.rows[int(part)], sign) for part, sign in shown]
    values = [_left(table, at, signed, column) for column in range(len(table.rows[at].values))]
    grown = table.growth
    if grown is not None:
        start, end = values[grown.first], values[grown.last]
        sound = isinstance(start, float) and isinstance(end, float) and start > 0 and end > 0
        values[grown.column] = (end / start) ** (1 / grown.years) - 1 if sound else None  # type: ignore[operator]
    return ReportRow(f"其他（附表{table.number}）", tuple(values), table.rows[at].kind, table.rows[at].level + 1)


def _left(table: ReportTable, at: int, shown: list[tuple[ReportRow, int]], column: int) -> Value:
    total = table.rows[at].values[column]
    if not isinstance(total, float) or not isfinite(total) or kind_at(table, table.rows[at], column) not in ADDED_IN:
        return None
    return total - sum(
        sign * value for row, sign in shown if isinstance(value := row.values[column], float) and isfinite(value)
    )
