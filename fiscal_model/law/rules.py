"""Law and practice as dated data: the files of `data/rules/`, all read and checked once, every fault of every file in one error."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fiscal_model.law.ledger_rules import LEDGER_RULES
from fiscal_model.law.rule_kinds import Book, Each, Kind, Line, Listed, RuleTable
from fiscal_model.law.rule_settings import SETTINGS
from fiscal_model.law.rule_tables import TABLES
from fiscal_model.words.errors import Fault, InputError, did_you_mean
from fiscal_model.words.files import as_word, decode, line_of, read_bytes, read_toml, unreadable
from fiscal_model.words.plain import one_line
from fiscal_model.words.resources import rules_folder

_REMEDY = "请改正这一行；不清楚原来怎么写的，请从软件的安装包取回这个文件"
_WHOLE = "请从软件的安装包取回这个文件"
_LEDGERS = "台账规则的名称列在 fiscal_model/law/ledger_rules.py"


def rules(name: str) -> Mapping[str, Any]:
    """Return a TOML rules file as a read-only mapping.

    ``name``: file stem, e.g. ``assumptions``.

    Examples
    --------
    >>> rules("assumptions")["reserve_rate"]["source"]
    '预算法第四十条：1%至3%'
    """
    found: Mapping[str, Any] = _shipped().files[name]
    return found


def rule_table(name: str) -> tuple[Line, ...]:
    """Return a CSV rules file as rows, in file order; an empty cell is an empty text."""
    found: tuple[Line, ...] = _shipped().files[name]
    return found


@cache
def _shipped() -> Book:
    return read_rules(rules_folder())


def read_rules(folder: Path) -> Book:
    """Read and check every rule file of a folder.

    Raises
    ------
    InputError
        Every fault of every file: a file that is missing or that nobody reads, a column or key that is missing or unknown, a
        value that cannot be, rows that do not agree with one another or with another file.

    Examples
    --------
    >>> len(read_rules(rules_folder()).files["firm_pay_classes"])
    4
    """
    book, faults, texts = dict[str, Any](), list[Fault](), dict[str, str]()
    for name in (*TABLES, *SETTINGS):
        path = folder / f"{name}{'.csv' if name in TABLES else '.toml'}"
        if not path.is_file():
            faults.append(Fault(path.as_posix(), "缺少这个规则文件", _WHOLE))
        elif name in TABLES:
            book[name], found = _read_rows(path, TABLES[name])
            faults += found
        else:
            book[name], found = read_toml(path, path.as_posix(), _REMEDY)
            book[name] = None if found else MappingProxyType(book[name])
            texts[name] = decode(read_bytes(path, "")[0]) or ""
            faults += found
    known = Book({name: content for name, content in book.items() if content is not None})
    faults += [
        fault for name, path in _files(folder) if name in known.files for fault in _wrong(name, path, known, texts)
    ]
    strays = [
        path
        for name, path in _files(folder)
        if path.suffix != (".csv" if name in TABLES else ".toml" * (name in SETTINGS))
    ]
    moved = "请移出规则文件夹，或改回原来的文件名"
    faults += [
        Fault(path.as_posix(), "没有程序读这个文件", moved + f"；{_LEDGERS}" * path.stem.startswith("ledger_"))
        for path in strays
    ]
    if faults:
        raise InputError(faults)
    return known


def _files(folder: Path) -> list[tuple[str, Path]]:
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        (path.stem, path)
        for path in inside
        if path.suffix in {".csv", ".toml"} and not path.name.startswith((".", "~"))
    ]


def _wrong(name: str, path: Path, book: Book, texts: Mapping[str, str]) -> list[Fault]:
    """What is wrong inside a file that could be read."""
    if name in TABLES and path.suffix == ".csv":
        return _faults_of_rows(book.files[name], TABLES[name], path.as_posix(), book)
    if name not in SETTINGS or path.suffix != ".toml":
        return []
    found, named = broken_settings(name, book.files[name], book), f"；{_LEDGERS}" if name in LEDGER_RULES else ""
    return [Fault(path.as_posix(), said, remedy + named, _line(texts[name], keys)) for keys, said, remedy in found]


def broken_settings(
    name: str, given: Mapping[str, Any], book: Book | None = None
) -> list[tuple[tuple[str, ...], str, str]]:
    """Hold a settings file against its declaration: keys that lead to each fault, what was found, what to write."""
    found = list(_faults_of_keys(given, SETTINGS[name].pattern, (), book or _shipped()))
    return found or [
        (keys, f"{'.'.join(keys)} {said}", remedy)
        for rule in SETTINGS[name].rules
        for keys, said, remedy in rule(given)
    ]


def _line(text: str, keys: tuple[str, ...]) -> int:
    """The line of the key, or of the table that lacks it; the last line where the file lacks the table."""
    return line_of(text, *keys) or max(len(text.splitlines()), 1)


def _read_rows(path: Path, table: RuleTable) -> tuple[tuple[Line, ...] | None, list[Fault]]:
    """Read a table strictly: one line a row, as many cells as columns, every column there and known."""
    shown = path.as_posix()
    content, faults = read_bytes(path, shown)
    text = decode(content)
    if faults or text is None:
        return None, faults or [unreadable(content, shown)]
    reader = csv.reader(io.StringIO(text, newline=""))
    lines = [(reader.line_num, [*map(one_line, cells)]) for cells in reader]
    header = [cell.strip() for cell in lines[0][1]] if lines else []
    faults = [Fault(shown, found, remedy, 1) for found, remedy in _header_faults(header, table)]
    rows, before = list[Line](), 1
    for line, cells in [] if faults else lines[1:]:
        if line > before + 1:
            faults.append(
                Fault(shown, f"这一行的引号没有写完，一直连到第 {line} 行", "请补上英文引号或删去它", before + 1)
            )
        elif any(cells) and len(cells) != len(header):
            faults.append(
                Fault(shown, f"有 {len(cells)} 个单元格，表头有 {len(header)} 个", "请检查逗号是否多了或少了", line)
            )
        elif any(cells):
            rows.append(MappingProxyType(dict(zip(header, cells, strict=True)) | {"line": str(line)}))
        before = line
    if not faults and not rows:
        faults.append(Fault(shown, "只有表头，没有内容", _WHOLE, 1))
    return (None if faults else tuple(rows)), faults


def _header_faults(header: Sequence[str], table: RuleTable) -> Iterator[tuple[str, str]]:
    if not any(header):
        yield "文件是空的", _WHOLE
        return
    known = f"这张表的列是：{'、'.join(table.columns)}"
    for title in dict.fromkeys(header):
        if header.count(title) > 1:
            yield f"列“{title}”出现了 {header.count(title)} 次", "每列只保留一次"
        if title not in table.columns:
            yield f"不认识的列“{title}”", did_you_mean(title, table.columns) + known
    for title in table.columns:
        if title not in header:
            yield f"缺少列“{title}”", known


def _faults_of_rows(rows: Sequence[Line], table: RuleTable, shown: str, book: Book) -> list[Fault]:
    complaints = {  # of each cell once, however often it stands in its column
        column: {cell: kind.complaint(cell, book) for cell in {row[column] for row in rows}}
        for column, kind in table.columns.items()
    }
    faults = [
        Fault(shown, said, kind.remedy, int(row["line"]), column)
        for row in rows
        for column, kind in table.columns.items()
        if (said := complaints[column][row[column]])
    ]
    last = int(rows[-1]["line"])
    for column, needed in table.needs.items():
        absent = [word for word in needed if word not in {row[column] for row in rows}]
        if absent:
            faults.append(Fault(shown, f"缺少 {column} 为 {'、'.join(absent)} 的行", "测算要用到，请补上", last))
    return faults or [Fault(shown, *_turned(found)) for rule in table.rules for found in rule(rows)]


def _turned(found: tuple[int, str | None, str, str]) -> tuple[str, str, int, str | None]:
    line, column, said, remedy = found
    return said, remedy, line, column


def _faults_of_keys(
    given: Any, pattern: Any, keys: tuple[str, ...], book: Book
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Hold a value of a settings file against its pattern, all the way down."""
    name = keys[-1] if keys else ""
    if isinstance(pattern, Kind):
        if said := pattern.refusal(given, book):
            yield keys, f"{'.'.join(keys)} {said}", pattern.remedy
    elif isinstance(pattern, Listed):
        if not isinstance(given, list) or (not given and not pattern.may_be_empty):
            yield keys, f"{'.'.join(keys)} 填写的是{as_word(given) if given != [] else '空的列表'}", "请写成 [……, ……]"
            return
        if pattern.size and len(given) != pattern.size:
            yield keys, f"{name} 有 {len(given)} 项", f"应有 {pattern.size} 项"
        for value in given:
            yield from _faults_of_keys(value, pattern.pattern, keys, book)
    elif not isinstance(given, Mapping):
        yield (
            keys,
            f"{'.'.join(keys)} 填写的是“{as_word(given)}”，不是一张表",
            f"请写成 [{'.'.join(keys)}]，下面逐项填写",
        )
    elif isinstance(pattern, Each):
        if not given:
            yield keys, f"[{name}] 是空的", _WHOLE
        for key, value in given.items():
            yield from _faults_of_keys(value, pattern.pattern, (*keys, key), book)
    else:
        yield from _faults_of_table(given, pattern, keys, book)


def _faults_of_table(
    given: Mapping[str, Any], pattern: Mapping[str, Any], keys: tuple[str, ...], book: Book
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    inside = f"[{'.'.join(keys)}] 里" if keys else ""
    known = {key.removesuffix("?"): below for key, below in pattern.items()}
    for key in given:
        if key not in known:
            few = f"可填：{'、'.join(known)}" if len(known) <= 20 else "没有程序用到它，请删去"
            yield (*keys, key), f"{inside}有不认识的项目“{as_word(key)}”", did_you_mean(key, known) + few
    for key in pattern:
        if not key.endswith("?") and key not in given:
            yield keys, f"{inside}缺少“{key}”", "测算要用到，请补上"
    for key, value in given.items():
        if key in known:
            yield from _faults_of_keys(value, known[key], (*keys, key), book)
