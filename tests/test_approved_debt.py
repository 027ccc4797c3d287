"""The first plan year's debt is the approved budget's: what is taken, what comes first, and that no debt is lost or counted twice."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from budget_case import without_budget
from hypothesis import given
from hypothesis import strategies as st
from test_portfolio import flat, issue, terms

from fiscal_model.arithmetic.debt.block import calibrate_block, meet_first, run_off
from fiscal_model.arithmetic.debt.portfolio import project_debt
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.approved_year import Reason, debt_differences
from fiscal_model.model.projection import project
from fiscal_model.words.vocabulary import DebtKind

BASELINE = read_scenario("baseline")
BUDGET = {
    "general": {
        "repaid": 232_500, "refinanced": 215_000, "issued_new": 0, "other_change": 40_000, "opening_stock": 1_562_724.25,
        "stock": 1_585_224.25, "limit": 1_655_791, "interest": 42_819,
    },
    "special": {
        "repaid": 237_600, "refinanced": 220_000, "issued_new": 150_000, "other_change": 90_000, "opening_stock": 3_218_050,
        "stock": 3_440_450, "limit": 3_490_800, "interest": 95_844,
    },
}  # fmt: skip
"""丽江's budget for 2026, 万元: 表四十七, 表二十, 表二十五 of the attachment."""
OLD = {"general": (1_539_216.34, 234_020.69), "special": (2_991_120.0, 361_400.0)}
"""Stock at the start of 2025 and what was repaid of it in 2025."""


def reasons(plan):
    return {each.line: each for each in debt_differences(plan)}


# lijiang -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(DebtKind))
def test_lijiangs_first_year_is_its_budget_to_the_yuan(plan_of, kind):
    plan, budget = plan_of("lijiang"), BUDGET[kind]
    for name in ("opening_stock", "repaid", "refinanced", "issued_new", "other_change", "stock"):
        assert plan.line(f"debt_{kind}_{name}")[0] == pytest.approx(budget[name], abs=1e-6), name
    assert plan.line(f"debt_limit_{kind}_stock")[0] == pytest.approx(budget["limit"])
    assert plan.line(f"interest_{kind}")[0] == pytest.approx(budget["interest"], abs=1e-6)
    found = reasons(plan)
    fees = found.pop(f"issue_fees_{kind}")
    assert (fees.reason, fees.why) == (Reason.OWN, "按发行额、兑付额和费率假设测算")
    assert {each.reason for each in found.values() if kind in each.line} == {Reason.TAKEN}


@pytest.mark.parametrize("kind", list(DebtKind))
def test_lijiangs_later_years_by_hand(plan_of, kind):
    """What 2026 leaves of the debt of 2025's opening falls due as the even ladder had it, each year more in the same proportion."""
    plan, budget, (opening, level) = plan_of("lijiang"), BUDGET[kind], OLD[kind]
    old = opening - level
    later = level * (old - budget["repaid"]) / (old - level)
    np.testing.assert_allclose(plan.line(f"debt_{kind}_repaid")[1:], later, rtol=1e-12)
    rate = budget["interest"] / budget["opening_stock"]  # of all debt the budget opens with
    coupon = 0.01972 if kind is DebtKind.GENERAL else 0.02385
    expected = rate * (budget["opening_stock"] - budget["repaid"])
    expected += 0.01972 * budget["refinanced"] + coupon * (budget["issued_new"] + budget["other_change"])
    expected += 0.5 * coupon * plan.line(f"debt_{kind}_issued_new")[1]
    assert plan.line(f"interest_{kind}")[1] == pytest.approx(expected, rel=1e-12)


def test_the_ladders_principal_of_2027_in_figures(plan_of):
    # General: 234,020.69 x 1,072,695.65 / 1,071,174.96; special: 361,400 x 2,392,120 / 2,268,320.
    assert plan_of("lijiang").line("debt_general_repaid")[1] == pytest.approx(234_352.9, abs=0.1)
    assert plan_of("lijiang").line("debt_special_repaid")[1] == pytest.approx(381_124.4, abs=0.1)


