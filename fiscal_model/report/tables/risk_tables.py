"""Tables 16-32 of the annex: balancing, rating, scenarios, uncertainty, assumptions, cautions, grain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from fiscal_model.analysis.balance.flows import list_flows
from fiscal_model.analysis.rating.rating import Rating
from fiscal_model.analysis.risk.fan_counts import GUARANTEE_LIGHT, TREASURY
from fiscal_model.analysis.risk.positions import POSITIONED, positions_of
from fiscal_model.analysis.risk.simulate import CHANCES, WORST, Fan
from fiscal_model.arithmetic.budgets.waterfall import SHORTAGE_STEPS, STEPS
from fiscal_model.inputs.scenario import QUALITIES, kind_of_assumption
from fiscal_model.law.balance_steps import BalanceStep, balance_steps
from fiscal_model.model.futures import moved_by_percentile
from fiscal_model.model.planbook import list_assumptions
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, table
from fiscal_model.report.layout import statement
from fiscal_model.report.wording import percentile_text
from fiscal_model.words.drivers import DRIVERS, DRIVERS_BY_ID
from fiscal_model.words.lines import LINES
from fiscal_model.words.markup import kind_of

_MOVED = ("fund_transfer_out", "state_capital_transfer_out", "transfer_out")
_COMPARED = [
    "own_revenue",
    "available_resources",
    "guarantee_coverage",
    "uncommitted_resources",
    "funding_gap",
    "fund_gap",
    "fund_transfer_in",
    "debt_ratio",
]
_FANNED = ("own_revenue", "available_resources", "guarantee_coverage", "uncommitted_resources", "debt_ratio")
_QUANTILES = {0.1: "10%分位", 0.5: "中位", 0.9: "90%分位"}
_ODDS = CHANCES | {GUARANTEE_LIGHT: "“三保”预警等级为橙或红的概率", TREASURY: "有月份不能按时支付的概率"}
_BLOCKS = {
    "revenue": "自有收入",
    "transfers": "上级补助",
    "guarantees": "三保",
    "debt": "政府债务",
    "funds": "政府性基金",
    "state_capital": "国有资本经营",
    "projects": "项目",
    "social_insurance": "社会保险",
}


@table("16", "between_budgets", "预算间调入调出", "流向", [Column("依据", "", "text"), Spread()])
def between_budgets_table(plan: Plan) -> Content:
    """What moves between the budgets, by the rule that moves it: the flows of table 16-1 without those inside expenditure."""
    rows = []
    for number, (name, part) in enumerate(list_flows(plan).groupby("flow", sort=False), 1):
        first = part.iloc[0]
        if first["line_out"] in _MOVED:
            label = f"{first['source']} → {first['target']}：{name}"
            rows.append(Line(f"flow_{number}", label, part["amount"].to_numpy(), lead=(first["rule"],)))
    unknown = plan.basis.balance.funds is None and "fund_revenue" not in plan.unavailable
    untold = "没有分基金的收支，结转超过上限的资金可否调出无从判断，不作调出，在基金内按用途使用。"
    return Content(rows, ("每笔在调出预算和调入预算各记一次，两边科目见表16-1。", *([untold] if unknown else [])))


_LEFT_OVER = "step_surplus_from_funds + step_surplus_to_fund + step_surplus_unallocated + step_reserve_unallocated"
"""Where a surplus goes: with the measures it makes up for what balances before them."""


@table(
    "17",
    "waterfall",
    "跨年度平衡措施",
    "步骤",
    [Column("依据", "", "text"), Column("责任单位、时限（建议）", "", "text"), Spread()],
)
def waterfall_table(plan: Plan) -> Content:
    """The steps that balanced each year, with amounts and rules."""
    steps = [(step, balance_steps()[step]) for step in STEPS]
    rows = [
        Line(f"step_{step}", about.label, plan.steps[step], 0 if step == "gap" else 1, lead=_settled(about))
        for step, about in steps
    ]
    # What waits for allocation is the line of that name wherever it is printed: the reserve on it stands by itself.
    waiting = [step for step, _ in steps].index("surplus_unallocated")
    rows[waiting : waiting + 1] = [
        replace(rows[waiting], values=plan.lines["unallocated"]),
        Line("step_reserve_unallocated", "待安排支出对应的预备费", plan.lines["reserve_unallocated"],
             lead=_settled(balance_steps()["reserve"])),
    ]  # fmt: skip
    notes = (
        "按表中顺序逐项采取，前一项用尽才用后一项；三保支出不压减；压减支出和收回结转的各项含随之减少的预备费。",
        "逐个项目的压减见表17-5，逐笔记录见表17-4。",
    )
    taken = (f"step_{step}" for step in SHORTAGE_STEPS)
    gap = replace(rows[-1], adds=" - ".join((_LEFT_OVER, "before_measures", *taken)))
    return Content([Line("before_measures", "平衡前收支差额", _before(plan), 0), *rows[:-1], gap], notes)


def _settled(step: BalanceStep) -> tuple[str, str]:
    """What a step rests on, and who sees to it by when."""
    return step.source, "，".join(part for part in (step.owner, step.by) if part)


def _before(plan: Plan) -> np.ndarray:
    steps = plan.steps
    surplus = steps["surplus_from_funds"] + steps["surplus_to_fund"] + steps["surplus_unallocated"]
    return surplus - sum(steps[name] for name in STEPS if not name.startswith("surplus"))


stabilization_table = statement(
    "18",
    "stabilization",
    "预算稳定调节基金滚存与结转",
    """
  stabilization_topup
  stabilization_draw
