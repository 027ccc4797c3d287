"""What must hold in and between the tables of hidden debt, its yearly plan, swaps, platforms and assets."""

from __future__ import annotations

from typing import Any

import pandas as pd

from fiscal_model.law.limits import clear_by
from fiscal_model.registers.refusals import Complaint
from fiscal_model.registers.schema import ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import HiddenFunding, YesNo

_TOLERANCE = 0.005


def hidden_debt_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check the years of one hidden debt: it is cleared in time, or runs on by contract."""
    planned, found = row["planned_year"], list[Complaint]()
    if row["balance"] > 0 and row["after_2028"] is YesNo.YES and row["year"] < planned <= clear_by():
        said = f"填了 2028 年后按合同，计划化解年度却是 {planned}"
        remedy = "按合同偿还的填最后到期年度；2028 年底前化解的请把“after_2028”改为 no"
        found.append(("planned_year", said, remedy))
    return found + _restructuring_fault(row)


def _restructuring_fault(row: dict[str, Any]) -> list[Complaint]:
    to, rate = row.get("restructured_to"), row.get("restructured_rate")
    found: list[Complaint] = []
    if row["funding"] is HiddenFunding.RESTRUCTURING and (to is None or rate is None):
        column = "restructured_to" if to is None else "restructured_rate"
        missing = "展期至" if to is None else "重组后利率"
        found.append((column, f"化解来源是债务重组，没有填写{missing}", "债务重组要同时填写重组后利率和展期至"))
    if to is not None and to > clear_by() and row["after_2028"] is YesNo.NO:
        said = f"展期至 {to} 年，超过 2028 年底清零期限"
        found.append(("restructured_to", said, "展期不得晚于 2028 年；按合同在 2028 年后偿还的“after_2028”填 yes"))
    return found


def hidden_plan_faults(tables: ReadTables) -> list[Fault]:
    """Hold the yearly plan against the debts: its parts add up to the balance, its years fit."""
    rows, debts, faults = tables.get("hidden_debt_plan"), _debts(tables), list[Fault]()
    for code, group in () if rows is None else rows.groupby("debt_code", sort=False):
        if code not in debts:
            continue
        debt, shown = debts[str(code)], tables.file("hidden_debt_plan")
        total, line = float(group["amount"].sum()), int(group["row_line"].iloc[-1])
        if abs(total - debt["balance"]) > _TOLERANCE:
            found = f"“{code}”分年计划合计 {total:,.2f} 万元，不等于台账余额 {debt['balance']:,.2f} 万元"
            faults.append(Fault(shown, found, "各年各来源相加必须等于余额，请补齐或核对", line, "amount"))
        for row in group.to_dict("records"):
            faults += [
                Fault(shown, found, remedy, row["row_line"], column) for column, found, remedy in _plan_row(row, debt)
            ]
    return faults


def swap_table_faults(tables: ReadTables) -> list[Fault]:
    """Find debts of which more is to be swapped than is left."""
    rows, debts, faults = tables.get("swap_ledger"), _debts(tables), list[Fault]()
    for code, group in () if rows is None else rows.groupby("debt_code", sort=False):
        if code not in debts:
            continue
        debt = debts[str(code)]
        later = group[[day.year > debt["year"] for day in group["swap_date"]]]
        total = float(later["amount"].sum())
        if total > debt["balance"] + _TOLERANCE:
            found = (
                f"“{code}”{debt['year']} 年后计划置换合计 {total:,.2f} 万元，超过台账余额 {debt['balance']:,.2f} 万元"
            )
            line, shown = int(later["row_line"].iloc[-1]), tables.file("swap_ledger")
            faults.append(Fault(shown, found, "请核对置换金额和余额", line, "amount"))
    return faults


def _debts(tables: ReadTables) -> dict[str, dict[str, Any]]:
    debts = tables.get("hidden_debt")
    return {} if debts is None else {row["debt_code"]: row for row in debts.to_dict("records")}


def _plan_row(row: dict[str, Any], debt: dict[str, Any]) -> list[Complaint]:
    code, year = row["debt_code"], row["year"]
    if year <= debt["year"]:
        said = f"“{code}”化解年度 {year} 已过，余额是 {debt['year']} 年末的"
        return [("year", said, "请填写以后年度")]
    if year > clear_by() and debt["after_2028"] is not YesNo.YES:
        said = f"“{code}”计划在 {year} 年化解，超过 2028 年底清零期限"
        return [("year", said, "请改为 2028 年及以前；按合同在 2028 年后偿还的，台账“after_2028”填 yes")]
    eased = (debt["restructured_rate"], debt["restructured_to"])
    if row["funding"] is HiddenFunding.RESTRUCTURING and any(value is None or pd.isna(value) for value in eased):
        said = f"“{code}”计划债务重组，台账没有填写重组后利率和展期至"
        return [("funding", said, "请在隐性债务台账填写这两列，或改填其他来源")]
    if row["funding"] is HiddenFunding.RESTRUCTURING and eased[1] < year:
        said = f"“{code}”{year} 年重组，台账展期至 {eased[1]:.0f} 年"
        return [("year", said, "请核对两个年度")]
    return []
