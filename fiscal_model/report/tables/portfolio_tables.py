"""Tables 11-1 and 11-2: which projects of the library to start and when, why others are left out and what would bring them in."""

from __future__ import annotations

from fiscal_model.analysis.affordability.candidates import DELAY_KEEPS, list_candidates
from fiscal_model.analysis.affordability.portfolio import portfolio
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, table
from fiscal_model.report.portfolio_text import way_in
from fiscal_model.report.wording import percent


@table(
    "11-1", "portfolio", "储备项目组合：选哪些、何时开始", "项目",
    [Column("类别", lambda record: record["category"].label, "text"), Column("事前得分", "score", "tenth"), Column("县级资金", "county"),
     Column("开始年份", lambda record: f"{record['start']}年" if record["start"] else "未入选", "text"),
     Column("必须安排", lambda record: "是" if record["must"] else "否", "text"), Column("未入选的原因", lambda record: record["reason"] or "—", "text"),
     Column("怎样才能入选", lambda record: "—" if record["start"] else way_in(record), "text"),
     Column("土地收入减半时", lambda record: "退出" if record["leaves_with_land"] else "不变" if record["start"] else "—", "text")],
    label="name", row_id="project_code",
)  # fmt: skip
def portfolio_table(plan: Plan, fan: Fan) -> Content | None:
    """Every candidate: started when, or left out why, and what would bring it in."""
    if not list_candidates(plan):
        return None
    found = portfolio(plan, paths=fan.paths, seed=fan.seed)
    unpaid = f"必须安排的{'、'.join(found.unpaid)}按要求的把握付不起，以下按不强制安排选择。" if found.unpaid else ""
    shares = "、".join(f"{category.label}{percent(share)}" for category, share in found.class_shares.items())
    notes = (
        f"{unpaid}{len(found.chosen)}个项目入选，{len(found.projects) - len(found.chosen)}个未入选{f'；入选县级资金中{shares}' if shares else ''}。",
        f"要求：各年县级资金同时付得起的未来不少于{percent(found.asked)}，只用未安排财力，没有列明的压减不计；规划期后的支出按末年财力。",
        f"另抽未来复核付得起的占{percent(found.held_afresh)}，经平衡规则执行不压减、无缺口的占{percent(found.balanced_afresh)}；"
        f"入选总价值{found.value:,.0f}，满足条件的任何组合不超过{found.bound:,.0f}。价值为得分乘全部投入、每推迟一年减{percent(1 - DELAY_KEEPS)}（设计）。",
    )
    return Content(found.projects, notes)


@table("11-2", "portfolio_money", "储备项目组合的资金和每多一万元的价值", "项目")
def portfolio_money_table(plan: Plan, fan: Fan) -> Content | None:
    """What the chosen projects cost each year beside what may pay for them, and the value of one more 万元."""
    if not list_candidates(plan):
        return None
    found = portfolio(plan, paths=fan.paths, seed=fan.seed)
    rows = [
        Line("chosen", "入选项目的县级资金", found.totals, 0),
        Line("held", f"未安排财力：{1 - found.asked:.0%}分位", found.money[0]),
        Line("median", "未安排财力：中位", found.money[1]),
        Line("plan", "未安排财力：规划", found.money[2]),
        Line("price", "每多一万元财力增加的价值（万元）", found.price, kind="number"),
    ]
    return Content(rows, ("规划期以后各年按规划末年的财力。",), [f"{year}年" for year in found.years])
