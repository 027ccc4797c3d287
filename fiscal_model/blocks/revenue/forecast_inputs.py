"""The arguments of `fm.forecast` checked and laid out as arrays; faults are collected, not raised one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.breaks import Break, Reading
from fiscal_model.arithmetic.revenue.driver_elasticity import DriverPath
from fiscal_model.arithmetic.revenue.scale import LONGEST_WINDOW
from fiscal_model.words.errors import Fault

READINGS = {
    "transitory": Reading.TRANSITORY,
    "lasting": Reading.LASTING,
    "一时": Reading.TRANSITORY,
    "持续": Reading.LASTING,
}
LARGEST_AMOUNT = 1e100
"""Beyond this squares overflow, and nobody counts money in such a unit."""
LARGEST_GROWTH = 0.8
"""Common growth of a nation or a province in one year; more is a percentage written as a fraction."""
LARGEST_EFFECT = 5.0
"""Log points: a shock that leaves less than a hundredth or makes more than a hundredfold is a slip of the pen."""


def history_of(
    history: pd.Series | pd.DataFrame, faults: list[Fault]
) -> tuple[np.ndarray, tuple[int, ...], tuple[str, ...]]:
    """Lay a history out as (series, year) on consecutive years: amounts, years, names.

    Empty when the history cannot be read; the reasons are then in ``faults``.
    """
    frame = _frame_of(history, "history", faults)
    if frame is None:
        return np.empty((0, 0)), (), ()
    years = tuple(range(int(frame.index[0]), int(frame.index[-1]) + 1))
    amounts = frame.reindex(years).to_numpy(dtype=float).T
    names = tuple(str(name) for name in frame.columns)
    if len(set(names)) < len(names):
        faults.append(Fault("history", "列名有重复", "每个项目一列，列名不重复"))
    for name, row in zip(names, amounts, strict=True):
        if not np.isfinite(row).any():
            faults.append(Fault("history", f"“{name}”没有任何数", "至少要有一年的金额"))
    return amounts, years, names


def peers_of(peers: pd.Series | pd.DataFrame | None, years: tuple[int, ...], faults: list[Fault]) -> np.ndarray:
    """Lay siblings out on the years of the history; later years are not looked at, empty ones are dropped."""
    frame = _frame_of(peers, "peers", faults) if peers is not None else None
    if frame is None or not years:
        return np.empty((0, len(years)))
    first = min(int(frame.index[0]), years[0])
    known = frame.reindex(range(first, years[-1] + 1)).to_numpy(dtype=float).T[:, -len(years) :]
    return known[np.isfinite(known).sum(axis=1) > 1]


def drivers_of(
    drivers: pd.Series | pd.DataFrame | None, names: tuple[str, ...], faults: list[Fault]
) -> pd.DataFrame | None:
    """Read drivers as a frame by year of positive numbers; None when there are none or they cannot be read."""
    if drivers is None:
        return None
    frame = _frame_of(drivers, "drivers", faults)
    if frame is None:
        return None
    if (frame <= 0).to_numpy().any():
        faults.append(Fault("drivers", "驱动指标有零或负数", "请给正数，例如地区生产总值；未知的年份留空"))
        return None
    if isinstance(drivers, pd.DataFrame) and names and not set(map(str, frame.columns)) & set(names):
        faults.append(Fault("drivers", "没有一列的列名与项目相同", f"列名应为：{'、'.join(names)}"))
        return None
    return frame


def driver_of(
    frame: pd.DataFrame | None,
    shared: bool,
    names: tuple[str, ...],
    amounts: np.ndarray,
    years: tuple[int, ...],
    ahead: tuple[int, ...],
) -> DriverPath | None:
    """Align a driver with each series' own last year; years that nobody assumes go on at its recent growth."""
    if frame is None:
        return None
    logs = {str(name): _carried_on(np.log(column), years, ahead) for name, column in frame.items()}
    nothing = np.full(len(years) + len(ahead), np.nan)
    rows = [next(iter(logs.values())) if shared else logs.get(name, nothing) for name in names]
    known = np.full((len(rows), LONGEST_WINDOW), np.nan)
    reach = len(ahead)
    lags = [len(years) - 1 - int(np.flatnonzero(np.isfinite(row)).max()) for row in amounts]
    beyond = np.full((len(rows), reach + max(lags)), np.nan)
    for place, (row, lag) in enumerate(zip(rows, lags, strict=True)):
        last = len(years) - lag
        past = row[max(last - LONGEST_WINDOW, 0) : last]
        known[place, LONGEST_WINDOW - len(past) :] = past
        later = row[last:]
        beyond[place, : len(later)] = later
        beyond[place, len(later) :] = later[-1] if len(later) else np.nan
    return DriverPath(known, beyond)


def common_of(
    growth: Mapping[int, float] | pd.Series | None, years: tuple[int, ...], horizon: int, faults: list[Fault]
) -> np.ndarray | None:
    """Read common growth as logs beside the years of the history and ahead of them, (1, year + horizon)."""
    if growth is None or not years:
        return None
    given = pd.Series(growth, dtype=object) if isinstance(growth, Mapping) else growth
    frame = _frame_of(given, "common_growth", faults)
    if frame is None:
        return None
    if (frame.abs() > LARGEST_GROWTH).to_numpy().any():
        remedy = "请写小数，例如 0.05"
        faults.append(Fault("common_growth", f"共同增速超出 ±{LARGEST_GROWTH:.0%}", remedy))
        return None
    return np.log1p(frame.iloc[:, 0].reindex(range(years[0], years[-1] + 1 + horizon)).to_numpy(dtype=float))[None]


