"""Task 12: who owes how much to whom, what may be lost by segment, bridge loans case by case, the emergency fund for maturities by month."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.analysis.affordability.contingent import contingent
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.words.finance_terms import ExposureKind
from fiscal_model.words.vocabulary import ContingentKind


def _combined(plan: Plan) -> pd.DataFrame:
    """One row a borrower: a guaranteed loan stands with the bank and with the guarantor and is counted once."""
    rows = plan.basis.place.rows("credit_exposures")
    parts = {f"{kind.value}s": rows["balance"] * (rows["kind"] == kind) for kind in ExposureKind}
    rows = rows.assign(**parts, segment_label=[each.label for each in rows["segment"]])
    grouped = rows.groupby("credit_code", sort=False)
    found = grouped[list(parts)].sum().assign(
        firm=grouped["firm"].first(), segment_label=grouped["segment_label"].first(), lenders=grouped["lender"].nunique()
    )  # fmt: skip
    overlap = np.minimum(found["loans"], found["guarantees"])
    whole = found[list(parts)].sum(axis=1) - overlap
    return found.assign(overlap=overlap, whole=whole, share=whole / whole.sum()).reset_index()


@ledger(
    "52-9", "borrowers", "企业合并融资：贷款、担保、租赁", "credit_exposures",
    [Column("信用代码", "credit_code", "text"), Column("贷款", "loans", "number"), Column("担保", "guarantees", "number"),
     Column("租赁", "leases", "number"), Column("重叠", "overlap", "number"), Column("合并敞口", "whole", "number"),
     Column("占比", "share", "ratio"), Column("机构数", "lenders", "count")],
    label="firm", totals=("loans", "guarantees", "leases", "overlap", "whole"), at_stake="whole",
    said="{total}户企业中{count}户融资集中或多头，合并敞口{at_stake}万元：{names}。", fine="{total}户企业的融资不集中，没有多头。",
    notes=lambda plan, found: ("有担保的贷款在银行和担保公司各记一次，重叠部分只算一次。", rule_note("ledger_finance", "concentration", "most_lenders")),
)  # fmt: skip
def borrowers(plan: Plan) -> pd.DataFrame:
    """Combined exposure of each borrower."""
    found, rule = _combined(plan), rules("ledger_finance")
    doubt = np.select(
        [found["share"] > rule["concentration"]["value"], found["lenders"] >= rule["most_lenders"]["value"]],
        ["融资集中，控制新增", "多头融资，核对总负债"], "",
    )  # fmt: skip
    return found.assign(doubt=doubt)


@ledger(
    "52-10", "segment_losses", "轻资产等各类企业预期损失", "credit_exposures",
    [Column("户数", "count", "count"), Column("合并敞口", "whole", "number"), Column("违约率", "default", "ratio"),
     Column("违约损失率", "severity", "ratio"), Column("预期损失", "loss", "number"), Column("预期损失率", "rate", "ratio")],
    label="segment_label", stub="类别", totals=("count", "whole", "loss"), at_stake="loss",
    said="{total}类企业中{count}类预期损失率过高，一年预期损失{at_stake}万元：{names}。", fine="{total}类企业的预期损失率都在上限以内。",
    notes=lambda plan, found: (rule_note("ledger_finance", "default_rate", "loss_given_default", "most_loss"),),
)  # fmt: skip
def segment_losses(plan: Plan) -> pd.DataFrame:
    """Expected loss of a year by segment: exposure times default rate times loss."""
    grouped, rule = _combined(plan).groupby("segment_label", sort=False), rules("ledger_finance")
    found = grouped[["whole"]].sum().assign(count=grouped.size()).reset_index()
    default, severity = (
        found["segment_label"].map(rule[name]["value"]) for name in ("default_rate", "loss_given_default")
    )
    rate = default * severity
    doubt = np.where(rate > rule["most_loss"]["value"], "损失率高，提高分险或费率", "")
    return found.assign(default=default, severity=severity, rate=rate, loss=rate * found["whole"], doubt=doubt)


def _cases(plan: Plan) -> pd.DataFrame:
    """Bridge loans with their days at the end of the base year and whether they are overdue or were late."""
    rows, end = plan.basis.place.rows("bridge_loans"), pd.Timestamp(dt.date(plan.base_year, 12, 31))
    lent, due, repaid = (pd.to_datetime(rows[name]) for name in ("lent_on", "due_on", "repaid_on"))
    repaid = repaid.where(repaid <= end)  # what comes back later was still lent
    until = repaid.fillna(end)
    return rows.assign(
        year=lent.dt.year, days=(until - lent).dt.days, share=rows["amount"] / rows["bank_loan"].where(rows["bank_loan"] > 0),
        late=until > due, overdue=rows["amount"] * (repaid.isna() & (end > due)),
    )  # fmt: skip


@ledger(
    "52-11", "bridge_fund", "企业应急周转金运行", "bridge_loans",
    [Column("笔数", "count", "count"), Column("企业数", "firms", "count"), Column("投放", "amount", "number"),
     Column("周转次数", "turnover", "number"), Column("平均天数", "days", "number"),
     Column("最多投放", "capacity", "number"), Column("计划年投放", "planned", "number"), Column("年末逾期", "overdue", "number")],
    label="{year}年", stub="年度", totals=("count", "amount", "overdue"), at_stake="overdue",
    said="{total}年中{count}年投放的有逾期或与计划相差过大，逾期{at_stake}万元：{names}。", fine="{total}年投放的都没有逾期，与计划相近。",
    notes=lambda plan, found: (
        "周转次数＝投放÷周转金规模（或有负债台账）；最多投放＝规模×365÷平均天数；预期损失见表25-2，按计划年投放测算。",
        rule_note("ledger_finance", "least_lent"),
    ),
)  # fmt: skip
def bridge_fund(plan: Plan) -> pd.DataFrame:
    """What the fund lent by year, how often it turned, what has not come back."""
    held = plan.basis.place.rows("contingent_liabilities")
    held = held[held["kind"] == ContingentKind.BRIDGE_FUND]
    fund, planned = float(held["fund"].sum()), float(held["balance"].astype(float).sum(min_count=1))
    grouped = _cases(plan).groupby("year")
    found = grouped[["amount", "overdue"]].sum().assign(
        count=grouped.size(), firms=grouped["firm"].nunique(), days=grouped["days"].mean()
    )  # fmt: skip
    turnover = found["amount"] / fund if fund else np.nan
    last = found.index == min(plan.base_year, found.index.max())  # the register plans from the base year
    idle = last & (found["amount"] < rules("ledger_finance")["least_lent"]["value"] * planned)
    doubt = np.select([found["overdue"] > 0, idle], ["有逾期，催收并停止续借", "投放远少于计划，改计划或收回"], "")
    both = (found["overdue"] > 0) & idle
    return found.assign(
        turnover=turnover, capacity=fund * 365 / found["days"].where(found["days"] > 0), planned=np.where(last, planned, np.nan),
        doubt=np.where(both, "有逾期，投放又远少于计划，催收、改计划", doubt),
    ).reset_index()  # fmt: skip


@ledger(
    "52-12", "bridge_loans", "过桥资金逐笔检查", "bridge_loans",
    ["firm", "bank_loan", "amount", Column("占到期贷款", "share", "ratio"), "lent_on", "due_on", "repaid_on", Column("天数", "days", "count")],
    label="case_code", totals=("bank_loan", "amount"), at_stake="amount",
    said="{total}笔过桥资金中{count}笔不合规定，{at_stake}万元：{names}。", fine="{total}笔过桥资金都在比例和期限以内，按期归还。",
    notes=lambda plan, found: (rule_note("ledger_finance", "bridge_share", "bridge_days"),),
)  # fmt: skip
def bridge_loans(plan: Plan) -> pd.DataFrame:
    """Each case: part of the bank loan, days, repaid when agreed."""
    found, rule = _cases(plan), rules("ledger_finance")
    doubt = np.select(
        [found["overdue"] > 0, found["late"], found["share"] > rule["bridge_share"]["value"], found["days"] > rule["bridge_days"]["value"]],
        ["逾期未还，催收并报告", "归还晚于约定，核对原因", "超过比例上限，不得续用", "超过天数上限，不得续用"], "",
    )  # fmt: skip
    return found.assign(doubt=doubt)


@ledger(
    "52-14", "maturity_fund", "债务应急周转金分月垫付和归还", "contingent_liabilities",
    [Column("到期本金", "due", "number"), Column("垫付", "bridged", "number"), Column("垫不住", "short", "number"), Column("可垫天数", "held", "exact"),
     Column("归还", "repaid", "number"), Column("其中：再融资债券", "refinanced", "number"), Column("其中：自有资金", "own", "number"),
     Column("月末占用", "lent", "number")],
    label="{year}年{month}月", stub="月份", totals=("due", "bridged", "short", "repaid", "refinanced", "own"), at_stake="short",
    said="{total}个月有到期或归还，{count}个月的到期本金周转金垫不住，差{at_stake}万元：{names}。", fine="{total}个月有到期或归还，到期本金周转金都垫得住。",
    notes=(
        "到期本金为存量债务（逐笔债券到月，没有债券台账的按月平均）；一个月最多垫付＝规模×30÷占用天数，占用超过一个月的，先扣除以前月份没有归还的；可垫天数＝规模×30÷当月到期本金。",
        "垫付在当月均匀发生，占用天数到了就归还；归还来源按当年借新还旧依赖度拆分，自有资金已列入规划的还本支出，不另占财力。",
    ),
)  # fmt: skip
def maturity_fund(plan: Plan) -> pd.DataFrame:
    """Months in which principal falls due or comes back to the fund: what it bridges, for how long, who repays it."""
    found = contingent(plan)
    if found is None or found.months is None:
        return pd.DataFrame()
    rows = found.months[(found.months["due"] > 0) | (found.months["repaid"] > 0)]
    share = rows["year"].map(dict(zip(plan.years, np.nan_to_num(plan.line("refinancing_dependence")), strict=True)))
    refinanced, short = rows["repaid"] * share.clip(0, 1), rows["due"] - rows["bridged"]
    return rows.assign(
        held=rows["days"].where(rows["due"] > 0).round(1), short=short, refinanced=refinanced, own=rows["repaid"] - refinanced,
        doubt=np.where(short > 0.005, "垫不住，差额提前备好还款资金", ""),
    )  # fmt: skip
