"""The laid folder: every table and header, a guide that leaves nothing out, no harm to what is there."""

import csv
import io
import re
import tomllib
from pathlib import Path

import pytest

from fiscal_model.inputs.filling_order import ADVISED, PLAN_STEPS, STEPS
from fiscal_model.inputs.guide import GUIDE_FILES, filling_guide
from fiscal_model.inputs.guide_reference import filling_reference
from fiscal_model.inputs.sheets import read_table
from fiscal_model.inputs.template import new_place
from fiscal_model.law.classification import TOTALS_LINES
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.errors import InputError


@pytest.mark.parametrize("chinese", [False, True])
def test_every_table_is_laid_with_its_header(tmp_path, chinese):
    folder = tmp_path / "shandan"
    files = new_place(folder, "山丹县", chinese_headers=chinese)
    assert sorted(files) == sorted(folder.iterdir())
    assert {file.name for file in files} == {"place.toml", *GUIDE_FILES, *(f"{name}.csv" for name in TABLES)}
    for table in TABLES.values():
        path = folder / f"{table.name}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        header = next(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
        wanted = [table.label_of(name) for name in table.columns] if chinese else list(table.columns)
        assert header == wanted
        assert read_table(path, table, path.name) == ([], [])


def test_place_toml_is_filled_in(tmp_path):
    new_place(tmp_path / "a", '云"水\\县')
    described = tomllib.loads((tmp_path / "a" / "place.toml").read_text(encoding="utf-8"))
    assert described == {"name": '云"水\\县', "level": "county", "scope": "whole", "invented": False}


def test_titles_of_a_table_are_unambiguous():
    for table in TABLES.values():
        titles = [table.label_of(name) for name in table.columns]
        assert len(set(titles)) == len(titles), table.name
        assert not set(titles) & set(table.columns), table.name


def test_the_reference_names_every_table_column_and_line():
    reference = filling_reference("山丹县")
    for table in TABLES.values():
        section = reference.split(f"### `{table.name}` {table.label}\n")[1].split("\n### ")[0].split("\n## ")[0]
        assert table.purpose in section
        assert table.where_found in section
        for name, field in table.row.model_fields.items():
            required = "必填" if field.is_required() else ""
            assert f"| `{name}` | {field.title} | {required} | {field.description}" in section
    for line, label in TOTALS_LINES.items():
        assert f"| `{line}` | {label} |" in reference
    headings = re.findall(r"^### `(\w+)`", reference, re.M)
    assert headings == [name for tables, _ in STEPS for name in tables]
    assert sorted(headings) == sorted(TABLES), "name a new table in inputs/filling_order.py"


def test_the_guide_is_one_page_that_leads():
    guide = filling_guide("山丹县", "data/places/shandan")
    assert len(guide.splitlines()) <= 66
    shown = re.findall(r"（`(\w+)`）", "\n".join(row for row in guide.splitlines() if row.startswith("|")))
    advised = [name for tables, _ in STEPS for name in tables if name in ADVISED]
    assert shown == advised, "what to fill once the first table is filled, in the order of need"
    assert "fiscal-model check data/places/shandan\n" in guide
    assert "fiscal-model plan data/places/shandan\n" in guide


def test_the_readme_for_planners_goes_in_the_same_order():
    readme = (Path(__file__).parents[1] / "README.zh-CN.md").read_text(encoding="utf-8")
    table = readme.split("| 顺序 | 表 | 填了以后 |\n|---|---|---|\n")[1].split("\n\n")[0]
    told = [tuple(re.findall(r"`(\w+)`", row.split("|")[2])) for row in table.splitlines()]
    assert told == [tables for tables, _ in PLAN_STEPS]


def test_a_folder_with_a_space_is_quoted_in_the_commands():
    assert 'fiscal-model plan "my places/山丹"\n' in filling_guide("山丹县", "my places/山丹")


@pytest.mark.parametrize("chinese", [False, True])
def test_the_example_can_be_read(tmp_path, chinese):
    example = filling_guide("山丹县", "x", chinese_headers=chinese).split("```csv\n")[1].split("```")[0]
    path = tmp_path / "totals.csv"
    path.write_text(example, encoding="utf-8")
    rows, faults = read_table(path, TABLES["totals"], "totals.csv")
    assert faults == []
    assert [row.values["amount"] for row in rows] == [31000, 298000, 252000]
    assert {row.values["line"] for row in rows} <= {*TOTALS_LINES, *TOTALS_LINES.values()}


def test_a_filled_folder_is_left_alone(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "totals.csv").write_text("mine")
    with pytest.raises(InputError) as error:
        new_place(tmp_path / "a", "山丹县")
    assert "文件夹不是空的，里面有 1 个文件（totals.csv 等）" in str(error.value)
    assert "请换一个新的文件夹名" in str(error.value)
    assert [item.name for item in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a" / "totals.csv").read_text() == "mine"


def test_an_empty_folder_is_used_and_parents_are_made(tmp_path):
    (tmp_path / "a").mkdir()
    new_place(tmp_path / "a", "山丹县")
    new_place(tmp_path / "deep" / "er" / "b", "山丹县")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a", "deep"]
    assert len(list((tmp_path / "deep" / "er" / "b").iterdir())) == len(TABLES) + 3


def test_all_complaints_come_at_once(tmp_path):
    (tmp_path / "a").write_text("a file")
    with pytest.raises(InputError) as error:
        new_place(tmp_path / "a", "  ")
    assert [fault.found for fault in error.value.faults] == ["填写的是“”", "这里已经有一个同名的文件"]
    assert "请填写地区全称，例如“山丹县”" in str(error.value)


def test_a_disk_that_refuses_is_said_in_chinese(tmp_path):
    (tmp_path / "a").write_text("a file")
    with pytest.raises(InputError, match=r"文件夹无法写入（.+）。请检查磁盘空间和写权限，或换一个位置。"):
        new_place(tmp_path / "a" / "b", "山丹县")
