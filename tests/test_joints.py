"""Laws of the whole plan where budgets meet: tied money fills no other hole, a yuan of cost is missing once, order is nothing."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.arithmetic.budgets.funds import each_fund
from fiscal_model.model.compute import compute, fund_terms
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import project
from fiscal_model.report.tables.risk_tables import between_budgets_table
from fiscal_model.words.vocabulary import DebtKind

SCENARIOS = ("baseline", "pessimistic", "land_slump")
GAPS = ("funding_gap", "fund_gap", "fund_transfer_in", "insurance_shortfall", "guarantees_shortfall")
GENERAL_GIVES = ("unallocated", "flexible_spending", "candidate_projects", "earmarked_spending", "contingency_reserve")
"""What gives way in the general budget when a yuan is missing and nobody else responds."""


def lines_of(basis, paths=0):
    """Lines of the plan, or of futures around it, (path, year)."""
    years = len(basis.years)
    drivers = Drivers.unchanged(years)
    if paths:
        draw = np.random.default_rng(7)
        drivers = Drivers(*(np.exp(draw.normal(0, spread, (paths, years))) for spread in (0.15, 0.08, 0.6)))
    return compute(basis, drivers)[0]


def balance_with(basis, **changes):
    return replace(basis, balance=replace(basis.balance, **changes))


def plus(values, year, amount=1.0):
    more = np.array(values, dtype=float)
    more[year] += amount
    return more


# one more yuan of cost -----------------------------------------------------------------------------------------


def guarantee(group):
    def dearer(basis, year):
        found = basis.guarantees
        need, county = (
            {key: plus(part, year + 1) if str(key) == group else part for key, part in each.items()}
            for each in (found.need, found.county)
        )
        return replace(basis, guarantees=replace(found, need=need, county=county))

    return dearer


def debt(kind, cost):
    def dearer(basis, year):
        legal = basis.debt.legal[kind]
        path = replace(legal.path, **{cost: plus(getattr(legal.path, cost), year)})
        return replace(basis, debt=replace(basis.debt, legal={**basis.debt.legal, kind: replace(legal, path=path)}))

    return dearer


def commitment(name):
    def dearer(basis, year):
        found = basis.balance.commitments
        return balance_with(basis, commitments=replace(found, **{name: plus(getattr(found, name), year)}))

    return dearer


def hidden(basis, year):
    found = basis.debt.hidden
    path = replace(found.path, interest=plus(found.path.interest, year))
    return replace(basis, debt=replace(basis.debt, hidden=replace(found, path=path)))


def subsidy(basis, year):
    insurance = basis.balance.insurance
    if not insurance.schemes:
        return None
    path = replace(insurance.path, shortfall=plus(insurance.path.shortfall, (year, 0)))
    return balance_with(basis, insurance=replace(insurance, path=path))


def land(basis, year):
    found = basis.revenue.land
    if not (np.nan_to_num(found.revenue) > 0).all():
        return None
    sold = lines_of(basis)["land_revenue"]
    share = plus(np.broadcast_to(found.cost_share, found.revenue.shape), year, 1 / sold[year])
    return replace(basis, revenue=replace(basis.revenue, land=replace(found, cost_share=share)))


def own_use(basis, year):
    """A fund's own spending goes on in every year: the year's yuan is the revenue's share of one."""
    funds = basis.balance.funds
    if funds is None or not basis.revenue.land.revenue[year]:
        return None
    at = int(np.argmax(funds.split.land))
    split = replace(funds.split, own_spending=plus(funds.split.own_spending, at, 1 / basis.revenue.land.revenue[year]))
    return balance_with(basis, funds=replace(funds, split=split))


COSTS: dict[str, Callable] = {
    **{group: guarantee(group) for group in ("living", "salaries", "operations")},
    **{f"{cost}, {kind}": debt(kind, cost) for kind in DebtKind for cost in ("interest", "fees")},
    "digestion": commitment("digestion"), "signed projects": commitment("committed_projects"),
    "hidden debt": hidden, "insurance": subsidy, "land": land,
}  # fmt: skip


