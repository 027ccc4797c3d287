"""What the plan says of the plan before it: outturn against plan, what moved and why, what is carried over."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.rolling.carried import carried_commitments
from fiscal_model.analysis.rolling.plan_bridge import PARTS, Bridge, bridge_of
from fiscal_model.blocks.revenue.past_errors import compare_with_outturn
from fiscal_model.inputs.past_plans import last_before, one_a_year, read_vintages
from fiscal_model.inputs.vintages import Vintage
from fiscal_model.model.projection import Plan
from fiscal_model.report.material import Material
from fiscal_model.report.wording import amount, money, percent, whole

SPOKEN = ("own_revenue", "rigid_total", "fiscal_space")
"""Lines whose movement is put into words."""


def bridge_sentences(m: Material) -> list[str]:
    """Write the paragraphs on the last plan for the chapter on the base year; empty where no earlier plan is kept."""
    vintages = read_vintages(m.plan.basis.place)
    kept = last_before(vintages, m.base, m.plan.basis.scenario.id)
    if kept is None:
        return []
    moved = bridge_of(m.plan)
    found = [_against_outturn(m, kept)]
    if moved is not None:
        found += ["".join(movement_sentences(moved)), *(f"{note}。" for note in moved.notes)]
    carried = carried_sentence(carried_commitments(m.plan, kept))
    count = len(one_a_year(vintages, m.base))
    if count > 1:
        found.append(f"共保存往年规划{count}轮，逐项误差见附表01-3。")
    return [*found, *([carried] if carried else [])]


def movement_sentences(moved: Bridge) -> list[str]:
    """Say by how much each line of `SPOKEN` that both plans have moved in the first common year, and by what."""
    year, found = moved.years[0], []
    for line in SPOKEN:
        mine = moved.line(line)
        if year not in mine.index:
            continue
        row = mine.loc[year]
        earlier, later = whole(row["earlier"]), whole(row["later"])
        said = f"{year}年{row['label']}，上轮规划{earlier:,d}万元，本轮{later:,d}万元，"
        if later == earlier:
            found.append(f"{said}没有变动。")
            continue
        parts = _whole({name: float(row[part]) for part, name in PARTS.items()}, later - earlier)
        listed = "、".join(f"{name}{_signed(amount)}" for name, amount in parts.items())
        found.append(f"{said}{_signed(later - earlier)}，其中：{listed}。")
    return found


def carried_sentence(carried: pd.DataFrame) -> str:
    """Say what is carried over, empty where nothing is."""
    if not len(carried):
        return ""
    sums = carried.groupby("kind", sort=False)["amount"].agg(["size", "sum"])
    listed = "、".join(f"{kind}{int(row['size'])}项{money(row['sum'])}" for kind, row in sums.iterrows())
    return f"上轮规划以来形成、顺延到本轮的事项：{listed}。"


def outturn_sentence(plan: Plan, kept: Vintage, line: str, year: int) -> str:
    """Say plan, outturn and difference of one line and year; empty where one is not known."""
    held = compare_with_outturn(kept, plan.basis.history, plan.basis.place)
    held = held[(held["line"] == line) & (held["year"] == year)]
    if not len(held):
        return ""
    row = held.iloc[0]
    cause = f"，{row['cause']}" if row["cause"] else ""
    share = f"（{percent(abs(row['percent']))}）" if np.isfinite(row["percent"]) else ""
    return (
        f"{row['label']}规划{amount(row['planned'])}，实际{amount(row['outturn'])}，"
        f"{'多' if row['difference'] > 0 else '少'}{amount(abs(float(row['difference'])))}{share}{cause}"
    )


def _against_outturn(m: Material, kept: Vintage) -> str:
    said = f"上轮规划以{kept.base_year}年为基期（{kept.scenario.name}）。"
    parts = [outturn_sentence(m.plan, kept, line, m.base) for line in ("own_revenue", "expenditure", "fund_revenue")]
    parts = [part for part in parts if part]
    if not parts:
        return f"{said}上轮规划的年份没有{m.base}年，未与执行结果对照。"
    return f"{said}与上轮规划相比，{m.base}年{'；'.join(parts)}。"


def _whole(parts: dict[str, float], total: int) -> dict[str, int]:
    """Whole amounts that add up as printed: the largest part takes what rounding leaves."""
    rounded = {name: whole(amount) for name, amount in parts.items()}
    largest = max(parts, key=lambda name: abs(parts[name]))
    rounded[largest] += total - sum(rounded.values())
    return {name: amount for name, amount in rounded.items() if amount}


def _signed(amount: float) -> str:
    return f"{'增加' if amount > 0 else '减少'}{abs(round(amount)):,d}万元"
