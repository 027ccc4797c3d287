"""The registers of projects that special bonds pay for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from fiscal_model.law.rules import rule_table
from fiscal_model.registers.debt.debt_registers import SPECIAL_PROJECT
from fiscal_model.registers.refusals import EMPTY, FILLED, Complaint, above, below, other_than, refuse
from fiscal_model.registers.relations import ratio, steady
from fiscal_model.registers.rules import Reference, rule
from fiscal_model.registers.schema import LONG_SPAN, column, optional, remark, table
from fiscal_model.words.cells import Amount, Day, Share, Text, Year
from fiscal_model.words.vocabulary import DebtKind, ProjectSector, ProjectStage, YesNo

PROJECT = replace(SPECIAL_PROJECT, needed="请先填写 special_projects 表（专项债券项目）")
BOND = Reference("bonds.bond_code", "债券台账里没有债券“{}”", "请填 bonds 表（债券台账）的债券编码")

_MOST_INCOME = 3
"""Times the whole investment in one year: no public project earns that, yuan taken for 万元 do."""


def _negative_item(row: dict[str, Any]) -> list[Complaint]:
    """Write the item of the negative list as an id."""
    items = {entry["label"]: entry["item"] for entry in rule_table("project_negative_list")}
    row["negative_item"] = item = items.get(row["negative_item"], row["negative_item"])
    listed = row["on_negative_list"] == YesNo.YES
    choices = f"可填：{'、'.join(f'{code}（{label}）' for label, code in items.items())}"
    if listed and not item:
        return [("negative_item", "属于负面清单但没有填写条目", choices)]
    if item and item not in items.values():
        return [("negative_item", f"负面清单没有条目“{item}”", choices)]
    if item and not listed:
        return [("on_negative_list", "填写了负面清单条目，却填写不属于负面清单", "请改为 yes，或删去条目")]
    return []


# fmt: off
SPECIAL_PROJECTS = (
    table("special_projects", "专项债券项目", ("project_code",),
        "专项债券项目的投资、资本金、阶段和期限；有它，逐个项目算收支平衡、补助和额度。", "地方政府债务管理系统、专项债券项目实施方案",
        "Special-bond projects. Investment, capital, stage and term of each project: coverage, subsidy, reserve, "
        "review and quota.",
        column("project_code", Text, "项目编号", "专项债券项目编号，不重复。", "unique"),
        column("name", Text, "项目名称", "项目全称。", "full name"),
        column("sector", ProjectSector, "领域", "交通、市政和产业园区、社会事业等投向领域。"),
        column("stage", ProjectStage, "阶段", "preparation 前期、construction 在建、operation 运营、stopped 停缓建。"),
        column("total_investment", Amount, "总投资", "批复的总投资，单位见“单位”列。", "money, as approved"),
        column("capital", Amount, "资本金", "项目资本金，不大于总投资；单位见“单位”列。", "money, at most the total investment"),
        column("start_year", Year, "开工年度", "开工的年度；此前没有收支。", "first year with money", spans=LONG_SPAN),
        column("operation_year", Year, "运营年度", "开始运营、有收入的年度。", "first year with income", spans=LONG_SPAN),
        column("end_year", Year, "期满年度", "项目收益期最后一年；此后没有收支。", "last year with income", spans=LONG_SPAN),
        column("on_negative_list", YesNo, "是否负面清单", "属于投向负面清单的填 yes，其余 no。"),
        remark("negative_item", "负面清单条目", "data/rules/project_negative_list.csv 的条目，例如 形象工程和政绩工程；不在清单的留空。",
            "item of `data/rules/project_negative_list.csv`; only with `yes`"),
        optional("approved", YesNo, "前期手续", "可研批复、用地、环评等手续是否齐全；不清楚的留空。", "`yes`: all permits there; empty: not known"),
        optional("bond_rate", Share, "拟发债券利率", "计划新发债券的利率，小数；空＝按测算假设。",
            "coupon of bonds still planned, fraction; empty: as the plan assumes"),
        optional("bond_years", int, "拟发债券期限", "计划新发债券的年数，1 到 30；空＝按规则缺省。",
            "their term, 1 to 30; empty: as the plan assumes", ge=1, le=30),
        optional("reserve_balance", Amount, "偿债备付金余额", "基期年末已计提未使用的备付金；没有的留空。",
            "money put by for debt at the end of the base year"),
        # a thousand 亿 for one county project is a figure in yuan
        refuse("total_investment", "总投资 {total_investment:,.0f} 万元", "金额过大，请核对“单位”列：以元填写的单位写 yuan",
            total_investment=above(1e7)),
        refuse("capital", "资本金 {capital:g} 万元大于总投资 {total_investment:g} 万元", "请核对两列的金额和单位",
            capital=above("total_investment", by=1e-6)),
        refuse("operation_year", "运营年度 {operation_year} 早于开工年度 {start_year}", "请核对两个年度",
            operation_year=below("start_year")),
        refuse("end_year", "期满年度 {end_year} 早于运营年度 {operation_year}", "请核对两个年度", end_year=below("operation_year")),
        ratio("total_investment", "expenditure", "investment_size"),
        ratio("capital", ("total_investment",), "whole_part"),
        ratio("reserve_balance", ("total_investment",), "whole_part"),
        check_row=_negative_item,
        example=dict(project_code="S01", name="县城集中供热工程", sector="市政和产业园区", stage="运营", total_investment=20500, capital=4800,
            start_year=2017, operation_year=2018, end_year=2037, on_negative_list="否"),
    ),
    table("special_project_flows", "专项债券项目分年收支", ("project_code", "year"),
        "每个项目全周期的收入、成本、税费和计划发债。", "专项债券项目实施方案、财务评价报告",
        "Money of special-bond projects. Income and cost of every year of a project's life, and new bonds planned.",
        column("project_code", Text, "项目编号", "special_projects 表的项目编号。", "as in `special_projects`", refers=PROJECT),
        column("year", Year, "年度", "收支所属年份，从开工年度到期满年度逐年填写。", "within the project's start and end", spans=LONG_SPAN),
        column("income", Amount, "项目收入", "当年项目收入（专项收入、经营收入）；没有填 0。", "money; 0 where there is none"),
        column("operating_cost", Amount, "运营成本", "当年付现的运营成本，不含利息和折旧。",
            "money paid for operation, without interest and depreciation"),
        column("tax", Amount, "税费", "当年相关税费。"),
        optional("bond_need", Amount, "计划新发债券", "当年计划新发行的专项债券；已发行的不再填。", "new special bonds planned in that year"),
        rule(
            refuse("year", "{year}年的收支早于开工年度 {special_projects.start_year}",
                "请核对年度，或修改 special_projects 表的开工、期满年度", year=below("special_projects.start_year")),
            refuse("year", "{year}年的收支晚于期满年度 {special_projects.end_year}",
                "请核对年度，或修改 special_projects 表的开工、期满年度", year=above("special_projects.end_year")),
            beside="special_projects.project_code"),
        rule(
            refuse("income", f"一年收入 {{income:,.0f}} 万元，超过总投资 {{special_projects.total_investment:,.0f}} 万元的 {_MOST_INCOME} 倍",
                "请核对“单位”列：以元填写的单位写 yuan",
                income=lambda income, row: income > _MOST_INCOME * row["special_projects"].total_investment > 0),
            beside="special_projects.project_code"),
        ratio("income", "special_projects.total_investment", "investment", on=("project_code",)),
        ratio("operating_cost", "special_projects.total_investment", "investment", on=("project_code",)),
        ratio("bond_need", "special_projects.total_investment", "investment", on=("project_code",)),
        ratio("tax", ("income",), "whole_part"),
        steady("income", "project_code"),
        steady("operating_cost", "project_code"),
        steady("tax", "project_code"),
        example=dict(project_code="S01", income=2400, operating_cost=900, tax=60),
    ),
    table("special_project_bonds", "专项债券项目用款", ("project_code", "bond_code"),
        "哪一笔债券用于哪个项目、多少；债券还本付息由此分到项目。", "地方政府债务管理系统、转贷协议",
        "Bonds of special-bond projects. Which bond pays for which project. Parts of a bond add up to at most its "
        "face; with a ledger the bond must be in it and special. A row here comes before the `project_code` of "
        "`bonds`.",
        column("project_code", Text, "项目编号", "special_projects 表的项目编号。", "as in `special_projects`", refers=PROJECT),
        column("bond_code", Text, "债券编码", "bonds 表的债券编码；再融资债券也要登记。", "as in `bonds`; refinancing bonds too", refers=BOND),
        column("amount", Amount, "使用金额", "这笔债券用于本项目的金额，各项目合计不大于转贷金额。", "money of the bond used for the project"),
        rule(
            refuse("bond_code", "债券“{bond_code}”是一般债券", "只有专项债券才对应项目，请核对债券编码",
                {"bonds.kind": other_than(DebtKind.SPECIAL)}),
            beside="bonds.bond_code"),
        rule(
            refuse("amount", "债券“{bond_code}”分给各项目的金额合计 {total:,.0f} 万元，大于转贷金额 {bonds.face:,.0f} 万元",
                "请核对各项目的使用金额和单位", total=above("bonds.face", by=0.005)),
            beside="bonds.bond_code", per=("bond_code",), add="amount"),
        ratio("amount", "bonds.face", "whole_part", on=("bond_code",)),
        example=dict(project_code="S01", bond_code="Z1701", amount=15700),
    ),
    table("special_project_assets", "专项债券项目资产", ("project_code", "asset"), "项目形成的资产、完工、验收、入账和权属。", "竣工财务决算、行政事业性国有资产台账",
        "Assets of special-bond projects. What the projects built: accepted but not booked is listed.",
        column("project_code", Text, "项目编号", "special_projects 表的项目编号。", "as in `special_projects`", refers=PROJECT),
        column("asset", Text, "资产名称", "项目形成的资产，例如 厂房、管网。", "unique within the project"),
        column("value", Amount, "资产价值", "竣工决算或暂估价值，单位见“单位”列。"),
        optional("completed_date", Day, "完工日期", "未完工的留空。", "empty: not completed"),
        column("accepted", YesNo, "是否验收", "yes 已竣工验收、no 未验收。"),
        column("booked", YesNo, "是否入账", "yes 已登记入账（国有资产台账）、no 未入账。"),
        optional("booked_date", Day, "入账日期", "未入账的留空。", "with `yes` only"),
        column("owner", Text, "权属单位", "持有或管理资产的单位。", "unit that holds the asset"),
        optional("income", Amount, "年收益", "资产每年的收益；不清楚的留空。", "money a year"),
        refuse("completed_date", "已验收但没有填写完工日期", "请填写完工日期，或把验收改为 no", accepted=YesNo.YES, completed_date=EMPTY),
        refuse("booked_date", "已入账但没有填写入账日期", "请填写入账日期，或把入账改为 no", booked=YesNo.YES, booked_date=EMPTY),
        refuse("booked", "未入账却填写了入账日期 {booked_date}", "已入账的请改为 yes，否则请删去日期", booked=YesNo.NO, booked_date=FILLED),
        refuse("booked_date", "入账日期 {booked_date} 早于完工日期 {completed_date}", "请核对两个日期", booked_date=below("completed_date")),
        ratio("value", "special_projects.total_investment", "whole_part", on=("project_code",), per=("project_code",)),
        ratio("income", ("value",), "investment"),
        example=dict(project_code="S01", asset="供热管网和换热站", value=19800, completed_date=dt.date(2018, 10, 20), booked_date=dt.date(2019, 6, 30), owner="县供热公司"),
    ),
)
# fmt: on
