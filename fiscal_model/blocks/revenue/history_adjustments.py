"""What is taken out of a place's revenue history before it is carried forward, and what policy adds to the forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.adjustments import Effects, put_ahead, share_out, take_out
from fiscal_model.blocks.revenue.revenue_events import GROUP_OF, Entry, events_of, lines_holding, revenue_figures
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import is_general, revenue_label


@dataclass(frozen=True)
class Adjustments:
    """Adjustments of a place's own revenue."""

    # history_years, years: years of ``past`` and of ``ahead``
    history_years: tuple[int, ...]
    years: tuple[int, ...]
    # past, ahead: by code or line id, arrays of shape (year,)
    past: Mapping[str, Effects]
    ahead: Mapping[str, Effects]
    entries: tuple[Entry, ...]  # In order of year


def adjustments_of(
    place: Place, history: History, base_year: int, years: tuple[int, ...], breaks: tuple[str, ...] = ()
) -> Adjustments:
    """Collect what a place's one-offs, and the breaks that the planner wants taken out, do to each revenue line.

    An effect on a code also moves its group and the total; one on a total is spread over the items of that year.

    ``place``: its table ``one_offs`` may be absent.
    ``breaks``: ids of `revenue_events.revenue_breaks` to take out by their typical size; the others are only listed.

    Raises
    ------
    InputError
        An unknown break, or effects as large as the figure that they are to be taken out of.
    """
    known = revenue_figures(history, base_year)
    own, listed = events_of(place, known, base_year, years, breaks)
    history_years = tuple(int(year) for year in known.index)
    past = [entry for entry in (*own, *listed) if entry.year in history_years and entry.amount is not None]
    ahead = [entry for entry in own if entry.year in years]
    base = known.loc[base_year] if base_year in known.index else pd.Series(dtype=float)
    return Adjustments(
        history_years,
        years,
        _effects(past, history_years, {year: known.loc[year] for year in history_years}),
        _effects(ahead, years, dict.fromkeys(years, base)),
        tuple(sorted((*own, *listed), key=lambda entry: entry.year)),
    )


def comparable(series: pd.Series, line: str, adjustments: Adjustments) -> pd.Series:
    """Return a yearly series free of one-offs and comparable with its last year; unchanged where nothing is known.

    ``series``: index year, within the years of the history.
    ``line``: line id or code.
    """
    if line not in adjustments.past:
        return series
    whole = series.reindex(adjustments.history_years)
    taken = take_out(whole.to_numpy(dtype=float), adjustments.past[line])
    return pd.Series(taken, index=whole.index, name=series.name).reindex(series.index)


def comparable_items(items: pd.DataFrame, adjustments: Adjustments) -> pd.DataFrame:
    """Return a frame of items, index year and columns codes, with `comparable` columns."""
    changed = {code: comparable(items[code], code, adjustments) for code in items if code in adjustments.past}
    return items.assign(**changed) if changed else items


def with_policy(path: np.ndarray, line: str, adjustments: Adjustments) -> np.ndarray:
    """Add what is known to come to the forecast of one line, (..., year) float.

    ``path``: (..., year) float.
    """
    return put_ahead(path, adjustments.ahead[line]) if line in adjustments.ahead else path


def with_policies(
    total: np.ndarray, items: np.ndarray, codes: tuple[str, ...], adjustments: Adjustments
) -> tuple[np.ndarray, np.ndarray]:
    """Add what is known to come to own revenue and its items, which go on adding up to it, (total, items).

    Unchanged where nothing is to come. An effect on a code that is no item of its own is borne by all items.

    ``total``: (..., year) float.
    ``items``: (..., year, item) float.
    ``codes``: (item,) tuple of str.
    """
    if "own_revenue" not in adjustments.ahead:
        return total, items
    known = [code for code in codes if code in adjustments.ahead]
    if not known:
        moved = with_policy(total, "own_revenue", adjustments)
        return moved, items * (moved / np.where(total > 0, total, 1.0))[..., None]
    columns = [with_policy(items[..., place], code, adjustments) for place, code in enumerate(codes)]
    carried = np.stack(columns, axis=-1)
    whole = adjustments.ahead["own_revenue"]
    rest = Effects(
        whole.passing - sum(adjustments.ahead[code].passing for code in known),
        whole.lasting - sum(adjustments.ahead[code].lasting for code in known),
    )
    moved = put_ahead(carried.sum(axis=-1), rest)
    return moved, carried * (moved / np.maximum(carried.sum(axis=-1), 1e-9))[..., None]


def adjustment_rows(adjustments: Adjustments) -> pd.DataFrame:
    """Return the entries as a frame, one row each, for the report and its CSV.

    Columns year, name, line, label, amount, kind, lasting, treatment, source, quality, note.
    """
    columns = ("year", "name", "line", "label", "amount", "kind", "lasting", "treatment", "source", "quality", "note")
    rows = [
        {
            **{name: getattr(entry, name) for name in columns if name != "label"},
            "label": revenue_label(entry.line),
            "kind": entry.kind.label,
        }
        for entry in adjustments.entries
    ]
    return pd.DataFrame(rows, columns=list(columns))


def _effects(entries: list[Entry], years: tuple[int, ...], figures: Mapping[int, pd.Series]) -> dict[str, Effects]:
    """Add the entries up by line: each moves the lines that hold it, and an effect on a total moves its items."""
    found: dict[str, Effects] = {}
    for entry in entries:
        place = years.index(entry.year)
        shares = {line: 1.0 for line in lines_holding(entry.line)} | _shares_below(entry.line, figures[entry.year])
        for line, share in shares.items():
            effects = found.setdefault(line, Effects(np.zeros(len(years)), np.zeros(len(years))))
            (effects.lasting if entry.lasting else effects.passing)[place] += float(entry.amount or 0) * share
    return found


def _shares_below(line: str, figures: pd.Series) -> dict[str, float]:
    """Return the share of each item (5-digit code) in a total of the general budget, and of its two groups."""
    starts = {"own_revenue": ("101", "103"), "tax_revenue": ("101",), "nontax_revenue": ("103",)}.get(line)
    if starts is None:
        return {}
    below = [
        code
        for code in figures.index
        if len(code) == 5 and code.startswith(starts) and is_general(code) and figures[code] > 0
    ]
    groups = list(GROUP_OF.values()) if line == "own_revenue" else []
    groups = groups if (figures.reindex(groups) > 0).all() else []
    found: dict[str, float] = {}
    for members in (below, groups):
        if members:
            shares = share_out(np.ones(1), figures[members].to_numpy(dtype=float)[None])[0]
            found |= dict(zip(members, shares.tolist(), strict=True))
    return found
