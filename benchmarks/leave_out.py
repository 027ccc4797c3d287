"""Choose constants of the law of growth with one data set left out in turn: what it scores under the others' choice.

    python benchmarks/leave_out.py SET.csv SET.csv ... [--panel prefecture_panel.csv] [--search 300 --limit 600]

Each series by itself, against the random walk with drift. First every pair of `giveback` and `going_on` (``[growth]`` of
data/rules/forecast.toml): for each set the pair is printed that is best on the mean of the others, and the set's score under
it beside those of neither and of the shipped pair; a pair must not cost the panel's own revenue or spending more than half a
point. With --search all constants that matter to a series by itself are searched anew from a start drawn around the shipped
ones, so many trials a set: what the sets and the panel other than the one left out like best.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import forecast as bench
import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.growth import GrowthRule
from fiscal_model.law.forecast_constants import forecast_rule

GRID = tuple(product((0.0, 0.15, 0.3, 0.45), (0.0, 0.15, 0.3, 0.45, 0.6)))
TOLERATED = 0.005
HORIZON = 5
SHARES = [
    *("usual", "spread_long_run", "spread_alone", "volatility", "ordinary"),
    *("fading", "boom_fading", "rebound", "rebound_left", "giveback", "going_on"),
]
SEARCHED = ["half_life", "winsor", "own_years", *SHARES]
START, STEP = 0.25, 0.2
"""Spread in logs of the start around the shipped constants, and of a trial around the best so far."""


@dataclass(frozen=True)
class Tasks:
    """One file cut at every year, each series by itself."""

    histories: np.ndarray
    futures: np.ndarray
    drift: float

    def ratio(self, law: GrowthRule) -> float:
        """MASE over drift's."""
        rule, apart = replace(forecast_rule(), origins=0, growth=law), np.arange(len(self.histories))
        mean = bench.forecast_panel(self.histories, HORIZON, rule, pool=apart).mean
        return _error(self.histories, self.futures, mean) / self.drift


def tasks_of(path: Path, limit: int, least: int, value: str = "value", origins: Sequence[int] | None = None) -> Tasks:
    """Cut one file."""
    options = argparse.Namespace(series=path, value=value, origins=origins, least=least, limit=limit, horizon=HORIZON,
                                 window=20, group=None, common=None, alone=True)  # fmt: skip
    histories, futures, *_ = bench._tasks(options)
    return Tasks(histories, futures, _error(histories, futures, bench.linear_drift(histories, HORIZON)))


def _error(histories: np.ndarray, futures: np.ndarray, mean: np.ndarray) -> float:
    return bench._scores(histories, futures, bench._points(mean))["MASE"]


def pairs(sets: dict[str, Tasks], panel: list[Tasks]) -> pd.DataFrame:
    """Score the grid of pairs, each set under the pair that the others like best."""
    law = forecast_rule().growth
    laws = [replace(law, giveback=giveback, going_on=going_on) for giveback, going_on in GRID]
    scores = pd.DataFrame({name: [one.ratio(each) for each in laws] for name, one in sets.items()}, index=GRID)
    allowed = np.ones(len(GRID), dtype=bool)
    for places in panel:
        cost = np.array([places.ratio(each) for each in laws])
        allowed &= cost <= cost[0] + TOLERATED
    rows = {}
    for name in scores:
        pair = scores.drop(columns=name).mean(axis=1)[allowed].idxmin()
        one = dict(zip(GRID, scores[name], strict=True))
        shipped = one[law.giveback, law.going_on]
        rows[name] = {"neither": one[0.0, 0.0], "left out": one[pair], "shipped": shipped, "chosen": pair}
    return pd.DataFrame(rows).T


def searched(sets: dict[str, Tasks], panel: list[Tasks], left_out: str, trials: int) -> GrowthRule:
    """Search all constants of a series by itself on the other sets and the panel, which weighs as a set each line."""
    others = [one for name, one in sets.items() if name != left_out] + panel
    rng = np.random.default_rng(len(left_out))

    def moved(law: GrowthRule, names: Sequence[str], spread: float) -> GrowthRule:
        values = {name: getattr(law, name) * np.exp(rng.normal(0, spread)) for name in names}
        return replace(law, **{name: min(value, 0.95) if name in SHARES else value for name, value in values.items()})

    best = moved(forecast_rule().growth, SEARCHED, START)
    score = np.mean([one.ratio(best) for one in others])
    for _ in range(trials):
        law = moved(best, rng.choice(SEARCHED, rng.integers(1, 4), replace=False), STEP)
        now = np.mean([one.ratio(law) for one in others])
        if now < score:
            best, score = law, now
    return best


def main() -> None:
    """Score the grid on every file, or search; print the choices."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--panel", type=Path, help="places; origins 2007 to 2022")
    parser.add_argument("--least", type=int, default=7, help="shortest history, years")
    parser.add_argument("--limit", type=int, default=0, help="at most this many tasks a file, drawn with a fixed seed")
    parser.add_argument("--search", type=int, default=0, help="trials a set: search all constants instead of the pair")
    options = parser.parse_args()
    sets = {path.stem: tasks_of(path, options.limit, options.least) for path in options.sets}
    lines = ("own_revenue", "expenditure") if options.panel else ()
    panel = [tasks_of(options.panel, options.limit, 8, line, (2007, 2022)) for line in lines]
    if options.search:
        laws = {name: searched(sets, panel, name, options.search) for name in sets}
        rows = {name: {"left out": sets[name].ratio(law)} for name, law in laws.items()}
        table = pd.DataFrame(rows).T
        table["shipped"] = [one.ratio(forecast_rule().growth) for one in sets.values()]
    else:
        table = pairs(sets, panel)
    print(table.to_string(float_format="{:.3f}".format))
    print(table.drop(columns="chosen", errors="ignore").astype(float).mean().round(4).to_string())


if __name__ == "__main__":
    main()
