"""What the inputs of a plan are called in the workbook: Chinese label, unit, source and quality of each name on the tape."""

from __future__ import annotations

import re
from typing import NamedTuple

from fiscal_model.analysis.explain.origins import origin_of
from fiscal_model.inputs.scenario import kind_of_assumption
from fiscal_model.model.projection import Plan
from fiscal_model.report.writers.workbook_formulas import NO_BOUND
from fiscal_model.words.drivers import DRIVERS_BY_ID
from fiscal_model.words.lines import MONEY

GROUPS = {
    "assumed": "假设（按年度）",
    "base": "基期数和登记数",
    "revenue": "收入",
    "guarantees": "三保",
    "debt": "债务",
    "balance": "收支平衡",
    "law": "票面利率曲线",
    "drivers": "冲击（不变为1，相加的为0）",
}
"""By the first word of a name, in the order of the sheet."""
YELLOW = "#FFFF99"
_SHARE = re.compile(r"share|rate$|coupon|debtor|approved_|split\.(other|grants|excess|own_spending)")


class Named(NamedTuple):
    """What stands beside an input."""

    label: str
    unit: str
    source: str
    quality: str


def named(plan: Plan, name: str, at: tuple[int, ...]) -> Named:
    """Say what an input of the tape is; ``at``: its position in the array that bears the name."""
    origin = origin_of(plan, name, at)
    files = "；".join(
        f"{rows.file} 第{'、'.join(map(str, rows.rows[:4]))}行{'等' if len(rows.rows) > 4 else ''}"
        for rows in origin.files
    )
    source = " ".join((origin.source or f"{origin.how}{f'（{files}）' if files else ''}").split())
    return Named(origin.label.removeprefix("假设："), _unit(name), source, origin.quality)


def number_format(unit: str) -> str:
    """How an input of a unit is shown."""
    return f"{NO_BOUND}#,##0.00" if unit == MONEY else "0.0000##"


def _unit(name: str) -> str:
    first, rest = name.split(".", 1)
    if first == "assumed":
        return {"money": "万元", "plain": "数"}.get(kind_of_assumption(rest), "小数")
    if first in {"drivers", "percentile"}:
        return "倍数" if DRIVERS_BY_ID[rest].neutral else "万元" if rest == "duties" else "小数"
    return "小数" if _SHARE.search(name) else "万元"
