"""The reserve of a plan's special-bond projects, and how far secured sources cover what falls due."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.analysis.debt.special_projects import DebtProjects, judge_projects
from fiscal_model.arithmetic.debt.project_coverage import divided_or_nan
from fiscal_model.arithmetic.debt.reserve_path import ReserveTerms, run_reserve, score_by_steps
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import ProjectSector


@shows_itself
@dataclass(frozen=True, repr=False)
class Reserve:
    """The reserve by year, and the cover of what falls due, 万元.

    Parameters
    ----------
    opening, accrued, from_projects, used, closing, target : (year,) float
        Sums over projects; ``from_projects`` is what the projects' own surplus can put by, the rest the fund budget would
        have to arrange. The plan's totals do not hold it.
    adequacy : (year,) float
        Closing balance over the service of the next year.
    sources : mapping of str to (year,) float
        Secured sources of the year, Chinese label to amount.
    due : (year,) float
        Principal and interest of special debt in the year, from the plan.
    cover, score : (year,) float
        Sources over due, and its points.
    opening_known : bool
        Whether any project says what its reserve is now; otherwise it starts from nothing.
    """

    years: tuple[int, ...]
    opening: np.ndarray
    accrued: np.ndarray
    from_projects: np.ndarray
    used: np.ndarray
    closing: np.ndarray
    target: np.ndarray
    adequacy: np.ndarray
    sources: dict[str, np.ndarray]
    due: np.ndarray
    cover: np.ndarray
    score: np.ndarray
    opening_known: bool

    @property
    def sheet(self) -> Sheet:
        """The reserve and what it covers, as a table."""
        rows = {
            "年初余额": self.opening, "计提": self.accrued, "使用": self.used, "年末余额": self.closing,
            "当年到期本息": self.due, "偿债资金覆盖率": self.cover,
        }  # fmt: skip
        return years_sheet("偿债备付金", self.years, rows.items(), kinds={"偿债资金覆盖率": "ratio"})


def follow_reserve(plan: Plan) -> Reserve | None:
    """Follow the reserve of a plan's special-bond projects.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Reserve or None
        None without a register of projects.

    Notes
    -----
    Shares from ``data/rules/special_projects.toml``; the part of next year's service is one over the years a project's
    bonds have left. Projects that cannot be judged take no part.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> found = fm.debt.follow_reserve(plan)
    >>> found.opening_known, bool(found.closing[0] > found.opening[0])
    (True, True)
    """
    projects = judge_projects(plan)
    if projects is None:
        return None
    count, judged = len(plan.years), projects.judged[:, None]
    own = np.where(judged, projects.own, 0.0)
    balance = pd.to_numeric(projects.register["reserve_balance"]).to_numpy(dtype=float)
    within = slice(projects.first, projects.first + count)
    path = run_reserve(
        ReserveTerms(
            opening=np.nan_to_num(balance),
            income=np.where(judged, projects.flows.income[:, within], 0.0),
            next_service=own[:, 1:],
            shortfall=projects.subsidy,
            income_share=float(rules("special_projects")["reserve"]["income_share"]),
            service_share=1 / _years_left(projects),
            stop_at_target=bool(rules("special_projects")["reserve"]["stop_at_target"]),
        )
    )
    surplus = np.where(judged, np.maximum(projects.net_income - own[:, :count], 0.0), 0.0)
    sums = {name: getattr(path, name).sum(axis=0) for name in ("opening", "accrued", "used", "closing", "target")}
    from_projects = np.minimum(path.accrued, surplus)
    hoped = (path.accrued - from_projects).sum(axis=0)
    paid_in = np.maximum(sums["opening"] - (np.cumsum(hoped) - hoped), 0.0)
    sources = _secured(plan, projects, paid_in)
    due = plan.line("interest_special") + plan.line("principal_special")
    cover = divided_or_nan(np.sum(list(sources.values()), axis=0), due)
    return Reserve(
        plan.years,
        **sums,
        from_projects=from_projects.sum(axis=0),
        adequacy=divided_or_nan(sums["closing"], sums["target"]),
        sources=sources,
        due=due,
        cover=cover,
        score=score_by_steps(cover, rules("special_projects")["secured_sources"]["steps"]),
        opening_known=bool(np.isfinite(balance).any()),
    )


def land_cost_due(plan: Plan) -> np.ndarray:
    """Return the costs that land sales bring with them, also where the fund budget cannot pay them in full; (year,).

    Returns (year,) float: 万元; nothing where land revenue is not known.
    """
    return np.nan_to_num(plan.line("land_cost"))


def _years_left(projects: DebtProjects) -> np.ndarray:
    """Years from each plan year to the last one in which the project's bonds pay, at least one; (project, year)."""
    pays = projects.flows.service > 1e-9
    life = np.array(projects.life)
    last = np.where(pays.any(axis=1), np.where(pays, life, 0).max(axis=1), 0)
    return np.maximum(last[:, None] - np.array(projects.years), 1).astype(float)


def _secured(plan: Plan, projects: DebtProjects, paid_in: np.ndarray) -> dict[str, np.ndarray]:
    """What can be counted on for special debt, each once: a project's income only as far as its own service.

    A land reserve's income is land revenue: it stands there, where that is known.
    """
    count = len(plan.years)
    land = not {"land_revenue", "fund_remitted_up"} & plan.unavailable
    counted = projects.judged & ~(land & (projects.register["sector"] == ProjectSector.LAND_RESERVE).to_numpy())
    own = projects.own[:, :count]
    earned = np.minimum(np.maximum(projects.net_income, 0.0), np.maximum(own, 0.0))
    found = {
        "项目净收益（各以本项目本息为限）": np.where(counted[:, None], earned, 0.0).sum(axis=0),
        "年初偿债备付金（项目自己提足的部分）": paid_in,
        "再融资债券": plan.line("debt_special_refinanced"),
    }
    if not land:
        return found
    return found | {
        "土地出让净收入（扣除成本和上解）": np.maximum(
            plan.line("land_revenue") - land_cost_due(plan) - plan.line("fund_remitted_up"), 0.0
        )
    }
