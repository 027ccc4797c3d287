"""Real Word tables: column widths from what they hold, repeated header, thin borders, bands in colour."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

from fiscal_model.report.canvas import LIGHTS
from fiscal_model.report.writers.document_styles import style_id
from fiscal_model.words.table import ReportRow, ReportTable, printed_row

_MARGIN = 50
LINE_HEIGHT = 1.3
"""Of a table's text: exact, so that every program makes rows as high."""
_PADDING = 2 * _MARGIN + 30
_NUMBER = re.compile(r"[-−+≥<]?\s?[\d,]+(\.\d+)?%?( [红橙黄绿])?")
_EMS = {",": 0.35, ".": 0.35, " ": 0.35, "-": 0.42, "%": 0.96, "(": 0.47, ")": 0.47, "/": 0.37}
_DXA_PER_MM = 56.7
Texts = tuple[str, ...]

_WRAPPED_HEADING_EMS = 4.2
"""Width of a long heading over numbers where text has to wrap anyway: it wraps first, so that names keep their room."""
_TEXT_EMS, _NAME_EMS = 6.0, 9.5
"""What a column of text is left at least: names of rows of numbers read badly in four lines."""


_SMALL_TABLE = 6
"""Rows of a table that is not parted."""


@dataclass(frozen=True)
class _Grid:
    """Cells as text, alignment by column, widths in twentieths of a point."""

    header: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    centred: tuple[bool, ...]
    widths: tuple[int, ...]
    size: float


_MINUS = re.compile(r"(?<![0-9A-Za-z.])-(?=\d)")


