"""Task 9, the firms: who should pay, what changed, what is due and paid, what paying leaves them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.blocks.ledgers.state_capital_effects import firm_bases, receipt_income
from fiscal_model.law.limits import limit
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import UNDECIDED, ledger, rule_note
from fiscal_model.report.wording import percent
from fiscal_model.words.firm_terms import FirmState
from fiscal_model.words.ledger_terms import YesNo

_COMPARED = ("holder", "sector", "pay_class", "ownership_share", "state", "covered")


@ledger(
    "49-1", "state_firm_coverage", "国资预算覆盖范围：应纳尽纳", "firm_registry",
    ["year", "holder", "sector", "pay_class", "ownership_share", "state", "covered", Column("已登记利润", "paying", "text"),
     "exempt_reason"],
    label="firm",
    said="{total}户企业中{count}户没有纳入、不能测算或者与利润表不符：{names}。",
    fine="{total}户企业应纳尽纳，利润都已登记、与名录相符。",
    notes=lambda plan, found: (
        f"应纳入{int(found['due'].sum())}户，已纳入{int((found['due'] & (found['covered'] == YesNo.YES)).sum())}户，覆盖率"
        f"{percent(float((found['covered'] == YesNo.YES)[found['due']].mean()))}；没有注销、没有写明不纳入理由的国有出资企业为应纳入。",
    ),
)  # fmt: skip
def state_firm_coverage(plan: Plan) -> pd.DataFrame:
    """The firms of the registry's last year: who should be covered, and who is."""
    place = plan.basis.place
    rows = place.rows("firm_registry")
    rows = rows[rows["year"] == rows["year"].max()]
    due = (rows["state"] != FirmState.CANCELLED) & (rows["ownership_share"] > 0) & (rows["exempt_reason"] == "")
    firms = place.rows("firms").drop_duplicates("firm", keep="last").set_index("firm")
    covered, paying = rows["covered"] == YesNo.YES, rows["firm"].isin(firms.index)
    unlike = [rows[name] != rows["firm"].map(firms[name]) for name in ("ownership_share", "pay_class")]
    doubt = np.select(
        [due & ~covered, covered & ~paying, covered & (unlike[0] | unlike[1])],
        ["未纳入，补报并纳入国资预算", "利润没有登记，补登 firms 表", "股比或类别与 firms 表不符，核对"], "",
    )  # fmt: skip
    return rows.assign(due=due, paying=np.where(paying, "是", "否"), doubt=doubt)


@ledger(
    "49-2", "state_firm_changes", "国有企业名录变动", "firm_registry",
    ["year", Column("变动", "change", "text"), "document"],
    label="firm",
    said="{total}项变动中{count}项没有依据或者去向不明：{names}。",
    fine="{total}项变动都有依据文件。",
)  # fmt: skip
def state_firm_changes(plan: Plan) -> pd.DataFrame:
    """Each year's registry against the year before."""
    rows = plan.basis.place.rows("firm_registry")
    first, last = rows["year"].min(), rows["year"].max()
    before = rows.assign(year=rows["year"] + 1)
    both = rows.merge(before, "outer", ["firm", "year"], suffixes=("", "_before"), indicator="there")
    both = both[(both["year"] > first) & (both["year"] <= last)]
    both = both[(both["there"] != "right_only") | (both["state_before"] != FirmState.CANCELLED)]
    label = TABLES["firm_registry"].label_of

    def said(cell: object) -> object:
        return percent(cell) if isinstance(cell, float) else getattr(cell, "label", cell)

    def change(row: dict[str, object]) -> str:
        if row["there"] != "both":
            return "新列入" if row["there"] == "left_only" else "不再列入"
        moved = [name for name in _COMPARED if row[name] != row[f"{name}_before"]]
        return "；".join(f"{label(name)}：{said(row[f'{name}_before'])}→{said(row[name])}" for name in moved)

    both = both.assign(change=[change(row) for row in both.to_dict("records")], document=both["document"].fillna(""))
    both = both[both["change"] != ""].sort_values(["year", "firm"])
    gone = both["there"] == "right_only"
    doubt = np.select([gone, both["document"] == ""], ["没有注销就不再列入，核实去向", "没有依据文件，补齐文号"], "")
    return both.assign(doubt=doubt)


@ledger(
    "49-3", "state_capital_receipts", "股利股息、产权转让和清算收入", "state_capital_receipts",
    ["kind", "year", "base", "share", Column("应收", "due", "number"), "received", Column("未收", "open", "number"),
     "due_date", "adopted"],
    label="firm", totals=("due", "received", "open"), at_stake="open",
    said="{count}笔没有决定或者没有收齐，未收{at_stake}万元：{names}。",
    fine="{total}笔都已决定，到期的已收齐。",
)  # fmt: skip
def state_capital_receipts(plan: Plan) -> pd.DataFrame:
    """What is due by share, what came in; late at the end of the base year."""
    place = plan.basis.place
    rows, end = place.rows("state_capital_receipts"), dt.date(plan.base_year, 12, 31)
    due = receipt_income(place, rows)["amount"].to_numpy()
    still = np.maximum(due - rows["received"].astype(float).fillna(0).to_numpy(), 0)
    late = np.array([day <= end for day in rows["due_date"]]) & (still > 0.005)
    doubt = np.select(
        [late, (rows["adopted"] == YesNo.NO).to_numpy()],
        ["到期没有收齐，催缴入库", UNDECIDED], "",
    )  # fmt: skip
    return rows.assign(due=due, open=still, doubt=doubt)


