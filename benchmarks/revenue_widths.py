"""How wide intervals of own revenue are and should be: rolling origins on many places, with places and years left out.

    python benchmarks/revenue_widths.py FOLDER [--write data/rules/revenue_widths.csv]

FOLDER holds three files: ``prefecture_panel.csv`` (``province, prefecture, year, own_revenue``, 万元), ``prefecture_2018_2025.csv``
(the same columns, 亿元; only the years after the first file's are used) and nothing else is read. Every place is forecast
by itself beside its province's and the nation's growth, as a place without a ledger is, from histories of 5, 8, 12 and 20 years ending
in 2015 to 2024; years in which a national event shows are left out as the model does. Targets stay as published: the next surprise
is on no calendar either.

Printed: the usual width by size and horizon; then, with a quarter of the provinces and one of three spans of target years left out
of every fit, the coverage of the 80 % interval, its mean width in logs and its interval score (Winkler; smaller is better) for the
width before (the place's own) and for each number of years at which a place's own width counts half.
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd
from scipy.special import ndtri

from fiscal_model.arithmetic.revenue.breaks import event_in
from fiscal_model.arithmetic.revenue.series_panel import forecast_panel
from fiscal_model.arithmetic.revenue.width_shrinkage import ComparableWidths, shrunk_widths
from fiscal_model.blocks.revenue.revenue_events import revenue_breaks
from fiscal_model.law.common_growth import growth_around
from fiscal_model.law.forecast_constants import event_rule, forecast_rule, least_deviation, national_revenue

FIRST_YEAR, FIRST_ORIGIN, MONEY_OF, HORIZON, LEAST = 1995, 2015, 2025, 5, 5
WINDOWS = (5, 8, 12, 20)
CLASSES = (0.0, 50.0, 100.0, 200.0)
"""Own revenue in 亿元 of `MONEY_OF`; few prefectures are below 30."""
SPANS = (2016, 2020, 2023, 2026)
FOLDS = 4
TRIED = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 1e6)
LEVEL = 0.8
Z = float(ndtri(0.5 + LEVEL / 2))


def main() -> None:
    """Forecast from every origin, print the table and the scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path, help="write the table as a rules file")
    options = parser.parse_args()
    places = read(options.folder)
    found = pd.concat([errors(places, window) for window in WINDOWS], ignore_index=True)
    table = usual_widths(found)
    print(
        f"{found['place'].nunique()} places, {len(found)} forecasts, targets {found['target'].min()}–{found['target'].max()}"
    )
    print(table.round(3).to_string())
    print("left out: a quarter of the provinces and a span of target years")
    print(scores(found).round(4).to_string())
    if options.write:
        write(table, found, options.write)


def read(folder: Path) -> pd.DataFrame:
    """Own revenue, 万元, index (province, place), columns years; NaN where not published."""
    early = pd.read_csv(folder / "prefecture_panel.csv")
    late = pd.read_csv(folder / "prefecture_2018_2025.csv")
    late = late[late["year"] > early["year"].max()].assign(own_revenue=lambda rows: rows["own_revenue"] * 1e4)
    columns = ["province", "prefecture", "year", "own_revenue"]
    rows = pd.concat([early[columns], late[columns]])
    wide = rows.pivot_table(index=["province", "prefecture"], columns="year", values="own_revenue")
    wide = wide.reindex(columns=range(FIRST_YEAR, int(rows["year"].max()) + 1))
    return wide.where(wide > 0)


def errors(places: pd.DataFrame, window: int) -> pd.DataFrame:
    """One row a place, origin and horizon: log error, own width before and after the calendar of events, years known."""
    amounts, years, nation = places.to_numpy(dtype=float), list(places.columns), national_revenue()
    rows = []
    for origin in range(FIRST_ORIGIN, years[-1]):
        at = years.index(origin)
        past = amounts[:, max(0, at + 1 - window) : at + 1]
        usable = np.isfinite(past[:, -1]) & (np.isfinite(past).sum(axis=1) >= LEAST)
        usable &= ~(np.abs(np.nan_to_num(np.diff(np.log(past), axis=1))) > np.log(5)).any(axis=1)
        kept = np.flatnonzero(usable)
        cleaned = without_events(past, years[max(0, at + 1 - window) : at + 1])
        span = range(origin + 1 - past.shape[1], origin + 1)
        common = np.stack([growth_around("own_revenue", places.index[row][0]).reindex(span) for row in kept])
        before, after = (alone(each[kept], common) for each in (past, cleaned))
        money = nation.at[MONEY_OF, "own_revenue"] / nation.at[origin, "own_revenue"]
        for number, row in enumerate(kept):
            for step in range(min(HORIZON, len(years) - 1 - at)):
                actual = amounts[row, at + 1 + step]
                if np.isfinite(actual):
                    errors_of = [np.log(actual / each[0][number, step]) for each in (before, after)]
                    rows.append(
                        (*places.index[row], window, origin + 1 + step, step + 1, *errors_of, before[1][number, step],
                         after[1][number, step], int(np.isfinite(cleaned[row]).sum()), past[row, -1] * money)
                    )  # fmt: skip
    names = [
        "province",
        "place",
        "window",
        "target",
        "horizon",
        "error_before",
        "error",
        "own_before",
        "own",
        "known",
        "size",
    ]
    found = pd.DataFrame(rows, columns=names)
    return found.assign(
        place=found["province"] + found["place"], cls=np.searchsorted(CLASSES, found["size"] / 1e4, "right") - 1
    )


