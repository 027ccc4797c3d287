"""Everything a plan starts from: a place under a scenario, block by block, before any future is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from fiscal_model.blocks.assumptions import Assumed, calibrate
from fiscal_model.blocks.balance import balance_block
from fiscal_model.blocks.balance.balance_block import Balance, balance_of
from fiscal_model.blocks.balance.carryover_cohorts import unspent_in
from fiscal_model.blocks.balance.packages import Packages
from fiscal_model.blocks.base_flows import base_flows_of
from fiscal_model.blocks.debt.debt_block import Debt, debt_of, standing_in
from fiscal_model.blocks.grain import data_cautions, grain_of
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees, guarantees_of
from fiscal_model.blocks.revenue.revenue_block import Fitted, Revenue, revenue_of, without_scenario
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import Scenario, assumptions_of
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import DebtKind

DEBT_ASSUMPTIONS = frozenset(
    {
        "coupon_shift",
        "refinancing_shift",
        *(f"{name}_{kind}" for name in ("new_issue", "extra_repayment", "limit_growth") for kind in DebtKind),
    }
)
"""What moves legal debt in the plan years and nothing else that a plan starts from."""
HELD_BACK = "special_new_issue_held_back"
"""Code of the caution that the quota test held new special bonds back: of one start's debt only."""


@dataclass(frozen=True, eq=False, repr=False)
class Basis:
    """A place under a scenario, ready for the arithmetic: what each block of the plan starts from."""

    place: Place
    scenario: Scenario
    assumed: Assumed
    guarantees: Guarantees
    revenue: Revenue
    debt: Debt
    balance: Balance
    grain: Mapping[str, str]
    cautions: tuple[Caution, ...]

    @property
    def history(self) -> History:
        return self.revenue.fitted.history

    @property
    def years(self) -> tuple[int, ...]:
        return self.revenue.fitted.years

    @property
    def base_year(self) -> int:
        return self.revenue.fitted.base_year


def prepare(place: Place, scenario: Scenario, fitted: Fitted) -> Basis:
    """Put a place under a scenario: assumptions with numbers, then the blocks, each from those above it."""
    history, base = fitted.history, fitted.base_year
    assumed = _assumed(place, scenario, fitted)
    guarantees = guarantees_of(place, history, base, assumed)
    debt = debt_of(place, history, base, assumed)
    usual = without_scenario(place, assumed)
    general = standing_in(place, history, base, debt, _assumed(place, Scenario("usual", "usual"), fitted))
    flows = base_flows_of(history, base, general.path if general.known else None)
    revenue = revenue_of(place, fitted, assumed, guarantees, flows.flows["transfers"])
    balance = balance_of(place, history, base, assumed, guarantees, revenue.transfers, debt, general, flows, usual)
    return Basis(
        place,
        scenario,
        assumed,
        guarantees,
        revenue,
        debt,
        balance,
        grain_of(place, fitted, guarantees, debt.known, revenue.transfers.grain, revenue.land.grain),
        (
            *balance.cautions,
            *revenue.transfers.cautions,
            *fitted.cautions,
            *revenue.land.cautions,
            *guarantees.cautions,
            *data_cautions(place, fitted, debt.known, assumed),
            *debt.cautions,
        ),
    )


def with_debt(basis: Basis, changes: Mapping[str, float | Mapping[int, float]]) -> Basis:
    """Put a plan under other assumptions about legal debt alone; what they do not touch stays as it was.

    ``changes``: of `DEBT_ASSUMPTIONS`; the result is what `prepare` makes of the changed scenario.
    """
    if not set(changes) <= DEBT_ASSUMPTIONS:
        raise ValueError(f"not assumptions about legal debt alone: {sorted(set(changes) - DEBT_ASSUMPTIONS)}")
    place, fitted, scenario = basis.place, basis.revenue.fitted, basis.scenario.with_(**changes)
    assumed = _assumed(place, scenario, fitted)
    debt = debt_of(place, basis.history, basis.base_year, assumed)
    # What the levers change begins after the base year: its closing, and all that is bound by it, is the same.
    cautions = [each for each in basis.cautions if each not in basis.debt.cautions and each.code != HELD_BACK]
    return replace(basis, scenario=scenario, assumed=assumed, debt=debt, cautions=(*cautions, *debt.cautions))


def with_packages(basis: Basis, packages: Packages) -> Basis:
    """Put other packages of measures under a plan; everything else stays as it was.

    ``packages``: for example ``basis.balance.packages.without(code)``, or ``basis.balance.packages.none()``.
    """
    balance = balance_block.with_packages(basis.balance, basis.place, basis.base_year, basis.assumed, packages)
    return replace(basis, balance=balance)


def _assumed(place: Place, scenario: Scenario, fitted: Fitted) -> Assumed:
    given = assumptions_of(place.assumptions, scenario, place.said_in, fitted.years)
    around = float(np.expm1(fitted.own.statistical.courses["own_revenue"].common))
    seen = {"carryover_unspent_share": unspent_in(place, fitted.base_year), "common_growth": around}
    return calibrate(given, fitted.history, fitted.base_year, fitted.years, seen)
