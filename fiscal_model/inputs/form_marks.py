"""Write faults back into a copy of the form: the cell in red with the message as a comment, a list of links in front.

The form itself is never changed. The copy is written by openpyxl, which keeps the planner's formulas, formats and sheets.
"""

from __future__ import annotations

import os
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fiscal_model.inputs.find import place_at
from fiscal_model.inputs.form import form_in, is_form
from fiscal_model.inputs.form_words import FACTS_SHEET, FAULTS_SHEET, HEADER_ROW, fault_on_sheet, form_tables
from fiscal_model.inputs.workbooks import open_workbook
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.files import read_bytes, why
from fiscal_model.words.plain import one_line

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_AUTHOR = "fiscal-model"
_MARKED, _AMOUNT = "-核对", "金额（万元）"
_PICTURE = re.compile(r"xl/(?:media|charts)/[^/]+$|xl/drawings/drawing[^/]*\.xml$")
_RED, _DARK, _FONT = "FFC7CE", "9C0006", "宋体"


@dataclass(frozen=True)
class _Spot:
    """Where a fault stands in the workbook: the cell, or none where it is of no sheet."""

    fault: Fault
    sheet: str = ""
    cell: str = ""


@contextmanager
def faults_marked(place: Path) -> Iterator[None]:
    """Write the faults found within into a copy of the place's form, and say in the error where it is."""
    try:
        yield
    except InputError as error:
        form = place if is_form(place) else form_in(place)
        if (
            form is None or open_workbook(read_bytes(form, "")[0], "")[0] is None
        ):  # never open what was refused unopened
            raise
        faults = [_in_its_words(fault, form) for fault in error.faults]
        try:
            copy = mark_form(form, faults)
            fewer = _pictures(form) - _pictures(copy)
            lost = f"副本少了 {fewer} 个图片、图表或图形，原表里的都在。" if fewer > 0 else ""
            aside = f"已在 {copy.as_posix()} 里逐格标红，请在 {form.name} 里改，再查一遍。{lost}"
        except ImportError:
            aside = "标红的副本没有写成：缺少组件 openpyxl，请重新安装（python run.py 会自动补上）。"
        except OSError as refused:
            aside = f"标红的副本没有写成（{why(refused)}），请关闭正在打开的核对表。"
        raise type(error)(faults, aside) from None


def _form_of(place: Path) -> Path | None:
    with suppress(InputError):
        found = place_at(place)
        return found if is_form(found) else form_in(found)
    return None


def _in_its_words(fault: Fault, form: Path) -> Fault:
    """A fault of the figures too is told as one of a sheet."""
    on = (name for name, table in form_tables().items() if fault.where.endswith(f"{form.name}“{table.label}”"))
    return next((fault_on_sheet(fault, name, fault.where) for name in on), fault)


def mark_form(form: Path, faults: Sequence[Fault]) -> Path:
    """Write a copy of a form with its faults marked, beside it, and return the copy.

    An earlier copy is replaced, unless somebody has saved it since: then the new one has a number.
    """
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # What openpyxl cannot keep is not the planner's concern: the form is untouched
        book = openpyxl.load_workbook(form)
        _without_marks(book)
        spots = [_spot(book, fault, form) for fault in faults]
        for spot in spots:
            _mark(book, spot)
        _list(book, spots, form)
        book.properties.lastModifiedBy = _AUTHOR
        target = _copy_of(form)
        staged = target.with_name(f".{target.name}.{uuid4().hex[:8]}")
        try:
            book.save(staged)
            os.replace(staged, target)
        finally:
            staged.unlink(missing_ok=True)
    return target


def _pictures(path: Path) -> int:
    """Count the pictures and charts of a workbook, of which openpyxl keeps some and drops some."""
    with zipfile.ZipFile(path) as parts:
        return sum(bool(_PICTURE.match(name)) for name in parts.namelist())


def _copy_of(form: Path) -> Path:
    stem = form.stem.split(_MARKED)[0]
    for number in range(1, 1000):
        path = form.with_name(f"{stem}{_MARKED}{number if number > 1 else ''}.xlsx")
        if path != form and (not path.exists() or _is_ours(path)):
            return path
    raise FileExistsError(17, "", form.as_posix())


