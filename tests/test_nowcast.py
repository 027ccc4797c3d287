"""The current year: identities of the estimate, what it survives, the table of months, and what the plan makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import copy_place

import fiscal_model as fm
from fiscal_model.arithmetic.revenue.nowcast import nowcast
from fiscal_model.arithmetic.revenue.seasons import fill_months, half_trend, profiles, steady_growth, volatility
from fiscal_model.arithmetic.revenue.track_record import prior_weights, usual_errors
from fiscal_model.blocks.revenue.current_base import (
    anchor_first_year,
    current_year_rows,
    narrower_deviation,
    with_current_year,
)
from fiscal_model.blocks.revenue.current_year import current_year, months_of
from fiscal_model.inputs.found import Spot
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.monthly_totals import months_fit, read_months
from fiscal_model.inputs.place import read_place
from fiscal_model.law.classification import SIDES
from fiscal_model.words.errors import InputError
from fiscal_model.words.vocabulary import Budget

PLACES = Path(__file__).parents[1] / "data" / "places"
SEASON = np.array([12, 6, 8, 9, 7, 9, 10, 6, 7, 9, 7, 10.0])
HEADER = "line_or_code,scope,year,month,amount,cumulative,unit,source"


def noisy(years=8, items=3, seed=1):
    """Months of series that grow and wobble, whole."""
    draw = np.random.default_rng(seed)
    level = 100 * np.cumprod(1 + draw.normal(0.05, 0.06, (years, 1, items)), axis=0) * [1, 3, 0.4][:items]
    return level / 12 * (SEASON / SEASON.mean())[:, None] * np.exp(draw.normal(0, 0.15, (years, 12, items)))


def until(months, month):
    cut = months.copy()
    cut[-1, month:] = np.nan
    return cut


# identities ------------------------------------------------------------------------------------------------


def test_twelve_months_are_the_year():
    months = noisy()
    found = nowcast(months)
    assert found.mean == pytest.approx(months[-1].sum(axis=0), rel=1e-12)
    assert found.lower == pytest.approx(np.tile(found.mean, (2, 1)))
    assert found.upper == pytest.approx(found.lower)


@pytest.mark.parametrize("month", range(12))
@pytest.mark.parametrize("growth", [-0.08, 0.0, 0.1])
def test_an_evenly_growing_year_is_known_exactly(month, growth):
    months = (1 + growth) ** np.arange(5)[:, None] * SEASON
    assert nowcast(until(months, month)).total == pytest.approx(100 * (1 + growth) ** 4, rel=1e-9)


@pytest.mark.parametrize("month", [0, 1, 3, 6, 9, 11])
def test_items_add_up_to_the_total(month):
    found = nowcast(until(noisy(), month))
    assert abs(found.mean.sum() - found.total) < 0.01
    assert (found.lower < found.mean).all() and (found.mean < found.upper).all()
    assert (found.lower[1] <= found.lower[0]).all() and (found.upper[1] >= found.upper[0]).all()
    assert found.weights.sum(axis=0) == pytest.approx(1)


@pytest.mark.parametrize("factor", [1e-4, 1e4])
def test_money_in_another_unit_scales_everything(factor):
    months = until(noisy(), 6)
    one, other = nowcast(months), nowcast(months * factor)
    assert other.mean == pytest.approx(one.mean * factor)
    assert other.upper == pytest.approx(one.upper * factor)
    assert other.weights == pytest.approx(one.weights)


def test_order_of_items_does_not_matter():
    months = until(noisy(), 5)
    assert nowcast(months[:, :, ::-1]).mean == pytest.approx(nowcast(months).mean[::-1])


def test_more_money_so_far_is_never_less_for_the_year():
    months = until(noisy(items=1), 6)
    more = months.copy()
    more[-1, 2] *= 1.3
    assert nowcast(more).total > nowcast(months).total


def test_intervals_narrow_as_months_come_in():
    def mean_width(month):
        found = [nowcast(until(noisy(seed=seed), month)) for seed in range(12)]
        return np.mean([(one.total_upper[0] - one.total_lower[0]) / one.total for one in found])

    width = np.array([mean_width(month) for month in (0, 3, 6, 9, 11, 12)])
    assert (np.diff(width) < 0).all()
    assert width[-1] == 0


def test_the_interval_keeps_its_floor():
    """80 %: 1.2816 standard deviations of sqrt(pi/2) times the floor times the share of the year still to come."""
    months = until(1.1 ** np.arange(8)[:, None] * SEASON, 6)
    found = nowcast(months, floor=0.2)
    rest = 1 - SEASON[:6].sum() / 100
    least = 1.2815516 * np.sqrt(np.pi / 2) * rest
    assert np.log(found.upper[0, 0] / found.mean[0]) == pytest.approx(0.2 * least)
    usual = nowcast(months)
    assert np.log(usual.upper[0, 0] / usual.mean[0]) > 0.04 * least


def test_even_growth_trusts_last_year_and_uneven_growth_the_level():
    """Weights before any error is known; they change over without a jump and always add up to one."""
    weights = prior_weights(np.array([0.0, 0.06, 0.12, 0.24, 10.0]))
    assert weights.sum(axis=0) == pytest.approx(1)
    last, moving = weights[1], weights[4]
    assert (np.diff(last) < 0).all() and (np.diff(moving) > 0).all()
    assert last[0] == pytest.approx(4 / 6.25) and moving[-1] == pytest.approx(3 / 5.85, rel=1e-4)
    between = np.sqrt(weights[:, 0] * weights[:, -1])
    assert weights[:, 2] == pytest.approx(between / between.sum(), rel=1e-3)


def test_volatility_is_the_spread_of_growth_pulled_towards_the_usual():
    growth = np.array([0.1, -0.1, 0.1, -0.1, 0.0])
    annual = 100 * np.exp(np.concatenate([[0.0], np.cumsum(growth)]))[:, None]
    found = volatility(annual)
    assert found[:2, 0] == pytest.approx(0.12)
    assert found[5, 0] == pytest.approx(np.sqrt((4 * 0.1**2 + 0.12**2) / 4))
    assert volatility(annual * 7) == pytest.approx(found)


def test_the_trend_is_half_the_slope_and_nothing_where_growth_is_steady():
    line = 100 + 20.0 * np.arange(8)[:, None]
    still = np.zeros_like(line)
    # 20 a year between yearly sums are 20 / 144 a month between months, of which half.
    assert half_trend(line, still)[3:] == pytest.approx(10 / 144)
    assert (half_trend(line, still)[:3] == 0).all()
    grown = 100 * 1.1 ** np.arange(8)[:, None]
    assert half_trend(grown, steady_growth(grown))[-1] == pytest.approx(0, abs=1e-9)


def test_usual_errors_grow_with_volatility_and_fall_with_the_months():
    assert usual_errors(np.array([1.0, 16.0]), np.ones(2)) == pytest.approx([1.2, 19.2])
    rest = np.array([1.0, 0.8, 0.5, 0.2, 0.02, 0.0])
    found = usual_errors(np.full(6, 0.1), rest)
    assert (np.diff(found)[:-1] < 0).all() and found[-1] == found[-2] > 0


def test_an_interval_does_not_close_before_the_year_is_over():
    """Refunds at the year's end: the months so far are more than the usual year, yet the year is not known."""
    months = np.tile(np.array([20.0] * 6 + [-3.0] * 6)[:, None], (6, 1, 1))
    found = nowcast(until(months, 6))
    assert found.mean[0] == pytest.approx(102)
    assert found.lower[0, 0] < found.mean[0] < found.upper[0, 0]


