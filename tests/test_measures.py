"""Packages of measures: weighed, dated, taken into the plan once, compared with and without; the table adds up."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from fiscal_model.analysis.balance.with_and_without import MEASURED, compare_measures
from fiscal_model.blocks.balance.packages import packages_of
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import with_packages
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import project
from fiscal_model.words.identities import check_identities
from fiscal_model.words.vocabulary import Certainty, MeasureKind

ARRAYS = (
    "own_revenue", "own_revenue_nontax", "nontax_one_off", "transfer_in", "from_funds", "from_state_capital",
    "flexible_cut", "projects_cut", "projects_postponed_out", "projects_postponed_in", "fund_revenue",
    "state_capital_revenue",
)  # fmt: skip


def measure(kind, target, year=2027, amount=100.0, *, code="T1", start=None, certainty="certain", to=None):
    return {
        "package_code": code, "name": f"措施{code}", "kind": MeasureKind(kind), "target": target, "owner": "县财政局",
        "start_date": start or dt.date(2026, 1, 1), "finish_date": None, "basis": None, "year": year, "amount": amount, "postponed_to": to,
        "certainty": Certainty(certainty), "unit": "10k_yuan", "source": "测试", "note": "", "row_line": 2,
    }  # fmt: skip


def with_measures(plan, *rows):
    tables = dict(plan.basis.place.tables) | {"measures": pd.DataFrame(list(rows))}
    if not rows:
        del tables["measures"]
    place = replace(plan.basis.place, tables=tables)
    return project(place, plan.basis.scenario, fitted=plan.basis.revenue.fitted)


@pytest.fixture(scope="module")
def bare(plan_of):
    return with_measures(plan_of("yunshui"))


def added(plan, base, line):
    return plan.lines[line] - base.lines[line]


def before_steps(plan):
    surplus = [name for name in plan.steps if name in {"surplus_from_funds", "surplus_to_fund", "surplus_unallocated"}]
    short = [name for name in plan.steps if not name.startswith("surplus")]
    return sum(plan.steps[name] for name in surplus) - sum(plan.steps[name] for name in short)


@pytest.mark.parametrize("certainty", list(Certainty))
def test_an_amount_counts_by_its_certainty(bare, certainty):
    plan = with_measures(bare, measure("raise", "10305", certainty=certainty))
    share = rules("measure_certainty")[certainty.value]["share"]
    np.testing.assert_allclose(added(plan, bare, "own_revenue"), [0, 100 * share, 0, 0, 0], atol=1e-9)


def test_the_first_year_counts_from_its_month(bare):
    """From 1 October: three of twelve months; the next year whole. A sale counts whole."""
    start = dt.date(2027, 10, 1)
    rows = [measure("raise", "10101", year, 120.0, start=start) for year in (2027, 2028)]
    plan = with_measures(bare, *rows, measure("sell", "10307", 2027, 80.0, code="T2", start=start))
    np.testing.assert_allclose(added(plan, bare, "tax_revenue"), [0, 30, 120, 0, 0], atol=1e-9)
    np.testing.assert_allclose(added(plan, bare, "nontax_revenue"), [0, 80, 0, 0, 0], atol=1e-9)


def test_the_money_stands_at_its_own_item(bare):
    plan = with_measures(bare, measure("raise", "10110"), measure("sell", "10307", code="T2", amount=50.0))
    change = (plan.revenue_items - bare.revenue_items)[1]
    items = bare.basis.revenue.forecast.items
    expected = np.array([100.0 * (code == "10110") + 50.0 * (code == "10307") for code in items])
    np.testing.assert_allclose(change, expected, atol=1e-6)
    np.testing.assert_allclose(plan.revenue_items.sum(axis=1), plan.lines["own_revenue"])


def test_what_took_effect_by_the_base_year_is_in_its_figures(bare):
    plan = with_measures(bare, measure("raise", "10101", 2025), measure("raise", "10101", 2040, code="T2"))
    assert plan.basis.balance.packages.codes == ()
    assert compare_measures(plan) is None


def test_a_project_put_off_keeps_its_sum(bare):
    """Half of YSP06's money of 2027 comes in 2029; with a reserve on top of it."""
    plan = with_measures(bare, measure("postpone", "YSP06", 2027, 450.0, to=2029))
    change = plan.basis.balance.commitments.candidate_projects - bare.basis.balance.commitments.candidate_projects
    found = plan.basis.balance.packages
    np.testing.assert_allclose(found.projects_postponed_out, [0, 450, 0, 0, 0])
    np.testing.assert_allclose(found.projects_postponed_in, [0, 0, 0, 450, 0])
    assert change.sum() == pytest.approx(0, abs=1e-6)
    assert (change[1], change[3]) == (-450, 450)
    kept = 1 - bare.basis.assumed.path("reserve_rate")
    moved = before_steps(plan) - before_steps(bare)
    np.testing.assert_allclose(moved, np.array([0, 450, 0, -450, 0]) / kept, atol=1e-6)


def test_what_is_put_off_beyond_the_plan_is_said(bare):
    found = with_measures(bare, measure("postpone", "YSP06", 2027, 450.0, to=2034)).basis.balance.packages
    assert found.postponed_beyond == 450
    assert not found.projects_postponed_in.any()


