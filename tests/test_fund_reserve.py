"""What a fund keeps for its own later years before it gives, and what land has to set aside, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from test_stock_funds import BASE, FOUR, _over, both_sides

from fiscal_model.arithmetic.budgets.funds import each_fund, project_funds, whole
from fiscal_model.model.compute import fund_terms

TWO = replace(_over(2, BASE), land_cost_share=np.full(2, 0.4), transfer_out_share=np.full(2, 0.5))
"""Land of 100 and 50; land costs 40 and 20; half of the year's revenue is to go to the general budget."""


def paid(interest, land=(100, 50), **terms):
    """Land money with debt service by year."""
    moved = replace(TWO, land_revenue=np.array(land, dtype=float), interest=np.array(interest, dtype=float), **terms)
    return project_funds(moved)


def test_nothing_is_given_that_the_next_year_owes():
    # Year 1: 100 - 20 - 40 = 40; year 2 owes 60 + 20 of 50: 30 are kept, 10 are given. Without that 40 are given.
    path = paid((20, 60))
    assert path.carry_out.tolist() == [30, 0] and path.transfer_out.tolist() == [10, 0] and path.gap.tolist() == [0, 0]
    free = paid((20, 20))
    assert free.carry_out.tolist() == [0, 0] and free.transfer_out.tolist() == [40, 10]


def test_no_more_is_kept_than_may_be_carried_over():
    # Year 2 owes 100 + 20 of 50: 70 are wanting, 30 % of 100 may be kept; the 10 above go by the rule, 40 are wanting all the same.
    path = paid((20, 100), covered_by_general=np.zeros(2))
    assert path.carry_out.tolist() == [30, 0] and path.gap.tolist() == [0, 40]
    assert path.excess_transfer_out.tolist() == path.transfer_out.tolist() == [10, 0]


def test_only_the_next_year_is_kept_for():
    # Year 3 owes 50 + 20 of 50; year 2 owes 30 + 20 of 50 and comes out even: nothing is kept in year 1, nothing left in year 2.
    terms = replace(_over(3, BASE), land_cost_share=np.full(3, 0.4), transfer_out_share=np.full(3, 0.5))
    path = project_funds(replace(terms, land_revenue=np.array([100.0, 50, 50]), interest=np.array([20.0, 30, 50])))
    assert path.carry_out.tolist() == [0, 0, 0] and path.transfer_out.tolist() == [40, 0, 0]
    assert path.land_cost_gap.tolist() == [0, 0, 20]


def test_levies_are_set_aside_before_anything_is_given():
    # Half of 100 - 40 are levies: 30 of the 40 left. Year 2 owes 20 + 20 + 15 of 50: 5 are kept, 5 given.
    path = paid((20, 20), levied_share=np.full(2, 0.5))
    assert path.own_continuing.tolist() == [30, 15] and path.transfer_out.tolist() == [5, 0]
    # Own spending of 35 holds the levies of 30.
    own = replace(whole(TWO), own_spending=np.array([0.35]))
    assert paid((20, 20), levied_share=np.full(2, 0.5), split=own).own_continuing[0] == 35


def test_a_fund_keeps_for_its_own_claims_and_both_sides_stay_equal():
    # Land bears a tenth of the debt in this split or none; a poor second year makes it keep, a rich one does not.
    terms = _over(2, replace(FOUR, transfer_out_share=np.full(1, 0.9)))
    rich, poor = (each_fund(replace(terms, land_revenue=np.array([100.0, second]), levied_share=np.full(2, 0.5), interest=np.full(2, 60.0)))
                  for second in (100.0, 10.0))  # fmt: skip
    for found in (rich, poor):
        np.testing.assert_allclose(*both_sides(found), atol=1e-9)
    assert poor["transfer_out"][0, 0] <= rich["transfer_out"][0, 0]


@pytest.mark.parametrize("name", ["yunshui", "lijiang"])
def test_no_land_money_is_given_in_a_year_before_one_that_lacks_it(plan_of, name):
    """Unless the carry-over stands at its limit: then no more may be kept."""
    plan = plan_of(name)
    terms = fund_terms(plan.basis, plan.lines)
    found, land = each_fund(terms), int(np.argmax(terms.split.land))
    for year in range(len(plan.years) - 1):
        given = found["transfer_out"][year, land] - found["excess_transfer_out"][year, land]
        full = found["carry_out"][year, land] >= 0.3 * found["revenue"][year, land] - 1e-6
        assert given <= 1e-6 or full or found["gap"][year + 1, land] <= 1e-6
