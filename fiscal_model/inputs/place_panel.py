"""From one long table of many places to a folder for each: laid as typed, so that each place answers for its own rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from fiscal_model.inputs.habits.all_steps import as_table
from fiscal_model.inputs.scenario import ID_RULE, may_be_id
from fiscal_model.inputs.sheets import read_grid
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.heading import read_heading
from fiscal_model.registers.place_panel import DEBT_LINES, PLACE_PANEL
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.plain import csv_text, toml_text
from fiscal_model.words.vocabulary import Indicator, Scope, Status

_PREFECTURES = ("市", "州", "盟", "地区")
_DEBT = {name: found[:2] for line, found in DEBT_LINES.items() for name in (line, found[2])}
_MACRO = {name: indicator for indicator in Indicator for name in (indicator.value, indicator.label)}

Figure = Mapping[str, str]


def lay_places(panel: Path, folder: Path) -> list[Path]:
    """Lay a place folder for each place of a panel, below ``folder``, and return them by name.

    The figures stand in them as the panel has them: what is wrong with one is a fault of its place, not of the others. A file
    that has not changed is not touched; other files of a folder stay.

    Raises
    ------
    InputError
        The panel cannot be read, lacks a column, or a place has no name that a folder may bear.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as room:
    ...     panel = Path(room) / "panel.csv"
    ...     rows = "place,province,line,year,amount,unit,source\\n山丹县,甘肃省,own_revenue,2024,5,100m_yuan,决算\\n"
    ...     _ = panel.write_text(rows, encoding="utf-8")
    ...     [laid] = lay_places(panel, Path(room) / "places")
    ...     sorted(path.name for path in laid.iterdir())
    ['place.toml', 'totals.csv']
    """
    found = _by_place(_figures(panel), panel)
    for name, figures in found.items():
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        for file, text in _files(figures).items():
            if not (place / file).is_file() or (place / file).read_text(encoding="utf-8") != text:
                (place / file).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in found]


def _figures(panel: Path) -> list[Figure]:
    """Return the rows of a panel as texts, by column."""
    shown = panel.as_posix()
    grid, faults = read_grid(panel, PLACE_PANEL, shown)
    if grid is None:
        raise InputError(faults)
    raw, settled = as_table(grid, PLACE_PANEL, shown)
    heading, wrong = read_heading(raw.header, raw.letters, raw.header_line, {*raw.facts}, PLACE_PANEL, shown)
    if faults := [*faults, *settled.faults, *wrong]:
        raise InputError(faults)
    names = [title.name for title in heading.titles]
    rows: list[Figure] = [
        {**raw.facts, **dict(zip(names, cells, strict=False)), "row": str(line)} for line, cells in raw.rows
    ]
    if not rows:
        raise InputError([Fault(shown, "表里没有数", "一行填一个数：地区、省份、项目、年度、金额、单位、来源")])
    return rows


def _by_place(figures: list[Figure], panel: Path) -> dict[str, list[Figure]]:
    """Group the figures by the folder of their place; two places of one name are told apart by their province."""
    whole = {(row.get("province", ""), row["place"]): int(row["row"]) for row in reversed(figures)}
    shared = Counter(place for _, place in whole)
    ids = {key: key[0] + key[1] if shared[key[1]] > 1 else key[1] for key in whole}
    faults = [
        Fault(panel.as_posix(), f"地区名称是“{place}”", f"名称用作文件夹名，{ID_RULE}", whole[province, place], "place")
        for (province, place), name in ids.items()
        if not may_be_id(name)
    ]
    if faults:
        raise InputError(faults)
    found: dict[str, list[Figure]] = {}
    for row in figures:
        found.setdefault(ids[row.get("province", ""), row["place"]], []).append(row)
    return dict(sorted(found.items()))


def _files(figures: list[Figure]) -> dict[str, str]:
    """Return the files of one place; a line that nobody knows goes to the totals, whose reader names the nearest."""
    rows: dict[str, list[Figure]] = {"totals": [], "macro": [], "debt": []}
    for row in figures:
        line, usual = row["line"], {"scope": Scope.WHOLE.value, "status": Status.FINAL_ACCOUNTS.value}
        given = usual | {name: cell for name, cell in row.items() if cell}
        if line in _DEBT:
            kind, item = _DEBT[line]
            rows["debt"].append(given | {"kind": kind.value, "item": item.value})
        elif line in _MACRO:
            rows["macro"].append(given | {"indicator": _MACRO[line].value})
        else:
            rows["totals"].append(given)
    laid = {f"{table}.csv": _table_text(table, found) for table, found in rows.items() if found}
    return {"place.toml": _place_text(figures[0]), **laid}


def _table_text(table: str, rows: Iterable[Figure]) -> str:
    columns = TABLES[table].columns
    return csv_text([columns, *([row.get(column, "") for column in columns] for row in rows)])


def _place_text(row: Figure) -> str:
    level = row.get("level") or ("prefecture" if row["place"].endswith(_PREFECTURES) else "county")
    province = f"province = {toml_text(row['province'])}\n" if row.get("province") else ""
    return (
        f'name = {toml_text(row["place"])}\nlevel = {toml_text(level)}\n{province}scope = "whole"\ninvented = false\n'
    )
