"""Task 2: is each guarantee fully arranged, paid in time, paid within its scope and from the right account."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.law.classification import label_of
from fiscal_model.law.rules import rule_table, rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.words.guarantee_ledger_terms import PaidFrom, PaidTo
from fiscal_model.words.vocabulary import Budget, GuaranteeClass

_OWN = {PaidFrom.WAGES: GuaranteeClass.SALARIES, PaidFrom.LIVING: GuaranteeClass.LIVING}
"""What each dedicated account is for."""


def _latest(plan: Plan) -> pd.DataFrame:
    """The last month registered, an item a row, with the item's name."""
    place = plan.basis.place
    rows = place.rows("guarantee_execution")
    month = rows["year"] * 12 + rows["month"]
    names = place.rows("guarantee_items").set_index("item_code")["name"]
    rows = rows[month == month.max()]
    return rows.assign(name=rows["item_code"].map(names))


@ledger(
    "42-1", "guarantee_scope", "“三保”支出范围核对", "guarantee_payments",
    ["guarantee", "function_code", "purpose", "paid_on", "amount"],
    label="payment_code", at_stake="amount",
    said="{total}笔三保支出中{count}笔不在范围内，{at_stake}万元：{names}。",
    fine="{total}笔三保支出都在范围内。",
    notes=("范围＝三保项目清单及其功能科目，加 data/rules/guarantee_items.csv 所列科目；该表按科目性质对应，未经核实，应以本地三保清单替换。",),
)  # fmt: skip
def guarantee_scope(plan: Plan) -> pd.DataFrame:
    """Payments whose code is on no scope list, or on that of another class."""
    place = plan.basis.place
    rows, items = place.rows("guarantee_payments"), place.rows("guarantee_items").set_index("item_code")
    code, printed = rows["function_code"], rows["function_code"].map(lambda code: label_of(Budget.GENERAL, code))
    scope = [(rule["code"], rule["printed_label"], rule["guarantee"]) for rule in rule_table("guarantee_items")]
    scope += [(its, "", group) for its, group in zip(items["function_code"], items["guarantee"], strict=True) if its]
    anywhere, own = code == "", rows["item_code"].map(items["guarantee"]) == rows["guarantee"]
    itemised = rows["item_code"] != ""
    for known, label, group in scope:
        listed = code.str.match(known.replace("?", ".")) & ((label == "") | (printed == label))
        anywhere, own = anywhere | listed, own | (listed & (rows["guarantee"] == group) & ~itemised)
    doubt = np.select(
        [~own & (itemised | anywhere), ~own],
        ["类别与清单不符，改列", "不在三保范围，移出三保支出"], "",
    )  # fmt: skip
    return rows.assign(doubt=doubt)


@ledger(
    "42-2", "guarantee_gate", "“三保”足额编制闸门", "guarantee_execution",
    ["year", Column("需求", "need", "number"), "budget", Column("缺口", "gap", "number"), Column("到位率", "rate", "ratio")],
    label="name", stub="项目", totals=("need", "budget", "gap"), at_stake="gap",
    said="闸门不通过：{total}项中{count}项没有足额安排，缺口{at_stake}万元，先补足再安排其他支出：{names}。",
    fine="闸门通过：{total}项都已足额安排。",
    notes=("需求＝对象数×标准×期数×覆盖率，按登记年度测算（附表08-1）；一项多安排的不抵另一项的缺口。",),
)  # fmt: skip
def guarantee_gate(plan: Plan) -> pd.DataFrame:
    """Each item's need in the registered year against its budget; an item without a budget has none."""
    items, rows = plan.basis.guarantees.items, _latest(plan)
    year = int(rows["year"].max()) if len(rows) else 0
    if items is None or year not in items.years:
        return pd.DataFrame()
    need = items.need[items.years.index(year)]
    budget = rows.set_index("item_code")["budget"].astype(float).reindex(items.codes).to_numpy()
    gap = np.maximum(need - np.nan_to_num(budget), 0.0)
    doubt = np.select([np.isnan(budget), gap > 0.005], ["没有登记安排数，补登或补足", "没有足额安排，补足缺口"], "")
    rate = divided(np.nan_to_num(budget), need, 1.0)
    return pd.DataFrame({"name": items.names, "year": year, "need": need, "budget": budget,
                         "gap": gap, "rate": rate, "doubt": doubt})  # fmt: skip


@ledger(
    "42-3", "guarantee_progress", "“三保”预算执行监控", "guarantee_execution",
    ["budget", "paid", Column("拨付进度", "rate", "ratio"), Column("序时进度", "elapsed", "ratio"),
     Column("少拨", "behind", "number"), Column("灯", "light", "text")],
    label="{name}（{year}年{month}月）", stub="项目", totals=("budget", "paid", "behind"), at_stake="behind",
    said="{total}项中{count}项拨付慢于序时进度，少拨{at_stake}万元：{names}。",
    fine="{total}项都按序时进度拨付。",
    notes=lambda plan, found: (rule_note("ledger_guarantees", "lag_band", "lag_red"),),
)  # fmt: skip
def guarantee_progress(plan: Plan) -> pd.DataFrame:
    """Paid against the part of the year that is gone, an item a row, with a colour."""
    rows, rule = _latest(plan), rules("ledger_guarantees")
    elapsed, budget = rows["month"] / 12, rows["budget"].astype(float)
    rate = (rows["paid"].astype(float) / budget.where(budget > 0)).astype(float)
    red, slow = (rate < elapsed - rule[name]["value"] - 1e-9 for name in ("lag_red", "lag_band"))
    return rows.assign(
        rate=rate, elapsed=elapsed, behind=np.maximum(budget * elapsed - rows["paid"].astype(float), 0.0),
        light=np.select([red, slow], ["红", "黄"], "绿"),
        doubt=np.select([red, slow], ["严重滞后，立即拨付", "拨付偏慢，查明原因"], ""),
    )  # fmt: skip


