"""The chart of the exploring screen as SVG: history as wide as the future, the fan, the plan, what it is held against."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import Plan
from fiscal_model.report.canvas import ABSENT, BRICK, GREY, INK, NAVY, OCHRE, STEEL
from fiscal_model.report.figures.risk_figures import BANDS
from fiscal_model.words.lines import LINES
from fiscal_model.words.markup import kind_of
from fiscal_model.words.table import printed

WIDTH, HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 12, 14, 30
_TICKS = 5
NOW, BASELINE, SEEN = "当前设定", "基准情景", "实际"
LOOKS = {SEEN: (INK, ""), NOW: (NAVY, "7 3"), BASELINE: (OCHRE, "8 3 2 3"), "A": (BRICK, "2 3"), "B": (STEEL, "4 4")}
"""Colour and dashes of each path."""


@dataclass(frozen=True)
class _Scale:
    first: int
    last: int
    low: float
    high: float

    def x(self, year: float) -> float:
        inside = (year - self.first + 0.5) / (self.last - self.first + 1)
        return _LEFT + inside * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _TOP + (self.high - value) / (self.high - self.low) * (HEIGHT - _TOP - _BOTTOM)


def draw_chart(
    plan: Plan, fan: Fan, baseline: Plan, seen: Mapping[int, float], line: str, pinned: Mapping[str, Plan]
) -> str:
    """Return the chart of one line as an SVG element that takes the width it is given.

    ``seen``: observed amounts by year; as many years are shown before the plan as in it, whether known or not.
    ``pinned``: plans to be drawn beside, ``A`` and ``B``.
    """
    span = len(plan.years)
    observed = {year: value for year, value in seen.items() if year > plan.base_year - span}
    paths = {SEEN: observed, BASELINE: _by_year(baseline, line)}
    paths |= {name: _by_year(each, line) for name, each in pinned.items()} | {NOW: _by_year(plan, line)}
    bands = fan.lines.get(line, np.zeros((0, span)))
    given = bool(np.isfinite(bands).any())
    drawn = [*(value for path in paths.values() for value in path.values()), *np.ravel(bands)]
    scale = _scale_of(plan.base_year - span + 1, plan.years[-1], drawn, line == "funding_gap")
    kind, label = kind_of(line), html.escape(LINES[line].label)
    inside = [*_grid(scale, kind), _divider(scale, plan.base_year)]
    if given:
        inside += [_band(scale, fan, bands, low, high, colour) for low, high, _, colour in BANDS]
    elif not np.isfinite(plan.line(line)).any():
        inside.append(
            f"<text x='{WIDTH / 2}' y='{HEIGHT / 2}' text-anchor='middle' fill='{GREY}'>{label}：{ABSENT}</text>"
        )
    inside += [_path(scale, path, name, kind) for name, path in paths.items()]
    said = f"{label}：{plan.years[0]}年{printed(float(plan.line(line)[0]), kind)}，{plan.years[-1]}年{printed(float(plan.line(line)[-1]), kind)}"
    return (
        f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' role='img' aria-label='{said}' xmlns='http://www.w3.org/2000/svg'>"
        f"{''.join(inside)}</svg>"
    )


def legend(names: Iterable[str]) -> str:
    """Return the legend of the bands and of some paths as HTML."""
    boxes = "".join(f"<span><i style='background:{colour}'></i>{label}</span>" for *_, label, colour in BANDS)
    strokes = "".join(
        f"<span><svg width='28' height='8'><path d='M0 4H28' {_stroke(name)}/></svg>{name}</span>" for name in names
    )
    return f"<div class='fm-legend'>{strokes}{boxes}</div>"


def _by_year(plan: Plan, line: str) -> dict[int, float]:
    return dict(zip(plan.years, map(float, plan.line(line)), strict=True))


def _scale_of(first: int, last: int, values: Sequence[float], from_zero: bool) -> _Scale:
    """Hold everything drawn, with a little room, so that a move is seen as a move."""
    known = np.array(values, dtype=float)
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    low = min(low, 0.0) if from_zero else low
    room = 0.06 * (high - low) or max(abs(high), 1.0) * 0.1
    return _Scale(first, last, low if from_zero else low - room, high + room)


def _grid(scale: _Scale, kind: str) -> Iterable[str]:
    for value in _round_values(scale.low, scale.high):
        y = scale.y(value)
        label = f"{100 * value:.4g}%" if kind == "ratio" else f"{value:.2f}" if kind == "number" else f"{value:,.0f}"
        yield f"<path d='M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}' stroke='#e3e3e3'/>"
        yield f"<text x='{_LEFT - 6}' y='{y + 4:.1f}' text-anchor='end'>{label}</text>"
    for year in range(scale.first, scale.last + 1):
        other = " class='fm-other'" if (scale.last - year) % 2 else ""
        yield f"<text x='{scale.x(year):.1f}' y='{HEIGHT - 8}' text-anchor='middle'{other}>{year}</text>"


def _round_values(low: float, high: float) -> np.ndarray:
    """Round numbers across a range: steps of 1, 2 or 5."""
    rough = (high - low) / _TICKS
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * next(times for times in (1, 2, 5, 10) if power * times >= rough)
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step


def _divider(scale: _Scale, base_year: int) -> str:
    x = scale.x(base_year + 0.5)
    return (
        f"<path d='M{x:.1f} {_TOP}V{HEIGHT - _BOTTOM}' stroke='{GREY}' stroke-dasharray='2 3'/>"
        f"<text x='{x - 5:.1f}' y='{_TOP + 4}' text-anchor='end' fill='{GREY}'>历史</text>"
        f"<text x='{x + 5:.1f}' y='{_TOP + 4}' fill='{GREY}'>规划</text>"
    )


def _band(scale: _Scale, fan: Fan, bands: np.ndarray, low: float, high: float, colour: str) -> str:
    below, above = (bands[fan.quantiles.index(level)] for level in (low, high))
    forth = [f"{scale.x(year):.1f},{scale.y(value):.1f}" for year, value in zip(fan.years, above, strict=True)]
    back = [f"{scale.x(year):.1f},{scale.y(value):.1f}" for year, value in zip(fan.years, below, strict=True)]
    return f"<polygon points='{' '.join([*forth, *back[::-1]])}' fill='{colour}'/>"


def _path(scale: _Scale, path: Mapping[int, float], name: str, kind: str) -> str:
    known = {year: value for year, value in path.items() if np.isfinite(value)}
    points = " ".join(f"{scale.x(year):.1f},{scale.y(value):.1f}" for year, value in known.items())
    dots = "".join(
        f"<circle cx='{scale.x(year):.1f}' cy='{scale.y(value):.1f}' r='3.4' fill='{LOOKS[name][0]}'>"
        f"<title>{year}年 {name} {printed(value, kind)}</title></circle>"  # type: ignore[arg-type]
        for year, value in known.items()
    )
    return f"<polyline points='{points}' {_stroke(name)}/>{dots}"


def _stroke(name: str) -> str:
    colour, dashes = LOOKS[name]
    return f"fill='none' stroke='{colour}' stroke-width='2'" + (f" stroke-dasharray='{dashes}'" if dashes else "")
