"""What must hold within and between the registers of special-bond projects."""

from __future__ import annotations

from typing import Any

from fiscal_model.law.rules import rule_table
from fiscal_model.registers.refusals import Complaint
from fiscal_model.registers.schema import ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import DebtKind, YesNo

_MOST_INCOME = 3.0
"""Times the whole investment in one year: no public project earns that, yuan taken for 万元 do."""


def negative_item_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check the item of the negative list, and write it as an id."""
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
