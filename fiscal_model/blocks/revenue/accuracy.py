"""How well a place's own revenue could have been forecast in earlier years, item by item, against everybody's rivals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.rolling_origins import LEAST_YEARS, Backtest, backtest
from fiscal_model.arithmetic.revenue.series_forecast import TOTAL, growth_beside
from fiscal_model.inputs.history import History, read_history
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import revenue_label
from fiscal_model.law.common_growth import growth_around
from fiscal_model.law.forecast_constants import forecast_rule, national_revenue
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself
from fiscal_model.words.vocabulary import Budget

HORIZON = 5
LINES = ("own_revenue", "tax_revenue", "nontax_revenue")


@shows_itself
@dataclass(frozen=True, repr=False)
class PlaceBacktest:
    """A back-test of one place.

    Parameters
    ----------
    labels : (series,) tuple of str
        Chinese names, in the order of ``result.names``.
    too_short : tuple of str
        Names of items with too few years to be tested.
    """

    title: str
    labels: tuple[str, ...]
    result: Backtest
    too_short: tuple[str, ...]

    @property
    def sheet(self) -> Sheet:
        """How far each method was off on the first series, by years ahead, as a table."""
        errors = self.result.mean_error()[:, 0]
        rows = zip(self.result.methods, errors, strict=True)
        ahead = [f"提前{step + 1}年" for step in range(errors.shape[1])]
        return sheet_of(
            f"{self.title}收入预测回测：{self.labels[0]}平均绝对百分比误差",
            ahead,
            rows,
            kinds=dict.fromkeys(self.result.methods, "ratio"),
        )

    def frame(self) -> pd.DataFrame:
        """Return one row a series, method and horizon.

        ``item, label, sample, method, horizon, mean_absolute_percentage_error, forecasts``; sample is ``out`` for
        forecasts made from earlier years, ``in`` for the errors that today's interval counts.
        """
        errors, result = self.result.mean_error(), self.result
        counts = np.isfinite(result.errors).sum(axis=2)
        rows = [
            (name, label, "out", method, step + 1, errors[place, row, step], int(counts[place, row, step]))
            for row, (name, label) in enumerate(zip(result.names, self.labels, strict=True))
            for place, method in enumerate(result.methods)
            for step in range(errors.shape[2])
            if counts[place, row, step]
        ]
        rows += [
            (name, label, "in", result.methods[0], step + 1, value, -1)
            for row, (name, label) in enumerate(zip(result.names, self.labels, strict=True))
            for step, value in enumerate(np.expm1(result.inside[row]))
            if np.isfinite(value)
        ]
        columns = ["item", "label", "sample", "method", "horizon", "mean_absolute_percentage_error", "forecasts"]
        return pd.DataFrame(rows, columns=columns)


def backtest_place(place: Place, history: History | None = None) -> PlaceBacktest:
    """Back-test own revenue, its two parts and its items.

    Parameters
    ----------
    place : Place
    history : History, optional
        Saves reading it again.

    Returns
    -------
    PlaceBacktest

    Raises
    ------
    InputError
        When no series is long enough.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = backtest_place(fm.read_place("data/places/zhangye"))
    >>> found.result.methods[0], found.labels[0]
    ('本模型', '一般公共预算收入')
    """
    history = history or read_history(place)
    figures, budgets = _figures(history)
    years = range(int(figures.index.min()), int(figures.index.max()) + 1)
    figures, budgets = figures.reindex(years), budgets.reindex(index=years, columns=figures.columns)
    long_enough = [name for name in figures.columns if figures[name].notna().sum() > LEAST_YEARS]
    if not long_enough:
        remedy = f"回测至少需要连续 {LEAST_YEARS + 1} 年的自有收入；请在 totals 表补填往年决算数"
        raise InputError([Fault(place.folder.as_posix(), "没有一个收入项目的年份够长，不能回测", remedy)])
    macro = place.rows("macro")
    gdp = macro[macro["indicator"] == "gdp"].set_index("year")["amount"].astype(float).reindex(years)
    driver = gdp.to_numpy() if (gdp > 0).any() else None
    planned = budgets[long_enough]
    result = backtest(
        figures[long_enough].to_numpy(dtype=float).T,
        long_enough,
        years,
        forecast_rule(),
        HORIZON,
        driver=driver,
        common=growth_beside(growth_around(TOTAL, place.province), national_revenue(), long_enough, years),
        budgets=planned.to_numpy(dtype=float).T if planned.notna().to_numpy().any() else None,
    )
    short = tuple(revenue_label(name) for name in figures.columns if name not in long_enough)
    return PlaceBacktest(place.title, tuple(revenue_label(name) for name in long_enough), result, short)


def _figures(history: History) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Actual and budgeted own revenue, its parts and items, by year; years without own revenue are left out."""
    found = []
    for lines, codes in ((history.actual, history.codes), (history.planned, history.planned_codes)):
        general = codes[Budget.GENERAL]
        items = [code for code in general.columns if code.startswith(("101", "103")) and len(code) == 5]
        found.append(pd.concat([lines.reindex(columns=list(LINES)), general[items]], axis=1).sort_index())
    actual, planned = found
    actual = actual[actual["own_revenue"].notna()]
    return actual.dropna(axis="columns", how="all"), planned
