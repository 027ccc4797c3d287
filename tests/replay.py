"""A tree of `explain`, run again: forty lines that know nothing of what made it."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

APPLIED = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else math.nan if a != a or not a else math.copysign(math.inf, a),
    "min": lambda a, b: math.nan if a != a or b != b else min(a, b),
    "max": lambda a, b: math.nan if a != a or b != b else max(a, b),
    ">": lambda a, b: float(a > b),
    ">=": lambda a, b: float(a >= b),
    "<": lambda a, b: float(a < b),
    "<=": lambda a, b: float(a <= b),
    "==": lambda a, b: float(a == b),
    "!=": lambda a, b: float(a != b),
    "and": lambda a, b: float(bool(a) and bool(b)),
    "if": lambda condition, then, otherwise: then if condition else otherwise,
}


def replay(tree: Iterable[Mapping[str, Any]]) -> float:
    """Compute the figure of a tree (``tree`` of the JSON) from its inputs and constants alone."""
    values: list[float] = []
    for node in tree:
        if node["op"] in APPLIED:
            values.append(APPLIED[node["op"]](*(values[each] for each in node["of"])))
        else:
            values.append(math.nan if node["value"] is None else float(node["value"]))
    return values[-1]
