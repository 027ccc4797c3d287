"""The warning light: grades at their bounds, arrears, paths, what is said of it."""

from dataclasses import replace

import numpy as np
import pytest
from report_case import said as said_in

from fiscal_model.analysis.guarantees.early_warning import GRADES, bounds_of, grade_word, grades_on_paths, judge_warning
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.arithmetic.spending.warning_light import (
    GREEN,
    ORANGE,
    RED,
    YELLOW,
    Bounds,
    first_year_at,
    grade_counts,
    grade_of,
    worst,
)  # fmt: skip
from fiscal_model.inputs.scenario import QUALITIES
from fiscal_model.law.rules import rules

NO = np.array(False)
FULL = np.array(1.0)


# bounds ----------------------------------------------------------------------------------------------------


def warn(coverage, arranged_rate, arrears):
    """Grade year by year by coverage and by what is arranged, arrears are red: the worst of the three."""
    by_coverage = grade_of(coverage, Bounds((1.10, 1.00, 0.95)))
    by_arranged = grade_of(arranged_rate, Bounds((1.00, 1.00, 0.98)))
    return worst([by_coverage, by_arranged, np.where(arrears, RED, GREEN)])


def test_the_worst_measure_is_the_light():
    grades = warn(
        np.array([1.2, 1.2, 1.02, 1.2]), np.array([1.0, 0.99, 1.0, 1.0]), np.array([False, False, False, True])
    )
    assert grades.tolist() == [0, 2, 1, 3]


@pytest.mark.parametrize(
    ("coverage", "grade"),
    [(1.5, GREEN), (1.10, GREEN), (1.0999, YELLOW), (1.00, YELLOW), (0.9999, ORANGE), (0.95, ORANGE), (0.9499, RED)],
)
def test_coverage_at_its_bounds(coverage, grade):
    assert warn(np.array(coverage), FULL, NO) == grade


@pytest.mark.parametrize(
    ("arranged", "grade"), [(1.0, GREEN), (0.9999, ORANGE), (0.98, ORANGE), (0.9799, RED), (np.nan, GREEN)]
)
def test_arrangement_at_its_bounds(arranged, grade):
    """A budget that leaves any gap is at least orange; an unknown arrangement says nothing."""
    assert warn(np.array(1.5), np.array(arranged), NO) == grade


def test_arrears_in_any_month_are_red():
    assert warn(np.array([2.0, 2.0]), np.array([1.0, 1.0]), np.array([False, True])).tolist() == [GREEN, RED]


def test_the_worst_measure_makes_the_light():
    assert worst([np.array([0, 2]), np.array([1, 0])]).tolist() == [1, 2]
    assert warn(np.array(1.05), np.array(0.99), NO) == ORANGE


def test_a_need_arranged_in_full_is_full_in_floats():
    assert warn(np.array(1.10 - 1e-13), np.array(1 - 1e-13), NO) == GREEN


def test_leading_axes_and_measures_that_are_worse_when_higher():
    coverage = np.linspace(0.9, 1.2, 24).reshape(2, 3, 4)
    grades = warn(coverage, np.ones(4), np.zeros((3, 4), dtype=bool))
    assert grades.shape == (2, 3, 4)
    assert grades[1, 2, 3] == GREEN and grades[0, 0, 0] == RED
    share = Bounds((0.8, 0.9, 1.0), lower_is_worse=False)
    assert grade_of(np.array([0.8, 0.81, 0.95, 1.01]), share).tolist() == [GREEN, YELLOW, ORANGE, RED]


def test_better_coverage_never_worsens_the_light():
    coverage = np.linspace(0.8, 1.3, 200)
    assert (np.diff(grade_of(coverage, bounds_of("coverage"))) <= 0).all()


def test_first_breach():
    assert first_year_at(np.array([0, 1, 2]), (2026, 2027, 2028)) == 2028
    assert first_year_at(np.array([0, 1, 1]), (2026, 2027, 2028)) is None


# rules -----------------------------------------------------------------------------------------------------


def test_bounds_of_the_rules_are_those_of_the_pure_defaults_and_marked_as_no_law():
    assert bounds_of("coverage") == Bounds((1.10, 1.00, 0.95))
    assert bounds_of("arranged_rate") == Bounds((1.00, 1.00, 0.98))
    table = rules("guarantee_warning")
    for name in ("coverage", "arranged_rate", "share_of_resources", "deviation", "treasury_cover", "treasury_states"):
        assert table[name]["source"] and table[name]["quality"] in QUALITIES
        assert table[name]["quality"] in {"unverified", "expert"}
    assert [grade_word(grade) for grade in range(4)] == ["绿", "黄", "橙", "红"]


