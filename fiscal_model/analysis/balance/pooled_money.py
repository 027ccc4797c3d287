"""Pooling of a plan: who pays for projects and units before the county does, and what each rule saves it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.pooling_order import SOURCES
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import ProjectFunding

LABELS = {
    "superior": "上级资金",
    "carry_over": "单位上年结转",
    "non_fiscal": "单位非财政拨款收入",
    "siblings": "同部门其他单位的结余",
    "funds": "政府性基金",
    "state_capital": "国有资本经营",
}
"""Source to its name, in the order of use."""
RULES = {
    "superior": "同时使用本级和上级资金的项目，优先使用上级补助",
    "carry_over": "先用单位上年结转，再申请财政拨款",
    "non_fiscal": "事业、经营等收入优先于财政拨款安排支出",
    "siblings": "同部门所属单位之间统筹调配非财政拨款",
    "funds": "政府性基金可以安排的项目，先用基金",
    "state_capital": "国有资本经营预算可以安排的项目，先用国资资金",
}
"""Source to the rule that puts it before county money (pilot plan on pooling, docs/method.md)."""


@shows_itself
@dataclass(frozen=True, repr=False)
class Pooling:
    """Pooling of one plan, 万元.

    Parameters
    ----------
    rows : DataFrame
        One row a need and year: label, project_code (empty for what a unit asks for outside projects), unit_name, year,
        total (all money of the project, listed sources too), listed (what other sources pay as the register lists),
        asked (county money before pooling), one column a source of `SOURCES`, county (what is left to the county).
    saved : DataFrame
        County money saved: index source, columns plan years; adds up to asked less county.
    units : DataFrame
        department, unit_name, year, lent (given to sister units), left (own money at the year's end).
    uncovered : mapping of str to (year,) float
        How much of what ``superior``, ``funds`` and ``state_capital`` pay beyond the listed costs the plan's own lines (earmarked spending, other fund spending, state-capital spending) can not carry.
    """

    rows: pd.DataFrame
    saved: pd.DataFrame
    units: pd.DataFrame
    uncovered: dict[str, np.ndarray]

    @property
    def sheet(self) -> Sheet:
        """County money that each source saves by year, as a table."""
        rows = [(LABELS[str(source)], amounts.to_numpy()) for source, amounts in self.saved.iterrows()]
        return years_sheet("资金统筹节约的县级财力", list(self.saved.columns), rows)


def trace_pooling(plan: Plan) -> Pooling | None:
    """Say what every source pays for every need, and what each rule saves the county.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Pooling or None
        None where the place has neither unit money nor money of projects beyond their listed costs.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = trace_pooling(fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline")))
    >>> bool(np.isclose(found.saved.to_numpy().sum(), (found.rows["asked"] - found.rows["county"]).sum()))
    True
    """
    pooled = plan.basis.balance.commitments.project_money.pooled
    if pooled is None:
        return None
    years, listed = plan.years, _listed_elsewhere(plan)
    own = {code: name for code, name in _units_of_projects(plan).items()}
    rows = []
    for at, (label, code) in enumerate(zip(pooled.labels, pooled.codes, strict=True)):
        unit = own.get(code, "") if code else pooled.units[at]
        for year_at, year in enumerate(years):
            asked = float(pooled.terms.need[year_at, at])
            elsewhere = float(listed.get((code, year), 0.0)) if code else 0.0
            paid = {source: float(pooled.path.paid[source][year_at, at]) for source in SOURCES}
            county = float(pooled.path.county[year_at, at])
            row = {"label": label, "project_code": code, "unit_name": unit, "year": year}
            rows.append(
                row | {"total": asked + elsewhere, "listed": elsewhere, "asked": asked} | paid | {"county": county}
            )
    saved = pd.DataFrame({source: pooled.saved[source].sum(axis=-1) for source in SOURCES}, index=list(years)).T
    units = [
        {"department": department, "unit_name": unit, "year": year,
         "lent": float(pooled.path.lent[year_at, at]), "left": float(pooled.path.left[year_at, at])}
        for at, (unit, department) in enumerate(zip(pooled.units, pooled.departments, strict=True))
        for year_at, year in enumerate(years)
    ]  # fmt: skip
    paid_by = {source: pooled.path.paid[source].sum(axis=-1) for source in ("superior", "funds", "state_capital")}
    carried_by = {
        "superior": plan.lines["earmarked_spending"],
        "funds": plan.lines["fund_other_spending"],
        "state_capital": plan.lines["state_capital_expenditure"],
    }
    return Pooling(
        pd.DataFrame(rows),
        saved,
        pd.DataFrame(units, columns=["department", "unit_name", "year", "lent", "left"]),
        {source: np.maximum(paid - carried_by[source], 0.0) for source, paid in paid_by.items()},
    )


def _listed_elsewhere(plan: Plan) -> dict[tuple[str, int], float]:
    """What the register itself lists from sources other than the county."""
    costs = plan.basis.place.rows("project_costs")
    other = costs[costs["funding"] != ProjectFunding.COUNTY]
    return {
        (str(code), int(year)): float(amount)
        for (code, year), amount in other.groupby(["project_code", "year"])["amount"].sum().items()
    }


def _units_of_projects(plan: Plan) -> dict[str, str]:
    projects = plan.basis.balance.commitments.project_money.projects
    return dict(zip(projects["project_code"], projects["unit_name"], strict=True))