def test_wrong_routes_lose_their_weight():
    """The level jumps every year but the months keep their shares: the pace beats last year's rest."""
    draw = np.random.default_rng(3)
    level = np.exp(draw.normal(0, 0.3, (12, 1, 20)))
    found = nowcast(until(level * SEASON[:, None] * np.exp(draw.normal(0, 0.02, (12, 12, 20))), 9))
    pace, last = found.weights[0].mean(), found.weights[1].mean()
    assert pace > 3 * last


def test_the_annual_forecast_is_one_of_the_voices():
    months = until(noisy(items=1), 1)
    low, high = (nowcast(months, annual_forecast=value).total for value in (50.0, 500.0))
    assert low < nowcast(months).total < high


# what it survives ------------------------------------------------------------------------------------------


def _zeros(months):
    months[:, 4] = 0


def _refunds(months):
    months[2, 5] = -30
    months[-1, 1] = -5


def _one_past_year(months):
    months[:-2] = np.nan


def _no_past_year(months):
    months[:-1] = np.nan


def _missing(months):
    months[3, 6] = months[-1, 1] = np.nan


def _all_zero(months):
    months[:] = 0


def _born_late(months):
    months[:5, :, 0] = 0


def _level_shift(months):
    months[4:] *= 10


def _nothing_this_year(months):
    months[-1] = np.nan


