"""Tables 28-2 and 28-3: the plan under stress, the worst of each and year by year."""

from __future__ import annotations

from fiscal_model.analysis.risk.stress import HEADS, KINDS, PLAN, StressTest, left_out, stress_test
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, table
from fiscal_model.words.lines import LINES
from fiscal_model.words.markup import kind_of

_YEARLY = ("uncommitted_resources", "guarantee_coverage", "funding_gap", "fund_gap")


@table(
    "28-2", "stress", "压力测试", "压力", [Column(head, name, KINDS.get(name, "money")) for name, head in HEADS.items()],
    label="name", row_id="id", level="level",
)  # fmt: skip
def stress_table(plan: Plan) -> Content:
    """The worst of each stress over the plan years, beside the plan."""
    rows = stress_test(plan).summary().reset_index()
    return Content(rows.assign(level=(rows["id"] != PLAN).astype(int)), _notes(plan))


@table("28-3", "stress_years", "压力测试逐年结果", "压力", [Column("项目", "", "text"), Spread()])
def stress_years_table(plan: Plan) -> Content:
    """What moves under each stress, year by year."""
    found = stress_test(plan)
    rows = [
        Line(f"{stress.id}.{line}", stress.name, values[at], int(stress.id != PLAN), kind=kind_of(line),
             lead=(LINES[line].label,))
        for at, stress in enumerate(found.stresses)
        for line, values in found.lines.items()
        if line in _YEARLY and (stress.id == PLAN or abs(found.change(line)[at]).max() > _seen(line))
    ]  # fmt: skip
    return Content(rows, ("与规划相同的各项不重复列示。",))


def _seen(line: str) -> float:
    """What is printed differently: a ten-thousandth yuan, a hundredth."""
    return 0.5 if kind_of(line) == "money" else 0.005


def _notes(plan: Plan) -> list[str]:
    found: StressTest = stress_test(plan)
    notes = [
        "各项从规划第一年起变动、以后各年保持，新增债券、项目和措施照规划不变，收支按同一顺序重新平衡；压力幅度为设计值，没有正式规定。",
        "三保保障倍数含动用的预算稳定调节基金和调入资金，动用、调入多的年份可能不降；民生标准、对象增加的，上级按原比例分担。",
        "重演：自有收入照那年的增速变动，以后各年按规划增速；那年的增速不低于规划的，不作变动（比规划为0）。",
        *(f"{each.name}：{each.description}" for each in found.stresses if each.id.startswith("slowdown")),
        "首次突破：未安排财力为负、出现收支缺口或基金缺口、三保保障倍数低于1、债务率超线的第一年。",
    ]
    if "tax_revenue" in plan.unavailable:
        notes.append("税收没有单独提供，按全部自有收入计。")
    absent = left_out(plan)
    if absent:
        notes.append(f"{'、'.join(absent)}没有数据，未测算；几项同时发生的，没有数据的部分不动。")
    return notes
