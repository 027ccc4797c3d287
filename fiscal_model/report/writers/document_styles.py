"""The page of an official document after GB/T 9704: margins, fonts, headings, page numbers, as Word styles."""

from __future__ import annotations

import zipfile
from collections.abc import Container
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section

LATIN = "Times New Roman"
SONG, FANG, HEI, KAI, TITLE = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
_INSTEAD = {FANG: "仿宋", KAI: "楷体", TITLE: "小标宋"}
"""What Word may use where a machine lacks the font."""

LINE_PITCH = 28.95
MARGINS_MM = {"top_margin": 37, "left_margin": 28, "right_margin": 26, "bottom_margin": 35}
COMPACT_PITCH, COMPACT_MARGINS_MM = 18.5, MARGINS_MM | {"top_margin": 23, "bottom_margin": 23}
LANDSCAPE_MARGINS_MM = {"top_margin": 28, "left_margin": 25, "right_margin": 25, "bottom_margin": 26}
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)

# style name: (built-in it restyles or None, East Asian font, size in pt, alignment, indent in characters, keep with next)
_STYLES: dict[str, tuple[str | None, str, float, str, int, bool]] = {
    "body": (None, FANG, 16, "both", 2, False),
    "title": ("Title", TITLE, 22, "center", 0, False),
    "heading1": ("heading 1", HEI, 16, "left", 2, True),
    "heading2": ("heading 2", KAI, 16, "left", 2, True),
    "cover": (None, KAI, 16, "center", 0, False),
    "contents": (None, FANG, 14, "left", 0, False),
    "table_title": (None, HEI, 12, "center", 0, True),
    "table_unit": (None, SONG, 10.5, "right", 0, True),
    "table_text": (None, SONG, 9, "left", 0, False),
    "table_note": (None, SONG, 9, "left", 0, False),
    "table_gap": (None, SONG, 6, "left", 0, False),
    "figure": (None, SONG, 12, "center", 0, True),
    "caption": (None, HEI, 12, "center", 0, False),
}
_COMPACT_SIZES = {"body": 14, "heading1": 14, "heading2": 14, "contents": 12}
"""A plan on yearly totals is a short one: 四号 in place of 三号, so that few findings do not fill many pages."""
_CHINESE_NAMES = {
    "body": "规划正文", "cover": "规划封面", "contents": "规划目录", "table_title": "规划表题", "table_unit": "规划表单位",
    "table_text": "规划表文", "table_note": "规划表注", "table_gap": "规划表后", "figure": "规划图", "caption": "规划图题",
}  # fmt: skip


def set_up_styles(document: Document, compact: bool = False, kept: Container[str] | None = None) -> None:
    """Give a new document, in place, the styles of an official Chinese document and no theme fonts; ``compact`` sets them smaller.

    ``kept`` are the styles that a template brings: it gets the others and nothing else of it is touched.
    """
    from docx.oxml.ns import qn

    root = document.styles.element
    if kept is None:
        for fonts in root.iter(qn("w:rFonts")):
            _set_fonts(fonts, FANG)
        for language in root.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")
        _set_fonts(document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts(), FANG)
        _name_substitutes(document)
    for key, (built_in, font, size, align, indent, keep) in _STYLES.items():
        if key not in (kept or ()):
            size = _COMPACT_SIZES.get(key, size) if compact else size
            _replace_style(root, key, built_in, font, size, align, indent, keep, compact)


