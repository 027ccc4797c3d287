"""What is said of odds: in how many futures, how deep, when first; nothing where nothing is known."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from report_case import case_of, said

from fiscal_model.analysis.risk.fan_counts import Odds
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.law.limits import breach_mark
from fiscal_model.report.chapters import risk_findings
from fiscal_model.report.chapters.risk_findings import odds
from fiscal_model.report.tables.risk_tables import fan_table
from fiscal_model.report.wording import in_futures


@pytest.fixture
def told(plan_of):
    """What is said of 云水's simulation before the sources of uncertainty, had it come to this."""

    def say(odds=None, shortfalls=None, first_months=None):
        found = {name: Odds(np.zeros(5), np.zeros(5), share, 0.004) for name, share in (odds or {}).items()}
        fan = simulate(plan_of("yunshui"), paths=50)
        fan = replace(fan, odds=found, paths=1000, shortfalls=shortfalls or {}, first_months=first_months)
        return said(plan_of("yunshui"), "93_16_simulation", fan, uncertain_because=list).partition("与历史和")[0]

    return say


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "没有一种未来"), (0.003, "一百种未来中不到一种"), (0.011, "每一百种未来中约有一种"), (0.26, "每四种未来中约有一种"),
     (0.48, "每两种未来中约有一种"), (0.74, "每四种未来中约有三种"), (0.97, "几乎所有未来"), (1.0, "几乎所有未来")],
)  # fmt: skip
def test_a_share_is_said_in_whole_futures(share, said):
    assert in_futures(share) == said


def test_each_warning_is_counted_and_what_never_comes_is_said_so(told):
    assert told({"funding_gap": 0.251, "guarantee_coverage": 0.0}) == (
        "每四种未来中约有一种在规划期内出现收支缺口（25.1%，抽样误差0.4%）；1,000种未来中没有一种可用财力不够保“三保”。\n"
    )


def test_the_light_is_said_and_small_odds_are_not_rounded_to_nothing(told):
    text = told({"guarantee_light": 0.0004, "fund_gap": 0.0})
    assert text == (
        "1,000种未来中没有一种出现政府性基金缺口；一百种未来中不到一种在规划期内“三保”预警等级为橙或红（不到0.1%，抽样误差0.4%）。\n"
    )


def test_the_table_has_the_odds_of_any_year_with_their_error_and_the_months_of_wages(plan_of):
    plan = plan_of("yunshui")
    fan = simulate(plan, paths=200)
    table = fan_table(fan)
    rows = {row.line: row.values for row in table.rows}
    assert table.columns[-2:] == ("至少一年", "抽样误差")
    for line in ("funding_gap", "guarantee_light", "treasury"):
        odds = fan.odds[line]
        assert rows[f"probability_{line}"][1:] == (*odds.by_year, odds.ever, odds.ever_error)
    assert 0 < fan.odds["treasury"].ever < 1
    middle = fan.months_of_wages[fan.quantiles.index(0.5)]
    assert rows["months_of_wages.50"][1:-2] == tuple(middle) and (middle > 12).all()
    bare = fan_table(replace(fan, months_of_wages=None, odds={}))
    assert not {row.line for row in bare.rows} & {"months_of_wages.50", "probability_treasury"}


def test_chapters_say_the_odds_of_any_year_beside_those_of_the_worst(plan_of):
    plan = plan_of("gangu")
    fan = simulate(plan, paths=50)
    odds = {name: Odds(np.full(5, 0.02), np.zeros(5), 0.06, 0.0) for name in ("guarantee_coverage", "guarantee_light")}
    known = {**fan.probabilities, "guarantee_coverage": odds["guarantee_coverage"].by_year}
    text = said(plan, "09_guarantees", replace(fan, probabilities=known, odds={**fan.odds, **odds}))
    assert "不够保“三保”的可能至少一年6.0%、单年最高2.0%" in text and "至少一年预警为橙或红的可能为6.0%" in text
    never = {**odds, "guarantee_light": Odds(np.zeros(5), np.zeros(5), 0.0, 0.0)}
    assert "橙或红" not in said(plan, "09_guarantees", replace(fan, odds={**fan.odds, **never}))
    bare = said(plan, "09_guarantees", replace(fan, probabilities=known, odds={}))
    assert "不够保“三保”的可能单年最高2.0%" in bare and "橙或红" not in bare
    gap = fan.odds["funding_gap"]
    assert f"收支缺口的可能至少一年{gap.ever:.1%}、单年最高{gap.by_year.max():.1%}（" in said(plan, "11_scenarios", fan)


