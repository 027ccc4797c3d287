"""The model on one page: resources, rigid spending, debt service, balance, capacity, indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from fiscal_model.arithmetic.budgets.funds import FundPath, FundSplit, FundTerms, project_funds, revenue_of, whole
from fiscal_model.arithmetic.budgets.stock_funds import InsurancePath, StateCapitalPath, project_state_capital
from fiscal_model.arithmetic.budgets.tied_money import carry_tied
from fiscal_model.arithmetic.budgets.waterfall import GeneralPath, GeneralTerms, balance_general
from fiscal_model.arithmetic.debt.portfolio import DebtPath
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.revenue.transfers import TransferPath
from fiscal_model.blocks.balance.lower_levels import moved_with
from fiscal_model.blocks.debt.legal_debt import debt_lines, held_lines, moved_debt
from fiscal_model.law.limits import limit
from fiscal_model.model.basis import Basis
from fiscal_model.model.futures import Drivers, at_percentile
from fiscal_model.model.shifts import moved_by, own_revenue_level, tax_share_of
from fiscal_model.words.lines import LEAVES, LINES, TERMS, complete
from fiscal_model.words.vocabulary import DebtKind, GuaranteeClass

Lines = dict[str, np.ndarray]

_NEVER_CUT = (
    *(f"guarantee_{group}" for group in GuaranteeClass),
    "interest_general", "issue_fees_general", "digestion", "hidden_debt_budget", "committed_projects",
    "insurance_subsidy", "insurance_shortfall", "contingent_duties", "sudden_duties",
)  # fmt: skip


def own_revenue_at(basis: Basis, share: float) -> np.ndarray:
    """Return the level that own revenue stays below with a chance of ``share`` in each year, (year,) float, 万元.

    The quantile of what `fiscal_model.analysis.risk.simulate` draws, in closed form.
    """
    factor = np.exp(NormalDist().inv_cdf(share) * basis.revenue.forecast.deviation)
    return _forecast_revenue(basis) * factor + basis.balance.packages.all_own_revenue


def compute(basis: Basis, drivers: Drivers, names: Iterable[str] = LINES) -> tuple[Lines, Lines]:
    """Run the whole arithmetic for one future or for many at once.

    ``drivers``: arrays of shape (..., year); any leading axes.
    ``names``: the lines asked for.
    Returns ``lines``, ``steps``: mapping of str to (..., year) float, those lines and the log of the waterfall.
    """
    drivers = moved_by(basis, drivers)
    lines = _rigid(basis, drivers)
    settled = lines["guarantees_from_above"] - basis.guarantees.from_above[1:]
    lines |= _resources(basis, drivers, settled)
    lines |= _lower_levels(basis, lines, drivers)
    lines |= _tied_money(basis, lines, drivers) | _insurance(basis, drivers)
    debt = _debt(basis, drivers)
    lines |= debt_lines(debt) | held_lines(basis.debt.legal)
    funds = project_funds(fund_terms(basis, lines, debt[DebtKind.SPECIAL]))
    state_capital = _state_capital(basis)
    general = _general(basis, lines, funds, state_capital, debt[DebtKind.GENERAL], drivers)
    lines |= _fund_lines(funds, lines)
    lines |= _state_capital_lines(state_capital, general, basis)
    lines |= _general_lines(general, funds, basis, drivers)
    return complete(lines, {name: basis.assumed.path(name) for name in TERMS}, names), general.steps


def _resources(basis: Basis, drivers: Drivers, settled: np.ndarray) -> Lines:
    """``settled``: what superiors bear of guarantees that cost more or less than in the plan: paid with the year's earmarked money."""
    assumed, packages, scenario = basis.assumed, basis.balance.packages, at_percentile(basis)
    forecast = _forecast_revenue(basis) * drivers.own_revenue
    land = basis.revenue.land.revenue * scenario.land * drivers.land
    funds, tax_share = basis.balance.fund_opening, tax_share_of(basis)
    return {
        "gdp": basis.revenue.gdp * drivers.gdp,
        "own_revenue": forecast + packages.all_own_revenue,
        "tax_revenue": forecast * tax_share + (packages.all_own_revenue - packages.all_nontax),
        "nontax_revenue": forecast * (1 - tax_share) + packages.all_nontax,
        **_transfer_lines(
            basis.revenue.transfers.path, scenario.general_purpose * drivers.general_purpose, drivers.earmarked, settled
        ),
        "land_revenue": land,
        "fund_other_revenue": drivers.fund_other
        * (funds.other_revenue * np.cumprod(1 + assumed.path("fund_revenue_growth")) + packages.fund_revenue),
        "fund_transfers": funds.transfers * np.cumprod(1 + assumed.path("fund_transfers_growth")),
    }


