"""The model on one page: resources, rigid spending, debt service, balance, capacity, indicators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.budgets.funds import FundPath, FundTerms, project_funds
from fiscal_model.arithmetic.budgets.stock_funds import StateCapitalPath, project_state_capital
from fiscal_model.arithmetic.budgets.waterfall import GeneralPath, GeneralTerms, balance_general
from fiscal_model.arithmetic.revenue.transfers import TransferPath
from fiscal_model.blocks.balance.packages import share_of
from fiscal_model.blocks.debt.legal_debt import debt_lines
from fiscal_model.law.indicators import available_resources, comprehensive_capacity, divided, ratio
from fiscal_model.law.limits import limit
from fiscal_model.model.basis import Basis
from fiscal_model.words.lines import LINES, add_up
from fiscal_model.words.vocabulary import DebtKind, GuaranteeClass

Lines = dict[str, np.ndarray]


@dataclass(frozen=True)
class Drivers:
    """What a future multiplies the plan by, arrays of shape (..., year); ones are the plan itself."""

    own_revenue: np.ndarray
    general_purpose: np.ndarray
    land: np.ndarray

    @classmethod
    def unchanged(cls, years: int) -> Drivers:
        """Return the drivers of the plan itself."""
        return cls(np.ones(years), np.ones(years), np.ones(years))


def compute(basis: Basis, drivers: Drivers) -> tuple[Lines, Lines]:
    """Run the whole arithmetic for one future or for many at once.

    Parameters
    ----------
    basis : Basis
    drivers : Drivers
        Arrays of shape (..., year); any leading axes.

    Returns
    -------
    lines, steps : mapping of str to (..., year) float
        The lines of `statements.LINES` and the log of the waterfall.
    """
    lines = _resources(basis, drivers)
    lines |= _rigid(basis)
    lines |= debt_lines(basis.debt.paths)
    funds = project_funds(fund_terms(basis, lines))
    state_capital = _state_capital(basis)
    general = _general(basis, lines, funds, state_capital)
    lines |= _fund_lines(funds, lines)
    lines |= _state_capital_lines(state_capital, general)
    lines |= _general_lines(general, funds, basis)
    lines |= _insurance(basis)
    lines |= _capacity(lines)
    lines |= _indicators(basis, lines)
    return lines, general.steps


def _resources(basis: Basis, drivers: Drivers) -> Lines:
    revenue, assumed = basis.revenue.forecast, basis.assumed
    shift = np.cumprod(1 + assumed.path("own_revenue_shift"))
    packages = basis.balance.packages
    forecast = revenue.total * shift * drivers.own_revenue
    land = basis.revenue.land.revenue * drivers.land
    other = max(basis.base("fund_revenue") - basis.base("land_revenue"), 0.0)
    tax_share = _tax_share(basis)
    return {
        "own_revenue": forecast + packages.all_own_revenue,
        "tax_revenue": forecast * tax_share + (packages.all_own_revenue - packages.all_nontax),
        "nontax_revenue": forecast * (1 - tax_share) + packages.all_nontax,
        **_transfer_lines(basis.revenue.transfers.path, drivers.general_purpose),
        "land_revenue": land,
        "fund_other_revenue": other * np.cumprod(1 + assumed.path("fund_revenue_growth")) + packages.fund_revenue,
        "fund_transfers": basis.base("fund_transfers") * np.cumprod(1 + assumed.path("fund_transfers_growth")),
    }


def _transfer_lines(path: TransferPath, factor: np.ndarray) -> Lines:
    """Transfers by kind and by use; only money free of a use moves with the driver."""
    free = path.general_purpose * factor
    rebates = path.rebates * factor
    tied = path.tied_general + path.special
    return {
        "rebates": rebates,
        "general_transfers": free + path.tied_general,
        "special_transfers": path.special,
        "transfers_general_purpose": rebates + free,
        "transfers_earmarked": tied,
        "transfers": rebates + free + tied,
    }


def _tax_share(basis: Basis) -> np.ndarray:
    """Taxes' share of own revenue: from the items, else the base year's."""
    revenue = basis.revenue.forecast
    taxes = [position for position, code in enumerate(revenue.items) if code.startswith("101")]
    if taxes:
        return divided(revenue.mean[:, taxes].sum(axis=1), revenue.total)
    own = basis.base("own_revenue")
    return np.full(len(basis.years), basis.base("tax_revenue") / own if own else 0.0)


def _rigid(basis: Basis) -> Lines:
    guarantees, commitments, hidden = basis.guarantees, basis.balance.commitments, basis.debt.hidden.path
    lines = {f"guarantee_{group}": guarantees.need[group][1:] for group in GuaranteeClass}
    lines["guarantees_total"] = guarantees.need_total[1:]
    lines["guarantees_county"] = guarantees.county_total[1:]
    lines["guarantees_from_above"] = lines["guarantees_total"] - lines["guarantees_county"]
    return lines | {
        "temporary_payments_opening_stock": commitments.payments.opening,
        "temporary_payments_new": commitments.payments.new,
        "digestion": commitments.digestion,
        "temporary_payments_collected": commitments.payments.collected,
        "temporary_payments_in_kind": commitments.payments.in_kind,
        "temporary_payments_stock": commitments.digestion_stock,
        "committed_projects": commitments.committed_projects,
        "hidden_debt_resolved": hidden.resolved,
        "hidden_debt_budget": hidden.budget,
        "hidden_debt_stock": hidden.stock,
    }


def fund_terms(basis: Basis, lines: Lines) -> FundTerms:
    """Return what the government-funds budget of a plan starts from, fund by fund where the ledger shows them.

    Parameters
    ----------
    basis : Basis
    lines : mapping of str to (..., year) float
        Land and other fund revenue, grants and the lines of special debt.

    Returns
    -------
    FundTerms
    """
    assumed = basis.assumed
    revenue, carried = basis.base("fund_revenue"), basis.base("fund_carry_out")
    income = revenue + basis.base("fund_transfers")
    return FundTerms(
        land_revenue=lines["land_revenue"],
        other_revenue=lines["fund_other_revenue"],
        transfers=lines["fund_transfers"],
        proceeds=lines["debt_proceeds_special"],
        refinanced=lines["debt_special_refinanced"],
        repaid=lines["debt_special_repaid"],
        interest=lines["interest_special"],
        fees=lines["issue_fees_special"],
        remitted_share=basis.base("fund_remitted_up") / revenue if revenue else 0.0,
        land_cost_share=basis.revenue.land.cost_share,
        transfer_out_share=assumed.path("fund_transfer_out_share")
        + share_of(basis.balance.packages.from_funds, lines["land_revenue"] + lines["fund_other_revenue"]),
        carryover_share=carried / income if income else 0.0,
        carryover_limit=assumed.path("fund_carryover_limit"),
        covered_by_general=assumed.path("general_covers_special_debt"),
        carry_in=carried,
        split=basis.balance.funds.split if basis.balance.funds else None,
    )


def _state_capital(basis: Basis) -> StateCapitalPath:
    years, assumed, revenue = len(basis.years), basis.assumed, basis.balance.state_capital
    transfers = np.full(years, basis.base("state_capital_transfers"))
    return project_state_capital(
        revenue,
        transfers,
        np.minimum(
            assumed.path("state_capital_transfer_share") + share_of(basis.balance.packages.from_state_capital, revenue),
            1.0,
        ),
        basis.base("state_capital_carry_out"),
    )


def _general(basis: Basis, lines: Lines, funds: FundPath, state_capital: StateCapitalPath) -> GeneralPath:
    assumed, opening, commitments = basis.assumed, basis.balance.opening, basis.balance.commitments
    level = np.ones(len(basis.years))
    carryover = assumed.path("carryover_share") * opening.flows["transfers"]
    protected = np.sum(
        [
            lines[name]
            for name in (
                "guarantees_total",
                "interest_general",
                "issue_fees_general",
                "digestion",
                "hidden_debt_budget",
                "committed_projects",
            )
        ],
        axis=0,
    )
    return balance_general(
        GeneralTerms(
            own_revenue=lines["own_revenue"],
            general_purpose=lines["transfers_general_purpose"],
            earmarked=lines["transfers_earmarked"],
            proceeds=lines["debt_proceeds_general"],
            transfer_in=funds.transfer_out + state_capital.transfer_out,
            other_resources=(opening.unlisted_in + opening.flows["received_from_below"]) * level,
            remitted_up=basis.revenue.remitted_up,
            principal=lines["principal_general"],
            transfer_out=funds.transfer_in,
            other_uses=(opening.unlisted_out + opening.flows["paid_to_below"]) * level,
            carry_out=carryover,
            protected=protected,
            tied_by_bonds=basis.debt.paths[DebtKind.GENERAL].spent,
            guarantees_from_above=lines["guarantees_from_above"],
            flexible=basis.balance.other_spending(assumed),
            projects=commitments.candidate_projects,
            old_carryover=commitments.old_carryover,
            extra_transfer_in=np.maximum(
                state_capital.revenue - state_capital.transfer_out - commitments.project_money.from_state_capital, 0.0
            ),
            reserve_rate=assumed.path("reserve_rate"),
            stabilization_cap=assumed.path("stabilization_cap_share"),
            development_cut=assumed.path("development_cut_share"),
            operations_cut=assumed.path("operations_cut_share"),
            rescue_limit=assumed.path("rescue_limit_share"),
            revolving_limit=limit("revolving_fund"),
            carry_in=opening.flows["carry_out"],
            stabilization_stock=opening.stabilization_stock,
            fund_excess=funds.excess_transfer_out,
            revolving_topup=assumed.path("revolving_topup"),
            revolving_stock=basis.base("revolving_fund_stock"),
            returned=commitments.returned_carryover,
            order=basis.scenario.balance.order,
            measures=basis.scenario.balance.measures,
        )
    )


def _fund_lines(funds: FundPath, lines: Lines) -> Lines:
    tied = lines["fund_transfers"] + lines["debt_special_issued_new"] + lines["debt_special_swapped"]
    nothing = np.zeros(len(lines["fund_transfers"]))
    return {
        "fund_revenue": funds.revenue,
        "fund_carry_in": funds.carry_in,
        "fund_transfer_in": funds.transfer_in,
        "fund_gap": funds.gap,
        "fund_resources_total": funds.resources_total,
        "land_cost": funds.land_cost,
        "fund_tied_spending": tied,
        "fund_other_spending": funds.other_spending,
        "fund_expenditure": funds.expenditure,
        "fund_remitted_up": funds.remitted_up,
        "fund_transfer_out": funds.transfer_out,
        "fund_carry_out": funds.carry_out,
        "fund_uses_total": funds.uses_total,
        "fund_other_resources": nothing,
        "fund_other_uses": nothing,
    }


def _state_capital_lines(path: StateCapitalPath, general: GeneralPath) -> Lines:
    """What the waterfall takes beyond the planned share leaves state-capital spending."""
    extra = general.steps["extra_transfer_in"]
    return {
        "state_capital_revenue": path.revenue,
        "state_capital_transfers": path.transfers,
        "state_capital_carry_in": path.carry_in,
        "state_capital_resources_total": path.resources_total,
        "state_capital_expenditure": path.expenditure - extra,
        "state_capital_transfer_out": path.transfer_out + extra,
        "state_capital_carry_out": path.carry_out,
        "state_capital_uses_total": path.uses_total,
    }


def _general_lines(general: GeneralPath, funds: FundPath, basis: Basis) -> Lines:
    opening, level = basis.balance.opening, np.ones(len(basis.years))
    reserve = basis.assumed.path("reserve_rate")
    return {
        "carry_in": general.carry_in,
        "transfer_in": general.transfer_in,
        "stabilization_draw": general.stabilization_draw,
        "rescue_in": general.rescue_in,
        "funding_gap": general.funding_gap,
        "resources_total": general.resources_total,
        "other_resources": (opening.unlisted_in + opening.flows["received_from_below"]) * level,
        "bond_spending_general": basis.debt.paths[DebtKind.GENERAL].spent,
        "earmarked_spending": general.earmarked_spending,
        "flexible_spending": general.flexible_spending,
        "candidate_projects": general.project_spending,
        "contingency_reserve": general.reserve,
        "unallocated": general.unallocated,
        "reserve_unallocated": general.unallocated * reserve / (1 - reserve),
        "expenditure": general.expenditure,
        "remitted_up": basis.revenue.remitted_up,
        "stabilization_topup": general.stabilization_topup,
        "revolving_topup": general.revolving_topup,
        "revolving_fund_stock": general.revolving_stock,
        "transfer_out": funds.transfer_in,
        "other_uses": (opening.unlisted_out + opening.flows["paid_to_below"]) * level,
        "rescue_repaid": general.rescue_repaid,
        "carryover_returned": general.returned,
        "carry_out": general.carry_out,
        "uses_total": general.uses_total,
        "stabilization_fund_stock": general.stabilization_stock,
    }


def _insurance(basis: Basis) -> Lines:
    insurance = basis.balance.insurance
    income, outgo = insurance.revenue.sum(axis=1), insurance.expenditure.sum(axis=1)
    return {
        "insurance_revenue": income,
        "insurance_expenditure": outgo,
        "insurance_balance": income - outgo,
        "insurance_stock": insurance.stock.sum(axis=1),
    }


def _capacity(lines: Lines) -> Lines:
    found = {"available_resources": available_resources(lines)}
    found["rigid_total"] = add_up(LINES["rigid_total"], lines)
    found["fiscal_space"] = found["available_resources"] - found["rigid_total"]
    found["guarantees_arranged"] = np.clip(found["available_resources"], 0.0, lines["guarantees_county"])
    found["guarantees_shortfall"] = lines["guarantees_county"] - found["guarantees_arranged"]
    return found


def _indicators(basis: Basis, lines: Lines) -> Lines:
    capacity = comprehensive_capacity(lines)
    own_service = (
        lines["principal_general_own"]
        + lines["principal_special_own"]
        + lines["interest_general"]
        + lines["interest_special"]
    )
    return {
        "gdp": basis.revenue.gdp,
        **{f"comprehensive_capacity_{name}": value for name, value in capacity.items()},
        "debt_ratio": ratio(lines["debt_stock"], capacity["c"]),
        "debt_ratio_a": ratio(lines["debt_stock"], capacity["a"]),
        "debt_ratio_b": ratio(lines["debt_stock"], capacity["b"]),
        "debt_to_gdp": ratio(lines["debt_stock"], basis.revenue.gdp),
        "interest_burden_general": ratio(lines["interest_general"], lines["expenditure"]),
        "interest_burden_special": ratio(lines["interest_special"], lines["fund_expenditure"]),
        "debt_service_ratio": ratio(own_service, capacity["c"]),
        "limit_use_general": ratio(lines["debt_general_stock"], lines["debt_limit_general_stock"]),
        "limit_use_special": ratio(lines["debt_special_stock"], lines["debt_limit_special_stock"]),
        "self_sufficiency_ratio": ratio(lines["own_revenue"], lines["expenditure"]),
        "rigid_share": ratio(lines["rigid_total"], lines["available_resources"]),
        "refinancing_dependence": ratio(
            lines["debt_general_refinanced"] + lines["debt_special_refinanced"],
            lines["debt_general_repaid"] + lines["debt_special_repaid"],
        ),
        "guarantee_coverage": ratio(lines["available_resources"], lines["guarantees_county"]),
    }
