"""What the tests of the web page's model share: the inputs of a plan's tape as arrays, and random changes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from fiscal_model.model.projection import Plan
from fiscal_model.model.trace import trace, with_inputs
from fiscal_model.report.writers.page_model import SLIDERS, Slider

Arrays = dict[str, np.ndarray]


def inputs_of(plan: Plan) -> Arrays:
    """The inputs of a plan's general tape, each as the array that bears its name."""
    found = trace(plan, general=True)
    arrays = {}
    for name, nodes in found.inputs.items():
        arrays[name] = np.zeros(tuple(np.max([*nodes], axis=0) + 1) if () not in nodes else ())
        for at, node in nodes.items():
            arrays[name][at] = found.tape.nodes[node].value
    return arrays


def random_moves(generator: np.random.Generator) -> dict[str, float]:
    """Two thirds of the sliders anywhere on their way."""
    return {each.id: generator.uniform(each.low, each.high) for each in SLIDERS if generator.random() < 0.67}


def moved_inputs(arrays: Mapping[str, np.ndarray], moves: Mapping[str, float], since: int) -> Arrays:
    """The inputs that moved sliders change, as the page changes them."""
    changed = {}
    for slider in SLIDERS:
        for name in slider.inputs:
            if slider.id in moves and name in arrays:
                changed[name] = _moved(slider, arrays[name], moves[slider.id], since)
    return changed


def _moved(slider: Slider, values: np.ndarray, by: float, since: int) -> np.ndarray:
    found = values.copy()
    found[since:] = found[since:] * (1 + by) if slider.kind == "share" else found[since:] + by
    return found


def random_inputs(arrays: Mapping[str, np.ndarray], generator: np.random.Generator) -> Arrays:
    """Half of all inputs up to a fifth higher or lower; what is a share stays one."""
    found = {}
    for name, values in arrays.items():
        if generator.random() < 0.5:
            moved = values * generator.uniform(0.8, 1.2, values.shape)
            found[name] = np.minimum(moved, 1.0) if (values <= 1).all() and "drivers" not in name else moved
    return found


def vector_of(program: Mapping, arrays: Mapping[str, np.ndarray], changed: Mapping[str, np.ndarray]) -> list[float]:
    """The inputs of a program in its order, changed."""
    return [float({**arrays, **changed}[name][tuple(at)]) for name, *at in program["inputs"]]


def unlike(found: Mapping[str, list], plan: Plan, changed: Arrays) -> Iterator[tuple[str, list, list]]:
    """The lines that differ from what Python computes by more than 0.01 万元, or by a share of 1e-8."""
    expected = with_inputs(plan, changed)
    for line in found.keys() & plan.lines.keys():
        values = found[line]
        said = np.broadcast_to(np.asarray(expected[line], dtype=float), (len(plan.years),))
        ours = np.array([np.nan if value is None else value for value in values], dtype=float)
        real = np.where(np.isfinite(said), said, np.nan)
        if line not in plan.unavailable and not np.allclose(
            ours, real, rtol=1e-8, atol=0.01 if np.nanmax(np.abs(real), initial=0.0) > 50 else 1e-6, equal_nan=True
        ):
            yield line, ours.tolist(), said.tolist()
