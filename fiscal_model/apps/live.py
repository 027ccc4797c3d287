"""What the exploring screen shows after each move: eight numbers with lights, key lines by year, settings side by side."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import numpy as np

from fiscal_model.model.projection import KEY_LINES, Plan
from fiscal_model.report.eight_numbers import NO_DATA, KeyNumber
from fiscal_model.words.lines import LINES, RATIO
from fiscal_model.words.markup import Sheet, Values, kind_of, sheet_of, years_sheet
from fiscal_model.words.table import Kind, printed

CHART_LINES = (
    "own_revenue",
    "available_resources",
    "guarantee_coverage",
    "uncommitted_resources",
    "funding_gap",
    "debt_ratio",
)
Numbers = Sequence[KeyNumber]
_LEAST: dict[Kind, float] = {"money": 0.5, "number": 0.005, "ratio": 0.0005}
"""A difference below it is none: it would print as nothing."""
_CHANGE = "　比基准情景"


def unit_of(line: str) -> str:
    """Return the unit a line is shown in: 倍, % or 万元."""
    if line == "guarantee_coverage":
        return "倍"
    return "%" if LINES[line].unit == RATIO else "万元"


def number_cards(numbers: Numbers, usual: Numbers) -> str:
    """Return the eight numbers as HTML, each with its light in colour and word and its distance from the baseline's."""
    cards = (_card(number, before) for number, before in zip(numbers, usual, strict=True))
    return f"<div class='fm-cards'>{''.join(cards)}</div>"


def key_table(plan: Plan, baseline: Plan, seen: Mapping[str, Mapping[int, float]]) -> str:
    """Return the key lines by year, history before the plan; below each changed line its distance from the baseline."""
    years = range(plan.base_year - len(plan.years) + 1, plan.base_year + 1)
    rows: list[tuple[str, Values]] = []
    for name in KEY_LINES:
        past, values = [seen.get(name, {}).get(year) for year in years], plan.line(name)
        rows.append((LINES[name].label, [*past, *values]))
        changes = [_change(*pair, kind_of(name)) for pair in zip(values, baseline.line(name), strict=True)]
        if any(changes):
            rows.append((_CHANGE, [*[None] * len(years), *(each or "0" for each in changes)]))
    kinds = {LINES[name].label: kind_of(name) for name in KEY_LINES}
    notes = (f"{plan.base_year}年及以前为实际数，没有公布的为“—”。",)
    return _shown(years_sheet("逐年主要指标", (*years, *plan.years), rows, notes, kinds=kinds))


def side_by_side(title: str, found: Mapping[str, Numbers], notes: tuple[str, ...] = ()) -> str:
    """Return the eight numbers of several settings side by side, each with its light."""
    titles = [each.title for each in next(iter(found.values()))] if found else []
    rows = [(label, [_said(numbers[at]) for numbers in found.values()]) for at, label in enumerate(titles)]
    return _shown(sheet_of(title, found, rows, notes))


def _said(number: KeyNumber) -> str:
    return number.text if number.light == "none" else f"{number.text}（{number.word}）"


def _shown(sheet: Sheet) -> str:
    return f"<div class='fm-table' tabindex='0'>{sheet._repr_html_()}</div>"


def _card(number: KeyNumber, before: KeyNumber) -> str:
    change = _change(number.value, before.value, number.kind)
    worse = (number.value > before.value) == (number.worse > 0)
    same = "与基准相同" if np.isfinite(number.value) else ""
    tone = "fm-worse" if worse else "fm-better"
    shown = f"<b class='{tone}'>{change}</b>" if change else f"<b>{same}</b>"
    when = f"（{number.year}年）" if number.year else ""
    light = f"<i>{number.word}</i>" if number.word != NO_DATA else ""
    return (
        f"<div class='fm-card fm-{number.light}' title='{html.escape(number.why, quote=True)}'>"
        f"<div class='fm-name'>{html.escape(number.title)}{when}</div>"
        f"<div class='fm-value'>{_with_small_unit(number.text)}{light}</div>"
        f"<div class='fm-change'>{shown}</div><div class='fm-why'>{html.escape(number.why)}</div></div>"
    )


def _with_small_unit(text: str) -> str:
    for unit in ("万元", "倍"):
        if text.endswith(unit):
            return f"{text.removesuffix(unit)}<small>{unit}</small>"
    return html.escape(text)


def _change(value: float, before: float, kind: Kind) -> str:
    """The distance from the baseline as printed, empty where there is none."""
    change = value - before
    if not np.isfinite(change) or abs(change) < _LEAST[kind]:
        return ""
    if kind == "ratio":
        return f"{100 * change:+.1f}个百分点"
    return printed(change, "change") if kind == "money" else f"{change:+.2f}"
