"""A printed table: rows that add up exactly as printed, and the sums a workbook turns into formulas."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from math import floor, isfinite
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
    rounds : callable, optional
        What an amount, and the years or lines it is of, prints as in the tables that were rounded together with this one.
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
    rounds: Callable[..., float] | None = field(default=None, compare=False)

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
    >>> printed(-0.0004, "ratio"), printed(0.0, "change"), printed(-0.0006, "ratio"), printed(2.5, "money")
    ('0.0%', '0', '-0.1%', '3')
    """
    if isinstance(value, str):
        return value
    if value is None or not isfinite(value):
        return "—"
    if kind in {"money", "count"}:
        return f"{floor(abs(value) + 0.5) * (-1 if value < 0 else 1):,d}"
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
