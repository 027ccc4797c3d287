"""Stock funds by age and destination, temporary payments in four movements: by hand, and on the shipped county."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.analysis.balance.flows import list_flows
from fiscal_model.analysis.balance.stock_money import age_stock_money
from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.arithmetic.budgets.ageing import above_share, age_in, due_back
from fiscal_model.arithmetic.budgets.funds import project_funds
from fiscal_model.arithmetic.budgets.payment_movements import roll_payments
from fiscal_model.model.compute import fund_terms
from fiscal_model.model.projection import project
from fiscal_model.words.vocabulary import StockDestination

YEARS = (2026, 2027, 2028, 2029, 2030)


def with_table(plan, name, rows):
    place = replace(plan.basis.place, tables=dict(plan.basis.place.tables) | {name: rows})
    return project(place, plan.basis.scenario, fitted=plan.basis.revenue.fitted)


# ageing ----------------------------------------------------------------------------------------------------


def test_money_may_be_kept_for_two_years():
    """What came in 2024 may be spent in 2025 and 2026; it is due in 2027. What is past due is due at once."""
    due = due_back(np.array([1.0, 2.0, 4.0, 8.0]), np.array([2020, 2023, 2024, 2028]), YEARS, 2)
    assert due.sum(axis=1).tolist() == [3, 4, 0, 0, 0]
    assert age_in(np.array([2020, 2025, 2030]), (2025,)).tolist() == [[5, 0, 0]]


@given(st.lists(st.tuples(st.integers(2015, 2026), st.integers(0, 900)), max_size=8))
@settings(max_examples=40, deadline=None)
def test_everything_falls_due_once(rows):
    origin = np.array([year for year, _ in rows], dtype=int)
    amount = np.array([float(money) for _, money in rows])
    due = due_back(amount, origin, tuple(range(2026, 2031)), 2)
    np.testing.assert_allclose(due.sum(axis=0), amount)
    paths = due_back(np.stack([amount, 2 * amount]), origin, YEARS, 2)
    np.testing.assert_allclose(paths[1], 2 * due)


def test_a_fund_above_its_line():
    np.testing.assert_allclose(above_share(np.array([2100.0, 300.0]), np.array([6400.0, 0.0]), 0.3), [180, 300])


def test_stock_money_of_the_invented_county(plan_of):
    """2022 was never given out: back up. 2023 was: taken back. Land keeps 2 100 of 6 400: 180 too much."""
    found = age_stock_money(plan_of("yunshui"))
    first = found.recoverable[2026]
    assert first[StockDestination.RETURNED] == 560
    assert first[StockDestination.TREASURY] == 560 + 140
    assert first[StockDestination.GENERAL] == 180
    assert found.recoverable.at[StockDestination.STABILIZATION, 2027] == 840
    assert found.ageing.to_numpy().sum() == found.rows["amount"].sum() == 9600 + 4800
    assert found.recoverable.to_numpy().sum() == found.rows["amount"].sum()  # the 180 are not due a second time


def test_what_is_above_the_line_is_one_figure_here_and_among_the_flows(plan_of):
    plan = plan_of("yunshui")
    flows = list_flows(plan)
    moved = flows[flows["flow"].str.contains("结转超过") & (flows["year"] == 2026)]["amount"].sum()
    split = plan.basis.balance.funds.split
    late = (split.excess * split.gives_excess).sum()
    assert late == age_stock_money(plan).recoverable.at[StockDestination.GENERAL, 2026] == 180
    none = fund_terms(plan.basis, dict(plan.lines))
    none = replace(none, split=replace(split, excess=np.zeros(len(split.excess))))
    of_the_year = project_funds(none).excess_transfer_out[0]
    assert late <= moved <= late + of_the_year + 1e-6  # the rest is what 2026 itself leaves above the line


@given(st.lists(st.tuples(st.integers(2022, 2025), st.integers(0, 9_000)), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_no_more_falls_due_than_there_is(plan_of, rows):
    """Land's carry-over of 6,400 of income, however old: what is above the line, and what is due, is at most all of it."""
    plan = plan_of("yunshui")
    register = plan.basis.place.rows("carryovers")
    land = register[register["code"] == "1030148"].iloc[0]
    made = pd.DataFrame([land.to_dict() | {"origin_year": year, "amount": float(money)} for year, money in rows])
    changed = pd.concat([register[register["code"] != "1030148"], made], ignore_index=True)
    place = replace(plan.basis.place, tables=dict(plan.basis.place.tables) | {"carryovers": changed})
    found = age_stock_money(replace(plan, basis=replace(plan.basis, place=place)))
    np.testing.assert_allclose(found.recoverable.to_numpy().sum(), changed["amount"].sum())


