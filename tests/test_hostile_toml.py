"""Hostile place, scenario and rule files: refused in Chinese with file and line, never a Python error, never a wrong reading."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fiscal_model.apps.cli import INPUT_FAULTS, main
from fiscal_model.inputs.find import place_title
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.law.rules import read_rules
from fiscal_model.words.errors import InputError
from fiscal_model.words.files import line_of
from fiscal_model.words.resources import rules_folder

GANGU = Path(__file__).parents[1] / "data" / "places" / "gangu"
DEEP, LONG = "[" * 5000 + "]" * 5000, "9" * 5000
BY_YEAR = "[assumptions.pay_growth.by_year]\n2027 = "
TOO_DEEP, TOO_LONG = "括号或项目一层套一层，太深了", "有一个数太长，不能读取"
MONSTERS = {
    "5,000 nested brackets": (f"note = {DEEP}", 2, TOO_DEEP),
    "3,000 nested tables": (f"note = {'{a = ' * 3000}1{'}' * 3000}", 2, TOO_DEEP),
    "a key of 5,000 parts": (f"{'.'.join('a' * 5000)} = 1", 2, TOO_DEEP),
    "eleven levels": (f"note = {'[' * 11}{']' * 11}", 2, TOO_DEEP),
    "5,000 digits": (f"note = {LONG}", 2, TOO_LONG),
    "400 digits": (f"{BY_YEAR}{LONG[:400]}", 3, TOO_LONG),
    "hexadecimal digits": (f"{BY_YEAR}0x{'f' * 5000}", 3, TOO_LONG),
    "a word without quotes": ("note = 山丹", 2, "TOML 格式有误（值的写法不对）"),
    "one item twice": ('name = "b"\n', 2, "TOML 格式有误（同一项目写了两次）"),
}
PLACE_FAULTS = {
    "level = ['county']": "level 填写的是“一个列表”。只能填 county（县）或 prefecture（市）",
    "[level]\nx = 1": "level 填写的是“一张表”",
    "level = true": "level 填写的是“true”",
    "scope = ['whole']": "scope 填写的是“一个列表”。只能填 whole（全辖）或 own_level（本级）",
    "province = ['x']": "province 填写的是一个列表，不是文字",
    "[note]\nx = 1": "note 填写的是一张表，不是文字",
    "invented = 'no'": "invented 填写的是“no”。只能填 true（虚构）或 false，不加引号",
    "invented = 0": "invented 填写的是“0”",
    "invented = 1": "invented 填写的是“1”",
    "invented = 1.0": "invented 填写的是“1.0”",
    "assumptions = [1]": "assumptions 不是一张表",
    "colour = 'x'": "不认识的项目“colour”",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GANGU, tmp_path / "gangu", ignore=shutil.ignore_patterns("vintages")))


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_is_refused_with_file_and_line(name: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, line, said = MONSTERS[name]
    for file in ("place.toml", "mine.toml"):
        (place / file).write_text(f'name = "甲"\n{text}', encoding="utf-8")
    told = f" 第 {line} 行：{said}"
    with pytest.raises(SystemExit) as left:
        main(["check", str(place)])
    assert left.value.code == INPUT_FAULTS and f"{place.as_posix()}/place.toml{told}" in capsys.readouterr().err
    with pytest.raises(InputError, match=f"mine.toml{told}"):
        read_scenario(place / "mine.toml")
    rules = Path(shutil.copytree(rules_folder(), place / "rules"))
    shutil.copyfile(place / "mine.toml", rules / "limits.toml")
    with pytest.raises(InputError, match=f"limits.toml{told}"):
        read_rules(rules)
    assert place_title(place) == "gangu"


@pytest.mark.parametrize("text", PLACE_FAULTS)
def test_what_is_no_word_or_no_switch_is_refused(text: str, place: Path) -> None:
    (place / "place.toml").write_text(f'name = "甲"\n{text}', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_place(place)
    assert f"place.toml 第 2 行：{PLACE_FAULTS[text]}" in str(caught.value) and len(caught.value.faults) == 1


@pytest.mark.parametrize("invented", [True, False])
def test_true_and_false_are_read(invented: bool, place: Path) -> None:
    (place / "place.toml").write_text(f'name = "甲"\ninvented = {str(invented).lower()}', encoding="utf-8")
    assert read_place(place).invented is invented
    assert ("（虚构）" in place_title(place)) is invented


@pytest.mark.parametrize(
    "text", ["id = ['x']", "name = ['x']", "[description]", "history = 1", "[balance]\norder = {}"]
)
def test_a_scenario_takes_words_and_tables_only(text: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(f"# 我的情景\n{text}", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"mine.toml 第 2 行：(id|name|description) 填写的是|第 2 行：(history|balance)"
    ):
        read_scenario(tmp_path / "mine.toml")


def test_the_source_of_an_assumption_is_a_sentence(tmp_path: Path) -> None:
    entry = "[assumptions.pay_growth]\nvalue = 0.02\nsource = ['x']\nquality = 'planner'\n"
    (tmp_path / "mine.toml").write_text(entry, encoding="utf-8")
    with pytest.raises(InputError, match=r"mine.toml 第 1 行：“pay_growth”的来源 source 是一个列表，不是文字"):
        read_scenario(tmp_path / "mine.toml")


def test_a_line_is_found_by_whole_keys_only() -> None:
    text = 'my_name = 1\nname = 2\n[a.name]\nvalue = 3\n[b]\nvalue = 4\n"明年" = 5'
    assert [line_of(text, *keys) for keys in (("name",), ("b", "value"), ("明年",), ("none",))] == [2, 6, 7, None]
