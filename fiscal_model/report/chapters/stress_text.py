"""Stress in words: what hits hardest, what comes together, which bad year of its own the place would not stand again."""

from __future__ import annotations

import pandas as pd

from fiscal_model.analysis.risk.stress import PLAN, StressTest, stress_test
from fiscal_model.report.material import Material
from fiscal_model.report.wording import money, numbered

_KINDS = {
    "single": "单项",
    "combined": "几项同时发生",
    "contingent": "或有负债集中支出",
    "replay": "历史重演",
    "relief": "减轻（对照）",
}
_GAPS = {"funding_gap": "收支缺口", "fund_gap": "政府性基金缺口"}
_TOGETHER = "revenue_with_transfers"
_SEEN, _NAMED = 0.5, 3
"""From where on an amount counts, 万元; as many stresses are named."""


def stress_paragraphs(m: Material) -> list[str]:
    """Say what the stress test found, each sentence from the figures of table 28-2."""
    found = stress_test(m.plan)
    rows = found.summary()
    counts = "、".join(
        f"{word}{(rows['kind'] == kind).sum()}项" for kind, word in _KINDS.items() if kind in {*rows["kind"]}
    )
    said = [
        f"在本规划上逐项加压（{counts}），已定的债券、项目和措施不变，收支重新平衡，结果见附表28-2、28-3。压力幅度为设计值，没有正式规定。"
    ]
    if "tax_revenue" in m.plan.unavailable:
        said[0] += "税收没有单独提供，税收的压力按全部自有收入计。"
    if rows["uncommitted"].isna().all():
        return [*said, "未安排财力没有测算，压力的影响无从比较。"]
    points = [
        _hardest(rows, "single", "单项压力中"),
        _together(rows),
        _hardest(rows, "combined", "几项同时发生时"),
        _worst_year(rows),
    ]
    points += [*(_gaps(found, rows, line) for line in _GAPS), _cover(rows)]
    return [*said, *numbered(filter(None, points))]


def _hardest(rows: pd.DataFrame, kind: str, lead: str) -> str:
    """Which of a kind takes most of the money that is free."""
    of_kind = rows[(rows["kind"] == kind) & (rows["uncommitted_change"] < -_SEEN)]
    if of_kind.empty:
        return ""
    worst = of_kind.loc[of_kind["uncommitted_change"].idxmin()]
    return f"{lead}，“{worst['name']}”影响最大：{_effect(worst, rows.loc[PLAN])}。"


def _together(rows: pd.DataFrame) -> str:
    """Less revenue and less money from above, which came together before."""
    if _TOGETHER not in rows.index or rows.loc[_TOGETHER, "uncommitted_change"] >= -_SEEN:
        return ""
    row = rows.loc[_TOGETHER]
    return f"收入下滑时上级补助往往也减少，“{row['name']}”：{_effect(row, rows.loc[PLAN])}。"


def _worst_year(rows: pd.DataFrame) -> str:
    """The place's own worst year; nothing where none of its years is worse than the plan."""
    own = rows[rows.index.str.startswith("own_") & (rows["uncommitted_change"] < -_SEEN)]
    if own.empty:
        return (
            ""
            if not rows.index.str.startswith("own_").any()
            else "本地历史上最差的几年，收入增速都不低于规划第一年，重演不构成压力。"
        )
    worst = own.loc[own["uncommitted_change"].idxmin()]
    return f"{worst['name']}：{_effect(worst, rows.loc[PLAN])}。"


def _effect(row: pd.Series, plan: pd.Series) -> str:
    lost = f"规划期未安排财力合计比规划少{money(-row['uncommitted_change'])}"
    if f"{row['coverage']:.2f}" == f"{plan['coverage']:.2f}":
        return f"{lost}，三保保障倍数最低{plan['coverage']:.2f}倍，与规划相同"
    return f"{lost}，三保保障倍数最低由{plan['coverage']:.2f}倍降到{row['coverage']:.2f}倍"


def _gaps(found: StressTest, rows: pd.DataFrame, line: str) -> str:
    """Which stresses open a gap that the plan does not have, or widen one."""
    if rows[line].isna().all():
        return ""
    word, before = _GAPS[line], float(rows.loc[PLAN, line])
    worse = rows[rows[line] > before + _SEEN].sort_values(line, ascending=False, kind="stable")
    has = f"本规划已有{word}{money(before)}" if before > _SEEN else f"本规划没有{word}"
    if worse.empty:
        return f"{has}，各项压力都没有{'使其扩大' if before > _SEEN else '造成缺口'}。"
    names = "、".join(f"“{name}”" for name in worse["name"][:_NAMED]) + ("等" if len(worse) > _NAMED else "")
    first = min(found.first_breaches(str(id))[line] for id in worse.index)
    how = "扩大" if before > _SEEN else f"出现{word}，最早在{first}年"
    return f"{has}；{len(worse)}项压力下{how}，最大的是{names}，最多{money(float(worse[line].iloc[0]))}。"


def _cover(rows: pd.DataFrame) -> str:
    """Whether the three guarantees stay covered."""
    stressed = rows[~rows["kind"].isin(["plan", "relief"])]["coverage"].dropna()
    if stressed.empty:
        return ""
    short = rows.loc[stressed[stressed < 1].index, "name"]
    if short.empty:
        return f"各项压力下可用财力都够保“三保”，保障倍数最低为{stressed.min():.2f}倍。"
    return f"{'、'.join(f'“{name}”' for name in short)}下可用财力不够保“三保”，保障倍数最低为{stressed.min():.2f}倍。"
