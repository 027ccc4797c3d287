"""The project library as choices: candidates, the ways to start them, and what binds them to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from fiscal_model.analysis.affordability.library_review import Library, review_library, score_of
from fiscal_model.arithmetic.spending.project_choice import Options
from fiscal_model.model.projection import Plan
from fiscal_model.words.library_terms import LibraryOutcome
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import ProjectCategory, ProjectFunding, ProjectStatus, YesNo

USUAL_SCORE = 60.0
"""Ex-ante score of a candidate without one: the pass mark of the five-dimension form (design)."""
DELAY_KEEPS = 0.97
"""What a year of delay leaves of a project's value (design): the earlier of two equal starts is better."""
BONDS = (ProjectFunding.GENERAL_BOND, ProjectFunding.SPECIAL_BOND)


@shows_itself
@dataclass(frozen=True, repr=False)
class Candidate:
    """One project of the library.

    ``county``, ``bonds``: (year,) float, 万元 from the first year on, if started as listed; ``total`` of all money;
    ``first``, ``latest`` year of start; ``score`` 0 to 100, ex-ante; ``requires`` a project that must have started by
    then; ``group`` of which only one is taken.

    Examples
    --------
    >>> road = Candidate("P1", "道路", ProjectCategory.CONSTRUCTION, np.array([650.0]), np.zeros(1), 2000.0, 2027, 2030, 75.0)
    >>> road.value
    1500.0
    """

    code: str
    name: str
    category: ProjectCategory
    county: np.ndarray
    bonds: np.ndarray
    total: float
    first: int
    latest: int
    score: float
    must: bool = False
    requires: str = ""
    group: str = ""

    @property
    def sheet(self) -> Sheet:
        """What it costs the county from its first year on."""
        said = f"事前绩效得分{self.score:g}，总投入{self.total:,.0f}万元，最晚{self.latest}年开始"
        years = range(self.first, self.first + len(self.county))
        return years_sheet(self.name, years, [("县级资金", self.county), ("新增债券", self.bonds)], (said,))

    @property
    def value(self) -> float:
        """Score times all money that the project brings to the county, 万元 (design: what is best done with the money)."""
        return self.score / 100 * self.total


def list_candidates(plan: Plan) -> tuple[Candidate, ...]:
    """Return the candidates of a place's library that start in the plan, in the order of the register.

    Costs as ``project_costs`` lists them, those of years after the plan too. Where the library is reviewed
    (`review_library`), only what enters the budget, with the county money that was accepted.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> [each.name for each in list_candidates(plan)][:2]
    ['地质灾害避险搬迁', '县医院感染病楼']
    """
    place, found, library = plan.basis.place, [], review_library(plan)
    kept = {} if library is None else _kept_shares(library)
    if not place.has("projects") or not place.has("project_costs"):
        return ()
    costs = place.rows("project_costs")
    costs = costs[costs["year"] >= plan.years[0]]
    for row in place.rows("projects").to_dict("records"):
        mine = costs[costs["project_code"] == row["project_code"]]
        if row["status"] is ProjectStatus.CANDIDATE and len(mine) and mine["year"].min() in plan.years:
            each = _candidate(row, mine, plan.years)
            if library is None:
                found.append(each)
            elif each.code in kept:
                at = range(each.first - plan.years[0], each.first - plan.years[0] + len(each.county))
                shares = kept[each.code][np.minimum(at, len(plan.years) - 1)]
                cut = float((each.county * (1 - shares)).sum())
                found.append(replace(each, county=each.county * shares, total=each.total - cut))
    return tuple(found)


def _kept_shares(library: Library) -> dict[str, np.ndarray]:
    """Of each project that enters, the share of its county money that was accepted by year; after the plan that of its last."""
    asked, enters = library.asked, library.projects["outcome"] == LibraryOutcome.ENTERS
    shares = np.divide(library.reviewed, asked, out=np.ones_like(asked), where=asked > 0)
    return dict(zip(library.projects["project_code"][enters], shares[enters.to_numpy()], strict=True))


