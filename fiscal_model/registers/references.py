"""Cells that must be found in another table: declared at their column, checked once every table has been read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from fiscal_model.registers.rules import ReadTables
from fiscal_model.registers.schema import Column, Reference, Table
from fiscal_model.words.errors import Fault


def reference_faults(tables: ReadTables, declared: Mapping[str, Table]) -> list[Fault]:
    """List every cell that names what the table it refers to does not hold."""
    return [
        fault
        for table in declared.values()
        if table.name in tables
        for column in table.fields
        if column.reference is not None
        for fault in _faults(tables, table, column, column.reference, declared)
    ]


def _faults(
    tables: ReadTables, table: Table, column: Column, reference: Reference, declared: Mapping[str, Table]
) -> Iterator[Fault]:
    target, key = reference.to.split(".")
    shown, known = tables.file(table.name), set(tables[target][key]) if target in tables else set[Any]()
    if not known and reference.without == "useless":
        remedy = f"请先填写 {target} 表（{declared[target].label}）"
        yield Fault(shown, f"没有 {target} 表，这张表不会用到", remedy)
    if not known and reference.without != "unknown":
        return
    words = sorted({str(word) for word in known} | set(reference.others))
    rows = tables[table.name]
    for cell, line in zip(rows[column.name].fillna(""), rows["row_line"], strict=True):
        if cell in words or (cell == "" and not column.required):
            continue
        near = difflib.get_close_matches(cell, words, n=1, cutoff=reference.cutoff)
        remedy = reference.remedy.format(near=f"是否想写“{near[0]}”？" if near else "", known="、".join(words))
        yield Fault(shown, reference.said.format(cell), remedy, int(line), column.name)
