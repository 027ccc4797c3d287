"""`fm.forecast`: yearly amounts in, forecasts with intervals out, and an account of how they came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.breaks import Break, shocks_ahead, without_breaks
from fiscal_model.arithmetic.revenue.driver_elasticity import DriverPath
from fiscal_model.arithmetic.revenue.hierarchy import forecast_proportions, parents_of
from fiscal_model.arithmetic.revenue.series_panel import PanelForecast, forecast_panel
from fiscal_model.blocks.revenue.forecast_account import Account, told
from fiscal_model.blocks.revenue.forecast_inputs import (
    calendar_of,
    common_of,
    driver_of,
    drivers_of,
    history_of,
    peers_of,
)
from fiscal_model.law.forecast_constants import forecast_rule
from fiscal_model.words.errors import Fault, InputError

LONGEST_HORIZON = 20


class Forecast(pd.DataFrame):
    """A frame of forecasts that can explain itself; a part of it is a plain frame.

    Index year; columns ``mean``, ``lo-80``, ``hi-80``, … for a Series, (item, statistic) pairs for a frame.
    """

    _metadata = ["account"]  # noqa: RUF012 (the name and type are pandas')

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def explain(self) -> str:
        """Tell in Chinese how growth is carried forward, what was pooled, which years were breaks, and how the intervals
        came about."""
        return told(self.account)


@dataclass(frozen=True)
class _Question:
    """What was asked, on arrays: enough to answer it again with other readings of the shock years."""

    amounts: np.ndarray
    peers: np.ndarray
    years: tuple[int, ...]
    ahead: tuple[int, ...]
    names: tuple[str, ...]
    levels: tuple[float, ...]
    drivers: pd.DataFrame | None
    one_driver: bool
    breaks: tuple[Break, ...]
    common: np.ndarray | None


def forecast(
    history: pd.Series | pd.DataFrame,
    horizon: int,
    *,
    levels: Sequence[float] = (0.8, 0.95),
    drivers: pd.Series | pd.DataFrame | None = None,
    peers: pd.Series | pd.DataFrame | None = None,
    calendar: Mapping[int, str] | pd.DataFrame | None = None,
    common_growth: Mapping[int, float] | pd.Series | None = None,
) -> Forecast:
    """Forecast yearly amounts.

    Parameters
    ----------
    history : Series or DataFrame
        Index year, values 万元 (any unit does); a column is an item. NaN is unknown. Five to forty years are usual, one is
        enough. Columns that are sums of others (official codes by their digits, or one total of all) stay their sums.
    horizon : int
        Years after the last one of the index, 1 to 20.
    levels : sequence of float
        Central coverage of the intervals, between 0.5 and 0.99.
    drivers : Series or DataFrame, optional
        A level that items follow, such as GDP: index year, known years and, if anyone assumes them, years to come
        (otherwise its own recent growth goes on). A frame gives a driver to each item of the same name.
    peers : Series or DataFrame, optional
        Siblings or the national item: pooled with, not forecast.
    calendar : mapping or DataFrame, optional
        Shock years: ``{2020: "transitory"}`` or ``"lasting"``, or a frame with columns ``year``, ``kind`` and perhaps
        ``item`` and ``effect`` (log points). Nothing is taken out that is not named here.
    common_growth : mapping or Series, optional
        Growth of the nation or the province by year, fractions (0.05 is 5 %), as known at the end of the history: items are
        pulled to its last two years as far as their own record is short or wild. Years after the history are a path
        that somebody assumes; items then grow along it. Without it the items of a frame tell what is common.

    Returns
    -------
    Forecast
        Index year; ``mean``, ``lo-80``, ``hi-80``, ``lo-95``, ``hi-95`` (pairs with the item's name for a frame). The mean is
        the centre of an interval symmetric in logs. Never NaN, never negative for an item that never was.

    Raises
    ------
    InputError
        Lists every fault of the arguments.

    Notes
    -----
    See docs/method.md, section 3, and docs/accuracy.md for what it was measured against.

    Examples
    --------
    >>> history = pd.Series([100.0, 104, 109, 113, 118, 124], index=range(2020, 2026))
    >>> found = forecast(history, 2)
    >>> list(found.columns)
    ['mean', 'lo-80', 'hi-80', 'lo-95', 'hi-95']
    >>> bool(124 < found["mean"][2026] < found["mean"][2027] < found["hi-80"][2027])
    True
    >>> print(found.explain().splitlines()[0])
    预测 2026—2027 年，依据 2020—2025 年的历史数据，共 1 个序列。
    """
    question = _question(history, horizon, levels, drivers, peers, calendar, common_growth)
    panel, parents = _answer(question)
    single = isinstance(history, pd.Series)
    frame = _table(panel, question, single)
    frame.account = Account(
        names=question.names,
        years=question.years,
        ahead=question.ahead,
        peers=len(question.peers),
        told=question.common is not None,
        parents=parents,
        breaks=question.breaks,
        panel=panel,
        readings=partial(_mean_under, question),
    )
    return frame


def _question(
    history: pd.Series | pd.DataFrame,
    horizon: int,
    levels: Sequence[float],
    drivers: pd.Series | pd.DataFrame | None,
    peers: pd.Series | pd.DataFrame | None,
    calendar: Mapping[int, str] | pd.DataFrame | None,
    common_growth: Mapping[int, float] | pd.Series | None,
) -> _Question:
    """Read the arguments, collecting every fault before refusing."""
    faults = _faults_of(horizon, levels)
    amounts, years, names = history_of(history, faults)
    breaks = calendar_of(calendar, names, faults)
    siblings = peers_of(peers, years, faults)
    driver = drivers_of(drivers, names, faults)
    common = common_of(common_growth, years, int(horizon) if not faults else 0, faults)
    if faults:
        raise InputError(faults)
    ahead = tuple(range(years[-1] + 1, years[-1] + 1 + horizon))
    asked = tuple(float(level) for level in levels)
    return _Question(
        amounts, siblings, years, ahead, names, asked, driver, isinstance(drivers, pd.Series), breaks, common
    )


def _faults_of(horizon: Any, levels: Any) -> list[Fault]:
    faults = []
    if isinstance(horizon, bool) or not isinstance(horizon, int | np.integer) or not 1 <= horizon <= LONGEST_HORIZON:
        faults.append(Fault("horizon", f"预测年数是 {horizon}", f"请填 1 到 {LONGEST_HORIZON} 的整数"))
    if isinstance(levels, str) or not isinstance(levels, Sequence | np.ndarray):
        return [*faults, Fault("levels", f"置信水平是{levels}，不是一列数", "请写成一列，例如 (0.8, 0.95)")]
    wrong = [level for level in levels if not isinstance(level, float | int | np.number) or not 0.5 <= level <= 0.99]
    if wrong or not len(levels):
        shown = "、".join(map(str, wrong)) or "空"
        faults.append(Fault("levels", f"置信水平是{shown}", "请填 0.5 到 0.99 之间的小数，例如 0.8"))
    elif len(set(levels)) < len(levels):
        faults.append(Fault("levels", "置信水平有重复", "每个水平只写一次"))
    return faults


def _mean_under(question: _Question, breaks: tuple[Break, ...]) -> np.ndarray:
    """The means of the same question under other readings of the shock years."""
    return _answer(replace(question, breaks=breaks))[0].mean


def _answer(question: _Question) -> tuple[PanelForecast, dict[str, str]]:
    """Take out the breaks, forecast items and peers together, put known shocks back, make the sums hold."""
    amounts = without_breaks(question.amounts, question.years, question.breaks)
    whole = np.concatenate([amounts, question.peers]) if len(question.peers) else amounts
    # A last year taken out moves the driver's start with it.
    path = driver_of(question.drivers, question.one_driver, question.names, amounts, question.years, question.ahead)
    driver = _with_peers(path, len(question.peers))
    panel = forecast_panel(
        whole, len(question.ahead), forecast_rule(), question.levels, driver=driver, common=question.common
    )
    own = slice(0, len(question.names))
    factors = shocks_ahead(question.ahead, len(question.names), question.breaks)
    mean, lower, upper = (part[..., own, :] * factors for part in (panel.mean, panel.lower, panel.upper))
    parents = parents_of(question.names, question.amounts) if len(question.names) > 2 else {}
    if parents:
        signed = panel.windows.signed[own]
        coherent = forecast_proportions(mean.T, question.names, parents, signed).T
        lower, upper = (_moved(bound, mean, coherent, signed) for bound in (lower, upper))
        mean = coherent
    return replace(panel, mean=mean, lower=lower, upper=upper), parents


def _moved(bound: np.ndarray, mean: np.ndarray, coherent: np.ndarray, signed: np.ndarray) -> np.ndarray:
    """A bound moved with its mean: by the factor, or by the distance where there is none or signs might turn."""
    scaled = (mean > 0) & (coherent > 0) & ~signed[:, None]
    factor = np.divide(coherent, mean, out=np.ones_like(mean), where=scaled)
    shifted = bound + coherent - mean
    return np.where(scaled, bound * factor, np.where(signed[:, None], shifted, np.maximum(shifted, 0.0)))


def _with_peers(driver: DriverPath | None, peers: int) -> DriverPath | None:
    """Peers follow no driver."""
    if driver is None or not peers:
        return driver
    known, ahead = (np.full((peers, part.shape[1]), np.nan) for part in (driver.known, driver.ahead))
    return DriverPath(np.concatenate([driver.known, known]), np.concatenate([driver.ahead, ahead]))


def _table(panel: PanelForecast, question: _Question, single: bool) -> Forecast:
    """Lay the numbers out by year: mean, then the bounds of each level, item after item."""
    bounds = [bound for pair in zip(panel.lower, panel.upper, strict=True) for bound in pair]
    values = np.stack([panel.mean, *bounds], axis=1).reshape(-1, len(question.ahead)).T
    statistics = ["mean", *(f"{side}-{level * 100:g}" for level in question.levels for side in ("lo", "hi"))]
    columns = pd.Index(statistics) if single else pd.MultiIndex.from_product([question.names, statistics])
    return Forecast(
        values, index=pd.RangeIndex(question.ahead[0], question.ahead[-1] + 1, name="year"), columns=columns
    )
