"""How a path over the years is put into words: its amounts, its growth, the years that stand out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from fiscal_model.report.wording import LARGE, known, money, percent, whole
from fiscal_model.words.spans import spans


def change(new: float, old: float) -> str:
    """Say by how much an amount moved; empty when that cannot be said.

    Examples
    --------
    >>> change(110.0, 100.0), change(90.0, 100.0), change(100.0, 100.0), change(1.0, float("nan"))
    ('增长10.0%', '下降10.0%', '与上年持平', '')
    """
    if not known(new, old) or old <= 0:
        return ""
    rate = new / old - 1
    if abs(rate) < 0.0005:
        return "与上年持平"
    return f"{'增长' if rate > 0 else '下降'}{percent(abs(rate))}"


def average_growth(first: float, last: float, years: int) -> str:
    """Say the yearly average growth; empty when that cannot be said.

    Examples
    --------
    >>> average_growth(100.0, 121.0, 2), average_growth(100.0, 100.0, 2), average_growth(float("nan"), 1.0, 2)
    ('年均增长10.0%', '总体持平', '')
    """
    if not known(first, last) or first <= 0 or last <= 0:
        return ""
    rate = (last / first) ** (1 / years) - 1
    if abs(rate) < 0.0005:
        return "总体持平"
    return f"年均{'增长' if rate > 0 else '下降'}{percent(abs(rate))}"


def against_base(first: float, path: np.ndarray) -> str:
    """Say how the last plan year stands to the base year, ``比基期年均增长3.1%``; empty when that cannot be said."""
    said = average_growth(first, float(path[-1]), len(path))
    return f"与基期{said}" if said.startswith("总体") else f"比基期{said}" if said else ""


def by_year(years: Iterable[int], values: Iterable[float], shown: Callable[[float], str]) -> str:
    """List values by year; once where all years print alike.

    Examples
    --------
    >>> by_year((2026, 2027), (0.1, 0.2), percent), by_year((2026, 2027), (0.1, 0.1), percent)
    ('2026年10.0%、2027年20.0%', '每年10.0%')
    """
    printed = [(year, shown(float(value))) for year, value in zip(years, values, strict=True)]
    if len(printed) > 1 and len({text for _, text in printed}) == 1:
        return f"每年{printed[0][1]}"
    return "、".join(f"{year}年{text}" for year, text in printed)


def money_by_year(years: Iterable[int], values: np.ndarray) -> str:
    """List amounts by year, all in 亿元 or all in 万元."""
    large = bool(np.nanmax(np.abs(values)) >= LARGE)
    unit = (lambda value: f"{value / 1e4:,.2f}亿元") if large else (lambda value: f"{whole(value):,d}万元")
    return by_year(years, values, lambda value: "0" if abs(value) < 0.5 else unit(value))


def money_in_years(years: Iterable[int], values: np.ndarray) -> str:
    """List the years in which an amount is more than half a 万元; empty when there are none.

    Examples
    --------
    >>> money_in_years((2026, 2027, 2028), np.array([3.0, 0.0, 4.0]))
    '2026年3万元、2028年4万元'
    """
    return "、".join(f"{year}年{money(value)}" for year, value in in_years(years, values))


def peak_sentence(years: Sequence[int], values: np.ndarray) -> str:
    """Name the year of the highest amount, or say that all years print alike: a level series has no peak.

    Examples
    --------
    >>> peak_sentence((2026, 2027), np.array([3.0, 4.0])), peak_sentence((2026, 2027), np.array([3.0, 3.0]))
    ('高峰在2027年（4万元）', '每年3万元')
    >>> peak_sentence((2026, 2027, 2028), np.array([4.0, 3.0, 4.0]))
    '最高的是2026、2028年（4万元）'
    """
    printed = [money(value) for value in values]
    highest = printed[int(np.argmax(values))]
    at = [year for year, text in zip(years, printed, strict=True) if text == highest]
    if len(at) == len(printed) > 1:
        return f"每年{highest}"
    return f"高峰在{at[0]}年（{highest}）" if len(at) == 1 else f"最高的是{spans(at)}年（{highest}）"


def in_years(years: Iterable[int], values: np.ndarray) -> list[tuple[int, float]]:
    """Return the years in which an amount is more than half a 万元."""
    return [(year, float(value)) for year, value in zip(years, values, strict=True) if value > 0.5]