def table_xml(table: ReportTable, width_mm: float) -> str:
    """Return a table as one ``w:tbl`` element, with its namespace declared, that fills ``width_mm``."""
    from docx.oxml.ns import nsdecls

    grid = _lay_out(table, width_mm)
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid.widths)
    rows = [_row_xml(grid.header, grid, header=True)]
    last = len(table.rows) - 1
    # No row alone on a page; a small table on one.
    together = range(last) if last < _SMALL_TABLE else (0, last - 1)
    rows += [
        _row_xml(cells, grid, row=row, kept=index in together or (index == last and bool(table.notes)))
        for index, (cells, row) in enumerate(zip(grid.cells, table.rows, strict=True))
    ]
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(grid.widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{border}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{_MARGIN}" '
        f'w:type="dxa"/><w:right w:w="{_MARGIN}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def marked_notes(table: ReportTable) -> list[str]:
    """Return the notes below a table, numbered where there are several."""
    return [f"注{count if len(table.notes) > 1 else ''}：{note}" for count, note in enumerate(table.notes, 1)]


def looks_numeric(text: str) -> bool:
    """Tell whether a printed cell is a number, which stands at the right edge."""
    return text in {"—", ""} or _NUMBER.fullmatch(text) is not None


def band_colour(text: str) -> str | None:
    """Return the colour of the band that stands behind a printed number; None where none does."""
    colour = LIGHTS.get(text[-1:])
    return colour if colour and re.fullmatch(r".*\d\S* [红橙黄绿]", text) else None


def display_width(text: str) -> int:
    """Return the width of a text in half characters: a Chinese character takes two."""
    return (
        len(text)
        if text.isascii()
        else sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
    )


def _lay_out(table: ReportTable, width_mm: float) -> _Grid:
    header = tuple(re.sub(r"(?<=\d{4}年)(?=.)", "\n", text) for text in (table.stub, *table.columns))
    cells = tuple(_cells_of(table, index) for index in range(len(table.rows)))
    numeric = tuple(column > 0 and all(looks_numeric(row[column]) for row in cells) for column in range(len(header)))
    centred = tuple(
        column > 0 and not number and all(len(row[column]) <= 10 for row in cells)
        for column, number in enumerate(numeric)
    )
    available = round(width_mm * _DXA_PER_MM)
    size, widths = _fitting(header, cells, numeric, table, available)
    return _Grid(header, cells, numeric, centred, tuple(_spread(widths, numeric, available)), size)


def _fitting(
    header: Texts, cells: tuple[Texts, ...], numeric: tuple[bool, ...], table: ReportTable, available: int
) -> tuple[float, list[int]]:
    """Return the largest size at which nothing wraps; 9 pt with wrapped text when none does; less only for the numbers."""
    for size in (10.5, 10.0, 9.5, 9.0):
        widths = _widths(header, cells, numeric, table, size)
        if sum(widths) <= available:
            return size, widths
    for size in (9.0, 8.5, 8.0, 7.5):
        wanted = _widths(header, cells, numeric, table, size, heading=_WRAPPED_HEADING_EMS)
        widths = _narrowed(wanted, numeric, size, available)
        if sum(widths) <= available:
            return size, widths
    return size, [width * available // sum(widths) for width in widths]


def _cells_of(table: ReportTable, index: int) -> tuple[str, ...]:
    """Print a row; a label that repeats the row above (one line in several scenarios) stays blank."""
    row = table.rows[index]
    repeated = index > 0 and table.rows[index - 1].label == row.label
    return ("" if repeated else row.label, *printed_row(table, row))


def _widths(
    header: Texts,
    cells: tuple[Texts, ...],
    numeric: tuple[bool, ...],
    table: ReportTable,
    size: float,
    heading: float = math.inf,
) -> list[int]:
    """Return the widths at which no cell wraps; number columns are alike, their headings wrap above ``heading`` ems."""
    wanted = []
    for column, title in enumerate(header):
        least = max(width_in_ems(part) for part in title.split("\n")) if len(title) <= 4 or numeric[column] else 4.0
        least = min(least, heading)
        texts = [
            width_in_ems(row[column]) + (0.0 if column else table.rows[index].level) for index, row in enumerate(cells)
        ]
        wanted.append(round(max([least, *texts]) * size * 20) + _PADDING)
    widest = max((width for width, number in zip(wanted, numeric, strict=True) if number), default=0)
    return [widest if number else width for width, number in zip(wanted, numeric, strict=True)]


def _narrowed(wanted: list[int], numeric: tuple[bool, ...], size: float, available: int) -> list[int]:
    """Numbers keep what they need; text shares the rest and wraps, never narrower than six characters, names beside numbers nine."""
    texts_at = [column for column, number in enumerate(numeric) if not number]
    left = available - sum(width for width, number in zip(wanted, numeric, strict=True) if number)
    # Short text columns keep their width, long ones share what is left by the square root of their length.
    ordered = sorted(texts_at, key=lambda column: wanted[column])
    for position, column in enumerate(ordered):
        least = _NAME_EMS if column == 0 and any(numeric) else _TEXT_EMS
        share = wanted[column] ** 0.5 / sum(wanted[other] ** 0.5 for other in ordered[position:])
        wanted[column] = max(
            min(wanted[column], round(left * share)), min(round(least * size * 20) + _PADDING, wanted[column])
        )
        left -= wanted[column]
    return wanted


@lru_cache(50_000)
def width_in_ems(text: str, narrow: bool = False) -> float:
    """Return the width of a text in ems, bold figures of a wide serif face assumed unless ``narrow``: a machine may lack Times New Roman."""
    other = 0.5 if narrow else 0.7
    return sum((1.0 if unicodedata.east_asian_width(each) in "WFA" else _EMS.get(each, other) for each in text), 0.0)


def _spread(widths: list[int], numeric: tuple[bool, ...], available: int) -> list[int]:
    """Fill the page: number columns grow by at most six tenths, text columns take the rest."""
    left = max(available - sum(widths), 0)
    share = left // len(widths)
    grown = [
        width + min(share, round(width * 0.6)) if number else width
        for width, number in zip(widths, numeric, strict=True)
    ]
    texts = [column for column, number in enumerate(numeric) if not number]
    rest = max(available - sum(grown), 0)
    for column in texts:
        grown[column] += rest // len(texts)
    return grown


def _row_xml(
    texts: tuple[str, ...], grid: _Grid, row: ReportRow | None = None, header: bool = False, kept: bool = False
) -> str:
    cells = "".join(_cell_xml(text, column, grid, row, header, header or kept) for column, text in enumerate(texts))
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if header else ''}</w:trPr>{cells}</w:tr>"


def _cell_xml(text: str, column: int, grid: _Grid, row: ReportRow | None, header: bool, kept: bool) -> str:
    align = "center" if header or grid.centred[column] else "right" if grid.numeric[column] else "left"
    level = row.level if row is not None and column == 0 else 0
    indent = f'<w:ind w:left="{round(level * grid.size * 20)}"/>' if level else ""
    pitch = f'<w:spacing w:before="0" w:after="0" w:line="{round(grid.size * 20 * LINE_HEIGHT)}" w:lineRule="exact"/>'
    fill = band_colour(text) or ("F2F2F2" if header else None)
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    bold = "<w:b/>" if header or (row is not None and row.total) else ""
    size = f'<w:sz w:val="{round(grid.size * 2)}"/><w:szCs w:val="{round(grid.size * 2)}"/>'
    if not looks_numeric(text):
        text = _MINUS.sub("\u2011", text)  # a sign stays with its number at the end of a line
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\n"))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{grid.widths[column]}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style_id("table_text")}"/>{"<w:keepNext/>" if kept else ""}{pitch}{indent}'
        f'<w:jc w:val="{align}"/></w:pPr><w:r><w:rPr>{bold}{size}</w:rPr>{runs}</w:r></w:p></w:tc>'
    )
