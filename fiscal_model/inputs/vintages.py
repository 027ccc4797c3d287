"""Past plans kept beside a place: one folder a plan, with what it said and what it took to make it."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.inputs.habits.quoted_lines import broken_cells
from fiscal_model.inputs.scenario import Scenario, read_scenario
from fiscal_model.inputs.sheets import read_table
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.errors import Fault, InputError, ScenarioError
from fiscal_model.words.files import as_word, decode, read_bytes, read_toml, unreadable
from fiscal_model.words.markup import Sheet, card, shows_itself
from fiscal_model.words.plain import from_csv_cell, one_line

FOLDER = "vintages"
HEADER_FILE, ROWS_FILE, SCENARIO_FILE, TABLES_FOLDER = "vintage.toml", "plan.csv", "scenario.toml", "tables"
COLUMNS = ("kind", "block", "line", "label", "year", "amount", "unit")
PLAN, BASE, ASSUMPTION = "plan", "base", "assumption"
QUANTILES = {0.1: "quantile_10", 0.5: "quantile_50", 0.9: "quantile_90"}
KINDS = (PLAN, BASE, ASSUMPTION, *QUANTILES.values())
HEADER = {
    "place": str,
    "base_year": int,
    "years": list,
    "scenario": str,
    "made_on": str,
    "version": str,
    "rules": str,
    "plan_digest": str,
    "history": str,
    "method": dict,
    "assumptions": dict,
}
"""Keys of the header and what each holds."""
_MOVE = "请从备份恢复，或把这个文件夹移出 vintages"


@shows_itself
@dataclass(frozen=True, repr=False)
class Vintage:
    """A past plan as it was kept. Money is 万元.

    Parameters
    ----------
    name : str
        Folder name, ``<base year>-<scenario>``, with a number behind it for a second one.
    place : str
        Folder name of the place it was made for.
    years : tuple of int
        Plan years.
    scenario : Scenario
        As it was run; it can be run again.
    made_on : str
        Day it was made, ISO.
    version, rules : str
        Version of this package and digest of the rules it was made with.
    history : str
        Digest of what was observed up to its base year.
    method : mapping of str to str
        Chinese: how each block was computed.
    assumptions : mapping
        The place's own assumptions then, as in ``place.toml``.
    tables : mapping of str to DataFrame
        The registers then, money in 万元; observed years are not kept, they are in today's tables.
    unread : tuple of str
        Registers kept by another version that this one cannot read.
    rows : DataFrame
        `COLUMNS`; kinds `KINDS`: lines by plan year, the base year's lines, assumptions by year, quantiles of own revenue.
    cautions : tuple of str
        Chinese.
    """

    name: str
    place: str
    base_year: int
    years: tuple[int, ...]
    scenario: Scenario = field(repr=False)
    made_on: str
    version: str
    rules: str
    history: str
    method: Mapping[str, str] = field(repr=False)
    assumptions: Mapping[str, Any] = field(repr=False)
    rows: pd.DataFrame = field(repr=False)
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    unread: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def sheet(self) -> Sheet:
        """What was kept and when, as a table."""
        said = {
            "地区": self.place,
            "情景": self.scenario.name,
            "规划期": f"{self.years[0]}—{self.years[-1]}年，基期 {self.base_year}年",
            "编制日期": self.made_on,
            "数据": f"{len(self.rows):,} 个数，{len(self.tables)} 张台账",
        }
        return card(f"历次规划 {self.name}", said.items(), self.cautions)

    def lines(self, kind: str = PLAN) -> dict[str, np.ndarray]:
        """Return every line of a kind by plan year, shape (year,); a line that was not available is not there."""
        mine = self.rows[self.rows["kind"] == kind]
        table = mine.pivot(index="line", columns="year", values="amount").reindex(columns=list(self.years))
        return dict(zip(table.index, table.to_numpy(dtype=float), strict=True))

    def line(self, name: str, kind: str = PLAN) -> np.ndarray:
        """Return a line by plan year, shape (year,), NaN where it was not available."""
        mine = self.rows[(self.rows["kind"] == kind) & (self.rows["line"] == name)]
        return mine.set_index("year")["amount"].reindex(list(self.years)).to_numpy(dtype=float)

    def labels(self) -> dict[str, str]:
        """Return the Chinese label of every line."""
        mine = self.rows[self.rows["kind"] == PLAN]
        return dict(zip(mine["line"], mine["label"], strict=True))


def content_digest(text: str) -> str:
    """Return the SHA-256 of a text, the same whatever line ends a version control system gave it."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8")).hexdigest()


