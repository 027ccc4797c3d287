"""National events of the calendar: left out where a place's own year shows them, and nowhere else."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from report_case import case_of, tables_in

from fiscal_model.arithmetic.revenue.breaks import EventRule, event_in
from fiscal_model.blocks.revenue.national_events import national_events
from fiscal_model.blocks.revenue.revenue_block import fit
from fiscal_model.blocks.revenue.revenue_events import revenue_breaks
from fiscal_model.inputs.history_choices import HistoryChoices
from fiscal_model.inputs.scenario import Scenario
from fiscal_model.report.tables import outlook_tables

RULE = EventRule(threshold=2.5, recovered=0.5, usual_deviation=0.05, prior_years=4, least_others=3)


def history(*growth):
    return 100 * np.exp(np.concatenate([[0.0], np.cumsum(growth)]))


def with_history(**changes):
    return Scenario("mine", "试一试", history=HistoryChoices(**changes))


def test_the_test_for_a_place_by_hand():
    # Others 0.04, 0.06, 0.05, 0.05: median 0.05, absolute deviations 0.01, 0.01, 0, 0, whose median is 0.005: robust 0.007413.
    # Deviation: sqrt((4 x 0.007413² + 4 x 0.05²) / 8) = 0.035742; threshold 0.05 - 2.5 x 0.035742 = -0.039356.
    seen = event_in(history(0.04, 0.06, -0.04, 0.10, 0.05, 0.05), 3, RULE)
    assert seen.usual == pytest.approx(0.05) and seen.deviation == pytest.approx(0.035742, abs=1e-6)
    assert seen.shows  # fell by 0.09, made up 0.05 of it: more than half
    assert not event_in(history(0.04, 0.06, -0.039, 0.10, 0.05, 0.05), 3, RULE).shows  # not far enough
    assert not event_in(
        history(0.04, 0.06, -0.04, 0.094, 0.05, 0.05), 3, RULE
    ).shows  # 0.044 of 0.09 made up: it stayed


def test_a_year_that_rose_or_the_last_one_is_never_an_event():
    assert not event_in(history(0.04, 0.06, 0.30, -0.10, 0.05, 0.05), 3, RULE).shows
    assert event_in(history(0.04, 0.06, 0.05, -0.30), 4, RULE) is None  # nobody knows yet whether it passes
    assert event_in(history(0.05, -0.30, 0.30, 0.05), 2, RULE) is None  # two other years do not tell what is usual


def test_only_events_with_an_official_document_are_handled_by_the_calendar():
    handled = {rule.id for rule in revenue_breaks() if rule.document}
    assert handled == {"vat_refunds_2022", "pandemic_2020"}
    assert all(rule.kind == "transitory" for rule in revenue_breaks() if rule.document)
    (text,) = {rule.document for rule in revenue_breaks() if rule.id == "vat_refunds_2022"}
    assert "公告2022年第14号" in text


def test_the_refunds_show_in_lijiang_and_nowhere_else(place):
    own = {
        name: fit(place(name), Scenario("mine", "试一试")).own for name in ("lijiang", "zhangye", "gangu", "yunshui")
    }
    left_out = {name: [(one.line, one.year) for one in each.events if one.left_out] for name, each in own.items()}
    assert left_out == {"lijiang": [("own_revenue", 2022)], "zhangye": [], "gangu": [], "yunshui": []}


def test_where_it_shows_the_year_leaves_base_and_width_as_if_the_planner_had_said_so(place):
    lijiang = place("lijiang")
    by_itself = fit(lijiang, Scenario("mine", "试一试")).own
    said = fit(lijiang, with_history(shock_years={2022: "transitory"})).own
    kept = fit(lijiang, with_history(national_events=False)).own
    assert np.array_equal(by_itself.statistical.total, said.statistical.total)
    assert np.array_equal(by_itself.statistical.deviation, said.statistical.deviation)
    assert (by_itself.statistical.deviation < kept.statistical.deviation).all()
    readings = {one.year: one for one in by_itself.readings}
    assert (readings[2022].chosen, readings[2020].chosen) == ("transitory", "")
    assert readings[2022].transitory == by_itself.statistical.total[-1]
    assert readings[2022].as_it_is == kept.statistical.total[-1]


def test_where_it_does_not_show_nothing_changes(place):
    for name in ("zhangye", "yunshui", "gangu"):
        plain, kept = (
            fit(place(name), scenario).own for scenario in (Scenario("mine", "试"), with_history(national_events=False))
        )
        assert np.array_equal(plain.forecast.total, kept.forecast.total)
        assert np.array_equal(plain.forecast.deviation, kept.forecast.deviation)


@pytest.mark.parametrize(
    "choices",
    [{"shock_years": {2022: "lasting"}}, {"remove_breaks": ("vat_refunds_2022",)}, {"national_events": False}],
)
def test_what_the_scenario_says_comes_first(place, choices):
    found = fit(place("lijiang"), with_history(**choices)).own.events
    assert found and not any(one.left_out for one in found)


def told_by(*one_offs):
    """What stands for a place of which only the register of one-offs is asked for."""
    return SimpleNamespace(rows=lambda name: pd.DataFrame(one_offs, columns=["line_or_code", "year"]))


def test_the_place_s_own_one_off_comes_first(place):
    series = (
        fit(place("lijiang"), Scenario("mine", "试一试")).history.series("own_revenue", 2025).to_frame("own_revenue")
    )

    def left_out(*one_offs):
        found = national_events(told_by(*one_offs), series, HistoryChoices(), 2025)
        return [one.year for one in found if one.left_out]

    assert left_out() == left_out(("own_revenue", 2021), ("10101", 2022)) == [2022]
    assert left_out(("own_revenue", 2022)) == []


def test_each_line_is_judged_by_itself():
    """A refund year that shows in VAT and not in the total is left out of VAT alone; of a line without its year nothing is said."""
    years = range(2017, 2026)
    steady, fallen = history(*[0.05] * 8), history(0.05, 0.06, 0.04, 0.05, -0.40, 0.50, 0.05, 0.06)
    frame = pd.DataFrame({"own_revenue": steady, "10101": fallen, "10104": steady}, index=years)
    found = national_events(told_by(), frame, HistoryChoices(), 2025)
    assert {(one.line, one.year, one.left_out) for one in found} == {
        ("own_revenue", 2020, False), ("own_revenue", 2022, False), ("10101", 2022, True),
    }  # fmt: skip
    short = national_events(told_by(), frame.assign(**{"10101": np.nan}), HistoryChoices(), 2025)
    assert {one.line for one in short} == {"own_revenue"}


def test_the_base_year_is_never_judged():
    fallen = pd.DataFrame({"own_revenue": history(0.05, 0.06, 0.04, 0.05, -0.40)}, index=range(2017, 2023))
    (told,) = [one for one in national_events(told_by(), fallen, HistoryChoices(), 2022) if one.year == 2022]
    assert told.seen is None and not told.left_out


@pytest.mark.slow
def test_the_report_says_which_years_were_left_out_and_why(plan_of):
    table = tables_in(outlook_tables, plan=plan_of("lijiang"))["02-4"]
    cells = {row.line: row.values[1] for row in table.rows}
    assert "当年-17.2%、次年24.1%，其余年份中位数5.5%（相差3.0倍离差），显现" in cells["shock_2022"]
    assert cells["shock_2020"].endswith("未显现")
    assert any(
        "2022年大规模增值税留抵退税" in note and "公告2022年第14号" in note and "趋势基数" in note
        for note in table.notes
    )
    text = case_of(plan_of("lijiang")).text
    assert "2022年按一时因素处理（按全国事件日历）" in text
    other = case_of(plan_of("zhangye")).text
    assert "按全国事件日历" not in other and "异常年份：本情景未作处理" in other
