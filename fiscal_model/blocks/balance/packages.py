"""Measures as dated packages: what each brings a year, weighed by how certain it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.spending.dated_steps import part_of_year
from fiscal_model.blocks.ledgers.effects import FROM_LEDGER, ledger_measures
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.words.traced import Named
from fiscal_model.words.vocabulary import MeasureKind, PooledSource

COLUMNS = (
    "package_code", "name", "kind", "target", "owner", "start_date", "finish_date", "basis", "year", "postponed_to",
    "amount", "certainty", "source", "share", "effect",
)  # fmt: skip
_GRADUAL = (MeasureKind.RAISE, MeasureKind.CUT)
"""Kinds that run through the year: the first one counts from the month in which they start."""
_NON_TAX = "103"


@dataclass(frozen=True, eq=False)  # is itself: what was found for it is remembered by identity
class Packages:
    """What all packages together do by year, 万元, arrays of shape (year,)."""

    years: tuple[int, ...]
    # `COLUMNS`: one row a package, target and year of the plan; ``effect`` is the amount that counts
    rows: pd.DataFrame
    own_revenue: np.ndarray  # Lasting own revenue that is raised; ``own_revenue_nontax`` of it is no tax
    own_revenue_nontax: np.ndarray
    nontax_one_off: np.ndarray  # Sales of assets: own revenue of that year only
    # Moved into the general budget from the funds (``from_funds``) and from state capital (``from_state_capital``)
    transfer_in: np.ndarray
    from_funds: np.ndarray
    from_state_capital: np.ndarray
    # flexible_cut, projects_cut: running and other spending, and county money of projects, that are cut
    flexible_cut: np.ndarray
    projects_cut: np.ndarray
    # projects_postponed_out, projects_postponed_in: county money of projects that leaves its year, and that comes into
    # a later one
    projects_postponed_out: np.ndarray
    projects_postponed_in: np.ndarray
    fund_revenue: np.ndarray  # More revenue of the government funds
    state_capital_revenue: np.ndarray  # More that firms pay in; the general budget gets the share that is transferred
    postponed_beyond: float  # Put off to a year after the plan

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the packages, in the order of their names' first row."""
        return tuple(dict.fromkeys(self.rows["package_code"]))

    @property
    def all_own_revenue(self) -> np.ndarray:
        """Lasting and one-off own revenue, (year,)."""
        return self.own_revenue + self.nontax_one_off

    @property
    def all_nontax(self) -> np.ndarray:
        """Non-tax part of the own revenue, (year,)."""
        return self.own_revenue_nontax + self.nontax_one_off

    def without(self, package_code: str) -> Packages:
        """Return the packages without one of them; raises KeyError when there is none of that code."""
        if package_code not in self.codes:
            raise KeyError(package_code)
        return _added(self.rows[self.rows["package_code"] != package_code], self.years)

    def only(self, package_code: str) -> Packages:
        """Return one package alone; raises KeyError when there is none of that code."""
        if package_code not in self.codes:
            raise KeyError(package_code)
        return _added(self.rows[self.rows["package_code"] == package_code], self.years)

    def none(self) -> Packages:
        """Return no package at all: the baseline without measures."""
        return _added(self.rows.iloc[:0], self.years)

    def of_projects(self, codes: Sequence[str]) -> np.ndarray:
        """Return what changes in the county money of each project, (year, project), 万元."""
        change = np.zeros((len(self.years), len(codes)))
        at = {code: position for position, code in enumerate(codes)}
        for row in self._records:
            if row["target"] in at and row["kind"] in {MeasureKind.CUT, MeasureKind.POSTPONE}:
                if row["year"] in self.years:
                    change[self.years.index(row["year"]), at[row["target"]]] -= row["effect"]
                if row["kind"] == MeasureKind.POSTPONE and row["postponed_to"] in self.years:
                    change[self.years.index(row["postponed_to"]), at[row["target"]]] += row["effect"]
        return change

    @property
    def dropped(self) -> list[str]:
        """Codes of the projects that it was decided not to fund."""
        return list(self.rows.loc[self.rows["package_code"] == f"{FROM_LEDGER}projects", "target"])

    @property
    def put_off_beyond(self) -> dict[str, float]:
        """What of each project is put off to a year after the plan, 万元."""
        put_off = self.rows[(self.rows["kind"] == MeasureKind.POSTPONE) & ~self.rows["postponed_to"].isin(self.years)]
        return put_off.groupby("target")["effect"].sum().to_dict()

    @cached_property
    def _records(self) -> list[dict[Any, Any]]:
        return self.rows.to_dict("records")

    def of_items(self, items: Sequence[str], revenue: np.ndarray) -> np.ndarray:
        """Spread own revenue of the packages over revenue items, (year, item); adds up to `all_own_revenue`.

        ``items``: codes of the items.
        ``revenue``: (year, item) float, the items before the packages: where no item fits a target, its money follows
        them.
        Returns (year, item) float, 万元.
        """
        spread = np.zeros(revenue.shape, like=revenue)
        for row in self._records:
            if _goes_to(row) in {"own_revenue", "nontax_one_off"} and row["year"] in self.years:
                at = self.years.index(row["year"])
                weights = revenue[at] * _fitting(row, items)
                if not weights.sum():
                    fitting = _fitting(row, items) if _fitting(row, items).any() else np.ones(len(items))
                    weights = np.asarray(fitting, like=revenue)
                spread[at] += _effect(row) * weights / weights.sum()
        return spread

    def of_funds(self, codes: Sequence[str], shares: np.ndarray) -> np.ndarray:
        """Give the fund revenue of the packages to the funds that it is raised for, (year, fund); adds up to `fund_revenue`.

        ``codes``: of the funds; what names none of them is spread by ``shares``, (year, fund) float.
        """
        given = np.zeros(shares.shape, like=shares)
        for row in self._records:
            if _goes_to(row) == "fund_revenue" and row["year"] in self.years:
                at, code = self.years.index(row["year"]), str(row["target"])[:7]
                own = np.asarray(np.eye(len(codes))[codes.index(code)], like=shares) if code in codes else shares[at]
                given[at] += _effect(row) * own
        return given


