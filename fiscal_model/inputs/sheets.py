"""Read one table file (CSV in any usual encoding, or a workbook) into raw rows, keeping the spreadsheet's line numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fiscal_model.inputs.workbooks import MOST_CELLS, no_workbook, open_workbook
from fiscal_model.registers.raw_rows import CheckedRow, RawTable, check_rows
from fiscal_model.registers.schema import Table
from fiscal_model.words.errors import Fault
from fiscal_model.words.files import decode, read_bytes, unreadable
from fiscal_model.words.plain import one_line

_WORKBOOK_START = b"PK\x03\x04"
_OLD_WORKBOOK_START = b"\xd0\xcf\x11\xe0"
_CLOSE_THE_QUOTE = "请删去多余的英文引号，或在该格末尾补上；格内确有换行的，改成一行"


def read_table(path: Path, table: Table, shown: str) -> tuple[list[CheckedRow], list[Fault]]:
    """Read and check one table file; ``shown`` is its name in messages."""
    raw, faults = read_raw(path, shown)
    return check_rows(raw, table, shown) if raw is not None else ([], faults)


def read_raw(path: Path, shown: str) -> tuple[RawTable | None, list[Fault]]:
    """Read a table file.

    ``path``: a ``.csv`` (UTF-8, UTF-16 or GBK) or ``.xlsx`` file.
    ``shown``: the file's name in messages.
    Returns (RawTable or None, list of Fault): no table when the file cannot be read at all.
    """
    content, faults = read_bytes(path, shown)
    if faults:
        return None, faults
    if not content.strip():
        return None, [
            Fault(shown, "文件是空的，连表头也没有", "请用 fiscal-model new 重新生成该表的表头，或删除这个文件", 1)
        ]
    if path.suffix.lower() in {".xlsx", ".xls"}:
        return _read_workbook(content, shown)
    if content.startswith((_WORKBOOK_START, _OLD_WORKBOOK_START)):
        return None, [
            Fault(shown, "文件后缀是 .csv，内容却是 Excel 工作簿", "请在 Excel/WPS 中另存为 CSV，或把后缀改为 .xlsx", 1)
        ]
    text = decode(content)
    if text is None:
        return None, [unreadable(content, shown, "请在 Excel/WPS 中另存为“CSV UTF-8”")]
    return _split(text, shown)


def _split(text: str, shown: str) -> tuple[RawTable | None, list[Fault]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    if (count := text.count(delimiter) + text.count("\n")) > MOST_CELLS:
        return None, [
            Fault(shown, f"有 {count:,} 格，超过上限 {MOST_CELLS:,} 格，没有读取", "请先汇总，或删去不用的行列")
        ]
    text = (
        text.rstrip("\r\n") + "\n"
    )  # A quote still open at the end then holds this line break, as one closed too late holds others
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, tuple[str, ...]]] = []
    faults: list[Fault] = []
    start = 1
    try:
        for cells in reader:
            faults += broken_cells(cells, rows[0][1] if rows else (), start, reader.line_num, shown)
            rows.append((start, tuple(cell.strip() for cell in cells)))
            start = reader.line_num + 1
    except csv.Error:  # A cell of more than 131,072 characters: a quote that swallowed what follows
        faults.append(Fault(shown, "引号一直没有关上，以下各行都被吞进一格", _CLOSE_THE_QUOTE, line=start))
    return (None, faults) if faults else _with_header(rows)


def broken_cells(cells: Sequence[str], header: Sequence[str], start: int, end: int, shown: str) -> list[Fault]:
    """Return a fault where a cell of a row holds line breaks: its quote, opened on line ``start``, swallowed the rows down to ``end``."""
    for place, cell in enumerate(cells):
        if "\n" in cell or "\r" in cell:
            until = "到文件末尾也没有关上" if cell.endswith("\n") else f"到第 {end} 行才关上"
            swallowed = f"，其后 {end - start} 行被吞进一格" if end > start else ""
            column = header[place] if place < len(header) else None
            return [Fault(shown, f"这里打开的引号{until}{swallowed}", _CLOSE_THE_QUOTE, line=start, column=column)]
    return []


def _read_workbook(content: bytes, shown: str) -> tuple[RawTable | None, list[Fault]]:
    from python_calamine import CalamineError, SheetTypeEnum

    book, faults = open_workbook(content, shown)
    if book is None:
        return None, faults
    try:
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        others = [sheet.name for sheet in book.sheets_metadata[1:] if sheet.typ == SheetTypeEnum.WorkSheet]
        unread = [name for name in others if _is_filled(book.get_sheet_by_name(name).to_python())]
        first = book.sheet_names[0]
    except (CalamineError, OSError, ValueError, IndexError):
        return None, [no_workbook(shown)]
    if unread:
        names = "、".join(f"“{name}”" for name in unread)
        found = f"只读第一张工作表“{first}”，{names} 也有内容，不会被读取"
        return None, [Fault(shown, found, "请把要用的行放进第一张工作表，或另存为各自的文件，再删去其余工作表")]
    rows = [(number, tuple(as_text(cell) for cell in row)) for number, row in enumerate(cells, 1)]
    return _with_header(rows)


def _is_filled(rows: list[list[Any]]) -> bool:
    return any(as_text(cell) for row in rows for cell in row)


def as_text(cell: object) -> str:
    """Return a cell as a table of text would hold it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return one_line(str(cell)).strip()


def _with_header(rows: list[tuple[int, tuple[str, ...]]]) -> tuple[RawTable | None, list[Fault]]:
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if not filled:
        return RawTable((), ()), []
    header = list(filled[0][1])
    while header and not header[-1]:
        header.pop()
    return RawTable(tuple(header), tuple(filled[1:])), []
