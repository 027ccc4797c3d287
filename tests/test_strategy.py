"""The strategy for hidden debt: its optimum against trying everything, what is short, laws it must keep."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.arithmetic.debt.hidden import SOURCES
from fiscal_model.arithmetic.debt.strategy_solver import LIMITS, outcome_of, solve_strategy
from fiscal_model.arithmetic.debt.strategy_terms import (
    ASSET_SALE,
    BUDGET,
    PROJECT_INCOME,
    RESTRUCTURING,
    SWAP,
    debt_flows,
    set_plain_terms,
)

YEARS = (2026, 2027, 2028)
MONEY = ("balance", "space", "swap_quota", "asset_cash", "project_income", "legal_due", "call_amount")


def allow(*debts):
    return np.array([[source in sources for source in range(len(SOURCES))] for sources in debts])


def terms(balance, rate, sources, **changes):
    changes = {"swap_rate": 0.02, "fee_rate": 0.001, "discount_rate": 0.03, "asset_loss": 0.25} | changes
    return set_plain_terms(
        YEARS, np.array(balance, dtype=float), np.array(rate, dtype=float), allowed=allow(*sources),
        **{"horizon": 8} | {k: np.asarray(v) if isinstance(v, list) else v for k, v in changes.items()},
    )  # fmt: skip


def walk(case, choice):
    """Follow a choice of (year, source) a debt with plain loops: its cost, or None when a limit is broken."""
    horizon, used = case.horizon, np.zeros((4, len(YEARS)))
    cost = 0.0
    own = np.zeros(horizon)
    for debt, (year, source) in enumerate(choice):
        amount, rate = case.balance[debt], case.rate[debt]
        for when in range(horizon):
            if when <= year:
                own[when] += amount * rate
            elif source == SWAP:
                own[when] += amount * case.swap_rate[debt, year]
            elif source == RESTRUCTURING and YEARS[0] + when <= case.eased_to[debt]:
                own[when] += amount * case.eased_rate[debt]
        if source == SWAP:
            own[year] += amount * case.fee_rate
            used[1, year] += amount
        if source == BUDGET:
            used[0, year] += amount
        if source == RESTRUCTURING:
            used[0, case.eased_to[debt] - YEARS[0]] += amount
        if source == ASSET_SALE:
            used[2, year:] += amount
            cost += amount * case.asset_loss / (1 + case.discount_rate) ** (year + 1)
        if source == PROJECT_INCOME:
            used[3, year] += amount
    used[0] += own[: len(YEARS)] + case.legal_due
    room = [case.space, case.swap_quota, np.cumsum(case.asset_cash), case.project_income]
    if (used > np.array(room) + 1e-9).any():
        return None
    return cost + sum(money / (1 + case.discount_rate) ** (when + 1) for when, money in enumerate(own))


def by_trying(case):
    """The least cost over every assignment of whole debts."""
    options = [
        [
            (year, source)
            for year, calendar in enumerate(YEARS)
            for source in np.flatnonzero(case.allowed[debt])
            if calendar <= case.settle_by[debt]
            and (source != RESTRUCTURING or calendar < case.eased_to[debt] <= YEARS[-1])
        ]
        for debt in range(len(case.balance))
    ]
    costs = [walk(case, choice) for choice in itertools.product(*options)]
    return min((cost for cost in costs if cost is not None), default=None)


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 9)), min_size=2, max_size=3),
    st.lists(st.sets(st.integers(0, 4), min_size=1, max_size=3), min_size=3, max_size=3),
    st.lists(st.integers(5, 60), min_size=3, max_size=3),
    st.lists(st.integers(0, 40), min_size=3, max_size=3),
    st.lists(st.integers(0, 30), min_size=3, max_size=3),
    st.lists(st.integers(2026, 2028), min_size=3, max_size=3),
    st.integers(0, 5),
)
@settings(max_examples=60, deadline=None)
def test_whole_debts_cost_what_trying_everything_finds(debts, sources, space, quota, cash, settle, legal):
    balance, rate = zip(*debts, strict=True)
    count = len(balance)
    case = terms(
        balance, np.array(rate) / 100, sources[:count], space=space, swap_quota=quota, asset_cash=cash,
        project_income=cash[::-1], settle_by=settle[:count], whole=np.ones(count, dtype=bool),
        eased_rate=np.full(count, 0.015), eased_to=np.full(count, 2028), legal_due=[legal] * 3,
        refinancing_cap=np.zeros(3),
    )  # fmt: skip
    expected, found = by_trying(case), solve_strategy(case)
    if expected is None:
        assert found.status == "short"
        return
    assert found.status == "optimal"
    assert found.outcome.cost == pytest.approx(expected, rel=1e-5, abs=1e-4)
    np.testing.assert_allclose(found.outcome.amounts.sum(axis=(1, 2)), balance, rtol=1e-12)
    # Whole debts stand in one place only.
    assert (np.count_nonzero(found.outcome.amounts, axis=(1, 2)) == 1).all()


def test_the_dear_debt_goes_first_and_the_cheap_source_is_used():
    case = terms([50, 50], [0.08, 0.04], [{BUDGET, SWAP}, {BUDGET, SWAP}], space=[60, 60, 60], swap_quota=[50, 0, 0])
    found = solve_strategy(case).outcome
    # The budget pays no interest afterwards: all that 2026 can carry beyond interest and fee goes into it.
    assert found.service[0] == pytest.approx(60)
    assert found.amounts[:, :, SWAP].sum() < 50
    assert found.amounts[0, 0].sum() == pytest.approx(50)


def test_a_dominated_source_is_never_used():
    # Selling assets loses a quarter and everything else is free of that: with space enough it stays out.
    case = terms([40, 30], [0.06, 0.05], [{BUDGET, ASSET_SALE}] * 2, space=[100, 100, 100], asset_cash=[100, 0, 0])
    found = solve_strategy(case)
    assert found.outcome.amounts[:, :, ASSET_SALE].sum() == 0
    assert found.outcome.amounts[:, 0, BUDGET].tolist() == [40, 30]
    assert found.binding == ()


def test_what_cannot_be_done_is_left_as_small_as_can_be_and_the_year_is_named():
    case = terms([100], [0.0], [{BUDGET}], space=[20, 30, 10])
    found = solve_strategy(case)
    assert found.status == "short"
    assert found.outcome.unresolved == pytest.approx([40])
    assert found.outcome.stock == pytest.approx([80, 50, 40])
    assert found.shortage.tolist() == pytest.approx([0, 0, 0], abs=1e-4)
    assert found.binding == (("space", 2026), ("space", 2027), ("space", 2028))
    # A settle-by date makes the first year alone bind.
    early = solve_strategy(terms([100], [0.0], [{BUDGET}], space=[20, 30, 10], settle_by=[2026]))
    assert early.outcome.unresolved == pytest.approx([80])
    assert early.binding == (("space", 2026),)


def test_service_beyond_the_space_is_a_shortage_of_that_year():
    case = terms(
        [10], [0.05], [{SWAP}], space=[20, 3, 20], swap_quota=[10, 0, 0], legal_due=[0, 12, 0],
        refinancing_cap=[0, 0.5, 0], refinancing_rate=0.02,
    )  # fmt: skip
    found = solve_strategy(case)
    assert found.status == "short"
    # Half of 12 is refinanced (fee 0.006), the swap costs 0.2 of interest: 6.206 against 3.
    assert found.shortage == pytest.approx([0, 3.206, 0], abs=1e-3)
    assert found.outcome.refinanced == pytest.approx([0, 6, 0], abs=1e-4)
    assert found.binding == (("space", 2027),)


def test_refinancing_frees_the_year_that_binds():
    held = {"space": [30, 30, 30], "legal_due": [30, 0, 0], "refinancing_rate": 0.02}
    without = solve_strategy(terms([25], [0.0], [{BUDGET}], settle_by=[2026], **held))
    assert without.outcome.unresolved == pytest.approx([25])
    freed = solve_strategy(terms([25], [0.0], [{BUDGET}], settle_by=[2026], refinancing_cap=[0.9, 0, 0], **held))
    assert freed.status == "optimal"
    # 25 plus the fee of what is refinanced must fit into what it frees.
    assert freed.outcome.refinanced[0] == pytest.approx(25 / 0.999, rel=1e-5)


def test_a_callable_bond_is_repaid_early_when_the_space_is_idle():
    case = terms(
        [10], [0.05], [{BUDGET}], space=[50, 50, 50], call_amount=[20.0], call_rate=[0.04], call_from=[2027],
        call_end=[2032],
    )  # fmt: skip
    found = solve_strategy(case).outcome
    assert found.early[0].tolist() == pytest.approx([0, 20, 0])
    saved = outcome_of(case, found.amounts, found.refinanced).cost - found.cost
    assert saved == pytest.approx(sum(0.8 / 1.03**year for year in range(3, 8)))


def test_principal_that_was_repaid_early_is_not_refinanced():
    # 20 due in 2028 may be repaid in 2026, each 万元 saving 0.05 in 2027 and in 2028, or refinanced for nothing. The debt of 10
    # must find a + 0.05 e + (1 + 0.05 e) with a + e = 20: e = 11 / 0.9, and only what is left then is refinanced.
    case = set_plain_terms(
        YEARS, [10.0], [0.0], space=[20.0, 0.0, 1.0], legal_due=[0.0, 0.0, 20.0], refinancing_cap=1.0,
        call_amount=[20.0], call_rate=[0.05], call_from=[2026], call_end=[2028], settle_by=2028,
    )  # fmt: skip
    found = solve_strategy(case).outcome
    early = 11 / 0.9
    assert found.early[0].tolist() == pytest.approx([early, 0, 0], abs=1e-4)
    assert found.amounts[0, :, BUDGET].tolist() == pytest.approx([20 - early, 0.05 * early, 1 + 0.05 * early], abs=1e-4)
    assert found.refinanced.tolist() == pytest.approx([0, 0, 20 - early], abs=1e-4)
    assert found.cost == pytest.approx(-0.1 * early, abs=1e-4)


def test_what_binds_is_named_where_whole_debts_make_small_changes_useless():
    case = set_plain_terms(YEARS, [60.0], [0.05], space=40.0, whole=True)
    found = solve_strategy(case)
    assert found.status == "short"
    assert found.outcome.unresolved == pytest.approx([60])
    assert all((prices == 0).all() for prices in found.prices.values())
    # Any one year with money for the whole debt would do.
    assert found.binding == (("space", 2026), ("space", 2027), ("space", 2028))


@given(st.floats(0.01, 1000.0))
@settings(max_examples=20, deadline=None)
def test_scaling_all_money_scales_the_cost(factor):
    case = terms(
        [50, 20, 30], [0.06, 0.03, 0.05], [{BUDGET, SWAP}, {BUDGET}, {ASSET_SALE, SWAP}], space=[40, 30, 30],
        swap_quota=[30, 20, 20], asset_cash=[0, 15, 15], legal_due=[10, 5, 0], refinancing_cap=[0.5] * 3,
        refinancing_rate=0.02, whole=[False, True, False],
    )  # fmt: skip
    from dataclasses import replace

    larger = replace(case, **{name: getattr(case, name) * factor for name in MONEY})
    one, many = solve_strategy(case), solve_strategy(larger)
    assert many.outcome.cost == pytest.approx(factor * one.outcome.cost, rel=1e-6)
    np.testing.assert_allclose(many.outcome.amounts, factor * one.outcome.amounts, atol=1e-4 * factor)


def test_the_same_terms_give_the_same_answer():
    # Two equal debts, a year that can carry one: any order costs the same, one is always chosen.
    case = terms([20, 20], [0.05, 0.05], [{BUDGET}] * 2, space=[22, 22, 22], whole=[True, True])
    answers = [solve_strategy(case).outcome.amounts.tolist() for _ in range(3)]
    assert solve_strategy(case).terms is case
    assert answers[0] == answers[1] == answers[2]
    assert np.array(answers[0])[:, :, BUDGET].tolist() == [[20, 0, 0], [0, 20, 0]]


def test_more_room_never_costs_more():
    case = {"space": [30, 20, 20], "swap_quota": [10, 10, 10]}
    cost = solve_strategy(terms([40, 25], [0.06, 0.04], [{BUDGET, SWAP}] * 2, **case)).outcome.cost
    for name in case:
        more = case | {name: [value + 5 for value in case[name]]}
        assert solve_strategy(terms([40, 25], [0.06, 0.04], [{BUDGET, SWAP}] * 2, **more)).outcome.cost <= cost


def test_nothing_hidden_is_nothing_to_do():
    found = solve_strategy(set_plain_terms(YEARS, [], [], space=[1.0, 1.0, 1.0]))
    assert found.status == "optimal"
    assert found.outcome.cost == 0
    assert found.binding == ()
    assert set(found.prices) == set(LIMITS)


def test_without_hidden_debt_legal_principal_still_has_to_be_carried():
    held = {"legal_due": [10.0, 0.0, 0.0], "refinancing_cap": 1.0, "fee_rate": 0.01}
    found = solve_strategy(set_plain_terms(YEARS, [], [], space=[4.0, 1.0, 1.0], **held))
    assert found.status == "optimal"
    # 6.06 is refinanced: its own fee has to be paid as well.
    assert found.outcome.refinanced[0] == pytest.approx(6 / 0.99)
    assert found.outcome.service[0] == pytest.approx(4)


def test_plain_terms_take_words_and_one_number_for_all():
    said = set_plain_terms(
        YEARS, [5, 6], [0.04, 0.05], allowed=[("swap",), ("budget", "asset_sale")], space=9.0, whole=True
    )
    assert said.allowed.tolist() == allow({SWAP}, {BUDGET, ASSET_SALE}).tolist()
    assert said.space.tolist() == [9.0] * 3
    assert said.whole.tolist() == [True, True]
    assert set_plain_terms((2030, 2031), [1.0], [0.0]).settle_by.tolist() == [2031]
    yes_or_no = [[False, True, False, False, True], [True, False, False, False, False]]
    assert set_plain_terms(YEARS, [5, 6], 0.04, allowed=yes_or_no).allowed.tolist() == yes_or_no


def test_only_assets_lose_when_they_are_sold():
    case = terms([10], [0.05], [{BUDGET, ASSET_SALE}])
    # A quarter of each 万元, at the end of 2027 and at 3 % a year.
    assert [debt_flows(case, 1, source).loss for source in range(5)] == pytest.approx([0, 0.25 / 1.03**2, 0, 0, 0])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"swap_qota": [1, 1, 1]}, "strategy terms do not know: swap_qota"),
        ({"allowed": [("bugdet",)]}, "do not know: bugdet; sources are budget, asset_sale, swap, restructuring, project_income"),
        ({"space": [1.0, np.nan, 1.0]}, "strategy terms do not fit: space"),
        ({"space": [1.0, 1.0]}, "strategy terms do not fit: space"),
        ({"allowed": np.ones((2, 5), dtype=bool)}, "strategy terms do not fit: allowed"),
        ({"allowed": [[True, False]]}, "strategy terms do not fit: allowed"),
        ({"swap_quota": -1.0}, "strategy terms do not fit: swap_quota"),
    ],
)  # fmt: skip
def test_plain_terms_refuse_what_they_do_not_know(changes, text):
    with pytest.raises(ValueError, match=text):
        solve_strategy(set_plain_terms(YEARS, [5.0], [0.04], **changes))


def test_terms_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="strategy terms do not fit: space, horizon"):
        solve_strategy(set_plain_terms(YEARS, np.array([1.0]), np.array([0.0]), space=[1.0], horizon=1))


def test_the_outcome_of_a_plan_rolls_and_adds_up():
    case = terms(
        [60, 40], [0.05, 0.03], [{BUDGET, SWAP}, {RESTRUCTURING}], space=[9, 9, 9], legal_due=[4, 4, 4],
        eased_rate=[0.0, 0.01],
    )  # fmt: skip
    amounts = np.zeros((2, 3, 5))
    amounts[0, 0, BUDGET], amounts[0, 1, SWAP], amounts[1, 0, RESTRUCTURING] = 20, 40, 40
    found = outcome_of(case, amounts, np.array([1.0, 0, 0]))
    assert found.stock.tolist() == pytest.approx([80, 40, 0])
    # 2026: interest 3 + 1.2, budget 20, legal 4 - 1, fee of what is refinanced; 2027: 2 + 0.4 + fee 0.04 + 4; 2028: 0.8 + 0.4 + 40 + 4.
    assert found.service.tolist() == pytest.approx([27.2 + 0.001, 6.44, 45.2])
