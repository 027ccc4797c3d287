"""How firm the county's grade is: worked by hand on few indices, told both ways."""

from dataclasses import replace

import numpy as np
import pytest
from report_case import said as said_in

from fiscal_model.analysis.rating.rating import rate
from fiscal_model.analysis.rating.rating_board import rating_board
from fiscal_model.analysis.rating.rating_scores import GRADES, word_of
from fiscal_model.analysis.rating.rating_sensitivity import ALL, Gap, fill_gaps, judge_plan, weigh_at_random
from fiscal_model.law.rules import rules
from fiscal_model.report.chapters.sandbox import plain


def graded(plan, cap=0, **points):
    """Indices of a plan at other points, with another best grade that its gates leave."""
    judged = judge_plan(plan)
    kept = {name: np.asarray(float(points.get(name, 0.0))) for name in judged.indices}
    return replace(
        judged, indices=kept, cap=np.asarray(cap), weights={name: 1 / len(points) * (name in points) for name in kept}
    )


def told(plan, **findings):
    """What the details say of the rating, with something else found."""
    return said_in(plan, "93_13_rating", **{name: lambda found=found: plain(found) for name, found in findings.items()})


# Weights


def test_two_indices_under_any_weights_by_hand(plan_of):
    """90 and 40 points, halves: 65 is 一般. Any weight w of the first gives 40 + 50 w: 一般 from w = 0.5 to 0.8, three in ten;
    较强 above, two in ten; 偏弱 from 0.2, three in ten; 弱 below, two in ten."""
    _, uniform = weigh_at_random(graded(plan_of("yunshui"), revenue=90, debt=40))
    assert uniform.kept == uniform.kept_by_score == pytest.approx(0.3, abs=0.015)
    assert uniform.chances == {grade: pytest.approx(share, abs=0.015)
                               for grade, share in zip(GRADES, (0.2, 0.3, 0.3, 0.2), strict=True)}  # fmt: skip
    assert (uniform.low, uniform.high) == (pytest.approx(45, abs=0.7), pytest.approx(85, abs=0.7))


def test_gates_hold_whatever_the_weights(plan_of):
    """A cap at 弱 leaves nothing to the weights; without it the points decide."""
    around, uniform = weigh_at_random(graded(plan_of("yunshui"), cap=3, revenue=90, debt=40))
    assert around.kept == uniform.kept == 1 and uniform.chances == {"弱": 1.0}
    assert uniform.kept_by_score == pytest.approx(0.3, abs=0.015)


def test_weights_around_the_files_have_its_mean_and_stay_nearer(plan_of):
    around, uniform = weigh_at_random(judge_plan(plan_of("lijiang")))
    assert around.high - around.low < uniform.high - uniform.low and around.kept > uniform.kept
    assert around.low < rate(plan_of("lijiang")).total < around.high
    assert sum(uniform.chances.values()) == pytest.approx(1) and uniform.kept == uniform.chances["偏弱"]
    assert weigh_at_random(judge_plan(plan_of("lijiang"))) == (around, uniform), "seeded"


def test_equal_points_leave_weights_nothing_to_say_and_no_grade_has_no_weighting(plan_of):
    same = weigh_at_random(graded(plan_of("yunshui"), revenue=70, debt=70, guarantee=70))
    assert all(each.kept == 1 and each.low == pytest.approx(70) == each.high for each in same)
    assert told(plan_of("yunshui"), grade_weightings={"ways": same, "drawn": ""}).count("评级都不变") == 2
    assert weigh_at_random(judge_plan(plan_of("gangu"))) == () and "权重" not in told(plan_of("gangu"))


# Missing data


def gaps_of(plan):
    return {each.id: each for each in fill_gaps(plan)}


def test_what_lijiang_lacks_by_hand(plan_of):
    """Two of three indicators of 预算管理, weight 0.10: between both ends lie 0.10 x 200 / 3 points, and the grade hangs on neither."""
    found, rating = gaps_of(plan_of("lijiang")), rate(plan_of("lijiang"))
    own = found["management"]
    known = rating.indices["预算管理"]
    assert own.span == pytest.approx(20 / 3) and {*found} == {"management", ALL}
    assert own.highest == pytest.approx(rating.total + 0.1 * ((known + 200) / 3 - known))
    assert own.lowest == pytest.approx(rating.total + 0.1 * (known / 3 - known))
    assert not own.decides and not own.needed and own.missing == found[ALL].missing and len(own.missing) == 2
    assert "\n所缺2项指标无论好坏，评级都是“偏弱”。\n" in told(plan_of("lijiang"))


def test_nothing_missing_is_nothing_told(plan_of):
    assert fill_gaps(plan_of("yunshui")) == () and "所缺" not in told(plan_of("yunshui"))


