"""Files that would fill the memory, hide a document type or hang on other files: refused by name and size before they are opened."""

from __future__ import annotations

import io
import os
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter

from fiscal_model.apps.cli import INPUT_FAULTS, main
from fiscal_model.inputs import sheets, workbooks
from fiscal_model.inputs.form_marks import faults_marked
from fiscal_model.inputs.form_words import FORM_FILE
from fiscal_model.inputs.official_tables import read_workbook
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.inputs.sheets import read_grid
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.errors import InputError

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
LINK = "xl/externalLinks/externalLink1.xml"


def workbook(fill: Callable = lambda sheet, book: None) -> bytes:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("项目", "金额"))
        sheet.write_row(1, 0, ("税收", 12.5))
        fill(sheet, book)
    return raw.getvalue()


def repacked(changed: dict[str, bytes | Callable[[bytes], bytes]], whole: bytes = b"") -> bytes:
    """A workbook with parts replaced, changed or added."""
    raw = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole or workbook())) as given,
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in dict.fromkeys([*given.namelist(), *changed]):
            new = changed.get(name, lambda content: content)
            packed.writestr(name, new(given.read(name)) if callable(new) else new)
    return raw.getvalue()


def lying(content: bytes, name: str, declared: int) -> bytes:
    """The archive's directory declares another size for a part."""
    at = content.rindex(name.encode()) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    return content[: at + 24] + struct.pack("<I", declared) + content[at + 28 :]


BLANK_MB = b"<a>" + b" " * 1024**2


@cache
def bomb() -> bytes:
    return repacked({f"xl/theme/theme{number}.xml": BLANK_MB * 21 + b"</a>" for number in range(10)})


