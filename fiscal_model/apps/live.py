"""What the exploring screen shows after each move, drawn fast: a fan re-using its artists, a table, a row of numbers."""

from __future__ import annotations

import html
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import KEY_LINES, Plan
from fiscal_model.report import canvas
from fiscal_model.report.figures.plan_figures import BANDS
from fiscal_model.words.lines import LINES, RATIO

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHART_LINES = (
    "available_resources",
    "own_revenue",
    "guarantee_coverage",
    "uncommitted_resources",
    "funding_gap",
    "debt_ratio",
)
_DPI = 100
_GOOD, _BAD, _SOFT = "#2f6b3a", "#a8432f", "#5c5c5c"
_CARDS = {
    "三保保障倍数最低": "guarantee_coverage", "收支缺口最大": "funding_gap", "未安排财力最小": "uncommitted_resources",
    "债务率最高": "debt_ratio",
}  # fmt: skip
_WORSE_WHEN_HIGHER = {"funding_gap", "rigid_total", "guarantees_county", "debt_ratio", "interest_burden_special"}


@dataclass(frozen=True)
class Chart:
    """A figure with the artists that are moved instead of drawn anew."""

    figure: Figure
    axes: Axes
    artists: dict[str, Any]


def new_chart() -> Chart:
    """Make the empty chart of the exploring screen, 760 by 330 pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with canvas.style():
        figure = Figure(figsize=(7.6, 3.3), dpi=_DPI)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.1, 0.09, 0.885, 0.88))
        nothing = np.zeros(2)
        artists: dict[str, Any] = {
            label: axes.fill_between(nothing, nothing, nothing, color=colour, linewidth=0, label=label)
            for *_, label, colour in BANDS
        }
        looks: dict[str, dict[str, Any]] = {
            "实际": {"color": canvas.INK, "marker": "o", "markersize": 3.5},
            "基准情景": {"color": canvas.OCHRE, "linestyle": "-.", "marker": "s", "markersize": 3},
            "当前设定": {"color": canvas.NAVY, "linestyle": (0, (5, 2)), "marker": "o", "markersize": 3.5},
        }
        artists |= {label: axes.plot([], [], label=label, **look)[0] for label, look in looks.items()}
        artists["remark"] = axes.text(0.5, 0.5, "", transform=axes.transAxes, ha="center", color=canvas.GREY)
    return Chart(figure, axes, artists)


def draw_chart(chart: Chart, plan: Plan, fan: Fan, baseline: Plan, seen: Mapping[int, float], line: str) -> bytes:
    """Move the chart's artists to a plan and return it as PNG; ``seen`` are the observed amounts of the line by year."""
    bands = fan.lines.get(line)
    given = bands is not None and bool(np.isfinite(bands).any())
    _move_bands(chart, fan, bands if given else None)
    chart.artists["实际"].set_data(list(seen), list(seen.values()))
    chart.artists["基准情景"].set_data(plan.years, baseline.line(line))
    chart.artists["当前设定"].set_data(plan.years, plan.line(line))
    chart.artists["remark"].set_text("" if given else f"{LINES[line].label}：{canvas.ABSENT}")
    with canvas.style():
        drawn = [np.array([*seen.values()]), plan.line(line), baseline.line(line), bands]
        _fit_axes(chart.axes, [*seen, *plan.years], drawn, line)
        return _png(chart.figure)


def chart_legend() -> str:
    """Return the chart's legend as HTML: it never changes, so it is not drawn again and again."""
    boxes = "".join(_swatch(f"background:{colour};height:11px", label) for *_, label, colour in BANDS)
    looks = {f"solid {canvas.INK}": "实际", f"dashed {canvas.NAVY}": "当前设定", f"dotted {canvas.OCHRE}": "基准情景"}
    strokes = "".join(_swatch(f"border-top:2px {look}", label) for look, label in looks.items())
    return f"<div style='font-size:12px;color:{_SOFT};padding-left:76px'>{boxes}{strokes}</div>"


def unit_of(line: str) -> str:
    """Return the unit a line is shown in: 倍, % or 万元."""
    if line == "guarantee_coverage":
        return "倍"
    return "%" if LINES[line].unit == RATIO else "万元"


def key_numbers(plan: Plan, fan: Fan, baseline: Plan, usual: Fan) -> str:
    """Return the row of five numbers above the chart as HTML, each with its distance from the baseline."""
    chance, before = (float(each.probabilities.get("funding_gap", np.zeros(1)).max()) for each in (fan, usual))
    cards = [
        _card(title, _worst(plan, line), _worst(baseline, line), unit_of(line), line in _WORSE_WHEN_HIGHER)
        for title, line in _CARDS.items()
    ]
    cards.insert(2, _card("出现缺口的概率", chance, before, "%", True))
    return f"<div style='display:flex;gap:8px;flex-wrap:wrap;box-sizing:border-box;padding-right:6px'>{''.join(cards)}</div>"


