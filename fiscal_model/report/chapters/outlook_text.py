"""Chapters 11 to 13: scenarios and simulation, reforms and projects, risks and measures."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.affordability.candidates import list_candidates
from fiscal_model.analysis.affordability.library_review import review_library
from fiscal_model.analysis.affordability.portfolio import portfolio
from fiscal_model.analysis.risk.positions import positions_of
from fiscal_model.blocks.checks.certificates import list_starts
from fiscal_model.law.limits import breach_mark, interest_mark
from fiscal_model.model.futures import moved_by_percentile
from fiscal_model.model.planbook import list_assumptions, published_first_year
from fiscal_model.model.projection import Plan
from fiscal_model.report.chapters.funds_text import gaps_by_fund
from fiscal_model.report.chapters.odds_text import odds_in_words, sources_in_words
from fiscal_model.report.chapters.realism_text import realism_sentences
from fiscal_model.report.chapters.reserve_text import reserve_sentences
from fiscal_model.report.chapters.revenue_text import interval
from fiscal_model.report.chapters.reverse_stress_text import break_paragraphs
from fiscal_model.report.chapters.stress_text import stress_paragraphs
from fiscal_model.report.lower_levels_text import reliance
from fiscal_model.report.material import Chapter, Material
from fiscal_model.report.portfolio_text import portfolio_sentences
from fiscal_model.report.wording import (
    NOT_GIVEN,
    UNVERIFIED,
    known,
    money,
    numbered,
    odds_percent,
    percent,
    percentile_text,
    warning,
)
from fiscal_model.report.wording_by_year import by_year
from fiscal_model.words.cautions import Caution
from fiscal_model.words.library_terms import LibraryOutcome

_DATA_CAUTIONS = (
    "unknown",
    "inferred",
    "not_split",
    "left_out",
    "few_years",
    "_old",
    "_rolled",
    "unlisted",
    "published",
    "mapped",
    "borrowed",
    "no_backtest",
)
_STANDING_RISKS = {
    "funding_gap_breach": "收支缺口风险", "fund_debt_gap_breach": "政府性基金缺口风险",
    "land_cost_gap_breach": "政府性基金缺口风险", "fund_transfer_in_breach": "专项债务偿债风险",
    "guarantees_shortfall_breach": "“三保”风险", "interest_burden_general_breach": "付息负担风险",
    "interest_burden_special_breach": "付息负担风险", "transfer_in_unmatched": "一次性收入风险",
    "insurance_exhausted": "社会保险基金支付风险", "insurance_deficit": "社会保险基金支付风险",
    "temporary_payments_left": "暂付款风险", "arranged_below_need": "“三保”预算安排不足风险",
}  # fmt: skip


def scenarios(m: Material) -> Chapter:
    """Write chapter 11."""
    sections = {
        "情景设置和比较": _compared(m),
        "压力测试": stress_paragraphs(m),
        "不确定性模拟": _simulated(m),
        "主要假设的现实性": realism_sentences(m.plan),
        "什么情况会打破规划": break_paragraphs(m.plan),
        "需要多少预算稳定调节基金": reserve_sentences(m.plan, m.fan),
        "使用建议": [_advice(m)],
    }
    numbers = "一二三四五六七八九"
    paragraphs = [
        text
        for number, (heading, said) in zip(numbers, sections.items(), strict=False)
        for text in (f"（{number}）{heading}", *said)
    ]
    return Chapter(
        "十一",
        "情景与压力测试",
        tuple(paragraphs),
        (
            "scenarios",
            "scenario_positions",
            "stress",
            "fan",
            "variance",
            "reverse_stress",
            "likely_break",
            "first_signs",
            "reserve",
        ),
        ("scenarios", "tornado", "fans", "probabilities", "variance", "break_map"),
    )


def _compared(m: Material) -> list[str]:
    if not m.alternatives:
        return ["本次没有测算其他情景。"]
    found = ["各情景使用同一套数据和计算规则，只改变所列假设，结果如下："]
    first = next(iter(m.alternatives.values()))
    found += numbered(_one_scenario(plan) + _same(plan, first) for plan in m.alternatives.values())
    found += [_position(m, other) for other in m.alternatives.values() if moved_by_percentile(other.basis)]
    own = {plan.basis.scenario.name: float(plan.line("own_revenue").sum()) for plan in m.alternatives.values()}
    if len(own) > 1:
        best, worst = max(own, key=own.__getitem__), min(own, key=own.__getitem__)
        found.append(
            f"规划期一般公共预算收入合计，最高的“{best}”与最低的“{worst}”相差{money(own[best] - own[worst])}，"
            f"相当于前者的{percent(1 - own[worst] / own[best])}。"
        )
    return found


def _position(m: Material, other: Plan) -> str:
    """Say by construction where a scenario's revenue stands, and where its last year is found in the plan's simulation."""
    name, scenario = other.basis.scenario.name, m.plan.basis.scenario.name
    said = (
        f"“{name}”的收入取同一模拟（不含突发事件）的第{percentile_text(other.basis.assumed.path('percentile'))}百分位"
    )
    if other is m.plan:
        return f"{said}，各年自有收入都在该分位；本规划的模拟以此为中位。"
    found = positions_of(other, m.fan) if other.years == m.years else {}
    named = {"own_revenue": "自有收入", "available_resources": "可用财力", "uncommitted_resources": "未安排财力"}
    parts = [f"{label}在第{100 * found[line][-1]:.0f}百分位" for line, label in named.items() if line in found]
    gap = found.get("funding_gap")
    if gap is not None and other.line("funding_gap")[-1] > 0.5:
        parts.append(f"收支缺口大于模拟中{percent(gap[-1])}的情形")
    where = f"；在“{scenario}”含突发事件的模拟中，其{m.years[-1]}年{'，'.join(parts)}，各年见附表28-1" if parts else ""
    return f"{said}{where}。"


def _same(plan: Plan, first: Plan) -> str:
    """Say so where a scenario moves nothing, because the place has no such figures."""
    if plan is first or not all(np.array_equal(plan.lines[line], first.lines[line]) for line in plan.lines):
        return ""
    return f"所改假设没有对应数据，结果与“{first.basis.scenario.name}”相同。"


def _one_scenario(plan: Plan) -> str:
    scenario, years = plan.basis.scenario, plan.years
    own, cover, ratio = plan.line("own_revenue"), plan.line("guarantee_coverage"), plan.line("debt_ratio")
    gap, fund_gap, support = plan.line("funding_gap"), plan.line("fund_gap"), plan.line("fund_transfer_in")
    described = scenario.description.rstrip("。")
    parts = [f"{years[-1]}年一般公共预算收入{money(own[-1])}", f"三保保障倍数最低{float(cover.min()):.2f}倍"]
    parts += [f"债务率最高{percent(ratio.max())}"] if known(*ratio) else []
    short = [year for year, value in zip(years, gap, strict=True) if value > 0.5]
    parts.append(f"规划期内{short[0]}年首次出现收支缺口，缺口合计{money(gap.sum())}" if short else "没有收支缺口")
    if known(*fund_gap) and float(fund_gap.sum()) > 0.5:
        parts.append(f"政府性基金缺口合计{money(fund_gap.sum())}（{gaps_by_fund(plan)}）")
    if known(*support) and float(support.sum()) > 0.5:
        parts.append(f"一般公共预算须补助专项债务偿债{money(support.sum())}")
    shortfall = plan.line("insurance_shortfall")
    if known(*shortfall) and float(shortfall.sum()) > 0.5:
        parts.append(f"一般公共预算须追加社会保险基金补贴{money(shortfall.sum())}")
    return f"{scenario.name}（{described}）：{'，'.join(parts)}。"


def _simulated(m: Material) -> list[str]:
    fan, chances = m.fan, m.fan.probabilities
    land = "和土地出让收入" if m.knows("land_revenue") else ""
    low, high = interval(m, "own_revenue")
    found = [
        f"对自有收入（幅度按历史预测误差）、财力性转移支付{land}作{fan.paths:,}次随机模拟，专用性转移支付、物价、工资、民生标准和人数、利率等同时变动，"
        "救灾、担保代偿等事件按概率发生（见附表29说明），每次都经过与本规划相同的计算和平衡规则。"
        f"{m.years[-1]}年一般公共预算收入的80%区间为{money(low[-1])}至{money(high[-1])}。"
    ]
    found += [*odds_in_words(m), *sources_in_words(m)]
    labels = {
        "funding_gap": "出现收支缺口的概率", "fund_gap": "政府性基金出现缺口的概率", "guarantee_coverage": "三保保障倍数低于1的概率",
        "debt_ratio": f"债务率超过{breach_mark('debt_ratio')}的概率",
        "interest_burden_general": f"一般债务付息占比超过{interest_mark()}的概率",
        "interest_burden_special": f"专项债务付息占比超过{interest_mark()}的概率",
    }  # fmt: skip
    land_cost = chances.get("land_cost_gap", np.zeros(1))
    if "fund_gap" in chances and land_cost.any():
        same = np.array_equal(land_cost, chances["fund_gap"])
        part = "都有" if same else f"其中{by_year(m.years, land_cost, odds_percent)}有"
        labels["fund_gap"] += f"（{part}土地成本不能付清）"
    said = [
        f"{label}：{by_year(m.years, chances[name], odds_percent)}。"
        for name, label in labels.items()
        if name in chances
    ]
    absent = [label.split("的概率")[0] for name, label in labels.items() if name not in chances]
    found += numbered(said)
    if absent:
        found.append(f"{'、'.join(absent)}等情形因数据{NOT_GIVEN.split('，')[0]}，没有模拟。")
    return found


def _advice(m: Material) -> str:
    gap = m.fan.probabilities.get("funding_gap")
    if gap is None:
        return "收支缺口没有模拟，年度预算应留有余地，超收收入按预算法第六十六条处理。"
    if float(gap.max()) >= 0.05:
        highest = odds_percent(gap.max())
        at = [str(year) for year, value in zip(m.years, gap, strict=True) if odds_percent(value) == highest]
        said = (
            f"各年收支缺口概率均为{highest}。"
            if len(at) == len(m.years)
            else (f"收支缺口概率最高的年份是{'、'.join(at)}年（{highest}）。")
        )
        low, first = interval(m, "own_revenue")[0][0], float(m.line("own_revenue")[0])
        if known(low) and first > 0:
            said += (
                f"{m.years[0]}年一般公共预算收入的区间下限比预测值少{money(first - low)}（{percent(1 - low / first)}），"
                "编制预算时应事先排出相应的可缓办、可压减支出和可动用资金，执行中收入不及预期时依次启用，不以区间下限代替收入预算；"
            )
        return f"{said}超收收入按预算法第六十六条处理。"
    return "模拟期内出现收支缺口的概率较低，但区间下限以下的情形没有排除，年度预算仍应留有余地，超收收入按预算法第六十六条处理。"


def reforms(m: Material) -> Chapter:
    """Write chapter 12."""
    paragraphs = [
        "（一）重大改革和政策",
        "本次编制未提供重大改革和支出政策清单，除测算假设所列内容外，没有考虑尚未出台的政策。"
        "规划期出台增支减收政策的，应当同时测算全周期成本并纳入下一轮滚动更新。",
        "预算编制改革方向：推进零基预算，项目支出按“数量×标准×负担比例”核定，不以上年基数加增长率安排；"
        "强化资金统筹，盘活存量，绩效评价结果与下年预算安排挂钩。",
        "（二）重大政府投资和支出项目",
        *_projects(m),
        *_chosen(m),
        "（三）管理要求",
        "政府投资项目应当纳入政府投资年度计划并与本级预算相衔接（政府投资条例第十八条），所需资金按照国家有关规定确保落实到位，"
        "不得由施工单位垫资建设（政府投资条例第二十二条）。未通过财政承受能力评估的项目不列入预算。",
    ]
    return Chapter(
        "十二",
        "重大改革、政策、项目",
        tuple(paragraphs),
        (
            "projects",
            "library",
            "library_classes",
            "library_lines",
            "library_moves",
            "library_policies",
            "library_doubts",
        ),
    )


def _projects(m: Material) -> list[str]:
    place = m.plan.basis.place
    if not place.has("projects") or not place.has("project_costs"):
        return ["项目库未提供，本章未列具体项目。"]
    costs = place.rows("project_costs").merge(place.rows("projects"), on="project_code", suffixes=("", "_project"))
    costs = costs[costs["year"].isin(m.years)]
    found = []
    for _, part in costs.groupby("status", sort=True):
        label = part["status"].iloc[0].label
        by_source = "、".join(
            f"{source.label}{money(rows['amount'].sum())}" for source, rows in part.groupby("funding", sort=True)
        )
        found.append(
            f"{label}项目{part['project_code'].nunique()}个，规划期总投入{money(part['amount'].sum())}，资金来源为{by_source}。"
        )
    for _, part in costs.groupby("category", sort=True):
        largest = part.groupby("name")["amount"].sum().sort_values(ascending=False).head(3)
        named = "、".join(f"{name}（{money(amount)}）" for name, amount in largest.items())
        found.append(f"{part['category'].iloc[0].label}类：{named}。")
    return [*found, *_library(m)]


def _library(m: Material) -> list[str]:
    """Say what the review of the library comes to, and what waits for a certificate; nothing where it tells no maturity."""
    library = review_library(m.plan)
    if library is None:
        return []
    counts = "、".join(f"{each.label}{len(library.of(each))}个" for each in LibraryOutcome if len(library.of(each)))
    said = f"项目库评审（附表11-3，不改变规划）：申报县级财力{money(library.asked.sum())}，核定进入预算{money(library.reviewed.sum())}；{counts}。"
    lacking = [start.name for start in list_starts(m.plan.basis.place, m.plan.base_year) if start.wrong]
    return [said + (f"没有有效评估意见书、不得安排预算的：{'、'.join(lacking)}。" if lacking else "")]


def _chosen(m: Material) -> list[str]:
    if not list_candidates(m.plan):
        return []
    said = portfolio_sentences(portfolio(m.plan, paths=m.fan.paths, seed=m.fan.seed))
    return [*said[:-1], f"{said[-1].removesuffix('。')}（附表11-1、11-2）。"]


def risks(m: Material) -> Chapter:
    """Write chapter 13."""
    paragraphs = [
        "（一）主要风险",
        *_risks(m),
        "（二）应对措施",
        *numbered(_measures(m)),
        "（三）组织实施",
        *_closing(m),
    ]
    return Chapter("十三", "风险与措施", tuple(paragraphs))


def _risks(m: Material) -> list[str]:
    standing = [
        (_STANDING_RISKS[caution.code], caution) for caution in m.plan.cautions if caution.code in _STANDING_RISKS
    ]
    data = [caution for caution in m.plan.cautions if _is_about_data(caution)]
    points = [f"{label}。{warning(caution)}" for label, caution in standing]
    points += _computed_risks(m)
    if data:
        points.append(
            "数据风险。" + "；".join(caution.message for caution in data) + "。上述情况影响测算精度，应尽快补充核实。"
        )
    unverified = list_assumptions(m.plan)
    count = int((unverified["quality"] == "unverified").sum())
    if count:
        points.append(f"假设风险。{len(unverified)}项假设中有{count}项{UNVERIFIED}，见附表30。")
    return numbered(points)


def _is_about_data(caution: Caution) -> bool:
    return caution.code not in _STANDING_RISKS and any(mark in caution.code for mark in _DATA_CAUTIONS)


def _computed_risks(m: Material) -> list[str]:
    found = []
    kept, share = reliance(m.plan)
    if share > 0.5:
        found.append(f"转移支付依赖风险。基期{kept}相当于支出的{percent(share)}，补助政策变化将直接影响收支平衡。")
    low, high = interval(m, "own_revenue")
    if known(low[-1], high[-1]):
        width = (high[-1] - low[-1]) / m.line("own_revenue")[-1]
        found.append(f"收入不及预期风险。{m.years[-1]}年一般公共预算收入80%区间的宽度相当于预测值的{percent(width)}。")
    dependence = m.line("refinancing_dependence")
    if known(*dependence) and float(dependence.max()) > 0.8:
        found.append(
            f"再融资风险。到期本金中靠再融资偿还的比重最高达{percent(dependence.max())}，再融资政策收紧将加大偿债压力。"
        )
    return found


def _measures(m: Material) -> list[str]:
    codes = {caution.code for caution in m.plan.cautions}
    found = [
        "抓好收入。依法征收、应收尽收，不收过头税费；加强重点税源和非税收入管理，盘活国有资产资源，非经常性收入不作为经常性支出的来源。",
        "争取上级支持。对照转移支付办法做实基础数据，提前做好项目储备；上级提前下达的转移支付全额编入预算。",
        "压减一般性支出。坚持过紧日子，从严控制“三公”经费和一般性项目，节省资金优先用于“三保”和偿债。",
        "管住债务。按限额举债，逐笔落实偿债来源，专项债券项目收益及时足额缴库，不新增隐性债务。",
    ]
    if {"interest_burden_general_breach", "interest_burden_special_breach"} & codes:
        found.append(
            f"对付息占比超过{interest_mark()}的，先核实口径和规则原文，符合条件的依程序制定财政重整方案并报批。"
        )
    if "funding_gap_breach" in codes or float(m.line("funding_gap").sum()) > 0.5:
        found.append("对测算出的收支缺口，逐年制定增收节支和申请上级救助的方案，缺口落实之前不安排新增支出。")
    if {"fund_transfer_in_breach", "fund_debt_gap_breach"} & codes:
        found.append(
            "对专项债务偿债来源不足的，优先用项目收益和对应基金收入偿还，不足部分在一般公共预算中提前安排，控制新增专项债务规模。"
        )
    if "land_cost_gap_breach" in codes:
        found.append(
            "对土地成本不能付清的，按合同和补偿进度排定支付次序，成本来源没有落实的地块不供应、不开工，不得挪用其他基金的限定用途资金垫付。"
        )
    if any(_is_about_data(caution) for caution in m.plan.cautions):
        found.append("补齐数据。对未提供和推算的数据建立清单，明确责任单位和时限，下一轮滚动编制时替换。")
    return found


def _closing(m: Material) -> list[str]:
    first = m.years[0]
    binding = (
        f"{first}年预算已经公布，执行中以批准的预算为准，本规划与其差异见第四部分；以后年度为指导性安排。"
        if published_first_year(m.plan)
        else f"本规划作为编制{first}年预算的基础，{first}年测算数据用于约束年度预算，以后年度为指导性安排。"
    )
    return [f"{binding}{first}年决算后更新基期，重新测算并与本规划逐项比较，说明差异原因。"]
