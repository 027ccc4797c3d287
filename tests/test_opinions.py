"""Second opinions: records, blends worked by hand, laws of a blend, budgets as targets, the table of opinions."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_case import with_own

from fiscal_model.arithmetic.revenue.opinions import Trust, blend, coherent, track_record
from fiscal_model.blocks.approved_budget import forecaster_trust
from fiscal_model.blocks.revenue.second_opinions import BUDGET, blended, opinion_rows, opinions_of, record_text
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import defaults
from fiscal_model.law.rules import rules
from fiscal_model.report.tables.outlook_tables import opinions_table
from fiscal_model.words.errors import InputError
from fiscal_model.words.table import printed_row

YEARS = (2026, 2027, 2028)
USUAL = Trust(np.array([0.02, 0.06, 0.10]), 4.0, 12.0, 0.8, 0.8, 1 / 3)
DEVIATION = np.array([0.05, 0.07, 0.09])
PATH = np.array([32000.0, 33000.0, 34000.0])


def record(errors, horizon=1):
    """A record of log errors at one horizon."""
    actuals = 100 * np.exp(np.array(errors, dtype=float))
    forecasts = np.full((len(errors), 3), np.nan)
    forecasts[:, horizon] = 100.0
    return track_record(forecasts, np.repeat(actuals[:, None], 3, axis=1), USUAL)


def mixed(opinion, spread, *, bias=0.0, most=0.8, model=100.0, own=0.05, correlation=0.0, trust=1.0):
    one = np.ones((1, 1))
    mean, deviation, weight = blend(
        np.array([model]), np.array([own]), opinion * one, bias * one, spread * one, most * one, correlation, trust
    )
    return mean[0], deviation[0], weight[0, 0]


# records ---------------------------------------------------------------------------------------------------


def test_a_record_worked_by_hand():
    found = record([0.04, 0.08])
    assert found.count.tolist() == [0, 2, 0]
    assert found.mean_error[1] == pytest.approx(0.06)
    assert found.root_mean_square[1] == pytest.approx(np.sqrt((0.04**2 + 0.08**2) / 2))
    bias = 0.12 / 14
    squares = (0.04 - bias) ** 2 + (0.08 - bias) ** 2
    skill = (squares / 0.06**2 + 4) / 6
    assert found.bias.tolist() == pytest.approx([0, bias, 0])
    assert found.deviation[1] ** 2 == pytest.approx((squares + 4 * skill * 0.06**2) / 6)
    assert found.deviation[2] ** 2 == pytest.approx(skill * 0.10**2)
    assert found.most[1] == pytest.approx(1 / 3 + (0.8 - 1 / 3) * 2 / 6)


def test_nobody_knows_a_forecaster_without_a_record():
    found = record([])
    assert found.deviation == pytest.approx(USUAL.deviation)
    assert found.bias.tolist() == [0, 0, 0]
    assert found.most == pytest.approx(np.full(3, 1 / 3))
    assert record_text(found) == "没有可比的以往预测"


def test_a_good_record_at_one_year_helps_at_two():
    good, poor = record([0.005, -0.005] * 4), record([0.15, -0.15] * 4)
    assert good.deviation[2] < USUAL.deviation[2] < poor.deviation[2]


@given(st.lists(st.floats(-0.2, 0.2), min_size=1, max_size=12), st.floats(0.01, 1e6))
def test_a_record_knows_no_unit(errors, k):
    actuals = 100 * np.exp(np.array(errors))[:, None] * np.ones(3)
    forecasts = np.full((len(errors), 3), 100.0)
    once, scaled = (track_record(forecasts, actuals, USUAL), track_record(k * forecasts, k * actuals, USUAL))
    assert scaled.deviation == pytest.approx(once.deviation, rel=1e-6)
    assert scaled.bias == pytest.approx(once.bias, abs=1e-9)


def test_a_long_record_is_believed():
    errors = np.random.default_rng(7).normal(0.03, 0.02, 400)
    found = record(errors)
    assert found.bias[1] == pytest.approx(0.03, abs=0.003)
    assert found.deviation[1] == pytest.approx(0.02, abs=0.003)
    assert found.most[1] == pytest.approx(0.8, abs=0.01)


# blends ----------------------------------------------------------------------------------------------------


def test_equal_precision_meets_in_the_middle():
    mean, deviation, weight = mixed(121.0, 0.05)
    assert weight == pytest.approx(0.5) and mean == pytest.approx(110)
    assert deviation == pytest.approx(0.05 / np.sqrt(2))


def test_precision_worked_by_hand():
    # 1/0.04^2 = 625 against 1/0.08^2 = 156.25: the opinion gets 0.8.
    mean, _, weight = mixed(100 * np.e, 0.04, own=0.08)
    assert weight == pytest.approx(0.8) and np.log(mean / 100) == pytest.approx(0.8)


def test_bias_is_taken_off():
    mean, _, weight = mixed(100 / np.exp(0.1), 0.05, bias=0.1)
    assert weight == pytest.approx(0.5) and mean == pytest.approx(100)


def test_no_opinion_outweighs_its_ceiling():
    assert mixed(150.0, 0.001, most=1 / 3)[2] == pytest.approx(1 / 3)


def test_errors_in_common_leave_the_interval_wide():
    assert mixed(120.0, 0.05, correlation=1.0)[1] == pytest.approx(0.05)
    assert mixed(120.0, 0.05, correlation=0.8)[1] == pytest.approx(0.05 * np.sqrt(0.9))


def test_no_trust_changes_nothing():
    mean, deviation, weight = mixed(150.0, 0.05, trust=0.0)
    assert (mean, deviation, weight) == (pytest.approx(100), 0.05, 0)


numbers = st.floats(10, 1e7)
spreads = st.floats(0.005, 0.5)


@given(numbers, numbers, spreads, spreads, st.floats(0, 1))
def test_a_blend_lies_between_and_is_never_less_sure(model, opinion, own, other, correlation):
    mean, deviation, weight = mixed(opinion, other, model=model, own=own, correlation=correlation)
    assert 0 <= weight <= 0.8
    low, high = sorted((model, opinion))
    assert low * (1 - 1e-9) <= mean <= high * (1 + 1e-9)
    assert deviation <= max(own, other) * (1 + 1e-9)


def test_two_opinions_and_a_silent_one():
    opinions = np.array([[110.0, np.nan], [120.0, 121.0], [np.nan, np.nan]])
    mean, _, weights = blend(
        np.array([100.0, 100.0]),
        np.full(2, 0.05),
        opinions,
        np.zeros((3, 2)),
        np.full((3, 2), 0.05),
        np.full((3, 2), 0.8),
        0.8,
    )
    assert weights == pytest.approx(np.array([[1 / 3, 0], [1 / 3, 0.5], [0, 0]]))
    assert mean == pytest.approx([(100 * 110 * 120) ** (1 / 3), 110])


def test_leading_axes_are_paths():
    paths = np.array([[100.0, 105.0], [90.0, 80.0]])
    arguments = (np.zeros((1, 2)), np.full((1, 2), 0.04), np.full((1, 2), 0.8), 0.8)
    opinion = np.array([[110.0, 111.0]])
    together = blend(paths, np.full(2, 0.05), np.broadcast_to(opinion, (2, 1, 2)), *arguments)
    for number in range(2):
        alone = blend(paths[number], np.full(2, 0.05), opinion, *arguments)
        assert together[0][number] == pytest.approx(alone[0])


def test_scaling_keeps_what_is_not_touched():
    items = np.array([[30.0, 30.0, 40.0]])
    scaled = coherent(items, np.array([0, 0, 1]), np.array([[90.0, np.nan]]), np.array([260.0]))
    assert scaled.tolist() == [[90, 90, 80]]


# a place ---------------------------------------------------------------------------------------------------


@pytest.fixture
def yunshui(place):
    found = place("yunshui")
    return found, read_history(found)


def test_yunshui_opinions_and_their_records(yunshui):
    found = {(each.forecaster, each.line): each for each in opinions_of(*yunshui, 2025, YEARS)}
    items = [line for forecaster, line in found if forecaster == BUDGET and line.isdigit()]
    assert len(items) == 20 and items == sorted(items) and items[0] == "10101"
    assert [each for each in found if each not in {(BUDGET, item) for item in items}] == [
        ("税务局", "tax_revenue"),
        ("财政局", "own_revenue"),
        ("自然资源局", "10119"),
        (BUDGET, "own_revenue"),
        (BUDGET, "tax_revenue"),
        (BUDGET, "nontax_revenue"),
    ]
    tax = found["税务局", "tax_revenue"]
    errors = np.log(np.array([16200, 18100, 18900, 19800]) / np.array([17300, 17600, 18700, 19500]))
    assert tax.record.count[1] == 4
    assert tax.record.mean_error[1] == pytest.approx(errors.mean())
    assert tax.record.root_mean_square[1] == pytest.approx(np.sqrt((errors**2).mean()))
    assert tax.amounts.tolist() == pytest.approx([20400, np.nan, np.nan], nan_ok=True)
    bureau = found["财政局", "own_revenue"]
    assert bureau.amounts.tolist() == pytest.approx([32300, 33200, np.nan], nan_ok=True)  # the latest of 2026
    assert bureau.horizons[:2].tolist() == [1, 2]
    assert bureau.record.count[:3].tolist() == [0, 4, 1]


def test_nobody_looks_ahead_of_the_base_year(yunshui):
    found = [each for each in opinions_of(*yunshui, 2023, (2024, 2025, 2026)) if each.forecaster == "财政局"]
    assert found[0].amounts.tolist() == [30800, 31100, 32900]  # made in 2024 at the latest
    assert found[0].record.count[:2].tolist() == [0, 2]


def test_blended_total_worked_by_hand(yunshui):
    bureau = [each for each in opinions_of(*yunshui, 2025, YEARS) if each.forecaster == "财政局"]
    result = blended(PATH, DEVIATION, tuple(bureau), YEARS)
    trust, told = forecaster_trust(), bureau[0].record
    precise = (1 / told.deviation[1] ** 2) / (1 / told.deviation[1] ** 2 + 1 / DEVIATION[0] ** 2)
    weight = trust.most_untried + (trust.most - trust.most_untried) * 4 / 8
    assert weight < precise  # the ceiling of four years of record binds
    assert weight == pytest.approx(told.most[1])
    expected = PATH[0] * (32300 * np.exp(told.bias[1]) / PATH[0]) ** weight
    assert result.total[0] == pytest.approx(expected)
    own, other = (1 - weight) * DEVIATION[0], weight * told.deviation[1]
    rho = trust.correlation
    assert result.deviation[0] ** 2 == pytest.approx((1 - rho) * (own**2 + other**2) + rho * (own + other) ** 2)
    # Nothing is said about 2028: it keeps the distance of 2027.
    assert result.total[2] / PATH[2] == pytest.approx(result.total[1] / PATH[1])
    assert result.deviation[2] == DEVIATION[2]
    rows = opinion_rows(result.comparisons)
    assert rows["year"].tolist() == [2026, 2027]
    assert rows["weight"][0] == pytest.approx(weight)
    assert rows["blended"].tolist() == pytest.approx(result.total[:2].tolist())


def test_items_groups_and_total_stay_one_sum(yunshui):
    codes = ("10101", "10119", "10307")
    items = PATH[:, None] * np.array([0.6, 0.05, 0.35])
    result = blended(PATH, DEVIATION, opinions_of(*yunshui, 2025, YEARS), YEARS, items=items, codes=codes)
    assert result.items.sum(axis=1) == pytest.approx(result.total, abs=1e-9)
    told = opinion_rows(result.comparisons).query("weight > 0 and year == 2026")
    assert told["line"].tolist() == ["10119", "tax_revenue", "own_revenue"]
    assert result.total[0] == pytest.approx(told["blended"].iloc[-1])


def test_an_item_that_is_nothing_is_compared_and_left(yunshui):
    items = PATH[:, None] * np.array([1.0, 0.0])
    result = blended(PATH, DEVIATION, opinions_of(*yunshui, 2025, YEARS), YEARS, items=items, codes=("10101", "10119"))
    assert result.items[:, 1].tolist() == [0, 0, 0]
    weights = {row.forecaster: row.weight for row in result.comparisons if row.line == "10119"}
    assert weights == {"自然资源局": 0.0, BUDGET: 0.0}


def test_paths_are_blended_one_by_one(yunshui):
    opinions = opinions_of(*yunshui, 2025, YEARS)
    paths = np.stack([PATH, PATH * 1.1])
    together = blended(paths, DEVIATION, opinions, YEARS)
    for number in range(2):
        alone = blended(paths[number], DEVIATION, opinions, YEARS)
        assert together.total[number] == pytest.approx(alone.total)
        assert together.deviation == pytest.approx(alone.deviation)


def test_without_trust_the_forecast_stands_bit_for_bit(yunshui):
    opinions = opinions_of(*yunshui, 2025, YEARS)
    items = PATH[:, None] * np.array([0.6, 0.05, 0.35])
    result = blended(PATH, DEVIATION, opinions, YEARS, items=items, codes=("10101", "10119", "10307"), trust=0.0)
    assert result.total is PATH
    assert result.items.tolist() == items.tolist()
    assert result.deviation.tolist() == DEVIATION.tolist()
    assert {row.weight for row in result.comparisons} == {0.0}
    assert {row.forecaster for row in result.comparisons} == {"税务局", "财政局", "自然资源局", BUDGET}


def test_a_budget_is_compared_and_counts_only_when_wanted(place):
    lijiang = place("lijiang")
    history = read_history(lijiang)
    opinions = opinions_of(lijiang, history, 2025, YEARS)
    assert {each.forecaster for each in opinions} == {BUDGET} and all(each.target for each in opinions)
    total = np.array([600_000.0, 620_000.0, 640_000.0])
    silent = blended(total, DEVIATION, opinions, YEARS)
    assert silent.total is total
    row = silent.comparisons[-1]
    assert (row.line, row.year, row.theirs, row.weight) == ("own_revenue", 2026, 579_110.0, 0.0)
    assert row.note == "预算是收入目标，不是预测（预算法第五十五条：不得下达收入指标）"
    heard = blended(total, DEVIATION, opinions, YEARS, target_trust=1.0)
    assert 579_110 < heard.total[0] < 600_000


def test_a_floor_holds_the_interval_open(yunshui):
    result = blended(PATH, DEVIATION, opinions_of(*yunshui, 2025, YEARS), YEARS, floor=DEVIATION)
    assert result.deviation.tolist() == DEVIATION.tolist()


def test_a_place_without_opinions_plans_as_before(place):
    gangu = place("gangu")
    opinions = opinions_of(gangu, read_history(gangu), 2024, YEARS)
    result = blended(PATH, DEVIATION, opinions, YEARS)
    assert opinions == () and result.total is PATH and result.comparisons == ()
    assert opinions_table(with_own(comparisons=result.comparisons)) is None


def test_the_table_shows_both_side_by_side(yunshui):
    opinions = [each for each in opinions_of(*yunshui, 2025, YEARS) if each.line == "own_revenue"]
    comparisons = blended(PATH, DEVIATION, tuple(opinions), YEARS).comparisons
    table = opinions_table(with_own(comparisons=comparisons))
    assert table.title == "第二意见对照表"
    first = printed_row(table, table.rows[0])
    assert table.rows[0].label == "一般公共预算收入"
    assert table.rows[0].values[2:4] == (32300.0, 32000.0)
    assert first[:5] == ("财政局", "2026年", "32,300", "32,000", "+0.9%")
    assert first[7] == ("提前1年 4 次，平均偏低 0.2%，均方根误差 2.5%；提前2年 1 次，平均偏高 0.9%，均方根误差 0.9%")
    assert printed_row(table, table.rows[-1])[5] == "0%"


def test_settings_are_sourced_and_sane():
    given_settings, trust = rules("forecast")["opinions"], forecaster_trust()
    assert given_settings["source"] and given_settings["quality"] == "expert"
    assert (np.diff(trust.deviation) > 0).all()
    assert 0 < trust.most_untried < trust.most < 1 and 0 <= trust.correlation < 1
    assert defaults()["opinion_weight"].value == 1.0
    assert defaults()["budget_opinion_weight"].value == 1.0  # a budget is evidence, weighed by its own record
    assert rules("forecast")["opinions"]["budget_deviation"]["quality"] == "unverified"
    assert dataclasses.is_dataclass(trust)


# faults ----------------------------------------------------------------------------------------------------

ROW = {"forecaster": "税务局", "line_or_code": "own_revenue", "made_in": 2024, "year": 2025, "amount": 1100}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"made_in": 2026}, "opinions.csv 第 2 行“year”列：预测年度 2025 早于作出年度 2026。请核对两个年度；"),
        ({"line_or_code": "税收"}, "不认识的收入项目“税收”。是否想写“税收收入”？"),
        (
            {"line_or_code": "land_revenue"},
            "opinions.csv 第 2 行“line_or_code”列：“land_revenue”是政府性基金收入。本表只用于一般公共预算收入；",
        ),
        ({"line_or_code": "1030148"}, "“1030148”是政府性基金收入"),
        ({"amount": 0}, "opinions.csv 第 2 行“amount”列：预测数是 0。没有预测的不要填；"),
        ({"amount": -5}, "不得小于 0，填写的是“-5.0”"),
    ],
)
def test_faulty_rows_are_refused(tmp_path, tiny_place, changes, text):
    with pytest.raises(InputError) as caught:
        read_place(tiny_place(tmp_path / "xian", tables={"opinions": [{**ROW, **changes}]}))
    assert text in str(caught.value)
