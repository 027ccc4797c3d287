"""Other scenarios as changes of a plan's inputs: what each moves on the tape, and which ones the tape alone can come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fiscal_model.model.projection import Plan
from fiscal_model.model.trace import inputs_of, trace
from fiscal_model.words.lines import LINES, MONEY
from fiscal_model.words.traced import INPUT

Figures = Mapping[str, np.ndarray]
"""Lines, steps of balancing (``step_…``) and own revenue by item (``item_…``); (year,)."""
TOLERANCE = {True: 0.01, False: 0.00001}
"""Within which a money line, and one in fractions, are equal."""


@dataclass(frozen=True)
class Switch:
    """A scenario that a plan may be switched to.

    Parameters
    ----------
    plan : Plan
        Of that scenario.
    changes : mapping of int to float
        What is added to an input, by its node on the tape.
    figures : mapping of str to (year,) float
        What Python makes of the scenario.
    reason : str
        In Chinese, why the inputs do not come to it; empty where they do.
    """

    plan: Plan
    changes: Mapping[int, float]
    figures: Figures
    reason: str = ""


@lru_cache(maxsize=8)
def switch(plan: Plan, other: Plan) -> Switch:
    """Tell how the inputs of a plan's general tape come to another scenario, or why they do not.

    Parameters
    ----------
    plan : Plan
    other : Plan
        Of the same place and years.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan, other = (fm.project(fm.read_place("data/places/gangu"), each) for each in ("baseline", "land_slump"))
    >>> switch(plan, other).reason
    ''
    """
    found, inputs = trace(plan, general=True), inputs_of(other)
    changes: dict[int, float] = {}
    for at in found.reached:
        node = found.tape.nodes[at]
        by = inputs.get((node.name, node.at), node.value) - node.value if node.kind == INPUT else 0.0
        if by and np.isfinite(by):
            changes[at] = by
    nodes = _named(plan, found.lines, found.steps, found.items)
    figures = _named(other, other.lines, other.steps, other.revenue_items)
    return Switch(other, changes, figures, _missed(found.tape.run(changes), nodes, figures, plan.years))


def _named(plan: Plan, lines: Figures, steps: Figures, items: np.ndarray) -> Figures:
    by_item = zip(plan.basis.revenue.forecast.items, items.T, strict=True)
    return {
        **lines,
        **{f"step_{id}": each for id, each in steps.items()},
        **{f"item_{id}": each for id, each in by_item},
    }


def _missed(values: np.ndarray, nodes: Figures, wanted: Figures, years: tuple[int, ...]) -> str:
    """Name the first figure that the inputs do not come to."""
    for id, at in nodes.items():
        money = id not in LINES or LINES[id].unit == MONEY
        off = ~np.isclose(values[at], wanted.get(id, np.nan), rtol=0, atol=TOLERANCE[money], equal_nan=True)
        if off.any():
            what = LINES[id].label if id in LINES else id
            return (
                f"只改输入表算不出这个情景（如“{what}”{years[int(np.argmax(off))]}年）：它还改变了推算或平衡的办法，"
                "请用 fiscal-model plan 按这个情景另编一份"
            )
    return ""
