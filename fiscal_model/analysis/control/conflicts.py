"""Plan, budget, debt limit, guarantee list, project library and ledgers held against each other, one row a conflict."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from fiscal_model.analysis.control.budget_conflicts import (
    against_bonds,
    against_budgets,
    against_guarantees,
    against_projects,
)
from fiscal_model.analysis.control.conflict import Conflict
from fiscal_model.analysis.control.register_conflicts import (
    hidden_by_project_income,
    insurance_subsidies,
    project_library,
    special_bond_projects,
    staff_posts,
    stock_ledgers,
)
from fiscal_model.model.projection import Plan

CHECKS: tuple[Callable[[Plan], Iterable[Conflict]], ...] = (
    against_budgets,
    against_bonds,
    against_guarantees,
    against_projects,
    project_library,
    special_bond_projects,
    staff_posts,
    hidden_by_project_income,
    insurance_subsidies,
    stock_ledgers,
)
COLUMNS = ("area_a", "area_b", "what", "amount_a", "amount_b", "difference", "where", "remedy")


def list_conflicts(plan: Plan) -> pd.DataFrame:
    """List every conflict between the plan, the budgets and the registers.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; amounts 万元 (persons where ``what`` says so), ``difference`` = ``amount_a`` − ``amount_b``, NaN
        where the conflict is no amount. One row a conflict, in the order of `CHECKS`; empty when all agrees.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> len(list_conflicts(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))))
    0
    """
    found = [conflict for check in CHECKS for conflict in check(plan)]
    named = plan.basis.place.in_its_words
    rows = [vars(one) | {"difference": one.amount_a - one.amount_b, "where": named(one.where)} for one in found]
    return pd.DataFrame(rows, columns=list(COLUMNS))
