"""Time a ledger of random bonds: this package in one run, a plain loop over bonds, QuantLib bond by bond.

    python benchmarks/debt.py [--bonds 10000] [--years 40] [--repeat 7]

Printed: seconds of each (the best of the repeats for this package, one run of the others), how many times as long the others
take, and the largest difference of any bond in any year from the plain loop and from QuantLib. Needs the development
dependencies (QuantLib).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
_ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from bond_references import Terms, by_days, by_quantlib  # noqa: E402

from fiscal_model.analysis.debt.bond_frame import read_bonds  # noqa: E402
from fiscal_model.analysis.debt.schedule import schedule_bonds  # noqa: E402
from fiscal_model.arithmetic.debt.bond_schedule import schedule  # noqa: E402

FIRST_YEAR = 2026


def main() -> None:
    """Draw the ledger, time everybody, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bonds", type=int, default=10_000)
    parser.add_argument("--years", type=int, default=40)
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    years = range(FIRST_YEAR, FIRST_YEAR + options.years)
    bonds = _random_bonds(options.bonds)
    array, _ = read_bonds(bonds)
    assert array is not None
    terms = [
        Terms(row.face, row.coupon_rate, row.issue_date.date(), row.maturity_date.date(), row.interest_frequency,
              row.amortisation, row.grace_years)
        for row in bonds.itertuples()
    ]  # fmt: skip
    rows = {
        "schedule_bonds, frame to long frame": _best(lambda: schedule_bonds(bonds, years), options.repeat),
        "array only": _best(lambda: schedule(array, years), options.repeat),
    }
    found = schedule(array, years)
    for name, reference in (("plain loop", by_days), ("QuantLib", by_quantlib)):
        started = time.perf_counter()
        sums = _by_year(terms, reference, years)
        rows[name] = time.perf_counter() - started
        gap = max(np.abs(found.interest.T - sums[0]).max(), np.abs(found.principal.T - sums[1]).max())
        print(f"largest difference from {name}: {gap:.2g}")
    whole = rows["schedule_bonds, frame to long frame"]
    print(f"{options.bonds:,} bonds x {options.years} years")
    for name, seconds in rows.items():
        print(f"{name:36s} {1000 * seconds:10.1f} ms {seconds / whole:8.1f} x")


def _random_bonds(count: int) -> pd.DataFrame:
    generator = np.random.default_rng(20260)
    issue = (np.datetime64("2012-01-01") + generator.integers(0, 5000, count)).astype("datetime64[D]")
    tenor = generator.choice([3, 5, 7, 10, 15, 20, 30], count)
    days = (issue - issue.astype("datetime64[M]")).astype(int).clip(0, 27)
    maturity = (issue.astype("datetime64[M]") + 12 * tenor).astype("datetime64[D]") + days
    way = generator.choice(["bullet", "equal_principal", "level", "instalments"], count, p=[0.7, 0.1, 0.1, 0.1])
    return pd.DataFrame(
        {
            "bond_code": [f"B{number:05d}" for number in range(count)],
            "kind": generator.choice(["general", "special"], count),
            "face": generator.uniform(100, 50_000, count).round(2),
            "coupon_rate": generator.uniform(0.015, 0.04, count).round(4),
            "issue_date": pd.to_datetime(issue),
            "maturity_date": pd.to_datetime(maturity),
            "amortisation": way,
            "interest_frequency": np.where(tenor >= 10, 2, 1),
            "grace_years": np.where(way == "instalments", 2, 0),
        }
    )


def _by_year(terms: list[Terms], reference: Callable, years: range) -> np.ndarray:
    sums = np.zeros((2, len(terms), len(years)))
    for number, bond in enumerate(terms):
        for when, interest, principal in reference(bond):
            if when.year in years:
                sums[:, number, when.year - years[0]] += interest, principal
    return sums


def _best(run: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    main()
