"""Carry-over of a plan by year of origin, and what the two-year rule takes back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.budgets.carryover import roll_carryover
from fiscal_model.projection import Plan
from fiscal_model.vocabulary import Budget

COLUMNS = ("year", "origin_year", "age", "amount", "known")


def carryover_ages(plan: Plan) -> pd.DataFrame:
    """Return the general budget's carry-over at each year's end by year of origin.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        `COLUMNS`: year (the base year first), origin_year, age in years, amount (万元), known (False where the base year's
        carry-over has no register and is laid to the base year). The oldest money is spent first; what is two years old is
        taken back by the waterfall (``recover_carryover``, ``surplus_carryover``). Amounts of a year add up to ``carry_out``.

    Examples
    --------
    >>> from fiscal_model.inputs.place import read_place
    >>> from fiscal_model.projection import project
    >>> from fiscal_model.scenario import read_scenario
    >>> ages = carryover_ages(project(read_place("data/places/yunshui"), read_scenario("baseline")))
    >>> ages.loc[ages["year"] == 2025, "origin_year"].tolist()
    [2022, 2023, 2024, 2025]
    """
    basis, lines = plan.basis, plan.lines
    total = float(basis.opening.flows["carry_out"])
    rows = basis.place.rows("carryovers")
    rows = rows[(rows["budget"] == Budget.GENERAL) & (rows["year"] == plan.base_year)]
    by_origin = rows.groupby("origin_year")["amount"].sum() if len(rows) else {}
    opening = {int(origin): float(by_origin[origin]) for origin in sorted(set(rows["origin_year"]))}
    known = bool(opening)
    # Whatever the register leaves out is money of the base year.
    rest = total - sum(opening.values())
    if rest > 0.005 or not opening:
        opening[plan.base_year] = opening.get(plan.base_year, 0.0) + max(rest, 0.0)
    origins = [*sorted(opening), *plan.years]
    held = np.array([opening[origin] for origin in sorted(opening)])
    closing = roll_carryover(held, lines["transfers_earmarked"], lines["carry_out"])
    first = [
        (plan.base_year, origin, plan.base_year - origin, opening[origin], known)
        for origin in sorted(opening)
    ]
    later = [
        (year, origin, year - origin, float(closing[at, position]), known)
        for at, year in enumerate(plan.years)
        for position, origin in enumerate(origins)
        if closing[at, position] > 0.005
    ]
    return pd.DataFrame([*first, *later], columns=list(COLUMNS))
