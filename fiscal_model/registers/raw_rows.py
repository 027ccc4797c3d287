"""Check raw rows against a table's row class and say in Chinese, cell by cell, what is wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from fiscal_model.registers.schema import Table
from fiscal_model.words.cells import Row
from fiscal_model.words.errors import Fault, did_you_mean
from fiscal_model.words.plain import from_csv_cell, one_line
from fiscal_model.words.vocabulary import IN_BASE_UNITS

_ONE_TABLE = "一个文件只放一张表，请把右边的内容另存为它自己的文件"
_DECIMALS = "比例用小数：90% 写 0.9，3.05% 写 0.0305"


@dataclass(frozen=True)
class RawTable:
    """Header and rows as text; ``rows`` pairs each row with the line the spreadsheet shows."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class CheckedRow:
    """One row that passed: where it stands and what it says, money in 万元."""

    line: int
    values: dict[str, Any]


def check_rows(raw: RawTable, table: Table, shown: str) -> tuple[list[CheckedRow], list[Fault]]:
    """Check every cell of a table; faulty rows are reported, never dropped in silence.

    Money columns are converted to 万元 and the ``unit`` column is dropped; ``shown`` is the file's name in messages.
    """
    columns, faults = _columns(raw, table, shown)
    if faults:
        return [], faults
    rows: list[CheckedRow] = []
    width = len(columns)
    aside = [line for line, cells in raw.rows if any(cells[width + 1 :]) and not cells[width]]
    if len(aside) > 1:
        found = f"表的右边空一列之后另有内容，到第 {aside[-1]} 行共 {len(aside)} 行，像是并排的第二张表"
        faults.append(Fault(shown, found, _ONE_TABLE, line=aside[0]))
    for line, given in raw.rows:
        cells = given[:width] if len(aside) > 1 and line in aside else given
        row, row_faults = _check_row(line, cells, columns, table, shown)
        faults += row_faults
        if row is not None:
            rows.append(row)
    faults += _repeated_keys(rows, table, shown)
    return rows, faults


def _columns(raw: RawTable, table: Table, shown: str) -> tuple[list[str], list[Fault]]:
    if "" in raw.header:
        aside = "、".join(filter(None, raw.header[raw.header.index("") :]))
        remedy = f"{_ONE_TABLE}；若只是漏写了列名，请补上"
        return [], [Fault(shown, f"表头中间空了一列，右边另有“{aside}”，像是并排的第二张表", remedy, line=1)]
    by_label = {table.label_of(name): name for name in table.columns}
    names = [by_label.get(title, title) for title in raw.header]
    faults = []
    for title, name in zip(raw.header, names, strict=True):
        if name not in table.columns:
            hint = did_you_mean(title, [*table.columns, *by_label])
            known = "、".join(table.columns)
            faults.append(Fault(shown, f"不认识的列“{title}”", f"{hint}{table.label}表的列是：{known}", line=1))
    for name in table.required:
        if name not in names:
            remedy = f"请补上这一列：{table.column(name).meaning}"
            faults.append(Fault(shown, f"缺少必填列“{name}”（{table.label_of(name)}）", remedy.rstrip("。"), line=1))
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            faults.append(Fault(shown, f"列“{name}”出现了 {names.count(name)} 次", "每列只保留一次", line=1))
    return names, faults


def _check_row(
    line: int, cells: tuple[str, ...], columns: list[str], table: Table, shown: str
) -> tuple[CheckedRow | None, list[Fault]]:
    if any(cells[len(columns) :]):
        extra = "、".join(cell for cell in cells[len(columns) :] if cell)
        return None, [
            Fault(shown, f"这一行比表头多出内容“{extra}”", "请检查是否多了逗号，或把含逗号的文字加英文引号", line=line)
        ]
    texts = (one_line(from_csv_cell(cell)) for cell in cells)
    given = {name: text for name, text in zip(columns, texts, strict=False) if text != ""}
    try:
        checked = table.row.model_validate(given)
    except ValidationError as error:
        return None, [_fault_of(detail, given, table, line, shown) for detail in error.errors()]
    return CheckedRow(line, _in_base_units(checked, table)), []


def _in_base_units(row: Row, table: Table) -> dict[str, Any]:
    values = dict(vars(row))
    if not table.money:
        return values
    factor = IN_BASE_UNITS[values["unit"]]
    for column in table.money:
        if values[column] is not None:
            values[column] *= factor
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


def _repeated_keys(rows: list[CheckedRow], table: Table, shown: str) -> list[Fault]:
    lines: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in rows:
        lines[tuple(row.values[name] for name in table.key)].append(row.line)
    faults = []
    for key, where in lines.items():
        if len(where) > 1:
            what = "，".join(f"{name}={value}" for name, value in zip(table.key, key, strict=True) if value is not None)
            others = "、".join(str(number) for number in where[:-1])
            faults.append(Fault(shown, f"与第 {others} 行重复（{what}）", "同一个数只保留一行", line=where[-1]))
    return faults