@pytest.mark.parametrize("name", ["zhangye", "gangu", "yunshui"])
def test_without_a_published_figure_nothing_changes(plan_of, place, name):
    plan = plan_of(name)
    for kind, debt in plan.basis.debt.legal.items():
        assert not debt.taken, kind
        assert not np.any(debt.terms.other_change)
    alone = project(without_budget(place(name), plan.years[0]), BASELINE)
    for kind in DebtKind:
        for line in (f"debt_{kind}_repaid", f"debt_{kind}_stock", f"interest_{kind}"):
            np.testing.assert_allclose(plan.line(line), alone.line(line), rtol=1e-9)


# what comes first --------------------------------------------------------------------------------------------


def test_a_number_set_for_the_year_comes_before_the_budget(plan_of, place):
    scenario = BASELINE.with_(due_share_general={2026: 0.1}, effective_rate_special={2026: 0.03})
    plan = project(place("lijiang"), scenario)
    assert plan.line("debt_general_repaid")[0] == pytest.approx(0.1 * 1_562_724.25)
    assert plan.line("interest_special")[0] != 95_844
    found = reasons(plan)
    for line in ("debt_general_repaid", "interest_special"):
        assert (found[line].reason, found[line].why) == (Reason.OWN, "情景对该年另有设定")
    assert found["interest_general"].reason is Reason.TAKEN
    assert found["debt_general_stock"].reason is Reason.OWN  # of what follows from it, nothing was taken whole
    later = reasons(project(place("lijiang"), BASELINE.with_(due_share_general={2027: 0.1})))
    assert later["debt_general_repaid"].reason is Reason.TAKEN


def test_a_coupon_shift_and_bonds_against_the_budget_cost_more_than_its_interest(place):
    # Half a year of 150,000 at 0.5 %; half a year at 2.385 % of 50,000 more than the budget's 150,000.
    shifted = project(place("lijiang"), BASELINE.with_(coupon_shift=0.005))
    assert shifted.line("interest_special")[0] == pytest.approx(95_844 + 375)
    assert reasons(shifted)["interest_special"].why == "情景对该年另有设定"
    more = project(place("lijiang"), BASELINE.with_(new_issue_special={2026: 200_000.0}, new_issue_within_quota=0.0))
    assert more.line("interest_special")[0] == pytest.approx(95_844 + 0.5 * 0.02385 * 50_000)


def test_less_refinancing_moves_the_approved_share_and_is_no_longer_taken(plan_of):
    # 215,000 / 232,500 less ten points, of 232,500: 191,750.
    plan = plan_of("lijiang", "refinancing_squeeze")
    assert plan.line("debt_general_refinanced")[0] == pytest.approx(191_750)
    assert reasons(plan)["debt_general_refinanced"].why == "情景对该年另有设定"


def test_a_figure_that_agrees_by_accident_is_not_taken(place):
    plan = project(place("lijiang"), BASELINE.with_(new_issue_special={2026: 150_000.0}, new_issue_within_quota=0.0))
    found = reasons(plan)["debt_special_issued_new"]
    assert (found.amount, found.reason) == (0, Reason.OWN)
    assert found.why == "与批准数相同，但不是照批准数：情景对该年另有设定"


def test_a_ledger_comes_before_the_budget_and_is_new_information(place):
    """Dates and coupons of 云水's ledger against a budget that says something else; its refinancing is taken as an amount."""
    yunshui = place("yunshui")
    rows = yunshui.rows("debt").iloc[:1]
    told = {"repaid": 9_000.0, "issued_refinancing": 8_600.0, "other_change": 500.0}
    added = [
        rows.assign(kind="general", item=item, year=2026, status="budget", amount=amount)
        for item, amount in told.items()
    ]
    changed = replace(yunshui, tables={**yunshui.tables, "debt": pd.concat([yunshui.rows("debt"), *added])})
    plan = project(changed, BASELINE)
    assert plan.line("debt_general_repaid")[0] == 17_200  # bonds due by the ledger
    assert plan.line("debt_general_refinanced")[0] == pytest.approx(8_600)
    assert plan.line("debt_general_other_change")[0] == 500
    found = reasons(plan)
    for line in ("debt_general_repaid", "interest_general"):
        assert (found[line].reason, found[line].why) == (Reason.NEW, "按债券台账逐只的到期日和票面利率测算")
    assert found["debt_general_refinanced"].reason is Reason.TAKEN


