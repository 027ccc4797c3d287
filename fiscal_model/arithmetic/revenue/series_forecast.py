"""Forecast own revenue: each line by the one law, pulled to what the nation's did, then scaled so that items add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided, mean_of_known
from fiscal_model.arithmetic.revenue.driver_elasticity import DriverPath
from fiscal_model.arithmetic.revenue.hierarchy import forecast_proportions
from fiscal_model.arithmetic.revenue.series_panel import ForecastRule, PanelForecast, forecast_panel

TOTAL = "own_revenue"


@dataclass(frozen=True)
class Course:
    """How one line is carried forward; growth in logs a year."""

    recent: float  # Growth it sets out with, its own and the nation's mixed
    own: float
    common: float  # The nation's; without one what the long run says
    own_share: float
    long_run: float  # Growth it fades to in the first year
    followed: bool  # Whether a driver such as GDP takes part
    assumed: bool = False  # Whether somebody assumes common growth of years to come

    def __str__(self) -> str:
        """In Chinese, for the table."""
        own, common, recent, long_run = (
            f"{np.expm1(growth):z.1%}" for growth in (self.own, self.common, self.recent, self.long_run)
        )
        said = f"近期增速{recent}（本地{own}占{self.own_share:.0%}，共同{common}占{1 - self.own_share:.0%}）"
        tail = "，并参照驱动指标" if self.followed else ""
        if self.assumed:
            return f"{said}；给出了共同增速的年份按给出的增速，另加本地高于或低于共同增速的部分并逐年减退{tail}"
        fades = "逐年回落到长期增速" if self.recent > self.long_run else "低于长期增速，按长期增速"
        return f"{said}，{fades}{long_run}{tail}"


@dataclass(frozen=True)
class RevenueForecast:
    """Own revenue by year and item."""

    years: tuple[int, ...]  # (year,) tuple of int
    items: tuple[str, ...]  # Official codes; a single item ``own_revenue`` where only the total is known
    mean: np.ndarray  # (year, item) float: 万元; items add up to ``total``
    total: np.ndarray  # (year,) float
    # (year,) float: standard deviation of the total in logs, by horizon: conformal, at least the published floor
    deviation: np.ndarray
    courses: Mapping[str, Course]  # By item, and by ``own_revenue``
    error: float  # Of the total: mean absolute log error one year ahead on earlier years; NaN where nothing could be tested
    records: int  # Forecasts of earlier years that it rests on

    def method(self, item: str) -> str:
        """Say in Chinese how an item was carried forward."""
        course = self.courses.get(item)
        return str(course) if course else "结构测算"


def forecast_own_revenue(
    total: pd.Series,
    items: pd.DataFrame,
    nation: pd.DataFrame,
    common: pd.Series,
    drivers: Mapping[str, pd.Series],
    years: tuple[int, ...],
    rule: ForecastRule,
    floor: np.ndarray,
    neutral: Mapping[str, pd.Series] | None = None,
    assumed: pd.Series | None = None,
) -> RevenueForecast:
    """Forecast own revenue and its items.

    ``total``: own revenue by year up to the base year; NaN where a year is left out.
    ``items``: index year, columns official codes, whose base-year row adds up to the total; no columns when not known.
    ``nation``: national revenue by year and item, ``own_revenue`` its total; may be empty.
    ``common``: growth of own revenue of all places around, by year, in logs: the total is pulled to it, an item to what it
    says of the item with the nation's (`growth_beside`), as far as their own record is short or wild; may be empty.
    ``drivers``: by item, and by ``own_revenue`` for the total and every item not named: what it follows, positive, by
    year up to the last plan year (GDP, retail sales, land sales); may be empty.
    ``years``: plan years, the first one after the base year.
    ``floor``: (horizon,) float, the least deviation of the total in logs.
    ``neutral``: other paths of some items' own drivers, at which the total is meant: the items are scaled to the total
    at these, and what ``drivers`` adds to such an item or takes from it moves the total. A slump in land sales then
    lowers own revenue by what it takes from the taxes on land.
    ``assumed``: common growth of plan years that somebody assumes, in logs; all lines grow along it.

    Examples
    --------
    >>> from fiscal_model.law.forecast_constants import forecast_rule, least_deviation
    >>> total = pd.Series(100 * 1.05 ** np.arange(10.0), index=range(2016, 2026))
    >>> nothing = pd.DataFrame()
    >>> found = forecast_own_revenue(total, nothing, nothing, total[:0], {}, (2026, 2027), forecast_rule(), least_deviation(2))
    >>> bool(1.03 < found.total[0] / total[2025] < 1.06)
    True
    """
    span = range(int(total.index.min()), years[0])
    base = span[-1]
    codes = tuple(code for code in items.columns if base in items.index and np.isfinite(items.at[base, code]))
    names = (TOTAL, *codes)
    lines = [total, *(items[code] for code in codes)]
    own = np.vstack([line.reindex(span).to_numpy(dtype=float) for line in lines])
    known = common.loc[:base] if assumed is None else pd.concat([common.loc[:base], assumed])
    around = growth_beside(known, nation.loc[:base], names, range(span[0], years[-1] + 1))

    def carried(followed: Mapping[str, pd.Series]) -> PanelForecast:
        apart = np.arange(len(names))
        return forecast_panel(own, len(years), rule, (0.8,), apart, _driver(followed, names, span, years), around)

    panel = carried(drivers)
    mean = panel.mean.T
    if codes and neutral:
        level = carried({**drivers, **neutral}).mean.T
        coherent = forecast_proportions(level, names, dict.fromkeys(codes, TOTAL))
        moved = coherent[:, 1:] * divided(mean, level, 1.0)[:, 1:]
        mean = np.column_stack([moved.sum(axis=1), moved])
    elif codes:
        mean = forecast_proportions(mean, names, dict.fromkeys(codes, TOTAL))
    tested, told = panel.residuals[:, 0, 0], bool(np.isfinite(around[:, len(span) :]).any())
    return RevenueForecast(
        years,
        codes or (TOTAL,),
        mean[:, 1:] if codes else mean,
        mean[:, 0],
        np.maximum(panel.deviation[0], floor[: len(years)]),
        {name: replace(course_of(panel, row), assumed=told) for row, name in enumerate(names)},
        float(mean_of_known(np.abs(tested), axis=0)),
        int(np.isfinite(tested).sum()),
    )


def growth_beside(common: pd.Series, nation: pd.DataFrame, names: Sequence[str], span: range) -> np.ndarray:
    """Return common growth beside each line, in logs, (line, year) float; NaN where it is not known.

    An item's lies half way between the total's and what the nation's item did against the nation's total: one item's year
    is half noise in the nation too. A line that the nation does not print follows the total.

    Examples
    --------
    >>> nation = pd.DataFrame({"own_revenue": [100.0, 110], "10101": [50.0, 50]}, index=[2024, 2025])
    >>> common = pd.Series({2025: 0.05})
    >>> growth_beside(common, nation, ["own_revenue", "10101", "10199"], range(2025, 2026)).round(3).ravel().tolist()
    [0.05, 0.002, 0.05]
    """
    whole = common.reindex(span).astype(float)
    printed = np.log(nation.reindex(range(span[0] - 1, span[-1] + 1)).astype(float)).diff().iloc[1:]
    beside = [(printed[name] - printed[TOTAL]) / 2 if name in printed else 0.0 * whole for name in names]
    return np.vstack([(whole + part.reindex(span).fillna(0.0)).to_numpy() for part in beside])


def _driver(
    drivers: Mapping[str, pd.Series], names: tuple[str, ...], span: range, years: tuple[int, ...]
) -> DriverPath | None:
    """What each line follows, beside it and ahead."""
    if not drivers:
        return None
    usual = drivers.get(TOTAL, pd.Series(dtype=float))
    followed = [drivers.get(name, usual) for name in names]
    known, ahead = (
        np.vstack([np.log(one.reindex(part).to_numpy(dtype=float)) for one in followed]) for part in (span, years)
    )
    # A driver that stops before the base year cannot be followed from there.
    return DriverPath(known, np.where(np.isfinite(known[:, -1:]), ahead, np.nan))


def course_of(panel: PanelForecast, row: int) -> Course:
    """Return how one series of a panel is carried forward."""
    growth = panel.growth
    recent, own, common, share = (
        float(part[row]) for part in (growth.recent, growth.own, growth.common, growth.own_share)
    )
    return Course(recent, own, common, share, float(growth.long_run[row, 0]), bool(panel.followed[row]))
