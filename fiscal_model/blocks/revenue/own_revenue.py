"""Own revenue from its past to the plan: history made comparable, forecast, structure, policy, months, opinions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.breaks import Break, Reading, without_breaks
from fiscal_model.arithmetic.revenue.scale import LONGEST_WINDOW
from fiscal_model.arithmetic.revenue.series_forecast import TOTAL, RevenueForecast, forecast_own_revenue
from fiscal_model.arithmetic.revenue.width_shrinkage import Widths, shrunk_widths
from fiscal_model.blocks.revenue.current_base import anchor_first_year, narrower_deviation
from fiscal_model.blocks.revenue.current_year import CurrentYear, Months, current_year
from fiscal_model.blocks.revenue.derived_taxes import VAT
from fiscal_model.blocks.revenue.drivers import Drivers, revenue_drivers
from fiscal_model.blocks.revenue.history_adjustments import (
    Adjustments,
    adjustments_of,
    comparable,
    comparable_items,
    with_policies,
)
from fiscal_model.blocks.revenue.national_events import NationalEvent, national_events
from fiscal_model.blocks.revenue.past_errors import widened
from fiscal_model.blocks.revenue.revenue_events import revenue_breaks
from fiscal_model.blocks.revenue.revenue_quality import Suspect, suspect_figures, without_suspects
from fiscal_model.blocks.revenue.second_opinions import Comparison, blended, opinions_of
from fiscal_model.blocks.revenue.structural import (
    StructuralItems,
    rest_of_items,
    rest_of_total,
    structural_items,
    whole_items,
    with_derived,
)
from fiscal_model.inputs.history import History
from fiscal_model.inputs.history_choices import HistoryChoices
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import AUTO, Assumption
from fiscal_model.law.common_growth import growth_around
from fiscal_model.law.forecast_constants import comparable_widths, forecast_rule, least_deviation, national_revenue
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import Budget

FEWEST_KEPT = 2
"""A history must keep this many years after shocks and suspects are taken out."""


@dataclass(frozen=True)
class ShockReading:
    """What one shock year does to the last plan year's own revenue, 万元, under each reading."""

    year: int
    name: str
    chosen: str  # ``transitory``, ``lasting``, or empty where the figure is used as it is
    event: NationalEvent | None  # What the calendar says of the year; None for a year that only the planner named
    # as_it_is, transitory, lasting: the statistical forecast of own revenue in the last plan year
    as_it_is: float
    transitory: float
    lasting: float


@dataclass(frozen=True)
class OwnRevenue:
    """Own revenue of the plan and everything that went into it."""

    forecast: RevenueForecast  # As the plan uses it
    statistical: RevenueForecast  # What history alone says of the part that has no structure of its own
    structural: StructuralItems | None  # None where only the total is known
    adjustments: Adjustments
    suspects: tuple[Suspect, ...]
    current: CurrentYear | None
    comparisons: tuple[Comparison, ...]  # Every second opinion beside the model's number
    past: _Past = field(repr=False)  # What the statistical forecast was made from
    events: tuple[NationalEvent, ...]  # Events of the calendar within the history
    widths: Widths  # The place's own interval and that of comparable places; ``forecast.deviation`` starts from it
    choices: HistoryChoices
    cautions: tuple[Caution, ...]

    @cached_property
    def readings(self) -> tuple[ShockReading, ...]:
        """The effect of each reading of a shock year, of the scenario's and of the calendar's."""
        return _readings(self.past, self.choices.shock_years, self.statistical)

    @property
    def below_floor(self) -> tuple[int, ...]:
        """Years whose interval is narrower than the published floor: only known months may do that."""
        narrow = self.forecast.deviation < self.widths.floor * (1 - 1e-9)
        return tuple(year for year, below in zip(self.forecast.years, narrow, strict=True) if below)


@dataclass(frozen=True)
class _Past:
    """History ready to be carried forward, and how to do it again with other shock years."""

    total: pd.Series
    items: pd.DataFrame
    common: pd.Series  # Growth of own revenue of the nation and the province, in logs
    assumed: pd.Series  # And what a planner assumes of plan years
    drivers: Drivers
    years: tuple[int, ...]
    events: tuple[NationalEvent, ...]

    def forecast(self, shocks: Mapping[int, str], untouched: int | None = None) -> RevenueForecast:
        """``untouched``: year whose event is not left out."""
        events = [one for one in self.events if one.left_out and one.year not in (untouched, *shocks)]
        total, items = _without_shocks(self.total, self.items, shocks, events)
        floor, drivers = least_deviation(len(self.years)), self.drivers
        return forecast_own_revenue(
            total,
            items,
            national_revenue(),
            self.common,
            drivers.paths,
            self.years,
            forecast_rule(),
            floor,
            drivers.neutral,
            self.assumed,
        )


