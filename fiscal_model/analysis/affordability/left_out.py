"""Why a project is left out of the choice, and what would bring it in: money, size, a later start, a subsidy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fiscal_model.analysis.affordability.candidates import Candidate, Ways
from fiscal_model.arithmetic.elementary import longer
from fiscal_model.arithmetic.spending.joint_totals import share_held
from fiscal_model.arithmetic.spending.project_choice import Chosen, choose

CENT = 1e-6


def short_of(ways: Ways, at: int, money: np.ndarray, held: float) -> dict[str, float]:
    """Say what a candidate lacks where the futures do not pay it even alone: money a year, size, a later start."""
    each, mine = ways.candidates[at], ways.options.cost[ways.options.project == at]
    alone = max(share_held(money, cost) for cost in mine)
    if alone >= held:
        return {"alone": alone}
    allowed = int(np.floor(len(money) * (1 - held) + CENT))
    lacks = [np.sort(np.max((cost - money)[:, cost > 0], axis=1))[::-1][allowed] for cost in mine if cost.any()]
    fits = max(_scale_held(money, cost, held) for cost in mine)
    return {"alone": alone, "extra": float(min(lacks)), "fits": fits, "delay": float(_later(ways, each, money, held))}


def _later(ways: Ways, each: Candidate, money: np.ndarray, held: float) -> int:
    """Return the first start after its latest, within the plan, that is paid alone; 0 without one."""
    for start in range(each.latest + 1, ways.plan_end + 1):
        cost = np.zeros(start - ways.years[0] + len(each.county))
        cost[start - ways.years[0] :] = each.county
        if share_held(longer(money, max(len(cost), money.shape[1]))[:, : len(cost)], cost) >= held:
            return start
    return 0


def why_left_out(
    ways: Ways, found: Chosen, start: np.ndarray, at: int, money: np.ndarray, held: float
) -> tuple[str, float]:
    """Say why a candidate is left out, and about what share of its county money less would bring it in; NaN when none would."""
    each, options = ways.candidates[at], ways.options
    names = {one.code: (one.name, start[position]) for position, one in enumerate(ways.candidates)}
    for other, begun in (names[one.code] for one in ways.candidates if one.group and one.group == each.group):
        if begun:
            return f"与“{other}”只选其一", np.nan
    if each.requires in names and not names[each.requires][1]:
        return f"前置项目“{names[each.requires][0]}”没有入选", np.nan
    mine = np.flatnonzero(options.project == at)
    alone = [share_held(money, options.cost[way]) for way in mine]
    if max(alone) < held:
        return f"单独安排也只在{max(alone):.0%}的未来付得起", 1 - _scale_held(
            money, options.cost[mine[int(np.argmax(alone))]], held
        )
    paid = options.cost[mine] @ found.price
    part = float(np.min(1 - options.value[mine] / np.where(paid > 0, paid, np.inf)))
    if paid.min() > 0 and part > 0:
        return "同样的资金用于入选项目得分更高", part
    return "债券额度、类别比例等条件不容", np.nan


def _scale_held(money: np.ndarray, cost: np.ndarray, held: float) -> float:
    """Largest scale of a cost that is paid in a share of the futures: the futures' own scales, in order."""
    spent = cost > 0
    scale = np.sort(np.min(np.maximum(money[:, spent], 0.0) / cost[spent], axis=1))
    return float(min(scale[int(np.floor(len(scale) * (1 - held) + CENT))], 1.0))


def brought_in(ways: Ways, at: int, part: float, money: np.ndarray, held: float, gap: float, seconds: float) -> float:
    """Return the share of county money less with which the choice, made again, takes a candidate: tried, not only worked out."""
    options = ways.options
    mine = options.project == at
    for share in np.unique(np.clip([part, *(part * np.array([1.02, 1.1, 1.25, 1.5])), 0.75, 0.9], 0.0, 1.0)):
        cheaper = np.where(mine[:, None], options.cost * (1 - share), options.cost)
        again = choose(replace(options, cost=cheaper), money, held, gap, seconds)
        if again is not None and again.taken[mine].any():
            return float(share)
    return np.nan
