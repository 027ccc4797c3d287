"""Charts of early warning: coverage with its grade bands, the treasury month by month."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fiscal_model.analysis.guarantees.early_warning import bounds_of, grade_word, judge_warning
from fiscal_model.analysis.guarantees.treasury_months import follow_treasury
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import BRICK, GREY, INK, NAVY, STEEL
from fiscal_model.report.series import TITLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GRADE_SHADES = ("#eef4ee", "#f8f3dc", "#f5e2cb", "#eecfc8")
_FAN = ((0.025, 0.975, "95%区间", "#c4cfdd"), (0.1, 0.9, "80%区间", "#9fb2ca"), (0.25, 0.75, "50%区间", "#7790b2"))


def draw_warning(plan: Plan, fan: Fan) -> Figure:
    """Draw the fan of coverage over the grade bands, with the plan's own light above each year.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_warning(plan, fm.simulate(plan, paths=100)).axes[0].get_title(loc="left")
    '三保保障倍数的预测区间与预警分档'
    """
    with canvas.chart(TITLES["guarantee_warning"]) as (figure, axes):
        years, coverage = list(plan.years), plan.line("guarantee_coverage")
        values = fan.lines.get("guarantee_coverage")
        if values is None or not np.isfinite(values).any() or not np.isfinite(coverage).all():
            canvas.absent(axes, "三保保障倍数")
            return figure
        for low, high, label, colour in _FAN:
            bottom, top = (values[fan.quantiles.index(level)] for level in (low, high))
            axes.fill_between(years, bottom, top, color=colour, linewidth=0, label=label)
        axes.plot(years, coverage, color=INK, marker="o", markersize=4, linewidth=1.3, label="规划数")
        lowest = min(float(np.min(values)), bounds_of("coverage").lines[-1])
        top = max(float(np.max(values)), bounds_of("coverage").lines[0]) * 1.08
        axes.set_ylim(max(lowest - 0.1, 0.0), top)
        _grade_bands(axes, len(years))
        for year, word, value in zip(years, judge_warning(plan).words, coverage, strict=True):
            canvas.note(axes, f"{value:.2f} {word}", (year, value), (0, 6))
        axes.set_xlim(years[0] - 0.4, years[-1] + 0.6)
        axes.set_ylabel("倍")
        canvas.year_ticks(axes, years)
        return canvas.legend_below(figure, 4)


def _grade_bands(axes: Axes, years: int) -> None:
    """Shade the four grades behind the lines and name them at the right edge."""
    bottom, top = axes.get_ylim()
    edges = [top, *bounds_of("coverage").lines, bottom]
    for grade, (high, low) in enumerate(pairwise(edges)):
        high, low = min(high, top), max(low, bottom)
        if high <= low:
            continue
        axes.axhspan(low, high, color=_GRADE_SHADES[grade], linewidth=0, zorder=0)
        if high - low > 0.03 * (top - bottom):
            look = {"xycoords": ("axes fraction", "data"), "ha": "right", "va": "center", "fontsize": 8, "color": GREY}
            canvas.note(axes, grade_word(grade), (1, (low + high) / 2), (-4, 0), **look)
    axes.set_ylim(bottom, top)


def draw_months(plan: Plan) -> Figure:
    """Draw the month-end balance of the treasury over the plan, the lines between its states, and months that lack money.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_months(plan).axes[0].get_title(loc="left")
    '库款月末余额'
    """
    with canvas.chart(TITLES["treasury_months"]) as (figure, axes):
        months = follow_treasury(plan)
        if months is None:
            canvas.absent(axes, "库款月报")
            return figure
        balance = months.path.balance.ravel()
        at = np.arange(len(balance))
        risk = months.path.at_risk.ravel()
        axes.bar(at, balance, 0.8, color=np.where(risk, BRICK, STEEL).tolist())
        usual = np.repeat(months.outflow.mean(axis=1), 12)
        states = rules("guarantee_warning")["treasury_states"]
        for name, label, dash in (("low", "偏低线", (0, (4, 3))), ("alert", "警示线", (0, (1, 1)))):
            text = f"{label}（月均流出的{states[name]:g}倍）"
            axes.plot(at, states[name] * usual, color=NAVY, linewidth=0.9, linestyle=dash, label=text)
        if risk.any():
            axes.bar([at[risk][0]], [0], 0.8, color=BRICK, label="到期不能支付的月份")
        axes.axhline(0, color=INK, linewidth=0.6)
        canvas.money_axis(axes)
        axes.set_xticks(at[::12] + 5.5, [f"{year}年" for year in plan.years])
        for edge in at[12::12]:
            axes.axvline(edge - 0.5, color=GREY, linewidth=0.5, linestyle=(0, (2, 2)))
        return canvas.legend_below(figure, 3)