def read_vintage_folders(folder: Path, lines: Collection[str], version: str) -> tuple[Vintage, ...]:
    """Read every past plan kept below a place folder. By base year, then by name; empty when there is none.

    ``folder``: the place folder; its sub-folder ``vintages`` may be missing.
    ``lines``: line ids this version knows; items of revenue, ``revenue_<code>``, are always known.
    ``version``: of this package: a plan of another version may hold lines that are gone, with a caution.

    Raises
    ------
    InputError
        Lists every fault of every past plan.
    """
    root = folder / FOLDER
    found, faults = [], []
    kept = sorted(root.iterdir()) if root.is_dir() else []
    for path in kept:
        if path.is_dir() and not path.name.startswith("."):
            vintage, wrong = _read(path, lines, version)
            faults += wrong
            if vintage is not None:
                found.append(vintage)
    if faults:
        raise InputError(faults)
    return tuple(sorted(found, key=lambda vintage: (vintage.base_year, vintage.name)))


def _read(path: Path, lines: Collection[str], version: str) -> tuple[Vintage | None, list[Fault]]:
    missing = [name for name in (HEADER_FILE, ROWS_FILE, SCENARIO_FILE) if not (path / name).is_file()]
    if missing:
        return None, [Fault(path.as_posix(), f"往年规划缺少文件 {'、'.join(missing)}", _MOVE)]
    header, faults = _header(path / HEADER_FILE)
    shown = (path / ROWS_FILE).as_posix()
    content, unread = read_bytes(path / ROWS_FILE, shown)
    text = decode(content)
    if unread or text is None:
        return None, [*faults, *(unread or [unreadable(content, shown, _MOVE)])]
    rows, wrong = _rows(text, shown)
    if not wrong and not any(row["kind"] == PLAN for row in rows):
        wrong = [Fault(shown, "没有规划年度的数（plan 行）", _MOVE)]
    scenario, wrong_scenario = _scenario(path / SCENARIO_FILE)
    faults += wrong + wrong_scenario
    if faults or scenario is None:
        return None, faults
    strange = [row for row in rows if _unknown(row, lines)]
    tables, wrong_tables = _tables(path / TABLES_FOLDER)
    if header["version"] == version:
        faults = [_strange(row, shown) for row in strange] + [each for one in wrong_tables.values() for each in one]
        if faults:
            return None, faults
    cautions = _cautions(path.name, header, strange, wrong_tables)
    if content_digest(text.removeprefix("\ufeff")) != header["plan_digest"]:
        cautions.append(f"往年规划 {path.name} 的 {ROWS_FILE} 在保存后被改动过，按改动后的数比较")
    kept = [row for row in rows if not _unknown(row, lines)]
    names = ("place", "base_year", "made_on", "version", "rules", "history", "method", "assumptions")
    return Vintage(
        name=one_line(path.name),
        years=tuple(header["years"]),
        scenario=scenario,
        rows=pd.DataFrame(kept, columns=[*COLUMNS, "row_line"]).drop(columns="row_line"),
        tables=tables,
        unread=tuple(wrong_tables),
        cautions=tuple(cautions),
        **{name: header[name] for name in names},
    ), []


def _cautions(
    name: str, header: Mapping[str, Any], strange: list[dict[str, Any]], unread: Mapping[str, list[Fault]]
) -> list[str]:
    """What another version's plan holds that this version cannot use."""
    by = f"往年规划 {name} 由 {header['version']} 版编制"
    found = []
    if strange:
        gone = "、".join(sorted({row["line"] for row in strange}))
        found.append(f"{by}，其中本版没有的行不比较：{gone}")
    if unread:
        found.append(f"{by}，其中不能读取的台账按现有台账：{'、'.join(unread)}")
    return found


