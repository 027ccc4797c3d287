"""What must hold across the columns of the table of state firms."""

from __future__ import annotations

from typing import Any

from fiscal_model.law.rules import rule_table
from fiscal_model.registers.refusals import Complaint


def usual_pay_ratio(row: dict[str, Any]) -> list[Complaint]:
    """Give a firm without a ratio the one of its class.

    Examples
    --------
    >>> row = {"pay_ratio": None, "pay_class": "resource", "net_profit": 100.0}
    >>> usual_pay_ratio(row), row["pay_ratio"]
    ([], 0.1)
    """
    if row["pay_ratio"] is None and row["pay_class"] is not None:
        ratios = {entry["class"]: float(entry["ratio"]) for entry in rule_table("firm_pay_classes")}
        row["pay_ratio"] = ratios[str(row["pay_class"])]
    return []
