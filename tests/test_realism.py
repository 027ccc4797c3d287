"""Assumptions against the record, and the answer when one of them is off: percentiles by hand, laws of sign and of nothing."""

import numpy as np
import pandas as pd
import pytest
from report_case import said as said_in
from report_case import tables_in

import fiscal_model as fm
from fiscal_model.analysis.risk.realism import ANSWERS, LAST, Position, judged, periods_of, position_of, realism
from fiscal_model.law.common_growth import growth_of_provinces
from fiscal_model.law.risk_constants import driver_shocks
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import with_debt
from fiscal_model.model.projection import reproject
from fiscal_model.report.tables import realism_tables
from fiscal_model.report.wording import money


def by_id(plan):
    return {one.id: one for one in realism(plan).tried}


# Where an assumption stands


@pytest.mark.parametrize(("better", "share"), [(1, (2 + 0.5) / 4), (-1, (1 + 0.5) / 4)])
def test_a_percentile_counts_what_was_less_favourable_and_equals_by_half(better, share):
    """Of 1, 3, 5, 8 % two lie below 5 %, one is equal, one above."""
    assert position_of(0.05, np.array([0.01, 0.03, np.nan, 0.05, 0.08]), better) == Position(share, 4, 1)


def test_too_few_periods_and_no_value_have_no_place():
    assert np.isnan(position_of(0.05, np.array([0.01, 0.03]), 1).share)
    assert np.isnan(position_of(np.nan, np.array([0.01, 0.03, 0.05]), 1).share)


def test_optimism_begins_beyond_four_fifths_of_the_record():
    assert rules("realism")["optimism"]["value"] == 0.8
    assert [Position(share).optimistic for share in (0.8, 0.81, np.nan)] == [False, True, False]


def test_periods_are_as_long_as_the_plan_where_five_of_them_are_left_and_bridge_no_gap():
    """Nine years of growth hold five periods of five years; six hold five of two; a year that is missing breaks those over it."""
    assert periods_of(pd.Series(np.arange(9.0), range(2016, 2025)), 5) == (pytest.approx([2, 3, 4, 5, 6]), 5)
    assert periods_of(pd.Series(np.arange(9.0), range(2016, 2025)), 3)[1] == 3
    gap = pd.Series([1.0, 2, 3, 10, 20, 30], [2015, 2016, 2017, 2019, 2020, 2021])
    means, span = periods_of(gap, 5)
    assert (means.tolist(), span) == ([1.5, 2.5, 15, 25], 2)
    assert periods_of(pd.Series(dtype=float), 5)[0].size == 0


def test_own_revenue_of_zhangye_stands_where_its_history_says(plan_of):
    """Its mean growth over five years against the eighteen five-year means of 2003-2025, and 31 provinces until the base year."""
    plan = plan_of("zhangye")
    one = by_id(plan)["own_revenue"]
    seen = plan.basis.history.series("own_revenue", plan.base_year)
    means = np.log(seen.to_numpy()[5:] / seen.to_numpy()[:-5]) / 5
    value = np.log(plan.line("own_revenue")[-1] / seen.iloc[-1]) / 5
    assert one.value == pytest.approx(np.expm1(value))
    assert one.own == Position(pytest.approx((means < value).mean()), len(means), 5)
    provinces = growth_of_provinces("own_revenue").loc[: plan.base_year].rolling(5).mean().to_numpy()
    assert one.peers.share == pytest.approx((provinces[np.isfinite(provinces)] < value).mean())


# One deviation


def test_a_deviation_is_the_forecasts_own_else_of_the_place_else_declared(plan_of):
    plan = plan_of("zhangye")
    found, declared = by_id(plan), {one.driver: one.deviation for one in driver_shocks()}
    assert found["own_revenue"].deviation == pytest.approx(plan.basis.revenue.forecast.deviation[-1] / 5)
    spent = np.log(plan.basis.history.series("expenditure", plan.base_year)).diff().dropna()
    assert found["prices"].deviation == pytest.approx(spent.std() / np.sqrt(5)) and len(spent) >= 6
    assert found["pay"].deviation == pytest.approx(declared["pay"] / np.sqrt(5))
    assert found["coupon"].deviation == declared["coupon"]
    sources = [found[name].deviation_of for name in ("own_revenue", "prices", "pay", "new_debt")]
    assert sources == ["收入预测的误差", "本地历史", "各地数据或设计值", "设计值"]


# What becomes of the answer


def test_what_moves_nothing_moves_exactly_nothing(plan_of, tmp_path, tiny_place):
    """Benefits of schemes with balances far above need, and refinancing where nothing falls due."""
    for plan, name in ((plan_of("lijiang"), "insurance"), (fm.plan(tiny_place(tmp_path / "x")), "refinancing")):
        one = by_id(plan)[name]
        for side in (one.worse, one.kinder):
            assert side["uncommitted_resources"] == side["funding_gap"] == (0.0, 0.0)
            assert all(change == 0 or np.isnan(change) for changes in side.values() for change in changes)
        assert name not in {each.id for each in realism(plan).matters}


PAY_AS_THEY_GO = {"earmarked", "new_debt"}
"""Money that comes with its spending: less of it is less to spend it on."""


