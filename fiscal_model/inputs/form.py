"""Read the Excel form: the place's facts and the sheets of its tables, as raw rows that the usual checks go through."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fiscal_model.inputs.form_words import (
    ASSUMED,
    FACTS_SHEET,
    FAULTS_SHEET,
    FORM_FILE,
    MONEY_UNIT,
    PROGRESS,
    WORDS,
    columns_of,
    fault_on_sheet,
    form_tables,
    has_unit,
    title_of,
)
from fiscal_model.inputs.habits.workbook_sheets import as_text
from fiscal_model.inputs.place_facts import FACTS, checked_facts
from fiscal_model.inputs.workbooks import open_workbook
from fiscal_model.law.rules import rules
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.example_row import EXAMPLE_MARK, example_row
from fiscal_model.registers.raw_rows import RawTable, check_rows
from fiscal_model.registers.schema import Table
from fiscal_model.words.errors import Fault, did_you_mean
from fiscal_model.words.files import read_bytes
from fiscal_model.words.vocabulary import QUALITIES, Unit

_NO_TABLE = {PROGRESS, FACTS_SHEET, FAULTS_SHEET, WORDS}
_HEADER_WITHIN = 12
"""Rows from the top among which the header is looked for: somebody may have put lines above it."""
_TITLED = re.compile(r"(.+?)[（(](" + "|".join(unit.label for unit in Unit) + r")[）)]")

Cells = Sequence[tuple[int, tuple[str, ...]]]
"""Rows of a sheet with their number, as text."""


@dataclass(frozen=True)
class Form:
    """A form as it was read: ``facts`` by key with the line of each, raw rows by table; what was not read, what is wrong."""

    path: Path
    facts: Mapping[str, Any]
    lines: Mapping[str, int]
    tables: Mapping[str, RawTable]
    unread: tuple[str, ...]
    faults: tuple[Fault, ...]
    digest: str

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
    shown = path.as_posix()
    content, faults = read_bytes(path, shown)
    book, wrong = open_workbook(content, shown) if not faults else (None, [])
    sheets = {} if book is None else {name: _cells(book.get_sheet_by_name(name)) for name in book.sheet_names}
    faults = [*faults, *wrong]
    by_label = {table.label: table for table in form_tables().values()}
    tables, unread = {}, []
    if book is not None and not set(sheets) & {*by_label, FACTS_SHEET}:
        remedy = "请用 fiscal-model new 加 --excel 生成填报表；财政局公布的预算附表用 fiscal-model import 导入"
        faults.append(Fault(shown, "不是填报表：没有“基本情况”，也没有一张认识的工作表", remedy))
        sheets = {}
    for label, cells in sheets.items():
        if label in by_label:
            found, wrong = _raw(cells, by_label[label], _shown(path, label))
            faults += wrong
            if found is not None:
                tables[by_label[label].name] = found
        elif label not in _NO_TABLE and any(any(row) for _, row in cells):
            faults += _like_a_table(cells, label, by_label, _shown(path, label))
            unread.append(f"{path.name} 的工作表“{label}”")
    facts, lines = _facts(sheets.get(FACTS_SHEET, ()))
    digest = hashlib.sha256(content).hexdigest()
    return Form(path, facts, lines, tables, tuple(unread), tuple(faults), digest)


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
    rows, faults = check_rows(form.tables[ASSUMED], form_tables()[ASSUMED], shown)
    names = {rule["label"]: name for name, rule in rules(ASSUMED).items()}
    qualities = {label: quality for quality, label in QUALITIES.items()}
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
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


def _cells(sheet: Any) -> Cells:
    rows = sheet.to_python(skip_empty_area=False)
    return [(number, tuple(as_text(cell) for cell in row)) for number, row in enumerate(rows, 1)]


def _raw(cells: Cells, table: Table, shown: str) -> tuple[RawTable | None, list[Fault]]:
    """The header, found by its titles, and the rows below it without the example; money in the unit of its title."""
    titles = {title_of(table, column): column.label for column in columns_of(table)}
    at = _header_at(cells, table)
    if at is None:
        if not any(any(row) for _, row in cells):
            return None, []
        remedy = f"表头应有：{'、'.join(titles)}"
        return None, [Fault(shown, "找不到表头", remedy)]
    given = list(cells[at][1])
    while given and not given[-1]:
        given.pop()
    units = {match[2] for title in given if (match := _TITLED.fullmatch(title))}
    header = tuple(titles.get(title, _plain(title)) for title in given)
    rows = [(number, row) for number, row in cells[at + 1 :] if any(row)]
    kept, faults = _without_example(rows, header, table, shown)
    if has_unit(table) and table.label_of("unit") not in header:
        if len(units) > 1:
            return None, [
                Fault(shown, f"表头里有几种单位：{'、'.join(sorted(units))}", "一张表的金额用同一种单位", cells[at][0])
            ]
        unit = next(iter(units), MONEY_UNIT.label)
        width = len(header)
        header = (*header, table.label_of("unit"))
        kept = [(number, (*row[:width], *[""] * (width - len(row)), unit, *row[width:])) for number, row in kept]
    return RawTable(header, tuple(kept)), faults


def _plain(title: str) -> str:
    match = _TITLED.fullmatch(title)
    return match[1] if match else title


def _header_at(cells: Cells, table: Table) -> int | None:
    """Where the header stands: the row that holds most of the titles, at least half of those every row fills."""
    wanted = {table.label_of(name) for name in table.required} - {table.label_of("unit") if has_unit(table) else ""}
    counts = [len(wanted & {_plain(cell) for cell in row}) for _, row in cells[:_HEADER_WITHIN]]
    most = max(counts, default=0)
    return counts.index(most) if 2 * most >= len(wanted) and most else None


def _without_example(
    rows: Cells, header: Sequence[str], table: Table, shown: str
) -> tuple[list[tuple[int, tuple[str, ...]]], list[Fault]]:
    """Drop the example as it was laid; one that was written over but kept its source is a fault, never passed over."""
    example = {table.label_of(name): as_text(cell) for name, cell in example_row(table).items()}
    kept, faults = [], []
    for number, row in rows:
        if not any(EXAMPLE_MARK in cell for cell in row):
            kept.append((number, row))
        elif {title: cell for title, cell in zip(header, row, strict=False) if cell} != {
            title: cell for title, cell in example.items() if title in header
        }:
            remedy = "若填的是本地的数，请改写来源；若是示例，请整行删除"
            faults.append(Fault(shown, "这一行改动了示例行，来源还是示例的", remedy, number, "source"))
    return kept, [fault_on_sheet(fault, table.name, shown) for fault in faults]


def _like_a_table(cells: Cells, label: str, by_label: Mapping[str, Table], shown: str) -> list[Fault]:
    """A sheet that is not known, yet has the header of a table, or nearly its name, is not passed over."""
    near = did_you_mean(label, by_label, cutoff=0.75)
    like = next((each.label for each in by_label.values() if _all_titles(cells, each)), "")
    if not near and not like:
        return []
    said = f"表头像是“{like}”" if like else near.rstrip("？")
    return [Fault(shown, f"不认识的工作表，不会被读取，{said}", "请把要用的行并入原有的工作表，或删去这张工作表")]


def _all_titles(cells: Cells, table: Table) -> bool:
    wanted = {column.label for column in columns_of(table) if column.required}
    return any(wanted <= {_plain(cell) for cell in row} for _, row in cells[:_HEADER_WITHIN])


def _facts(cells: Cells) -> tuple[dict[str, Any], dict[str, int]]:
    by_label = {fact.label: fact for fact in FACTS}
    facts, lines = {}, {}
    for number, row in cells:
        fact = by_label.get(row[0] if row else "")
        if fact is None:
            continue
        lines[fact.key] = number
        if len(row) > 1 and row[1]:
            facts[fact.key] = next((word for word, label in fact.words.items() if row[1] in (label, word)), row[1])
    return facts, lines
