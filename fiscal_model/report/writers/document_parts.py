"""What every volume is put together from: paragraphs, headings, tables, figures, contents with page numbers."""

from __future__ import annotations

import datetime as dt
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from fiscal_model.report.chapters.all_chapters import ANNEX, figure_title, plan_title
from fiscal_model.report.material import Chapter
from fiscal_model.report.writers.document_styles import fix_bytes, style_id
from fiscal_model.report.writers.document_tables import marked_notes, table_xml
from fiscal_model.report.writers.page_estimate import estimated_pages
from fiscal_model.words.shortened import MOST_PRINTED, shortened
from fiscal_model.words.table import ReportTable

if TYPE_CHECKING:
    from docx.document import Document

    from fiscal_model.model.projection import Plan

FIXED_DATE = dt.datetime(2000, 1, 1)
FIGURE_WIDTH_MM = 138.0
TWIPS_PER_MM, _EMU_PER_MM = 56.7, 36_000


def set_properties(document: Document, title: str, subject: str, author: str) -> None:
    """Fill the document's properties; no clock is read."""
    properties = document.core_properties
    properties.title, properties.subject = title, subject
    properties.author = properties.last_modified_by = author
    properties.comments, properties.language, properties.revision = "", "zh-CN", 1
    properties.created = properties.modified = properties.last_printed = FIXED_DATE


def set_plan_properties(document: Document, plan: Plan, volume: str = "") -> None:
    """Fill the properties of a volume of the plan."""
    set_properties(document, plan_title(plan) + volume, "中期财政规划", f"{plan.basis.place.name}财政规划")


def saved(document: Document) -> bytes:
    """Return a document's bytes, the contents' page numbers filled in; equal input gives equal bytes."""
    _fill_page_numbers(document)
    raw = BytesIO()
    document.save(raw)
    return fix_bytes(raw.getvalue())


def heading(chapter: Chapter) -> str:
    """Return a chapter's heading: 一、…, but 附件1　…."""
    return f"{chapter.number}{'　' if chapter.number.startswith(('附录', ANNEX)) else '、'}{chapter.title}"


def write_paragraph(document: Document, style: str, text: str) -> Any:
    """Add a paragraph in a style of `document_styles`."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.text.paragraph import Paragraph

    # As `add_paragraph` does, which looks through the whole document for its place: what stands last is the section.
    written = parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style_id(style)}"/></w:pPr></w:p>')
    document.element.body[-1].addprevious(written)
    paragraph = Paragraph(written, document._body)
    if text:
        paragraph.add_run(text)
    return paragraph


def write_table(
    document: Document, table: ReportTable, title: str = "", whole_in: str = "", most: int = MOST_PRINTED
) -> Any:
    """Add a table as wide as the text, with its title, unit and notes; return the paragraph of its title.

    Parameters
    ----------
    document : Document
    table : ReportTable
    title : str
        In place of ``表05　…``.
    whole_in : str
        Where the whole table stands; a short form prints this in place of the notes.
    most : int
        Rows printed in full.
    """
    from docx.oxml import parse_xml

    table = shortened(table, most)
    numbered = f"表{table.number}　{table.title}" if table.number else table.title
    titled = write_paragraph(document, "table_title", title or numbered)
    above = "，".join(text for text in (f"单位：{table.unit}" if table.unit else "", whole_in) if text)
    if above:
        write_paragraph(document, "table_unit", above)
    document.element.body[-1].addprevious(parse_xml(table_xml(table, text_width_mm(document))))
    for note in () if whole_in else marked_notes(table):
        write_paragraph(document, "table_note", note)
    write_paragraph(document, "table_gap", "")
    return titled


def text_width_mm(document: Document) -> float:
    """Return how wide the text of the section under way is."""
    from docx.section import Section

    section = Section(document.element.body[-1], document.part)
    sides = (section.left_margin or 0) + (section.right_margin or 0)
    return float((section.page_width or 0) - sides) / _EMU_PER_MM


def write_figure(document: Document, figure_id: str, number: int, path: str | Path) -> None:
    """Add a figure with its caption."""
    from docx.oxml.shape import CT_Inline
    from docx.shared import Mm

    width = Mm(min(FIGURE_WIDTH_MM, text_width_mm(document)))
    held, image = document.part.get_or_add_image(str(path))
    # As `add_picture` does, which looks through the whole document for an identifier that is free: pictures are numbered.
    inline = CT_Inline.new_pic_inline(number, held, image.filename, *image.scaled_dimensions(width, None))
    write_paragraph(document, "figure", "").add_run()._r.add_drawing(inline)
    title = figure_title(figure_id)
    inline.docPr.set("descr", title)
    inline.docPr.set("name", f"图{number}")
    write_paragraph(document, "caption", f"图{number}　{title}")


def break_page(document: Document) -> None:
    """Start a new page behind the last paragraph."""
    from docx.enum.text import WD_BREAK

    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)


def bookmark(paragraph: Any, name: str) -> None:
    """Name a paragraph so that the contents can jump to it and print its page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    count = str(zlib.crc32(name.encode()) & 0x7FFFFFFF)
    start = OxmlElement("w:bookmarkStart", {qn("w:id"): count, qn("w:name"): name})
    paragraph._p.get_or_add_pPr().addnext(start)
    paragraph._p.append(OxmlElement("w:bookmarkEnd", {qn("w:id"): count}))


def write_entry(document: Document, text: str, anchor: str) -> None:
    """Add a line of the contents: a link to a bookmark, dots, and its page number as a field, filled in by `saved`."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    paragraph = write_paragraph(document, "contents", "")
    field = (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGEREF {anchor} \\h '
        f'</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{anchor}</w:t></w:r>'
        f'<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    paragraph._p.append(
        parse_xml(
            f'<w:hyperlink {nsdecls("w")} w:anchor="{anchor}"><w:r><w:t>{escape(text)}</w:t></w:r>'
            f"<w:r><w:tab/></w:r>{field}</w:hyperlink>"
        )
    )
    tab = f'<w:tabs {nsdecls("w")}><w:tab w:val="right" w:leader="dot" w:pos="{round(text_width_mm(document) * TWIPS_PER_MM)}"/></w:tabs>'
    paragraph._p.get_or_add_pPr().get_or_add_pStyle().addnext(parse_xml(tab))


def _fill_page_numbers(document: Document) -> None:
    """Until Word counts them afresh (F9), the contents print the pages that `page_estimate` works out."""
    from docx.oxml.ns import qn

    pages = estimated_pages(document)
    for link in document.element.body.iter(qn("w:hyperlink")):
        anchor = link.get(qn("w:anchor"))
        for text in link.iter(qn("w:t")):
            if text.text == anchor:
                text.text = str(pages.get(anchor, ""))


def drop_restart(section: Any) -> None:
    """A new section copies the last one's properties; page numbers must run on."""
    from docx.oxml.ns import qn

    for start in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(start)
