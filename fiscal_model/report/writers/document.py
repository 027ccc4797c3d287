"""The plan as a Word document, laid out like an official document (GB/T 9704): what is to be decided, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from fiscal_model.model.projection import Plan
from fiscal_model.report.appendices import appendices, marked
from fiscal_model.report.chapters.all_chapters import plan_title
from fiscal_model.report.decision_summary import Summary
from fiscal_model.report.layout import INFERRED
from fiscal_model.report.material import SUBHEADING, Chapter
from fiscal_model.report.volumes import body_of, is_thin, short_form
from fiscal_model.report.wording import DOUBT_MARK
from fiscal_model.report.writers.document_parts import (
    bookmark,
    break_page,
    heading,
    saved,
    set_plan_properties,
    write_entry,
    write_figure,
    write_paragraph,
    write_table,
)
from fiscal_model.report.writers.document_styles import number_pages, set_up_page
from fiscal_model.report.writers.office_template import begin_document, dress
from fiscal_model.words.table import ReportTable

if TYPE_CHECKING:
    from docx.document import Document

ATTACHMENTS = (
    ("annex.docx", "附表、附图和编制说明"),
    ("plan.xlsx", "全部附表和测算模型"),
    ("plan.html", "网页版"),
    ("plan.ipynb", "可以重新运行的测算记录"),
    ("manifest.json", "数据、规则和程序版本的校验清单"),
)
"""What lies beside the document, as its list of attachments names it."""


def write_document(
    path: str | Path,
    plan: Plan,
    chapters: Sequence[Chapter],
    tables: Sequence[ReportTable],
    figures: Mapping[str, str | Path],
    summary: Summary | None = None,
    template: str | Path | None = None,
) -> None:
    """Write the plan as a Word document: cover, the page for one who decides, contents, chapters, two appendices.

    Tables stand here in short form, with the number under which the annex has them whole; figures that are not here are left
    out. Equal input gives equal bytes: no clock is read, and the file's members carry a fixed date. With a ``template``
    the office's own styles, page, header and footer stand in the place of ours.
    """
    document = begin_document(template, is_thin(plan))
    set_plan_properties(document, plan)
    body = body_of(plan, chapters)
    added, own_tables = appendices(plan, tables)
    known = {table.id: table for table in (*tables, *own_tables)}
    _write_cover(document, plan, bool(template))
    if summary is not None:
        _write_summary(document, summary)
    _write_contents(document, (*body, *added))
    _start_text(document, plan, bool(template))
    numbers, drawn = count(1), _numbered(body, figures)
    for at, chapter in enumerate((*body, *added), 1):
        _write_chapter(document, chapter, at, known, numbers)
        for figure, number in drawn.items():
            if figure in chapter.figures:
                write_figure(document, figure, number, figures[figure])
    if template:
        dress(document)
    Path(path).write_bytes(saved(document))


def _numbered(chapters: Iterable[Chapter], figures: Mapping[str, str | Path]) -> dict[str, int]:
    """Number the figures that are here in the order in which the chapters name them."""
    named = dict.fromkeys(figure for chapter in chapters for figure in chapter.figures if figure in figures)
    return {figure: number for number, figure in enumerate(named, 1)}


def _write_cover(document: Document, plan: Plan, own: bool) -> None:
    """Cover, in a section without page numbers."""
    set_up_page(document.sections[0], compact=is_thin(plan), own=own)
    place = plan.basis.place
    for _ in range(5):
        write_paragraph(document, "cover", "")
    write_paragraph(document, "title", place.title)
    write_paragraph(document, "title", f"{plan.years[0]}—{plan.years[-1]}年财政规划")
    write_paragraph(document, "title", "（中期财政规划）")
    for _ in range(6):
        write_paragraph(document, "cover", "")
    scope = f"{place.province}{place.name}·{place.scope.label}口径" if place.province else f"{place.scope.label}口径"
    write_paragraph(document, "cover", scope)
    write_paragraph(document, "cover", f"编制单位：{place.issuing_office or '　' * 10}")
    write_paragraph(document, "cover", f"编制日期：{'　' * 4}年{'　' * 2}月{'　' * 2}日")
    write_paragraph(document, "cover", f"数据截至：{plan.base_year}年（基期）　情景：{plan.basis.scenario.name}")
    if place.invented:
        write_paragraph(document, "cover", "本地区为虚构，全部数据仅供演示")
    if place.doubts:
        write_paragraph(document, "cover", f"录入的数有{len(place.doubts)}处疑点待核对，见附录二")
    break_page(document)


def _write_summary(document: Document, summary: Summary) -> None:
    """The page for one who decides."""
    write_paragraph(document, "title", "决策摘要")
    for table in (summary.said, *summary.tables):
        if table.rows:
            write_table(document, table)
    break_page(document)


def _write_contents(document: Document, chapters: Sequence[Chapter]) -> None:
    write_paragraph(document, "title", "目　　录")
    for at, chapter in enumerate(chapters, 1):
        write_entry(document, heading(chapter), f"chapter{at:02d}")
    write_paragraph(document, "contents", "")
    write_paragraph(document, "contents", "附件目录")
    for at, (name, said) in enumerate(ATTACHMENTS, 1):
        write_paragraph(document, "contents", f"{at}. {said}（{name}）")
    write_paragraph(
        document,
        "contents",
        f"标{DOUBT_MARK}的数和依据没有核实，见附录二；带{INFERRED}的项目，基期数没有公布，为推算、分拆或平衡得出；附表在附表册（{ATTACHMENTS[0][0]}）。",
    )


def _start_text(document: Document, plan: Plan, own: bool) -> None:
    """The text begins on page one, in a section of its own."""
    from docx.enum.section import WD_SECTION

    section = document.add_section(WD_SECTION.NEW_PAGE)
    set_up_page(section, compact=is_thin(plan), own=own)
    number_pages(document, section)
    head, bracket, tail = plan_title(plan).rpartition("（")
    write_paragraph(document, "title", head)
    write_paragraph(document, "title", bracket + tail)


def _write_chapter(
    document: Document, chapter: Chapter, at: int, tables: Mapping[str, ReportTable], numbers: Iterator[int]
) -> None:
    bookmark(write_paragraph(document, "heading1", heading(chapter)), f"chapter{at:02d}")
    for text in chapter.paragraphs:
        write_paragraph(document, "heading2" if SUBHEADING.fullmatch(text) else "body", marked(text))
    for table in (tables[id] for id in chapter.tables if id in tables):
        short = short_form(table) if table.number else table
        where = f"全表见附表{table.number}" if table.number and chapter.number[:2] != "附录" else ""
        write_table(document, _marked_table(short), f"表{next(numbers)}　{table.title}", where)


def _marked_table(table: ReportTable) -> ReportTable:
    rows = tuple(
        replace(
            row,
            label=marked(row.label),
            values=tuple(marked(value) if isinstance(value, str) else value for value in row.values),
        )
        for row in table.rows
    )
    return replace(table, rows=rows)
