"""What must hold within and between the registers of special-bond projects."""

from __future__ import annotations

from typing import Any

from fiscal_model.law.rules import rule_table
from fiscal_model.registers.schema import Complaint, ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import DebtKind, YesNo

_MOST_INVESTMENT = 1e7
"""万元: a thousand 亿 for one county project is a figure in yuan."""
_MOST_INCOME = 3.0
"""Times the whole investment in one year: no public project earns that, yuan taken for 万元 do."""


def special_project_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one special-bond project, and write its item of the negative list as an id.

    Returns
    -------
    list of (str, str, str)
        Column, what was found, what to write instead.

    Examples
    --------
    >>> row = dict(total_investment=100.0, capital=120.0, start_year=2024, operation_year=2026, end_year=2040,
    ...            on_negative_list=YesNo.NO, negative_item="")
    >>> special_project_fault(row)
    [('capital', '资本金 120 万元大于总投资 100 万元', '请核对两列的金额和单位')]
    """
    found = []
    if row["total_investment"] > _MOST_INVESTMENT:
        said = f"总投资 {row['total_investment']:,.0f} 万元"
        found.append(("total_investment", said, "金额过大，请核对“单位”列：以元填写的单位写 yuan"))
    if row["capital"] > row["total_investment"] + 1e-6:
        said = f"资本金 {row['capital']:g} 万元大于总投资 {row['total_investment']:g} 万元"
        found.append(("capital", said, "请核对两列的金额和单位"))
    if row["operation_year"] < row["start_year"]:
        said = f"运营年度 {row['operation_year']} 早于开工年度 {row['start_year']}"
        found.append(("operation_year", said, "请核对两个年度"))
    if row["end_year"] < row["operation_year"]:
        said = f"期满年度 {row['end_year']} 早于运营年度 {row['operation_year']}"
        found.append(("end_year", said, "请核对两个年度"))
    return found + _negative_item_fault(row)


def _negative_item_fault(row: dict[str, Any]) -> list[Complaint]:
    items = {entry["label"]: entry["item"] for entry in rule_table("project_negative_list")}
    row["negative_item"] = item = items.get(row["negative_item"], row["negative_item"])
    listed = row["on_negative_list"] == YesNo.YES
    choices = "、".join(f"{code}（{label}）" for label, code in items.items())
    if listed and not item:
        return [("negative_item", "属于负面清单但没有填写条目", f"可填：{choices}")]
    if item and item not in items.values():
        return [("negative_item", f"负面清单没有条目“{item}”", f"可填：{choices}")]
    if item and not listed:
        return [("on_negative_list", "填写了负面清单条目，却填写不属于负面清单", "请改为 yes，或删去条目")]
    return []


def special_asset_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one asset of a project: its dates follow each other and agree with what was done.

    Returns
    -------
    list of (str, str, str)
        Column, what was found, what to write instead.
    """
    found, completed, entered = [], row["completed_date"], row["booked_date"]
    if row["accepted"] == YesNo.YES and completed is None:
        found.append(("completed_date", "已验收但没有填写完工日期", "请填写完工日期，或把验收改为 no"))
    if row["booked"] == YesNo.YES and entered is None:
        found.append(("booked_date", "已入账但没有填写入账日期", "请填写入账日期，或把入账改为 no"))
    if row["booked"] == YesNo.NO and entered is not None:
        found.append(("booked", f"未入账却填写了入账日期 {entered}", "已入账的请改为 yes，否则请删去日期"))
    if entered is not None and completed is not None and entered < completed:
        found.append(("booked_date", f"入账日期 {entered} 早于完工日期 {completed}", "请核对两个日期"))
    return found


def flow_faults(tables: ReadTables) -> list[Fault]:
    """Find money before a project starts or after it ends, and income in yuan."""
    flows, known = tables.get("special_project_flows"), tables.get("special_projects")
    if flows is None or known is None:
        return []
    shown, faults, projects = tables.file("special_project_flows"), [], known.set_index("project_code")
    for row in flows[flows["project_code"].isin(projects.index)].itertuples():
        project = projects.loc[row.project_code]
        start, end = int(project["start_year"]), int(project["end_year"])
        if not start <= row.year <= end:
            side = f"早于开工年度 {start}" if row.year < start else f"晚于期满年度 {end}"
            remedy = "请核对年度，或修改 special_projects 表的开工、期满年度"
            faults.append(Fault(shown, f"{row.year}年的收支{side}", remedy, int(row.row_line), "year"))
        investment = float(project["total_investment"])
        if row.income > _MOST_INCOME * investment > 0:
            said = f"一年收入 {row.income:,.0f} 万元，超过总投资 {investment:,.0f} 万元的 {_MOST_INCOME:g} 倍"
            remedy = "请核对“单位”列：以元填写的单位写 yuan"
            faults.append(Fault(shown, said, remedy, int(row.row_line), "income"))
    return faults


def bond_use_faults(tables: ReadTables) -> list[Fault]:
    """Find general bonds that a project uses, and bonds given out beyond their face."""
    links, bonds = tables.get("special_project_bonds"), tables.get("bonds")
    if links is None or bonds is None:
        return []
    shown, faults, ledger = tables.file("special_project_bonds"), [], bonds.set_index("bond_code")
    known = links[links["bond_code"].isin(ledger.index)]
    for row in known.itertuples():
        if ledger.at[row.bond_code, "kind"] != DebtKind.SPECIAL:
            remedy = "只有专项债券才对应项目，请核对债券编码"
            faults.append(Fault(shown, f"债券“{row.bond_code}”是一般债券", remedy, int(row.row_line), "bond_code"))
    for code, group in known.groupby("bond_code", sort=False):
        total, face = float(group["amount"].sum()), float(ledger.at[code, "face"])
        if total > face + 0.005:
            said = f"债券“{code}”分给各项目的金额合计 {total:,.0f} 万元，大于转贷金额 {face:,.0f} 万元"
            line = int(group["row_line"].iloc[-1])
            faults.append(Fault(shown, said, "请核对各项目的使用金额和单位", line, "amount"))
    return faults
