"""What a future may move: each driver by itself, by amounts worked by hand, and all of them at once on many paths."""

from dataclasses import fields, replace

import numpy as np
import pytest
from test_joints import GENERAL_GIVES

from fiscal_model.arithmetic.budgets.funds import each_fund
from fiscal_model.arithmetic.debt.portfolio import DebtTerms, Issue, project_debt
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.debt.legal_debt import LegalDebt, moved_debt
from fiscal_model.model.compute import compute, fund_terms
from fiscal_model.model.futures import Drivers
from fiscal_model.words.drivers import DRIVERS, DRIVERS_BY_ID
from fiscal_model.words.identities import check_identities
from fiscal_model.words.vocabulary import DebtKind

PATHS, YEARS = 200, 5
CLOSE = {"rtol": 1e-12, "atol": 1e-6}
RESPONDS = (
    {"resources_total", "uses_total", "expenditure", "transfer_in", "stabilization_draw", "stabilization_topup",
     "stabilization_fund_stock", "rescue_in", "rescue_repaid", "funding_gap", "revolving_topup", "revolving_fund_stock",
     "state_capital_expenditure", "state_capital_transfer_out", "reserve_unallocated", "available_resources",
     "available_resources_broad", "rigid_total", "fiscal_space", "continuing_spending", "uncommitted_resources",
     "guarantees_arranged", "guarantees_shortfall", "guarantee_coverage", "guarantee_coverage_broad",
     "comprehensive_capacity_a", "comprehensive_capacity_b", "comprehensive_capacity_c", "self_sufficiency_ratio",
     "rigid_share", "debt_ratio", "debt_ratio_a", "debt_ratio_b", "debt_service_ratio", "interest_burden_general"}
    | {f"offset_{name}" for name in ("projects", "development", "operations", "other_spending", "reserve", "revolving", "capacity")}
    | {*GENERAL_GIVES}
)  # fmt: skip
"""How the general budget and what is held against it answer to anything."""


def spread(seed=3, paths=PATHS, order="F"):
    """Every driver at once, far out."""
    draw = np.random.default_rng(seed)
    walk = lambda size: draw.normal(0, size, (paths, YEARS)).cumsum(axis=1)  # noqa: E731
    found = {name: np.exp(walk(0.12)) for name in DRIVERS}
    found |= {"earmarked": np.exp(walk(0.5)), "land": np.exp(walk(0.5)), "coupon": walk(0.01), "refinancing": walk(0.3)}
    found["duties"] = np.maximum(draw.normal(0, 8000, (paths, YEARS)), 0.0)
    return Drivers(**{name: np.asarray(values, order=order) for name, values in found.items()})


def moved_by(plan, **shocks):
    """Lines of a future with these drivers less the plan's, those that differ."""
    lines, _ = compute(plan.basis, Drivers(**{name: np.full(YEARS, float(value)) for name, value in shocks.items()}))
    added = {name: np.nan_to_num(lines[name] - plan.lines[name]) for name in lines}
    return lines, {name: values for name, values in added.items() if np.abs(values).max() > 1e-9}


@pytest.fixture(scope="module", params=["lijiang", "yunshui"])
def plan(request, plan_of):
    return plan_of(request.param)


def test_every_driver_is_declared_once():
    assert {field.name for field in fields(Drivers)} == {*DRIVERS}
    assert len({driver.label for driver in DRIVERS_BY_ID.values()}) == len(DRIVERS)
    assert Drivers.unchanged(YEARS).moved() == ()


def test_drivers_that_move_nothing_are_the_plan_bit_for_bit(plan):
    still = Drivers(**{each: np.full((2, YEARS), driver.neutral) for each, driver in DRIVERS_BY_ID.items()})
    for drivers in (still, Drivers(), Drivers.unchanged(YEARS)):
        lines, steps = compute(plan.basis, drivers)
        for found, kept in ((lines, plan.lines), (steps, plan.steps)):
            assert all(
                np.array_equal(found[line], np.broadcast_to(kept[line], found[line].shape), equal_nan=True)
                for line in kept
            )


@pytest.mark.parametrize("name", DRIVERS)
def test_a_driver_that_stands_still_on_one_path_leaves_it_the_plan(plan, name):
    values = np.full((2, YEARS), DRIVERS_BY_ID[name].neutral)
    values[1] += 0.1
    lines, _ = compute(plan.basis, Drivers(**{name: values}))
    for line, kept in plan.lines.items():
        np.testing.assert_allclose(np.broadcast_to(lines[line], (2, YEARS))[0], kept, **CLOSE)


# one driver at a time ------------------------------------------------------------------------------------------


