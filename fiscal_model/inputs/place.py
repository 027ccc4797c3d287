"""Read a place folder into one frozen object; every fault of every table in one error."""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from fiscal_model.inputs.form import Form, facts_of, form_in, is_form, read_form
from fiscal_model.inputs.form_words import FORM_FILE
from fiscal_model.inputs.guide import GUIDE_FILES
from fiscal_model.inputs.place_facts import FACTS, LEVELS, PLACE_FILE, read_facts
from fiscal_model.inputs.plausible import Doubt, doubts_about
from fiscal_model.inputs.sheets import ReadFile, read_content
from fiscal_model.inputs.unread import READ_AS, other_files, stray_tables
from fiscal_model.inputs.vintages import FOLDER as PAST_PLANS
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.heading import Heading
from fiscal_model.registers.raw_rows import CheckedRow
from fiscal_model.registers.rules import ReadTables
from fiscal_model.registers.schema import Table
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.files import read_bytes
from fiscal_model.words.markup import Sheet, card, shows_itself
from fiscal_model.words.vocabulary import Budget, Scope

_DOUBTS = 5
"""So many doubts about figures are said before all else; table 31 has them all."""
_REMEMBERED = 512
"""So many files that were read are remembered."""
_TABLE_NAMED = re.compile(r"\b([a-z_]+) 表")
_ONE_PLACE = "同一张表只填一处，请把要用的行并到一处，清空另一处"


