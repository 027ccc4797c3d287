"""Everything a plan starts from: a place under a scenario, before any future is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fiscal_model.calibration import Assumed, calibrate
from fiscal_model.cautions import Caution
from fiscal_model.debt.bonds import bond_schedule, months_of
from fiscal_model.debt.hidden import HiddenPath, project_hidden
from fiscal_model.debt.portfolio import DebtPath, DebtTerms, project_debt
from fiscal_model.fitting import Fitted
from fiscal_model.grain import data_cautions, grain_of
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.opening import Opening, open_base_year
from fiscal_model.outlook.parcels import Land, land_of
from fiscal_model.outlook.transfer_lines import Transfers, remittances, transfers_of
from fiscal_model.rigid import Guarantees, guarantees_of
from fiscal_model.scenario import Scenario, assumptions_of
from fiscal_model.spending.commitments import spread_clearing
from fiscal_model.vocabulary import Budget, DebtKind, HiddenFunding, ProjectFunding, ProjectStatus


@dataclass(frozen=True)
class Commitments:
    """Signed duties and candidate projects by year, 万元, arrays of shape (year,)."""

    digestion: np.ndarray
    digestion_stock: np.ndarray
    committed_projects: np.ndarray
    candidate_projects: np.ndarray
    base_projects: float
    candidates: pd.DataFrame
    old_carryover: np.ndarray


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
    debt: Mapping[DebtKind, DebtPath]
    debt_known: Mapping[DebtKind, bool]
    hidden: HiddenPath
    commitments: Commitments
    grain: Mapping[str, str]
    cautions: tuple[Caution, ...]

    @property
    def years(self) -> tuple[int, ...]:
        return self.fitted.years

    @property
    def base_year(self) -> int:
        return self.fitted.base_year

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
    assumed = calibrate(assumptions_of(place.assumptions, scenario, shown), history, base, years)
    usual = Assumed(years, assumptions_of(place.assumptions, Scenario("usual", "usual"), shown))
    debt, debt_known = {}, {}
    for kind in DebtKind:
        debt[kind], debt_known[kind] = _debt_path(place, history, base, assumed, kind)
    general = debt[DebtKind.GENERAL] if debt_known[DebtKind.GENERAL] else None
    shares = (
        assumed.number("transfers_general_purpose_share"),
        assumed.number("general_transfers_general_purpose_share"),
    )
    opening = open_base_year(history, base, general, *shares)
    guarantees = guarantees_of(place, history, base, assumed)
    total = opening.flows["transfers"]
    transfers = transfers_of(place, history, base, opening.transfers, total, guarantees, assumed, usual)
    still = tuple(caution for caution in opening.cautions if caution.code not in transfers.settled)
    opening = replace(opening, transfers=transfers.base, cautions=(*still, *transfers.cautions))
    sold = history.value("land_revenue", base)
    land = land_of(place, float(np.nan_to_num(sold)), bool(np.isfinite(sold)), base, assumed, usual)
    grain = grain_of(place, fitted, guarantees, debt_known, transfers.grain, land.grain)
    doubts = data_cautions(place, fitted, debt_known, assumed)
    cautions = (*opening.cautions, *fitted.cautions, *land.cautions, *guarantees.cautions, *doubts)
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
        debt_known,
        _hidden(place, years),
        _commitments(place, base, years, assumed),
        grain,
        cautions,
    )


def _debt_path(
    place: Place, history: History, base: int, assumed: Assumed, kind: DebtKind
) -> tuple[DebtPath, bool]:
    stock = history.value(f"{kind}_closing_stock", base)
    if not np.isfinite(stock):
        stock = _latest_stock(history, base, kind)
    known = np.isfinite(stock)
    bonds = place.rows("bonds")
    # Bonds issued after the base year are no part of its closing balance.
    issued = np.array([date.year <= base for date in bonds["issue_date"]], dtype=bool)
    bonds = bonds[(bonds["kind"] == kind).to_numpy(dtype=bool) & issued]
    due = old_interest = None
    if len(bonds):
        issue, maturity = months_of(bonds["issue_date"]), months_of(bonds["maturity_date"])
        interest, principal = bond_schedule(
            bonds["face"].to_numpy(dtype=float),
            bonds["coupon_rate"].to_numpy(dtype=float),
            issue,
            maturity,
            bonds["interest_frequency"].to_numpy(dtype=int),
            (bonds["amortisation"] == "equal_principal").to_numpy(),
            assumed.years,
        )
        due, old_interest = principal.sum(axis=1), interest.sum(axis=1)
    elif not known:
        flow = history.value(f"principal_{kind}", base)
        due = np.full(len(assumed.years), flow if np.isfinite(flow) else 0.0)
        interest_now = history.value(f"interest_{kind}", base)
        old_interest = np.full(len(assumed.years), interest_now if np.isfinite(interest_now) else 0.0)
    limit = history.value(f"{kind}_limit_stock", base)
    limit = limit if np.isfinite(limit) else (stock if known else np.inf)
    share = np.clip(assumed.path(f"refinancing_share_{kind}") + assumed.path("refinancing_shift"), 0.0, 1.0)
    opening = stock if known else float(np.sum(due))  # type: ignore[arg-type]
    terms = DebtTerms(
        stock=opening,
        limit=limit,
        due=due,
        old_interest=old_interest,
        due_share=assumed.path(f"due_share_{kind}"),
        effective_rate=assumed.path(f"effective_rate_{kind}"),
        refinancing_share=share,
        new_issue=assumed.path(f"new_issue_{kind}"),
        limit_growth=assumed.path(f"limit_growth_{kind}"),
        new_rate=assumed.path("new_issue_rate") if known else np.zeros(len(assumed.years)),
        fee_rate=assumed.path("issue_fee_rate"),
    )
    return project_debt(terms), bool(known)


def _latest_stock(history: History, base: int, kind: DebtKind) -> float:
    """The last balance published within two years before the base year stands in for it."""
    known = history.series(f"{kind}_closing_stock", base)
    recent = known[known.index >= base - 2]
    return float(recent.iloc[-1]) if len(recent) else float("nan")


def _hidden(place: Place, years: tuple[int, ...]) -> HiddenPath:
    rows = place.rows("hidden_debt")
    return project_hidden(
        rows["balance"].to_numpy(dtype=float),
        rows["rate"].to_numpy(dtype=float),
        rows["planned_year"].to_numpy(dtype=int),
        (rows["funding"] == HiddenFunding.BUDGET).to_numpy(dtype=bool),
        (rows["after_2028"] == "yes").to_numpy(dtype=bool),
        years,
    )


def _commitments(place: Place, base: int, years: tuple[int, ...], assumed: Assumed) -> Commitments:
    payments = place.rows("temporary_payments")
    balance = payments["balance"].to_numpy(dtype=float)
    cleared = spread_clearing(
        balance, payments["clear_from"].to_numpy(dtype=int), payments["clear_to"].to_numpy(dtype=int), years
    )
    costs = place.rows("project_costs").merge(
        place.rows("projects")[["project_code", "name", "priority", "status", "category"]],
        on="project_code",
        how="inner",
    )
    costs = costs[costs["funding"] == ProjectFunding.COUNTY]
    by_status = {
        status: costs[costs["status"] == status]
        .groupby("year")["amount"]
        .sum()
        .reindex(years, fill_value=0.0)
        .to_numpy(dtype=float)
        for status in ProjectStatus
    }
    carried = place.rows("carryovers")
    old = carried[(carried["budget"] == Budget.GENERAL) & (carried["origin_year"] <= base - 2)][
        "amount"
    ].sum()
    old_carryover = np.zeros(len(years))
    old_carryover[0] = float(old)
    return Commitments(
        digestion=cleared.sum(axis=1),
        digestion_stock=float(balance.sum()) - np.cumsum(cleared.sum(axis=1)),
        committed_projects=by_status[ProjectStatus.COMMITTED] + assumed.path("new_project"),
        candidate_projects=by_status[ProjectStatus.CANDIDATE] * assumed.path("candidate_projects_share"),
        base_projects=float(costs.loc[costs["year"] == base, "amount"].sum()),
        candidates=costs[costs["status"] == ProjectStatus.CANDIDATE],
        old_carryover=old_carryover,
    )
