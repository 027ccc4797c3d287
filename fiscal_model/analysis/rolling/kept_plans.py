"""A plan turned into what is kept of it: its lines, its assumptions, its quantiles, what it was made with."""

from __future__ import annotations

import datetime as dt
import json
import re
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from fiscal_model.inputs.fingerprints import NOT_KEPT, history_fingerprint, rules_digest
from fiscal_model.inputs.vintages import (
    ASSUMPTION,
    BASE,
    COLUMNS,
    HEADER_FILE,
    PLAN,
    QUANTILES,
    ROWS_FILE,
    SCENARIO_FILE,
    TABLES_FOLDER,
    Vintage,
    content_digest,
)
from fiscal_model.model.planbook import plan_table
from fiscal_model.model.projection import Plan
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.lines import MONEY
from fiscal_model.words.plain import csv_text, toml_text
from fiscal_model.words.vocabulary import Unit

DIGITS = 12
"""Significant digits kept: far below a printed unit, and the same on machines whose last digit differs."""


def vintage_of(plan: Plan, made_on: str) -> Vintage:
    """Return what is kept of a plan. Named ``<base year>-<scenario>``.

    ``made_on``: ISO day; given, so that the same plan gives the same bytes.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> kept = vintage_of(plan, "2026-03-01")
    >>> kept.name, bool(abs(kept.line("own_revenue")[0] - plan.line("own_revenue")[0]) < 1e-5)
    ('2024-baseline', True)
    """
    basis = plan.basis
    word = re.sub(r"[^\w-]+", "-", basis.scenario.id).strip("-") or "scenario"
    return Vintage(
        name=f"{plan.base_year}-{word}",
        place=basis.place.id,
        base_year=plan.base_year,
        years=plan.years,
        scenario=basis.scenario,
        made_on=made_on,
        version=version("fiscal-model"),
        rules=rules_digest(),
        history=history_fingerprint(basis.place, plan.base_year),
        method=dict(sorted(basis.grain.items())),
        assumptions=dict(sorted(basis.place.assumptions.items())),
        rows=_rows(plan),
        tables={name: basis.place.rows(name) for name in sorted(set(basis.place.tables) - NOT_KEPT)},
    )


def vintage_files(vintage: Vintage) -> dict[str, bytes]:
    """Return the files of a past plan: name to content, the same bytes for the same plan: dict of str to bytes.

    Header, lines, scenario, and each register in the sub-folder ``tables``.
    """
    rows = _csv(vintage.rows)
    header = {
        "place": vintage.place,
        "base_year": vintage.base_year,
        "years": list(vintage.years),
        "scenario": vintage.scenario.id,
        "made_on": vintage.made_on,
        "version": vintage.version,
        "rules": vintage.rules,
        "history": vintage.history,
        "plan_digest": content_digest(rows),
    }
    lines = [f"{name} = {_toml(value)}" for name, value in header.items()]
    for name, table in (("method", vintage.method), ("assumptions", vintage.assumptions)):
        lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    return {
        HEADER_FILE: ("\n".join(lines) + "\n").encode("utf-8"),
        ROWS_FILE: _MARK + rows.encode("utf-8"),
        SCENARIO_FILE: vintage.scenario.to_toml().encode("utf-8"),
        **{
            f"{TABLES_FOLDER}/{name}.csv": _MARK + _register(name, table).encode("utf-8")
            for name, table in vintage.tables.items()
        },
    }


_MARK = "\ufeff".encode("utf-8")


def _toml(value: Any) -> str:
    """A value on one line; numbers, truths and lists of them are written as in JSON."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(entry)}" for key, entry in value.items()) + "}"
    return toml_text(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _register(name: str, rows: pd.DataFrame) -> str:
    """A register as a table file that reads back to the same rows; money is in 万元 in memory."""
    columns = [column for column in TABLES[name].columns if column in rows.columns]
    units = {"unit": Unit.TEN_THOUSAND_YUAN.value} if TABLES[name].money else {}
    cells = (dict(zip(columns, map(_cell, row), strict=True)) for row in rows[columns].itertuples(index=False))
    return csv_text([columns, *((row | units).values() for row in cells)])


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    return value.isoformat() if isinstance(value, dt.date) else str(getattr(value, "value", value))


def _rows(plan: Plan) -> pd.DataFrame:
    table = plan_table(plan)
    table = table[table["amount"].notna() & (table["year"] >= plan.base_year)]
    table = table.assign(kind=np.where(table["year"] == plan.base_year, BASE, PLAN))
    rows = [*table[list(COLUMNS)].itertuples(index=False, name=None), *_assumptions(plan), *_quantiles(plan)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["year"] = frame["year"].astype(int)
    frame["amount"] = [float(f"{value:.{DIGITS}g}") for value in frame["amount"]]
    return frame


def _assumptions(plan: Plan) -> list[tuple]:
    assumed = plan.basis.assumed
    return [
        (ASSUMPTION, "", name, "", year, value, "")
        for name in assumed.entries
        for year, value in zip(plan.years, assumed.path(name), strict=True)
        if np.isfinite(value)
    ]


def _quantiles(plan: Plan) -> list[tuple]:
    """The statistical interval of own revenue, as the plan's fan draws it."""
    own, deviation = plan.line("own_revenue"), plan.basis.revenue.forecast.deviation
    return [
        (kind, "revenue", "own_revenue", "一般公共预算收入", year, value, MONEY)
        for level, kind in QUANTILES.items()
        for year, value in zip(plan.years, own * np.exp(ndtri(level) * deviation), strict=True)
    ]


def _csv(rows: pd.DataFrame) -> str:
    cells = rows[list(COLUMNS)].itertuples(index=False)
    return csv_text(
        [COLUMNS, *([f"{cell:.{DIGITS}g}" if isinstance(cell, float) else cell for cell in row] for row in cells)]
    )
