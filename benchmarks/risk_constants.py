"""Estimate the constants of risk from published panels and print each beside the shipped one (`data/rules/risk.toml`).

    python benchmarks/risk_constants.py FOLDER

FOLDER holds ``prefecture_panel.csv`` (``province, prefecture, year, own_revenue, expenditure, gdp``), ``land_supply.csv`` (``province, prefecture, year,
total_value_10k``), ``province_panel.csv`` (``region, level, year`` and the columns of fund revenue, own revenue, refinancing, repayments),
``nation_growth.csv`` and ``county_transfers.csv`` (``province, unit, level, year, group, kind, amount_10k``).

A yearly surprise is the growth of a year in logs less half the place's own mean growth of the three years before and half the
middle growth of all places in the year before; of transfers, of which few years are known, growth less the middle growth of the year.

- deviation: of Student's t with four degrees of freedom, by maximum likelihood; degrees: the likeliest ones.
- carry: how much wider two years are than one; a step of which a share c stays makes them wider by the root of 1 + c².
- nation: the root of the share of a surprise's variance that all places have in common, times the correlation of that part with what
  the yearly means of revenue, GDP and land have in common.
- province: the same of what is left, within a year, among the revenue, GDP and fund income of a province or prefecture.

Correlations are shrunk towards none (Ledoit and Wolf 2004) before a factor is fitted, the nation's with its few years by a lot. Printed last:
the lowest and highest estimate when one province after the other is left out. What no panel holds is not estimated.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import least_squares

from fiscal_model.law.risk_constants import driver_shocks
from fiscal_model.law.rules import rule_table

JUMP = np.log(3)
"""A growth beyond this is another area or a slip."""
SHARED = 4.0
"""Degrees of freedom under which deviations are fitted; drivers of the same degrees share how wild a year is."""
LARGEST = 0.7
"""No driver owes more than half of its variance to one common factor: three drivers do not tell more."""
COMMON_SINCE = 2004
"""What the nation's years have in common is asked of as many years as there are; revenue before is another tax system."""
DEGREES = (3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 12.0, 30.0, 1e6)
FIRST_YEAR = 2012
"""Since the boom; before it a surprise was another thing."""
GENERAL_PURPOSE = {"equalisation", "county_basic_capacity", "settlement", "ecological_zone", "fixed_amount"} | {
    "old_revolutionary_area",
    "ethnic_area",
    "tax_return",
}
SWAPS_FROM = 2023
"""From then on refinancing bonds also swap hidden debt."""
FALL = np.log(0.8)


@dataclass(frozen=True)
class Panels:
    """What is published: frames of (province, place) by year, positive amounts; the nation's by year."""

    own: pd.DataFrame
    spending: pd.DataFrame
    gdp: pd.DataFrame
    land: pd.DataFrame
    fund_of_province: pd.DataFrame
    own_of_province: pd.DataFrame
    gdp_of_province: pd.DataFrame
    refinanced: pd.DataFrame
    general_purpose: pd.DataFrame
    earmarked: pd.DataFrame
    nation: pd.DataFrame


