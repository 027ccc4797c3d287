"""Nothing in a place folder is passed over in silence: a quote left open, a file or a sheet that is not read is named."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from conftest import cell

import fiscal_model as fm
from fiscal_model.apps.cli import DONE, main
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.sheets import read_grid
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.errors import InputError

CLOSE = "请删去多余的英文引号，或在该格末尾补上；格内确有换行的，改成一行。"


@pytest.fixture
def yunshui(root: Path, tmp_path: Path) -> Path:
    """A copy of the invented county."""
    folder = tmp_path / "yunshui"
    shutil.copytree(root / "data" / "places" / "yunshui", folder)
    return folder


def _said(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_place(folder)
    return [str(fault).removeprefix(f"{folder.as_posix()}/") for fault in caught.value.faults]


def _quoted(folder: Path, opened: int, closed: int | None = None) -> None:
    """Open a quote before the note of one line, close it after the note of another."""
    path = folder / "debt.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    before, note = lines[opened - 1].rsplit(",", 1)
    lines[opened - 1] = f'{before},"{note}'
    if closed is not None:
        lines[closed - 1] += '"'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")


def test_a_quote_never_closed_is_refused_where_it_opens(yunshui: Path) -> None:
    """73 lines, header included: opened on line 2 it takes the 71 below it; opened on the last it takes none."""
    _quoted(yunshui, 2)
    assert _said(yunshui) == [
        f"debt.csv 第 2 行“note”列：这里打开的引号到文件末尾也没有关上，其后 71 行被吞进一格。{CLOSE}"
    ]


def test_a_quote_left_open_in_the_last_row(yunshui: Path) -> None:
    _quoted(yunshui, 73)
    assert _said(yunshui) == [f"debt.csv 第 73 行“note”列：这里打开的引号到文件末尾也没有关上。{CLOSE}"]


def test_a_quote_closed_too_late(yunshui: Path) -> None:
    """Closed on line 5 it took lines 3 to 5."""
    _quoted(yunshui, 2, 5)
    assert _said(yunshui) == [f"debt.csv 第 2 行“note”列：这里打开的引号到第 5 行才关上，其后 3 行被吞进一格。{CLOSE}"]


def test_a_quote_closed_in_its_line_is_read(root: Path, yunshui: Path) -> None:
    _quoted(yunshui, 2, 2)
    assert read_place(yunshui).rows("debt").equals(read_place(root / "data" / "places" / "yunshui").rows("debt"))


def test_a_swallowed_cell_too_long_to_read_is_named_alike(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2\n3,"4\n' + "5,6\n" * 50_000, encoding="utf-8")
    grid, (fault,) = read_grid(path, TABLES["debt"], "a.csv")
    assert grid is None
    assert str(fault) == f"a.csv 第 3 行：引号一直没有关上，以下各行都被吞进一格。{CLOSE}"


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_line_ends_do_not_matter(end: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f'a,b{end or chr(10)}1,"2,3"{end}'.encode())
    grid, faults = read_grid(path, TABLES["debt"], "a.csv")
    assert not faults
    assert grid is not None
    assert grid.rows == ((1, ("a", "b")), (2, ("1", "2,3")))


def _renamed(old: str, new: str) -> Callable[[Path], object]:
    return lambda folder: (folder / old).rename(folder / new)


WRONG_NAMES = {
    "ending in capitals": (
        _renamed("bonds.csv", "bonds.CSV"),
        "bonds.CSV：文件名或后缀不对，这张表不会被读取。债券台账表请改名为 bonds.csv（全用小写英文）。",
    ),
    "name in capitals": (
        _renamed("ledger.csv", "Ledger.csv"),
        "Ledger.csv：文件名或后缀不对，这张表不会被读取。科目明细表请改名为 ledger.csv（全用小写英文）。",
    ),
    "old workbook": (
        _renamed("ledger.csv", "ledger.xls"),
        "ledger.xls：文件名或后缀不对，这张表不会被读取。科目明细表请在 Excel/WPS 中另存为 ledger.csv 或 ledger.xlsx。",
    ),
    "old workbook beside the table": (
        lambda folder: (folder / "ledger.xls").write_bytes(b"1"),
        "ledger.xls：文件名或后缀不对，这张表不会被读取。科目明细表只读 ledger.csv，请把要用的行并入其中，再把这个文件移出。",
    ),
    "Chinese title without its kind": (
        _renamed("bonds.csv", "债券.csv"),
        "债券.csv：文件名或后缀不对，这张表不会被读取。债券台账表请改名为 bonds.csv（全用小写英文）。",
    ),
    "whole Chinese title": (
        _renamed("projects.csv", "项目库表.csv"),
        "项目库表.csv：文件名或后缀不对，这张表不会被读取。项目库表请改名为 projects.csv（全用小写英文）。",
    ),
    "text": (
        _renamed("bonds.csv", "bonds.txt"),
        "bonds.txt：文件名或后缀不对，这张表不会被读取。债券台账表请在 Excel/WPS 中另存为 bonds.csv 或 bonds.xlsx。",
    ),
}


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_a_table_under_a_wrong_name_is_named_with_the_right_one(name: str, yunshui: Path) -> None:
    spoil, text = WRONG_NAMES[name]
    spoil(yunshui)
    assert _said(yunshui) == [text]


@pytest.mark.parametrize("file", ["专项债券.csv", "收入.xlsx", "bnds.et"])
def test_a_title_that_fits_several_tables_or_none_is_named(file: str, yunshui: Path) -> None:
    (yunshui / file).write_bytes(b"1")
    (said,) = _said(yunshui)
    assert said.startswith(f"{file}：不认识的表，不会被读取。")
    assert ("是否想写“bonds”？" in said) == (file == "bnds.et")


@pytest.mark.slow
def test_other_files_are_told_and_the_folders_own_are_not(yunshui: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert read_place(yunshui).unread == ()
    for name in ("批复.docx", "填表说明.md", ".hidden", "~$bonds.xlsx"):
        (yunshui / name).write_bytes(b"1")
    for name in ("old", "vintages"):
        (yunshui / name).mkdir()
    place = read_place(yunshui)
    assert place.unread == ("old/", "批复.docx")
    cautions = fm.project(place, fm.read_scenario("baseline")).basis.cautions
    (told,) = [caution.message for caution in cautions if caution.code == "files_left_out"]
    assert told == "地区文件夹里的 old/、批复.docx 不是认识的表，没有读取"
    with pytest.raises(SystemExit) as ended:
        main(["check", str(yunshui)])
    assert ended.value.code == DONE
    assert "没有读取：old/、批复.docx" in capsys.readouterr().out


def _as_workbook(folder: Path, *, further: bool = False, beside: int = 0) -> None:
    with (folder / "debt.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    (folder / "debt.csv").unlink()
    with xlsxwriter.Workbook(folder / "debt.xlsx") as book:
        first, second = book.add_worksheet("债务"), book.add_worksheet("旧表")
        for number, row in enumerate(rows):
            first.write_row(number, 0, row)
            if beside:
                first.write_row(number + beside - 1, len(row) + 1, row)
            if further:
                second.write_row(number, 0, row)


def test_a_filled_further_sheet_is_named_an_empty_one_is_not(yunshui: Path, tmp_path: Path) -> None:
    other = shutil.copytree(yunshui, tmp_path / "other")
    _as_workbook(yunshui, further=True)
    (said,) = _said(yunshui)
    assert said.startswith("debt.xlsx：只读工作表“债务”，“旧表” 也有内容，不会被读取。")
    _as_workbook(other)
    assert len(read_place(other).rows("debt")) == 72


def test_a_second_table_beside_the_first_is_named_once(yunshui: Path) -> None:
    _as_workbook(yunshui, beside=1)
    (said,) = _said(yunshui)
    assert said.startswith("debt.xlsx 第 1 行：表头中间空了一列，右边另有“kind、scope、item、year、")


def test_a_second_table_lower_down_is_named_once(yunshui: Path) -> None:
    """Header and 72 rows from line 9 on end on line 81; the first 65 stand beside rows of the table, 8 below it."""
    _as_workbook(yunshui, beside=9)
    said = _said(yunshui)
    assert said[0].startswith("debt.xlsx 第 9 行：表的右边空一列之后另有内容，到第 81 行共 73 行，像是并排的第二张表。")
    assert not any("多出内容" in each for each in said)


def test_a_file_is_read_anew_once_it_has_changed_and_what_is_done_to_a_table_stays_with_its_place(
    yunshui: Path,
) -> None:
    first = read_place(yunshui).tables["bonds"]
    first["face"] = 0.0
    again = read_place(yunshui).tables["bonds"]
    assert (again["face"] > 0).all()
    cell("bonds.csv", 2, "face", "x")(yunshui)
    assert _said(yunshui) == [
        "bonds.csv 第 2 行“face”列：应为数字，填写的是“x”。请只填阿拉伯数字，例如 12345.6，单位写在“unit”列。"
    ]
    cell("bonds.csv", 2, "face", "7")(yunshui)
    assert read_place(yunshui).tables["bonds"]["face"].tolist() == [7, *again["face"].tolist()[1:]]