@pytest.mark.parametrize(
    "spoil",
    [
        _zeros,
        _refunds,
        _one_past_year,
        _no_past_year,
        _missing,
        _all_zero,
        _born_late,
        _level_shift,
        _nothing_this_year,
    ],
)
@pytest.mark.parametrize("month", [1, 6, 11])
@pytest.mark.filterwarnings("error")
def test_it_survives(spoil, month):
    months = until(noisy(), month)
    spoil(months)
    found = nowcast(months)
    assert np.isfinite(found.mean).all() and np.isfinite(found.lower).all() and np.isfinite(found.upper).all()
    assert abs(found.mean.sum() - found.total) < 0.01
    assert (found.lower <= found.mean + 1e-9).all() and (found.mean <= found.upper + 1e-9).all()
    assert found.explain().startswith("当年收入预计：")


def test_nothing_falls_below_what_is_in():
    months = until(noisy(items=1), 11)
    months[-1, :11] *= 4
    found = nowcast(months)
    assert found.total >= found.so_far[0] and (found.lower[:, 0] >= found.so_far[0]).all()


def test_january_and_february_together_change_nothing_but_the_split():
    months = 1.05 ** np.arange(6)[:, None] * SEASON
    paired = months.copy()
    paired[:, 1] += paired[:, 0]
    paired[:, 0] = np.nan
    assert nowcast(until(paired, 6)).total == pytest.approx(nowcast(until(months, 6)).total)
    mixed = months.copy()
    mixed[-2:] = paired[-2:]
    assert nowcast(until(mixed, 6)).total == pytest.approx(nowcast(until(months, 6)).total)


def test_a_missing_month_takes_what_the_year_leaves():
    months = np.full((3, 12, 1), 10.0)
    months[1, 4] = np.nan
    filled, known, guessed = fill_months(until(months, 3), np.array([[120.0], [145.0], [np.nan]]))
    assert filled[1, 4, 0] == pytest.approx(35.0)
    assert (known.tolist(), guessed.tolist()) == ([3], [0])


def test_a_missing_month_of_this_year_is_put_in_and_said():
    months = until(1.0 ** np.arange(5)[:, None] * SEASON, 6)
    months[-1, 2] = np.nan
    found = nowcast(months)
    assert found.total == pytest.approx(100)
    assert "缺 1 个月，按往年份额补入" in found.explain()


def test_profiles_pull_erratic_months_towards_a_level_year():
    even = np.tile(SEASON[:, None], (5, 1, 1))
    erratic = np.random.default_rng(1).uniform(0, 20, (5, 12, 1))
    assert profiles(even)[-1, :, 0] == pytest.approx(SEASON * 12 / 100)
    plain = (erratic / erratic.mean(axis=1, keepdims=True))[:-1].mean(axis=0)[:, 0]
    assert np.ptp(profiles(erratic)[-1, :, 0]) < np.ptp(plain)


