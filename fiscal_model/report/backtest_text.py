"""A back-test as tables on the screen: total by horizon, items by method, in sample beside out of sample."""

from __future__ import annotations

import numpy as np

from fiscal_model.arithmetic.revenue.rolling_origins import BUDGET
from fiscal_model.blocks.revenue.accuracy import PlaceBacktest
from fiscal_model.report.text_table import text_table

ENOUGH, NEAR = 20, 0.05
"""Trials from which an interval is judged, and how near its share of hits must come to its level."""


def backtest_text(found: PlaceBacktest) -> str:
    """Return the tables of a back-test as text."""
    result = found.result
    errors = result.mean_error()
    steps = range(errors.shape[2])
    years = [f"提前{step + 1}年" for step in steps]
    first, last = result.origins[0], result.origins[-1]
    parts = [
        f"{found.title}：收入预测回测，{len(result.names)} 个序列，从 {first} 年到 {last} 年逐年只用当时已知的数据预测。",
        text_table(
            f"一、{found.labels[0]}：样本外平均绝对百分比误差",
            ("方法", *years),
            [(method, *_percents(errors[place, 0])) for place, method in enumerate(result.methods)],
        ),
        text_table(
            "二、各项目：样本外平均绝对百分比误差（各提前年数平均），及误差最小的方法",
            ("项目", *result.methods, "最准"),
            [
                (label, *_percents(_mean(errors[:, row])), winner)
                for row, (label, winner) in enumerate(zip(found.labels, result.best(), strict=True))
            ],
        ),
        text_table(
            "三、本模型：样本内（定区间所用的残差）与样本外误差",
            ("项目", *(f"{year}{side}" for year in years for side in ("内", "外"))),
            [
                (label, *_percents(np.stack([np.expm1(result.inside[row]), errors[0, row]], axis=1).ravel()))
                for row, label in enumerate(found.labels)
            ],
        ),
        _coverage(found),
        _wins(found),
    ]
    if found.too_short:
        parts.append(f"年份太短、没有单独回测的项目：{'、'.join(found.too_short)}。")
    return "\n".join([*parts, conclusion(found)])


def conclusion(found: PlaceBacktest) -> str:
    """Say in one sentence whether the forecast may be relied on: one year ahead, against the best rival and the budget.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> print(conclusion(fm.backtest_place(fm.read_place("data/places/lijiang"))))
    结论：一般公共预算收入提前1年，本模型平均误差10.7%，比其他方法都小，大于当年预算（4.8%）；区间只检验了 6 次，不足以判断宽窄。
    """
    result = found.result
    errors = dict(zip(result.methods, result.mean_error()[:, 0, 0], strict=True))
    ours, budget = errors.pop(result.methods[0]), errors.pop(BUDGET, np.nan)
    rivals = {method: error for method, error in errors.items() if np.isfinite(error)}
    if not np.isfinite(ours) or not rivals:
        return f"结论：{found.labels[0]}的年份不够，预测准不准还不能判断。"
    best = min(rivals, key=lambda method: rivals[method])
    said = f"结论：{found.labels[0]}提前1年，本模型平均误差{ours:.1%}，"
    said += "比其他方法都小" if ours <= rivals[best] else f"不如{best}（{rivals[best]:.1%}）"
    if np.isfinite(budget):
        said += f"，{'小' if ours < budget else '大'}于当年预算（{budget:.1%}）"
    return f"{said}；{_trust(found)}。"


def _trust(found: PlaceBacktest) -> str:
    """What the intervals of the highest level are worth: enough trials, and near what they say."""
    inside = found.result.covered[0][np.isfinite(found.result.covered[0])]
    level = found.result.levels[0]
    if len(inside) < ENOUGH:
        return f"区间只检验了 {len(inside)} 次，不足以判断宽窄"
    miss = float(inside.mean()) - level
    word = "相符" if abs(miss) <= NEAR else "偏宽，实际误差小于所说" if miss > 0 else "偏窄，实际误差大于所说"
    return f"{level:.0%}区间实际包含 {inside.mean():.0%}，{word}"


def _coverage(found: PlaceBacktest) -> str:
    said = []
    for level, inside in zip(found.result.levels, found.result.covered, strict=True):
        known = inside[np.isfinite(inside)]
        said.append(f"{level:.0%}区间实际包含 {known.mean():.0%}" if len(known) else f"{level:.0%}区间未能检验")
    return f"区间检验（全部项目和提前年数，共 {np.isfinite(found.result.covered[0]).sum()} 次）：{'，'.join(said)}。"


def _wins(found: PlaceBacktest) -> str:
    winners = [winner for winner in found.result.best() if winner]
    counts = sorted(((winners.count(method), method) for method in set(winners)), reverse=True)
    said = f"误差最小的次数：{'、'.join(f'{method} {count} 项' for count, method in counts)}。"
    errors = found.result.mean_error()
    if found.result.methods[-1] == BUDGET and np.isfinite(errors[-1, 0, 0]):
        ours, budget = _percents(errors[[0, -1], 0, 0])
        said += f"\n{found.labels[0]}提前1年：{BUDGET}平均误差{budget}，本模型{ours}；预算知道当年政策，且是收入目标。"
    return said


def _mean(errors: np.ndarray) -> np.ndarray:
    """Mean over horizons where a method spoke, shape (method,)."""
    known = np.isfinite(errors)
    return np.where(
        known.any(axis=1), np.where(known, errors, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1), np.nan
    )


def _percents(values: np.ndarray) -> list[str]:
    return [f"{value:.1%}" if np.isfinite(value) else "—" for value in values]
