"""Table 29-1 of the annex: which group of drivers makes the plan uncertain."""

from __future__ import annotations

from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.analysis.risk.variance_parts import parts_of
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, table
from fiscal_model.words.drivers import DRIVERS_BY_ID
from fiscal_model.words.lines import LINES


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