def test_earmarked_transfers_take_what_they_pay_for_with_them(plan):
    _, added = moved_by(plan, earmarked=0.9)
    path = plan.basis.revenue.transfers.path
    fall = -0.1 * (path.tied_general + path.special)
    for line in ("transfers_earmarked", "transfers", "earmarked_spending"):
        np.testing.assert_allclose(added[line], fall, **CLOSE)
    np.testing.assert_allclose(added["special_transfers"], -0.1 * path.special, **CLOSE)
    own = {"transfers_earmarked", "transfers", "general_transfers", "special_transfers", "earmarked_spending"}
    assert {*added} <= own | RESPONDS
    # What others get is the reserve of the spending that is gone, no more.
    bare = plan.without_measures
    lines, _ = compute(bare.basis, Drivers(own_revenue=0.5, earmarked=0.9))
    before, _ = compute(bare.basis, Drivers(own_revenue=0.5))
    rate = plan.basis.assumed.path("reserve_rate")
    assert (before["funding_gap"] > 1e4).all()
    np.testing.assert_allclose(lines["funding_gap"] - before["funding_gap"], fall * rate / (1 - rate), rtol=1e-9)


def test_guarantees_that_superiors_no_longer_pay_are_the_countys(plan):
    lines, _ = moved_by(plan, earmarked=0.0)
    carried = np.array([plan.basis.balance.opening.flows["carry_out"], *[0.0] * (YEARS - 1)])
    np.testing.assert_allclose(lines["guarantees_from_above"], np.minimum(carried, plan.lines["guarantees_from_above"]))
    np.testing.assert_allclose(
        lines["guarantees_county"], lines["guarantees_total"] - lines["guarantees_from_above"], **CLOSE
    )
    np.testing.assert_allclose(lines["guarantees_total"], plan.lines["guarantees_total"], **CLOSE)
    assert not lines["carry_out"].any()


@pytest.mark.parametrize(
    ("name", "group"), [("persons", "living"), ("standards", "living"), ("pay", "salaries"), ("prices", "operations")]
)
def test_guarantees_move_by_class_and_superiors_bear_their_part(plan, name, group):
    _, added = moved_by(plan, **{name: 1.1})
    found = plan.basis.guarantees
    need, county = (0.1 * each[group][1:] for each in (found.need, found.county))
    above = need - county
    np.testing.assert_allclose(added[f"guarantee_{group}"], need, **CLOSE)
    np.testing.assert_allclose(added["guarantees_county"], county, **CLOSE)
    for line in ("guarantees_from_above", "transfers_earmarked", "general_transfers", "transfers"):
        np.testing.assert_allclose(added.get(line, np.zeros(YEARS)), above, **CLOSE)
    own = {f"guarantee_{group}", "guarantees_total", "guarantees_county", "guarantees_from_above"}
    own |= {"transfers_earmarked", "general_transfers", "transfers"}
    own |= {"insurance_revenue", "insurance_expenditure"} if group == "living" else set()
    own |= {"other_continuing_spending"} if name == "prices" else set()
    assert {*added} <= own | RESPONDS
    if group == "living":
        listed = 0.1 * plan.basis.balance.insurance.guaranteed.sum(axis=1)
        for line in ("insurance_revenue", "insurance_expenditure"):
            np.testing.assert_allclose(added[line], listed, **CLOSE)
    if name == "prices":
        less = plan.basis.balance.commitments.flexible_saved + plan.basis.balance.packages.flexible_cut
        other = 0.1 * (plan.lines["other_continuing_spending"] + less)
        np.testing.assert_allclose(added["other_continuing_spending"], other, **CLOSE)


def test_persons_and_standards_multiply(plan):
    lines, _ = moved_by(plan, persons=1.1, standards=1.2)
    np.testing.assert_allclose(lines["guarantee_living"], 1.32 * plan.lines["guarantee_living"], **CLOSE)


def test_output_moves_what_is_held_against_it_only(plan):
    lines, added = moved_by(plan, gdp=1.25)
    assert {*added} == {"gdp", "debt_to_gdp"}
    np.testing.assert_allclose(lines["debt_to_gdp"], plan.lines["debt_to_gdp"] / 1.25, **CLOSE)


def test_schemes_pay_more_until_their_stock_is_gone_then_the_budget_pays(plan_of):
    plan = plan_of("yunshui")
    lines, added = moved_by(plan, insurance=1.1)
    found = plan.basis.balance.insurance
    paid = 0.1 * (found.path.expenditure - found.listed_benefits)
    np.testing.assert_allclose(added["insurance_expenditure"], paid.sum(axis=1), **CLOSE)
    by_hand = np.zeros(YEARS)
    for at, stock in enumerate(found.opening):
        for year in range(YEARS):
            stock += found.own_revenue[year, at] + found.path.subsidy[year, at]
            stock -= found.path.expenditure[year, at] + paid[year, at]
            by_hand[year], stock = by_hand[year] + max(-stock, 0.0), max(stock, 0.0)
    np.testing.assert_allclose(lines["insurance_shortfall"], by_hand, **CLOSE)
    assert added["insurance_shortfall"].min() >= 0 and added["insurance_shortfall"].max() > 1000
    schemes = {"insurance_revenue", "insurance_expenditure", "insurance_stock", "insurance_balance"}
    assert {*added} <= schemes | {"insurance_shortfall"} | RESPONDS


