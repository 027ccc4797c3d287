"""What the charts draw: a plan's lines with the observed years before them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fiscal_model.model.planbook import observed_lines
from fiscal_model.model.projection import Plan

TITLES = {
    "plan_bridge": "上轮规划到本轮规划",
    "own_revenue": "一般公共预算收入：实际与预测区间",
    "general_balance": "一般公共预算收支平衡",
    "measures": "增收节支措施的效果",
    "guarantees": "三保需求与可用财力",
    "guarantee_warning": "三保保障倍数的预测区间与预警分档",
    "treasury_months": "库款月末余额",
    "debt_stock": "政府债务余额、限额与债务率",
    "interest_burden": "债务付息负担",
    "debt_service": "到期还本付息",
    "maturity_wall": "政府债务到期分布",
    "hidden_debt": "隐性债务化解路径：按来源",
    "project_coverage": "专项债券项目本息覆盖倍数",
    "fans": "三保保障倍数、收支缺口和债务率的预测区间",
    "probabilities": "各类风险的概率",
    "variance": "不确定性的来源",
    "tornado": "单项压力对未安排财力的影响（规划期合计，比规划）",
    "break_map": "两项收入一起减少，先突破什么",
    "scenarios": "各情景对比",
    "rating": "财政承受能力评级",
}

MOST_HISTORY = 12
"""Observed years that a chart shows."""


def history_of(plan: Plan, line: str) -> dict[int, float]:
    """Return the observed years of a line, as many as a chart shows."""
    actual = plan.basis.history.actual
    if line in actual.columns:
        series = actual[line].dropna().loc[: plan.base_year].tail(MOST_HISTORY)
        return dict(zip(series.index.tolist(), series.tolist(), strict=True))
    return observed_lines(plan, MOST_HISTORY).get(line, {})


def with_base(plan: Plan, lines: Sequence[str]) -> tuple[list[int], list[np.ndarray]]:
    """Years and lines from the base year on."""
    years, values = with_observed(plan, lines)
    first = years.index(plan.base_year)
    return years[first:], [row[first:] for row in values]


def with_observed(plan: Plan, lines: Sequence[str]) -> tuple[list[int], list[np.ndarray]]:
    """Years and lines, the last three observed years first, NaN where nothing was published."""
    observed = observed_lines(plan)
    before = list(range(plan.base_year - 2, plan.base_year + 1))
    rows = [
        np.array([*(observed.get(line, {}).get(year, np.nan) for year in before), *plan.line(line)]) for line in lines
    ]
    return [*before, *plan.years], rows