def test_growth_counts_the_less_the_more_it_varies():
    steady, wild = [[100.0], [110.0], [121.0], [np.nan]], [[100.0], [130.0], [104.0], [np.nan]]
    assert np.expm1(steady_growth(np.array(steady))[-1, 0]) == pytest.approx(0.1)
    assert steady_growth(np.array(wild))[-1, 0] == pytest.approx(0, abs=1e-4)
    # Steps 0.2 and 0.1: weights 0.79 and 1 (half-life three years), mean 0.14425, variance 0.004934.
    uneven = np.exp(np.array([[0.0], [0.2], [0.3], [np.nan]]))
    assert steady_growth(uneven)[-1, 0] == pytest.approx(0.14425**3 / (0.14425**2 + 3 * 0.004934), rel=1e-4)


def test_an_error_after_a_change_of_scope_widens_nobody():
    """One item is five times larger from a year on; the others' intervals are what they are without its error."""
    growth = 1 + 0.02 * np.array([0, 1, -1, 2, -2, 1, 0, 1, -1, 0])
    months = np.cumprod(growth)[:, None, None] * np.full((10, 12, 3), 10.0)
    months[4:, :, 2] *= 30
    quiet = nowcast(until(months, 6), adds_up=False)
    months[4:, :, 2] *= 300
    louder = nowcast(until(months, 6), adds_up=False)
    assert louder.upper[:, :2] == pytest.approx(quiet.upper[:, :2], rel=1e-3)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="shape"):
        nowcast(np.zeros((3, 11)))
    with pytest.raises(ValueError, match="annual"):
        nowcast(np.zeros((3, 12)), np.zeros(2))


# the public function ---------------------------------------------------------------------------------------


def test_every_form_of_input_gives_the_same():
    months = until(noisy(years=6), 7)
    index = pd.period_range("2020-01", "2025-12", freq="M")
    wide = pd.DataFrame(months.reshape(-1, 3), index=index, columns=["a", "b", "c"])
    long = wide.assign(year=index.year, month=index.month).melt(
        id_vars=["year", "month"], var_name="item", value_name="amount"
    )
    expected = nowcast(months).mean
    assert fm.nowcast(wide).mean == pytest.approx(expected)
    assert fm.nowcast(long).mean == pytest.approx(expected)
    assert fm.nowcast(wide.set_axis(index.to_timestamp())).mean == pytest.approx(expected)
    pairs = pd.MultiIndex.from_arrays([index.year, index.month])
    assert fm.nowcast(wide.set_axis(pairs)).names == ("a", "b", "c")


def series():
    return pd.Series(10.0, index=pd.period_range("2023-01", "2025-05", freq="M"), name="税收")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: fm.nowcast(pd.Series([1.0, 2.0])), "看不出每个数是哪年哪月的"),
        (lambda: fm.nowcast(series() * np.nan), "没有任何月份的数"),
        (lambda: fm.nowcast(pd.concat([series(), series()])), "2023年1月出现不止一次"),
        (lambda: fm.nowcast(series(), levels=(80,)), "区间概率是 (80,)"),
        (lambda: fm.nowcast(series().astype(object).replace(10.0, "十")), "有的数不是数字"),
        (lambda: fm.nowcast(series(), annual_forecast=[1.0, 2.0]), "年度预测有 2 个数，项目有 1 个"),
        (lambda: fm.nowcast(series(), pd.DataFrame({"收入": [1.0]}, index=[2024])), "全年数里没有“税收”"),
        (
            lambda: fm.nowcast(pd.DataFrame({"year": [2024], "month": [13], "amount": [1.0]})),
            "月份是 13。月份只能是 1 到 12",
        ),
        (
            lambda: fm.nowcast(pd.DataFrame({"year": [2024] * 2, "month": [1] * 2, "amount": [1.0] * 2})),
            "“合计”2024年1月出现不止一次",
        ),
    ],
)
def test_what_cannot_be_used_is_said(call, text):
    with pytest.raises(InputError) as caught:
        call()
    assert text in str(caught.value)