def test_superior_money_never_given_out_is_not_the_county_s(plan_of):
    plan = plan_of("yunshui")
    assert (
        plan.basis.balance.commitments.old_carryover[0] == plan.basis.balance.commitments.returned_carryover[0] == 560
    )
    rows = plan.basis.place.rows("carryovers").assign(superior=None, distributed=None)
    assert with_table(plan, "carryovers", rows).basis.balance.commitments.old_carryover[0] == 1120


def test_a_place_without_a_register_has_no_stock_money(plan_of):
    assert age_stock_money(plan_of("gangu")) is None
    assert roll_temporary_payments(plan_of("gangu")) is None


# temporary payments ----------------------------------------------------------------------------------------


@given(st.lists(st.tuples(*[st.floats(0, 100)] * 4), min_size=1, max_size=6), st.floats(0, 1000))
@settings(max_examples=40, deadline=None)
def test_four_movements_roll(rows, stock):
    new, by_budget, collected, in_kind = np.array(rows).T
    path = roll_payments(stock, new, by_budget, collected, in_kind)
    np.testing.assert_allclose(path.opening[0], stock, atol=1e-9)
    np.testing.assert_allclose(path.opening[1:], path.closing[:-1], atol=1e-9)
    np.testing.assert_allclose(path.closing, path.opening + path.new - path.cleared, atol=1e-9)
    paths = roll_payments(np.array([stock, stock]), np.stack([new, new]), by_budget, collected, in_kind)
    np.testing.assert_allclose(paths.closing[1], path.closing)


def test_new_payments_are_cleared_by_the_budget_a_year_later(plan_of):
    usual, more = plan_of("yunshui"), plan_of("yunshui", new_payments=100.0)
    np.testing.assert_allclose(more.lines["digestion"] - usual.lines["digestion"], [0, 100, 100, 100, 100])
    stock = more.lines["temporary_payments_stock"] - usual.lines["temporary_payments_stock"]
    np.testing.assert_allclose(stock, 100)
    never = plan_of("yunshui", new_payments=100.0, new_payments_cleared_share=0.0)
    np.testing.assert_allclose(
        never.lines["temporary_payments_stock"][-1] - usual.lines["temporary_payments_stock"][-1], 500
    )


def test_nothing_to_clear_has_no_rate():
    path = roll_payments(0.0, np.zeros(2), np.zeros(2), np.zeros(2), np.zeros(2))
    assert np.isnan(path.clearing_rate).all()


def test_temporary_payments_by_hand(plan_of):
    """7 800 open: 1 900 by the budget in two years, 2 600 and 1 100 got back, 2 200 in kind; empty in 2029."""
    plan = plan_of("yunshui")
    found = roll_temporary_payments(plan)
    assert found.path.opening[0] == 7800
    assert found.path.by_budget.sum() == 1900
    np.testing.assert_allclose(found.path.collected.sum(), 3700)
    np.testing.assert_allclose(found.path.in_kind.sum(), 2200)
    assert found.zero_year == 2029
    np.testing.assert_allclose(found.path.recovered.sum() / found.path.cleared.sum(), 5900 / 7800)
    spent = plan.lines["expenditure"] + plan.lines["fund_expenditure"]
    np.testing.assert_allclose(found.share, plan.lines["temporary_payments_stock"] / spent)
    assert found.passes.all()
    assert found.ledger.loc[found.ledger["overdue"], "item"].tolist() == ["县自来水公司管网改造借款"]


def test_what_is_got_back_costs_the_plan_nothing(plan_of):
    plan = plan_of("yunshui")
    rows = plan.basis.place.rows("temporary_payments").assign(clearing=None, debtor="", due_date=None)
    by_budget = with_table(plan, "temporary_payments", rows)
    np.testing.assert_allclose(by_budget.lines["digestion"].sum(), 7800)
    np.testing.assert_allclose(
        by_budget.lines["temporary_payments_stock"], plan.lines["temporary_payments_stock"], atol=1e-9
    )
    back = plan.basis.balance.commitments.payments.recovered
    rigid = by_budget.lines["digestion"] - plan.lines["digestion"]
    np.testing.assert_allclose(rigid, back, atol=1e-9)


def test_new_payments_stay_open_until_somebody_plans_them(plan_of):
    plan = plan_of("yunshui", new_payments=10000.0, new_payments_cleared_share=0.0)
    found = roll_temporary_payments(plan)
    assert found.zero_year is None
    np.testing.assert_allclose(found.path.closing[-1], 50000, atol=1e-6)
    assert not found.passes.all()
    np.testing.assert_allclose(plan.lines["digestion"], plan_of("yunshui").lines["digestion"])


def test_a_due_day_makes_a_payment_late(plan_of):
    plan = plan_of("yunshui")
    rows = plan.basis.place.rows("temporary_payments").copy()
    rows["due_date"] = [pd.Timestamp("2024-06-30").date()] + [None] * (len(rows) - 1)
    assert roll_temporary_payments(with_table(plan, "temporary_payments", rows)).ledger["overdue"].sum() == 1
