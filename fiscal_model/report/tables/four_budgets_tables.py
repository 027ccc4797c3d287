"""Annex tables of the four budgets: each fund, each firm, flows both sides, rules, log, the plan with and without measures."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.balance.carryover_ages import carryover_ages
from fiscal_model.analysis.balance.flows import flows_of
from fiscal_model.analysis.balance.log import STOCKS, WITHIN_YEAR, balance_log
from fiscal_model.analysis.balance.priority import category_label, funding_of, project_cuts
from fiscal_model.analysis.balance.rule_outcomes import rule_outcomes
from fiscal_model.arithmetic.budgets.funds import FUND_RESOURCES, FUND_USES, each_fund
from fiscal_model.arithmetic.budgets.stock_funds import profit_base
from fiscal_model.law.limits import limit
from fiscal_model.law.rules import rule_table
from fiscal_model.model.compute import fund_terms
from fiscal_model.model.projection import Plan
from fiscal_model.words.lines import LINES
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import Budget

_UNVERIFIED = "未经核实"
_FUND_NAMES = {
    "revenue": "本年收入",
    "transfers": "上级补助",
    "proceeds": "专项债务转贷收入",
    "carry_in": "上年结转",
    "transfer_in": "一般公共预算调入",
    "gap": "缺口",
    "expenditure": "支出（含付息）",
    "principal": "专项债务还本",
    "remitted_up": "上解",
    "transfer_out": "调出",
    "carry_out": "结转下年",
}
_COMPARED = (
    "own_revenue",
    "transfers",
    "transfer_in",
    "stabilization_draw",
    "expenditure",
    "candidate_projects",
    "flexible_spending",
    "stabilization_fund_stock",
    "rescue_in",
    "funding_gap",
    "fiscal_space",
    "guarantees_shortfall",
)


def four_budget_tables(plan: Plan) -> tuple[ReportTable, ...]:
    """Build every table of this module that the place's data carry.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    tuple of ReportTable
        12-1, 14-1, 15-1, 16-1, 17-1, 17-2, 17-4, 17-5, 17-6, 18-9; not yet rounded.
    """
    tables = (
        each_fund_table(plan),
        firms_table(plan),
        subsidy_table(plan),
        flows_table(plan),
        both_plans_table(plan),
        rules_table(plan),
        log_table(plan),
        cuts_table(plan),
        funding_table(plan),
        carryover_table(plan),
    )
    return tuple(table for table in tables if table is not None and table.rows)


def _years(plan: Plan) -> tuple[str, ...]:
    return tuple(f"{year}年" for year in plan.years)


def _row(label: str, values: np.ndarray, level: int = 1, line: str = "", total: bool = False) -> ReportRow:
    return ReportRow(label, tuple(map(float, values)), "money", level, line, (), total)


def each_fund_table(plan: Plan) -> ReportTable | None:
    """Table 12-1: both sides of every fund; None where only totals are known."""
    accounts = plan.basis.balance.funds
    if accounts is None or "fund_revenue" in plan.unavailable:
        return None
    found = each_fund(fund_terms(plan.basis, dict(plan.lines)))
    rows = []
    for fund, label in enumerate(accounts.labels):
        income, outgo = (
            np.sum([found[name][:, fund] for name in side], axis=0) for side in (FUND_RESOURCES, FUND_USES)
        )
        code = accounts.codes[fund]
        rows.append(_row(f"{label}：收入合计", income, 0, f"fund_{code}_resources", True))
        rows += _fund_rows(found, fund, code, FUND_RESOURCES)
        rows.append(_row(f"{label}：支出合计", outgo, 0, f"fund_{code}_uses", True))
        rows += _fund_rows(found, fund, code, FUND_USES)
        over = found["excess_transfer_out"][:, fund]
        if over.any():
            rows.append(_row("其中：结转超过30%部分调出", over, 2, f"fund_{code}_excess"))
    carried = "按结转台账分基金" if accounts.carry_known else "结转台账未提供，按收入分摊"
    order = "、".join(
        f"{row['name']}（第{row['service_rank']}顺序）" for row in rule_table("funds") if row["code"] in accounts.codes
    )
    notes = (
        f"各基金收入合计等于支出合计，合计数见表12；上年结转{carried}。",
        f"专项债务本息由各基金按顺序负担：{order}；顺序为设计，{_UNVERIFIED}。",
    )
    return ReportTable("12-1", "each_fund", "政府性基金分基金收支", "万元", "基金", _years(plan), tuple(rows), notes)


def _fund_rows(found: dict[str, np.ndarray], fund: int, code: str, side: tuple[str, ...]) -> list[ReportRow]:
    return [
        _row(_FUND_NAMES[name], found[name][:, fund], 1, f"fund_{code}_{name}")
        for name in side
        if np.abs(found[name][:, fund]).max() > 0.5
    ]


def firms_table(plan: Plan) -> ReportTable | None:
    """Table 14-1: what each firm pays in; None without a register of firms."""
    firms = plan.basis.place.rows("firms")
    if not len(firms):
        return None
    names = ("net_profit", "prior_loss", "profit_growth")
    profit, loss, growth = (firms[name].to_numpy(dtype=float) for name in names)
    base, profits, left = profit_base(profit, loss, growth, len(plan.years), limit("statutory_reserve"))
    rows = []
    for at, firm in enumerate(firms.to_dict("records")):
        share = firm["ownership_share"] * firm["pay_ratio"]
        kind = firm["pay_class"].label if firm["pay_class"] else "未分类"
        rows.append(
            _row(f"{firm['firm']}（{kind}，上交比例{firm['pay_ratio']:.0%}）", base[:, at] * share, 0, "", True)
        )
        rows.append(_row("归母净利润", profits[:, at]))
        rows.append(_row("年末待弥补亏损", left[:, at]))
        rows.append(_row("上交基数（弥补亏损、提取10%公积金后）", base[:, at]))
    notes = ["上交数＝上交基数×国有股比×上交比例；亏损结转到用利润弥补完为止；国资支出不与各企业上交数挂钩。"]
    if firms["pay_class"].notna().any():
        notes.append(f"没有填上交比例的按类别缺省比例，{_UNVERIFIED}。")
    return ReportTable("14-1", "firms", "国有企业收益上交", "万元", "企业", _years(plan), tuple(rows), tuple(notes))


def subsidy_table(plan: Plan) -> ReportTable | None:
    """Table 15-1: each scheme's balance, and the subsidy that stands in both budgets; None when unknown."""
    found = plan.basis.balance.insurance
    revenue, expenditure, stock, subsidy = found.revenue, found.expenditure, found.stock, found.subsidy
    if subsidy is None:
        return None
    rows = []
    for at, scheme in enumerate(found.schemes):
        rows.append(_row(f"{scheme}：年初滚存结余", stock[:, at] - revenue[:, at] + expenditure[:, at], 0))
        rows.append(_row("收入", revenue[:, at]))
        rows.append(_row("其中：一般公共预算补贴", subsidy[:, at], 2))
        rows.append(_row("支出", expenditure[:, at]))
        rows.append(_row("年末滚存结余", stock[:, at], 0, "", True))
    notes = (
        "年末＝年初＋收入－支出；补贴在一般公共预算支出和社保基金收入各记一次；社会保险基金不得调出（预算法第十一条）。",
    )
    return ReportTable(
        "15-1", "insurance_flows", "社会保险基金分险种平衡", "万元", "险种", _years(plan), tuple(rows), notes
    )


