"""Which group of drivers makes a plan uncertain: shares of the variance of a line, on the same random numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fiscal_model.analysis.risk.drawn_futures import EVENTS, drawn, shock_model
from fiscal_model.arithmetic.risk.variance_shares import coalitions, shapley, shares_of
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import joined
from fiscal_model.model.projection import Plan
from fiscal_model.words.lines import LINES
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet

GROUPS: dict[str, tuple[str, ...]] = {
    "收入": ("own_revenue", "gdp"),
    "转移支付": ("general_purpose", "earmarked"),
    "土地和基金": ("land", "fund_other"),
    "支出": ("prices", "persons", "standards", "pay", "insurance"),
    "债务": ("coupon", "refinancing"),
    "事件": (EVENTS,),
}
"""Every driver stands in one group."""
_BONDS = list(GROUPS).index("债务")
_AT_ONCE = 8  # sets of groups whose paths are computed together
EXPLAINED = ("uncommitted_resources", "funding_gap", "guarantee_coverage")


@shows_itself
@dataclass(frozen=True, repr=False)
class VarianceParts:
    """Shares of the variance of each line by group and year; they add up to one, NaN where nothing moves."""

    years: tuple[int, ...]
    groups: tuple[str, ...]
    shares: Mapping[str, np.ndarray]  # line to (group, year) float
    deviation: Mapping[str, np.ndarray]  # line to (year,) float: standard deviation of the line itself
    paths: int
    seed: int

    @property
    def members(self) -> dict[str, tuple[str, ...]]:
        """The drivers of each group; events have none of their own."""
        return {
            group: tuple(name for name in names if name != EVENTS)
            for group, names in GROUPS.items()
            if names != (EVENTS,)
        }

    @property
    def sheet(self) -> Sheet:
        """The shares as a table."""
        rows = [
            (f"{LINES[line].label}：{group}", values)
            for line, shares in self.shares.items()
            for group, values in zip(self.groups, shares, strict=True)
        ]
        title = f"{self.years[0]}—{self.years[-1]}年不确定性的来源（{self.paths:,} 条路径）"
        note = "各组占该项方差的比例，合计为1；几组共同造成的部分按先后次序的平均分摊"
        return years_sheet(title, self.years, rows, (note,), kinds=dict.fromkeys((label for label, _ in rows), "ratio"))


@lru_cache(maxsize=4)
def parts_of(plan: Plan, seed: int) -> VarianceParts:
    """Explain a plan once for all that print it."""
    return explain_variance(plan, seed=seed)


def explain_variance(
    plan: Plan, *, paths: int = 1_000, seed: int = 2026, lines: tuple[str, ...] = EXPLAINED
) -> VarianceParts:
    """Say how much of the variance of lines comes from each group of drivers.

    Parameters
    ----------
    plan : Plan
    paths : int
        Of `simulate`, the same ones in each of the 64 runs.
    seed : int
    lines : tuple of str

    Returns
    -------
    VarianceParts

    Notes
    -----
    Every set of groups moves while the others stay at the plan, on the same random numbers; a group's part is what it adds to
    the variance, as the mean over all orders (Shapley). Sums to one though groups are correlated and gaps are not linear.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> explain_variance(plan, paths=100).shares["uncommitted_resources"].sum(axis=0).round(9).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    model, members = shock_model(plan.basis), tuple(GROUPS.values())
    known = [name for name in lines if name not in plan.unavailable]
    worth: dict[tuple[int, ...], np.ndarray] = {}
    # Where no bonds move the debt is the plan's: those sets stand together.
    sets = sorted(coalitions(len(members)), key=lambda some: _BONDS in some)
    for some in (sets[start : start + _AT_ONCE] for start in range(0, len(sets), _AT_ONCE)):
        moving = [[name for each in group for name in members[each]] for group in some]
        futures = joined([drawn(model.only(names), seed, 0, paths) for names in moving])
        found, _ = compute(plan.basis, futures, known)
        shape = (len(some), paths, len(plan.years))
        drawn_lines = [np.broadcast_to(found[name], (shape[0] * paths, shape[2])).reshape(shape) for name in known]
        worth |= dict(zip(some, np.stack([line.var(axis=1) for line in drawn_lines], axis=1), strict=True))
    parts = shapley(worth, len(members))
    whole = worth[tuple(range(len(members)))]
    return VarianceParts(
        plan.years,
        tuple(GROUPS),
        {name: shares_of(parts[:, row]) for row, name in enumerate(known)},
        {name: np.sqrt(whole[row]) for row, name in enumerate(known)},
        paths,
        seed,
    )