def main() -> None:
    """Estimate, leave provinces out in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    panels = read(parser.parse_args().folder)
    found = estimates(panels)
    without = pd.DataFrame([estimates(left_out(panels, name)) for name in provinces(panels)])
    shipped = {(each.driver, key): getattr(each, key) for each in driver_shocks() for key in KEYS}
    rows = pd.DataFrame({"estimated": found, "lowest": without.min(), "highest": without.max(), "shipped": shipped})
    rows = rows.reindex([(each.driver, key) for each in driver_shocks() for key in KEYS])
    print(rows.round(3).to_string(na_rep="-"))
    print(f"provinces left out in turn: {len(without)}")
    print(falls(panels).round(3).to_string())


KEYS = ("deviation", "carry", "nation", "province", "degrees")


def read(folder: Path) -> Panels:
    """Read the panels."""
    places, land = pd.read_csv(folder / "prefecture_panel.csv"), pd.read_csv(folder / "land_supply.csv")
    provinces = pd.read_csv(folder / "province_panel.csv").query("level == 'province'").assign(place="")
    provinces = provinces.rename(columns={"region": "province"})
    transfers = pd.read_csv(folder / "county_transfers.csv").query("level != 'all_units'")
    transfers = transfers[transfers["province"].str.startswith("黑龙江")].rename(columns={"prefecture": "place"})
    general = transfers[(transfers["group"] == "general") & transfers["kind"].isin(GENERAL_PURPOSE)]
    # Kinds are published from 2021 on; before, rebates and the whole only.
    general = general[general["year"] > 2020]
    bound = transfers[transfers["group"].isin(["earmarked", "shared_responsibility"]) & (transfers["kind"] == "total")]
    for kind in ("general", "special"):
        due = provinces[f"repayment_{kind}"].where(
            (provinces[f"repayment_{kind}"] > 5) & (provinces["year"] < SWAPS_FROM)
        )
        provinces[f"share_{kind}"] = (provinces[f"issue_refinancing_{kind}"] / due).clip(0, 1)
    shares = [
        wide(provinces.assign(place=kind), f"share_{kind}", zero=True).loc[:, 2018:] for kind in ("general", "special")
    ]
    prefectures = {"province": "province", "prefecture": "place"}
    return Panels(
        own=wide(places.rename(columns=prefectures), "own_revenue"),
        spending=wide(places.rename(columns=prefectures), "expenditure"),
        gdp=wide(places.rename(columns=prefectures), "gdp"),
        land=wide(land.rename(columns=prefectures), "total_value_10k"),
        fund_of_province=wide(provinces, "fund_revenue_whole"),
        own_of_province=wide(provinces, "own_revenue_whole"),
        gdp_of_province=wide(provinces, "gdp"),
        refinanced=pd.concat(shares),
        general_purpose=_by_unit(general),
        earmarked=_by_unit(bound),
        nation=pd.read_csv(folder / "nation_growth.csv").set_index("year"),
    )


def wide(rows: pd.DataFrame, column: str, zero: bool = False) -> pd.DataFrame:
    """Amounts by (province, place) and year; what is not positive is unknown."""
    found = rows.pivot_table(index=["province", "place"], columns="year", values=column)
    return found if zero else found.where(found > 0)


def _by_unit(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum the kinds of a unit; its prefecture stands as the province that may be left out."""
    found = rows.groupby(["place", "unit", "year"])["amount_10k"].sum().unstack()
    return found.where(found > 0).rename_axis(index=["province", "place"])


def provinces(panels: Panels) -> list[str]:
    """Name every province (and every prefecture of Heilongjiang's units) that can be left out."""
    return sorted(set().union(*(frame.index.get_level_values(0) for frame in _frames(panels).values())))


def left_out(panels: Panels, province: str) -> Panels:
    """Return the panels without a province; the nation's figures stay."""
    return replace(panels, **{name: frame.drop(province, errors="ignore") for name, frame in _frames(panels).items()})


def _frames(panels: Panels) -> dict[str, pd.DataFrame]:
    return {name: frame for name, frame in vars(panels).items() if name != "nation"}


def estimates(panels: Panels) -> dict[tuple[str, str], float]:
    """Return every constant that a panel holds, by driver and name."""
    surprise = {
        name: surprises(getattr(panels, name)).loc[:, FIRST_YEAR:]
        for name in ("own", "gdp", "land", "fund_of_province")
    }
    names = {"own_revenue": "own", "gdp": "gdp", "land": "fund_of_province"}
    found: dict[tuple[str, str], float] = {}
    for driver, name in names.items():
        found[driver, "deviation"], found[driver, "degrees"] = student(surprise[name])
        found[driver, "carry"] = carry(getattr(panels, name if driver != "land" else "land"), FIRST_YEAR)
    common = {"own_revenue": "own", "gdp": "gdp", "land": "land"}
    nation = one_factor(national_correlation(panels))
    local = one_factor(local_correlation(panels))
    for at, driver in enumerate(names):
        share = common_share(surprise[common[driver]])
        found[driver, "nation"] = np.sqrt(share) * nation[at]
        found[driver, "province"] = np.sqrt(1 - share) * local[at]
    for driver, frame in (("general_purpose", panels.general_purpose), ("earmarked", panels.earmarked)):
        growth = np.log(frame).diff(axis=1)
        growth = growth.where(growth.abs() < JUMP)
        within, found[driver, "degrees"] = student(growth - growth.median())
        centre = float(np.log(panels.nation["transfers_from_centre"]).diff().std())
        found[driver, "deviation"] = float(np.hypot(within, centre))
        # What the centre gives all places more or less of in a year does not add up over the years (printed last).
        found[driver, "carry"] = carry(frame, 0, expected=False) * within / found[driver, "deviation"]
    off = panels.refinanced.sub(panels.refinanced.mean(axis=1), axis=0)
    found["refinancing", "deviation"] = float(np.sqrt(np.nanmean(off.to_numpy() ** 2)))
    found["refinancing", "carry"] = float(max(lagged(off), 0.0))
    found["coupon", "deviation"] = float(
        np.mean([new_rate(panels.nation, kind).diff().std() for kind in ("general", "special")])
    )
    found["standards", "deviation"] = standards_deviation()
    return found


