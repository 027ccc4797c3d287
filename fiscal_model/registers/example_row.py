"""One row of a table as a planner would fill it: shown in grey in the Excel form, never read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fiscal_model.registers.schema import Column, Table
from fiscal_model.words.cells import Age, Amount, Count, Day, Growth, Money, Month, Number, PaymentsPerYear, Share, Year

EXAMPLE_MARK = "示例行，不读取"
"""Stands in the source of an example row: so is it known when the form is read."""
_USUAL: dict[Any, Any] = {
    Year: 2025,
    Month: 6,
    Day: dt.date(2025, 12, 31),
    Money: 1000,
    Amount: 1000,
    Number: 1,
    Count: 100,
    Share: 0.5,
    Growth: 0.02,
    Age: 30,
    PaymentsPerYear: 1,
    int: 1,
}
_DEPARTMENT = "县教育局"


def example_row(table: Table) -> dict[str, Any]:
    """Return the cells of an example by column, words in Chinese; a column that may stay empty is there only when declared.

    Examples
    --------
    >>> from fiscal_model.registers.catalogue import TABLES
    >>> {name: cell for name, cell in example_row(TABLES["macro"]).items() if name != "source"}
    {'indicator': '地区生产总值', 'year': 2025, 'amount': 62.8, 'unit': '亿元'}
    """
    cells = {}
    for column in table.fields:
        cell = table.example.get(column.name, _usual(column) if column.required else None)
        if cell is not None:
            cells[column.name] = cell
    return {**cells, "source": f"2025年财政决算公开表（{EXAMPLE_MARK}）"}


def _usual(column: Column) -> Any:
    if column.name == "department":
        return _DEPARTMENT
    return column.terms[0].label if column.terms else (*column.choices, _USUAL.get(column.kind))[0]
