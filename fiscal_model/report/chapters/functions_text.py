"""Words of chapter 5 on functions: which grow fastest, and what drives them."""

from __future__ import annotations

from collections import defaultdict

from fiscal_model.analysis.spending.functions import Function, Spending, by_function
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import money, percent

_COUNTED, _NAMED = 0.01, 3
"""From which part of the base year's expenditure a function counts, and how many are named."""
_REST = "没有固定去向的其余部分"


def function_sentences(plan: Plan) -> list[str]:
    """Say which functions grow fastest and by what; nothing where the base year has no functions."""
    spent = by_function(plan)
    if spent is None:
        return []
    whole, last = sum(each.base for each in spent.at(0)), plan.years[-1]
    counted = [each for each in spent.at(0) if each.base >= _COUNTED * whole]
    growing = [each for each in counted if _rate(each, plan) >= 0.0005]
    growing = sorted(growing, key=lambda each: _rate(each, plan), reverse=True)[:_NAMED]
    scope = f"按功能科目看（表07），占基期支出{percent(_COUNTED)}以上的{len(counted)}类"
    if not growing:
        return [f"{scope}，{last}年都不高于基期。"]
    said = "；".join(
        f"{each.label}（年均{percent(_rate(each, plan))}，{_driver(spent, each, plan)}）" for each in growing
    )
    return [f"{scope}中，到{last}年增长最快的是：{said}。"]


def _rate(each: Function, plan: Plan) -> float:
    last = float(each.path[-1])
    return float((last / each.base) ** (1 / len(plan.years)) - 1) if last > 0 else -1.0


def _driver(spent: Spending, each: Function, plan: Plan) -> str:
    """Name what adds most to a growing function between the base year and the last year."""
    added: dict[str, float] = defaultdict(float)
    for part in spent.of(each.code):
        added[part.label.partition("：")[0]] += float(part.path[-1]) - part.base
    grown = float(each.path[-1]) - each.base
    added[_REST] = grown - sum(added.values())
    name = max(added, key=lambda key: added[key])
    return f"{plan.years[-1]}年比基期增加{money(grown)}，其中{name}多{money(added[name])}，增加最多"
