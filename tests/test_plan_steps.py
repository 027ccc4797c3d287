"""A plan's own steps against the approved budget: which way each of them makes an adjustment of it."""

from types import SimpleNamespace

import numpy as np
import pytest

from fiscal_model.analysis.control.adjustment import check_plan_steps
from fiscal_model.words.vocabulary import Budget

SPENDING, DRAW, DEBT, GUARANTEES = "expenditure", "stabilization_draw", "debt_proceeds_general", "guarantees_total"


@pytest.mark.parametrize(
    ("line", "approved", "planned", "needed"),
    [
        (SPENDING, 1_000, 1_100, True),
        (SPENDING, 1_000, 900, True),  # 预算法 article 67 (1): to raise or to lower total spending
        (SPENDING, 1_000, 1_000.4, False),  # equal to half a 万元
        (SPENDING, 1_000, 999.6, False),
        (DRAW, 50, 80, True),
        (DRAW, 80, 50, False),  # to draw less than approved is no adjustment
        (DEBT, 300, 310, True),
        (DEBT, 310, 300, False),
        (GUARANTEES, 600, 550, True),  # (3): to cut key spending
        (GUARANTEES, 550, 600, False),
    ],
)
def test_which_way_a_plans_own_step_adjusts_the_budget(monkeypatch, line, approved, planned, needed):
    budget = SimpleNamespace(
        amount=lambda _, asked: approved if asked == line else np.nan, key_lines=((Budget.GENERAL, GUARANTEES),)
    )
    monkeypatch.setattr("fiscal_model.analysis.control.adjustment.find_approved", lambda place, year: budget)
    plan = SimpleNamespace(years=(2026,), basis=SimpleNamespace(place=None), line=lambda name: np.array([planned]))
    (row,) = check_plan_steps(plan).to_dict("records")
    assert (row["difference"], row["needed"]) == (planned - approved, needed)
    assert ("须先作预算调整" in row["reason"]) == needed
    # Only more spending can have come from above without matching money (article 71).
    assert ("由上级增加" in row["reason"]) == (line == SPENDING and planned == 1_100)
    assert (f"少{approved - planned:,.0f}万元" in row["reason"]) == (needed and planned < approved)
    budget.key_lines = ()
    assert len(check_plan_steps(plan)) == (line != GUARANTEES)  # what is not key is not asked for
