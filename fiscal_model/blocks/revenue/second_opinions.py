"""Forecasts of others beside the model's own: whose they are, how good they were, what a blend of both says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.opinions import Record, Trust, blend, carry_on, coherent, track_record
from fiscal_model.blocks.approved_budget import AHEAD, forecaster_trust
from fiscal_model.blocks.revenue.revenue_events import GROUP_OF, revenue_figures
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import revenue_label
from fiscal_model.words.vocabulary import Budget

BUDGET = "年初预算"
"""The published budget as a forecaster: a target, weighed by how far earlier budgets lay from what came."""
TARGET_NOTE = "预算是收入目标，不是预测（预算法第五十五条：不得下达收入指标）"
_TOTALS = ("own_revenue", "tax_revenue", "nontax_revenue")


@dataclass(frozen=True)
class Opinion:
    """What one forecaster says about one revenue line in the plan years."""

    forecaster: str
    line: str  # Line id or code
    target: bool  # A budget: set to be reached, not expected
    amounts: np.ndarray  # (year,) float: 万元, NaN where nothing is said; the latest forecast of each year
    horizons: np.ndarray  # (year,) int: years between the forecast and its year
    record: Record  # How earlier forecasts did, up to the base year
    source: str
    note: str


@dataclass(frozen=True)
class Comparison:
    """One row of the table of second opinions: theirs, ours, the weight of theirs, the blend."""

    forecaster: str
    line: str
    year: int
    theirs: float
    ours: float
    weight: float
    blended: float
    record: str
    note: str


@dataclass(frozen=True)
class Blended:
    """Own revenue after opinions."""

    total: np.ndarray  # (..., year) float
    items: np.ndarray  # (..., year, item) float: adding up to ``total``
    deviation: np.ndarray  # (year,) float: of the total, in logs
    comparisons: tuple[Comparison, ...]  # Every opinion beside the model's number, also those without weight


@lru_cache(maxsize=16)  # no assumption moves them
def opinions_of(place: Place, history: History, base_year: int, years: tuple[int, ...]) -> tuple[Opinion, ...]:
    """Collect the forecasts of others for the plan years, each with its record.

    Forecasters that say something about a plan year, in the order of the table, budgets last.

    ``place``: its table ``opinions`` may be absent.
    ``history``: published budgets of own revenue, taxes and non-tax revenue join as `BUDGET`, unless the table names
    one; a budget counts as made in the year before it.
    ``base_year``: outturns after it, and forecasts made later than the year after it, are not looked at.
    """
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in _rows(place, history):
        if row["made_in"] <= base_year + 1 and row["amount"] > 0:
            groups.setdefault((str(row["forecaster"]), str(row["line_or_code"])), []).append(row)
    figures = {str(line): outturns.to_dict() for line, outturns in revenue_figures(history, base_year).items()}
    found = []
    for (forecaster, line), said in groups.items():
        ahead = sorted((row for row in said if row["year"] in years), key=lambda row: row["made_in"])
        if not ahead:
            continue
        by_year = {row["year"]: row for row in ahead}
        made = [by_year[year]["made_in"] if year in by_year else base_year for year in years]
        past = [row for row in said if row["year"] <= base_year]
        found.append(
            Opinion(
                forecaster,
                line,
                forecaster == BUDGET,
                np.array([by_year[year]["amount"] if year in by_year else np.nan for year in years], dtype=float),
                np.array(years) - np.array(made, dtype=int),
                _record(past, figures.get(line, {}), _trust_of(forecaster, line)),
                str(ahead[-1]["source"]),
                str(ahead[-1]["note"]),
            )
        )
    return tuple(sorted(found, key=lambda opinion: opinion.target))


def blended(
    total: np.ndarray,
    deviation: np.ndarray,
    opinions: tuple[Opinion, ...],
    years: tuple[int, ...],
    *,
    items: np.ndarray | None = None,
    codes: tuple[str, ...] = ("own_revenue",),
    trust: np.ndarray | float = 1.0,
    target_trust: np.ndarray | float = 0.0,
    floor: np.ndarray | float = 0.0,
) -> Blended:
    """Blend a forecast of own revenue with the forecasts of others, narrow lines first.

    Items with an opinion move first, then taxes and non-tax revenue, then the total; each step scales what is below and
    adds up to what is above. A budget is heard once: at the finest lines of which earlier budgets can be compared, its
    sums are only printed. Later years without an opinion keep the last one's distance from the model. Without opinions,
    or without trust, the forecast itself.

    ``total``: (..., year) float, own revenue, positive.
    ``deviation``: (year,) float, of the total in logs; taken for the items too, whose own is larger: opinions on items
    get less than their due.
    ``items``: (..., year, item) float, adding up to the total; the total itself where it is the only item.
    ``codes``: (item,) tuple of str.
    ``trust``, ``target_trust``: (year,) float or float, part of the weight by record that forecasts and budgets get: 1
    all of it, 0 none (assumptions ``opinion_weight`` and ``budget_opinion_weight``).
    ``floor``: (year,) float or float, least deviation of the result.
    """
    moved = np.array(total[..., None] if items is None else items, dtype=float)
    comparisons: list[Comparison] = []
    result = np.asarray(deviation, dtype=float)
    heard = _budget_lines(opinions, codes)

    def settle(line: str, ours: np.ndarray) -> np.ndarray:
        """Blend one line and note what was said about it."""
        nonlocal result
        said = [opinion for opinion in opinions if opinion.line == line]
        if not said or not (ours > 0).all():  # of nothing there is no share to weigh
            none = np.zeros((*ours.shape[:-1], len(said), len(years)))
            comparisons.extend(_compared(said, years, ours, none, ours))
            return np.full(ours.shape, np.nan)
        mean, spread, weights = _blend(ours, deviation, said, years, trust, target_trust if line in heard else 0.0)
        comparisons.extend(_compared(said, years, ours, weights, mean))
        if line == "own_revenue":
            result = np.maximum(spread.reshape(-1, len(years))[0], floor)
        return carry_on(ours, mean, weights.sum(axis=-2) > 0)

    for place, code in enumerate(codes):
        if code != "own_revenue":
            wanted = settle(code, moved[..., place])
            moved[..., place] = np.where(np.isfinite(wanted), wanted, moved[..., place])
    groups = np.array([list(GROUP_OF).index(code[:3]) if code[:3] in GROUP_OF else -1 for code in codes])
    wholes = [moved[..., groups == number].sum(axis=-1) for number in range(len(GROUP_OF))]
    grouped = [settle(line, whole) for line, whole in zip(GROUP_OF.values(), wholes, strict=True)]
    nothing = np.full(moved.shape[:-1], np.nan)
    moved = coherent(moved, groups, np.stack(grouped, axis=-1), nothing)
    moved = coherent(moved, groups, nothing[..., None], settle("own_revenue", moved.sum(axis=-1)))
    touched = any(np.isfinite(row.weight) and row.weight > 0 for row in comparisons)
    if touched and "own_revenue" not in heard:
        result = np.maximum(_of_total(result, opinions, comparisons, years), floor)
    if not touched:  # bit for bit, whatever the sums round to
        moved = np.array(total[..., None] if items is None else items, dtype=float)
    return Blended(moved.sum(axis=-1) if touched else total, moved, result, tuple(comparisons))


def opinion_rows(comparisons: tuple[Comparison, ...]) -> pd.DataFrame:
    """Return comparisons as a frame, one row each, for the report and its CSV.

    Columns line, label, forecaster, year, theirs, ours, difference (fraction), weight, blended, record, note.
    """
    columns = [
        *("line", "label", "forecaster", "year", "theirs", "ours"),
        *("difference", "weight", "blended", "record", "note"),
    ]
    rows = [
        {
            **vars(row),
            "label": revenue_label(row.line),
            "difference": row.theirs / row.ours - 1 if row.ours > 0 else np.nan,
        }
        for row in comparisons
    ]
    return pd.DataFrame(rows, columns=columns)


def record_text(record: Record) -> str:
    """Say in Chinese how a forecaster did so far.

    Examples
    --------
    >>> trust = forecaster_trust()
    >>> nothing = np.full((1, 6), np.nan)
    >>> record_text(track_record(nothing, nothing, trust))
    '没有可比的以往预测'
    """
    parts = []
    for horizon, count in enumerate(record.count.tolist()):
        if count:
            error = float(np.expm1(record.mean_error[horizon]))
            way = "偏低" if error > 0 else "偏高"
            when = "当年" if horizon == 0 else f"提前{horizon}年"
            mean = f"平均{way} {abs(error):.1%}" if round(abs(error), 3) else "平均无偏差"
            parts.append(f"{when} {count} 次，{mean}，均方根误差 {float(record.root_mean_square[horizon]):.1%}")
    return "；".join(parts) or "没有可比的以往预测"


def _budget_lines(opinions: tuple[Opinion, ...], codes: tuple[str, ...]) -> frozenset[str]:
    """The lines at which the budget is heard: the finest with a record, each sum only where none of its parts is."""
    said = {opinion.line: bool(opinion.record.count.any()) for opinion in opinions if opinion.target}
    proven = any(known for line, known in said.items() if line in {*codes, *_TOTALS})
    fit = {line for line, known in said.items() if known or not proven}
    heard = {code for code in codes if code in fit}
    for prefix, group in GROUP_OF.items():
        if group in fit and not any(code.startswith(prefix) for code in heard):
            heard.add(group)
    return frozenset(heard) if heard else frozenset({"own_revenue"} & fit)


def _of_total(
    deviation: np.ndarray, opinions: tuple[Opinion, ...], comparisons: list[Comparison], years: tuple[int, ...]
) -> np.ndarray:
    """The total's deviation after its parts were blended with a budget's: by their mean weight and the total's record."""
    whole = next((opinion for opinion in opinions if opinion.target and opinion.line == "own_revenue"), None)
    if whole is None:
        return deviation
    found = np.array(deviation, dtype=float)
    for at, year in enumerate(years):
        parts = [row for row in comparisons if row.forecaster == BUDGET and row.year == year and row.weight > 0]
        total = next((row.ours for row in comparisons if row.line == "own_revenue" and row.year == year), 0.0)
        weight = sum(row.weight * row.ours for row in parts) / total if total > 0 else 0.0
        if not weight:
            continue
        theirs = weight * whole.record.deviation[min(int(whole.horizons[at]), len(whole.record.deviation) - 1)]
        own, rho = (1 - weight) * found[at], forecaster_trust().correlation
        found[at] = np.sqrt((1 - rho) * (own**2 + theirs**2) + rho * (own + theirs) ** 2)
    return found


