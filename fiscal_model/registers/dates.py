"""Years and days that cannot be meant: seen against the last year of accounts, and against today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np

from fiscal_model.law.rules import rule_table
from fiscal_model.registers.rules import Finding, ReadTables
from fiscal_model.words.vocabulary import ACTUAL


def misdated(spans: Mapping[str, tuple[int, int]], table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find years and days too far from the last year of accounts, and accounts of a year that has not come.

    ``spans``: the columns that hold a year or a day, and how many years each may lie before and after.
    """
    rows, last = tables[table], tables.last_year
    for column, (before, after) in spans.items():
        if last is None:
            break
        cells = rows[column].tolist()
        years = np.array([cell.year if isinstance(cell, dt.date) else cell for cell in cells], dtype=float)
        for at in np.flatnonzero((years < last - before) | (years > last + after)):
            apart = abs(int(years[at]) - last)
            said = f"填写的是 {cells[at]}，离决算或执行数的最后一年 {last} 年有 {apart:,} 年，像是年份写错"
            yield (
                int(rows["row_line"].iloc[at]),
                column,
                said,
                f"请核对；这里应在 {last - before} 至 {last + after} 年之间",
            )
    if "status" in rows and "year" in rows:
        now = max(dt.date.today().year, _newest_figure())
        for line in rows.loc[rows["status"].isin(ACTUAL) & (rows["year"] > now), "row_line"]:
            yield (
                int(line),
                "year",
                f"{now} 年以后还没有决算数和执行数",
                "请核对年度；以后年度的数是预算数（budget）或预测数（forecast）",
            )


@cache
def _newest_figure() -> int:
    """The last year of the nation's figures: a computer whose clock is wrong knows of it."""
    return max(int(row["year"]) for row in rule_table("national_revenue"))
