"""Task 9, the budget: what options bring, what is moved to the general budget, what the money is spent on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.ledgers.state_capital_effects import firm_bases, option_income
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import UNDECIDED, ledger, rule_note
from fiscal_model.words.firm_terms import SpendingArea
from fiscal_model.words.ledger_terms import YesNo


@ledger(
    "49-6", "pay_ratio_options", "收益上交比例方案的收入", "pay_ratio_options",
    ["pay_class", "from_year", "pay_ratio", Column("企业户数", "firms", "count"),
     Column("规划期收入：现行比例", "now", "number"), Column("方案增加", "more", "number"), "adopted"],
    label="{option}：{pay_class.label}", stub="方案", at_stake="most",
    said="{total}个方案中{count}个没有决定，每类取增加最多的方案，规划期可以增加国资收益{at_stake}万元：{names}。",
    fine="{total}个方案都已决定，增加的收益计入规划。",
    notes=("收入按企业利润、股比逐户测算（附表14-1）；增加的收益按调入比重进入一般公共预算，其余用于国资支出。",),
)  # fmt: skip
def pay_ratio_options(plan: Plan) -> pd.DataFrame:
    """Each option's income over the plan against today's ratios."""
    place, years = plan.basis.place, list(plan.years)
    rows, firms = place.rows("pay_ratio_options"), place.rows("firms")
    more = option_income(place, rows)
    more = more[more["year"].isin(years)].groupby("at")["amount"].sum().reindex(range(len(rows)), fill_value=0.0)
    base = firm_bases(place).reindex(years).sum().to_numpy() * firms["pay_ratio"].astype(float)
    by_class = rows["pay_class"].map
    doubt = np.where(rows["adopted"] == YesNo.YES, "", UNDECIDED)
    open_ = pd.Series(np.where(doubt != "", more, 0.0), rows.index)
    first = ~pd.DataFrame({"of": rows["pay_class"], "more": open_}).sort_values("more", ascending=False).duplicated(
        "of"
    )
    return rows.assign(
        firms=by_class(firms.groupby("pay_class").size()).fillna(0),
        now=by_class(base.groupby(firms["pay_class"]).sum()).fillna(0.0).astype(float),
        more=more.to_numpy(), most=open_.where(first.reindex(rows.index), 0.0), doubt=doubt,
    )  # fmt: skip


@ledger(
    "49-7", "state_capital_transfer_plans", "国资收益调入一般公共预算", "state_capital_transfer_plans",
    ["extra", Column("规划收入", "revenue", "number"), Column("规划已调入", "moved", "number"),
     Column("增加以后比重", "share", "ratio"), "document", "adopted"],
    label="{year}年", stub="年度", at_stake="extra",
    said="{total}项安排中{count}项没有决定或者比重不妥，涉及{at_stake}万元：{names}。",
    fine="{total}项安排都已决定，比重合适。",
    notes=lambda plan, found: (rule_note("ledger_state_capital", "least_transfer_share"),),
)  # fmt: skip
def state_capital_transfer_plans(plan: Plan) -> pd.DataFrame:
    """The share of revenue moved once the row is decided; a decided row is in the plan's figure already."""
    rows, years = plan.basis.place.rows("state_capital_transfer_plans"), list(plan.years)
    revenue, moved = (
        pd.Series(plan.lines[name], years).reindex(rows["year"]).to_numpy(dtype=float)
        for name in ("state_capital_revenue", "state_capital_transfer_out")
    )
    open_ = (rows["adopted"] == YesNo.NO).to_numpy()
    after = moved + np.where(open_, rows["extra"].to_numpy(dtype=float), 0.0)
    share = divided(after, revenue, np.nan)
    least = rules("ledger_state_capital")["least_transfer_share"]["value"]
    doubt = np.select(
        [share > 1, share < least, open_],
        ["超过当年收入，压减", "比重偏低，再提高", UNDECIDED], "",
    )  # fmt: skip
    return rows.assign(revenue=revenue, moved=moved, share=share, doubt=doubt)


@ledger(
    "49-8", "state_capital_plan", "国资预算收支安排", "state_capital_spending",
    [Column("本年收入", "revenue", "number"), Column("上级补助和结转", "other", "number"),
     Column("调入一般公共预算", "moved", "number"), Column("可以安排", "available", "number"),
     Column("已经安排", "amount", "number"), Column("余额", "room", "number")],
    label="{year}年", stub="年度",
    said="{total}年中{count}年的安排超过可以安排的数：{names}。",
    fine="{total}年的安排都在可以安排的数以内。",
    notes=("收入、调出按规划测算（附表14、14-1）；可以安排＝收入－调出－补助下级。",),
)  # fmt: skip
def state_capital_plan(plan: Plan) -> pd.DataFrame:
    """Spending listed against what the plan's state-capital budget can spend, by year."""
    if "state_capital_revenue" in plan.unavailable:
        return pd.DataFrame()
    rows, line = plan.basis.place.rows("state_capital_spending"), plan.lines
    listed = rows.groupby("year")["amount"].sum().reindex(list(plan.years), fill_value=0.0).to_numpy(dtype=float)
    available = line["state_capital_expenditure"]
    room = available - listed
    return pd.DataFrame({
        "year": list(plan.years), "revenue": line["state_capital_revenue"],
        "other": line["state_capital_transfers"] + line["state_capital_carry_in"],
        "moved": line["state_capital_transfer_out"], "available": available, "amount": listed, "room": room,
        "doubt": np.where(room < -0.005, "安排超过可以安排的数，压减或推迟", ""),
    })  # fmt: skip


