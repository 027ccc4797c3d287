"""The register of carry-over as cohorts: what each plan year must give up, to the treasury or back to the superior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.carryover import roll_carryover, unspent_share
from fiscal_model.inputs.place import Place
from fiscal_model.law.limits import limit
from fiscal_model.words.vocabulary import Budget, YesNo


@dataclass(frozen=True)
class Cohorts:
    """Carry-over of the general budget by cohort, 万元."""

    # Year each cohort first came: the rows of the register, what it leaves out, the plan years
    origins: tuple[int, ...]
    known: bool  # Whether there is a register
    opening: np.ndarray  # (cohort,) float: at the end of the base year
    held: np.ndarray  # (year, cohort) float: at the end of each plan year; adds up to ``carry_out``
    recovered: np.ndarray  # (year,) float: kept for two years, for the county to use again
    returned: np.ndarray  # (year,) float: kept for two years and never given out: the superior's, goes back upward


def cohorts_of(
    place: Place, base: int, years: tuple[int, ...], total: float, unspent: np.ndarray, carry_out: np.ndarray
) -> Cohorts:
    """Age a place's carry-over through the plan.

    ``total``: carried out of the base year, 万元; what the register leaves out is money of the base year.
    ``unspent``: (year,) float, part still there a year later.
    ``carry_out``: (year,) float.
    """
    rows = _registered(place, base)
    rest = max(total - float(rows["amount"].sum()), 0.0)
    opening = np.append(rows["amount"].to_numpy(dtype=float), rest)
    origins = np.append(rows["origin_year"].to_numpy(dtype=int), base)
    upward = np.concatenate([is_superiors(rows), np.zeros(1 + len(years), dtype=bool)])
    held, due = roll_carryover(opening, base - origins, unspent, carry_out, int(limit("carryover_years")))
    return Cohorts(
        origins=(*map(int, origins), *years),
        known=bool(len(rows)),
        opening=np.concatenate([opening, np.zeros(len(years))]),
        held=held,
        recovered=due[..., ~upward].sum(axis=-1),
        returned=due[..., upward].sum(axis=-1),
    )


def unspent_in(place: Place, base: int) -> float:
    """Return the part of carry-over still there a year later as a place's register shows it, NaN without one."""
    rows = _registered(place, base)
    ages = base - rows["origin_year"].to_numpy(dtype=int)
    return unspent_share(rows["amount"].to_numpy(dtype=float), ages, int(limit("carryover_years")))


def is_superiors(rows: pd.DataFrame) -> np.ndarray:
    """Tell which sums carried over are superior money that was never distributed: it goes back upward."""
    return ((rows["superior"] == YesNo.YES) & (rows["distributed"] == YesNo.NO)).to_numpy(dtype=bool)


def _registered(place: Place, base: int) -> pd.DataFrame:
    rows = place.rows("carryovers")
    return rows[(rows["budget"] == Budget.GENERAL) & (rows["year"] == base)]