def test_a_place_without_a_grade_learns_between_which_it_lies(plan_of):
    """甘谷 could be anything; 张掖 has a gap of its general budget, so that no figure it lacks makes it better than 弱."""
    gangu, zhangye = gaps_of(plan_of("gangu")), gaps_of(plan_of("zhangye"))
    assert (gangu[ALL].good, gangu[ALL].bad) == ("较强", "弱") and gangu["debt"].needed and gangu["revenue"].needed
    assert np.isnan(gangu["debt"].highest) and gangu["debt"].span == pytest.approx(25)
    assert gangu[ALL].highest - gangu[ALL].lowest == pytest.approx(gangu[ALL].span)
    assert len(gangu["debt"].gates) == 3 and not gangu["revenue"].gates
    assert "评级在“弱”至“较强”之间，补齐之前不能定级。" in told(plan_of("gangu"))
    assert zhangye[ALL].good == zhangye[ALL].bad == "弱"
    assert "无论好坏，评级都是“弱”" in told(plan_of("zhangye"))


def test_a_gate_nobody_can_judge_is_broken_only_at_the_bad_end(plan_of):
    """甘谷 without debt: at the good end no gate of debt caps, at the bad end the red band does."""
    whole = gaps_of(plan_of("gangu"))[ALL]
    least = rules("rating")["grades"]
    assert whole.highest >= least["较强"] and whole.good == "较强"
    assert "债务率为红色档" in whole.gates and whole.bad == "弱"


@pytest.mark.parametrize(
    ("given", "good", "bad", "said"),
    [
        ("一般", "一般", "偏弱", "单独就能改变评级的是预算管理，应优先补齐。"),
        ("偏弱", "一般", "偏弱", "单独就能改变评级的是预算管理，应优先补齐。"),
        ("一般", "一般", "一般", "所缺1项指标无论好坏，评级都是“一般”。"),
        ("一般", "偏弱", "偏弱", "所缺1项指标补齐后，无论好坏评级都变为“偏弱”。"),
    ],
)
def test_missing_data_are_told_both_ways(plan_of, given, good, bad, said):
    one = Gap("management", "预算管理", ("库款保障水平",), (), good, bad, 66.0, 60.0, 6.0, False, given)
    assert f"{said}\n" in told(plan_of("yunshui"), grade_gaps=[one, replace(one, id=ALL)])
    assert one.decides == (not given == good == bad)


def test_words_of_grades():
    assert [word_of(position) for position in (-1, 0, 3)] == [rules("rating")["not_rated"], "较强", "弱"]


# The board


@pytest.mark.parametrize("name", ["lijiang", "yunshui"])
def test_points_given_are_the_countys_and_with_those_lost_a_hundred(plan_of, name):
    lamps, rating = rating_board(plan_of(name)), rate(plan_of(name))
    given, lost = (np.nansum([getattr(each, side) for each in lamps]) for side in ("given", "lost"))
    assert given == pytest.approx(rating.total) and given + lost == pytest.approx(100)


def test_colours_by_hand_and_what_lacks_data_has_none(plan_of):
    """债务率 of 3 is red by its own line; use of limits at 0.95 yellow; tax of 0.55 scores 50, which is just yellow."""
    plan = plan_of("lijiang")
    changed = {"debt_ratio": 3.0, "limit_use_general": 0.95, "limit_use_special": 0.95}
    lines = {name: np.full(len(plan.years), value) for name, value in changed.items()}
    lines["tax_revenue"] = 0.5501 * plan.line("own_revenue")
    lamps = {each.id: each for each in rating_board(replace(plan, lines={**plan.lines, **lines}))}
    assert [lamps[each].band for each in ("debt_ratio", "limit_use", "tax_share")] == ["red", "yellow", "yellow"]
    assert (lamps["debt_ratio"].banded, lamps["tax_share"].banded) == (True, False)
    assert lamps["clearing_rate"].band == "none" and np.isnan(lamps["clearing_rate"].given)
    lines["tax_revenue"] = 0.5499 * plan.line("own_revenue")
    again = rating_board(replace(plan, lines={**plan.lines, **lines}))
    assert next(each.band for each in again if each.id == "tax_share") == "orange"


def test_the_board_is_told_both_ways(plan_of):
    lamps = rating_board(plan_of("yunshui"))
    plain_board = told(plan_of("yunshui"), grade_board=[each for each in lamps if each.band != "red"])
    assert "红色为：" in told(plan_of("yunshui")) and "指标看板：橙色" in plain_board and "红色" not in plain_board
    assert "看板" not in told(plan_of("yunshui"), grade_board=[])
