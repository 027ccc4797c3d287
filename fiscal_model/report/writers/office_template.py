"""A volume in the office's own Word template: its styles by name, page, header, footer; ours where it has none of that name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fiscal_model.report.writers.document_styles import set_up_styles, style_id
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.files import why

if TYPE_CHECKING:
    from docx.document import Document

STYLES = {
    "title": ("公文标题", "Title"),
    "heading1": ("heading 1",),
    "heading2": ("heading 2",),
    "body": ("公文正文", "规划正文", "Body Text"),
    "cover": ("封面", "规划封面", "Subtitle"),
    "contents": ("规划目录", "toc 1"),
    "table_title": ("表题", "规划表题"),
    "table_unit": ("表单位", "规划表单位"),
    "table_text": ("表文", "规划表文"),
    "table_note": ("表注", "规划表注"),
    "caption": ("图题", "规划图题", "caption"),
}
"""What a template's paragraph style may be called, the first one found is taken; Word calls 标题 1 ``heading 1`` inside."""
KEPT_AS = "template.docx"
"""The template as a report keeps it."""
TABLE_STYLES = ("公文表格", "规划表格")
_SHOWN = {"Title": "标题", "heading 1": "标题 1", "heading 2": "标题 2"}
_LARGEST = 200 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0"
_AGAIN = "请在 Word 中另存为“Word 文档（*.docx）”再用"


def check_template(path: str | Path) -> str:
    """Return what a template lacks as one sentence, empty where it lacks nothing.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    InputError
        It is no Word document without macros and password.

    Examples
    --------
    >>> import docx, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     docx.Document().save(f"{folder}/own.docx")
    ...     print(check_template(f"{folder}/own.docx")[:34])
    模板里没有这些样式，改用软件自带的：规划目录、表题、表单位、表文、表
    """
    document = _opened(Path(path))
    found = _found(document)
    lacking = [_SHOWN.get(names[0], names[0]) for key, names in STYLES.items() if key not in found]
    if _table_style(document) is None:
        lacking.append(TABLE_STYLES[0])
    return f"模板里没有这些样式，改用软件自带的：{'、'.join(lacking)}。" if lacking else ""


def begin_document(template: str | Path | None = None, compact: bool = False) -> Document:
    """Return an empty document to write into: in the house's styles, or a template without its text."""
    import docx

    if not template:
        document = docx.Document()
        set_up_styles(document, compact)
        return document
    document = _opened(Path(template))
    _empty(document)
    set_up_styles(document, compact, frozenset(_found(document)))
    return document


def dress(document: Document) -> None:
    """Give what was written in the house's styles those of the template that the document was begun with."""
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import nsdecls, qn

    found, numbered = _found(document), set()
    ids = {style_id(key): style.get(qn("w:styleId")) for key, style in found.items()}
    for key, style in found.items():
        if next(style.iter(qn("w:numPr")), None) is not None:
            numbered.add(style_id(key))
    for named in document.element.body.iter(qn("w:pStyle")):
        ours = named.get(qn("w:val"))
        named.set(qn("w:val"), ids.get(ours, ours))
        if ours in numbered:  # the texts carry their numbers
            named.addnext(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="0"/></w:numPr>'))
    table_style = _table_style(document)
    for properties in document.element.body.iter(qn("w:tblPr")) if table_style is not None else ():
        properties.remove(properties.find(qn("w:tblBorders")))
        properties.insert(0, OxmlElement("w:tblStyle", {qn("w:val"): str(table_style)}))
        properties.append(OxmlElement("w:tblLook", {qn("w:val"): "0020", qn("w:firstRow"): "1"}))
        for shade in properties.getparent().tr_lst[0].findall(f".//{qn('w:shd')}"):
            shade.getparent().remove(shade)


def _opened(path: Path) -> Document:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    def fault(found: str, remedy: str = _AGAIN) -> InputError:
        return InputError([Fault(path.as_posix(), found, remedy)])

    try:
        with path.open("rb") as file:
            begins = file.read(4)
        if begins == _OLE:
            raise fault("模板加了密码，或是旧的 .doc 格式", "请在 Word 中去掉密码，另存为“Word 文档（*.docx）”再用")
        with zipfile.ZipFile(path) as packed:
            if sum(each.file_size for each in packed.infolist()) > _LARGEST:
                raise fault("模板解开后超过 200 MB", "请删去模板里的图片和嵌入的文件")
            kinds = packed.read("[Content_Types].xml")
            if b"macroEnabled" in kinds or b"vbaProject" in kinds:
                raise fault("模板带有宏")
        return docx.Document(str(path))
    except OSError as error:
        raise fault(f"模板读不出来（{why(error)}）", "请核对路径") from error
    except (zipfile.BadZipFile, OpcError, LxmlError, LookupError, AttributeError, ValueError, RuntimeError) as error:
        raise fault("模板不是 Word 文档（.docx），或者已经损坏") from error


def _empty(document: Document) -> None:
    """Take out the text; headers and footers that earlier sections hold go to the one that stays."""
    from docx.oxml.ns import qn

    body = document.element.body
    last, earlier = body.sectPr, [each for each in body.iter(qn("w:sectPr"))][:-1]
    for kind in (qn("w:headerReference"), qn("w:footerReference")):
        have = {each.get(qn("w:type")) for each in last.findall(kind)}
        for given in reversed([each for section in earlier for each in section.findall(kind)]):
            if given.get(qn("w:type")) not in have:
                have.add(given.get(qn("w:type")))
                last.insert(0, given)
    for element in [each for each in body if each is not last]:
        body.remove(element)


def _styles(document: Document, kind: str) -> Iterator[tuple[str, Any]]:
    from docx.oxml.ns import qn

    for style in document.styles.element.findall(qn("w:style")):
        if style.get(qn("w:type")) == kind and (name := style.find(qn("w:name"))) is not None:
            yield str(name.get(qn("w:val"))).lower(), style


def _found(document: Document) -> dict[str, Any]:
    have = dict(_styles(document, "paragraph"))
    named = {
        key: next((have[name.lower()] for name in names if name.lower() in have), None) for key, names in STYLES.items()
    }
    return {key: style for key, style in named.items() if style is not None}


def _table_style(document: Document) -> str | None:
    from docx.oxml.ns import qn

    have = dict(_styles(document, "table"))
    return next((have[name].get(qn("w:styleId")) for name in TABLE_STYLES if name in have), None)
