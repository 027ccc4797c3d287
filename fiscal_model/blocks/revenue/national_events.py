"""National events of the calendar in a place's own history: left out where its year shows them, else left alone."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from fiscal_model.arithmetic.revenue.breaks import EventSeen, event_in
from fiscal_model.arithmetic.revenue.scale import LONGEST_WINDOW
from fiscal_model.blocks.revenue.revenue_events import revenue_breaks
from fiscal_model.inputs.history_choices import HistoryChoices
from fiscal_model.inputs.place import Place
from fiscal_model.law.forecast_constants import event_rule


@dataclass(frozen=True)
class NationalEvent:
    """One event of the calendar in one line of a place."""

    name: str
    line: str  # ``own_revenue`` or a code
    year: int
    document: str
    seen: EventSeen | None  # None where the years around it are not known
    left_out: bool  # Whether the year is left out, bridged by its neighbours


def national_events(
    place: Place, history: pd.DataFrame, choices: HistoryChoices, base_year: int
) -> tuple[NationalEvent, ...]:
    """Look for the events of the calendar in a place's history.

    The place's own one-off on the line and year, and what the scenario says of the year, come first; the base year itself
    is never judged, because nobody knows yet whether it passed.

    ``history``: index year, columns ``own_revenue`` and codes, free of one-offs, NaN where unknown.
    """
    told = place.rows("one_offs")
    own = {(str(line), int(year)) for line, year in zip(told["line_or_code"], told["year"], strict=True)}
    last = history.loc[:base_year].iloc[-LONGEST_WINDOW:]
    years = range(int(last.index.min()), base_year + 1)
    found = []
    for rule in revenue_breaks():
        settled = (
            not choices.national_events or rule.id in choices.remove_breaks or rule.from_year in choices.shock_years
        )
        if not rule.document or rule.from_year not in years:
            continue
        for line in (line for line in rule.lines if line in last.columns and pd.notna(last[line].get(rule.from_year))):
            values = last[line].reindex(years).to_numpy(dtype=float)
            seen = event_in(values, years.index(rule.from_year), event_rule())
            left_out = seen is not None and seen.shows and not settled and (line, rule.from_year) not in own
            found.append(NationalEvent(rule.name, line, rule.from_year, rule.document, seen, left_out))
    return tuple(found)
