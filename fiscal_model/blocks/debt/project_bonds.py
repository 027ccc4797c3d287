"""Interest and principal of special bonds, project by project: from the ledger, and from bonds still planned."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from fiscal_model.arithmetic.debt.bond_schedule import BondArray, outstanding, schedule
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.debt.ledger import ledger_of, usual_frequency
from fiscal_model.blocks.debt.legal_debt import issue_of
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.words.vocabulary import Amortisation, BondPurpose, DebtKind


@dataclass(frozen=True)
class ProjectService:
    """What projects' bonds pay, 万元; the first axis is the project."""

    life: tuple[int, ...]  # Every year in which a project has money or a bond, and the plan years with one more
    interest: np.ndarray  # (project, life year) float: as contracted, planned new bonds with them
    principal: np.ndarray  # (project, life year) float: less what linked refinancing bonds paid
    planned: np.ndarray  # (project, year) float: new bonds planned by year
    linked: np.ndarray  # (project,) float: bonds used for the project
    for_investment: np.ndarray  # (project,) float: those of them that paid for the investment, so no refinancing bonds
    outstanding: np.ndarray  # (project,) float: what is open at the end of the base year
    known: np.ndarray  # (project,) bool: false where bonds are linked but no ledger tells their terms


def service_of(place: Place, base_year: int, assumed: Assumed, register: pd.DataFrame) -> ProjectService:
    """Lay out the debt service of special-bond projects as contracted and planned.

    ``register``: rows of ``special_projects``.
    """
    codes = pd.Index(register["project_code"])
    links = project_links(place)
    shares, bonds, refinancing = _shares_of_bonds(place, links, codes)
    wanted, new_bonds, owner = _planned(place, assumed, register)
    life = _life(place, assumed.years, bonds, new_bonds)
    paid, coming = schedule(bonds, life), schedule(new_bonds, life)
    belongs = csr_array((np.ones(len(owner)), (owner, np.arange(len(owner)))), shape=(len(codes), len(owner)))
    refinanced = np.minimum(shares @ paid.principal.T, _refinanced(bonds, shares, refinancing, life))
    interest = shares @ paid.interest.T + belongs @ coming.interest.T
    principal = shares @ paid.principal.T - refinanced + belongs @ coming.principal.T
    at_base = outstanding(bonds, [base_year])[0]
    amount = links.groupby("project_code")["amount"].sum().reindex(codes, fill_value=0.0)
    return ProjectService(
        life,
        interest,
        principal,
        wanted,
        amount.to_numpy(dtype=float),
        amount.to_numpy(dtype=float) - shares @ np.where(refinancing, bonds.face, 0.0),
        shares @ at_base,
        place.has("bonds") | ~codes.isin(links["project_code"]),
    )


@lru_cache(maxsize=16)
def project_links(place: Place) -> pd.DataFrame:
    """Say which bond pays for which project.

    project_code, bond_code, amount: the table of links, and ledger rows that name a project themselves; the links hold
    where both speak of a bond.
    """
    links = place.rows("special_project_bonds")[["project_code", "bond_code", "amount"]]
    bonds = place.rows("bonds")
    if "project_code" in bonds and len(bonds):
        known = set(place.rows("special_projects")["project_code"])
        named = bonds["project_code"].isin(known) & ~bonds["bond_code"].isin(links["bond_code"])
        named &= bonds["kind"] == DebtKind.SPECIAL
        whole = bonds.loc[named, ["project_code", "bond_code", "face"]].rename(columns={"face": "amount"})
        links = pd.concat([links, whole], ignore_index=True) if len(links) else whole
    return links.astype({"amount": float})


def _shares_of_bonds(place: Place, links: pd.DataFrame, codes: pd.Index) -> tuple[csr_array, BondArray, np.ndarray]:
    """Part of each linked bond that is a project's (project, bond), the bonds, and which of them refinance."""
    ledger = ledger_of(place)
    linked = ledger.only(ledger.rows["bond_code"].isin(links["bond_code"]))
    links = links[links["bond_code"].isin(linked.rows["bond_code"])]
    bond = pd.Index(linked.rows["bond_code"]).get_indexer(links["bond_code"])
    part = links["amount"].to_numpy(dtype=float) / linked.bonds.face[bond]
    shares = csr_array((part, (codes.get_indexer(links["project_code"]), bond)), shape=(len(codes), len(linked)))
    return shares, linked.bonds, (linked.rows["purpose"] == BondPurpose.REFINANCING).to_numpy(dtype=bool)


def _refinanced(bonds: BondArray, shares: csr_array, refinancing: np.ndarray, life: tuple[int, ...]) -> np.ndarray:
    """What linked refinancing bonds brought in by year, (project, life year)."""
    brought = np.where(refinancing, bonds.face, 0.0) * (_year(bonds.issue) == np.array(life)[:, None])
    return shares @ brought.T


def _planned(place: Place, assumed: Assumed, register: pd.DataFrame) -> tuple[np.ndarray, BondArray, np.ndarray]:
    """New bonds planned (project, year), the bonds they will be, and the project of each."""
    flows, usual = place.rows("special_project_flows"), rules("special_projects")["planned_bonds"]
    codes, years = pd.Index(register["project_code"]), assumed.years
    planned = np.zeros((len(codes), len(years)))
    needs = flows[flows["bond_need"].notna() & flows["year"].isin(years)]
    at = codes.get_indexer(needs["project_code"]), needs["year"].to_numpy(dtype=int) - years[0]
    planned[at] = needs["bond_need"].to_numpy(dtype=float)
    owner, when = np.nonzero(planned)
    common = issue_of(assumed, "new_issue", DebtKind.SPECIAL)
    own_rate, own_term = (register[name].to_numpy(dtype=float)[owner] for name in ("bond_rate", "bond_years"))
    rate = np.where(np.isfinite(own_rate), own_rate, common.rate[when])
    terms = np.where(np.isfinite(own_term), own_term, common.tenor[when]).astype(int)
    day = [dt.date(years[year], int(usual["month"]), 1) for year in when]
    end = [each.replace(year=each.year + int(term)) for each, term in zip(day, terms, strict=True)]
    issue, maturity = (np.array(days, dtype="datetime64[D]") for days in (day, end))
    count = len(owner)
    bonds = BondArray(
        planned[owner, when],
        rate,
        issue,
        maturity,
        usual_frequency(issue, maturity),
        np.full(count, str(Amortisation.BULLET), dtype="U16"),
        np.zeros(count, dtype=int),
        np.ones(count, dtype=int),
        np.full(count, np.datetime64("NaT"), dtype="datetime64[D]"),
    )
    return planned, bonds, owner


def _life(place: Place, plan_years: tuple[int, ...], *bonds: BondArray) -> tuple[int, ...]:
    flows = place.rows("special_project_flows")["year"].to_numpy(dtype=int)
    known = [_year(days) for each in bonds for days in (each.issue, each.maturity)]
    years = np.concatenate([flows, plan_years, [plan_years[-1] + 1], *known])
    return tuple(range(int(years.min()), int(years.max()) + 1))


def _year(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[Y]").astype(int) + 1970
