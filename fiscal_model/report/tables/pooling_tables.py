"""Tables 10-1 and 10-2 of the annex: who pays before the county does, and what each rule of pooling saves it."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.balance.pooled_money import LABELS, RULES, Pooling, trace_pooling
from fiscal_model.arithmetic.budgets.pooling_order import SOURCES
from fiscal_model.model.projection import Plan
from fiscal_model.words.table import ReportRow, ReportTable, Value

_LEAST = 0.005


def pooling_tables(plan: Plan) -> list[ReportTable]:
    """Build the tables of pooling; none where the place keeps no registers for it.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of ReportTable
    """
    found = trace_pooling(plan)
    if found is None:
        return []
    return [sources_table(plan, found), savings_table(plan, found)]


def sources_table(plan: Plan, found: Pooling) -> ReportTable:
    """Table 10-1: each need over the whole plan, by who pays it."""
    sums = found.rows.drop(columns=["year"]).groupby(["label", "project_code", "unit_name"], sort=False).sum()
    used = [source for source in SOURCES if sums[source].abs().sum() > _LEAST]
    names = ["asked", *used, "county"]
    rows = [
        ReportRow(str(label), (str(unit), *(float(value) for value in row)), "money", 1, f"pooling_{code or unit}")
        for (label, code, unit), row in zip(sums.index, sums[names].to_numpy(), strict=True)
        if row[0] > _LEAST
    ]
    parts = tuple((at, 1) for at in range(len(rows)))
    totals = (float(value) for value in sums[names].sum())
    rows.append(ReportRow("合计", ("", *totals), "money", 0, "pooling_total", parts, True))
    columns = ("单位", "拟由县级安排（统筹前）", *(f"{LABELS[source]}抵减" for source in used), "县级负担（统筹后）")
    span = f"{plan.years[0]}—{plan.years[-1]}年合计"
    notes = [
        f"{span}；按上级资金、单位结转、单位收入、同部门结余、基金和国资的次序使用，县级财力最后安排。",
        "项目为推迟、压减措施之后的县级资金，储备项目未计压减；分年支出中已列明的其他来源不在本表。",
    ]
    for source, label, line in (
        ("superior", "上级资金", "专项支出"),
        ("funds", "政府性基金", "其他基金支出"),
        ("state_capital", "国有资本经营资金", "国有资本经营支出"),
    ):
        short = [
            f"{year}年{amount:,.0f}万元"
            for year, amount in zip(plan.years, found.uncovered[source], strict=True)
            if amount > 0.5
        ]
        if short:
            notes.append(f"{label}超出规划的{line}：{'、'.join(short)}，须核实能否安排。")
    return ReportTable(
        "10-1", "pooling_sources", "财政资金统筹来源", "万元", "项目和支出", columns, tuple(rows), tuple(notes)
    )


def savings_table(plan: Plan, found: Pooling) -> ReportTable:
    """Table 10-2: county money that each rule saves, by year."""
    rows = []
    for source in SOURCES:
        amounts = found.saved.loc[source].to_numpy(dtype=float)
        if np.abs(amounts).sum() > _LEAST:
            values: tuple[Value, ...] = (RULES[source], *map(float, amounts), float(amounts.sum()))
            rows.append(ReportRow(LABELS[source], values, "money", 1, f"saved_{source}"))
    totals = found.saved.sum().to_numpy(dtype=float)
    parts = tuple((at, 1) for at in range(len(rows)))
    whole: tuple[Value, ...] = ("", *map(float, totals), float(totals.sum()))
    rows.append(ReportRow("节约县级财力合计", whole, "money", 0, "saved_total", parts, True))
    columns = ("规则", *(f"{year}年" for year in plan.years), "合计")
    notes = (
        "每条规则的节约＝执行到上一条规则时的县级负担－执行到本条规则时的县级负担，各条相加等于统筹前后之差；"
        "借给同部门单位的钱以后年度自己不能再用，个别年度可以为负。",
    )
    return ReportTable(
        "10-2", "pooling_savings", "各项统筹规则节约的县级财力", "万元", "来源", columns, tuple(rows), notes
    )
