"""What must hold within the rows of the guarantee items and between them and their dated standards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from fiscal_model.law.guarantee_rows import LEVELS
from fiscal_model.law.guarantee_standards import rule_names, why_unknown
from fiscal_model.registers.refusals import Complaint
from fiscal_model.registers.schema import ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import StandardPart


def guarantee_item_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one row of the guarantee items, and write its rule as an id.

    Examples
    --------
    >>> guarantee_item_fault({f"{level}_share": 0.3 for level in LEVELS} | {"rule": ""})[0][1]
    '四级负担比例相加为 1.2'
    """
    found = []
    total = sum(row[f"{level}_share"] for level in LEVELS)
    if abs(total - 1) > 1e-6:
        remedy = "中央、省、市、县四级相加必须等于 1"
        found.append(("county_share", f"四级负担比例相加为 {total:g}", remedy))
    by_label = {label: rule for rule, label in rule_names().items()}
    row["rule"] = rule = by_label.get(row["rule"], row["rule"])
    if rule and why_unknown(rule):
        found.append(("rule", f"不认识的规则“{rule}”", why_unknown(rule)))
    return found


def standard_change_faults(tables: ReadTables) -> list[Fault]:
    """Hold the dated standards against the items, once every table has been read.

    A date before the item's own year; a local standard below the national one of that day.
    """
    changes = tables.get("standard_changes")
    if changes is None:
        return []
    shown, faults = tables.file("standard_changes"), []
    if "guarantee_items" not in tables:
        return []
    known = tables["guarantee_items"].set_index("item_code")
    for row in changes.itertuples():
        if row.item_code not in known.index:
            continue
        item = known.loc[row.item_code]
        if row.effective.year < item["year"]:
            text = f"执行日期 {row.effective} 早于该项目的基期 {item['year']}年"
            remedy = "基期以前的标准已经包含在清单的标准里，不要再填"
            faults.append(Fault(shown, text, remedy, int(row.row_line), "effective"))
        national = _national_at(changes, row.item_code, row.effective, float(item["standard"]))
        if row.part is StandardPart.LOCAL and row.standard < national - 1e-9:
            text = f"地方标准 {row.standard:g} 元低于国家标准 {national:g} 元"
            faults.append(Fault(shown, text, "地方标准含国家标准，不得低于它", int(row.row_line), "standard"))
    return faults


def _national_at(changes: pd.DataFrame, item: object, day: dt.date, standard: float) -> float:
    """The national standard that the place's own tables give for a day."""
    national = changes[(changes["item_code"] == item) & (changes["part"] == StandardPart.NATIONAL)]
    dated = sorted(zip(national["effective"], national["standard"], strict=True))
    return float(next((amount for begun, amount in reversed(dated) if begun <= day), standard))
