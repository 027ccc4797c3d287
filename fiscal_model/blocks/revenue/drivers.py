"""What revenue follows: GDP, retail sales and land sales, known years and the path that the scenario assumes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import Assumption
from fiscal_model.law.rules import rule_table

USUAL = "gdp"
"""Stands in for a driver that a place does not publish."""
FEWEST_YEARS = 4
"""A driver with fewer known years says nothing about how revenue follows it."""


@dataclass(frozen=True)
class Drivers:
    """What revenue items follow."""

    # By code, and by ``own_revenue`` for everything else: known years and the scenario's years to come
    paths: Mapping[str, pd.Series]
    # Land sales standing still, by the codes that follow them: what the total's own forecast takes for granted
    neutral: Mapping[str, pd.Series]


def revenue_drivers(
    place: Place, history: History, base_year: int, years: tuple[int, ...], assumed: Mapping[str, Assumption]
) -> Drivers:
    """Return the driver of each item of `data/rules/revenue_drivers.csv`, by year to the last plan year.

    Empty without any driver.

    ``place``: its table ``macro`` carries GDP and retail sales.
    ``history``: carries land revenue.
    ``years``: plan years: GDP and retail sales grow by ``gdp_growth``, land sales by ``land_revenue_growth``.

    Examples
    --------
    >>> from fiscal_model.inputs.history import read_history
    >>> import fiscal_model as fm
    >>> from fiscal_model.inputs.scenario import defaults
    >>> place = fm.read_place("data/places/yunshui")
    >>> found = revenue_drivers(place, read_history(place), 2025, (2026, 2027), defaults())
    >>> sorted(found.paths), int(found.paths["10119"].index[-1])
    (['10101', '10113', '10118', '10119', 'own_revenue'], 2027)
    """
    output, land = (assumed[name].path(years) for name in ("gdp_growth", "land_revenue_growth"))
    known = {
        "gdp": _carried(_macro(place, "gdp"), output, base_year, years),
        "retail_sales": _carried(_macro(place, "retail_sales"), output, base_year, years),
        "land_revenue": _carried(history.series("land_revenue", base_year), land, base_year, years),
    }
    wanted = {row["code"]: row["driver"] for row in rule_table("revenue_drivers")}
    found = {code: known[name] if len(known[name]) else known[USUAL] for code, name in wanted.items()}
    still = _carried(history.series("land_revenue", base_year), np.zeros(len(years)), base_year, years)
    of_land = [code for code, name in wanted.items() if name == "land_revenue"] if len(still) and land.any() else []
    return Drivers({code: series for code, series in found.items() if len(series)}, dict.fromkeys(of_land, still))


def gdp_in(place: Place, base_year: int) -> tuple[float, int]:
    """Return the last GDP published up to the base year, 万元, and its year; NaN where it never was."""
    known = _macro(place, "gdp")
    known = known[known.index <= base_year]
    return (float(known.iloc[-1]), int(known.index[-1])) if len(known) else (float("nan"), base_year)


def gdp_path(gdp: float, published: int, base_year: int, growth: np.ndarray) -> np.ndarray:
    """Return GDP by plan year at the assumed growth, 万元, (year,) float; ``gdp``, ``published``: of `gdp_in`."""
    return gdp * (1 + growth[0]) ** (base_year - published) * np.cumprod(1 + growth)


def _carried(known: pd.Series, growth: np.ndarray, base: int, years: tuple[int, ...]) -> pd.Series:
    """Bridge gaps along a straight line on logs; carry the end to the base year and beyond at the assumed growth."""
    known = known[known.index <= base].dropna()
    if len(known) < FEWEST_YEARS or (known <= 0).any():
        return pd.Series(dtype=float)
    span = range(int(known.index.min()), base + 1)
    logs = np.interp(span, known.index, np.log(known.to_numpy(dtype=float)))
    late = np.maximum(np.array(span) - int(known.index.max()), 0) * np.log1p(growth[0])
    ahead = logs[-1] + late[-1] + np.cumsum(np.log1p(growth))
    return pd.Series(np.exp(np.concatenate([logs + late, ahead])), index=[*span, *years])


def _macro(place: Place, indicator: str) -> pd.Series:
    macro = place.rows("macro")
    rows = macro[macro["indicator"] == indicator]
    return rows.set_index("year")["amount"].astype(float).sort_index()
