"""The page for one who decides: each sentence both ways, decisions only where something is to be decided, never more than five."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import fiscal_model as fm
from fiscal_model.analysis.affordability.assess_together import try_in_order
from fiscal_model.analysis.affordability.gate import PASSED, REFUSED
from fiscal_model.analysis.debt.restructuring import restructure
from fiscal_model.analysis.risk.fan_counts import Odds
from fiscal_model.analysis.risk.stress import stress_test
from fiscal_model.model.projection import Plan
from fiscal_model.report import decision_summary
from fiscal_model.report.appendices import appendices
from fiscal_model.report.decision_summary import MOST, conclusion, decisions, summarise, what_would_change
from fiscal_model.report.eight_numbers import eight_numbers
from fiscal_model.report.figures.summary_figure import broken
from fiscal_model.report.standing import taken


def _with(plan: Plan, **lines: float) -> Plan:
    return replace(
        plan, lines={**plan.lines, **{name: np.full(len(plan.years), value) for name, value in lines.items()}}
    )


def _likely(fan, ever: float, **more: float):
    """A fan with other odds of a gap, and of what else is given, half of them in the worst year."""
    found = {
        name: Odds(np.full(5, share / 2), np.zeros(5), share, 0.0)
        for name, share in {"funding_gap": ever, **more}.items()
    }
    return replace(fan, odds={**fan.odds, **found})


@pytest.fixture(scope="module")
def gangu(plan_of) -> Plan:
    return plan_of("gangu")


@pytest.fixture(scope="module")
def fan(gangu: Plan):
    return fm.simulate(gangu, paths=200)


def test_each_sentence_has_its_condition(gangu: Plan, fan) -> None:
    balanced, guaranteed, new = conclusion(gangu, _likely(fan, 0.4))
    assert (
        balanced.startswith("按基准情景测算，一般公共预算各年采取平衡措施后收支相抵，但部分年份延续性支出超过当年财力")
        and "“三保”有保障" in guaranteed
        and "不能再开新的支出口子" in new
    )
    balanced, guaranteed, new = conclusion(
        _with(gangu, funding_gap=900.0, guarantees_shortfall=50.0, uncommitted_resources=30.0), fan
    )
    assert "仍有收支缺口，最大900万元（2025年），规划不能平衡" in balanced
    assert (
        "“三保”有缺口（按张掖市公布比例借用估计），最大50万元（2025年）" in guaranteed
        and "各年都有余，最少30万元（2025年；一般债务付息、" in new
    )
    sound = _with(gangu, uncommitted_resources=30.0)
    assert conclusion(sound, _likely(fan, 0.4))[0].startswith("一般公共预算各年采取平衡措施后收支相抵；规划期至少一年")


def test_the_chance_of_a_gap_in_any_year_is_said_and_a_likely_one_first(gangu: Plan, fan) -> None:
    sound, said = _with(gangu, uncommitted_resources=30.0), "规划期至少一年一般公共预算出现缺口的可能{}%（单年最高{}%）"
    likely = conclusion(sound, _likely(fan, 0.6))[0]
    assert likely.startswith(
        f"按基准情景测算，一般公共预算各年采取平衡措施后收支相抵，但{said.format('60.0', '30.0')}；"
    )
    assert "相抵，但部分年份" not in conclusion(gangu, _likely(fan, 0.6))[0]
    seldom = conclusion(sound, _likely(fan, 0.5))[0]
    assert "但" not in seldom and f"收支相抵；{said.format('50.0', '25.0')}" in seldom
    assert said.format("60.0", "30.0") in conclusion(_with(gangu, funding_gap=9.0), _likely(fan, 0.6))[0]
    assert "模拟中没有一年一般公共预算出现缺口" in conclusion(sound, _likely(fan, 0.0))[0]
    assert "可能" not in conclusion(sound, replace(fan, odds={}))[0]


def test_the_light_is_said_of_all_years_or_of_the_worst_and_its_chance_where_there_is_one(gangu: Plan, fan) -> None:
    why = lambda plan, odds: eight_numbers(plan, odds)[2].why  # noqa: E731
    green = "“三保”预警各年均为绿（分档为设计值）"
    assert why(gangu, _likely(fan, 0.4, guarantee_light=0.0)) == green
    assert (
        why(gangu, _likely(fan, 0.4, guarantee_light=0.02))
        == f"{green}；规划期至少一年为橙或红的可能2.0%（单年最高1.0%）"
    )
    falling = replace(gangu, lines={**gangu.lines, "guarantee_coverage": np.array([2.0, 2.0, 0.5, 0.9, 2.0])})
    assert why(falling, _likely(fan, 0.4, guarantee_light=0.0)) == "“三保”预警最差为2027年的红（分档为设计值）"


def test_an_estimate_of_the_three_guarantees_is_called_one(gangu: Plan, fan, plan_of) -> None:
    assert conclusion(gangu, fan)[1].startswith("“三保”有保障（按张掖市公布比例借用估计）：")
    assert "有缺口（按张掖市公布比例借用估计），最大" in conclusion(_with(gangu, guarantees_shortfall=9.0), fan)[1]
    assert conclusion(plan_of("yunshui"), fan)[1].startswith("“三保”有保障：")
    missing = lambda plan: str(appendices(plan, ())[1][0].rows)  # noqa: E731
    assert "按张掖市公布比例借用估计" in missing(gangu) and "借用估计" not in missing(plan_of("yunshui"))


def test_budgets_that_nobody_handed_in_are_not_called_balanced(gangu: Plan, fan, plan_of) -> None:
    debts = "政府债务余额、一般债务付息、专项债务付息、隐性债务、暂付款"
    rider = f"；国有资本经营预算、社会保险基金预算、{debts}未提供，未作判断。"
    for each in (gangu, _with(gangu, uncommitted_resources=30.0), _with(gangu, funding_gap=9.0)):
        assert conclusion(each, fan)[0].endswith(rider)
    assert conclusion(plan_of("lijiang"), fan)[0].endswith("；隐性债务、暂付款未提供，未作判断。")
    assert "未作判断" not in conclusion(plan_of("yunshui"), fan)[0]
    known = _with(plan_of("yunshui"), uncommitted_resources=30.0)
    assert conclusion(known, fan)[2].startswith("全部延续性支出之后各年都有余，最少30万元（2026年），新增支出以此为限")


def test_nothing_is_asked_that_is_not_needed(gangu: Plan) -> None:
    found = decisions(gangu)
    assert [each.id for each in found] == ["overcommitted", "debt_figures"]
    steps = sum(gangu.steps[name] for name in taken(gangu.steps))
    assert found[0].amount == pytest.approx(steps.sum()) and gangu.years[int(np.argmax(steps > 0.5))] == 2027
    assert found[0].by == "2026年12月底前，编制2027年预算时" and found[0].otherwise.startswith("2027年收支")
    assert [each.id for each in decisions(_with(gangu, uncommitted_resources=30.0))] == ["debt_figures"]
    at_once = decisions(_with(gangu, funding_gap=20.0))
    assert at_once[0].by == "2025年调整预算时" and at_once[0].amount == pytest.approx(100)


def test_an_amount_says_what_it_is_of_and_which_are_not_to_be_added(gangu: Plan, fan) -> None:
    alone, figures = summarise(_with(gangu, uncommitted_resources=-30.0), fan).tables[1].rows
    assert alone.values[0] == "2,398万元（平衡措施的合计）" and alone.label.startswith("批准平衡措施")
    assert figures.values[0] == "金额未知（没有数据）" and figures.label.startswith("提供政府债务余额、一般债务付息、")
    gap, beyond, _ = summarise(_with(gangu, uncommitted_resources=-30.0, funding_gap=20.0), fan).tables[1].rows
    assert gap.values[0] == "100万元（措施用尽后仍有的缺口）"
    assert beyond.values[0] == "150万元（延续性支出超过财力，与上项不累加）" and "批准" not in beyond.label


def test_a_budget_that_is_adjusted_has_passed_review(gangu: Plan) -> None:
    now = decisions(_with(gangu, funding_gap=20.0))[0]
    assert now.by == "2025年调整预算时" and now.otherwise.startswith("2025年执行中") and "审查" not in now.otherwise
    gap = replace(gangu, lines={**gangu.lines, "funding_gap": np.array([0.0, 0.0, 20.0, 0.0, 0.0])})
    later = decisions(gap)[0]
    assert later.by == "2026年12月底前，编制2027年预算时" and later.otherwise == "2027年预算不能平衡，不能提请审查"


def test_what_the_funds_are_short_of_is_told_apart(plan_of) -> None:
    plan, said = plan_of("yunshui"), lambda plan: {each.id: each for each in decisions(plan)}
    land = said(plan)["land_cost_gap"]
    assert "fund_debt_gap" not in said(plan) and land.owner == "自然资源局" and "不供应、不开工" in land.otherwise
    debt = said(_with(plan, fund_debt_gap=40.0, land_cost_gap=0.0))
    assert debt["fund_debt_gap"].owner == "财政局（债务）" and debt["fund_debt_gap"].amount == 200
    assert "land_cost_gap" not in debt and "一般公共预算" not in debt["fund_debt_gap"].otherwise
    assert {"fund_debt_gap", "land_cost_gap"} <= {*said(_with(plan, fund_debt_gap=40.0))}


def test_proposals_are_decided_before_the_first_year_that_costs(plan_of, monkeypatch) -> None:
    plan = plan_of("yunshui")
    held = next(each for each in decisions(plan) if each.id == "proposals")
    costs = sum(each.cost[:5] for each in try_in_order(plan) if each.verdict.outcome != PASSED)
    assert held.amount == pytest.approx(costs.sum())
    at_once = replace(try_in_order(plan)[0], cost=np.full(9, 7.0), verdict=SimpleNamespace(outcome=REFUSED))
    monkeypatch.setattr(decision_summary, "try_in_order", lambda plan: (at_once,))
    held = next(each for each in decisions(plan) if each.id == "proposals")
    assert held.by == "2026年调整预算时" and held.amount == 35
    later = replace(at_once, cost=np.array([0.0, 0.0, 7.0, 7.0, 7.0, 7.0]))
    monkeypatch.setattr(decision_summary, "try_in_order", lambda plan: (later,))
    held = next(each for each in decisions(plan) if each.id == "proposals")
    assert held.by == "2027年12月底前，编制2028年预算时" and held.amount == 21
    free = replace(at_once, cost=np.zeros(9))
    monkeypatch.setattr(decision_summary, "try_in_order", lambda plan: (free,))
    assert "proposals" not in {each.id for each in decisions(plan)}


def test_what_would_change_the_answer_is_what_harms_most(plan_of) -> None:
    plan = plan_of("yunshui")
    harm = sorted(min(ends[0], 0.0) for ends in stress_test(plan).swings.values())[:2]
    assert [f"{-each:,.0f}万元" in said for each, said in zip(harm, what_would_change(plan), strict=True)] == [
        True,
        True,
    ]
    assert what_would_change(plan)[1].startswith("再融资减20个百分点") and "新出现" not in "".join(
        what_would_change(plan)
    )
    assert what_would_change(plan_of("lijiang"))[0].endswith("，新出现收支缺口、基金缺口")


def test_a_shock_of_taxes_that_moves_all_own_revenue_is_called_so(plan_of) -> None:
    assert what_would_change(plan_of("zhangye"))[1].startswith("自有收入减10%（税收没有分列），")
    assert "税收没有分列" not in "".join(what_would_change(plan_of("lijiang")))


def test_no_more_than_five_the_most_pressing_first(plan_of) -> None:
    pressed = _with(plan_of("yunshui"), guarantees_shortfall=10.0, funding_gap=20.0)
    found = decisions(pressed)
    assert len(found) == MOST and [each.id for each in found[:3]] == ["guarantees", "gap", "overcommitted_with_gap"]


def test_the_page_holds_eight_numbers_and_what_would_change_the_answer(plan_of) -> None:
    plan = plan_of("yunshui")
    page = summarise(plan, fm.simulate(plan, paths=200))
    numbers, asked = page.tables
    assert len(numbers.rows) == 8 and 0 < len(asked.rows) <= MOST and len(page.conclusion) == 3
    assert len(what_would_change(plan)) == 2 and all("减少" in each for each in page.changes)


def test_lines_keep_numbers_whole_and_begin_with_no_stop() -> None:
    lines = broken("各年出现缺口的概率最高29.1%，2027年、2028年延续性支出超过当年财力（未安排财力为负）。", 20)
    assert "".join(lines).startswith("各年出现缺口的概率最高29.1%，") and not any(
        line[0] in "，。；）、" for line in lines
    )
    assert any("29.1%，" in line for line in lines)


def test_a_restructuring_says_what_it_costs_besides(plan_of) -> None:
    asked = {each.id: each.of_what for each in decisions(plan_of("lijiang"))}
    (one,) = restructure(plan_of("lijiang"))
    assert (
        asked["interest_special"]
        == f"付息超过10%的部分；重整措施另须一般公共预算承担{one.together.cost.sum():,.0f}万元"
    )


def test_a_gap_that_unlisted_spending_alone_may_make_is_no_verdict(plan_of, fan) -> None:
    """张掖: 242,200 nobody listed grows by 3 % a year; its gaps are less than that growth."""
    zhangye = plan_of("zhangye")
    rider = "缺口小于未列明支出24.22亿元的推算增长，该数核实以前不宜定论"
    assert rider in conclusion(zhangye, fan)[0]
    assert rider not in conclusion(_with(zhangye, funding_gap=20_000.0), fan)[0]


def test_red_debt_and_published_limits_broken_stand_in_the_conclusion(plan_of, fan) -> None:
    lijiang = plan_of("lijiang")
    assert "红档" not in conclusion(lijiang, fan)[0]
    assert "债务率最高350.0%（红档）" in conclusion(_with(lijiang, debt_ratio=3.5), fan)[0]