PAID_FROM_RESERVES = {"own_revenue", "general_purpose", "pay"}
"""Coverage counts a draw on the fund as resources: what only spending makes dearer may raise it a little."""


def test_the_less_favourable_side_is_never_better(plan_of, place_id):
    for one in realism(plan_of(place_id)).tried:
        signs = {"uncommitted_resources": 1, "funding_gap": -1} if one.id not in PAY_AS_THEY_GO else {}
        signs |= {"guarantee_coverage": 1} if one.id in PAID_FROM_RESERVES else {}
        for line, sign in signs.items():
            assert max(sign * change for change in one.worse[line]) <= 1e-6, (one.id, line)
            # Of more land the fund keeps more for its own next year: by less than is printed the general budget may get less.
            least = -0.5 if one.id == "land" else -1e-6
            assert min(sign * change for change in one.kinder[line]) >= least, (one.id, line)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("own_revenue", lambda plan, step: {"own_revenue_shift": float(np.expm1(-step))}),
        ("coupon", lambda plan, step: {"coupon_shift": step}),
        ("refinancing", lambda plan, step: {"refinancing_shift": -step}),
    ],
)
def test_a_trial_is_the_plan_under_the_changed_scenario(plan_of, place, name, changed):
    plan = plan_of("zhangye")
    one = by_id(plan)[name]
    again = fm.project(place("zhangye"), plan.basis.scenario.with_(**changed(plan, one.deviation)))
    for line, worst in ANSWERS.items():
        was, now = plan.line(line), again.line(line)
        expected = (now[-1] - was[-1], worst(now) - worst(was))
        assert one.worse[line] == pytest.approx(expected, rel=1e-9, abs=1e-6, nan_ok=True), line


@pytest.mark.parametrize("name", ["gangu", "yunshui"])
def test_debt_alone_is_put_under_other_limits_and_refinancing_as_a_whole_start_is(plan_of, place, name):
    changes = {"refinancing_shift": -0.1, "limit_growth_special": 500.0, "limit_growth_general": 300.0}
    plan = plan_of(name)
    again = fm.project(place(name), plan.basis.scenario.with_(**changes))
    np.testing.assert_equal(dict(reproject(with_debt(plan.basis, changes)).lines), dict(again.lines))


def test_what_matters_most_comes_first(plan_of, place_id):
    swings = [one.swing for one in realism(plan_of(place_id)).tried]
    assert swings == sorted(swings, reverse=True) and swings[0][0] > 0


def test_the_answer_shows_itself(plan_of):
    found = fm.risk.realism(plan_of("yunshui"))
    assert (
        repr(found) == "<Realism 云水县（虚构）主要假设的现实性>" and "一般公共预算收入年均增速" in found._repr_html_()
    )
    assert found.error == plan_of("yunshui").basis.revenue.forecast.error
    # Only the vintages of gangu told its own revenue before it was known, and told too much.
    assert realism(plan_of("gangu")).bias < 0 and np.isnan(found.bias)


# What is printed


def test_the_table_has_a_row_an_assumption_and_says_what_it_rests_on(plan_of, place_id):
    plan = plan_of(place_id)
    printed = tables_in(realism_tables, plan=plan)["30-1"]
    assert [row.label for row in printed.rows] == [one.label for one in realism(plan).tried]
    past = [note for note in printed.notes if note.startswith("本地以往规划的自有收入")]
    assert bool(past) == bool(np.isfinite(realism(plan).bias))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"own_revenue_shift": 0.2}, "一般公共预算收入年均增速"),
        (
            {"other_spending_growth": -0.1},
            "运转和其他延续性支出年均增速-10.0%（比本地18个历史时期都有利，比各省各时期都有利）",
        ),
    ],
)
def test_an_optimistic_assumption_is_named_with_the_record_it_beats(plan_of, changes, said):
    text = said_in(plan_of("zhangye", **changes), "93_16_simulation")
    first = next(each for each in text.split("\n") if each.startswith("与历史和可比地区相比偏乐观的假设："))
    assert said in first and "\n各项假设单独偏离一个标准差，影响最大的是" in text


def test_without_one_it_says_so_and_of_how_many(plan_of):
    plan = plan_of("zhangye", other_spending_growth=0.1)
    text = said_in(plan, "93_16_simulation")
    assert "\n与历史和可比地区能比的2项主要假设，没有偏乐观的。\n" in text
    one = realism(plan).matters[0]
    lost = -one.worse["uncommitted_resources"][LAST]
    assert f"{one.label}低{100 * one.deviation:.1f}个百分点，{plan.years[-1]}年未安排财力减少{money(lost)}" in text


def test_where_there_is_no_record_nothing_is_compared(tmp_path, tiny_place):
    early = {"own_revenue": {2014: 900, 2015: 950}, "expenditure": {2014: 9000, 2015: 9500}}
    plan = fm.plan(tiny_place(tmp_path / "x", early))
    assert "历史年份不足，主要假设无从与历史和可比地区比较。" in said_in(plan, "93_16_simulation")
    assert {judged(one) for one in realism(plan).tried} == {"无从比较"}
