"""Print how long a simulation takes beside a raw draw of as many numbers, and beside a loop over single futures that end in pandas frames.

    python benchmarks/simulate.py [PLACE] [--paths N] [--threads N] [--json]

PLACE: a folder of ``data/places`` (yunshui by default). ``draw_s`` is the time of the very numbers that the simulation draws, block by block and nothing done with
them: a standard normal for every driver and common factor of every second path (the other is its mirror), a gamma for its tails, a standard normal for every event of
every path, in each year. One for every driver, factor and event of every path, mirrors too, would take half as long again (``unmirrored_draw_s``).
``pandas_ratio``: a plan per future, its lines gathered in a frame, a few timed and scaled up. Least of several runs; ``peak_mb`` is the memory of the whole process.
"""

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd

import fiscal_model as fm
from fiscal_model.analysis.risk.drawn_futures import DRIVEN, sampled, shock_model
from fiscal_model.arithmetic.risk.random_numbers import BLOCK
from fiscal_model.law.risk_constants import FACTORS, risk_events
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.words.drivers import DRIVERS

FEW, RUNS = 40, 3


def least(act, runs=RUNS):
    """Return the least of several times that a call takes, seconds."""
    spent = []
    for _ in range(runs):
        start = time.perf_counter()
        act()
        spent.append(time.perf_counter() - start)
    return min(spent)


def one_by_one(plan):
    """Run a few futures as a notebook would: each by itself, its lines as rows of a frame."""
    ((drivers, _),) = sampled(plan, FEW, 2026)
    frames = []
    for path in range(FEW):
        moved = {name: getattr(drivers, name) for name in DRIVERS}
        alone = Drivers(**{name: value[path] if np.ndim(value) else value for name, value in moved.items()})
        frames.append(pd.DataFrame(compute(plan.basis, alone)[0], index=plan.years))
    return pd.concat(frames, keys=range(FEW)).groupby(level=1).quantile(0.5)


def raw_draw(plan, paths, mirrors):
    """Draw what a simulation of so many paths draws, one in ``mirrors`` of them by itself."""
    generator, years = np.random.Generator(np.random.SFC64(1)), len(plan.years)
    tails = {each for each in shock_model(plan.basis).terms.degrees if np.isfinite(each)}
    for _ in range(-(-paths // BLOCK)):
        generator.standard_normal((len(DRIVEN) + len(FACTORS), years, BLOCK // mirrors))
        for degrees in tails:
            generator.standard_gamma(degrees / 2, (years, BLOCK // mirrors))
        generator.standard_normal((len(risk_events()), years, BLOCK))


def main():
    """Measure one place and print what the head of this file says."""
    asked = argparse.ArgumentParser()
    asked.add_argument("place", nargs="?", default="yunshui")
    asked.add_argument("--paths", type=int, default=100_000)
    asked.add_argument("--threads", type=int, default=1)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    folder = Path(given.place)
    plan = fm.project(fm.read_place(folder if folder.is_dir() else f"data/places/{given.place}"), "baseline")
    draw, unmirrored = least(lambda: raw_draw(plan, given.paths, 2)), least(lambda: raw_draw(plan, given.paths, 1))
    fan = fm.simulate(plan, paths=given.paths, threads=given.threads)
    spent = least(
        lambda: fm.simulate(plan, paths=given.paths, threads=given.threads), RUNS if given.paths <= 200_000 else 1
    )
    slow = least(lambda: one_by_one(plan), 1) * given.paths / FEW
    found = {
        "place": given.place, "paths": given.paths, "years": len(plan.years), "lines": len(fan.lines),
        "threads": given.threads, "draw_s": round(draw, 4), "unmirrored_draw_s": round(unmirrored, 4), "simulate_s": round(spent, 3), "ratio": round(spent / draw, 2),
        "pandas_ratio": round(slow / spent, 1), "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }  # fmt: skip
    print(json.dumps(found) if given.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
