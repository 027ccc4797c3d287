"""Tables 29-1 and 29-8 of the annex: which group of drivers makes the plan uncertain, and which item of own revenue."""

from __future__ import annotations

from fiscal_model.analysis.risk.drawn_futures import LEAST_YEARS
from fiscal_model.analysis.risk.revenue_items import revenue_items
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.analysis.risk.variance_parts import parts_of
from fiscal_model.law.classification import revenue_label
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, table
from fiscal_model.words.drivers import DRIVERS_BY_ID
from fiscal_model.words.lines import LINES
from fiscal_model.words.table import Kind


@table(
    "29-1",
    "variance",
    "不确定性的来源（各组因素占方差的比例）",
    "项目",
    [Column("因素", "", "text"), Spread()],
    unit="",
)
def variance_table(plan: Plan, fan: Fan) -> Content:
    """Shares of the variance of uncommitted money, gap and coverage by group of drivers."""
    found = parts_of(plan, fan.seed)
    rows = [
        Line(f"{line}.{at + 1}", LINES[line].label, values, kind="ratio", lead=(group,))
        for line, shares in found.shares.items()
        for at, (group, values) in enumerate(zip(found.groups, shares, strict=True))
    ]
    members = "；".join(
        f"{group}：{'、'.join(DRIVERS_BY_ID[name].label for name in names)}" for group, names in found.members.items()
    )
    notes = (
        f"{found.paths:,} 条路径，同一组随机数；各组合计为1，几组共同造成的部分按先后次序的平均分摊。没有波动的年度为空。",
        f"{members}；事件：data/rules/risk.toml 列出的各项。",
    )
    return Content(rows, notes, [f"{year}年" for year in plan.years])


@table("29-8", "revenue_items_risk", "一般公共预算收入分项的预测区间和风险来源", "收入项目", [Spread()])
def revenue_items_table(plan: Plan, fan: Fan) -> Content | None:
    """Items of own revenue on the paths; nothing where no item has a record of its own."""
    found = revenue_items(plan, seed=fan.seed)
    if found is None or not (found.records >= LEAST_YEARS).any():
        return None
    low, _, high = found.quantiles
    part = found.plan[0] / found.plan[0].sum()
    columns = zip(
        found.plan[0], low[0], high[0], part, found.shares[0], low[-1], high[-1], found.shares[-1], found.records, strict=True
    )  # fmt: skip
    rows = [Line(code, revenue_label(code), values) for code, values in zip(found.items, columns, strict=True)]
    first, last = found.years[0], found.years[-1]
    headings = [f"{first}年规划", "10%分位", "90%分位", "占收入", "占波动"]
    headings += [f"{last}年10%分位", "90%分位", "占波动", "记录年数"]
    money: list[Kind | None] = ["money"]
    notes = (
        f"{found.paths:,} 条路径，同附表29的随机数；每条路径上各项合计等于一般公共预算收入。占波动：该项与合计的协方差占合计方差的比例，合计为1。",
        "合计的波动按其自身预测记录；各项共同起伏，另按本项历年增速与合计增速之差各自起伏，逐年累积，两者合起来正好是合计的波动。",
        f"记录不足{LEAST_YEARS}年的项目随合计同幅变动。",
    )
    kinds = [*(3 * money), "ratio", "ratio", *(2 * money), "ratio", "count"]
    return Content(rows, notes, headings, kinds)