def flows_table(plan: Plan) -> ReportTable:
    """Table 16-1: every flow between budgets with the line on either side and its rule."""
    flows = flows_of(plan)
    rows = []
    for name, part in flows.groupby("flow", sort=False):
        first = part.iloc[0]
        out, into = LINES[first["line_out"]].label, LINES[first["line_in"]].label
        values: tuple[Value, ...] = (
            f"{first['source']}：{out}",
            f"{first['target']}：{into}",
            first["rule"],
            *map(float, part["amount"]),
        )
        rows.append(ReportRow(str(name), values))
    columns = ("调出预算和项目", "调入预算和项目", "依据", *_years(plan))
    notes = ("每笔在调出、调入两边各记一次；社会保险基金没有调出。",)
    return ReportTable("16-1", "flows", "预算间流向（两边）", "万元", "流向", columns, tuple(rows), notes)


def both_plans_table(plan: Plan) -> ReportTable:
    """Table 17-1: the plan with its measures beside the no-measures baseline."""
    bare = plan.without_measures
    rows = []
    for name in _COMPARED:
        if name in plan.unavailable:
            continue
        label = LINES[name].label
        rows.append(_row(f"{label}：采取措施", plan.lines[name], 0, name))
        rows.append(_row("不采取措施", bare.lines[name], 1, f"bare_{name}"))
        rows.append(_row("措施影响", plan.lines[name] - bare.lines[name], 1, f"effect_{name}"))
    notes = (
        "不采取措施：不实施增收节支措施，不动用稳调基金、不压减、不申请救助，只有法律规定自行发生的事项（结余和两年以上结转补充稳调基金）。",
    )
    return ReportTable("17-1", "both_plans", "两套方案对照", "万元", "项目", _years(plan), tuple(rows), notes)


