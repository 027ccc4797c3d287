"""The table of months as arrays by line, and check V22: a year's months add up to the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.inputs.found import CAUTION, FAULT, Look, looked_at, row_of, tolerance
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import TOTALS_LINES, revenue_label
from fiscal_model.registers.revenue.month_rules import month_arrays
from fiscal_model.words.vocabulary import Budget

SLIP = 0.02
"""Monthly flashes differ a little from final accounts; beyond this part of the year something is wrong."""


def read_months(place: Place) -> Mapping[str, pd.DataFrame]:
    """Return single months by line, in the place's own scope: mapping of str to DataFrame.

    Cumulative figures are taken apart: a month between two of them is their difference; of several months without a
    figure of their own each gets an equal part, except that January and February stand together in February.

    Line id or code to a frame, index year (without gaps), columns 1 to 12, 万元, NaN where unknown.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> float(read_months(fm.read_place("data/places/yunshui"))["own_revenue"].loc[2025].sum())
    31500.0
    """
    rows = place.rows("monthly")
    rows = rows[rows["scope"] == place.scope]
    found: dict[str, dict[int, np.ndarray]] = {}
    for (line, year), group in rows.groupby(["line_or_code", "year"], sort=True):
        found.setdefault(str(line), {})[int(year)] = _single_months(*month_arrays(group))
    frames = {}
    for line, years in found.items():
        frame = pd.DataFrame(years, index=range(1, MONTHS + 1)).T
        frames[line] = frame.reindex(range(min(years), max(years) + 1))
    return frames


def _single_months(amount: np.ndarray, cumulative: np.ndarray) -> np.ndarray:
    months, start, before = amount.copy(), 0, 0.0
    for month in (np.flatnonzero(np.isfinite(cumulative)) + 1).tolist():
        block = months[start:month]
        empty = np.isnan(block)
        left = cumulative[month - 1] - before - np.where(empty, 0.0, block).sum()
        first = start == 0 and month > 1 and bool(empty[0])
        if first and empty[1]:
            part = left / empty.sum()
            block[empty] = part
            block[:2] = np.nan, 2 * part  # February holds January too
        elif empty.any() and not (first and empty.sum() == 1 and abs(left) <= tolerance(month + 2)):
            block[empty] = left / empty.sum()
        start, before = month, cumulative[month - 1]
    return months


@looked_at
def months_fit(place: Place, history: History) -> Iterator[Look]:
    """V22: twelve months add up to the year, taxes and non-tax revenue to own revenue."""
    frames = read_months(place)
    for line, frame in frames.items():
        for year in frame.index:
            added, printed = _year_of(frame.loc[year]), _annual(history, line, int(year))
            if np.isfinite([added, printed]).all():
                gap = added - printed
                name = revenue_label(line) if line in TOTALS_LINES else f"{line}{revenue_label(line)}"
                text = f"{name}{year}年各月相加 {added:,.2f} 万元，与全年数 {printed:,.2f} 万元差 {gap:,.2f} 万元"
                kind, text = (
                    FAULT if abs(gap) > SLIP * abs(printed) else CAUTION,
                    text if abs(gap) > tolerance(MONTHS) else "",
                )
                yield kind, text, row_of("monthly", line_or_code=line, year=int(year))
    parts = ("own_revenue", "tax_revenue", "nontax_revenue")
    if all(part in frames for part in parts):
        whole, taxes, others = (frames[part] for part in parts)
        for (year, month), gap in _cells(taxes + others - whole):
            text = f"{year}年{month}月税收加非税与一般公共预算收入差 {gap:,.2f} 万元"
            yield (
                FAULT,
                text if abs(gap) > tolerance(3) else "",
                row_of("monthly", line_or_code=parts[0], year=year, month=month),
            )


def _cells(frame: pd.DataFrame) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield year, month and value of every known cell."""
    values = frame.to_numpy(dtype=float)
    for row, column in np.argwhere(np.isfinite(values)):
        yield (int(frame.index[row]), int(frame.columns[column])), float(values[row, column])


def _year_of(months: pd.Series) -> float:
    """Return the sum of a whole year; February may hold January."""
    values = months.to_numpy(dtype=float)
    return float(np.nansum(values)) if np.isfinite(values[1:]).all() else float("nan")


def _annual(history: History, line: str, year: int) -> float:
    if line in TOTALS_LINES:
        return history.value(line, year)
    for codes in (history.codes[Budget.GENERAL], history.codes[Budget.FUNDS]):
        if line in codes.columns and year in codes.index:
            return float(codes.at[year, line])
    return float("nan")
