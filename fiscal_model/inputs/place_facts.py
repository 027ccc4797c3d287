"""What is said of a place itself, declared once: read from ``place.toml`` or from the sheet 基本情况 of the Excel form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fiscal_model.words.errors import Fault
from fiscal_model.words.files import as_word, lines_in, read_toml
from fiscal_model.words.plain import LONGEST_NAME, one_line
from fiscal_model.words.vocabulary import Scope

PLACE_FILE = "place.toml"


@dataclass(frozen=True)
class Fact:
    """One fact: its key in ``place.toml``, its name and meaning in Chinese, and the words it may say, each with its Chinese name."""

    key: str
    label: str
    meaning: str
    example: str = ""
    words: Mapping[Any, str] = field(default_factory=dict)
    remedy: str = ""
    usual: Any = ""


LEVELS = {"county": "县", "prefecture": "市"}
FACTS = (
    Fact("name", "地区名称", "必填。地区全称，印在报告封面和各表标题上。", "山丹县"),
    Fact(
        "level",
        "级次",
        "县（市、区）填“县”，市（州）填“市”。",
        "县",
        LEVELS,
        "只能填 county（县）或 prefecture（市）",
        "county",
    ),
    Fact("province", "所属省份", "可不填；填了按该省的规定测算分成。", "甘肃省"),
    Fact(
        "scope",
        "口径",
        "规划按哪个口径编制：全辖（含乡镇或所辖县区）或本级。两种口径绝不相加。",
        "全辖",
        {str(scope): scope.label for scope in Scope},
        "只能填 whole（全辖）或 own_level（本级）",
        "whole",
    ),
    Fact(
        "invented",
        "数字是否虚构",
        "填“是”时，所有报告都标明“虚构”。",
        "否",
        {True: "是", False: "否"},
        "只能填 true（虚构）或 false，不加引号",
        False,
    ),
    Fact("issuing_office", "编制单位", "可不填；印在规划文本的封面上。", "山丹县财政局"),
    Fact("note", "备注", "需要读者知道的话，可不填。", "2023 年起开发区财政并入。"),
)
_KEYS = {fact.key: fact for fact in FACTS}
_ASSUMPTIONS = "assumptions"


def read_facts(folder: Path) -> tuple[dict[str, Any], list[Fault]]:
    """Read ``place.toml``: the facts as `Place` holds them, its own assumptions among them."""
    path = folder / PLACE_FILE
    shown = path.as_posix()
    if not path.is_file():
        return {}, [Fault(shown, "缺少 place.toml", "请用 fiscal-model new 生成，或从其他地区复制后修改")]
    given, faults = read_toml(path, shown, '文字请加英文双引号，例如 name = "山丹县"')
    return ({}, faults) if faults else checked_facts(given, shown, lambda key: lines_in(path, key) or 1)


def checked_facts(
    given: Mapping[str, Any], shown: str, line_of: Callable[[str], int | None]
) -> tuple[dict[str, Any], list[Fault]]:
    """Check the facts given by key; ``line_of`` tells on which line a key stands."""
    faults = []
    given = {key: one_line(value) if isinstance(value, str) else value for key, value in given.items()}

    def fault(key: str, found: str, remedy: str) -> None:
        faults.append(Fault(shown, found, remedy, line_of(key)))

    for key in [key for key in given if key not in {*_KEYS, _ASSUMPTIONS}]:
        fault(key, f"不认识的项目“{as_word(key)}”", f"可填：{'、'.join(sorted([*_KEYS, _ASSUMPTIONS]))}")
    name = given.get("name")
    if not isinstance(name, str) or not name.strip():
        fault("name", "没有填写 name", '请填写地区名称，例如 name = "山丹县"')
    elif len(name.strip()) > LONGEST_NAME:
        fault("name", f"name 有 {len(name.strip())} 个字", f"地区名称印在每张表上，请不超过 {LONGEST_NAME} 个字")
    for key in ("province", "issuing_office", "note"):
        if not isinstance(given.get(key, ""), str):
            fault(key, f"{key} 填写的是{as_word(given[key])}，不是文字", f'请写成 {key} = "……"')
    for key, fact in _KEYS.items():
        words = tuple(fact.words)
        if words and key in given and not (type(given[key]) is type(words[0]) and given[key] in words):
            fault(key, f"{key} 填写的是“{as_word(given[key])}”", fact.remedy)
    if not isinstance(given.get(_ASSUMPTIONS, {}), dict):
        fault(_ASSUMPTIONS, "assumptions 不是一张表", "请写成 [assumptions.名称] 加 value、source、quality")
    if faults:
        return {}, faults
    said = {key: given.get(key, fact.usual) for key, fact in _KEYS.items()}
    said |= {"name": str(name).strip(), "scope": Scope(said["scope"])}
    return {**said, _ASSUMPTIONS: MappingProxyType(given.get(_ASSUMPTIONS, {}))}, []