def rules_table(plan: Plan) -> ReportTable:
    """Table 17-2: the rules B1 to B14 and what the plan did."""
    rows = []
    for outcome in rule_outcomes(plan).to_dict("records"):
        amounts = [None if np.isnan(outcome[year]) else float(outcome[year]) for year in plan.years]
        values = (outcome["article"], outcome["status"], outcome["said"], *amounts)
        rows.append(ReportRow(f"{outcome['id']} {outcome['name']}", values, "money", 0))
    columns = ("依据", "结果", "说明", *_years(plan))
    return ReportTable("17-2", "balance_rules", "平衡规则执行情况", "万元", "规则", columns, tuple(rows))


def log_table(plan: Plan) -> ReportTable:
    """Table 17-4: every action in the order in which it was taken, with the balance before and after."""
    accounts = {**STOCKS, **WITHIN_YEAR}
    rows = []
    for row in balance_log(plan).itertuples():
        values = (
            Budget(row.budget).label,
            row.rule,
            accounts[row.account],
            float(row.amount),
            float(row.before),
            float(row.after),
        )
        rows.append(ReportRow(f"{row.year}年 {row.label}", values))
    columns = ("预算", "依据", "账户", "金额", "措施前", "措施后")
    notes = (
        "按本表从基期年末余额逐笔重演，得到规划期末各项余额；弥补差额的措施在“当年待弥补差额”和所动用的余额各列一行。",
    )
    return ReportTable("17-4", "balance_log", "平衡措施日志", "万元", "措施", columns, tuple(rows), notes)


def cuts_table(plan: Plan) -> ReportTable | None:
    """Table 17-5: candidate projects in the order of funding and what was cut; None without candidates."""
    cuts = project_cuts(plan) if len(plan.basis.balance.commitments.candidates) else None
    if cuts is None:
        return None
    rows = []
    for _, part in cuts.groupby("project_code", sort=False):
        first = part.iloc[0]
        about = (category_label(first["category"]), str(first["priority"]))
        for label, column, level in (("申报", "asked", 0), ("压减", "cut", 1)):
            name = f"{first['name']}：{label}" if not level else label
            rows.append(ReportRow(name, (*about, *map(float, part[column])), "money", level))
    notes = (f"按类别、优先级排序，从后往前逐项压减；类别顺序为设计，{_UNVERIFIED}。",)
    columns = ("类别", "优先级", *_years(plan))
    return ReportTable("17-5", "project_cuts", "储备项目逐项压减", "万元", "项目", columns, tuple(rows), notes)


def funding_table(plan: Plan) -> ReportTable:
    """Table 17-6: what each tier wants and what a remaining gap leaves open."""
    funding = funding_of(plan)
    rows = []
    for tier, part in funding.groupby("tier", sort=False):
        rows.append(_row(f"{tier}：需要", part["wanted"].to_numpy(), 0))
        rows.append(_row("未能安排", part["open"].to_numpy()))
    notes = ("按表中顺序保障，缺口从最后一级起计；采取压减措施之后的数。",)
    return ReportTable("17-6", "funding", "支出保障顺序", "万元", "顺序", _years(plan), tuple(rows), notes)


def carryover_table(plan: Plan) -> ReportTable:
    """Table 18-9: carry-over at each year's end by year of origin."""
    ages = carryover_ages(plan)
    wide = ages.pivot_table(index="origin_year", columns="year", values="amount", aggfunc="sum")
    years = (plan.base_year, *plan.years)
    wide = wide.reindex(columns=list(years)).fillna(0.0)
    rows = [_row(f"{origin}年形成", wide.loc[origin].to_numpy()) for origin in wide.index]
    rows.append(_row("结转合计", wide.sum().to_numpy(), 0, "carry_out", True))
    known = bool(ages["known"].all())
    notes = (
        "先用早年形成的资金；满两年的收回（表17“收回结转两年以上资金”“按结余补充”）。"
        + ("" if known else "结转台账未提供，基期结转全部按当年形成处理。"),
    )
    columns = tuple(f"{year}年末" for year in years)
    return ReportTable(
        "18-9", "carryover_ages", "一般公共预算结转按形成年度", "万元", "形成年度", columns, tuple(rows), notes
    )