def _tables(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, list[Fault]]]:
    """Registers as they were, and the faults of those that cannot be read."""
    found, faults = {}, {}
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in TABLES:
            faults[path.stem] = [Fault(path.as_posix(), "不认识的表", _MOVE)]
            continue
        rows, wrong = read_table(path, TABLES[path.stem], path.as_posix())
        if wrong:
            faults[path.stem] = wrong
        elif rows:
            found[path.stem] = pd.DataFrame([{**row.values, "row_line": row.line} for row in rows])
    return found, faults


def _header(path: Path) -> tuple[dict[str, Any], list[Fault]]:
    shown = path.as_posix()
    given, faults = read_toml(path, shown, _MOVE)
    if faults:
        return {}, faults
    faults = [Fault(shown, f"缺少 {name}", _MOVE) for name in HEADER if name not in given]
    faults += [
        Fault(shown, f"{name} 填写的是“{as_word(given[name])}”", _MOVE)
        for name, kind in HEADER.items()
        if name in given and type(given[name]) is not kind
    ]
    if not faults:
        faults += _years_faults(given, shown) + _day_faults(given, shown)
    return given, faults


def _years_faults(given: dict[str, Any], shown: str) -> list[Fault]:
    base, years = given["base_year"], given["years"]
    if years and set(map(type, years)) == {int} and years == list(range(base + 1, base + 1 + len(years))):
        return []
    return [Fault(shown, f"years 是 {years}，不是基期 {base} 年之后的连续年份", _MOVE)]


def _day_faults(given: dict[str, Any], shown: str) -> list[Fault]:
    try:
        dt.date.fromisoformat(given["made_on"])
    except ValueError:
        return [Fault(shown, f"made_on 填写的是“{given['made_on']}”", "请写日期，例如 2026-03-01")]
    return []


def _scenario(path: Path) -> tuple[Scenario | None, list[Fault]]:
    try:
        return read_scenario(path), []
    except ScenarioError as error:
        return None, list(error.faults)


def _rows(text: str, shown: str) -> tuple[list[dict[str, Any]], list[Fault]]:
    whole = text.removeprefix("\ufeff").rstrip("\r\n") + "\n"
    reader = csv.DictReader(io.StringIO(whole, newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        return [], [Fault(shown, f"缺少列 {'、'.join(missing)}", _MOVE)]
    rows: list[dict[str, Any]] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, str, int], int] = {}
    last = reader.line_num
    for given in reader:
        cells = [cell for cell in given.values() if isinstance(cell, str)]
        swallowed = broken_cells(cells, reader.fieldnames or (), last + 1, reader.line_num, shown)
        last = reader.line_num
        row, wrong = (None, swallowed) if swallowed else _row(given, reader.line_num, shown)
        faults += wrong
        if row is None:
            continue
        key = (row["kind"], row["line"], row["year"])
        if key in seen:
            said = f"{row['line']} {row['year']} 年与第 {seen[key]} 行重复"
            faults.append(Fault(shown, said, "一行一年只能有一个数，请删去多出的一行", reader.line_num))
        seen.setdefault(key, reader.line_num)
        rows.append(row)
    return rows, faults


def _row(given: Mapping[str, str | None], number: int, shown: str) -> tuple[dict[str, Any] | None, list[Fault]]:
    faults = []
    values: dict[str, Any] = {name: one_line(from_csv_cell(given[name] or "")).strip() for name in COLUMNS}
    if values["kind"] not in KINDS:
        said = f"不认识的类别“{values['kind']}”"
        faults.append(Fault(shown, said, f"只能是：{'、'.join(KINDS)}", number, "kind"))
    for name, kind in (("year", int), ("amount", float)):
        try:
            values[name] = kind(values[name])
        except ValueError:
            faults.append(Fault(shown, f"应为数字，填写的是“{values[name]}”", _MOVE, number, name))
    if not faults and not math.isfinite(values["amount"]):
        faults.append(Fault(shown, "金额不是有限的数", _MOVE, number, "amount"))
    return (None if faults else {**values, "row_line": number}), faults


def _unknown(row: Mapping[str, Any], lines: Collection[str]) -> bool:
    return row["kind"] != ASSUMPTION and row["line"] not in lines and not row["line"].startswith("revenue_")


def _strange(row: Mapping[str, Any], shown: str) -> Fault:
    return Fault(shown, f"不认识的行代码“{row['line']}”", _MOVE, row["row_line"], "line")
