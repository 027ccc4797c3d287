"""The stabilisation fund that a place needs, in words."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.risk.reserve import MAIN, Reserve, reserve
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import money, percent


def reserve_sentences(plan: Plan, fan: Fan) -> list[str]:
    """Say how large the fund must be, what is there, what a point more takes: the figures of table 29-7."""
    found = reserve(plan, paths=fan.paths, seed=fan.seed)
    asked = f"{found.levels[MAIN]:.0%}"
    if not np.isfinite(found.needed):
        return [
            f"要在规划期各年以{asked}的把握守住“三保”和收支平衡，预算稳定调节基金再多也做不到，最多守住{percent(found.held_at_most)}的模拟路径，须从支出和收入上想办法（附表29-7）。"
        ]
    has = f"现有{money(found.has)}" + ("" if found.known else "（没有公布，按不少于基期安排数计）")
    lead = f"要在规划期各年以{asked}的把握守住“三保”和收支平衡，{plan.years[0]}年年初的预算稳定调节基金须有{money(found.needed)}（附表29-7）"
    if found.short <= 0:
        return [f"{lead}；{has}，已经够用，守住{percent(found.held_with)}的模拟路径。"]
    said = [f"{lead}；{has}，只守住{percent(found.held_with)}的模拟路径，还缺{money(found.short)}。"]
    if np.isfinite(found.point):
        said.append(f"在此之上，把握每再多一个百分点，约需再加{money(found.point)}。")
    return ["".join([*said, _beyond_limit(found)])]


def _beyond_limit(found: Reserve) -> str:
    """Whether the fund may keep so much."""
    if found.needed <= found.limit:
        return f"这个数没有超过按假设可以留存的上限{money(found.limit)}，可以用以后年度的结余和超收逐步补充。"
    return f"这个数超过按假设可以留存的上限{money(found.limit)}，单靠基金守不住，须同时压减可以压减的支出、推迟项目。"
