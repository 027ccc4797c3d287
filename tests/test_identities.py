"""Accounting identities, on every place, scenario, base year and horizon, and on simulated futures."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from conftest import PLACES
from risk_case import futures_by

from fiscal_model.arithmetic.budgets.waterfall import LEGAL_STEPS, STEPS, TOPUP_STEPS
from fiscal_model.arithmetic.budgets.waterfall import SHORTAGE_STEPS as MEASURES
from fiscal_model.inputs.scenario import SHIPPED
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.words.errors import IdentityError
from fiscal_model.words.identities import EQUAL_SIDES, check_identities
from fiscal_model.words.lines import LEAVES, LINES, MONEY, compute_line
from fiscal_model.words.vocabulary import DebtKind, GuaranteeClass

CENT = 0.01
"""万元."""
BASE_YEARS = {"gangu": (2020, 2021), "lijiang": (2020,), "yunshui": (2023,), "zhangye": (2006,)}
HARSH = (("own_revenue_shift", -0.25), ("transfers_general_purpose_growth", -0.15), ("land_revenue_growth", -0.6))
RESCUED = (*HARSH, ("rescue_limit_share", 0.05))
GENEROUS = (("own_revenue_shift", 0.2), ("transfers_general_purpose_growth", 0.15), ("land_revenue_growth", 0.5))
NOTHING_HELPS = (
    *HARSH, ("rescue_limit_share", 0.0), ("development_cut_share", 0.0), ("operations_cut_share", 0.0),
    ("candidate_projects_share", 0.0), ("general_covers_special_debt", 0.0), ("state_capital_transfer_share", 1.0),
)  # fmt: skip
HIGHEST_RESERVE = (*HARSH, ("reserve_rate", 0.03))

CASES = [
    *((name, scenario, None, 5, (), False) for name in PLACES for scenario in SHIPPED),
    *((name, "baseline", None, 10, (), False) for name in PLACES),
    *((name, "pessimistic", base, 3, (), False) for name, bases in BASE_YEARS.items() for base in bases),
    *(
        (name, "baseline", None, 5, changes, False)
        for name in PLACES
        for changes in (RESCUED, GENEROUS, NOTHING_HELPS, HIGHEST_RESERVE)
    ),
    *((name, "pessimistic", None, 5, (("rescue_limit_share", 0.01),), True) for name in PLACES),
]
NAMES = {
    (): "",
    (("rescue_limit_share", 0.01),): "-rescued",
    RESCUED: "-rescued",
    GENEROUS: "-generous",
    NOTHING_HELPS: "-nothing_helps",
    HIGHEST_RESERVE: "-reserve",
}


@dataclass(frozen=True)
class Case:
    """Lines and steps of shape (..., year)."""

    basis: Any
    lines: dict
    steps: dict

    def before(self, name, opening):
        """Return a closing balance one year earlier."""
        values = self.lines[name]
        return np.concatenate([np.full((*values.shape[:-1], 1), opening), values[..., :-1]], axis=-1)


def _name(case):
    name, scenario, base, years, changes, simulated = case
    return (
        f"{name}-{scenario}{NAMES[changes]}"
        + (f"-{base}" if base else "")
        + f"-{years}" * (years != 5)
        + "-paths" * simulated
    )


@pytest.fixture(scope="module", params=CASES, ids=_name)
def case(request, plan_of):
    name, scenario, base, years, changes, simulated = request.param
    plan = plan_of(name, scenario, base_year=base, years=years, **dict(changes))
    if not simulated:
        return Case(plan.basis, dict(plan.lines), dict(plan.steps))
    horizon = np.sqrt(np.arange(1, years + 1))
    deviation = np.vstack([plan.basis.revenue.forecast.deviation, 0.06 * horizon, 0.5 * horizon])
    lines, steps = compute(plan.basis, futures_by(7, deviation, 300))
    shape = (300, years)
    assert lines["funding_gap"].shape == shape
    return Case(
        plan.basis,
        {line: np.broadcast_to(values, shape) for line, values in lines.items()},
        {step: np.broadcast_to(values, shape) for step, values in steps.items()},
    )


def assert_same(first, second, tolerance=CENT):
    np.testing.assert_allclose(first, second, rtol=0, atol=tolerance)


# every line ------------------------------------------------------------------------------------------------


def test_every_line_is_a_finite_number_or_a_ratio_without_a_whole(case):
    assert set(case.lines) == set(LINES)
    may_be_absent = {
        "gdp",
        *(f"debt_{name}" for kind in DebtKind for name in (f"limit_{kind}_stock", f"{kind}_headroom")),
    }
    for name, values in case.lines.items():
        if LINES[name].unit == MONEY and name not in may_be_absent:
            assert np.isfinite(values).all(), name


def test_every_sum_adds_up(case):
    for line in LINES.values():
        if line.parts:
            assert_same(case.lines[line.id], compute_line(line.id, case.lines))


def test_both_sides_of_every_budget_are_equal(case):
    for resources, uses in EQUAL_SIDES:
        assert_same(case.lines[resources], case.lines[uses])


def test_the_model_checks_the_same_identities(case):
    check_identities(case.lines, case.basis.years)
    broken = {**case.lines, "carry_in": case.lines["carry_in"] + 1.0}
    with pytest.raises(IdentityError, match=rf"收入总计 {case.basis.years[0]}：差 1\.0000 万元"):
        check_identities(broken, case.basis.years)


def test_no_flow_is_negative(case):
    may_be = {"revolving_topup", "insurance_balance", "fiscal_space", "uncommitted_resources", "other_uses", "gdp"}
    for name, values in case.lines.items():
        if LINES[name].unit == MONEY and name not in may_be:
            assert np.nanmin(values) >= -CENT, name


def test_what_a_year_leaves_the_next_one_opens_with(case):
    year, name = case.basis.years[1], "debt_general_opening_stock"
    moved = np.array(case.lines[name], dtype=float)
    moved[..., 1] += 2.0
    with pytest.raises(IdentityError, match=rf"一般债务年初余额 = 上年的一般债务年末余额 {year}：差 2\.0000 万元"):
        check_identities({**case.lines, name: moved}, case.basis.years)


def test_the_arithmetic_delivers_the_leaves_and_nothing_else(case, monkeypatch):
    delivered = {}
    monkeypatch.setattr("fiscal_model.model.compute.complete", lambda leaves, terms, names: delivered.update(leaves))
    compute(case.basis, Drivers.unchanged(len(case.basis.years)))
    assert set(delivered) == LEAVES


# own revenue -----------------------------------------------------------------------------------------------


def test_tax_and_nontax_make_own_revenue(case):
    assert_same(case.lines["tax_revenue"] + case.lines["nontax_revenue"], case.lines["own_revenue"])


def test_revenue_items_add_up_to_own_revenue(plan):
    assert_same(plan.revenue_items.sum(axis=1), plan.line("own_revenue"))
    taxes = [number for number, code in enumerate(plan.basis.revenue.forecast.items) if code.startswith("101")]
    if taxes:
        assert_same(plan.revenue_items[:, taxes].sum(axis=1), plan.line("tax_revenue"))


# balances from year to year --------------------------------------------------------------------------------


def test_the_stabilization_fund_rolls_forward(case):
    lines = case.lines
    opening = case.before("stabilization_fund_stock", case.basis.balance.opening.stabilization_stock)
    assert_same(lines["stabilization_fund_stock"], opening + lines["stabilization_topup"] - lines["stabilization_draw"])
    assert (lines["stabilization_fund_stock"] >= -CENT).all()


def test_money_carried_out_is_carried_in(case):
    assert_same(case.lines["carry_in"], case.before("carry_out", case.basis.balance.opening.flows["carry_out"]))
    assert_same(case.lines["fund_carry_in"], case.before("fund_carry_out", case.basis.balance.fund_opening.carry_in))
    assert_same(
        case.lines["state_capital_carry_in"],
        case.before("state_capital_carry_out", case.basis.balance.state_capital.carry_in),
    )


@pytest.mark.parametrize("kind", list(DebtKind))
def test_debt_rolls_forward_within_its_limit(case, kind):
    lines = case.lines
    change = (
        lines[f"debt_{kind}_refinanced"]
        + lines[f"debt_{kind}_issued_new"]
        + lines[f"debt_{kind}_swapped"]
        + lines[f"debt_{kind}_other_change"]
    )
    assert_same(
        lines[f"debt_{kind}_stock"], lines[f"debt_{kind}_opening_stock"] + change - lines[f"debt_{kind}_repaid"]
    )
    assert_same(lines[f"debt_{kind}_opening_stock"][..., 1:], lines[f"debt_{kind}_stock"][..., :-1])
    assert (lines[f"debt_{kind}_stock"] <= lines[f"debt_limit_{kind}_stock"] + CENT).all()
    assert (lines[f"debt_{kind}_refinanced"] <= lines[f"debt_{kind}_repaid"] + CENT).all()


@pytest.mark.parametrize("kind", list(DebtKind))
def test_the_budgets_book_the_debt_block(case, kind):
    lines = case.lines
    assert_same(lines[f"principal_{kind}"], lines[f"debt_{kind}_repaid"])
    spent = lines[f"debt_{kind}_issued_new"] + lines[f"debt_{kind}_swapped"]
    assert_same(lines[f"debt_proceeds_{kind}"], lines[f"debt_{kind}_refinanced"] + spent)
    assert_same(lines[f"principal_{kind}_own"], lines[f"principal_{kind}"] - lines[f"debt_{kind}_refinanced"])
    path = case.basis.debt.paths[kind]
    for line, block in (("principal", path.repaid), ("interest", path.interest), ("issue_fees", path.fees)):
        assert_same(lines[f"{line}_{kind}"], np.broadcast_to(block, lines["carry_in"].shape))
    if kind is DebtKind.GENERAL:
        assert_same(lines["bond_spending_general"], spent)
    else:
        assert_same(lines["fund_tied_spending"], lines["fund_transfers"] + spent)


def test_hidden_debt_and_temporary_payments_roll_forward(case):
    rows = case.basis.place.rows("hidden_debt")
    opening = rows.loc[rows["after_2028"] != "yes", "balance"].sum() if len(rows) else 0.0
    assert_same(
        case.lines["hidden_debt_stock"], case.before("hidden_debt_stock", opening) - case.lines["hidden_debt_resolved"]
    )
    payments = case.basis.place.rows("temporary_payments")["balance"].sum()
    stock = case.before("temporary_payments_stock", payments)
    assert_same(case.lines["temporary_payments_opening_stock"], stock)
    back = case.lines["temporary_payments_collected"] + case.lines["temporary_payments_in_kind"]
    cleared = case.lines["digestion"] + back
    assert_same(case.lines["temporary_payments_stock"], stock + case.lines["temporary_payments_new"] - cleared)


def test_social_insurance_rolls_forward_and_lends_to_nobody(case):
    found = case.basis.balance.insurance
    revenue, expenditure, stock = found.path.revenue, found.path.expenditure, found.path.stock
    assert (stock >= 0).all()
    paid = found.guaranteed.sum(axis=1) + case.lines["insurance_subsidy"] + case.lines["insurance_shortfall"]
    assert_same(paid, np.broadcast_to((found.path.subsidy + found.path.shortfall).sum(axis=1), paid.shape))
    assert_same(np.diff(stock, axis=0), (revenue - expenditure)[1:])
    assert_same(case.lines["insurance_stock"], np.broadcast_to(stock.sum(axis=1), case.lines["insurance_stock"].shape))
    assert_same(np.diff(case.lines["insurance_stock"]), case.lines["insurance_balance"][..., 1:])
    if not found.schemes:
        assert (case.lines["insurance_revenue"] == 0).all()


# between budgets -------------------------------------------------------------------------------------------


def test_what_leaves_one_budget_enters_another_once(case):
    lines = case.lines
    assert_same(lines["fund_transfer_out"] + lines["state_capital_transfer_out"], lines["transfer_in"])
    assert_same(lines["transfer_out"], lines["fund_transfer_in"])


# the waterfall ---------------------------------------------------------------------------------------------

SHORTAGE_STEPS = (*MEASURES, "gap")
SURPLUS_STEPS = tuple(step for step in LEGAL_STEPS if step != "surplus_carryover")


def test_the_log_holds_every_step_and_none_is_negative(case):
    assert set(case.steps) == set(STEPS)
    for step, values in case.steps.items():
        assert (values >= 0).all(), step


def test_a_year_has_a_surplus_or_a_shortage_never_both(case):
    surplus = sum(case.steps[step] for step in SURPLUS_STEPS)
    shortage = sum(case.steps[step] for step in SHORTAGE_STEPS)
    assert not ((surplus > CENT) & (shortage > CENT)).any()


def test_the_steps_replayed_give_the_closing_fund(case):
    stock = np.full(case.lines["carry_in"].shape[:-1], case.basis.balance.opening.stabilization_stock)
    for year in range(len(case.basis.years)):
        at = {step: values[..., year] for step, values in case.steps.items()}
        assert (at["draw"] <= stock + CENT).all()
        later = sum(at[step] for step in SHORTAGE_STEPS[1:])
        assert ((stock - at["draw"] < CENT) | (later < CENT)).all(), "a later step before the fund is empty"
        stock = stock + sum(at[step] for step in TOPUP_STEPS) - at["draw"]
        assert_same(stock, case.lines["stabilization_fund_stock"][..., year])
    assert_same(sum(case.steps[step] for step in TOPUP_STEPS), case.lines["stabilization_topup"])
    assert_same(case.steps["draw"], case.lines["stabilization_draw"])


def test_a_topped_up_fund_stays_below_its_cap(case):
    cap = case.basis.assumed.path("stabilization_cap_share") * case.lines["expenditure"]
    topped = case.steps["surplus_to_fund"] > 0
    assert (case.lines["stabilization_fund_stock"] <= cap + CENT)[topped].all()


def test_the_gap_is_printed_as_it_is_left(case):
    assert_same(case.steps["gap"], case.lines["funding_gap"])


def test_rescue_is_repaid_in_the_next_year(case):
    assert_same(case.steps["rescue"], case.lines["rescue_in"])
    assert_same(case.lines["rescue_repaid"], case.before("rescue_in", 0.0))


def test_the_reserve_stays_within_the_legal_share(case):
    share = case.lines["contingency_reserve"] / case.lines["expenditure"]
    assert share.min() >= 0.01 - 1e-9
    assert share.max() <= 0.03 + 1e-9


def test_the_three_guarantees_are_never_cut(case):
    for group in GuaranteeClass:
        assert_same(
            case.lines[f"guarantee_{group}"],
            np.broadcast_to(case.basis.guarantees.need[group][1:], case.lines["carry_in"].shape),
        )
    assert_same(
        case.lines["guarantees_shortfall"],
        np.maximum(case.lines["guarantees_county"] - case.lines["available_resources"], 0.0),
    )


def test_rescue_really_happens_somewhere(plan_of):
    plan = plan_of("gangu", **dict(RESCUED))
    assert plan.line("rescue_in")[0] > 0
    assert plan.line("rescue_repaid")[1] == pytest.approx(plan.line("rescue_in")[0])


@pytest.mark.parametrize("name", PLACES)
def test_with_every_measure_at_zero_the_gap_is_printed(plan_of, name):
    plan = plan_of(name, **dict(NOTHING_HELPS))
    assert (plan.line("funding_gap")[1:] > 0).all()
    for step in ("cut_projects", "cut_operations", "rescue", "extra_transfer_in"):
        assert (plan.steps[step] == 0).all(), step
    assert any(caution.code == "funding_gap_breach" for caution in plan.cautions)
