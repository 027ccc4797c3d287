"""Own revenue in a plan: items that add up, intervals that never narrow, national siblings, readings of shock years."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_case import said

from fiscal_model.arithmetic.revenue.series_forecast import forecast_own_revenue
from fiscal_model.blocks.revenue.revenue_block import fit
from fiscal_model.inputs.history_choices import HistoryChoices
from fiscal_model.inputs.scenario import Scenario, read_scenario
from fiscal_model.law.forecast_constants import forecast_rule, least_deviation, national_revenue
from fiscal_model.model.futures import at_percentile

RULE, FLOOR = forecast_rule(), least_deviation(5)
YEARS = (2026, 2027, 2028, 2029, 2030)
NOTHING, NO_GDP = pd.DataFrame(), pd.Series(dtype=float)
GROWTH = np.full(5, 0.05)
AWKWARD = {
    "constant": np.full(12, 100.0),
    "tenfold": 100 * 10 ** (np.arange(12) / 11),
    "five values": np.array([100.0, 103, 101, 108, 110]),
    "one value": np.array([90.0]),
    "level shift": np.array([100.0] * 6 + [50.0] * 6),
    "collapse": np.array([100.0] * 11 + [1.0]),
    "tiny": 1e-3 * (1 + np.arange(8.0)),
    "huge": 1e9 * (1 + np.arange(8.0)),
    "zigzag": np.array([100.0, 140, 90, 150, 80, 160, 85, 150, 95]),
}


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def series(values, last=2025):
    return pd.Series(np.asarray(values, dtype=float), index=range(last - len(values) + 1, last + 1))


def around(nation, common=None):
    """The nation's total for what grows around a place."""
    if common is not None or not len(nation):
        return pd.Series(dtype=float) if common is None else common
    return np.log(nation["own_revenue"]).diff().dropna()


def forecast(total, items=NOTHING, gdp=NO_GDP, nation=NOTHING, growth=GROWTH, years=YEARS, common=None):
    ahead = pd.Series(gdp.iloc[-1] * np.cumprod(1 + growth), index=years) if len(gdp) else NO_GDP
    drivers = {"own_revenue": pd.concat([gdp, ahead])} if len(gdp) else {}
    return forecast_own_revenue(total, items, nation, around(nation, common), drivers, years, RULE, FLOOR)


@pytest.mark.parametrize("name", list(AWKWARD))
@pytest.mark.parametrize("with_gdp", [True, False])
def test_a_total_is_carried_forward_whatever_it_is(name, with_gdp):
    total = series(AWKWARD[name])
    gdp = series(1000 * 1.05 ** np.arange(len(total))) if with_gdp else NO_GDP
    found = forecast(total, gdp=gdp)
    assert found.items == ("own_revenue",)
    assert np.isfinite(found.total).all()
    assert (found.total > 0).all()
    np.testing.assert_array_equal(found.mean[:, 0], found.total)
    assert (found.deviation >= FLOOR - 1e-12).all()
    assert (np.diff(found.deviation) >= 0).all()


def test_the_course_of_a_total_is_told_and_a_driver_is_named_where_there_is_one():
    plain, followed = (
        forecast(series(AWKWARD["tenfold"])),
        forecast(series(AWKWARD["tenfold"]), gdp=series(AWKWARD["tenfold"])),
    )
    assert not plain.courses["own_revenue"].followed and followed.courses["own_revenue"].followed
    assert plain.method("own_revenue").startswith("近期增速")
    assert followed.method("own_revenue").endswith("并参照驱动指标")
    assert plain.method("10101") == "结构测算"


def test_two_years_of_an_item_follow_the_nations_not_their_own():
    """A tax that rose by half in its only known growth, and one that fell: neither goes on so."""
    items = pd.DataFrame({"10118": [14000.0, 21700], "10101": [86000.0, 90000]}, index=[2024, 2025])
    nation = pd.DataFrame(
        {
            "own_revenue": 1000 * 1.02 ** np.arange(4),
            "10118": 50 * 1.04 ** np.arange(4),
            "10101": 300 * 1.01 ** np.arange(4),
        },
        index=range(2022, 2026),
    )
    found = forecast(items.sum(axis=1), items, nation=nation)
    assert found.courses["10118"].own_share < 0.1
    assert found.courses["10118"].common == pytest.approx(np.log(1.03), abs=1e-4), "mean of the item's and the total's"
    assert (np.diff(np.log(found.mean[:, 0])) < 0.055).all()
    np.testing.assert_allclose(found.mean.sum(axis=1), found.total, rtol=1e-12)


def test_faster_output_raises_revenue():
    total, gdp = series(100 * 1.04 ** np.arange(10)), series(1000 * 1.04 ** np.arange(10))
    slow, fast = (forecast(total, gdp=gdp, growth=np.full(5, rate)).total for rate in (0.02, 0.08))
    assert (fast > slow).all()


