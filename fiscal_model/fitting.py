"""The slow part of a plan, done once: history read, own revenue forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.errors import Fault, InputError
from fiscal_model.inputs.history import History, read_history
from fiscal_model.inputs.place import Place
from fiscal_model.revenue.backtest import Settings
from fiscal_model.revenue.forecast import RevenueForecast, forecast_own_revenue
from fiscal_model.rules import rules
from fiscal_model.scenario import Scenario, assumptions_of
from fiscal_model.vocabulary import Budget

FEWEST_YEARS, MOST_YEARS = 3, 10


@dataclass(frozen=True)
class Fitted:
    """History and revenue forecast: the slow part, shared by every scenario with the same output path."""

    history: History
    base_year: int
    years: tuple[int, ...]
    revenue: RevenueForecast
    gdp: np.ndarray


def plan_years(
    history: History, base_year: int | None, count: int, shown: str
) -> tuple[int, tuple[int, ...]]:
    """Settle the base year and the plan years, refusing what the figures cannot carry.

    Raises
    ------
    InputError
        No base year, a base year without figures, or a gap in the yearly totals.
    """
    if not FEWEST_YEARS <= count <= MOST_YEARS:
        raise InputError([Fault("--years", f"规划年数是 {count}", f"请填 {FEWEST_YEARS} 到 {MOST_YEARS}")])
    if not history.last_year:
        raise InputError(
            [
                Fault(
                    shown,
                    "没有任何一年同时有一般公共预算收入和支出的实际数",
                    "请在 totals 表至少填三年的 own_revenue 和 expenditure",
                )
            ]
        )
    base = base_year if base_year is not None else history.last_year
    known = history.actual.reindex(columns=["own_revenue", "expenditure"]).dropna()
    if base not in known.index:
        have = "、".join(str(year) for year in known.index)
        raise InputError([Fault("--base-year", f"{base} 年没有收入和支出的实际数", f"可用的基期年：{have}")])
    return base, tuple(range(base + 1, base + 1 + count))


def fit(
    place: Place,
    scenario: Scenario,
    base_year: int | None = None,
    count: int = 5,
    history: History | None = None,
) -> Fitted:
    """Fit the revenue forecast of a place once.

    Parameters
    ----------
    place : Place
    scenario : Scenario
        Only its output growth matters here.
    base_year : int, optional
        Last year with actual figures by default.
    count : int
        Number of plan years, 3 to 10.
    history : History, optional
        Saves reading it again.

    Returns
    -------
    Fitted

    Raises
    ------
    InputError
        When the place has no usable base year.
    """
    history = history or read_history(place)
    base, years = plan_years(history, base_year, count, place.folder.as_posix())
    growth = assumptions_of(place.assumptions, scenario, f"{place.folder.as_posix()}/place.toml")[
        "gdp_growth"
    ].path(years)
    macro = place.rows("macro")
    gdp = macro[macro["indicator"] == "gdp"].set_index("year")["amount"].astype(float).sort_index()
    total = _unbroken(history.series("own_revenue", base), base)
    codes = history.codes[Budget.GENERAL]
    items = (
        codes[[code for code in codes.columns if code.startswith(("101", "103")) and len(code) == 5]]
        if len(codes)
        else codes
    )
    revenue = forecast_own_revenue(
        total, _whole_items(items, total, base), gdp, growth, years, _settings(), _floor(len(years))
    )
    known_gdp = gdp[gdp.index <= base]
    level = (
        float(known_gdp.iloc[-1]) * float(np.prod([1 + growth[0]] * (base - int(known_gdp.index[-1]))))
        if len(known_gdp)
        else np.nan
    )
    return Fitted(history, base, years, revenue, level * np.cumprod(1 + growth))


def _settings() -> Settings:
    given, shrinkage = rules("forecast")["backtest"], rules("forecast")["elasticity"]["shrinkage_years"]
    return Settings(given["minimum_years"], given["minimum_window"], given["longest_horizon"], shrinkage)


def _floor(horizon: int) -> np.ndarray:
    """Published mean absolute errors as standard deviations: a normal law's is sqrt(pi / 2) times its mean absolute."""
    given = rules("forecast")["interval"]
    first, fifth = given["floor_first_year"], given["floor_fifth_year"]
    return np.sqrt(np.pi / 2) * (first + (fifth - first) * np.arange(horizon) / 4)


def _unbroken(series: pd.Series, base: int) -> pd.Series:
    first = next(
        (year for year in range(base, int(series.index.min()) - 1, -1) if year not in series.index), None
    )
    return series.loc[first + 1 :] if first is not None else series


def _whole_items(items: pd.DataFrame, total: pd.Series, base: int) -> pd.DataFrame:
    """Keep the items only when the base year's add up to the total: half a list would bias every share."""
    if base not in items.index or abs(items.loc[base].sum() - total[base]) > 0.5 * max(items.shape[1], 1):
        return items.iloc[:, :0]
    return items
