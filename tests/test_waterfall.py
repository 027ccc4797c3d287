"""The general budget balanced by hand, where the legal order has one answer (docs/method.md)."""

from dataclasses import fields, replace

import numpy as np
import pytest

from fiscal_model.budgets.waterfall import STEPS, GeneralTerms, balance_general

YEARS = 3


def flat(value):
    return np.full(YEARS, float(value))


ZERO = flat(0)
EVEN = GeneralTerms(
    own_revenue=flat(200), general_purpose=flat(700), earmarked=flat(100), proceeds=ZERO, transfer_in=ZERO,
    other_resources=ZERO, remitted_up=flat(100), principal=ZERO, transfer_out=ZERO, other_uses=ZERO, carry_out=flat(10),
    protected=flat(600), tied_by_bonds=ZERO, guarantees_from_above=ZERO, flexible=flat(191), projects=ZERO,
    old_carryover=ZERO, extra_transfer_in=ZERO, reserve_rate=flat(0.01), stabilization_cap=flat(0.05),
    development_cut=ZERO, operations_cut=ZERO, rescue_limit=ZERO, carry_in=10.0, stabilization_stock=20.0,
)  # fmt: skip
"""Spending of 600 + 100 + 191 = 891 and a reserve of 9 make 900: 1 010 on both sides, nothing left and nothing short."""


def at(path, *steps):
    return [path.steps[step].round(6).tolist() for step in steps]


def test_an_even_budget_needs_no_step():
    path = balance_general(EVEN)
    assert path.resources_total.round(9).tolist() == path.uses_total.round(9).tolist() == [1010, 1010, 1010]
    assert path.reserve.round(9).tolist() == [9, 9, 9]
    assert path.expenditure.round(9).tolist() == [900, 900, 900]
    for step, values in path.steps.items():
        np.testing.assert_allclose(values, 0, atol=1e-9, err_msg=step)


def test_a_surplus_fills_the_fund_to_its_cap_then_waits():
    path = balance_general(replace(EVEN, own_revenue=flat(220)))
    # The cap is 5 % of 900 = 45: 20 in the fund take 20, then 5, then nothing.
    assert at(path, "surplus_to_fund", "surplus_unallocated") == [[20, 5, 0], [0, 15, 20]]
    assert path.stabilization_stock.round(6).tolist() == [40, 45, 45]
    # What waits for allocation keeps its own reserve of 1 %.
    assert path.unallocated.round(6).tolist() == [0, 14.85, 19.8]
    assert path.reserve.round(6).tolist() == [9, 9.15, 9.2]
    assert path.uses_total.round(6).tolist() == [1030, 1030, 1030]


def test_each_measure_is_used_up_before_the_next():
    terms = replace(
        EVEN, own_revenue=flat(0), old_carryover=flat(14.85), extra_transfer_in=flat(12), projects=flat(29.7),
        flexible=flat(161.3), development_cut=flat(15.84 / 161.3), operations_cut=flat(7.92 / 161.3),
        rescue_limit=flat(0.02),
    )  # fmt: skip
    path = balance_general(terms)
    # 200 short. The fund gives 20, old carry-over 15 (14.85 and its reserve of 1 %), state capital 12, projects 30 and
    # development 16, running costs 8, rescue 18; 81 remain. Next year the fund is empty and rescue must be repaid.
    assert at(path, *STEPS) == [
        [0, 0, 0], [0, 0, 0], [20, 0, 0], [15, 15, 15], [12, 12, 12], [46, 46, 46], [8, 8, 8], [18, 18, 18],
        [81, 119, 119],
    ]  # fmt: skip
    assert path.rescue_repaid.round(6).tolist() == [0, 18, 18]
    assert path.funding_gap.round(6).tolist() == [81, 119, 119]
    assert path.project_spending.round(6).tolist() == [0, 0, 0]
    assert path.flexible_spending.round(6).tolist() == [137.54, 137.54, 137.54]
    assert path.earmarked_spending.round(6).tolist() == [85.15, 85.15, 85.15]
    assert path.reserve.round(6).tolist() == [8.31, 8.31, 8.31]
    assert path.expenditure.round(6).tolist() == [831, 831, 831]
    assert path.resources_total.round(6).tolist() == path.uses_total.round(6).tolist()


MEASURES = (
    ("draw", {"stabilization_stock": 20.0}),
    ("recover_carryover", {"old_carryover": flat(19.8)}),
    ("extra_transfer_in", {"extra_transfer_in": flat(20)}),
    ("cut_projects", {"development_cut": flat(19.8 / 191)}),
    ("cut_operations", {"operations_cut": flat(19.8 / 191)}),
    ("rescue", {"rescue_limit": flat(20 / 900)}),
)


