"""Fans: thousands of futures drawn at once and run through the very arithmetic of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from fiscal_model.analysis.affordability.rating_scores import GRADES as RATINGS
from fiscal_model.analysis.affordability.rating_scores import grade_shares_of
from fiscal_model.analysis.guarantees.early_warning import GRADES, grades_on_paths
from fiscal_model.arithmetic.spending.warning_light import grade_shares
from fiscal_model.law.indicators import band_shares, beyond
from fiscal_model.law.limits import breach_mark, interest_mark
from fiscal_model.law.rules import rules
from fiscal_model.model.compute import compute
from fiscal_model.model.debt_ratios import indicator_values, values_of
from fiscal_model.model.futures import Drivers, deviations
from fiscal_model.model.projection import Plan
from fiscal_model.words.lines import LINES
from fiscal_model.words.markup import Sheet, Values, kind_of, shows_itself, years_sheet
from fiscal_model.words.table import printed

QUANTILES = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
FAN_LINES = (
    "own_revenue",
    "available_resources",
    "guarantee_coverage",
    "fiscal_space",
    "uncommitted_resources",
    "funding_gap",
    "land_revenue",
    "fund_gap",
    "fund_debt_gap",
    "land_cost_gap",
    "expenditure",
    "debt_ratio",
    "debt_ratio_a",
    "debt_ratio_b",
    "debt_service_ratio",
    "interest_burden_general",
    "interest_burden_special",
)
CHANCES = {
    "funding_gap": "出现收支缺口的概率",
    "fund_gap": "出现基金缺口的概率",
    "fund_debt_gap": "其中：专项债务偿还来源不落实的概率",
    "land_cost_gap": "其中：土地成本不能付清的概率",
    "guarantee_coverage": "三保保障倍数低于1的概率",
    "debt_ratio": f"债务率超过{breach_mark('debt_ratio')}的概率",
    "interest_burden_general": f"一般债务付息超过{interest_mark()}的概率",
    "interest_burden_special": f"专项债务付息超过{interest_mark()}的概率",
}
"""How the probabilities of a fan are printed."""
PARTS_OF_FUND_GAP = ("fund_debt_gap", "land_cost_gap")
"""Lines of a fan that table 29 shows apart and its short table does not."""
DEFAULT_PATHS = 10_000
LAND = 2
"""Position of land among the drivers."""
FARTHEST = 10.0
CHUNK = 10_000
"""Paths computed at once: keeps memory flat at any number of paths."""


@shows_itself
@dataclass(frozen=True, repr=False)
class Fan:
    """Quantiles and probabilities over simulated paths.

    Parameters
    ----------
    quantiles : (quantile,) tuple of float
    lines : mapping of str to (quantile, year) float
    probabilities : mapping of str to (year,) float
        Chance of a gap, of coverage below one, of passing each indicator's breach line.
    grades : mapping of str to (year,) float
        Chance of each grade of the warning light of the three guarantees; they add up to one each year.
    bands : mapping of str to (band, year) float
        Chance of each band (green, yellow, orange, red) of every debt ratio of `debt_ratios.RATIOS` that the
        place's data carry.
    months_at_risk : (year, 12) float or None
        Chance that something cannot be paid when due, by month; None without a treasury register.
    ratings : mapping of str to float
        Chance of each grade of the county's rating, vetoes applied; all nothing where the place is not rated.
    """

    years: tuple[int, ...]
    quantiles: tuple[float, ...]
    lines: Mapping[str, np.ndarray]
    probabilities: Mapping[str, np.ndarray]
    paths: int
    seed: int
    grades: Mapping[str, np.ndarray] = field(default_factory=dict)
    months_at_risk: np.ndarray | None = None
    bands: Mapping[str, np.ndarray] = field(default_factory=dict)
    ratings: Mapping[str, float] = field(default_factory=dict)

    @property
    def sheet(self) -> Sheet:
        """The medians with what lies around them in four of five futures, and the chances, as a table."""
        low, middle, high = (self.quantiles.index(level) for level in (0.1, 0.5, 0.9))
        rows: list[tuple[str, Values]] = []
        for name in ("own_revenue", "available_resources", "guarantee_coverage", "uncommitted_resources", "debt_ratio"):
            if name in self.lines:
                cells = [[printed(float(one), kind_of(name)) for one in column] for column in self.lines[name].T]
                rows.append((LINES[name].label, [f"{at[middle]}（{at[low]} 至 {at[high]}）" for at in cells]))
        shown = [at for at in CHANCES if at in self.probabilities and at not in PARTS_OF_FUND_GAP]
        rows += [(CHANCES[at], self.probabilities[at]) for at in shown]
        title = f"{self.years[0]}—{self.years[-1]}年模拟（{self.paths:,} 条路径）"
        note = "中位数，括号内为10%至90%分位"
        return years_sheet(title, self.years, rows, (note,), kinds=dict.fromkeys(CHANCES.values(), "ratio"))

    def frame(self) -> pd.DataFrame:
        """Return the fan as a long table: line, year, quantile, amount."""
        rows = [
            (line, year, level, float(values[row, column]))
            for line, values in self.lines.items()
            for column, year in enumerate(self.years)
            for row, level in enumerate(self.quantiles)
        ]
        return pd.DataFrame(rows, columns=["line", "year", "quantile", "amount"])


def simulate(plan: Plan, *, paths: int = DEFAULT_PATHS, seed: int = 2026) -> Fan:
    """Draw futures of own revenue, general-purpose transfers and land around a plan.

    Parameters
    ----------
    plan : Plan
    paths : int
        Number of futures; the first ones stay the same when more are asked for.
    seed : int

    Returns
    -------
    Fan

    Notes
    -----
    Shocks in logs accumulate: own revenue's by the back-test's deviation at each horizon (never below the published
    floor), transfers' and land's by their yearly deviation times the root of the horizon. They are normal, land's
    fat-tailed (``$land_tail_degrees``). Medians are the plan.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fan = fm.simulate(plan, paths=100, seed=2026)
    >>> fan.lines["own_revenue"].shape, fan.probabilities["funding_gap"].shape
    ((9, 5), (5,))
    """
    generator = np.random.default_rng(seed)
    deviation = deviations(plan.basis)
    degrees = plan.basis.assumed.number("land_tail_degrees")
    kept = {name: np.empty((paths, len(plan.years))) for name in FAN_LINES if name not in plan.unavailable}
    grades = np.empty((paths, len(plan.years)), dtype=int)
    risky: np.ndarray | None = None
    rated = np.zeros(len(RATINGS))
    absent = dict.fromkeys(plan.unavailable, np.full(len(plan.years), np.nan))
    bands = {name: np.zeros(()) for name, values in values_of(plan).items() if np.isfinite(values).any()}
    for start in range(0, paths, CHUNK):
        stop = min(start + CHUNK, paths)
        drivers = draw(generator, deviation, stop - start, degrees)
        lines, _ = compute(plan.basis, drivers)
        for name, values in kept.items():
            values[start:stop] = lines[name]
        ratios = indicator_values(lines)
        for name in bands:
            bands[name] = bands[name] + band_shares(name, np.atleast_2d(ratios[name])) * (stop - start) / paths
        rated += grade_shares_of(plan.basis, lines | absent) * (stop - start) / paths
        grades[start:stop], treasury = grades_on_paths(plan.basis, lines)
        if treasury is not None:
            risky = treasury.at_risk.sum(axis=0) + (0 if risky is None else risky)
    months = None if risky is None else risky / paths
    chances = dict(zip(GRADES, grade_shares(grades), strict=True))
    found = replace(_fan_of(kept, plan, paths, seed), grades=chances, months_at_risk=months, bands=bands)
    return replace(found, ratings=dict(zip(RATINGS, rated.tolist(), strict=True)))


def draw(generator: np.random.Generator, deviation: np.ndarray, paths: int, land_degrees: float = np.inf) -> Drivers:
    """Draw multipliers of shape (path, year) for the three drivers.

    ``deviation``: (driver, year) float, standard deviation of the log multiplier at each horizon; must not fall with
    the horizon.
    ``land_degrees``: degrees of freedom of land's shocks, above 2; infinite for normal ones.

    Notes
    -----
    Land's normal draws are moved to the quantiles of Student's t, scaled to the same deviation: the stream of random
    numbers, and with it every other driver, stays what it is.

    Examples
    --------
    >>> drivers = draw(np.random.default_rng(1), np.zeros((3, 5)), 2)
    >>> drivers.own_revenue.tolist() == [[1.0] * 5] * 2
    True
    """
    variance = np.diff(deviation**2, axis=1, prepend=0.0)
    shocks = generator.standard_normal((paths, *deviation.shape))
    shocks[:, LAND] = fat_tailed(shocks[:, LAND], land_degrees)
    steps = shocks * np.sqrt(np.maximum(variance, 0.0))
    factors = np.exp(np.cumsum(steps, axis=-1))
    return Drivers(factors[:, 0], factors[:, 1], factors[:, 2])


def fat_tailed(normal: np.ndarray, degrees: float) -> np.ndarray:
    """Turn standard normal draws into draws of Student's t with unit deviation, rank by rank.

    At most `FARTHEST` deviations from nothing: with land's usual 0.3 a fall by 95 % in a year, beyond the 91 % that
    甘谷 saw in 2024.

    ``degrees``: above 2; infinite leaves the draws alone.

    Examples
    --------
    >>> fat_tailed(np.array([-3.0, 0.0, 1.0, 3.0]), 4.0).round(2).tolist()
    [-4.68, 0.0, 0.81, 4.68]
    """
    if not np.isfinite(degrees):
        return normal
    from scipy.special import ndtr, stdtrit

    # The lower tail keeps its digits, as far out as draws ever go; the upper one is its mirror.
    tail = -stdtrit(degrees, ndtr(-np.minimum(np.abs(normal), 12.0))) * np.sqrt((degrees - 2) / degrees)
    return np.copysign(np.minimum(tail, FARTHEST), normal)


def _fan_of(kept: Mapping[str, np.ndarray], plan: Plan, paths: int, seed: int) -> Fan:
    lines: dict[str, np.ndarray] = {}
    probabilities: dict[str, np.ndarray] = {}
    for name, values in kept.items():
        probabilities |= _probabilities(name, values)
        # Sorting once is cheaper than asking for nine quantiles one by one.
        ordered = np.sort(values, axis=0)
        position = np.array(QUANTILES) * (paths - 1)
        low = np.floor(position).astype(int)
        weight = (position - low)[:, None]
        lines[name] = ordered[low] * (1 - weight) + ordered[np.minimum(low + 1, paths - 1)] * weight
    return Fan(plan.years, QUANTILES, lines, probabilities, paths, seed)


def _probabilities(name: str, values: np.ndarray) -> dict[str, np.ndarray]:
    if name.endswith("_gap"):
        return {name: (values > 0.5).mean(axis=0)}
    if "breach" not in rules("indicators").get(name, {}):
        return {}
    return {name: beyond(name, "breach", values).mean(axis=0)}
