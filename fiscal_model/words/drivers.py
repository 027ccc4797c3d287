"""What a future of a plan may move, declared once: id, Chinese name, and whether it multiplies or is added."""

from __future__ import annotations

from dataclasses import dataclass

_MULTIPLIERS = """
own_revenue 一般公共预算收入
general_purpose 财力性转移支付
earmarked 专用性转移支付
land 土地出让收入
fund_other 其他政府性基金收入
gdp 地区生产总值
prices 物价水平（运转支出和其他延续性支出）
persons 基本民生保障对象人数
standards 基本民生保障标准
pay 工资水平
insurance 社会保险待遇支出
"""
_ADDITIONS = """
coupon 新发债券票面利率
refinancing 再融资比例
duties 突发刚性支出（担保代偿、救灾等）
"""


@dataclass(frozen=True)
class Driver:
    """One of them; ``neutral`` is its value in the plan itself: one for what multiplies, nothing for what is added."""

    id: str
    label: str
    neutral: float


def _declared(text: str, neutral: float) -> dict[str, Driver]:
    rows = (row.split() for row in text.strip().splitlines())
    return {name: Driver(name, label, neutral) for name, label in rows}


DRIVERS_BY_ID: dict[str, Driver] = _declared(_MULTIPLIERS, 1.0) | _declared(_ADDITIONS, 0.0)
DRIVERS: tuple[str, ...] = tuple(DRIVERS_BY_ID)
"""Ids in their one order: what multiplies, then what is added (points of a rate or share, 万元)."""
