"""Who is funded first: duties in the order of the law, candidate projects by class and rank, cuts in reverse."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.waterfall import cut_rows
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.law.rules import rule_table
from fiscal_model.model.projection import Plan
from fiscal_model.words.vocabulary import ProjectCategory

TIERS = (
    ("三保", ("guarantees_total",)),
    ("债务付息和发行费用", ("interest_general", "issue_fees_general")),
    (
        "已签约和必须履行的支出",
        (
            "hidden_debt_budget",
            "digestion",
            "insurance_subsidy",
            "insurance_shortfall",
            "committed_projects",
            "contingent_duties",
            "sudden_duties",
        ),
    ),
    ("专款和债券安排的支出", ("earmarked_spending", "bond_spending_general")),
    ("预备费（法定）", ("contingency_reserve",)),
    ("其他一般支出", ("flexible_spending",)),
    ("储备项目", ("candidate_projects",)),
    ("待安排支出", ("unallocated",)),
)
"""Tiers of general expenditure in the order in which they are funded; together they are all of it."""

COLUMNS = ("project_code", "name", "category", "priority", "year", "asked", "cut", "kept")


def ranked_projects(plan: Plan) -> pd.DataFrame:
    """List the candidate projects in the order in which they are funded.

    project_code, name, category, priority: by class (`data/rules/category_order.csv`, or the scenario's ``cut_order``
    read backwards), then by priority, then by code.
    """
    rows = plan.basis.balance.commitments.candidates
    about = rows[["project_code", "name", "category", "priority"]].drop_duplicates("project_code")
    order = {row["category"]: int(row["rank"]) for row in rule_table("category_order")}
    cut_first = plan.basis.scenario.balance.cut_order
    order |= {category: 100 - position for position, category in enumerate(cut_first)}
    ranked = about.assign(place=[order[str(word)] for word in about["category"]])
    ranked = ranked.sort_values(["place", "priority", "project_code"], kind="stable")
    return ranked.drop(columns="place").reset_index(drop=True)


def project_cuts(plan: Plan) -> pd.DataFrame:
    """Return what the plan's balance cuts of each candidate project, row by row from the last in the order.

    `COLUMNS`, 万元: what is asked in the plan, what is cut, what is kept; kept adds up to ``candidate_projects``.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> cuts = project_cuts(fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline")))
    >>> bool((cuts["kept"] >= 0).all())
    True
    """
    ranked, asked = _asked(plan)
    cut = project_cuts_on(plan, plan.lines["candidate_projects"])
    frames = [
        ranked.assign(year=year, asked=asked[at], cut=cut[at], kept=asked[at] - cut[at])
        for at, year in enumerate(plan.years)
    ]
    return pd.concat(frames, ignore_index=True)[list(COLUMNS)]


def project_cuts_on(plan: Plan, kept: np.ndarray) -> np.ndarray:
    """Return what is cut of each candidate project in one future or in many, (..., year, project) float, 万元.

    Projects in the order of `ranked_projects`.

    ``kept``: (..., year) float, ``candidate_projects`` of the futures, 万元, for example out of
    `fiscal_model.model.compute.compute`.
    """
    _, asked = _asked(plan)
    return cut_rows(asked, asked.sum(axis=-1) - np.asarray(kept, dtype=float))


def _asked(plan: Plan) -> tuple[pd.DataFrame, np.ndarray]:
    """Candidates in their order, and what each asks for in the plan, (year, project)."""
    ranked, commitments = ranked_projects(plan), plan.basis.balance.commitments
    wide = commitments.candidates.pivot_table(index="project_code", columns="year", values="amount", aggfunc="sum")
    wide = wide.reindex(index=ranked["project_code"], columns=list(plan.years)).fillna(0.0)
    rows = wide.to_numpy(dtype=float).T
    total = rows.sum(axis=1)
    part = divided(commitments.candidate_projects, total)
    return ranked, rows * part[:, None]


def funding_of(plan: Plan) -> pd.DataFrame:
    """Say tier by tier what is funded and what a remaining gap leaves open, the last tier first.

    tier, year, wanted, funded, open, 万元: ``wanted`` adds up to ``expenditure``, ``open`` to ``funding_gap`` as far as
    there is expenditure to leave open.
    """
    wanted = np.array([sum(plan.lines[name] for name in names) for _, names in TIERS]).T
    left_open = cut_rows(np.maximum(wanted, 0.0), plan.lines["funding_gap"])
    return pd.DataFrame(
        [
            (tier, year, wanted[at, row], wanted[at, row] - left_open[at, row], left_open[at, row])
            for at, year in enumerate(plan.years)
            for row, (tier, _) in enumerate(TIERS)
        ],
        columns=["tier", "year", "wanted", "funded", "open"],
    )


def category_label(category: str) -> str:
    """Return the Chinese name of a project class.

    Examples
    --------
    >>> category_label("social")
    '社会事业'
    """
    return ProjectCategory(category).label
