"""Hold stated odds against what happened: how often revenue, transfers and debt ratios fell into each tenth of their distribution.

    python benchmarks/risk_calibration.py FOLDER [--fit]

FOLDER holds ``prefecture_panel.csv``, ``prefecture_2018_2025.csv`` (as for `benchmarks/revenue_widths.py`) and ``county_transfers.csv`` (as for
`benchmarks/risk_constants.py`). Stated is what a simulation draws: steps of Student's t with the degrees and width of `data/rules/risk.toml`, added
up over the horizon, and collapses of revenue as an event; drawn by the very functions of the engine.

- Own revenue: every prefecture forecast by itself from every year since 2012, as a plan does, from histories of 8 and 20 years; a quarter
  of the provinces never has a say in the width that it is judged by.
- Transfers: units of Heilongjiang, growth over one to three years less the mean yearly growth of all of them; and less the middle growth
  of the same years, as three or four years say nothing of what all have in common.
- Debt ratio: balance over resources. Balances are decided, resources happen: spending of a prefecture (revenue, transfers and new general
  bonds), forecast by itself from every year since 2012, against revenue and transfers drawn jointly; the ratio's tenths are
  those of resources turned over.

Printed: share of cases in each tenth (a tenth each were right), the farthest from a tenth, share inside the middle 80 %; by horizon and by
era. With --fit: the law that comes nearest on three quarters of the provinces, judged on the fourth.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from itertools import pairwise, product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import pandas as pd
import revenue_widths
from risk_constants import Panels
from risk_constants import read as read_panels

from fiscal_model.arithmetic.revenue.series_panel import forecast_panel
from fiscal_model.arithmetic.risk.events import event_sizes
from fiscal_model.arithmetic.risk.shocks import ShockTerms, fatten, levels, steps_of, tail_sizes
from fiscal_model.law.forecast_constants import comparable_widths, forecast_rule, least_deviation
from fiscal_model.law.risk_constants import driver_shocks, risk_events

FIRST_ORIGIN, HORIZON, DRAWS = 2012, 5, 20_000
ERAS = (2013, 2016, 2020, 2024, 2026)
CLASSES = 5
"""Widths are judged in as many classes: a fall of a given size is more of a narrow width than of a wide one."""
NEEDED = 50
"""Cases below which a tenth says nothing."""
TRIED = {"degrees": (3.0, 4.0, 6.0, np.inf), "width": (0.65, 0.7, 0.75, 0.8, 0.9, 1.0), "probability": (0.0, 0.03, 0.05, 0.07)}  # fmt: skip


@dataclass(frozen=True)
class Law:
    """How a path of one driver is drawn: steps, and an event that takes part of the level away."""

    degrees: float
    width: float
    probability: float
    size: float
    spread: float


NORMAL = Law(np.inf, 1.0, 0.0, 0.0, 0.0)


def main() -> None:
    """Print the tenths of revenue, transfers and debt ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fit", action="store_true", help="search the law of revenue with provinces left out")
    options = parser.parse_args()
    panels = read_panels(options.folder)
    revenue = revenue_errors(options.folder)
    by_law = {name: placed(revenue, law) for name, law in (("normal", NORMAL), ("shipped", shipped()))}
    print("own revenue, prefectures")
    print(tenths({name: (revenue, at) for name, at in by_law.items()}).to_string())
    print(tenths(parts(revenue, by_law["shipped"])).to_string())
    print("transfers, units of Heilongjiang")
    print(tenths(transfers(panels)).to_string())
    print("debt ratio, prefectures: balance over resources")
    print(tenths(debt_ratio(panels)).to_string())
    if options.fit:
        print(fitted(revenue).to_string())


def shipped() -> Law:
    """Return the law of own revenue that simulations draw."""
    own = driver_shocks()[0]
    event = next(each for each in risk_events() if each.id == "revenue_collapse")
    return Law(own.degrees, own.width, event.probability, event.size, event.spread)


