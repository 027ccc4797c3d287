"""What must hold within and between the rows of the registers of transfers and of land parcels."""

from __future__ import annotations

import re
from typing import Any

from fiscal_model.law import classification as accounts
from fiscal_model.registers.refusals import Complaint
from fiscal_model.registers.schema import ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import Budget, GuaranteeClass

_KINDS = ("11001", "11002", "11003")


def transfer_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one row of the register of transfers: column, what was found, what to write instead.

    Examples
    --------
    >>> transfer_fault({"code": "1100202"})
    []
    >>> transfer_fault({"code": "11011"})[0][1]
    '科目编码“11011”不是上级补助'
    """
    code = row["code"]
    if not code.startswith(_KINDS) or accounts.why_not_a_code(Budget.GENERAL, code):
        remedy = "只能填 11001 返还性、11002 一般性、11003 专项或其下级科目；债券、调入、结转不在本表"
        return [("code", f"科目编码“{code}”不是上级补助", remedy)]
    return []


def parcel_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one row of the register of parcels.

    Examples
    --------
    >>> parcel_fault({"pay_first": 0.5, "pay_second": 0.3, "pay_third": 0.1})
    [('pay_third', '三年付款比例相加为 0.9', '当年、次年、第三年相加必须等于 1')]
    """
    total = row["pay_first"] + row["pay_second"] + row["pay_third"]
    if abs(total - 1) > 1e-6:
        return [("pay_third", f"三年付款比例相加为 {total:g}", "当年、次年、第三年相加必须等于 1")]
    return []


def tied_codes(text: str) -> tuple[str, ...]:
    """Split what a transfer is tied to into its codes.

    Examples
    --------
    >>> tied_codes("L01、L02; L03")
    ('L01', 'L02', 'L03')
    """
    return tuple(part for part in re.split(r"[、，,;；\s]+", text) if part)


def transfer_table_faults(tables: ReadTables) -> list[Fault]:
    """Check the register of transfers as a whole, once every table has been read.

    A code beside its own parent in one year and version; a tie to what no table holds.
    """
    rows = tables.get("transfers")
    if rows is None:
        return []
    shown, faults = tables.file("transfers"), []
    for (year, status), group in rows.groupby(["year", "status"], sort=False):
        lines = dict(zip(group["code"], group["row_line"], strict=True))
        for code, line in lines.items():
            parent = next((other for other in lines if other != code and code.startswith(other)), None)
            if parent:
                found = f"{year}年{status.label}既有“{parent}”（第 {lines[parent]} 行）又有其下级“{code}”"
                faults.append(Fault(shown, found, "同一年同一版本只填一级，免得重复相加", int(line), "code"))
    if "guarantee_items" not in tables:
        return faults  # nothing to hold a tie against; the plan says that it could not be followed
    items = set(tables["guarantee_items"]["item_code"])
    for text, line in zip(rows["tied_to"], rows["row_line"], strict=True):
        unknown = [code for code in tied_codes(text) if code not in items and not _is_known(code)]
        if unknown:
            remedy = "请填 guarantee_items 表的项目编号、三保类别（living、salaries、operations）或支出科目编码"
            faults.append(Fault(shown, f"对应支出“{'、'.join(unknown)}”找不到", remedy, int(line), "tied_to"))
    return faults


def _is_known(code: str) -> bool:
    spending = code.startswith("2") and accounts.why_not_a_code(Budget.GENERAL, code) is None
    return spending or code in list(GuaranteeClass)
