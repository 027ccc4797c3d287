"""The ratios by which debt is judged: three conventions side by side, bands, distance to the next one, probability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from fiscal_model.capacity import band_of, first_breach, ratio
from fiscal_model.projection import Plan
from fiscal_model.rules import rules
from fiscal_model.vocabulary import DebtKind

if TYPE_CHECKING:
    from fiscal_model.risk.simulate import Fan

BANDS = ("green", "yellow", "orange", "red")
"""Bands from best to worst."""
CONVENTIONS = {"a": "口径A", "b": "口径B", "c": "口径C"}
"""Conventions of 综合财力, `capacity.comprehensive_capacity`."""


class Ratio(NamedTuple):
    """One ratio: lines that add up to what is above, the line below, what the upper part is called."""

    above: tuple[str, ...]
    below: str
    of: str


_SERVICE = ("principal_general_own", "principal_special_own", "interest_general", "interest_special")
RATIOS: dict[str, Ratio] = {
    "debt_ratio": Ratio(("debt_stock",), "comprehensive_capacity_c", "债务余额"),
    "debt_ratio_a": Ratio(("debt_stock",), "comprehensive_capacity_a", "债务余额"),
    "debt_ratio_b": Ratio(("debt_stock",), "comprehensive_capacity_b", "债务余额"),
    "debt_ratio_with_hidden": Ratio(
        ("debt_stock", "hidden_debt_stock"), "comprehensive_capacity_c", "债务余额"
    ),
    "debt_to_gdp": Ratio(("debt_stock",), "gdp", "债务余额"),
    "debt_service_ratio": Ratio(_SERVICE, "comprehensive_capacity_c", "自有资金还本付息"),
    "debt_service_ratio_a": Ratio(_SERVICE, "comprehensive_capacity_a", "自有资金还本付息"),
    "debt_service_ratio_b": Ratio(_SERVICE, "comprehensive_capacity_b", "自有资金还本付息"),
    "interest_burden_general": Ratio(("interest_general",), "expenditure", "付息"),
    "interest_burden_special": Ratio(("interest_special",), "fund_expenditure", "付息"),
    "debt_spending_share_general": Ratio(
        ("interest_general", "principal_general"), "expenditure", "还本付息"
    ),
    "debt_spending_share_special": Ratio(
        ("interest_special", "principal_special"), "fund_expenditure", "还本付息"
    ),
    "new_debt_ratio": Ratio(
        ("debt_general_issued_new", "debt_special_issued_new"), "debt_opening", "新增债券"
    ),
    "limit_use_general": Ratio(("debt_general_stock",), "debt_limit_general_stock", "债务余额"),
    "limit_use_special": Ratio(("debt_special_stock",), "debt_limit_special_stock", "债务余额"),
    "refinancing_dependence": Ratio(
        ("debt_general_refinanced", "debt_special_refinanced"), "debt_repaid", "再融资"
    ),
}
"""Every debt ratio of domain rules but the overdue one, which only the base year knows."""


def indicator_values(lines: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Compute every debt ratio from the lines of a plan, or of many paths at once.

    Parameters
    ----------
    lines : mapping of str to (..., year) float
        Lines of `statements.LINES`, 万元.

    Returns
    -------
    dict of str to (..., year) float
        Names of `RATIOS`; NaN where a ratio has no positive whole.

    Examples
    --------
    >>> names = {part for each in RATIOS.values() for part in (*each.above, each.below)}
    >>> kinds = [f"debt_{kind}_{item}" for kind in ("general", "special") for item in ("opening_stock", "repaid")]
    >>> lines = {name: np.array([100.0]) for name in (*names, *kinds)}
    >>> found = indicator_values(lines)
    >>> float(found["debt_ratio_with_hidden"][0]), float(found["new_debt_ratio"][0])
    (2.0, 1.0)
    """
    lines = {**lines, **_whole_debt(lines)}
    return {
        name: ratio(
            np.sum(np.broadcast_arrays(*(lines[part] for part in each.above)), axis=0), lines[each.below]
        )
        for name, each in RATIOS.items()
    }


def values_of(plan: Plan) -> dict[str, np.ndarray]:
    """Return every debt ratio of a plan by year, NaN where the place's data do not carry it."""
    return indicator_values({name: plan.line(name) for name in plan.lines})


def overdue_ratio(plan: Plan) -> float:
    """Return overdue debt over the balance at the end of the base year; NaN where nobody told what is overdue."""
    history, base = plan.basis.fitted.history, plan.base_year
    overdue = np.array([history.value(f"{kind}_overdue_stock", base) for kind in DebtKind])
    stock = np.array([history.value(f"{kind}_closing_stock", base) for kind in DebtKind])
    if not np.isfinite(overdue).any() or not np.isfinite(stock).all() or stock.sum() <= 0:
        return float("nan")
    return float(np.nansum(overdue) / stock.sum())


