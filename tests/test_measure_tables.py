"""What is printed of pooling, stock funds, temporary payments and measures: tables that add up, sentences, one chart."""

from dataclasses import replace

import numpy as np
import pytest
from printed_sums import sum_parts
from report_case import said, tables_in

from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.analysis.balance.with_and_without import compare_measures
from fiscal_model.model.projection import project
from fiscal_model.report.chapters.sandbox import plain
from fiscal_model.report.figures.measures_figure import draw_measures
from fiscal_model.report.series import TITLES
from fiscal_model.report.tables import measures_tables, pooling_tables, stock_money_tables


def tables_of(plan):
    return tables_in(pooling_tables, measures_tables, stock_money_tables, plan=plan)


@pytest.fixture(scope="module")
def tables(plan_of):
    return tables_of(plan_of("yunshui"))


def test_numbers_and_widths(tables):
    assert list(tables) == ["10-1", "10-2", "17-3", "18-7", "18-8", "25", "25-1"]
    for table in tables.values():
        assert all(len(row.values) == len(table.columns) for row in table.rows), table.number
        lines = [row.line for row in table.rows]
        assert len(set(lines)) == len(lines), table.number


def test_every_total_is_the_sum_of_what_is_printed(tables):
    for table in tables.values():
        for at, row in enumerate(table.rows):
            for column in range(len(table.columns)) if row.total else ():
                parts = sum_parts(table, at, column)
                if parts:
                    added = sum(sign * table.rows[part].values[column] for part, sign in parts)
                    assert added == row.values[column], (table.number, row.label, column)


def test_the_measures_add_up_to_their_total(tables):
    table = tables["17-3"]
    for column in range(4, len(table.columns)):
        values = [row.values[column] for row in table.rows]
        assert sum(value for value in values[:-1] if value is not None) == pytest.approx(values[-1], abs=1)


def test_the_total_is_what_all_measures_change_together(plan_of):
    plan = plan_of("yunshui", "optimistic")
    together, last = compare_measures(plan).together, tables_of(plan)["17-3"].rows[-1].values
    expected = (together["relief"].sum(), together["space"].sum(), together["fund"][-1])
    assert last[-3:] == pytest.approx(expected, abs=0.5)


def test_what_nobody_verified_says_so(tables):
    for number in ("17-3", "18-7", "25"):
        assert "未经核实" in "".join(tables[number].notes), number


def test_owner_and_certainty_stand_with_every_measure(tables):
    for row in (row for row in tables["17-3"].rows[:-1] if row.label != "措施之间的相互影响"):
        assert row.values[1].startswith("县")
        assert row.values[3] in {"确定", "较有把握", "可能"}


def test_dates_and_basis_are_printed_as_registered_and_what_has_none_is_named(tables, plan_of):
    dates = {row.label: row.values[2] for row in tables["17-3"].rows[:-1]}
    assert dates["处置闲置校舍和报废车辆"] == "2027-01-01至2028-12-31" and dates["压减招商引资奖补"] == "2028-01-01起"
    said = next(note for note in tables["17-3"].notes if "依据" in note)
    assert "压减会议、差旅和信息化运维依据《党政机关厉行节约反对浪费条例》" in said
    assert said.endswith("没有登记依据的：压减招商引资奖补、清缴欠缴的城市基础设施配套费、老城区雨污分流改造推迟两年。")
    place = plan_of("yunshui").basis.place
    bare = replace(place, tables=place.tables | {"measures": place.tables["measures"].assign(basis=None)})
    table = tables_of(project(bare, plan_of("yunshui").basis.scenario))["17-3"]
    assert not any("依据" in note for note in table.notes)


def test_a_place_without_registers_prints_nothing(plan_of):
    plan = plan_of("gangu")
    assert not tables_of(plan)
    assert not said(plan, "93_06_measures") and not said(plan, "93_11_payments_and_contingencies")


def test_sentences_tell_the_figures_of_the_tables(plan_of):
    plan = plan_of("yunshui")
    text = said(plan, "93_06_measures")
    saved = tables_of(plan)["10-2"].rows[-1].values[-1]
    assert f"规划期节约县级财力{saved:,.0f}万元：" in text and "超出规划的专项、基金或国资支出" not in text
    assert "2026年应清理：" in text
    assert "已登记增收节支措施8项" in text and "，折算比例未经核实；" in text
    assert "收支差额反而变差" not in text


def test_what_pooling_cannot_carry_and_what_measures_cost_is_said(plan_of):
    plan, money = plan_of("yunshui"), {"sources": ({"label": "上级资金", "amount": 90.0},), "saved": 90.0}
    told = {
        "count": 1,
        "registered": 9.0,
        "effect": 6.0,
        "relief": (9.0, -2.0, -0.4, 0.0, 0.0),
        "best": (),
        "doubt": "",
    }
    text = said(plan, "93_06_measures", packages=lambda: told, pooled=lambda: money | {"uncovered": 40.0})
    assert "\n2027年因前期推迟的项目集中支出，收支差额反而变差。\n" in text and "折算比例" not in text
    assert "：上级资金90万元。\n其中40万元超出规划的专项、基金或国资支出，须核实能否安排。\n" in text
    text = said(plan, "93_06_measures", pooled=lambda: {"sources": (), "saved": 0.0, "uncovered": 0.0})
    assert "统筹没有减少县级负担。" in text and "节约县级财力" not in text


def test_temporary_payments_are_told_both_ways(plan_of):
    plan, template = plan_of("yunshui"), "93_11_payments_and_contingencies"
    text, found = said(plan, template), roll_temporary_payments(plan)
    assert "2029年末清零" in text and "不超过5%控制线（未经核实）" in text and "没有消化计划" not in text
    assert "逾期未清1笔、2,600万元：县自来水公司管网改造借款。" in text
    nothing = np.zeros(5)
    path = replace(found.path, new=nothing + 10.0, collected=nothing, in_kind=nothing)
    other = replace(found, path=path, zero_year=None, limit=0.01, verified=True, ledger=found.ledger.iloc[:0])
    text = said(plan, template, temporary_payments=lambda: plain(other))
    assert (
        "规划期假设新增暂付款50万元，没有消化计划。" in text and "年末余额0。" in text and "收回和以资抵顶" not in text
    )
    assert "超过1%控制线。" in text and "逾期" not in text


def test_the_chart_shows_each_package_and_the_sum(plan_of):
    plan = plan_of("yunshui")
    found = compare_measures(plan)
    axes = draw_measures(plan, found).axes[0]
    assert axes.get_title(loc="left").startswith(TITLES["measures"])
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == [*found.about["name"], "各项措施合计"]
    widths = [bar.get_width() for bar in axes.patches]
    np.testing.assert_allclose(widths[-1], found.together["relief"].sum())


def test_the_chart_of_a_place_without_measures_says_so(plan_of):
    axes = draw_measures(plan_of("gangu")).axes[0]
    assert "增收节支措施" in "".join(text.get_text() for text in axes.texts)
