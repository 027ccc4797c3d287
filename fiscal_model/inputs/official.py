"""Import a bureau's budget attachment: one workbook with all the tables that go with the budget report.

The tables become `ledger.csv`, `debt.csv` and `insurance.csv` of a place folder. Nothing is converted,
estimated or filled in; every printed total is added up again and what does not tie is reported, never mended.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fiscal_model.inputs.official_checks import Tie, debt_ties, insurance_ties, name_of, side_ties, statement_ties
from fiscal_model.inputs.official_lines import debt_figures, insurance_figures, statement_lines
from fiscal_model.inputs.official_rows import (
    Statement,
    debt_entries,
    insurance_entries,
    ledger_entries,
    once,
    totals_entries,
    unplaced,
    whole_sides,
)
from fiscal_model.inputs.official_tables import PrintedTable, find_tables, read_workbook
from fiscal_model.inputs.official_titles import DEBT, INSURANCE, place_and_document, subject_of, why_not
from fiscal_model.inputs.template import refuse_name
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.cells import Row
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.plain import csv_text, markdown_text, toml_text
from fiscal_model.words.vocabulary import Budget, Scope, Term

_BY_CODE = {budget.label: budget for budget in Budget if budget is not Budget.SOCIAL_INSURANCE}


@dataclass(frozen=True)
class FoundTable:
    """One table of the workbook; ``why_not`` says in Chinese why it was not imported, empty when it was."""

    number: str
    title: str
    sheet: str
    scope: Scope
    subject: str
    rows: int
    why_not: str
    left_out: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.number}《{self.title}》（工作表 {self.sheet}）"


@dataclass(frozen=True)
class OfficialImport:
    """What one workbook holds, ready for a place folder."""

    # workbook, name, document: file name, name of the place, title of the official document on the cover (empty without
    # a cover)
    workbook: str
    name: str
    document: str
    # ledger, debt, insurance, totals: amounts in the unit that each row names. ``totals`` are the printed totals; they
    # serve for checking and are not written, because the ledger adds up to them.
    ledger: tuple[Row, ...]
    debt: tuple[Row, ...]
    insurance: tuple[Row, ...]
    totals: tuple[Row, ...]
    tables: tuple[FoundTable, ...]
    ties: tuple[Tie, ...]  # Every total that was re-added; ``tie.ok`` is False where the printed figure does not follow
    unplaced: tuple[str, ...]  # Rows with figures that no code of the chart of accounts is known for, in Chinese
    repeated: int  # Figures printed in a second table, equal to the first and written once

    @property
    def not_tying(self) -> tuple[Tie, ...]:
        return tuple(tie for tie in self.ties if not tie.ok)


def import_official(workbook: Path, *, name: str | None = None) -> OfficialImport:
    """Read a bureau's budget attachment and re-add every total it prints.

    ``workbook``: an ``.xlsx`` workbook of budget tables; tables are found by their titles and header words.
    ``name``: name of the place; by default as the cover or the titles give it.

    Raises
    ------
    InputError
        The file is not a workbook, holds no budget table, a table names no unit, or a figure is not a number.
    """
    sheets = read_workbook(workbook)
    tables = find_tables(sheets)
    place, document = place_and_document(sheets, tables, name)
    wanted = [(table, subject_of(table)) for table in tables if not why_not(table)]
    _refuse(workbook.name, [table for table, _ in wanted], place)

    statements = [
        Statement(table, _BY_CODE[subject], statement_lines(table, _BY_CODE[subject]))
        for table, subject in wanted
        if subject in _BY_CODE
    ]
    schemes = [(table, tuple(insurance_figures(table))) for table, subject in wanted if subject == INSURANCE]
    debts = [(table, tuple(debt_figures(table))) for table, subject in wanted if subject == DEBT]

    ledger, ledger_ties, ledger_repeats = once(ledger_entries(statements, document))
    totals, totals_ties, totals_repeats = once(totals_entries(statements, document))
    debt, debt_again, debt_repeats = once(debt_entries(debts, document))
    insurance, insurance_again, insurance_repeats = once(insurance_entries(schemes, document))
    ties = [tie for statement in statements for tie in statement_ties(statement.table, statement.lines)]
    ties += side_ties(whole_sides(statements))
    ties += insurance_ties(schemes)
    ties += [tie for table, figures in debts for tie in debt_ties(table, figures)]
    return OfficialImport(
        workbook=workbook.name,
        name=place,
        document=document,
        ledger=ledger,
        debt=debt,
        insurance=insurance,
        totals=totals,
        tables=tuple(_found(table) for table in tables),
        ties=(*ties, *ledger_ties, *totals_ties, *debt_again, *insurance_again),
        unplaced=tuple(text for statement in statements for text in unplaced(statement)),
        repeated=ledger_repeats + totals_repeats + debt_repeats + insurance_repeats,
    )


def write_place(imported: OfficialImport, folder: Path) -> list[Path]:
    """Write an import into a place folder.

    ``ledger.csv``, ``debt.csv`` and ``insurance.csv`` are replaced; ``place.toml`` and ``SOURCES.md`` are
    written only when absent; every other file of the folder stays as it is. All files are complete before the
    first is moved into place.

    Returns the files written.

    ``folder``: made when it does not exist.
    """
    texts = {
        f"{table}.csv": "\ufeff" + _csv_text(table, rows)
        for table, rows in (("ledger", imported.ledger), ("debt", imported.debt), ("insurance", imported.insurance))
        if rows
    }
    for name, text in (("place.toml", _place_text(imported)), ("SOURCES.md", _sources_text(imported))):
        if not (folder / name).exists():
            texts[name] = text
    folder.mkdir(parents=True, exist_ok=True)
    waiting = {folder / name: folder / f".{name}.{os.getpid()}.part" for name in texts}
    try:
        for path, part in waiting.items():
            part.write_text(texts[path.name], encoding="utf-8", newline="\n")
        for path, part in waiting.items():
            part.replace(path)
    finally:
        for part in waiting.values():
            part.unlink(missing_ok=True)
    return list(waiting)


def summary(imported: OfficialImport) -> str:
    """Say in Chinese what was found and imported, what was left out and why, and which totals do not tie."""
    taken = [table for table in imported.tables if not table.why_not]
    passed_over = dict.fromkeys(f"{table}：{table.why_not}" for table in imported.tables if table.why_not)
    left_out = [f"{table}：{'、'.join(table.left_out)}" for table in taken if table.left_out]
    numbers = {(table.number, table.title): bool(table.why_not) for table in imported.tables}
    failed = imported.not_tying
    parts = [
        ("导入的表：", [f"{table}：{table.subject}，{table.scope.label}，{table.rows} 行" for table in taken]),
        ("没有导入的表：", list(passed_over)),
        ("没有读取的列（不是决算数、预算数、调整预算数、执行数）：", left_out),
        (f"有 {len(imported.unplaced)} 行对不上科目表，没有导入：", list(imported.unplaced)),
        (f"重新相加的合计数中有 {len(failed)} 个对不上：", [str(tie) for tie in failed]),
    ]
    counts = f"找到 {len(numbers)} 张表，导入 {len(numbers) - sum(numbers.values())} 张"
    lines = [f"{imported.name}：在 {imported.workbook} 中{counts}。"]
    for heading, items in parts:
        lines += ["", heading, *(f"  {item}" for item in items)] if items else []
    lines += [
        "",
        f"得到科目明细 {len(imported.ledger)} 行、政府债务 {len(imported.debt)} 行、"
        f"社会保险基金 {len(imported.insurance)} 行。",
        f"另有 {imported.repeated} 个数在两张表里都有且相同，只写一次。",
        f"重新相加 {len(imported.ties)} 个合计数，{len(failed)} 个对不上。",
    ]
    return "\n".join(lines)


def _refuse(where: str, tables: list[PrintedTable], place: str) -> None:
    """Raise every reason why these tables cannot be imported."""
    if not tables:
        found = "工作簿里没有认得出的预算表"
        remedy = "表上方应有“2025年某县一般公共预算收支情况表”这样的标题，表头应有“项目”和“2025年执行数”"
        raise InputError([Fault(where, found, remedy)])
    faults = [
        Fault(f"{where} {fault.where}", fault.found, fault.remedy, fault.line, fault.column)
        for table in tables
        for fault in table.faults
    ]
    for table in tables:
        if table.unit is None:
            found = f"{name_of(table)}《{table.title}》没有写明单位"
            faults.append(Fault(f"{where} 工作表“{table.sheet}”", found, "请在标题下方写上“单位：万元”"))
    if not place:
        faults.append(Fault(where, "封面和表题里都看不出是哪个地方的预算", "请在导入时写明地方名称"))
    faults += refuse_name(place) if place else []
    if faults:
        raise InputError(faults)


def _found(table: PrintedTable) -> FoundTable:
    return FoundTable(
        number=table.number,
        title=table.title,
        sheet=table.sheet,
        scope=table.scope,
        subject=subject_of(table),
        rows=sum(1 for row in table.rows if row.amounts),
        why_not=why_not(table),
        left_out=table.left_out,
    )


def _csv_text(table: str, rows: Iterable[Row]) -> str:
    columns = TABLES[table].columns
    return csv_text([columns, *([_cell(getattr(row, column)) for column in columns] for row in rows)])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Term):
        return value.value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _place_text(imported: OfficialImport) -> str:
    titles = " ".join(table.title for table in imported.tables)
    prefecture = imported.name.endswith(("州", "盟")) or "分地区" in titles
    return (
        f"name = {toml_text(imported.name)}\n"
        f'level = "{"prefecture" if prefecture else "county"}"  # county 县级、prefecture 地市级，请核对\n'
        'scope = "whole"  # 规划口径：whole 全辖、own_level 本级\n'
        "invented = false\n"
        '# province = "某某省"  # 请填写所在省份\n'
    )


def _sources_text(imported: OfficialImport) -> str:
    numbers = Counter(table.subject for table in imported.tables if not table.why_not)
    failed = imported.not_tying
    lines = [
        f"# {markdown_text(imported.name)}：数据来源",
        "",
        f"来源文件：《{markdown_text(imported.document or imported.workbook)}》的附表。",
        "",
        "`ledger.csv`、`debt.csv`、`insurance.csv` 由软件从附表导入，数字与原表一致，没有折算、推算或修改。",
        "",
        *(f"- {subject}：{count} 张表" for subject, count in numbers.items()),
        "",
        f"原表印出的合计数重新相加 {len(imported.ties)} 个，{len(failed)} 个对不上。",
        "",
        *(f"- {markdown_text(str(tie))}" for tie in failed),
    ]
    return "\n".join(lines).rstrip() + "\n"
