"""Ledgers of task 12 worked by hand on the rows of the example."""

from __future__ import annotations

from dataclasses import replace

import pytest

import fiscal_model as fm
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.all_ledgers import declared_ledgers
from fiscal_model.words.ledger_terms import YesNo


@pytest.fixture
def found(plan_of):
    """A ledger of the example by its id, as a frame that its label leads."""
    return lambda name, by: declared_ledgers()[name].find(plan_of("yunshui")).set_index(by)


def test_what_a_yuan_of_public_money_moves(found):
    # Grants (1100 + 1600) / 1400; interest 7500 / 172; equity (400 + 900) / 300, 60 of 300 are not expected back
    ways = found("finance_ways", "way_label")
    assert ways["leverage"].to_dict() == pytest.approx(
        {"无偿补助": 2700 / 1400, "财政贴息": 7500 / 172, "风险补偿": 30, "股权投资": 1300 / 300}
    )
    assert ways.loc["股权投资", "cost"] == pytest.approx(100 * 60 / 1300)
    assert ways["doubt"].tolist() == ["撬动不足，研究改用财政贴息", "", "", ""]


def test_leverage_against_what_was_agreed(found):
    # 2024: (600 + 900 + 3000) / 782 = 5.75 for (3 x 700 + 40 x 82) / 782 = 6.88; the grants 1.93 for 3
    years = found("finance_years", "year")
    assert years.loc[2024, ["leverage", "target"]].tolist() == pytest.approx([4500 / 782, 5380 / 782])
    assert years["doubt"].tolist() == ["没有达到目标，查明原因", ""]
    programmes = found("guidance_effect", "programme")
    assert programmes.loc["高原夏菜股权投资", "effect"] == pytest.approx(1600 / 300)
    assert programmes["doubt"].map(bool).tolist() == [True, False, False, False]


def test_calls_of_funds_stand_in_the_plan(plan_of, found):
    # 2000 - 600 = 1400 = 400 + 400 + 600; expected 400 + 400 + 0.3 x 600 = 980
    funds = found("fund_agreements", "fund_name")
    held = funds.loc["市级特色产业发展引导基金云水子基金"]
    assert held[["outstanding", "called", "planned", "doubt"]].tolist() == [1400, 1400, 980, ""]
    assert funds.loc["市级文旅产业基金", "doubt"] == "认缴没有列全，补登分年出资"
    contingents = plan_of("yunshui").basis.balance.contingents
    calls = contingents.expected - sum(each.expected for each in contingents.items)
    assert calls.sum() == pytest.approx(funds["planned"].sum())


def test_equity_is_worth_what_it_is_expected_to_bring(found):
    # -300 x 1.04^2 + 18 + 27 / 1.04^2 + 357 / 1.04^5 = 11.91
    rows = found("equity_investments", "firm")
    assert rows.loc["高原夏菜冷链公司", "present_value"] == pytest.approx(11.91, abs=0.01)
    assert rows.loc["高原夏菜冷链公司", "flow"] == "2023年-300、2025年18、2027年27、2030年357"
    assert rows["doubt"].tolist() == ["", "预期现值为负，不再追加", "以后投入没有登记分年出资"]


def test_projects_without_sure_money(found):
    # 11800 needed, 2800 sure; 7800 needed, 7500 named at all
    rows = found("project_financing", "project_code")
    assert rows.loc["YSP09", "name"] == "高原夏菜冷链物流园二期"
    assert rows["gap"].to_dict() == {"YSP01": 0, "YSP02": 0, "YSP09": 9000, "YSP06": 300}
    assert rows["doubt"].tolist() == ["", "", "来源没有落实，先落实再开工", "来源不足，调整融资方案"]


def test_a_grant_counts_through_its_row_of_transfers(found):
    rows = found("inclusive_grants", ["code", "year"])
    assert rows["rest"].tolist() == [0, 120, 0] and rows.loc[("11003", 2025), "booked"] == 36500
    assert rows["doubt"].tolist() == ["", "没有分配完，尽快下达", "上级补助台账没有列，补登或决定计入"]


def test_a_decided_grant_without_a_row_of_transfers_is_income_with_a_use(plan_of):
    """150 of 1100299 in 2026 is not in `transfers`: once decided it comes in, and is spent or carried over; 11003 is there already."""
    place = plan_of("yunshui").basis.place
    decided = place.rows("inclusive_grants").assign(adopted=YesNo.YES)
    plan = fm.project(
        replace(place, tables={**place.tables, "inclusive_grants": decided}), fm.read_scenario("baseline")
    )
    more = {
        name: plan.line(name) - plan_of("yunshui").line(name)
        for name in ("transfers", "transfers_earmarked", "funding_gap")
    }
    assert more["transfers"].tolist() == more["transfers_earmarked"].tolist() == pytest.approx([150, 0, 0, 0, 0])
    assert more["funding_gap"].tolist() == pytest.approx([0] * 5, abs=0.01)
    rows = declared_ledgers()["inclusive_grants"].find(plan).set_index(["code", "year"])
    assert rows.loc[("1100299", 2026), ["planned", "doubt"]].tolist() == [150, ""]


