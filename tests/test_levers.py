"""Measures that close a gap: never the three guarantees, the most lawful first, and the residual is the plan's own gap."""

import numpy as np
import pytest
from conftest import WITHOUT_BUDGET

from fiscal_model.analysis.guarantees.levers import NEVER, TIERS, gap_before_measures, list_levers
from fiscal_model.law.balance_steps import levers
from fiscal_model.words.lines import LINES

GUARANTEES = {name for name, line in LINES.items() if line.block == "guarantees"}
OUTSIDE_THE_PLAN = {"recover_payments"}
"""Measures the plan's own balance does not take."""


def test_three_guarantee_money_is_never_a_lever():
    for lever in levers():
        assert not set(lever.takes_from) & (GUARANTEES | set(NEVER)), lever.id
    assert set(NEVER) <= GUARANTEES
    memo = [lever.id for lever in levers() if not lever.closes]
    assert memo == ["over_posts"], "fewer persons over the posts help later years, they close no gap"


def test_no_measure_of_the_plan_ever_touches_the_guarantees(plan_of):
    usual, worse = plan_of("yunshui"), plan_of("yunshui", "land_slump")
    assert (worse.steps["cut_projects"] + worse.steps["cut_operations"]).any()
    for name in NEVER:
        np.testing.assert_array_equal(worse.line(name), usual.line(name))


def test_spending_that_levers_take_is_what_is_not_guaranteed(plan):
    """Cuts never exceed the other spending that the plan holds apart from the guarantees."""
    found = list_levers(plan)
    for year, part in found.groupby("year"):
        position = plan.years.index(year)
        limit = plan.line("flexible_spending")[position] + plan.steps["cut_projects"][position]
        limit += plan.steps["cut_operations"][position]
        cuts = part[part["lever"].isin(["cut_development", "cut_operations"])]["available"].sum()
        assert cuts <= max(limit, 0) / (1 - 0.03) + 1


def test_ranked_by_legality_then_size(plan):
    for _, part in list_levers(plan).groupby("year"):
        assert part["tier"].is_monotonic_increasing
        for _, tier in part[part["closes"]].groupby("tier"):
            assert tier["available"].is_monotonic_decreasing
        assert set(part["tier"]) <= set(TIERS)


def test_residuals_fall_to_what_no_measure_closes(plan):
    for _, part in list_levers(plan).groupby("year"):
        residual, gap = part["residual"].to_numpy(), part["gap"].iloc[0]
        assert (np.diff(residual) <= 1e-9).all() and (residual >= 0).all()
        added = part.loc[part["closes"], "available"].sum()
        assert residual[-1] == pytest.approx(max(gap - added, 0.0))


def test_the_residual_is_the_plans_own_gap(plan):
    """With the measures that the plan takes itself, what is left is its funding gap."""
    found = list_levers(plan)
    assert gap_before_measures(plan) == pytest.approx(
        sum(plan.steps[step] for step in ("draw", "recover_carryover", "extra_transfer_in", "cut_projects",
                                          "cut_operations", "rescue", "gap"))
    )  # fmt: skip
    for year, part in found.groupby("year"):
        own = part[part["closes"] & ~part["lever"].isin(OUTSIDE_THE_PLAN)]
        left = max(part["gap"].iloc[0] - own["available"].sum(), 0.0)
        assert left == pytest.approx(plan.line("funding_gap")[plan.years.index(year)], abs=1.0)


def test_what_is_used_never_exceeds_what_is_there(plan):
    found = list_levers(plan)
    assert (found["used"] <= found["available"] + 0.01).all()
    for year, part in found.groupby("year"):
        if part["gap"].iloc[0] > 0.5:
            left = part["gap"].iloc[0] - part["used"].sum()
            assert left == pytest.approx(plan.line("funding_gap")[plan.years.index(year)], abs=1.0)


def test_rescue_is_the_last_resort_and_follows_its_limit(plan_of):
    found = list_levers(plan_of("gangu", "pessimistic", rescue_limit_share=0.02))
    last = found[found["year"] == found["year"].max()].iloc[-1]
    assert last["lever"] == "rescue" and last["tier"] == 3 and last["available"] > 0


def test_persons_over_their_posts_and_late_payments_of_yunshui(plan_of):
    found = list_levers(plan_of("yunshui", **WITHOUT_BUDGET)).query("year == 2026").set_index("lever")
    assert found.at["recover_payments", "available"] == 1900 / 2, "1 100 are got back in the plan"
    assert not found.at["over_posts", "closes"] and found.at["over_posts", "available"] > 0
    assert found.at["draw", "available"] == 2900
    assert found.loc[["recover_payments", "over_posts"], "quality"].tolist() == ["unverified"] * 2