# the table of months ---------------------------------------------------------------------------------------


@pytest.fixture
def county(tmp_path) -> Callable[..., Path]:
    """A copy of Yunshui with other months."""

    def lay(*rows: str, header: str = HEADER) -> Path:
        folder = tmp_path / "county"
        if not folder.exists():
            copy_place("yunshui", folder, "ledger")
        (folder / "monthly.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return folder

    return lay


def row(month, amount="", cumulative="", line="own_revenue", year=2026):
    return f"{line},whole,{year},{month},{amount},{cumulative},10k_yuan,虚构数据（仅供演示）"


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            [row(1, 10, 10), row(2, 10, 25)],
            "monthly.csv 第 3 行“cumulative”列：“一般公共预算收入”2026年累计到 2 月 25.00 万元，"
            "比上一个累计数多 15.00，而2 月当月数合计 10.00 万元。请核对当月数和累计数；确有冲减的，当月数填负数",
        ),
        (
            [row(1, 10), row(2, 10), row(3, 10, 40)],
            "累计到 3 月 40.00 万元，比上一个累计数多 40.00，而1—3 月当月数合计 30.00 万元",
        ),
        ([row(1)], "monthly.csv 第 2 行“amount”列：当月数和累计数都没有填写。至少填一个"),
        (
            [row(1, 5, line="own_revenu")],
            "不认识的收入项目“own_revenu”。是否想写“own_revenue”？可填：一般公共预算收入、税收收入",
        ),
        ([row(1, 5, line="2050299")], "不认识的收入项目“2050299”"),
        ([row(13, 5)], "第 2 行“month”列：不得大于 12，填写的是“13”。1 到 12"),
        ([row(1, 5), row(1, 6)], "monthly.csv 第 3 行：与第 2 行重复"),
        ([row(1, 5, line="101"), row(1, 6, line="税收收入")], "“税收收入”2026年1月重复"),
        ([row(1, "一百")], "第 2 行“amount”列：应为数字，填写的是“一百”"),
    ],
)
def test_faulty_months_are_refused(county, rows, text):
    with pytest.raises(InputError) as caught:
        read_place(county(*rows))
    assert text in str(caught.value)


def test_months_come_out_of_cumulative_figures(county):
    place = read_place(county(row(2, "", 30), row(3, "", 42), row(4, 5), row(5, "", 60), row(7, "", 80)))
    months = read_months(place)["own_revenue"].loc[2026].to_numpy()
    assert months[:7] == pytest.approx([np.nan, 30, 12, 5, 13, 10, 10], nan_ok=True)
    assert np.isnan(months[7:]).all()


def test_january_is_what_february_leaves(county):
    place = read_place(county(row(2, 10, 30), row(3, 5, 35)))
    assert read_months(place)["own_revenue"].loc[2026].to_numpy()[:3] == pytest.approx([20, 10, 5])
    together = read_place(county(row(2, 30, 30), row(3, 5, 35)))
    assert read_months(together)["own_revenue"].loc[2026].to_numpy()[:3] == pytest.approx([np.nan, 30, 5], nan_ok=True)


def whole_year(total, line="own_revenue", year=2025):
    return [row(month, total / 12, line=line, year=year) for month in range(1, 13)]


def test_twelve_months_must_be_the_year(county):
    place = read_place(county(*whole_year(36000)))
    found = months_fit(place, read_history(place))
    said = "一般公共预算收入2025年各月相加 36,000.00 万元，与全年数 31,500.00 万元差 4,500.00 万元"
    assert found.faults == ((said, Spot("monthly", 2)),)
    place = read_place(county(*whole_year(31560)))
    found = months_fit(place, read_history(place))
    assert (found.faults, len(found.cautions)) == ((), 1)


