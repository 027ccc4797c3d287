"""How near the year's months so far come to the full year, ours against what an office would do instead.

Usage: ``python benchmarks/nowcast.py FILE.csv [--alone] [--adds-up] [--models] [--years 9] [--until YEAR] [--calm 0.06]
[--chosen-on OTHER.csv ...]``. The file has the columns ``unique_id, fiscal_year, fmonth, value`` (further columns are
ignored). Prints, after 1, 3, 6, 9 and 11 months, the mean and the median absolute percentage error (each capped at 200)
over series and years, and how often our intervals held, by year too. ``--calm`` keeps the tasks whose growth, as known when
the year began, had at most that standard deviation. ``--chosen-on`` chooses the starting weights of the routes anew on
other files only (each weight doubled or halved while that helps) and prints our error under them.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
import warnings
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue import track_record
from fiscal_model.arithmetic.revenue.nowcast import nowcast
from fiscal_model.arithmetic.revenue.seasons import MONTHS, ROUTES, fill_months, volatility

AT = (1, 3, 6, 9, 11)
FIRST = 4
"""Past years a series must have before it is tried."""
ENGLISH = (
    "blend of pace and last year",
    "last year's rest, grown",
    "slow level",
    "quick level",
    "quick level with half the trend",
    "annual forecast",
)
MODELS = ("AutoETS", "DynamicOptimizedTheta")


def read(path: Path) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return months (year, month, series), years and names."""
    table = pd.read_csv(path)
    wide = table.pivot_table(index="fiscal_year", columns=["unique_id", "fmonth"], values="value")
    years = np.arange(wide.index.min(), wide.index.max() + 1)
    names = sorted(table["unique_id"].astype(str).unique())
    columns = pd.MultiIndex.from_product([names, range(1, MONTHS + 1)])
    values = wide.reindex(index=years, columns=columns).to_numpy()
    return values.reshape(len(years), len(names), MONTHS).swapaxes(1, 2), years, names


def usable(annual: np.ndarray) -> np.ndarray:
    """Mark years with `FIRST` positive years before them and no five-fold jump: (year, series)."""
    found = np.zeros(annual.shape, bool)
    for year in range(FIRST, len(annual)):
        window = annual[year - FIRST : year + 1]
        with np.errstate(all="ignore"):
            jumps = np.abs(np.diff(np.log(np.where(window > 0, window, np.nan)), axis=0))
        found[year] = (window > 0).all(axis=0) & (np.nan_to_num(jumps, nan=9.0) < np.log(5)).all(axis=0)
    return found


def simple_rules(months: np.ndarray, annual: np.ndarray, known: int) -> dict[str, np.ndarray]:
    """Estimate the last year of the arrays by the rules of thumb; (series,) each."""
    so_far = months[:, :known].sum(axis=1)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a series that begins late has years without a mean
        shares = so_far[:-1] / annual[:-1]
        growth = np.nanmean(np.diff(np.log(np.where(annual[:-1] > 0, annual[:-1], np.nan)), axis=0), axis=0)
        return {
            "year-on-year ratio": annual[-2] * so_far[-1] / so_far[-2],
            "share of last 3 years": so_far[-1] / np.nanmean(shares[-3:], axis=0),
            "share of last 5 years": so_far[-1] / np.nanmean(shares[-5:], axis=0),
            "last year's rest": so_far[-1] + annual[-2] - so_far[-2],
            "drift only": annual[-2] * np.exp(growth),
        }


def models(months: np.ndarray, known: int, columns: np.ndarray) -> dict[str, np.ndarray]:
    """Estimate by monthly models of statsforecast on up to ten years."""
    from statsforecast import models as library

    out = {name: np.full(months.shape[2], np.nan) for name in MODELS}
    paired = bool((months[:, 0] == 0).all())  # January counted into February: eleven periods a year
    start, season = (1, MONTHS - 1) if paired else (0, MONTHS)
    if known <= start:
        return out
    for series in columns:
        past = months[-11:-1, start:, series]
        past = past[np.isfinite(past).all(axis=1)].ravel()
        history = np.concatenate([past, months[-1, start:known, series]])
        for name in MODELS:
            fitted = getattr(library, name)(season_length=season)
            ahead = fitted.forecast(y=history.astype(float), h=MONTHS - known)["mean"]
            out[name][series] = months[-1, :known, series].sum() + np.sum(ahead)
    return out


def ours(months: np.ndarray, known: int, alone: bool, adds_up: bool) -> list:
    """Run our nowcast on all series together, or on each alone."""
    given = months.copy()
    given[-1, known:] = np.nan
    parts = [given[:, :, [column]] for column in range(given.shape[2])] if alone else [given]
    return [nowcast(part, adds_up=adds_up) for part in parts]


@dataclass(frozen=True)
class Tried:
    """A file made ready: months (year, month, series), full years and what may be tried (year, series)."""

    months: np.ndarray
    annual: np.ndarray
    may: np.ndarray
    years: np.ndarray
    names: list[str]


