"""The chart of stress: what each shock and its mirror image do to money that is free, the widest on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fiscal_model.analysis.risk.stress import stress_test
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import BRICK, INK, STEEL
from fiscal_model.report.series import TITLES

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
