"""Special-bond projects of a plan: coverage over their life, and what the budgets must add year by year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.analysis.debt.project_service import ProjectService, service_of
from fiscal_model.arithmetic.debt.project_coverage import (
    Coverage,
    ProjectFlows,
    Sensitivity,
    coverage_of,
    sensitivity_of,
    subsidies,
    who_pays,
)
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.law.rules import rule_table, rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.cautions import Caution
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself
from fiscal_model.words.table import printed
from fiscal_model.words.vocabulary import ProjectStage


@shows_itself
@dataclass(frozen=True, repr=False)
class DebtProjects:
    """The special-bond projects of a plan, 万元; the first axis of arrays is the project.

    Parameters
    ----------
    years, life : tuple of int
        Plan years; every year in which a project has money or a bond.
    register : DataFrame
        Rows of ``special_projects`` in file order.
    flows : ProjectFlows
        Arrays of shape (project, life year).
    judged : (project,) bool
        Whether income and service are both known; the others are cautioned, never taken as zero.
    service : ProjectService
        Interest and principal of the projects' bonds.
    whole, remaining : Coverage
        Over the whole life; over the years from the first plan year on. Bonds as contracted, nothing refinanced that is
        not refinanced yet.
    net_income, subsidy : (project, year) float
        Plan years; subsidy after the plan's own refinancing, zero for projects that are not judged.
    funds, general, unpaid : (year,) float
        Who pays the subsidies: fund income, the general budget (part of the plan's ``fund_transfer_in``), nobody (part of
        ``fund_debt_gap``). All three are within the plan's totals already.
    """

    years: tuple[int, ...]
    life: tuple[int, ...]
    register: pd.DataFrame
    flows: ProjectFlows
    judged: np.ndarray
    service: ProjectService
    whole: Coverage
    remaining: Coverage
    net_income: np.ndarray
    subsidy: np.ndarray
    funds: np.ndarray
    general: np.ndarray
    unpaid: np.ndarray
    cautions: tuple[Caution, ...]

    @property
    def sheet(self) -> Sheet:
        """How far each project carries its bonds, as a table."""
        covers = zip(self.names, self.whole.life, self.remaining.life, strict=True)
        rows = [
            (name, (printed(float(whole), "number"), printed(float(left), "number"))) for name, whole, left in covers
        ]
        paid = "、".join(f"{year}年 {amount:,.0f}" for year, amount in zip(self.years, self.subsidy_total, strict=True))
        notes = (f"须由财政补助（万元）：{paid}",)
        return sheet_of("专项债券项目本息覆盖倍数", ("全周期", "剩余期"), rows, notes)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(str(name) for name in self.register["name"])

    @property
    def first(self) -> int:
        """Position of the first plan year in ``life``."""
        return self.life.index(self.years[0])

    @property
    def capital_ratio(self) -> np.ndarray:
        """Capital over total investment, (project,)."""
        return divided(self.register["capital"], self.register["total_investment"], np.nan)

    @property
    def capital_minimum(self) -> np.ndarray:
        """Least capital ratio of each project's sector, (project,)."""
        least = {row["sector"]: float(row["minimum"]) for row in rule_table("capital_ratio")}
        return np.array([least[str(sector)] for sector in self.register["sector"]])

    @property
    def subsidy_total(self) -> np.ndarray:
        """What projects lack in all, (year,)."""
        return self.subsidy.sum(axis=0)

    def sensitivity(self, line: float | None = None) -> Sensitivity:
        """Shift what is still to come; ``line`` is the approval line by default."""
        rule = rules("special_projects")
        change, steps = rule["sensitivity"]["change"], int(rule["sensitivity"]["steps"])
        line = float(rule["coverage"]["approval"]) if line is None else line
        return sensitivity_of(self.flows.from_year(self.first), np.linspace(-change, change, steps), line)

    def frame(self) -> pd.DataFrame:
        """Return one row a project: coverages, capital ratio, least cash, subsidy over the plan."""
        at = np.array((*self.life, 0))
        return pd.DataFrame(
            {
                "project_code": self.register["project_code"].to_numpy(),
                "name": self.names,
                "sector": [str(word) for word in self.register["sector"]],
                "stage": [str(word) for word in self.register["stage"]],
                "judged": self.judged,
                "bonds": self.service.linked,
                "bonds_open": self.service.outstanding,
                "bonds_planned": self.service.planned.sum(axis=1),
                "coverage_life": self.whole.life,
                "coverage_remaining": self.remaining.life,
                "coverage_average": self.whole.average,
                "coverage_minimum": self.whole.minimum,
                "coverage_minimum_year": at[self.whole.minimum_at],
                "lowest_cash": self.whole.lowest_cash,
                "lowest_cash_year": at[self.whole.lowest_cash_at],
                "capital_ratio": self.capital_ratio,
                "capital_minimum": self.capital_minimum,
                "subsidy": self.subsidy.sum(axis=1),
            }
        )


