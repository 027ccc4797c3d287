"""One-offs and breaks: taken out, put back, spread, refused; the calendar of breaks; what a place's table does."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from report_case import with_own

from fiscal_model.arithmetic.revenue.adjustments import Effects, amount_of_log_effect, put_ahead, share_out, take_out
from fiscal_model.blocks.revenue.history_adjustments import (
    adjustment_rows,
    adjustments_of,
    comparable,
    comparable_items,
    with_policies,
    with_policy,
)
from fiscal_model.blocks.revenue.revenue_events import lines_holding, revenue_breaks
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import QUALITIES
from fiscal_model.law.classification import revenue_label
from fiscal_model.report.tables.outlook_tables import adjustments_table
from fiscal_model.words.errors import InputError
from fiscal_model.words.vocabulary import Budget

YEARS = (2026, 2027, 2028)


def effects(passing, lasting):
    return Effects(np.array(passing, dtype=float), np.array(lasting, dtype=float))


# arithmetic ------------------------------------------------------------------------------------------------


def test_a_one_off_leaves_its_year():
    history = np.array([100.0, 130.0, 110.0])
    assert take_out(history, effects([0, 25, 0], [0, 0, 0])).tolist() == [100, 105, 110]


def test_a_lasting_change_is_spliced_backwards():
    # A firm that pays 20 of the 120 in 2022 came in that year: without it revenue was level from 2021.
    history = np.array([90.0, 100.0, 120.0, 132.0])
    spliced = take_out(history, effects([0, 0, 0, 0], [0, 0, 20, 0]))
    assert spliced == pytest.approx([108, 120, 120, 132])
    growth, before = spliced[1:] / spliced[:-1], history[1:] / history[:-1]
    assert growth[[0, 2]] == pytest.approx(before[[0, 2]])
    assert growth[1] == pytest.approx((120 - 20) / 100)


def test_a_change_in_two_steps_and_a_one_off_together():
    history = np.array([100.0, 150.0, 220.0])
    both = effects([0, 30, 0], [0, 20, 55])
    # 2nd year: 150 - 30 = 120, of which 20 are new: factor 1.2; 3rd year: 55 of 220 are new: factor 4/3.
    assert take_out(history, both) == pytest.approx([100 * 1.2 * 4 / 3, 120 * 4 / 3, 220])


def test_unknown_years_stay_unknown_and_splice_nothing():
    history = np.array([100.0, np.nan, 120.0])
    assert take_out(history, effects([0, 5, 0], [0, 10, 0])) == pytest.approx(history, nan_ok=True)


def put_back(comparable, effects):
    """Undo `take_out` from the last year backwards, in plain Python: the history as it was published."""
    plain = np.array(comparable, dtype=float)
    later = np.ones(plain.shape[:-1])
    for year in range(plain.shape[-1] - 1, -1, -1):
        plain[..., year] /= later
        without = plain[..., year] - effects.lasting[..., year]
        usable = (effects.lasting[..., year] != 0) & (without > 0) & (plain[..., year] > 0)
        later = later * np.where(usable, plain[..., year] / np.where(usable, without, 1.0), 1.0)
    return plain + effects.passing


def test_putting_back_gives_what_was_published():
    one = effects([0, 20, 0], [0, 0, 22])
    assert put_back(np.array([120.0, 120.0, 132.0]), one).round(6).tolist() == [100.0, 120.0, 132.0]


positive = st.floats(10, 1e6)
part = st.floats(-0.4, 0.4)


@given(arrays(float, 8, elements=positive), arrays(float, 8, elements=part), arrays(float, 8, elements=part))
def test_taking_out_and_putting_back_is_the_history(history, passing, lasting):
    found = Effects(history * passing, history * lasting)
    assert put_back(take_out(history, found), found) == pytest.approx(history, rel=1e-9)


@given(arrays(float, 6, elements=positive), arrays(float, 6, elements=part), st.floats(0.1, 100))
def test_money_scales(history, shares, k):
    once = take_out(history, Effects(history * shares, history * shares / 2))
    scaled = take_out(k * history, Effects(k * history * shares, k * history * shares / 2))
    assert scaled == pytest.approx(k * once, rel=1e-9)


def test_nothing_to_take_out_changes_nothing():
    history, nothing = np.array([3.1, 4.7, 5.3]), effects([0, 0, 0], [0, 0, 0])
    assert take_out(history, nothing).tolist() == history.tolist()
    assert put_back(history, nothing).tolist() == history.tolist()
    assert put_ahead(history, nothing).tolist() == history.tolist()


def test_leading_axes_are_paths():
    history = np.array([[100.0, 120.0], [200.0, 240.0]])
    one = effects([0, 0], [0, 20])
    assert take_out(history, one)[0].tolist() == take_out(history[0], one).tolist()
    assert put_back(take_out(history, one), one) == pytest.approx(history)
    assert put_ahead(history, one).tolist() == [[100, 140], [200, 260]]


def test_a_cut_takes_no_more_than_there_is():
    assert put_ahead(np.array([10.0, 10.0]), effects([0, 0], [-8, -8])).tolist() == [2, 0]


def test_an_effect_on_a_total_adds_up_over_its_items():
    shared = share_out(np.array([10.0, -6.0, 5.0]), np.array([[1.0, 3.0], [2.0, np.nan], [0.0, 0.0]]))
    assert shared.tolist() == [[2.5, 7.5], [-6, 0], [0, 0]]


def test_log_points_become_money():
    # National VAT of 2022 would have been 48717 exp(0.31) without the refunds.
    amount = amount_of_log_effect(np.array([48717.0]), np.array([-0.31]))
    assert 48717 - amount == pytest.approx(48717 * np.exp(0.31))


# the calendar ----------------------------------------------------------------------------------------------


def test_the_calendar_is_dated_sourced_and_known():
    for rule in revenue_breaks():
        assert rule.kind in {"level_shift", "scope", "transitory"}, rule.id
        assert rule.quality in QUALITIES and rule.source and rule.note, rule.id
        assert rule.to_year is None or rule.from_year <= rule.to_year
        assert all(rule.from_year <= year <= (rule.to_year or 2100) for year in rule.effect), rule.id
        for line in rule.lines:
            assert lines_holding(line)[-1] in {"own_revenue", "fund_revenue"}, rule.id
            assert revenue_label(line) != line, rule.id
    assert {rule.from_year for rule in revenue_breaks()} >= {2011, 2012, 2018, 2020, 2022}


@pytest.mark.parametrize(
    ("name", "line", "year", "effect"),
    [
        ("vat_refunds_2022", "10101", 2022, np.log(48717 / np.sqrt(48717 / 0.767 * 69332))),
        ("vat_refunds_2022", "own_revenue", 2022, np.log(203703 / np.sqrt(202539 * 216784))),
        ("pandemic_2020", "own_revenue", 2020, np.log(182895 / np.sqrt(190382 * 202539))),
        ("income_tax_deductions_2019", "10106", 2019, np.log(10388 / 13872)),
        ("environment_tax_2018", "10121", 2018, np.log(151 / 221)),
        ("extra_budget_fees_2011", "nontax_revenue", 2011, np.log(14136.04 / 9890.72) - np.log(89738.39 / 73210.79)),
    ],
)
def test_sizes_of_breaks_follow_from_published_figures(name, line, year, effect):
    (rule,) = [rule for rule in revenue_breaks() if rule.id == name and line in rule.lines]
    assert rule.effect[year] == pytest.approx(effect, abs=0.006)


# a place ---------------------------------------------------------------------------------------------------


@pytest.fixture
def adjust(place):
    yunshui = place("yunshui")
    history = read_history(yunshui)

    def of(breaks=(), base_year=2025, years=YEARS):
        return history, adjustments_of(yunshui, history, base_year, years, breaks)

    return of


def test_yunshui_history_becomes_comparable(adjust):
    history, found = adjust()
    vat = comparable(history.codes[Budget.GENERAL]["10101"], "10101", found)
    factor = 7955 / (7955 - 240)
    assert vat[2024] == 7955 and vat[2025] == 8610
    assert vat[2022] == pytest.approx((5355 + 1250) * factor)
    assert vat[2021] == pytest.approx(6030 * factor)
    own = comparable(history.series("own_revenue", 2025), "own_revenue", found)
    assert own[2023] == pytest.approx((30000 - 1100) * 30300 / (30300 - 240))
    assert own[2025] == 31500
    items = comparable_items(history.codes[Budget.GENERAL][["10101", "10307", "10110"]], found)
    assert items["10307"][2023] == 5920 - 1100
    assert items["10110"].tolist() == history.codes[Budget.GENERAL]["10110"].tolist()


def test_yunshui_policy_moves_items_and_total_alike(adjust):
    _, found = adjust()
    codes = ("10112", "10307", "10110")
    items = np.array([[930.0, 5400.0, 1000.0]] * 3)
    total, moved = with_policies(items.sum(axis=1), items, codes, found)
    assert moved.tolist() == [[930, 5700, 1000], [840, 5400, 1000], [840, 5400, 1000]]
    assert total.tolist() == [7630, 7240, 7240]
    assert with_policy(np.full(3, 10000.0), "tax_revenue", found).tolist() == [10000, 9910, 9910]


def test_policy_on_a_total_without_items(adjust):
    _, found = adjust()
    total = np.full((2, 3), 1000.0)
    moved, items = with_policies(total, total[..., None], ("own_revenue",), found)
    assert moved.tolist() == [[1300, 910, 910]] * 2
    assert items[..., 0].tolist() == moved.tolist()


def test_a_place_without_the_table_plans_as_before(place):
    gangu = place("gangu")
    history = read_history(gangu)
    found = adjustments_of(gangu, history, 2024, YEARS)
    series = history.series("own_revenue", 2024)
    assert comparable(series, "own_revenue", found) is series
    total, items = np.full(3, 5.0), np.ones((3, 5))
    assert with_policies(total, items, tuple("abcde"), found) == (total, items)
    assert not found.past and not found.ahead


def test_breaks_are_listed_and_taken_out_only_on_demand(adjust):
    _, silent = adjust()
    rows = adjustment_rows(silent)
    listed = rows[rows["name"] == "新冠疫情"]
    assert listed["treatment"].tolist() == ["只作提示，未调整"]
    assert listed["amount"].isna().all()
    history, found = adjust(("pandemic_2020", "vat_refunds_2022"))
    rows = adjustment_rows(found)
    assert rows[rows["name"] == "新冠疫情"]["treatment"].tolist() == ["按全国幅度自历史数据剔除"]
    assert rows[rows["name"] == "新冠疫情"]["quality"].tolist() == ["unverified"]
    # The county's own refund row on the same code and year comes first.
    assert rows[rows["name"] == "大规模增值税留抵退税"]["treatment"].tolist() == ["已填本地数，以本地数为准"]
    own = [comparable(history.series("own_revenue", 2025), "own_revenue", each) for each in (silent, found)]
    assert own[1][2020] / own[0][2020] == pytest.approx(np.exp(0.07))
    assert own[1].drop(2020).tolist() == own[0].drop(2020).tolist()
    # Spread over the items, they still add up to the total.
    items = history.codes[Budget.GENERAL].loc[2020].dropna()
    codes = [code for code in items.index if len(code) == 5 and code.startswith(("101", "103"))]
    assert sum(found.past[code].passing[found.history_years.index(2020)] for code in codes) == pytest.approx(
        found.past["own_revenue"].passing[found.history_years.index(2020)]
    )


def test_a_break_stands_for_the_total_where_no_item_is_known(place):
    gangu = place("gangu")
    found = adjustments_of(gangu, read_history(gangu), 2024, YEARS, ("vat_refunds_2022",))
    assert [entry.line for entry in found.entries] == ["own_revenue"]


def test_an_earlier_base_year_sees_nothing_later(adjust):
    _, found = adjust(base_year=2022, years=(2023, 2024, 2025))
    assert max(found.history_years) == 2022
    assert found.ahead["10307"].passing.tolist() == [1100, 0, 0]
    assert found.ahead["own_revenue"].lasting.tolist() == [0, 240, 0]
    said = {entry.name: entry.treatment for entry in found.entries}
    assert said["小微企业城镇土地使用税减征"] == "在规划期以外，未使用"


def test_the_table_says_what_was_done(adjust):
    table = adjustments_table(with_own(adjustments=adjust(("pandemic_2020",))[1]))
    said = {row.values[2]: row.values for row in table.rows}
    assert said["县酒店资产处置"][:5] == ("2023年", 1100.0, "县酒店资产处置", "一次性因素", "自历史数据剔除")
    assert said["水电站税收下划县级"][4] == "2024年以前按同口径换算"
    assert said["小微企业城镇土地使用税减征"][4] == "自当年起计入预测"
    assert said["新冠疫情"][4] == "按全国幅度自历史数据剔除（未经核实）"


# faults ----------------------------------------------------------------------------------------------------

ROW = {"name": "清欠", "line_or_code": "own_revenue", "year": 2023, "amount": 50, "kind": "one_off", "lasting": "no"}


def faults_of(folder, tiny_place, **changes):
    place = read_place(tiny_place(folder / "xian", tables={"one_offs": [{**ROW, **changes}]}))
    return adjustments_of(place, read_history(place), 2024, (2025,))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"line_or_code": "own_revenu"},
            "one_offs.csv 第 2 行“line_or_code”列：不认识的收入项目“own_revenu”。是否想写“own_revenue”？可填：一般公共预算收入、",
        ),
        ({"line_or_code": "2050299"}, "不认识的收入项目“2050299”"),
        ({"lasting": "yes"}, "one_offs.csv 第 2 行“lasting”列：一次性因素填了持续。只影响一年的填 no；"),
        ({"amount": 0}, "one_offs.csv 第 2 行“amount”列：影响金额是 0。没有影响的事项不要填；"),
        ({"kind": "oneoff"}, "只能填：one_off（一次性因素）、scope（口径变化）、policy（政策调整）"),
        (
            {"amount": 950},
            "one_offs 第 2 行“amount”列：“一般公共预算收入”2023年收入 950.00 万元，影响金额合计 950.00 万元。"
            "请核对金额、单位和科目；影响金额不能大于当年收入。",
        ),
    ],
)
def test_faulty_rows_are_refused(tmp_path, tiny_place, changes, text):
    with pytest.raises(InputError) as caught:
        faults_of(tmp_path, tiny_place, **changes)
    assert text in str(caught.value)


def test_chinese_names_of_lines_are_read(tmp_path, tiny_place):
    found = faults_of(tmp_path, tiny_place, line_or_code="一般公共预算收入", kind="一次性", lasting="否")
    assert found.past["own_revenue"].passing.tolist() == [0, 50, 0]


def test_an_unknown_break_is_refused(place):
    gangu = place("gangu")
    with pytest.raises(InputError, match="不认识的口径变化“covid”。可填：income_tax_sharing_2002、"):
        adjustments_of(gangu, read_history(gangu), 2024, YEARS, ("covid",))


def test_a_year_without_figures_is_said(tmp_path, tiny_place):
    found = faults_of(tmp_path, tiny_place, year=2015)
    assert [entry.treatment for entry in found.entries] == ["当年没有该项数据，未调整"]
    assert isinstance(adjustment_rows(found), pd.DataFrame)