def _forecast_revenue(basis: Basis) -> np.ndarray:
    """Own revenue of the scenario before measures and before anything is drawn, (year,) float."""
    level = own_revenue_level(basis.revenue.tax_share, basis.assumed.path)
    return basis.revenue.forecast.total * level * at_percentile(basis).own_revenue


def _transfer_lines(
    path: TransferPath, factor: np.ndarray | float, earmarked: np.ndarray | float, settled: np.ndarray
) -> Lines:
    """Transfers by kind and by use: money free of a use moves with its driver, tied money with its own."""
    free, rebates = path.general_purpose * factor, path.rebates * factor
    tied, special = np.maximum(path.tied_general + settled, 0.0) * earmarked, path.special * earmarked
    return {
        "rebates": rebates,
        "general_transfers": free + tied,
        "special_transfers": special,
        "transfers_general_purpose": rebates + free,
        "transfers_earmarked": tied + special,
    }


def _rigid(basis: Basis, drivers: Drivers) -> Lines:
    commitments, hidden = basis.balance.commitments, basis.debt.hidden.path
    contingents = basis.balance.contingents
    needs, above = basis.guarantees.moved(
        {
            GuaranteeClass.LIVING: drivers.persons * drivers.standards,
            GuaranteeClass.SALARIES: drivers.pay,
            GuaranteeClass.OPERATIONS: drivers.prices,
        }
    )
    return needs | {
        "guarantees_from_above": above,
        "temporary_payments_opening_stock": commitments.payments.opening,
        "temporary_payments_new": commitments.payments.new,
        "digestion": commitments.digestion,
        "temporary_payments_collected": commitments.payments.collected,
        "temporary_payments_in_kind": commitments.payments.in_kind,
        "temporary_payments_stock": commitments.digestion_stock,
        "committed_projects": commitments.committed_projects,
        "contingent_duties": np.zeros(len(basis.years)) if contingents is None else contingents.expected,
        "sudden_duties": drivers.duties + np.zeros(len(basis.years)),
        "hidden_debt_resolved": hidden.resolved,
        "hidden_debt_budget": hidden.budget,
        "hidden_debt_stock": hidden.stock,
    }


def fund_split(basis: Basis) -> FundSplit | None:
    """Return how fund revenue spreads over the funds, what a measure raises with the fund it names; None where only totals are known."""
    funds, packages = basis.balance.funds, basis.balance.packages
    if funds is None or not packages.fund_revenue.any():
        return funds.split if funds else None
    before = basis.balance.fund_opening.other_revenue * np.cumprod(1 + basis.assumed.path("fund_revenue_growth"))
    raised = packages.of_funds(funds.codes, funds.split.other)
    other = (funds.split.other * before[:, None] + raised) / (before + packages.fund_revenue)[:, None]
    return replace(funds.split, other=other)


def _debt(basis: Basis, drivers: Drivers) -> Mapping[DebtKind, DebtPath]:
    if not {"coupon", "refinancing"} & {*drivers.moved()}:
        return basis.debt.paths
    return {kind: moved_debt(debt, drivers.coupon, drivers.refinancing) for kind, debt in basis.debt.legal.items()}


def fund_terms(basis: Basis, lines: Lines, special: DebtPath | None = None) -> FundTerms:
    """Return what the government-funds budget of a plan starts from, fund by fund where the ledger shows them.

    ``lines``: mapping of str to (..., year) float, land and other fund revenue, grants and the lines of special debt.
    ``special``: special debt of those lines; the plan's by default.
    """
    special = special or basis.debt.paths[DebtKind.SPECIAL]
    assumed, opening = basis.assumed, basis.balance.fund_opening
    split = fund_split(basis)
    may_give = split.may_give if split else np.ones(1)
    held = lines["fund_refinancing_carry_in"] - lines["fund_refinancing_carry_out"]
    giving = revenue_of(split, may_give, lines["land_revenue"], lines["fund_other_revenue"])
    terms = FundTerms(
        land_revenue=lines["land_revenue"],
        other_revenue=lines["fund_other_revenue"],
        transfers=lines["fund_transfers"] + lines["fund_received_from_below"] - lines["fund_paid_to_below"],
        # Proceeds that waited repay as refinancing does.
        proceeds=lines["debt_proceeds_special"] + held,
        refinanced=lines["debt_special_refinanced"] + held,
        repaid=lines["debt_special_repaid"],
        interest=lines["interest_special"],
        fees=lines["issue_fees_special"],
        remitted_share=opening.remitted_share,
        land_cost_share=basis.revenue.land.cost_share,
        levied_share=basis.revenue.land.levied_share,
        transfer_out_share=assumed.path("fund_transfer_out_share") + divided(basis.balance.packages.from_funds, giving),
        carryover_share=opening.carryover_share,
        carryover_limit=assumed.path("fund_carryover_limit"),
        # What unknown funds cannot pay is unknown too: it does not fall on the general budget.
        covered_by_general=assumed.path("general_covers_special_debt") * opening.known,
        carry_in=opening.carry_in,
        split=split,
        taken_over=np.maximum(special.extra_repaid - held, 0.0),
    )
    # Totals do not say whose money lies above the 30 % line: none of it is taken for free.
    return terms if split else replace(terms, split=replace(whole(terms), gives_excess=np.zeros(1, dtype=bool)))


