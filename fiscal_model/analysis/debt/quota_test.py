"""How many new special bonds each plan year can bear, which term binds, and which projects get them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.analysis.debt.project_review import RETURN, Review, review_issues
from fiscal_model.analysis.debt.reserve_fund import land_cost_due
from fiscal_model.analysis.debt.special_projects import DebtProjects, judge_projects
from fiscal_model.arithmetic.debt.quota_formula import least_term, room_below, service_rate, share_out
from fiscal_model.blocks.debt.legal_debt import issue_of
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.formula import ratio
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import DebtKind, ProjectStage

TERMS = {
    "headroom": "限额空间",
    "projects": "收益达标项目的需求",
    "band": "债务率不进入下一档",
    "service": "基金收入付得起本息",
}
"""The terms of the test, by id."""
_FIRST_SERVED = (ProjectStage.CONSTRUCTION, ProjectStage.OPERATION, ProjectStage.PREPARATION)
"""What is begun is finished before anything is started."""


@shows_itself
@dataclass(frozen=True, repr=False)
class QuotaTest:
    """The test of new special bonds by year, 万元.

    Parameters
    ----------
    terms : mapping of str to (year,) float
        Term of `TERMS` to the most it allows; NaN where it is not known, absent where there is no register of projects.
    quota : (year,) float
    binding : tuple of tuple of str
        Ids of the terms that bind in each year; several when they are equally low, none when none is known.
    planned : (year,) float
        New special bonds in the plan.
    allocation : DataFrame
        project_code, name, year, need, given; empty without projects that pass.
    match : (year,) float
        Own principal and interest of special debt over fund income.
    """

    years: tuple[int, ...]
    terms: Mapping[str, np.ndarray]
    quota: np.ndarray
    binding: tuple[tuple[str, ...], ...]
    planned: np.ndarray
    allocation: pd.DataFrame
    match: np.ndarray

    @property
    def sheet(self) -> Sheet:
        """What each term allows, what is planned, as a table."""
        amounts = {TERMS[name]: most for name, most in self.terms.items()}
        amounts |= {"额度": self.quota, "计划新增": self.planned}
        return years_sheet("新增专项债券额度测试", self.years, [*amounts.items(), ("起约束作用", self.binding_words)])

    @property
    def binding_words(self) -> tuple[str, ...]:
        """The binding terms of each year in Chinese."""
        return tuple("、".join(TERMS[name] for name in names) for names in self.binding)

    @property
    def excess(self) -> np.ndarray:
        """Planned new bonds beyond the quota, (year,)."""
        return np.maximum(self.planned - self.quota, 0.0)


def check_quota(plan: Plan) -> QuotaTest:
    """Test how many new special bonds each plan year can bear.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    QuotaTest

    Notes
    -----
    The least of: limit less balance before the year's new bonds; planned bonds of projects that the review does not
    return; debt that keeps 债务率 (convention C) below its next band; bonds whose level yearly payment fund income still
    pays after land costs and the land fund's own spending, remittances and the service of the debt that is there. Later years start from the plan's own
    new bonds.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> list(check_quota(fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))).terms)
    ['headroom', 'band', 'service']
    """
    projects = judge_projects(plan)
    terms = {
        "headroom": _before_new(plan, "debt_limit_special_stock", "debt_special_stock"),
        "band": _band_room(plan),
        "service": _service_room(plan),
    }
    reviews: tuple[Review, ...] = ()
    if projects is not None:
        reviews = tuple(review for review in review_issues(projects) if review.outcome != RETURN)
        passing = projects.service.planned[[review.position for review in reviews]].sum(axis=0)
        terms["projects"] = passing
    terms = {name: terms[name] for name in TERMS if name in terms}
    quota, binds = least_term(terms)
    names = tuple(terms)
    return QuotaTest(
        plan.years,
        terms,
        quota,
        tuple(tuple(name for name, hit in zip(names, column, strict=True) if hit) for column in binds.T),
        plan.line("debt_special_issued_new"),
        _allocation(projects, reviews, quota),
        ratio(_own_service(plan), plan.line("fund_revenue")),
    )


def _before_new(plan: Plan, limit: str, stock: str) -> np.ndarray:
    return plan.line(limit) - (plan.line(stock) - plan.line("debt_special_issued_new"))


def _band_room(plan: Plan) -> np.ndarray:
    rule = rules("indicators")["debt_ratio"]
    debt = plan.line("debt_stock") - plan.line("debt_special_issued_new")
    lines = [float(rule[band]) for band in ("yellow", "orange", "red")]
    room = room_below(debt, plan.line("comprehensive_capacity_c"), lines)
    return np.where(np.isfinite(debt), room, np.nan)


def _own_service(plan: Plan) -> np.ndarray:
    parts = ("interest_special", "issue_fees_special", "principal_special_own")
    return np.sum([plan.line(name) for name in parts], axis=0)


def _service_room(plan: Plan) -> np.ndarray:
    issue = issue_of(plan.basis.assumed, "new_issue", DebtKind.SPECIAL)
    # What land costs is owed before new debt, even in years in which the fund budget cannot pay it in full.
    owed = land_cost_due(plan) + _land_spending(plan) + _own_service(plan)
    free = plan.line("fund_revenue") - plan.line("fund_remitted_up") - owed
    return np.maximum(free, 0.0) / service_rate(issue.rate, issue.tenor)


def _land_spending(plan: Plan) -> np.ndarray:
    """What the land fund's own spending goes on at beside its costs, (year,): no money for new bonds."""
    funds = plan.basis.balance.funds
    share = float(funds.split.own_spending @ funds.split.land) if funds else 0.0
    return np.nan_to_num(share * plan.line("land_revenue"))


def _allocation(projects: DebtProjects | None, reviews: tuple[Review, ...], quota: np.ndarray) -> pd.DataFrame:
    """Share the quota out: projects under way first, then by coverage."""
    columns = ["project_code", "name", "year", "need", "given"]
    if projects is None or not reviews:
        return pd.DataFrame(columns=columns)
    stages, cover = projects.register["stage"], projects.whole.life
    served = sorted(
        (review.position for review in reviews),
        key=lambda position: (_FIRST_SERVED.index(stages.iloc[position]), -cover[position]),
    )
    needs = projects.service.planned.T
    given = share_out(quota, needs, served)
    rows = [
        (
            projects.register["project_code"].iloc[position],
            projects.names[position],
            year,
            float(needs[at, position]),
            float(given[at, position]),
        )
        for position in served
        for at, year in enumerate(projects.years)
        if needs[at, position] > 0.5
    ]
    return pd.DataFrame(rows, columns=columns)
