"""The chart of hidden debt: to zero by source, against an even pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fiscal_model.arithmetic.debt.hidden import SOURCES
from fiscal_model.law.limits import clear_by
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import BRICK, INK, MIST, NAVY, OCHRE, SAND, STEEL
from fiscal_model.report.series import TITLES
from fiscal_model.words.vocabulary import HiddenFunding

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LOOKS = {
    "budget": (NAVY, ""),
    "asset_sale": (OCHRE, ""),
    "swap": (STEEL, ""),
    "restructuring": (SAND, "...."),
    "project_income": (MIST, "////"),
}


def draw_hidden_debt(plan: Plan) -> Figure:
    """Draw what is resolved each year by source, the stock that is left, and an even pace to zero at the end of 2028.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_hidden_debt(plan).axes[0].get_title(loc="left")
    '隐性债务化解路径：按来源'
    """
    with canvas.chart(TITLES["hidden_debt"]) as (figure, axes):
        hidden = plan.basis.debt.hidden
        path, opening = hidden.path, float(hidden.path.stock[0] + hidden.path.resolved[0])
        if opening < 0.5:
            canvas.absent(axes, "隐性债务")
            return figure
        years = np.array(plan.years, dtype=float)
        parts = [
            (f"化解：{HiddenFunding(source).label}", path.by_source[:, position], *_LOOKS[source])
            for position, source in enumerate(SOURCES)
            if path.by_source[:, position].any()
        ]
        handles = canvas.stack(axes, years, parts, 0.55)
        whole = np.concatenate([[plan.base_year], years])
        stock = np.concatenate([[opening], path.stock])
        (line,) = axes.plot(whole, stock, color=INK, marker="o", markersize=4, linewidth=1.4, label="年末余额（计划）")
        left = max(clear_by() - plan.base_year, 1)
        even = opening * np.clip(1 - (whole - plan.base_year) / left, 0.0, 1.0)
        (pace,) = axes.plot(whole, even, color=BRICK, linewidth=1.1, linestyle=(0, (4, 3)), label="均衡进度应剩余额")
        for year, value in zip(whole, stock, strict=True):
            canvas.note(axes, f"{value:,.0f}", (year, value), (7, 5), ha="left")
        axes.set_ylim(0, 1.15 * opening)
        canvas.money_axis(axes)
        canvas.year_ticks(axes, [int(year) for year in whole])
        return canvas.legend_below(figure, 4, [*handles, line, pace])
