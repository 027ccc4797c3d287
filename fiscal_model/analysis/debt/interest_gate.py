"""The ten percent rule as a gate for a new item: above the line it asks whether the item makes it worse, not whether it is above."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fiscal_model.analysis.debt.special_projects import judge_projects
from fiscal_model.arithmetic.debt.portfolio import project_debt
from fiscal_model.blocks.debt.issue_review import Review, review_issues
from fiscal_model.law.limits import interest_line
from fiscal_model.model.projection import Plan
from fiscal_model.words.formula import ratio
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import DebtKind

_SAME = 5e-7
"""A ratio that moves by less is printed the same."""


@shows_itself
@dataclass(frozen=True, repr=False)
class InterestGate:
    """An item on top of a plan, arrays of shape (..., year): the ratio without it and with it, and where it is made worse."""

    years: tuple[int, ...]
    without: np.ndarray
    with_item: np.ndarray
    worse: np.ndarray  # (..., year) bool: above the line with the item, and higher than without it

    @property
    def passed(self) -> np.ndarray:
        """Whether the item passes, (...,) bool."""
        return np.asarray(~self.worse.any(axis=-1))

    @property
    def sheet(self) -> Sheet:
        """The ratio without the item and with it, as a table."""
        with_item = np.atleast_2d(self.with_item)
        names = ["加该项目"] if len(with_item) == 1 else [f"加第{count}项" for count in range(1, len(with_item) + 1)]
        rows = {"现行规划": self.without, **dict(zip(names, with_item, strict=True))}
        note = "不加重" if self.passed.all() else "超过重整线且加重，须有减债或增收来源"
        return years_sheet(
            "付息占比：加项目前后", self.years, rows.items(), (note,), kinds=dict.fromkeys(rows, "ratio")
        )


def gate_interest(
    plan: Plan, interest: np.ndarray, spending: np.ndarray, kind: DebtKind = DebtKind.SPECIAL
) -> InterestGate:
    """Hold an item against the ten percent rule: it fails only in years in which it makes a ratio above the line higher.

    Parameters
    ----------
    plan : Plan
    interest : (..., year) float
        What the item's bonds pay, 万元.
    spending : (..., year) float
        What the item adds to the spending of the budget of that kind: its bonds, and what its own income pays for.
    kind : DebtKind

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> nothing = np.zeros(len(plan.years))
    >>> bool(gate_interest(plan, nothing, nothing).passed), bool(gate_interest(plan, nothing + 100, nothing).passed)
    (True, False)
    """
    budget = "expenditure" if kind == DebtKind.GENERAL else "fund_expenditure"
    without = plan.line(f"interest_burden_{kind}")
    with_item = ratio(plan.line(f"interest_{kind}") + interest, plan.line(budget) + spending)
    worse = (np.nan_to_num(with_item) > interest_line()) & (np.nan_to_num(with_item - without) > _SAME)
    return InterestGate(plan.years, without, with_item, worse)


def gate_projects(plan: Plan) -> tuple[tuple[Review, ...], InterestGate | None]:
    """Hold every special-bond project that asks for new bonds against the gate, in the order of their reviews.

    A project spends its bonds and its net income, this in the proportion of the new bonds to all of its bonds.
    """
    projects = judge_projects(plan)
    reviews = review_issues(projects.contracted) if projects is not None else ()
    if projects is None or not reviews:
        return (), None
    at = [review.position for review in reviews]
    bonds = np.asarray(projects.service.planned[at], dtype=float)
    terms = plan.basis.debt.legal[DebtKind.SPECIAL].terms
    nothing = np.zeros(bonds.shape[-1])
    alone = replace(
        terms, stock=0.0, limit=np.inf, old_due=nothing, old_interest=nothing, due_share=nothing + np.nan, carried=(),
        new_issue=bonds, new_most=np.inf, limit_growth=nothing, swapped=nothing, other_change=nothing,
        less_refinanced=nothing, extra_fees=0.0,
    )  # fmt: skip
    interest = project_debt(alone).interest
    asked = bonds.sum(axis=1)
    share = asked / np.maximum(asked, asked + np.nan_to_num(projects.service.linked[at]))
    income = np.maximum(np.nan_to_num(projects.net_income[at]), 0.0) * share[:, None]
    return reviews, gate_interest(plan, interest, bonds + income)