def _state_capital(basis: Basis) -> StateCapitalPath:
    opening, packages = basis.balance.state_capital, basis.balance.packages
    revenue = opening.revenue + packages.state_capital_revenue
    share = basis.assumed.path("state_capital_transfer_share") + divided(packages.from_state_capital, revenue)
    transfers = np.full(len(basis.years), opening.transfers, like=revenue)
    return project_state_capital(revenue, transfers, np.minimum(share, 1.0), opening.carry_in)


def _general(
    basis: Basis, lines: Lines, funds: FundPath, state_capital: StateCapitalPath, debt: DebtPath, drivers: Drivers
) -> GeneralPath:
    assumed, opening, commitments = basis.assumed, basis.balance.opening, basis.balance.commitments
    unlisted, carry_in = _unlisted(basis), opening.flows["carry_out"]
    # Of less carried over less is old.
    old = divided(_year_before(lines["carry_out"], carry_in), _year_before(basis.balance.carry_out, carry_in), 1.0)
    return balance_general(
        GeneralTerms(
            own_revenue=lines["own_revenue"],
            general_purpose=lines["transfers_general_purpose"],
            earmarked=lines["transfers_earmarked"],
            proceeds=lines["debt_proceeds_general"],
            transfer_in=funds.transfer_out + state_capital.transfer_out,
            other_resources=unlisted["other_resources"] + lines["received_from_below"] + lines["refinancing_carry_in"],
            remitted_up=basis.revenue.remitted_up,
            principal=lines["principal_general"],
            transfer_out=funds.transfer_in,
            other_uses=unlisted["other_uses"]
            + lines["passed_free"]
            + lines["passed_tied"]
            + lines["refinancing_carry_out"],
            carry_out=lines["carry_out"],
            protected=sum((lines[name] for name in _NEVER_CUT[1:]), lines[_NEVER_CUT[0]]),
            tied_by_bonds=debt.spent,
            guarantees_from_above=lines["guarantees_from_above"],
            flexible=basis.balance.other_spending(assumed, drivers.prices),
            projects=commitments.candidate_projects,
            old_carryover=commitments.old_carryover * old,
            extra_transfer_in=np.maximum(
                state_capital.revenue
                - state_capital.transfer_out
                - commitments.project_money.from_state_capital
                - np.maximum(
                    basis.balance.lower_levels.state_capital_passed - basis.balance.state_capital.transfers, 0.0
                ),
                0.0,
            ),
            reserve_rate=assumed.path("reserve_rate"),
            stabilization_cap=assumed.path("stabilization_cap_share"),
            development_cut=assumed.path("development_cut_share"),
            operations_cut=assumed.path("operations_cut_share"),
            rescue_limit=assumed.path("rescue_limit_share"),
            revolving_limit=limit("revolving_fund"),
            carry_in=carry_in,
            stabilization_stock=opening.stabilization_stock,
            fund_excess=funds.excess_transfer_out,
            revolving_topup=assumed.path("revolving_topup"),
            revolving_stock=opening.revolving_stock,
            returned=commitments.returned_carryover * old,
            passed_tied=lines["passed_tied"],
            sudden=lines["sudden_duties"],
            order=basis.scenario.balance.order,
            measures=basis.scenario.balance.measures,
        )
    )


def _fund_lines(funds: FundPath, lines: Lines) -> Lines:
    nothing, passed = (
        np.zeros(len(lines["fund_transfers"])),
        lines["fund_paid_to_below"] + lines["fund_refinancing_carry_out"],
    )
    return {
        **_lines_in(funds, "fund_"),
        "fund_resources_total": funds.resources_total + passed,
        "fund_uses_total": funds.uses_total + passed,
        "land_cost": funds.land_cost,
        "land_cost_gap": funds.land_cost_gap,
        "fund_other_resources": nothing,
        "fund_other_uses": nothing,
    }


def _state_capital_lines(path: StateCapitalPath, general: GeneralPath, basis: Basis) -> Lines:
    """What the waterfall takes beyond the planned share leaves state-capital spending; what is passed on is none of it."""
    extra = general.steps["extra_transfer_in"]
    passed = np.clip(basis.balance.lower_levels.state_capital_passed, 0.0, path.expenditure - extra)
    return {
        "state_capital_revenue": path.revenue,
        "state_capital_transfers": path.transfers,
        "state_capital_carry_in": path.carry_in,
        "state_capital_expenditure": path.expenditure - extra - passed,
        "state_capital_paid_to_below": passed,
        "state_capital_transfer_out": path.transfer_out + extra,
        "state_capital_carry_out": path.carry_out,
    }


