"""The county rating: scores in both directions, weights of what is missing passed on and named."""

from dataclasses import replace

import numpy as np
import pytest

from fiscal_model.analysis.affordability.rating import rate
from fiscal_model.law.rules import rules


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


def test_indices_are_means_and_the_total_is_weighted(plan):
    rating = rate(plan)
    for label, value in rating.indices.items():
        known = [score.score for score in rating.scores if score.index == label and np.isfinite(score.score)]
        if known:
            assert value == pytest.approx(np.mean(known))
        else:
            assert np.isnan(value)
            assert label not in rating.weights
    assert sum(rating.weights.values()) == pytest.approx(1.0)
    assert rating.total == pytest.approx(
        sum(weight * rating.indices[label] for label, weight in rating.weights.items())
    )
    assert 0 <= rating.total <= 100


def test_grades_are_the_highest_reached(plan):
    rating = rate(plan)
    grades = rules("rating")["grades"]
    assert rating.total >= grades[rating.grade]
    better = [name for name, least in grades.items() if least > grades[rating.grade]]
    assert all(rating.total < grades[name] for name in better)


def test_given_weights_add_up_to_one():
    assert sum(index["weight"] for index in rules("rating")["index"].values()) == pytest.approx(1.0)
    for index in rules("rating")["index"].values():
        for name, rule in index["indicators"].items():
            assert rule["good"] != rule["bad"], name


def test_what_is_missing_is_named_and_its_weight_passed_on(plan_of):
    plan = plan_of("gangu")
    rating = rate(plan)
    assert np.isnan(rating.indices["社保可持续"])
    given = {index["label"]: index["weight"] for index in rules("rating")["index"].values()}
    used = {label: weight for label, weight in given.items() if label in rating.weights}
    for label, weight in rating.weights.items():
        assert weight == pytest.approx(given[label] / sum(used.values()))
    missing = [score.label for score in rating.scores if np.isnan(score.score)]
    assert "债务率（口径C，规划期最高）" in missing
    assert rating.reasons[-1] == f"因缺数据未评 {len(missing)} 项：{'、'.join(missing)}"


def test_a_full_set_of_tables_leaves_nothing_out(plan_of):
    rating = rate(plan_of("yunshui"))
    assert not [score.name for score in rating.scores if np.isnan(score.score)]
    assert not [reason for reason in rating.reasons if "因缺数据" in reason]
    assert set(rating.weights) == set(rating.indices)


def test_reasons_name_the_three_weakest(plan):
    rating = rate(plan)
    known = sorted((score for score in rating.scores if np.isfinite(score.score)), key=lambda score: score.score)
    assert rating.reasons[0] == f"综合得分 {rating.total:.1f}，评定为“{rating.grade}”"
    assert rating.reasons[1].count("；") == 2
    assert known[0].label in rating.reasons[1]


def test_a_worse_future_never_rates_better(plan_of, place_id):
    assert rate(plan_of(place_id, "pessimistic")).total <= rate(plan_of(place_id, "baseline")).total + 1e-9
    assert rate(plan_of(place_id, "baseline")).total <= rate(plan_of(place_id, "optimistic")).total + 1e-9


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