def test_interest_subsidies_due_and_paid(found):
    # 8200 x 2 % = 164, half of it the county's 82; 4.85 % is above 3.1 % + 1.5 %; 180 over 174 borrowers is 10,345 yuan
    rows = found("interest_subsidies", ["item", "year"])
    assert rows["own"].tolist() == pytest.approx([82, 90, 50])
    assert rows["doubt"].tolist() == ["", "贷款利率超上限，不予贴息", ""]
    assert rows["each"].iloc[1] == pytest.approx(1_800_000 / 174)
    assert (
        TABLES["interest_subsidies"].complaints({"item": "甲", "subsidy_rate": 0.05, "loan_rate": 0.04})[0][0]
        == "subsidy_rate"
    )


def test_guarantees_within_capital_and_cheaper_fees(found):
    # 52000 x 1.05 = 54600; 15 x 6000 - 54600 = 35400; 0.1 % of it is 54.6. 10 x 2000 - 23000 = -3000
    rows = found("guarantee_room", "item")
    assert rows["headroom"].tolist() == pytest.approx([35400, -3000])
    assert rows["fixed"].tolist() == pytest.approx([54.6, 0])
    assert rows["doubt"].tolist() == ["", "超过倍数，压降或增资"]


def test_a_guaranteed_loan_is_one_exposure(found):
    # 900 + 400 + 300 + 800 - 800 = 1600 of 2770; light assets 310 x 5 % x 80 % = 12.4
    rows = found("borrowers", "firm")
    assert rows.loc["祁云牛羊养殖公司", ["overlap", "whole", "lenders"]].tolist() == [800, 1600, 4]
    assert rows["doubt"].tolist() == ["", "融资集中，控制新增", "", "", "多头融资，核对总负债"]
    segments = found("segment_losses", "segment_label")
    assert segments.loc["轻资产", ["whole", "loss"]].tolist() == pytest.approx([310, 12.4])
    assert segments["doubt"].map(bool).tolist() == [True, False, False, False]


def test_bridge_loans_case_by_case(found):
    # 2025: 800 + 255 + 80 + 150 + 500 = 1785 of a fund of 2000; 255 / 260 = 98 %; 1 to 28 July is 27 days
    rows = found("bridge_loans", "case_code")
    assert rows["doubt"].to_dict() == {
        "YSG01": "", "YSG02": "", "YSG03": "", "YSG04": "超过比例上限，不得续用", "YSG05": "超过天数上限，不得续用",
        "YSG06": "逾期未还，催收并报告", "YSG07": "归还晚于约定，核对原因",
    }  # fmt: skip
    years = found("bridge_fund", "year")
    assert years.loc[2025, ["amount", "overdue", "firms"]].tolist() == [1785, 150, 5]
    assert years.loc[2025, "turnover"] == pytest.approx(1785 / 2000)
    # 22.2 days on average: 2000 x 365 / 22.2 = 32883 could be lent, 30000 were planned
    assert years.loc[2025, ["capacity", "planned"]].tolist() == pytest.approx([2000 * 365 / 22.2, 30000])
    assert years["doubt"].tolist() == ["", "有逾期，投放又远少于计划，催收、改计划"]


def test_a_credit_code_has_eighteen_characters():
    row = {"credit_code": "9162", "firm": "甲", "segment": "light", "kind": "loan", "lender": "乙", "balance": 1.0}
    assert TABLES["credit_exposures"].complaints(row)[0][1] == "统一社会信用代码“9162”不是 18 位"
    assert TABLES["credit_exposures"].complaints({**row, "credit_code": "91620000MA0YSH0001"}) == []


def test_what_the_emergency_fund_bridges_comes_back_in_its_days(plan_of, found):
    # 5 000 for 20 days: at most 7 500 a month, a third back in it, the rest in the next. June 2026: 17 200 due, 8.7 days, 2 500 back, 5 000 out.
    rows = found("maturity_fund", ["year", "month"])
    june, july, august = (rows.loc[(2026, month)] for month in (6, 7, 8))
    assert june[["due", "bridged", "short", "held", "repaid", "lent"]].tolist() == pytest.approx(
        [17200, 7500, 9700, 8.7, 2500, 5000]
    )
    assert july[["due", "bridged", "repaid", "lent", "doubt"]].tolist() == [0, 0, 5000, 0, ""]
    assert (
        august[["bridged", "short", "doubt"]].tolist() == [5400, 0, ""]
        and june["doubt"] == "垫不住，差额提前备好还款资金"
    )
    share = plan_of("yunshui").line("refinancing_dependence")[0]
    assert july["refinanced"] == pytest.approx(5000 * share) and 0 < share < 1
    assert (rows["refinanced"] + rows["own"]).tolist() == pytest.approx(rows["repaid"].tolist())
    assert rows["repaid"].sum() == pytest.approx(rows["bridged"].sum() - rows["lent"].iloc[-1])