def own_revenue(
    place: Place,
    choices: HistoryChoices,
    history: History,
    base_year: int,
    years: tuple[int, ...],
    assumed: Mapping[str, Assumption],
    current: CurrentYear | None,
    ahead: Months | None,
) -> OwnRevenue:
    """Forecast own revenue of a place under a scenario's choices about the past.

    ``assumed``: from `scenario.assumptions_of`, those that own revenue follows.
    ``current``: what the months say of the base year.
    ``ahead``: months of the first plan year.
    """
    adjustments = adjustments_of(place, history, base_year, years, choices.remove_breaks)
    suspects = suspect_figures(place, history, base_year)
    total, items = _comparable(history, base_year, adjustments, suspects if choices.exclude_suspects else ())
    structural = structural_items(place, history, base_year, years, assumed) if items.shape[1] else None
    if structural is not None:
        total, items = rest_of_total(total, items, structural), rest_of_items(items, structural)
    events = national_events(
        place, items.reindex(total.index.union(items.index)).assign(**{TOTAL: total}), choices, base_year
    )
    around, ahead_of = growth_around(TOTAL, place.province), _assumed_growth(assumed["common_growth"], years)
    drivers = revenue_drivers(place, history, base_year, years, assumed)
    past = _Past(total, items, around, ahead_of, drivers, years, events)
    statistical = past.forecast(choices.shock_years)
    mean, structural = _with_structure(statistical, structural)
    whole, mean = with_policies(mean.sum(axis=-1), mean, statistical.items, adjustments)
    widths = _widths(past, statistical, float(history.series(TOTAL, base_year)[base_year]))
    deviation, _ = widened(place, history, base_year, widths.used)
    if ahead is not None:
        current = current_year(ahead, history, float(whole[0]))
        whole, mean = anchor_first_year(whole, mean, statistical.items, current)
        deviation = narrower_deviation(deviation, current)
    second = blended(
        whole,
        deviation,
        opinions_of(place, history, base_year, years),
        years,
        items=mean,
        codes=statistical.items,
        trust=assumed["opinion_weight"].path(years),
        target_trust=assumed["budget_opinion_weight"].path(years),
        floor=_floor(current, len(years)),
    )
    doubts = structural.cautions if structural else _unused(place)
    return OwnRevenue(
        replace(statistical, mean=second.items, total=second.total, deviation=second.deviation),
        statistical,
        structural,
        adjustments,
        suspects,
        current,
        second.comparisons,
        past,
        events,
        widths,
        choices,
        (*doubts, *(current.cautions if current else ())),
    )


def _assumed_growth(given: Assumption, years: tuple[int, ...]) -> pd.Series:
    """Common growth of the plan years that a planner gave, in logs; no year where it is left alone."""
    path = given.path(years, np.nan if given.value == AUTO else None)
    return pd.Series(np.log1p(path), index=years).dropna()


def _comparable(
    history: History, base: int, adjustments: Adjustments, suspects: tuple[Suspect, ...]
) -> tuple[pd.Series, pd.DataFrame]:
    """Total and whole items, free of one-offs, without suspect figures."""
    published = history.series(TOTAL, base)
    codes = history.codes[Budget.GENERAL]
    names = [code for code in codes.columns if code.startswith(("101", "103")) and len(code) == 5]
    # Half a list would bias every share: items are used only when the base year's add up.
    whole = base in codes.index and abs(codes.loc[base, names].sum() - published[base]) <= 0.5 * max(len(names), 1)
    items = comparable_items(codes.loc[:base, names], adjustments) if whole else codes.iloc[:0, :0]
    total = comparable(published, TOTAL, adjustments)
    if suspects:
        kept, kept_items = without_suspects(total, suspects), without_suspects(items, suspects)
        total = kept if kept.notna().sum() >= FEWEST_KEPT else total
        enough = kept_items.notna().sum() >= FEWEST_KEPT
        items = kept_items.where(enough, items)
    return total, items


