"""Faults of an Excel form stand in a copy of it: red cells with the message, a list of links in front; the form is untouched."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from fiscal_model.apps.cli import INPUT_FAULTS, main
from fiscal_model.blocks.checks.all_checks import faults_of, run_checks
from fiscal_model.inputs.form_marks import faults_marked, mark_form
from fiscal_model.inputs.form_sheets import form_bytes
from fiscal_model.inputs.form_words import FAULTS_SHEET, form_tables
from fiscal_model.inputs.found import where
from fiscal_model.inputs.place import read_place
from fiscal_model.words.errors import Fault, InputError

RED = "00FFC7CE"
BOND = {
    **{"bond_code": "G1", "kind": "一半", "purpose": "新增", "face": 1000, "coupon_rate": 3.05, "source": "系统"},
    **{"issue_date": "2021-05-20", "maturity_date": "2031-05-20", "amortisation": "到期一次还本"},
}


@pytest.fixture(scope="module", autouse=True)
def few_sheets() -> Iterator[None]:
    """Forms of four sheets: openpyxl takes a second for all of them."""
    few = {name: form_tables()[name] for name in ("totals", "bonds", "special_projects", "assumptions")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fiscal_model.inputs.form_sheets.form_tables", lambda: few)
        yield


@pytest.fixture(scope="module")
def faulty() -> bytes:
    """A form whose first bond has two faults: row 4, below the example."""
    return form_bytes({"name": "山丹县", "level": "镇"}, {"bonds": [BOND]})


@pytest.fixture
def form(tmp_path: Path, faulty: bytes) -> Path:
    """That form on disk, with a formula and a sheet of the planner's own."""
    path = tmp_path / "山丹.xlsx"
    path.write_bytes(faulty)
    return path


def _checked(form: Path) -> str:
    with pytest.raises(InputError) as caught, faults_marked(form):
        read_place(form)
    return str(caught.value)


def _cells(path: Path, sheet: str) -> dict[str, Any]:
    cells = [cell for row in openpyxl.load_workbook(path)[sheet].iter_rows() for cell in row]
    return {cell.coordinate: cell for cell in cells if cell.fill.fgColor.rgb == RED}


def test_each_fault_is_a_red_cell_with_its_message_and_a_link_in_front(form: Path) -> None:
    before = form.read_bytes()
    said = _checked(form)
    copy = form.with_name("山丹-核对.xlsx")
    assert said.endswith(f"已在 {copy.as_posix()} 里逐格标红，请在 山丹.xlsx 里改，再查一遍。")
    assert form.read_bytes() == before
    red = _cells(copy, "债券台账")
    assert sorted(red) == ["B4", "E4"]  # kind and coupon rate: the second and fifth of its columns
    assert red["B4"].comment.text == "填写的是“一半”。只能填：一般债务、专项债务。"
    assert list(_cells(copy, "基本情况")) == ["B4"]
    book = openpyxl.load_workbook(copy)
    assert (book.sheetnames[0], book.active.title) == (FAULTS_SHEET, FAULTS_SHEET)
    links = {row[2].hyperlink.location or row[2].hyperlink.target for row in book[FAULTS_SHEET].iter_rows(min_row=4)}
    assert {link.lstrip("#") for link in links} == {"'基本情况'!B4", "'债券台账'!B4", "'债券台账'!E4"}
    assert not list(form.parent.glob(".*"))