def test_the_reserve_pays_sudden_duties_first_then_the_budget_does_once(plan):
    bare = plan.without_measures
    less = {
        name: compute(bare.basis, Drivers(own_revenue=0.2, duties=each))
        for name, each in (("none", 0.0), ("some", 9e4))
    }
    before, after = (less[name][0] for name in ("none", "some"))
    used = before["contingency_reserve"] - after["contingency_reserve"]
    np.testing.assert_allclose(used + after["funding_gap"] - before["funding_gap"], 9e4, **CLOSE)
    assert (used > 0).all() and (after["contingency_reserve"] >= 0).all()
    np.testing.assert_allclose(after["sudden_duties"], 9e4)
    _, added = moved_by(plan, duties=100.0)
    assert {*added} <= {"sudden_duties"} | RESPONDS
    np.testing.assert_allclose(added["contingency_reserve"][0], -100.0, **CLOSE)
    assert "uncommitted_resources" not in added


# debt ----------------------------------------------------------------------------------------------------------


def flat(value):
    return np.full(2, float(value))


@pytest.fixture
def bonds():
    """The debt of the example of `project_debt`: stock 115 and 120, interest 3.16 and 3.26."""
    bond = Issue(flat(0.02), np.full(2, 10), np.full(2, True))
    terms = DebtTerms(
        stock=100.0, limit=110.0, old_due=flat(10), old_interest=flat(0), old_early_share=flat(0), old_rate=flat(0.03),
        due_share=flat(np.nan), refinancing_share=flat(0.9), new_issue=flat(20), new_early_share=flat(1),
        limit_growth=flat(5), swapped=flat(0), other_change=flat(0), refinancing=bond, new=bond, swap=bond,
        issue_fee_rate=flat(0.001), payment_fee_rate=flat(0))  # fmt: skip
    return LegalDebt(DebtKind.GENERAL, terms, project_debt(terms), True, (), held=np.zeros(3))


def test_a_dearer_coupon_costs_what_is_issued_and_nothing_else(bonds):
    # 16 by June of the first year pay half a point; then 16 + 9 pay it whole, and 6 of June half.
    path = moved_debt(bonds, np.array([[0.01, 0.01], [0.0, 0.01]]), 0.0)
    np.testing.assert_allclose(path.interest, [[3.16 + 0.08, 3.26 + 0.25 + 0.03], [3.16, 3.26 + 0.03]])
    np.testing.assert_allclose(path.stock, [[115, 120], [115, 120]])
    assert moved_debt(bonds, -0.05, 0.0).interest.tolist() == pytest.approx([3.0, 2.7])  # never below nothing
    unknown = replace(bonds, known=False)
    np.testing.assert_array_equal(moved_debt(unknown, 0.01, 0.0).interest, bonds.path.interest)


def test_what_is_not_refinanced_is_repaid_and_brings_no_new_bonds(bonds):
    path = moved_debt(bonds, 0.0, np.array([[-0.4, -0.4], [0.4, 0.4]]))
    np.testing.assert_allclose(path.refinanced, [[5, 5], [10, 10]])
    np.testing.assert_allclose(path.own_principal, [[5, 5], [0, 0]])
    np.testing.assert_allclose(path.issued_new, [[16, 6], [15, 5]])
    np.testing.assert_allclose(path.stock, [[111, 112], [115, 120]])
    np.testing.assert_allclose(path.interest[0], [3 + 0.16, 2.7 + 0.42 + 0.06])


def test_waiting_proceeds_leave_less_to_refinance(bonds):
    # 4 of the 10 due are repaid of proceeds that waited: by themselves, or in place of refinancing.
    published = replace(bonds.terms, refinancing_share=flat(0.5))
    held = replace(bonds, terms=published, path=project_debt(published), held=np.array([4.0, 0.0, 0.0]))
    np.testing.assert_allclose(moved_debt(held, 0.0, 0.5).refinanced, [6, 10])
    instead = replace(bonds.terms, less_refinanced=np.array([4.0, 0.0]))
    held = replace(bonds, terms=instead, path=project_debt(instead), held=np.array([4.0, 0.0, 0.0]))
    np.testing.assert_allclose(moved_debt(held, 0.0, 0.5).refinanced, [6, 10])


