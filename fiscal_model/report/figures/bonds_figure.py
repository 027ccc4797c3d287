"""The chart of the maturity wall: what today's bonds still pay, to the last maturity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fiscal_model.analysis.debt.maturity_wall import Wall, wall_of
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import BRICK, GREY, INK, NAVY, OCHRE, SAND
from fiscal_model.report.series import TITLES
from fiscal_model.words.vocabulary import DebtKind

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_maturity_wall(plan: Plan) -> Figure:
    """Draw principal and interest due by year, general and special, with the plan years shaded.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Figure
        Of the ledger's bonds to their last maturity; without a ledger, of the plan's own principal and interest.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_maturity_wall(plan).axes[0].get_title(loc="left")
    '政府债务到期分布'
    """
    wall = wall_of(plan)
    with canvas.chart(TITLES["maturity_wall"]) as (figure, axes):
        total = wall.total
        if not total.any():
            canvas.absent(axes, "还本付息")
            return figure
        axes.axvspan(plan.years[0] - 0.5, plan.years[-1] + 0.5, color=GREY, alpha=0.13, linewidth=0)
        parts = [
            ("一般债务还本", wall.principal[DebtKind.GENERAL], NAVY, ""),
            ("专项债务还本", wall.principal[DebtKind.SPECIAL], OCHRE, ""),
            ("付息（一般和专项）", wall.total_interest, SAND, "////"),
        ]
        handles = canvas.stack(axes, np.array(wall.years, dtype=float), parts, 0.62)
        if wall.from_ledger:
            _mark_highest(axes, wall)
        axes.set_ylim(0, 1.18 * float(total.max()))
        axes.text(plan.years[0] - 0.35, axes.get_ylim()[1] * 0.97, "规划期", va="top", fontsize=8, color=INK)
        axes.set_xlim(wall.years[0] - 0.7, wall.years[-1] + 0.7)
        canvas.money_axis(axes)
        canvas.year_ticks(axes, wall.years)
        return canvas.legend_below(figure, 3, handles)


def _mark_highest(axes: Axes, wall: Wall) -> None:
    """Name the year of the most principal; a block without bonds has no such year."""
    highest = int(np.argmax(wall.total_principal))
    text = f"{wall.years[highest]}年还本最多：{wall.total_principal[highest]:,.0f}"
    canvas.note(axes, text, (wall.years[highest], wall.total[highest]), (0, 4), fontsize=8, color=BRICK)
