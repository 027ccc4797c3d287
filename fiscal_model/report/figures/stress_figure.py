"""Charts of stress: what each shock does to money that is free, the widest on top; which lines two falls together break."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fiscal_model.analysis.risk.break_map import ACROSS, UP, break_map
from fiscal_model.analysis.risk.reverse_stress import reverse_stress
from fiscal_model.analysis.risk.stress import stress_test
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import BRICK, INK, MIST, OCHRE, SAND, STEEL
from fiscal_model.report.series import TITLES
from fiscal_model.words.drivers import DRIVERS_BY_ID

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

_BROKEN = {
    "funding_gap": "收支缺口",
    "fund_gap": "基金缺口",
    "guarantees_shortfall": "不够保“三保”",
    "debt_ratio": "债务率升档",
}
_REGIONS = ("white", SAND, MIST, OCHRE, STEEL, BRICK, "#d9d9d9", "#8a8a8a")
"""Their greys differ as neighbours; numbers stand in each region all the same."""
_ROOM, _FINE = 4, 8
"""Cells around a spot that hold a region's words, not only its number; parts of a cell, so that an outline follows its sides."""


def draw_tornado(plan: Plan) -> Figure:
    """Draw how far single shocks move uncommitted money over the plan years, each way.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_tornado(plan).axes[0].get_title(loc="left")
    '单项压力对未安排财力的影响（规划期合计，比规划）'
    """
    found = stress_test(plan)
    swings = {id: ends for id, ends in found.swings.items() if np.abs(np.nan_to_num(ends)).max() >= 0.5}
    with canvas.chart(TITLES["tornado"], 1.2 + 0.27 * max(len(swings), 2)) as (figure, axes):
        if not swings:
            canvas.absent(axes, "未安排财力")
            return figure
        worse, better = np.array(list(swings.values())).T
        rows = np.arange(len(swings))[::-1]
        axes.barh(rows, worse, 0.62, color=BRICK, label="照此加压")
        axes.barh(rows, better, 0.62, color=STEEL, label="反向同幅度")
        for row, end in zip(rows, worse, strict=True):
            canvas.note(axes, f"{end:,.0f}", (end, row), (-3, -2.5), ha="right")
        for row, end in zip(rows, better, strict=True):
            canvas.note(axes, f"{end:+,.0f}", (end, row), (3, -2.5), ha="left")
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.set_yticks(rows, [canvas.named(found.stresses[found.row(id)].name) for id in swings])
        axes.margins(x=0.16)
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.set_xlabel("万元")
        return canvas.legend_below(figure, 2)


def draw_break_map(plan: Plan) -> Figure:
    """Draw which lines are crossed when own revenue and general-purpose transfers fall together in all plan years.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_break_map(plan).axes[0].get_title(loc="left")
    '两项收入一起减少，先突破什么'
    """
    from matplotlib.patches import Patch

    found = break_map(plan)
    fall = -100 * found.changes
    split = {line: crossed for line, crossed in found.crossed.items() if crossed.any() and not crossed.all()}
    always = "、".join(_BROKEN[line] for line, crossed in found.crossed.items() if crossed.all())
    code = np.zeros((len(fall), len(fall)), dtype=int)
    for at, crossed in enumerate(split.values()):
        code += crossed.astype(int) << at
    calm = "没有新的突破" if always else "没有突破"
    with canvas.chart(TITLES["break_map"], 4.9) as (figure, axes):
        handles: list[Artist] = []
        for number, one in enumerate(np.unique(code)):
            name = "、".join(_BROKEN[line] for at, line in enumerate(split) if one >> at & 1) or calm
            colour = _REGIONS[number % len(_REGIONS)]
            _draw_region(axes, fall, code == one, f"{number + 1} {name}", colour)
            handles.append(Patch(facecolor=colour, edgecolor=INK, linewidth=0.6, label=f"{number + 1} {name}"))
        handles += _points(axes, plan, fall)
        for axis, driver in ((axes.xaxis, ACROSS), (axes.yaxis, UP)):
            axis.set_major_formatter(_by_how_much)
            axis.set_label_text(f"{DRIVERS_BY_ID[driver].label}各年都比规划")
        axes.grid(visible=False)
        if always:
            axes.set_title(f"规划本身已有{always}，图上处处如此", loc="right", fontsize=8)
        return canvas.legend_below(figure, 2, handles)


def _by_how_much(fall: float, _: object = None) -> str:
    said = round(fall, 1)
    return f"{'多' if said < 0 else '少'}{abs(said):g}%" if said else "规划"


def _draw_region(axes: Axes, fall: np.ndarray, inside: np.ndarray, name: str, colour: str) -> None:
    """Fill a region cell by cell, outline it, and write its words, or its number where there is no room, where it is widest."""
    from matplotlib.colors import ListedColormap
    from scipy.ndimage import distance_transform_edt

    half = (fall[1] - fall[0]) / 2
    edges = np.append(fall - half, fall[-1] + half)
    axes.pcolormesh(edges, edges, np.ma.masked_where(~inside, inside), cmap=ListedColormap([colour]), gid=name)
    fine = np.linspace(edges[0], edges[-1], _FINE * len(fall))
    if not inside.all():
        axes.contour(fine, fine, inside.repeat(_FINE, 0).repeat(_FINE, 1), levels=[0.5], colors=INK, linewidths=0.7)
    depth = distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    words = name.replace(" ", "\n").replace("、", "\n") if depth.max() >= _ROOM else name.split(" ")[0]
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    axes.text(fall[column], fall[row], words, ha="center", va="center", fontsize=7.5, bbox=box)


def _points(axes: Axes, plan: Plan, fall: np.ndarray) -> list[Line2D]:
    """Mark the plan, and of each line that both drivers reach its most likely joint break: both in the year in which it crosses."""
    handles = axes.plot(0, 0, "o", color=INK, markersize=6, linestyle="none", label="本规划")
    for marker, (line, likely) in zip("DPs^", reverse_stress(plan).likely.items(), strict=False):
        if likely is None or line == "fund_gap" or not {ACROSS, UP} <= set(likely.drivers):
            continue
        across, up = (-100 * float(likely.drivers[driver][plan.years.index(likely.year)]) for driver in (ACROSS, UP))
        if fall[0] <= min(across, up) and max(across, up) <= fall[-1]:
            label = f"{_BROKEN[line]}最可能这样发生（{likely.year}年）"
            handles += axes.plot(
                across, up, marker, color="white", markeredgecolor=INK, markersize=6, linestyle="none", label=label
            )
    return handles
