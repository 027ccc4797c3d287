"""The plan as a Word document, laid out like an official document (GB/T 9704)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from fiscal_model.model.projection import Plan
from fiscal_model.report.chapters.all_chapters import ANNEX, Chapter, figure_title, plan_title
from fiscal_model.report.decision_summary import Summary
from fiscal_model.report.writers.document_styles import fix_bytes, number_pages, set_up_page, set_up_styles, style_id
from fiscal_model.report.writers.document_tables import (
    BODY_WIDTH_MM,
    LANDSCAPE_WIDTH_MM,
    condensed,
    marked_notes,
    table_xml,
)
from fiscal_model.words.shortened import shortened
from fiscal_model.words.table import ReportTable

if TYPE_CHECKING:
    from docx.document import Document

Tables = dict[str, ReportTable]
Figures = dict[str, tuple[int, str | Path]]

FIXED_DATE = dt.datetime(2000, 1, 1)
_SUBHEADING = re.compile(r"（[一二三四五六七八九十]+）[^。；：]{1,40}")


def write_document(
    path: str | Path,
    plan: Plan,
    chapters: Sequence[Chapter],
    tables: Sequence[ReportTable],
    figures: Mapping[str, str | Path],
    summary: Summary | None = None,
) -> None:
    """Write the plan as a Word document: the page for one who decides behind the cover; tables short in the text, whole in the annexes; figures that are not here left out.

    Equal input gives equal bytes: no clock is read, and the file's members carry a fixed date.
    """
    import docx

    document = docx.Document()
    set_up_styles(document)
    _set_properties(document, plan)
    _write_cover(document, plan, chapters, summary)
    known, numbered = {table.id: table for table in tables}, _numbered(chapters, figures)
    for chapter in chapters:
        if chapter.number.startswith(ANNEX):
            _write_annex(document, chapter, known)
        else:
            _write_chapter(document, chapter, known, numbered)
    raw = BytesIO()
    document.save(raw)
    Path(path).write_bytes(fix_bytes(raw.getvalue()))


def _numbered(chapters: Iterable[Chapter], figures: Mapping[str, str | Path]) -> Figures:
    """Number the figures that are here in the order in which the chapters name them."""
    named = dict.fromkeys(figure for chapter in chapters for figure in chapter.figures if figure in figures)
    return {figure: (number, figures[figure]) for number, figure in enumerate(named, 1)}


def _set_properties(document: Document, plan: Plan) -> None:
    properties = document.core_properties
    properties.title = plan_title(plan)
    properties.subject = "中期财政规划"
    properties.author = properties.last_modified_by = f"{plan.basis.place.name}财政规划"
    properties.comments = ""
    properties.language = "zh-CN"
    properties.created = properties.modified = properties.last_printed = FIXED_DATE
    properties.revision = 1


def _write_summary(document: Document, summary: Summary) -> None:
    """The page for one who decides."""
    write_paragraph(document, "title", "决策摘要")
    for table in (summary.said, *summary.tables):
        if table.rows:
            write_table(document, table, BODY_WIDTH_MM)
    _break_page(document)


def _write_cover(document: Document, plan: Plan, chapters: Sequence[Chapter], summary: Summary | None) -> None:
    """Cover, summary and contents in a section of their own, without page numbers; the text then starts at page one."""
    from docx.enum.section import WD_SECTION

    set_up_page(document.sections[0])
    place = plan.basis.place
    for _ in range(5):
        write_paragraph(document, "cover", "")
    write_paragraph(document, "title", place.title)
    write_paragraph(document, "title", f"{plan.years[0]}—{plan.years[-1]}年财政规划")
    write_paragraph(document, "title", "（中期财政规划）")
    for _ in range(8):
        write_paragraph(document, "cover", "")
    scope = f"{place.province}{place.name}·{place.scope.label}口径" if place.province else f"{place.scope.label}口径"
    write_paragraph(document, "cover", scope)
    write_paragraph(document, "cover", f"编制基期：{plan.base_year}年")
    write_paragraph(document, "cover", f"测算情景：{plan.basis.scenario.name}")
    if place.invented:
        write_paragraph(document, "cover", "本地区为虚构，全部数据仅供演示")
    if place.doubts:
        write_paragraph(document, "cover", f"录入的数有{len(place.doubts)}处疑点待核对，见第一部分开头")
    _break_page(document)
    if summary is not None:
        _write_summary(document, summary)
    write_paragraph(document, "title", "目　　录")
    write_paragraph(document, "cover", "")
    for index, chapter in enumerate(chapters):
        _link(document, _heading(chapter), f"chapter{index + 1:02d}")
    section = document.add_section(WD_SECTION.NEW_PAGE)
    set_up_page(section)
    number_pages(document, section)
    head, bracket, tail = plan_title(plan).rpartition("（")
    write_paragraph(document, "title", head)
    write_paragraph(document, "title", bracket + tail)
    write_paragraph(document, "body", "")


def _heading(chapter: Chapter) -> str:
    return f"{chapter.number}{'　' if chapter.number.startswith(ANNEX) else '、'}{chapter.title}"


def _write_chapter(document: Document, chapter: Chapter, tables: Tables, figures: Figures) -> None:
    _write_text(document, chapter)
    for table_id in chapter.tables:
        if table_id in tables:
            write_table(document, tables[table_id], BODY_WIDTH_MM, short=True)
    for figure_id in chapter.figures:
        if figure_id in figures:
            _write_figure(document, figure_id, *figures[figure_id])


def _write_annex(document: Document, chapter: Chapter, tables: Tables) -> None:
    """An annex: its text upright, its tables across the page."""
    from docx.enum.section import WD_SECTION

    section = document.add_section(WD_SECTION.NEW_PAGE)
    set_up_page(section)
    _drop_restart(section)
    _write_text(document, chapter)
    printed = [tables[table_id] for table_id in chapter.tables if table_id in tables]
    if not printed:
        return
    section = document.add_section(WD_SECTION.NEW_PAGE)
    set_up_page(section, landscape=True)
    _drop_restart(section)
    for table in printed:
        write_table(document, table, LANDSCAPE_WIDTH_MM)


def _drop_restart(section: Any) -> None:
    """A new section copies the last one's properties; page numbers must run on."""
    from docx.oxml.ns import qn

    for start in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(start)


