"""The chart from plan to plan: what the last plan said of a year, what moved it, what this plan says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fiscal_model.analysis.rolling.plan_bridge import PARTS, Bridge, bridge_of
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import BRICK, GREY, NAVY, STEEL
from fiscal_model.report.series import TITLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "plan_bridge"
LINES_DRAWN = ("own_revenue", "rigid_total", "fiscal_space")
_HEIGHT = 3.3


def draw_bridge(plan: Plan, moved: Bridge | None = None, year: int | None = None) -> Figure:
    """Draw what lies between the last plan and this one for own revenue, rigid spending and space in one year.

    Parameters
    ----------
    plan : Plan
    moved : Bridge, optional
        By default against the last plan kept for the place.
    year : int, optional
        The first year that both plans cover by default.

    Returns
    -------
    matplotlib Figure
        Says so where there is no earlier plan.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_bridge(plan).axes[0].get_title(loc="left")
    '上轮规划到本轮规划'
    """
    moved = moved if moved is not None else bridge_of(plan)
    with canvas.style():
        figure, panels = canvas.new_figure(1, len(LINES_DRAWN), _HEIGHT)
        if moved is None:
            for axes in panels[1:]:
                axes.remove()
            panels[0].set_title(TITLES[NAME])
            canvas.absent(panels[0], "上轮规划")
            return figure
        shown = year if year is not None else moved.years[0]
        rows = [_row(moved, line, shown) for line in LINES_DRAWN]
        used = [part for part in PARTS if any(row is not None and abs(row[part]) > 0.5 for row in rows)]
        cut = [_waterfall(axes, row, used) for axes, row in zip(panels, rows, strict=True)]
        for axes in panels[1:]:
            axes.set_yticklabels([])
        note = "；为看清变动，横轴不都从零开始" if any(cut) else ""
        title = f"{TITLES[NAME]}（{shown}年，万元{note}）"
        figure.suptitle(title, x=0.01, ha="left", fontsize=10)
        return figure


def _row(moved: Bridge, line: str, year: int) -> pd.Series | None:
    mine = moved.line(line)
    return mine.loc[year] if year in mine.index else None


def _waterfall(axes: Axes, row: pd.Series | None, used: list[str]) -> bool:
    """Draw one line; tell whether its axis does not start at zero."""
    if row is None:
        canvas.absent(axes, "这一项")
        return False
    names = ["上轮规划", *(PARTS[part].split("（")[0] for part in used), "本轮规划"]
    values = [float(row["earlier"]), *(float(row[part]) for part in used), float(row["later"])]
    steps = np.array(values[1:-1])
    starts = float(row["earlier"]) + np.concatenate([[0.0], np.cumsum(steps)])[:-1]
    left = np.concatenate([[0.0], np.minimum(starts, starts + steps), [0.0]])
    width = np.concatenate([[values[0]], np.abs(steps), [values[-1]]])
    colours = [NAVY, *(STEEL if value >= 0 else BRICK for value in steps), NAVY]
    at = np.arange(len(values))[::-1]
    axes.barh(at, width, 0.62, left=left, color=colours)
    reached = np.concatenate([[values[0]], starts + steps])
    for position, level in zip(at[:-1], reached, strict=True):
        axes.plot([level, level], [position + 0.31, position - 1.31], color=GREY, linewidth=0.6)
    cut = _zoom(axes, np.concatenate([reached, [values[-1]]]))
    low, high = axes.get_xlim()
    for position, value, start, size in zip(at, values, left, width, strict=True):
        end = max(start, start + size)
        text = f"{value:,.0f}" if position in {at[0], at[-1]} else f"{value:+,.0f}"
        axes.text(end + 0.015 * (high - low), position, text, va="center", fontsize=7.5)
    axes.set_yticks(at, names)
    axes.set_title(str(row["label"]), fontsize=9)
    axes.grid(axis="y", visible=False)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    if not cut:
        axes.axvline(0, color=GREY, linewidth=0.6)
    return cut


def _zoom(axes: Axes, levels: np.ndarray) -> bool:
    """Start near the smallest level where all levels are far from zero: the steps would be hairlines otherwise."""
    low, high = float(levels.min()), float(levels.max())
    spread = max(high - low, 0.02 * max(abs(high), abs(low), 1.0))
    far = low > 0 and spread < 0.25 * high
    left = low - 1.2 * spread if far else min(low, 0.0)
    right = max(high, 0.0)
    room = right - left
    axes.set_xlim(left if far else left - 0.08 * room * (low < 0), right + 0.45 * room)
    return bool(far)
