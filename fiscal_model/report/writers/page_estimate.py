"""On which page a bookmark of a document stands, worked out from its lines, rows and pictures.

Word alone knows: it counts again when a reader presses F9. Lines are of fixed pitch and rows of fixed height, so that what is left
to guess is where a line breaks; the estimate of `plan.docx` is exact or one page off (against LibreOffice, four places); in a long annex it drifts by some pages.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from fiscal_model.report.writers.document_tables import width_in_ems

if TYPE_CHECKING:
    from docx.document import Document

_EMU = 12_700
_TWIP = 20
_SLACK_EMS = 0.4
"""What a line loses on average because no punctuation mark may open it."""


@dataclass
class _Block:
    """What stays together on a page: ``lines`` of ``pitch`` points that may be parted, or one piece."""

    lines: int = 1
    pitch: float = 0.0
    around: float = 0.0
    kept: bool = False
    whole: bool = True
    breaks: bool = False
    marks: list[str] = field(default_factory=list)

    @property
    def height(self) -> float:
        return self.lines * self.pitch + self.around


@dataclass
class _Sheet:
    """A section: usable width and height in points, its first page number where it restarts."""

    width: float
    height: float
    restarts: int | None
    blocks: list[_Block]


def estimated_pages(document: Document) -> dict[str, int]:
    """Return the page number, as printed, of every bookmark of a document.

    Examples
    --------
    >>> import docx
    >>> estimated_pages(docx.Document())
    {}
    """
    found: dict[str, int] = {}
    page = 0
    for sheet in _sheets(document):
        page = page + 1 if sheet.restarts is None else sheet.restarts
        left = sheet.height
        for group in _kept_together(sheet.blocks):
            height = sum(block.height for block in group)
            splits = len(group) == 1 and not group[0].whole
            if height > left + 0.5 and left < sheet.height and not (splits and left >= group[0].pitch):
                page, left = page + 1, sheet.height
            for block in group:
                found |= dict.fromkeys(block.marks, page)
                left -= block.height
                while left < -0.5:
                    page, left = page + 1, left + sheet.height
                if block.breaks:
                    page, left = page + 1, sheet.height
    return found


def _kept_together(blocks: list[_Block]) -> Iterator[list[_Block]]:
    group: list[_Block] = []
    for block in blocks:
        group.append(block)
        if not block.kept:
            yield group
            group = []
    if group:
        yield group


@cache
def _w(name: str) -> str:
    """The full name of an element or attribute of Word's."""
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def _sheets(document: Document) -> list[_Sheet]:
    styles = {style.get(_w("styleId")): style for style in document.styles.element.findall(_w("style"))}
    looks = cache(lambda name: _look_of(styles.get(name), styles))
    sections = iter(document.sections)
    sheets = [_sheet(next(sections))]
    for element in document.element.body:
        if element.tag == _w("tbl"):
            sheets[-1].blocks.extend(_rows(element))
        elif element.tag == _w("p"):
            properties = element.find(_w("pPr"))
            if properties is not None and properties.find(_w("sectPr")) is not None:
                sheets.append(_sheet(next(sections)))  # the empty paragraph that ends a section needs no page
            else:
                named = None if properties is None else properties.find(_w("pStyle"))
                look = looks(None if named is None else named.get(_w("val")))
                sheets[-1].blocks.append(_paragraph(element, look, sheets[-1].width))
    return sheets


def _sheet(section: Any) -> _Sheet:
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    start = section._sectPr.find(_w("pgNumType"))
    first = int(start.get(_w("start"))) if start is not None else None
    return _Sheet(width / _EMU, height / _EMU, first, [])


class _Look(NamedTuple):
    """Of a style: size, line pitch and space around in points, indent in characters, whether it keeps with the next paragraph."""

    points: float
    pitch: float
    around: float
    indent: float
    kept: bool


def _look_of(style: Any, styles: dict[str, Any]) -> _Look:
    def look(name: str, attribute: str, otherwise: float) -> float:
        for each in _based_on(style, styles):
            for found in each.iter(_w(name)):
                if (value := found.get(_w(attribute))) is not None:
                    return float(value)
        return otherwise

    points = look("sz", "val", 21) / 2
    fixed = style is not None and any(each.get(_w("lineRule")) == "exact" for each in style.iter(_w("spacing")))
    pitch = look("spacing", "line", 0) / _TWIP if fixed else points * 1.3
    around = (look("spacing", "before", 0) + look("spacing", "after", 0)) / _TWIP
    kept = style is not None and next(style.iter(_w("keepNext")), None) is not None
    return _Look(points, pitch, around, look("ind", "firstLineChars", 0) / 100, kept)


def _paragraph(element: Any, look: _Look, width: float) -> _Block:
    from docx.oxml.ns import qn

    marks = [mark.get(_w("name")) for mark in element.iter(_w("bookmarkStart"))]
    breaks = any(each.get(_w("type")) == "page" for each in element.iter(_w("br")))
    picture = next(element.iter(qn("wp:extent")), None)
    if picture is not None:
        return _Block(1, int(picture.get("cy")) / _EMU, look.around + 4, look.kept, True, breaks, marks)
    text = "".join(each.text or "" for each in element.iter(_w("t")))
    lines = _lines(text, look.points, width, look.indent)
    return _Block(lines, look.pitch, look.around, look.kept, lines == 1, breaks, marks)


def _based_on(style: Any, styles: dict[str, Any]) -> Iterator[Any]:
    """A style and those that it is based on."""
    seen = []
    while style is not None and style not in seen:
        yield style
        seen.append(style)
        base = style.find(_w("basedOn"))
        style = styles.get(base.get(_w("val"))) if base is not None else None


def _rows(table: Any) -> Iterator[_Block]:
    """A row is as high as its highest cell; a header is repeated, which is left out of account. All cells of a table have one size and pitch."""
    rooms = [int(each.get(_w("w"))) / _TWIP - 5 for each in table.iter(_w("gridCol"))]
    points = int(next(table.iter(_w("sz"))).get(_w("val"))) / 2
    pitch = int(next(table.iter(_w("spacing"))).get(_w("line"))) / _TWIP
    cell, text = _w("tc"), _w("t")
    for row in table.findall(_w("tr")):
        lines: list[int] = []
        for each in row.iter(cell, text):
            if each.tag == cell:
                lines.append(0)
            else:
                lines[-1] += _lines(each.text or "", points, rooms[len(lines) - 1], 0)
        yield _Block(max(1, *lines), pitch, 0.5, next(row.iter(_w("keepNext")), None) is not None)


def _lines(text: str, points: float, width: float, opening: float) -> int:
    room = width / points
    needed = width_in_ems(text, narrow=True) + opening
    return max(math.ceil(needed / max(room - (_SLACK_EMS if needed > room else 0), 1)), 1) if text.strip() else 1