def _is_ours(path: Path) -> bool:
    """Tell whether a copy is as it was written: a spreadsheet program puts its own user's name in when it saves."""
    with suppress(OSError, zipfile.BadZipFile, KeyError), zipfile.ZipFile(path) as parts:
        return f"lastModifiedBy>{_AUTHOR}<".encode() in parts.read("docProps/core.xml")
    return False


def _without_marks(book: Workbook) -> None:
    """Take off the marks of an earlier copy, and give comments their size again, which openpyxl forgets."""
    from openpyxl.styles import PatternFill

    if FAULTS_SHEET in book.sheetnames:
        del book[FAULTS_SHEET]
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is None:
                    continue
                if cell.comment.author == _AUTHOR:
                    cell.comment, cell.fill = None, PatternFill()
                else:
                    _size(cell.comment)


def _spot(book: Workbook, fault: Fault, form: Path) -> _Spot:
    labels = [FACTS_SHEET, *(table.label for table in form_tables().values())]
    sheet = next((label for label in labels if fault.where.endswith(f"{form.name}“{label}”")), "")
    if sheet not in book.sheetnames:
        return _Spot(fault)
    if fault.letter and fault.line:
        return _Spot(fault, sheet, f"{fault.letter}{fault.line}")
    return _Spot(fault, sheet, _cell(book[sheet], fault.line, fault.column, facts=sheet == FACTS_SHEET))


def _cell(sheet: Worksheet, row: int | None, title: str | None, facts: bool) -> str:
    """The cell of a row and a title; without a title the amount or the first of the row, without a row the title itself."""
    from openpyxl.utils import get_column_letter

    titles: dict[Any, tuple[int, int]] = {}
    for cells in sheet.iter_rows(max_row=HEADER_ROW + 10):
        for cell in cells:
            if cell.value is not None:
                titles.setdefault(str(cell.value).strip(), (cell.row, cell.column))
    header, column = titles.get(title or _AMOUNT, (HEADER_ROW, 2 if facts else 1))
    return f"{get_column_letter(column)}{row or header}"


def _mark(book: Workbook, spot: _Spot) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill

    if not spot.cell:
        return
    cell = book[spot.sheet][spot.cell]
    said = one_line(f"{spot.fault.found}。{spot.fault.remedy}。")
    before = f"{cell.comment.text}\n" if cell.comment else ""
    cell.comment = Comment(before + said, _AUTHOR)
    _size(cell.comment)
    cell.fill = PatternFill("solid", fgColor=_RED)
    cell.font = Font(name=cell.font.name, size=cell.font.size, color=_DARK, bold=True)


def _size(comment: Any) -> None:
    comment.width, comment.height = 300, 40 + 18 * (comment.text.count("\n") + len(comment.text) // 22)


def _list(book: Workbook, spots: Sequence[_Spot], form: Path) -> None:
    """The list in front, each fault linked to its cell."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet = book.create_sheet(FAULTS_SHEET, 0)
    sheet.sheet_properties.tabColor = _DARK
    sheet.append([f"核对结果：{len(spots)} 处要改"])
    sheet.append([f"这是副本，只供对照。请在 {form.name} 里改，存盘后再运行 fiscal-model check。红色的格子上有批注。"])
    sheet.append(["序号", "工作表", "格", "哪里不对", "怎样改"])
    for number, spot in enumerate(spots, 1):
        said = (spot.sheet or spot.fault.where, spot.cell, spot.fault.found, spot.fault.remedy)
        sheet.append([number, *map(one_line, said)])
        for cell in sheet[sheet.max_row][1:]:
            cell.data_type = "s"  # a text, whatever sign it begins with
        if spot.cell:
            link = sheet.cell(sheet.max_row, 3)
            link.hyperlink = f"#'{spot.sheet}'!{spot.cell}"
            link.font = Font(name=_FONT, color="0563C1", underline="single")
    sheet["A1"].font, sheet["A2"].font = Font(name=_FONT, size=16, bold=True), Font(name=_FONT)
    for cell in sheet[3]:
        cell.font, cell.fill = Font(name=_FONT, bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F4E78")
    for letter, width in zip("ABCDE", (8, 22, 10, 60, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    for cells in sheet.iter_rows(min_row=3, min_col=2):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.freeze_panes = "A4"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0
