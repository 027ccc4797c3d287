"""Special-bond projects of a plan: coverage over their life, and what the budgets must add year by year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.project_coverage import (
    Coverage,
    ProjectFlows,
    Sensitivity,
    sensitivity_of,
    subsidies,
    who_pays,
)
from fiscal_model.blocks.debt.contracted_projects import ContractedProjects, contracted_projects
from fiscal_model.blocks.debt.legal_debt import issue_of
from fiscal_model.blocks.debt.project_bonds import ProjectService
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.cautions import Caution
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself
from fiscal_model.words.table import printed
from fiscal_model.words.vocabulary import DebtKind, ProjectStage


@shows_itself
@dataclass(frozen=True, repr=False)
class DebtProjects:
    """The special-bond projects of a plan, 万元; the first axis of arrays is the project.

    Parameters
    ----------
    contracted : ContractedProjects
        Their money and their bonds as contracted; its fields are handed on: ``years``, ``life``, ``register``, ``flows``,
        ``judged``, ``service``, ``whole`` and ``remaining`` coverage.
    own : (project, year + 1) float
        Plan years and the next: interest and principal left after the plan's refinancing, interest on the refinanced too.
    net_income, subsidy : (project, year) float
        Plan years; subsidy after the plan's own refinancing, zero for projects that are not judged.
    funds, general, unpaid : (year,) float
        Who pays the subsidies: fund income, the general budget (part of the plan's ``fund_transfer_in``), nobody (part of
        ``fund_debt_gap``). All three are within the plan's totals already.
    """

    contracted: ContractedProjects
    own: np.ndarray
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
    def years(self) -> tuple[int, ...]:
        return self.contracted.years

    @property
    def life(self) -> tuple[int, ...]:
        return self.contracted.life

    @property
    def register(self) -> pd.DataFrame:
        return self.contracted.register

    @property
    def flows(self) -> ProjectFlows:
        return self.contracted.flows

    @property
    def judged(self) -> np.ndarray:
        return self.contracted.judged

    @property
    def service(self) -> ProjectService:
        return self.contracted.service

    @property
    def whole(self) -> Coverage:
        return self.contracted.whole

    @property
    def remaining(self) -> Coverage:
        return self.contracted.remaining

    @property
    def names(self) -> tuple[str, ...]:
        return self.contracted.names

    @property
    def first(self) -> int:
        return self.contracted.first

    @property
    def capital_ratio(self) -> np.ndarray:
        return self.contracted.capital_ratio

    @property
    def capital_minimum(self) -> np.ndarray:
        return self.contracted.capital_minimum

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
    found = contracted_projects(plan.basis.place, plan.base_year, plan.basis.assumed)
    if found is None:
        return None
    first, count = found.first, len(plan.years)
    own = _own(plan, found.service.interest[:, first:], found.service.principal[:, first:])
    net = found.flows.net_income[:, first : first + count]
    subsidy = np.where(found.judged[:, None], subsidies(net, own[:, :count]), 0.0)
    funds, general, unpaid = who_pays(subsidy.sum(axis=0), plan.lines["fund_transfer_in"], plan.lines["fund_debt_gap"])
    return DebtProjects(found, own, net, subsidy, funds, general, unpaid, _cautions(plan, found, own))


def _own(plan: Plan, interest: np.ndarray, principal: np.ndarray) -> np.ndarray:
    """Service left after the plan's refinancing, plan years and the next, (project, year + 1)."""
    count = len(plan.years)
    repaid, refinanced = plan.lines["debt_special_repaid"], plan.lines["debt_special_refinanced"]
    share = np.divide(refinanced, repaid, out=np.zeros(count), where=repaid > 1e-9)
    share = np.append(share, share[-1])
    rolled = principal[:, : count + 1] * share
    rate = np.append(issue_of(plan.basis.assumed, "refinancing", DebtKind.SPECIAL).rate, 0.0)
    on_rolled = np.cumsum(rolled * rate, axis=1) - rolled * rate
    return interest[:, : count + 1] + principal[:, : count + 1] - rolled + on_rolled


def _cautions(plan: Plan, projects: ContractedProjects, own: np.ndarray) -> tuple[Caution, ...]:
    found, service, given = [], projects.service, projects.given
    ahead = own[:, : len(plan.years)].sum(axis=1)
    for position, row in enumerate(projects.register.itertuples()):
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
