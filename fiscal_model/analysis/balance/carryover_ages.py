"""Carry-over of a plan at each year's end, by the year in which it first came."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.model.projection import Plan

COLUMNS = ("year", "origin_year", "age", "amount", "known")


def age_carryover(plan: Plan) -> pd.DataFrame:
    """Return the general budget's carry-over at each year's end by year of origin.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        `COLUMNS`: year (the base year first), origin_year, age in years, amount (万元), known (False where the base year's
        carry-over has no register and is laid to the base year). Each year ``$carryover_unspent_share`` of a cohort is left; what
        is two years old is taken back in the next year (``recover_carryover``, ``surplus_carryover``, ``carryover_returned``).
        Amounts of a year add up to ``carry_out``.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> ages = age_carryover(fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline")))
    >>> ages.loc[ages["year"] == 2025, "origin_year"].tolist()
    [2022, 2023, 2024, 2025]
    """
    cohorts = plan.basis.balance.cohorts
    held = np.vstack([cohorts.opening, cohorts.held])
    rows = []
    for at, year in enumerate((plan.base_year, *plan.years)):
        by_origin: dict[int, float] = {}
        for origin, amount in zip(cohorts.origins, held[at], strict=True):
            by_origin[origin] = by_origin.get(origin, 0.0) + float(amount)
        rows += [
            (year, origin, year - origin, amount, cohorts.known)
            for origin, amount in sorted(by_origin.items())
            if amount > 0.005
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
