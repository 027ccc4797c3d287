"""How many new special bonds each plan year can bear, which term binds, and which projects get them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.analysis.debt.special_projects import DebtProjects, judge_projects
from fiscal_model.arithmetic.debt.quota_formula import least_term, share_out
from fiscal_model.blocks.debt.issue_review import passing_reviews
from fiscal_model.model.new_bonds import SWITCH, TERMS, debt_income, own_service, quota_terms, tied_funds
from fiscal_model.model.projection import Plan
from fiscal_model.words.formula import ratio
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import DebtKind, ProjectStage

_FIRST_SERVED = (ProjectStage.CONSTRUCTION, ProjectStage.OPERATION, ProjectStage.PREPARATION)
"""What is begun is finished before anything is started."""


_SAME = 0.5
"""Less is nothing as printed, 万元."""


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
        Own principal and interest of special debt over the income that may pay it.
    wanted : (year,) float
        New special bonds that the scenario asks for.
    follows, published : (year,) bool
        Whether the scenario lets the plan follow the test; whether the year's new bonds are published and taken as they are.
    read_off : bool
        Whether new bonds are read off how balances moved, for want of flows: the test then cuts nothing.
    income : (year,) float
        Revenue of the funds whose money may pay special debt.
    tied : tuple of str
        Funds with revenue whose money may not.
    """

    years: tuple[int, ...]
    terms: Mapping[str, np.ndarray]
    quota: np.ndarray
    binding: tuple[tuple[str, ...], ...]
    planned: np.ndarray
    allocation: pd.DataFrame
    match: np.ndarray
    wanted: np.ndarray
    follows: np.ndarray
    published: np.ndarray
    read_off: bool
    income: np.ndarray
    tied: tuple[str, ...]

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
    def what(self) -> str:
        """What the quota is in Chinese: nobody calls affordable what only the limit was asked about."""
        tested = {name for name, most in self.terms.items() if np.isfinite(most).any()}
        return "限额空间内" if tested == {"headroom"} else "可承受"

    @property
    def held_back(self) -> np.ndarray:
        """Whether a year's new bonds are fewer than the scenario asks for, (year,) bool."""
        return self.wanted > self.planned + 0.5

    @property
    def followed(self) -> str:
        """Say in Chinese whether the plan follows the test or its scenario."""
        first = "".join(self._approved(at) for at, known in enumerate(self.published) if known)
        bound = "，只受限额约束" if np.isfinite(self.terms["headroom"]).any() else "，限额未公布，不受约束"
        if self.read_off:
            return f"{first}没有公布债券发行数，规划新增专项债券按余额变动推算，不按测试削减{bound}。"
        if self.follows.all():
            return f"{first}规划按测试安排新增专项债券：不超过可承受数。"
        free = "、".join(f"{year}年" for year, held in zip(self.years, self.follows, strict=True) if not held)
        held = "各年" if not self.follows.any() else free
        return f"{first}规划{held}不按测试、按情景拟发数安排新增专项债券（情景中 {SWITCH} 写为0）{bound}。"

    def _approved(self, at: int) -> str:
        """Say of a year whose new bonds are approved already that they are followed and not the test, and where they stand to it."""
        said = f"{self.years[at]}年新增照批准的预算数{self.planned[at]:,.0f}万元安排，不按测试削减，"
        if not np.isfinite(self.quota[at]):
            return said + "测试缺数据；"
        if self.excess[at] <= _SAME:
            return said + f"没有超过可承受数{self.quota[at]:,.0f}万元；"
        return said + (
            f"比可承受数{self.quota[at]:,.0f}万元多{self.excess[at]:,.0f}万元：已经批准，测试只作提示，发行前应落实偿债来源；"
        )

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
    return; debt that keeps 债务率 (convention C) in the band of the base year; bonds whose level yearly payment fund income still
    pays after land costs and the land fund's own spending, remittances and the service of the debt that is there. Later
    years start from the plan's own new bonds. A plan issues no more than that unless its scenario sets ``$new_issue_within_quota`` to 0.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> list(check_quota(fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))).terms)
    ['headroom', 'band', 'service']
    """
    terms = quota_terms(plan.basis, plan.lines)
    quota, binds = least_term(terms)
    names, projects = tuple(terms), judge_projects(plan)
    known = {name: plan.line(name) for name in ("interest_special", "issue_fees_special", "principal_special_own")}
    income = debt_income(
        plan.basis, {name: plan.line(name) for name in ("fund_revenue", "land_revenue", "fund_other_revenue")}
    )
    return QuotaTest(
        plan.years,
        terms,
        quota,
        tuple(tuple(name for name, hit in zip(names, column, strict=True) if hit) for column in binds.T),
        plan.line("debt_special_issued_new"),
        _allocation(projects, quota),
        ratio(own_service(known), income),
        plan.basis.debt.paths[DebtKind.SPECIAL].wanted,
        plan.basis.assumed.path(SWITCH) > 0.5,
        plan.basis.assumed.is_published("new_issue_special"),
        "new_issue_special" in plan.basis.assumed.off_balances,
        income,
        tied_funds(plan.basis),
    )


def _allocation(projects: DebtProjects | None, quota: np.ndarray) -> pd.DataFrame:
    """Share the quota out: projects under way first, then by coverage."""
    columns = ["project_code", "name", "year", "need", "given"]
    reviews = passing_reviews(projects.contracted) if projects is not None else ()
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