def set_up_page(section: Section, landscape: bool = False, compact: bool = False, own: bool = False) -> None:
    """Set A4, margins and orientation of a section; ``compact`` leaves less above and below, ``own`` keeps a template's page but turns it."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    turned = own and landscape != ((section.page_width or 0) > (section.page_height or 0))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    if own:
        if turned:
            section.page_width, section.page_height = section.page_height, section.page_width
            section.top_margin, section.left_margin = section.left_margin, section.top_margin
            section.bottom_margin, section.right_margin = section.right_margin, section.bottom_margin
        return
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    margins = LANDSCAPE_MARGINS_MM if landscape else COMPACT_MARGINS_MM if compact else MARGINS_MM
    for name, value in margins.items():
        setattr(section, name, Mm(value))
    section.footer_distance = Mm(18 if landscape or compact else 25)


def number_pages(document: Document, section: Section) -> None:
    """Print "— 1 —" at the outer edge of every page from a section on, starting at one; a footer that a template brings stays.

    Odd pages carry it right, even pages left, in 宋体 14 pt, one character from the edge (GB/T 9704).
    """
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    section._sectPr.find(qn("w:pgMar")).addnext(start)
    own = (each.footer for each in document.sections if not each.footer.is_linked_to_previous)
    if any(
        next(footer._element.iter(qn("w:t"), qn("w:instrText"), qn("w:fldSimple")), None) is not None for footer in own
    ):
        return
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        old = footer.paragraphs[0]._p
        old.getparent().replace(old, _page_number(side))


def fix_bytes(content: bytes) -> bytes:
    """Return a zip file with every member dated 2000-01-01, so that equal content is equal bytes.

    Examples
    --------
    >>> raw = BytesIO()
    >>> with zipfile.ZipFile(raw, "w") as packed:
    ...     packed.writestr("a.txt", "一")
    >>> zipfile.ZipFile(BytesIO(fix_bytes(raw.getvalue()))).infolist()[0].date_time
    (2000, 1, 1, 0, 0, 0)
    """
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for member in given.infolist():
            entry = zipfile.ZipInfo(member.filename, _ZIP_DATE)
            packs = not member.filename.endswith(".png")  # a picture is packed already
            entry.compress_type = zipfile.ZIP_DEFLATED if packs else zipfile.ZIP_STORED
            entry.external_attr = 0o600 << 16
            packed.writestr(entry, given.read(member))
    return target.getvalue()


def _set_fonts(fonts: Any, east_asia: str) -> None:
    from docx.oxml.ns import qn

    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]
    for slot, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", east_asia)):
        fonts.set(qn(f"w:{slot}"), font)


def _replace_style(
    root: Any,
    key: str,
    built_in: str | None,
    font: str,
    size: float,
    align: str,
    indent: int,
    keep: bool,
    compact: bool,
) -> None:
    """Write a style afresh: what the template's own headings carry (blue, Calibri, spacing) must not shine through."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    name = built_in or _CHINESE_NAMES[key]
    for old in [style for style in root.findall(qn("w:style")) if style.find(qn("w:name")).get(qn("w:val")) == name]:
        root.remove(old)
    fixed = key in {"body", "title", "heading1", "heading2", "cover"}
    pitch = (
        round((COMPACT_PITCH if compact and key in _COMPACT_SIZES else LINE_PITCH) * 20)
        if fixed
        else round(size * 20 * 1.3)
    )
    spacing = 'w:line="240" w:lineRule="auto"' if key == "figure" else f'w:line="{pitch}" w:lineRule="exact"'
    after = {"table_unit": 20, "caption": 120, "table_note": 40}.get(key, 0)
    before = {"table_title": 160, "table_note": 40, "figure": 120}.get(key, 0)
    level = {"heading1": 0, "heading2": 1}.get(key)
    outline = "" if level is None else f'<w:outlineLvl w:val="{level}"/>'
    root.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="paragraph" w:customStyle="{0 if built_in else 1}" w:styleId="{style_id(key)}">'
            f'<w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:qFormat/>'
            f"<w:pPr>{'<w:keepNext/><w:keepLines/>' if keep else ''}<w:widowControl w:val='0'/>"
            f'<w:spacing w:before="{before}" w:after="{after}" {spacing}/>'
            f'<w:ind w:firstLineChars="{indent * 100}" w:firstLine="{round(indent * size * 20)}"/><w:jc w:val="{align}"/>'
            f"{outline}</w:pPr>"
            f'<w:rPr><w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:cs="{LATIN}" w:eastAsia="{font}"/>'
            f'<w:b w:val="0"/><w:color w:val="000000"/><w:kern w:val="0"/>'
            f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/></w:rPr></w:style>'
        )
    )


@cache
def style_id(key: str) -> str:
    """Return the identifier of one of this module's styles as paragraphs name it."""
    name = "".join(part.capitalize() for part in key.split("_"))
    # Built-in styles keep the identifier by which other styles of the template refer to them.
    return name if _STYLES[key][0] else f"Plan{name}"


def _page_number(side: str) -> Any:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    look = (
        f'<w:rPr><w:rFonts w:ascii="{SONG}" w:hAnsi="{SONG}" w:cs="{SONG}" w:eastAsia="{SONG}"/>'
        '<w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr>'
    )
    return parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:ind w:{side}Chars="100"/><w:jc w:val="{side}"/></w:pPr>'
        f'<w:r>{look}<w:t xml:space="preserve">— </w:t></w:r>'
        f'<w:fldSimple w:instr=" PAGE "><w:r>{look}<w:t>1</w:t></w:r></w:fldSimple>'
        f'<w:r>{look}<w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    )


def _name_substitutes(document: Document) -> None:
    """Tell Word what to use in place of a font that is not installed."""
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            entries = "".join(
                f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
                for name, other in _INSTEAD.items()
            )
            part._blob = part.blob.replace(b"</w:fonts>", f"{entries}</w:fonts>".encode())
