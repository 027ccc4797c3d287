"""Duties that a past plan meant to settle before now and that the registers still show open: carried into the new plan."""

from __future__ import annotations

import pandas as pd

from fiscal_model.inputs.vintages import Vintage
from fiscal_model.model.projection import Plan
from fiscal_model.words.vocabulary import ProjectFunding, ProjectStatus, YesNo

COLUMNS = ("kind", "label", "planned_year", "amount", "year", "note")
_LEAST = 0.5


def carried_commitments(plan: Plan, earlier: Vintage | None = None) -> pd.DataFrame:
    """List what is carried over (顺延) into a plan.

    `COLUMNS`, 万元: projects that are signed and cost money after the base year, bonds issued since the earlier plan,
    temporary payments and hidden debts whose planned year is over but whose balance is not, rescue money to be repaid.
    ``year`` is when the plan settles it (0 where it does not), ``note`` says so in Chinese.

    ``earlier``: the plan before it; adds rescue money it borrowed in the new base year.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> len(carried_commitments(plan))
    0
    """
    since = earlier.base_year if earlier is not None else plan.base_year - 1
    rows = [
        *_projects(plan),
        *_bonds(plan, since),
        *_temporary_payments(plan),
        *_hidden_debts(plan),
        *_rescue(plan, earlier),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _projects(plan: Plan) -> list[tuple]:
    """Signed projects that began before the plan and go on in it."""
    place, base = plan.basis.place, plan.base_year
    signed = place.rows("projects")
    signed = signed[signed["status"] == ProjectStatus.COMMITTED]
    costs = place.rows("project_costs")
    costs = costs[costs["funding"] == ProjectFunding.COUNTY]
    found = []
    for row in signed.itertuples():
        mine = costs[costs["project_code"] == row.project_code]
        ahead = mine[mine["year"] > base]
        if (mine["year"] <= base).any() and ahead["amount"].sum() > _LEAST:
            begun, until = int(mine["year"].min()), int(ahead["year"].max())
            note = f"{begun}年开工，县级资金安排到{until}年"
            found.append(("已签约项目", row.name, begun, float(ahead["amount"].sum()), until, note))
        elif (mine["year"] <= base).any() and not len(ahead):
            found.append(("已签约项目", row.name, int(mine["year"].max()), 0.0, 0, _NO_YEAR))
    return found


_NO_YEAR = "原定年度已过、没有后续安排，未计入规划，请核对是否完工或补填以后年度"


def _bonds(plan: Plan, since: int) -> list[tuple]:
    found = []
    for row in plan.basis.place.rows("bonds").itertuples():
        if since < row.issue_date.year <= plan.base_year:
            note = f"{row.issue_date.year}年发行，{row.maturity_date.year}年到期"
            found.append(
                ("新发债券", row.bond_code, row.issue_date.year, float(row.face), row.maturity_date.year, note)
            )
    return found


def _temporary_payments(plan: Plan) -> list[tuple]:
    found = []
    for row in plan.basis.place.rows("temporary_payments").itertuples():
        if row.clear_to <= plan.base_year and row.balance > _LEAST:
            note = f"原定{row.clear_to}年消化完，仍有余额，{_NOT_PLANNED}"
            found.append(("暂付款", row.item, int(row.clear_to), float(row.balance), 0, note))
    return found


_NOT_PLANNED = "请在台账改填新的年度"


def _hidden_debts(plan: Plan) -> list[tuple]:
    found = []
    for row in plan.basis.place.rows("hidden_debt").itertuples():
        if row.planned_year <= plan.base_year and row.balance > _LEAST and row.after_2028 != YesNo.YES:
            note = f"原定{row.planned_year}年化解，仍有余额，{_NOT_PLANNED}"
            found.append(
                ("隐性债务", f"{row.debt_code} {row.creditor}", int(row.planned_year), float(row.balance), 0, note)
            )
    return found


def _rescue(plan: Plan, earlier: Vintage | None) -> list[tuple]:
    if earlier is None or plan.base_year not in earlier.years:
        return []
    borrowed = float(earlier.line("rescue_in")[earlier.years.index(plan.base_year)])
    if not borrowed > _LEAST:
        return []
    first = plan.years[0]
    note = f"上轮规划{plan.base_year}年借入，{first}年须归还；实际借入的请核对"
    return [("上级临时救助", "上级临时救助", plan.base_year, borrowed, first, note)]
