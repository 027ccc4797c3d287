"""Debt of places that publish little of it: what is then said, what is not claimed, what is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import ENOUGH
from report_case import said

import fiscal_model as fm
from fiscal_model.analysis.debt.quota_test import check_quota
from fiscal_model.analysis.rating.rating_scores import broken_lines
from fiscal_model.report.appendices import appendices
from fiscal_model.report.decision_summary import decisions

USUAL = {"closing_stock": {2022: 1800, 2023: 2000, 2024: 2400}, "limit_stock": {2022: 2000, 2023: 2200, 2024: 2600}}
FUNDS = {name: {year: 4000 for year in (2022, 2023, 2024)} for name in ("fund_revenue", "fund_expenditure")}


@pytest.fixture
def planned(tiny_place, tmp_path):
    """Plan a place with the same figures of both kinds of debt, or those given of one."""

    def plan(usual=USUAL, figures=ENOUGH, more=(), scenario="baseline", **of_kind):
        debt = [
            {"kind": kind, "item": item, "year": year, "amount": amount}
            for kind in ("general", "special")
            for item, years in of_kind.get(kind, usual).items()
            for year, amount in years.items()
        ]
        place = fm.read_place(tiny_place(tmp_path / "xian", figures, {"debt": [*debt, *more]}))
        return fm.project(place, fm.read_scenario(scenario) if isinstance(scenario, str) else scenario)

    return plan


def told(plan):
    return {caution.code: caution.message for caution in plan.cautions}


def later(item, amount, year=2025, status="final_accounts"):
    return [{"kind": "special", "item": item, "year": year, "amount": amount, "status": status}]


def test_debt_that_is_out_for_a_plan_year_is_told_with_what_is_lacking(planned):
    plan = planned(more=later("closing_stock", 3000, 2026))
    assert told(plan)["debt_known_later"] == (
        f"规划期内已有债务实际数：2026年末专项债务余额 3,000 万元（规划 {plan.line('debt_special_stock')[1]:,.0f} 万元），"
        "没有2026年一般公共预算收入和支出，不能作基期，规划没有采用；请在 totals 表补齐"
    )
    assert "debt_known_later" not in told(planned())
    whole = {
        "own_revenue": {**ENOUGH["own_revenue"], 2025: 1050},
        "expenditure": {**ENOUGH["expenditure"], 2025: 10500},
    }
    new_base = planned(figures=whole, more=later("closing_stock", 3000))
    assert new_base.base_year == 2025 and "debt_known_later" not in told(new_base)


def test_fund_revenue_that_is_out_is_told_and_the_year_without_it_named(planned):
    plan = planned(figures={**ENOUGH, "fund_revenue": {2025: 500}})
    assert told(plan)["funds_unknown"].startswith("2024年政府性基金收支未提供（只有2025年收入）")
    assert "2025年 500 万元（规划没有测算）" in told(plan)["fund_revenue_known_later"]
    assert told(planned())["funds_unknown"].startswith("2024年政府性基金收支未提供，未测算")


@pytest.mark.parametrize("status", ["budget", "final_accounts"])
def test_the_first_years_published_limit_is_taken_whatever_its_status(planned, status):
    plan = planned(more=later("limit_stock", 2750, status=status))
    assert plan.line("debt_limit_special_stock")[0] == 2750 and "debt_known_later" not in told(plan)
    assert ("limit" in plan.basis.debt.legal["special"].taken) is (status == "budget")


def test_a_limit_of_a_backtests_future_is_not_looked_at(tiny_place, tmp_path):
    debt = [
        {"kind": "special", "item": item, "year": year, "amount": amount}
        for item, years in USUAL.items()
        for year, amount in years.items()
    ]
    place = fm.read_place(tiny_place(tmp_path / "xian", {
        name: {2021: by_year[2022], **by_year} for name, by_year in ENOUGH.items()
    }, {"debt": debt}))  # fmt: skip
    plan = fm.project(place, fm.read_scenario("baseline"), base_year=2023)
    assert not plan.basis.assumed.is_published("limit_growth_special").any()


def test_no_place_is_told_that_its_limit_shrinks_every_year(planned):
    shrunk = {**USUAL, "limit_stock": {2021: 4000, 2024: 2600}}
    plan = planned(general=shrunk)
    assert plan.line("debt_limit_general_stock").tolist() == [2600] * 5
    source = fm.list_assumptions(plan).set_index("name").loc["limit_growth_general", "source"]
    assert source.endswith("；限额下降的，规划期按不变")
    risen = planned(general={**USUAL, "limit_stock": {2021: 2000, 2024: 2600}})
    assert risen.line("debt_limit_general_stock")[0] == pytest.approx(2800)


OVER = {**USUAL, "limit_stock": {2021: 2040, 2024: 2100}}


def test_more_than_a_published_limit_is_a_breach_a_risk_and_the_first_decision(planned):
    plan = planned(general=OVER)
    text = said(plan, "08_debt")
    assert "2024年末余额超过公布的限额300万元，违反预算法实施条例第四十三条，必须调减举债。" in text
    assert "按推算的限额，2025—202" in text
    found = next(each for each in decisions(plan) if each.id == "over_limit")
    assert (found.amount, found.by, found.owner) == (pytest.approx(300), "2025年内", "财政局（债务）")
    assert "债务超限额：2024年末一般债务余额超过公布的限额300万元" in said(plan, "13_risks")
    lines = {name: plan.line(name) for name in plan.lines}
    assert broken_lines("limit", lines, plan.basis)["limit_use_general"].any()
    within = planned()
    assert "违反" not in said(within, "08_debt") and "债务超限额" not in said(within, "13_risks")
    assert "over_limit" not in [each.id for each in decisions(within)]


def test_a_limit_that_the_plan_carries_on_is_broken_by_nobody(planned):
    scenario = fm.read_scenario("baseline").with_(limit_growth_general=-300.0)
    plan = planned(scenario=scenario)
    lines, text = {name: plan.line(name) for name in plan.lines}, said(plan, "08_debt")
    assert (lines["limit_use_general"] > 1.01).any()
    assert "按推算的限额，2025—2029年余额超过限额，以核定的限额为准。" in text and "违反" not in text
    assert not broken_lines("limit", lines, plan.basis)["limit_use_general"].any()
    assert broken_lines("limit", lines)["limit_use_general"].any()
    assert "over_limit" not in [each.id for each in decisions(plan)]


def test_the_first_years_published_limit_can_be_broken(planned):
    plan = planned(more=[{**later("limit_stock", 2100)[0], "kind": "general"}])
    assert "2025年末余额超过公布的限额" in said(plan, "08_debt")
    lines = {name: plan.line(name) for name in plan.lines}
    assert broken_lines("limit", lines, plan.basis)["limit_use_general"].any()


def test_without_a_limit_nothing_is_measured_against_one(planned):
    plan = planned(usual={"closing_stock": USUAL["closing_stock"]})
    missing = {f"{name}_{kind}" for kind in ("general", "special") for name in ("limit_use",)}
    missing |= {f"debt_{kind}_headroom" for kind in ("general", "special")}
    assert missing | {"debt_limit_general_stock"} <= plan.unavailable
    text = said(plan, "08_debt")
    assert text.count("限额未公布，限额使用率和限额空间没有测算") == 2
    assert "没有作额度测试（没有数据：限额空间、债务率不差于基期所在档、基金收入付得起本息）" in text
    assert "限额未公布，不受约束" in check_quota(plan).followed
    assert told(plan)["special_limit_unknown"].endswith("请在 debt 表补2024年末限额（limit_stock）")
    known = planned()
    assert not missing & known.unavailable and "special_limit_unknown" not in told(known)
    assert "限额使用率最高" in said(known, "08_debt") and "限额未公布" not in said(known, "08_debt")
    assert "，只受限额约束" in check_quota(known).followed


def test_a_limit_of_an_old_balances_year_stands_in_and_none_is_told(planned):
    old = planned(usual={"closing_stock": {2022: 1800, 2023: 2000}})
    assert "special_limit_unknown" in told(old)
    beside = planned(usual={"closing_stock": {2022: 1800, 2023: 2000}, "limit_stock": {2023: 2100, 2024: 2300}})
    assert beside.basis.debt.legal["special"].terms.limit == 2300 and "special_limit_unknown" not in told(beside)


def test_where_the_limit_alone_was_asked_nothing_is_called_affordable(planned):
    limit_alone, whole = said(planned(), "08_debt"), said(planned(figures={**ENOUGH, **FUNDS}), "08_debt")
    assert "限额空间内的新增专项债券※：" in limit_alone and "可承受的新增专项债券" not in limit_alone
    assert "可承受的新增专项债券※：" in whole and "限额空间内的新增" not in whole


def test_one_balance_alone_says_that_it_tells_no_new_bonds(planned):
    once = {"closing_stock": {2024: 2400}, "limit_stock": {2024: 2600}}
    plan = planned(usual=once)
    assert plan.line("debt_special_issued_new").max() == 0
    assert told(plan)["special_nothing_new"].startswith(
        "专项债务近年只有2024年末一个余额可用，没有公布发行数，推算不出新增，规划期按不新增安排"
    )
    assert "new_issue_special" not in plan.basis.assumed.off_balances
    listed = str(appendices(plan, ())[1][0].rows)
    assert "推算不出新增" in listed and "推算不出新增" not in str(appendices(planned(), ())[1][0].rows)
    assert not {"special_nothing_new", "general_nothing_new"} & told(planned()).keys()
    issued = planned(usual=once, more=later("issued_new", 50, 2024))
    assert "special_nothing_new" not in told(issued) and "general_nothing_new" in told(issued)


def test_a_balance_too_old_to_stand_in_is_not_called_missing(planned):
    plan = planned(usual={"closing_stock": {2019: 1000, 2020: 1100}})
    assert told(plan)["general_stock_unknown"] == "一般债务余额最近为2020年末，已过旧，没有采用，债务率等指标不计算"
    assert "一般债务余额最近为2020年末，已过旧，没有采用；专项债务余额" in said(plan, "08_debt")
    none = planned(usual={})
    assert told(none)["general_stock_unknown"] == "一般债务余额未提供，债务率等指标不计算"


def test_debt_that_grows_into_a_worse_band_finds_no_room_there(planned):
    """Of a capacity of some 14,000 it starts below 120 % and crosses that line; a place that starts above it has room to the next."""
    figures = {**ENOUGH, **FUNDS}

    def tested(first):
        stocks = {2022: first, 2023: first + 500, 2024: first + 1000}
        plan = planned(usual={"closing_stock": stocks, "limit_stock": {2024: 30000}}, figures=figures)
        return plan.line("debt_ratio"), check_quota(plan).terms["band"]

    ratio, band = tested(6000)
    assert ratio[0] < 1.2 < ratio[-1] < 2 and band[0] > 0 and band[-1] == 0 and (np.diff(band) < 0.5).all()
    ratio, band = tested(9000)
    assert 1.2 < ratio[0] < 2 and band.min() > 0


def test_over_the_interest_line_no_number_stands_as_affordable_alone(planned):
    figures = {**ENOUGH, **FUNDS}
    heavy = {
        **figures,
        "fund_expenditure": dict.fromkeys((2022, 2023, 2024), 600),
        "fund_revenue": dict.fromkeys((2022, 2023, 2024), 600),
    }
    assert "，新增以不加重付息占比为准。" in said(planned(figures=heavy), "08_debt").split("新增专项债券※")[1]
    assert "新增以不加重付息占比为准" not in said(planned(figures=figures), "08_debt")
