"""What a proposal does to the odds of each breach: the same futures with it and without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.affordability.trial import Ground, Trial
from fiscal_model.analysis.risk.drawn_futures import sampled
from fiscal_model.analysis.risk.stress import BREACHES, breached
from fiscal_model.arithmetic.elementary import longer
from fiscal_model.model.compute import Lines, compute
from fiscal_model.words.formula import ratio

_TWO_SIDED = 1.96
"""Of the normal law: 95 %."""


@dataclass(frozen=True, eq=False)
class BreachOdds:
    """Odds of each breach of `BREACHES` in any plan year and by year, with the proposal and without it, on the same paths.

    ``more`` and ``interval`` are the difference and its 95 % interval, sampling error of the pairs; breaches whose line the data do
    not carry are absent.
    """

    paths: int
    without: Mapping[str, float]
    with_it: Mapping[str, float]
    more: Mapping[str, float]
    interval: Mapping[str, tuple[float, float]]
    by_year_without: Mapping[str, np.ndarray]
    by_year_with: Mapping[str, np.ndarray]


def breach_odds(ground: Ground, trial: Trial, paths: int, seed: int) -> BreachOdds:
    """Run the same futures through the plan with those ranked before, and through the same with the proposal in it too.

    A raise of the three guarantees raises what they need on every path alike.
    """
    plan = ground.plan
    counted = [line for line in BREACHES if line not in plan.unavailable]
    hits: dict[str, list[np.ndarray]] = {line: [] for line in counted}
    priced = longer(trial.burden.priced, len(trial.years))[: len(plan.years)]
    for drivers, lines in sampled(plan, paths, seed):
        before = lines if ground.basis is plan.basis else compute(ground.basis, drivers)[0]
        after = _raised(compute(trial.basis, drivers)[0], priced)
        shape = lines["own_revenue"].shape
        for line in counted:
            hits[line].append(np.stack([_breached(line, each, shape) for each in (before, after)]))
    found = {line: np.concatenate(each, axis=1) for line, each in hits.items()}  # (2, path, year)
    ever = {line: each.any(axis=-1).astype(float) for line, each in found.items()}
    more = {line: each[1] - each[0] for line, each in ever.items()}
    error = {line: _TWO_SIDED * each.std() / np.sqrt(paths) for line, each in more.items()}
    return BreachOdds(
        paths,
        {line: float(each[0].mean()) for line, each in ever.items()},
        {line: float(each[1].mean()) for line, each in ever.items()},
        {line: float(each.mean()) for line, each in more.items()},
        {line: (float(each.mean() - error[line]), float(each.mean() + error[line])) for line, each in more.items()},
        {line: each[0].mean(axis=0) for line, each in found.items()},
        {line: each[1].mean(axis=0) for line, each in found.items()},
    )


def _breached(line: str, lines: Lines, shape: tuple[int, ...]) -> np.ndarray:
    return np.broadcast_to(breached(line, lines[line]), shape)


def _raised(lines: Lines, priced: np.ndarray) -> Lines:
    """Count a raise of the three guarantees among what they need."""
    if not priced.any():
        return lines
    needed = lines["guarantees_county"] + priced
    return {**lines, "guarantees_county": needed, "guarantee_coverage": ratio(lines["available_resources"], needed)}
