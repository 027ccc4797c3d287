"""The one sentence with which each notebook ends: its question, answered from the computed plan."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.analysis.guarantees.coverage_ground import coverage_is_judged, unjudged_said
from fiscal_model.analysis.rating.rating import Rating
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.limits import interest_mark
from fiscal_model.model.debt_ratios import crossing_of
from fiscal_model.model.projection import Plan
from fiscal_model.report.standing import chance_said
from fiscal_model.words.vocabulary import DebtKind

CUTS = ("cut_projects", "cut_operations")


def answer_revenue(plan: Plan, fan: Fan) -> str:
    """Say where own revenue goes and how sure that is.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> print(fm.revenue.answer(plan, fm.simulate(plan, paths=100)))  # doctest: +ELLIPSIS
    丽江市（基准情景）一般公共预算收入预计从2025年的...
    """
    own, last = plan.line("own_revenue"), plan.years[-1]
    start = plan.basis.balance.opening.flows["own_revenue"]
    low, high = (fan.lines["own_revenue"][fan.quantiles.index(level), -1] for level in (0.1, 0.9))
    growth = (own[-1] / start) ** (1 / len(own)) - 1 if start > 0 and own[-1] > 0 else np.nan
    return (
        f"{_who(plan)}一般公共预算收入预计从{plan.base_year}年的 {_money(start)}"
        f"变为{last}年的 {_money(own[-1])}，年均{_change(growth)}；{last}年有八成可能在 {_money(low)}至 {_money(high)}之间。"
    )


def answer_guarantees(plan: Plan, fan: Fan) -> str:
    """Say whether available resources carry the county-funded three guarantees.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> print(fm.guarantees.answer(plan, fm.simulate(plan, paths=100)))  # doctest: +ELLIPSIS
    丽江市（基准情景）本级负担的三保需求从...
    """
    need, coverage = plan.line("guarantees_county"), plan.line("guarantee_coverage")
    if not coverage_is_judged(plan.basis) and coverage.min() >= 1:
        return f"{_who(plan)}{unjudged_said(plan)}。"
    worst = int(np.argmin(coverage))
    verdict = "能够保障" if coverage[worst] >= 1 else "不足以保障"
    chance = chance_said(fan, "guarantee_coverage", "低于 1 ")
    return (
        f"{_who(plan)}本级负担的三保需求从 {_money(need[0])}变为 {_money(need[-1])}，可用财力{verdict}："
        f"保障倍数最低为 {coverage[worst]:.2f}（{plan.years[worst]}年），{chance}。"
    )


def answer_debt(plan: Plan) -> str:
    """Say where debt, its ratio and its service go.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> print(fm.debt.answer(plan))  # doctest: +ELLIPSIS
    丽江市（基准情景）政府债务余额预计从2026年末的...
    """
    service = sum(
        np.nan_to_num(plan.line(name))
        for name in ("principal_general_own", "principal_special_own", "interest_general", "interest_special")
    )
    paid = f"规划期用自有资金还本付息合计 {_money(float(np.sum(service)))}"
    if "debt_ratio" in plan.unavailable:
        return f"{_who(plan)}没有提供债务余额，债务率无法计算；{paid}。"
    stock, ratio = plan.line("debt_stock"), plan.line("debt_ratio")
    worst = int(np.nanargmax(ratio))
    mark, notes = interest_mark(), []
    for kind, whole in ((DebtKind.GENERAL, "支出"), (DebtKind.SPECIAL, "基金支出")):
        found = crossing_of(plan, f"interest_burden_{kind}")
        if found.ahead:
            notes.append(f"；{kind.label}付息{found.years}超过{whole}的 {mark}")
        elif not found.known:
            notes.append(f"；{kind.label}付息资料未提供，是否超过{whole}的 {mark} 未作判断")
    note = "".join(notes) or f"；规划期付息占比未超过 {mark} 的重整线"
    return (
        f"{_who(plan)}政府债务余额预计从{plan.years[0]}年末的 {_money(stock[0])}"
        f"变为{plan.years[-1]}年末的 {_money(stock[-1])}，债务率最高 {ratio[worst]:.1%}（{plan.years[worst]}年）{note}；{paid}。"
    )


def answer_balance(plan: Plan, fan: Fan) -> str:
    """Say whether the general budget balances, with what measures, and how likely a gap is.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> print(fm.balance.answer(plan, fm.simulate(plan, paths=100)))  # doctest: +ELLIPSIS
    丽江市（基准情景）采取平衡措施后各年收支平衡、没有缺口；规划期动用稳定调节基金...
    """
    gap = plan.line("funding_gap")
    cuts = float(sum(plan.steps[name].sum() for name in CUTS))
    drawn = float(np.nansum(plan.line("stabilization_draw")))
    measures = f"规划期动用稳定调节基金 {_money(drawn)}、压减支出 {_money(cuts)}"
    chance = chance_said(fan, "funding_gap", "一般公共预算出现缺口")
    if (gap > 0.5).any():
        worst = int(np.argmax(gap))
        result = f"采取全部平衡措施后仍有缺口，最大 {_money(gap[worst])}（{plan.years[worst]}年）"
    else:
        result = "采取平衡措施后各年收支平衡、没有缺口"
    return f"{_who(plan)}{result}；{measures}；{chance}。"


def answer_uncertainty(plan: Plan, fan: Fan, alternatives: Mapping[str, Plan]) -> str:
    """Say how much the answer moves: over the simulated paths and over the scenarios.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> print(fm.risk.answer(plan, fm.simulate(plan, paths=100), {"baseline": plan}))  # doctest: +ELLIPSIS
    丽江市（基准情景）在 100...
    """
    gaps = {each.basis.scenario.name: float(each.line("funding_gap").max()) for each in alternatives.values()}
    hardest = max(gaps, key=lambda name: gaps[name])
    said = f"“{hardest}”缺口最大，单年达 {_money(gaps[hardest])}" if gaps[hardest] > 0.5 else "各情景都没有缺口"
    return (
        f"{_who(plan)}在 {fan.paths:,} 条模拟路径中，"
        f"{chance_said(fan, 'funding_gap', '出现收支缺口')}；在 {len(gaps)} 个情景中，{said}。"
    )


def answer_affordability(plan: Plan, rating: Rating) -> str:
    """Say the grade with what caps it, or what it lacks; the uncommitted money of the tightest year; the weakest index.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> print(fm.affordability.answer(plan, fm.rate(plan)))  # doctest: +ELLIPSIS
    丽江市（基准情景）2026—2030年财政承受能力评为“...”（...
    """
    free = plan.line("uncommitted_resources")
    worst = int(np.argmin(free))
    known = {label: score for label, score in rating.indices.items() if np.isfinite(score)}
    weakest = min(known, key=lambda label: known[label], default="")
    left = f"未安排财力最少的{plan.years[worst]}年还有 {_money(free[worst])}"
    if free[worst] < 0:
        left = f"{plan.years[worst]}年延续性支出超出当年财力 {_money(-free[worst])}"
    grade = f"评为“{rating.grade}”（{rating.total:.1f} 分）" if rating.rated else rating.grade
    if rating.missing:
        grade += f"（缺{'、'.join(rating.missing)}的数据）"
    above = [kind.label for kind in DebtKind if crossing_of(plan, f"interest_burden_{kind}").ahead]
    rule = f"；{'、'.join(above)}付息占比已超过 {interest_mark()}，新项目以不加重为准" if above else ""
    weak = (
        f"；{'已评的各项中' if rating.missing else ''}最弱的一项是“{weakest}”（{known[weakest]:.0f} 分）"
        if known
        else ""
    )
    gates = f"，触及否决项：{'、'.join(veto.label for veto in rating.vetoes)}" if rating.vetoes else ""
    return f"{_who(plan)}{plan.years[0]}—{plan.years[-1]}年财政承受能力{grade}{gates}；{left}{weak}{rule}。"


def _who(plan: Plan) -> str:
    return f"{plan.basis.place.title}（{plan.basis.scenario.name}）"


def _money(amount: float) -> str:
    return f"{round(float(amount)) + 0:,d} 万元"


def _change(rate: float) -> str:
    if not np.isfinite(rate):
        return "变化无法计算"
    return f"{'增长' if rate >= 0 else '下降'} {abs(rate):.1%}"