HOSTILE = {
    "unpacks to more than 200 MB": (bomb, "展开后有 210 MB（是文件大小的 "),
    "unpacks to more than declared": (
        lambda: lying(repacked({"xl/theme/theme9.xml": BLANK_MB * 30}), "xl/theme/theme9.xml", 2048),
        "其中的 xl/theme/theme9.xml 比它声明的 2 KB 更大，没有打开",
    ),
    "one cell in the last corner": (
        lambda: workbook(lambda sheet, _: sheet.write(1_048_575, 16_383, "x")),
        "最后一个有内容的格子在第 1,048,576 行第 16,384 列，各表共 17,179,869,184 格，超过上限 5,000,000 格，没有打开",
    ),
    "a document type": (
        lambda: repacked(
            {SHEET: lambda sheet: sheet.replace(b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet', 1)}
        ),
        "含有文档类型声明（DTD），它能借实体展开占满内存，Excel 从不写它，没有打开",
    ),
    "one text of three million letters": (
        lambda: repacked({TEXTS: lambda texts: texts.replace(b"<t>", b"<t>" + b"a" * 3_000_000, 1)}),
        "有一格文字超过 1 MB，没有打开",
    ),
    "a long text in many cells": (
        lambda: repacked(
            {
                TEXTS: lambda texts: texts.replace(b"<t>", b"<t>" + b"a" * 1_000_000, 1),
                SHEET: lambda sheet: sheet.replace(
                    b"</row></sheetData>",
                    b'</row><row r="3">' + b'<c r="C3" t="s"><v>0</v></c>' * 2000 + b"</row></sheetData>",
                ),
            }
        ),
        "有一段长 977 KB 的文字，而引用共用文字的格子有 2,003 个，没有打开",
    ),
    "a link to another workbook": (
        lambda: repacked({LINK: b"<externalLink/>"}),
        "链接到 1 个别的工作簿，取自那里的数可能已经过时（在“数据→编辑链接”里断开链接即可），没有打开",
    ),
    "cells without an address": (
        lambda: repacked({SHEET: lambda sheet: sheet.replace(b'<c r="B2">', b"<c>")}),
        "不是可以读取的 Excel 工作簿",
    ),
    "a sheet under the name of a picture": (
        lambda: repacked(
            {"xl/_rels/workbook.xml.rels": lambda rels: rels.replace(b"worksheets/sheet1.xml", b"media/sheet1.png")}
        ),
        "不是可以读取的 Excel 工作簿",
    ),
    "a sheet in UTF-16": (
        lambda: repacked({SHEET: lambda sheet: sheet.decode().replace("UTF-8", "UTF-16").encode("utf-16")}),
        "不是可以读取的 Excel 工作簿",
    ),
    "an open document": (lambda: repacked({"content.xml": b"<office/>"}), "不是可以读取的 Excel 工作簿"),
    "the old kind, or a password": (lambda: b"\xd0\xcf\x11\xe0" + b" " * 1000, "是旧版 .xls 格式，或加了密码"),
    "cut short": (lambda: workbook()[:-40], "不是可以读取的 Excel 工作簿"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_workbook_is_refused_by_name_before_memory_is_spent(case: str, tmp_path: Path) -> None:
    made, said = HOSTILE[case]
    content = made()
    path = tmp_path / "债券.xlsx"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        raw, faults = read_grid(path, TABLES["bonds"], "a/债券.xlsx")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert raw is None and [fault.where for fault in faults] == ["a/债券.xlsx"] and said in faults[0].found
    assert peak < len(content) + 30 * 1024**2
    if "链接" not in said and "旧版" not in said:
        with pytest.raises(InputError, match=r"债券\.xlsx：.*请在 Excel/WPS 中打开"):
            read_workbook(path)


def test_the_command_line_refuses_a_bomb_like_any_other_bad_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "place.toml").write_text('name = "甲"\n', encoding="utf-8")
    (tmp_path / "totals.xlsx").write_bytes(bomb())
    for command in (["check", str(tmp_path)], ["import", str(tmp_path / "totals.xlsx"), "--to", str(tmp_path / "to")]):
        with pytest.raises(SystemExit) as left:
            main(command)
        assert left.value.code == INPUT_FAULTS and "totals.xlsx：展开后有 210 MB" in capsys.readouterr().err


def test_a_form_that_is_refused_unopened_is_not_opened_to_mark_its_faults(tmp_path: Path) -> None:
    (tmp_path / FORM_FILE).write_bytes(bomb())
    with pytest.raises(InputError, match=r"填报表\.xlsx：展开后有 210 MB") as caught, faults_marked(tmp_path):
        read_place(tmp_path)
    assert "标红" not in str(caught.value) and [path.name for path in tmp_path.iterdir()] == [FORM_FILE]


def test_the_links_of_a_published_workbook_are_not_followed_and_its_figures_are_read(tmp_path: Path) -> None:
    path = tmp_path / "公开.xlsx"
    path.write_bytes(repacked({LINK: b"<externalLink/>"}))
    assert read_workbook(path) == {"Sheet1": [["项目", "金额"], ["税收", 12.5]]}


def harmless(sheet: xlsxwriter.worksheet.Worksheet, book: xlsxwriter.Workbook) -> None:
    look = book.add_format({"bg_color": "#FFFF99"})
    sheet.write_blank(1_048_575, 16_383, None, look)
    sheet.write_row(2, 0, ("a<b:c d>&amp;", 1), look)
    sheet.write_url(3, 0, "https://www.gov.cn/a?b=c", string="官网")
    sheet.write_formula(3, 1, "=B2+B3", None, 13.5)


def test_a_coloured_corner_a_web_address_and_a_formula_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(harmless))
    raw, faults = read_grid(path, TABLES["bonds"], "a.xlsx")
    assert not faults and raw is not None
    assert [cells for _, cells in raw.rows] == [
        ("项目", "金额"),
        ("税收", "12.5"),
        ("a<b:c d>&amp;", "1"),
        ("官网", "13.5"),
    ]
    other = repacked({SHEET: lambda part: part.replace(b"<c ", b"<x:c ").replace(b"</c>", b"</x:c>").replace(
        b"<worksheet ", b'<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ')})  # fmt: skip
    assert not workbooks.open_workbook(other, "a.xlsx")[1]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ledger.csv", "ledger.xlsx", "mine.toml"):
        (tmp_path / name).write_bytes(b"a")
        os.truncate(tmp_path / name, 120 * 1024**2)
    for name in ("ledger.csv", "ledger.xlsx"):
        [fault] = read_grid(tmp_path / name, TABLES["ledger"], name)[1]
        assert str(fault) == f"{name}：文件有 120 MB，超过上限 100 MB，没有读取。请删去不用的行列和图片，或先汇总再填。"
    with pytest.raises(InputError, match=r"mine\.toml：文件有 120 MB，超过上限 4 MB"):
        read_scenario(tmp_path / "mine.toml")
    (tmp_path / "ledger.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert read_grid(tmp_path / "ledger.csv", TABLES["ledger"], "ledger.csv")[1] == []
    monkeypatch.setattr(sheets, "MOST_CELLS", 3)
    [fault] = read_grid(tmp_path / "ledger.csv", TABLES["ledger"], "ledger.csv")[1]
    assert str(fault).startswith("ledger.csv：有 4 格，超过上限 3 格，没有读取。")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes among files are a thing of Unix")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "bonds.csv")
    [fault] = read_grid(tmp_path / "bonds.csv", TABLES["bonds"], "bonds.csv")[1]
    assert str(fault) == "bonds.csv：不是普通文件（是设备或管道）。请换成一个普通文件。"
