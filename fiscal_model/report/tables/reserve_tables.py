"""Table 29-7: the stabilisation fund that holds the guarantees, by how sure it is to be."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.risk.reserve import MAIN, Reserve, reserve
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, table

_NEVER = "再多也守不住"


@table(
    "29-7", "reserve", "守住“三保”和收支平衡需要的预算稳定调节基金", "规划期各年都守住的把握",
    [Column("第一年年初余额", "fund"), Column("比现有缺", "short"), Column("每多一个百分点再加", "price")],
    label="label", row_id="id",
)  # fmt: skip
def reserve_table(plan: Plan, fan: Fan) -> Content:
    """The fund by level, what each point takes, and what the place has."""
    found = reserve(plan, paths=fan.paths, seed=fan.seed)
    rows = [
        {
            "id": f"level_{1000 * level:.0f}",
            "label": f"{level:.1%}",
            "fund": fund if np.isfinite(fund) else _NEVER,
            "short": max(fund - found.has, 0.0) if np.isfinite(fund) else "",
            "price": found.price(at),
        }
        for at, (level, fund) in enumerate(zip(found.levels, found.funds, strict=True))
    ]
    rows += [
        {"id": "has", "label": f"现有余额（守住的把握{found.held_with:.1%}）", "fund": found.has},
        {"id": "plan_needs", "label": "没有任何意外时规划本身需要", "fund": _money(found.plan_needs)},
        {"id": "limit", "label": "按假设可以留存的余额上限", "fund": found.limit},
    ]
    return Content(({"short": "", "price": ""} | row for row in rows), _notes(found))


def _money(fund: float) -> float | str:
    return fund if np.isfinite(fund) else _NEVER


def _notes(found: Reserve) -> tuple[str, ...]:
    unknown = () if found.known else ("现有余额没有公布，按不少于基期安排数计，实际缺额可能更小。",)
    error = (
        f"抽样误差：{found.levels[MAIN]:.0%}把握的余额有95%的可能在{found.error[0]:,.0f}至{found.error[1]:,.0f}万元之间。"
        if np.isfinite(found.error).all()
        else ""
    )
    return (
        f"在附表29的{found.paths:,}条路径上找最小的年初余额，使规划期每一年都没有一般公共预算收支缺口、可用财力够保“三保”；政府性基金的缺口不能用它弥补，不在内。{error}",
        "每条路径都按附表17的顺序平衡：先动用基金，再压减支出，仍不够的才算缺口，所以余额的一部分用来替代压减；结余按上限补回基金。",
        *unknown,
    )
