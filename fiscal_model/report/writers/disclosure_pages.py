"""The pages of disclosure: the tables that have to be published, written out for the county's budget, final accounts, debt and departments."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Content, table
from fiscal_model.report.ledger import Ledger
from fiscal_model.report.ledgers.disclosure_ledgers import disclosed_accounts, disclosed_departments, disclosed_figures
from fiscal_model.report.method_text import Part
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.disclosure_tables import general_table, issues_table, limits_table, special_table
from fiscal_model.report.writers.short_document import write_short_document
from fiscal_model.words.table import ReportTable

_MOST = 10_000
"""Rows of a table printed in full: what is published is whole."""
_SETS = ((disclosed_figures, "政府预算"), (disclosed_accounts, "政府决算"))


def write_disclosure(folder: Path, plan: Plan) -> tuple[Path, ...]:
    """Write `disclosure.docx` where the place registers what it discloses; return what was written."""
    place = plan.basis.place
    if not place.has("disclosures") or not (parts := disclosure_parts(plan)):
        return ()
    titles = ("预决算公开", place.title, *(("本地区为虚构，全部数据仅供演示",) if place.invented else ()))
    return (write_short_document(folder / "disclosure.docx", titles, parts, "预决算公开", _MOST),)


def disclosure_parts(plan: Plan) -> list[Part]:
    """Return a chapter for the budget, the final accounts, the debt and each department: its required tables, and those without figures.

    Only sums by subject, unit and item are laid out: no register with sensitive fields is read.
    """
    parts = []
    for ledger, name in _SETS:
        if plan.basis.place.has(ledger.register) and len(found := ledger.find(plan)):
            parts.append(_part(f"{found.attrs['year']}年{name}", ledger, found))
    debt = [
        made for each in (limits_table, general_table, special_table, issues_table) if (made := each(plan)) is not None
    ]
    parts += [Part("政府债务", (), tuple(map(rounded, debt)))] if debt else []
    if plan.basis.place.has(disclosed_departments.register):
        found = disclosed_departments.find(plan)
        for department, rows in found.groupby("department", sort=False):
            parts.append(_part(f"{department}{found.attrs['year']}年部门预算", disclosed_departments, rows))
    return parts


def _part(heading: str, ledger: Ledger, found: pd.DataFrame) -> Part:
    absent = found.loc[found["doubt"] != "", "sheet"]
    said = f"没有数的表，公开前补齐，或注明没有此项收支：{'、'.join(absent)}。"
    tables = [
        _table(ledger, str(sheet), rows) for sheet, rows in found[found["doubt"] == ""].groupby("sheet", sort=False)
    ]
    return Part(heading, (said,) if len(absent) else (), tuple(tables))


def _table(ledger: Ledger, sheet: str, rows: pd.DataFrame) -> ReportTable:
    """One table as published: the ledger's figures, without its opinion."""
    columns = [each for each in ledger.columns if getattr(each, "kind", "text") != "text"]
    listed: list[Mapping[Any, Any]] = [{**row, "row": f"row_{at}"} for at, row in enumerate(rows.to_dict("records"), 1)]
    made = table("", ledger.id, sheet, "项目", columns, row_id="row")(lambda plan: Content(listed))(None)
    assert made is not None
    return rounded(made)
