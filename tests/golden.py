"""Fingerprints of all that the shipped places print, held against the kept ones: ``python tests/golden.py`` renews them.

A change of the house moves no number. Every line of `plan_table` under every shipped scenario, every printed cell of every
annex table and every paragraph of the report is hashed, one digest a table, so that what moved is named. Renew them only in
a commit that says what moved and why.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from fiscal_model.analysis.rating.rating import rate
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import SHIPPED, read_scenario
from fiscal_model.model.planbook import plan_table
from fiscal_model.model.projection import Plan, project_all
from fiscal_model.report.chapters.all_chapters import write_chapters
from fiscal_model.report.tables.annex import build_tables
from fiscal_model.words.table import ReportTable, printed_row

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "tests" / "golden.json"
PLACES = ("gangu", "lijiang", "yunshui", "zhangye")
PATHS = 200


def fingerprints(place: str) -> dict[str, str]:
    """Return what a place's plans and report come to, name to digest."""
    folder = (ROOT / "data" / "places" / place).relative_to(ROOT)
    scenarios = [read_scenario(name) for name in SHIPPED]
    plans = dict(zip(SHIPPED, project_all(read_place(folder), scenarios), strict=True))
    plan = plans["baseline"]
    fan, rating = simulate(plan, paths=PATHS), rate(plan)
    tables = build_tables(plan, fan, rating, plans)
    chapters = write_chapters(plan, fan, rating, tables, plans)
    found = {f"plan {name}": _digest(_plan_rows(each)) for name, each in plans.items()}
    for name in ("baseline", "optimistic"):
        printed = tables if name == "baseline" else build_tables(plans[name], fan, rating, {})
        found |= {f"table {table.number} {table.id}, {name}": _digest(_printed_rows(table)) for table in printed}
    found |= {f"chapter {chapter.number}": _digest(chapter.paragraphs) for chapter in chapters}
    return found


def _plan_rows(plan: Plan) -> Iterable[str]:
    """Amounts to a tenth of a yuan: the last bits of a float differ from machine to machine."""
    table = plan_table(plan)
    amounts = np.round(table["amount"].to_numpy(dtype=float), 5) + 0.0
    keys = table.drop(columns="amount").astype(str).to_numpy()
    return ("|".join([*key, f"{amount:.5f}"]) for key, amount in zip(keys, amounts, strict=True))


def _printed_rows(table: ReportTable) -> Iterable[str]:
    yield "|".join((table.title, table.unit, table.stub, *table.columns))
    for row in table.rows:
        yield "|".join((row.label, str(row.level), "bold" if row.total else "", *printed_row(table, row)))
    yield from table.notes


def _digest(rows: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def main() -> None:
    """Renew the kept fingerprints, or say with ``--check`` what moved."""
    import os

    os.chdir(ROOT)
    fresh = {place: fingerprints(place) for place in PLACES}
    if "--check" not in sys.argv:
        KEPT.write_text(json.dumps(fresh, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
        return
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    moved = [
        f"{place}: {name}"
        for place in PLACES
        for name in sorted({*kept[place], *fresh[place]})
        if kept[place].get(name) != fresh[place].get(name)
    ]
    print("\n".join(moved) or "nothing moved")
    sys.exit(bool(moved))


if __name__ == "__main__":
    main()