def missing(before, after):
    """Yuan that are missing or no longer there at the end: (general budget, government funds)."""
    known = [name for name in after if np.isfinite(before[name]).all()]
    change = {name: float(np.sum(np.asarray(after[name]) - before[name])) for name in known}
    closing = {
        name: float(after[name][-1] - before[name][-1]) for name in ("stabilization_fund_stock", "fund_carry_out")
    }
    general = change["funding_gap"] + change["rescue_in"] - change["rescue_repaid"] + change["transfer_in"]
    general -= (
        sum(change[name] for name in GENERAL_GIVES) + closing["stabilization_fund_stock"] + change["revolving_topup"]
    )
    funds = change["fund_gap"] - change["fund_other_spending"] - change["fund_transfer_out"] - closing["fund_carry_out"]
    return general, funds


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("cost", COSTS)
def test_one_more_yuan_of_any_cost_is_missing_exactly_once(plan_of, place_id, scenario, cost):
    """Whatever it is and whichever year: one yuan in one budget, nothing in the other, and no gap closes by it."""
    basis = plan_of(place_id, scenario).basis
    before = lines_of(basis)
    for year in range(len(basis.years)):
        dearer = COSTS[cost](basis, year)
        if dearer is None:
            assert place_id in ("zhangye", "gangu")
            return
        after = lines_of(dearer)
        assert sum(missing(before, after)) == pytest.approx(1, abs=1e-4)
        for name in GAPS:
            assert (np.nan_to_num(after[name] - before[name]) > -1e-6).all(), (name, year)
        assert (after["uncommitted_resources"][year] - before["uncommitted_resources"][year]) <= 1e-6
        for name in ("own_revenue", "transfers", "debt_proceeds_general", "debt_proceeds_special", "fund_revenue"):
            np.testing.assert_array_equal(after[name], before[name], err_msg=name)


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("name", ["lijiang", "yunshui"])
def test_one_more_yuan_of_cost_closes_no_gap_in_any_future(plan_of, name, cost):
    basis = plan_of(name).basis
    dearer = COSTS[cost](basis, 1)
    before, after = lines_of(basis, 60), lines_of(dearer, 60)
    for gap in GAPS:
        assert (after[gap] - before[gap] > -1e-6).all(), gap


@pytest.mark.parametrize("name", ["lijiang", "yunshui"])
def test_one_more_yuan_of_a_funds_own_use_is_spent_or_wanting(plan_of, name):
    """The land fund's: uncommitted money of the fund falls, or what it lacks rises, by the yuan; no gap closes.

    Without levies: up to them own use is set aside anyhow.
    """
    basis = plan_of(name).basis
    land = basis.revenue.land
    basis = replace(basis, revenue=replace(basis.revenue, land=replace(land, levied_share=0 * land.levied_share)))
    before, after = lines_of(basis), lines_of(own_use(basis, 0))
    change = {
        key: after[key][0] - before[key][0]
        for key in ("fund_uncommitted", "fund_short", "fund_transfer_out", "fund_carry_out")
    }
    given = change["fund_short"] - change["fund_uncommitted"] - change["fund_transfer_out"] - change["fund_carry_out"]
    assert given == pytest.approx(1, abs=1e-6)
    for gap in GAPS:
        assert (after[gap] - before[gap] > -1e-6).all(), gap


@pytest.mark.parametrize("name", ["yunshui", "lijiang"])
def test_one_more_yuan_of_a_schemes_benefits_is_missing_once(plan_of, name):
    """Out of the scheme's own stock as long as it lasts, then out of the general budget: once, and no other scheme moves."""
    plan = plan_of(name)
    place = plan.basis.place
    rows = place.rows("insurance")
    for scheme in plan.basis.balance.insurance.schemes:
        mine = (rows["scheme"] == scheme) & (rows["item"] == "expenditure") & (rows["year"] == plan.base_year)
        changed = rows.assign(amount=rows["amount"] + 1.0 * mine)
        tables = MappingProxyType({**place.tables, "insurance": changed})
        more = project(replace(place, tables=tables), plan.basis.scenario, fitted=plan.basis.revenue.fitted)
        old, new = plan.basis.balance.insurance.path, more.basis.balance.insurance.path
        asked = (new.expenditure - old.expenditure).sum(axis=0)
        paid = old.stock[-1] - new.stock[-1] + (new.shortfall - old.shortfall).sum(axis=0)
        np.testing.assert_allclose(paid, asked, atol=1e-6)
        assert np.flatnonzero(asked).tolist() == [plan.basis.balance.insurance.schemes.index(scheme)]
        added = (more.lines["insurance_shortfall"] - plan.lines["insurance_shortfall"]).sum()
        before, after = dict(plan.lines), dict(more.lines)
        assert sum(missing(before, after)) == pytest.approx(added, abs=1e-4)
        for gap in GAPS:
            assert (after[gap] - before[gap] > -1e-6).all(), gap