@pytest.mark.parametrize("kind", DebtKind)
def test_ten_points_less_refinancing_are_principal_of_the_budget_that_owes_it(plan, kind):
    lines, added = moved_by(plan, refinancing=-0.1)
    share = plan.basis.debt.legal[kind].terms.refinancing_share
    lost = np.minimum(0.1, share) * plan.lines[f"principal_{kind}"]
    np.testing.assert_allclose(added[f"principal_{kind}_own"], lost, rtol=1e-9)
    np.testing.assert_allclose(added[f"debt_{kind}_stock"], -np.cumsum(lost), rtol=1e-9)
    assert f"principal_{kind}" not in added and f"debt_{kind}_issued_new" not in added
    np.testing.assert_allclose(lines[f"debt_proceeds_{kind}"] + lost, plan.lines[f"debt_proceeds_{kind}"], **CLOSE)


def test_a_point_on_coupons_costs_a_hundredth_of_what_was_issued_before(plan):
    _, added = moved_by(plan, coupon=0.01)
    for kind in DebtKind:
        path, terms = plan.basis.debt.paths[kind], plan.basis.debt.legal[kind].terms
        early = terms.new_early_share * path.spent * terms.new.half_yearly
        part = divided(path.refinanced, path.repaid)
        early = early + part * terms.old_early_share * terms.old_due * terms.refinancing.half_yearly
        more = np.maximum(path.other_change, 0.0)
        issued = path.proceeds + more
        by_hand = 0.01 * (np.cumsum(issued) - issued + early / 2)
        np.testing.assert_allclose(added.get(f"interest_{kind}", np.zeros(YEARS)), by_hand, **CLOSE)
    assert not {"debt_stock", "principal_general", "principal_special"} & {*added}


# all at once ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def futures(place_id, plan_of):
    plan = plan_of(place_id)
    return plan, compute(plan.basis, spread())[0]


def test_every_identity_holds_with_everything_moving(futures):
    plan, lines = futures
    check_identities(lines, plan.years)


def test_tied_money_fills_no_other_hole_on_any_path(futures):
    plan, lines = futures
    planned = plan.lines
    received = lines["transfers_earmarked"] - lines["passed_tied"] + lines["carry_in"]
    borne = (
        lines["guarantees_from_above"] + lines["carry_out"] + lines["carryover_returned"] + lines["earmarked_spending"]
    )
    # What the plan itself lets own money stand in for is all that may stand in for it.
    lent = planned["guarantees_from_above"] + planned["carry_out"] + planned["passed_tied"]
    lent = np.maximum(lent - planned["transfers_earmarked"] - planned["carry_in"], 0.0)
    assert (borne <= received + lent + 1e-6).all()
    assert (lines["guarantees_from_above"] >= -1e-9).all() and (lines["carry_out"] >= 0).all()
    assert (lines["carryover_returned"] <= lines["carry_in"] + 1e-6).all()
    for group in ("living", "salaries", "operations"):
        assert (lines[f"guarantee_{group}"] >= 0).all()


def test_no_path_passes_a_debt_limit_or_issues_more_than_the_plan(futures):
    plan, lines = futures
    for kind in DebtKind:
        stock, limit = lines[f"debt_{kind}_stock"], lines[f"debt_limit_{kind}_stock"]
        path = plan.basis.debt.paths[kind]
        # A balance that stands above the limit whatever is issued takes no new bonds.
        assert ((stock <= limit + 1e-6) | (lines[f"debt_{kind}_issued_new"] < 1e-9)).all()
        assert (lines[f"debt_{kind}_issued_new"] <= path.issued_new + 1e-9).all()
        assert (lines[f"debt_{kind}_refinanced"] <= lines[f"principal_{kind}"] + 1e-6).all()
        assert (lines[f"principal_{kind}_own"] >= -1e-6).all()


def test_each_fund_balances_by_itself_on_paths(plan_of):
    plan = plan_of("yunshui")
    drivers = spread(paths=20)
    lines, _ = compute(plan.basis, drivers)
    special = moved_debt(plan.basis.debt.legal[DebtKind.SPECIAL], drivers.coupon, drivers.refinancing)
    found = each_fund(fund_terms(plan.basis, lines, special))
    np.testing.assert_allclose(found["gap"].sum(axis=-1), lines["fund_gap"], **CLOSE)
    np.testing.assert_allclose(found["carry_out"].sum(axis=-1), lines["fund_carry_out"], **CLOSE)


def test_a_path_alone_is_the_path_among_others_in_either_order(futures):
    plan, lines = futures
    drivers = spread(order="C")
    other, _ = compute(plan.basis, drivers)
    alone, _ = compute(plan.basis, Drivers(**{name: getattr(drivers, name)[7] for name in DRIVERS}))
    for line, values in lines.items():
        np.testing.assert_array_equal(other[line], values)
        np.testing.assert_allclose(np.broadcast_to(values, (PATHS, YEARS))[7], alone[line], rtol=1e-12, atol=1e-6)
