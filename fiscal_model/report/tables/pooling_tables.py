"""Tables 10-1 and 10-2 of the annex: who pays before the county does, and what each rule of pooling saves it."""

from __future__ import annotations

from fiscal_model.analysis.balance.pooled_money import LABELS, RULES, trace_pooling
from fiscal_model.arithmetic.budgets.pooling_order import SOURCES
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Spread, sum_of, table
from fiscal_model.report.wording_by_year import in_years

_LEAST = 0.005
_CARRIED_BY = {
    "superior": ("上级资金", "专项支出"),
    "funds": ("政府性基金", "其他基金支出"),
    "state_capital": ("国有资本经营资金", "国有资本经营支出"),
}
"""Source to its name and the line that has to carry what it pays."""


@table(
    "10-1",
    "pooling_sources",
    "财政资金统筹来源",
    "项目和支出",
    [Column("单位", "unit_name", "text"), Spread()],
    row_id="id",
)
def sources_table(plan: Plan) -> Content | None:
    """Each need over the whole plan, by who pays it; None where the place keeps no registers for it."""
    found = trace_pooling(plan)
    if found is None:
        return None
    sums = found.rows.groupby(["label", "project_code", "unit_name"], sort=False).sum().reset_index()
    sums = sums[sums["asked"] > _LEAST]
    used = [source for source in SOURCES if sums[source].abs().sum() > _LEAST]
    records = [
        {
            **row,
            "id": f"pooling_{row['project_code'] or number}",
            "values": [row[name] for name in ("asked", *used, "county")],
        }
        for number, row in enumerate(sums.to_dict("records"), 1)
    ]
    headings = ("拟由县级安排（统筹前）", *(f"{LABELS[source]}抵减" for source in used), "县级负担（统筹后）")
    notes = [
        f"{plan.years[0]}—{plan.years[-1]}年合计；按上级资金、单位结转、单位收入、同部门结余、基金和国资的次序使用，县级财力最后安排。",
        "项目为推迟、压减措施之后的县级资金，储备项目未计压减；分年支出中已列明的其他来源不在本表。",
    ]
    for source, (label, line) in _CARRIED_BY.items():
        short = [f"{year}年{amount:,.0f}万元" for year, amount in in_years(plan.years, found.uncovered[source])]
        if short:
            notes.append(f"{label}超出规划的{line}：{'、'.join(short)}，须核实能否安排。")
    return Content([*records, sum_of("pooling_total", "合计", records)], notes, headings)


@table(
    "10-2",
    "pooling_savings",
    "各项统筹规则节约的县级财力",
    "来源",
    [Column("规则", "rule", "text"), Spread()],
    row_id="id",
)
def savings_table(plan: Plan) -> Content | None:
    """County money that each rule saves, by year; None where the place keeps no registers for it."""
    found = trace_pooling(plan)
    if found is None:
        return None
    records = [
        {"id": f"saved_{source}", "label": LABELS[source], "rule": RULES[source], "values": (*saved, saved.sum())}
        for source, saved in zip(SOURCES, found.saved.loc[list(SOURCES)].to_numpy(dtype=float), strict=True)
        if abs(saved).sum() > _LEAST
    ]
    notes = (
        "每条规则的节约＝执行到上一条规则时的县级负担－执行到本条规则时的县级负担，各条相加等于统筹前后之差；"
        "借给同部门单位的钱以后年度自己不能再用，个别年度可以为负。",
    )
    total = sum_of("saved_total", "节约县级财力合计", records)
    return Content([*records, total], notes, (*(f"{year}年" for year in plan.years), "合计"))
