"""Name what lies in a place folder and is not read: tables under a wrong name are faults, other files are told."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from fiscal_model.inputs.form_words import FORM_FILE, MARKED_FILE
from fiscal_model.inputs.guide import GUIDE_FILES
from fiscal_model.inputs.place_facts import PLACE_FILE
from fiscal_model.inputs.scenario import OWN_SCENARIOS
from fiscal_model.inputs.vintages import FOLDER as PAST_PLANS
from fiscal_model.law.affordability_method import METHOD_FILE
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.errors import Fault, did_you_mean
from fiscal_model.words.files import decode
from fiscal_model.words.plain import one_line

READ_AS = (".csv", ".xlsx")
_OTHER_TABLES = {".xls", ".xlsm", ".xlsb", ".et", ".ett", ".ods", ".numbers", ".tsv"}
_LONGEST_TITLES = 8192
"""Bytes: a file without rows is shorter."""
_EXPECTED = {PLACE_FILE, "SOURCES.md", *GUIDE_FILES, PAST_PLANS, FORM_FILE, MARKED_FILE, OWN_SCENARIOS, METHOD_FILE}
_READ = {f"{name}{suffix}" for name in TABLES for suffix in READ_AS}


def stray_tables(folder: Path) -> list[Fault]:
    """Return a fault for each table file under a name that is not read, with the name to use where that is plain."""
    present = _present(folder)
    return [_fault(path, {other.name for other in present}) for path in present if _is_table(path)]


def only_titles(path: Path) -> bool:
    """Tell whether a text file holds no row below its titles, as the ones that `new` lays."""
    if path.suffix != ".csv" or not path.is_file() or path.stat().st_size > _LONGEST_TITLES:
        return False
    text = decode(path.read_bytes()) or ""
    return sum(any(mark not in ',;\t" ' for mark in line) for line in text.splitlines()) <= 1


def other_files(folder: Path) -> tuple[str, ...]:
    """Name the files and folders that are no table and no part of a place folder."""
    strange = [path for path in _present(folder) if path.name not in _EXPECTED | _READ and not _is_table(path)]
    return tuple(one_line(f"{path.name}/" if path.is_dir() else path.name) for path in strange)


def _present(folder: Path) -> list[Path]:
    """Everything but hidden files and the locks of an open workbook."""
    return [path for path in sorted(folder.iterdir()) if not path.name.startswith(("~$", "."))]


def _is_table(path: Path) -> bool:
    if path.name in _READ | _EXPECTED or path.is_dir():
        return False
    return path.suffix.lower() in {*READ_AS, *_OTHER_TABLES} or path.stem.lower() in TABLES


def _fault(path: Path, present: Collection[str]) -> Fault:
    shown, name = path.as_posix(), _meant(path.stem)
    if not name:
        hint = did_you_mean(path.stem.lower(), TABLES)
        return Fault(shown, "不认识的表，不会被读取", f"{hint}表名只能是：{'、'.join(TABLES)}；其他文件请移出")
    empty = only_titles(path.parent / f"{name}.csv")
    if empty and f"{name}.xlsx" not in present and path.suffix.lower() in _OTHER_TABLES:
        remedy = f"请在 Excel/WPS 中打开，另存为 {name}.xlsx（只有表头的 {name}.csv 不必删），再把这个文件移出"
        return Fault(shown, f"{TABLES[name].label}表不能从 {path.suffix} 读取", remedy)
    there = [f"{name}{suffix}" for suffix in READ_AS if f"{name}{suffix}" in present]
    if there:
        remedy = f"{TABLES[name].label}表只读 {there[0]}，请把要用的行并入其中，再把这个文件移出"
    elif path.suffix.lower() in READ_AS:
        remedy = f"{TABLES[name].label}表请改名为 {name}{path.suffix.lower()}（全用小写英文）"
    else:
        remedy = f"{TABLES[name].label}表请在 Excel/WPS 中另存为 {name}.csv 或 {name}.xlsx"
    return Fault(shown, "文件名或后缀不对，这张表不会被读取", remedy)


def _meant(stem: str) -> str:
    """The table whose name in other letters, or whose Chinese title with or without its kind of list, a file carries."""
    titles = {_core(table.label): name for name, table in TABLES.items()}
    return stem.lower() if stem.lower() in TABLES else titles.get(_core(stem), "")


def _core(title: str) -> str:
    """A title without 台账, 清单, 名录 or 表 at its end."""
    for kind in ("表", "台账", "清单", "名录"):
        title = title.removesuffix(kind)
    return title
