"""The chart of special-bond projects: coverage over their life against the alert and approval lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fiscal_model.analysis.debt.special_projects import judge_projects
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import BRICK, GREY, INK, NAVY, OCHRE, STEEL
from fiscal_model.report.series import TITLES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHOWN = 2.5
"""Longer bars are cut here; their value is written beside them."""
_MOST = 30
"""Projects that a page can show."""


def draw_project_coverage(plan: Plan) -> Figure:
    """Draw each project's coverage over its whole life and over the years left, weakest first; of many projects the weakest.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    matplotlib Figure
        Says that nothing was provided where there is no register.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_project_coverage(plan).axes[0].get_title(loc="left")
    '专项债券项目本息覆盖倍数'
    """
    projects = judge_projects(plan)
    count = 0 if projects is None else int(np.isfinite(projects.whole.life).sum())
    with canvas.chart(TITLES["project_coverage"], max(canvas.HEIGHT, 0.27 * min(count, _MOST) + 1.2)) as (figure, axes):
        if projects is None or not count:
            canvas.absent(axes, "专项债券项目台账")
            return figure
        line = rules("special_projects")["coverage"]
        whole, left = projects.whole.life, projects.remaining.life
        order = [at for at in np.argsort(-np.nan_to_num(whole, nan=np.inf)) if np.isfinite(whole[at])][-_MOST:]
        at = np.arange(len(order))
        shades = [
            BRICK if whole[project] < line["alert"] else OCHRE if whole[project] < line["approval"] else STEEL
            for project in order
        ]
        axes.barh(at, np.minimum(whole[order], _SHOWN), 0.62, color=shades)
        rest = np.minimum(left[order], _SHOWN)
        axes.plot(rest, at, linestyle="", marker="D", markersize=4, color=INK, label="剩余期")
        for place, project in zip(at, order, strict=True):
            canvas.note(axes, f"{whole[project]:.2f}", (0.0, place), (4, 0), ha="left", va="center", color="white")
        for name, label, dash in (("alert", "预警线", (0, (1, 1))), ("approval", "审核线", (0, (4, 3)))):
            text = f"{label}{line[name]:g}倍（未经核实）"
            axes.axvline(line[name], color=NAVY, linewidth=0.9, linestyle=dash, label=text)
        axes.set_yticks(at, [canvas.named(projects.names[project]) for project in order])
        axes.set_xlim(0, max(1.6, min(float(np.nanmax([*whole, *left])), _SHOWN) * 1.05))
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x", color=GREY, alpha=0.25)
        few = f"；共 {count:,} 个项目，只列覆盖倍数最低的 {_MOST} 个" if count > _MOST else ""
        axes.set_xlabel(f"倍（条为全周期，点为规划首年起的剩余期{few}）")
        return canvas.legend_below(figure, 3)
