"""Turn printed figures into rows of a place folder, each number once, whatever number of tables print it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fiscal_model.inputs.official_checks import Printed, Tie, in_ten_thousand_yuan, name_of, repeat_tie, shown
from fiscal_model.inputs.official_lines import DebtFigure, InsuranceFigure, Line, why_not_written
from fiscal_model.inputs.official_tables import Column, PrintedTable
from fiscal_model.inputs.official_titles import short_title
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.cells import Row
from fiscal_model.words.vocabulary import Budget, Scope, Term

_OWN_LINES = {Budget.GENERAL: "", Budget.FUNDS: "fund_", Budget.STATE_CAPITAL: "state_capital_"}


@dataclass(frozen=True)
class Statement:
    """One table of receipts or payments by code, its rows understood."""

    table: PrintedTable
    budget: Budget
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Entry:
    """One printed figure: ``key`` says which number it is, ``what`` says so in Chinese.

    ``row`` is None for a figure that is checked against other tables but not written.
    """

    key: tuple[object, ...]
    what: str
    table: PrintedTable
    amount: float
    row: Row | None


def once(entries: Iterable[Entry]) -> tuple[tuple[Row, ...], tuple[Tie, ...], int]:
    """Keep each number once, from the earliest table that prints it, (rows, ties, int).

    The rows in a fixed order, a tie for every figure that a later table prints differently, and the number of figures
    printed again and equal.
    """
    first: dict[tuple[object, ...], tuple[str, float]] = {}
    rows: list[Row] = []
    ties: list[Tie] = []
    repeated = 0
    for entry in entries:
        amount = in_ten_thousand_yuan(entry.table, entry.amount)
        if entry.key not in first:
            first[entry.key] = (name_of(entry.table), amount)
            if entry.row is not None:
                rows.append(entry.row)
            continue
        tie = repeat_tie(entry.table, entry.what, amount, first[entry.key])
        repeated += tie.ok
        ties += [] if tie.ok else [tie]
    return tuple(sorted(rows, key=_order)), tuple(ties), repeated


def ledger_entries(statements: Iterable[Statement], document: str) -> Iterator[Entry]:
    """Figures by code; a zero is written only for a class (类) or group (款) that the book prints."""
    for statement in statements:
        table, budget = statement.table, statement.budget
        for line, note in zip(statement.lines, _beside_notes(statement.lines), strict=True):
            if line.kind != "item" or why_not_written(line, budget):
                continue
            keeps_zero = len(line.code) in {3, 5} and line.row.printed is not False
            for column, amount in line.amounts.items():
                common = _common(table, column, amount, document)
                signed = "；".join(filter(None, (note, "原表印的就是负数" if amount < 0 else "")))
                row = TABLES["ledger"].make(budget=budget, code=line.code, name=line.label, note=signed, **common)
                key = (budget, table.scope, line.code, column)
                what = f"{table.scope.label}{shown(column)}“{line.code}{line.label}”"
                yield Entry(key, what, table, amount, row if amount or keeps_zero else None)


def totals_entries(statements: Iterable[Statement], document: str) -> Iterator[Entry]:
    """Printed totals of each budget, by the ids of `accounts.TOTALS_LINES`."""
    for statement in statements:
        for line in statement.lines:
            if not line.kind.endswith("_total"):
                continue
            name = total_line(statement.budget, line)
            for column, amount in line.amounts.items():
                row = TABLES["totals"].make(line=name, **_common(statement.table, column, amount, document))
                key = (name, statement.table.scope, column)
                what = f"{statement.table.scope.label}{shown(column)}“{line.label}”"
                yield Entry(key, what, statement.table, amount, row)


def debt_entries(tables: Iterable[tuple[PrintedTable, tuple[DebtFigure, ...]]], document: str) -> Iterator[Entry]:
    """Debt of each kind; the rows of both kinds together only serve for checking."""
    for table, figures in tables:
        for figure in figures:
            for column, amount in figure.row.amounts.items():
                key = (figure.kind, table.scope, figure.item, column)
                what = f"{table.scope.label}{shown(column)}“{figure.label}”"
                row = None
                if figure.kind is not None:
                    common = _common(table, column, amount, document)
                    row = TABLES["debt"].make(kind=figure.kind, item=figure.item, **common)
                yield Entry(key, what, table, amount, row)


def insurance_entries(
    tables: Iterable[tuple[PrintedTable, tuple[InsuranceFigure, ...]]], document: str
) -> Iterator[Entry]:
    """Social insurance by scheme; rows of totals, and schemes the book hides, only serve for checking."""
    for table, figures in tables:
        for figure in figures:
            for column, amount in figure.row.amounts.items():
                key = (figure.scheme, figure.item, table.scope, column)
                what = f"{table.scope.label}{shown(column)}{figure.scheme or '合计'}“{figure.item.label}”"
                row = None
                if figure.scheme and (amount or figure.row.printed is not False):
                    common = _common(table, column, amount, document)
                    row = TABLES["insurance"].make(scheme=figure.scheme, item=figure.item, **common)
                yield Entry(key, what, table, amount, row)


def whole_sides(statements: Iterable[Statement]) -> Printed:
    """Totals of whole sides (各项收入合计, 各项支出合计) in 万元, by budget, side, scope and column."""
    printed: dict[tuple[str, str, Scope, Column], tuple[str, float]] = {}
    for statement in statements:
        for line in statement.lines:
            if line.kind == "grand_total":
                for column, amount in line.amounts.items():
                    key = (statement.budget.label, _side(line), statement.table.scope, column)
                    figure = in_ten_thousand_yuan(statement.table, amount)
                    printed.setdefault(key, (name_of(statement.table), figure))
    return printed


def unplaced(statement: Statement) -> Iterator[str]:
    """Say in Chinese which rows with figures have no place in the chart of accounts."""
    for line in statement.lines:
        why = why_not_written(line, statement.budget)
        if why and any(line.amounts.values()):
            figures = "、".join(f"{shown(column)} {amount:,g}" for column, amount in line.amounts.items())
            yield f"{name_of(statement.table)}第 {line.row.line} 行“{line.row.label}”（{figures}）：{why}"


def total_line(budget: Budget, line: Line) -> str:
    """Return the id of a printed total: ``own_revenue``, ``fund_expenditure``, ``uses_total`` and so on."""
    start, revenue = _OWN_LINES[budget], _side(line) == "收入"
    if line.kind == "grand_total":
        return f"{start}{'resources_total' if revenue else 'uses_total'}"
    if revenue:
        return f"{start}revenue" if start else "own_revenue"
    return f"{start}expenditure"


def _side(line: Line) -> str:
    return re.findall(r"收入|支出", line.label)[-1]


def _common(table: PrintedTable, column: Column, amount: float, document: str) -> dict[str, Any]:
    by_title = "·".join(filter(None, (table.title, table.number)))
    source = f"{short_title(document)}附表·{name_of(table)}" if document else by_title
    return {
        "scope": table.scope,
        "year": column[0],
        "status": column[1],
        "amount": amount,
        "unit": table.unit,
        "source": source,
    }


def _beside_notes(lines: tuple[Line, ...]) -> list[str]:
    """Note on a group whose members are printed beside it, so that nobody expects its parts to add up."""
    beside: Mapping[str, str] = {
        line.code: line.label
        for line in lines
        if line.kind == "item" and line.parent < 0 and len(line.code) > 3 and any(line.amounts.values())
    }
    notes = []
    for line in lines:
        others = [code for code in beside if line.code and code != line.code and code.startswith(line.code)]
        listed = "、".join(f"{code}{beside[code]}" for code in others)
        notes.append(f"原表把{listed}列在本科目之外，未计入本数" if others else "")
    return notes


def _order(row: Row) -> tuple[object, ...]:
    """Sort by budget or kind, scope, code or name, year, status; terms in the order of their vocabulary."""
    values = dict(row)
    columns = ("budget", "kind", "scope", "code", "scheme", "line", "year", "status", "item")
    return tuple(_rank(values[column]) for column in columns if column in values)


def _rank(value: object) -> object:
    return list(type(value)).index(value) if isinstance(value, Term) else value
