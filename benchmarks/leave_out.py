"""Choose what a series by itself loses again and how far its long run is lifted, one data set left out in turn.

    python benchmarks/leave_out.py SET.csv SET.csv ... [--panel prefecture_panel.csv]

Every pair of `giveback` and `going_on` (``[growth]`` of data/rules/forecast.toml) is scored on every set, each series by
itself, against the random walk with drift. For each set the pair is printed that is best on the mean of the others, and
the set's score under it beside those of neither and of the shipped pair. The panel takes no part in the choice except
that a pair must not cost its own revenue or its spending more than half a point of drift's error.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import forecast as bench
import numpy as np
import pandas as pd

from fiscal_model.law.forecast_constants import forecast_rule

GRID = tuple(product((0.0, 0.15, 0.3, 0.45), (0.0, 0.15, 0.3, 0.45, 0.6)))
TOLERATED = 0.005
PLAIN = {"horizon": 5, "window": 20, "group": None, "common": None, "alone": True, "limit": 0}


def scored(path: Path, value: str = "value", origins: tuple[int, int] | None = None, least: int = 8) -> np.ndarray:
    """Score every pair of the grid on one file: MASE over drift's, (pair,) float."""
    options = argparse.Namespace(series=path, value=value, origins=origins, least=least, **PLAIN)
    histories, futures, pools, _ = bench._tasks(options)
    rule = replace(forecast_rule(), origins=0)

    def error(mean: np.ndarray) -> float:
        return bench._scores(histories, futures, bench._points(mean))["MASE"]

    drift = error(bench.linear_drift(histories, options.horizon))
    found = []
    for giveback, going_on in GRID:
        law = replace(rule, growth=replace(rule.growth, giveback=giveback, going_on=going_on))
        found.append(error(bench.forecast_panel(histories, options.horizon, law, pool=pools).mean) / drift)
    return np.array(found)


def main() -> None:
    """Score the grid on every file and print the choices."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--panel", type=Path, help="places; origins 2007 to 2022")
    parser.add_argument("--least", type=int, default=7, help="shortest history, years")
    options = parser.parse_args()
    scores = pd.DataFrame({path.stem: scored(path, least=options.least) for path in options.sets}, index=GRID)
    allowed = np.ones(len(GRID), dtype=bool)
    for value in ("own_revenue", "expenditure") if options.panel else ():
        panel = scored(options.panel, value, (2007, 2022))
        allowed &= panel <= panel[0] + TOLERATED
    law = forecast_rule().growth
    shipped = GRID.index((law.giveback, law.going_on))
    rows = {}
    for name in scores:
        pair = scores.drop(columns=name).mean(axis=1)[allowed].idxmin()
        place = GRID.index(pair)
        one = scores[name].to_numpy()
        rows[name] = {"neither": one[0], "left out": one[place], "shipped": one[shipped], "chosen": pair}
    table = pd.DataFrame(rows).T
    print(table.to_string(float_format="{:.3f}".format))
    print(table.drop(columns="chosen").astype(float).mean().round(4).to_string())


if __name__ == "__main__":
    main()
