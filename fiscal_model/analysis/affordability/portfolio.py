"""The choice from a place's own library, made once for all who ask: report, command, tables."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial

from fiscal_model.analysis.affordability.candidates import list_candidates
from fiscal_model.analysis.affordability.choose_projects import HELD, Portfolio, choose_projects
from fiscal_model.model.projection import Plan


@lru_cache(maxsize=16)  # a report asks in several places
def portfolio(plan: Plan, *, held: float = HELD, paths: int = 10_000, seed: int = 2026,
              offsets: tuple[tuple[str, float], ...] = ()) -> Portfolio:  # fmt: skip
    """Choose from a place's own library; where what must be started cannot be paid, as if it need not, and say which.

    ``offsets``: cuts of `KINDS` that are named and decided, 万元 a year.
    """
    asked = partial(choose_projects, plan, held=held, paths=paths, seed=seed, offsets=dict(offsets))
    found = asked()
    if found is not None:
        return found
    library = list_candidates(plan)
    found = asked([replace(each, must=False) for each in library])
    must = {each.code: each.name for each in library if each.must}
    assert found is not None, "nothing is always a choice"
    projects = found.projects.assign(must=found.projects["project_code"].isin(list(must)))
    return replace(found, projects=projects, unpaid=tuple(must.values()))
