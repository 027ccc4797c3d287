"""The current year: from the months so far to the full year, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.arithmetic.revenue.seasons import (
    ROUTES,
    fill_months,
    half_trend,
    profiles,
    routes,
    steady_growth,
    volatility,
)
from fiscal_model.arithmetic.revenue.track_record import (
    LEAST_REST,
    half_widths,
    prior_weights,
    route_weights,
    usual_errors,
)
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself

LARGEST_ERROR = 0.7
LEAP, LEAP_YEARS = np.log(5), 4
"""A year five times the one before has another scope; so many years after it an error says nothing of usual years."""
FLOOR = 0.04
"""Mean absolute error that no interval goes below when the whole year is still to come."""

Array = np.ndarray


@shows_itself
@dataclass(frozen=True, repr=False)
class Nowcast:
    """Full-year estimates of one year, 万元.

    Parameters
    ----------
    names : (item,) tuple of str
    months_known : (item,) int
        Last known month of each item.
    guessed : (item,) int
        Months before it that were missing and put in at their usual share.
    so_far, share, mean : (item,) float
        Year to date, the part of a usual year that these months are, full-year estimate.
    total : float
        Sum of the items' estimates, exactly.
    lower, upper : (level, item) float
    total_lower, total_upper : (level,) float
    estimates, weights : (route, item) float
        What each of `ROUTES` says and how much it weighs.
    years_tested : int
        Past years on which this was tried.
    """

    names: tuple[str, ...]
    months_known: Array
    guessed: Array
    so_far: Array
    share: Array
    mean: Array
    total: float
    levels: tuple[float, ...]
    lower: Array
    upper: Array
    total_lower: Array
    total_upper: Array
    estimates: Array
    weights: Array
    years_tested: int

    @property
    def sheet(self) -> Sheet:
        """The estimates with their widest interval, as a table."""
        amounts = np.column_stack([self.so_far, self.mean, self.lower[-1], self.upper[-1]])
        whole = [np.nan, self.total, self.total_lower[-1], self.total_upper[-1]]
        rows = [*zip(self.names, amounts, strict=True), ("合计", whole)]
        columns = ("已知月份累计", "全年预计", f"{self.levels[-1]:.0%}下限", f"{self.levels[-1]:.0%}上限")
        return sheet_of("当年收入预计", columns, rows)

    def explain(self) -> str:
        """Say in Chinese how each estimate came about."""
        tested = f"在 {self.years_tested} 个以往年度逐年回测" if self.years_tested else "以往年度不足，未经回测"
        lines = [
            f"当年收入预计：{tested}。各方法的初始权重看以往增速是否平稳（平稳的偏重上年剩余月份，起伏大的偏重近月水平），"
            "再按以往误差调整（误差越小权重越大）。"
        ]
        for item, name in enumerate(self.names):
            known = f"已知 1—{self.months_known[item]} 月" if self.months_known[item] else "尚无月份数"
            line = f"{name}：{known}，累计 {self.so_far[item]:,.2f} 万元，往年同期占全年 {self.share[item]:.1%}；"
            line += f"全年预计 {self.mean[item]:,.2f} 万元"
            for level, low, high in zip(self.levels, self.lower[:, item], self.upper[:, item], strict=True):
                line += f"，{level:.0%} 区间 {low:,.2f} 至 {high:,.2f}"
            parts = [
                f"{route} {estimate:,.2f}（权重 {weight:.0%}）"
                for route, estimate, weight in zip(ROUTES, self.estimates[:, item], self.weights[:, item], strict=True)
                if np.isfinite(estimate)
            ]
            line += f"；{'、'.join(parts)}" if parts else ""
            line += f"；缺 {self.guessed[item]} 个月，按往年份额补入" if self.guessed[item] else ""
            lines.append(line + "。")
        if len(self.names) > 1:
            lines.append(f"合计 {self.total:,.2f} 万元，各项之和与合计一致。")
        return "\n".join(lines)


@dataclass(frozen=True)
class _Past:
    """What the years so far say before any month is looked at; arrays (year, item), the months (year, month, item)."""

    filled: Array
    annual: Array
    shape: Array
    growth: Array
    trend: Array
    volatility: Array


@dataclass(frozen=True)
class _Series:
    """Estimates of separate series before they are made to add up; arrays (item,) or (level, item)."""

    so_far: Array
    share: Array
    mean: Array
    lower: Array
    upper: Array
    estimates: Array
    weights: Array
    tested: int


def nowcast(
    months: Array,
    annual: Array | None = None,
    *,
    annual_forecast: Array | float | None = None,
    levels: Sequence[float] = (0.8, 0.95),
    names: Sequence[str] | None = None,
    adds_up: bool = True,
    floor: float = FLOOR,
) -> Nowcast:
    """Estimate the current year from its months so far.

    Six ways from the months to the year (`fiscal_model.arithmetic.revenue.seasons.ROUTES`) are weighed by how even the item's growth
    was and by how wrong each was in earlier years at the same month, over all items; the items are then made to add up to
    their total.

    ``months``: (year, month) or (year, month, item) float, 万元 of single months, consecutive years, NaN where unknown;
    the last row is the current year. A February without its January holds both. Amounts may be zero or negative
    (refunds).
    ``annual``: (year,) or (year, item) float, full years that end with the current one (its value is not used); may
    reach further back than the months. By default the sums of the months.
    ``annual_forecast``: float or (item,) float, what the annual forecast says of the current year; by default last year
    and its steady growth.
    ``levels``: coverage of the intervals.
    ``adds_up``: the items are parts of one total. False for series that only learn from each other; ``total`` is then
    their plain sum.
    ``floor``: least mean absolute error of a year without any month known; falls with the part of the year still to
    come.

    Raises
    ------
    ValueError
        When the arrays' shapes do not fit each other.

    Examples
    --------
    >>> season = np.array([12, 6, 8, 9, 7, 9, 10, 6, 7, 9, 7, 10.0])
    >>> months = 1.1 ** np.arange(5)[:, None] * season
    >>> months[-1, 6:] = np.nan
    >>> round(nowcast(months).total, 6) == round(100 * 1.1**4, 6)
    True
    """
    amounts, years, forecast, labels = _shaped(months, annual, annual_forecast, names)
    items = amounts.shape[2]
    whole = amounts.sum(axis=2, keepdims=True), years.sum(axis=1, keepdims=True)
    several = adds_up and items > 1
    if several:
        amounts, years = (np.concatenate([amounts, whole[0]], axis=2), np.concatenate([years, whole[1]], axis=1))
        forecast = np.append(forecast, forecast.sum())
    filled, known, guessed = fill_months(amounts, years[-len(amounts) :])
    found = _estimate(filled, years, forecast, known, tuple(levels), floor)
    return _result(found, known, guessed, labels, tuple(levels), several)


def _result(
    found: _Series, known: Array, guessed: Array, names: tuple[str, ...], levels: tuple[float, ...], several: bool
) -> Nowcast:
    """Make the items add up to the total, which stands last among the series, and put everything in its place."""
    items = len(names)
    mean, lower, upper = found.mean[:items], found.lower[:, :items], found.upper[:, :items]
    total, ends = float(mean.sum()), (lower.sum(axis=1), upper.sum(axis=1))
    if several:
        # With items at different months their own news is fresher than the total's.
        target = float(found.mean[-1]) if len(set(known.tolist())) == 1 else total
        moved = share_out(mean, mean - found.so_far[:items], target)
        lower, upper = lower + (moved - mean), upper + (moved - mean)
        mean, total = moved, float(moved.sum())
        shift = total - float(found.mean[-1])
        ends = found.lower[:, -1] + shift, found.upper[:, -1] + shift
    return Nowcast(
        names=names,
        months_known=known[:items],
        guessed=guessed[:items],
        so_far=found.so_far[:items],
        share=found.share[:items],
        mean=mean,
        total=total,
        levels=levels,
        lower=lower,
        upper=upper,
        total_lower=ends[0],
        total_upper=ends[1],
        estimates=found.estimates[:, :items],
        weights=found.weights[:, :items],
        years_tested=found.tested,
    )


def share_out(mean: Array, rest: Array, target: float) -> Array:
    """Move estimates so that they add up to a target, each by its part of the months still to come, (item,) float.

    ``mean``, ``rest``: (item,) float, estimates and the part of each that is not yet in.

    Examples
    --------
    >>> share_out(np.array([10.0, 20.0]), np.array([1.0, 3.0]), 34.0).tolist()
    [11.0, 23.0]
    """
    gap, size = target - mean.sum(), np.abs(rest)
    if size.sum() <= 1e-9 * max(np.abs(mean).sum(), 1.0):
        return mean.copy()
    return mean + gap * size / size.sum()


def _shaped(
    months: Array, annual: Array | None, forecast: Array | float | None, names: Sequence[str] | None
) -> tuple[Array, Array, Array, tuple[str, ...]]:
    amounts = np.asarray(months, dtype=float)
    amounts = amounts[:, :, None] if amounts.ndim == 2 else amounts
    if amounts.ndim != 3 or amounts.shape[1] != MONTHS:
        raise ValueError("months must have shape (year, 12) or (year, 12, item)")
    items = amounts.shape[2]
    sums = amounts.sum(axis=1)
    if annual is None:
        years = np.where(np.isfinite(sums), sums, _paired_sum(amounts))
    else:
        years = np.array(annual, dtype=float)
        years = years[:, None] if years.ndim == 1 else years
        if years.ndim != 2 or years.shape[1] != items or len(years) < len(amounts):
            raise ValueError("annual must have shape (year, item) and reach at least as far back as months")
        recent = years[-len(amounts) :]
        recent[:] = np.where(np.isfinite(recent), recent, np.where(np.isfinite(sums), sums, np.nan))
    years[-1] = np.nan
    given = np.full(items, np.nan) if forecast is None else np.broadcast_to(np.asarray(forecast, float), items)
    labels = tuple(names) if names is not None else ("合计",) if items == 1 else tuple(map(str, range(items)))
    if len(labels) != items:
        raise ValueError("names must name every item")
    return amounts.copy(), years, np.array(given), labels


def _paired_sum(amounts: Array) -> Array:
    """Sum years whose February holds January too."""
    later = amounts[:, 1:].sum(axis=1)
    return np.where(np.isnan(amounts[:, 0]), later, np.nan)


def _estimate(
    filled: Array, years: Array, forecast: Array, known: Array, levels: tuple[float, ...], floor: float
) -> _Series:
    """Estimate every series at its own last known month; all series lend their errors to each other."""
    recent = years[-len(filled) :].copy()
    whole = filled.sum(axis=1)
    recent = np.where(np.isfinite(whole), whole, recent)
    recent[-1] = np.nan
    longer = np.concatenate([years[: -len(filled)], recent])
    growth = steady_growth(longer)
    past = _Past(
        filled,
        recent,
        profiles(filled),
        *(part[-len(filled) :] for part in (growth, half_trend(longer, growth), volatility(longer))),
    )
    parts = {}
    for month in sorted(set(known.tolist())):
        parts[month] = _at_month(past, forecast, month, levels, floor)
    picked = [parts[int(month)] for month in known]

    def of_each(field: str) -> Array:
        return np.stack([getattr(part, field)[..., item] for item, part in enumerate(picked)], axis=-1)

    arrays = [each.name for each in fields(_Series) if each.name != "tested"]
    return _Series(**{name: of_each(name) for name in arrays}, tested=max(part.tested for part in picked))


def _at_month(past: _Past, forecast: Array, month: int, levels: tuple[float, ...], floor: float) -> _Series:
    filled, annual = past.filled, past.annual
    found = routes(filled, annual, past.shape, past.growth, past.trend, month)
    found[-1, -1] = np.where(np.isfinite(forecast), forecast, found[-1, -1])
    errors = _log_errors(found, annual)
    usable = np.isfinite(errors).all(axis=0)
    prior = prior_weights(past.volatility)
    weights = np.stack(
        [route_weights(errors[:, :year], usable[:year], prior[:, year]) for year in range(len(annual))], axis=1
    )
    blended = _blend(found, weights)
    so_far = filled[:, :month].sum(axis=1)[-1]
    shares = past.shape[:, :month].sum(axis=1) / MONTHS
    share = shares[-1]
    alone = np.where(share > 0.01, so_far / np.where(share > 0.01, share, 1.0), so_far)
    mean = np.where(np.isfinite(blended[-1]), blended[-1], alone)
    mean = so_far.copy() if month == MONTHS else np.where(_never_falls(filled, month), np.maximum(mean, so_far), mean)
    residuals = np.where(usable, np.abs(_log_errors(blended[None], annual)[0]), np.nan)
    residuals[: 2 if len(annual) > 3 else 1] = np.nan  # the first years had no profile to speak of
    residuals[_after_a_leap(annual)] = np.nan
    usual = usual_errors(past.volatility, 1 - shares)
    # A month of refunds still to come is no certainty.
    rest = (1 - share).clip(LEAST_REST, 1.0) if month < MONTHS else np.zeros_like(share)
    _, widths = half_widths(residuals, usual, rest, levels, floor)
    centre = np.maximum(np.abs(mean), 1e-12)
    lower, upper = centre * np.exp(-widths), centre * np.exp(widths)
    lower, upper = np.where(mean < 0, -upper, lower), np.where(mean < 0, -lower, upper)
    lower = np.where(_never_falls(filled, month), np.maximum(lower, np.minimum(so_far, mean)), lower)
    tested = int(np.isfinite(residuals).any(axis=1).sum())
    return _Series(so_far, share, mean, lower, upper, found[:, -1], weights[:, -1], tested)


def _after_a_leap(annual: Array) -> Array:
    """Mark the years that leap from the year before and those soon after: a change of scope, not an error of ours."""
    positive = np.where(annual > 0, annual, np.nan)
    leaps = np.zeros(annual.shape, dtype=bool)
    leaps[1:] = ~(np.abs(np.diff(np.log(positive), axis=0)) < LEAP)
    return np.array([leaps[max(0, year - LEAP_YEARS) : year].any(axis=0) for year in range(len(annual))])


def _never_falls(filled: Array, month: int) -> Array:
    """Tell which items never gave money back in the months to come: (item,) bool."""
    past = filled[:-1, month:]
    return np.asarray(~(past < 0).any(axis=(0, 1)))


def _log_errors(found: Array, annual: Array) -> Array:
    positive = (found > 0) & (annual > 0)
    errors = np.log(np.where(positive, annual, 1.0) / np.where(positive, found, 1.0))
    errors = np.where(positive, errors.clip(-LARGEST_ERROR, LARGEST_ERROR), LARGEST_ERROR)
    return np.where(np.isfinite(found) & np.isfinite(annual) & (annual > 0), errors, np.nan)


def _blend(found: Array, weights: Array) -> Array:
    there = np.isfinite(found)
    total = np.where(there, weights, 0.0).sum(axis=0)
    mixed = np.where(there, found * weights, 0.0).sum(axis=0)
    return np.where(total > 0, mixed / np.where(total > 0, total, 1.0), np.nan)
