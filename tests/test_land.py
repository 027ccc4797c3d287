"""Land sales: parcels and their payments, the years beyond the register, levies, fat tails."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import PLACES, ROOT, WITHOUT_BUDGET, write_tiny_place
from report_case import said
from risk_case import futures_by

from fiscal_model.analysis.balance.fund_gaps import fund_gaps
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.arithmetic.budgets.funds import each_fund
from fiscal_model.arithmetic.revenue.land import continue_land, land_levies, parcel_income
from fiscal_model.arithmetic.risk.shocks import FARTHEST
from fiscal_model.blocks.fund_ledger import cost_of, own_spending
from fiscal_model.blocks.revenue.parcels import levies_by_year, levies_due
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import QUALITIES, read_scenario
from fiscal_model.law.rules import rule_table
from fiscal_model.model.compute import fund_terms
from fiscal_model.model.projection import project
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.grants_tables import land_table, parcels_table
from fiscal_model.report.wording import money
from fiscal_model.words.errors import InputError

BASELINE = read_scenario("baseline")
YEARS = (2025, 2026, 2027, 2028, 2029)
FIGURES = {
    "own_revenue": {2022: 900, 2023: 950, 2024: 1000},
    "expenditure": {2022: 9000, 2023: 9500, 2024: 10000},
    "fund_revenue": {2024: 1200},
    "land_revenue": {2024: 1000},
}


def parcel(name, area, year, price, *, cost=0.0, chance=1.0, pay=(1, 0, 0), **more):
    return {
        "parcel": name, "area": area, "listing_year": year, "price": price, "cost": cost, "realisation": chance,
        "pay_first": pay[0], "pay_second": pay[1], "pay_third": pay[2], **more,
    }  # fmt: skip


def project_tiny(folder, parcels, figures=FIGURES, scenario=BASELINE):
    tables = {"parcels": parcels} if parcels else {}
    return project(read_place(write_tiny_place(folder, figures, tables)), scenario)


def income(*parcels):
    """Income of one parcel a row: area, price, realisation, schedule, listing year."""
    area, price, chance, schedule, listed = zip(*parcels, strict=True)
    columns = (np.array(column, dtype=float) for column in (area, price, chance, schedule))
    return parcel_income(*columns, np.array(listed), YEARS)


# parcels ---------------------------------------------------------------------------------------------------


def test_the_price_comes_in_over_three_years():
    paid = income((100, 80, 0.9, (0.5, 0.3, 0.2), 2026))
    np.testing.assert_allclose(paid, [[0, 3600, 2160, 1440, 0]])


def test_what_an_earlier_sale_still_owes():
    paid = income((10, 50, 1.0, (0.5, 0.3, 0.2), 2024), (10, 50, 1.0, (1, 0, 0), 2023))
    np.testing.assert_allclose(paid, [[150, 100, 0, 0, 0], [0, 0, 0, 0, 0]])


def test_parcels_add_up():
    both = income((100, 80, 0.9, (0.5, 0.3, 0.2), 2026), (40, 20, 0.5, (0.6, 0.4, 0), 2025))
    first = income((100, 80, 0.9, (0.5, 0.3, 0.2), 2026))
    second = income((40, 20, 0.5, (0.6, 0.4, 0), 2025))
    np.testing.assert_allclose(both.sum(axis=0), first[0] + second[0])
    assert both.sum() == pytest.approx(100 * 80 * 0.9 + 40 * 20 * 0.5)


def test_leading_axes_are_carried_along():
    price = np.random.default_rng(2).uniform(10, 90, (4, 2))
    area, chance, listed = np.array([10.0, 20.0]), np.array([1.0, 0.5]), np.array([2025, 2027])
    schedule = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    together = parcel_income(area, price, chance, schedule, listed, YEARS)
    assert together.shape == (4, 2, 5)
    for path in range(4):
        alone = parcel_income(area, price[path], chance, schedule, listed, YEARS)
        np.testing.assert_array_equal(together[path], alone)


def test_years_beyond_the_register_grow_from_the_last_full_one():
    covered = np.array([False, True, True, False, False])
    paid = np.array([0.0, 500.0, 600.0, 50.0, 900.0])
    path = continue_land(1000.0, paid, covered, np.full(5, -0.1), np.ones(5))
    np.testing.assert_allclose(path, [900, 500, 600, 540, 900])


def test_without_a_register_nothing_but_growth():
    path = continue_land(1000.0, np.zeros(3), np.zeros(3, dtype=bool), np.full(3, 0.1), np.ones(3))
    np.testing.assert_allclose(path, [1100, 1210, 1331])


# levies ----------------------------------------------------------------------------------------------------


def test_levies_are_taken_from_the_net():
    shares = np.array([[0.1, 0.05], [0.1, 0.0]])
    levies = land_levies(np.array([1000.0, 500.0]), np.array([700.0, 600.0]), shares)
    np.testing.assert_allclose(levies, [[30, 15], [0, 0]])


def test_levy_rules_are_well_formed():
    for rule in rule_table("land_levies"):
        assert rule["label"] and rule["source"] and rule["quality"] in QUALITIES
    named, shares = levies_by_year(YEARS)
    assert [name for name, _ in named] == [
        "education", "irrigation", "affordable_housing", "agricultural_land", "land_income_fund",
    ]  # fmt: skip
    assert shares.shape == (5, 5) and (shares.sum(axis=1) <= 1).all()


# a place's parcels -----------------------------------------------------------------------------------------


def test_parcels_make_the_land_revenue_of_the_years_they_cover(tmp_path):
    parcels = [parcel("甲", 10, 2025, 50, cost=30, pay=(0.6, 0.4, 0)), parcel("乙", 20, 2026, 40, cost=28, chance=0.5)]
    plan = project_tiny(tmp_path / "a", parcels)
    np.testing.assert_allclose(plan.line("land_revenue"), [300, 600, 600, 600, 600])
    np.testing.assert_allclose(plan.line("land_cost")[:2], [180, 400])
    assert plan.line("fund_other_revenue").tolist() == [200.0] * 5
    told = {caution.code: caution.message for caution in plan.cautions}
    assert told["parcels_end"] == "出让地块台账只列到2026年，以后年度在2026年基础上按增速推算"
    assert plan.basis.grain["funds"] == "按总量，土地按出让地块台账（2 宗）"


def test_a_scenario_moves_parcels_as_it_moves_growth(tmp_path):
    parcels = [parcel("甲", 10, 2025, 50), parcel("乙", 10, 2029, 60)]
    usual = project_tiny(tmp_path / "a", parcels).line("land_revenue")
    slump = project_tiny(tmp_path / "b", parcels, scenario=read_scenario("land_slump")).line("land_revenue")
    np.testing.assert_allclose(usual, [500, 0, 0, 0, 600])
    np.testing.assert_allclose(slump, usual * [0.5, 0.35, 0.35, 0.35, 0.35])


def test_a_register_of_old_sales_is_a_floor(tmp_path):
    plan = project_tiny(tmp_path / "a", [parcel("旧", 100, 2024, 30, pay=(0.2, 0.5, 0.3))])
    np.testing.assert_allclose(plan.line("land_revenue"), [1500, 1500, 1500, 1500, 1500])
    told = {caution.code: caution.message for caution in plan.cautions}
    assert told["parcels_old"] == "出让地块台账只列到2024年，规划期按增速推算，只作为尾款的下限"


def test_parcels_without_known_land_revenue_are_not_used(tmp_path):
    figures = {name: FIGURES[name] for name in ("own_revenue", "expenditure", "fund_revenue")}
    plan = project_tiny(tmp_path / "a", [parcel("甲", 10, 2025, 50)], figures)
    told = {caution.code: caution.message for caution in plan.cautions}
    assert told["parcels_unused"] == "2024年土地出让收入未提供，出让地块台账未使用"
    assert plan.line("fund_revenue").tolist() == [1200.0] * 5
    assert land_table(plan) is None and parcels_table(plan) is None and said(plan, "93_04_land") == ""


def test_units_of_price_and_cost_are_converted(tmp_path):
    in_yuan = parcel("甲", 10, 2025, 500_000, cost=300_000, unit="yuan")
    plan = project_tiny(tmp_path / "a", [in_yuan])
    assert plan.line("land_revenue")[0] == pytest.approx(500)
    assert plan.line("land_cost")[0] == pytest.approx(300)


@pytest.mark.parametrize("name", [name for name in PLACES if name != "yunshui"])
def test_a_place_without_parcels_grows_as_assumed(plan_of, name):
    plan = plan_of(name, "land_slump", **WITHOUT_BUDGET)
    land = plan.basis.history.booked("land_revenue", plan.base_year) * np.cumprod([0.5, 0.7, 1, 1, 1])
    np.testing.assert_allclose(plan.lines["land_revenue"], land)
    assert parcels_table(plan) is None


def test_the_register_of_the_invented_county(plan_of):
    """2026: 60 x 96 x 0.4 + 45 x 98 x 0.9 x 0.6 + 160 x 14 x 0.95."""
    plan = plan_of("yunshui")
    assert plan.line("land_revenue")[0] == pytest.approx(2304 + 2381.4 + 2128)
    assert plan.basis.revenue.land.covered.tolist() == [True, True, True, False, False]
    assert (plan.line("land_revenue")[3:] == plan.line("land_revenue")[2]).all()


# what is printed -------------------------------------------------------------------------------------------


def test_the_land_table_shows_cost_levies_and_what_is_left(plan_of):
    plan = plan_of("lijiang", **WITHOUT_BUDGET)
    table = rounded(land_table(plan))
    labels = [row.label for row in table.rows]
    assert labels[2] == "土地出让收益" and labels[3] == "应计提教育资金"
    assert labels[-1] == "土地出让净收入（计提后）"
    at = table.columns.index("2026年预测")
    revenue, cost, gain, *levies, left = (row.values[at] for row in table.rows)
    assert gain == revenue - cost and left == gain - sum(levies)
    assert any("未经核实" in note for note in table.notes)
    assert said(plan, "93_04_land").startswith("规划期土地出让收入合计21.35亿元，成本6.12亿元，应计提各项资金")


def test_levies_look_past_a_cost_that_debt_service_crowds_out(plan_of):
    plan = plan_of("yunshui", new_issue_within_quota=0.0)
    due = levies_due(plan.basis.revenue.land, plan.line("land_revenue"), plan.years)[1].sum(axis=1)
    full = plan.line("land_revenue") * (1 - plan.basis.revenue.land.cost_share)
    np.testing.assert_allclose(due, 0.5 * full)
    table = land_table(plan)
    assert "2027—2030年专项债务偿还在先，成本未能足额安排，未落实部分列为基金缺口（表12）。" in table.notes
    assert "偿债等支出之后的基金财力不足以安排应计提资金，须统筹安排。" in said(plan, "93_04_land")


def test_a_land_cost_that_cannot_be_paid_is_a_gap_and_no_gain(plan_of):
    """云水: land of 2028 takes in 4,689; its costs are 4,689 x 3,002 / 4,689, cut to 555 before and the rest called gain."""
    plan = plan_of("yunshui", new_issue_within_quota=0.0, **WITHOUT_BUDGET)
    due = plan.line("land_revenue") * plan.basis.revenue.land.cost_share
    np.testing.assert_allclose(plan.line("land_cost"), due)
    gap = plan.line("land_cost_gap")
    np.testing.assert_allclose(plan.line("fund_gap"), gap)
    assert (gap[1:] > 300).all()
    assert gap[0] == 0
    paid = each_fund(fund_terms(plan.basis, dict(plan.lines)))
    land = plan.basis.balance.funds.codes.index("1030148")
    np.testing.assert_allclose(
        gap, np.maximum(due + paid["service"][:, land] - plan.line("land_revenue") - paid["carry_in"][:, land], 0)
    )
    rows = {row.line: row.values for row in land_table(plan).rows}
    levies = levies_due(plan.basis.revenue.land, plan.line("land_revenue"), plan.years)[1].sum(axis=1)
    np.testing.assert_allclose(np.array(rows["land_net"][-6:-1], dtype=float), plan.line("land_revenue") - due - levies)
    np.testing.assert_allclose(np.array(rows["land_cost_gap"][-6:-1], dtype=float), gap)
    assert {name: round(float(values.sum())) for name, values in fund_gaps(plan).items()} == {
        "国有土地使用权出让收入": round(float(gap.sum()))
    }
    assert "land_cost_gap_breach" in {caution.code for caution in plan.cautions}
    assert f"政府性基金预算存在缺口：2027年{money(gap[1])}" in said(plan, "06_resources")
    fan = simulate(plan, paths=200)
    assert fan.probabilities["fund_gap"][-1] > 0.9
    np.testing.assert_array_equal(fan.probabilities["land_cost_gap"], fan.probabilities["fund_gap"])


def test_land_costs_are_cost_items_and_land_goes_on_with_the_rest(plan_of):
    """丽江 2025: 12,230 of costs within 33,021 of 21208; the other 20,791 go on as spending; gain 30,477, levies half of it."""
    plan = plan_of("lijiang", **WITHOUT_BUDGET)
    np.testing.assert_allclose(plan.line("land_cost"), 12_230)
    found = each_fund(fund_terms(plan.basis, dict(plan.lines)))
    land = plan.basis.balance.funds.codes.index("1030148")
    np.testing.assert_allclose(found["other_spending"][:, land], 20_791)
    rows = {row.line: row.values for row in land_table(plan).rows}
    np.testing.assert_allclose(np.array(rows["land_net"][-6:-1], dtype=float), 0.5 * 30_477)
    assert plan.basis.assumed.entries["land_cost_share"].quality == "observed"


def test_without_cost_items_all_that_land_paid_for_is_the_most_it_can_cost(plan_of):
    """云水: 21208 is 4,608 of 6,400 without items: 72 %, below the fallback of 80 %, and marked unverified."""
    entry = plan_of("yunshui").basis.assumed.entries["land_cost_share"]
    assert entry.value == pytest.approx(0.72)
    assert entry.quality == "unverified" and "为上限" in entry.source


@pytest.mark.parametrize(
    ("items", "cost", "own"),
    [
        ({"21208": 80.0, "2120801": 30.0, "2120803": 50.0}, 30, 0.5),
        ({"21208": 80.0, "2120803": 80.0}, 0, 0.8),
        ({"2120801": 30.0, "2120899": 10.0}, 30, 0.1),
        ({"21208": 80.0}, np.nan, 0),
        ({}, np.nan, 0),
    ],
)
def test_cost_items_by_hand(items, cost, own):
    codes = pd.DataFrame([{"1030148": 100.0} | items], index=[2025])
    np.testing.assert_equal(cost_of(codes, "1030148", 2025), cost)
    assert own_spending(codes, "1030148", 2025) == pytest.approx(own)


def test_a_fund_budget_whose_carry_over_comes_back_is_not_said_to_use_it_up(plan_of):
    text, other = (said(plan_of(name), "06_resources") for name in ("lijiang", "zhangye"))
    assert "政府性基金预算没有缺口。" in text
    assert "基金结转" not in text + other
    assert "平衡" not in text + other


def test_the_parcel_table_adds_up(plan_of):
    table = rounded(parcels_table(plan_of("yunshui")))
    assert (table.number, table.id) == ("13-1", "parcels")
    for column in range(6, len(table.columns)):
        parts = [row.values[column] for row in table.rows[:-2]]
        assert table.rows[-2].values[column] == sum(parts)


# tails -----------------------------------------------------------------------------------------------------


def test_land_alone_has_fat_tails():
    deviation = np.outer((0.1, 0.05, 0.3), np.sqrt(np.arange(1, 6)))
    normal = futures_by(5, deviation, 20_000)
    fat = futures_by(5, deviation, 20_000, 4.0)
    assert np.array_equal(normal.own_revenue, fat.own_revenue)
    assert np.array_equal(normal.general_purpose, fat.general_purpose)
    assert np.array_equal(normal.land, futures_by(5, deviation, 20_000, np.inf).land)
    first = np.log(fat.land[:, 0])
    assert first.std() == pytest.approx(0.3, rel=0.05)
    assert np.median(fat.land[:, 0]) == pytest.approx(1, abs=0.01)
    halved = [(drivers.land[:, 0] < 0.4).mean() for drivers in (normal, fat)]
    assert halved[1] > 5 * halved[0]


@pytest.mark.parametrize("degrees", [2.1, 4.0, 1000.0])
def test_tails_are_symmetric_ordered_and_bounded(degrees):
    """Of a year as wild as another the larger normal shock is the larger one; its mirror is as far on the other side."""
    log = np.log(futures_by(5, np.outer((0.1, 0.05, 0.1), np.ones(5)), 8_000, degrees).land[:, 0]) / 0.1
    assert np.isfinite(log).all() and np.abs(log).max() <= FARTHEST * (1 + 1e-12)
    np.testing.assert_allclose(log[0::2], -log[1::2], atol=1e-12)
    normal = np.log(futures_by(5, np.outer((0.1, 0.05, 0.1), np.ones(5)), 8_000).land[:, 0]) / 0.1
    assert (np.sign(log) == np.sign(normal)).all()
    if degrees == 1000.0:
        np.testing.assert_allclose(log, normal, rtol=0.2)


def test_without_deviation_land_is_the_plan_bit_for_bit():
    drivers = futures_by(3, np.zeros((3, 5)), 50, 4.0)
    assert np.all(drivers.land == 1.0)


def test_more_paths_keep_the_first_ones_with_fat_tails():
    deviation = np.outer((0.1, 0.05, 0.3), np.sqrt(np.arange(1, 6)))
    few = futures_by(8, deviation, 10, 4.0)
    many = futures_by(8, deviation, 30, 4.0)
    assert np.array_equal(few.land, many.land[:10])


def test_the_text_says_how_fat(plan_of):
    assert said(plan_of("lijiang"), "93_04_land").split("\n")[-1] == (
        "土地出让收入的模拟采用厚尾分布（一年期标准差34.7%，自由度4，未经核实），大跌的可能性高于正态分布。"
    )


# faults ----------------------------------------------------------------------------------------------------

FAULTS = {
    "payments": (
        parcel("甲", 10, 2025, 50, pay=(0.5, 0.3, 0.1)),
        "parcels.csv 第 2 行“pay_third”列：三年付款比例相加为 0.9。当年、次年、第三年相加必须等于 1",
    ),
    "chance in percent": (parcel("甲", 10, 2025, 50, chance=90), "第 2 行“realisation”列：不得大于 1，填写的是“90”"),
    "negative area": (parcel("甲", -10, 2025, 50), "第 2 行“area”列：不得小于 0，填写的是“-10”"),
    "no price": (parcel("甲", 10, 2025, 50) | {"price": "inf"}, "第 2 行“price”列：应为数字，填写的是“inf”"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_parcel_is_refused_with_a_clear_text(name: str, tmp_path: Path) -> None:
    given, expected = FAULTS[name]
    with pytest.raises(InputError) as caught:
        read_place(write_tiny_place(tmp_path / "xian", FIGURES, {"parcels": [given]}))
    assert expected in str(caught.value)


def test_a_parcel_stands_once(tmp_path):
    twice = [parcel("甲", 10, 2025, 50), parcel("甲", 20, 2026, 50)]
    with pytest.raises(InputError) as caught:
        read_place(write_tiny_place(tmp_path / "xian", FIGURES, {"parcels": twice}))
    assert "parcels.csv 第 3 行：与第 2 行重复（parcel=甲）" in str(caught.value)


def test_a_place_may_drop_its_parcels(tmp_path, plan_of):
    folder = tmp_path / "yunshui"
    shutil.copytree(ROOT / "data" / "places" / "yunshui", folder)
    (folder / "parcels.csv").unlink()
    plan = project(read_place(folder), BASELINE.with_(**WITHOUT_BUDGET))
    assert plan.line("land_revenue").tolist() == [6400.0] * 5
    assert plan.basis.revenue.land.cost_share == pytest.approx(plan.basis.assumed.path("land_cost_share"))


def test_the_chapter_says_where_levies_find_no_money(plan_of):
    told = said(plan_of("yunshui"), "04_revenue")
    assert "2027—2030年偿债和付清成本之后不够安排应计提资金。" in told and "偿债之前的净收入" in told
    assert "不够安排应计提资金" not in said(plan_of("lijiang"), "04_revenue")