*stabilization_fund_stock
  carry_in
  carry_out
  fund_carry_in
  fund_carry_out""",
)


@table(
    "27", "rating", "财政承受能力评估汇总", "指数和指标",
    [Column("数值", "", "thousandth"), Column("满分/零分线", "", "text"), Spread()], unit="",
)  # fmt: skip
def rating_table(rating: Rating, fan: Fan) -> Content:
    """The six indices, what each is made of, broken gates, and the grade."""
    rows = []
    for number, (label, points) in enumerate(rating.indices.items(), 1):
        rows.append(Line(f"index_{number}", label, (points, rating.weights.get(label, 0)), 0, kind="tenth", lead=("",)))
        rows += [
            Line(
                each.name,
                each.label,
                (each.score, ""),
                kind="count",
                lead=(each.value, f"{each.good:g} / {each.bad:g}"),
            )
            for each in rating.scores
            if each.index == label
        ]
    rows.append(Line("rating_total", "综合", (rating.total, rating.grade), 0, kind="tenth"))
    rows += [
        Line(f"veto_{veto.name}", f"否决项：{veto.label}", ("", f"不高于“{veto.cap}”"), lead=("", ""))
        for veto in rating.vetoes
    ]
    rows += [
        Line(f"chance_{position}", f"评为“{grade}”的概率（模拟）", ("", chance), lead=("", ""))
        for position, (grade, chance) in enumerate(fan.ratings.items(), 1)
        if rating.rated
    ]
    notes = (*rating.reasons, "权重、分界、否决项和封顶等级为设计值，未见正式文件，可在 data/rules/rating.toml 修改。")
    return Content(rows, notes, ("得分", "权重或等级"), (None, "share"))


@table("28", "scenarios", "情景比较", "项目", [Column("情景", "", "text"), Spread()])
def scenarios_table(alternatives: Mapping[str, Plan]) -> Content:
    """The scenarios side by side."""
    rows = [
        Line(f"{line}.{id}", LINES[line].label, plan.line(line), kind=kind_of(line), lead=(plan.basis.scenario.name,))
        for line in _COMPARED
        for id, plan in alternatives.items()
    ]
    years = next((plan.years for plan in alternatives.values()), ())
    return Content(rows, headings=[f"{year}年" for year in years])


@table("28-1", "scenario_positions", "各情景在本规划模拟中的位置", "项目", [Column("情景", "", "text"), Spread()])
def positions_table(plan: Plan, fan: Fan, alternatives: Mapping[str, Plan]) -> Content:
    """In how many of the plan's simulated futures a line is smaller than in another scenario."""
    others = {id: other for id, other in alternatives.items() if other is not plan and other.years == plan.years}
    found = {id: positions_of(other, fan) for id, other in others.items()}
    rows = [
        Line(f"{line}.{id}", LINES[line].label, _beyond(found[id][line], fan), kind="ratio", lead=(name,))
        for line in POSITIONED
        for id, name in ((id, other.basis.scenario.name) for id, other in others.items())
        if line in found[id]
    ]
    land = "" if "land_revenue" in plan.unavailable else "，土地出让收入也是"
    notes = (
        f"模拟中该项小于此情景的路径所占比例（“{plan.basis.scenario.name}”的{fan.paths:,}条路径，与表29同一模拟）：收入和财力越低比例越小，缺口越大比例越大。",
        *(
            f"“{other.basis.scenario.name}”按构造取不含突发事件的模拟的第{percentile_text(other.basis.assumed.path('percentile'))}百分位：自有收入在该分位{land}，财力性转移支付移到使其与自有收入的"
            "合计也在该分位；其余假设不在模拟之内，未安排财力和缺口因此可能偏离该分位。"
            for other in others.values()
            if moved_by_percentile(other.basis)
        ),
    )
    return Content(rows, notes, [f"{year}年" for year in plan.years])


