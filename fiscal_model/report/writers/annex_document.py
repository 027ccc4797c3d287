"""The annex as a volume of its own: every table whole, the figures that the plan's text has no room for, assumptions and definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fiscal_model.model.projection import Plan
from fiscal_model.report.chapters.all_chapters import plan_title
from fiscal_model.report.material import SUBHEADING, Chapter
from fiscal_model.report.volumes import annex_of, body_of, figures_left, full_form
from fiscal_model.report.writers.document_parts import (
    bookmark,
    break_page,
    drop_restart,
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
    from docx.section import Section

PRINTED_IN_BODY = ("missing_data",)
"""Tables that an appendix of the plan prints whole: the annex does not print them again."""


def write_annex(
    path: str | Path,
    plan: Plan,
    chapters: Sequence[Chapter],
    tables: Sequence[ReportTable],
    figures: Mapping[str, str | Path],
    template: str | Path | None = None,
) -> None:
    """Write the annex of a plan, in the office's ``template`` where there is one; equal input gives equal bytes."""
    document, own = begin_document(template), bool(template)
    set_plan_properties(document, plan, "附表册")
    annex = annex_of(plan, chapters)
    left = tuple(each for each in figures_left(chapters, body_of(plan, chapters)) if each in figures)
    known = {table.id: table for table in tables if table.id not in PRINTED_IN_BODY}
    _write_front(document, plan, annex, known, bool(left), own)
    for at, chapter in enumerate(annex, 1):
        _write_chapter(document, chapter, at, known, own, restart=at == 1)
    if left:
        _start(document, own)
        bookmark(write_paragraph(document, "heading1", "附图"), "figures")
        for number, figure in enumerate(left, 1):
            write_figure(document, figure, number, figures[figure])
    if own:
        dress(document)
    Path(path).write_bytes(saved(document))


def _write_front(
    document: Document, plan: Plan, annex: Sequence[Chapter], tables: Mapping[str, ReportTable], drawn: bool, own: bool
) -> None:
    set_up_page(document.sections[0], own=own)
    for _ in range(5):
        write_paragraph(document, "cover", "")
    head, bracket, tail = plan_title(plan).rpartition("（")
    for line in (head, bracket + tail, "附　表　册"):
        write_paragraph(document, "title", line)
    if plan.basis.place.invented:
        write_paragraph(document, "cover", "本地区为虚构，全部数据仅供演示")
    break_page(document)
    write_paragraph(document, "title", "目　　录")
    for at, chapter in enumerate(annex, 1):
        write_entry(document, heading(chapter), f"annex{at:02d}")
        for table in (tables[id] for id in chapter.tables if id in tables):
            write_entry(document, f"　附表{table.number}　{table.title}", f"table_{table.id}")
    if drawn:
        write_entry(document, "附图", "figures")


def _write_chapter(
    document: Document, chapter: Chapter, at: int, tables: Mapping[str, ReportTable], own: bool, restart: bool
) -> None:
    """Its text upright, its tables across the page."""
    section = _start(document, own)
    if restart:
        number_pages(document, section)
    bookmark(write_paragraph(document, "heading1", heading(chapter)), f"annex{at:02d}")
    for text in chapter.paragraphs:
        if not text.startswith("附表") or "　" not in text:  # the list of tables is the contents of this volume
            write_paragraph(document, "heading2" if SUBHEADING.fullmatch(text) else "body", text)
    printed = [tables[id] for id in chapter.tables if id in tables]
    if printed:
        _start(document, own, landscape=True)
    for table in printed:
        titled = write_table(document, full_form(table), f"附表{table.number}　{table.title}")
        bookmark(titled, f"table_{table.id}")


def _start(document: Document, own: bool, landscape: bool = False) -> Section:
    from docx.enum.section import WD_SECTION

    section = document.add_section(WD_SECTION.NEW_PAGE)
    set_up_page(section, landscape, own=own)
    drop_restart(section)
    return section
