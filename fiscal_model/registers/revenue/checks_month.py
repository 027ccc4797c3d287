"""What must hold within and between the rows of the table of months."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.law.classification import TOTALS_LINES
from fiscal_model.registers.schema import ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import Unit

_ROUNDING = {Unit.YUAN: 1e-4, Unit.TEN_THOUSAND_YUAN: 0.5, Unit.HUNDRED_MILLION_YUAN: 50.0}
"""What a printed figure may be off by, in 万元: half of a 万元, half of a hundredth of an 亿元."""


def month_table_faults(tables: ReadTables) -> list[Fault]:
    """Check the table of months as a whole: cumulative figures never contradict the months."""
    rows = tables.get("monthly")
    if rows is None:
        return []
    faults = []
    for (line, _, year), group in rows.groupby(["line_or_code", "scope", "year"], sort=True):
        repeated = group[group["month"].duplicated(keep="first")]
        for _, row in repeated.iterrows():
            # 税收收入 and 101 are one line: the reader saw two different words.
            found = f"“{TOTALS_LINES.get(line, line)}”{year}年{row['month']}月重复"
            faults.append(Fault(tables.stem("monthly"), found, "同一个数只保留一行", int(row["row_line"]), "month"))
        if not len(repeated):
            faults += _contradictions(group, line, year, tables.stem("monthly"))
    return faults


def _contradictions(group: pd.DataFrame, line: str, year: int, shown: str) -> list[Fault]:
    amount, cumulative = month_arrays(group)
    slack = max(_ROUNDING[unit] for unit in group["unit"])
    lines = dict(zip(group["month"], group["row_line"], strict=True))
    start, before, faults = 0, 0.0, []
    for month in range(1, MONTHS + 1):
        if not np.isfinite(cumulative[month - 1]):
            continue
        between = amount[start:month]
        expected = cumulative[month - 1] - before
        gap = np.nansum(between) - expected
        # Without January, February may hold both months or the difference is January's: only too much is wrong.
        open_start = start == 0 and month > 1 and np.isnan(between[0]) and np.isfinite(between[1:]).all()
        wrong = gap if open_start else abs(gap) if np.isfinite(between).all() else 0.0
        if wrong > slack * (len(between) + 2):
            name = TOTALS_LINES.get(line, line)
            months = f"{start + 1}—{month} 月" if month > start + 1 else f"{month} 月"
            found = (
                f"“{name}”{year}年累计到 {month} 月 {cumulative[month - 1]:,.2f} 万元，"
                f"比上一个累计数多 {expected:,.2f}，而{months}当月数合计 {np.nansum(between):,.2f} 万元"
            )
            remedy = "请核对当月数和累计数；确有冲减的，当月数填负数"
            faults.append(Fault(shown, found, remedy, int(lines[month]), "cumulative"))
        start, before = month, cumulative[month - 1]
    return faults


def month_arrays(group: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Lay one line's rows of one year out by month.

    Parameters
    ----------
    group : DataFrame
        Columns ``month``, ``amount``, ``cumulative``.

    Returns
    -------
    (12,) float, (12,) float
        Single months and cumulative figures, NaN where not given.
    """
    laid = group.set_index("month")[["amount", "cumulative"]].astype(float).reindex(range(1, MONTHS + 1))
    return laid["amount"].to_numpy(), laid["cumulative"].to_numpy()