@pytest.mark.slow
def test_all_fund_gaps_are_land_costs_only_where_they_are(plan_of):
    plan = plan_of("yunshui")
    case = case_of(plan)
    assert "政府性基金出现缺口（都有土地成本不能付清）的可能至少一年" in case.chapter("十一")
    fewer = {**case.fan.probabilities, "land_cost_gap": 0.5 * case.fan.probabilities["fund_gap"]}
    for known, noted in ((fewer, "（其中部分有"), ({**fewer, "land_cost_gap": np.zeros(5)}, "的可能至少一年")):
        fan = replace(case.fan, probabilities=known)
        assert f"政府性基金出现缺口{noted}" in said(plan, "11_scenarios", fan)


def test_depth_is_said_of_the_deepest_year_and_only_where_there_is_a_gap(told):
    deep = {"funding_gap": np.array([[100.0, 25_000.0, 0, 0, 0], [90.0, 12_000.0, 0, 0, 0]])}
    assert told(shortfalls=deep) == "缺口有多深：最坏的5%情形下，2027年收支缺口平均25,000万元。\n"
    assert told(shortfalls={"funding_gap": np.zeros((2, 5))}) == ""


def test_the_month_in_which_money_first_runs_out_is_named(told):
    first = np.zeros((5, 12))
    first[0, 8], first[1, 1] = 0.03, 0.02
    assert told(first_months=first) == (
        "库款：每二十种未来中约有一种在规划期内有月份不能按时支付（5.0%），第一次最常出现在2026年9月（占其中的60.0%）。\n"
    )
    assert told(first_months=np.zeros((5, 12))) == ""


def test_nothing_is_said_of_what_was_not_simulated(told):
    assert told() == ""


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ([0.2, 0.5, 0.3], "2030年未安排财力的不确定性主要来自转移支付（占方差的50.0%），其次是事件（30.0%）。"),
        ([np.nan] * 3, ""),
    ],
)
def test_the_two_groups_that_make_the_last_year_uncertain_are_named(plan_of, monkeypatch, shares, sentence):
    parts = SimpleNamespace(
        groups=("收入", "转移支付", "事件"), shares={"uncommitted_resources": np.array(shares)[:, None]}
    )
    monkeypatch.setattr(risk_findings, "parts_of", lambda plan, seed: parts)
    text = said(plan_of("yunshui"), "93_16_simulation")
    assert sentence in text and ("不确定性" in text) == bool(sentence)


def test_what_always_happens_is_said_once_and_years_that_print_alike_name_the_first(plan_of):
    chances = {
        "funding_gap": np.zeros(5), "debt_ratio": np.ones(5), "interest_burden_special": np.array([0.2, 0.9996, 0.9999, 0.9998, 0.3]),
        "guarantee_coverage": np.zeros(5), "interest_burden_general": np.full(5, 0.5),
    }  # fmt: skip
    plan = plan_of("gangu")
    found = {
        each["label"]: each
        for each in odds(SimpleNamespace(fan=SimpleNamespace(probabilities=chances, odds={}), years=plan.years))
    }
    ratio = f"债务率超过{breach_mark('debt_ratio')}"
    assert found[ratio]["always"] and found[ratio]["year"] is None
    special = next(each for label, each in found.items() if label.startswith("专项债务付息"))
    assert special["year"] == plan.years[1] and not special["always"]
    assert not any("不够保" in label for label in found)  # what never happens is left out
    text = said(plan, "11_scenarios", odds=lambda: [*found.values()])
    assert f"{ratio}，全部模拟中每年如此；" in text
    assert f"99.9%以上（{plan.years[1]}年）" in text and "的可能每年50.0%" in text
