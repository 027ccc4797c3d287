"""Signed duties and candidate projects of a plan: projects after packages and pooling, temporary payments, old carry-over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.payment_movements import PaymentPath, clear_new, roll_payments
from fiscal_model.arithmetic.spending.project_path import spread_clearing
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.balance.carryover_cohorts import Cohorts
from fiscal_model.blocks.balance.packages import Packages
from fiscal_model.blocks.balance.project_money import ProjectMoney, project_money_of
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import PaymentClearing, ProjectFunding, ProjectStatus


@dataclass(frozen=True)
class Commitments:
    """Signed duties and candidate projects by year, 万元, arrays of shape (year,)."""

    digestion: np.ndarray  # Temporary payments that the budget clears
    digestion_stock: np.ndarray  # Their balance at year end
    # committed_projects, candidate_projects: county money, after the packages and after pooling
    committed_projects: np.ndarray
    candidate_projects: np.ndarray
    base_projects: float  # County money of the base year
    # Candidates by project and year: project_code, name, priority, status, category, year, amount
    candidates: pd.DataFrame
    old_carryover: np.ndarray  # Carry-over of more than two years that the county may use again
    returned_carryover: np.ndarray  # Carry-over of more than two years that goes back to the superior
    flexible_saved: np.ndarray  # What pooling saves of other spending
    payments: PaymentPath
    project_money: ProjectMoney


def commitments_of(place: Place, base: int, assumed: Assumed, packages: Packages, cohorts: Cohorts) -> Commitments:
    """Work out what a place is bound to, before the general budget is balanced.

    ``cohorts``: Carry-over by year of origin.
    """
    years = assumed.years
    new, cleared = (assumed.path(name) for name in ("new_payments", "new_payments_cleared_share"))
    payments = payment_path(*payments_in(place, years), new, cleared)
    money = project_money_of(place, years, packages)
    return Commitments(
        digestion=payments.by_budget,
        digestion_stock=payments.closing,
        committed_projects=money.by_status(ProjectStatus.COMMITTED) + assumed.path("new_project"),
        candidate_projects=money.by_status(ProjectStatus.CANDIDATE) * assumed.path("candidate_projects_share"),
        base_projects=_base_projects(place, base),
        candidates=money.rows(ProjectStatus.CANDIDATE, years),
        old_carryover=cohorts.recovered,
        returned_carryover=cohorts.returned,
        flexible_saved=money.flexible_saved,
        payments=payments,
        project_money=money,
    )


def payments_in(place: Place, years: tuple[int, ...]) -> tuple[float, np.ndarray]:
    """Return the balance of a place's register of temporary payments, 万元, and how its rows clear it by year.

    What no row says otherwise of is cleared by the budget.

    Returns ``balance``, ``cleared``: float and (3, year) float: by the budget, collected, settled with assets.
    """
    rows = place.rows("temporary_payments")
    balance = rows["balance"].to_numpy(dtype=float)
    start, end = (rows[name].to_numpy(dtype=int) for name in ("clear_from", "clear_to"))
    cleared = spread_clearing(balance, start, end, years)
    collected, in_kind = (
        (rows["clearing"] == way).to_numpy(dtype=bool) for way in (PaymentClearing.COLLECT, PaymentClearing.ASSET)
    )
    ways = (cleared[:, way].sum(axis=1) for way in (~(collected | in_kind), collected, in_kind))
    return float(balance.sum()), np.stack([*ways])


def payment_path(balance: float, cleared: np.ndarray, new: np.ndarray, cleared_share: np.ndarray) -> PaymentPath:
    """Roll temporary payments forward.

    ``balance``, ``cleared``: of `payments_in`.
    ``new``: (..., year) float, 万元, paid out anew.
    ``cleared_share``: (..., year) float, part of the new payments still open that the budget clears in a year, from the
    year after they were made.
    """
    return roll_payments(balance, new, cleared[0] + clear_new(new, cleared_share), cleared[1], cleared[2])


def _base_projects(place: Place, base: int) -> float:
    costs = place.rows("project_costs")
    mine = costs[(costs["funding"] == ProjectFunding.COUNTY) & (costs["year"] == base)]
    known = mine["project_code"].isin(place.rows("projects")["project_code"])
    return float(mine.loc[known, "amount"].sum())
