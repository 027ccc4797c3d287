"""What must hold in the tables of pay dates and of findings."""

from __future__ import annotations

from typing import Any

from fiscal_model.registers.schema import Complaint, ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import FindingStatus, PaymentKind

DATED = (PaymentKind.SALARIES, PaymentKind.LIVING)
"""Payments whose pay day within the month matters."""


def pay_date_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one pay date.

    Returns
    -------
    list of (str, str, str)
        Column, what was found, what to write instead.

    Examples
    --------
    >>> pay_date_fault({"kind": PaymentKind.SALARIES, "share": None, "day": None})[0][1]
    '占全年比例和发放日都没有填写'
    """
    if row["share"] is None and row["day"] is None:
        return [("share", "占全年比例和发放日都没有填写", "至少填一个；这个月没有安排的，整行不写")]
    if row["day"] is not None and row["kind"] not in DATED:
        found = f"“{row['kind'].label}”填写了发放日 {row['day']}"
        return [("day", found, "发放日只用于工资和基本民生，其他类别请留空，只填占全年比例")]
    return []


def finding_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one finding: its dates follow each other and its status agrees with them.

    Returns
    -------
    list of (str, str, str)
        Column, what was found, what to write instead.
    """
    found, closed = [], row["closed_date"]
    if row["due_date"] < row["found_date"]:
        said = f"整改期限 {row['due_date']} 早于发现日期 {row['found_date']}"
        found.append(("due_date", said, "请核对两个日期"))
    if closed is not None and closed < row["found_date"]:
        said = f"销号日期 {closed} 早于发现日期 {row['found_date']}"
        found.append(("closed_date", said, "请核对两个日期"))
    if row["status"] == FindingStatus.CLOSED and closed is None:
        found.append(("closed_date", "已销号但没有填写销号日期", "请填写销号日期，或把状态改为 open（整改中）"))
    if row["status"] == FindingStatus.OPEN and closed is not None:
        said = f"整改中却填写了销号日期 {closed}"
        found.append(("status", said, "已销号的请把状态改为 closed，否则请删去销号日期"))
    return found


def pay_date_table_faults(tables: ReadTables) -> list[Fault]:
    """Check the pay dates as a whole: a kind's shares are all given and add up to one."""
    rows = tables.get("pay_dates")
    if rows is None:
        return []
    faults = []
    for kind, group in rows.groupby("kind", sort=False):
        given = group["share"].notna()
        if not given.any():
            continue
        line = int(group["row_line"].iloc[-1])
        label, total = PaymentKind(kind).label, float(group.loc[given, "share"].sum())
        if abs(total - 1) > 1e-3:
            found = f"“{label}”各月占全年比例相加为 {total:g}"
            remedy = "一类支出各月的比例相加必须等于 1；不清楚的整列留空，程序按月平均"
            faults.append(Fault(tables.stem("pay_dates"), found, remedy, line, "share"))
    return faults
