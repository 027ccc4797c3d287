"""Lay the application form of a proposal: an Excel sheet upright, one item a row, and a sheet each for costs, sources, offsets."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fiscal_model.inputs.form_sheets import FormWriter, kind_of
from fiscal_model.inputs.form_words import WORDS, in_chinese, title_of
from fiscal_model.inputs.proposal import PROPOSAL_TABLES
from fiscal_model.inputs.proposal_file import CODE, FILLED_IN, LABEL, SHEETS
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.example_row import example_row
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.files import why

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_TITLE = "财政承受能力评估申报表"
_SAID = (
    "在“填写”一列填，没有的留空，绝不写 0；深色的必填。分年支出、资金来源、抵顶支出填在后面三张表，金额单位万元。",
    "支出填全部的钱，不管谁出；别人出的填资金来源，剩下的由本级负担。填好存盘，交财政部门。",
)
_LEFT_OUT = {"unit", "priority"}
_GIVEN_BY_HAND = {CODE, "source"}
"""Needed in the register, put in where an applicant leaves them empty."""


def new_proposal_form(path: str | Path) -> Path:
    """Write an empty application form and return its path.

    Raises
    ------
    InputError
        The file is there already, is no ``.xlsx``, or the disk refuses.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     new_proposal_form(Path(folder) / "申报表.xlsx").name
    '申报表.xlsx'
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise InputError([Fault(path.as_posix(), "申报表是 Excel 文件", "请把文件名写成 某某.xlsx")])
    if path.exists():
        raise InputError([Fault(path.as_posix(), "文件已经存在", "请换一个文件名；已有的文件没有改动")])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(proposal_form_bytes())
    except OSError as error:
        raise InputError([Fault(path.as_posix(), f"不能写入（{why(error)}）", "请换一个文件夹")]) from error
    return path


def proposal_form_bytes() -> bytes:
    """Return the empty form; every call gives the same bytes."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    book.set_properties({"title": _TITLE, "author": "", "comments": "", "created": dt.datetime(2000, 1, 1)})
    writer = _Applicant(book, {})
    sheets = {name: book.add_worksheet(SHEETS[name]) for name in PROPOSAL_TABLES}
    writer.words = book.add_worksheet(WORDS)
    writer.words.hide()
    writer.upright(sheets["proposals"])
    for name in PROPOSAL_TABLES[1:]:
        table = TABLES[name]
        shown = tuple(each for each in table.fields if each.name not in {CODE, "note"})
        key = tuple(each for each in table.key if each != CODE)
        writer.table(sheets[name], replace(table, label=SHEETS[name], fields=shown, key=key))
    for sheet in sheets.values():
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    sheets["proposals"].activate()
    book.close()
    return stream.getvalue()


class _Applicant(FormWriter):
    """The writer of the place's form, without its sheet of progress."""

    def _back(self, sheet: Worksheet) -> None:
        """Nothing to go back to."""

    def upright(self, sheet: Worksheet) -> None:
        """What is proposed, an item a row."""
        table = TABLES["proposals"]
        self._widths(sheet, (22, 34, 70, 22))
        sheet.write_string(0, 0, _TITLE, self.style(font_name="宋体", font_size=16, bold=True))
        for row, said in enumerate(_SAID, 1):
            sheet.write_string(row, 0, said, self.style(font_name="宋体", font_size=10))
        first = len(_SAID) + 1
        for place, said in enumerate((LABEL, FILLED_IN, "说明", "例")):
            sheet.write_string(first, place, said, self._header(required=place < 2))
        example = example_row(table)
        shown = [each for each in table.fields if each.name not in _LEFT_OUT]
        plain = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "text_wrap": True, "border": 1}
        for row, column in enumerate(shown, first + 1):
            needed = column.required and column.name not in _GIVEN_BY_HAND
            sheet.write_string(row, 0, title_of(table, column), self._header(required=needed))
            said = in_chinese(column.meaning, table)
            for place, text in ((2, said), (3, str(example.get(column.name, "")) if column.name != "source" else "")):
                sheet.write_string(row, place, text, self.style(**plain, font_color="#7F7F7F"))
            sheet.write_blank(row, 1, None, self.style(**plain))
            sheet.set_row(row, 18 * max(1, -(-len(said) // 30)))
            sheet.data_validation(row, 1, row, 1, self._validation(table, column, kind_of(column)))
        sheet.freeze_panes(first + 1, 1)
