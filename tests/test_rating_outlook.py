"""Where the county's grade is heading, what moves it, what would change it: worked by hand and told both ways."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from report_case import said

from fiscal_model.analysis.rating.rating_levers import LIFT, LOWER, levers
from fiscal_model.analysis.rating.rating_outlook import outlook, rate_by_year, ways_of
from fiscal_model.analysis.rating.rating_scores import OVER_YEARS, PARTS, broken_lines, by_year, judge_values, word_of
from fiscal_model.analysis.rating.rating_sensitivity import judge_plan
from fiscal_model.analysis.rating.second_opinion import second_opinion
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.law.rules import rules
from fiscal_model.report.tables import rating_tables
from fiscal_model.words.lines import LINES


def lines_of(plan):
    return {name: plan.line(name) for name in plan.lines}


# Outlook


@pytest.mark.parametrize(
    ("points", "cap", "way"),
    [
        ((60.0, 64.9), (0, 0), 1),  # within 偏弱, by 4.9 points: the same
        ((60.0, 65.0), (0, 0), 2),  # 偏弱 to 一般
        ((50.5, 55.5), (0, 0), 2),  # within 偏弱, by the five points of the file
        ((55.5, 50.5), (0, 0), 0),
        ((65.5, 64.5), (0, 0), 0),  # a grade lower by one point
        ((82.0, 70.0), (2, 0), 2),  # a gate mended lifts it, whatever the points
        ((70.0, 82.0), (0, 3), 0),  # a gate broken lowers it
        ((np.nan, 70.0), (0, 0), -1),
    ],
)
def test_the_last_year_against_the_first_by_hand(plan_of, points, cap, way):
    judged = judge_plan(plan_of("lijiang"))
    years = replace(judged, indices={"revenue": np.array(points)}, weights={"revenue": 1.0}, cap=np.array(cap))
    assert int(ways_of(years)) == way


def test_a_year_by_itself_is_a_plan_of_that_year_and_movers_add_up(plan_of):
    """A plan in which every year is like the second is rated like its second year; points moved add up to the total's."""
    plan = plan_of("yunshui")
    years = rate_by_year(plan.basis, lines_of(plan))
    alike = rate_by_year(plan.basis, {name: np.repeat(values[1:2], 5) for name, values in lines_of(plan).items()})
    assert alike.total == pytest.approx(np.full(5, years.total[1]))
    found = outlook(plan, {"worse": 0.2, "same": 0.6, "better": 0.2})
    assert sum(each.moved for each in found.movers) == pytest.approx(found.points[-1] - found.points[0])
    # Interest on special debt passes 40 % of the funds' spending: its 100 x (0.4 - 0.1794) / 0.35 points of an index of five at 0.25 are gone
    worst = found.movers[0]
    assert worst.id == "interest_burden_special" and worst.last > 0.4 and worst.given_last == 0
    assert worst.given_first == pytest.approx(0.25 / 5 * 100 * (0.4 - worst.first) / 0.35)
    assert found.gates == (("interest",), ("fund_gap", "insurance", "interest"))


def test_an_outlook_needs_half_of_the_futures_on_its_side(plan_of):
    plan = plan_of("lijiang")  # its points rise by 5.3 within 偏弱
    sure, unsure = (outlook(plan, {"worse": 1 - odds, "same": 0.0, "better": odds}) for odds in (0.5, 0.49))
    assert (sure.way, sure.outlook) == ("better", "better") and (unsure.way, unsure.outlook) == ("better", "unclear")
    fan = simulate(plan, paths=50)
    texts = [said(plan, "93_13_rating", replace(fan, outlook=each.odds)) for each in (sure, unsure)]
    assert "评级展望为向好" in texts[0] and "不能作准" not in texts[0]
    assert "评级展望为方向不明" in texts[1] and "不能作准" in texts[1]
    assert outlook(plan_of("gangu"), {}) is None and "展望" not in said(plan_of("gangu"), "93_13_rating")


def test_odds_are_counted_on_every_future(plan_of):
    fan = simulate(plan_of("lijiang"), paths=200)
    assert sum(fan.outlook.values()) == pytest.approx(1) and all(fan.outlook.values())
    assert not any(simulate(plan_of("gangu"), paths=20).outlook.values()), "not rated, no direction"


# Levers


def moved(plan, lever, share):
    """Total and grade by points with a share of a lever's money on the part of its indicator."""
    judged, lines = judge_plan(plan), lines_of(plan)
    whole = PARTS[lever.id][1]
    values = by_year(lever.id, lines) + share * lever.amounts / lines[whole]
    again = judge_values({**judged.values, lever.id: OVER_YEARS[lever.id](values, axis=-1)}, judged.broken)
    return word_of(again.by_score)


