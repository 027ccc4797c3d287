"""Compare the forecast with what an office would use instead, on any yearly series: a rolling back-test of everybody.

    python benchmarks/forecast.py SERIES.csv [--horizon 5] [--window 20] [--least 8] [--group entity] [--limit 2000]
    python benchmarks/forecast.py prefecture_panel.csv --value own_revenue --origins 2007 2022 [--common nation_growth.csv] [--alone]

SERIES.csv has the columns ``unique_id, year, value``; a column named by --group says which series are siblings (all of them by
default). A panel of places has the columns ``province, prefecture, year`` and the one named by --value; --common is a file with ``year``
and that column's ``…_growth_pct``, the nation's, which is given to every series as known at its origin. With --origins the
ratio to drift and the coverage are printed by origin year as well. Run in an environment with statsforecast (benchmarks/requirements.txt) AutoETS, AutoTheta, the optimised theta and the
random walk with drift take part (and with --arima AutoARIMA, fifty times slower); without it only the engines of this package do.

Printed for each method: MASE (error over the in-sample naive error, capped at 20), sMAPE, CRPS (weighted interval score of the
2.5, 10, 50, 90 and 97.5 % quantiles over the same scale), coverage of the 80 and 95 % intervals, seconds per thousand forecasts.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

# Before NumPy is imported: statsforecast's theta runs several times slower when BLAS fights for two cores. The package
# stands beside this file and need not be installed.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from fiscal_model.arithmetic.revenue.series_panel import forecast_panel  # noqa: E402
from fiscal_model.arithmetic.revenue.yardsticks import grey_model, linear_drift  # noqa: E402
from fiscal_model.law.forecast_constants import forecast_rule  # noqa: E402

CAP = 20.0
LEVELS = (0.8, 0.95)


def main() -> None:
    """Read the series, forecast every task with every method, print the table."""
    options = _options()
    histories, futures, pools, origins = _tasks(options)
    print(f"{options.series.name}: {len(histories)} tasks, horizon {options.horizon}, {len(set(pools))} panels")
    rows, said = {}, {}
    for name, run in _methods(histories, pools, origins, options).items():
        started = time.perf_counter()
        said[name] = run()
        seconds = time.perf_counter() - started
        rows[name] = {**_scores(histories, futures, said[name]), "s/1000": seconds / len(histories) * 1000}
    table = pd.DataFrame(rows).T
    for column in ("MASE", "CRPS"):
        table[f"{column}/drift"] = table[column] / table.at["drift", column]
    print(table.round(3).to_string())
    if options.origins:
        print(_by_origin(histories, futures, origins, said["ours"], said["drift"]).round(2).to_string())


def _by_origin(
    histories: np.ndarray, futures: np.ndarray, origins: np.ndarray, ours: np.ndarray, drift: np.ndarray
) -> pd.DataFrame:
    """MASE over drift's and coverage of our 80 % interval, one column an origin year."""
    found = {}
    for year in np.unique(origins):
        rows = origins == year
        mine, other = (_scores(histories[rows], futures[rows], said[rows]) for said in (ours, drift))
        found[int(year)] = {"MASE/drift": mine["MASE"] / other["MASE"], "80 %": mine["80 %"], "tasks": rows.sum()}
    return pd.DataFrame(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("series", type=Path)
    parser.add_argument("--horizon", type=int, default=5)
    parser.add_argument("--window", type=int, default=20, help="longest history, years")
    parser.add_argument("--least", type=int, default=8, help="shortest history, years")
    parser.add_argument("--group", help="column that names the siblings")
    parser.add_argument("--value", default="value", help="column of the amounts")
    parser.add_argument("--origins", type=int, nargs=2, metavar=("FIRST", "LAST"), help="origin years")
    parser.add_argument("--common", type=Path, help="yearly growth of the nation, given to every series")
    parser.add_argument("--arima", action="store_true", help="let AutoARIMA take part")
    parser.add_argument("--alone", action="store_true", help="forecast every series by itself")
    parser.add_argument(
        "--limit", type=int, default=0, help="at most this many tasks, whole panels drawn with a fixed seed"
    )
    return parser.parse_args()


def _tasks(options: argparse.Namespace) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Cut every series at every year: right-aligned histories, what followed, who forecasts together, the last known year."""
    table = pd.read_csv(options.series).dropna(subset=[options.value])
    if "unique_id" not in table.columns:
        table = table.assign(unique_id=table["province"] + table["prefecture"])
    first, last = options.origins or (-np.inf, np.inf)
    histories, futures, panels, origins = [], [], [], []
    for name, rows in table.groupby("unique_id", sort=True):
        rows = rows.sort_values("year")
        years, values = rows["year"].to_numpy(), rows[options.value].to_numpy(dtype=float)
        group = str(rows[options.group].iloc[0]) if options.group else ""
        for run in np.split(np.arange(len(years)), np.flatnonzero(np.diff(years) != 1) + 1):
            for cut in range(options.least, len(run)):
                past = values[run[max(0, cut - options.window) : cut]]
                later = values[run[cut : cut + options.horizon]]
                if not _fair(past) or (later <= 0).any() or not first <= years[run[cut]] - 1 <= last:
                    continue
                origins.append(years[run[cut]] - 1)
                histories.append(np.pad(past, (options.window - len(past), 0), constant_values=np.nan))
                futures.append(np.pad(later, (0, options.horizon - len(later)), constant_values=np.nan))
                panels.append(name + str(years[run[cut]]) if options.alone else f"{group}|{years[run[cut]]}")
    if not histories:
        sys.exit(f"{options.series}: no series of {options.least + 1} unbroken positive years")
    pools = pd.factorize(np.array(panels))[0]
    kept = _kept(pools, options.limit)
    return np.array(histories)[kept], np.array(futures)[kept], pd.factorize(pools[kept])[0], np.array(origins)[kept]


def _fair(past: np.ndarray) -> bool:
    """Accuracy is measured on positive series without a five-fold jump in a year; the others are for survival only."""
    return bool((past > 0).all() and (np.abs(np.diff(np.log(past))) < np.log(5)).all() and np.ptp(past) > 0)


def _kept(pools: np.ndarray, limit: int) -> np.ndarray:
    if not limit or len(pools) <= limit:
        return np.arange(len(pools))
    order = np.random.default_rng(0).permutation(int(pools.max()) + 1)
    sizes = np.cumsum(np.bincount(pools)[order])
    return np.flatnonzero(np.isin(pools, order[sizes <= limit]))


def _methods(histories: np.ndarray, pools: np.ndarray, origins: np.ndarray, options: argparse.Namespace) -> dict:
    """Name to a call that returns (task, horizon, quantile): mean, lo-95, lo-80, hi-80, hi-95."""
    methods = {
        "ours": lambda: _ours(histories, pools, origins, options),
        "GM(1,1)": lambda: _points(grey_model(histories, options.horizon)),
    }
    try:
        from statsforecast.models import AutoETS, AutoTheta, DynamicOptimizedTheta, Naive, RandomWalkWithDrift
    except ImportError:
        print("statsforecast is not installed (benchmarks/requirements.txt): its models are left out")
        return {**methods, "drift": lambda: _points(linear_drift(histories, options.horizon))}
    peers = {
        "drift": (RandomWalkWithDrift(), False),
        "drift, logs": (RandomWalkWithDrift(), True),
        "naive": (Naive(), False),
        "AutoETS": (AutoETS(season_length=1), False),
        "AutoETS damped, logs": (AutoETS(season_length=1, model="AAN", damped=True), True),
        "AutoTheta": (AutoTheta(season_length=1), False),
        "DOT": (DynamicOptimizedTheta(season_length=1), False),
        "DOT, logs": (DynamicOptimizedTheta(season_length=1), True),
    }
    if options.arima:
        from statsforecast.models import AutoARIMA

        peers["AutoARIMA"] = (AutoARIMA(season_length=1), False)
    for name, (model, logs) in peers.items():
        methods[name] = lambda model=model, logs=logs: _statsforecast(histories, model, logs, options.horizon)
    return methods


def _ours(histories: np.ndarray, pools: np.ndarray, origins: np.ndarray, options: argparse.Namespace) -> np.ndarray:
    common = None
    if options.common:
        nation = pd.read_csv(options.common).set_index("year")
        growth = np.log1p(nation[f"{options.value}_growth_pct"] / 100)
        years = origins[:, None] + np.arange(1 - histories.shape[1], 1)
        common = growth.reindex(years.ravel()).to_numpy().reshape(years.shape)
    found = forecast_panel(histories, options.horizon, forecast_rule(), LEVELS, pool=pools, common=common)
    return np.stack([found.mean, found.lower[1], found.lower[0], found.upper[0], found.upper[1]], axis=2)


def _points(mean: np.ndarray) -> np.ndarray:
    return np.repeat(mean[:, :, None], 5, axis=2)


def _statsforecast(histories: np.ndarray, model: object, logs: bool, horizon: int) -> np.ndarray:
    from statsforecast import StatsForecast
    from statsforecast.models import RandomWalkWithDrift

    known = np.isfinite(histories)
    values = np.log(histories[known]) if logs else histories[known]
    table = pd.DataFrame({"unique_id": np.nonzero(known)[0], "ds": np.nonzero(known)[1], "y": values})
    forecaster = StatsForecast([model], freq=1, n_jobs=1, fallback_model=RandomWalkWithDrift())
    found = forecaster.forecast(df=table, h=horizon, level=[80, 95]).sort_values(["unique_id", "ds"])
    name = repr(model)
    columns = [name, f"{name}-lo-95", f"{name}-lo-80", f"{name}-hi-80", f"{name}-hi-95"]
    quantiles = found[columns].to_numpy(dtype=float).reshape(len(histories), horizon, 5)
    return np.maximum(np.exp(np.clip(quantiles, -50, 50)) if logs else quantiles, 0.0)


def _scores(histories: np.ndarray, futures: np.ndarray, quantiles: np.ndarray) -> dict[str, float]:
    scale = np.nanmean(np.abs(np.diff(histories, axis=1)), axis=1)[:, None]
    mean = quantiles[:, :, 0]
    absolute = np.abs(futures - mean)
    symmetric = 2 * absolute / (np.abs(futures) + np.abs(mean))
    loss = np.zeros_like(futures)
    for place, level in ((1, 0.025), (2, 0.1), (0, 0.5), (3, 0.9), (4, 0.975)):
        miss = futures - quantiles[:, :, place]
        loss += 2 * np.maximum(level * miss, (level - 1) * miss)
    known = np.isfinite(futures)

    def covered(low: int, high: int) -> float:
        inside = (futures >= quantiles[:, :, low]) & (futures <= quantiles[:, :, high])
        return float(inside[known].mean())

    return {
        "MASE": float(np.nanmean(np.nanmean(np.minimum(absolute / scale, CAP), axis=1))),
        "sMAPE %": float(100 * np.nanmean(symmetric)),
        "CRPS": float(np.nanmean(np.nanmean(np.minimum(loss / 5 / scale, 2 * CAP), axis=1))),
        "80 %": covered(2, 3),
        "95 %": covered(1, 4),
    }


if __name__ == "__main__":
    main()
