"""Registers with sensitive fields as copies that may be handed on: names and codes are replaced, sums stay."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.plain import csv_frame
from fiscal_model.words.vocabulary import Term

FOLDER = "masked"
PERSON = "姓名"


def write_masked_registers(folder: Path, plan: Plan) -> tuple[Path, ...]:
    """Write a masked copy of every register kept that has a sensitive field, once data are classed; return what was written."""
    place = plan.basis.place
    if not place.has("data_classes") or not (copies := masked_registers(place)):
        return ()
    (folder / FOLDER).mkdir(exist_ok=True)
    paths = {name: folder / FOLDER / f"{name}.csv" for name in copies}
    for name, path in paths.items():
        csv_frame(copies[name]).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
    return tuple(paths.values())


def masked_registers(place: Place) -> dict[str, pd.DataFrame]:
    """Return the copies by register, under printed headings: a value has one number in all of them; free notes are left out.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> masked_registers(fm.read_place("data/places/yunshui"))["supervision_experts"]["姓名"].tolist()[:2]
    ['李某', '王某']
    """
    declared = (each.split() for each in rules("ledger_data")["sensitive_fields"]["value"])
    fields = [(*name.split(".", 1), kind) for name, kind in declared if place.has(name.split(".")[0])]
    numbers = {kind: _numbered(place, [each for each in fields if each[2] == kind]) for *_, kind in fields}
    copies = {name: _printed(name, place.rows(name)) for name, *_ in fields}
    for name, field, kind in fields:
        cells = copies[name][field]
        hidden = cells.str[:1] + "某" if kind == PERSON else cells.map(numbers[kind]).fillna("")
        copies[name] = copies[name].assign(**{field: hidden})
    return {name: rows.rename(columns=TABLES[name].label_of) for name, rows in copies.items()}


def _printed(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The register's own columns but the free note, words as printed."""
    own = rows[[each for each in TABLES[name].columns if each in rows and each != "note"]]
    return own.map(lambda cell: cell.label if isinstance(cell, Term) else cell)


def _numbered(place: Place, fields: list[tuple[str, str, str]]) -> dict[str, str]:
    """Number the values of one kind over all registers, in their order as texts."""
    values = sorted({each for name, field, _ in fields for each in place.rows(name)[field]} - {""})
    return {value: f"{fields[0][2]}{at:03d}" for at, value in enumerate(values, 1)}
