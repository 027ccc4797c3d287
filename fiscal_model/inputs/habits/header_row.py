"""Find the line of the titles below a heading; read the unit and the source that stand above them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise, zip_longest

from fiscal_model.inputs.habits.grid import Grid, Line, filled
from fiscal_model.inputs.habits.years_across import year_title
from fiscal_model.registers.schema import Table
from fiscal_model.registers.titles import NOT_READ, letter_of, plain_words, read_title, unit_words, value_column
from fiscal_model.words.errors import Fault

_LOOKED_AT = 20
"""Filled rows among which the titles are sought."""
_UNIT = re.compile(r"(?:金额|计量|货币)?单位:([^()]+)")
_SOURCE = re.compile(r"\s*(?:资料来源|数据来源|来源)\s*[:：]\s*(.+)")
_NUMBER = re.compile(r"[-+]?[\d,]+\.?\d*%?")


def find_header(grid: Grid, table: Table, shown: str) -> Grid:
    """Take the titles from the first line that is made of them, else the one with most, and set aside what stands above."""
    if not grid.rows:
        return grid
    grid = _on_one_line(grid, table)
    looked_at = grid.rows[:_LOOKED_AT]
    scores: list[int] = []
    for _, cells in looked_at:
        scores.append(_titles_in(cells, table))
        if 1 < scores[-1] > len(filled(cells)) / 2:
            at = len(scores) - 1
            break
    else:
        at = scores.index(max(scores)) if max(scores) > 1 else 0
    line, cells = grid.rows[at]
    header = list(cells)
    while header and not header[-1]:
        header.pop()
    letters = tuple(map(letter_of, range(len(header)))) if grid.is_workbook else ()
    found = replace(grid, header=line, titles=tuple(header), letters=letters, rows=grid.rows[at + 1 :])
    return _numbered(_above(found, grid.rows[:at], table, shown))


def _on_one_line(grid: Grid, table: Table) -> Grid:
    """Join titles on two lines: a year, merged or written once, over 预算数 and 决算数."""
    if value_column(table) is None:
        return grid
    for place, ((line, above), (last, below)) in enumerate(pairwise(grid.rows[:_LOOKED_AT])):
        year, titles, joined = "", [], 0
        for upper, lower in zip_longest(above, below, fillvalue=""):
            year = year if not upper else upper if year_title(upper) else ""
            is_version = bool(lower) and bool((year_title(f"2000年{lower}") or ("", ""))[1])
            if upper and lower and not (is_version and year):
                break
            joined += is_version and bool(year)
            titles.append(f"{year}{lower}" if is_version else upper or lower)
        else:
            if joined:
                rows = (*grid.rows[:place], (last, tuple(titles)), *grid.rows[place + 2 :])
                return replace(grid, rows=rows).telling(f"第 {line}、{last} 行合为一行表头")
    return grid


def read_facts(lines: Iterable[Line], table: Table, shown: str) -> tuple[dict[str, tuple[int, str]], list[Fault]]:
    """Read ``单位：亿元`` and ``资料来源：…`` in rows beside a table: column to line and word; two units are a fault."""
    facts: dict[str, tuple[int, str]] = {}
    faults: list[Fault] = []
    for line, cells in lines:
        for cell in filled(cells):
            if unit := _UNIT.search(plain_words(cell)):
                found, wrong = _unit(unit[1], table, shown, line)
                faults += wrong
                if found:
                    facts["unit"] = (line, found)
            if (source := _SOURCE.match(cell)) and "source" in table.columns:
                facts["source"] = (line, source[1].strip())
    return facts, faults


def with_facts(grid: Grid, lines: Iterable[Line], table: Table, shown: str) -> Grid:
    """Let what stands beside a table hold for its rows; one that contradicts what was read before is refused."""
    facts, faults = read_facts(lines, table, shown)
    for name, (line, word) in facts.items():
        if grid.facts.get(name, word) != word and name == "unit":
            found = f"这里写“单位：{word}”，前面写“单位：{grid.facts[name]}”"
            faults.append(Fault(shown, found, "请只留一处，或改成一致", line=line))
    has_sources = any(read_title(title, table).name == "source" for title in grid.titles)
    new = {name: word for name, (_, word) in facts.items() if name not in grid.facts}
    if has_sources:
        new.pop("source", None)
    said = [f"按“单位：{word}”换算" if name == "unit" else f"各行来源按“{word}”" for name, word in new.items()]
    return replace(grid, facts={**grid.facts, **new}).telling(*said).refusing(*faults)


def _unit(text: str, table: Table, shown: str, line: int) -> tuple[str, list[Fault]]:
    """The one unit of the table that is named; a name that is no unit at all (of an office) is none."""
    known = unit_words(table)
    words = [word.removeprefix("人民币") for word in re.split(r"[、,;/，；]|\s", text) if word]
    units = [word for word in words if word in known]
    if len(units) > 1:
        found = f"这里写“单位：{text}”，不知各列按哪一个"
        return "", [Fault(shown, found, "请在各列表头写明单位，例如“金额（万元）”，或加一列“单位”", line=line)]
    if not units and re.search(r"元\W*$", text) and known:
        remedy = f"请换算成{'、'.join(known)}之一，并改写这一行"
        return "", [Fault(shown, f"这里写“单位：{text}”，不能换算", remedy, line=line)]
    return (units[0] if units else ""), []


def most_titles(rows: tuple[Line, ...], table: Table) -> int:
    """Return how many titles of a table the line near the top with most of them has."""
    return max((_titles_in(cells, table) for _, cells in rows[:_LOOKED_AT]), default=0)


def _titles_in(cells: tuple[str, ...], table: Table) -> int:
    years = value_column(table) is not None
    return sum(
        bool(read_title(cell, table).name) or plain_words(cell) in NOT_READ or (years and year_title(cell) is not None)
        for cell in filled(cells)
    )


def _above(grid: Grid, lines: tuple[Line, ...], table: Table, shown: str) -> Grid:
    """Set aside the rows above the titles: a heading is, a row of figures is refused."""
    for line, cells in lines:
        if sum(bool(_NUMBER.fullmatch(cell)) for cell in filled(cells)) > 1:
            found = "这一行在表头上面，却像是数据"
            grid = grid.refusing(Fault(shown, found, "请把它移到表头下面，或删去", line=line))
    grid = with_facts(grid, lines, table, shown)
    return replace(grid, skipped=(*grid.skipped, *((line, "标题") for line, _ in lines)))


def _counts_columns(cells: tuple[str, ...]) -> bool:
    given = [cell for cell in filled(cells) if plain_words(cell) not in {"栏次", "列次"}]
    return len(given) > 2 and given == [str(number) for number in range(1, len(given) + 1)]


def _numbered(grid: Grid) -> Grid:
    """Set aside a line that only numbers the columns, and titles repeated further down, as on each printed page."""
    lines = {}
    for place, (line, cells) in enumerate(grid.rows):
        if place == 0 and _counts_columns(cells):
            lines[line] = "栏次"
        if cells[: len(grid.titles)] == grid.titles:
            lines[line] = "重复的表头"
    return grid.skip(lines)
