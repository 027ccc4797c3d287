"""Ledgers of task 11 worked by hand on the rows of the example."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from fiscal_model.blocks.ledgers.assets_effects import resource_income
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.all_ledgers import declared_ledgers
from fiscal_model.words.asset_terms import AssetState


@pytest.fixture
def found(plan_of):
    """A ledger of the example by its id, as a frame that its label leads."""
    return lambda name, by: declared_ledgers()[name].find(plan_of("yunshui")).set_index(by)


def test_a_sale_is_open_to_all_and_starts_near_the_appraisal(found):
    # The school: 440 is below 0.9 x 520 = 468 and above 0.8 x 520; the CT: 38 is above 0.9 x 40 = 36
    doubt = found("asset_disposals", "asset_code")["doubt"]
    assert doubt["YSA01"] == "不是公开处置，改为网上竞价"
    assert doubt["YSA03"] == "底价低于评估价过多，先报批"
    assert doubt["YSA05"] == "未决定，不计入规划" and doubt["YSA09"] == ""


def test_requests_are_served_from_what_others_have_to_spare(found):
    # The hall has 300 - 72 = 228 days, the drone 200 - 31 = 169, the school 2600 square metres; 300 days nobody has
    rows = found("asset_market", "request_code")
    assert rows["found"].tolist() == ["县委党校会议中心", "测绘无人机", "原第三小学校舍", "—", "—"]
    assert rows["avoided"].tolist() == [12, 8, 90, 0, 0]
    assert rows["doubt"].tolist() == [*2 * ["有资产可调剂，不新购"], "有资产可调剂，不新购，暂缓处置该资产", "", ""]


def test_most_purchase_is_avoided_and_no_asset_serves_its_own_department(plan_of):
    plan = plan_of("yunshui")
    place = plan.basis.place

    def avoided(asked, held):
        changed = replace(place, tables={**place.tables, "asset_requests": asked, "unit_assets": held})
        made = replace(plan, basis=replace(plan.basis, place=changed))
        return declared_ledgers()["asset_market"].find(made)["avoided"].tolist()

    asked, held = place.rows("asset_requests"), place.rows("unit_assets")
    # Three ask for room: 2600, 820 and 300 square metres to spare; 1500 fits the first alone, 600 of the others the second
    rivals = asked.iloc[:3].assign(
        kind=asked["kind"].iloc[0],
        department="县民政局",
        measure="平方米",
        needed=[600, 1500, 500],
        amount=[150, 420, 95],
    )
    assert avoided(rivals, held) == [150, 420, 0]
    assert avoided(rivals.assign(department="县教育局"), held) == [150, 0, 0]  # 原第三小学校舍 is its own
    assert avoided(rivals, held[held["state"] == AssetState.SCRAP]) == [0, 0, 0]


def test_use_rates_are_weighted_by_book_value(found):
    # Buildings: (860 x 72/300 + 1240 x 3900/4200 + 96) / (118 + 860 + 340 + 1240 + 96) = 1453.83 / 2654
    rows = found("asset_use_rates", "kind_label")
    assert rows.loc["房屋", "rate"] == pytest.approx(1453.83 / 2654, abs=1e-5)
    assert rows.loc["房屋", "idle_value"] == 118 + 340
    assert rows["doubt"].map(bool).to_dict() == {"房屋": True, "设备": True, "车辆": False}


def test_the_way_that_is_worth_most_is_named(found):
    # The school at 4 %: 42 x 11.1184 - 60 = 406.97 leased for 15 years, 440 - 15 = 425 sold
    rows = found("asset_options", ["asset_code", "option"])
    assert rows.loc[("YSA03", "lease"), "present_value"] == pytest.approx(406.97, abs=0.01)
    assert rows.loc[("YSA03", "lease"), "doubt"] == "现值较低，改用出售或说明理由"
    assert rows.loc[("YSA01", "sell"), "doubt"] == ""


def test_what_firms_owe_each_other_is_no_asset_of_the_group(found):
    # 城投: 268000 - 4200 - 9000 = 254800; 171000 - 600 = 170400; left 84400. 农业: 16900 / 21500 = 78.6 %
    rows = found("firm_balances", "firm")
    invested = rows.loc["云水县城市建设投资公司"]
    assert invested[["assets_whole", "liabilities_whole", "own"]].tolist() == [254800, 170400, 84400]
    assert rows.loc["云水县文化旅游公司", "own"] == 15800 - 7100 + 200 - 2610
    assert rows["due_from_firms"].sum() == rows["due_to_firms"].sum()
    assert rows["doubt"].tolist() == ["", "", "负债率过高，压降债务或注资", ""]


def test_claims_between_firms_that_differ_are_said(plan_of):
    plan = plan_of("yunshui")
    place = plan.basis.place
    rows = place.rows("firm_accounts")
    uneven = replace(
        place, tables={**place.tables, "firm_accounts": rows.assign(due_to_firms=rows["due_to_firms"] / 2)}
    )
    ledger = declared_ledgers()["firm_balances"]
    notes = [ledger(made).notes[1] for made in (plan, replace(plan, basis=replace(plan.basis, place=uneven)))]
    assert ["请对账" in note for note in notes] == [False, True] and "相差2,400.00万元" in notes[1]


def test_quarters_of_all_firms(found):
    # The fourth: 18600 + 11800 + 3900 + 5200 = 39500 against 38154 a year before; in the second one firm is missing
    rows = found("firm_quarters", ["year", "quarter"])
    assert rows.loc[(2025, 4), "growth"] == pytest.approx(39500 / 38154 - 1)
    assert rows.loc[(2025, 2), "doubt"] == "有企业没有报送，催报"
    assert rows.loc[(2025, 4), "doubt"] == ""


def test_resources_that_differ_from_their_survey(found):
    # Gypsum 842 / 860 - 1 = -2.1 %, beyond 2 %; building land 21380 / 21400 - 1 = -0.1 %
    rows = found("natural_resources", "resource_code")
    assert rows.loc["YSR03", "doubt"] == "清查数与台账不符，核实更正" and rows.loc["YSR01", "doubt"] == ""
    survey = found("resource_survey", "kind_label")
    assert survey.loc["土地", "coverage"] == pytest.approx(21400 / 57900)
    assert survey["doubt"].tolist() == ["清查没有到位，排出时间表", "", "清查过期，安排复查", "", ""]


def test_income_of_resources_goes_to_its_code(plan_of, found):
    # 60 x 60000 yuan x 0.6 = 216 万元
    rows = found("resource_income", ["resource_code", "year"])
    assert rows.loc[("YSR04", 2027), ["low", "amount", "high"]].tolist() == pytest.approx([162, 216, 259.2])
    assert rows.loc[("YSR03", 2026), "doubt"] == "科目与资源种类不符，核对征收依据"
    assert rows.loc[("YSR04", 2025), "doubt"] == ""
    place = plan_of("yunshui").basis.place
    effect: pd.DataFrame = resource_income(place, place.rows("resource_income"))
    assert effect.groupby("target")["amount"].sum().to_dict() == pytest.approx(
        {"10304": 60, "1030147": 36, "10307": 18 + 216 + 102}
    )


def test_a_code_that_is_no_revenue_is_refused():
    complaints = TABLES["resource_income"].check_row
    assert complaints({"revenue_code": "10307"}) == complaints({"revenue_code": "1030148"}) == []
    assert [each[1] for each in complaints({"revenue_code": "20101"})] == ["“20101”不是收入科目"]
    assert [each[1] for each in complaints({"revenue_code": "10333"})] == ["科目编码“10333”不在一般公共预算的科目表里"]
