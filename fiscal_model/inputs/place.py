"""Read a place folder into one frozen object; every fault of every table in one error."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from fiscal_model.inputs.sheets import read_table
from fiscal_model.inputs.unread import READ_AS, other_files, stray_tables
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.raw_rows import CheckedRow
from fiscal_model.registers.rules import ReadTables
from fiscal_model.registers.schema import Table
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.files import as_word, lines_in, read_bytes, read_toml
from fiscal_model.words.markup import Sheet, card, shows_itself
from fiscal_model.words.vocabulary import Budget, Scope

_PLACE_KEYS = {"name", "level", "province", "scope", "invented", "note", "assumptions"}
_LEVELS = {"county": "县", "prefecture": "市"}
_PLACE_WORDS = {"level": tuple(_LEVELS), "scope": tuple(map(str, Scope)), "invented": (True, False)}
_WORD_REMEDIES = {
    "level": "只能填 county（县）或 prefecture（市）",
    "scope": "只能填 whole（全辖）或 own_level（本级）",
    "invented": "只能填 true（虚构）或 false，不加引号",
}


@shows_itself
@dataclass(frozen=True, eq=False, repr=False)  # is itself: what was found for it is remembered by identity
class Place:
    """What a bureau observed about one place. Money is 万元.

    Parameters
    ----------
    id, name, level, province : str
        Folder name, Chinese name, ``county`` or ``prefecture``, province.
    scope : Scope
        The scope the plan is made for.
    invented : bool
        True for a made-up place; every report says so.
    tables : mapping of str to DataFrame
        Table name to checked rows; column ``row_line`` is the line in the file. Absent tables are absent keys.
    assumptions : mapping
        Assumptions known for this place: name to ``{value, source, quality}``.
    digests : mapping of str to str
        SHA-256 of each file that was read.
    left_out : tuple of str
        Tables and assumptions that hold for the folder's own scope only and are not used, because another was asked for.
    unread : tuple of str
        Files and folders beside the tables that are no part of a place folder.
    """

    id: str
    name: str
    level: str
    province: str
    scope: Scope
    invented: bool
    note: str
    folder: Path
    tables: Mapping[str, pd.DataFrame]
    assumptions: Mapping[str, Mapping[str, Any]]
    digests: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def has(self, table: str) -> bool:
        """Tell whether a table is there with at least one row."""
        return table in self.tables

    def rows(self, table: str) -> pd.DataFrame:
        """Return a table's rows, an empty frame with the right columns when the table is absent."""
        if table in self.tables:
            return self.tables[table]
        return pd.DataFrame(columns=[*TABLES[table].columns, "row_line"])

    @property
    def title(self) -> str:
        """Name as printed, with 本级 where the plan is for the level alone, and a plain word when the place is invented."""
        name = f"{self.name}本级" if self.scope is Scope.OWN_LEVEL else self.name
        return f"{name}（虚构）" if self.invented else name

    @property
    def sheet(self) -> Sheet:
        """What was handed in, as a table: where it is, which years it covers, which tables it fills."""
        years = [int(year) for name in ("totals", "ledger") for year in self.rows(name)["year"].dropna()]
        said = {
            "所在": " ".join(filter(None, (self.province, _LEVELS[self.level]))),
            "口径": self.scope.label,
            "年份": f"{min(years)}—{max(years)}年" if years else "—",
            "数据": f"{len(self.tables)} 张表，{sum(map(len, self.tables.values())):,} 行",
            "有哪些表": "、".join(TABLES[name].label for name in self.tables),
        }
        return card(self.title, said.items(), filter(None, (self.note,)))