def test_an_item_may_follow_a_driver_of_its_own():
    items = pd.DataFrame(
        {"10101": 60 * 1.03 ** np.arange(12), "10119": 40 * 1.03 ** np.arange(12)}, index=range(2014, 2026)
    )
    gdp = pd.Series(1000 * 1.05 ** np.arange(17), index=range(2014, 2031))
    land = pd.Series(50 * 1.03 ** np.arange(17), index=range(2014, 2031))
    slump = land.where(land.index < 2026, land * 0.5)
    total = items.sum(axis=1)
    usual, worse = (
        forecast_own_revenue(total, items, NOTHING, NO_GDP, {"own_revenue": gdp, "10119": one}, YEARS, RULE, FLOOR)
        for one in (land, slump)
    )
    assert (worse.mean[:, 1] < usual.mean[:, 1]).all()


def test_land_taxes_of_a_place_follow_its_land_sales(place):
    yunshui = place("yunshui")
    usual = fit(yunshui, read_scenario("baseline")).own.statistical
    slump = fit(yunshui, read_scenario("land_slump")).own.statistical
    deed = usual.items.index("10119")
    assert (slump.mean[:, deed] < usual.mean[:, deed]).all()
    assert (slump.total < usual.total).all(), "what land takes from its taxes, own revenue loses"
    np.testing.assert_allclose(slump.mean.sum(axis=1), slump.total, rtol=1e-12)
    vat = usual.items.index("10101")
    np.testing.assert_allclose(slump.mean[:, vat], usual.mean[:, vat], rtol=1e-12)


def test_the_nation_of_later_years_is_not_looked_at():
    total, nation = series(100 * 1.03 ** np.arange(9)), national_revenue().loc[:2024]
    earlier = (2025, 2026, 2027, 2028, 2029)
    whole = national_revenue()
    short, long = (forecast(total.loc[:2024], nation=frame, years=earlier).total for frame in (nation, whole))
    np.testing.assert_array_equal(short, long)


def test_national_siblings_steady_a_short_wild_series():
    """Two years that grew by a third say little; the nation's items pull the drift down."""
    total = series([100.0, 133.0])
    alone, pooled = forecast(total).total, forecast(total, nation=national_revenue()).total
    assert pooled[-1] < alone[-1]
    assert pooled[-1] < 133 * 1.33**2


def test_a_short_history_is_pulled_to_its_province_and_the_nation():
    total = series([100.0, 133.0])
    slow, fast = (forecast(total, common=pd.Series({2024: rate, 2025: rate})).total for rate in (0.0, 0.12))
    assert (slow < fast).all() and fast[0] < 133 * 1.15


def items_frame():
    years = range(2014, 2026)
    steps = np.arange(12)
    return pd.DataFrame(
        {
            "10101": 40 * 1.05**steps,
            "10104": 20 + 3.0 * (steps % 3),
            "10118": np.where(steps == 8, 0.0, 5.0),
            "10119": [np.nan] * 9 + [8.0, 9.0, 7.0],
            "10302": [np.nan] * 11 + [6.0],
            "10399": np.full(12, 4.0),
            "10120": [3.0] * 6 + [np.nan] * 6,
        },
        index=years,
    )


def test_items_add_up_to_the_total():
    items = items_frame()
    found = forecast(items.sum(axis=1), items, gdp=series(1000 * 1.05 ** np.arange(12)))
    assert found.items == ("10101", "10104", "10118", "10119", "10302", "10399")
    np.testing.assert_allclose(found.mean.sum(axis=1), found.total, rtol=1e-12)
    assert (found.mean > 0).all()


def test_an_item_of_zero_stays_zero():
    items = items_frame().assign(**{"10305": 0.0})
    found = forecast(items.sum(axis=1), items)
    assert found.mean[:, found.items.index("10305")].tolist() == [0.0] * 5


def test_money_may_be_counted_in_any_unit():
    items = items_frame()
    one, many = (forecast(scale * items.sum(axis=1), scale * items) for scale in (1.0, 1e4))
    np.testing.assert_allclose(many.mean, 1e4 * one.mean, rtol=1e-9)
    np.testing.assert_allclose(many.deviation, one.deviation, rtol=1e-9)


@given(
    st.lists(st.floats(1.0, 1e6), min_size=1, max_size=9),
    st.lists(st.one_of(st.none(), st.floats(0.0, 1e5)), min_size=1, max_size=4),
)
@settings(max_examples=25, deadline=None)
def test_any_history_gives_a_coherent_forecast(values, base_items):
    total = series(values)
    known = [amount if amount is not None else np.nan for amount in base_items]
    rest = values[-1] - np.nansum(known)
    if rest <= 0:
        known, rest = [np.nan], values[-1]
    items = pd.DataFrame(
        [[*known, rest]], index=[2025], columns=[f"101{number:02d}" for number in range(1, len(known) + 2)]
    )
    found = forecast(total, items)
    np.testing.assert_allclose(found.mean.sum(axis=1), found.total, rtol=1e-9)
    assert (found.deviation >= FLOOR - 1e-12).all()
    assert (np.diff(found.deviation) >= 0).all()


# real places -----------------------------------------------------------------------------------------------


