"""Own revenue by item on the paths: which tax carries the risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.risk.drawn_futures import LEAST_YEARS, sampled
from fiscal_model.arithmetic.risk.item_shocks import split_total
from fiscal_model.law.classification import revenue_label
from fiscal_model.model.futures import deviations
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself
from fiscal_model.words.vocabulary import Budget

LEVELS = (0.1, 0.5, 0.9)
USUAL = 1.4826
"""Standard deviation of a normal law over its median distance from the middle: one odd year does not make an item wild."""


@shows_itself
@dataclass(frozen=True, repr=False)
class RevenueItems:
    """Own revenue by item in futures that are those of `simulate`; 万元, items add up to own revenue on every path.

    Parameters
    ----------
    items : tuple of str
        Official codes.
    plan : (year, item) float
    quantiles : (level, year, item) float
        At `LEVELS`.
    shares : (year, item) float
        Of own revenue's variance: an item's covariance with it; they add up to one, NaN where nothing moves.
    deviation : (item,) float
        How far an item's yearly growth in logs usually is from own revenue's; 0 where no record tells, and it moves as the total does.
    records : (item,) int
        Yearly growths that says.
    """

    years: tuple[int, ...]
    items: tuple[str, ...]
    plan: np.ndarray
    quantiles: np.ndarray
    shares: np.ndarray
    deviation: np.ndarray
    records: np.ndarray
    paths: int
    seed: int

    @property
    def sheet(self) -> Sheet:
        """The last plan year as a table."""
        last = (*self.quantiles[:, -1], 100 * self.plan[-1] / self.plan[-1].sum(), 100 * self.shares[-1])
        rows = [(revenue_label(code), values) for code, *values in zip(self.items, self.plan[-1], *last, strict=True)]
        heads = ("规划", *(f"{level:.0%}分位" for level in LEVELS), "占收入%", "占波动%")
        title = f"{self.years[-1]}年一般公共预算收入分项（{self.paths:,} 条路径）"
        return sheet_of(title, heads, rows, ("各条路径上分项合计等于一般公共预算收入",), unit="万元")


def revenue_items(plan: Plan, *, paths: int = 2_000, seed: int = 2026) -> RevenueItems | None:
    """Follow the items of own revenue through the futures of a plan.

    Parameters
    ----------
    plan : Plan
    paths, seed : int
        Of `simulate`: own revenue is the same on every path.

    Returns
    -------
    RevenueItems or None
        None where only the total is known.

    Notes
    -----
    Own revenue was drawn as a whole, by its own record of forecast errors. Items share a common factor and have a part of their
    own, as large as their growth usually is from the total's (spread like a random walk over the years), such that they move the
    total as much as its record says; each is drawn given the total. Items are not tied to land or GDP beyond the total's own tie.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> found = revenue_items(plan, paths=200)
    >>> found.shares.sum(axis=1).round(9).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    items, years = plan.basis.revenue.forecast.items, len(plan.years)
    if len(items) < 2:
        return None
    own, records = _records(plan, items)
    total = np.concatenate([lines["own_revenue"] for _, lines in sampled(plan, paths, seed)])
    numbers = np.random.default_rng([seed, len(items)]).standard_normal((paths, years, 1 + len(items)))
    horizon = np.sqrt(np.arange(1.0, years + 1))[:, None]
    walks = numbers.cumsum(axis=1) / horizon
    split = split_total(total, plan.revenue_items, own * horizon, deviations(plan.basis)[0], walks)
    apart = (total - total.mean(axis=0))[..., None]
    covariance = ((split - split.mean(axis=0)) * apart).mean(axis=0)
    variance = total.var(axis=0)[:, None]
    return RevenueItems(
        plan.years,
        items,
        plan.revenue_items,
        np.quantile(split, LEVELS, axis=0),
        np.where(variance > 0, covariance / np.where(variance > 0, variance, 1.0), np.nan),
        own,
        records,
        paths,
        seed,
    )


def _records(plan: Plan, items: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """How far each item's growth usually is from the total's, and in how many years that was seen."""
    history, base = plan.basis.history, plan.base_year
    seen = history.codes[Budget.GENERAL].reindex(columns=[*items]).loc[:base]
    whole = history.series("own_revenue", base).reindex(seen.index)
    apart = np.log(seen.where(seen > 0)).sub(np.log(whole.where(whole > 0)), axis=0).diff()
    records = apart.notna().sum().to_numpy()
    usual = USUAL * (apart - apart.median()).abs().median()
    return np.where(records >= LEAST_YEARS, usual.fillna(0.0), 0.0), records