def _general_lines(general: GeneralPath, funds: FundPath, basis: Basis, drivers: Drivers) -> Lines:
    return {
        **_lines_in(general),
        **_unlisted(basis),
        "candidate_projects": general.project_spending,
        "other_continuing_spending": basis.balance.other_spending(basis.assumed, drivers.prices),
        "contingency_reserve": general.reserve,
        "offset_reserve": np.maximum(general.reserve - limit("reserve_lowest") * general.expenditure, 0.0),
        "remitted_up": basis.revenue.remitted_up,
        "revolving_fund_stock": general.revolving_stock,
        "transfer_out": funds.transfer_in,
        "carryover_returned": general.returned,
        "stabilization_fund_stock": general.stabilization_stock,
    }


def _lines_in(path: GeneralPath | FundPath, budget: str = "") -> Lines:
    """What the arithmetic of a budget names as the statements do."""
    return {f"{budget}{name}": value for name, value in vars(path).items() if f"{budget}{name}" in LEAVES}


def _unlisted(basis: Basis) -> Lines:
    """What the base year booked beside the usual lines goes on by its own growth, on both sides."""
    opening, level = basis.balance.opening, np.cumprod(1 + basis.assumed.path("unlisted_growth"))
    return {"other_resources": opening.unlisted_in * level, "other_uses": opening.unlisted_out * level}


def _lower_levels(basis: Basis, lines: Lines, drivers: Drivers) -> Lines:
    """What is passed on moves with what is received from above; what lower levels remit goes on by its own growth.

    What is settled of the guarantees stays.
    """
    below, base = basis.balance.lower_levels, basis.revenue.transfers.base
    grown = np.cumprod(1 + basis.assumed.path("unlisted_growth"))
    free, path = lines["transfers_general_purpose"], basis.revenue.transfers.path
    tied = path.tied_general * drivers.earmarked + path.special * drivers.earmarked
    funds, start = lines["fund_transfers"], basis.history.booked("fund_transfers", basis.base_year)
    return {
        "received_from_below": below.received * grown,
        "passed_free": moved_with(below.passed_free, free, base.rebates + base.general_purpose),
        "passed_tied": moved_with(below.passed_tied, tied, base.earmarked),
        "fund_received_from_below": moved_with(below.fund_received, funds, start),
        "fund_paid_to_below": moved_with(below.fund_passed, funds, start),
    }


def _tied_money(basis: Basis, lines: Lines, drivers: Drivers) -> Lines:
    """What is carried over, and what superiors' money really pays of the guarantees where less of it comes than in the plan."""
    above, usual = lines["guarantees_from_above"], basis.balance.carry_out
    if "earmarked" not in drivers.moved():
        return {"guarantees_from_above": above, "carry_out": usual}
    path, base, carry_in = (
        basis.revenue.transfers.path,
        basis.revenue.transfers.base,
        basis.balance.opening.flows["carry_out"],
    )
    received = path.tied_general + path.special
    planned = received - moved_with(basis.balance.lower_levels.passed_tied, received, base.earmarked)
    # What the plan itself lets other money stand in for is no loss of a future.
    lent = np.maximum(basis.guarantees.from_above[1:] + usual - planned - _year_before(usual, carry_in), 0.0)
    tied = lines["transfers_earmarked"] - lines["passed_tied"]
    carry_out, unpaid = carry_tied(tied, above, carry_in, usual, lent)
    return {"guarantees_from_above": above - unpaid, "carry_out": carry_out}


def _year_before(closing: np.ndarray, opening: float) -> np.ndarray:
    """What each year opens with, (..., year)."""
    return np.concatenate([np.full_like(closing[..., :1], opening), closing[..., :-1]], axis=-1)


def _insurance(basis: Basis, drivers: Drivers) -> Lines:
    """The schemes' sums, and what the general budget pays them beyond the three guarantees."""
    insurance = basis.balance.insurance
    paths: tuple[InsurancePath, ...] = (insurance.path,)
    if {"persons", "standards", "insurance"} & {*drivers.moved()} and insurance.schemes:
        paths = insurance.moved(drivers.insurance, drivers.persons * drivers.standards)
    found = {
        f"insurance_{name}": sum(getattr(path, name).sum(axis=-1) for path in paths)
        for name in ("revenue", "expenditure", "stock", "shortfall")
    }
    return found | {"insurance_subsidy": (insurance.path.subsidy - insurance.guaranteed).sum(axis=-1)}