def _beyond(shares: np.ndarray, fan: Fan) -> tuple[float | str, ...]:
    """Positions beyond the outermost quantiles are said as such."""
    least, most = fan.quantiles[0], fan.quantiles[-1]
    return tuple(
        f"不足{least:.1%}" if one < least else f"超过{most:.1%}" if one > most else float(one) for one in shares
    )


@table("29", "fan", "不确定性（模拟区间与概率）", "项目", [Column("分位", "", "text"), Spread()])
def fan_table(fan: Fan) -> Content:
    """Quantiles and probabilities of the simulation; of odds also those of any plan year, with their sampling error."""
    apart = ("", "")
    rows = [
        Line(f"{line}.{100 * level:.0f}", LINES[line].label, (*values, *apart), kind=kind_of(line), lead=(label,))
        for line in _FANNED
        if line in fan.lines
        for level, label in _QUANTILES.items()
        for values in [fan.lines[line][fan.quantiles.index(level)]]
    ]
    if fan.months_of_wages is not None:
        rows += [
            Line(
                f"months_of_wages.{100 * level:.0f}",
                "可用财力够发工资的月数",
                (*values, *apart),
                kind="tenth",
                lead=(label,),
            )
            for level, label in _QUANTILES.items()
            for values in [fan.months_of_wages[fan.quantiles.index(level)]]
        ]
    rows += [
        Line(f"probability_{line}", label, (*odds.by_year, odds.ever, odds.ever_error), kind="ratio")
        for line, label in _ODDS.items()
        if (odds := fan.odds.get(line)) is not None
    ]
    rows += [
        Line(f"{id}_{gap}", f"{LINES[gap].label}：{label}", (*fan.shortfalls[gap][position], *apart), lead=("",))
        for gap in ("funding_gap", "fund_gap")
        if gap in fan.shortfalls
        for position, (id, label) in enumerate(
            (("shortfall", f"最坏{WORST:.0%}情形的平均"), ("mean", "出现缺口时的平均"))
        )
    ]
    largest = max((odds.error.max() for odds in fan.odds.values()), default=0.0)
    notes = (
        f"{fan.paths:,} 条模拟路径，随机种子 {fan.seed}；每条路径经过与规划相同的计算和平衡规则。",
        "同时变动："
        f"{'、'.join(DRIVERS_BY_ID[name].label for name in DRIVERS)}；"
        "幅度、同向程度和事件概率见 data/rules/risk.toml，其中设计值和未经核实的值均已注明。",
        f"“至少一年”是规划期内至少有一年发生的概率，后面是它的抽样误差（一个标准差）；各年概率的抽样误差不超过{100 * largest:.2f}个百分点。",
    )
    return Content(rows, notes, (*(f"{year}年" for year in fan.years), "至少一年", "抽样误差"))


@table("30", "assumptions", "假设与参数", "假设", unit="")
def assumptions_table(plan: Plan) -> Content:
    """Every assumption with its source."""
    rows = [
        Line(
            entry["name"],
            entry["label"],
            (*(entry[year] for year in plan.years), QUALITIES[entry["quality"]], entry["source"]),
            kind=kind_of_assumption(entry["name"]),
        )
        for entry in list_assumptions(plan).to_dict("records")
    ]
    headings = (*(f"{year}年" for year in plan.years), "依据级别", "来源")
    return Content(rows, headings=headings, kinds=(*[None] * len(plan.years), "text", "text"))


@table("31", "cautions", "提示事项", "范围", [Column("内容", "message", "text")], label="where", row_id="code", unit="")
def cautions_table(plan: Plan) -> Content:
    """Cautions."""
    return Content([vars(caution) for caution in plan.cautions])


@table("32", "grain", "各部分测算粒度", "部分", [Column("测算粒度", "text", "text")], row_id="block", unit="")
def grain_table(plan: Plan) -> Content:
    """At which grain each block was computed."""
    return Content([{"block": name, "label": _BLOCKS[name], "text": text} for name, text in plan.basis.grain.items()])
