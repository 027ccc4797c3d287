"""The chart of measures: what each package improves over the plan, stacked up to what all bring together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fiscal_model.analysis.balance.with_and_without import Measures, compare_measures
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import BRICK, GREY, NAVY, STEEL
from fiscal_model.report.series import TITLES

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_measures(plan: Plan, found: Measures | None = None) -> Figure:
    """Draw how far each package improves the balance before any step, over the whole plan, most effective first.

    Parameters
    ----------
    plan : Plan
    found : Measures, optional
        Saves computing them again.

    Returns
    -------
    matplotlib Figure
        Says that nothing was provided where there are no measures.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_measures(plan).axes[0].get_title(loc="left")
    '增收节支措施的效果（2026—2030年合计，万元）'
    """
    found = found or compare_measures(plan)
    count = 0 if found is None else len(found.about)
    with canvas.chart(
        f"{TITLES['measures']}（{plan.years[0]}—{plan.years[-1]}年合计，万元）", max(canvas.HEIGHT, 0.3 * count + 1.4)
    ) as (figure, axes):
        if found is None:
            canvas.absent(axes, "增收节支措施")
            return figure
        steps = np.array([found.of(str(code), "relief").sum() for code in found.about.index])
        names, rest = [canvas.named(name) for name in found.about["name"]], float(found.interaction["relief"].sum())
        if abs(rest) > 0.5:
            steps, names = np.append(steps, rest), [*names, "相互影响"]
        ends = np.cumsum(steps)
        starts = ends - steps
        total = float(found.together["relief"].sum())
        at = np.arange(len(steps) + 1)[::-1]
        left = np.append(np.minimum(starts, ends), min(total, 0.0))
        width = np.append(np.abs(steps), abs(total))
        colours = [*(STEEL if step >= 0 else BRICK for step in steps), NAVY]
        axes.barh(at, width, 0.62, left=left, color=colours)
        for position, level in zip(at[:-1], ends, strict=True):
            axes.plot([level, level], [position + 0.31, position - 1.31], color=GREY, linewidth=0.6)
        high = max(float(ends.max()), total, 1.0)
        for position, start, size, value in zip(at, left, width, [*steps, total], strict=True):
            axes.text(start + size + 0.012 * high, position, f"{value:+,.0f}", va="center", fontsize=7.5)
        axes.set_yticks(at, [*names, "各项措施合计"])
        axes.set_xlim(min(0.0, float(left.min())), high * 1.15)
        axes.grid(visible=False, axis="y")
        axes.axvline(0, color=GREY, linewidth=0.6)
        axes.set_xlabel("动用平衡手段之前的收支差额改善，按把握程度折算")
        return figure
