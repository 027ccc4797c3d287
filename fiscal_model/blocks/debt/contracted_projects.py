"""Special-bond projects by themselves: their money and their bonds as contracted, before any budget pays for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.project_coverage import Coverage, ProjectFlows, coverage_of
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.debt.project_bonds import ProjectService, service_of
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rule_table


@dataclass(frozen=True)
class ContractedProjects:
    """The special-bond projects of a place, 万元; the first axis of arrays is the project."""

    years: tuple[int, ...]  # Plan years
    life: tuple[int, ...]  # Every year in which a project has money or a bond
    register: pd.DataFrame  # Rows of ``special_projects`` in file order
    flows: ProjectFlows  # Arrays of shape (project, life year)
    given: np.ndarray  # (project,) bool: whether income is known
    service: ProjectService
    # Over the whole life, over the years from the first plan year on; bonds as contracted
    whole: Coverage
    remaining: Coverage

    @cached_property
    def judged(self) -> np.ndarray:
        """Whether income and service are both known, (project,) bool; the others are never taken as zero."""
        return self.given & self.service.known

    @cached_property
    def last_payment(self) -> np.ndarray:
        """Last year in which each project's bonds are paid, (project,) int; of one without bonds the last of ``life``."""
        pays = self.flows.service > 1e-9
        return np.array(self.life)[len(self.life) - 1 - pays[:, ::-1].argmax(axis=1)]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(str(name) for name in self.register["name"])

    @cached_property
    def first(self) -> int:
        """Position of the first plan year in ``life``."""
        return self.life.index(self.years[0])

    @cached_property
    def capital_ratio(self) -> np.ndarray:
        """Capital over total investment, (project,)."""
        return divided(self.register["capital"], self.register["total_investment"], np.nan)

    @cached_property
    def capital_minimum(self) -> np.ndarray:
        """Least capital ratio of each project's sector, (project,)."""
        least = {row["sector"]: float(row["minimum"]) for row in rule_table("capital_ratio")}
        return np.array([least[str(sector)] for sector in self.register["sector"]])


def contracted_projects(place: Place, base_year: int, assumed: Assumed) -> ContractedProjects | None:
    """Read the special-bond projects of a place with their bonds. None without a register.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> contracted_projects(plan.basis.place, plan.base_year, plan.basis.assumed) is None
    True
    """
    if not place.has("special_projects"):
        return None
    register = place.rows("special_projects").reset_index(drop=True)
    service = service_of(place, base_year, assumed, register)
    (income, cost, tax), given = _money(place.rows("special_project_flows"), register, service.life)
    operating = np.array(service.life) >= register["operation_year"].to_numpy(dtype=int)[:, None]
    flows = ProjectFlows(income, cost, tax, service.interest, service.principal, operating)
    judged = given & service.known
    first = service.life.index(assumed.years[0])
    return ContractedProjects(
        assumed.years,
        service.life,
        register,
        flows,
        given,
        service,
        _only(coverage_of(flows), judged),
        _only(coverage_of(flows.from_year(first)), judged, first),
    )


def _money(rows: pd.DataFrame, register: pd.DataFrame, life: tuple[int, ...]) -> tuple[list[np.ndarray], np.ndarray]:
    """Income, cost and tax, (project, life year) each; and which projects have any."""
    codes = pd.Index(register["project_code"])
    at = codes.get_indexer(rows["project_code"]), rows["year"].to_numpy(dtype=int) - life[0]
    found = []
    for column in ("income", "operating_cost", "tax"):
        laid = np.zeros((len(codes), len(life)))
        laid[at] = rows[column].to_numpy(dtype=float)
        found.append(laid)
    return found, codes.isin(rows["project_code"])


def _only(found: Coverage, judged: np.ndarray, later: int = 0) -> Coverage:
    """Leave out what is not judged; positions are counted from the first year of the life."""
    floats = [
        np.where(judged, values, np.nan) for values in (found.life, found.average, found.minimum, found.lowest_cash)
    ]
    at = [np.where(judged & (values >= 0), values + later, -1) for values in (found.minimum_at, found.lowest_cash_at)]
    return Coverage(floats[0], floats[1], floats[2], at[0], floats[3], at[1])