def _trust_of(forecaster: str, line: str) -> Trust:
    return forecaster_trust("" if forecaster != BUDGET else "total" if line in _TOTALS else "item")


def _rows(place: Place, history: History) -> list[dict[str, Any]]:
    """Return the table's rows, and budgets, of sums and of items, where it names none for a line."""
    rows = place.rows("opinions").to_dict("records")
    planned = history.planned_codes[Budget.GENERAL]
    items = [code for code in planned.columns if len(code) == 5 and code[:3] in GROUP_OF]
    figures = {line: history.planned[line] for line in _TOTALS if line in history.planned.columns}
    figures |= {code: planned[code] for code in items}
    named = {row["line_or_code"] for row in rows if row["forecaster"] == BUDGET}
    said = [
        {"line_or_code": line, "made_in": int(year) - AHEAD, "year": int(year), "amount": float(amount)}
        for line, amounts in figures.items()
        if line not in named
        for year, amount in amounts.items()
        if amount == amount  # published
    ]
    return rows + [{"forecaster": BUDGET, "source": "历年预算", "note": "", **row} for row in said]


def _record(said: list[dict[str, Any]], outturns: Mapping[int, float], trust: Trust) -> Record:
    targets = sorted({row["year"] for row in said})
    forecasts = np.full((len(targets), len(trust.deviation)), np.nan)
    for row in said:
        horizon = int(row["year"]) - int(row["made_in"])
        if 0 <= horizon < len(trust.deviation):
            forecasts[targets.index(row["year"]), horizon] = row["amount"]
    actuals = np.array([outturns.get(year, np.nan) for year in targets], dtype=float)
    return track_record(forecasts, np.broadcast_to(actuals[:, None], forecasts.shape), trust)