def key_table(plan: Plan, baseline: Plan) -> str:
    """Return the table of key lines by year as HTML; below each changed number its distance from the baseline."""
    head = "".join(f"<th style='{_cell('600')}'>{year}年</th>" for year in plan.years)
    rows = "".join(_table_row(line, plan.line(line), baseline.line(line)) for line in KEY_LINES)
    return (
        f"<table style='border-collapse:collapse;width:100%;font-size:13px;border-top:2px solid {canvas.NAVY};"
        f"border-bottom:2px solid {canvas.NAVY}'><thead><tr style='background:#eef2f6'>"
        f"<th style='{_cell('600')};text-align:left'>项目（万元、%、倍）</th>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f"<div style='color:{_SOFT};font-size:12px;margin-top:4px'>每格下方小字是与基准情景的差；相同的不列。</div>"
    )


def _swatch(look: str, label: str) -> str:
    return (
        f"<span style='display:inline-block;vertical-align:middle;width:24px;{look};margin:0 5px 0 12px'></span>{label}"
    )


def _move_bands(chart: Chart, fan: Fan, bands: np.ndarray | None) -> None:
    years = np.array(fan.years, dtype=float)
    shown = np.full((len(fan.quantiles), len(years)), np.nan) if bands is None else bands
    for low, high, label, _ in BANDS:
        chart.artists[label].set_data(years, shown[fan.quantiles.index(low)], shown[fan.quantiles.index(high)])


def _fit_axes(axes: Axes, years: list[int], shown: list[np.ndarray | None], line: str) -> None:
    """Set both axes: the range holds everything drawn, so that a move is seen as a move."""
    known = np.concatenate([np.ravel(values) for values in shown if values is not None])
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = 0.06 * (high - low) or max(abs(high), 1.0) * 0.1
    axes.set_ylim(0.0 if line == "funding_gap" else low - room, high + room)
    axes.set_xlim(min(years) - 0.4, max(years) + 0.4)
    canvas.year_ticks(axes, years)
    if line == "guarantee_coverage":
        axes.yaxis.set_major_formatter("{x:.2f}")
    elif LINES[line].unit == RATIO:
        canvas.percent_axis(axes)
    else:
        canvas.money_axis(axes, "")


def _png(figure: Figure) -> bytes:
    """Encode fast: the picture lives for a second, its size does not matter."""
    from PIL import Image

    canvas_agg: Any = figure.canvas
    canvas_agg.draw()
    target = io.BytesIO()
    picture = Image.fromarray(np.asarray(canvas_agg.buffer_rgba())).convert("RGB")
    picture.save(target, "png", compress_level=1)
    return target.getvalue()


def _worst(plan: Plan, line: str) -> float:
    values = plan.line(line)
    known = values[np.isfinite(values)]
    if not len(known):
        return float("nan")
    return float(known.max() if line in _WORSE_WHEN_HIGHER else known.min())


def _card(title: str, value: float, before: float, unit: str, worse_when_higher: bool) -> str:
    same = "与基准情景相同" if np.isfinite(value) else canvas.ABSENT
    change = _difference(value, before, unit, worse_when_higher) or f"<span style='color:{_SOFT}'>{same}</span>"
    shown = html.escape(_text(value, unit))
    named = title if unit == "%" else f"{title}（{unit}）"
    return (
        "<div style='flex:1 1 96px;box-sizing:border-box;min-width:96px;border:1px solid #d5dbe2;border-top:3px solid "
        f"{canvas.NAVY};padding:8px 10px;background:#fff;line-height:1.5'>"
        f"<div style='font-size:12px;color:{_SOFT}'>{named}</div>"
        f"<div style='font-size:19px;font-weight:600;color:{canvas.NAVY}'>{shown}</div>"
        f"<div style='font-size:12px'>{change}</div></div>"
    )


def _table_row(line: str, values: np.ndarray, before: np.ndarray) -> str:
    unit, cells = unit_of(line), ""
    for value, usual in zip(values, before, strict=True):
        small = _difference(value, usual, unit, line in _WORSE_WHEN_HIGHER)
        small = f"<div style='font-size:11px;line-height:1.2'>{small}</div>" if small else ""
        cells += f"<td style='{_cell()}'>{_text(value, unit)}{small}</td>"
    label = html.escape(LINES[line].label)
    return f"<tr style='border-top:1px solid #e2e5e9'><td style='{_cell()};text-align:left'>{label}</td>{cells}</tr>"


def _difference(value: float, before: float, unit: str, worse_when_higher: bool) -> str:
    change = value - before
    least = 0.5 if unit == "万元" else 0.005 if unit == "倍" else 0.0005
    if not np.isfinite(change) or abs(change) < least:
        return ""
    colour = _BAD if (change > 0) == worse_when_higher else _GOOD
    text = f"{100 * change:+.1f}个百分点" if unit == "%" else f"{'+' if change > 0 else ''}{_text(change, unit)}"
    return f"<span style='color:{colour}'>{text}</span>"


def _text(value: float, unit: str) -> str:
    if not np.isfinite(value):
        return "—"
    if unit == "%":
        return f"{value:.1%}"
    return f"{value:.2f}" if unit == "倍" else f"{round(value) + 0:,d}"


def _cell(weight: str = "400") -> str:
    return f"padding:4px 8px;text-align:right;font-weight:{weight};font-variant-numeric:tabular-nums"