def test_what_is_the_planners_own_stays_in_the_copy(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    book.create_sheet("草稿")["A1"] = "=1+1"
    book["债券台账"]["D4"] = "=500+500"
    book.save(form)
    copy = mark_form(form, [])
    kept = openpyxl.load_workbook(copy)
    assert kept["草稿"]["A1"].value == "=1+1" and kept["债券台账"]["D4"].value == "=500+500"
    assert kept["债券台账"]["A2"].comment is not None and kept["债券台账"].data_validations.count > 10
    assert kept["债券台账"].freeze_panes == "B3" and kept["词表"].sheet_state == "hidden"


def test_a_copy_that_somebody_saved_is_not_written_over(form: Path) -> None:
    _checked(form)
    _checked(form)
    assert [path.name for path in form.parent.iterdir() if "核对" in path.name] == ["山丹-核对.xlsx"]
    saved = form.with_name("山丹-核对.xlsx")
    book = openpyxl.load_workbook(saved)
    book["债券台账"]["B4"] = "一般债务"
    book.properties.lastModifiedBy = "张三"
    book.save(saved)
    mine = saved.read_bytes()
    assert "山丹-核对2.xlsx" in _checked(form)
    assert saved.read_bytes() == mine


def test_the_copy_itself_can_be_checked_and_loses_its_old_marks(form: Path) -> None:
    _checked(form)
    saved = form.with_name("山丹-核对.xlsx")
    book = openpyxl.load_workbook(saved)
    book["债券台账"]["B4"] = "一般债务"
    book.properties.lastModifiedBy = "张三"
    book.save(saved)
    _checked(saved)
    assert sorted(_cells(form.with_name("山丹-核对2.xlsx"), "债券台账")) == ["E4"]


def test_a_fault_of_the_figures_is_marked_where_they_stand(tmp_path: Path) -> None:
    """Taxes of 500 and other revenue of 300 are not the revenue of 900: check V8, told by its row and amount."""
    row = {"scope": "全辖", "status": "决算数", "source": "决算"}
    figures = {"一般公共预算收入": 900, "税收收入": 500, "非税收入": 300, "一般公共预算支出": 9000}
    rows = [
        {**row, "line": line, "year": year, "amount": amount}
        for line, amount in figures.items()
        for year in (2022, 2023, 2024)
    ]
    form = tmp_path / "山丹.xlsx"
    form.write_bytes(form_bytes({"name": "山丹县"}, {"totals": rows}))
    place = read_place(form)
    with pytest.raises(InputError) as caught, faults_marked(form):
        raise InputError(faults_of(place, run_checks(place)))
    assert all("totals" not in str(fault) and "年度总量" in str(fault) for fault in caught.value.faults)
    assert {cell[0] for cell in _cells(form.with_name("山丹-核对.xlsx"), "年度总量")} == {"E"}


def test_a_fault_of_no_sheet_stands_in_the_list_and_is_no_formula(form: Path) -> None:
    copy = mark_form(form, [Fault("别处", "=1", "请核对")])
    row = next(openpyxl.load_workbook(copy)[FAULTS_SHEET].iter_rows(min_row=4))
    assert [cell.value for cell in row[1:4]] == ["别处", None, "=1"] and row[3].data_type == "s"


def test_the_commands_mark_and_a_copy_that_is_open_is_said(
    form: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run() -> str:
        with pytest.raises(SystemExit) as left:
            main(["check", str(form)])
        assert left.value.code == INPUT_FAULTS
        return capsys.readouterr().err

    assert "里逐格标红" in run()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr("fiscal_model.inputs.form_marks.os.replace", refuse)
    assert run().endswith("标红的副本没有写成（没有权限），请关闭正在打开的核对表。\n")
    assert not list(form.parent.glob(".*"))


def test_a_copy_that_loses_pictures_says_so_in_one_sentence(form: Path) -> None:
    """Charts are kept; a picture and a text box that openpyxl does not read are not. Without them nothing is said."""
    book = openpyxl.load_workbook(form)
    chart = BarChart()
    chart.add_data(Reference(book.worksheets[0], min_col=1, min_row=1, max_row=3))
    book.worksheets[0].add_chart(chart, "H2")
    book.save(form)
    assert _checked(form).endswith("再查一遍。")
    with zipfile.ZipFile(form, "a") as parts:
        parts.writestr("xl/media/image9.png", b"picture")
        parts.writestr("xl/drawings/drawing9.xml", "<a/>")
    assert _checked(form).endswith("再查一遍。副本少了 2 个图片、图表或图形，原表里的都在。")


def test_what_is_said_of_figures_names_the_sheet_of_a_form_and_its_row(tmp_path: Path) -> None:
    """Rows start on line 4, below the example; a table that is no sheet of it keeps its name."""
    head = {"scope": "全辖", "status": "决算数", "source": "2024年决算", "year": 2024}
    rows = [head | {"line": "own_revenue", "amount": 31_000}, head | {"line": "expenditure", "amount": 200_000}]
    path = tmp_path / "山丹.xlsx"
    path.write_bytes(form_bytes({"name": "山丹县", "level": "县", "province": "甘肃省"}, {"totals": rows}))
    place = read_place(path)
    assert place.in_its_words(where(place, "expenditure", 2024)) == "（山丹.xlsx“年度总量”表第 5 行）"
    assert place.in_its_words("treasury 表第 2 行") == "treasury 表第 2 行"
