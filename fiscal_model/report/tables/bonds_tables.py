"""Tables 20 and 20-1 of the annex: the bonds one by one, and what falls due in which month."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.bond_schedule import monthly, outstanding, schedule
from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.blocks.debt.ledger import Ledger, ledger_cautions
from fiscal_model.model.projection import Plan
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import Amortisation, DebtKind

MONTHLY_YEARS = 2
"""Plan years printed month by month."""
_DIGITS = 6
"""Sums taken in another order must round alike."""


def bond_tables(plan: Plan) -> list[ReportTable | None]:
    """Build the tables of the bond ledger.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of ReportTable or None
        20 and 20-1; None without a ledger.
    """
    return [bonds_table(plan), bond_months_table(plan)]


def bonds_table(plan: Plan) -> ReportTable | None:
    """Table 20: what each bond still owes and pays in each plan year; None without a ledger."""
    rows: list[ReportRow] = []
    totals: list[int] = []
    repaid_before = 0
    for kind in DebtKind:
        ledger = plan.basis.debt.ledger.of(kind)
        left = outstanding(ledger.bonds, [plan.base_year])[0]
        owing, left = left > 0.005, left[left > 0.005]
        open_bonds = Ledger(ledger.rows[owing], ledger.bonds.take(owing))
        repaid_before += len(ledger) - len(open_bonds)
        if len(open_bonds):
            parts = tuple((len(rows) + 1 + number, 1) for number in range(len(open_bonds)))
            lines = _bond_rows(open_bonds, left, plan.years)
            sums = _sums([line.values for line in lines])
            totals.append(len(rows))
            rows += [ReportRow(f"{kind.label}合计", sums, "money", 0, "", parts, True), *lines]
    if not rows:
        return None
    both = _sums([rows[number].values for number in totals])
    rows.append(ReportRow("债券合计", both, "money", 0, "", tuple((number, 1) for number in totals), True))
    columns = (
        "用途",
        "还本方式",
        "票面利率",
        "到期日",
        "转贷金额",
        f"{plan.base_year}年末余额",
        *(f"{year}年还本" for year in plan.years),
        *(f"{year}年付息" for year in plan.years),
    )
    return ReportTable(
        "20", "bonds", "政府债券逐笔还本付息", "万元", "债券编码", columns, tuple(rows), _notes(plan, repaid_before)
    )


def bond_months_table(plan: Plan) -> ReportTable | None:
    """Table 20-1: principal and interest by month of the first plan years; None without a ledger."""
    if not len(plan.basis.debt.ledger):
        return None
    years = plan.years[:MONTHLY_YEARS]
    columns, cells = [], []
    by_kind = {kind: monthly(plan.basis.debt.ledger.of(kind).bonds, years) for kind in DebtKind}
    for number, year in enumerate(years):
        for kind, word in ((DebtKind.GENERAL, "一般"), (DebtKind.SPECIAL, "专项")):
            interest, principal = by_kind[kind]
            columns += [f"{year}年{word}还本", f"{year}年{word}付息"]
            cells += [principal[number], interest[number]]
    table = np.array(cells).T.round(_DIGITS)
    rows = [ReportRow(f"{month + 1}月", tuple(map(float, table[month])), "money", 1) for month in range(MONTHS)]
    parts = tuple((month, 1) for month in range(MONTHS))
    total = ReportRow("全年合计", tuple(map(float, table.sum(axis=0).round(_DIGITS))), "money", 0, "", parts, True)
    notes = (
        f"{plan.base_year}年末未偿还债券按付息日和还本日所在月份列示，节假日不顺延；规划期新发债券的付息不在本表。",
    )
    return ReportTable(
        "20-1", "bond_months", "政府债券分月还本付息", "万元", "月份", tuple(columns), (*rows, total), notes
    )


def _bond_rows(ledger: Ledger, left: np.ndarray, years: tuple[int, ...]) -> list[ReportRow]:
    paid = schedule(ledger.bonds, years)
    rows = []
    for number, bond in enumerate(ledger.rows.to_dict("records")):
        values: tuple[Value, ...] = (
            bond["purpose"].label,
            _way(bond),
            f"{bond['coupon_rate']:.2%}",
            str(bond["maturity_date"]),
            float(bond["face"]),
            float(left[number]),
            *(float(amount) for amount in paid.principal[:, number]),
            *(float(amount) for amount in paid.interest[:, number]),
        )
        rows.append(ReportRow(str(bond["bond_code"]), values, "money", 1))
    return rows


def _way(bond: dict[str, object]) -> str:
    """Say how a bond is repaid, with its grace or the day of its call."""
    word, grace, call = bond["amortisation"], bond["grace_years"], bond["call_date"]
    assert isinstance(word, Amortisation)
    if word is Amortisation.INSTALMENTS and isinstance(grace, int | float) and grace > 0:
        return f"{word.label}（宽限{int(grace)}年）"
    if word is Amortisation.CALL and isinstance(call, dt.date) and not pd.isna(call):
        return f"{call.year}年{call.month}月提前偿还"
    return word.label


def _sums(rows: list[tuple[Value, ...]]) -> tuple[Value, ...]:
    """Add up the numbers of a column; text has no sum."""
    return tuple(
        round(float(sum(cells)), _DIGITS) if all(isinstance(cell, float) for cell in cells) else ""  # type: ignore[arg-type]
        for cells in zip(*rows, strict=True)
    )


def _notes(plan: Plan, repaid_before: int) -> tuple[str, ...]:
    notes = ["还本付息按债券台账逐笔、按付息日计算，列入付息日所在年度；规划期新发债券的付息不在本表。"]
    if repaid_before:
        notes.append(f"台账中{repaid_before}笔债券{plan.base_year}年末已还清，不列。")
    notes += [f"{caution.message}。" for caution in ledger_cautions(plan.basis.place, plan.base_year)]
    return tuple(notes)
