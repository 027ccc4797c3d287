"""Check raw rows against a table's row class and say in Chinese, cell by cell, what is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from pydantic import ValidationError

from fiscal_model.registers.heading import Heading, read_heading
from fiscal_model.registers.row_units import row_units
from fiscal_model.registers.schema import Table
from fiscal_model.registers.titles import counts_money, read_title, unit_words
from fiscal_model.registers.written_cells import Written, cell_reader, names_a_unit
from fiscal_model.words.cells import Row
from fiscal_model.words.errors import Fault, did_you_mean
from fiscal_model.words.plain import from_csv_cell, one_line
from fiscal_model.words.vocabulary import IN_BASE_UNITS

CellReader = Callable[[str], tuple[str, Written]]
"""What reads the cells of a column, one that it has read before at once: years, words and sources repeat."""
_ONE_TABLE = "一个文件只放一张表，请把右边的内容另存为它自己的文件"
_WITH_SIGN = "请连百分号一起写，例如 3.05%，或写小数并去掉表头的 %"
_DECIMALS = "比例用小数：90% 写 0.9，3.05% 写 0.0305"


@dataclass(frozen=True)
class RawTable:
    """Header and rows as text; ``rows`` pairs each row with the line the spreadsheet shows."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    header_line: int = 1
    letters: tuple[str, ...] = ()  # Of the columns in a workbook; none for text files
    facts: Mapping[str, str] = field(default_factory=dict)  # What stands above or below for all rows: unit, source
    value_titles: tuple[
        tuple[str, str], ...
    ] = ()  # Title and letter of each row's amount where years stood side by side