def revenue_errors(folder: Path) -> pd.DataFrame:
    """One row a forecast: log error, the width a plan would state, province, quarter, horizon, target."""
    revenue_widths.FIRST_ORIGIN = FIRST_ORIGIN
    places = revenue_widths.read(folder)
    found = pd.concat([revenue_widths.errors(places, window) for window in (8, 20)], ignore_index=True)
    names = np.random.default_rng(1).permutation(sorted(found["province"].unique()))
    found["quarter"] = found["province"].map({name: number % 4 for number, name in enumerate(names)})
    for quarter in range(4):
        tested = found["quarter"] == quarter
        table = revenue_widths.usual_widths(found[~tested])
        found.loc[tested, "stated"] = revenue_widths.mixed(found[tested], table, comparable_widths().own_years)
    known = np.isfinite(found["error"]) & np.isfinite(found["stated"])
    return found[known].reset_index(drop=True)


def drawn(steps: np.ndarray, law: Law, kept: float, seed: int) -> np.ndarray:
    """Draw the level of one driver in logs, (year, draw) float, from the deviation of each year's step and the share that stays."""
    generator = np.random.default_rng(seed)
    shocks = generator.standard_normal((1, len(steps), DRAWS))
    terms = ShockTerms(law.width * steps[None], np.array([kept]), np.zeros((1, 0)), np.array([law.degrees]))
    if np.isfinite(law.degrees):
        fatten(shocks, {law.degrees: tail_sizes(generator, law.degrees, shocks.shape[1:], False)}, terms)
    found = levels(shocks, terms)[0]
    if law.probability:
        numbers = generator.standard_normal(found.shape)
        found = found - event_sizes(numbers, law.probability, law.size, law.spread, len(steps))
    return found


def placed(rows: pd.DataFrame, law: Law) -> np.ndarray:
    """Where among the stated futures each case came to lie, (case,) float from none to one."""
    found, size = np.empty(len(rows)), rows["stated"]
    usual = size.groupby(rows["horizon"]).median().cummax().to_numpy()
    for horizon, cases in rows.groupby("horizon"):
        classes = pd.qcut(cases["stated"], CLASSES, labels=False, duplicates="drop")
        for _, group in cases.groupby(classes):
            scale = float(group["stated"].median())
            futures = drawn(steps_of(usual[:horizon] * scale / usual[horizon - 1]), law, 1.0, int(horizon))[-1]
            found[group.index] = np.searchsorted(np.sort(futures), group["error"] / group["stated"] * scale) / DRAWS
    return found


def parts(rows: pd.DataFrame, at: np.ndarray) -> dict[str, tuple[pd.DataFrame, np.ndarray]]:
    """Cut the cases by horizon, by era of the year that came, by quarter of the provinces."""
    horizon, target, quarter = (rows[name].to_numpy() for name in ("horizon", "target", "quarter"))
    cuts = {f"year {each}": horizon == each for each in range(1, HORIZON + 1)}
    cuts |= {f"{low}–{high - 1}": (target >= low) & (target < high) for low, high in pairwise(ERAS)}
    cuts |= {f"quarter {each + 1} of the provinces": quarter == each for each in range(4)}
    return {name: (rows[kept], at[kept]) for name, kept in cuts.items()}


def tenths(found: dict[str, tuple[pd.DataFrame, np.ndarray]]) -> pd.DataFrame:
    """Share of cases in each tenth, %, a row each."""
    rows = {}
    for name, (_, at) in found.items():
        share = 100 * np.bincount(np.minimum((at * 10).astype(int), 9), minlength=10) / len(at)
        inside = 100 * float(((at > 0.1) & (at < 0.9)).mean())
        far = float(np.abs(share - 10).max()) if len(at) >= NEEDED else np.nan
        rows[name] = {
            **{str(each + 1): value for each, value in enumerate(share)},
            "farthest": far,
            "80 %": inside,
            "cases": len(at),
        }
    return pd.DataFrame(rows).T.round(1)


def transfers(panels: Panels) -> dict[str, tuple[pd.DataFrame, np.ndarray]]:
    """Tenths of the two kinds of transfers over one to three years, by what simulations draw for them; the second time of what is a unit's own."""
    centre, found = panels.nation["transfers_from_centre"], {}
    common = float(np.log(centre).diff().std())
    for driver, frame in (("general_purpose", panels.general_purpose), ("earmarked", panels.earmarked)):
        logs = np.log(frame)
        mean = float(np.nanmean(logs.diff(axis=1)))
        for own in (False, True):
            futures = drawn_transfers(driver, common if own else 0.0)
            for horizon in (1, 2, 3):
                growth = logs.diff(horizon, axis=1)
                error = (growth - (growth.median() if own else horizon * mean)).to_numpy().ravel()
                error = error[np.isfinite(error)]
                at = np.searchsorted(np.sort(futures[horizon - 1]), error) / DRAWS
                name = f"{driver}{', less the middle of the year' if own else ''}, year {horizon}"
                found[name] = (pd.DataFrame({"error": error}), at)
    return found


