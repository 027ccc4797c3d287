"""The charts of debt: stocks against limits, the interest burden, what falls due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import BRICK, INK, MIST, NAVY, OCHRE, SAND, STEEL
from fiscal_model.report.series import TITLES, with_observed
from fiscal_model.words.lines import LINES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_debt(plan: Plan) -> Figure:
    """Draw debt stocks against their limits, with the debt ratio on the right axis.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_debt(plan).axes[0].get_title(loc="left")
    '政府债务余额、限额与债务率'
    """
    with canvas.chart(TITLES["debt_stock"]) as (figure, axes):
        years, (ratio,) = with_observed(plan, ("debt_ratio",))
        drawn = [
            _stock_bars(axes, plan, "general", "一般债务", -0.2, NAVY),
            _stock_bars(axes, plan, "special", "专项债务", 0.2, STEEL),
        ]
        if not any(drawn):
            canvas.absent(axes, "政府债务余额和限额")
            return figure
        canvas.money_axis(axes)
        axes.set_ylim(0, axes.get_ylim()[1] * 1.25)
        if np.isfinite(ratio).any():
            twin = canvas.right_axis(axes, "债务率")
            canvas.percent_axis(twin, "债务率（口径C）")
            twin.plot(years, ratio, color=BRICK, marker="o", markersize=4, linewidth=1.2, label="债务率（右轴）")
            canvas.label_points(twin, years, ratio, lambda value: f"{value:.0%}")
            twin.set_ylim(0, 1.2 * float(np.nanmax(ratio)))
        else:
            canvas.absent(axes, "债务率")
        canvas.mark_base_year(axes, plan.base_year)
        canvas.year_ticks(axes, years)
        return canvas.legend_below(figure, 3)


def draw_interest(plan: Plan) -> Figure:
    """Draw the interest burden of both kinds of debt against the ten percent line.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_interest(plan).axes[0].get_title(loc="left")
    '债务付息负担'
    """
    with canvas.chart(TITLES["interest_burden"]) as (figure, axes):
        looks = {"interest_burden_general": (NAVY, "o", "-"), "interest_burden_special": (OCHRE, "s", "--")}
        missing = []
        for line, (colour, marker, dash) in looks.items():
            years, (values,) = with_observed(plan, (line,))
            if not np.isfinite(plan.line(line)).any():
                missing.append(LINES[line].label)
                continue
            axes.plot(years, values, color=colour, marker=marker, markersize=4, linestyle=dash, label=LINES[line].label)
            canvas.label_points(axes, years, values, lambda value: f"{value:.1%}", colour)
        if not axes.lines:
            canvas.absent(axes, "债务付息")
            return figure
        breach = rules("indicators")["interest_burden_general"]["breach"]
        axes.axhline(breach, color=BRICK, linewidth=1, linestyle=(0, (5, 3)), label=f"{breach:.0%}：启动财政重整")
        axes.set_ylim(0, 1.18 * max(breach, *(float(np.nanmax(np.asarray(line.get_ydata()))) for line in axes.lines)))
        canvas.percent_axis(axes)
        if missing:
            canvas.absent(axes, "、".join(missing))
        axes.set_xlim(years[0] - 0.5, years[-1] + 0.5)
        canvas.year_ticks(axes, years)
        canvas.mark_base_year(axes, plan.base_year)
        return canvas.legend_below(figure, 3)


def draw_debt_service(plan: Plan) -> Figure:
    """Draw principal due, by where the money comes from, and interest, year by year.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_debt_service(plan).axes[0].get_title(loc="left")
    '到期还本付息'
    """
    with canvas.chart(TITLES["debt_service"]) as (figure, axes):
        interest = np.nan_to_num(plan.line("interest_general")) + np.nan_to_num(plan.line("interest_special"))
        parts = [
            ("一般债务还本：再融资", plan.line("debt_general_refinanced"), MIST, ""),
            ("一般债务还本：自有资金", plan.line("principal_general_own"), NAVY, ""),
            ("专项债务还本：再融资", plan.line("debt_special_refinanced"), SAND, "...."),
            ("专项债务还本：自有资金", plan.line("principal_special_own"), OCHRE, ""),
            ("付息（一般和专项）", interest, BRICK, "////"),
        ]
        total = sum(np.nan_to_num(values) for _, values, *_ in parts)
        if not total.any():
            canvas.absent(axes, "还本付息")
            return figure
        handles = canvas.stack(axes, np.array(plan.years, dtype=float), parts, 0.55)
        axes.set_ylim(0, 1.15 * float(total.max()))
        missing = [name for name in ("interest_general", "interest_special") if name in plan.unavailable]
        if missing:
            canvas.absent(axes, "、".join(LINES[name].label for name in missing))
        canvas.money_axis(axes)
        canvas.year_ticks(axes, plan.years)
        return canvas.legend_below(figure, 3, handles)


def _stock_bars(axes: Axes, plan: Plan, kind: str, label: str, offset: float, colour: str) -> bool:
    years, (stock, limit) = with_observed(plan, (f"debt_{kind}_stock", f"debt_limit_{kind}_stock"))
    places = np.array(years) + offset
    if np.isfinite(stock).any():
        axes.bar(places, np.nan_to_num(stock), 0.36, color=colour, label=f"{label}余额")
    if np.isfinite(limit).any():
        shown, dash = np.isfinite(limit), "-" if kind == "general" else (0, (2, 1))
        spans = (limit[shown], places[shown] - 0.19, places[shown] + 0.19)
        axes.hlines(*spans, color=INK, linewidth=1.6, linestyle=dash, label=f"{label}限额")
    return bool(np.isfinite(stock).any() or np.isfinite(limit).any())
