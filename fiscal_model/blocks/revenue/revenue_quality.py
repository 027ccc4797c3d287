"""Figures of a place's revenue history that deserve a question before anyone builds on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.arithmetic.revenue.quality import above, even_start, growth, month_on_month, so_far, year_on_year
from fiscal_model.blocks.revenue.revenue_events import revenue_figures
from fiscal_model.inputs.history import History
from fiscal_model.inputs.monthly_totals import read_months
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import is_general, revenue_label
from fiscal_model.law.rules import rules

Yearly = TypeVar("Yearly", pd.Series, pd.DataFrame)


@dataclass(frozen=True)
class Suspect:
    """One suspect figure."""

    rule: str  # Key of `data/rules/revenue_quality.toml`
    line: str  # Line id or code
    year: int
    month: int | None  # None for a yearly figure
    amount: float  # The figure, 万元
    # value, threshold: what was measured, and the bound it exceeds (or falls short of), as fractions
    value: float
    threshold: float
    # Whether the figure is left out of a fit when the scenario wants suspects left out: a yearly jump that was given
    # back the year after. One that stayed may be real, and of the last year nobody knows yet.
    excluded: bool
    message: str  # One Chinese sentence
    quality: str  # How well the rule is founded


@lru_cache(maxsize=16)  # no assumption moves them
def suspect_figures(place: Place, history: History, until: int | None = None) -> tuple[Suspect, ...]:
    """List the figures that a rule of revenue quality asks about.

    By line and year, months after years. They are signs, not verdicts: a new mine looks like one.

    ``place``: its table of months is looked at where it is there.
    ``until``: last year looked at; the base year of a plan. All years by default.
    """
    figures = revenue_figures(history, until if until is not None else 9999)
    if not len(figures):
        return ()
    figures = figures.reindex(range(int(figures.index.min()), int(figures.index.max()) + 1))
    own = figures["own_revenue"].to_numpy(dtype=float)
    least = own * rules("revenue_quality")["minimum"]["share"]
    found = [*_yearly(figures, least), *_shares(figures)]
    found += _monthly(place, figures["own_revenue"], until)
    return tuple(sorted(found, key=lambda suspect: (suspect.month is not None, suspect.line, suspect.year)))


def without_suspects(values: Yearly, suspects: tuple[Suspect, ...], line: str = "own_revenue") -> Yearly:
    """Return a series or a frame of items with the suspect yearly figures unknown.

    The same shape, NaN in place of suspects; never in the last year of the history.

    ``values``: index year; the columns of a frame are codes or line ids.
    ``suspects``: only those of rules that exclude count; months and shares never do.
    ``line``: what a series is.
    """
    left_out = {(suspect.line, suspect.year) for suspect in suspects if suspect.excluded}
    if isinstance(values, pd.Series):
        return values.mask([(line, year) in left_out for year in values.index])
    hidden = [[(column, year) in left_out for column in values.columns] for year in values.index]
    return values.mask(np.array(hidden, dtype=bool).reshape(values.shape))


def suspect_rows(suspects: tuple[Suspect, ...]) -> pd.DataFrame:
    """Return suspects as a frame, one row each, for the report and its CSV.

    Columns rule, title, line, label, year, month, amount, value, threshold, excluded, message, quality.
    """
    columns = [
        *("rule", "title", "line", "label", "year", "month", "amount"),
        *("value", "threshold", "excluded", "message", "quality"),
    ]
    rows = [
        {
            **vars(suspect),
            "title": rules("revenue_quality")[suspect.rule]["label"],
            "label": revenue_label(suspect.line),
        }
        for suspect in suspects
    ]
    return pd.DataFrame(rows, columns=columns)


def _yearly(figures: pd.DataFrame, least: np.ndarray) -> Iterator[Suspect]:
    """Yield the jumps of totals and of items (5-digit codes of the general budget)."""
    items = [code for code in figures.columns if len(code) == 5 and code.isdigit() and is_general(code)]
    looked_at = {
        "cumulative_jump": ["own_revenue"],
        "item_jump": ["tax_revenue", "nontax_revenue", *items],
        "land_jump": ["land_revenue"],
    }
    for rule, lines in looked_at.items():
        threshold = rules("revenue_quality")[rule]["threshold"]
        for line in lines:
            amounts = figures[line].to_numpy(dtype=float)
            measured = growth(amounts)
            for place in np.flatnonzero(above(measured, threshold, amounts, least)):
                year, amount, value = int(figures.index[place]), float(amounts[place]), float(measured[place])
                said = f"{revenue_label(line)}{year}年 {amount:,.0f} 万元，比上年增长 {value:.1%}，超过 {threshold:.0%}"
                after = float(amounts[place + 1]) if place + 1 < len(amounts) else np.nan
                fell = after < amount
                said += "，次年回落" if fell else ("，次年未回落" if np.isfinite(after) else "")
                yield _suspect(rule, line, year, None, amount, value, said, fell)


def _shares(figures: pd.DataFrame) -> Iterator[Suspect]:
    """Yield the years with few taxes, and those with more from land than from all own revenue."""
    low = rules("revenue_quality")["tax_share_low"]["threshold"]
    high = rules("revenue_quality")["land_above_own"]["threshold"]
    positive = figures[figures["own_revenue"] > 0]
    for year, row in positive.iterrows():
        own, when = float(row["own_revenue"]), int(str(year))
        tax, land = float(row["tax_revenue"]), float(row["land_revenue"])
        if tax / own < low:
            said = f"税收收入{when}年占一般公共预算收入 {tax / own:.1%}，低于 {low:.0%}"
            yield _suspect("tax_share_low", "tax_revenue", when, None, tax, tax / own, said)
        if land / own > high:
            said = f"{revenue_label('land_revenue')}{when}年是一般公共预算收入的 {land / own:.2f} 倍"
            yield _suspect("land_above_own", "land_revenue", when, None, land, land / own, said)


def _monthly(place: Place, own: pd.Series, until: int | None) -> Iterator[Suspect]:
    """Yield the jumps of single months, and of the months so far of years whose total is not in the history."""
    share = rules("revenue_quality")["minimum"]["share"]
    for line, frame in read_months(place).items():
        known = frame.loc[:until] if until is not None else frame
        if not len(known):
            continue
        years, months = tuple(int(year) for year in known.index), even_start(known.to_numpy(dtype=float))
        # The last known year stands in for one that is not over; where none is known nothing is too small.
        yearly = own.reindex(sorted({*own.index, *years})).ffill().reindex(years).to_numpy(dtype=float)
        least = np.broadcast_to(share * yearly[:, None], months.shape)
        by_rule = {"month_on_month": month_on_month(months), "month_year_on_year": year_on_year(months)}
        for rule, measured in by_rule.items():
            threshold = rules("revenue_quality")[rule]["threshold"]
            for row, column in np.argwhere(above(measured, threshold, months, least)).tolist():
                amount, value = float(months[row, column]), float(measured[row, column])
                yield _of_month(rule, line, years[row], column + 1, amount, value)
        if line == "own_revenue":
            yield from _so_far(months, years, set(own.dropna().index))


def _of_month(rule: str, line: str, year: int, month: int, amount: float, value: float) -> Suspect:
    threshold = rules("revenue_quality")[rule]["threshold"]
    than = "比上月多增（已扣去年同月增幅）" if rule == "month_on_month" else "比去年同月增长"
    said = f"{revenue_label(line)}{year}年{month}月 {amount:,.0f} 万元，{than} {value:.1%}，超过 {threshold:.0%}"
    return _suspect(rule, line, year, month, amount, value, said)


def _so_far(months: np.ndarray, years: tuple[int, ...], whole_years: set[int]) -> Iterator[Suspect]:
    threshold = rules("revenue_quality")["cumulative_jump"]["threshold"]
    added = so_far(months)
    measured = year_on_year(added)
    for place, year in enumerate(years):
        known = np.flatnonzero(np.isfinite(measured[place]))
        if year in whole_years or not len(known) or known[-1] + 1 == MONTHS:
            continue
        month = int(known[-1])
        value, amount = float(measured[place, month]), float(added[place, month])
        if value > threshold:
            said = f"一般公共预算收入{year}年1至{month + 1}月累计 {amount:,.0f} 万元，同比增长 {value:.1%}，超过 {threshold:.0%}"
            yield _suspect("cumulative_jump", "own_revenue", year, month + 1, amount, value, said)


def _suspect(
    rule: str,
    line: str,
    year: int,
    month: int | None,
    amount: float,
    value: float,
    message: str,
    fell_back: bool = False,
) -> Suspect:
    given: Mapping[str, Any] = rules("revenue_quality")[rule]
    excluded = bool(given["excluded"]) and fell_back
    return Suspect(rule, line, year, month, amount, value, given["threshold"], excluded, message, given["quality"])
