"""What a merged cell says holds for every row that it covers; an amount merged over rows cannot be divided."""

from __future__ import annotations

from dataclasses import replace

from fiscal_model.inputs.habits.grid import Grid
from fiscal_model.inputs.habits.years_across import year_title
from fiscal_model.registers.schema import Table
from fiscal_model.registers.titles import letter_of, read_title
from fiscal_model.registers.written_cells import is_number
from fiscal_model.words.cells import Month, Year
from fiscal_model.words.errors import Fault, line_spans


def fill_merged(grid: Grid, table: Table, shown: str) -> Grid:
    """Fill the cells below the top of each merged cell; refuse amounts that span rows."""
    if not grid.merged:
        return grid
    given = {line: list(cells) for line, cells in grid.rows}
    columns: list[str] = []
    for first, left, last, right in grid.merged:
        if first <= grid.header or first not in given or left >= len(grid.titles):
            continue
        said = given[first][left]
        title = grid.titles[left]
        if first < last and said and _divides(title, table):
            letter = letter_of(left)
            found = f"第 {line_spans(range(first, last + 1))} 行合并成一格“{said}”，不知各行各是多少"
            fault = Fault(shown, found, "请取消合并，把数分到各行，或只留一行", line=first, column=title, letter=letter)
            grid = grid.refusing(fault)
            continue
        for line in range(first, last + 1):
            if line in given and said:
                given[line][left : min(right, left) + 1] = [said]
        if first < last and said:
            columns.append(title)
    if not columns:
        return grid
    said = "、".join(f"“{title}”" for title in dict.fromkeys(columns))
    filled = replace(grid, rows=tuple((line, tuple(cells)) for line, cells in given.items()))
    return filled.telling(f"{said}列的合并单元格按每行都填了读")


def _divides(title: str, table: Table) -> bool:
    """Tell whether a column holds figures of each row's own."""
    name = read_title(title, table).name
    if not name:
        return year_title(title) is not None
    return is_number(table.column(name)) and table.column(name).kind not in (Year, Month)
