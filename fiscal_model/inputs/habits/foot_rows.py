"""Notes and totals at the foot of a table are no rows of it; a total is held against the rows that it adds up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from fiscal_model.inputs.habits.grid import Grid, Line, filled
from fiscal_model.inputs.habits.header_row import with_facts
from fiscal_model.inputs.habits.years_across import year_title
from fiscal_model.registers.schema import Table
from fiscal_model.registers.titles import plain_words, read_title
from fiscal_model.registers.written_cells import as_written, counts_persons
from fiscal_model.words.errors import Fault

_NOTE = re.compile(
    r"(注|附注|备注|说明|填表|填报|制表|编制人|审核|复核|负责人|单位负责人|分管|经办|联系|电话|报送|日期|打印|资料来源|数据来源|来源|金额单位|单位)"
    r"[^:]{0,8}:.*|\*.*|\d+[.、].{8,}"
)
_TOTAL = re.compile(r"(其中)?(合计|总计|小计|共计|总合计)数?")


def set_aside_foot(grid: Grid, table: Table, shown: str) -> Grid:
    """Skip the notes below the last row and the totals among the rows; a total that does not add up is refused."""
    notes = _notes(grid.rows)
    grid = with_facts(grid, notes, table, shown).skip(dict.fromkeys((line for line, _ in notes), "注或签名"))
    names = [read_title(title, table).name for title in grid.titles]
    totals = [row for row in grid.rows if _is_total(row[1], names, table)]
    for row in totals:
        grid = grid.refusing(*_off(row, grid, totals, names, table, shown))
    return grid.skip({line: plain_words(filled(cells)[0])[-2:] for line, cells in totals})


def _notes(rows: Sequence[Line]) -> list[Line]:
    """The last rows, as long as they read as notes."""
    found: list[Line] = []
    for line, cells in reversed(rows):
        given = filled(cells)
        labelled = all(_NOTE.fullmatch(plain_words(cell)) for cell in given)
        if not (given and (labelled or (_NOTE.fullmatch(plain_words(given[0])) and len(given) <= 3))):
            break
        found.append((line, cells))
    return found[::-1]


def _is_total(cells: tuple[str, ...], names: Sequence[str], table: Table) -> bool:
    """Tell whether the first word of a row is a total, in a column where that is no word of the table."""
    if not any("计" in cell for cell in cells):
        return False
    place = next(
        (place for place, cell in enumerate(cells) if cell and not (place < len(names) and names[place] == "")), None
    )
    if place is None or not _TOTAL.fullmatch(plain_words(cells[place])):
        return False
    name = names[place] if place < len(names) else ""
    words = {word for term in table.column(name).terms for word in (term.label, *term.others)} if name else set()
    return plain_words(cells[place]) not in words


def _off(
    total: Line, grid: Grid, totals: Sequence[Line], names: Sequence[str], table: Table, shown: str
) -> list[Fault]:
    """The figures of a total that neither the rows since the total before nor all rows add up to."""
    line, cells = total
    marks = [each for each, _ in totals]
    since = max((mark for mark in marks if mark < line), default=0)
    rows = [row for row in grid.rows if row[0] not in marks and _agree(row[1], cells, names, table)]
    parts = [[row for row in rows if since < row[0] < line], [row for row in rows if row[0] < line], rows]
    faults = []
    for place, title in enumerate(grid.titles):
        figure = _figure(cells, place, names, table) if _adds_up(title, names[place], table) else None
        if figure is None:
            continue
        sums = [_sum(part, place, names, table) for part in parts]
        if not any(found is not None and abs(found[0] - figure) <= found[1] for found in sums):
            said = f"{sums[1][0]:,f}" if sums[1] is not None else "不能相加"
            found = f"“{title}”{plain_words(filled(cells)[0])}写 {figure:,f}，各行相加是 {said}"
            faults.append(Fault(shown, found, "请核对各行和单位；合计行不必有，也可以删去", line=line))
    return faults


def _adds_up(title: str, name: str, table: Table) -> bool:
    if not name:
        return year_title(title) is not None
    return table.column(name).is_money or counts_persons(table.column(name))


def _agree(cells: tuple[str, ...], total: tuple[str, ...], names: Sequence[str], table: Table) -> bool:
    """Tell whether a row is one of those that a total adds: the same in what the total says of itself."""
    word = filled(total)[0]
    keys = [
        place
        for place, name in enumerate(names)
        if name in table.key and place < len(total) and total[place] and total[place] != word
    ]
    return all(place < len(cells) and cells[place] == total[place] for place in keys)


def _sum(rows: Sequence[Line], place: int, names: Sequence[str], table: Table) -> tuple[Decimal, Decimal] | None:
    """What rows add up to, and half a unit of the last digit of each; None without rows."""
    figures = [figure for _, cells in rows if (figure := _figure(cells, place, names, table)) is not None]
    if not figures:
        return None
    digit = max(Decimal(1).scaleb(min(0, int(figure.as_tuple().exponent))) for figure in figures)
    return sum(figures, Decimal(0)), digit * (len(figures) + 1) / 2


def _figure(cells: tuple[str, ...], place: int, names: Sequence[str], table: Table) -> Decimal | None:
    if place >= len(cells) or not cells[place]:
        return None
    column = table.column(names[place] or table.money[0])
    try:
        return Decimal(as_written(column, cells[place], {}).text)
    except InvalidOperation:
        return None
