"""What must hold within and between the rows of the staff register, its ages, pay and quotas."""

from __future__ import annotations

from typing import Any

import pandas as pd

from fiscal_model.registers.refusals import Complaint
from fiscal_model.registers.schema import ReadTables
from fiscal_model.words.errors import Fault

EVERY_GROUP = "全部"
"""The group of a pay event that touches all."""
RATES = ("pension_rate", "annuity_rate", "medical_rate", "other_rate")
"""Employer's contributions by kind, the housing fund apart."""
KINDS = (
    "单位缴费（未分项）",
    "养老保险单位缴费",
    "职业年金单位缴费",
    "医疗保险单位缴费",
    "其他社会保险单位缴费",
    "住房公积金",
)
"""Employer's contributions as they are printed: those not told apart, then by kind, the housing fund last."""
ANNUITY, RETIREES, CONTRACT = "职业年金做实", "离退休人员", "编外聘用人员"
ONE_ITEM = "工资（未分项）"
"""Pay of a group whose pay items are not known."""
LEAST_YEARLY_PAY, LEAST_QUOTA = 1_000, 10
"""Yuan a person and year: less is a figure in 万元."""


def contribution_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check the contributions of one staff group: as a whole, or all four kinds that add up to it."""
    whole, parts = row.get("employer_rate"), [row.get(name) for name in RATES]
    given = [part for part in parts if part is not None]
    if not given:
        remedy = "请填单位缴费率，或把养老、职业年金、医疗、其他四项缴费率填全"
        return [] if whole is not None else [("employer_rate", "没有单位缴费率，也没有分项缴费率", remedy)]
    if len(given) < len(RATES):
        missing = next(name for name, part in zip(RATES, parts, strict=True) if part is None)
        remedy = "四项缴费率要么都填，要么都不填；确实不缴的填 0"
        return [(missing, f"四项缴费率只填了 {len(given)} 项", remedy)]
    if whole is not None and abs(sum(given) - whole) > 1e-6:
        remedy = "请核对；四项相加必须等于单位缴费率，或把单位缴费率留空"
        return [("employer_rate", f"单位缴费率 {whole:g}，四项缴费率相加为 {sum(given):g}", remedy)]
    return []


def small_pay_items(tables: ReadTables) -> list[Fault]:
    """Find groups whose pay items add up to a wage in 万元."""
    if "pay_items" not in tables:
        return []
    faults = []
    for group, rows in tables["pay_items"].groupby("group", sort=False):
        total = float(rows["amount"].sum())
        if total < LEAST_YEARLY_PAY:
            found = f"“{group}”各项工资之和每人每年 {total:g} 元，像是以万元填写"
            where = tables.file("pay_items")
            line = int(rows["row_line"].iloc[0])
            faults.append(Fault(where, found, "请按元填写，例如 72000", line=line, column="amount"))
    return faults


def units_without_quota(tables: ReadTables) -> list[Fault]:
    """Find units that neither their own row nor their class gives a quota."""
    if "units" not in tables:
        return []
    begins: dict[tuple[str, str], int] = {}
    if "quotas" in tables:
        rows = tables["quotas"]
        for quota_class, band, day in zip(rows["quota_class"], rows["quota_band"], rows["valid_from"], strict=True):
            key = (quota_class, band)
            begins[key] = min(day.year, begins.get(key, day.year))
    faults = []
    for _, unit in tables["units"].iterrows():
        key = (unit["quota_class"], unit["quota_band"])
        if pd.isna(unit["quota"]) and unit["heads"] > 0 and begins.get(key, 9999) > unit["year"]:
            name = "、".join(word for word in key if word)
            found = f"“{unit['unit_name']}”没有单位定额，quotas 表里也没有“{name}”在 {unit['year']} 年执行的定额"
            remedy = "请在 quotas 表补上这一类（档），或在 quota 列填单位定额"
            faults.append(Fault(tables.file("units"), found, remedy, line=int(unit["row_line"]), column="quota_class"))
    return faults