def _candidate(row: Mapping, costs: pd.DataFrame, years: tuple[int, ...]) -> Candidate:
    first, last = int(costs["year"].min()), int(costs["year"].max())

    def by_year(*fundings: ProjectFunding) -> np.ndarray:
        sums = costs[costs["funding"].isin(fundings)].groupby("year")["amount"].sum()
        return sums.reindex(range(first, last + 1), fill_value=0.0).to_numpy(dtype=float)

    def given(name: str, otherwise: float) -> float:
        return otherwise if pd.isna(row.get(name, np.nan)) else float(row[name])

    return Candidate(
        row["project_code"],
        row["name"],
        row["category"],
        by_year(ProjectFunding.COUNTY),
        by_year(*BONDS),
        float(costs["amount"].sum()),
        first,
        max(first, int(given("latest_start", years[-1]))),
        USUAL_SCORE if (score := score_of(row)) is None else score,
        row.get("must_fund") is YesNo.YES,
        _word(row.get("requires")),
        _word(row.get("excludes")),
    )


def _word(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


@dataclass(frozen=True)
class Ways:
    """The candidates' ways to start as options of a choice: one a candidate and start year.

    ``years``: of the plan and after it, as far as costs reach; ``start`` (option,) int, year; ``plan_end`` the last year of the plan.
    """

    candidates: tuple[Candidate, ...]
    years: tuple[int, ...]
    start: np.ndarray
    options: Options
    plan_end: int


def ways_of(
    candidates: Sequence[Candidate],
    years: tuple[int, ...],
    bond_room: np.ndarray | None = None,
    class_shares: Mapping[ProjectCategory, tuple[float, float]] | None = None,
) -> Ways:
    """Return each candidate's ways to start, every start from its first to its latest year.

    ``years``: of the plan; ``bond_room`` (year,): new bonds that candidates may use, 万元, None for no test;
    ``class_shares``: least and most share of a class in the county money chosen.
    """
    rows = [
        (at, start)
        for at, each in enumerate(candidates)
        for start in range(each.first, min(each.latest, years[-1]) + 1)
    ]
    last = max((start + len(candidates[at].county) - 1 for at, start in rows), default=years[-1])
    covered = tuple(range(years[0], max(last, years[-1]) + 1))
    project, start = (np.array([row[column] for row in rows], dtype=int) for column in (0, 1))
    cost, bonds = np.zeros((len(rows), len(covered))), np.zeros((len(rows), len(covered)))
    for row, (at, begun) in enumerate(rows):
        span = slice(begun - years[0], begun - years[0] + len(candidates[at].county))
        cost[row, span], bonds[row, span] = candidates[at].county, candidates[at].bonds
    value = np.array([candidates[at].value * DELAY_KEEPS ** (begun - candidates[at].first) for at, begun in rows])
    conditions = [
        *_bound_together(candidates, project, start),
        *_within_classes(candidates, project, cost, class_shares or {}),
    ]
    if bond_room is not None:
        conditions += [
            (bonds[:, year], -np.inf, float(room)) for year, room in enumerate(bond_room) if bonds[:, year].any()
        ]
    matrix = np.array([row for row, _, _ in conditions]).reshape(len(conditions), len(rows))
    must = np.array([each.must for each in candidates], dtype=bool)
    options = Options(
        value, cost, project, must, sparse.csr_array(matrix),
        np.array([least for _, least, _ in conditions]), np.array([most for _, _, most in conditions]),
    )  # fmt: skip
    return Ways(tuple(candidates), covered, start, options, years[-1])


Condition = tuple[np.ndarray, float, float]
"""Coefficients of the options, least and most of their sum."""


def _bound_together(candidates: Sequence[Candidate], project: np.ndarray, start: np.ndarray) -> list[Condition]:
    """What needs another waits for its start; of a group one is taken."""
    at = {each.code: position for position, each in enumerate(candidates)}
    found: list[Condition] = []
    for position, each in enumerate(candidates):
        if each.requires in at:
            for year in np.unique(start[project == position]):
                by_then = start <= year
                mine, other = (project == position) & by_then, (project == at[each.requires]) & by_then
                found.append((mine.astype(float) - other, -np.inf, 0.0))
    for group in sorted({each.group for each in candidates if each.group}):
        inside = np.array([candidates[one].group == group for one in project])
        found.append((inside.astype(float), -np.inf, 1.0))
    return found


def _within_classes(
    candidates: Sequence[Candidate],
    project: np.ndarray,
    cost: np.ndarray,
    shares: Mapping[ProjectCategory, tuple[float, float]],
) -> list[Condition]:
    """A class takes between its least and its most share of all county money chosen."""
    money, found = cost.sum(axis=1), []
    for category, (least, most) in shares.items():
        inside = np.array([candidates[one].category is category for one in project])
        if least > 0:
            found.append((money * (inside - least), 0.0, np.inf))
        if most < 1:
            found.append((money * (inside - most), -np.inf, 0.0))
    return found