@lru_cache(maxsize=16)  # a report asks in several places
def judge_projects(plan: Plan) -> DebtProjects | None:
    """Judge the special-bond projects of a plan.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DebtProjects or None
        None without a register of projects.

    Notes
    -----
    The plan's totals are not moved: they pay special debt from fund income first and from the general budget where that
    falls short. This says which projects' shortfalls that money pays.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> judge_projects(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))) is None
    True
    """
    place = plan.basis.place
    if not place.has("special_projects"):
        return None
    register = place.rows("special_projects").reset_index(drop=True)
    service = service_of(plan, register)
    (income, cost, tax), given = _money(place.rows("special_project_flows"), register, service.life)
    operating = np.array(service.life) >= register["operation_year"].to_numpy(dtype=int)[:, None]
    flows = ProjectFlows(income, cost, tax, service.interest, service.principal, operating)
    judged = given & service.known
    first = service.life.index(plan.years[0])
    within = slice(first, first + len(plan.years))
    net = flows.net_income[:, within]
    subsidy = np.where(judged[:, None], subsidies(net, service.own[:, : len(plan.years)]), 0.0)
    funds, general, unpaid = who_pays(subsidy.sum(axis=0), plan.lines["fund_transfer_in"], plan.lines["fund_debt_gap"])
    return DebtProjects(
        plan.years,
        service.life,
        register,
        flows,
        judged,
        service,
        _only(coverage_of(flows), judged),
        _only(coverage_of(flows.from_year(first)), judged, first),
        net,
        subsidy,
        funds,
        general,
        unpaid,
        _cautions(plan, register, given, service),
    )


def _money(rows: pd.DataFrame, register: pd.DataFrame, life: tuple[int, ...]) -> tuple[list[np.ndarray], np.ndarray]:
    """Income, cost and tax, (project, life year) each; and which projects have any."""
    codes = list(register["project_code"])
    found = []
    for column in ("income", "operating_cost", "tax"):
        laid = np.zeros((len(codes), len(life)))
        for code, year, value in zip(rows["project_code"], rows["year"], rows[column], strict=True):
            laid[codes.index(code), life.index(int(year))] = float(value)
        found.append(laid)
    return found, np.isin(np.array(codes, dtype=object), rows["project_code"].to_numpy(dtype=object))


def _only(found: Coverage, judged: np.ndarray, later: int = 0) -> Coverage:
    """Leave out what is not judged; positions are counted from the first year of the life."""
    floats = [
        np.where(judged, values, np.nan) for values in (found.life, found.average, found.minimum, found.lowest_cash)
    ]
    at = [np.where(judged & (values >= 0), values + later, -1) for values in (found.minimum_at, found.lowest_cash_at)]
    return Coverage(floats[0], floats[1], floats[2], at[0], floats[3], at[1])


def _cautions(plan: Plan, register: pd.DataFrame, given: np.ndarray, service: ProjectService) -> tuple[Caution, ...]:
    found = []
    ahead = service.own[:, : len(plan.years)].sum(axis=1)
    for position, row in enumerate(register.itertuples()):
        if not service.known[position]:
            text = f"项目“{row.name}”登记了债券，但没有债券台账，本息无法测算，未作收支平衡判断"
            found.append(Caution("special_project_service", "专项债券项目", text))
        if not given[position]:
            due = f"，规划期债券本息 {ahead[position]:,.0f} 万元" if ahead[position] > 0.5 else ""
            text = f"项目“{row.name}”没有分年收支{due}，未作收支平衡判断"
            found.append(Caution("special_project_flows", "专项债券项目", text))
        if row.stage == ProjectStage.STOPPED and service.outstanding[position] > 0.5:
            text = f"项目“{row.name}”已停缓建，债券余额 {service.outstanding[position]:,.0f} 万元，须落实偿债来源"
            found.append(Caution("special_project_stopped", "专项债券项目", text))
    return tuple(found)
