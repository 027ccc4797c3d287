"""What a workbook's values do not tell: hidden rows, formulas that were never calculated, cells that hold an error."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HIDDEN = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]+\d+)"([^>]*)>((?:(?!</(?:\w+:)?c>).)*)</(?:\w+:)?c>', re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]+)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_ERROR = re.compile(rb'\bt="e"')


@dataclass(frozen=True)
class Marks:
    """``hidden``: lines of hidden rows. ``uncalculated``: cells, e.g. ``F3``. ``errors``: cell to what it shows."""

    hidden: tuple[int, ...] = ()
    uncalculated: tuple[str, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()


def read_marks(content: bytes, sheet: str) -> Marks:
    """Read the marks of one sheet of a workbook; a workbook of the old kind has none to be read."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return Marks()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as files:
            path = _path_of(files, sheet)
            if path not in files.namelist():
                return Marks()
            text = files.read(path)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return Marks()
    hidden = tuple(int(line) for line in _HIDDEN.findall(text))
    uncalculated, errors = [], []
    if _FORMULA.search(text) or _ERROR.search(text):
        for cell, attributes, inside in _CELL.findall(text):
            shown = _VALUE.search(inside)
            if _ERROR.search(attributes):
                errors.append((cell.decode(), shown[1].decode() if shown else "错误"))
            elif _FORMULA.search(inside) and shown is None and b't="str"' not in attributes:
                uncalculated.append(cell.decode())
    return Marks(hidden, tuple(uncalculated), tuple(errors))


def _path_of(files: zipfile.ZipFile, sheet: str) -> str:
    book = ElementTree.fromstring(files.read("xl/workbook.xml"))
    relation = next(
        (each.get(_RELATION) for each in book.iter() if each.get("name") == sheet and each.get(_RELATION)), ""
    )
    targets = {
        each.get("Id"): each.get("Target", "")
        for each in ElementTree.fromstring(files.read("xl/_rels/workbook.xml.rels"))
    }
    target = targets.get(relation, "")
    return target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
