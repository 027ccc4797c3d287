"""A check that cannot fail is none: coverage of a borrowed need by transfers that close spending is not judged."""

import numpy as np
import pytest
from conftest import ENOUGH
from report_case import said, tables_in

import fiscal_model as fm
from fiscal_model.analysis.guarantees.coverage_ground import coverage_is_judged
from fiscal_model.analysis.guarantees.early_warning import judge_warning
from fiscal_model.analysis.rating.rating import rate
from fiscal_model.report.answers import answer_guarantees
from fiscal_model.report.decision_summary import conclusion, decisions
from fiscal_model.report.eight_numbers import eight_numbers
from fiscal_model.report.summary import summary_of
from fiscal_model.report.tables import early_warning_tables, indicators_tables

GUARANTEES = {
    f"guarantee_{group}": {2024: amount} for group, amount in (("living", 700), ("salaries", 3500), ("operations", 300))
}


@pytest.fixture
def planned(tiny_place, tmp_path):
    def plan(**figures):
        return fm.project(fm.read_place(tiny_place(tmp_path / "xian", {**ENOUGH, **figures})), "baseline")

    return plan


def test_shares_of_another_place_and_inferred_transfers_judge_nothing(planned):
    plan = planned()
    assert not coverage_is_judged(plan.basis) and plan.line("guarantee_coverage").min() > 1.3
    warning = judge_warning(plan)
    assert not warning.judged and set(warning.words) == {"未评"}
    assert {*summary_of(plan)["light"].values()} == {None} and "预警未评" in summary_of(plan)["text"]
    fan = fm.simulate(plan, paths=100)
    assert not fan.grades and not {"guarantee_coverage", "guarantee_light"} & fan.odds.keys()
    text = said(plan, "09_guarantees", fan)
    assert "没有“三保”数据，未作判断" in text and "只供参考" in text and "“三保”预警等级：未评。" in text
    assert "均能覆盖" not in text and "保障倍数" not in said(plan, "11_scenarios", fan)
    assert "可用财力不够保“三保”：" not in said(plan, "11_scenarios", fan)
    scores = {each.name: each.score for each in rate(plan).scores}
    assert np.isnan(scores["guarantee_coverage"]) and np.isnan(scores["guarantees_share"])
    assert "财政保障" in rate(plan).missing
    tables = tables_in(early_warning_tables, indicators_tables, plan=plan, fan=fan)
    warned = tables["08-3"]
    assert any("未作判断" in note for note in warned.notes) and {*warned.rows[0].values} <= {"未评", "", None}
    assert not any("保障倍数" in row.label for row in tables["26"].rows)


def test_page_one_judges_neither_guarantees_nor_room_for_anything_new(planned):
    plan = planned()
    fan = fm.simulate(plan, paths=100)
    _, guaranteed, anything_new = conclusion(plan, fan)
    assert guaranteed.startswith("没有“三保”数据，未作判断") and "只供参考" in guaranteed
    assert "假设增速之差" in anything_new and "以此为限" not in anything_new
    number = next(each for each in eight_numbers(plan, fan) if each.id == "guarantee_coverage")
    assert (number.light, number.text) == ("none", "无数据") and "未作判断" in number.why
    assert "guarantee_figures" in [each.id for each in decisions(plan)]
    answer = answer_guarantees(plan, fan)
    assert "未作判断" in answer and "能够保障" not in answer
    assert "不能作为新增支出的限额" in said(plan, "06_resources", fan)
    given = planned(transfers={2024: 9000})
    assert "未作判断" not in answer_guarantees(given, fm.simulate(given, paths=100))
    _, guaranteed, anything_new = conclusion(given, fan)
    assert guaranteed.startswith("“三保”有") and "增速之差" not in anything_new
    assert "guarantee_figures" not in [each.id for each in decisions(given)]
    assert "增速之差" not in said(given, "06_resources", fan)


@pytest.mark.parametrize("given", [{"transfers": {2024: 9000}}, GUARANTEES])
def test_published_transfers_or_a_need_of_its_own_are_judged(planned, given):
    plan = planned(**given)
    assert coverage_is_judged(plan.basis) and judge_warning(plan).judged
    fan = fm.simulate(plan, paths=100)
    assert fan.grades and "guarantee_coverage" in fan.odds
    text = said(plan, "09_guarantees", fan)
    assert "未作判断" not in text and "未评" not in text and "保障倍数最低" in said(plan, "11_scenarios", fan)
    assert "可用财力不够保“三保”：" in said(plan, "11_scenarios", fan)
    assert np.isfinite({each.name: each.score for each in rate(plan).scores}["guarantee_coverage"])