def read_place(folder: str | Path, scope: str = "") -> Place:
    """Read and check a place folder.

    Parameters
    ----------
    folder : str or Path
        Holds ``place.toml`` and the tables of `fiscal_model.registers.catalogue.TABLES`, each as ``.csv`` or ``.xlsx``.
    scope : str
        ``whole`` or ``own_level``; by default what ``place.toml`` says. For another one than that, only tables that tell their
        scope row by row are used.

    Returns
    -------
    Place

    Raises
    ------
    InputError
        Lists every fault of every table.

    Examples
    --------
    >>> read_place("data/places/yunshui").title
    '云水县（虚构）'
    >>> read_place("data/places/lijiang", scope="own_level").title
    '丽江市本级'
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError([Fault(str(folder), "没有这个文件夹", "请检查路径，或用 fiscal-model new 新建")])
    about, faults = _read_about(folder)
    tables: dict[str, pd.DataFrame] = {}
    files: dict[str, str] = {}
    digests = {"place.toml": _digest(folder / "place.toml")} if (folder / "place.toml").is_file() else {}
    for table in TABLES.values():
        path, path_faults = _path_of(folder, table)
        faults += path_faults
        if path is None:
            continue
        rows, row_faults = read_table(path, table, _shown(path))
        faults += row_faults + _faults_across_columns(rows, table, _shown(path))
        files[table.name], digests[path.name] = path.name, _digest(path)
        if rows:
            tables[table.name] = _frame(rows, table)
    faults += stray_tables(folder)
    if not faults and not {"totals", "ledger"} & set(tables):
        faults.append(
            Fault(_shown(folder), "既没有 totals 表也没有 ledger 表", "请至少在 totals.csv 填写历年收入和支出总量")
        )
    read = ReadTables(tables, _shown(folder), files)
    faults = faults or [fault for table in TABLES.values() for fault in table.faults_between(read)]
    if faults:
        raise InputError(faults)
    place = Place(
        id=folder.resolve().name,
        folder=folder,
        tables=MappingProxyType(tables),
        digests=MappingProxyType(digests),
        unread=other_files(folder),
        **about,
    )
    return _in_scope(place, scope) if scope and scope != place.scope else place


def _in_scope(place: Place, scope: str) -> Place:
    """The same folder in another scope: what does not say whose figures it holds is the folder's own scope's."""
    if scope not in list(Scope):
        raise InputError([Fault(_shown(place.folder), f"口径填写的是“{scope}”", _WORD_REMEDIES["scope"])])
    asked = Scope(scope)
    kept = {name: rows for name, rows in place.tables.items() if "scope" in TABLES[name].columns}
    if not any((kept[name]["scope"] == asked).any() for name in ("totals", "ledger") if name in kept):
        found = f"totals 表和 ledger 表里没有“{asked.label}”口径的行"
        raise InputError([Fault(_shown(place.folder), found, f"请在 scope 列填写 {scope} 的数，或改用另一口径")])
    used = [TABLES[name].label for name, rows in kept.items() if (rows["scope"] == asked).any()]
    left = [
        *(TABLES[name].label for name in place.tables if name not in kept),
        *(["本地假设"] if place.assumptions else []),
    ]
    return replace(
        place,
        id=f"{place.id}-{scope}",
        scope=asked,
        note=f"按{asked.label}口径，只用分口径登记的表：{'、'.join(used)}。",
        tables=MappingProxyType(kept),
        assumptions=MappingProxyType({}),
        left_out=tuple(left),
    )


def _shown(path: Path) -> str:
    return path.as_posix()


def _digest(path: Path) -> str:
    return hashlib.sha256(read_bytes(path, _shown(path))[0]).hexdigest()


def _path_of(folder: Path, table: Table) -> tuple[Path | None, list[Fault]]:
    found = [path for suffix in READ_AS if os.path.lexists(path := folder / f"{table.name}{suffix}")]
    if len(found) == 2:
        return None, [Fault(_shown(found[0]), "同时有 .csv 和 .xlsx 两个文件", "请只保留一个")]
    return (found[0] if found else None), []


def _frame(rows: list[CheckedRow], table: Table) -> pd.DataFrame:
    frame = pd.DataFrame([row.values for row in rows])
    frame["row_line"] = [row.line for row in rows]
    return frame


def _faults_across_columns(rows: list[CheckedRow], table: Table, shown: str) -> list[Fault]:
    return [
        Fault(shown, found, remedy, line=row.line, column=column)
        for row in rows
        for column, found, remedy in table.complaints(row.values)
    ]


def _read_about(folder: Path) -> tuple[dict[str, Any], list[Fault]]:
    path = folder / "place.toml"
    shown = _shown(path)
    if not path.is_file():
        return {}, [Fault(shown, "缺少 place.toml", "请用 fiscal-model new 生成，或从其他地区复制后修改")]
    given, faults = read_toml(path, shown, '文字请加英文双引号，例如 name = "山丹县"')
    if faults:
        return {}, faults

    def fault(key: str, found: str, remedy: str) -> None:
        faults.append(Fault(shown, found, remedy, lines_in(path, key)))

    for key in [key for key in given if key not in _PLACE_KEYS]:
        fault(key, f"不认识的项目“{as_word(key)}”", f"可填：{'、'.join(sorted(_PLACE_KEYS))}")
    name = given.get("name")
    if not isinstance(name, str) or not name.strip():
        fault("name", "没有填写 name", '请填写地区名称，例如 name = "山丹县"')
    for key in ("province", "note"):
        if not isinstance(given.get(key, ""), str):
            fault(key, f"{key} 填写的是{as_word(given[key])}，不是文字", f'请写成 {key} = "……"')
    for key, words in _PLACE_WORDS.items():
        if key in given and not (type(given[key]) is type(words[0]) and given[key] in words):
            fault(key, f"{key} 填写的是“{as_word(given[key])}”", _WORD_REMEDIES[key])
    if not isinstance(given.get("assumptions", {}), dict):
        fault("assumptions", "assumptions 不是一张表", "请写成 [assumptions.名称] 加 value、source、quality")
    if faults:
        return {}, faults
    return {
        "name": str(name).strip(),
        "level": given.get("level", "county"),
        "province": given.get("province", ""),
        "scope": Scope(given.get("scope", "whole")),
        "invented": given.get("invented", False),
        "note": given.get("note", ""),
        "assumptions": MappingProxyType(given.get("assumptions", {})),
    }, []


def budget_rows(place: Place, budget: Budget) -> pd.DataFrame:
    """Return the ledger rows of one budget in the place's own scope."""
    ledger = place.rows("ledger")
    return ledger[(ledger["budget"] == budget) & (ledger["scope"] == place.scope)]
