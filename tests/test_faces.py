"""What users are handed shows itself: a titled table in a notebook, one line at a prompt, everything escaped."""

import re
from dataclasses import replace

import pytest

import fiscal_model as fm
from fiscal_model.report.writers.bundle import Answers

NAMES = ("Place", "Scenario", "Plan", "Fan", "Rating", "Answers")
EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def shown(plan_of):
    plan = plan_of("yunshui", "pessimistic")
    fan, rating = fm.simulate(plan, paths=200), fm.rate(plan)
    answers = Answers(plan, fan, rating, {"pessimistic": plan}, ())
    faces = (plan.basis.place, plan.basis.scenario, plan, fan, rating, answers)
    return dict(zip(NAMES, faces, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_it_shows_a_titled_table_in_a_notebook(shown, name):
    text = shown[name]._repr_html_()
    title, rows = shown[name].sheet.table.title, shown[name].sheet.table.rows
    assert text.startswith("<p class='caption'><b>") and title in text
    assert text.count("<table") == 1
    assert 4 <= text.count("<tr>") - 1 == len(rows) <= 12


@pytest.mark.parametrize("name", NAMES)
def test_it_is_one_short_line_at_a_prompt(shown, name):
    line = repr(shown[name])
    assert line.startswith(f"<{name} ") and line.endswith(">")
    assert "\n" not in line and len(line) < 80


def test_a_plan_shows_its_main_lines_by_year_with_their_units(shown):
    text = repr(shown["Plan"].sheet)
    assert text.startswith("云水县（虚构）2026—2030年财政规划（悲观情景）（单位：万元）\n项目｜2026年｜2027年")
    assert re.search(r"一般公共预算收入｜\d\d,\d{3}｜", text) and re.search(r"债务率（口径C）｜\d+\.\d%｜", text)
    assert "注：基期 2025年；提示事项" in text


def test_a_line_that_the_data_do_not_carry_is_a_dash(shown):
    plan = replace(shown["Plan"], unavailable=frozenset({"debt_ratio"}))
    assert "债务率（口径C）｜—｜—｜—｜—｜—" in repr(plan.sheet)


def test_a_scenario_says_every_assumption_that_it_moves_and_every_decision():
    scenario = fm.read_scenario("baseline").with_(land_revenue_growth={2027: -0.3}, pay_growth=0.03)
    decided = replace(
        scenario,
        history=replace(scenario.history, shock_years={2020: "transitory"}, exclude_suspects=True),
        balance=replace(scenario.balance, measures=False, cut_order=("operations",)),
    )
    text = repr(decided.sheet)
    assert "土地出让收入增速｜2027年 -30.0%（规划人员设定" in text
    assert "工资增速｜3.0%（" in text
    assert "注：异常年份：2020年（一时因素）" in text and "注：存疑的历史数据不参与拟合" in text
    assert "注：不采取平衡措施" in text and "注：先压减：" in text


def test_a_fan_shows_medians_intervals_and_chances(shown):
    text = repr(shown["Fan"].sheet)
    assert "2026—2030年模拟（200 条路径）" in text
    assert re.search(r"一般公共预算收入｜[\d,]+（[\d,]+ 至 [\d,]+）", text) and "出现收支缺口的概率｜" in text


def test_the_answers_are_the_six_sentences(shown):
    answers = shown["Answers"]
    cells = [row.values[0] for row in answers.sheet.table.rows]
    assert cells[0] == fm.revenue.answer(answers.plan, answers.fan)
    assert cells[-1] == fm.affordability.answer(answers.plan, answers.rating)


def test_names_that_are_markup_are_escaped(shown):
    place = replace(shown["Place"], name=EVIL, note=EVIL, province=EVIL)
    scenario = replace(shown["Scenario"], name=EVIL, description=EVIL)
    answers = shown["Answers"]
    basis = replace(answers.plan.basis, place=place, scenario=scenario)
    plan = replace(answers.plan, basis=basis)
    faces = (place, scenario, plan, replace(answers, plan=plan, alternatives={"x": plan}))
    faces += (replace(answers.rating, grade=EVIL, reasons=(EVIL,), indices={EVIL: 1.0}),)
    for face in faces:
        text = face._repr_html_()
        assert "<script" not in text and "&lt;script&gt;" in text


def test_a_name_over_several_lines_is_still_one_line(shown):
    assert "\n" not in repr(replace(shown["Place"], name="甲\n乙"))