@shows_itself
@dataclass(frozen=True, eq=False, repr=False)  # is itself: what was found for it is remembered by identity
class Place:
    """What a bureau observed about one place. Money is 万元.

    Parameters
    ----------
    id, name, level, province, issuing_office : str
        Folder name, Chinese name, ``county`` or ``prefecture``, province, the office that the cover names.
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
    files : mapping of str to str
        Where each table was read from, as messages name it.
    unread : tuple of str
        Files and folders beside the tables that are no part of a place folder.
    doubts : tuple of Doubt
        Figures that are odd beside others, and may yet be true; the plan prints them.
    made_of : tuple of str
        In Chinese, a line a table: what was skipped, converted or taken for granted to read it.
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
    files: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    made_of: tuple[str, ...] = ()
    issuing_office: str = ""

    def has(self, table: str) -> bool:
        """Tell whether a table is there with at least one row."""
        return table in self.tables

    def rows(self, table: str) -> pd.DataFrame:
        """Return a table's rows, an empty frame with the right columns when the table is absent."""
        if table in self.tables:
            return self.tables[table]
        return _no_rows(table).copy()

    @property
    def title(self) -> str:
        """Name as printed, with 本级 where the plan is for the level alone, and a plain word when the place is invented."""
        name = f"{self.name}本级" if self.scope is Scope.OWN_LEVEL else self.name
        return f"{name}（虚构）" if self.invented else name

    @property
    def doubts_said(self) -> str:
        """What was handed in and is odd beside other figures, or that nothing is; plan, report and notebooks open with it."""
        if not self.doubts:
            return "录入的数互相对照，没有相差悬殊的。"
        more = f"其余{len(self.doubts) - _DOUBTS}处见附表31。" if len(self.doubts) > _DOUBTS else ""
        said = "；".join(f"（{count}）{doubt.text}" for count, doubt in enumerate(self.doubts[:_DOUBTS], 1))
        return f"数据疑点：录入的数有{len(self.doubts)}处与其他数相差悬殊，请先核对；规划按录入的数测算。{said}。{more}"

    def in_its_words(self, text: str) -> str:
        """Name the sheet of a form where a text names the table that was read from it."""
        sheets = {name: file.rpartition("/")[2] for name, file in self.files.items() if file.endswith("”")}
        return _TABLE_NAMED.sub(lambda found: f"{sheets[found[1]]}表" if found[1] in sheets else found[0], text)

    @property
    def said_in(self) -> str:
        """The file that says what holds for the place, its own assumptions among it, as messages name it."""
        if self.folder.is_file():
            return self.folder.as_posix()
        by_form = FORM_FILE in self.digests and PLACE_FILE not in self.digests
        return _shown(self.folder / (FORM_FILE if by_form else PLACE_FILE))

    @property
    def sheet(self) -> Sheet:
        """What was handed in, as a table: where it is, which years it covers, which tables it fills."""
        years = [int(year) for name in ("totals", "ledger") for year in self.rows(name)["year"].dropna()]
        said = {
            "所在": " ".join(filter(None, (self.province, LEVELS[self.level]))),
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
        Holds ``place.toml`` and the tables of `fiscal_model.registers.catalogue.TABLES`, each as ``.csv`` or ``.xlsx``; or
        the Excel form ``填报表.xlsx`` in place of them or beside them. Or such a form alone.
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
    folder = _place_of(Path(folder))
    alone = folder.is_file()
    if not alone and not folder.is_dir():
        raise InputError([Fault(str(folder), "没有这个文件夹", "请检查路径，或用 fiscal-model new 新建")])
    path = folder if alone else form_in(folder)
    form = read_form(path) if path else None
    about, faults = _about(folder, form)
    tables: dict[str, pd.DataFrame] = {}
    files: dict[str, str] = {}
    headings: dict[str, tuple[Heading, Table]] = {}
    made_of: list[str] = []
    base = _shown(folder.parent if alone else folder)
    for table in TABLES.values():
        for file, shown, read, frame in _sources_of(folder, form, table):
            faults += read.faults
            if read.rows and table.name in tables:
                found = f"{Path(shown).name} 里也填了{table.label}"
                faults.append(Fault(_shown(folder / files[table.name]), found, _ONE_PLACE))
            if read.rows or table.name not in files:
                headings[shown] = headings[f"{base}/{table.name}"] = (read.heading, table)
                files[table.name] = file
            if read.rows:
                tables[table.name] = frame.copy(deep=False)  # What is remembered stays as it was read
                made_of += [f"{table.label}表（{file}）：{'；'.join(read.said)}"] if read.said else []
    faults += [] if alone else stray_tables(folder)
    if not faults and not {"totals", "ledger"} & set(tables):
        where = form.shown("totals") if form else _shown(folder / files.get("totals", "totals.csv"))
        line = 1 if form or "totals" in files else None
        faults.append(Fault(where, "totals 表和 ledger 表都没有数", "请至少在 totals.csv 填写历年收入和支出总量", line))
    together = ReadTables(tables, base, files)
    faults = faults or [fault for table in TABLES.values() for fault in table.faults_between(together)]
    doubts = () if faults else doubts_about(together, str(about["scope"]))
    faults = faults or [doubt.fault for doubt in doubts if doubt.refused]
    if faults:
        told = [_in_typed_words(fault, headings) for fault in faults]
        raise InputError(map(form.said, told) if form else told)
    place = Place(
        id=_id_of(folder, about) if alone else folder.resolve().name,
        folder=folder,
        tables=MappingProxyType(tables),
        digests=MappingProxyType(digests_of(folder)),
        files=MappingProxyType({name: together.file(name) for name in files}),
        made_of=tuple(made_of),
        unread=(*(form.unread if form else ()), *(() if alone else other_files(folder))),
        doubts=tuple(replace(doubt, fault=form.said(doubt.fault)) for doubt in doubts) if form else doubts,
        **about,
    )
    return _in_scope(place, scope) if scope and scope != place.scope else place


def digests_of(folder: str | Path) -> dict[str, str]:
    """Return the SHA-256 of each file from which a place is read, whether or not it can be read."""
    folder = _place_of(Path(folder))
    form = folder if folder.is_file() else form_in(folder)
    tables = (f"{table}{suffix}" for table in TABLES for suffix in READ_AS)
    paths = (folder / name for name in (PLACE_FILE, *tables))
    return {path.name: _digest(path) for path in (*paths, *filter(None, (form,))) if path.is_file()}


def _place_of(given: Path) -> Path:
    """The place folder, or a form that stands alone: one beside which lie parts of a place folder stands for that folder."""
    beside = (PLACE_FILE, *GUIDE_FILES, PAST_PLANS)
    inside = given.name == FORM_FILE and is_form(given) and any((given.parent / name).exists() for name in beside)
    return given.parent if inside or (given.is_file() and not is_form(given)) else given


def _about(folder: Path, form: Form | None) -> tuple[dict[str, Any], list[Fault]]:
    """What is said of a place by ``place.toml`` or the form; where both speak they agree."""
    if form is None:
        return read_facts(folder)
    if not (folder / PLACE_FILE).is_file():
        about, faults = facts_of(form) if form.is_read else ({}, [])
        return about, [*form.faults, *faults]
    about, faults = read_facts(folder)
    differing = [fact.label for fact in FACTS if fact.key in form.facts and form.facts[fact.key] != about.get(fact.key)]
    if differing and not faults:
        found = f"“基本情况”与 place.toml 不一致：{'、'.join(differing)}"
        faults = [Fault(_shown(form.path), found, "请改成一致，或删去 place.toml")]
    return about, [*form.faults, *faults]


def _sources_of(folder: Path, form: Form | None, table: Table) -> Iterator[tuple[str, str, ReadFile, pd.DataFrame]]:
    """Where a table may stand, its files and then its sheet of the form: the name within the folder, that in messages, what was read."""
    for suffix in READ_AS:
        path = folder / f"{table.name}{suffix}"
        if os.path.lexists(path):
            yield path.name, _shown(path), *_read(path, table, _shown(path))
    if form and table.name in form.tables:
        shown = form.shown(table.name)
        yield form.file(table.name), shown, *_checked(form.read(table.name), table, shown)


def _read(path: Path, table: Table, shown: str) -> tuple[ReadFile, pd.DataFrame]:
    content, faults = read_bytes(path, shown)
    if faults:
        return ReadFile([], faults), pd.DataFrame()
    known = _faultless(content, path.suffix, table)
    return known or _checked(read_content(content, path.suffix, table, shown), table, shown)


@lru_cache(maxsize=_REMEMBERED)
def _faultless(content: bytes, suffix: str, table: Table) -> tuple[ReadFile, pd.DataFrame] | None:
    """What a file without fault holds; a place has many, and seldom more than one has changed since it was read."""
    read, frame = _checked(read_content(content, suffix, table, ""), table, "")
    return None if read.faults else (read, frame)


def _checked(read: ReadFile, table: Table, shown: str) -> tuple[ReadFile, pd.DataFrame]:
    """Hold the rows against what must hold across their columns, then lay them out."""
    across = [
        Fault(shown, found, remedy, line=row.line, column=column)
        for row in read.rows
        for column, found, remedy in table.complaints(row.values)
    ]
    return replace(read, faults=[*read.faults, *across]), _frame(read.rows)


def _id_of(form: Path, about: Mapping[str, Any]) -> str:
    """The id of a place that is one file: the file's name, the place's where the file is called as all are."""
    name = about["name"] if form.stem.startswith(Path(FORM_FILE).stem) else form.stem
    return re.sub(r"[^\w-]+", "-", name).strip("-")[:60]


def _in_scope(place: Place, scope: str) -> Place:
    """The same folder in another scope: what does not say whose figures it holds is the folder's own scope's."""
    if scope not in list(Scope):
        raise InputError(
            [Fault(_shown(place.folder), f"口径填写的是“{scope}”", "只能填 whole（全辖）或 own_level（本级）")]
        )
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


def _frame(rows: list[CheckedRow]) -> pd.DataFrame:
    columns = {name: _series([row.values[name] for row in rows]) for name in (rows[0].values if rows else ())}
    return pd.DataFrame({**columns, "row_line": [row.line for row in rows]})


def _series(cells: list[Any]) -> pd.Series:
    """Numbers and words, an empty one as NaN; days as they are.

    Python's own texts: read one by one, which is how most of this package reads them, pandas' are ten times slower.
    """
    given = [cell for cell in cells if cell is not None]
    if given and all(isinstance(cell, int | float) for cell in given):
        return pd.Series(cells)
    words = any(isinstance(cell, str) for cell in given)
    return pd.Series([math.nan if cell is None else cell for cell in cells] if words else cells, dtype=object)


def _in_typed_words(fault: Fault, headings: Mapping[str, tuple[Heading, Table]]) -> Fault:
    heading, table = headings.get(fault.where, (None, None))
    return fault if heading is None or table is None else heading.in_its_words(fault, table)


@cache
def _no_rows(table: str) -> pd.DataFrame:
    return pd.DataFrame(columns=[*TABLES[table].columns, "row_line"])


def budget_rows(place: Place, budget: Budget) -> pd.DataFrame:
    """Return the ledger rows of one budget in the place's own scope."""
    ledger = place.rows("ledger")
    return ledger[(ledger["budget"] == budget) & (ledger["scope"] == place.scope)]
