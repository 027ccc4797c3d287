"""The county rating: scores in both directions, no grade without the data, none better than broken gates leave."""

from dataclasses import replace

import numpy as np
import pytest
from report_case import shipped_case

from fiscal_model.analysis.rating.rating import rate
from fiscal_model.analysis.rating.rating_scores import GRADES, NO_GRADE, grade_counts_of, judge
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.law.rules import rules
from fiscal_model.report.answers import answer_affordability
from fiscal_model.report.figures.plan_figures import draw_rating
from fiscal_model.words.table import printed_row
from fiscal_model.words.vocabulary import DebtKind


def score_of(rating, name):
    return next(score for score in rating.scores if score.name == name)


def with_line(plan, **lines):
    changed = {name: np.full(len(plan.years), float(value)) for name, value in lines.items()}
    return replace(plan, lines={**plan.lines, **changed}, unavailable=plan.unavailable - set(lines))


def test_scores_follow_the_formula(plan):
    for score in rate(plan).scores:
        if np.isfinite(score.value):
            expected = 100 * min(max((score.bad - score.value) / (score.bad - score.good), 0), 1)
            assert score.score == pytest.approx(expected), score.name
        else:
            assert np.isnan(score.score), score.name


@pytest.mark.parametrize(
    ("line", "value", "score"),
    [
        ("debt_ratio", 0.8, 100), ("debt_ratio", 0.1, 100), ("debt_ratio", 1.9, 50), ("debt_ratio", 3.0, 0),
        ("debt_ratio", 7.0, 0), ("guarantee_coverage", 1.3, 100), ("guarantee_coverage", 2.0, 100),
        ("guarantee_coverage", 1.125, 50), ("guarantee_coverage", 0.95, 0), ("guarantee_coverage", 0.2, 0),
    ],
)  # fmt: skip
def test_lower_may_be_better_or_worse(plan_of, line, value, score):
    rating = rate(with_line(plan_of("yunshui"), **{line: value}))
    assert score_of(rating, line).score == pytest.approx(score)


def points_of(rating):
    """The weighted points of what could be scored: a rating without a grade has them too."""
    return sum(rating.weights[label] * value for label, value in rating.indices.items() if np.isfinite(value))


def test_indices_are_means_and_the_total_is_weighted(plan):
    rating, ruled = rate(plan), {index["label"]: index for index in rules("rating")["index"].values()}
    for label, value in rating.indices.items():
        known = [score.score for score in rating.scores if score.index == label and np.isfinite(score.score)]
        needed = all(np.isfinite(score_of(rating, name).value) for name in ruled[label]["needs"])
        if needed and len(known) >= ruled[label]["least"]:
            assert value == pytest.approx(np.mean(known))
        else:
            assert np.isnan(value) and label in rating.missing
    assert sum(rating.weights.values()) == pytest.approx(1.0)
    assert rating.rated == np.isfinite(rating.total) == (not rating.missing)
    if rating.rated:
        assert rating.total == pytest.approx(points_of(rating)) and 0 <= rating.total <= 100


def test_grades_are_the_highest_that_points_and_broken_gates_leave(plan):
    rating, grades = rate(plan), rules("rating")["grades"]
    if not rating.rated:
        assert rating.grade == rating.by_score == "资料不足，不评级" and not rating.reachable
        return
    assert rating.total >= grades[rating.by_score]
    assert all(rating.total < least for name, least in grades.items() if least > grades[rating.by_score])
    best = [rating.by_score, *(veto.cap for veto in rating.vetoes)]
    assert grades[rating.grade] == min(grades[name] for name in best)
    assert rating.grade in rating.reachable


def test_given_weights_add_up_to_one():
    assert sum(index["weight"] for index in rules("rating")["index"].values()) == pytest.approx(1.0)
    for index in rules("rating")["index"].values():
        for name, rule in index["indicators"].items():
            assert rule["good"] != rule["bad"], name


def test_without_the_data_of_an_index_there_is_no_grade(plan_of):
    """甘谷 has no debt and no insurance table. Their weight of 35 % once went to the rest, and the county was 偏弱 with 58.6 points."""
    rating = rate(plan_of("gangu"))
    assert set(rating.missing) == {"收入稳健", "债务可持续", "社保可持续"} and np.isnan(rating.total)
    assert "；债务可持续缺债务率（口径C，规划期最高）、" in rating.reasons[0]
    # One of four indicators is no index: self-sufficiency alone once gave 100 points for 收入稳健.
    assert rating.reasons[0].startswith("资料不足，不评级：收入稳健缺自有收入占地区生产总值、税收占自有收入、")
    assert "请补社会保险基金收支" in rating.reasons[0]
    missing = [score.label for score in rating.scores if np.isnan(score.score)]
    assert "债务率（口径C，规划期最高）" in missing
    assert rating.reasons[-1] == f"因缺数据未评 {len(missing)} 项：{'、'.join(missing)}"
    assert set(rate(plan_of("zhangye")).missing) == {"社保可持续", "预算管理"}
    assert rate(plan_of("lijiang")).rated, "an indicator that its index can do without is named, no more"


