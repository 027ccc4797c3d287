"""Figures that are out for plan years which cannot be the base yet: the plan does not know them, and says so."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.model.basis import Basis
from fiscal_model.words.cautions import Caution
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import DebtKind

_NEEDED = {"own_revenue": "一般公共预算收入", "expenditure": "一般公共预算支出"}
"""What makes a year the base."""
_OF_DEBT = {
    "余额": ("{kind}_closing_stock", "debt_{kind}_stock"),
    "限额": ("{kind}_limit_stock", "debt_limit_{kind}_stock"),
}
"""What is published of debt at a year's end: its line in the history, its line in the plan."""
_SAME = 0.5
"""Figures that differ by less, 万元, are the same one as printed."""


def known_later(basis: Basis, lines: Mapping[str, np.ndarray]) -> list[Caution]:
    """Name revenue, fund revenue, balances and limits of debt of such years, given against planned, and what is lacking.

    ``lines``: of the plan, NaN where the data do not carry them.
    """
    debt = [
        (f"末{kind.label}{word}", *(name.format(kind=kind) for name in names))
        for kind in DebtKind
        for word, names in _OF_DEBT.items()
    ]
    about = (
        ("revenue_known_later", "自有收入", "收入", [("", "own_revenue", "own_revenue")]),
        ("fund_revenue_known_later", "政府性基金", "政府性基金收入", [("", "fund_revenue", "fund_revenue")]),
        ("debt_known_later", "政府债务", "债务", debt),
    )
    found = []
    for code, where, what, sought in about:
        seen = sorted(each for names in sought for each in _seen(basis, lines, *names))
        if seen:
            said, lacking = "、".join(text for _, text in seen), _lacking(basis, sorted({year for year, _ in seen}))
            text = f"规划期内已有{what}实际数：{said}，没有{lacking}，不能作基期，规划没有采用；请在 totals 表补齐"
            found.append(Caution(code, where, text))
    return found


def _seen(basis: Basis, lines: Mapping[str, np.ndarray], label: str, line: str, planned: str) -> list[tuple[int, str]]:
    """The years with an actual figure that the plan does not take, each with what is said of it."""
    found = []
    for year, amount in zip(basis.years, lines[planned], strict=True):
        known = basis.history.value(line, year)
        if np.isfinite(known) and _missing(basis, year) and not abs(known - amount) < _SAME:
            told = f"规划 {amount:,.0f} 万元" if np.isfinite(amount) else "规划没有测算"
            found.append((year, f"{year}年{label} {known:,.0f} 万元（{told}）"))
    return found


def _missing(basis: Basis, year: int) -> list[str]:
    return [line for line in _NEEDED if np.isnan(basis.history.value(line, year))]


def _lacking(basis: Basis, years: list[int]) -> str:
    """Which years lack the revenue, which the spending that would make them the base."""
    listed = [(label, [year for year in years if line in _missing(basis, year)]) for line, label in _NEEDED.items()]
    if listed[0][1] == listed[1][1]:
        return f"{spans(years)}年一般公共预算收入和支出"
    return "、".join(f"{spans(lacking)}年{label}" for label, lacking in listed if lacking)