def test_taxes_and_the_rest_must_be_the_whole(county):
    place = read_place(county(row(1, 100), row(1, 60, line="tax_revenue"), row(1, 30, line="nontax_revenue")))
    said = "2026年1月税收加非税与一般公共预算收入差 -10.00 万元"
    assert months_fit(place, read_history(place)).faults == ((said, Spot("monthly", 2)),)


# the plan --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def yunshui():
    place = read_place(PLACES / "yunshui")
    return place, read_history(place)


def test_yunshui_months_add_up(yunshui):
    place, history = yunshui
    frames = read_months(place)
    assert set(frames) == {"own_revenue", "tax_revenue", "nontax_revenue"}
    for line, frame in frames.items():
        for year in range(2021, 2026):
            assert frame.loc[year].sum() == history.value(line, year)
        assert frame.loc[2026].notna().sum() == 9
    assert months_fit(place, history).faults == months_fit(place, history).cautions == ()


def current_of(place, history, base_year=None):
    months = months_of(place, history, base_year)
    return current_year(months, history) if months else None


def test_months_after_the_base_year_make_the_first_plan_year(yunshui):
    current = current_of(*yunshui)
    assert (current.year, current.months_known, current.role) == (2026, 9, "first_plan_year")
    own = current.lines["own_revenue"]
    assert own.mean == pytest.approx(current.mean("tax_revenue") + current.mean("nontax_revenue"))
    assert own.lower[0] < own.mean < own.upper[0]
    assert (own.so_far, own.budget, own.last_year) == (23440.0, 32700.0, 31500.0)
    message = current.cautions[0].message
    assert message.startswith("2026年1—9月收入 23,440 万元，推算全年 ")
    assert message.endswith(f"作为规划第一年，比预算 32,700 万元短收 {32700 - own.mean:,.0f} 万元")
    assert current_of(*yunshui, 2024) is None
    assert current_of(*yunshui, 2027) is None


def test_a_place_without_months_has_no_current_year():
    place = read_place(PLACES / "gangu")
    assert current_of(place, read_history(place)) is None


def test_the_first_plan_year_is_the_estimate_and_later_years_grow_from_it(yunshui):
    current = current_of(*yunshui)
    total, names = np.array([33000.0, 34650.0]), ("10101", "10104", "10302")
    items = total[:, None] * np.array([0.4, 0.2, 0.4])
    moved, changed = anchor_first_year(total, items, names, current)
    assert moved[0] == current.mean("own_revenue")
    assert moved[1] / moved[0] == pytest.approx(1.05)
    assert changed.sum(axis=-1) == pytest.approx(moved)
    assert changed[0, :2].sum() == pytest.approx(current.mean("tax_revenue"))
    paths = anchor_first_year(np.stack([total, total]), np.stack([items, items]), names, current)
    assert paths[1] == pytest.approx(np.stack([changed, changed]))
    spread = narrower_deviation(np.array([0.05, 0.07]), current)
    assert 0 < spread[0] < 0.05 and spread[1] == 0.07
    assert narrower_deviation(np.array([0.001, 0.07]), current)[0] == 0.001


def test_the_year_under_way_can_be_the_base_year(yunshui):
    _, history = yunshui
    current = current_of(*yunshui, 2026)
    based, cautions = with_current_year(history, current)
    assert based.last_year == 2026 and history.last_year == 2025
    short = 32700 - current.mean("own_revenue")
    assert based.value("own_revenue", 2026) == current.mean("own_revenue")
    assert based.value("expenditure", 2026) == pytest.approx(272300 - short)
    assert based.status.at[2026, "own_revenue"] == "forecast" and based.status.at[2026, "transfers"] == "budget"
    for budget in (Budget.GENERAL, Budget.FUNDS, Budget.STATE_CAPITAL):
        resources, uses = (based.actual.loc[2026].reindex(list(side)).dropna().sum() for side in SIDES[budget])
        assert resources == pytest.approx(uses, abs=1e-6), budget
    codes = based.codes[Budget.GENERAL].loc[2026].dropna()
    taxes = [code for code in codes.index if code.startswith("101") and len(code) == 5]
    assert codes[taxes].sum() == pytest.approx(codes["101"]) == pytest.approx(current.mean("tax_revenue"))
    assert based.value("stabilization_fund_stock", 2026) == 2900 - 1300
    assert based.value("general_closing_stock", 2026) == 168000 + 15500 - 17200
    assert [caution.code for caution in cautions] == [
        "base_year_from_budget",
        "base_year_own_revenue_gap",
        "base_year_debt_rolled",
    ]
    assert cautions[1].message == (
        f"2026年一般公共预算预计短收 {short:,.0f} 万元，基期支出按压减同额处理（预算法实施条例第七十八条）"
    )
    assert with_current_year(history, current_of(*yunshui)) == (history, ())


