"""The volume of management ledgers: `ledgers.docx` to read and `ledgers.xlsx` to filter, by task of the pilot plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from fiscal_model.model.projection import Plan
from fiscal_model.registers.ledgers.topics import task_titles
from fiscal_model.report.ledger import set_by
from fiscal_model.report.writers.document_parts import (
    bookmark,
    break_page,
    saved,
    set_plan_properties,
    write_entry,
    write_paragraph,
    write_table,
)
from fiscal_model.report.writers.document_styles import number_pages, set_up_page, set_up_styles
from fiscal_model.report.writers.workbook import (
    CONTENTS,
    FIRST_ROW,
    HEADER_ROW,
    TEXTS_STAY_TEXTS,
    sheet_names,
    styles,
    write_sheet,
)
from fiscal_model.words.ledger_terms import FIRST_LEDGER
from fiscal_model.words.table import ReportTable

if TYPE_CHECKING:
    from docx.document import Document

TITLE = "管 理 台 账"
_MOST = 500
"""Rows of a ledger printed in full: each is something to see to, none is largest."""


def write_ledger_document(path: str | Path, plan: Plan, tables: Sequence[ReportTable]) -> None:
    """Write the ledgers as a document, a chapter a task; equal input gives equal bytes."""
    import docx

    document = docx.Document()
    set_up_styles(document)
    set_plan_properties(document, plan, "管理台账")
    _write_front(document, plan, tables)
    section = document.add_section()
    set_up_page(section, True)
    number_pages(document, section)
    for group, title, held in _by_task(tables):
        write_paragraph(document, "heading1", f"{group}：{title}" if group not in ("", title) else title)
        for table in held:
            titled = write_table(document, table, f"台账{table.number}　{table.title}", most=_MOST)
            bookmark(titled, f"table_{table.id}")
    Path(path).write_bytes(saved(document))


def write_ledger_workbook(path: str | Path, plan: Plan, tables: Sequence[ReportTable]) -> None:
    """Write the ledgers as a workbook, one sheet a ledger; equal input gives equal bytes."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"in_memory": True, **TEXTS_STAY_TEXTS})
    title = f"{plan.basis.place.title}管理台账"
    book.set_properties({"title": title, "author": "", "comments": "", "created": dt.datetime(2000, 1, 1)})
    look = styles(book)
    # The list of all stands first, as the contents that every other sheet points back to.
    for table, name in zip(tables, (CONTENTS, *sheet_names(tables[1:])), strict=True):
        sheet = book.add_worksheet(name)
        write_sheet(look, sheet, table, title)
        rows = sum(not row.total for row in table.rows)
        sheet.autofilter(HEADER_ROW, 0, FIRST_ROW + rows - 1, len(table.columns))
    book.close()


def _write_front(document: Document, plan: Plan, tables: Sequence[ReportTable]) -> None:
    set_up_page(document.sections[0])
    for _ in range(5):
        write_paragraph(document, "cover", "")
    for line in (plan.basis.place.title, TITLE):
        write_paragraph(document, "title", line)
    if plan.basis.place.invented:
        write_paragraph(document, "cover", "本地区为虚构，全部数据仅供演示")
    break_page(document)
    write_paragraph(document, "title", "目　　录")
    before = ""
    for group, title, held in _by_task(tables):
        if group not in (before, title):
            write_paragraph(document, "body", f"【{group}】")
        before = group
        write_paragraph(document, "body", title)
        for table in held:
            write_entry(document, f"　台账{table.number}　{table.title}", f"table_{table.id}")


def _by_task(tables: Sequence[ReportTable]) -> list[tuple[str, str, list[ReportTable]]]:
    """The tables under the title of their task, with who set it."""
    titles = task_titles() | {0: "总览"}
    grouped = groupby(tables, key=lambda table: int(table.number.split("-")[0]) - FIRST_LEDGER)
    return [(set_by(task), titles[task], list(held)) for task, held in grouped]