@ledger(
    "49-9", "state_capital_execution", "国资预算执行进度", "state_capital_execution",
    ["code", "budget", "executed", Column("执行进度", "rate", "ratio"), Column("序时进度", "elapsed", "ratio"),
     Column("偏差", "deviation", "number")],
    label="{name}（{year}年{month}月）", stub="科目", at_stake="deviation",
    said="{total}个科目中{count}个偏离序时进度：{names}。",
    fine="{total}个科目的执行进度都合适。",
    notes=lambda plan, found: (
        "偏差＝执行数－预算数×序时进度；收入只看慢的，支出快慢都看，调出早于序时的不列。",
        rule_note("ledger_state_capital", "progress_band"),
    ),
)  # fmt: skip
def state_capital_execution(plan: Plan) -> pd.DataFrame:
    """Each line at the latest month, against the part of the year that is gone."""
    rows = plan.basis.place.rows("state_capital_execution")
    month = rows["year"] * 12 + rows["month"]
    rows = rows[month == month.max()]
    elapsed, budget = rows["month"] / 12, rows["budget"].astype(float)
    rate = (rows["executed"] / budget.where(budget > 0)).astype(float)
    band, income = rules("ledger_state_capital")["progress_band"]["value"], rows["code"].str.startswith("103")
    slow, fast = rate < elapsed - band, (rate > elapsed + band) & rows["code"].str.startswith("223")
    doubt = np.select(
        [slow & income, slow, fast],
        ["收入进度慢，催缴入库", "进度慢，查明原因", "支出快于序时，控制拨付"], "",
    )  # fmt: skip
    return rows.assign(rate=rate, elapsed=elapsed, deviation=rows["executed"] - budget * elapsed, doubt=doubt)


@ledger(
    "49-10", "state_capital_focus", "国资支出聚焦关键领域和薄弱环节", "state_capital_spending",
    ["year", "code", "area", "firm", "amount"],
    label="name", totals=("amount",), at_stake="amount",
    said="{total}项支出中{count}项不在关键领域和薄弱环节，{at_stake}万元：{names}。",
    fine="{total}项支出都在关键领域、薄弱环节或用于历史遗留问题。",
)  # fmt: skip
def state_capital_focus(plan: Plan) -> pd.DataFrame:
    """Spending by field."""
    rows = plan.basis.place.rows("state_capital_spending")
    return rows.assign(doubt=np.where(rows["area"] == SpendingArea.OTHER, "不属重点，重新论证或者退出", ""))


@ledger(
    "49-11", "state_capital_ties", "国资支出与企业上交是否挂钩", "state_capital_spending",
    [Column("上交合计", "paid", "number"), Column("安排合计", "amount", "number"), Column("安排÷上交", "ratio", "number")],
    label="firm", stub="企业", totals=("paid", "amount"), at_stake="amount",
    said="{total}户企业中{count}户的安排数接近自己的上交数，{at_stake}万元：{names}。",
    fine="{total}户企业的安排数与自己的上交数没有对应关系。",
    notes=lambda plan, found: (*_rank_said(found), rule_note("ledger_state_capital", "tied_band", "tied_rank")),
)  # fmt: skip
def state_capital_ties(plan: Plan) -> pd.DataFrame:
    """What each firm paid in over the years registered against what is given to it."""
    place = plan.basis.place
    paid = place.rows("profit_declarations").groupby("firm")["paid"].sum()
    spending = place.rows("state_capital_spending")
    given = spending[spending["firm"] != ""].groupby("firm")["amount"].sum()
    rows = pd.DataFrame({"paid": paid, "amount": given}).astype(float).fillna(0.0).rename_axis("firm").reset_index()
    rows["ratio"] = rows["amount"] / rows["paid"].where(rows["paid"] > 0)
    near = (rows["ratio"] - 1).abs() <= rules("ledger_state_capital")["tied_band"]["value"]
    return rows.assign(doubt=np.where(near, "接近上交数，按领域重新论证", ""))


def _rank_said(found: pd.DataFrame) -> tuple[str, ...]:
    """Say whether firms that pay more are given more, where three or more can be ranked."""
    rank = found["paid"].rank().corr(found["amount"].rank()) if len(found) > 2 else np.nan
    if not np.isfinite(rank):
        return ()
    tied = rank > rules("ledger_state_capital")["tied_rank"]["value"]
    return (f"上交数与安排数的秩相关系数{rank:.2f}，整体上{'与上交挂钩，应按领域重新安排' if tied else '没有挂钩'}。",)