@pytest.mark.parametrize("count", range(len(MEASURES)))
def test_the_first_measure_at_hand_is_the_one_taken(count):
    given = {name: value for _, change in MEASURES[count:] for name, value in change.items()}
    path = balance_general(replace(EVEN, own_revenue=flat(180), **{"stabilization_stock": 0.0, **given}))
    first = {step: values[0] for step, values in path.steps.items() if values[0] > 1e-9}
    assert first == {MEASURES[count][0]: pytest.approx(20)}


def test_nothing_at_hand_leaves_the_gap():
    path = balance_general(replace(EVEN, own_revenue=flat(180), stabilization_stock=0.0))
    assert path.funding_gap.round(6).tolist() == [20, 20, 20]
    assert path.resources_total.round(6).tolist() == [1010, 1010, 1010]


def test_rescue_is_repaid_out_of_next_years_money():
    revenue = np.array([180.0, 200.0, 200.0])
    path = balance_general(
        replace(EVEN, own_revenue=revenue, stabilization_stock=0.0, rescue_limit=flat(0.05))
    )
    assert path.rescue_in.round(6).tolist() == [20, 20, 20]
    assert path.rescue_repaid.round(6).tolist() == [0, 20, 20]
    assert path.funding_gap.round(6).tolist() == [0, 0, 0]


def test_old_carryover_is_recovered_only_where_it_is_spent():
    path = balance_general(
        replace(EVEN, own_revenue=flat(0), stabilization_stock=0.0, old_carryover=np.array([500.0, 0.0, 0.0]))
    )
    np.testing.assert_allclose(path.steps["recover_carryover"], [100 / 0.99, 0, 0])
    assert path.earmarked_spending.round(6).tolist() == [0, 100, 100]


def test_earmarked_money_pays_its_guarantees_first():
    path = balance_general(replace(EVEN, guarantees_from_above=flat(130)))
    assert path.earmarked_spending.tolist() == [0, 0, 0]
    path = balance_general(replace(EVEN, guarantees_from_above=flat(60)))
    assert path.earmarked_spending.tolist() == [40, 40, 40]


def test_a_budget_without_flexible_spending_cuts_nothing():
    """Where the duties found exceed what was spent, flexible spending comes out negative: there is nothing to cut."""
    terms = replace(
        EVEN, flexible=flat(-50), protected=flat(900), development_cut=flat(0.1), operations_cut=flat(0.05)
    )
    path = balance_general(terms)
    assert at(path, "cut_projects", "cut_operations") == [[0, 0, 0], [0, 0, 0]]
    for step, values in path.steps.items():
        assert (values >= 0).all(), step


@pytest.mark.parametrize("rate", [0.01, 0.02, 0.03])
@pytest.mark.parametrize("own_revenue", [0, 180, 200, 400])
def test_the_reserve_is_its_share_of_all_spending(rate, own_revenue):
    cuts = {"development_cut": flat(0.1), "operations_cut": flat(0.1), "old_carryover": flat(5)}
    path = balance_general(replace(EVEN, own_revenue=flat(own_revenue), reserve_rate=flat(rate), **cuts))
    np.testing.assert_allclose(path.reserve / path.expenditure, rate)


def test_leading_axes_give_the_same_as_one_by_one():
    generator = np.random.default_rng(3)
    revenue = 200 * np.exp(generator.normal(0, 0.5, (4, 6, YEARS)))
    transfers = 700 * np.exp(generator.normal(0, 0.05, (4, 6, YEARS)))
    terms = replace(
        EVEN, projects=flat(20), development_cut=flat(0.1), operations_cut=flat(0.05), rescue_limit=flat(0.01),
        extra_transfer_in=flat(5), old_carryover=flat(4),
    )  # fmt: skip
    together = balance_general(replace(terms, own_revenue=revenue, general_purpose=transfers))
    assert together.funding_gap.max() > 0
    assert together.unallocated.max() > 0
    for where in np.ndindex(4, 6):
        alone = balance_general(replace(terms, own_revenue=revenue[where], general_purpose=transfers[where]))
        for field in fields(alone):
            if field.name != "steps":
                np.testing.assert_array_equal(
                    getattr(together, field.name)[where], getattr(alone, field.name)
                )
        for step, values in alone.steps.items():
            np.testing.assert_array_equal(together.steps[step][where], values)


def test_every_step_has_a_name_and_a_rule():
    assert list(STEPS)[-1] == "gap"
    for name, rule in STEPS.values():
        assert name
        assert rule
