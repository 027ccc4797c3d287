"""Remember what was found for a plan: plans never change, and a report asks the same question in several places."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from fiscal_model.model.projection import Plan

Found = TypeVar("Found")

_KEPT = "_found_once"


def once_per_plan(find: Callable[[Plan], Found]) -> Callable[[Plan], Found]:
    """Make a function of a plan compute its answer once and keep it with that plan.

    Parameters
    ----------
    find : callable
        Takes a plan, gives the same answer every time and changes nothing.

    Examples
    --------
    >>> from fiscal_model.inputs.place import read_place
    >>> from fiscal_model.model.projection import project
    >>> from fiscal_model.inputs.scenario import read_scenario
    >>> asked = []
    >>> years_of = once_per_plan(lambda plan: asked.append(plan.base_year) or plan.years)
    >>> plan = project(read_place("data/places/gangu"), read_scenario("baseline"))
    >>> years_of(plan) == years_of(plan), asked
    (True, [2024])
    """

    @wraps(find)
    def remembered(plan: Plan) -> Found:
        kept = plan.__dict__.setdefault(_KEPT, {})
        if find not in kept:
            kept[find] = find(plan)
        return kept[find]  # type: ignore[no-any-return]

    return remembered
