"""How long many places take and how much memory: an invented panel planned by `fiscal-model batch`, then a second call.

Usage: ``python benchmarks/batch.py [--places 341] [--workers 2]``. Every place has eight years of revenue, spending, GDP and debt
balances that grow at random (fixed seed). Prints seconds, and the largest process early and at the end.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

YEARS = range(2018, 2026)
LINES = {
    "own_revenue": 20.0,
    "expenditure": 80.0,
    "gdp": 400.0,
    "general_closing_stock": 60.0,
    "special_closing_stock": 50.0,
}


def write_panel(path: Path, places: int) -> None:
    """Write the long table."""
    random = np.random.default_rng(2026)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["place", "line", "year", "amount", "unit", "source"])
        for place in range(places):
            for line, start in LINES.items():
                amounts = start * np.exp(np.cumsum(random.normal(0.04, 0.04, len(YEARS))))
                for year, amount in zip(YEARS, amounts, strict=True):
                    rows.writerow(
                        [f"示例{place:04d}市", line, year, f"{amount:.4f}", "100m_yuan", "随机生成，不是真实数据"]
                    )


def run(command: list[str]) -> tuple[float, list[float]]:
    """Run a command; seconds, and the megabytes of its largest process once a second."""
    begun, sizes = time.perf_counter(), []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            time.sleep(1)
            try:
                whole = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
                sizes.append(max(each.memory_info().rss for each in whole) / 2**20)
            except psutil.NoSuchProcess:
                continue
    return time.perf_counter() - begun, sizes


def main() -> None:
    """Read the arguments, run twice, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=341)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        panel = Path(room) / "panel.csv"
        write_panel(panel, arguments.places)
        command = [sys.executable, "-m", "fiscal_model", "batch", str(panel), "--to", str(Path(room) / "to")]
        seconds, sizes = run([*command, "--workers", str(arguments.workers), "--quiet"])
        again, _ = run([*command, "--quiet"])
    middle = len(sizes) // 2
    print(f"{arguments.places} places, {arguments.workers} workers: {seconds:.1f} s; a second call {again:.1f} s")
    print(
        f"largest process: {max(sizes[:middle], default=0):.0f} MB in the first half, {max(sizes[middle:], default=0):.0f} MB in the second"
    )


if __name__ == "__main__":
    main()
