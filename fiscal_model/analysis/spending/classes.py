"""General expenditure by economic class of government budgets (政府预算支出经济分类), as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.analysis.spending.parts import spending_parts
from fiscal_model.law.spending_classes import economic_classes
from fiscal_model.model.projection import Plan

NOT_CLASSED = ""
"""Stands for the class of what nobody has classed."""


def by_economic_class(plan: Plan, lines: Mapping[str, np.ndarray] | None = None) -> dict[str, np.ndarray]:
    """Add up a plan's expenditure by economic class, (..., year), 万元; the classes add up to ``expenditure``.

    ``lines``: of other futures of the same start; any leading axes.
    What has no class (`NOT_CLASSED`) comes last: other spending, earmarked money and bond money of no known use.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> by_economic_class(plan)["511"].round().tolist() == (plan.line("interest_general") + plan.line("issue_fees_general")).round().tolist()
    True
    """
    found: dict[str, np.ndarray] = {}
    for part in spending_parts(plan, lines):
        found[part.economic] = found.get(part.economic, np.zeros(1)) + part.path
    return {code: found[code] for code in (*economic_classes(), NOT_CLASSED) if code in found}
