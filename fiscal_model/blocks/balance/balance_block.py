"""The balance block: how the base year closed, what is already bound, which packages of measures and funds there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.balance.base_spending import BaseDuties, base_spending
from fiscal_model.blocks.balance.carryover_cohorts import Cohorts, cohorts_of
from fiscal_model.blocks.balance.commitments import Commitments, commitments_of
from fiscal_model.blocks.balance.contingents import Contingents, contingents_of
from fiscal_model.blocks.balance.fund_accounts import (
    FundAccounts,
    FundOpening,
    StateCapitalOpening,
    fund_accounts_of,
    fund_opening_of,
    state_capital_opening_of,
)
from fiscal_model.blocks.balance.insurance import Insurance, insurance_of
from fiscal_model.blocks.balance.lower_levels import LowerLevels, lower_levels_of
from fiscal_model.blocks.balance.opening_balance import Opening, open_base_year
from fiscal_model.blocks.balance.packages import Packages, packages_of
from fiscal_model.blocks.base_flows import BaseFlows
from fiscal_model.blocks.debt.debt_block import Debt
from fiscal_model.blocks.debt.legal_debt import LegalDebt
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees
from fiscal_model.blocks.revenue.transfer_lines import Transfers
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.words.cautions import Caution


@dataclass(frozen=True, repr=False)
class Balance:
    """What the four budgets start from."""

    opening: Opening  # The base year's general budget, closed
    spending: Mapping[str, float]  # The base year's expenditure by spending line of the plan, 万元
    packages: Packages
    commitments: Commitments
    carry_out: (
        np.ndarray
    )  # Of each plan year, (year,), 万元; the same in every future, as long as there is earmarked money for it
    cohorts: Cohorts  # Carry-over by year of origin
    fund_opening: FundOpening
    funds: FundAccounts | None  # None where only totals are known
    state_capital: StateCapitalOpening
    insurance: Insurance
    lower_levels: LowerLevels
    contingents: Contingents | None  # None without a register of them
    cautions: tuple[Caution, ...]

    def other_spending(self, assumed: Assumed, prices: np.ndarray | float = 1.0) -> np.ndarray:
        """Other spending goes on from the base year's by its own growth, less what pooling and packages take off it, (..., year).

        Where the duties found exceed what was spent, the excess stays what it was. ``prices``: level beside that growth, (..., year).
        """
        started = self.spending["flexible_spending"]
        grown = started * np.cumprod(1 + assumed.path("other_spending_growth") * (started > 0))
        grown = grown * prices if started > 0 else grown
        less = self.commitments.flexible_saved + self.packages.flexible_cut
        return grown - np.minimum(less, np.maximum(grown, 0.0))


def balance_of(
    place: Place,
    history: History,
    base: int,
    assumed: Assumed,
    guarantees: Guarantees,
    transfers: Transfers,
    debt: Debt,
    general: LegalDebt,
    flows: BaseFlows,
    usual: Assumed,
) -> Balance:
    """Close the base year on the debt and the transfers that were found, then see what it binds the plan to.

    ``general``: general debt that stands in for what the base year did not publish, under no scenario; ``flows`` rest on it.
    ``usual``: assumptions without the scenario: what a scenario adds moves what the approved budget says too.
    """
    opening = open_base_year(history, base, flows)
    carry_out = assumed.path("carryover_share") * sum(vars(transfers.path).values())
    unspent = assumed.path("carryover_unspent_share")
    cohorts = cohorts_of(place, base, assumed.years, opening.flows["carry_out"], unspent, carry_out)
    packages = packages_of(place, base, assumed.years)
    commitments = commitments_of(place, base, assumed, packages, cohorts)
    below = lower_levels_of(history, base, transfers.base)
    insurance = insurance_of(place, base, assumed, guarantees, usual)
    fund_opening = fund_opening_of(history, base, assumed, usual)
    contingents = contingents_of(place, base, assumed.years)
    share = assumed.number("base_duties_share")
    duties = {"hidden_debt_budget": debt.hidden.path.budget, "digestion": commitments.payments.by_budget}
    spending, spending_cautions = base_spending(
        history,
        base,
        opening.flows,
        transfers.base.earmarked - below.passed_tied,
        guarantees,
        general.path,
        BaseDuties(
            commitments.base_projects,
            insurance.base_subsidy,
            contingents.base_paid if contingents else 0.0,
            {name: share * float(paid[0]) for name, paid in duties.items()},
        ),
    )
    return Balance(
        opening,
        spending,
        packages,
        commitments,
        carry_out,
        cohorts,
        fund_opening,
        fund_accounts_of(place, history, base, assumed, fund_opening),
        state_capital_opening_of(place, history, base, assumed),
        insurance,
        below,
        contingents,
        (*opening.cautions, *spending_cautions),
    )


def with_packages(balance: Balance, place: Place, base: int, assumed: Assumed, packages: Packages) -> Balance:
    """Put other packages of measures in; what is bound follows them, everything else stays as it was."""
    commitments = commitments_of(place, base, assumed, packages, balance.cohorts)
    return replace(balance, packages=packages, commitments=commitments)
