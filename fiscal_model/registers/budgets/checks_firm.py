"""What must hold across the columns of the table of state firms."""

from __future__ import annotations

from typing import Any

from fiscal_model.law.rules import rule_table
from fiscal_model.registers.schema import Complaint


def firm_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one row of the table of firms, and give a firm without a ratio the one of its class.

    Returns
    -------
    list of (str, str, str)
        Column, what was found, what to write instead.

    Examples
    --------
    >>> row = {"pay_ratio": None, "pay_class": "resource", "net_profit": 100.0}
    >>> firm_fault(row), row["pay_ratio"]
    ([], 0.1)
    >>> firm_fault({"pay_ratio": None, "pay_class": None})[0][1]
    '收益上交比例和收益上交类别都没有填'
    """
    if row["pay_ratio"] is None and row["pay_class"] is None:
        remedy = "填本级规定的上交比例；没有规定的填类别，按 data/rules/firm_pay_classes.csv 的缺省比例（未经核实）"
        return [("pay_ratio", "收益上交比例和收益上交类别都没有填", remedy)]
    if row["pay_ratio"] is None:
        ratios = {entry["class"]: float(entry["ratio"]) for entry in rule_table("firm_pay_classes")}
        row["pay_ratio"] = ratios[str(row["pay_class"])]
    return []
