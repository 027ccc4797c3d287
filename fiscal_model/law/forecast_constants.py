"""The settings of the revenue forecast, read once from `data/rules/forecast.toml`."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.breaks import EventRule
from fiscal_model.arithmetic.revenue.growth import GrowthRule
from fiscal_model.arithmetic.revenue.intervals import IntervalRule
from fiscal_model.arithmetic.revenue.series_panel import ForecastRule
from fiscal_model.arithmetic.revenue.width_shrinkage import ComparableWidths
from fiscal_model.law.rules import rule_table, rules
from fiscal_model.words.vocabulary import IN_BASE_UNITS

FLOOR_YEARS = 5


@cache
def forecast_rule() -> ForecastRule:
    """Return the settings of the forecast.

    Examples
    --------
    >>> forecast_rule().growth.usual
    0.03
    """
    given = rules("forecast")
    growth, method = (
        {key: value for key, value in given[name].items() if key != "quality"} for name in ("growth", "method")
    )
    interval = {field.name: given["interval"][field.name] for field in fields(IntervalRule)}
    constants = {entry["level"]: np.array(entry["multiples"]) for entry in interval["constants"]}
    return ForecastRule(GrowthRule(**growth), IntervalRule(**{**interval, "constants": constants}), **method)


@cache
def event_rule() -> EventRule:
    """Return when a national event counts as showing in a place's own year.

    Examples
    --------
    >>> event_rule().threshold
    2.5
    """
    given = rules("forecast")["events"]
    return EventRule(**{key: value for key, value in given.items() if key not in {"source", "quality"}})


@cache
def comparable_widths() -> ComparableWidths:
    """Return the usual widths of places by size, `data/rules/revenue_widths.csv`, and what a place's own count against them.

    Examples
    --------
    >>> comparable_widths().deviation.shape, comparable_widths().own_years
    ((4, 5), 16)
    """
    rows = pd.DataFrame(rule_table("revenue_widths"))
    size = rows["least_size"].astype(float) * rows["unit"].map(IN_BASE_UNITS)
    rows = rows.assign(size=size, horizon=rows["horizon"].astype(int), deviation=rows["deviation"].astype(float))
    table = rows.pivot_table(index="size", columns="horizon", values="deviation")
    own_years = rules("forecast")["interval"]["own_years"]
    return ComparableWidths(table.index.to_numpy(), table.to_numpy(), own_years, int(rows["money_of"].iloc[0]))


def least_deviation(horizon: int) -> np.ndarray:
    """Return the published floor as standard deviations in logs, shape (horizon,).

    A published mean absolute error is turned into a standard deviation as under a normal law, by sqrt(pi / 2).

    Examples
    --------
    >>> least_deviation(5).round(4).tolist()
    [0.0501, 0.0736, 0.0971, 0.1206, 0.1441]
    """
    given = rules("forecast")["interval"]
    first, fifth = given["floor_first_year"], given["floor_fifth_year"]
    return np.sqrt(np.pi / 2) * (first + (fifth - first) * np.arange(horizon) / (FLOOR_YEARS - 1))


@cache
def national_revenue() -> pd.DataFrame:
    """Return national revenue by item, 万元: siblings for a county's short series (`data/rules/national_revenue.csv`).

    Index year, columns codes and ``own_revenue``. Of an item with two or more years missing in a row only the later years
    are kept: a line drawn across a long gap would look calmer than the item is.

    Examples
    --------
    >>> float(national_revenue().at[2024, "own_revenue"])
    2197020000.0
    """
    rows = pd.DataFrame(rule_table("national_revenue"))
    amounts = rows["amount"].astype(float) * rows["unit"].map(IN_BASE_UNITS)
    frame = rows.assign(year=rows["year"].astype(int), amount=amounts).pivot(
        index="year", columns="code", values="amount"
    )
    frame = frame.reindex(range(int(frame.index.min()), int(frame.index.max()) + 1))
    missing = frame.isna() & frame.isna().shift(1, fill_value=False)
    return frame.where(~missing[::-1].cummax()[::-1])
