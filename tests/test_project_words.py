"""Sentences on special-bond projects: all covered, no subsidy needed, reserve enough, each tested both ways."""

from types import SimpleNamespace

import numpy as np
import pytest
from report_case import case_of, said

from fiscal_model.analysis.debt.special_projects import judge_projects
from fiscal_model.law.rules import rules
from fiscal_model.report.chapters import special_project_findings as findings


@pytest.fixture
def told(plan_of, monkeypatch):
    """What the annex says of 云水 with something else in the place of an analysis."""

    def text(**analyses):
        for name, found in analyses.items():
            monkeypatch.setattr(findings, name, lambda _, found=found: found)
        return said(plan_of("yunshui"), "93_10_special_projects")

    return text


def told_projects(cover, judged=(True, True), lacking=(0.0,) * 5):
    """Two special-bond projects as they are asked for."""
    lacking = np.array(lacking)
    return SimpleNamespace(
        names=("甲项目", "乙项目"), whole=SimpleNamespace(life=np.array(cover)), judged=np.array(judged),
        subsidy_total=lacking, funds=lacking * 0.5, general=lacking * 0.5, unpaid=lacking * 0.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cover", "all_of_them", "sentence"),
    [
        ((1.2, 1.5), True, "全周期本息覆盖倍数都不低于1.2倍"),
        ((1.2, np.nan), True, "有分年收支的项目全周期本息覆盖倍数都不低于1.2倍"),
        ((1.1999, 1.5), False, "低于1.2倍（界限未经核实）的有1个：甲项目1.20倍。"),
        ((1.0, 0.9), False, "低于1.2倍（界限未经核实）的有2个：乙项目0.90倍、甲项目1.00倍。"),
        ((np.nan, np.nan), False, "没有可用的分年收支。"),
    ],
)
def test_all_projects_are_called_covered_only_where_all_are(told, cover, all_of_them, sentence):
    assert rules("special_projects")["coverage"]["approval"] == 1.2
    text = told(judge_projects=told_projects(cover))
    assert sentence in text and ("都不低于" in text) == all_of_them
    assert ("有分年收支的项目" in text) == (all_of_them and not np.isfinite(cover).all())


@pytest.mark.parametrize(
    ("lacking", "judged", "sentence"),
    [
        ((0.0, 0.0, 0.4, 0.0, 0.0), (True, True), "规划期各项目净收益均能偿付当年债券本息（扣除再融资），不需补助。"),
        ((0.0,) * 5, (True, False), "规划期已判断的项目净收益均能偿付当年债券本息（扣除再融资），不需补助。"),
        (
            (0.0, 300.0, 0.0, 0.0, 0.0),
            (True, True),
            "须补助：2027年300万元；其中政府性基金收入负担150万元、一般公共预算调入负担150万元。",
        ),
    ],
)
def test_no_subsidy_is_said_to_be_needed_only_where_none_is(told, lacking, judged, sentence):
    text = told(judge_projects=told_projects((1.3, 1.3), judged, lacking))
    assert sentence in text and ("不需补助" in text) == (max(lacking) <= 0.5)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lijiang", "yunshui"])
@pytest.mark.parametrize("scenario", ["baseline", "pessimistic"])
def test_sentences_on_projects_hold_where_they_stand(plan_of, name, scenario):
    """云水: 县城集中供热工程 covers 0.83 of its life and needs subsidies."""
    case = case_of(plan_of(name, scenario))
    projects = judge_projects(case.plan)
    if projects is None:
        assert "不需补助" not in case.text and "覆盖倍数都不低于" not in case.text
        return
    weak = projects.whole.life < rules("special_projects")["coverage"]["approval"]
    assert ("覆盖倍数都不低于" in case.text) == (not weak.any())
    assert ("不需补助" in case.text) == bool(projects.subsidy_total.max() <= 0.5)


def test_the_reserve_is_called_enough_only_where_it_is_in_every_year(told):
    for adequacy, sentence in (((1.0, 1.2, 3.0, 1.0, 1.0), "，各年末均不少于次年项目债券本息。"),
                               ((1.0, 0.9, 3.0, 1.0, 1.0), "，2027年末不足次年项目债券本息。")):  # fmt: skip
        reserve = SimpleNamespace(closing=np.zeros(5), adequacy=np.array(adequacy), cover=np.full(5, np.nan))
        text = told(follow_reserve=reserve)
        assert sentence in text and "覆盖率最低" not in text
    reserve.cover = np.array((np.nan, 1.4, 0.98, 1.0, np.nan))
    assert "专项债务偿债资金来源覆盖率最低为2028年的98.0%。" in told(follow_reserve=reserve)


def test_projects_are_said_to_weigh_on_interest_only_where_it_is_above_the_line(plan_of):
    asked = {"count": 2, "returned": (), "above": True, "worse": ("甲", "乙")}
    for change, sentence in (({}, "2个中2个会加重（甲、乙），须有减债或增收来源后再发。"), ({"worse": ()}, "2个中没有会加重的。"),
                             ({"above": False}, "内部审核退回0个。\n")):  # fmt: skip
        text = said(plan_of("yunshui"), "93_10_special_projects", new_bond_reviews=lambda told=asked | change: told)
        assert sentence in text and ("新发项目以不加重为准" in text) == (asked | change)["above"]