def _blend(
    ours: np.ndarray,
    deviation: np.ndarray,
    said: list[Opinion],
    years: tuple[int, ...],
    trust: np.ndarray | float,
    target_trust: np.ndarray | float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    def of_record(name: str) -> np.ndarray:
        """Return a column of the records at each year's horizon, shape (opinion, year)."""
        last = len(said[0].record.count) - 1
        return np.stack([getattr(opinion.record, name)[np.clip(opinion.horizons, 0, last)] for opinion in said])

    amounts = np.stack([opinion.amounts for opinion in said])
    given = np.stack([np.broadcast_to(target_trust if opinion.target else trust, len(years)) for opinion in said])
    # An opinion that is only printed must not push the others' weights down.
    heard = np.where(given > 0, amounts, np.nan)
    mean, spread, weights = blend(
        ours,
        np.broadcast_to(deviation, ours.shape),
        np.broadcast_to(heard, (*ours.shape[:-1], *heard.shape)),
        of_record("bias"),
        of_record("deviation"),
        of_record("most"),
        forecaster_trust().correlation,
        given,
    )
    return mean, spread, weights


def _compared(
    said: list[Opinion], years: tuple[int, ...], ours: np.ndarray, weights: np.ndarray, mean: np.ndarray
) -> Iterator[Comparison]:
    """Yield a row for each opinion and year; with leading axes the first path speaks for all."""
    plain = (0,) * (ours.ndim - 1)
    for number, opinion in enumerate(said):
        for place, year in enumerate(years):
            if np.isfinite(opinion.amounts[place]):
                yield Comparison(
                    opinion.forecaster,
                    opinion.line,
                    year,
                    float(opinion.amounts[place]),
                    float(ours[plain][place]),
                    float(weights[plain][number, place]),
                    float(mean[plain][place]),
                    record_text(opinion.record),
                    "；".join(text for text in (TARGET_NOTE if opinion.target else "", opinion.note) if text),
                )
