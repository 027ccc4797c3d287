"""Land revenue of a place: parcel by parcel where a register lists them, else last year's amount grown on; levies on the net."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.revenue.land import continue_land, land_levies, parcel_income
from fiscal_model.blocks.approved_budget import Approved, figure, weighed
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rule_table
from fiscal_model.words.cautions import Caution

PAYMENTS = ("pay_first", "pay_second", "pay_third")


@dataclass(frozen=True)
class Land:
    """Land sales of a place by plan year, 万元; arrays of shape (year,)."""

    revenue: np.ndarray  # What the plan counts on
    cost_share: np.ndarray  # Cost over revenue
    levied_share: np.ndarray  # What must be set aside of revenue beyond cost
    covered: np.ndarray  # Years whose listings the register knows
    # income, cost: (parcel, year) float, under no scenario; no rows without a register
    income: np.ndarray
    cost: np.ndarray
    # Standard deviation in logs by plan year, (year,): it must not fall with the horizon
    deviation: np.ndarray
    grain: str = ""  # In Chinese; empty without a register
    cautions: tuple[Caution, ...] = ()
    approved: Approved | None = None  # What the approved budget of the first plan year did to it


def land_of(place: Place, history: History, base_year: int, assumed: Assumed, usual: Assumed) -> Land:
    """Carry land revenue forward.

    By parcels in the years from the first to the last listing; before it, and after it, the year before grown at
    ``$land_revenue_growth``, at least what sold parcels still owe.

    ``history``: without a published amount other fund revenue cannot be told from land revenue.
    ``assumed``, ``usual``: under the scenario, and without it: the scenario's growth beyond the usual one moves the
    parcels too.
    """
    years, rows = assumed.years, place.rows("parcels")
    sold = history.value("land_revenue", base_year)
    base, known = float(np.nan_to_num(sold)), bool(np.isfinite(sold))
    growth, share = assumed.path("land_revenue_growth"), assumed.path("land_cost_share")
    nothing, levied = np.zeros((0, len(years))), levies_by_year(years)[1].sum(axis=1)
    deviation = assumed.path("land_deviation") * np.sqrt(np.arange(1, len(years) + 1))
    deviation = np.maximum.accumulate(deviation)
    if not len(rows) or not known:
        text = f"{base_year}年土地出让收入未提供，出让地块台账未使用"
        doubt = (Caution("parcels_unused", "土地出让", text),) if len(rows) else ()
        uncovered = np.zeros(len(years), dtype=bool)
        return Land(
            base * np.cumprod(1 + growth), share, levied, uncovered, nothing, nothing, deviation, cautions=doubt
        )
    income, cost = (_by_parcel(rows, column, years) for column in ("price", "cost"))
    listed = rows["listing_year"].to_numpy(dtype=int)
    covered = np.array([listed.min() <= year <= listed.max() for year in years])
    factor = divided(np.cumprod(1 + growth), np.cumprod(1 + usual.path("land_revenue_growth")))
    paid, spent = income.sum(axis=0), cost.sum(axis=0)
    return Land(
        continue_land(base, paid, covered, growth, factor),
        np.where(covered & (paid > 0), divided(spent, paid), share),
        levied,
        covered,
        income,
        cost,
        deviation,
        f"出让地块台账（{len(rows)} 宗）",
        _cautions(listed, years),
    )


def with_budget(land: Land, history: History, base_year: int, assumed: Assumed, usual: Assumed) -> Land:
    """Weigh the first year with the approved budget's land revenue; later years keep its distance from the plan's own.

    Parcels that the register lists for the first year know more than the budget. The shocks of later years come on top of what is left of the first year's.
    """
    budget, growth = figure(history.planned, base_year + 1, "land_revenue"), "land_revenue_growth"
    own = float(land.revenue[0] * divided(1 + usual.path(growth)[:1], 1 + assumed.path(growth)[:1], 1.0)[0])
    if land.covered[0] or not (budget > 0 and own > 0 and land.deviation[0] > 0):
        return land
    budgets, outturns = (
        frame.get("land_revenue", pd.Series(dtype=float)) for frame in (history.planned, history.actual)
    )
    found = weighed(
        "land_revenue", budget, own, float(land.deviation[0]), budgets.loc[:base_year], outturns.loc[:base_year], "funds",
        assumed.path("budget_opinion_weight")[0],
    )  # fmt: skip
    if not found.weight:
        return replace(land, approved=found)
    deviation = np.sqrt(land.deviation**2 - land.deviation[0] ** 2 + found.deviation**2)
    return replace(land, revenue=land.revenue * found.ratio, deviation=deviation, approved=found)


def levies_by_year(years: tuple[int, ...]) -> tuple[tuple[tuple[str, str], ...], np.ndarray]:
    """Return what is levied on the net of land sales: (name, label) of each levy and its shares, shape (year, levy).

    Examples
    --------
    >>> levies, shares = levies_by_year((2026, 2027))
    >>> levies[0], shares.shape
    (('education', '教育资金'), (2, 5))
    """
    rules = rule_table("land_levies")
    named = tuple(dict.fromkeys((rule["name"], rule["label"]) for rule in rules))
    shares = np.zeros((len(years), len(named)))
    for rule in rules:
        first, last = int(rule["valid_from"] or 0), int(rule["valid_to"] or 9999)
        inside = [first <= year <= last for year in years]
        shares[inside, named.index((rule["name"], rule["label"]))] = float(rule["share_of_net"])
    return named, shares


def levies_due(
    land: Land, revenue: np.ndarray, years: tuple[int, ...]
) -> tuple[tuple[tuple[str, str], ...], np.ndarray]:
    """Return the levies on a path of land revenue, shape (..., year, levy), 万元, with their names and labels.

    Notes
    -----
    The net is taken after the whole cost, also where debt service comes first and leaves less for it.
    """
    named, shares = levies_by_year(years)
    return named, land_levies(revenue, revenue * land.cost_share, shares)


def levies_verified() -> bool:
    """Tell whether every levy's share was verified; else its amounts are printed as 未经核实."""
    return all(rule["quality"] in {"law", "official"} for rule in rule_table("land_levies"))


def _by_parcel(rows: pd.DataFrame, money: str, years: tuple[int, ...]) -> np.ndarray:
    """Cost is paid out as the price comes in: both on the same schedule."""
    area, price, realisation = (rows[name].to_numpy(dtype=float) for name in ("area", money, "realisation"))
    schedule = rows[list(PAYMENTS)].to_numpy(dtype=float)
    return parcel_income(area, price, realisation, schedule, rows["listing_year"].to_numpy(dtype=int), years)


def _cautions(listed: np.ndarray, years: tuple[int, ...]) -> tuple[Caution, ...]:
    if listed.max() < years[0]:
        text = f"出让地块台账只列到{listed.max()}年，规划期按增速推算，只作为尾款的下限"
        return (Caution("parcels_old", "土地出让", text),)
    if listed.max() < years[-1]:
        text = f"出让地块台账只列到{listed.max()}年，以后年度在{listed.max()}年基础上按增速推算"
        return (Caution("parcels_end", "土地出让", text),)
    return ()