def drawn_transfers(driver: str, common: float = 0.0) -> np.ndarray:
    """Draw one kind of transfers, (year, draw) float, by `data/rules/risk.toml`.

    ``common``: deviation of what all places of a year have in common, which is left out and stays for its year only.
    """
    of = {each.driver: each for each in driver_shocks()}[driver]
    step = of.deviation
    own = float(np.sqrt(step**2 - common**2))
    return drawn(np.full(HORIZON, own), replace(NORMAL, degrees=of.degrees), min(of.carry * step / own, 1.0), 1)


def debt_ratio(panels: Panels) -> dict[str, tuple[pd.DataFrame, np.ndarray]]:
    """Tenths of the debt ratio over one to three years for a balance that came as planned: resources turned over."""
    usual = np.maximum(np.median(comparable_widths().deviation, axis=0), least_deviation(HORIZON))
    own = drawn(steps_of(usual), shipped(), 1.0, 2)
    free, bound = drawn_transfers("general_purpose"), drawn_transfers("earmarked")[:, ::-1]
    found: dict[str, list[np.ndarray]] = {f"year {each}": [] for each in (1, 2, 3)}
    spending, share = panels.spending, (panels.own / panels.spending).clip(0, 1)
    for origin in range(FIRST_ORIGIN, int(spending.columns.max())):
        past = spending.loc[:, origin - 11 : origin]
        usable = past.notna().sum(axis=1).ge(8) & past[origin].notna() & share[origin].notna()
        usable &= ~(np.log(past).diff(axis=1).abs() > np.log(5)).any(axis=1)
        mean = forecast_panel(past[usable].to_numpy(), 3, forecast_rule(), (0.8,), pool=np.arange(usable.sum())).mean
        parted = (share.loc[usable, origin] * 5).astype(int).clip(upper=4).to_numpy()
        for step in range(min(3, int(spending.columns.max()) - origin)):
            error = np.log(spending.loc[usable, origin + 1 + step].to_numpy() / mean[:, step])
            for fifth in range(5):
                part = (fifth + 0.5) / 5
                mixed = part * np.exp(own[step]) + (1 - part) / 2 * (np.exp(free[step]) + np.exp(bound[step]))
                at = np.searchsorted(np.sort(np.log(mixed)), error[(parted == fifth) & np.isfinite(error)]) / DRAWS
                found[f"year {step + 1}"].append(1 - at)
    joined = {name: np.concatenate(each).clip(0, 1) for name, each in found.items()}
    return {name: (pd.DataFrame({"at": at}), at) for name, at in joined.items()}


def fitted(rows: pd.DataFrame) -> pd.DataFrame:
    """Search the law on three quarters of the provinces by the worst tenth of any horizon, judge it on the fourth."""
    event = shipped()
    laws = [replace(event, **dict(zip(TRIED, values, strict=True))) for values in product(*TRIED.values())]
    at = {law: placed(rows, law) for law in laws}
    quarter, horizon = rows["quarter"].to_numpy(), rows["horizon"].to_numpy()

    def worst(law: Law, kept: np.ndarray) -> float:
        shares = [np.bincount(np.minimum((at[law][kept & (horizon == each)] * 10).astype(int), 9), minlength=10) for each in range(1, HORIZON + 1)]  # fmt: skip
        return float(max(np.abs(100 * share / share.sum() - 10).max() for share in shares))

    found = {}
    for left in range(4):
        best = min(laws, key=lambda law: worst(law, quarter != left))
        _, there = rows, at[best][quarter == left]
        overall = 100 * np.bincount(np.minimum((there * 10).astype(int), 9), minlength=10) / len(there)
        found[f"quarter {left + 1} left out"] = {
            **{name: getattr(best, name) for name in TRIED},
            "fitted": worst(best, quarter != left),
            "judged": float(np.abs(overall - 10).max()),
        }
    return pd.DataFrame(found).T.round(2)


if __name__ == "__main__":
    main()
