"""The ratios by which debt is judged: three conventions side by side, bands, distance to the next one, probability."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.indicators import BANDS, band_of, label_of_indicator
from fiscal_model.law.rules import rules
from fiscal_model.model.debt_ratios import RATIOS, crossing_of, values_of
from fiscal_model.model.projection import Plan
from fiscal_model.words.formula import evaluate, names_in
from fiscal_model.words.vocabulary import DebtKind

CONVENTIONS = {"a": "口径A", "b": "口径B", "c": "口径C"}
"""Conventions of 综合财力: the lines ``comprehensive_capacity_a`` to ``_c``."""


def overdue_ratio(plan: Plan) -> float:
    """Return overdue debt over the balance at the end of the base year; NaN where nobody told what is overdue."""
    history, base = plan.basis.history, plan.base_year
    overdue = np.array([history.value(f"{kind}_overdue_stock", base) for kind in DebtKind])
    stock = np.array([history.value(f"{kind}_closing_stock", base) for kind in DebtKind])
    if not np.isfinite(overdue).any() or not np.isfinite(stock).all() or stock.sum() <= 0:
        return float("nan")
    return float(np.nansum(overdue) / stock.sum())


def judge_ratios(plan: Plan, fan: Fan | None = None) -> pd.DataFrame:
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
    >>> import fiscal_model as fm
    >>> found = judge_ratios(fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline")))
    >>> sorted(set(found.loc[found["indicator"].str.startswith("debt_ratio"), "convention"]))
    ['A', 'B', 'C']
    """
    values = values_of(plan)
    lines = {name: plan.line(name) for name in plan.lines}
    rows = []
    for name, each in RATIOS.items():
        if not np.isfinite(values[name]).any():
            continue
        breach = crossing_of(plan, name).first
        chances = fan.bands.get(name) if fan is not None else None
        for at, year in enumerate(plan.years):
            shares = chances[:, at] if chances is not None else np.full(len(BANDS), np.nan)
            whole = float(np.broadcast_to(evaluate(each.below, lines), len(plan.years))[at])
            rows.append(_row(name, each.of, year, float(values[name][at]), whole, breach, shares))
    overdue = overdue_ratio(plan)
    if np.isfinite(overdue):
        stock = float(sum(plan.basis.history.value(f"{kind}_closing_stock", plan.base_year) for kind in DebtKind))
        nothing = np.full(len(BANDS), np.nan)
        rows.append(_row("overdue_ratio", "逾期债务", plan.base_year, overdue, stock, None, nothing))
    return pd.DataFrame(rows).astype({"first_breach": "Int64"}) if rows else pd.DataFrame()


def conventions_of(plan: Plan) -> pd.DataFrame:
    """Lay the three conventions of 综合财力 side by side.

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
        "label": label_of_indicator(name),
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
    (below, *_) = names_in(RATIOS[name].below) if name in RATIOS else ("",)
    return below[-1].upper() if below.startswith("comprehensive_capacity") else ""
