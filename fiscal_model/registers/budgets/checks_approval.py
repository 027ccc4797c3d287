"""What must hold in the tables of the approved budget, of payments and of requests to move money."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fiscal_model.law import classification as accounts
from fiscal_model.registers.refusals import Complaint
from fiscal_model.registers.schema import ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import ApprovalKind, Budget, MoneyFrom, YesNo

_FUND_LINES = frozenset(
    {"land_revenue", "debt_proceeds_special", "interest_special", "issue_fees_special", "principal_special"}
)
"""Totals of the funds budget that do not say so in their name."""


def budget_of_line(line: str) -> Budget:
    """Return the budget that a yearly total belongs to.

    Examples
    --------
    >>> budget_of_line("expenditure").label, budget_of_line("fund_carry_in").label, budget_of_line("land_revenue").label
    ('一般公共预算', '政府性基金预算', '政府性基金预算')
    """
    if line.startswith("state_capital_"):
        return Budget.STATE_CAPITAL
    return Budget.FUNDS if line.startswith("fund_") or line in _FUND_LINES else Budget.GENERAL


def line_or_code(budget: Budget, text: str) -> tuple[str, str | None]:
    """Return the line id or code that a cell means, and in Chinese what is wrong with it (None: nothing).

    Parameters
    ----------
    budget : Budget
    text : str
        A line of `accounts.TOTALS_LINES`, its Chinese name, or an official code.

    Examples
    --------
    >>> line_or_code(Budget.GENERAL, "一般公共预算支出"), line_or_code(Budget.GENERAL, "205")
    (('expenditure', None), ('205', None))
    >>> line_or_code(Budget.GENERAL, "土地收入")[1]
    '不认识的项目“土地收入”'
    """
    if budget is Budget.SOCIAL_INSURANCE:
        return text, "社会保险基金预算不在这张表登记"
    if text.isdigit():
        return text, accounts.why_not_a_code(budget, text)
    named = {label: line for line, label in accounts.TOTALS_LINES.items()}
    line = named.get(text, text)
    if line not in accounts.TOTALS_LINES:
        return text, f"不认识的项目“{text}”"
    owner = budget_of_line(line)
    if owner is not budget:
        return line, f"“{accounts.TOTALS_LINES[line]}”属于{owner.label}，budget 列填写的是{budget.label}"
    return line, None


def approved_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one approved figure, and write its line as an id."""
    row["line_or_code"], wrong = line_or_code(row["budget"], row["line_or_code"])
    found = [("line_or_code", wrong, _remedy(row["budget"]))] if wrong else []
    negative = row["line_or_code"] in accounts.TOTALS_NEGATIVE
    if row["amount"] < 0 and not (negative or accounts.may_be_negative(row["line_or_code"], row["note"])):
        found.append(("amount", f"批准数为负（{row['amount']:g} 万元）", "收支两边都填正数"))
    wrong_date = _date_out_of_place(row["kind"], row["year"], row["approved_on"])
    if wrong_date:
        found.append(("approved_on", *wrong_date))
    return found


def _remedy(budget: Budget) -> str:
    if budget is Budget.SOCIAL_INSURANCE:
        return "请登记在 insurance 表，数据版本填 budget（预算数）"
    return "请填年度总量的项目或当年政府收支分类科目编码，并检查“budget”列"


def _date_out_of_place(kind: ApprovalKind, year: int, day: dt.date) -> tuple[str, str] | None:
    """An original budget is approved about the turn of the year, an adjustment within it, final accounts after it."""
    said = f"{year}年{kind.label}的批准日期是 {day}"
    if kind is ApprovalKind.ORIGINAL and not dt.date(year - 1, 10, 1) <= day <= dt.date(year, 12, 31):
        return said, "年初预算在上年底到当年内批准，请核对年度和日期"
    if kind is ApprovalKind.ADJUSTED and day.year != year:
        return said, "预算调整在预算年度内批准，请核对年度和日期"
    if kind is ApprovalKind.FINAL_ACCOUNTS and day.year <= year:
        return said, "决算在年度终了后批准，请核对年度和日期"
    return None


