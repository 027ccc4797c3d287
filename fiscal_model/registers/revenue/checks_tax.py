"""What must hold within and between the rows of the registers of tax bases, collections and key taxpayers."""

from __future__ import annotations

from typing import Any

from fiscal_model.law import classification as accounts
from fiscal_model.registers.refusals import Complaint
from fiscal_model.registers.schema import ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import QUANTITIES, Budget


def tax_code_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check that a row names a revenue item of five digits: column, what was found, what to write instead.

    Examples
    --------
    >>> tax_code_fault({"code": "10101"})
    []
    >>> tax_code_fault({"code": "101"})[0][1]
    '科目编码“101”不是收入科目的款'
    """
    code = row["code"]
    wrong = accounts.why_not_a_code(Budget.GENERAL, code)
    if wrong is None and not (len(code) == 5 and code.startswith(("101", "103"))):
        wrong = f"科目编码“{code}”不是收入科目的款"
    return [("code", wrong, "请填 5 位的收入科目，例如 10101 增值税")] if wrong else []


def tax_table_faults(tables: ReadTables) -> list[Fault]:
    """Check the register of tax bases as a whole, once every table has been read.

    A base in money one year and in tonnes the next; a tax with a rate on some of its bases only; a tax whose rate
    is given and whose taxpayers are listed too, so that they would count twice.
    """
    rows = tables.get("tax_bases")
    if rows is None:
        return []
    shown, faults = tables.stem("tax_bases"), []
    for (code, base), group in rows.groupby(["code", "base"], sort=True):
        quantities = [unit for unit in dict.fromkeys(group["unit"]) if unit in QUANTITIES]
        if quantities and not group["unit"].isin(list(QUANTITIES)).all():
            found = f"“{code}”的税基“{base}”有的年份按金额、有的年份按{quantities[0].label}"
            faults.append(Fault(shown, found, "同一税基各年用同一种单位", int(group["row_line"].max()), "unit"))
    listed = set(tables["taxpayers"]["code"]) if "taxpayers" in tables else set()
    for code, group in rows.groupby("code", sort=True):
        rated = group.groupby("base")["effective_rate"].apply(lambda rates: rates.notna().any())
        line = int(group["row_line"].max())
        if rated.any() and not rated.all():
            bare = "、".join(rated.index[~rated])
            found = f"“{code}”的几个税基只有一部分填了有效税率，没有填的是“{bare}”"
            faults.append(Fault(shown, found, "同一税种的税基要么都填，要么都不填", line, "effective_rate"))
        if rated.any() and code in listed:
            found = f"“{code}”填了有效税率，taxpayers 表又列有该税种的企业"
            remedy = "两处会重复计算：请清空有效税率（按扣除这些企业后的入库数反推），或从 taxpayers 表删去该税种"
            faults.append(Fault(shown, found, remedy, line, "effective_rate"))
    return faults