# laws --------------------------------------------------------------------------------------------------------

MONEY = st.floats(0.0, 1e6)


@given(stock=st.floats(1.0, 1e6), average=st.floats(0.5, 30.0), first=st.floats(0.0, 1e6))
def test_all_of_a_ladder_falls_due_once_whatever_its_first_year(stock, average, first):
    due, _ = run_off(calibrate_block(stock, average, 0.0), 70)
    met = meet_first(due, stock, first)
    assert met.sum() == pytest.approx(stock, rel=1e-9)
    assert met[0] == pytest.approx(min(first, stock)) and (met >= 0).all()
    np.testing.assert_array_equal(meet_first(due, stock, np.nan), due)
    end, usual = np.flatnonzero(met > 1e-9 * stock), np.flatnonzero(due > 1e-9 * stock)
    if average > 1 and first < stock * (1 - 1e-6):
        assert end[-1] == usual[-1]


def test_an_uneven_ladder_keeps_its_shape_after_its_first_year():
    # 10 instead of 40 of the 70: the 60 that are left fall due like the 20 and 10 did, doubled.
    assert meet_first(np.array([40.0, 20.0, 10.0]), 70.0, 10.0).tolist() == [10.0, 40.0, 20.0]


def test_ladders_take_any_leading_axes():
    due = np.array([[30.0, 30.0, 30.0, 10.0], [50.0, 0.0, 0.0, 0.0]])
    met = meet_first(due, np.array([100.0, 50.0]), np.array([[16.0, 20.0], [np.nan, 60.0]]))
    np.testing.assert_allclose(met[0], [[16, 36, 36, 12], [20, 30, 0, 0]])
    np.testing.assert_allclose(met[1], [[30, 30, 30, 10], [50, 0, 0, 0]])


@given(
    due=st.lists(MONEY, min_size=4, max_size=4),
    other=st.lists(st.floats(-1e5, 1e5), min_size=4, max_size=4),
    interest=st.floats(0.0, 1e5),
)
def test_stock_rolls_with_taken_figures_and_paths(due, other, interest):
    path = project_debt(
        terms(
            years=4, stock=1e6, limit=1.5e6, old_due=np.array(due), other_change=np.array(other),
            old_interest=np.array([[interest, 0, 0, 0], [0, 0, 0, 0]]), new_issue=flat(100, 4),
        )
    )  # fmt: skip
    closing = path.opening + path.proceeds - path.repaid + path.other_change
    np.testing.assert_allclose(path.stock, closing, atol=1e-6)
    np.testing.assert_allclose(path.opening[..., 1:], path.stock[..., :-1], atol=1e-6)
    assert path.interest.shape == (2, 4)
    assert path.interest[0, 0] - path.interest[1, 0] == pytest.approx(interest, abs=1e-6)
    np.testing.assert_array_equal(path.interest[0, 1:], path.interest[1, 1:])


def test_other_changes_fall_due_and_pay_like_new_bonds():
    """50 added in year one at 2 % for two years: interest from year two, all due in year three; 30 taken off leaves the old debt."""
    nothing = {"old_due": flat(0, 4), "new_issue": flat(0, 4), "refinancing_share": flat(0, 4), "stock": 100.0}
    added = project_debt(
        terms(
            years=4, **nothing, old_rate=flat(0, 4), other_change=np.array([50.0, 0, 0, 0]), new=issue(0.02, 2, years=4)
        )
    )
    assert added.interest.tolist() == [0, 1, 1, 0] and added.repaid.tolist() == [0, 0, 50, 0]
    less = project_debt(terms(years=4, **nothing, old_rate=flat(0.1, 4), other_change=np.array([-30.0, 0, 0, 0])))
    assert less.interest.tolist() == [10, 7, 7, 7] and less.stock.tolist() == [70] * 4
