"""Fans: thousands of futures drawn at once and run through the very arithmetic of the plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from fiscal_model.analysis.guarantees.early_warning import GRADES, light_is_judged
from fiscal_model.analysis.rating.rating_outlook import WAYS
from fiscal_model.analysis.rating.rating_scores import GRADES as RATINGS
from fiscal_model.analysis.risk.drawn_futures import CHUNK, ShockModel, drawn, shock_model
from fiscal_model.analysis.risk.fan_counts import SOME, Counts, Odds, added, count_paths, odds_of
from fiscal_model.arithmetic.risk.summaries import expected_shortfall, quantiles_of
from fiscal_model.law.limits import breach_mark, interest_mark
from fiscal_model.model.compute import compute
from fiscal_model.model.projection import Plan
from fiscal_model.words.formula import ratio
from fiscal_model.words.lines import LINES
from fiscal_model.words.markup import Sheet, Values, kind_of, shows_itself, years_sheet
from fiscal_model.words.table import printed
from fiscal_model.words.vocabulary import GuaranteeClass

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
WAGES = "months_of_wages"
"""How many months of wages the year's available resources would pay: kept beside the lines."""
PARTS_OF_FUND_GAP = ("fund_debt_gap", "land_cost_gap")
"""Lines of a fan that table 29 shows apart and its short table does not."""
DEFAULT_PATHS = 10_000
WORST = 0.05
"""Share of the paths that the expected shortfall is the mean of."""
SAMPLES = 4
"""Single futures that a chart draws in a fan."""
EXACT_PATHS = 20_000
"""Up to so many paths lines are kept as they are computed, beyond it as float32: half the memory."""
MOST_FREED = 31 * 1024**2
"""Bytes of the largest block whose return teaches the C library (glibc) to keep what a chunk frees for the next one: without it every chunk pays for its pages again."""
MOST_KEPT = 2_000_000_000
"""Bytes that kept lines may take: a million paths keep a hundred lines, those of `FAN_LINES` first."""


@shows_itself
@dataclass(frozen=True, repr=False)
class Fan:
    """Quantiles and probabilities over simulated paths.

    Parameters
    ----------
    quantiles : (quantile,) tuple of float
    lines : mapping of str to (quantile, year) float
        `FAN_LINES` and every other line that the futures move.
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
    odds : mapping of str to Odds
        Chance of each warning by year and in any year, with its sampling error.
    shortfalls : mapping of str to (2, year) float
        Of each gap, 万元: mean of the worst 5 % of the paths, and mean of those that have a gap at all.
    months_of_wages : (quantile, year) float or None
        How many months of wages the year's available resources would pay.
    first_months : (year, 12) float or None
        Chance that a month is the first in which something cannot be paid when due.
    samples : mapping of str to (path, year) float
        The first few paths of `FAN_LINES`, no two of them mirrored: what a single future looks like.
    outlook : mapping of str to float
        Chance that the rating of the last plan year is worse than that of the first, the same or better.
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
    odds: Mapping[str, Odds] = field(default_factory=dict)
    shortfalls: Mapping[str, np.ndarray] = field(default_factory=dict)
    months_of_wages: np.ndarray | None = None
    first_months: np.ndarray | None = None
    samples: Mapping[str, np.ndarray] = field(default_factory=dict)
    outlook: Mapping[str, float] = field(default_factory=dict)

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
        index = pd.MultiIndex.from_product([self.lines, self.years, self.quantiles], names=["line", "year", "quantile"])
        return pd.DataFrame(
            {"amount": np.concatenate([each.T.ravel() for each in self.lines.values()])}, index
        ).reset_index()


def simulate(
    plan: Plan,
    *,
    paths: int = DEFAULT_PATHS,
    seed: int = 2026,
    shocks: str = "student_t",
    sampling: str = "antithetic",
    events: bool | Collection[str] = True,
    moving: Collection[str] | None = None,
    threads: int = 1,
    every_line: bool = True,
) -> Fan:
    """Draw futures around a plan and run each through the arithmetic of the plan, wages first on every path.

    Parameters
    ----------
    plan : Plan
    paths : int
        Number of futures; the first ones stay the same when more are asked for.
    seed : int
    shocks : {"student_t", "normal", "bootstrap"}
        Tails of each driver, none, or whole years of the place's own history.
    sampling : {"antithetic", "plain", "sobol"}
    events : bool or names
        Events of ``data/rules/risk.toml`` that may come: those it counts, none, or those named.
    moving : names, optional
        Drivers (`words.drivers.DRIVERS`, and ``events``) that move, on the same random numbers; all by default, and the plan itself with none.
    threads : int
        Changes no figure.
    every_line : bool
        Keep every line that moves, not `FAN_LINES` alone: a screen that asks for few is quicker.

    Returns
    -------
    Fan

    Notes
    -----
    All drivers move jointly: two common factors and an own part each (``data/rules/risk.toml``). Own revenue's deviation is
    the back-test's at each horizon (never below the published floor), transfers' and land's come from the scenario, all others'
    from the file. With events the place's record is split into usual ups and downs with fat tails and collapses, which put
    medians a little below the plan; without events own revenue and transfers follow one normal law and medians are the plan.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fan = fm.simulate(plan, paths=100, seed=2026)
    >>> fan.lines["own_revenue"].shape, fan.probabilities["funding_gap"].shape
    ((9, 5), (5,))
    """
    model = shock_model(plan.basis, shocks=shocks, sampling=sampling, events=events, moving=moving)
    kept = _room_for(plan, model, paths, seed, every_line)
    np.empty(MOST_FREED // 8)  # given back at once
    starts = range(0, paths, CHUNK)
    with ThreadPoolExecutor(threads) as pool:
        counts = added(
            [*pool.map(lambda start: _run(plan, model, seed, start, min(start + CHUNK, paths), kept), starts)]
        )
        return _fan_of(plan, kept, counts, seed, model.paired, pool)


Kept = dict[str, np.ndarray]
"""Line to (year, path) float: a year's paths lie one after the other."""