def test_an_index_without_weight_may_lack_its_data(plan_of):
    plan = plan_of("gangu")
    judged = judge(plan.basis, {name: plan.line(name) for name in plan.lines})
    weightless = replace(judged, weights={**judged.weights, "revenue": 0.0, "debt": 0.0, "insurance": 0.0})
    assert judged.grade == NO_GRADE and weightless.grade != NO_GRADE
    assert float(weightless.total) == pytest.approx(sum(
        weightless.weights[name] * float(points) for name, points in judged.indices.items() if np.isfinite(points)
    ))  # fmt: skip


CLEAN = {
    "guarantees_shortfall": 0, "funding_gap": 0, "rescue_in": 0, "fund_gap": 0, "insurance_shortfall": 0, "debt_ratio": 0.5,
    "limit_use_general": 0.8, "limit_use_special": 0.8, "interest_burden_general": 0.01, "interest_burden_special": 0.02,
    "guarantee_coverage": 1.5, "uncommitted_resources": 50_000,
}  # fmt: skip
"""A county without a broken gate."""


@pytest.mark.parametrize(
    ("line", "held", "broken", "cap"),
    [
        ("guarantees_shortfall", 0.4, 1, "弱"), ("funding_gap", 0.4, 1, "弱"), ("rescue_in", 0.4, 1, "弱"),
        ("fund_gap", 0.4, 1, "偏弱"), ("insurance_shortfall", 0.4, 1, "偏弱"), ("limit_use_general", 1.0, 1.01, "弱"),
        ("limit_use_special", 1.0, 1.01, "弱"), ("interest_burden_general", 0.1, 0.101, "偏弱"),
        ("interest_burden_special", 0.1, 0.101, "偏弱"), ("debt_ratio", 2.99, 3.0, "弱"),
    ],
)  # fmt: skip
def test_each_broken_gate_caps_the_grade_and_says_why(plan_of, line, held, broken, cap):
    """Points of the held one and of the broken one are nearly the same; the grade is not."""
    plan, grades = with_published_limits(plan_of("yunshui")), list(rules("rating")["grades"])
    clean = rate(with_line(plan, **{**CLEAN, line: held}))
    assert not clean.vetoes and clean.grade == clean.by_score and grades.index(clean.grade) < grades.index("偏弱")
    fallen = rate(with_line(plan, **{**CLEAN, line: broken}))
    (veto,) = fallen.vetoes
    assert veto.cap == fallen.grade == cap and veto.years == plan.years and veto.reason in fallen.reasons
    assert fallen.total == pytest.approx(clean.total, abs=1.5) and fallen.by_score == clean.by_score
    assert fallen.reasons[0].endswith(f"按得分为“{fallen.by_score}”，因触及否决项评定为“{cap}”")
    assert set(fallen.reachable) == {cap}, "no choice of weights buys a broken gate off"


def with_published_limits(plan):
    """The limits of the first plan year are published: more debt than them is a breach."""
    published = {f"limit_growth_{kind}": frozenset(plan.years[:1]) for kind in DebtKind}
    assumed = replace(plan.basis.assumed, published={**plan.basis.assumed.published, **published})
    return replace(plan, basis=replace(plan.basis, assumed=assumed))


def test_a_limit_that_the_plan_only_carries_on_is_broken_by_nobody(plan_of):
    assert not rate(with_line(plan_of("yunshui"), **{**CLEAN, "limit_use_general": 1.01})).vetoes


def test_one_broken_year_is_enough_and_only_it_is_named(plan_of):
    plan = plan_of("yunshui")
    clean = with_line(plan, **CLEAN)
    gap = np.zeros(len(plan.years))
    gap[2] = 700.0
    (veto,) = rate(replace(clean, lines={**clean.lines, "fund_gap": gap})).vetoes
    assert veto.years == (plan.years[2],)
    assert veto.reason == "政府性基金预算有缺口：2028年，基金缺口（待弥补）最高 700 万元，评级不高于“偏弱”"


