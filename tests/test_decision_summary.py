"""The page for one who decides: each sentence both ways, decisions only where something is to be decided, never more than five."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import fiscal_model as fm
from fiscal_model.model.projection import Plan
from fiscal_model.report.decision_summary import MOST, conclusion, decisions, summarise, what_would_change
from fiscal_model.report.figures.summary_figure import broken


def _with(plan: Plan, **lines: float) -> Plan:
    return replace(
        plan, lines={**plan.lines, **{name: np.full(len(plan.years), value) for name, value in lines.items()}}
    )


@pytest.fixture(scope="module")
def gangu(plan_of) -> Plan:
    return plan_of("gangu")


@pytest.fixture(scope="module")
def fan(gangu: Plan):
    return fm.simulate(gangu, paths=200)


def test_each_sentence_has_its_condition(gangu: Plan, fan) -> None:
    balanced, guaranteed, new = conclusion(gangu, fan)
    assert (
        "收支能够相抵，但部分年份延续性支出超过当年财力" in balanced
        and "“三保”有保障" in guaranteed
        and "不能再开新的支出口子" in new
    )
    balanced, guaranteed, new = conclusion(
        _with(gangu, funding_gap=900.0, guarantees_shortfall=50.0, uncommitted_resources=30.0), fan
    )
    assert "仍有收支缺口，最大900万元（2025年），规划不能平衡" in balanced
    assert (
        "“三保”有缺口，最大50万元（2025年）" in guaranteed and "各年都有余，最少30万元（2025年；一般债务付息、" in new
    )
    sound = _with(gangu, uncommitted_resources=30.0)
    assert conclusion(sound, fan)[0].startswith("一般公共预算各年采取平衡措施后收支相抵")


def test_budgets_that_nobody_handed_in_are_not_called_balanced(gangu: Plan, fan, plan_of) -> None:
    rider = "（国有资本经营预算、社会保险基金预算未提供，未作判断）"
    assert rider in conclusion(gangu, fan)[0] and rider in conclusion(_with(gangu, uncommitted_resources=30.0), fan)[0]
    assert "未作判断" not in conclusion(plan_of("lijiang"), fan)[0]
    known = _with(plan_of("yunshui"), uncommitted_resources=30.0)
    assert conclusion(known, fan)[2].startswith("全部延续性支出之后各年都有余，最少30万元（2026年），新增支出以此为限")


def test_nothing_is_asked_that_is_not_needed(gangu: Plan) -> None:
    found = decisions(gangu)
    assert [each.id for each in found] == ["overcommitted"]
    assert found[0].amount == pytest.approx(-np.minimum(gangu.line("uncommitted_resources"), 0).sum())
    assert found[0].by == "2026年12月底前，编制2027年预算时" and found[0].otherwise.startswith("2027年起")
    assert decisions(_with(gangu, uncommitted_resources=30.0)) == ()
    at_once = decisions(_with(gangu, uncommitted_resources=-30.0))
    assert at_once[0].by == "2025年调整预算时" and at_once[0].amount == pytest.approx(150)


def test_an_amount_says_what_it_is_of_and_which_are_not_to_be_added(gangu: Plan, fan) -> None:
    alone = summarise(_with(gangu, uncommitted_resources=-30.0), fan).tables[1].rows[0]
    assert alone.values[0] == "150万元（延续性支出超过财力）"
    gap, beyond = summarise(_with(gangu, uncommitted_resources=-30.0, funding_gap=20.0), fan).tables[1].rows
    assert gap.values[0] == "100万元（措施用尽后仍有的缺口）"
    assert beyond.values[0] == "150万元（延续性支出超过财力，与上项不累加）"


def test_no_more_than_five_the_most_pressing_first(plan_of) -> None:
    pressed = _with(plan_of("yunshui"), guarantees_shortfall=10.0, funding_gap=20.0)
    found = decisions(pressed)
    assert len(found) == MOST and [each.id for each in found[:3]] == ["guarantees", "gap", "overcommitted"]


def test_the_page_holds_eight_numbers_and_what_would_change_the_answer(plan_of) -> None:
    plan = plan_of("yunshui")
    page = summarise(plan, fm.simulate(plan, paths=200))
    numbers, asked = page.tables
    assert len(numbers.rows) == 8 and 0 < len(asked.rows) <= MOST and len(page.conclusion) == 3
    assert len(what_would_change(plan)) == 2 and all("减少" in each for each in page.changes)


def test_lines_keep_numbers_whole_and_begin_with_no_stop() -> None:
    lines = broken("各年出现缺口的概率最高29.1%，2027年、2028年延续性支出超过当年财力（未安排财力为负）。", 20)
    assert "".join(lines).startswith("各年出现缺口的概率最高29.1%，") and not any(
        line[0] in "，。；）、" for line in lines
    )
    assert any("29.1%，" in line for line in lines)