@dataclass(frozen=True)
class CheckedRow:
    """One row that passed: where it stands and what it says, money in 万元."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True)
class CheckedTable:
    """The rows of a table that passed, the faults of the others, what was made of cells in Chinese, the titles as typed."""

    rows: list[CheckedRow]
    faults: list[Fault]
    said: tuple[str, ...] = ()
    heading: Heading = field(default_factory=Heading)


def check_table(raw: RawTable, table: Table, shown: str) -> CheckedTable:
    """Check every cell of a table; faulty rows are reported, never dropped in silence.

    Money columns are converted to 万元; ``shown`` is the file's name in messages. Faults name columns by their identifier.
    """
    words = unit_words(table)
    supplied = {*raw.facts} if counts_money(table) else {*raw.facts} - {"unit"}
    if words and not any(read_title(typed, table).name == "unit" for typed in raw.header):
        supplied |= {"unit"} if any(names_a_unit(cell, words) for _, cells in raw.rows for cell in cells) else set()
    heading, faults = read_heading(raw.header, raw.letters, raw.header_line, supplied, table, shown)
    if not heading.titles:
        aside = "、".join(filter(None, raw.header[raw.header.index("") :])) if "" in raw.header else ""
        if aside:
            remedy = f"{_ONE_TABLE}；若只是漏写了列名，请补上"
            found = f"表头中间空了一列，右边另有“{aside}”，像是并排的第二张表"
            faults = [Fault(shown, found, remedy, line=raw.header_line)]
    if faults:
        return CheckedTable([], faults, heading=heading)
    rows: list[CheckedRow] = []
    said = list(heading.said)
    width = len(heading.titles)
    aside_lines = [line for line, cells in raw.rows if any(cells[width + 1 :]) and not cells[width]]
    if len(aside_lines) > 1:
        found = f"表的右边空一列之后另有内容，到第 {aside_lines[-1]} 行共 {len(aside_lines)} 行，像是并排的第二张表"
        faults.append(Fault(shown, found, _ONE_TABLE, line=aside_lines[0]))
    readers = tuple(
        (title.name, cache(partial(_read, cell_reader(table.column(title.name), words, title.percent))))
        if title.name
        else None
        for title in heading.titles
    )
    for place, (line, given) in enumerate(raw.rows):
        cells = given[:width] if len(aside_lines) > 1 and line in aside_lines else given
        row, row_faults, row_said = _check_row(line, cells, heading, readers, raw.facts, table, shown)
        if raw.value_titles:
            typed, letter = raw.value_titles[place]
            value = table.money[0]
            row_faults = [
                replace(each, column=typed, letter=letter) if each.column == value else each for each in row_faults
            ]
        faults += row_faults
        said += row_said
        if row is not None:
            rows.append(row)
    faults += _repeated_keys(rows, heading, table, shown)
    return CheckedTable(rows, faults, tuple(dict.fromkeys(said)), heading)


def _check_row(
    line: int,
    cells: tuple[str, ...],
    heading: Heading,
    readers: tuple[tuple[str, CellReader] | None, ...],
    facts: Mapping[str, str],
    table: Table,
    shown: str,
) -> tuple[CheckedRow | None, list[Fault], list[str]]:
    width = len(heading.titles)
    if any(cells[width:]):
        extra = "、".join(cell for cell in cells[width:] if cell)
        remedy = "请检查是否多了逗号，或把含逗号的文字加英文引号"
        return None, [Fault(shown, f"这一行比表头多出内容“{extra}”", remedy, line=line)], []
    read = {reader[0]: reader[1](cell) for reader, cell in zip(readers, cells, strict=False) if reader and cell}
    given = {name: cell.text for name, (_, cell) in read.items() if cell.text != ""}
    for fact, value in facts.items():
        if fact != "unit" and fact in table.columns:
            given.setdefault(fact, value)
    in_cells = {name: cell.unit for name, (_, cell) in read.items() if cell.unit}
    units, contradictions = row_units(given, in_cells, heading, facts, table)
    above = facts.get("unit", "") if counts_money(table) else ""
    if "unit" not in given and (unit := next(iter(units.values()), "") or above or heading.unit):
        given["unit"] = unit  # Of a row without amounts too: there it counts nothing
    said = [f"“{heading.of(name).typed}”列{cell.said}" for name, (_, cell) in read.items() if cell.said]
    try:
        checked = table.row.model_validate(given)
    except ValidationError as error:
        typed = {name: text for name, (text, _) in read.items()}
        return None, [_fault_of(detail, typed, table, line, shown) for detail in error.errors()], said
    faults = [Fault(shown, found, remedy, line, name) for name, found, remedy in contradictions]
    faults += [Fault(shown, cell.doubt, _WITH_SIGN, line, name) for name, (_, cell) in read.items() if cell.doubt]
    return (None if faults else CheckedRow(line, _in_base_units(checked, units, table))), faults, said


def _read(reader: Callable[[str], Written], cell: str) -> tuple[str, Written]:
    """A cell as one line of text, and what it means."""
    text = one_line(from_csv_cell(cell))
    return text, reader(text) if text else Written("")


def _in_base_units(row: Row, units: Mapping[str, str], table: Table) -> dict[str, Any]:
    values = dict(vars(row))
    for column in table.money:
        if values[column] is not None:
            values[column] *= IN_BASE_UNITS[units.get(column, values["unit"])]
    return values


def _fault_of(detail: Any, given: dict[str, str], table: Table, line: int, shown: str) -> Fault:
    column = str(detail["loc"][0])
    found, remedy = _complaint(detail, given.get(column, ""), table, column)
    return Fault(shown, found, remedy, line=line, column=column)


def _complaint(detail: Any, value: str, table: Table, column: str) -> tuple[str, str]:
    kind = detail["type"]
    bounds = detail.get("ctx", {})
    meaning = table.column(column).meaning.rstrip("。")
    if kind == "missing":
        return "没有填写", meaning
    if kind == "enum":
        words = table.column(column).terms
        hint = did_you_mean(value, [w for word in words for w in (word.value, word.label)])
        choices = "、".join(f"{word.value}（{word.label}）" for word in words)
        return f"填写的是“{value}”", f"{hint}只能填：{choices}"
    if kind in {"float_parsing", "float_type", "finite_number"}:
        if value.endswith(("%", "％")) and column not in table.money:
            return f"应为数字，填写的是“{value}”", _DECIMALS
        return f"应为数字，填写的是“{value}”", "请只填阿拉伯数字，例如 12345.6，单位写在“unit”列"
    if kind in {"int_parsing", "int_type", "int_from_float"}:
        return f"应为整数，填写的是“{value}”", meaning
    if kind.startswith("date"):
        return f"应为日期，填写的是“{value}”", "请写成 2025-12-31 的样子"
    if kind == "greater_than_equal":
        negative = value.startswith("-") and bounds.get("ge") == 0
        remedy = "收支都填正数，方向由列或科目决定" if negative and column in table.money else meaning
        return f"不得小于 {bounds['ge']:g}，填写的是“{value}”", remedy
    if kind == "less_than_equal":
        percent = bounds.get("le") == 1
        remedy = _DECIMALS if percent else meaning
        if percent and column == "coupon_rate":
            remedy += f"；是否想写 {float(value.replace(',', '')) / 100:g}"
        return f"不得大于 {bounds['le']:g}，填写的是“{value}”", remedy
    return f"填写的是“{value}”", meaning


def _repeated_keys(rows: Iterable[CheckedRow], heading: Heading, table: Table, shown: str) -> list[Fault]:
    lines: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in rows:
        lines[tuple(row.values[name] for name in table.key)].append(row.line)
    faults = []
    for key, where in lines.items():
        if len(where) > 1:
            named = zip(table.key, key, strict=True)
            what = "，".join(f"{heading.of(name).typed}={value}" for name, value in named if value is not None)
            others = "、".join(str(number) for number in where[:-1])
            faults.append(Fault(shown, f"与第 {others} 行重复（{what}）", "同一个数只保留一行", line=where[-1]))
    return faults