def test_a_surplus_goes_to_the_stabilisation_fund(county):
    shares = SEASON / 100
    rows = [row(m + 1, 31500 * shares[m], year=2025) for m in range(12)]
    rows += [row(m + 1, 36000 * shares[m]) for m in range(10)]
    place = read_place(county(*rows))
    history = read_history(place)
    current = current_of(place, history, 2026)
    over = current.mean("own_revenue") - 32700
    assert over > 0
    based, cautions = with_current_year(history, current)
    assert based.value("expenditure", 2026) == 272300
    assert based.value("stabilization_topup", 2026) == pytest.approx(over)
    assert based.value("stabilization_fund_stock", 2026) == pytest.approx(2900 - 1300 + over)
    assert cautions[1].message == (
        f"2026年一般公共预算预计超收 {over:,.0f} 万元，基期按补充预算稳定调节基金（预算法第六十六条）处理"
    )
    assert "current_year_untested" in [caution.code for caution in current.cautions]


def test_an_estimate_that_the_months_contradict_is_said(county):
    shares = SEASON / 100
    rows = [
        row(m + 1, history * shares[m], year=year)
        for year, history in ((2023, 30000), (2024, 30300))
        for m in range(12)
    ]
    rows += [row(m + 1, 24000 * shares[m], year=2025) for m in range(10)]
    place = read_place(county(*rows))
    current = current_of(place, read_history(place))
    assert (current.role, current.year) == ("beside", 2025)
    assert current.cautions[0].code == "estimate_against_months"
    assert current.cautions[0].message.endswith("执行数 31,500 万元在区间之外；仍按执行数测算，请核对")
    assert narrower_deviation(np.array([0.05]), current)[0] == 0.05


def test_items_whose_months_are_whole_are_estimated_one_by_one(county):
    rows = []
    for year, scale in ((2024, 1.0), (2025, 1.0), (2026, 1.02)):
        for m in range(12 if year < 2026 else 6):
            amounts = {"10101": 800 * scale, "10104": 700 * scale, "10302": 1000 * scale}
            rows += [row(m + 1, value, line=code, year=year) for code, value in amounts.items()]
            rows.append(row(m + 1, 1500 * scale, line="tax_revenue", year=year))
            rows.append(row(m + 1, 1000 * scale, line="nontax_revenue", year=year))
    place = read_place(county(*rows))
    current = current_of(place, read_history(place))
    assert current.codes == ("10101", "10104", "10302")
    assert current.mean("10101") + current.mean("10104") == pytest.approx(current.mean("tax_revenue"))
    assert current.mean("10302") == pytest.approx(current.mean("nontax_revenue"))
    labels = [(entry.indent, entry.label) for entry in current_year_rows(current).itertuples()]
    assert labels[:4] == [(0, "一般公共预算收入"), (1, "税收收入"), (2, "增值税"), (2, "企业所得税")]


def test_rows_of_the_table(yunshui):
    current = current_of(*yunshui)
    own = current_year_rows(current).iloc[0]
    assert own.against_budget == pytest.approx(own.estimate - 32700)
    assert own.growth == pytest.approx(own.estimate / 31500 - 1)
    assert 0.7 < own.share < 0.76
