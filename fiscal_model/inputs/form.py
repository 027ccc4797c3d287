"""Read the Excel form: the place's facts and the sheets of its tables, as raw rows that the usual checks go through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fiscal_model.inputs.form_words import (
    ASSUMED,
    BACK,
    FACTS_SHEET,
    FAULTS_SHEET,
    FORM_FILE,
    MONEY_UNIT,
    PROGRESS,
    WORDS,
    columns_of,
    fault_on_sheet,
    form_tables,
    title_of,
)
from fiscal_model.inputs.habits.grid import Grid, filled
from fiscal_model.inputs.habits.workbook_sheets import as_text, sheet_as_typed
from fiscal_model.inputs.place_facts import FACTS, checked_facts
from fiscal_model.inputs.sheets import ReadFile, checked_grid
from fiscal_model.inputs.workbooks import no_workbook, open_workbook
from fiscal_model.law.rules import rules
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.example_row import EXAMPLE_MARK, example_row
from fiscal_model.registers.schema import Table
from fiscal_model.registers.titles import read_title
from fiscal_model.words.errors import Fault, did_you_mean
from fiscal_model.words.files import read_bytes
from fiscal_model.words.vocabulary import QUALITIES

_NO_TABLE = {PROGRESS, FACTS_SHEET, FAULTS_SHEET, WORDS}
_HEADER_WITHIN = 12
"""Rows from the top among which a sheet that is not known is searched for the titles of a table."""


@dataclass(frozen=True)
class Form:
    """A form as it was read: ``facts`` by key with the line of each, the sheets by table as typed; what was not read, what is wrong."""

    path: Path
    facts: Mapping[str, Any]
    lines: Mapping[str, int]
    tables: Mapping[str, Grid]
    unread: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def is_read(self) -> bool:
        """Tell whether there was a form to read at all."""
        return bool(self.facts or self.tables or self.lines)

    def shown(self, name: str) -> str:
        """Return what messages call the sheet of a table."""
        return _shown(self.path, form_tables()[name].label)

    def file(self, name: str) -> str:
        """Return that within its folder."""
        return _shown(Path(self.path.name), form_tables()[name].label)

    def read(self, name: str) -> ReadFile:
        """Read and check the sheet of a table; that its titles name the unit need not be told."""
        table = form_tables()[name]
        read = checked_grid(self.tables[name], table, self.shown(name))
        own = {f"“{title_of(table, column)}”列按{MONEY_UNIT.label}读" for column in columns_of(table)}
        return replace(read, said=tuple(said for said in read.said if said not in own))

    def said(self, fault: Fault) -> Fault:
        """Say a fault of a table read from here as one of its sheet."""
        folder = self.path.parent.as_posix()
        name = next((name for name in TABLES if fault.where in (self.shown(name), f"{folder}/{name}")), None)
        return fault if name is None else fault_on_sheet(fault, name, self.shown(name))


def is_form(path: Path) -> bool:
    """Tell whether a path is a workbook that may stand for a place."""
    return path.suffix.lower() == ".xlsx" and path.is_file()


def form_in(folder: Path) -> Path | None:
    """Return the form of a place folder, None where it has none."""
    path = folder / FORM_FILE
    return path if path.is_file() else None


def read_form(path: Path) -> Form:
    """Read a form; what is wrong with it stands in ``faults``."""
    from python_calamine import CalamineError

    shown = path.as_posix()
    content, faults = read_bytes(path, shown)
    book, wrong = open_workbook(content, shown) if not faults else (None, [])
    faults = [*faults, *wrong]
    by_label = {table.label: table for table in form_tables().values()}
    try:
        sheets = (
            {}
            if book is None
            else {label: sheet_as_typed(book, content, label, _shown(path, label)) for label in book.sheet_names}
        )
    except (CalamineError, OSError, ValueError):
        sheets, book, faults = {}, None, [*faults, no_workbook(shown)]
    if book is not None and not set(sheets) & {*by_label, FACTS_SHEET}:
        remedy = "请用 fiscal-model new 加 --excel 生成填报表；财政局公布的预算附表用 fiscal-model import 导入"
        faults.append(Fault(shown, "不是填报表：没有“基本情况”，也没有一张认识的工作表", remedy))
        sheets = {}
    tables, unread = {}, []
    for label, grid in sheets.items():
        if label in by_label:
            table = by_label[label]
            tables[table.name] = _as_filled(grid, table, _shown(path, label))
        elif label not in _NO_TABLE and grid.rows:
            faults += _like_a_table(grid, label, by_label, _shown(path, label))
            unread.append(f"{path.name} 的工作表“{label}”")
    facts, lines = _facts(sheets.get(FACTS_SHEET, Grid(())))
    return Form(path, facts, lines, tables, tuple(unread), tuple(faults))


def facts_of(form: Form) -> tuple[dict[str, Any], list[Fault]]:
    """Return what the form says of the place, as `Place` holds it, its own assumptions among it."""
    shown = _shown(form.path, FACTS_SHEET)
    given, faults = checked_facts(form.facts, shown, form.lines.get)
    assumed, wrong = assumptions_in(form)
    labels = {fact.key: fact for fact in FACTS}
    said = []
    for fault in faults:
        key = next((key for key in labels if fault.found.startswith(key) or f"填写 {key}" in fault.found), "name")
        words = "、".join(labels[key].words.values())
        found = fault.found.replace(key, labels[key].label)
        said.append(Fault(shown, found, f"只能填：{words}" if words else labels[key].meaning.rstrip("。"), fault.line))
    return {**given, "assumptions": assumed}, [*said, *wrong]


def assumptions_in(form: Form) -> tuple[Mapping[str, Mapping[str, Any]], list[Fault]]:
    """Return the place's own assumptions by name, each as ``place.toml`` would give it."""
    shown = form.shown(ASSUMED)
    if ASSUMED not in form.tables:
        return {}, []
    read = form.read(ASSUMED)
    faults = list(read.faults)
    names = {rule["label"]: name for name, rule in rules(ASSUMED).items()}
    qualities = {label: quality for quality, label in QUALITIES.items()}
    found: dict[str, dict[str, Any]] = {}
    for row in read.rows:
        label, year, value = (row.values[key] for key in ("assumption", "year", "value"))
        name = names.get(label, label)
        if name not in names.values():
            near = did_you_mean(label, names)
            faults.append(Fault(shown, f"没有“{label}”这个参数", f"{near}请从下拉表里选", row.line, "assumption"))
        quality = qualities.get(row.values["quality"], row.values["quality"])
        entry = found.setdefault(name, {"source": row.values["source"], "quality": quality, "by_year": {}})
        if year is None:
            entry["value"] = value
        else:
            entry["by_year"][year] = value
    entries = {name: {key: cell for key, cell in entry.items() if cell != {}} for name, entry in found.items()}
    return MappingProxyType(entries), [fault_on_sheet(fault, ASSUMED, shown) for fault in faults]


