"""Registers with changed rows, and which columns a finer table has overruled so that changing them would do nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd

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
    for key, values in edits.items():
        table, column, name = address(key)
        rows = tables[table].copy()
        at = rows.index[rows[column] == name][0]
        written = dict(values)
        if table == "guarantee_items" and "standard" in values:
            shift = values["standard"] - float(rows.at[at, "standard"])
            if "local_standard" not in values and pd.notna(rows.at[at, "local_standard"]):
                written["local_standard"] = float(rows.at[at, "local_standard"]) + shift
            _shift_dated(tables, place, name, shift, years, guarantees)
        if table == "staff" and "pay_per_person" in values:
            _scale_pay_items(tables, place, name, values["pay_per_person"])
        for field, value in written.items():
            rows[field] = pd.to_numeric(rows[field]).astype(float)
            rows.loc[at, field] = value
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


def _has_rule(row: pd.Series) -> bool:
    return "rule" in row.index and isinstance(row["rule"], str) and bool(row["rule"])


def _shift_dated(
    tables: dict[str, pd.DataFrame],
    place: Place,
    code: str,
    shift: float,
    years: tuple[int, ...],
    guarantees: Guarantees,
) -> None:
    """Move an item's standards of the plan years that do not come from its register row."""
    changes = place.rows("standard_changes") if "standard_changes" not in tables else tables["standard_changes"]
    mine = (changes["item_code"] == code).to_numpy(dtype=bool)
    national = mine & (changes["part"] == StandardPart.NATIONAL).to_numpy(dtype=bool)
    moved = changes.copy()
    moved["standard"] = moved["standard"].astype(float)
    moved.loc[mine, "standard"] += shift
    items = guarantees.items
    row = place.rows("guarantee_items").loc[lambda rows: rows["item_code"] == code].iloc[0]
    if items is not None and (national.any() or _has_rule(row)):
        path = items.national_standard[1:, items.codes.index(code)] + shift
        dated = pd.DataFrame(
            {
                "item_code": code,
                "effective": [date(year, 1, 1) for year in years],
                "part": StandardPart.NATIONAL,
                "standard": np.maximum(path, 0.0),
                "source": "调整测算",
                "note": "",
                "row_line": 0,
            }
        )
        moved = pd.concat([moved[~national], dated], ignore_index=True) if len(moved[~national]) else dated
    if len(moved):
        tables["standard_changes"] = moved


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
