"""Choose the sheet of a workbook that holds the table; name the others, refuse what would be lost with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fiscal_model.inputs.habits.grid import Grid, Line
from fiscal_model.inputs.habits.header_row import most_titles
from fiscal_model.inputs.habits.quoted_lines import on_one_line
from fiscal_model.inputs.habits.sheet_marks import Marks, read_marks
from fiscal_model.registers.schema import Table
from fiscal_model.words.errors import Fault, line_spans
from fiscal_model.words.plain import one_line

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_BESIDES = re.compile(r"说明|封面|目录|示例|样例|样表|参考|字典|代码|下拉|选项|readme|guide", re.IGNORECASE)
_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True)
class _Sheet:
    name: str
    hidden: bool
    rows: tuple[Line, ...]
    merged: tuple[tuple[int, int, int, int], ...]
    titles: int
    numbers: int


def choose_sheet(book: CalamineWorkbook, content: bytes, table: Table, shown: str) -> tuple[Grid | None, list[Fault]]:
    """Read the sheet of a workbook that holds a table: the only one with its titles, the first where none has them.

    ``content``: the workbook's bytes, for what its values do not tell.
    """
    sheets = _sheets(book, table)
    filled = [sheet for sheet in sheets if sheet.rows and not sheet.hidden]
    if not filled:
        return Grid((), is_workbook=True).telling(*_others_said(sheets, None)), []
    tables = [sheet for sheet in filled if sheet.titles > 1 and not _BESIDES.search(sheet.name)]
    chosen = tables[0] if tables else filled[0]
    lost = [sheet for sheet in filled if sheet is not chosen and _would_be_lost(sheet)]
    if lost:
        names = "、".join(f"“{sheet.name}”" for sheet in lost)
        found = f"只读工作表“{chosen.name}”，{names} 也有内容，不会被读取"
        return None, [Fault(shown, found, "请把要用的行放进一张工作表，或另存为各自的文件，再删去其余工作表")]
    grid = Grid(chosen.rows, is_workbook=True, merged=chosen.merged).telling(*_others_said(sheets, chosen))
    return _marked(grid, read_marks(content, chosen.name), shown)


def sheet_as_typed(book: CalamineWorkbook, content: bytes, name: str, shown: str) -> Grid:
    """Read one sheet of a workbook; ``shown`` is its name in messages."""
    rows, merged, _ = _rows_of(book, name)
    if not rows:
        return Grid((), is_workbook=True)
    grid, faults = _marked(Grid(rows, is_workbook=True, merged=merged), read_marks(content, name), shown)
    return grid.refusing(*faults)


def _marked(grid: Grid, marks: Marks, shown: str) -> tuple[Grid, list[Fault]]:
    lines = {line for line, _ in grid.rows}
    if hidden := [line for line in marks.hidden if line in lines]:
        grid = grid.telling(f"隐藏的第 {line_spans(hidden)} 行也已读取")
    return grid, _unfit(marks, shown)


def as_text(cell: object) -> str:
    """Return a cell as a planner would type it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return one_line(on_one_line(str(cell))).strip()


def _sheets(book: CalamineWorkbook, table: Table) -> list[_Sheet]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    found = []
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        filled, merged, numbers = _rows_of(book, about.name)
        hidden = about.visible != SheetVisibleEnum.Visible
        found.append(_Sheet(about.name, hidden, filled, merged, most_titles(filled, table), numbers))
    return found


def _rows_of(book: CalamineWorkbook, name: str) -> tuple[tuple[Line, ...], tuple[tuple[int, int, int, int], ...], int]:
    """The filled rows of a sheet, its merged cells, how many numbers it holds."""
    sheet = book.get_sheet_by_name(name)
    cells: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    rows = ((line, tuple(as_text(cell) for cell in row)) for line, row in enumerate(cells, 1))
    ranges = sheet.merged_cell_ranges or ()
    merged = tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)
    numbers = sum(isinstance(cell, int | float) for row in cells for cell in row)
    return tuple(row for row in rows if any(row[1])), merged, numbers


def _would_be_lost(sheet: _Sheet) -> bool:
    """Tell whether a further sheet holds figures, or the titles of this table; a guide to filling in does not."""
    return not _BESIDES.search(sheet.name) and (sheet.numbers > 1 or sheet.titles > 1)


def _others_said(sheets: Sequence[_Sheet], chosen: _Sheet | None) -> list[str]:
    others = [sheet for sheet in sheets if sheet.rows and sheet is not chosen]
    if not others:
        return []
    names = "、".join(f"“{sheet.name}”{'（隐藏）' if sheet.hidden else ''}" for sheet in others)
    return [f"读工作表“{chosen.name}”，没有读 {names}" if chosen else f"没有读 {names}"]


def _unfit(marks: Marks, shown: str) -> list[Fault]:
    """Cells that look empty to a reader but are not: formulas never calculated, and errors."""
    faults = []
    for letter, lines in _by_column(marks.uncalculated).items():
        remedy = "请在 Excel/WPS 中打开这个文件，按 F9 计算，保存后再读；或改填数值"
        faults += [Fault(shown, "公式没有算出的值", remedy, line, None, letter) for line in lines]
    for cell, said in marks.errors:
        place = _CELL.fullmatch(cell)
        if place:
            found = f"公式出错，显示 {said}"
            faults.append(Fault(shown, found, "请改正公式，或改填数值", int(place[2]), None, place[1]))
    return faults


def _by_column(cells: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for cell in cells:
        if place := _CELL.fullmatch(cell):
            found.setdefault(place[1], []).append(int(place[2]))
    return found
