"""Read one table file (CSV in any usual encoding, or a workbook) into checked rows, keeping the spreadsheet's line numbers."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace
from pathlib import Path

from fiscal_model.inputs.habits.all_steps import as_table
from fiscal_model.inputs.habits.grid import Grid, Line
from fiscal_model.inputs.habits.quoted_lines import CLOSE_THE_QUOTE, broken_cells, on_one_line
from fiscal_model.inputs.habits.workbook_sheets import choose_sheet
from fiscal_model.inputs.workbooks import MOST_CELLS, no_workbook, open_workbook
from fiscal_model.registers.heading import Heading
from fiscal_model.registers.raw_rows import CheckedRow, check_table
from fiscal_model.registers.schema import Table
from fiscal_model.words.errors import Fault
from fiscal_model.words.files import decode, read_bytes, unreadable

_WORKBOOK_START = b"PK\x03\x04"
_OLD_WORKBOOK_START = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class ReadFile:
    """One table file: its rows, faults, and in Chinese what was skipped, converted or taken for granted."""

    rows: list[CheckedRow]
    faults: list[Fault]
    said: tuple[str, ...] = ()
    heading: Heading = field(default_factory=Heading)


def read_table(path: Path, table: Table, shown: str) -> tuple[list[CheckedRow], list[Fault]]:
    """Read and check one table file; ``shown`` is its name in messages."""
    read = read_file(path, table, shown)
    return read.rows, read.faults


def read_file(path: Path, table: Table, shown: str) -> ReadFile:
    """Read and check one table file, and tell what was done to read it; ``shown`` is its name in messages."""
    content, faults = read_bytes(path, shown)
    return ReadFile([], faults) if faults else read_content(content, path.suffix, table, shown)


def read_content(content: bytes, suffix: str, table: Table, shown: str) -> ReadFile:
    """Read and check what one table file holds; ``shown`` is its name in messages."""
    grid, faults = _grid_of(content, suffix, table, shown)
    if grid is None:
        return ReadFile([], faults)
    return checked_grid(replace(grid, faults=(*grid.faults, *faults)), table, shown)


def checked_grid(grid: Grid, table: Table, shown: str) -> ReadFile:
    """Make a table of a sheet as typed, and check it; ``shown`` is its name in messages."""
    raw, settled = as_table(grid, table, shown)
    checked = check_table(raw, table, shown)
    faults = [checked.heading.in_its_words(fault, table) for fault in (*settled.faults, *checked.faults)]
    return ReadFile(checked.rows, faults, (*settled.account, *checked.said), checked.heading)


def read_grid(path: Path, table: Table, shown: str) -> tuple[Grid | None, list[Fault]]:
    """Read a table file as it was typed.

    ``path``: a ``.csv`` (UTF-8, UTF-16 or GBK) or ``.xlsx`` file.
    ``table``: the table that it should hold; a workbook's sheet is chosen by it.
    ``shown``: the file's name in messages.
    Returns (Grid or None, list of Fault): no grid when the file cannot be read at all.
    """
    content, faults = read_bytes(path, shown)
    return (None, faults) if faults else _grid_of(content, path.suffix, table, shown)


def _grid_of(content: bytes, suffix: str, table: Table, shown: str) -> tuple[Grid | None, list[Fault]]:
    if not content.strip():
        return None, [
            Fault(shown, "文件是空的，连表头也没有", "请用 fiscal-model new 重新生成该表的表头，或删除这个文件", 1)
        ]
    if suffix.lower() in {".xlsx", ".xls"}:
        return _read_workbook(content, table, shown)
    if content.startswith((_WORKBOOK_START, _OLD_WORKBOOK_START)):
        return None, [
            Fault(shown, "文件后缀是 .csv，内容却是 Excel 工作簿", "请在 Excel/WPS 中另存为 CSV，或把后缀改为 .xlsx", 1)
        ]
    text = decode(content)
    if text is None:
        return None, [unreadable(content, shown, "请在 Excel/WPS 中另存为“CSV UTF-8”")]
    return _split(text, shown)


def _read_workbook(content: bytes, table: Table, shown: str) -> tuple[Grid | None, list[Fault]]:
    from python_calamine import CalamineError

    book, faults = open_workbook(content, shown)
    if book is None:
        return None, faults
    try:
        return choose_sheet(book, content, table, shown)
    except (CalamineError, OSError, ValueError, IndexError):
        return None, [no_workbook(shown)]


def _split(text: str, shown: str) -> tuple[Grid | None, list[Fault]]:
    top = text.split("\n", 10)[:10]
    delimiter = max(",\t;", key=lambda mark: max(line.count(mark) for line in top))
    if (count := text.count(delimiter) + text.count("\n")) > MOST_CELLS:
        found = f"有 {count:,} 格，超过上限 {MOST_CELLS:,} 格，没有读取"
        return None, [Fault(shown, found, "请先汇总，或删去不用的行列")]
    text = (
        text.rstrip("\r\n") + "\n"
    )  # A quote still open at the end then holds this line break, as one closed too late holds others
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Line] = []
    faults: list[Fault] = []
    start = 1
    widest: tuple[str, ...] = ()
    try:
        for cells in reader:
            row = tuple(map(str.strip, cells))
            if reader.line_num > start or (cells and cells[-1].endswith("\n")):  # Line breaks inside a cell
                faults += broken_cells(cells, widest, start, reader.line_num, shown, delimiter)
                row = tuple(map(on_one_line, row))
            widest = row if len(row) > len(widest) else widest
            if any(row):
                rows.append((start, row))
            start = reader.line_num + 1
    except csv.Error:  # A cell of more than 131,072 characters: a quote that swallowed what follows
        faults.append(Fault(shown, "引号一直没有关上，以下各行都被吞进一格", CLOSE_THE_QUOTE, line=start))
    return (None, faults) if faults else (Grid(tuple(rows)), [])
