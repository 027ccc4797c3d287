"""A table too long to be read: its largest rows, and the rest as one line whose sums are what they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from fiscal_model.words.ledger_terms import FIRST_LEDGER
from fiscal_model.words.table import ADDED_IN, ReportRow, ReportTable, Value, kind_at

MOST_PRINTED = 120
"""Rows of a table that a document or a page prints in full."""
Parts = tuple[tuple[int, int], ...]


def shortened(table: ReportTable, most: int = MOST_PRINTED) -> ReportTable:
    """Return a table with at most about ``most`` rows; itself when it has no more.

    Totals stay; of the rows that add up to the same total the largest stay (of rows without money the first), the others are
    one row ``其余 n 项`` where the last of them stood. What does not add up is a dash there. The workbook and the CSV hold all.

    Examples
    --------
    >>> rows = [ReportRow(name, (money,)) for name, money in (("a", 1.0), ("b", 5.0), ("c", 2.0), ("d", 9.0))]
    >>> whole = ReportRow("sum", (17.0,), level=0, parts=((0, 1), (1, 1), (2, 1), (3, 1)), total=True)
    >>> short = shortened(ReportTable("1", "t", "t", "万元", "", ("x",), (*rows, whole)), 3)
    >>> [(row.label, row.values[0], row.parts) for row in short.rows]
    [('b', 5.0, ()), ('其余 2 项', 3.0, ()), ('d', 9.0, ()), ('sum', 17.0, ((0, 1), (1, 1), (2, 1)))]
    """
    rows = table.rows
    if len(rows) <= most:
        return table
    sums = [at for at, row in enumerate(rows) if row.parts or row.level == 0][: most // 2]
    kept = {
        *sums,
        *sorted({*range(len(rows))} - {*sums}, key=lambda at: (-_size(table, rows[at]), at))[: most - len(sums)],
    }
    # What adds up to the same totals, with the same signs, may stand in one row.
    within: list[Parts] = [()] * len(rows)
    for total in sums:
        for part, sign in rows[total].parts:
            within[part] = (*within[part], (total, sign))
    left: dict[Parts, list[int]] = {}
    for at in range(len(rows)):
        if at not in kept:
            left.setdefault(within[at], []).append(at)
    rests = {group[-1]: _rest(table, group, bool(key)) for key, group in left.items()}
    order = [at for at in range(len(rows)) if at in kept or at in rests]
    place = {at: number for number, at in enumerate(order)}
    into = {at: group[-1] for group in left.values() for at in group}
    printed = [rests[at] if at in rests else _with_parts(rows[at], place, into) for at in order]
    where = "“.frame”"
    if table.number:
        of_ledgers = int(table.number.split("-")[0]) >= FIRST_LEDGER
        where = "ledgers.xlsx" if of_ledgers else "plan.xlsx 和 tables 文件夹里的 CSV"
    said = (
        f"本表共 {len(rows):,} 行，这里列出合计和数额最大的各行，其余并为“其余 n 项”，合计数不变；全部各行见{where}。"
    )
    return replace(table, rows=tuple(printed), notes=(*table.notes, said))


def _with_parts(row: ReportRow, place: dict[int, int], into: dict[int, int]) -> ReportRow:
    parts = dict.fromkeys((place[into.get(part, part)], sign) for part, sign in row.parts)
    return replace(row, parts=tuple(sorted(parts)))


def _size(table: ReportTable, row: ReportRow) -> float:
    """The largest amount of money in a row."""
    return max((abs(value) for at, value in enumerate(row.values) if _is_money(value, table, row, at)), default=0.0)


def _is_money(value: Value, table: ReportTable, row: ReportRow, column: int) -> TypeGuard[float]:
    return isinstance(value, float) and value == value and kind_at(table, row, column) in ADDED_IN


def _rest(table: ReportTable, group: Sequence[int], adds: bool) -> ReportRow:
    """One row for many: sums where the rows are parts of a printed total, else dashes."""
    rows = [table.rows[at] for at in group]
    values: list[Value] = []
    for column in range(len(table.columns)):
        cells = [row.values[column] if column < len(row.values) else None for row in rows]
        money = [cell for row, cell in zip(rows, cells, strict=True) if _is_money(cell, table, row, column)]
        texts = any(isinstance(cell, str) for cell in cells)
        values.append(sum(money) if adds and money and not texts else "" if texts else None)
    level = min(row.level for row in rows)
    return ReportRow(f"其余 {len(rows):,} 项", tuple(values), rows[-1].kind, level, f"rest.{group[-1]}")
