"""Other scenarios as changes of a plan's inputs: what each moves on the tape, and which ones the tape alone can come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.model.projection import Plan
from fiscal_model.model.trace import Trace, inputs_of
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


def switches(plan: Plan, found: Trace, others: Iterable[Plan]) -> tuple[Switch, ...]:
    """Tell how a plan's inputs come to other scenarios, or why they do not.

    Parameters
    ----------
    plan : Plan
    found : Trace
        Its general tape.
    others : iterable of Plan
        Of the same place and years.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> from fiscal_model.model.trace import trace
    >>> plan, other = (fm.project(fm.read_place("data/places/gangu"), each) for each in ("baseline", "land_slump"))
    >>> [each.reason for each in switches(plan, trace(plan, general=True), [other])]
    ['']
    """
    nodes = _named(plan, found.lines, found.steps, found.items)
    return tuple(_switch(plan, found, nodes, other) for other in others)


def _named(plan: Plan, lines: Figures, steps: Figures, items: np.ndarray) -> Figures:
    by_item = zip(plan.basis.revenue.forecast.items, items.T, strict=True)
    return {
        **lines,
        **{f"step_{id}": each for id, each in steps.items()},
        **{f"item_{id}": each for id, each in by_item},
    }


def _switch(plan: Plan, found: Trace, nodes: Figures, other: Plan) -> Switch:
    inputs = inputs_of(other)
    changes: dict[int, float] = {}
    for at in found.reached:
        node = found.tape.nodes[at]
        by = inputs.get((node.name, node.at), node.value) - node.value if node.kind == INPUT else 0.0
        if by and np.isfinite(by):
            changes[at] = by
    figures = _named(other, other.lines, other.steps, other.revenue_items)
    return Switch(other, changes, figures, _missed(found.tape.run(changes), nodes, figures, plan.years))


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
