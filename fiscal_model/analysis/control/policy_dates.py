"""Policies that raise spending or cut revenue and start within a budget year (预算法第六十八条)."""

from __future__ import annotations

import datetime as dt
from itertools import groupby, pairwise

import numpy as np
import pandas as pd

from fiscal_model.analysis.control.adjustment import requests_of
from fiscal_model.arithmetic.spending.dated_steps import part_of_year
from fiscal_model.inputs.approvals import approved_years, line_label
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import revenue_label
from fiscal_model.law.rules import rules
from fiscal_model.registers.guarantees.staff_registers import EVERY_GROUP
from fiscal_model.words.vocabulary import OneOffKind, PayEventKind, StandardPart

_COLUMNS = ["year", "starts", "table", "what", "first_year_amount", "approved", "state", "where"]
_YUAN = 1e4
"""Yuan in one 万元."""


def list_midyear_policies(place: Place) -> pd.DataFrame:
    """List the policies of the dated registers that start after 1 January and raise spending or cut revenue.

    Parameters
    ----------
    place : Place

    Returns
    -------
    DataFrame
        year, starts (date; empty where only the year is known), table, what (Chinese), first_year_amount (万元 from the start to
        the year's end, at the register's own persons; NaN where it cannot be said), approved (the year's budget has been
        approved: an exception to be explained), state, where. By date. Later years still can budget for it in time.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> frame = list_midyear_policies(fm.read_place("data/places/yunshui"))
    >>> frame[["starts", "approved"]].map(str).values.tolist()
    [['2026-10-10', 'True'], ['2027-07-01', 'False'], ['2028-07-01', 'False']]
    """
    found = [*_requests(place), *_standards(place), *_pay(place), *_quotas(place), *_revenue_cuts(place)]
    years = set(approved_years(place))
    freeze = rules("budget_adjustment")["freeze"]
    rows = []
    for year, day, table, what, amount, line in found:
        approved = year in years
        if not approved and day is None:
            continue  # a yearly cut in a year not yet approved is part of that budget
        state = f"预算已批准，{freeze['text']}" if approved else "该年预算尚未批准，应编入年初预算"
        rows.append((year, day, table, what, amount, approved, state, place.in_its_words(f"{table} 表第 {line} 行")))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    order = sorted(
        range(len(frame)), key=lambda at: (frame["year"][at], str(frame["starts"][at] or ""), frame["where"][at])
    )
    return frame.iloc[order].reset_index(drop=True)


_Found = tuple[int, dt.date | None, str, str, float, int]


def _within(day: dt.date) -> bool:
    return (day.month, day.day) != (1, 1)


def _requests(place: Place) -> list[_Found]:
    lines = dict(zip(place.rows("reallocations")["request_id"], place.rows("reallocations")["row_line"], strict=True))
    return [
        (
            request.requested_on.year,
            request.requested_on,
            "reallocations",
            f"{request.reason}（{line_label(request.budget, request.to_line or request.from_line)}）",
            request.amount,
            int(lines[request.request_id]),
        )
        for request in requests_of(place)
        if request.new_policy and _within(request.requested_on)
    ]


def _standards(place: Place) -> list[_Found]:
    """Raised standards of guarantee items, each against the standard in force before it."""
    changes, items = place.rows("standard_changes"), place.rows("guarantee_items")
    if not len(changes) or not len(items):
        return []
    known, found = {item["item_code"]: item for item in items.to_dict("records")}, []
    dated = changes[changes["item_code"].isin(known)].sort_values(["item_code", "part", "effective"], kind="stable")
    for (code, part), group in groupby(dated.itertuples(), key=lambda row: (row.item_code, row.part)):
        item = known[code]
        local = item["local_standard"]
        before = float(item["standard"])
        if part == StandardPart.LOCAL and local is not None and np.isfinite(float(local)):
            before = float(local)
        for row in group:
            rise, day = float(row.standard) - before, row.effective
            if rise > 0 and _within(day):
                cost = item["persons"] * item["coverage"] * item["periods"] * rise / _YUAN * part_of_year(day)
                what = f"{item['name']}{StandardPart(part).label}由{before:g}元提高到{row.standard:g}元"
                found.append((day.year, day, "standard_changes", what, float(cost), int(row.row_line)))
            before = float(row.standard)
    return found


def _pay(place: Place) -> list[_Found]:
    events, staff = place.rows("pay_events"), place.rows("staff")
    found = []
    for row in events.itertuples():
        if row.value <= 0 or not _within(row.effective_date):
            continue
        group = staff if row.group == EVERY_GROUP else staff[staff["group"] == row.group]
        amount = row.kind == PayEventKind.AMOUNT
        rise = float(row.value) if amount else group["pay_per_person"] * float(row.value)
        yearly = (
            float((group["serving_persons"] * group["fiscal_share"] * rise).sum()) / _YUAN
            if len(group)
            else float("nan")
        )
        said = f"每人每年{row.value:g}元" if amount else f"{row.value:.1%}"
        found.append(
            (
                row.effective_date.year,
                row.effective_date,
                "pay_events",
                f"{row.group}人员调资（{said}）",
                yearly * part_of_year(row.effective_date),
                int(row.row_line),
            )
        )
    return found


def _quotas(place: Place) -> list[_Found]:
    """Raised running-cost quotas; how many persons they cover is in another table, so no amount is said."""
    quotas = place.rows("quotas")
    found: list[_Found] = []
    for (quota_class, band), group in quotas.groupby(["quota_class", "quota_band"], sort=True):
        ordered = list(group.sort_values("valid_from", kind="stable").itertuples())
        for before, row in pairwise(ordered):
            if row.quota > before.quota and _within(row.valid_from):
                name = f"{quota_class}{band}"
                what = f"{name}公用经费定额由{before.quota:g}元提高到{row.quota:g}元"
                found.append((row.valid_from.year, row.valid_from, "quotas", what, float("nan"), int(row.row_line)))
    return found


def _revenue_cuts(place: Place) -> list[_Found]:
    """Policies that cut revenue: the register knows their year, not their day."""
    events = place.rows("one_offs")
    return [
        (
            int(row.year),
            None,
            "one_offs",
            f"{row.name}（{revenue_label(row.line_or_code)}，只知年度）",
            -float(row.amount),
            int(row.row_line),
        )
        for row in events.itertuples()
        if row.kind == OneOffKind.POLICY and row.amount < 0
    ]