def _room_for(plan: Plan, model: ShockModel, paths: int, seed: int, every_line: bool) -> Kept:
    """Make room for every line that the futures move."""
    lines, _ = compute(plan.basis, drawn(model, seed, 0, 2))
    moving = [name for name, values in lines.items() if values.ndim > 1 and name not in plan.unavailable]
    wanted = dict.fromkeys([*(name for name in FAN_LINES if name in moving), WAGES, *(moving if every_line else ())])
    kind = np.float64 if paths <= EXACT_PATHS else np.float32
    most = MOST_KEPT // (np.dtype(kind).itemsize * paths * len(plan.years))
    names = list(wanted)[: max(most, len(FAN_LINES))]
    # One room for all: the machine gives it in large pages.
    return dict(zip(names, np.empty((len(names), len(plan.years), paths), kind), strict=True))


def _run(plan: Plan, model: ShockModel, seed: int, start: int, stop: int, kept: Kept) -> Counts:
    """Compute one chunk: keep its lines, count the rest."""
    lines, _ = compute(plan.basis, drawn(model, seed, start, stop))
    known = [name for name in FAN_LINES if name not in plan.unavailable]
    wages = 12 * ratio(lines["available_resources"], lines[f"guarantee_{GuaranteeClass.SALARIES}"])
    for name, room in kept.items():
        room[:, start:stop] = (wages if name == WAGES else lines[name]).T
    return count_paths(plan, lines, stop - start, known)


def _fan_of(plan: Plan, kept: Kept, counts: Counts, seed: int, paired: bool, pool: ThreadPoolExecutor) -> Fan:
    samples = {name: kept[name][:, : 2 * SAMPLES : 2].T.copy() for name in FAN_LINES if name in kept}
    found = dict(zip(kept, pool.map(_quantiles, kept.values()), strict=True))
    wages = found.pop(WAGES)
    still = {name: np.tile(plan.line(name), (len(QUANTILES), 1)) for name in FAN_LINES if name not in plan.unavailable}
    gaps = {name: np.array([_depth(year) for year in room]).T for name, room in kept.items() if name.endswith("_gap")}
    odds, paths = dict(odds_of(counts, paired)), counts.paths
    return Fan(
        plan.years,
        QUANTILES,
        still | found,
        {name: odds[name].by_year for name in FAN_LINES if name in odds},
        paths,
        seed,
        dict(zip(GRADES, counts.grades / paths, strict=True)) if light_is_judged(plan.basis, plan.lines) else {},
        None if counts.months is None else counts.months / paths,
        {name: each / paths for name, each in counts.bands.items()},
        dict(zip(RATINGS, (counts.ratings / paths).tolist(), strict=True)),
        odds,
        gaps,
        wages,
        None if counts.first_months is None else counts.first_months / paths,
        samples,
        dict(zip(WAYS, (counts.ways / paths).tolist(), strict=True)),
    )


def _quantiles(room: np.ndarray) -> np.ndarray:
    return np.stack([quantiles_of(year, QUANTILES) for year in room], axis=1)


def _depth(values: np.ndarray) -> tuple[float, float]:
    """Mean of the worst paths, and of those with a gap; nothing where none has one."""
    gap = values[values > SOME]
    return expected_shortfall(values, WORST), float(gap.mean(dtype=float)) if len(gap) else 0.0
