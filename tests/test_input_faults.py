"""Spoilt copies of real inputs: each gives one clear error that names file, line, value and remedy, and never a plan."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import cell

from fiscal_model.inputs.place import read_place
from fiscal_model.model.from_folder import read_checked
from fiscal_model.words.errors import Fault, InputError

PLACES = Path(__file__).parents[1] / "data" / "places"
Spoil = Callable[[Path], object]
_OF_A_WHOLE_FILE = ("工作簿", "两个文件", "不会被读取", "工作表", "不能读取", "没有读取", "没有打开", "不是普通文件")
"""What is said of a file that is not read at all: it has no line."""


def replaced(file: str, old: str, new: str) -> Spoil:
    def spoil(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8-sig")
        assert old in text, f"{old!r} not in {file}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8-sig")

    return spoil


def doubled(file: str, line: int) -> Spoil:
    def spoil(folder: Path) -> None:
        lines = (folder / file).read_text(encoding="utf-8-sig").split("\n")
        lines.insert(line, lines[line - 1])
        (folder / file).write_text("\n".join(lines), encoding="utf-8-sig")

    return spoil


def without_lines(file: str, mark: str) -> Spoil:
    def spoil(folder: Path) -> None:
        lines = (folder / file).read_text(encoding="utf-8-sig").split("\n")
        kept = [line for line in lines if mark not in line]
        assert len(kept) < len(lines)
        (folder / file).write_text("\n".join(kept), encoding="utf-8-sig")

    return spoil


def content(file: str, data: bytes) -> Spoil:
    return lambda folder: (folder / file).write_bytes(data)


def bad_workbook(folder: Path) -> None:
    (folder / "totals.csv").unlink()
    (folder / "totals.xlsx").write_bytes(b"this is no workbook")


CASES: dict[str, tuple[str, Spoil, str]] = {
    "wrong code": (
        "lijiang",
        replaced("ledger.csv", ",10101,", ",10191,"),
        "ledger.csv 第 6 行“code”列：科目编码“10191”不在一般公共预算的科目表里",
    ),
    "code is text": (
        "lijiang",
        replaced("ledger.csv", ",10101,", ",增值税,"),
        "科目编码应为 3、5、7 或 9 位数字，填写的是“增值税”",
    ),
    "text in an amount": (
        "gangu",
        cell("totals.csv", 4, "amount", "一百"),
        "totals.csv 第 4 行“amount”列：应为数字，填写的是“一百”。请只填阿拉伯数字",
    ),
    "infinite amount": ("gangu", cell("totals.csv", 4, "amount", "inf"), "第 4 行“amount”列：应为数字，填写的是“inf”"),
    "empty amount": ("gangu", cell("totals.csv", 4, "amount", ""), "第 4 行“amount”列：没有填写"),
    "negative amount": (
        "gangu",
        cell("totals.csv", 4, "amount", "-5"),
        "第 4 行“amount”列：金额为负（-5 万元）。收支两边都填正数",
    ),
    "empty year": ("gangu", cell("totals.csv", 4, "year", ""), "第 4 行“year”列：没有填写。公历年份"),
    "year out of range": (
        "gangu",
        cell("totals.csv", 4, "year", "20240"),
        "第 4 行“year”列：不得大于 2100，填写的是“20240”",
    ),
    "unknown status": (
        "gangu",
        cell("totals.csv", 4, "status", "final_acounts"),
        "是否想写“final_accounts”？只能填：final_accounts（决算数）",
    ),
    "unknown line": (
        "gangu",
        cell("totals.csv", 4, "line", "own_revenu"),
        "不认识的项目“own_revenu”。是否想写“own_revenue”",
    ),
    "duplicated row": ("gangu", doubled("totals.csv", 4), "totals.csv 第 5 行：与第 4 行重复"),
    "unknown column": (
        "gangu",
        replaced("totals.csv", "source", "sauce"),
        "第 1 行：不认识的列“sauce”。是否想写“source”",
    ),
    "missing column": ("gangu", replaced("totals.csv", "source", "sauce"), "缺少必填列“source”（来源）"),
    "no source": ("gangu", cell("totals.csv", 4, "source", ""), "第 4 行“source”列：没有填写"),
    "one unit mixed up": ("gangu", cell("totals.csv", 2, "unit", "100m_yuan"), "像是把万元的数写成了亿元"),
    "a whole year in yuan": (
        "lijiang",
        cell("totals.csv", 2, "unit", "yuan"),
        "totals.csv 第 2 行“amount”列：“一般公共预算收入 2018年”金额 42.8645 万元，是2019年 454,102（第 3 行）的 10,594 分之一",
    ),
    "general budget does not balance": (
        "gangu",
        replaced("totals.csv", ",409525,", ",419525,"),
        "V1 各本预算收支两边相等：2024年一般公共预算支出各项相加 461,227.00 万元",
    ),
    "ledger does not balance": (
        "lijiang",
        replaced("ledger.csv", ",144850,", ",154850,"),
        "2025年一般公共预算收入总计 2,091,074.00 万元不等于支出总计 2,081,074.00 万元",
    ),
    "empty file": ("gangu", content("totals.csv", b""), "totals.csv 第 1 行：文件是空的"),
    "unreadable encoding": ("gangu", content("totals.csv", bytes(range(256)) * 3), "文字编码无法识别"),
    "an .xlsx that is not one": ("gangu", bad_workbook, "totals.xlsx：不是可以读取的 Excel 工作簿"),
    "a workbook named .csv": (
        "gangu",
        content("totals.csv", b"PK\x03\x04rest"),
        "文件后缀是 .csv，内容却是 Excel 工作簿",
    ),
    "place.toml broken": (
        "gangu",
        content("place.toml", "name = 甘谷".encode()),
        "place.toml 第 1 行：TOML 格式有误（值的写法不对）",
    ),
    "place.toml absent": ("gangu", lambda folder: (folder / "place.toml").unlink(), "缺少 place.toml"),
    "coupon as percent": ("yunshui", cell("bonds.csv", 2, "coupon_rate", "3.05"), "3.05% 写 0.0305"),
    "maturity before issue": ("yunshui", cell("bonds.csv", 2, "maturity_date", "2001-01-01"), "不晚于起息日"),
    "not a date": ("yunshui", cell("bonds.csv", 2, "issue_date", "去年"), "应为日期，填写的是“去年”"),
    "shares above one": ("yunshui", cell("guarantee_items.csv", 2, "county_share", "0.95"), "四级负担比例相加为"),
    "pay in 万元": ("yunshui", cell("staff.csv", 2, "pay_per_person", "7.2"), "像是以万元填写"),
    "income below nothing": (
        "yunshui",
        cell("insurance.csv", 2, "amount", "-8520"),
        "insurance.csv 第 2 行“amount”列：收入为负（-8520 万元）",
    ),
    "stray table": ("gangu", content("收入.csv", b"a,b\n1,2\n"), "不认识的表，不会被读取"),
}


@pytest.mark.parametrize("name", CASES)
def test_spoilt_input_is_refused_with_a_clear_text(name: str, tmp_path: Path) -> None:
    place, spoil, expected = CASES[name]
    folder = tmp_path / place
    shutil.copytree(PLACES / place, folder)
    spoil(folder)
    with pytest.raises(InputError) as caught:
        read_checked(folder)
    assert expected in str(caught.value)
    assert not [str(fault) for fault in caught.value.faults if not located(fault)]


def located(fault: Fault) -> bool:
    """Tell whether a fault names a file and a line of it; of a file that is not there or cannot be opened, the file."""
    path = Path(fault.where)
    whole = path.is_file() and any(word in fault.found for word in _OF_A_WHOLE_FILE)
    return path.suffix != "" and (fault.line is not None or not path.exists() or whole)


@pytest.mark.slow
def test_every_fault_of_registers_and_checks_names_file_and_line(tmp_path: Path) -> None:
    """Cells and rows spoilt at random in the smallest and the fullest place: whatever is refused is located."""
    rng, refused = random.Random(8), 0
    for name, count in (("gangu", 40), ("yunshui", 8)):
        folder = tmp_path / name
        shutil.copytree(PLACES / name, folder, ignore=shutil.ignore_patterns("vintages"))
        files = sorted(folder.glob("*.csv"))
        for _ in range(count):
            file = rng.choice(files)
            whole = file.read_bytes()
            rows = [line.split(",") for line in whole.decode("utf-8-sig").splitlines()]
            at = rng.randrange(1, len(rows))
            place = rng.randrange(len(rows[at]))
            spoilt = rng.choice(("cell", "cell", "cell", "times", "row", "twice", "file"))
            if spoilt == "cell":
                rows[at][place] = rng.choice(("", "错字", "-5", "2090", "1_000", "yuan"))
            elif spoilt == "times":
                rows[at] = [
                    f"{float(cell) * 1000:g}" if cell.isdigit() and len(cell) > 4 else cell for cell in rows[at]
                ]
            elif spoilt == "row":
                del rows[at]
            elif spoilt == "twice":
                rows.insert(at, rows[at])
            file.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
            if spoilt == "file":
                file.unlink()
            try:
                read_checked(folder)
            except InputError as error:
                refused += 1
                assert not [(file.name, at, str(fault)) for fault in error.faults if not located(fault)]
            file.write_bytes(whole)
    assert refused > 25


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "gangu"
    shutil.copytree(PLACES / "gangu", folder)
    cell("totals.csv", 4, "amount", "一百")(folder)
    cell("totals.csv", 6, "year", "")(folder)
    content("place.toml", b'level = "town"')(folder)
    with pytest.raises(InputError) as caught:
        read_place(folder)
    text = str(caught.value)
    assert "输入有 4 处错误" in text
    for expected in ("第 4 行“amount”列", "第 6 行“year”列", "没有填写 name", "level 填写的是“town”"):
        assert expected in text


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_usual_encodings_are_read_alike(encoding: str, tmp_path: Path) -> None:
    folder = tmp_path / "gangu"
    shutil.copytree(PLACES / "gangu", folder)
    text = (folder / "totals.csv").read_text(encoding="utf-8-sig")
    (folder / "totals.csv").write_bytes(text.encode(encoding))
    expected = read_place(PLACES / "gangu").rows("totals")
    assert read_place(folder).rows("totals").equals(expected)


def test_chinese_headers_and_words_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "shandan"
    folder.mkdir()
    (folder / "place.toml").write_text('name = "山丹县"', encoding="utf-8")
    rows = ["项目,口径,年度,数据版本,金额,单位,来源"]
    rows += [f"一般公共预算收入,全县,{year},决算,{3000 + year - 2019},万元,决算书" for year in (2022, 2023, 2024)]
    (folder / "totals.csv").write_text("\n".join(rows), encoding="gbk")
    totals = read_place(folder).rows("totals")
    assert totals["line"].tolist() == ["own_revenue"] * 3
    assert totals["status"].tolist() == ["final_accounts"] * 3
    assert totals["amount"].tolist() == [3003, 3004, 3005]


def test_a_real_workbook_is_read_like_the_csv(tmp_path: Path) -> None:
    import csv

    import xlsxwriter

    folder = tmp_path / "gangu"
    shutil.copytree(PLACES / "gangu", folder)
    with (folder / "totals.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.reader(file))
    (folder / "totals.csv").unlink()
    with xlsxwriter.Workbook(folder / "totals.xlsx", {"strings_to_numbers": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(cells):
            sheet.write_row(number, 0, row)
    expected = read_place(PLACES / "gangu").rows("totals")
    assert read_place(folder).rows("totals")["amount"].tolist() == expected["amount"].tolist()