def surprises(amounts: pd.DataFrame) -> pd.DataFrame:
    """Return growth less what was to be expected, in logs, (place, year).

    Expected: half the mean growth of the three years before (at least two known), half the middle growth of all places the year before.
    """
    growth = np.log(amounts).diff(axis=1)
    growth = growth.where(growth.abs() < JUMP)
    own = growth.T.rolling(3, min_periods=2).mean().T.shift(1, axis=1)
    return growth - own.mul(0.5).add(0.5 * growth.median().shift(1), axis=1)


def student(surprise: pd.DataFrame) -> tuple[float, float]:
    """Fit Student's t around the middle: standard deviation under `SHARED` degrees of freedom, and the likeliest of `DEGREES`."""
    values = surprise.to_numpy(dtype=float).ravel()
    values = values[np.isfinite(values)] - np.nanmedian(values)
    fits = {each: stats.t.fit(values, f0=each) for each in DEGREES}
    best = max(fits, key=lambda each: stats.t.logpdf(values, *fits[each]).sum())
    return float(fits[SHARED][2] * np.sqrt(SHARED / (SHARED - 2))), best


def carry(amounts: pd.DataFrame, first: int, expected: bool = True) -> float:
    """Return the share of a step that stays in the level, from how much wider two years are than one, within a year."""
    growth = np.log(amounts).diff(axis=1)
    growth = growth.where(growth.abs() < JUMP)
    own = growth.T.rolling(3, min_periods=2).mean().T
    ahead = own.mul(0.5).add(0.5 * growth.median(), axis=1) if expected else 0.0 * growth.bfill(axis=1).ffill(axis=1)
    one = growth.shift(-1, axis=1) - ahead
    two = growth.shift(-1, axis=1) + growth.shift(-2, axis=1) - 2 * ahead
    both = [part.loc[:, first:].where(two.notna()) for part in (one, two)]
    wide = [float(np.nanstd((part - part.median()).to_numpy())) for part in both]
    return float(np.sqrt(np.clip((wide[1] / wide[0]) ** 2 - 1, 0, 1)))


def common_share(surprise: pd.DataFrame) -> float:
    """Return the share of variance that all places of a year have in common, less what means of few places show by chance."""
    means, within = surprise.mean(), (surprise - surprise.mean()).to_numpy()
    inside = float(np.nanvar(within))
    between = float(means.var()) - inside / float(surprise.notna().sum().mean())
    return max(between, 0.0) / (max(between, 0.0) + inside)


def national_correlation(panels: Panels) -> np.ndarray:
    """Correlation of the yearly means of all places' surprises of revenue, GDP and land, (3, 3), each pair over its own years."""
    means = [surprises(each).loc[:, COMMON_SINCE:].mean() for each in (panels.own, panels.gdp, panels.land)]
    found = np.eye(3)
    for one, other in combinations(range(3), 2):
        rows = pd.concat([means[one], means[other]], axis=1).dropna().to_numpy()
        found[one, other] = found[other, one] = shrunk(standardised(rows))[0][0, 1]
    return found


def local_correlation(panels: Panels) -> np.ndarray:
    """Correlation within a year of revenue, GDP and fund income, (3, 3): revenue and GDP of prefectures, fund income of provinces."""
    places = _rows(panels.own, panels.gdp)
    regions = _rows(panels.own_of_province, panels.gdp_of_province, panels.fund_of_province)
    found = shrunk(standardised(regions))[0]
    found[:2, :2] = shrunk(standardised(places))[0]
    return found


def _rows(*frames: pd.DataFrame) -> np.ndarray:
    """Surprises less the mean of their year, each as its rank's normal score, rows that are complete."""
    found = pd.concat([_long(surprises(frame).loc[:, FIRST_YEAR:]) for frame in frames], axis=1).dropna()
    found = found - found.groupby(level=-1).transform("mean")
    return stats.norm.ppf((found.rank() - 0.5) / len(found))


def _long(frame: pd.DataFrame) -> pd.Series:
    return frame.T.unstack()


def standardised(rows: np.ndarray) -> np.ndarray:
    """Take off the mean and divide by the deviation, column by column."""
    return (rows - rows.mean(axis=0)) / rows.std(axis=0)


