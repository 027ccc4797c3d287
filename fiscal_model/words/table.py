"""A printed table: rows that add up exactly as printed, and the sums a workbook turns into formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heapreplace
from math import isfinite
from typing import Literal, NamedTuple

Value = float | str | None
Kind = Literal[
    "money",
    "count",
    "change",
    "year",
    "tenth",
    "number",
    "thousandth",
    "hundred_million",
    "share",
    "ratio",
    "move",
    "rate",
    "plain",
    "exact",
    "text",
]
_SIGNIFICANT = re.compile("[1-9]")
"""What prints as nothing has no sign."""
_DIGITS = 6
"""What a change of unit may lose must not decide how a half is rounded."""


class Format(NamedTuple):
    """How a kind of number is written: Python's format for documents, Excel's for workbooks."""

    text: str
    excel: str


FORMATS: dict[Kind, Format] = {
    "money": Format(",.0f", "#,##0;[Red]-#,##0"),
    "count": Format(",.0f", "#,##0;[Red]-#,##0"),
    "change": Format("+,.0f", "+#,##0;[Red]-#,##0;0"),
    "year": Format(".0f", "0"),
    "tenth": Format(",.1f", "#,##0.0;[Red]-#,##0.0"),
    "number": Format(",.2f", "#,##0.00;[Red]-#,##0.00"),
    "thousandth": Format(",.3f", "#,##0.000;[Red]-#,##0.000"),
    "hundred_million": Format(",.4f", "#,##0.0000;[Red]-#,##0.0000"),
    "share": Format(".0%", "0%;[Red]-0%"),
    "ratio": Format(".1%", "0.0%;[Red]-0.0%"),
    "move": Format("+.1%", "+0.0%;[Red]-0.0%;0.0%"),
    "rate": Format(".2%", "0.00%;[Red]-0.00%"),
    "plain": Format(".4g", "General"),
    "exact": Format(",.6g", "General"),
    "text": Format("", "@"),
}
"""money: whole 万元, rounded so that sums add up; hundred_million: 亿元 to the same whole 万元; count: whole; change: whole
with its sign; year: ungrouped; tenth, number, thousandth: one, two, three decimals; share, ratio, rate: percent with none,
one, two decimals; move: ratio with its sign; plain, exact: a bare number, four or six figures; text: as it
is."""

ADDED_IN: dict[Kind, int] = {"money": 1, "hundred_million": 10_000}
"""Kinds whose sums add up exactly as printed, and how many of the smallest printed step are one."""


@dataclass(frozen=True)
class ReportRow:
    """One row of a printed table.

    Parameters
    ----------
    label : str
        First cell.
    values : tuple of float, str or None
        One a column; None prints as a dash: not available is never zero.
    kind : Kind
        How numbers are printed where the column does not say it.
    level : int
        Indent, 0 for totals.
    line : str
        ASCII id of the row, one in its table: a line of `lines.LINES` where it shows one.
    parts : tuple of (int, int)
        Rows of the same table (index, sign) that add up to this one.
    total : bool
        Printed in bold.
    """

    label: str
    values: tuple[Value, ...]
    kind: Kind = "money"
    level: int = 1
    line: str = ""
    parts: tuple[tuple[int, int], ...] = ()
    total: bool = False


class Growth(NamedTuple):
    """Column ``column`` holds the yearly average growth from column ``first`` to column ``last``, ``years`` apart."""

    column: int
    first: int
    last: int
    years: int


@dataclass(frozen=True, repr=False)
class ReportTable:
    """A numbered table.

    Parameters
    ----------
    number : str
        Number in the annex, e.g. ``05``.
    id : str
        File stem of its CSV.
    title : str
    unit : str
        ``万元`` or another unit; empty when columns differ.
    stub : str
        Heading of the first column.
    columns : tuple of str
        Headings of the value columns.
    rows : tuple of ReportRow
    notes : tuple of str
        Printed below.
    kinds : tuple of Kind or None
        How each column's numbers are printed; None, or no entry, where each row says it.
    growth : Growth, optional
        The column that holds the yearly average growth between two others.
    """

    number: str
    id: str
    title: str
    unit: str
    stub: str
    columns: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    notes: tuple[str, ...] = ()
    kinds: tuple[Kind | None, ...] = ()
    growth: Growth | None = None

    def __repr__(self) -> str:
        return " ".join(f"<ReportTable {self.number} {self.title}>".split())


def printed(value: Value, kind: Kind) -> str:
    """Format one value as it is printed; what is not available is a dash, never zero.

    Examples
    --------
    >>> printed(1234567.0, "money"), printed(0.1234, "ratio"), printed(None, "money"), printed(-0.2, "money")
    ('1,234,567', '12.3%', '—', '0')
    >>> printed(5e-05, "plain"), printed(3.28863, "plain"), printed(0.0205, "rate"), printed(-3.0, "change")
    ('0.00005', '3.289', '2.05%', '-3')
    >>> printed(-0.0004, "ratio"), printed(0.0, "change"), printed(-0.0006, "ratio")
    ('0.0%', '0', '-0.1%')
    """
    if isinstance(value, str):
        return value
    if value is None or not isfinite(value):
        return "—"
    if kind in {"money", "count"}:
        return f"{round(value) + 0:,d}"
    if kind == "plain" and value and not 0.001 <= abs(value) < 1000:  # never with an exponent
        return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:,.0f}"
    text = f"{value:{FORMATS[kind].text}}"
    return text if _SIGNIFICANT.search(text) else text.lstrip("+-")


def kind_at(table: ReportTable, row: ReportRow, column: int) -> Kind:
    """Return how a cell is printed: as its column says, else as its row does."""
    given = table.kinds[column] if column < len(table.kinds) else None
    return given or row.kind


def printed_row(table: ReportTable, row: ReportRow) -> tuple[str, ...]:
    """Return the cells of a row as they are printed, the same in every document, screen and workbook."""
    return tuple(printed(value, kind_at(table, row, column)) for column, value in enumerate(row.values))


def rounded(table: ReportTable) -> ReportTable:
    """Round a table's money to whole units so that every sum adds up exactly as printed.

    Parameters
    ----------
    table : ReportTable

    Returns
    -------
    ReportTable

    Notes
    -----
    Totals are rounded first; what their parts then miss is given, one unit each, to the parts whose printed value then
    strays least (controlled rounding). A part that is itself a total is settled before its own parts. Totals that are
    equal unrounded print alike.

    Examples
    --------
    >>> rows = (ReportRow("a", (1.4,)), ReportRow("b", (1.4,)), ReportRow("sum", (2.8,), parts=((0, 1), (1, 1))))
    >>> [row.values[0] for row in rounded(ReportTable("1", "t", "t", "", "", ("x",), rows)).rows]
    [2.0, 1.0, 3.0]
    """
    columns = [_settle(table, column) for column in range(len(table.columns))]
    rows = tuple(
        replace(row, values=values[: len(row.values)])
        for row, values in zip(table.rows, zip(*columns, strict=True), strict=True)
    )
    return replace(table, rows=rows)


def _cell(row: ReportRow, column: int) -> Value:
    return row.values[column] if column < len(row.values) else None


def _is_number(value: Value) -> bool:
    return isinstance(value, float) and isfinite(value)


def _parts_in(rows: Sequence[ReportRow], exact: Sequence[Value], index: int) -> tuple[tuple[int, int], ...]:
    if not rows[index].parts or not _is_number(exact[index]):
        return ()
    parts = tuple((part, sign) for part, sign in rows[index].parts if _is_number(exact[part]))
    added = sum(sign * exact[part] for part, sign in parts)  # type: ignore[misc,operator]
    return parts if parts and abs(added - exact[index]) < 0.01 else ()  # type: ignore[operator]


def _settle(table: ReportTable, column: int) -> list[Value]:
    """Round one column top-down: totals before parts."""
    rows = table.rows
    steps = [ADDED_IN.get(kind_at(table, row, column), 0) for row in rows]
    if not any(steps):
        return [_cell(row, column) for row in rows]
    exact = [_in_steps(_cell(row, column), step) for row, step in zip(rows, steps, strict=True)]
    result = [_whole(value) if step else value for value, step in zip(exact, steps, strict=True)]
    parts = {index: found for index, step in enumerate(steps) if step and (found := _parts_in(rows, exact, index))}
    is_part = {part for group in parts.values() for part, _ in group}
    done: set[int] = set()
    for index in sorted(parts, key=is_part.__contains__):
        _settle_parts(index, parts, exact, result, done)
    return [_in_units(value, step) for value, step in zip(result, steps, strict=True)]


def _in_steps(value: Value, step: int) -> Value:
    return round(value * step, _DIGITS) if step > 1 and isinstance(value, float) else value


def _in_units(value: Value, step: int) -> Value:
    return value / step if step > 1 and isinstance(value, float) else value


def _whole(value: Value) -> Value:
    return float(round(value)) + 0.0 if isinstance(value, float) and isfinite(value) else value


def _settle_parts(
    index: int,
    parts: Mapping[int, tuple[tuple[int, int], ...]],
    exact: Sequence[Value],
    result: list[Value],
    done: set[int],
) -> None:
    """Give the parts of a total, itself settled now, what they must print to add up to it, then their own parts."""
    done.add(index)
    waiting = [(part, sign) for part, sign in parts.get(index, ()) if part not in done]
    if waiting:
        settled = sum(sign * result[part] for part, sign in parts[index] if part in done)  # type: ignore[misc,operator]
        _share(result[index] - settled, waiting, exact, result)  # type: ignore[operator]
        done.update(part for part, _ in waiting)
        for part, _ in waiting:
            _settle_parts(part, parts, exact, result, done)


def _share(target: float, parts: list[tuple[int, int]], exact: Sequence[Value], result: list[Value]) -> None:
    """Round the parts so that they add up to the target: each missing unit goes where it distorts least."""
    value = {part: float(exact[part]) for part, _ in parts}  # type: ignore[arg-type]
    whole = {part: float(round(amount)) + 0.0 for part, amount in value.items()}
    missing = round(target - sum(sign * whole[part] for part, sign in parts))
    step = 1 if missing > 0 else -1
    moved = [(part, sign * step) for part, sign in parts if value[part] != 0] or [
        (part, sign * step) for part, sign in parts
    ]
    strays = [(abs(whole[part] + move - value[part]), at) for at, (part, move) in enumerate(moved)] if missing else []
    heapify(strays)
    for _ in range(abs(missing)):
        part, move = moved[strays[0][1]]
        whole[part] += move
        heapreplace(strays, (abs(whole[part] + move - value[part]), strays[0][1]))
    for part, amount in whole.items():
        result[part] = amount
