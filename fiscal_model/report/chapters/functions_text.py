"""Which functions of spending grow fastest, and what drives them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from fiscal_model.analysis.spending.functions import Function, Spending, by_function
from fiscal_model.model.projection import Plan

_COUNTED, _NAMED = 0.01, 3
"""From which part of the base year's expenditure a function counts, and how many are named."""
_REST = "没有固定去向的其余部分"


def growing_functions(plan: Plan) -> list[dict[str, Any]]:
    """Name the functions that grow fastest with rate, growth and driver; nothing without functions in the base year, or without growth."""
    spent = by_function(plan)
    if spent is None:
        return []
    whole = sum(each.base for each in spent.at(0))
    counted = [each for each in spent.at(0) if each.base >= _COUNTED * whole and _rate(each, plan) >= 0.0005]
    fastest = sorted(counted, key=lambda each: _rate(each, plan), reverse=True)[:_NAMED]
    return [{"label": each.label, "rate": _rate(each, plan), **_driver(spent, each)} for each in fastest]


def _rate(each: Function, plan: Plan) -> float:
    last = float(each.path[-1])
    return float((last / each.base) ** (1 / len(plan.years)) - 1) if last > 0 else -1.0


def _driver(spent: Spending, each: Function) -> dict[str, Any]:
    """Name what adds most to a growing function between the base year and the last year."""
    added: dict[str, float] = defaultdict(float)
    for part in spent.of(each.code):
        added[part.label.partition("：")[0]] += float(part.path[-1]) - part.base
    grown = float(each.path[-1]) - each.base
    added[_REST] = grown - sum(added.values())
    name = max(added, key=lambda key: added[key])
    return {"added": grown, "driver": name, "by_driver": added[name]}