def shrunk(rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Shrink the correlation of standardised rows towards none: matrix with ones on the diagonal, and how far (Ledoit and Wolf 2004).

    Examples
    --------
    >>> matrix, share = shrunk(np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]]))
    >>> matrix.tolist(), share
    ([[1.0, 0.0], [0.0, 1.0]], 0.0)
    """
    count, size = rows.shape
    sample = rows.T @ rows / count
    distance = ((sample - np.trace(sample) / size * np.eye(size)) ** 2).sum()
    noise = ((rows**2).T @ rows**2 / count - sample**2).sum() / count
    share = float(min(noise / distance, 1.0)) if distance > 0 else 0.0
    found = (1 - share) * sample + share * np.trace(sample) / size * np.eye(size)
    return found / np.sqrt(np.outer(np.diag(found), np.diag(found))), share


def one_factor(correlation: np.ndarray) -> np.ndarray:
    """Return loadings on one factor, least squares on what stands off the diagonal, none beyond `LARGEST`; the first is positive.

    Examples
    --------
    >>> one_factor(np.array([[1.0, 0.3, 0.2], [0.3, 1.0, 0.15], [0.2, 0.15, 1.0]])).round(3).tolist()
    [0.632, 0.474, 0.316]
    """
    above = np.triu_indices(len(correlation), 1)
    start = np.sqrt(np.clip((correlation.sum(axis=1) - 1) / (len(correlation) - 1), 0.01, LARGEST**2))
    found = least_squares(
        lambda each: (np.outer(each, each) - correlation)[above], start * 0.99, bounds=(-LARGEST, LARGEST)
    ).x
    return found * (np.sign(found[0]) or 1.0)


def lagged(off: pd.DataFrame) -> float:
    """Correlation of a year's deviation with that of the year before."""
    pairs = pd.concat([_long(off), _long(off.shift(1, axis=1))], axis=1).dropna()
    return float(pairs.corr().iloc[0, 1])


def new_rate(nation: pd.DataFrame, kind: str) -> pd.Series:
    """Rate of newly issued bonds, by year, from interest, balances, issues and repayments; bonds pay from the middle of the year on."""
    interest, balance, issue, due = (nation[f"{name}_{kind}"] for name in ("interest", "balance", "issue", "repayment"))
    saved = interest / balance.shift(1) * (due + due.shift(-1)) / 2
    return ((interest.shift(-1) - interest + saved) / ((issue + issue.shift(-1)) / 2)).loc[2017:]


def standards_deviation() -> float:
    """Root mean square of the yearly growth of national standards around each one's mean, since 2020."""
    rows = pd.DataFrame(rule_table("guarantee_standards"))
    rows = rows[rows["rule"].isin(["basic_pension", "resident_medical", "basic_health"])]
    rows = rows.assign(year=rows["valid_from"].str[:4].astype(int), value=rows["national_standard"].astype(float))
    levels = rows.pivot_table(index="year", columns="rule", values="value", aggfunc="last")
    levels = levels.reindex(range(2019, int(levels.index.max()) + 1)).combine_first(levels).ffill().loc[2019:]
    growth = np.log(levels).diff().loc[2020:]
    return float(np.sqrt(np.nanmean((growth - growth.mean()).to_numpy() ** 2)))


def falls(panels: Panels) -> pd.Series:
    """How often revenue and transfers fell far, and how often the fitted tail says it."""
    own = surprises(panels.own).loc[:, FIRST_YEAR:]
    deviation, degrees = student(own)[0], SHARED
    seen = own.to_numpy().ravel()
    seen = seen[np.isfinite(seen)]
    says = stats.t.cdf((FALL - np.median(seen)) / deviation * np.sqrt(degrees / (degrees - 2)), degrees)
    growth = {
        name: np.log(frame).diff(axis=1).to_numpy().ravel()
        for name, frame in (("general-purpose", panels.general_purpose), ("earmarked", panels.earmarked))
    }
    cuts = {
        f"{name} fell by a tenth": float((each[np.isfinite(each)] < np.log(0.9)).mean())
        for name, each in growth.items()
    }
    central = np.log(panels.nation[["own_revenue", "transfers_from_centre"]]).diff().dropna()
    return pd.Series(
        {
            "revenue a fifth below what was expected": float((seen < FALL).mean()),
            "the same by the fitted tail": float(says),
            **cuts,
            "nation: correlation of transfers with own revenue": float(central.corr().iloc[0, 1]),
            **{
                f"nation: deviation of transfers over {years} years": float(
                    central["transfers_from_centre"].rolling(years).sum().std()
                )
                for years in (1, 2, 3)
            },
        }
    )


if __name__ == "__main__":
    main()
