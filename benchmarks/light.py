"""How often the plan was right: plans made at past base years against what came, for places no constant was chosen for one by one.

Usage: ``python benchmarks/light.py FOLDER [--every 1] [--places 149] [--processes 2]``. The folder holds
``prefecture_panel.csv`` (prefecture, year, own_revenue, expenditure, in 万元), ``prefecture_2018_2025.csv`` (with limits and
balances of debt, 亿元) and ``province_panel.csv`` (with interest, 亿元). Each place is planned as the package plans any place, knowing nothing
after the base year. Prints the error of own revenue one to three years ahead beside flat, last growth and drift; then how often what the plan called likely came true: three years
later revenue a tenth below the base year's, a worse debt band, interest above the line.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu

from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.inputs.place_panel import lay_places
from fiscal_model.law.indicators import BANDS, band_of, beyond
from fiscal_model.model.debt_ratios import RATIOS
from fiscal_model.model.from_folder import plan as plan_of
from fiscal_model.model.observed import observed_values
from fiscal_model.model.projection import Plan
from fiscal_model.words.errors import InputError

AHEAD = 3
FALL = 0.9
LEAST_YEARS = 3
LEAP = np.log(5)
INTEREST = ("interest_burden_general", "interest_burden_special")
EVENTS = {
    "fall": "own revenue a tenth below the base year's", "band": "debt ratio in a worse band",
    "interest_burden_general": "general interest above the line", "interest_burden_special": "special interest above the line",
}  # fmt: skip
"""What is asked of the third year after the base year."""
IN_TEN_THOUSANDS = {"10k_yuan": 1.0, "100m_yuan": 1e4}
BINS = (0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0001)


@dataclass(frozen=True)
class Story:
    """The published years of one place: line, year, amount."""

    name: str
    unit: str
    lines: dict[str, dict[int, float]]
    seen: dict[str, dict[int, float]] = field(default_factory=lambda: {name: {} for name in ("debt_ratio", *INTEREST)})
    """What the ratios turned out to be, by year."""

    def until(self, year: int) -> Iterator[list[object]]:
        """Rows of a panel up to a year."""
        for line, values in self.lines.items():
            yield from (
                [self.name, line, at, amount, self.unit, "公开数"] for at, amount in values.items() if at <= year
            )


def stories(path: Path, name: str, unit: str, lines: dict[str, str]) -> list[Story]:
    """Read one file: column to line."""
    found: dict[str, dict[str, dict[int, float]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row.get("level", "province") in {"province", ""} or name == "prefecture":
                for column, line in lines.items():
                    if row[column]:
                        found.setdefault(row[name], {}).setdefault(line, {})[int(row["year"])] = float(row[column])
    return [Story(place, unit, values) for place, values in found.items()]


def origins(story: Story, years: Iterable[int]) -> list[int]:
    """Base years with enough unbroken history before and one year after; none across a leap, which is a change of scope."""
    own, spent = story.lines.get("own_revenue", {}), story.lines.get("expenditure", {})
    found = []
    for year in years:
        window = [own.get(at, 0.0) for at in range(year - LEAST_YEARS + 1, year + 2)]
        steady = min(window) > 0 and np.abs(np.diff(np.log(window))).max() < LEAP
        if steady and all(at in spent for at in range(year - LEAST_YEARS + 1, year + 1)):
            found.append(year)
    return found


def planned(story: Story, base: int) -> Plan | None:
    """Plan a place as the package plans any, from what was published up to a year."""
    with tempfile.TemporaryDirectory() as room:
        panel = Path(room) / "panel.csv"
        with panel.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["place", "line", "year", "amount", "unit", "source"], *story.until(base)])
        try:
            [place] = lay_places(panel, Path(room) / "places")
            return plan_of(place, base_year=base, years=AHEAD)
        except InputError:
            return None


def with_outcome(story: Story) -> Story:
    """Add what the debt ratios turned out to be, from all that was published."""
    plan = planned(story, max(story.lines.get("own_revenue", {0: 0.0})))
    if plan is None:
        return story
    return replace(story, seen={
        name: observed_values(plan.basis, RATIOS[name].formula, plan.unavailable) if name not in plan.unavailable else {}
        for name in story.seen
    })  # fmt: skip


def trial(task: tuple[Story, int]) -> dict[str, object] | None:
    """Plan one place at one base year and hold it against the years after."""
    story, base = task
    plan = planned(story, base)
    if plan is None:
        return None
    return {"place": story.name, "base": base, **_revenue(story, base, plan), **_chances(story, base, plan)}


def _revenue(story: Story, base: int, plan: Plan) -> dict[str, float]:
    """Log errors of own revenue by horizon: the plan, flat, last growth, drift of up to ten years."""
    own = story.lines["own_revenue"]
    history = np.log([own[year] for year in range(base - 9, base + 1) if year in own])
    last, drift = history[-1] - history[-2], np.diff(history).mean()
    found = {}
    for ahead in range(1, AHEAD + 1):
        if base + ahead in own:
            actual = np.log(own[base + ahead])
            said = np.log(plan.line("own_revenue")[ahead - 1]) - np.log(IN_TEN_THOUSANDS[story.unit])
            rivals = {
                "plan": said,
                "flat": history[-1],
                "last": history[-1] + last * ahead,
                "drift": history[-1] + drift * ahead,
            }
            found |= {f"{name}_{ahead}": value - actual for name, value in rivals.items()}
    return found


def _chances(story: Story, base: int, plan: Plan) -> dict[str, float]:
    """What the fan said of each event, and whether it came: ``said_fall``, ``came_fall`` …; nothing where it cannot be told."""
    fan, own = simulate(plan, paths=2_000, seed=2026), story.lines["own_revenue"]
    found: dict[str, float] = {}
    if base + AHEAD in own:
        floor = np.log(FALL * own[base] * IN_TEN_THOUSANDS[story.unit])
        said = np.interp(floor, np.log(fan.lines["own_revenue"][:, -1]), fan.quantiles, left=0.0)
        found |= {"said_fall": float(said), "came_fall": float(own[base + AHEAD] < FALL * own[base])}
    bands = {year: BANDS.index(band_of("debt_ratio", value)) for year, value in story.seen["debt_ratio"].items()}
    if {base, base + AHEAD} <= set(bands) and bands[base] < len(BANDS) - 1 and "debt_ratio" in fan.bands:
        said = fan.bands["debt_ratio"][bands[base] + 1 :, -1].sum()
        found |= {"said_band": float(said), "came_band": float(bands[base + AHEAD] > bands[base])}
    for name in INTEREST:
        over = {year: bool(beyond(name, "breach", value)) for year, value in story.seen[name].items()}
        if over.get(base) is False and base + AHEAD in over and name in fan.probabilities:
            found |= {f"said_{name}": float(fan.probabilities[name][-1]), f"came_{name}": float(over[base + AHEAD])}
    return found


def report(frame: pd.DataFrame) -> None:
    """Print errors and events."""
    print(
        f"{len(frame)} plans of {frame['place'].nunique()} places, base years {frame['base'].min()} to {frame['base'].max()}"
    )
    for ahead in range(1, AHEAD + 1):
        errors = {
            name: np.abs(np.expm1(frame.get(f"{name}_{ahead}", pd.Series(dtype=float)).dropna()))
            for name in ("plan", "flat", "last", "drift")
        }
        said = "  ".join(
            f"{name} {100 * value.mean():5.1f} ({100 * value.median():4.1f})" for name, value in errors.items()
        )
        print(f"own revenue, {ahead} ahead: mean (median) absolute error, %: {said}")
    for event, meaning in EVENTS.items():
        if f"said_{event}" in frame:
            reliability(meaning, frame[[f"said_{event}", f"came_{event}"]].dropna().to_numpy())


def reliability(meaning: str, pairs: np.ndarray) -> None:
    """Print how often an event came by what was said of it, and the area under the curve."""
    said, came = pairs.T
    hit, missed = said[came > 0], said[came == 0]
    area = mannwhitneyu(hit, missed).statistic / (len(hit) * len(missed)) if len(hit) and len(missed) else np.nan
    print(f"{meaning}: {len(said)} plans, came {int(came.sum())} times, said on average {said.mean():.3f}, Brier {((said - came) ** 2).mean():.4f} "
          f"(always the mean rate {came.mean() * (1 - came.mean()):.4f}), area under the curve {area:.3f}")  # fmt: skip
    for low, high in pairwise(BINS):
        inside = (said >= low) & (said < high)
        if inside.any():
            print(
                f"  said {low:4.0%} to {min(high, 1):4.0%}: {inside.sum():5d} plans, said {said[inside].mean():.3f}, came {came[inside].mean():.3f}"
            )


DEBT = {"limit_general": "general_limit_stock", "limit_special": "special_limit_stock", "balance_general": "general_closing_stock",
        "balance_special": "special_closing_stock"}  # fmt: skip
FLOWS = {f"{mine}_{kind}": f"{kind}_{ours}" for kind in ("general", "special")
         for mine, ours in (("issue_new", "issued_new"), ("issue_refinancing", "issued_refinancing"), ("repayment", "repaid"))}  # fmt: skip
YEARLY = {"own_revenue": "own_revenue", "expenditure": "expenditure"}
WHOLE = {f"{line}_whole": line for line in ("own_revenue", "expenditure", "fund_revenue", "fund_expenditure")}
FILES = (
    ("prefecture_panel.csv", "prefecture", "10k_yuan", YEARLY, range(2008, 2021)),
    ("prefecture_2018_2025.csv", "prefecture", "100m_yuan", {**YEARLY, "fund_revenue": "fund_revenue", **DEBT}, range(2020, 2024)),
    ("province_panel.csv", "region", "100m_yuan",
     {**WHOLE, **DEBT, **FLOWS, "interest_general": "interest_general", "interest_special": "interest_special"}, range(2017, 2024)),
)  # fmt: skip
"""File, column of the name, unit, columns and the lines they are, base years."""


def main() -> None:
    """Read the arguments, plan every place at every base year, print how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every so many base years")
    parser.add_argument("--places", type=int, default=10_000, help="only so many places of each file")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    with ProcessPoolExecutor(arguments.processes) as pool:
        for file, name, unit, lines, years in FILES:
            told = stories(arguments.folder / file, name, unit, lines)[: arguments.places]
            told = list(pool.map(with_outcome, told))
            tasks = [(story, base) for story in told for base in origins(story, years[:: arguments.every])]
            found = pd.DataFrame(list(filter(None, pool.map(trial, tasks, chunksize=8))))
            print(f"\n{file}: ", end="")
            report(found)


if __name__ == "__main__":
    main()
