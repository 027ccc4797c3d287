"""Where a scenario stands in a simulation: how many of its futures lie below."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import Plan

POSITIONED = ("own_revenue", "available_resources", "uncommitted_resources", "funding_gap")
"""Lines of a scenario whose position is printed; a gap lies above the futures that are better."""


def position_in(fan: Fan, line: str, values: np.ndarray) -> np.ndarray:
    """Return the share of simulated futures in which a line is smaller than given, (year,) float.

    Between the fan's quantiles straight in the normal score; 0 or 1 beyond the outermost (``fan.quantiles``), NaN where
    the line was not simulated.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> fan = fm.simulate(plan, paths=2000)
    >>> position_in(fan, "own_revenue", fan.lines["own_revenue"][fan.quantiles.index(0.25)]).round(2).tolist()
    [0.25, 0.25, 0.25, 0.25, 0.25]
    """
    if line not in fan.lines:
        return np.full(len(values), np.nan)
    scores, found = ndtri(np.array(fan.quantiles)), np.empty(len(values))
    for year, (bounds, value) in enumerate(zip(fan.lines[line].T, values, strict=True)):
        above = int(np.searchsorted(bounds, value - 1e-9 * abs(value)))
        if above in (0, len(bounds)):
            found[year] = float(above > 0)
            continue
        low, high = bounds[above - 1], bounds[above]
        found[year] = ndtr(scores[above - 1] + (scores[above] - scores[above - 1]) * (value - low) / (high - low))
    return found


def positions_of(plan: Plan, fan: Fan) -> dict[str, np.ndarray]:
    """Return the position of a plan's lines in a fan, by line; lines that either does not know are left out."""
    return {line: position_in(fan, line, plan.line(line)) for line in POSITIONED if line in fan.lines}
