"""The Excel workbook: live formulas equal to what is printed, dashes never inside a formula, equal bytes."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from report_case import Case, case_of, small_table
from xlsxwriter.utility import xl_col_to_name

from fiscal_model.report.writers.workbook import CONTENTS, FIRST_ROW, write_workbook
from fiscal_model.words.table import printed

SPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


class Sheet:
    """Cells of one sheet as they lie in the file: value, formula, style index."""

    def __init__(self, package: zipfile.ZipFile, member: str, strings: list[str]) -> None:
        self.root = ElementTree.fromstring(package.read(member))
        self.values: dict[str, float | str] = {}
        self.formulas: dict[str, str] = {}
        self.styles: dict[str, str] = {}
        for cell in self.root.iterfind(".//x:c", SPACE):
            at, value, formula = cell.get("r", ""), cell.find("x:v", SPACE), cell.find("x:f", SPACE)
            self.styles[at] = cell.get("s", "")
            if value is not None:
                self.values[at] = strings[int(value.text)] if cell.get("t") == "s" else float(value.text)
            if formula is not None:
                self.formulas[at] = formula.text


def read(path: Path) -> dict[str, Sheet]:
    package = zipfile.ZipFile(path)
    shared = ElementTree.fromstring(package.read("xl/sharedStrings.xml"))
    strings = ["".join(item.itertext()) for item in shared.iterfind("x:si", SPACE)]
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    names = [sheet.get("name", "") for sheet in book.iterfind(".//x:sheet", SPACE)]
    return {name: Sheet(package, f"xl/worksheets/sheet{number}.xml", strings) for number, name in enumerate(names, 1)}


def recalculate(sheet: Sheet, at: str) -> float:
    """Work a formula out from scratch, through the formulas that it stands on: a second opinion on the cached values."""
    if at not in sheet.formulas:
        value = sheet.values[at]
        assert isinstance(value, float), f"{at} 是文字“{value}”，公式不得引用"
        return value
    formula = sheet.formulas[at]
    assert re.fullmatch(r"[A-Z0-9+\-*/^()]+", formula), formula
    python = re.sub(r"[A-Z]+\d+", lambda cell: f"({recalculate(sheet, cell[0])!r})", formula).replace("^", "**")
    return float(eval(python))  # only digits and operators are left


@pytest.fixture(scope="module")
def case(plan_of, place_id) -> Case:
    return case_of(plan_of(place_id), plan_of(place_id, "pessimistic"))


@pytest.fixture(scope="module")
def path(case: Case, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("workbook") / "plan.xlsx"
    write_workbook(target, case.plan, case.tables)
    return target


def test_one_sheet_a_table_behind_the_contents(case: Case, path: Path) -> None:
    sheets = read(path)
    assert next(iter(sheets)) == CONTENTS
    assert len(sheets) == len(case.tables) + 1
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in sheets)
    links = sheets[CONTENTS].root.findall(".//x:hyperlink", SPACE)
    assert [link.get("location") for link in links] == [f"'{name}'!A1" for name in list(sheets)[1:]]


def test_formulas_recalculate_to_what_is_printed(path: Path) -> None:
    count = 0
    for sheet in read(path).values():
        for at in sheet.formulas:
            assert recalculate(sheet, at) == pytest.approx(sheet.values[at], abs=1e-9), at
            count += 1
    assert count > 30


def test_every_figure_is_the_table_s(case: Case, path: Path) -> None:
    for table, sheet in zip(case.tables, list(read(path).values())[1:], strict=True):
        for index, row in enumerate(table.rows):
            for column, value in enumerate(row.values, 1):
                at = f"{xl_col_to_name(column)}{FIRST_ROW + index + 1}"
                if value is None:
                    assert sheet.values[at] == "—"
                elif table.growth is not None and column == table.growth.column + 1:
                    assert printed(sheet.values[at], "ratio") == printed(value, "ratio")
                elif isinstance(value, float):
                    assert sheet.values[at] == pytest.approx(value, abs=1e-6)


def test_sums_are_formulas_where_their_parts_are_there(case: Case, path: Path) -> None:
    balance = next(number for number, table in enumerate(case.tables, 1) if table.id == "general_balance")
    sheet, table = list(read(path).values())[balance], case.tables[balance - 1]
    first = table.columns.index(f"{case.plan.years[0]}年预测") + 1
    for line in ("resources_total", "uses_total"):
        index = next(index for index, row in enumerate(table.rows) if row.line == line)
        for column in range(first, first + len(case.plan.years)):
            assert f"{xl_col_to_name(column)}{FIRST_ROW + index + 1}" in sheet.formulas


def test_no_nan_anywhere_and_equal_bytes(case: Case, path: Path, tmp_path: Path) -> None:
    package = zipfile.ZipFile(path)
    for member in package.namelist():
        if member.startswith("xl/"):
            assert not re.search(r">(nan|NaN|None|inf)<", package.read(member).decode()), member
    write_workbook(tmp_path / "again.xlsx", case.plan, case.tables)
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


@pytest.fixture(scope="module")
def small(plan_of, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("small") / "small.xlsx"
    write_workbook(target, plan_of("gangu"), [small_table(), small_table()])
    return target


def test_cells_of_a_table(small: Path) -> None:
    sheets = read(small)
    assert list(sheets) == [CONTENTS, "05 小表（试）", "05 小表（试） 2"]
    sheet = sheets["05 小表（试）"]
    assert sheet.formulas["C8"] == "C5+C6-C7"
    assert (sheet.formulas["G5"], sheet.formulas["G6"]) == ("(F5/C5)^(1/2)-1", "(F6/C6)^(1/2)-1")
    # 2024: 非税 was not published and the parts do not make 150, so the printed total stays a number.
    assert "B8" not in sheet.formulas
    assert sheet.values["B8"] == 150
    assert sheet.values["B6"] == sheet.values["F9"] == sheet.values["D8"] == "—"
    assert sheet.values["A13"] == "注2：第二条说明"
    assert sheet.values["H5"] == "按“总量”<测算>"


def test_a_dash_is_left_out_of_the_formula(plan_of, tmp_path: Path) -> None:
    from dataclasses import replace

    table = small_table()
    rows = list(table.rows)
    rows[3] = replace(rows[3], values=(95.0, *rows[3].values[1:]))
    write_workbook(tmp_path / "dash.xlsx", plan_of("gangu"), [replace(table, rows=tuple(rows))])
    assert read(tmp_path / "dash.xlsx")["05 小表（试）"].formulas["B8"] == "B5-B7"


def test_print_set_up_and_frozen_header(small: Path) -> None:
    root = read(small)["05 小表（试）"].root
    pane = root.find(".//x:pane", SPACE)
    assert (pane.get("ySplit"), pane.get("xSplit"), pane.get("state")) == (str(FIRST_ROW), "1", "frozen")
    page = root.find("x:pageSetup", SPACE)
    assert (page.get("orientation"), page.get("paperSize"), page.get("fitToHeight")) == ("landscape", "9", "0")
    assert root.find("x:headerFooter", SPACE) is not None
    assert "Print_Titles" in zipfile.ZipFile(small).read("xl/workbook.xml").decode()


def test_assumptions_are_yellow_numbers(plan_of, tmp_path: Path) -> None:
    case = case_of(plan_of("gangu"))
    write_workbook(tmp_path / "plan.xlsx", case.plan, case.tables)
    sheet = next(sheet for name, sheet in read(tmp_path / "plan.xlsx").items() if "假设" in name)
    styles = zipfile.ZipFile(tmp_path / "plan.xlsx").read("xl/styles.xml").decode()
    fills = re.findall(r"<fill>.*?</fill>", styles)
    formats = re.findall(r"<xf [^>]*?fillId=\"(\d+)\"", styles.split("<cellXfs")[1])
    first = f"B{FIRST_ROW + 1}"
    assert isinstance(sheet.values[first], float)
    assert "FFFFFF99" in fills[int(formats[int(sheet.styles[first])])]


def test_a_spreadsheet_engine_agrees(small: Path) -> None:
    formulas = pytest.importorskip("formulas")
    sheet = read(small)["05 小表（试）"]
    for at, formula in sheet.formulas.items():
        compiled = formulas.Parser().ast(f"={formula}")[1].compile()
        result = compiled(*(sheet.values[cell] for cell in compiled.inputs))
        assert float(result) == pytest.approx(sheet.values[at]), at