def test_grades_of_many_futures_are_those_of_each(plan_of):
    """Every future is rated by the very rules of the plan, gates included; without the data no future is."""
    plan = plan_of("yunshui")
    base = {name: np.broadcast_to(plan.line(name), (3, len(plan.years))) for name in plan.lines}
    clean = {name: np.full((3, len(plan.years)), float(value)) for name, value in CLEAN.items()}
    gap = np.zeros((3, len(plan.years)))
    gap[1, 4] = 10.0
    shares = grade_counts_of(plan.basis, {**base, **clean, "funding_gap": gap}, 3) / 3
    alone = [rate(with_line(plan, **CLEAN)).grade, "弱"]
    assert shares[GRADES.index(alone[0])] == pytest.approx(2 / 3)
    assert shares[GRADES.index("弱")] == pytest.approx(1 / 3)
    fan = simulate(plan, paths=50, seed=4)
    assert sum(fan.ratings.values()) == pytest.approx(1.0)
    assert fan.ratings["较强"] == fan.ratings["一般"] == 0.0, "its gates are broken in every future"
    assert not any(simulate(plan_of("gangu"), paths=20).ratings.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gangu", "yunshui"])
def test_whoever_prints_the_grade_prints_that_there_is_none(plan_of, name):
    case = shipped_case(plan_of, name)
    table = next(table for table in case.tables if table.number == "27")
    total = next(row for row in table.rows if row.label == "综合")
    shown = draw_rating(case.rating).axes[0].get_title(loc="left")
    said, text = answer_affordability(case.plan, case.rating), case.chapter("十")
    if name == "gangu":
        assert printed_row(table, total)[-2:] == ("—", "资料不足，不评级")
        assert (
            shown.endswith("：资料不足，不评级")
            and "资料不足，不评级（缺收入稳健、债务可持续、社保可持续的数据）" in said
        )
        assert (
            "资料不足，不评级：收入稳健缺" in text and "评定为" not in text and "nan" not in text + said + repr(table)
        )
        assert "的概率（模拟）" not in "".join(row.label for row in table.rows)
    else:
        assert printed_row(table, total)[-1] == case.rating.grade and f"评为“{case.rating.grade}”" in said
        assert shown.endswith(case.rating.grade) and "资料不足" not in text + said
        assert "触及否决项：" in text and "没有触及否决项" not in text
        assert "触及否决项：政府性基金预算有缺口：2028—2030年" in text


def test_a_full_set_of_tables_leaves_nothing_out(plan_of):
    rating = rate(plan_of("yunshui"))
    assert not [score.name for score in rating.scores if np.isnan(score.score)]
    assert not [reason for reason in rating.reasons if "因缺数据" in reason]
    assert set(rating.weights) == set(rating.indices) and rating.rated


def test_reasons_name_the_three_weakest(plan):
    rating = rate(plan)
    known = sorted((score for score in rating.scores if np.isfinite(score.score)), key=lambda score: score.score)
    if rating.rated:
        assert rating.reasons[0].startswith(f"综合得分 {rating.total:.1f} 分，")
        assert rating.reasons[0].endswith(f"评定为“{rating.grade}”")
    weakest = rating.reasons[1 + len(rating.vetoes)]
    assert weakest.count("；") == 2 and known[0].label in weakest


def test_a_worse_future_never_rates_better(plan_of, place_id):
    worse, base, better = (rate(plan_of(place_id, name)) for name in ("pessimistic", "baseline", "optimistic"))
    assert points_of(worse) <= points_of(base) + 1e-9 and points_of(base) <= points_of(better) + 1e-9
    order = [*rules("rating")["grades"], rules("rating")["not_rated"]]
    assert order.index(worse.grade) >= order.index(base.grade) >= order.index(better.grade)


def test_values_by_hand(plan_of):
    """丽江 2025: own revenue 567 755 against a budget of 595 037; no temporary payments and no treasury table."""
    rating = rate(plan_of("lijiang"))
    assert score_of(rating, "revenue_deviation").value == pytest.approx(abs(567_755 / 595_037 - 1))
    assert np.isnan(score_of(rating, "clearing_rate").value)
    assert np.isnan(score_of(rating, "treasury_cover").value)
    plan = plan_of("lijiang")
    assert score_of(rating, "debt_ratio").value == pytest.approx(plan.line("debt_ratio").max())
    # Once by resources less rigid spending, which other spending still has to be paid from: 0.333 and 100 points.
    left = (plan.line("uncommitted_resources") / plan.line("available_resources")).min()
    assert score_of(rating, "uncommitted_share").value == pytest.approx(left) and left < 0
    assert score_of(rating, "uncommitted_share").score == pytest.approx(100 * (left + 0.05) / 0.1)
    treasury = plan_of("yunshui").basis.place.rows("treasury")
    months = treasury[treasury["year"] == 2025]
    expected = months["closing_balance"].mean() / months["outflow"].mean()
    assert score_of(rate(plan_of("yunshui")), "treasury_cover").value == pytest.approx(expected)


def test_an_answer_without_any_index_names_no_weakest_one(plan_of):
    plan = plan_of("yunshui")
    unknown = replace(rate(plan), indices={"收入稳健": float("nan")})
    assert "最弱的一项" in answer_affordability(plan, rate(plan)) and "最弱的一项" not in answer_affordability(
        plan, unknown
    )
