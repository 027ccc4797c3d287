"""Tables 20 and 20-1 of the annex: the bonds one by one, and what falls due in which month."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.bond_schedule import monthly, outstanding, schedule
from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.blocks.debt.ledger import Ledger, ledger_cautions
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Record, Spread, sum_of, table
from fiscal_model.words.vocabulary import Amortisation, DebtKind

MONTHLY_YEARS = 2
"""Plan years printed month by month."""


@table(
    "20", "bonds", "政府债券逐笔还本付息", "债券编码",
    [
        Column("用途", "purpose", "text"), Column("还本方式", "way", "text"), Column("票面利率", "coupon_rate", "rate"),
        Column("到期日", "maturity_date", "text"), Spread(),
    ],
    label="bond_code",
    row_id="id",
)  # fmt: skip
def bonds_table(plan: Plan) -> Content | None:
    """What each bond still owes and pays in each plan year; None without a ledger."""
    rows, totals, repaid_before = list[Record | Line](), list[Line](), 0
    for kind in DebtKind:
        ledger = plan.basis.debt.ledger.of(kind)
        bonds = list(_owing(ledger, plan))
        repaid_before += len(ledger) - len(bonds)
        if bonds:
            totals.append(sum_of(f"bonds_{kind}", f"{kind.label}合计", bonds))
            rows += [totals[-1], *bonds]
    if not rows:
        return None
    paid = (f"{year}年{word}" for word in ("还本", "付息") for year in plan.years)
    headings = ("转贷金额", f"{plan.base_year}年末余额", *paid)
    return Content([*rows, sum_of("bonds_total", "债券合计", totals)], _notes(plan, repaid_before), headings)


def _owing(ledger: Ledger, plan: Plan) -> Iterator[Record]:
    """Yield the bonds of a ledger that still owe something."""
    left, paid = outstanding(ledger.bonds, [plan.base_year])[0], schedule(ledger.bonds, plan.years)
    for at, bond in enumerate(ledger.rows.to_dict("records")):
        if left[at] > 0.005:
            values = (bond["face"], left[at], *paid.principal[:, at], *paid.interest[:, at])
            yield {**bond, "id": f"bond_{bond['bond_code']}", "way": _way(bond), "values": values}


def _way(bond: Record) -> str:
    """Say how a bond is repaid, with its grace or the day of its call."""
    word, grace, call = bond["amortisation"], bond["grace_years"], bond["call_date"]
    if word is Amortisation.INSTALMENTS and grace > 0:
        return f"{word.label}（宽限{int(grace)}年）"
    if word is Amortisation.CALL and pd.notna(call):
        return f"{call.year}年{call.month}月提前偿还"
    return str(word.label)


def _notes(plan: Plan, repaid_before: int) -> tuple[str, ...]:
    notes = ["还本付息按债券台账逐笔、按付息日计算，列入付息日所在年度；规划期新发债券的付息不在本表。"]
    if repaid_before:
        notes.append(f"台账中{repaid_before}笔债券{plan.base_year}年末已还清，不列。")
    notes += [f"{caution.message}。" for caution in ledger_cautions(plan.basis.place, plan.base_year)]
    return tuple(notes)


@table("20-1", "bond_months", "政府债券分月还本付息", "月份", row_id="id")
def bond_months_table(plan: Plan) -> Content | None:
    """Principal and interest by month of the first plan years; None without a ledger."""
    if not len(plan.basis.debt.ledger):
        return None
    years = plan.years[:MONTHLY_YEARS]
    by_kind = np.array([monthly(plan.basis.debt.ledger.of(kind).bonds, years)[::-1] for kind in DebtKind])
    paid = np.moveaxis(by_kind, 2, 0).round(6)  # year, kind, principal or interest, month
    months = [
        {"id": f"month_{month + 1}", "label": f"{month + 1}月", "values": paid[..., month].ravel()}
        for month in range(MONTHS)
    ]
    headings = [f"{year}年{kind}{word}" for year in years for kind in ("一般", "专项") for word in ("还本", "付息")]
    note = f"{plan.base_year}年末未偿还债券按付息日和还本日所在月份列示，节假日不顺延；规划期新发债券的付息不在本表。"
    return Content([*months, sum_of("months_total", "全年合计", months)], (note,), headings)
