"""Task 3: data of departments joined to taxpayers, leads of tax not declared, where tax comes from, who submits late."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.law.classification import label_of
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.words.area_words import area_word
from fiscal_model.words.data_terms import RecordKind
from fiscal_model.words.vocabulary import Budget

_SOURCE_COLUMNS = [
    Column("上年税收", "before", "number"), Column("本年税收", "now", "number"), Column("增幅", "growth", "move"),
    Column("占全部税收", "share", "ratio"), Column("拉动增长", "pull", "move"), Column("户数", "firms", "count"),
    Column("最大一户占比", "largest", "ratio"),
]  # fmt: skip


@ledger(
    "43-1", "department_match", "涉税部门数据匹配率", "department_records",
    [Column("条数", "records", "count"), Column("匹配条数", "matched", "count"), Column("匹配率", "rate", "ratio"),
     Column("名称不一致", "renamed", "count")],
    label="department", totals=("records", "matched", "renamed"),
    said="{total}个部门中{count}个的数据匹配率低：{names}。",
    fine="{total}个部门的数据都能匹配到税务登记。",
    notes=lambda plan, found: (rule_note("ledger_data", "least_match"),),
)  # fmt: skip
def department_match(plan: Plan) -> pd.DataFrame:
    """Records of each department that a registered taxpayer's code is found for."""
    place = plan.basis.place
    rows, named = place.rows("department_records"), place.rows("tax_registrations").set_index("credit_code")["firm"]
    known = rows["credit_code"].map(named)
    found = (
        rows.assign(matched=known.notna(), renamed=known.notna() & (known != rows["firm"]))
        .groupby("department", sort=False)
        .agg(records=("firm", "size"), matched=("matched", "sum"), renamed=("renamed", "sum"))
        .reset_index()
    )
    found["rate"] = found["matched"] / found["records"]
    low = found["rate"] < rules("ledger_data")["least_match"]["value"]
    return found.assign(doubt=np.where(low, "匹配率低，退回核对代码", ""))


@ledger(
    "43-2", "tax_leads", "没有申报或少申报的税收线索", "department_records",
    ["department", "kind", "year", Column("数量", "quantity", "count"), Column("税种", "tax", "text"), Column("申报计税依据", "declared", "number"),
     Column("入库税额", "paid", "number"), Column("估算税额", "estimated", "number")],
    label="firm", totals=("estimated",), at_stake="estimated",
    said="{total}条比对中{count}条是线索，估算税额{at_stake}万元，转税务部门核实：{names}。",
    fine="{total}条比对没有发现少申报的线索。",
    notes=lambda plan, found: (
        f"线索只说明数据对不上，不是欠税结论；没有申报的看：{_tests_said()}。估算为{rules('ledger_data')['estimate']['source']}。",
        rule_note("ledger_data", "sales_per_kwh"),
    ),
)  # fmt: skip
def tax_leads(plan: Plan) -> pd.DataFrame:
    """Departments' figures against the tax that should go with them in the same year."""
    place, rule = plan.basis.place, rules("ledger_data")
    taxes = dict(each.split() for each in rule["undeclared"]["value"])
    rows = place.rows("department_records")
    rows = rows[[kind.value in taxes for kind in rows["kind"]]]
    kinds = pd.Series([kind.value for kind in rows["kind"]], rows.index, dtype=object)
    paid = place.rows("tax_payments")[["credit_code", "code", "year", "taxable_base", "paid"]]
    found = rows.assign(code=kinds.map(taxes)).merge(paid, how="left", on=["credit_code", "code", "year"])
    power = (found["kind"] == RecordKind.ELECTRICITY).to_numpy()
    quantity, base = found["quantity"].to_numpy(dtype=float), found["taxable_base"].astype(float).fillna(0.0).to_numpy()
    sales = quantity * rule["sales_per_kwh"]["value"] / 1e4
    none = found["paid"].isna().to_numpy()
    low = power & ~none & (base < sales)
    measured = np.where(power, np.maximum(sales - base, 0.0), quantity)
    estimated = np.where(none | low, measured * kinds.map(rule["estimate"]["value"]).to_numpy(dtype=float), 0.0)
    doubt = np.select([none, low], ["没有申报该税种，转税务核实", "申报销售与用电不符，核实"], "")
    tax = [label_of(Budget.GENERAL, code) for code in found["code"]]
    return found.assign(
        tax=tax, declared=found["taxable_base"].astype(float), paid=found["paid"].astype(float), estimated=estimated, doubt=doubt
    )  # fmt: skip


def _tests_said() -> str:
    """Say which tax goes with which data."""
    pairs = (each.split() for each in rules("ledger_data")["undeclared"]["value"])
    return "、".join(f"有{RecordKind(kind).label}没有{label_of(Budget.GENERAL, code)}" for kind, code in pairs)


def _sources(plan: Plan, by: str) -> pd.DataFrame:
    """County tax of the last two years by a column of the registrations: growth, share, what it adds to growth, the largest firm."""
    place, rule = plan.basis.place, rules("ledger_data")
    firms = place.rows("tax_registrations")[["credit_code", "firm", "sector", "township"]]
    rows = (
        place.rows("tax_payments").merge(firms, on="credit_code").assign(paid=lambda each: each["paid"].astype(float))
    )
    last = rows["year"].max()
    sums = {
        at: rows[rows["year"] == year].groupby(by)["paid"].sum() for at, year in (("before", last - 1), ("now", last))
    }
    per_firm = rows[rows["year"] == last].groupby([by, "credit_code"])["paid"].sum()
    found = pd.DataFrame({**sums, "firms": rows.groupby(by)["credit_code"].nunique()}).fillna(0.0)
    found["largest"] = per_firm.groupby(level=0).max() / found["now"].where(found["now"] > 0)
    found["growth"] = found["now"] / found["before"].where(found["before"] > 0) - 1
    found["share"] = found["now"] / found["now"].sum()
    found["pull"] = (found["now"] - found["before"]) / found["before"].sum()
    doubt = np.select(
        [found["growth"] < -rule["fall"]["value"], found["share"] > rule["most_share"]["value"]],
        ["降幅大，走访核实原因", "占比过高，防范单一依赖"], "",
    )  # fmt: skip
    found = found.assign(doubt=doubt).sort_values("now", ascending=False).reset_index()
    found.attrs["year"] = last
    return found