# tied money ----------------------------------------------------------------------------------------------------


def richer_fund(basis, at):
    """The same plan where one fund takes in 1,000 万元 more in the base year's terms, and the others what they did."""
    funds, opening = basis.balance.funds, basis.balance.fund_opening
    whole = opening.other_revenue
    other = np.array(funds.split.other) * whole
    other[:, at] += 1_000
    split = replace(funds.split, other=other / (whole + 1_000))
    return balance_with(
        basis, funds=replace(funds, split=split), fund_opening=replace(opening, other_revenue=whole + 1_000)
    )


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", ["lijiang", "yunshui"])
def test_more_income_of_a_tied_fund_lowers_no_gap_but_its_own(plan_of, name, scenario):
    """Project income pays project bonds, which others helped with before: all other tied funds move nobody's gap."""
    basis = plan_of(name, scenario).basis
    funds = basis.balance.funds
    before = lines_of(basis, 30)
    for at, code in enumerate(funds.codes):
        if funds.split.may_give[at] or funds.split.gives_excess[at] or code in ("10310", "11004"):
            continue
        after = lines_of(richer_fund(basis, at), 30)
        for gap in (*GAPS, "transfer_in", "expenditure"):
            np.testing.assert_allclose(after[gap], before[gap], atol=1e-6, err_msg=f"{code} {gap}")


def earmarked(basis):
    transfers = basis.revenue.transfers
    path = replace(transfers.path, special=transfers.path.special + 1_000)
    return replace(basis, revenue=replace(basis.revenue, transfers=replace(transfers, path=path)))


def grants(basis):
    opening = basis.balance.fund_opening
    return balance_with(basis, fund_opening=replace(opening, transfers=opening.transfers + 1_000))


def carried(basis):
    flows = {**basis.balance.opening.flows}
    flows["carry_out"] += 1_000
    return balance_with(basis, opening=replace(basis.balance.opening, flows=flows))


def scheme_stock(basis):
    insurance = basis.balance.insurance
    if not insurance.schemes:
        return None
    return balance_with(
        basis, insurance=replace(insurance, path=replace(insurance.path, stock=insurance.path.stock + 1_000))
    )


TIED = {
    "earmarked transfers": earmarked,
    "grants of the funds": grants,
    "carried over": carried,
    "a scheme's stock": scheme_stock,
}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("money", TIED)
def test_more_tied_money_never_lowers_a_gap(plan_of, place_id, scenario, money):
    """It is spent for its use, with the legal reserve on that; grants of a place with totals only leave the funds no more.

    The stabilisation fund's cap goes by all expenditure, tied money included: here it is out of the way.
    """
    basis = plan_of(place_id, scenario, stabilization_cap_share=1.0).basis
    richer = TIED[money](basis)
    if richer is None:
        assert place_id in ("zhangye", "gangu")
        return
    for paths in (0, 30):
        before, after = lines_of(basis, paths), lines_of(richer, paths)
        for gap in GAPS:
            if not (money == "a scheme's stock" and gap == "insurance_shortfall"):
                assert (np.nan_to_num(after[gap] - before[gap]) > -1e-6).all(), gap
        np.testing.assert_allclose(after["fund_transfer_out"], before["fund_transfer_out"], atol=1e-6)
        free = [
            lines["uncommitted_resources"]
            + lines["contingency_reserve"]
            - lines["reserve_unallocated"]
            - lines["transfer_in"]
            for lines in (before, after)
        ]
        np.testing.assert_allclose(free[1], free[0], atol=1e-6)