def _effect(row: Mapping[str, Any]) -> Named:
    return Named(row["effect"], f"measures.{row['package_code']}.{row['year']}")


@lru_cache(maxsize=16)
def packages_of(place: Place, base: int, years: tuple[int, ...]) -> Packages:
    """Read the measures of a place as packages of a plan. Empty where the place has no measures.

    ``base``: base year: what took effect by then is in its figures.

    Notes
    -----
    ``effect = amount x share of its certainty x (13 - starting month) / 12`` in the first year of a raise or cut;
    sales, transfers and what is put off count whole, whenever in the year they happen. What is put off leaves its year and
    comes back in a later one: the sum is kept.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> packages_of(fm.read_place("data/places/gangu"), 2024, (2025, 2026, 2027)).codes
    ()
    """
    rows = _registered(place)
    last = years[-1]
    inside = [base < int(year) <= last for year in rows["year"]]
    rows = rows[np.array(inside, dtype=bool)]
    shares = rules("measure_certainty")
    share = [float(shares[str(word)]["share"]) for word in rows["certainty"]]
    part = [_part_of_year(*row) for row in zip(rows["kind"], rows["start_date"], rows["year"], strict=True)]
    weighed = rows.assign(share=np.array(share, dtype=float))
    weighed["effect"] = rows["amount"].to_numpy(dtype=float) * np.array(share) * np.array(part)
    order = ["package_code", "year", "target"]
    kept = weighed.sort_values(order).reset_index(drop=True)[list(COLUMNS)]
    return _added(kept, years)


def _registered(place: Place) -> pd.DataFrame:
    """The measures that a bureau registers, and what it decided in its ledgers."""
    rows, decided = place.rows("measures"), ledger_measures(place)
    made = pd.DataFrame(decided, columns=rows.columns)
    return pd.concat([rows, made], ignore_index=True) if len(rows) and decided else made if decided else rows


def shares_verified() -> bool:
    """Tell whether the shares of certainty rest on a source."""
    return all(entry["quality"] != "unverified" for entry in rules("measure_certainty").values())


def _part_of_year(kind: MeasureKind, start: dt.date, year: int) -> float:
    if kind in _GRADUAL and start.year == year:
        return part_of_year(start)
    return 1.0


def _goes_to(row: dict[str, object]) -> str:
    """Name the array of `Packages` that a row of measures adds to."""
    kind, target = row["kind"], str(row["target"])
    if kind in {MeasureKind.RAISE, MeasureKind.SELL}:
        if target == "fund_revenue" or target.startswith("10301"):
            return "fund_revenue"
        if target == "state_capital_revenue":
            return target
        return "own_revenue" if kind == MeasureKind.RAISE else "nontax_one_off"
    if kind == MeasureKind.TRANSFER:
        return "from_funds" if target == PooledSource.FUNDS else "from_state_capital"
    if kind == MeasureKind.CUT:
        return "flexible_cut" if target == "flexible_spending" else "projects_cut"
    return "projects_postponed_out"


def _fitting(row: dict[str, object], items: Sequence[str]) -> np.ndarray:
    """Which items a row's money belongs to: its code's, else those of its kind of revenue, else all."""
    target = str(row["target"])
    if target[:3].isdigit():
        for length in (7, 5, 3):
            found = np.array([code.startswith(target[:length]) for code in items], dtype=float)
            if found.any() and len(target) >= length:
                return found
    if row["kind"] == MeasureKind.SELL:
        return np.array([code.startswith(_NON_TAX) for code in items], dtype=float)
    return np.ones(len(items))


def _added(rows: pd.DataFrame, years: tuple[int, ...]) -> Packages:
    names = (
        "own_revenue", "own_revenue_nontax", "nontax_one_off", "from_funds", "from_state_capital", "flexible_cut",
        "projects_cut", "projects_postponed_out", "projects_postponed_in", "fund_revenue",
        "state_capital_revenue",
    )  # fmt: skip
    sums = {name: np.zeros(len(years)) for name in names}
    beyond = 0.0
    for row in rows.to_dict("records"):
        at, effect = years.index(row["year"]), float(row["effect"])
        name = _goes_to(row)
        sums[name][at] += effect
        if name == "own_revenue" and str(row["target"]).startswith(_NON_TAX):
            sums["own_revenue_nontax"][at] += effect
        if name == "projects_postponed_out" and row["postponed_to"] in years:
            sums["projects_postponed_in"][years.index(row["postponed_to"])] += effect
        elif name == "projects_postponed_out":
            beyond += effect
    moved = sums["from_funds"] + sums["from_state_capital"]
    return Packages(years=years, rows=rows, transfer_in=moved, postponed_beyond=beyond, **sums)