def calendar_of(
    calendar: Mapping[int, str] | pd.Series | pd.DataFrame | None, names: tuple[str, ...], faults: list[Fault]
) -> tuple[Break, ...]:
    """Read a calendar of shock years; the effect of each in log points where given."""
    if calendar is None:
        return ()
    if not isinstance(calendar, Mapping | pd.Series | pd.DataFrame):
        remedy = '请写成 {2020: "transitory"}，或有 year、kind 两列的表'
        faults.append(Fault("calendar", f"不是对照表，而是 {type(calendar).__name__}", remedy))
        return ()
    if isinstance(calendar, pd.DataFrame):
        missing = {"year", "kind"} - set(calendar.columns)
        if missing:
            faults.append(
                Fault("calendar", f"缺少列：{'、'.join(sorted(missing))}", "需要 year、kind，可加 item、effect")
            )
            return ()
        rows = [dict(row) for row in calendar.to_dict("records")]
    else:
        rows = [{"year": year, "kind": kind} for year, kind in calendar.items()]
    found = [_break_of(row, names, faults) for row in rows]
    return tuple(one for one in found if one is not None)


def _break_of(row: dict[str, Any], names: tuple[str, ...], faults: list[Fault]) -> Break | None:
    before = len(faults)
    reading = READINGS.get(str(row["kind"]))
    year = _year_of(row["year"])
    if year is None:
        faults.append(Fault("calendar", f"年度是“{row['year']}”", "请写四位公历年份"))
    if reading is None:
        shown = row["year"] if year is None else year
        found, remedy = f"{shown} 年的 kind 是“{row['kind']}”", "只能填 transitory（一时）或 lasting（持续）"
        faults.append(Fault("calendar", found, remedy))
    item = None if _is_empty(row.get("item")) else str(row["item"])
    if item is not None and names and item not in names:
        faults.append(Fault("calendar", f"没有项目“{item}”", f"可填：{'、'.join(names)}"))
    effect = _effect_of(row.get("effect"), faults)
    if len(faults) > before or year is None or reading is None or (item is not None and not names):
        return None
    return Break(year, reading, None if item is None else names.index(item), effect)


def _effect_of(given: Any, faults: list[Fault]) -> float | None:
    if _is_empty(given):
        return None
    try:
        effect = float(given)
    except (TypeError, ValueError):
        effect = np.inf
    if abs(effect) <= LARGEST_EFFECT:
        return effect
    remedy = "请填对数值，例如 -0.1（约低 10%）；不知道就留空"
    faults.append(Fault("calendar", f"影响 effect 是“{given}”", remedy))
    return None


def _is_empty(given: Any) -> bool:
    return given == "" if isinstance(given, str) else bool(pd.isna(given))


def _frame_of(table: pd.Series | pd.DataFrame, shown: str, faults: list[Fault]) -> pd.DataFrame | None:
    """A frame by year in order, or None with the reasons told."""
    before = len(faults)
    frame = (
        table.to_frame(table.name if table.name is not None else "amount") if isinstance(table, pd.Series) else table
    )
    if not isinstance(frame, pd.DataFrame):
        faults.append(
            Fault(shown, f"不是表格，而是 {type(table).__name__}", "请给 pandas 的 Series 或 DataFrame，索引为年份")
        )
        return None
    if not frame.size:
        faults.append(Fault(shown, "没有任何数", "至少要有一年的金额"))
        return None
    index = frame.index.year if isinstance(frame.index, pd.DatetimeIndex | pd.PeriodIndex) else frame.index
    found = [_year_of(entry) for entry in index]
    if None in found:
        entry = frame.index[found.index(None)]
        faults.append(Fault(shown, f"索引“{entry}”不是年份", "索引请用四位公历年份，例如 2025"))
        return None
    years = [year for year in found if year is not None]
    if len(set(years)) < len(years):
        twice = sorted({year for year in years if years.count(year) > 1})
        faults.append(Fault(shown, f"{'、'.join(map(str, twice))} 年有两行", "每年只留一行"))
    try:
        # Among objects pandas' own missing value is no float.
        mixed = any(pd.api.types.is_object_dtype(kind) for kind in frame.dtypes)
        values = (frame.where(frame.notna(), np.nan) if mixed else frame).to_numpy(dtype=float)
    except (TypeError, ValueError):
        faults.append(Fault(shown, "有不是数字的单元格", "金额写数字，未知的留空"))
        return None
    if (np.abs(values) > LARGEST_AMOUNT).any():
        faults.append(Fault(shown, "有无穷大或大得不合理的数", "请检查数据，未知的留空"))
    if len(faults) > before:
        return None
    return pd.DataFrame(values, index=years, columns=frame.columns).sort_index()


def _year_of(entry: Any) -> int | None:
    """A year as it may stand in an index or a cell; half years are none."""
    try:
        year = int(entry)
    except (TypeError, ValueError, OverflowError):
        return None
    return year if 1000 <= year <= 3000 and (isinstance(entry, str) or year == entry) else None


def _carried_on(logs: pd.Series, years: tuple[int, ...], ahead: tuple[int, ...]) -> np.ndarray:
    """Driver on all years, known and to come; gaps bridged, the end carried on at the growth of its last three years."""
    whole = logs.reindex(range(years[0], ahead[-1] + 1))
    known = whole.dropna()
    if not len(known):
        return np.full(len(whole), np.nan)
    bridged = whole.interpolate(limit_area="inside")
    recent = known.iloc[-4:]
    span = int(recent.index[-1]) - int(recent.index[0])
    growth = (recent.iloc[-1] - recent.iloc[0]) / span if span else 0.0
    beyond = np.maximum(np.array(whole.index) - int(known.index[-1]), 0)
    return np.where(beyond > 0, known.iloc[-1] + growth * beyond, bridged.to_numpy(dtype=float))
