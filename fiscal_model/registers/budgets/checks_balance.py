"""What must hold within and between the registers of pooled money, stock funds, temporary payments and measures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from fiscal_model.law import classification as accounts
from fiscal_model.registers.refusals import Complaint
from fiscal_model.registers.schema import ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import ACTUAL, Budget, MeasureKind, PooledSource, ProjectFunding

REVENUE_LINES = {"own_revenue": "本级收入", "fund_revenue": "基金收入"}
FLEXIBLE = "flexible_spending"
_SOURCES = (PooledSource.FUNDS, PooledSource.STATE_CAPITAL)
_SAME = {"name": "措施名称", "kind": "措施种类", "owner": "责任部门", "start_date": "开始日期"}
_LEAST = 0.005


def fund_code_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check the fund of one sum carried over: a fund's code, and only for a fund."""
    if not row["code"]:
        return []
    wrong = "基金科目只用于政府性基金的结转"
    if row["budget"] == Budget.FUNDS:
        wrong = accounts.why_not_a_code(Budget.FUNDS, row["code"]) or ""
    return [("code", wrong, "请填基金收入科目编码，例如 1030148，或者留空")] if wrong else []


def unit_fund_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one unit's money: what is bound to a use is part of what there is."""
    whole = (row["carried_over"] or 0.0) + row["income"]
    if row["carried_over"] is not None and row["earmarked"] > whole + _LEAST:
        said = f"限定用途 {row['earmarked']:g} 万元大于结转与收入之和 {whole:g} 万元"
        return [("earmarked", said, "限定用途是结转和收入的一部分，请核对金额和单位")]
    return []


def measure_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one measure in one year: its target fits its kind, its year follows its start."""
    found, kind, year = list[Complaint](), row["kind"], row["year"]
    said = _target_fault(kind, row["target"])
    if said:
        found.append(("target", *said))
    if year < row["start_date"].year and kind != MeasureKind.POSTPONE:
        text = f"见效年度 {year} 早于开始日期 {row['start_date']}"
        found.append(("year", text, "请核对年度和开始日期"))
    return found


def unit_table_faults(tables: ReadTables) -> list[Fault]:
    """Find units of two departments, and a carry-over told again."""
    units, faults = tables.get("unit_funds"), list[Fault]()
    if units is None:
        return faults
    shown = tables.file("unit_funds")
    for name, rows in units.groupby("unit_name", sort=False):
        departments = list(dict.fromkeys(rows["department"]))
        if len(departments) > 1:
            said = f"单位“{name}”登记在两个主管部门：{'、'.join(departments)}"
            line = int(rows["row_line"].iloc[-1])
            faults.append(Fault(shown, said, "一个单位只归一个部门", line=line, column="department"))
        first = rows["year"].min()
        for row in rows[(rows["year"] > first) & rows["carried_over"].notna()].to_dict("records"):
            said = f"{row['year']} 年又填写了上年结转"
            remedy = f"只在第一个年度（{first} 年）填写，以后由程序滚算，请删去"
            faults.append(Fault(shown, said, remedy, line=row["row_line"], column="carried_over"))
    return faults


def measure_table_faults(tables: ReadTables) -> list[Fault]:
    """Find one package told twice, unknown projects, more put off or cut than a project costs, amounts in yuan."""
    rows = tables.get("measures")
    if rows is None:
        return []
    shown, faults = tables.file("measures"), list[Fault]()
    for code, package in rows.groupby("package_code", sort=False):
        for column, label in _SAME.items():
            if len(set(package[column])) > 1:
                line = int(package["row_line"].iloc[-1])
                said = f"措施“{code}”的{label}前后不一致"
                remedy = "同一编号只能是同一项措施；另一项措施请换一个编号"
                faults.append(Fault(shown, said, remedy, line=line, column=column))
    of_projects = rows[
        (rows["kind"] == MeasureKind.POSTPONE) | ((rows["kind"] == MeasureKind.CUT) & (rows["target"] != FLEXIBLE))
    ]
    remedy = f"请填 projects 表的项目编号；压减一般性支出填 {FLEXIBLE}"
    known = set(tables["projects"]["project_code"]) if "projects" in tables else set()
    unknown = [
        Fault(shown, f"项目库没有编号“{row['target']}”", remedy, line=row["row_line"], column="target")
        for row in of_projects.to_dict("records")
        if row["target"] not in known
    ]
    faults += unknown or _more_than_it_costs(of_projects, tables, shown)
    return faults + _too_large(rows, tables, shown)


def _target_fault(kind: MeasureKind, target: str) -> tuple[str, str] | None:
    if kind in {MeasureKind.RAISE, MeasureKind.SELL}:
        budget = Budget.FUNDS if target.startswith("10301") else Budget.GENERAL
        wrong = accounts.why_not_a_code(budget, target) if target not in REVENUE_LINES else None
        if wrong or not (target in REVENUE_LINES or target.startswith(("101", "103"))):
            known = "、".join(f"{line}（{label}）" for line, label in REVENUE_LINES.items())
            return f"{kind.label}的对象填写的是“{target}”", f"请填收入科目编码（101、103 开头），或 {known}"
    if kind == MeasureKind.TRANSFER and target not in _SOURCES:
        known = "、".join(f"{word.value}（{word.label}）" for word in _SOURCES)
        return f"调入的对象填写的是“{target}”", f"只能填：{known}"
    return None


def _more_than_it_costs(rows: pd.DataFrame, tables: ReadTables, shown: str) -> list[Fault]:
    costs = tables.get("project_costs")
    county: dict[Any, float] = {}
    if costs is not None:
        mine = costs[costs["funding"] == ProjectFunding.COUNTY]
        county = mine.groupby(["project_code", "year"])["amount"].sum().to_dict()
    faults = []
    for (code, year), same in rows.groupby(["target", "year"], sort=False):
        cost, taken = county.get((code, year), 0.0), float(same["amount"].sum())
        if taken > cost + _LEAST:
            said = f"项目“{code}”{year} 年县级资金 {cost:g} 万元，推迟和压减合计 {taken:g} 万元"
            line = int(same["row_line"].iloc[-1])
            remedy = "推迟和压减不能超过 project_costs 表当年的县级资金"
            faults.append(Fault(shown, said, remedy, line=line, column="amount"))
    return faults


def _too_large(rows: pd.DataFrame, tables: ReadTables, shown: str) -> list[Fault]:
    """No measure of one year is as large as the whole budget: a figure in yuan told as 万元."""
    totals = tables.get("totals")
    if totals is None:
        return []
    spent = totals[(totals["line"] == "expenditure") & totals["status"].isin(ACTUAL)]
    if not len(spent):
        return []
    whole = float(spent.loc[spent["year"] == spent["year"].max(), "amount"].max())
    return [
        Fault(
            shown,
            f"金额 {row['amount']:,.0f} 万元，大于一般公共预算支出 {whole:,.0f} 万元",
            "请核对“unit”列：以元填写的单位写 yuan",
            line=row["row_line"],
            column="amount",
        )
        for row in rows[rows["amount"] > whole].to_dict("records")
    ]
