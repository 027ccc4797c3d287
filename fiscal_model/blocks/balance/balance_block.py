"""The balance block: how the base year closed, what is already bound, which packages of measures and funds there are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.balance.carryover_cohorts import Cohorts, cohorts_of
from fiscal_model.blocks.balance.commitments import Commitments, commitments_of
from fiscal_model.blocks.balance.fund_accounts import FundAccounts, fund_accounts_of
from fiscal_model.blocks.balance.opening_balance import Opening, open_base_year
from fiscal_model.blocks.balance.packages import Packages, packages_of
from fiscal_model.blocks.debt.debt_block import Debt
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import DebtKind


@dataclass(frozen=True)
class Balance:
    """What the four budgets start from.

    Parameters
    ----------
    opening : Opening
        The base year's general budget, closed.
    packages : Packages
    commitments : Commitments
    cohorts : Cohorts
        Carry-over by year of origin.
    funds : FundAccounts or None
        None where only totals are known.
    """

    opening: Opening
    packages: Packages
    commitments: Commitments
    cohorts: Cohorts
    funds: FundAccounts | None


def balance_of(place: Place, history: History, base: int, assumed: Assumed, transfers: float, debt: Debt) -> Balance:
    """Close the base year on the debt and the transfers that were found, then see what it binds the plan to."""
    general = debt.legal[DebtKind.GENERAL]
    opening = open_base_year(history, base, general.path if general.known else None, transfers)
    carried = assumed.path("carryover_share") * transfers
    unspent = assumed.path("carryover_unspent_share")
    cohorts = cohorts_of(place, base, assumed.years, opening.flows["carry_out"], unspent, carried)
    packages = packages_of(place, base, assumed.years)
    commitments = commitments_of(place, base, assumed, packages, cohorts)
    return Balance(opening, packages, commitments, cohorts, fund_accounts_of(place, history, base, assumed.years))


def with_packages(balance: Balance, place: Place, base: int, assumed: Assumed, packages: Packages) -> Balance:
    """Put other packages of measures in; what is bound follows them, everything else stays as it was."""
    commitments = commitments_of(place, base, assumed, packages, balance.cohorts)
    return replace(balance, packages=packages, commitments=commitments)