def payment_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one payment: its code is one of spending in the budget given."""
    wrong = line_or_code(row["budget"], row["code"])[1]
    if wrong:
        return [("code", wrong, "请填支出功能分类科目编码，并检查“budget”列")]
    if not row["code"].startswith("2"):
        remedy = "拨付台账只登记支出，请填 2 开头的支出科目编码"
        return [("code", f"“{row['code']}”不是支出科目", remedy)]
    return []


def reallocation_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one request to move money, and write its lines as ids."""
    found = []
    for column in ("from_line", "to_line"):
        if row[column]:
            row[column], wrong = line_or_code(row["budget"], row[column])
            if wrong:
                found.append((column, wrong, _remedy(row["budget"])))
    if not row["from_line"] and not row["to_line"]:
        found.append(("from_line", "调出科目和调入科目都没有填写", "调减的填调出科目，追加的填调入科目"))
    elif row["from_line"] == row["to_line"]:
        remedy = "两个科目应不同；同一科目内的项目之间调剂请填到项级科目"
        found.append(("to_line", f"调出、调入科目都是“{row['to_line']}”", remedy))
    source = row["money_from"]
    if source is MoneyFrom.WITHIN and not (row["from_line"] and row["to_line"]):
        remedy = "原预算调剂要同时填写调出科目和调入科目；追加的请改填资金来源"
        found.append(("money_from", "资金来源是原预算调剂，但只填了一边的科目", remedy))
    return found


def approval_table_faults(tables: ReadTables) -> list[Fault]:
    """Check the approved budget as a whole: one original approval a year, adjustments after it, one meeting a day."""
    rows = tables.get("approved_budget")
    if rows is None:
        return []
    shown, faults = tables.stem("approved_budget"), []
    originals = rows[rows["kind"] == ApprovalKind.ORIGINAL].groupby("year")["approved_on"].min()
    for key, group in rows.groupby(["year", "budget", "line_or_code", "kind", "approved_on"], sort=True):
        if len(group) > 1:
            listed = "、".join(str(number) for number in group["row_line"][:-1])
            text = f"与第 {listed} 行是同一个项目（{key[2]}，代码和中文名是一样的）"
            faults.append(Fault(shown, text, "同一个数只保留一行", int(group["row_line"].iloc[-1])))
    for (year, kind), group in rows.groupby(["year", "kind"], sort=True):
        days, line = sorted(set(group["approved_on"])), int(group["row_line"].iloc[-1])
        label = ApprovalKind(kind).label
        if kind is not ApprovalKind.ADJUSTED and len(days) > 1:
            listed = "、".join(map(str, days))
            remedy = "一年只批准一次，请核对；以后的变动填 adjusted（调整预算）"
            faults.append(Fault(shown, f"{year}年{label}有 {len(days)} 个批准日期（{listed}）", remedy, line))
        if kind is ApprovalKind.ADJUSTED:
            if year not in originals.index:
                faults.append(Fault(shown, f"{year}年只有调整预算，没有年初预算", "请先登记年初批准的预算", line))
            elif days[0] <= originals[year]:
                text = f"{year}年调整预算的批准日期 {days[0]} 不晚于年初预算 {originals[year]}"
                faults.append(Fault(shown, text, "请核对两个日期", line, "approved_on"))
        for day, approval in group.groupby("approved_on"):
            for column, label_of_column in (("meeting", "会议届次"), ("published_on", "公开日期")):
                known = list(dict.fromkeys(str(value) for value in approval[column].dropna()))
                if len(known) > 1:
                    text = f"{year}年{label}（{day} 批准）有 {len(known)} 个{label_of_column}（{'、'.join(known)}）"
                    faults.append(
                        Fault(shown, text, "同一次批准的各行应一致", int(approval["row_line"].iloc[-1]), column)
                    )
    return faults


def is_yes(value: object) -> bool:
    """Tell whether an optional yes/no cell says yes.

    Examples
    --------
    >>> is_yes(YesNo.YES), is_yes(YesNo.NO), is_yes(None), is_yes(float("nan"))
    (True, False, False, False)
    """
    return value == YesNo.YES
