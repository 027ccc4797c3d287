"""What is counted on every chunk of paths: warnings, grades, bands, ratings, months at risk. Whole numbers, so that chunks and threads add up alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from fiscal_model.analysis.guarantees.coverage_ground import coverage_is_judged
from fiscal_model.analysis.guarantees.early_warning import grades_on_paths, light_is_judged
from fiscal_model.analysis.rating.rating_outlook import way_counts_of
from fiscal_model.analysis.rating.rating_scores import grade_counts_of
from fiscal_model.arithmetic.risk.summaries import chance_errors
from fiscal_model.arithmetic.spending.warning_light import ORANGE, grade_counts
from fiscal_model.law.indicators import band_counts, beyond
from fiscal_model.law.rules import rules
from fiscal_model.model.debt_ratios import indicator_values, values_of
from fiscal_model.model.projection import Plan

GUARANTEE_LIGHT, TREASURY = "guarantee_light", "treasury"
"""Warnings beside those of single lines: the light of the three guarantees orange or red; a month in which something cannot be paid."""
SOME = 0.5
"""From how many 万元 on a gap counts."""


@dataclass(frozen=True)
class Odds:
    """How likely a warning is, with the standard error that the number of paths leaves."""

    by_year: np.ndarray  # (year,) float
    error: np.ndarray  # (year,) float
    ever: float  # in any plan year
    ever_error: float


@dataclass(frozen=True)
class Counts:
    """Numbers of paths; arrays add up chunk by chunk."""

    paths: int
    warned: Mapping[str, np.ndarray]  # (year + 1,) int: by year, then in any year
    both: Mapping[str, np.ndarray]  # (year + 1,) int: pairs of mirrored paths of which both are warned
    grades: np.ndarray  # (grade, year) int
    bands: Mapping[str, np.ndarray]  # (band, year) int
    ratings: np.ndarray  # (rating,) int
    ways: np.ndarray  # (way,) int: the rating of the last plan year against that of the first
    months: np.ndarray | None  # (year, 12) int: something cannot be paid when due
    first_months: np.ndarray | None  # (year, 12) int: for the first time


def count_paths(plan: Plan, lines: Mapping[str, np.ndarray], paths: int, named: Sequence[str]) -> Counts:
    """Count one chunk.

    ``named``: lines whose warnings are counted beside the light and the treasury.
    """
    years, missing = len(plan.years), np.full(len(plan.years), np.nan)
    grades, treasury = grades_on_paths(plan.basis, lines)
    grades = np.broadcast_to(grades, (paths, years))
    ratios, known = indicator_values(lines), values_of(plan)
    rated = {**lines, **dict.fromkeys(plan.unavailable, missing)}
    hits: dict[str, np.ndarray] = {name: hit for name in named if (hit := warned_on(name, lines[name])) is not None}
    if not coverage_is_judged(plan.basis):
        hits.pop("guarantee_coverage", None)
    if light_is_judged(plan.basis, lines):
        hits[GUARANTEE_LIGHT] = np.greater_equal(grades, ORANGE)
    risk: np.ndarray | None = None
    if treasury is not None:
        risk = np.broadcast_to(treasury.at_risk, (paths, years, 12))
        hits[TREASURY] = np.any(risk, axis=2)
    marks = {name: _with_ever(np.broadcast_to(hit, (paths, years))) for name, hit in hits.items()}
    return Counts(
        paths,
        {name: np.array([np.count_nonzero(year) for year in mark]) for name, mark in marks.items()},
        {name: np.array([_pairs(year) for year in mark]) for name, mark in marks.items()},
        grade_counts(grades),
        {
            name: band_counts(name, np.broadcast_to(ratios[name], (paths, years)))
            for name in known
            if np.isfinite(known[name]).any()
        },
        grade_counts_of(plan.basis, rated, paths),
        way_counts_of(plan.basis, rated, paths),
        None
        if risk is None
        else np.array([[np.count_nonzero(risk[:, year, month]) for month in range(12)] for year in range(years)]),
        None if risk is None else _first(risk),
    )


def warned_on(name: str, values: np.ndarray) -> np.ndarray | None:
    """Tell where a line is a gap or beyond its breach line, (..., year) bool; None for a line that warns of nothing."""
    if name.endswith("_gap"):
        return values > SOME
    return beyond(name, "breach", values) if "breach" in rules("indicators").get(name, {}) else None


def added(counts: Sequence[Counts]) -> Counts:
    """Add the chunks up."""
    found: dict[str, Any] = {}
    for each in fields(Counts):
        parts: list[Any] = [getattr(one, each.name) for one in counts]
        if isinstance(parts[0], Mapping):
            found[each.name] = {name: sum(part[name] for part in parts) for name in parts[0]}
        else:
            found[each.name] = None if parts[0] is None else sum(parts)
    return Counts(**found)


def odds_of(counts: Counts, paired: bool) -> Iterator[tuple[str, Odds]]:
    """Yield each warning with its chances."""
    for name, hits in counts.warned.items():
        share = hits / counts.paths
        error = chance_errors(hits, counts.both[name] if paired else None, counts.paths)
        yield name, Odds(share[:-1], error[:-1], float(share[-1]), float(error[-1]))


def _with_ever(hit: np.ndarray) -> list[np.ndarray]:
    return [*hit.T, hit.any(axis=1)]


def _pairs(hit: np.ndarray) -> int:
    whole = len(hit) // 2 * 2
    return int(np.count_nonzero(hit[0:whole:2] & hit[1:whole:2]))


def _first(risk: np.ndarray) -> np.ndarray:
    """Count how many paths come to be at risk for the first time in each month, (year, 12) int."""
    found, calm = np.zeros(risk.shape[1:], dtype=int), np.ones(len(risk), dtype=bool)
    for year, month in np.ndindex(found.shape):
        now = risk[:, year, month]
        found[year, month] = np.count_nonzero(now & calm)
        calm &= ~now
    return found