# on plans --------------------------------------------------------------------------------------------------


def test_light_of_a_plan_follows_its_own_lines(plan):
    found = judge_warning(plan)
    covered = plan.line("guarantee_coverage")
    arranged = plan.line("guarantees_arranged") / plan.line("guarantees_county")
    least = warn(covered, arranged, np.zeros(len(plan.years), dtype=bool))
    assert (found.grades >= least).all()
    if not plan.basis.place.has("treasury"):
        assert found.grades.tolist() == least.tolist()
    assert len(found.reasons) == len(plan.years) and all(found.reasons)


def test_the_base_year_of_yunshui_is_orange_because_one_item_is_short(plan_of):
    found = judge_warning(plan_of("yunshui"))
    assert found.base_grade == ORANGE
    assert found.base_reason == "三保预算安排到位率99.9%，低于100%"
    assert found.words == ("绿",) * 5 and found.first_breach is None


def with_resources(plan, factor):
    """The same plan with so much less to spend: what the model says of coverage follows."""
    available = plan.line("available_resources") * factor
    county = plan.line("guarantees_county")
    lines = dict(plan.lines) | {
        "available_resources": available,
        "guarantee_coverage": available / county,
        "guarantees_arranged": np.clip(available, 0, county),
    }
    return replace(plan, lines=lines)


def test_reasons_name_the_measure_its_value_and_its_bound(plan_of):
    plan = plan_of("zhangye")
    found = judge_warning(with_resources(plan, 0.97 / plan.line("guarantee_coverage")))
    assert found.words == ("红",) * 5
    assert found.reasons[0] == "三保预算安排到位率97.0%，低于98%"
    assert found.first_breach == 2026
    found = judge_warning(with_resources(plan, 1.05 / plan.line("guarantee_coverage")))
    assert found.words == ("黄",) * 5 and found.reasons[0] == "三保保障倍数1.05，低于1.10"
    assert found.first_breach is None
    found = judge_warning(with_resources(plan, 0.99 / plan.line("guarantee_coverage")))
    assert found.words == ("橙",) * 5
    assert found.reasons[0] == "三保保障倍数0.99，低于1.00；三保预算安排到位率99.0%，低于100%"


# on paths --------------------------------------------------------------------------------------------------


def test_chances_of_the_grades_add_up_to_one(plan_of):
    for name in ("yunshui", "zhangye"):
        fan = simulate(plan_of(name, "pessimistic"), paths=400)
        assert set(fan.grades) == set(GRADES)
        np.testing.assert_allclose(sum(fan.grades.values()), 1.0)


def test_paths_without_spread_have_the_grade_of_the_plan(plan_of):
    plan = plan_of("yunshui", "pessimistic")
    grades, _ = grades_on_paths(plan.basis, plan.lines)
    assert grades.tolist() == judge_warning(plan).grades.tolist()


def test_chance_of_orange_or_red_is_that_of_coverage_below_one_where_no_month_is_known(plan_of):
    fan = simulate(plan_of("zhangye", "pessimistic"), paths=2000)
    bad = fan.grades["orange"] + fan.grades["red"]
    np.testing.assert_allclose(bad, fan.probabilities["guarantee_coverage"])
    assert fan.months_at_risk is None


def test_shares_of_grades():
    assert (grade_counts(np.array([[0, 3], [1, 3], [0, 2], [0, 3]])) / 4).tolist() == [
        [0.75, 0],
        [0.25, 0],
        [0, 0.25],
        [0, 0.75],
    ]


def test_the_report_says_the_light_and_that_its_bounds_are_nobodys_law(plan_of):
    plan = plan_of("yunshui")
    said = said_in(plan, "93_12_early_warning")
    assert "“三保”预警等级：各年均为绿（分档为设计值，未经核实）。" in said
    assert "基期2025年为橙：三保预算安排到位率99.9%，低于100%。" in said
    assert "预警等级为橙或红的概率为" in said and "库款月末余额最低为" in said and "销号率44.4%" in said
    cautious = said_in(plan_of("zhangye"), "93_12_early_warning")
    assert cautious.endswith("\n库款月报未提供，未测算，年度平衡是否掩盖月度缺口未作判断。") and "基期" not in cautious