def _shown(path: Path, label: str) -> str:
    return f"{path.as_posix()}“{label}”"


def _as_filled(grid: Grid, table: Table, shown: str) -> Grid:
    """A sheet without what the form says above it and without the example; one written over that kept its source is a fault, never passed over."""
    cells_of = example_row(table)
    example = sorted(as_text(cells_of[each.name]) for each in columns_of(table) if each.name in cells_of)
    kept, faults = [], []
    for line, cells in grid.rows:
        if any(EXAMPLE_MARK in cell for cell in cells):
            if sorted(filled(cells)) != example:
                remedy = "若填的是本地的数，请改写来源；若是示例，请整行删除"
                faults.append(Fault(shown, "这一行改动了示例行，来源还是示例的", remedy, line, "source"))
        elif any(typed := tuple("" if cell == BACK or cell.startswith(f"{table.label}：") else cell for cell in cells)):
            kept.append((line, typed))
    return replace(grid, rows=tuple(kept)).refusing(*faults)


def _like_a_table(grid: Grid, label: str, by_label: Mapping[str, Table], shown: str) -> list[Fault]:
    """A sheet that is not known, yet has the header of a table, or nearly its name, is not passed over."""
    near = did_you_mean(label, by_label, cutoff=0.75)
    like = next((each.label for each in by_label.values() if _all_titles(grid, each)), "")
    if not near and not like:
        return []
    said = f"表头像是“{like}”" if like else near.rstrip("？")
    return [Fault(shown, f"不认识的工作表，不会被读取，{said}", "请把要用的行并入原有的工作表，或删去这张工作表")]


def _all_titles(grid: Grid, table: Table) -> bool:
    wanted = {column.name for column in columns_of(table) if column.required}
    return any(wanted <= {read_title(cell, table).name for cell in row} for _, row in grid.rows[:_HEADER_WITHIN])


def _facts(grid: Grid) -> tuple[dict[str, Any], dict[str, int]]:
    by_label = {fact.label: fact for fact in FACTS}
    facts, lines = {}, {}
    for number, row in grid.rows:
        fact = by_label.get(row[0])
        if fact is None:
            continue
        lines[fact.key] = number
        if len(row) > 1 and row[1]:
            facts[fact.key] = next((word for word, label in fact.words.items() if row[1] in (label, word)), row[1])
    return facts, lines
