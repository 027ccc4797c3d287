"""What must hold within and between the rows of the staff register, its ages, pay and quotas."""

from __future__ import annotations

from typing import Any

import pandas as pd

from fiscal_model.registers.schema import Complaint, ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import PayEventKind, UnitFunding

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
_LEAST_YEARLY_PAY, _LEAST_QUOTA = 1_000, 10
_WORKING_AGES = (16, 75)


def staff_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one staff group: column, what was found, what to write instead.

    Examples
    --------
    >>> row = {"pay_per_person": 7.2, "employer_rate": 0.3, "fiscal_share": 1.0, "exits": 5.0}
    >>> staff_fault(row)[0][:2]
    ('pay_per_person', '人均年工资 7.2 元，像是以万元填写')
    """
    found: list[Complaint] = []
    pay = row["pay_per_person"]
    if 0 < pay < _LEAST_YEARLY_PAY:
        # A yearly wage below a thousand yuan is one in 万元.
        found.append(("pay_per_person", f"人均年工资 {pay:g} 元，像是以万元填写", "请按元填写，例如 72000"))
    return found + _rates_fault(row) + _funding_fault(row) + _outside_fault(row)


def _rates_fault(row: dict[str, Any]) -> list[Complaint]:
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


def _funding_fault(row: dict[str, Any]) -> list[Complaint]:
    funding, share = row.get("funding"), row["fiscal_share"]
    if funding is UnitFunding.FULL and share != 1:
        return [("fiscal_share", f"供养方式是全额，财政负担比例是 {share:g}", "全额单位填 1；差额单位请改供养方式")]
    if funding is UnitFunding.PARTIAL and share == 1:
        return [("fiscal_share", "供养方式是差额，财政负担比例是 1", "请填补助比例，例如 0.6；全额单位请改供养方式")]
    return []


def _outside_fault(row: dict[str, Any]) -> list[Complaint]:
    found: list[Complaint] = []
    transfers = row.get("transfers_out")
    if transfers is not None and transfers > row["exits"]:
        text = f"每年调出 {transfers:g} 人，多于每年退出 {row['exits']:g} 人"
        found.append(("transfers_out", text, "每年退出包括退休和调出，请核对"))
    persons, cost = row.get("contract_persons"), row.get("contract_cost")
    if (persons is None) != (cost is None):
        column, other = ("contract_cost", "人数") if cost is None else ("contract_persons", "人均支出")
        found.append((column, f"编外人员只填了{other}", "编外人数和编外人均要一起填，或都不填"))
    return found


def staff_age_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one row of the age profile.

    Examples
    --------
    >>> staff_age_fault({"age": 9, "persons": 3.0})[0][1]
    '9 岁有 3 名在职人员'
    """
    youngest, oldest = _WORKING_AGES
    if row["persons"] and not youngest <= row["age"] <= oldest:
        remedy = f"请核对年龄，应在 {youngest} 至 {oldest} 岁之间"
        return [("age", f"{row['age']} 岁有 {row['persons']:g} 名在职人员", remedy)]
    return []


def pay_item_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one pay item.

    Examples
    --------
    >>> pay_item_fault({"item": "住房公积金"})[0][1]
    '“住房公积金”不是工资项目'
    """
    if row["item"] in {*KINDS, ANNUITY, RETIREES, CONTRACT, ONE_ITEM}:
        remedy = "单位缴费、公积金、离退休和编外人员由 staff 表计算，请删去这一行"
        return [("item", f"“{row['item']}”不是工资项目", remedy)]
    return []


def pay_event_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one pay event.

    Examples
    --------
    >>> pay_event_fault({"kind": PayEventKind.RATE, "value": 5.0})[0][1]
    '涨幅填写的是 5'
    """
    kind, value = row["kind"], row["value"]
    if kind is PayEventKind.RATE and not -1 < value < 1:
        return [("value", f"涨幅填写的是 {value:g}", "涨幅用小数：5% 写 0.05；按金额调整的方式填 amount")]
    if kind is PayEventKind.AMOUNT and 0 < abs(value) < _LEAST_QUOTA:
        remedy = "增资额按元/人·年填写，例如每月 300 元写 3600；按涨幅调整的方式填 rate"
        return [("value", f"增资额填写的是 {value:g} 元", remedy)]
    return []


def quota_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check the quota of a unit, or of a class and band.

    Examples
    --------
    >>> quota_fault({"quota": 1.2})[0][1]
    '人均定额 1.2 元，像是以万元填写'
    """
    quota = row["quota"]
    if quota is not None and 0 < quota < _LEAST_QUOTA:
        return [("quota", f"人均定额 {quota:g} 元，像是以万元填写", "请按元填写，例如 12000")]
    return []


def small_pay_items(tables: ReadTables) -> list[Fault]:
    """Find groups whose pay items add up to a wage in 万元."""
    if "pay_items" not in tables:
        return []
    faults = []
    for group, rows in tables["pay_items"].groupby("group", sort=False):
        total = float(rows["amount"].sum())
        if total < _LEAST_YEARLY_PAY:
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
