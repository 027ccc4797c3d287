"""The land fund among four funds, by hand: debt taken over, old excess, what is free, what is wanting."""

from dataclasses import replace

import numpy as np
import pytest
from test_stock_funds import BASE, FOUR, SPLIT, _over, both_sides, flat, numbers

from fiscal_model.arithmetic.budgets.funds import each_fund, project_funds

# Land takes in 100 + 6 - 5 remitted = 101; bonds of 27 are the project fund's, which has 20 + 2 - 1 = 21.


def test_principal_taken_over_relieves_the_fund_that_helped_and_comes_in_at_the_debtor():
    # 3 taken over: 24 are due, land helps with 3 and keeps 101 - 3 - 40 - 20 - 10 = 28 (25 without).
    found = each_fund(replace(FOUR, taken_over=flat(3)))
    assert found["transfer_in"][0].tolist() == pytest.approx([0, 3, 0, 0])
    assert found["carry_out"][0, 0] == pytest.approx(28)
    np.testing.assert_allclose(*both_sides(found), atol=1e-9)


def test_what_was_above_the_line_before_the_plan_moves_once():
    # Line at all of income. Year 1: 101 - 6 - 40 - 4 of old excess - 20 - 10 = 21. Year 2: the project fund has 19 of 27,
    # 100 + 21 - 5 - 8 - 40 - 20 - 10 = 38.
    terms = _over(2, replace(FOUR, carryover_limit=flat(1)))
    found = each_fund(replace(terms, split=replace(terms.split, excess=np.array([4.0, 0.0, 0.0, 0.0]))))
    assert found["excess_transfer_out"][:, 0].tolist() == pytest.approx([4, 0])
    assert found["carry_out"][:, 0].tolist() == pytest.approx([21, 38])


FREE = ("own_continuing", "own_free", "uncommitted", "tied_left", "short")


def test_free_is_what_stays_after_claims_transfer_and_carry_over():
    # 101 - 6 - 40 - 20 - 10 = 25, all carried over: nothing free. A tenth of 100 carried over: 15 free.
    # Tied: the lottery's 8.6 - 0.8 = 7.8 and the grants' fund's 15.4 - 5.7 = 9.7.
    assert numbers(project_funds(FOUR), *FREE) == pytest.approx([20, 20, 0, 17.5, 0])
    tenth = replace(SPLIT, carryover_share=np.array([0.1, 0.1, 0.1, 0.4]))
    assert numbers(project_funds(replace(FOUR, split=tenth)), *FREE) == pytest.approx([20, 20, 15, 17.5, 0])


def test_own_spending_that_finds_no_money_frees_none():
    # Land of 60: 60 + 6 - 3 = 63; 46 of 67 of service; 17 for land costs of 24; nothing for 12 of its own: 7 + 12 are short.
    path = project_funds(replace(FOUR, land_revenue=flat(60), interest=flat(60)))
    assert numbers(path, *FREE) == pytest.approx([12, 0, 0, 17.5, 19])
    assert numbers(path, "land_cost_gap", "transfer_in") == pytest.approx([7, 0])


def test_a_thousandth_of_all_money_is_a_thousandth_in_every_fund():
    sums = ("land_revenue", "other_revenue", "transfers", "proceeds", "refinanced", "repaid", "interest", "fees")
    split = replace(FOUR.split, carry_in=FOUR.split.carry_in / 1000, excess=FOUR.split.excess / 1000)
    small = each_fund(replace(FOUR, **{name: getattr(FOUR, name) / 1000 for name in sums}, split=split))
    for name, amounts in each_fund(FOUR).items():
        np.testing.assert_allclose(small[name], amounts / 1000, atol=1e-12, err_msg=name)


def test_funds_without_debt_pay_no_principal_and_a_deficit_carried_in_is_a_gap():
    with np.errstate(all="raise"):
        found = each_fund(replace(FOUR, **dict.fromkeys(("interest", "fees", "repaid", "refinanced"), flat(0))))
    assert found["principal"].tolist() == [[0, 0, 0, 0]]
    path = project_funds(replace(BASE, carry_in=-130.0))
    assert numbers(path, "gap", "resources_total", "uses_total") == [30, 0, 0]  # 100 of revenue, 130 wanting
