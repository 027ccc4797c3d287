"""What must hold across the columns of the tables of one-offs and of opinions."""

from __future__ import annotations

import difflib
from typing import Any

from fiscal_model.law.classification import REVENUE_LINES, TOTALS_LINES, revenue_line
from fiscal_model.registers.refusals import Complaint

_WHOLE_CLASSES = {"101": "tax_revenue", "103": "nontax_revenue"}
_OF_FUNDS = ("fund_revenue", "land_revenue", "10301", "10310")


def opinion_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check which revenue an opinion is about: one of the general budget."""
    found = revenue_line_fault(row)
    if not found and str(row["line_or_code"]).startswith(_OF_FUNDS):
        remedy = "本表只用于一般公共预算收入；土地和其他基金收入请用情景假设"
        found.append(("line_or_code", f"“{row['line_or_code']}”是政府性基金收入", remedy))
    return found


def revenue_line_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check which revenue a row is about, and write its line as an id."""
    given = row["line_or_code"]
    line = revenue_line(given)
    if line is not None:
        row["line_or_code"] = _WHOLE_CLASSES.get(line, line)
        return []
    names = [TOTALS_LINES[line] for line in REVENUE_LINES]
    near = [name for name in names if given in name] or difflib.get_close_matches(given, [*REVENUE_LINES, *names], n=1)
    hint = f"是否想写“{near[0]}”？" if near else ""
    remedy = f"{hint}可填：{'、'.join(names)}，或 101、103 开头的收入科目编码"
    return [("line_or_code", f"不认识的收入项目“{given}”", remedy)]