@pytest.mark.parametrize("name", ["gangu", "zhangye"])
def test_totals_move_nothing_above_the_line(plan_of, name):
    """甘谷 2024: 7,886 carried over, 30 % of 6,842 is 2,052.6; 5,833.4 were swept, then 727.3 of the funds' own spending a year.

    Nobody knows whose money it is; of 28,501 carried out of 2023, 83 % of that year's revenue, nothing was moved either.
    """
    plan = plan_of(name)
    assert plan.basis.balance.funds is None
    assert not plan.line("fund_transfer_out").any()
    if name == "gangu":
        np.testing.assert_allclose(plan.line("fund_carry_out"), 2_052.6)
        np.testing.assert_allclose(plan.line("fund_other_spending"), [6_560.7, 727.3, 727.3, 727.3, 727.3], atol=0.1)
    assert any("无从判断" in note for note in between_budgets_table(plan).notes)
    assert not any("无从判断" in note for note in between_budgets_table(plan_of("lijiang")).notes)


def test_a_measure_raises_the_fund_that_it_names(plan_of):
    """云水 raises the infrastructure levy by 42 and 63: all of it went by the funds' shares, three quarters to project income."""
    plan = plan_of("yunshui")
    funds, raised = plan.basis.balance.funds, plan.basis.balance.packages.fund_revenue
    np.testing.assert_allclose(raised, [42, 63, 0, 0, 0])
    found, bare = (
        each_fund(fund_terms(one.basis, dict(one.lines)))["revenue"] for one in (plan, plan.without_measures)
    )
    more = found - bare
    levy = funds.codes.index("1030156")
    np.testing.assert_allclose(more[:, levy], raised)
    np.testing.assert_allclose(np.delete(more, levy, axis=1), 0, atol=1e-9)
    unnamed = replace(
        plan.basis.balance.packages,
        rows=plan.basis.balance.packages.rows.replace({"target": {"1030156": "fund_revenue"}}),
    )
    np.testing.assert_allclose(unnamed.of_funds(funds.codes, funds.split.other)[0], 42 * funds.split.other[0])


# chances -------------------------------------------------------------------------------------------------------


def test_chances_of_a_gap_count_land_costs_and_schemes_on_every_path(plan_of):
    """云水: land costs nobody can pay were netted away (0.0 %); a scheme's hole is a duty of the general budget in every future."""
    plan = plan_of("yunshui")
    chance = simulate(plan, paths=400).probabilities
    short = plan.line("land_cost_gap") > 0.5
    assert short.any() and (chance["land_cost_gap"][short] > 0.5).all()
    assert (chance["fund_gap"] >= np.maximum(chance["land_cost_gap"], chance["fund_debt_gap"]) - 1e-12).all()
    rows = plan.basis.place.rows("insurance")
    scheme = plan.basis.balance.insurance.schemes[0]
    mine = (rows["scheme"] == scheme) & (rows["item"] == "expenditure") & (rows["year"] == plan.base_year)
    tables = MappingProxyType(
        {**plan.basis.place.tables, "insurance": rows.assign(amount=rows["amount"] + 60_000.0 * mine)}
    )
    holed = project(replace(plan.basis.place, tables=tables), plan.basis.scenario, fitted=plan.basis.revenue.fitted)
    more = simulate(holed, paths=400).probabilities["funding_gap"]
    assert (more >= chance["funding_gap"]).all() and more.max() > chance["funding_gap"].max() + 0.2


# order ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lijiang", "yunshui", "zhangye", "gangu"])
def test_the_sum_of_all_gaps_does_not_depend_on_the_order_of_rows(plan_of, name):
    """Funds, schemes, projects, debts, transfers: every register of the place turned round."""
    plan = plan_of(name, "pessimistic")
    place = plan.basis.place
    turned = {
        key: rows.iloc[::-1].reset_index(drop=True) if key != "ledger" else rows for key, rows in place.tables.items()
    }
    other = project(replace(place, tables=MappingProxyType(turned)), plan.basis.scenario)
    for gap in GAPS:
        np.testing.assert_allclose(other.lines[gap], plan.lines[gap], atol=1e-6, err_msg=gap)
    assert sum(other.lines[gap].sum() for gap in GAPS) == pytest.approx(sum(plan.lines[gap].sum() for gap in GAPS))
