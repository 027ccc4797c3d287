"""The account a forecast gives of itself, in Chinese: growth and what it fades to, breaks, intervals, sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from fiscal_model.arithmetic.revenue.breaks import Break, Reading
from fiscal_model.arithmetic.revenue.series_forecast import course_of
from fiscal_model.arithmetic.revenue.series_panel import PanelForecast
from fiscal_model.law.forecast_constants import forecast_rule

READING_LABELS = {Reading.TRANSITORY: "一时因素", Reading.LASTING: "持续因素"}
MOST_ITEMS = 12


@dataclass(frozen=True)
class Account:
    """What a forecast was made of."""

    names: tuple[str, ...]
    years: tuple[int, ...]
    ahead: tuple[int, ...]
    peers: int  # Number of siblings pooled with
    told: bool  # Whether common growth of the nation or the province was given
    parents: Mapping[str, str]
    breaks: tuple[Break, ...]
    panel: PanelForecast
    # Breaks to means of shape (series, horizon): the same question under other readings of the shock years
    readings: Callable[[tuple[Break, ...]], np.ndarray]


def told(account: Account) -> str:
    """Tell the account as lines of Chinese text."""
    parts = [
        _scope(account),
        _courses(account),
        _pooling(account),
        _breaks(account),
        _intervals(account),
        _sums(account),
    ]
    return "\n".join(line for part in parts for line in part)


def _scope(account: Account) -> list[str]:
    found = [
        f"预测 {_span(account.ahead)} 年，依据 {_span(account.years)} 年的历史数据，共 {len(account.names)} 个序列。"
    ]
    windows, own = account.panel.windows, range(len(account.names))
    late = [account.names[row] for row in own if account.panel.lag[row]]
    if late:
        found.append(f"最后一年没有数、从各自最后有数的年份起预测的：{_listed(late)}。")
    shifted = [account.names[row] for row in own if windows.shift[row] > 0]
    if shifted:
        found.append(f"有零或负数、加常数后取对数的：{_listed(shifted)}。")
    return found


def _courses(account: Account) -> list[str]:
    found = ["一、各序列的增速"]
    for row, name in list(enumerate(account.names))[:MOST_ITEMS]:
        found.append(f"  {name}：{course_of(account.panel, row)}。")
    if len(account.names) > MOST_ITEMS:
        found.append(f"  其余 {len(account.names) - MOST_ITEMS} 个序列从略。")
    return found


def _pooling(account: Account) -> list[str]:
    rule, many = forecast_rule().growth, len(account.names) + account.peers
    common = "给定的共同增速" if account.told else f"{many}个同组序列的中位数" if many > 1 else "长期增速"
    found = [
        "二、规律",
        f"  近期增速按时间加权（半衰期{rule.half_life:g}年），末年更低的以末年为准，并向{common}收缩；历史越短、波动越大，收缩越多。",
        f"  高出长期增速的部分逐年回落；下降不往后推，补回其中的{rule.rebound:.0%}。长期增速由通常增速"
        f"（{np.expm1(rule.usual):.1%}）和本序列的直线趋势合成。",
    ]
    if account.peers:
        found.append(f"  另有 {account.peers} 个参照序列只参与收缩，不作预测。")
    return found


def _breaks(account: Account) -> list[str]:
    found = ["三、异常年份"]
    if not account.breaks:
        return [*found, "  没有指定异常年份，各年数据原样使用。"]
    mean = account.panel.mean[:, -1]
    for place, one in enumerate(account.breaks):
        item = account.names[one.series] if one.series is not None else "全部序列"
        size = "" if one.effect is None else f"，影响 {np.expm1(one.effect):+.1%}"
        said = f"  {one.year}年（{item}）：按{READING_LABELS[one.reading]}处理{size}"
        if one.year in account.years:
            said += f"；{_otherwise(account, place, mean)}"
        elif one.year in account.ahead and one.effect is not None:
            said += "；计入预测"
        else:
            said += "；不在历史和预测期内，没有影响"
        found.append(said + "。")
    return found


def _otherwise(account: Account, place: int, mean: np.ndarray) -> str:
    """What the last year's forecast would be under the other reading, and with nothing done."""
    one = account.breaks[place]
    rest = (*account.breaks[:place], *account.breaks[place + 1 :])
    other = Reading.LASTING if one.reading is Reading.TRANSITORY else Reading.TRANSITORY
    rows = slice(None) if one.series is None else slice(one.series, one.series + 1)
    now = float(mean[rows].sum())
    choices = {
        f"若按{READING_LABELS[other]}": account.readings((*rest, replace(one, reading=other))),
        "若不处理": account.readings(rest),
    }
    year = account.ahead[-1]
    said = [
        f"{label}，{year}年预测{'高' if change >= 0 else '低'}{abs(change):.1%}"
        for label, found in choices.items()
        for change in [float(found[rows, -1].sum()) / now - 1 if now else 0.0]
    ]
    return "，".join(said)


def _intervals(account: Account) -> list[str]:
    panel = account.panel
    records = int(np.isfinite(panel.residuals[:, : len(account.names), 0]).sum())
    shown = "、".join(f"{level:.0%}" for level in panel.levels)
    tested = f"同一方法往年的误差（提前一年共 {records} 个）" if records else "通常误差（历史太短，不能回测）"
    return ["四、区间", f"  {shown}区间按增速波动和{tested}定宽，倍数在其他财政序列上得到，取对数对称；历史短的加宽。"]


def _sums(account: Account) -> list[str]:
    if not account.parents:
        return []
    tops = sorted(set(account.parents.values()))
    return ["五、合计", f"  {_listed(tops)}单独预测，下级项目按各自预测的比例调整到与上级相等。"]


def _span(years: tuple[int, ...]) -> str:
    return f"{years[0]}—{years[-1]}" if len(years) > 1 else str(years[0])


def _listed(names: list[str]) -> str:
    shown = "、".join(f"“{name}”" for name in names[:MOST_ITEMS])
    return f"{shown}等{len(names)}个" if len(names) > MOST_ITEMS else shown