def test_uncommitted_money_that_lifts_a_grade_by_hand(plan_of):
    """64.649 points, 65 are asked: of three indicators in an index at 0.25, one must rise by 0.351 x 3 / 0.25 = 4.215 points,
    which are 0.004215 of the available resources of its worst year, 2027."""
    plan = plan_of("yunshui")
    judged = judge_plan(plan)
    found = next(each for each in levers(plan) if each.id == "uncommitted_share")
    rise = (65 - float(judged.total)) * 3 / 0.25 / 100 * 0.10
    assert found.needed - found.now == pytest.approx(rise) and plan.years[found.heaviest] == 2027
    assert found.money == pytest.approx(rise * plan.line("available_resources")[1])
    # Only the years below what is needed take money: 2026, 2029 and 2030 have more
    assert (found.amounts[[0, 3, 4]] == 0).all()


def test_every_money_is_just_enough(lean_county):
    plan = lean_county
    single = [each for each in levers(plan) if not each.gate and each.amounts is not None]
    assert len(single) >= 7 and {each.way for each in single} == {LIFT}
    for each in single:
        assert (moved(plan, each, 0.99), moved(plan, each, 1.01)) == ("偏弱", "一般"), each.id


def test_gates_to_mend_are_all_and_gates_ahead_break_at_their_margin(plan_of):
    plan = plan_of("yunshui")
    judged, lines, found = judge_plan(plan), lines_of(plan), levers(plan)
    mend = {each.id.split(".")[0] for each in found if each.gate and each.way == LIFT}
    assert mend == {"fund_gap", "insurance", "interest"} == {name for name, hit in judged.broken.items() if hit.any()}
    ahead = {each.id.split(".")[1]: each for each in found if each.gate and each.way == LOWER}
    for name in ("limit_use_general", "limit_use_special", "debt_ratio"):
        lever, (part, whole) = ahead[name], PARTS[name]
        veto = lever.id.split(".")[0]
        for share, breaks in ((0.99, False), (1.01, True)):
            ratio = (lines[part] + share * lever.amounts) / lines[whole]
            assert broken_lines(veto, {**lines, name: ratio})[name].any() == breaks
    assert lever.grade == "弱" and ahead["funding_gap"].amounts is None
    spare = (lines["available_resources"] - lines["guarantees_county"]).min()
    assert ahead["guarantees_shortfall"].money == pytest.approx(-spare)


def test_what_no_single_indicator_does_is_said(plan_of):
    """丽江: 6.2 points short; the most that one indicator can bring is 25 x (100 - 45) / 100 / 3 = 4.6."""
    plan = plan_of("lijiang")
    assert not [each for each in levers(plan) if each.way == LIFT and not each.gate]
    assert "得分也还不够，没有一项指标单独改善就能达到" in said(plan, "93_13_rating")
    assert "得分也还不够，单独即可补足的有" in said(plan_of("yunshui"), "93_13_rating")
    assert levers(plan_of("gangu")) == () and "升一级" not in said(plan_of("gangu"), "93_13_rating")


def test_no_money_of_the_guarantees_is_named_and_no_settled_fact_is_a_lever(plan_of):
    found = {each.id: each for each in levers(plan_of("yunshui"))}
    assert not {"administration_share", "revenue_deviation", "treasury_cover"} & set(found)
    assert found.get("guarantees_share") is None or found["guarantees_share"].amounts is None


# Second opinion


def test_a_foreign_statute_by_hand_and_only_when_asked_for(plan_of, monkeypatch):
    """Gap 12, 4, 4 of 100: 12 % lies in the early range of 11.25 to 15 %. Service 20, 40, 45: means of three years up to 35 %, and on a line is beyond it."""
    money = {name: np.zeros(3) for name in LINES} | {
        "available_resources": np.full(3, 100.0), "funding_gap": np.array([12.0, 4, 4]), "fund_gap": np.array([10.0, 0, 0]),
        "interest_general": np.array([20.0, 40, 45]), "debt_stock": np.full(3, 349.0)}  # fmt: skip
    found = {each.id: each for each in second_opinion(SimpleNamespace(line=money.__getitem__))}
    assert {name: each.stands for name, each in found.items()} == {
        "deficit": "between", "consolidated": "early", "debt_service": "rebuild", "future_burden": "within"}  # fmt: skip
    assert found["debt_service"].values == pytest.approx((0.2, 0.3, 0.35))
    assert second_opinion(plan_of("lijiang"))[3].stands == "unknown", "no register of hidden debt"
    assert rating_tables.second_opinion_table(plan_of("lijiang")) is None
    asked = {**rules("rating"), "second_opinion": {**rules("rating")["second_opinion"], "shown": True}}
    monkeypatch.setattr(rating_tables, "rules", lambda name: asked)
    shown = rating_tables.second_opinion_table(plan_of("lijiang"))
    assert "外国" in shown.title and "不是中国的规定" in shown.notes[0] and "11.25% 至 15.00%" in shown.rows[0].values
