"""What must hold in the table of months: cumulative figures never contradict the months."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.law.classification import TOTALS_LINES
from fiscal_model.registers.rules import Finding, ReadTables
from fiscal_model.words.vocabulary import Unit

_ROUNDING = {Unit.YUAN: 1e-4, Unit.TEN_THOUSAND_YUAN: 0.5, Unit.HUNDRED_MILLION_YUAN: 50.0}
"""What a printed figure may be off by, in 万元: half of a 万元, half of a hundredth of an 亿元."""


def month_faults(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find a month told twice, and cumulative figures that contradict the months."""
    for (line, _, year), group in tables[table].groupby(["line_or_code", "scope", "year"], sort=True):
        name, repeated = TOTALS_LINES.get(line, line), group[group["month"].duplicated(keep="first")]
        for month, number in zip(repeated["month"], repeated["row_line"], strict=True):
            # 税收收入 and 101 are one line: the reader saw two different words.
            yield number, "month", f"“{name}”{year}年{month}月重复", "同一个数只保留一行"
        if not len(repeated):
            yield from _contradictions(group, f"“{name}”{year}年")


def _contradictions(group: pd.DataFrame, what: str) -> Iterator[Finding]:
    amount, cumulative = month_arrays(group)
    slack = max(_ROUNDING[unit] for unit in group["unit"])
    lines = dict(zip(group["month"], group["row_line"], strict=True))
    start, before = 0, 0.0
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
            months = f"{start + 1}—{month} 月" if month > start + 1 else f"{month} 月"
            found = (
                f"{what}累计到 {month} 月 {cumulative[month - 1]:,.2f} 万元，"
                f"比上一个累计数多 {expected:,.2f}，而{months}当月数合计 {np.nansum(between):,.2f} 万元"
            )
            yield lines[month], "cumulative", found, "请核对当月数和累计数；确有冲减的，当月数填负数"
        start, before = month, cumulative[month - 1]


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
    laid = np.full((2, MONTHS), np.nan)
    laid[:, group["month"].to_numpy() - 1] = [group[name].to_numpy(dtype=float) for name in ("amount", "cumulative")]
    return laid[0], laid[1]
