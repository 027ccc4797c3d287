"""Nowcast any monthly series: a Series or frame by month, or a long frame, in; the full current year out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.arithmetic.revenue.nowcast import Nowcast
from fiscal_model.arithmetic.revenue.nowcast import nowcast as nowcast_arrays
from fiscal_model.words.errors import Fault, InputError

_SHOWN = "nowcast"
_LONG = ("year", "month", "amount")


def nowcast(
    months: pd.Series | pd.DataFrame,
    annual: pd.Series | pd.DataFrame | None = None,
    *,
    annual_forecast: float | Sequence[float] | None = None,
    levels: Sequence[float] = (0.8, 0.95),
    adds_up: bool = True,
) -> Nowcast:
    """Estimate the full current year from its months so far.

    Parameters
    ----------
    months : Series or DataFrame
        Single months, money in any one unit. Either by month (index of periods, dates or (year, month) pairs; the
        columns of a frame are items) or long (columns ``year``, ``month``, ``amount`` and, for several items,
        ``item``). The last year is the current one; months after its last figure are to come. A February without
        its January holds both.
    annual : Series or DataFrame, optional
        Full years, index year, columns as the items; may reach further back than the months.
    annual_forecast : float or sequence of float, optional
        What an annual forecast says of the current year, by item.
    levels : sequence of float
        Coverage of the intervals.
    adds_up : bool
        The items are parts of one total.

    Returns
    -------
    Nowcast
        ``mean``, ``lower``, ``upper`` by item, ``total``; ``explain()`` says how it came about.

    Raises
    ------
    InputError
        When the figures cannot be laid out by year and month.

    Examples
    --------
    >>> index = pd.period_range("2022-01", "2025-06", freq="M")
    >>> found = nowcast(pd.Series(10.0, index=index, name="税收收入"))
    >>> found.names, found.months_known.tolist(), round(found.total, 6)
    (('税收收入',), [6], 120.0)
    """
    wide = _by_month(months)
    if not len(wide) or not np.isfinite(wide.to_numpy()).any():
        raise InputError([Fault(_SHOWN, "没有任何月份的数", "请给出至少一个月的收入")])
    if wide.index.has_duplicates:
        year, month = wide.index[wide.index.duplicated()][0]
        raise InputError([Fault(_SHOWN, f"{year}年{month}月出现不止一次", "同一项目同一个月只给一个数")])
    if any(not 0 < level < 1 for level in levels):
        raise InputError([Fault(_SHOWN, f"区间概率是 {tuple(levels)}", "请填 0 和 1 之间的小数，例如 0.8")])
    known = wide.dropna(how="all").index.get_level_values(0)
    years = range(int(known.min()), int(known.max()) + 1)
    full = wide.reindex(pd.MultiIndex.from_product([years, range(1, MONTHS + 1)]))
    amounts = full.to_numpy(dtype=float).reshape(len(years), MONTHS, wide.shape[1])
    return nowcast_arrays(
        amounts,
        _full_years(annual, wide.columns, years),
        annual_forecast=None if annual_forecast is None else _forecasts(annual_forecast, wide.shape[1]),
        levels=levels,
        names=[str(name) for name in wide.columns],
        adds_up=adds_up,
    )


def _by_month(months: pd.Series | pd.DataFrame) -> pd.DataFrame:
    """Lay any accepted form out with an index (year, month) and a column an item."""
    if isinstance(months, pd.DataFrame) and set(_LONG) <= set(months.columns):
        items = months["item"] if "item" in months.columns else pd.Series("合计", index=months.index)
        keys = pd.MultiIndex.from_arrays([items, months["year"], months["month"]])
        if keys.has_duplicates:
            item, year, month = keys[keys.duplicated()][0]
            found = f"“{item}”{year}年{month}月出现不止一次"
            raise InputError([Fault(_SHOWN, found, "同一项目同一个月只给一个数")])
        return _numbers(pd.Series(months["amount"].to_numpy(), index=keys).unstack(level=0))
    wide = months.to_frame(months.name or "合计") if isinstance(months, pd.Series) else months.copy()
    index = wide.index
    if isinstance(index, pd.PeriodIndex | pd.DatetimeIndex):
        wide.index = pd.MultiIndex.from_arrays([index.year, index.month])
    elif not (isinstance(index, pd.MultiIndex) and index.nlevels == 2):
        remedy = "请用月份（Period 或日期）或（年，月）作索引，或给出 year、month、amount 三列"
        raise InputError([Fault(_SHOWN, "看不出每个数是哪年哪月的", remedy)])
    return _numbers(wide)


def _numbers(wide: pd.DataFrame) -> pd.DataFrame:
    try:
        numbers = wide.astype(float)
        months = {int(month) for month in numbers.index.get_level_values(1)}
    except (TypeError, ValueError):
        raise InputError([Fault(_SHOWN, "有的数不是数字", "金额、年、月只能是阿拉伯数字")]) from None
    if not months <= set(range(1, MONTHS + 1)):
        wrong = min(months - set(range(1, MONTHS + 1)))
        raise InputError([Fault(_SHOWN, f"月份是 {wrong}", "月份只能是 1 到 12")])
    return numbers.where(np.isfinite(numbers))


def _full_years(annual: pd.Series | pd.DataFrame | None, items: pd.Index, years: range) -> np.ndarray | None:
    if annual is None:
        return None
    frame = annual.to_frame(items[0]) if isinstance(annual, pd.Series) else annual
    missing = [str(item) for item in items if item not in frame.columns]
    if missing:
        found = f"全年数里没有“{'、'.join(missing)}”"
        raise InputError([Fault(_SHOWN, found, "全年数的列请与分月数的项目一致")])
    whole = range(min(years.start, int(frame.index.min())) if len(frame) else years.start, years.stop)
    return frame[list(items)].reindex(whole).to_numpy(dtype=float)


def _forecasts(given: float | Sequence[float], items: int) -> np.ndarray:
    values = np.atleast_1d(np.asarray(given, dtype=float))
    if len(values) != items:
        raise InputError([Fault(_SHOWN, f"年度预测有 {len(values)} 个数，项目有 {items} 个", "请每个项目给一个数")])
    return values