def _write_text(document: Document, chapter: Chapter) -> None:
    _bookmark(write_paragraph(document, "heading1", _heading(chapter)), document)
    for text in chapter.paragraphs:
        listed = chapter.number.startswith(ANNEX) and text.startswith("附表")
        style = "heading2" if _SUBHEADING.fullmatch(text) else "contents" if listed else "body"
        write_paragraph(document, style, text)


def write_table(document: Document, table: ReportTable, width_mm: float, short: bool = False) -> None:
    """Add a numbered table with its title, unit and notes; ``short``: what fits a portrait page."""
    from docx.oxml import parse_xml

    table = shortened(table)
    shown = condensed(table) if short else table
    suffix = "（简表，全表见附件1）" if shown is not table else ""
    write_paragraph(
        document,
        "table_title",
        f"表{table.number}　{table.title}{suffix}" if table.number else f"{table.title}{suffix}",
    )
    if table.unit:
        write_paragraph(document, "table_unit", f"单位：{table.unit}")
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(table_xml(shown, width_mm)))
    for note in marked_notes(table) if shown is table else ():
        write_paragraph(document, "table_note", note)
    write_paragraph(document, "table_note", "")


def _write_figure(document: Document, figure_id: str, number: int, path: str | Path) -> None:
    from docx.shared import Mm

    picture = write_paragraph(document, "figure", "").add_run().add_picture(str(path), width=Mm(BODY_WIDTH_MM - 6))
    title = figure_title(figure_id)
    picture._inline.docPr.set("descr", title)
    picture._inline.docPr.set("name", f"图{number}")
    write_paragraph(document, "caption", f"图{number}　{title}")


def write_paragraph(document: Document, style: str, text: str) -> Any:
    """Add a paragraph in a style of `document_styles`."""
    paragraph = document.add_paragraph(text)
    paragraph._p.get_or_add_pPr().get_or_add_pStyle().val = style_id(style)
    return paragraph


def _break_page(document: Document) -> None:
    from docx.enum.text import WD_BREAK

    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)


def _bookmark(paragraph: Any, document: Document) -> None:
    """Name a heading so that the contents can jump to it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    count = str(len(document.element.body.findall(f".//{qn('w:bookmarkStart')}")) + 1)
    start = {qn("w:id"): count, qn("w:name"): f"chapter{count:0>2}"}
    paragraph._p.append(OxmlElement("w:bookmarkStart", start))
    paragraph._p.append(OxmlElement("w:bookmarkEnd", {qn("w:id"): count}))


def _link(document: Document, text: str, anchor: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    paragraph = write_paragraph(document, "contents", "")
    paragraph._p.append(
        parse_xml(f'<w:hyperlink {nsdecls("w")} w:anchor="{anchor}"><w:r><w:t>{escape(text)}</w:t></w:r></w:hyperlink>')
    )
