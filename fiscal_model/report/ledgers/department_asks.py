"""What tables of the plan, beside the ledgers, ask of departments: one declaration a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.analysis.affordability.library_review import review_library
from fiscal_model.analysis.balance.stock_money import age_stock_money
from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.analysis.debt.project_assets import asset_records
from fiscal_model.analysis.guarantees.open_findings import review_findings
from fiscal_model.blocks.guarantees.finding_states import OPEN
from fiscal_model.model.projection import Plan
from fiscal_model.words.library_terms import LibraryOutcome


@dataclass(frozen=True)
class Asked:
    """What one table of the plan asks of departments.

    ``table`` is its number and title; ``register`` what it rests on, without which nothing is asked. ``find`` gives the rows
    to see to: ``owner`` and ``item`` are columns, ``asks`` is what to do with columns in braces, ``due`` a column or nothing.
    """

    table: str
    register: str
    find: Callable[[Plan], pd.DataFrame]
    owner: str
    item: str
    asks: str
    due: str = ""


def asked_of_departments(plan: Plan) -> Iterator[Mapping[str, Any]]:
    """Yield every row that some table of the plan asks for: table, owner, item, what to do and by when."""
    for each in ASKS:
        if plan.basis.place.has(each.register):
            for row in each.find(plan).to_dict("records"):
                yield {"table": each.table, "owner": row[each.owner], "item": row[each.item], "asks": each.asks.format_map(row),
                       "due": row[each.due] if each.due else None}  # fmt: skip


def _findings(plan: Plan) -> pd.DataFrame:
    """Findings still in time; what is overdue stands in the ledgers."""
    found = review_findings(plan)
    return pd.DataFrame() if found is None else found.rows[found.rows["state"] == OPEN]


def _owners(plan: Plan) -> pd.Series:
    """The unit of each project, or who answers for the policy that it rests on."""
    place = plan.basis.place
    projects = place.rows("projects").set_index("project_code")
    policy = projects["policy_code"].map(place.rows("policies").set_index("policy_code")["department"])
    return projects["unit_name"].where(projects["unit_name"] != "", policy).fillna("")


def _projects(plan: Plan) -> pd.DataFrame:
    found = review_library(plan)
    if found is None:
        return pd.DataFrame()
    rows = found.projects[found.projects["outcome"] != LibraryOutcome.ENTERS]
    return rows.assign(owner=rows["project_code"].map(_owners(plan)))


def _growing(plan: Plan) -> pd.DataFrame:
    found = review_library(plan)
    if found is None:
        return pd.DataFrame()
    departments = plan.basis.place.rows("policies").set_index("policy_code")["department"]
    rows = found.doubts
    return rows.assign(owner=rows["code"].map(pd.concat([departments, _owners(plan)])).fillna(""))


def _old_money(plan: Plan) -> pd.DataFrame:
    found = age_stock_money(plan)
    return pd.DataFrame() if found is None else found.rows[found.rows["due_year"] <= plan.years[0]]


def _own_money(plan: Plan) -> pd.DataFrame:
    """Units with money left or income of their own in the first plan year."""
    rows = plan.basis.place.rows("unit_funds")
    rows = rows[rows["year"] == plan.years[0]]
    own = rows[["carried_over", "income"]].astype(float).fillna(0.0).sum(axis=1) - rows["earmarked"].astype(
        float
    ).fillna(0.0)
    return rows.assign(own=np.maximum(own, 0.0))[own > 0.005]


def _unpaid(plan: Plan) -> pd.DataFrame:
    found = roll_temporary_payments(plan)
    return pd.DataFrame() if found is None else found.ledger[found.ledger["overdue"]]


def _unbooked(plan: Plan) -> pd.DataFrame:
    rows = asset_records(plan)
    return rows[rows["late"]]


def _measures(plan: Plan) -> pd.DataFrame:
    """Packages that start in the first plan year, with their money over the years."""
    rows = plan.basis.place.rows("measures")
    rows = rows[[day.year == plan.years[0] for day in rows["start_date"]]]
    whole = rows.groupby("package_code", sort=False)["amount"].sum().astype(float)
    first = rows.drop_duplicates("package_code")
    return first.assign(whole=first["package_code"].map(whole))


ASKS = (
    Asked("08-7 整改台账", "findings", _findings, "owner", "topic", "整改中，按期销号", "due_date"),
    Asked("10-1 财政资金统筹来源", "unit_funds", _own_money, "unit_name", "unit_name",
          "结转和自有收入{own:,.0f}万元，先用再申请财政拨款", "year"),
    Asked("11-3 项目库评审结果", "projects", _projects, "owner", "name", "没有进入预算：{reason}"),
    Asked("11-8 固定增长和挂钩的疑点", "projects", _growing, "owner", "name", "{kind}，改按数量和标准测算"),
    Asked("17-3 增收节支措施及效果", "measures", _measures, "owner", "name", "按期实施，登记共{whole:,.0f}万元", "start_date"),
    Asked("18-7 存量资金账龄和去向", "carryovers", _old_money, "unit_name", "purpose", "满两年，{destination.label}", "due_year"),
    Asked("23-4 专项债券项目资产", "special_project_assets", _unbooked, "owner", "asset", "已验收未入账{days_late}天，限期入账"),
    Asked("25-1 财政暂付款台账", "temporary_payments", _unpaid, "debtor", "item", "逾期未还{balance:,.0f}万元，催收", "due_date"),
)  # fmt: skip
