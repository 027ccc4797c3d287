"""Registers with changed rows, and which columns a finer table has overruled so that changing them would do nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pandas as pd

from fiscal_model.blocks.guarantees.guarantee_items import ItemNeeds
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import StandardPart

STAFF = "staff:"
"""What the key of a staff group begins with; every other key is an item's code."""
Edits = Mapping[str, Mapping[str, float]]
"""New values by key and column."""

_EMPLOYER_RATES = ("pension_rate", "annuity_rate", "medical_rate", "other_rate")


def address(key: str) -> tuple[str, str, str]:
    """Return the table, key column and name that a change speaks of.

    Examples
    --------
    >>> address("staff:行政"), address("L12")
    (('staff', 'group', '行政'), ('guarantee_items', 'item_code', 'L12'))
    """
    if key.startswith(STAFF):
        return "staff", "group", key.removeprefix(STAFF)
    return "guarantee_items", "item_code", key


def changed_place(place: Place, edits: Edits, years: tuple[int, ...], guarantees: Guarantees) -> Place:
    """Write new values into a place's registers. The given one is left alone.

    ``edits``: checked new values by key and column.
    ``years``: plan years.
    ``guarantees``: of the unchanged place: its standards by year are what a new standard is a difference to.
    """
    tables = dict(place.tables)
    named: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    for key, values in edits.items():
        table, column, name = address(key)
        named.setdefault((table, column), {})[name] = dict(values)
    for (table, column), written in named.items():
        rows = tables[table].copy()
        at = dict(zip(reversed(rows[column].tolist()), reversed(range(len(rows))), strict=True))
        if table == "guarantee_items":
            _move_standards(tables, place, rows, at, written, years, guarantees)
        for name, values in written.items():
            if table == "staff" and "pay_per_person" in values:
                _scale_pay_items(tables, place, name, values["pay_per_person"])
        for field in dict.fromkeys(field for values in written.values() for field in values):
            new = pd.to_numeric(rows[field]).to_numpy(dtype=float, copy=True)
            mine = [name for name, values in written.items() if field in values]
            new[[at[name] for name in mine]] = [written[name][field] for name in mine]
            rows[field] = new
        tables[table] = rows
    return replace(place, tables=MappingProxyType(tables))


def overruled(place: Place, guarantees: Guarantees, key: str, values: Mapping[str, float]) -> list[tuple[str, str]]:
    """Name the columns that a finer table has overruled: changing them would cost nothing and look like an answer.

    Returns list of (str, str): what was found and what to do instead, in Chinese.
    """
    table, column, name = address(key)
    row = place.rows(table).loc[lambda rows: rows[column] == name].iloc[0]
    reasons: dict[str, tuple[str, str]] = {}
    if table == "staff":
        if (place.rows("staff_ages")["group"] == name).any():
            reasons["exits"] = ("人员年龄表（staff_ages）", "请改 serving_persons 或 entries")
        if any(pd.notna(row[rate]) for rate in _EMPLOYER_RATES if rate in row.index):
            reasons["employer_rate"] = ("分项缴费率", f"请改 {'、'.join(_EMPLOYER_RATES)}")
    else:
        if guarantees.persons is not None and row["driver"] in guarantees.persons.paths:
            reasons["persons_growth"] = ("人口预测（population）", "请改 persons，或改人口表的比率")
        if _has_rule(row):
            reasons["periods"] = ("法定标准（guarantee_standards）", "请改 standard 或 coverage")
    return [
        (f"“{key}”的“{field}”已由{by}取代，改它不影响测算", remedy)
        for field, (by, remedy) in reasons.items()
        if field in values
    ]


def _has_rule(row: Mapping[str, Any]) -> bool:
    return "rule" in row and isinstance(row["rule"], str) and bool(row["rule"])


def _move_standards(
    tables: dict[str, pd.DataFrame],
    place: Place,
    rows: pd.DataFrame,
    at: Mapping[str, int],
    written: dict[str, dict[str, float]],
    years: tuple[int, ...],
    guarantees: Guarantees,
) -> None:
    """A new standard moves the local one with it, and the standards of the plan years that do not come from its row."""
    records = {name: rows.iloc[at[name]] for name, values in written.items() if "standard" in values}
    shifts = {name: written[name]["standard"] - float(row["standard"]) for name, row in records.items()}
    for name, shift in shifts.items():
        if "local_standard" not in written[name] and pd.notna(records[name]["local_standard"]):
            written[name]["local_standard"] = float(records[name]["local_standard"]) + shift
    if not shifts:
        return
    moved = place.rows("standard_changes").copy()
    moved["standard"] = moved["standard"].astype(float) + moved["item_code"].map(shifts).fillna(0.0).astype(float)
    if guarantees.items is not None:
        national = moved["item_code"].isin(shifts) & (moved["part"] == StandardPart.NATIONAL)
        dated = {*moved.loc[national, "item_code"], *(name for name, row in records.items() if _has_rule(row))}
        laid = _dated({name: shift for name, shift in shifts.items() if name in dated}, years, guarantees.items)
        moved = pd.concat([each for each in (moved[~national], laid) if len(each)] or [moved[:0]], ignore_index=True)
    if len(moved):
        tables["standard_changes"] = moved


def _dated(shifts: Mapping[str, float], years: tuple[int, ...], items: ItemNeeds) -> pd.DataFrame:
    """The standards that items have in the plan years, moved, as dated changes of the register."""
    column = {code: position for position, code in enumerate(items.codes)}
    return pd.DataFrame(
        {
            "item_code": code,
            "effective": date(year, 1, 1),
            "part": StandardPart.NATIONAL,
            "standard": max(float(items.national_standard[row, column[code]]) + shift, 0.0),
            "source": "调整测算",
            "note": "",
            "row_line": 0,
        }
        for code, shift in shifts.items()
        for row, year in enumerate(years, 1)
    )


def _scale_pay_items(tables: dict[str, pd.DataFrame], place: Place, group: str, pay: float) -> None:
    """Where pay is the sum of its items, a new pay raises or cuts all of them in proportion."""
    if "pay_items" not in tables:
        return
    rows = tables["pay_items"].copy()
    mine = (rows["group"] == group).to_numpy(dtype=bool)
    rows["amount"] = rows["amount"].astype(float)
    whole = rows.loc[mine, "amount"].sum()
    if whole > 0:
        rows.loc[mine, "amount"] *= pay / whole
        tables["pay_items"] = rows