def test_cuts_lower_the_spending_they_name(bare):
    plan = with_measures(
        bare, measure("cut", "YSP03", 2028, 120.0), measure("cut", "flexible_spending", 2028, code="T2")
    )
    np.testing.assert_allclose(added(plan, bare, "committed_projects"), [0, 0, -120, 0, 0], atol=1e-9)
    kept = 1 - bare.basis.assumed.path("reserve_rate")
    moved = before_steps(plan) - before_steps(bare)
    np.testing.assert_allclose(moved, np.array([0, 0, 220, 0, 0]) / kept, atol=1e-6)


def test_a_transfer_leaves_one_budget_and_enters_the_other(bare):
    plan = with_measures(bare, measure("transfer", "state_capital", 2030, 100.0))
    took = added(plan, bare, "state_capital_transfer_out")
    # A year that is short takes the rest of the state-capital income by itself: the measure's part is what it took before that.
    assert took[-1] - (plan.steps["extra_transfer_in"] - bare.steps["extra_transfer_in"])[-1] == pytest.approx(100)
    np.testing.assert_allclose(added(plan, bare, "transfer_in"), took + added(plan, bare, "fund_transfer_out"))
    np.testing.assert_allclose(added(plan, bare, "state_capital_expenditure"), -took, atol=1e-9)


def test_no_budget_gives_more_than_it_has(bare):
    plan = with_measures(
        bare, measure("transfer", "state_capital", 2030, 1e5), measure("transfer", "funds", 2030, 1e5, code="T2")
    )
    check_identities(plan.lines, plan.years)
    assert (plan.lines["state_capital_expenditure"] >= -1e-6).all()
    assert (plan.lines["fund_other_spending"] >= -1e-6).all()


def test_fund_revenue_goes_to_the_funds(bare):
    plan = with_measures(bare, measure("raise", "1030156"), measure("sell", "fund_revenue", code="T2", amount=40.0))
    np.testing.assert_allclose(added(plan, bare, "fund_revenue"), [0, 140, 0, 0, 0], atol=1e-9)
    assert not added(plan, bare, "own_revenue").any()


def test_of_more_state_capital_revenue_the_general_budget_gets_its_share(bare):
    plan = with_measures(bare, measure("raise", "state_capital_revenue"))
    share = bare.basis.assumed.path("state_capital_transfer_share")[1]
    np.testing.assert_allclose(added(plan, bare, "state_capital_revenue"), [0, 100, 0, 0, 0], atol=1e-9)
    assert before_steps(plan)[1] - before_steps(bare)[1] == pytest.approx(100 * share)
    assert not added(plan, bare, "own_revenue").any()
    check_identities(plan.lines, plan.years)


def test_no_package_leaves_the_plan_bit_for_bit(bare):
    lines, steps = compute(with_packages(bare.basis, bare.basis.balance.packages.none()), Drivers.unchanged(5))
    for name, values in bare.lines.items():
        np.testing.assert_array_equal(lines[name], values, err_msg=name)
    for name, values in bare.steps.items():
        np.testing.assert_array_equal(steps[name], values, err_msg=name)


def test_packages_of_a_place_without_measures(place):
    found = packages_of(place("gangu"), 2024, (2025, 2026, 2027))
    assert not any(getattr(found, name).any() for name in ARRAYS)
    with pytest.raises(KeyError):
        found.without("YSM01")


# the shipped county ----------------------------------------------------------------------------------------


def test_packages_add_up(plan_of):
    packages = plan_of("yunshui").basis.balance.packages
    for name in ARRAYS:
        alone = sum(getattr(packages.only(code), name) for code in packages.codes)
        np.testing.assert_allclose(alone, getattr(packages, name), atol=1e-9, err_msg=name)
        for code in packages.codes:
            rest = getattr(packages.without(code), name) + getattr(packages.only(code), name)
            np.testing.assert_allclose(rest, getattr(packages, name), atol=1e-9, err_msg=name)


def test_with_and_without_tie_and_are_ordered(plan_of):
    plan = plan_of("yunshui")
    found = compare_measures(plan)
    for name in MEASURED:
        singles = sum(found.of(str(code), name) for code in found.about.index)
        np.testing.assert_allclose(singles + found.interaction[name], found.together[name], atol=1e-6)
    totals = [round(found.of(str(code), "relief").sum(), 2) for code in found.about.index]
    assert totals == sorted(totals, reverse=True)
    assert set(found.about["kind"]) == set(MeasureKind)
    assert found.about["order"].tolist() == list(range(1, len(totals) + 1))


def test_a_plan_without_a_package_is_the_plan_of_a_place_without_it(plan_of):
    plan = plan_of("yunshui")
    rows = plan.basis.place.rows("measures")
    again = with_measures(plan, *rows[rows["package_code"] != "YSM01"].to_dict("records"))
    found = compare_measures(plan)
    np.testing.assert_allclose(
        plan.lines["fiscal_space"] - again.lines["fiscal_space"], found.of("YSM01", "space"), atol=1e-9
    )


def test_the_baseline_without_measures_has_no_packages(plan_of):
    assert plan_of("yunshui").without_measures.basis.balance.packages.codes == ()
