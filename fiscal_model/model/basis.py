"""Everything a plan starts from: a place under a scenario, before any future is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from fiscal_model.arithmetic.debt.hidden import HiddenPath
from fiscal_model.arithmetic.debt.portfolio import DebtPath
from fiscal_model.blocks.assumptions import Assumed, calibrate
from fiscal_model.blocks.balance.carryover_cohorts import Cohorts, cohorts_of, unspent_in
from fiscal_model.blocks.balance.commitments import Commitments, commitments_of
from fiscal_model.blocks.balance.fund_accounts import FundAccounts, fund_accounts_of
from fiscal_model.blocks.balance.opening_balance import Opening, open_base_year
from fiscal_model.blocks.balance.packages import Packages, packages_of
from fiscal_model.blocks.debt.hidden_plan import hidden_plan_of
from fiscal_model.blocks.debt.ledger import ledger_cautions
from fiscal_model.blocks.debt.legal_debt import LegalDebt, legal_debt_of
from fiscal_model.blocks.fitting import Fitted
from fiscal_model.blocks.grain import data_cautions, grain_of
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees, guarantees_of
from fiscal_model.blocks.revenue.parcels import Land, land_of
from fiscal_model.blocks.revenue.transfer_lines import Transfers, remittances, transfers_of
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import Scenario, assumptions_of
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import DebtKind


@dataclass(frozen=True)
class Basis:
    """A place under a scenario, ready for the arithmetic."""

    place: Place
    scenario: Scenario
    fitted: Fitted
    assumed: Assumed
    opening: Opening
    transfers: Transfers
    remitted_up: np.ndarray
    land: Land
    guarantees: Guarantees
    legal_debt: Mapping[DebtKind, LegalDebt]
    hidden: HiddenPath
    packages: Packages
    commitments: Commitments
    cohorts: Cohorts
    funds: FundAccounts | None
    grain: Mapping[str, str]
    cautions: tuple[Caution, ...]

    @property
    def years(self) -> tuple[int, ...]:
        return self.fitted.years

    @property
    def base_year(self) -> int:
        return self.fitted.base_year

    @property
    def debt(self) -> dict[DebtKind, DebtPath]:
        return {kind: debt.path for kind, debt in self.legal_debt.items()}

    @property
    def debt_known(self) -> dict[DebtKind, bool]:
        return {kind: debt.known for kind, debt in self.legal_debt.items()}

    def spared(self, flexible: float) -> np.ndarray:
        """Other spending by year from the base year's, less what pooling and packages take off it, (year,)."""
        grown = flexible * np.cumprod(1 + self.assumed.path("other_spending_growth"))
        less = self.commitments.flexible_saved + self.packages.flexible_cut
        return grown - np.minimum(less, np.maximum(grown, 0.0))

    def base(self, line: str) -> float:
        """Return a base-year figure, zero when it was not published."""
        value = self.fitted.history.value(line, self.base_year)
        return value if np.isfinite(value) else 0.0


def prepare(place: Place, scenario: Scenario, fitted: Fitted) -> Basis:
    """Put a place under a scenario: assumptions with numbers, opening balance, rigid duties, debt.

    Parameters
    ----------
    place : Place
    scenario : Scenario
    fitted : Fitted

    Returns
    -------
    Basis
    """
    history, base, years = fitted.history, fitted.base_year, fitted.years
    shown = f"{place.folder.as_posix()}/place.toml"
    assumed = calibrate(
        assumptions_of(place.assumptions, scenario, shown),
        history,
        base,
        years,
        {"carryover_unspent_share": unspent_in(place, base)},
    )
    usual = Assumed(years, assumptions_of(place.assumptions, Scenario("usual", "usual"), shown))
    hidden = hidden_plan_of(place, base, years)
    packages = packages_of(place, base, years)
    debt = {kind: legal_debt_of(place, history, base, assumed, kind, hidden.swapped[kind]) for kind in DebtKind}
    debt_known = {kind: found.known for kind, found in debt.items()}
    general = debt[DebtKind.GENERAL].path if debt_known[DebtKind.GENERAL] else None
    shares = (
        assumed.number("transfers_general_purpose_share"),
        assumed.number("general_transfers_general_purpose_share"),
    )
    opening = open_base_year(history, base, general, *shares)
    guarantees = guarantees_of(place, history, base, assumed)
    total = opening.flows["transfers"]
    transfers = transfers_of(place, history, base, opening.transfers, total, guarantees, assumed, usual)
    carried = assumed.path("carryover_share") * total
    unspent = assumed.path("carryover_unspent_share")
    cohorts = cohorts_of(place, base, years, opening.flows["carry_out"], unspent, carried)
    still = tuple(caution for caution in opening.cautions if caution.code not in transfers.settled)
    opening = replace(opening, transfers=transfers.base, cautions=(*still, *transfers.cautions))
    sold = history.value("land_revenue", base)
    land = land_of(place, float(np.nan_to_num(sold)), bool(np.isfinite(sold)), base, assumed, usual)
    grain = grain_of(place, fitted, guarantees, debt_known, transfers.grain, land.grain)
    doubts = data_cautions(place, fitted, debt_known, assumed)
    cut = (caution for found in debt.values() for caution in found.cautions)
    ledger = ledger_cautions(place, base)
    cautions = (
        *opening.cautions, *fitted.cautions, *land.cautions, *guarantees.cautions, *doubts, *ledger, *cut,
    )  # fmt: skip
    return Basis(
        place,
        scenario,
        fitted,
        assumed,
        opening,
        transfers,
        remittances(history, base, opening.flows["remitted_up"], assumed.path("remitted_up_growth")),
        land,
        guarantees,
        debt,
        hidden.path,
        packages,
        commitments_of(place, base, years, assumed, packages, cohorts),
        cohorts,
        fund_accounts_of(place, history, base, years),
        grain,
        cautions,
    )


def with_packages(basis: Basis, packages: Packages) -> Basis:
    """Put other packages of measures under a plan; everything else stays as it was.

    Parameters
    ----------
    basis : Basis
    packages : Packages
        For example ``basis.packages.without(code)``, or ``basis.packages.none()``.

    Returns
    -------
    Basis
    """
    place, base, years = basis.place, basis.base_year, basis.years
    commitments = commitments_of(place, base, years, basis.assumed, packages, basis.cohorts)
    return replace(basis, packages=packages, commitments=commitments)