def tried(path: Path, calm: float) -> Tried:
    """Read a file, fill its months, mark what may be tried."""
    months, years, names = read(path)
    sums = np.where(np.isnan(months[:, 0]), months[:, 1:].sum(axis=1), months.sum(axis=1))
    months, _, _ = fill_months(np.concatenate([months, np.full_like(months[:1], np.nan)]), np.vstack([sums, sums[:1]]))
    return Tried(months[:-1], sums, usable(sums) & (volatility(sums) <= calm), years, names)


def at_month(data: Tried, known: int, span: range, arguments: argparse.Namespace, rivals: bool = True) -> dict:
    """Run every year of the span from its first months: errors by method, what held by year, seconds."""
    errors: dict[str, list[float]] = {}
    inside, seconds = {}, 0.0
    for year in span:
        there = np.isfinite(data.annual[year - 1]) & np.isfinite(data.annual[year])
        pool, chosen = data.months[: year + 1][:, :, there], np.flatnonzero(data.may[year][there])
        if not len(chosen):
            continue
        started = time.perf_counter()
        found = ours(pool, known, arguments.alone, arguments.adds_up)
        seconds += time.perf_counter() - started
        actual = data.annual[year][there]
        estimates = simple_rules(pool, data.annual[: year + 1][:, there], known) if rivals else {}
        if rivals:
            each = np.concatenate([part.estimates for part in found], axis=1)
            estimates |= {f"  route: {name}": each[row] for row, name in enumerate(ENGLISH[: len(ROUTES)])}
        if rivals and arguments.models:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                estimates |= models(pool, known, chosen)
        estimates["ours"] = np.concatenate([part.mean for part in found])
        for name, values in estimates.items():
            with np.errstate(all="ignore"):
                wrong = np.abs(values / actual - 1)[chosen] * 100
            errors.setdefault(name, []).extend(np.where(np.isfinite(wrong), wrong.clip(0, 200), 200))
        lower, upper = (np.concatenate([getattr(part, end) for part in found], axis=1) for end in ("lower", "upper"))
        inside[int(data.years[year])] = ((lower <= actual) & (actual <= upper))[:, chosen]
    return {"errors": errors, "inside": inside, "seconds": seconds}


def last_years(data: Tried, arguments: argparse.Namespace) -> range:
    """The years to try, as places on the first axis."""
    end = int((data.years <= arguments.until).sum())
    return range(max(FIRST, end - arguments.years), end)


def choose_weights(others: list[Tried], arguments: argparse.Namespace) -> None:
    """Set the starting weights to those that are best on other files, each file and month weighing the same."""
    weights = [np.ones(len(ROUTES)), np.ones(len(ROUTES))]

    def error() -> float:
        track_record.CALM_WEIGHTS, track_record.WILD_WEIGHTS = weights
        found = [
            np.log(
                np.mean(at_month(data, known, last_years(data, arguments), arguments, rivals=False)["errors"]["ours"])
            )
            for data in others
            for known in (3, 6, 9)
        ]
        return float(np.mean(found))

    best, moved = error(), True
    while moved:
        moved = False
        for side, route, factor in product((0, 1), range(len(ROUTES)), (2.0, 0.5)):
            weights[side][route] *= factor
            now = error()
            if now < best - 1e-4:
                best, moved = now, True
            else:
                weights[side][route] /= factor
    error()
    print("starting weights, calm and wild:", *(np.round(part / part.sum(), 3).tolist() for part in weights))


def main() -> None:
    """Read the arguments, run every year, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--alone", action="store_true", help="each series by itself, nothing pooled")
    parser.add_argument("--adds-up", action="store_true", help="the series are parts of one total")
    parser.add_argument("--models", action="store_true", help="also AutoETS and theta (statsforecast), slow")
    parser.add_argument("--years", type=int, default=9, help="how many last years to try")
    parser.add_argument("--until", type=int, default=9999, help="the last year to try")
    parser.add_argument(
        "--calm", type=float, default=np.inf, help="the wildest growth to try, standard deviation in logs"
    )
    parser.add_argument("--chosen-on", type=Path, nargs="+", default=[], help="files to choose the starting weights on")
    arguments = parser.parse_args()
    data = tried(arguments.file, arguments.calm)
    if arguments.models and importlib.util.find_spec("statsforecast") is None:
        arguments.models = False
    if not arguments.models:
        print("AutoETS and theta are left out (ask with --models; statsforecast must be installed).")
    if arguments.chosen_on:
        choose_weights([tried(path, np.inf) for path in arguments.chosen_on], arguments)
    span = last_years(data, arguments)
    print(f"{arguments.file.name}: {len(data.names)} series, {len(data.years)} years, last {len(span)} tried")
    for known in AT:
        found = at_month(data, known, span, arguments)
        if not found["errors"]:
            sys.exit("nothing to try")
        print(f"\n{known} months known, {len(found['errors']['ours'])} tasks, {found['seconds']:.2f} s")
        for name, values in found["errors"].items():
            print(f"  {name:32s} mean {np.mean(values):6.2f}  median {np.median(values):6.2f}")
        held = np.concatenate(list(found["inside"].values()), axis=1).mean(axis=1)
        print(f"  our 80 % interval held {held[0]:.0%}, 95 % interval {held[1]:.0%}; 80 % by year: ", end="")
        print(", ".join(f"{year} {rows[0].mean():.0%}" for year, rows in found["inside"].items()))


if __name__ == "__main__":
    main()
