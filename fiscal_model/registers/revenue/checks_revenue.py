"""What must hold across the columns of the tables of one-offs and of opinions."""

from __future__ import annotations

import difflib
from typing import Any

from fiscal_model.law.classification import REVENUE_LINES, TOTALS_LINES, revenue_line
from fiscal_model.registers.schema import Complaint
from fiscal_model.words.vocabulary import OneOffKind, YesNo

_WHOLE_CLASSES = {"101": "tax_revenue", "103": "nontax_revenue"}
_OF_FUNDS = ("fund_revenue", "land_revenue", "10301", "10310")


def one_off_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one row of the table of one-offs, and write its line as an id.

    Returns
    -------
    list of (str, str, str)
        Column, what was found, what to write instead.

    Examples
    --------
    >>> row = {"line_or_code": "10307", "kind": OneOffKind.ONE_OFF, "lasting": YesNo.YES, "amount": 5.0}
    >>> one_off_fault(row)[0][1]
    '一次性因素填了持续'
    """
    found = revenue_line_fault(row)
    if row["kind"] is OneOffKind.ONE_OFF and row["lasting"] is YesNo.YES:
        remedy = "只影响一年的填 no；从此一直有的，性质请填 scope（口径变化）或 policy（政策调整）"
        found.append(("lasting", "一次性因素填了持续", remedy))
    if row["amount"] == 0:
        found.append(("amount", "影响金额是 0", "没有影响的事项不要填；金额不清楚的整行不写"))
    return found


def opinion_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one row of the table of opinions, and write its line as an id.

    Examples
    --------
    >>> opinion_fault({"line_or_code": "own_revenue", "made_in": 2026, "year": 2025, "amount": 5.0})[0][1]
    '预测年度 2025 早于作出年度 2026'
    """
    found = revenue_line_fault(row)
    if not found and str(row["line_or_code"]).startswith(_OF_FUNDS):
        remedy = "本表只用于一般公共预算收入；土地和其他基金收入请用情景假设"
        found.append(("line_or_code", f"“{row['line_or_code']}”是政府性基金收入", remedy))
    if row["year"] < row["made_in"]:
        remedy = "请核对两个年度；事后的估计不是预测，不要填"
        found.append(("year", f"预测年度 {row['year']} 早于作出年度 {row['made_in']}", remedy))
    if row["amount"] == 0:
        found.append(("amount", "预测数是 0", "没有预测的不要填；预测确为零的项目请在情景里说明"))
    return found


def revenue_line_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check which revenue a row is about, and write its line as an id.

    Returns
    -------
    list of (str, str, str)
        Column, what was found, what to write instead.
    """
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