def _covered(plan: Plan, found: pd.DataFrame) -> str:
    """Say how much of the county's tax the registered firms pay."""
    year, whole = int(found.attrs["year"]), plan.basis.history.value("tax_revenue", int(found.attrs["year"]))
    paid = found["now"].sum()
    place = plan.basis.place
    share = (
        f"，占全{area_word(place.name, place.level)}税收收入{whole:,.0f}万元的{paid / whole:.1%}" if whole > 0 else ""
    )
    return f"{year}年登记各户县级入库{paid:,.2f}万元{share}；本年、上年指登记的最近两年。"


@ledger(
    "43-3", "tax_by_sector", "财源分析：分行业", "tax_payments", _SOURCE_COLUMNS,
    label="sector", stub="行业", totals=("before", "now", "share", "pull", "firms"), at_stake="now",
    said="{total}个行业中{count}个占比过高或下降较多，税收{at_stake}万元：{names}。",
    fine="{total}个行业没有占比过高或下降较多的。",
    notes=lambda plan, found: (
        _covered(plan, found), f"行业集中度（比重平方和）{(found['share'] ** 2).sum():.2f}。", rule_note("ledger_data", "most_share", "fall"),
    ),
)  # fmt: skip
def tax_by_sector(plan: Plan) -> pd.DataFrame:
    """Tax by sector."""
    return _sources(plan, "sector")


@ledger(
    "43-4", "tax_by_township", "财源分析：分乡镇", "tax_payments", _SOURCE_COLUMNS,
    label="township", stub="乡镇", totals=("before", "now", "share", "pull", "firms"), at_stake="now",
    said="{total}个乡镇中{count}个占比过高或下降较多，税收{at_stake}万元：{names}。",
    fine="{total}个乡镇没有占比过高或下降较多的。",
    notes=lambda plan, found: (rule_note("ledger_data", "most_share", "fall"),),
)  # fmt: skip
def tax_by_township(plan: Plan) -> pd.DataFrame:
    """Tax by township."""
    return _sources(plan, "township")


@ledger(
    "43-5", "top_taxpayers", "财源分析：纳税大户", "tax_payments",
    [*_SOURCE_COLUMNS[:5], Column("累计占比", "cumulative", "ratio")],
    label="firm", stub="企业", at_stake="now",
    said="税收最多的{total}户中{count}户占比过高、下降较多或两表不符，税收{at_stake}万元：{names}。",
    fine="税收最多的{total}户没有占比过高、下降较多或两表不符的。",
    notes=lambda plan, found: (
        "两表不符：同一企业、税种、年度的县级入库数与重点税源表（附表03所用）不同。",
        rule_note("ledger_data", "top_count", "most_share", "fall"),
    ),
)  # fmt: skip
def top_taxpayers(plan: Plan) -> pd.DataFrame:
    """The firms that pay most, with their share added up."""
    found, place = _sources(plan, "firm"), plan.basis.place
    firms = place.rows("tax_registrations")[["credit_code", "firm"]]
    paid = place.rows("tax_payments").merge(firms, on="credit_code")[["firm", "code", "year", "paid"]]
    both = paid.merge(place.rows("taxpayers"), on=["firm", "code", "year"])
    apart = both.loc[(both["paid"] - both["amount"]).abs() > 0.5, "firm"]
    found["doubt"] = found["doubt"].mask(found["firm"].isin(apart) & (found["doubt"] == ""), "与重点税源表不符，核对")
    return found.assign(cumulative=found["share"].cumsum()).head(int(rules("ledger_data")["top_count"]["value"]))


@ledger(
    "43-6", "data_submissions", "涉税数据报送：谁迟报", "data_submissions",
    ["kind", "due_date", "submitted_on", Column("迟报天数", "days", "count"), "expected", "received",
     Column("完整率", "complete", "ratio")],
    label="department",
    said="{total}次报送中{count}次没有报、迟报或不全：{names}。",
    fine="{total}次报送都按时、完整。",
    notes=("没有报送的，迟报天数算到登记的最后一个日期。",),
)  # fmt: skip
def data_submissions(plan: Plan) -> pd.DataFrame:
    """Submissions against their day and the rows expected."""
    rows = plan.basis.place.rows("data_submissions")
    there = np.array([isinstance(day, dt.date) for day in rows["submitted_on"]], dtype=bool)
    last = max([*rows["due_date"], *rows.loc[there, "submitted_on"]])
    until = rows["submitted_on"].where(there, last)
    days = np.array([max((day - due).days, 0) for day, due in zip(until, rows["due_date"], strict=True)])
    received, expected = rows["received"].astype(float).fillna(0.0), rows["expected"].astype(float)
    complete = received / expected.where(expected > 0)
    doubt = np.select(
        [~there, days > 0, complete < 1], ["没有报送，催报", "迟报，通报并约定时限", "报送不全，补报"], ""
    )
    return rows.assign(days=days, complete=complete, doubt=doubt)
