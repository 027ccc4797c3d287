"""What the bureau has not given: each register that is missing, what stands in for it, what it would sharpen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fiscal_model.model.projection import Plan
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.declaration import Column, Content, table
from fiscal_model.words.lines import LINES


class _Missing(NamedTuple):
    """A register, the block whose grain tells what stands in for it, and the lines that it would sharpen."""

    register: str
    block: str
    lines: tuple[str, ...]


_SHARPENED = (
    _Missing("ledger", "revenue", ("own_revenue", "expenditure")),
    _Missing("transfers", "transfers", ("transfers",)),
    _Missing("bonds", "debt", ("debt_general_repaid", "debt_special_repaid", "interest_general", "interest_special")),
    _Missing("staff", "guarantees", ("guarantee_salaries",)),
    _Missing("guarantee_items", "guarantees", ("guarantee_living",)),
    _Missing("quotas", "guarantees", ("guarantee_operations",)),
    _Missing("special_projects", "funds", ("principal_special_own", "interest_special")),
    _Missing("parcels", "funds", ("land_revenue",)),
    _Missing("insurance", "social_insurance", ("insurance_subsidy",)),
    _Missing("firms", "state_capital", ("state_capital_revenue",)),
    _Missing("projects", "projects", ("committed_projects",)),
    _Missing("hidden_debt", "", ("hidden_debt_budget",)),
    _Missing("temporary_payments", "", ("digestion",)),
    _Missing("treasury", "", ()),
)
_NOTHING = "没有测算"


@table(
    "32-1", "missing_data", "资料缺口", "没有提供的资料",
    [Column("现在的办法", "instead", "text"), Column("补上以后更准的", "sharpens", "text"), Column("首年涉及金额", "amount")],
    row_id="register",
)  # fmt: skip
def missing_data_table(plan: Plan) -> Content | None:
    """Registers not given, those first that the most money of the first plan year rests on."""
    place, grain = plan.basis.place, plan.basis.grain
    rows = []
    for each in _SHARPENED:
        if place.has(each.register):
            continue
        first = [float(plan.line(name)[0]) for name in each.lines if name not in plan.unavailable]
        known = [amount for amount in first if np.isfinite(amount) and amount > 0]
        rows.append(
            {
                "register": each.register,
                "label": TABLES[each.register].label,
                "instead": grain.get(each.block, "") or _NOTHING,
                "sharpens": "、".join(LINES[name].label for name in each.lines) or "库款保障",
                "amount": sum(known) if known else np.nan,
            }
        )
    rows.sort(key=lambda row: -np.nan_to_num(row["amount"]))
    note = "按规划第一年涉及的金额从大到小排列，即先补哪一份最有用；“—”为没有这项资料就无法知道金额。"
    return Content(rows, (note,)) if rows else None