def band_shares(indicator: str, values: np.ndarray) -> np.ndarray:
    """Count in which band an indicator stands on many paths.

    Parameters
    ----------
    indicator : str
        Of ``data/rules/indicators.toml``.
    values : (path, year) float

    Returns
    -------
    (band, year) float
        Shares of the paths in the order of `BANDS`; they add up to the share of paths with a number.

    Examples
    --------
    >>> band_shares("debt_ratio", np.array([[1.0], [1.5], [1.6], [3.5]])).ravel().tolist()
    [0.25, 0.5, 0.0, 0.25]
    """
    rule = rules("indicators")[indicator]
    worse = np.greater_equal if rule["direction"] == "higher_is_worse" else np.less
    beyond = [worse(values, rule[band]).mean(axis=0) for band in BANDS[1:]]
    known = np.isfinite(values).mean(axis=0)
    edges = np.stack([known, *beyond, np.zeros_like(known)])
    return edges[:-1] - edges[1:]


def debt_indicators(plan: Plan, fan: Fan | None = None) -> pd.DataFrame:
    """Judge a plan's debt by every ratio, year by year.

    Parameters
    ----------
    plan : Plan
    fan : Fan, optional
        Of the same plan; gives the probability of each band.

    Returns
    -------
    DataFrame
        indicator, label, convention, year, value, band, next_band, distance (万元 of ``of`` until the next worse band, NaN in
        the worst), to_leave (万元 by which ``of`` is beyond the line of its own band, NaN in the best), of, first_breach,
        p_green to p_red (NaN without a fan), source, quality. Ratios that cannot be computed are left out; the overdue
        one stands in the base year only.

    Examples
    --------
    >>> from fiscal_model.inputs.place import read_place
    >>> from fiscal_model.projection import project
    >>> from fiscal_model.scenario import read_scenario
    >>> found = debt_indicators(project(read_place("data/places/lijiang"), read_scenario("baseline")))
    >>> sorted(set(found.loc[found["indicator"].str.startswith("debt_ratio"), "convention"]))
    ['A', 'B', 'C']
    """
    values = values_of(plan)
    wholes = {name: plan.line(name) for name in plan.lines}
    wholes |= _whole_debt(wholes)
    rows = []
    for name, each in RATIOS.items():
        if not np.isfinite(values[name]).any():
            continue
        breach = first_breach(name, values[name], plan.years)
        chances = fan.bands.get(name) if fan is not None else None
        for at, year in enumerate(plan.years):
            shares = chances[:, at] if chances is not None else np.full(len(BANDS), np.nan)
            whole = float(np.broadcast_to(wholes[each.below], len(plan.years))[at])
            rows.append(_row(name, each.of, year, float(values[name][at]), whole, breach, shares))
    overdue = overdue_ratio(plan)
    if np.isfinite(overdue):
        stock = float(
            sum(plan.basis.fitted.history.value(f"{kind}_closing_stock", plan.base_year) for kind in DebtKind)
        )
        nothing = np.full(len(BANDS), np.nan)
        rows.append(_row("overdue_ratio", "逾期债务", plan.base_year, overdue, stock, None, nothing))
    return pd.DataFrame(rows).astype({"first_breach": "Int64"}) if rows else pd.DataFrame()


def conventions_of(plan: Plan) -> pd.DataFrame:
    """Lay the three conventions of 综合财力 side by side.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        year, convention (a, b, c), capacity, difference (from convention C), debt_ratio, debt_service_ratio, band (of the
        debt ratio).
    """
    values, rows = values_of(plan), []
    lean = plan.line("comprehensive_capacity_c")
    for name in CONVENTIONS:
        capacity = plan.line(f"comprehensive_capacity_{name}")
        ending = "" if name == "c" else f"_{name}"
        debt, service = values[f"debt_ratio{ending}"], values[f"debt_service_ratio{ending}"]
        for at, year in enumerate(plan.years):
            rows.append(
                {
                    "year": year,
                    "convention": name,
                    "capacity": float(capacity[at]),
                    "difference": float(capacity[at] - lean[at]),
                    "debt_ratio": float(debt[at]),
                    "debt_service_ratio": float(service[at]),
                    "band": band_of(f"debt_ratio{ending}", float(debt[at])),
                }
            )
    return pd.DataFrame(rows)


def _whole_debt(lines: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Opening balance and repayment of both kinds together."""
    return {
        "debt_opening": lines["debt_general_opening_stock"] + lines["debt_special_opening_stock"],
        "debt_repaid": lines["debt_general_repaid"] + lines["debt_special_repaid"],
    }


def _row(
    name: str, of: str, year: int, value: float, whole: float, breach: int | None, shares: np.ndarray
) -> dict[str, object]:
    rule, band = rules("indicators")[name], band_of(name, value)
    place = BANDS.index(band) if band in BANDS else -1
    further = BANDS[place + 1] if 0 <= place < len(BANDS) - 1 else ""
    distance = (float(rule[further]) - value) * whole if further else float("nan")
    to_leave = (value - float(rule[band])) * whole if place > 0 else float("nan")
    return {
        "indicator": name,
        "label": str(rule["label"]),
        "convention": _convention(name),
        "year": year,
        "value": value,
        "band": band,
        "next_band": further,
        "distance": distance,
        "to_leave": to_leave,
        "of": of,
        "first_breach": breach,
        **{f"p_{word}": float(share) for word, share in zip(BANDS, shares, strict=True)},
        "source": str(rule["source"]),
        "quality": str(rule["quality"]),
    }


def _convention(name: str) -> str:
    below = RATIOS[name].below if name in RATIOS else ""
    return below[-1].upper() if below.startswith("comprehensive_capacity") else ""