@ledger(
    "42-4", "guarantee_accounts", "工资和基本民生专户余额", "guarantee_accounts",
    ["opening", "inflow", "outflow", "closing", "due_next", Column("保障程度", "cover", "ratio"),
     Column("下月缺口", "short", "number")],
    label="{account.label}{year}年{month}月", stub="专户月份", at_stake="short",
    said="{total}个专户月份中{count}个余额不足或账目不符，共缺{at_stake}万元：{names}。",
    fine="{total}个专户月份的余额都够下月支付，账目相符。",
    notes=lambda plan, found: (
        "余额最低：" + "；".join(_lowest_said(rows) for _, rows in found.groupby("account", sort=False)) + "。",
        *_against_need(plan, found),
        rule_note("ledger_guarantees", "account_cover"),
    ),
)  # fmt: skip
def guarantee_accounts(plan: Plan) -> pd.DataFrame:
    """Each month's closing balance against what is due next; it must open with what the month before closed with."""
    rows = plan.basis.place.rows("guarantee_accounts").sort_values(["account", "year", "month"])
    month = rows["year"] * 12 + rows["month"]
    by = rows["account"].astype(str)
    follows = month.groupby(by).diff() == 1
    jump = (rows["opening"] - rows["closing"].groupby(by).shift()).abs().gt(0.01) & follows
    cover = (rows["closing"] / rows["due_next"].where(rows["due_next"] > 0)).astype(float)
    least = rules("ledger_guarantees")["account_cover"]["value"]
    short = np.maximum(rows["due_next"] * least - rows["closing"], 0.0).astype(float)
    doubt = np.select(
        [rows["closing"] < 0, jump, short > 0.005],
        ["余额为负，立即补足并查明", "月初与上月末不符，对账", "不够下月支付，月末前补足"], "",
    )  # fmt: skip
    return rows.assign(cover=cover, short=short, doubt=doubt)


def _against_need(plan: Plan, found: pd.DataFrame) -> list[str]:
    """What the accounts paid in the months registered beside the plan's need for as many months (table 08)."""
    said = []
    for account, group in _OWN.items():
        for year, rows in found[found["account"] == account].groupby("year"):
            if year in plan.years:
                need = plan.line(f"guarantee_{group.value}")[plan.years.index(year)] * len(rows) / 12
                said.append(
                    f"{account.label}{year}年{len(rows)}个月流出{rows['outflow'].sum():,.2f}万元，附表08同样月数的需求{need:,.2f}万元"
                )
    return ["；".join(said) + "。"] if said else []


def _lowest_said(rows: pd.DataFrame) -> str:
    row = rows.loc[rows["closing"].idxmin()]
    return f"{row['account'].label}{row['year']}年{row['month']}月{row['closing']:,.2f}万元"


@ledger(
    "42-5", "guarantee_arrears", "“三保”拖欠", "guarantee_arrears",
    ["guarantee", "unit_name", "due_date", "amount", "paid_on", Column("拖欠天数", "days", "count")],
    label="name", totals=("amount",), at_stake="amount",
    said="{total}项拖欠中{count}项没有付清或拖得过久，{at_stake}万元：{names}。",
    fine="{total}项拖欠都已在期限内付清。",
    notes=lambda plan, found: (
        "没有付清的，应付年度至规划首年的“三保”预警为红（附表08-3）。", rule_note("ledger_guarantees", "late_days"),
    ),
)  # fmt: skip
def guarantee_arrears(plan: Plan) -> pd.DataFrame:
    """Arrears with the days they lasted, open ones up to the end of the base year or of the year they fell due."""
    rows = plan.basis.place.rows("guarantee_arrears")
    ends = [dt.date(max(plan.base_year, due.year), 12, 31) for due in rows["due_date"]]
    paid = [isinstance(day, dt.date) for day in rows["paid_on"]]
    until = [day if known else end for day, known, end in zip(rows["paid_on"], paid, ends, strict=True)]
    days = np.array([(day - due).days for day, due in zip(until, rows["due_date"], strict=True)])
    longest = rules("ledger_guarantees")["late_days"]["value"]
    doubt = np.select([~np.array(paid, bool), days > longest], ["没有付清，立即补发", "拖得过久，查明责任"], "")
    return rows.assign(days=days, doubt=doubt)


@ledger(
    "42-6", "guarantee_diversion", "专户资金使用检查", "guarantee_payments",
    ["paid_from", "guarantee", "purpose", "paid_to", "paid_on", "amount"],
    label="payment_code", at_stake="amount",
    said="专户{total}笔支付中{count}笔挪作他用或转出，{at_stake}万元：{names}。",
    fine="专户{total}笔支付都用于规定用途，直接付到人或供应商。",
    notes=("三保支出范围按台账42-1核对；专户只付本类三保支出，不在范围内的同样是挪用。",),
)  # fmt: skip
def guarantee_diversion(plan: Plan) -> pd.DataFrame:
    """What left the dedicated accounts for another class, or to another account."""
    rows = guarantee_scope.find(plan)
    rows = rows[rows["paid_from"] != PaidFrom.TREASURY]
    strange = (rows["paid_from"].map(_OWN) != rows["guarantee"]) | (rows["doubt"] != "")
    back = rows["paid_to"] == PaidTo.FISCAL
    doubt = np.select(
        [back, strange, rows["paid_to"] == PaidTo.UNIT],
        ["转出专户，限期退回", "用于专户以外用途，退回专户", "转到单位账户，改为直接支付"], "",
    )  # fmt: skip
    return rows.assign(doubt=doubt)
