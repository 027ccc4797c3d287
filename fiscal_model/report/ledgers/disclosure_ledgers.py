"""Task 1, disclosure: the tables that a county and its departments have to publish, laid out with their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.law.classification import label_of
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.words.lines import LINES
from fiscal_model.words.thrift_terms import THREE_PUBLICS
from fiscal_model.words.vocabulary import ApprovalKind, Budget, Scope, Status

_FROM_ABOVE = ("11001", "11002", "11003")
_DEBT_TABLES = ("政府一般债务限额和余额情况表", "政府专项债务限额和余额情况表")
_SPENT = ("expenditure", "remitted_up", "fund_transfer_out", "state_capital_transfer_out")
"""Lines of an approved budget that stand among its spending; codes of spending begin with a 2."""


@ledger(
    "41-11", "disclosed_figures", "预算公开表格：批准数", "approved_budget",
    [Column("科目", "label", "text"), Column("年初批准", "original", "number"), Column("调整后批准", "adjusted", "number")],
    label="sheet", stub="公开表格",
    said="{total}行中{count}张应公开的表没有批准数：{names}。",
    fine="应公开的表都有批准数，共{total}行。",
    notes=lambda plan, found: (
        f"{found.attrs['year']}年政府预算应公开的表，数照批准预算登记；债务限额和余额情况表见附表21-1至21-3，期限见台账41-7。",
        "调整后批准只列有调整的科目，空的同年初。",
    ),
)  # fmt: skip
def disclosed_figures(plan: Plan) -> pd.DataFrame:
    """Approved figures of the last budget, laid out by the table that the county has to publish them in."""
    rows = plan.basis.place.rows("approved_budget")
    rows = rows[rows["kind"].isin([ApprovalKind.ORIGINAL, ApprovalKind.ADJUSTED])]
    if not len(rows := rows[rows["year"] == rows["year"].max()]):
        return pd.DataFrame()
    wide = rows.pivot_table(
        index=["budget", "line_or_code"], columns="kind", values="amount", aggfunc="last", sort=False
    )
    found = [
        {"sheet": _published_in(budget, code), "label": LINES[code].label if code in LINES else f"{code} {label_of(budget, code)}",
         "original": amounts.get(ApprovalKind.ORIGINAL), "adjusted": amounts.get(ApprovalKind.ADJUSTED), "doubt": ""}
        for (budget, code), amounts in zip(wide.index, wide.to_dict("records"), strict=True)
    ]  # fmt: skip
    made = _in_order(found, ["sheet", "label", "original", "adjusted", "doubt"], "没有批准数，补登批准预算")
    made.attrs["year"] = int(rows["year"].max())
    return made


def _published_in(budget: Budget, code: str) -> str:
    if budget is Budget.GENERAL and code.startswith(("transfers", *_FROM_ABOVE)):
        return "税收返还和转移支付表"
    stem = Budget(budget).label.removesuffix("" if budget is Budget.GENERAL else "预算")
    return f"{stem}{'支出' if code in _SPENT or code[0] == '2' else '收入'}表"


def _in_order(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], lacking: str, level: str = "county"
) -> pd.DataFrame:
    """The rows by the order of the required tables; a table without a row says what it lacks."""
    required = [each for each in rules("ledger_budget_chain")[f"{level}_tables"]["value"] if each not in _DEBT_TABLES]
    absent = [each for each in required if each not in {row["sheet"] for row in rows}]
    made = pd.DataFrame(
        [*rows, *({"sheet": each, "label": "", "doubt": lacking} for each in absent)], columns=list(columns)
    )
    return made.sort_values("sheet", key=lambda names: names.map(required.index), kind="stable").reset_index(drop=True)


@ledger(
    "41-12", "disclosed_accounts", "决算公开表格：决算数", "disclosures",
    [Column("科目", "label", "text"), Column("上年决算", "before", "number"), Column("年初预算", "original", "number"),
     Column("决算", "amount", "number"), Column("比上年", "growth", "move")],
    label="sheet", stub="公开表格",
    said="{total}行中{count}张应公开的表没有决算数：{names}。",
    fine="应公开的表都有决算数，共{total}行。",
    notes=lambda plan, found: (
        f"{found.attrs['year']}年政府决算应公开的表，数照 ledger 和 insurance 表登记的决算；年初预算照批准预算，没有登记的空。",
        "债务限额和余额情况表见附表21-1至21-3，公开期限见台账41-7。",
    ),
)  # fmt: skip
def disclosed_accounts(plan: Plan) -> pd.DataFrame:
    """Final accounts of the last year that has them, laid out by the table that the county has to publish them in."""
    place = plan.basis.place
    subjects, schemes = place.rows("ledger"), place.rows("insurance")
    schemes = schemes[schemes["item"].isin(["revenue", "expenditure"])]
    sides = schemes["item"].map({"revenue": "收入", "expenditure": "支出"})
    rows = pd.concat([
        subjects.assign(sheet=[_published_in(budget, code) for budget, code in zip(subjects["budget"], subjects["code"], strict=True)],
                        label=subjects["code"] + " " + subjects["name"].astype(str)),
        schemes.assign(sheet="社会保险基金" + sides + "表", label=schemes["scheme"], budget=Budget.SOCIAL_INSURANCE, code=""),
    ])  # fmt: skip
    ours, general = rows["scope"] != Scope.WHOLE, rows["sheet"] == "一般公共预算支出表"
    rows["sheet"] = rows["sheet"].mask(ours & general, "一般公共预算本级支出表")
    rows = rows[(rows["status"] == Status.FINAL_ACCOUNTS) & (~ours | general)]
    if not len(rows):
        return pd.DataFrame()
    year, keys = int(rows["year"].max()), ["sheet", "budget", "code", "label"]
    wide = (
        rows.pivot_table("amount", keys, "year", aggfunc="last", sort=False)
        .reindex(columns=[year - 1, year])
        .dropna(subset=[year])
    )
    found = (
        wide.sort_index(level="code", sort_remaining=False, kind="stable")
        .set_axis(["before", "amount"], axis=1)
        .reset_index()
    )
    approved = place.rows("approved_budget")
    approved = approved[(approved["year"] == year) & (approved["kind"] == ApprovalKind.ORIGINAL)]
    held = approved.set_index(["budget", "line_or_code"])["amount"].to_dict()
    found["original"] = [held.get(key, np.nan) for key in zip(found["budget"], found["code"], strict=True)]
    found = found.assign(growth=found["amount"] / found["before"].where(found["before"] > 0) - 1, doubt="")
    columns = ["sheet", "label", "before", "original", "amount", "growth", "doubt"]
    made = _in_order(found[columns].to_dict("records"), columns, "没有决算数，补登决算")
    made.attrs["year"] = year
    return made


@ledger(
    "41-13", "disclosed_departments", "部门预算公开表格", "department_budgets",
    ["department", Column("项目", "label", "text"), Column("预算数", "amount", "number")],
    label="sheet", stub="公开表格",
    said="{total}行中{count}张部门应公开的表没有数：{names}。",
    fine="部门应公开的表都有数，共{total}行。",
    notes=lambda plan, found: (
        f"{found.attrs['year']}年部门预算应公开的表，财政拨款照部门经费预算（不分基金，都列一般公共预算），单位资金照 unit_funds 表，“三公”经费照 running_costs 表。",
        rule_note("ledger_budget_chain", "department_tables"),
    ),
)  # fmt: skip
def disclosed_departments(plan: Plan) -> pd.DataFrame:
    """The last budget of every department, laid out by the table that it has to publish it in."""
    place, rows = plan.basis.place, plan.basis.place.rows("department_budgets")
    year = int(rows["year"].max())
    rows, own, items = (
        each[each["year"] == year] for each in (rows, place.rows("unit_funds"), place.rows("running_costs"))
    )
    items, parts = (
        items[items["item"].isin(THREE_PUBLICS)],
        {"人员经费": "personnel", "公用经费": "operations", "项目支出": "project_spending"},
    )
    made = []
    for department, units in rows.groupby("department", sort=False):
        spent = [(label, float(units[name].sum())) for label, name in parts.items()]
        money = own[own["department"] == department][["carried_over", "income"]].astype(float).sum().sum()
        given, other = (
            ("财政拨款", sum(amount for _, amount in spent)),
            [("单位资金（含上年结转）", money)] if money else [],
        )
        used = [("单位资金安排的支出和结转下年", money)] if money else []
        by_unit = [
            (unit.unit_name, unit.personnel + unit.operations + unit.project_spending) for unit in units.itertuples()
        ]
        basic = [
            (f"{unit.unit_name}{label}", getattr(unit, parts[label]))
            for unit in units.itertuples()
            for label in ("人员经费", "公用经费")
        ]
        publics = [(row.item.label, row.budget) for row in items[items["department"] == department].itertuples()]
        sheets = {
            "部门收支总体情况表": [("收入：" + label, amount) for label, amount in (given, *other)] + [("支出：" + label, amount) for label, amount in (*spent, *used)],
            "部门收入总体情况表": [given, *other], "部门支出总体情况表": [*spent, *used], "财政拨款收支总体情况表": [("收入：财政拨款", given[1]), *(("支出：" + label, amount) for label, amount in spent)],
            "一般公共预算支出情况表": by_unit, "一般公共预算基本支出情况表": basic, "一般公共预算“三公”经费支出情况表": publics,
        }  # fmt: skip
        listed = [
            {"sheet": sheet, "label": label, "amount": amount, "doubt": ""}
            for sheet, lines in sheets.items()
            for label, amount in lines
        ]
        made.append(
            _in_order(
                listed, ["sheet", "label", "amount", "doubt"], "没有数，补登或注明没有此项支出", "department"
            ).assign(department=department)
        )
    found = pd.concat(made, ignore_index=True)
    found.attrs["year"] = year
    return found
