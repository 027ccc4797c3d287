"""Choosing projects under uncertain money: time and proven gap on random libraries.

``python benchmarks/choose.py [--json] [PROJECTSxFUTURES …]``, by default 1000x1000 1000x10000 5000x10000. A peer in the same run: the same programme
with each year's total held to a quantile of its own (Bonferroni), what an office without the joint condition would do.
"""

import json
import sys
import time

import numpy as np
from scipy import sparse

from fiscal_model.arithmetic.spending.project_choice import Options, choose

YEARS, HELD = 5, 0.95


def library(projects, futures, seed=0):
    """Return options and money: log-normal sizes, one to three years of building, running costs of up to 2 %."""
    generator = np.random.default_rng(seed)
    size = np.exp(generator.normal(5, 1, projects))
    rows = []
    for project, money in enumerate(size):
        length, running, worth = generator.integers(1, 4), 0.02 * generator.random(), 0.5 + generator.random()
        for start in range(YEARS):
            cost = np.zeros(YEARS)
            cost[start : start + length] += money / length
            cost[start + length :] += running * money
            rows.append((project, money * worth * 0.97**start, cost))
    project, value, cost = (np.array(each) for each in zip(*rows, strict=True))
    nothing = np.zeros(0)
    options = Options(
        value, cost, project, np.zeros(projects, bool), sparse.csr_array((0, len(value))), nothing, nothing
    )
    base = size.sum() * 0.06 * 1.025 ** np.arange(YEARS)
    walk = np.exp(np.cumsum(generator.normal(0, 0.12, (futures, YEARS)), axis=1))
    return options, base * (walk + generator.normal(0, 0.1, (futures, YEARS)))


def measure(projects, futures):
    """Return time, gap and share held of one library, and what a quantile a year gives away."""
    options, money = library(projects, futures)
    began, used = time.perf_counter(), time.process_time()
    found = choose(options, money, held=HELD)
    took = {"seconds": time.perf_counter() - began, "processor_seconds": time.process_time() - used}
    each = np.maximum(np.quantile(money, (1 - HELD) / YEARS, axis=0), 0.0)
    apart = choose(options, np.tile(each, (20, 1)), held=HELD)
    return {
        "projects": projects, "futures": futures, **{name: round(value, 2) for name, value in took.items()},
        "gap": round(found.gap, 6), "held": round(found.held, 4), "quantile_a_year_gives_away": round(1 - apart.value / found.value, 4),
    }  # fmt: skip


def main(arguments):
    """Print one line a library."""
    sizes = [each for each in arguments if each[0].isdigit()] or ["1000x1000", "1000x10000", "5000x10000"]
    for row in (measure(*map(int, each.split("x"))) for each in sizes):
        print(json.dumps(row) if "--json" in arguments else "  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
