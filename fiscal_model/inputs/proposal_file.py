"""Read a proposal from the file of an applicant: `proposal.toml`, or the Excel application form as it was filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from fiscal_model.inputs.habits.grid import Grid, filled
from fiscal_model.inputs.habits.workbook_sheets import as_text, sheet_as_typed
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.plausible import doubts_about
from fiscal_model.inputs.proposal import PROPOSAL_TABLES, Proposal, list_proposals, proposals_in
from fiscal_model.inputs.sheets import checked_grid
from fiscal_model.inputs.workbooks import no_workbook, open_workbook
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.example_row import EXAMPLE_MARK
from fiscal_model.registers.rules import ReadTables
from fiscal_model.registers.schema import Column, Table
from fiscal_model.registers.titles import read_title
from fiscal_model.words.errors import Fault, InputError, did_you_mean
from fiscal_model.words.files import as_word, decode, line_of, read_bytes, read_toml
from fiscal_model.words.vocabulary import Unit

SHEETS = dict(zip(PROPOSAL_TABLES, ("申报表", "分年支出", "资金来源", "抵顶支出"), strict=True))
PARTS = dict(zip(PROPOSAL_TABLES, ("proposal", "costs", "sources", "offsets"), strict=True))
CODE, LABEL, FILLED_IN = "proposal_code", "项目", "填写"
_USUAL_SOURCE = "申报单位填报"
_TOML_REMEDY = (
    '请写 [proposal]，下面逐项 name = "…"；支出写 [[costs]]，来源写 [[sources]]，抵顶写 [[offsets]]；中文的项目名加引号'
)


@dataclass(frozen=True)
class _Given:
    """One table of a file: rows as typed, what messages call it, the line of each column where it stands upright."""

    grid: Grid
    shown: str
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def read_proposal(path: str | Path, place: Place | None = None) -> Proposal:
    """Read one proposal.

    Parameters
    ----------
    path : str or Path
        A ``.toml`` file (``[proposal]``, ``[[costs]]``, ``[[sources]]``, ``[[offsets]]``; columns of the registers by their English
        or Chinese name, money in 万元 unless ``unit`` says otherwise), or the Excel form as the applicant filled it in.
    place : Place, optional
        Whose registers it refers to (guarantee items, staff groups, offsets of other proposals) and whose size its figures
        are held against.

    Raises
    ------
    InputError
        Every fault, with file, line and remedy.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "proposal.toml"
    ...     _ = path.write_text('''[proposal]
    ... name = "社区食堂补贴"
    ... kind = "支出政策"
    ... start_year = 2027
    ... [[costs]]
    ... year = 2027
    ... part = "经常性"
    ... amount = 36
    ... ''', encoding="utf-8")
    ...     read_proposal(path).life().cost[:2].tolist()
    [36.0, 36.0]
    """
    path = Path(path)
    shown = path.as_posix()
    if not path.is_file():
        raise InputError([Fault(shown, "没有这个文件", "请检查路径；空表用 fiscal-model proposal-form 生成")])
    given, faults = _of_toml(path, shown) if path.suffix.lower() == ".toml" else _of_form(path, shown)
    if faults:
        raise InputError(faults)
    return proposals_in(_checked(given, path, place), shown)[0]


def _checked(given: Mapping[str, _Given], path: Path, place: Place | None) -> dict[str, list[dict[str, Any]]]:
    """The checked rows by table; every fault of every table in one error."""
    tables, faults = dict[str, pd.DataFrame](), list[Fault]()
    for name, of in given.items():
        table = TABLES[name]
        read = checked_grid(of.grid, table, of.shown)
        faults += read.faults
        faults += [
            Fault(of.shown, found, remedy, line=row.line, column=column)
            for row in read.rows
            for column, found, remedy in table.complaints(row.values)
        ]
        if read.rows:
            frame = pd.DataFrame([row.values for row in read.rows]).assign(row_line=[row.line for row in read.rows])
            tables[name] = frame.astype(dict.fromkeys(frame.select_dtypes("str"), object))
    if not faults:
        known = {name: rows for name, rows in place.tables.items() if name not in PROPOSAL_TABLES} if place else {}
        together = ReadTables(
            {**known, **_with_others(tables, place)}, "", {name: of.shown for name, of in given.items()}
        )
        faults += [fault for name in tables for fault in TABLES[name].faults_between(together)]
        if place and not faults:
            files = {**place.files, **{name: of.shown for name, of in given.items()}}
            odd = ReadTables({**known, **tables}, "", files)
            shown = {of.shown for of in given.values()}
            doubts = doubts_about(odd, str(place.scope))
            faults += [doubt.fault for doubt in doubts if doubt.refused and doubt.fault.where in shown]
    if faults:
        raise InputError([_where_it_stands(fault, given) for fault in faults])
    return {name: _records(tables[name]) if name in tables else [] for name in PROPOSAL_TABLES}


def _with_others(tables: Mapping[str, pd.DataFrame], place: Place | None) -> dict[str, pd.DataFrame]:
    """The offsets that the place's other proposals count on stand before the file's own: each is used once."""
    if place is None or "proposal_offsets" not in tables:
        return dict(tables)
    own = tables["proposal_offsets"]
    others = place.rows("proposal_offsets")
    others = others[others[CODE] != own[CODE].iloc[0]]
    proposals = place.rows("proposals")
    return {**tables,
            "proposals": pd.concat([proposals[proposals[CODE].isin(others[CODE])], tables["proposals"]]) if len(others) else tables["proposals"],
            "proposal_offsets": pd.concat([others, own]) if len(others) else own}  # fmt: skip


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return rows.astype(object).where(rows.notna(), None).to_dict("records")  # type: ignore[return-value]


def _where_it_stands(fault: Fault, given: Mapping[str, _Given]) -> Fault:
    """Say a fault of an upright table on the line of its column, columns by their Chinese name."""
    name = next((name for name, of in given.items() if of.shown == fault.where), None)
    if name is None:
        return fault
    table, of = TABLES[name], given[name]
    said = fault.column or ""
    column = said if said in table.columns else read_title(said, table).name
    label = table.label_of(column) if column else fault.column
    line = of.lines.get(column, fault.line) if of.lines else fault.line
    return replace(fault, column=label, line=line, letter="")


def _grid(table: Table, rows: list[tuple[int, dict[str, str]]], code: str) -> Grid:
    """Rows by title as a sheet: the code, the unit and the source are put in where nobody wrote them."""
    titles = list(dict.fromkeys(title for _, row in rows for title in row))
    names = {read_title(title, table).name: title for title in titles}
    money_said = any(read_title(title, table).unit for title in titles)
    usual = {CODE: code, "source": _USUAL_SOURCE, "money": "一般公共预算", "priority": "50"}
    if any(column.name == "unit" for column in table.fields) and not money_said:
        usual["unit"] = Unit.TEN_THOUSAND_YUAN.label
    usual = {name: said for name, said in usual.items() if name in table.columns}
    added = [name for name in usual if name not in names]
    header = (0, (*titles, *(table.label_of(name) for name in added)))
    filled_rows = [
        (
            line,
            (
                *(row.get(title, "") or usual.get(read_title(title, table).name, "") for title in titles),
                *(usual[name] for name in added),
            ),
        )
        for line, row in rows
    ]
    return Grid((header, *filled_rows))


def _of_toml(path: Path, shown: str) -> tuple[dict[str, _Given], list[Fault]]:
    given, faults = read_toml(path, shown, _TOML_REMEDY)
    if faults:
        return {}, faults
    text = decode(read_bytes(path, "")[0]) or ""
    keys = {key: name for name, part in PARTS.items() for key in (part, SHEETS[name], name, TABLES[name].label)}
    unknown = [key for key in given if key not in keys]
    faults = [
        Fault(shown, f"不认识的“{as_word(key)}”", f"{did_you_mean(key, keys)}{_TOML_REMEDY}", line_of(text, key))
        for key in unknown
    ]
    by_table = {keys[key]: value for key, value in given.items() if key in keys}
    about = by_table.get("proposals")
    if not isinstance(about, Mapping):
        return {}, [*faults, Fault(shown, "没有 [proposal]", _TOML_REMEDY, 1)]
    code = str(next((about[key] for key in (CODE, "事项编号") if key in about), path.stem))
    found = {}
    for name, value in by_table.items():
        rows = [value] if isinstance(value, Mapping) else value
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            faults.append(Fault(shown, f"“{PARTS[name]}”的写法不对", _TOML_REMEDY, line_of(text, PARTS[name])))
            continue
        starts = _starts(text, {key for key, of in keys.items() if of == name})
        told = [(starts[at] if at < len(starts) else 1, {str(key): _cell(cell) for key, cell in row.items()})
                for at, row in enumerate(rows)]  # fmt: skip
        lines = (
            {read_title(key, TABLES[name]).name: line_of(text, key) or 1 for key in rows[0]}
            if name == "proposals"
            else {}
        )
        if told:
            found[name] = _Given(
                _grid(TABLES[name], told, code), shown if name == "proposals" else f"{shown} [[{PARTS[name]}]]", lines
            )
    return found, faults


def _cell(value: object) -> str:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else as_text(value)


def _starts(text: str, keys: set[str]) -> list[int]:
    """The lines on which the tables of some names begin."""
    heads = {f"[{key}]" for key in keys} | {f"[[{key}]]" for key in keys}
    return [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if line.split("#")[0].strip().replace(" ", "").replace('"', "") in heads
    ]


def _of_form(path: Path, shown: str) -> tuple[dict[str, _Given], list[Fault]]:
    """The form: one sheet upright, an item a row; the others as tables, rows that nobody filled and examples apart."""
    from python_calamine import CalamineError

    content, faults = read_bytes(path, shown)
    book, wrong = open_workbook(content, shown) if not faults else (None, [])
    if book is None:
        return {}, [*faults, *wrong]
    try:
        by_label = {label: name for name, sheet in SHEETS.items() for label in (sheet, TABLES[name].label)}
        sheets = {by_label[label]: (label, sheet_as_typed(book, content, label, f"{shown}“{label}”"))
                  for label in book.sheet_names if label in by_label}  # fmt: skip
    except (CalamineError, OSError, ValueError):
        return {}, [no_workbook(shown)]
    if "proposals" not in sheets:
        said = f"没有工作表“{SHEETS['proposals']}”"
        return {}, [Fault(shown, said, "请用 fiscal-model proposal-form 生成的表填写，不要改工作表名")]
    label, about = sheets.pop("proposals")
    table = TABLES["proposals"]
    cells, lines = _upright(about, table)
    if not cells:
        return {}, [Fault(f"{shown}“{label}”", "“填写”一列是空的", "请按各行填写后存盘", 1)]
    code = cells.get(CODE) or path.stem
    titled = {_title(about, lines[name], table.column(name)): said for name, said in cells.items()}
    found = {"proposals": _Given(_grid(table, [(lines.get("name", 1), titled)], code), f"{shown}“{label}”", lines)}
    for name, (label, grid) in sheets.items():
        kept = [
            (line, cells)
            for line, cells in grid.rows
            if filled(cells) and not any(EXAMPLE_MARK in cell for cell in cells)
        ]
        head = next((at for at, (_, cells) in enumerate(kept) if _is_header(cells, TABLES[name])), None)
        if head is None:
            faults += [Fault(f"{shown}“{label}”", "没有找到表头", "请不要改表头", kept[0][0])] if kept else []
            continue
        titles = kept[head][1]
        rows = [
            (line, {title: cell for title, cell in zip(titles, cells, strict=False) if title})
            for line, cells in kept[head + 1 :]
        ]
        if rows:
            found[name] = _Given(_grid(TABLES[name], rows, code), f"{shown}“{label}”")
    return found, faults


def _upright(grid: Grid, table: Table) -> tuple[dict[str, str], dict[str, int]]:
    """What the column 填写 says of each column of the register, and the line of each."""
    labels = {read_title(column.label, table).name: column.name for column in table.fields}
    at, cells, lines = 1, dict[str, str](), dict[str, int]()
    for line, row in grid.rows:
        if FILLED_IN in row:
            at = row.index(FILLED_IN)
            continue
        name = labels.get(read_title(row[0], table).name) if row[0] else None
        if name is None:
            continue
        lines[name] = line
        if len(row) > at and row[at]:
            cells[name] = row[at]
    return cells, lines


def _title(grid: Grid, line: int, column: Column) -> str:
    """The title as the form has it, with the unit of its money."""
    return next((row[0] for number, row in grid.rows if number == line), column.label)


def _is_header(cells: tuple[str, ...], table: Table) -> bool:
    return sum(bool(read_title(cell, table).name) for cell in cells if cell) >= 3


def find_proposals(place: Place, asked: Sequence[str]) -> tuple[tuple[Proposal, ...], tuple[Proposal, ...]]:
    """Return all proposals of a place with those read from files among them, and those asked for: codes or files; none names all.

    Raises
    ------
    InputError
        Nothing is registered and nothing asked for, a code that is not registered, every fault of a file.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> everything, asked = find_proposals(fm.read_place("data/places/yunshui"), ["YSA03"])
    >>> len(everything), [each.name for each in asked]
    (10, ['城关第二小学扩建'])
    """
    known = {each.proposal_code: each for each in list_proposals(place)}
    found = list(known.values()) if not asked else []
    faults: list[Fault] = []
    for each in asked:
        if each in known:
            found.append(known[each])
        elif Path(each).suffix:
            try:
                found.append(read_proposal(each, place))
            except InputError as error:
                faults += error.faults
        else:
            remedy = (
                f"{did_you_mean(each, known)}可填：{'、'.join(known) or '（没有登记的事项）'}；也可以写申报文件的路径"
            )
            faults.append(Fault("PROPOSAL", f"没有登记编号为“{each}”的申报事项", remedy))
    if not found and not faults:
        remedy = "请填写 proposals 表，或写申报文件的路径；空表用 fiscal-model proposal-form 生成"
        faults = [Fault(place.folder.as_posix(), "没有登记申报事项，没有可以评估的", remedy)]
    if faults:
        raise InputError(faults)
    everything = known | {each.proposal_code: each for each in found}
    return tuple(everything.values()), tuple(found)