def without_events(past: np.ndarray, years: list[int]) -> np.ndarray:
    """Leave the years out in which an event of the calendar shows."""
    cleaned = past.copy()
    for year in {rule.from_year for rule in revenue_breaks() if rule.document and rule.from_year in years}:
        for row, history in enumerate(past):
            seen = event_in(history, years.index(year), event_rule())
            if seen is not None and seen.shows:
                cleaned[row, years.index(year)] = np.nan
    return cleaned


def alone(histories: np.ndarray, common: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Forecast every place by itself beside the nation's growth: mean and deviation, (place, horizon)."""
    apart = np.arange(len(histories))
    found = forecast_panel(histories, HORIZON, forecast_rule(), (LEVEL,), pool=apart, common=common)
    return found.mean, np.maximum(found.deviation, least_deviation(HORIZON))


def usual_widths(found: pd.DataFrame) -> pd.DataFrame:
    """Median of the own width by class and horizon, (class, horizon)."""
    return found.groupby(["cls", "horizon"])["own"].median().unstack().cummax(axis=1)


def scores(found: pd.DataFrame) -> pd.DataFrame:
    """Coverage, mean width and interval score of what was left out, by method."""
    fold = {
        name: number % FOLDS
        for number, name in enumerate(np.random.default_rng(1).permutation(sorted(found["province"].unique())))
    }
    fold_of, span = found["province"].map(fold), np.searchsorted(SPANS, found["target"], "right") - 1
    parts = []
    for number in range(FOLDS):
        for part in range(len(SPANS) - 1):
            tested = found[(fold_of == number) & (span == part)]
            table = usual_widths(found[(fold_of != number) & (span != part)])
            parts += [judged(tested["error_before"], tested["own_before"], "before", tested, part)]
            parts += [
                judged(tested["error"], mixed(tested, table, years), f"{years:g} years", tested, part)
                for years in TRIED
            ]
    every = pd.concat(parts)
    by_horizon = every.groupby(["method", "horizon"])["score"].mean().unstack().add_prefix("score h")
    by_span = every.groupby(["method", "span"])["inside"].mean().unstack()
    by_span.columns = [f"inside {first}–{after - 1}" for first, after in pairwise(SPANS)]
    short = (
        every[every["window"] <= 8].groupby("method")[["inside", "width", "score"]].mean().add_suffix(", 5 and 8 years")
    )
    whole = every.groupby("method")[["inside", "width", "score"]].mean()
    return whole.join(short).join(by_span).join(by_horizon)


def mixed(tested: pd.DataFrame, table: pd.DataFrame, years: float) -> np.ndarray:
    """The width that the model would use, by the table and the weight given."""
    usual = ComparableWidths(np.array(CLASSES) * 1e4, table.to_numpy(), years, MONEY_OF)
    found, floor = np.empty(len(tested)), least_deviation(HORIZON)
    for at, (own, known, size, horizon) in enumerate(
        tested[["own", "known", "size", "horizon"]].itertuples(index=False)
    ):
        step = slice(int(horizon) - 1, int(horizon))
        # One horizon at a time: own widths never fall with it already.
        one = ComparableWidths(usual.least_size, usual.deviation[:, step], years, MONEY_OF)
        found[at] = shrunk_widths(np.array([own]), int(known), size, one, floor[step]).used[0]
    return found


def judged(
    error: pd.Series, deviation: np.ndarray | pd.Series, name: str, tested: pd.DataFrame, span: int
) -> pd.DataFrame:
    """Judge one width of every tested forecast: inside, width and Winkler score of the central 80 %, in logs; a row a forecast.

    ``error`` and ``deviation``: (forecast,) logs, in the order of ``tested``; ``span``: the years left out, by number.
    """
    half = Z * np.asarray(deviation)
    beyond = np.maximum(np.abs(error.to_numpy()) - half, 0)
    return pd.DataFrame(
        {
            "method": name, "horizon": tested["horizon"].to_numpy(), "window": tested["window"].to_numpy(), "span": span,
            "inside": beyond == 0, "width": 2 * half, "score": 2 * half + 2 / (1 - LEVEL) * beyond,
        }
    )  # fmt: skip


def write(table: pd.DataFrame, found: pd.DataFrame, path: Path) -> None:
    """Write the table as the rules file that the model reads."""
    source = "自行测算：benchmarks/revenue_widths.py，本模型在地级市公布的一般公共预算收入上滚动回测"
    lines = ["least_size,unit,money_of,horizon,deviation,places,forecasts,first_target,last_target,source,quality"]
    for (cls, horizon), rows in found.groupby(["cls", "horizon"]):
        lines.append(
            f"{CLASSES[cls]:g},100m_yuan,{MONEY_OF},{horizon},{table.at[cls, horizon]:.4f},{rows['place'].nunique()},"
            f"{len(rows)},{rows['target'].min()},{rows['target'].max()},{source},observed"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")


if __name__ == "__main__":
    main()
