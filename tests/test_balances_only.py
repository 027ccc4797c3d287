"""Places that publish balances and totals of debt, no flows, and of the funds a part or nothing: what may then be said."""

from __future__ import annotations

import pytest
from conftest import ENOUGH
from report_case import said

import fiscal_model as fm
from fiscal_model.analysis.balance.rule_outcomes import MET, review_rules
from fiscal_model.analysis.debt.quota_test import check_quota
from fiscal_model.model.planbook import observed_lines

STOCKS = {"closing_stock": {2023: 2000, 2024: 2400}, "limit_stock": {2023: 2200, 2024: 2600}}
DEBT = [
    {"kind": kind, "item": item, "year": year, "amount": amount}
    for kind in ("general", "special")
    for item, years in STOCKS.items()
    for year, amount in years.items()
]


@pytest.fixture
def planned(tiny_place, tmp_path):
    def plan(**funds):
        folder = tiny_place(tmp_path / "xian", {**ENOUGH, **funds}, {"debt": DEBT})
        return fm.project(fm.read_place(folder), fm.read_scenario("baseline"))

    return plan


def balanced(plan):
    return review_rules(plan).set_index("id").loc["B1", ["status", "said"]].tolist()


def test_a_budget_that_nobody_handed_in_has_no_gap_and_no_balance(planned):
    plan = planned()
    assert plan.lines["fund_gap"].max() > 0.5 and "fund_gap" in plan.unavailable
    assert balanced(plan) == [
        MET,
        "已提供的预算各年收支总计相等，没有缺口；政府性基金、国有资本经营、社会保险基金预算未提供，未作判断",
    ]
    assert "没有做到的预算平衡规则" not in said(plan, "07_measures")


def test_new_bonds_read_off_balances_are_not_said_to_follow_the_test(planned):
    poor = planned(fund_revenue={2023: 50, 2024: 50}, fund_expenditure={2023: 50, 2024: 50})
    test = check_quota(poor)
    assert test.read_off and test.excess.max() > 0.5 and "不按测试削减" in test.followed
    assert "规划安排的按余额变动推算，没有按测试削减，超过2025年" in said(poor, "08_debt")
    unknown = said(planned(), "08_debt")
    assert "（没有数据、未作测试：债务率不差于基期所在档、基金收入付得起本息）" in unknown
    assert "未作测试" not in said(poor, "08_debt")


def test_fund_spending_that_is_not_published_is_not_nothing(planned):
    half = planned(fund_revenue={2023: 500, 2024: 500})
    assert observed_lines(half)["fund_revenue"][2024] == 500
    assert not {"fund_expenditure", "fund_uses_total"} & observed_lines(half).keys()
    assert "政府性基金收入500万元。" in said(half, "02_base_year")
    assert any(caution.code == "fund_expenditure_unknown" for caution in half.cautions)
    whole = planned(fund_revenue={2024: 500}, fund_expenditure={2024: 600})
    assert "政府性基金收入500万元，支出600万元。" in said(whole, "02_base_year")
    assert not any(caution.code == "fund_expenditure_unknown" for caution in whole.cautions)


def test_revenue_that_is_out_for_a_plan_year_is_told_until_its_spending_makes_it_the_base(planned):
    early = planned(own_revenue={2022: 900, 2023: 950, 2024: 1000, 2025: 700})
    told = [caution.message for caution in early.cautions if caution.code == "revenue_known_later"]
    assert (
        early.base_year == 2024
        and len(told) == 1
        and told[0].startswith("规划期内已有收入实际数：2025年 700 万元（规划 1,0")
    )
    later = planned(own_revenue={2023: 950, 2024: 1000, 2025: 700}, expenditure={2023: 9500, 2024: 10000, 2025: 9900})
    assert later.base_year == 2025 and not any(each.code == "revenue_known_later" for each in later.cautions)


def test_a_total_that_rests_on_inferred_transfers_says_so(planned, plan_of):
    poor = planned()
    assert "（含推算数）。" in said(poor, "02_base_year")
    table = fm.plan_table(poor)
    based = table[table["year"] == poor.base_year].set_index("line")["grain"]
    assert based["resources_total"] == based["transfers_general_purpose"] == "inferred"
    assert based["own_revenue"] == based["expenditure"] == "observed"
    assert "含推算数" not in said(plan_of("lijiang"), "02_base_year")


def test_a_base_year_that_figures_have_left_behind_is_said_to_be_old(planned):
    old = planned(own_revenue={2022: 900, 2023: 950, 2024: 1000, 2026: 1100})
    assert old.base_year == 2024 and "基期偏旧：已有2026年公布的数" in said(old, "01_basis")
    assert "基期偏旧" not in said(planned(own_revenue={2023: 950, 2024: 1000, 2025: 1050}), "01_basis")


def test_chapter_five_is_written_where_the_base_years_fund_spending_is_unknown(planned):
    """The first fund spending that anybody knows is a plan year's: there is nothing to jump from."""
    plan = planned(fund_revenue={2023: 500, 2024: 500})
    assert "政府性基金支出每年" in said(plan, "05_spending") and "fund_expenditure" not in observed_lines(plan)
    assert "政府性基金支出" in said(planned(fund_revenue={2024: 500}, fund_expenditure={2024: 600}), "05_spending")
