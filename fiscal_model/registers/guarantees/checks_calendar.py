"""What must hold in the tables of pay dates and of findings."""

from __future__ import annotations

from fiscal_model.registers.schema import ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import PaymentKind


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