def _without_shocks(
    total: pd.Series, items: pd.DataFrame, shocks: Mapping[int, str], events: Sequence[NationalEvent]
) -> tuple[pd.Series, pd.DataFrame]:
    if not shocks and not events:
        return total, items
    years = range(int(total.index.min()), int(total.index.max()) + 1)
    frame = items.reindex(years)
    frame.insert(0, TOTAL, total.reindex(years))
    breaks = [Break(year, Reading(reading)) for year, reading in shocks.items()]
    breaks += [Break(one.year, Reading.TRANSITORY, list(frame.columns).index(one.line)) for one in events]
    cleaned = without_breaks(frame.to_numpy(dtype=float).T, years, breaks).T
    found = pd.DataFrame(cleaned, index=frame.index, columns=frame.columns)
    # An item must keep its base year to have a share of the total; a shock there moves the total's own path.
    base = frame.index[-1]
    if len(items.columns):
        found.loc[base, items.columns] = frame.loc[base, items.columns]
    return found[TOTAL], found[items.columns]


def _with_structure(
    statistical: RevenueForecast, structural: StructuralItems | None
) -> tuple[np.ndarray, StructuralItems | None]:
    """Put what is forecast by structure in its place; derived taxes follow the path of VAT."""
    if structural is None:
        return statistical.mean, None
    mean = whole_items(statistical.mean, statistical.items, structural)
    if VAT in statistical.items:
        structural = with_derived(structural, mean[:, statistical.items.index(VAT)])
    return mean, structural


def _unused(place: Place) -> tuple[Caution, ...]:
    """Registers that cannot be used where the base year's items are unknown or do not add up."""
    given = [TABLES[name].label for name in ("tax_bases", "collections", "taxpayers") if place.has(name)]
    if not given:
        return ()
    said = "基期年没有分税种收入或分项合计与总数不符，没有采用；请在 ledger 表补填收入明细"
    return (Caution("registers_unused", "自有收入", f"{'、'.join(given)}：{said}"),)


def _widths(past: _Past, statistical: RevenueForecast, size: float) -> Widths:
    """Pull the interval of the place's own history towards that of places of its size."""
    usual, nation = comparable_widths(), national_revenue()[TOTAL].dropna()
    known = past.total.dropna().iloc[-LONGEST_WINDOW:].index
    left_out = {one.year for one in past.events if one.left_out and one.line == TOTAL}
    then = int(np.clip(past.years[0] - 1, nation.index.min(), nation.index.max()))
    money = float(nation[usual.money_of] / nation[then])
    own = statistical.deviation
    return shrunk_widths(own, len(set(known) - left_out), size * money, usual, least_deviation(len(own)))


def _floor(current: CurrentYear | None, horizon: int) -> np.ndarray:
    """Opinions never narrow the interval below the published floor; months known may."""
    floor = least_deviation(horizon)
    if current is not None and current.role == "first_plan_year":
        floor[0] = 0.0
    return floor


def _readings(past: _Past, chosen: Mapping[int, str], statistical: RevenueForecast) -> tuple[ShockReading, ...]:
    """Show the effect of each reading of the scenario's shock years and of the calendar's in this history."""
    known = set(past.total.dropna().index)
    named = {
        entry.from_year: entry.name
        for entry in revenue_breaks()
        if TOTAL in entry.lines and entry.kind == "transitory" and entry.from_year in known
    }
    found = []
    of_total = {one.year: one for one in past.events if one.line == TOTAL}
    by_calendar = {year: str(Reading.TRANSITORY) for year, one in of_total.items() if one.left_out}
    taken = {**by_calendar, **chosen}
    for year in sorted({*named, *(year for year in chosen if year in known)}):
        others = {other: reading for other, reading in chosen.items() if other != year}
        ends = {}
        for reading in ("", *Reading):
            if reading == taken.get(year, ""):
                ends[str(reading)] = float(statistical.total[-1])
            else:
                shocks = {**others, year: str(reading)} if reading else others
                ends[str(reading)] = float(past.forecast(shocks, None if reading else year).total[-1])
        found.append(
            ShockReading(
                year,
                named.get(year, "规划人员指定"),
                taken.get(year, ""),
                of_total.get(year),
                ends[""],
                ends[str(Reading.TRANSITORY)],
                ends[str(Reading.LASTING)],
            )
        )
    return tuple(found)