def test_no_interval_is_narrower_than_the_published_floor(plan):
    """National forecasters' own record: 4 % in the first year, 11.5 % in the fifth, mean absolute; months known narrow it."""
    current = plan.basis.revenue.own.current
    mean_absolute = plan.basis.revenue.forecast.deviation * np.sqrt(2 / np.pi)
    assert mean_absolute[0] >= 0.04 - 1e-9 or (current is not None and current.role == "first_plan_year")
    assert mean_absolute[-1] >= 0.115 - 1e-9
    assert (np.diff(mean_absolute) >= 0).all()


def test_a_plan_starts_from_the_level_of_the_base_year(plan):
    """A scenario that stands at another percentile of the simulation than the middle stands that far from it."""
    moved = at_percentile(plan.basis).own_revenue[0]
    first = plan.line("own_revenue")[0] / plan.basis.balance.opening.flows["own_revenue"]
    assert 0.85 < first / moved < 1.15


def test_items_of_a_plan_add_up_to_own_revenue(plan):
    np.testing.assert_allclose(plan.revenue_items.sum(axis=-1), plan.line("own_revenue"), rtol=1e-9)


def test_national_figures_carry_what_was_published():
    nation = national_revenue()
    assert nation.at[2007, "own_revenue"] == 51321.78e4
    # VAT and business tax together, so that 营改增 is no break.
    assert nation.at[2010, "10101"] == pytest.approx((21093.48 + 11157.91) * 1e4, rel=1e-9)
    assert np.isnan(nation.loc[2007:2012, "10107"]).all(), "2012-2015 are missing: the years before are left out"


# readings of shock years -----------------------------------------------------------------------------------


def with_history(**choices):
    baseline = read_scenario("baseline")
    return Scenario("shock", "异常年份", "", baseline.assumptions, HistoryChoices(**choices))


def test_every_reading_of_a_shock_year_is_shown_and_the_chosen_one_used(place):
    zhangye = place("zhangye")
    plain = fit(zhangye, read_scenario("baseline")).own
    shown = {one.year: one for one in plain.readings}
    assert set(shown) == {2020, 2022}
    assert shown[2020].chosen == ""
    assert shown[2020].as_it_is == plain.statistical.total[-1]
    for reading in ("transitory", "lasting"):
        chosen = fit(zhangye, with_history(shock_years={2020: reading})).own
        again = {one.year: one for one in chosen.readings}[2020]
        assert again.chosen == reading
        assert chosen.statistical.total[-1] == getattr(shown[2020], reading) == getattr(again, reading)
        assert again.as_it_is == shown[2020].as_it_is


def test_a_shock_in_the_base_year_read_as_passing_starts_from_the_year_before(place):
    gangu = place("gangu")
    as_it_is = fit(gangu, read_scenario("baseline")).own.forecast.total
    passing = fit(gangu, with_history(shock_years={2024: "transitory"})).own.forecast.total
    assert passing[0] > as_it_is[0], "2024 fell by a tenth"


def test_suspect_figures_are_left_out_only_when_the_scenario_says_so(place):
    lijiang = place("lijiang")
    listed = fit(lijiang, read_scenario("baseline")).own
    left_out = fit(lijiang, with_history(exclude_suspects=True)).own
    assert listed.suspects == left_out.suspects
    assert listed.suspects
    assert not listed.choices.exclude_suspects


def test_a_named_break_is_taken_out_by_its_published_size(place):
    lijiang = place("lijiang")
    plain = fit(lijiang, read_scenario("baseline")).own
    taken = fit(lijiang, with_history(remove_breaks=("vat_refunds_2022",))).own
    assert {entry.year for entry in taken.adjustments.entries if entry.amount is not None} == {2022}
    assert taken.statistical.total[-1] != plain.statistical.total[-1]


# what is printed


@pytest.mark.parametrize(
    ("name", "told", "untold"),
    [
        ("gangu", ["按总量测算", "在本地往年2次提前一年", "异常年份：本情景未作处理；"], ["分项各自", "税基台账", "异常数据", "一次性", "至9月", "其他单位", "更窄"]),
        ("yunshui", ["分项各自预测", "有税基台账", "历史数据中的一次性因素", "6处异常数据，本情景未剔除，", "2026年1至9月收入", "80%区间为",
                     "规划第一年采用这一推算，", "财政局、年初预算的预测按以往", "（2026年已有部分月份的实际数，更窄），见"], ["历史年份不足", "未采用"]),
    ],
)  # fmt: skip
def test_the_section_on_the_forecast_says_what_it_rests_on(plan_of, name, told, untold):
    text = said(plan_of(name), "93_01_revenue_method")
    assert [each for each in told if each not in text] == [each for each in untold if each in text] == []


def test_a_forecast_never_tested_and_opinions_not_used_are_said(plan_of):
    plan = plan_of("yunshui")
    assert "本地历史年份不足，未能单独回测" in said(plan, "93_01_revenue_method", forecast_records=int)
    now = {"year": 2026, "first_month": 1, "months": 9, "so_far": 10.0, "mean": 20.0, "lower": 15.0, "upper": 25.0}
    for role, use in {"base_year": "作为规划基期，", "beside": "基期仍用执行数，这一推算只作对照，"}.items():
        assert use in said(plan, "93_01_revenue_method", current_year=lambda role=role: now | {"role": role})
