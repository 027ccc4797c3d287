"""Growth of the nation and the provinces: what the ministry printed, and what follows from it."""

import numpy as np
import pandas as pd
import pytest

import fiscal_model as fm
from fiscal_model.arithmetic.revenue.series_forecast import Course
from fiscal_model.law.common_growth import NATION, common_growth
from fiscal_model.law.rules import rule_table

BASELINE = fm.read_scenario("baseline")


def table(item: str) -> pd.DataFrame:
    rows = pd.DataFrame(rule_table("growth_of_the_nation"))
    rows = rows[rows["item"] == item].assign(amount=lambda kept: kept["amount"].astype(float))
    return rows.pivot(index="year", columns="region", values="amount").rename(index=int)


def test_growth_on_the_same_rules_wins_over_growth_as_printed():
    # 财政部《2022年财政收支情况》: 下降2.1%，扣除留抵退税因素后增长5.9%
    assert np.expm1(common_growth("own_revenue")[2022]) == pytest.approx(0.059)
    assert np.expm1(common_growth("expenditure")[2022]) == pytest.approx(0.064)


def test_a_year_without_printed_growth_follows_from_its_amounts():
    # 2021: 111,084.23 on the platform against 100,124 in the ministry's report
    assert np.expm1(common_growth("own_revenue")[2021]) == pytest.approx(111084.23 / 100124 - 1)


@pytest.mark.parametrize("item", ["own_revenue", "expenditure"])
def test_printed_growth_and_amounts_tell_one_story(item):
    """The base is revised after the year, in most years by less than a point; in 2015, 2016 and 2017 the scope moved."""
    nation = table(item)[NATION]
    printed = common_growth(item)
    moved = {2011, 2015, 2016, 2017, 2022}
    years = [year for year in nation.index if year - 1 in nation.index and year not in moved]
    assert len(years) > 10
    for year in years:
        assert nation[year] / nation[year - 1] - 1 == pytest.approx(np.expm1(printed[year]), abs=0.011), year


@pytest.mark.parametrize("item", ["own_revenue", "expenditure"])
def test_provinces_add_up_to_the_nation(item):
    """Within the closing month's revisions and, of spending, the corps of Xinjiang, which stands apart."""
    amounts = table(item)
    provinces = amounts.drop(columns=NATION).dropna()
    share = provinces.sum(axis=1) / amounts[NATION].reindex(provinces.index)
    assert len(share) > 3
    assert share.between(0.985, 1.002).all(), share


def test_a_province_has_its_own_growth_on_the_nations_rules():
    """云南: 2278.24 -> 1949.46 in 2022; the refunds took 5.9 against -2.1 % from the nation."""
    expected = 1949.46 / 2278.24 * 1.059 / (1 - 0.021)
    assert np.exp(common_growth("own_revenue", "云南省")[2022]) == pytest.approx(expected)
    assert common_growth("own_revenue", "云南").equals(common_growth("own_revenue", "云南省"))


def test_where_the_province_is_unknown_the_nation_speaks():
    nation = common_growth("own_revenue")
    assert common_growth("own_revenue", "某省").equals(nation)
    assert common_growth("own_revenue", "云南省")[2010] == nation[2010]  # the platform begins in 2015
    assert set(common_growth("own_revenue", "云南省").index) == set(nation.index)


def plan_under(place: str, growth):
    """A plan of a shipped place where a planner assumes common growth."""
    return fm.project(fm.read_place(f"data/places/{place}"), BASELINE.with_(common_growth=growth))


def test_a_planners_path_carries_own_revenue_along():
    """gangu publishes no GDP: with common growth of g every plan year's step is g and a fading rest of its own."""
    low, high = (np.log(plan_under("gangu", growth).line("own_revenue")) for growth in (0.0, 0.06))
    assert np.diff(high - low) == pytest.approx(np.log(1.06), abs=1e-9)
    assert high[0] - low[0] == pytest.approx(np.log(1.06), abs=1e-9)
    assert np.abs(np.diff(low)[1:]).max() < np.abs(np.diff(low)[0]) < 0.02  # what is its own fades


def test_a_path_of_one_year_moves_that_year_and_the_level_after():
    plain = np.log(plan_under("gangu", {}).line("own_revenue"))
    moved = np.log(plan_under("gangu", {2027: 0.1}).line("own_revenue"))
    assert moved[:2] == pytest.approx(plain[:2])
    assert np.ptp((moved - plain)[2:]) == pytest.approx(0, abs=1e-9) and moved[2] - plain[2] > 0.05


def test_the_report_says_what_was_assumed_and_what_is_its_own():
    plain, assumed = (plan_under("gangu", growth).basis.revenue.forecast.method("own_revenue") for growth in ({}, 0.04))
    assert "本地" in plain and "共同" in plain and "给出的增速" not in plain
    assert "给出了共同增速的年份按给出的增速" in assumed


def test_without_a_path_the_assumption_shows_what_growth_is_pulled_to():
    entry = fm.project(fm.read_place("data/places/gangu"), BASELINE).basis.assumed.entries["common_growth"]
    nation, province = (np.exp(common_growth("own_revenue", name)[2024]) - 1 for name in ("", "甘肃省"))
    assert min(nation, province) - 0.03 < entry.value < max(nation, province) + 0.08
    assert "不逐年采用" in entry.source


@pytest.mark.parametrize(
    ("recent", "said"), [(0.02, "），低于长期增速，按长期增速3.0%"), (0.05, "），逐年回落到长期增速3.0%")]
)
def test_the_course_of_a_line_is_told_in_whole_clauses(recent, said):
    """A comma was missing before 低于长期增速."""
    growth = {name: np.log1p(value) for name, value in (("recent", recent), ("own", recent), ("common", recent))}
    assert str(Course(**growth, own_share=0.5, long_run=np.log1p(0.03), followed=False)).endswith(said)
