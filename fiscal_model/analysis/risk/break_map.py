"""What breaks where: every pair of falls of two drivers, each a future of the plan's own arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fiscal_model.analysis.risk.red_lines import beyond_lines
from fiscal_model.analysis.risk.reverse_stress import reverse_stress
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import Plan

ACROSS, UP = "own_revenue", "general_purpose"
"""The two drivers: both pay for everything, and in no shipped place do others weigh more in the most likely break."""
WORSE, BETTER = 32, 8
"""Steps of a side of the map: falls, rises."""
LEAST, SHOWN = 0.1, 0.8
"""Shortest side; part of the way to the farthest line that one driver alone crosses: both together cross it on the map."""


@dataclass(frozen=True)
class BreakMap:
    """Which lines are crossed in any plan year when both drivers are moved in all of them.

    Parameters
    ----------
    changes : (41,) float
        Change of either driver, share of its level, from a rise to the farthest fall; one of them is nothing.
    crossed : mapping of str to (up, across) bool
        By line of `RED_LINES` that the place's data carry.
    """

    changes: np.ndarray
    crossed: Mapping[str, np.ndarray]


@lru_cache(maxsize=16)
def break_map(plan: Plan) -> BreakMap:
    """Compute the plan once for every pair of changes of own revenue and general-purpose transfers.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = break_map(fm.plan("data/places/lijiang"))
    >>> {line: (bool(crossed[8, 8]), bool(crossed[-1, -1])) for line, crossed in found.crossed.items()}["funding_gap"]
    (False, True)
    """
    changes = np.arange(BETTER, -WORSE - 1, -1) / WORSE * _farthest(plan)
    up, across = (1 + each.reshape(-1, 1) for each in np.meshgrid(changes, changes, indexing="ij"))
    moved = np.ones((1, len(plan.years)))
    lines, _ = compute(plan.basis, Drivers(**{ACROSS: across * moved, UP: up * moved}))
    beyond = beyond_lines(plan, lines)
    shape = (len(changes), len(changes))
    return BreakMap(
        changes,
        {line: np.broadcast_to((each > 0).any(axis=-1), len(up)).reshape(shape) for line, each in beyond.items()},
    )


def _farthest(plan: Plan) -> float:
    """The farthest fall shown, in steps of five points."""
    found = reverse_stress(plan)
    alone = [
        [-each.size for each in found.lasting(line) if each.driver in (ACROSS, UP) and each.status == "breaks"]
        for line in found.already
    ]
    reach = max((min(sizes) for sizes in alone if sizes), default=1.0)
    return float(np.clip(np.ceil(SHOWN * reach * 20) / 20, LEAST, 1.0))
