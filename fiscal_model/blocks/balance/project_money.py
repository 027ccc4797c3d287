"""Project costs and what units ask for, after packages and pooling: what is left for the county to pay."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.pooling_order import NOBODY, PoolPath, PoolTerms, pool, saved_by_source
from fiscal_model.blocks.balance.packages import Packages
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import PooledSource, ProjectFunding, ProjectStatus

REGISTERS = ("unit_funds", "project_money")
"""Any one of them is enough for pooling."""


@dataclass(frozen=True)
class Pooled:
    """Pooling of a place's money."""

    labels: tuple[str, ...]  # Of each need, in the order served
    codes: tuple[str, ...]  # Empty for what a unit asks for outside projects
    statuses: tuple[ProjectStatus | None, ...]  # None for what a unit asks for
    units: tuple[str, ...]  # Units, in the order of the arrays of `path`
    departments: tuple[str, ...]  # Of each unit
    terms: PoolTerms
    path: PoolPath
    saved: dict[str, np.ndarray]  # mapping of str to (year, need) float: county money saved by each source, 万元

    def of(self, status: ProjectStatus | None) -> np.ndarray:
        """Tell which needs are of a status, (need,) bool."""
        return np.array([found is status for found in self.statuses], dtype=bool)


@dataclass(frozen=True)
class ProjectMoney:
    """County money of projects by plan year, 万元."""

    # Rows of ``projects`` with county costs in the plan, in the order served: signed first, then by priority and code
    projects: pd.DataFrame
    listed: np.ndarray  # (year, project) float: as the register lists it
    asked: np.ndarray  # (year, project) float: after the packages
    county: np.ndarray  # (year, project) float: after pooling too
    flexible_saved: np.ndarray  # (year,) float: what pooling saves of other spending
    pooled: Pooled | None

    @property
    def from_state_capital(self) -> np.ndarray | float:
        """What the state-capital budget pays for projects by pooling, (year,), 万元: not to be moved elsewhere."""
        return self.pooled.path.paid["state_capital"].sum(axis=-1) if self.pooled else 0.0

    def by_status(self, status: ProjectStatus) -> np.ndarray:
        """Sum up the county money of projects of a status, (year,)."""
        return self.county[:, (self.projects["status"] == status).to_numpy(dtype=bool)].sum(axis=1)

    def rows(self, status: ProjectStatus, years: tuple[int, ...]) -> pd.DataFrame:
        """List the projects of a status by year: project_code, name, priority, status, category, year, amount."""
        inside = self.projects[self.projects["status"] == status]
        frames = [inside.assign(year=year, amount=self.county[at, inside.index]) for at, year in enumerate(years)]
        found = pd.concat(frames, ignore_index=True)
        return found[found["amount"] > 0].reset_index(drop=True)


@lru_cache(maxsize=16)
def project_money_of(place: Place, years: tuple[int, ...], packages: Packages) -> ProjectMoney:
    """Work out what the county pays for projects once packages are taken and other money is used first.

    As the register lists it where the place has neither measures nor registers of other money.
    """
    projects, listed = _listed(place, years)
    codes = list(projects["project_code"])
    asked = np.maximum(listed + packages.of_projects(codes), 0.0)
    asked[:, np.isin(codes, packages.dropped)] = 0.0  # what a measure puts off does not come back
    pooled = _pooled(place, years, projects, asked)
    if pooled is None:
        return ProjectMoney(projects, listed, asked, asked, np.zeros(len(years)), None)
    others = pooled.of(None)
    county = pooled.path.county[:, ~others]
    served = {code: at for at, code in enumerate(pooled.codes[int(others.sum()) :])}
    order = [served[code] for code in codes]
    saved = (pooled.terms.need - pooled.path.county)[:, others].sum(axis=1)
    return ProjectMoney(projects, listed, asked, county[:, order], saved, pooled)