@ledger(
    "49-4", "profit_declarations", "国有资本收益申报和上交", "profit_declarations",
    ["year", "net_profit", "prior_loss", "ownership_share", "pay_ratio", Column("应交", "due", "number"), "declared",
     "paid", Column("欠缴", "arrears", "number")],
    label="{firm}（{year}年利润）", stub="企业", totals=("due", "declared", "paid", "arrears"), at_stake="arrears",
    said="{count}户次没有足额申报、上交或者两数不符，欠缴{at_stake}万元：{names}。",
    fine="{total}户次都足额申报、足额上交。",
    notes=lambda plan, found: (
        "应交＝（归母净利润－以前年度亏损）扣除法定公积金后×国有股比×上交比例；欠缴＝应交－已交。", *_undeclared(plan, found),
    ),
)  # fmt: skip
def profit_declarations(plan: Plan) -> pd.DataFrame:
    """What was due on each year's profit, declared and paid."""
    rows = plan.basis.place.rows("profit_declarations")
    base = np.maximum(rows["net_profit"] - rows["prior_loss"], 0) * (1 - float(limit("statutory_reserve")))
    due = (base * rows["ownership_share"] * rows["pay_ratio"]).astype(float)
    arrears = np.maximum(due - rows["paid"], 0)
    doubt = np.select(
        [due - rows["declared"] > 0.005, arrears > 0.005, rows["paid"] - rows["declared"] > 0.005],
        ["申报少于应交，补报补交", "没有交足，催缴入库", "已交多于申报，补报或退库"], "",
    )  # fmt: skip
    return rows.assign(due=due, arrears=arrears, doubt=doubt)


def _undeclared(plan: Plan, found: pd.DataFrame) -> tuple[str, ...]:
    """Name firms that the registry holds as covered in a year for which others declared and they did not."""
    listed = plan.basis.place.rows("firm_registry")
    listed = listed[(listed["covered"] == YesNo.YES) & listed["year"].isin(found["year"])]
    told = set(zip(found["firm"], found["year"], strict=True))
    left = [
        f"{firm}（{year}年）"
        for firm, year in zip(listed["firm"], listed["year"], strict=True)
        if (firm, year) not in told
    ]
    return (f"名录已纳入国资预算、没有申报的：{'、'.join(left)}，催报。",) if left else ("名录已纳入的企业都已申报。",)


@ledger(
    "49-5", "firm_funding", "企业发展和收益分配：留存、上交的得失", "firm_funding",
    ["depreciation", "capex", "principal_due", Column("上交", "paid", "number"), Column("留存资金", "kept", "number"),
     Column("留存倍数", "cover", "number"), Column("提高后上交", "paid_more", "number"),
     Column("提高后倍数", "cover_more", "number"), Column("可承受比例", "bearable", "ratio")],
    label="firm", totals=("paid", "kept", "paid_more"),
    said="{total}户企业中{count}户现在或者提高上交比例以后，留存不够投资和还本：{names}。",
    fine="{total}户企业提高上交比例以后，留存仍够投资和还本。",
    notes=lambda plan, found: (
        "留存资金＝净利润＋折旧－上交；留存倍数＝留存资金÷（必要投资＋到期本金）；可承受比例是留存倍数等于判断线时的上交比例。",
        rule_note("ledger_state_capital", "raise_step", "least_cover"),
    ),
)  # fmt: skip
def firm_funding(plan: Plan) -> pd.DataFrame:
    """What paying in leaves each firm in the first plan year, now and at a higher ratio."""
    place, rule = plan.basis.place, rules("ledger_state_capital")
    step, least = rule["raise_step"]["value"], rule["least_cover"]["value"]
    firms = place.rows("firms").assign(base=firm_bases(place).iloc[0].to_numpy())
    rows = place.rows("firm_funding").merge(firms.drop(columns=["unit", "source", "note", "row_line"]), on="firm")
    base, ratio = rows["base"], rows["pay_ratio"].astype(float)
    earned = rows["net_profit"] * (1 + rows["profit_growth"]) + rows["depreciation"]
    need = rows["capex"] + rows["principal_due"]
    paid, more = base * ratio, base * np.minimum(ratio + step, 1)
    cover, cover_more = ((earned - each) / need.where(need > 0) for each in (paid, more))
    bearable = ((earned - least * need) / base.where(base > 0)).clip(0, 1)
    doubt = np.select(
        [cover < least, cover_more < least],
        ["留存不够投资和还本，暂缓提高", "提高以后不够，不宜再提高"], "",
    )  # fmt: skip
    return rows.assign(
        paid=paid,
        kept=earned - paid,
        cover=cover,
        paid_more=more,
        cover_more=cover_more,
        bearable=bearable,
        doubt=doubt,
    )
