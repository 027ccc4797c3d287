"""What must hold across the columns of a row of the yearly figures."""

from __future__ import annotations

import difflib
from typing import Any

from fiscal_model.law import classification as accounts
from fiscal_model.registers.refusals import Complaint


def totals_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one yearly total, and write its line as an id."""
    by_label = {label: name for name, label in accounts.TOTALS_LINES.items()}
    row["line"] = line = by_label.get(row["line"], row["line"])
    if line not in accounts.TOTALS_LINES:
        near = difflib.get_close_matches(line, [*accounts.TOTALS_LINES, *by_label], n=1)
        hint = f"是否想写“{near[0]}”？" if near else ""
        return [("line", f"不认识的项目“{line}”", f"{hint}可填的项目见填表说明")]
    return [] if line in accounts.TOTALS_NEGATIVE else _negative(row, "收支两边都填正数")


def ledger_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one figure by code: the code is one of its budget, and nothing is negative that may not be."""
    wrong = accounts.why_not_a_code(row["budget"], row["code"])
    found = [("code", wrong, "请照当年政府收支分类科目填写，并检查“budget”列")] if wrong else []
    if accounts.may_be_negative(row["code"], row["note"]):
        return found
    return found + _negative(row, "收支两边都填正数，方向由科目决定；款、项支出确为冲减的，请在 note 列写明")


def _negative(row: dict[str, Any], remedy: str) -> list[Complaint]:
    return [("amount", f"金额为负（{row['amount']:g} 万元）", remedy)] if row["amount"] < 0 else []