@lru_cache(maxsize=16)
def _listed(place: Place, years: tuple[int, ...]) -> tuple[pd.DataFrame, np.ndarray]:
    costs = place.rows("project_costs")
    costs = costs[(costs["funding"] == ProjectFunding.COUNTY) & costs["year"].isin(years)]
    projects = place.rows("projects")
    projects = projects[projects["project_code"].isin(costs["project_code"])]
    signed = (projects["status"] != ProjectStatus.COMMITTED).astype(int)
    projects = projects.assign(_signed=signed).sort_values(["_signed", "priority", "project_code"])
    projects = projects[["project_code", "name", "priority", "status", "category", "unit_name"]]
    projects = projects.reset_index(drop=True)
    listed = np.zeros((len(years), len(projects)))
    at = (
        pd.Index(years).get_indexer(costs["year"]),
        pd.Index(projects["project_code"]).get_indexer(costs["project_code"]),
    )
    np.add.at(listed, (at[0][at[1] >= 0], at[1][at[1] >= 0]), costs["amount"].to_numpy(dtype=float)[at[1] >= 0])
    return projects, listed


def _pooled(place: Place, years: tuple[int, ...], projects: pd.DataFrame, asked: np.ndarray) -> Pooled | None:
    """Units' other requests stand first, then projects: people and running costs before projects."""
    if not any(place.has(name) for name in REGISTERS):
        return None
    funds = place.rows("unit_funds").sort_values(["department", "unit_name", "year"])
    units = list(dict.fromkeys(funds["unit_name"]))
    at = {unit: position for position, unit in enumerate(units)}
    of_department = dict(zip(funds["unit_name"], funds["department"], strict=True))
    departments = [of_department[unit] for unit in units]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(departments))}
    opening, income, requested = _unit_money(funds, at, years)
    codes = list(projects["project_code"])
    given = {
        source: np.hstack([np.zeros((len(years), len(units))), money])
        for source, money in _given(place, years, codes).items()
    }
    terms = PoolTerms(
        need=np.hstack([requested, asked]),
        given=given,
        unit_of=np.array([*range(len(units)), *(at.get(unit, NOBODY) for unit in projects["unit_name"])], dtype=int),
        department_of=np.array([numbers[name] for name in departments], dtype=int),
        opening=opening,
        income=income,
    )
    return Pooled(
        (*(f"{unit}其他支出" for unit in units), *map(str, projects["name"])),
        (*([""] * len(units)), *codes),
        (*([None] * len(units)), *projects["status"]),
        tuple(units),
        tuple(departments),
        terms,
        pool(terms),
        saved_by_source(terms),
    )


def _unit_money(
    funds: pd.DataFrame, at: dict[str, int], years: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Money of each unit free of a use; what is bound comes off the income first, then off what was carried over."""
    opening = np.zeros(len(at))
    income, requested = (np.zeros((len(years), len(at))) for _ in range(2))
    for row in funds.to_dict("records"):
        unit, carried = at[row["unit_name"]], float(np.nan_to_num(row["carried_over"] or 0.0))
        bound = max(row["earmarked"] - row["income"], 0.0)
        if row["year"] in years:
            opening[unit] += max(carried - bound, 0.0)
            income[years.index(row["year"]), unit] = max(row["income"] - row["earmarked"], 0.0)
            requested[years.index(row["year"]), unit] = row["requested"]
    return opening, income, requested


def _given(place: Place, years: tuple[int, ...], codes: list[str]) -> dict[str, np.ndarray]:
    rows, given = place.rows("project_money"), {}
    at = pd.Index(years).get_indexer(rows["year"]), pd.Index(codes).get_indexer(rows["project_code"])
    counted, amounts = (at[0] >= 0) & (at[1] >= 0), rows["amount"].to_numpy(dtype=float)
    for source in PooledSource:
        which = counted & (rows["money"] == source).to_numpy(dtype=bool)
        given[str(source.value)] = np.zeros((len(years), len(codes)))
        np.add.at(given[str(source.value)], (at[0][which], at[1][which]), amounts[which])
    return given
