"""The charts of risk: fans around what happened before, chances by year, scenarios side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from fiscal_model.analysis.risk.simulate import CHANCES, Fan
from fiscal_model.analysis.risk.variance_parts import VarianceParts
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import BRICK, GREY, INK, NAVY, OCHRE, SAND, STEEL
from fiscal_model.report.series import TITLES, history_of
from fiscal_model.report.wording import odds_percent
from fiscal_model.words.lines import LINES, RATIO

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

BANDS = ((0.1, 0.9, "80%区间", "#cdd9e6"), (0.25, 0.75, "50%区间", "#8fa9c7"))


def draw_revenue(plan: Plan, fan: Fan) -> Figure:
    """Draw own revenue: history, median and the 50, 80 and 95 percent bands.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_revenue(plan, fm.simulate(plan, paths=100)).axes[0].get_title(loc="left")
    '一般公共预算收入：实际与预测区间'
    """
    return draw_fan(plan, fan, "own_revenue", TITLES["own_revenue"])


def draw_fan(plan: Plan, fan: Fan, line: str, title: str | None = None) -> Figure:
    """Draw one line of a fan: history, median and bands.

    Parameters
    ----------
    plan : Plan
    fan : Fan
    line : str
        One of `risk.simulate.FAN_LINES`.
    title : str, optional
        The line's own label by default.

    Returns
    -------
    matplotlib Figure

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_fan(plan, fm.simulate(plan, paths=100), "debt_ratio").axes[0].get_title(loc="left")
    '债务率（口径C）：预测区间'
    """
    with canvas.chart(title or f"{LINES[line].label}：预测区间") as (figure, axes):
        if line not in fan.lines or not np.isfinite(fan.lines[line]).any():
            canvas.absent(axes, LINES[line].label)
            return figure
        history = history_of(plan, line)
        _draw_fan(axes, plan, fan, line, history)
        _ratio_or_money(axes, line)
        canvas.year_ticks(axes, [*history, *fan.years])
        return canvas.legend_below(figure, 5)


def draw_fans(plan: Plan, fan: Fan) -> Figure:
    """Draw the fans of coverage, gap and debt ratio side by side; a line without figures says so."""
    with canvas.style():
        figure, row = canvas.new_figure(1, 3, height=2.9)
        for axes, line in zip(row, ("guarantee_coverage", "funding_gap", "debt_ratio"), strict=True):
            axes.set_title(LINES[line].label, fontsize=9)
            if line not in fan.lines or not np.isfinite(fan.lines[line]).any():
                canvas.absent(axes, LINES[line].label)
                continue
            history = history_of(plan, line)
            _draw_fan(axes, plan, fan, line, history)
            _ratio_or_money(axes, line)
            first, last = min(history, default=fan.years[0]), fan.years[-1]
            axes.set_xticks(range(last, first - 1, -max(1, (last - first + 1) // 3)))
        return canvas.legend_below(figure, 4, row[0].get_legend_handles_labels()[0])


def draw_probabilities(fan: Fan) -> Figure:
    """Draw the chance of each warning as a strip over the years: the darker, the likelier.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_probabilities(fm.simulate(plan, paths=100)).axes[0].get_title(loc="left")
    '各类风险的概率'
    """
    shown = [name for name in CHANCES if name in fan.probabilities]
    with canvas.chart(TITLES["probabilities"], 0.9 + 0.3 * max(len(shown), 2)) as (figure, axes):
        if not shown:
            canvas.absent(axes, TITLES["probabilities"])
            return figure
        shares = np.array([fan.probabilities[name] for name in shown])
        axes.imshow(shares, cmap=_strip(), vmin=0.0, vmax=1.0, aspect="auto")
        for (row, column), share in np.ndenumerate(shares):
            colour = "white" if share > 0.6 else INK
            axes.text(column, row, odds_percent(share), ha="center", va="center", fontsize=8.5, color=colour)
        axes.set_xticks(range(len(fan.years)), [f"{year}年" for year in fan.years])
        axes.set_yticks(range(len(shown)), [CHANCES[name].removesuffix("的概率") for name in shown])
        axes.grid(visible=False)
        return figure


def draw_variance(parts: VarianceParts) -> Figure:
    """Draw which group of drivers makes uncommitted money and coverage uncertain, stacked by year.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> [axes.get_title(loc="left") for axes in fm.figures.draw_variance(fm.risk.explain_variance(plan, paths=100)).axes]
    ['未安排财力（动用稳调前）', '三保保障倍数']
    """
    looks = ((NAVY, ""), (STEEL, ""), (OCHRE, ""), (SAND, "////"), (BRICK, ""), (GREY, "...."))
    with canvas.style():
        figure, row = canvas.new_figure(1, 2, height=2.9)
        for axes, line in zip(row, ("uncommitted_resources", "guarantee_coverage"), strict=True):
            axes.set_title(LINES[line].label, fontsize=9)
            shares = [np.nan_to_num(each) for each in parts.shares[line]]
            stacked = [
                (group, each, colour, hatch)
                for group, each, (colour, hatch) in zip(parts.groups, shares, looks, strict=True)
            ]
            handles = canvas.stack(axes, np.array(parts.years), stacked, 0.6)
            canvas.percent_axis(axes)
            canvas.year_ticks(axes, parts.years)
        return canvas.legend_below(figure, 6, handles)


def draw_scenarios(alternatives: Mapping[str, Plan]) -> Figure:
    """Draw the scenarios side by side: resources, coverage, gap and debt ratio.

    Parameters
    ----------
    alternatives : mapping of str to Plan
        Scenario id to plan, all of one place.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> [axes.get_title(loc="center") or axes.get_title(loc="left") for axes in fm.figures.draw_scenarios({"baseline": plan}).axes][:2]
    ['可用财力', '三保保障倍数']
    """
    dashes = ("-", "--", "-.", ":", (0, (6, 2)), (0, (1, 1)))
    looks = list(zip((NAVY, OCHRE, BRICK, GREY, STEEL, INK), "os^DvP", dashes, strict=True))
    with canvas.style():
        figure, grid = canvas.new_figure(2, 2, height=4.6)
        compared = ("available_resources", "guarantee_coverage", "funding_gap", "debt_ratio")
        for axes, line in zip(grid.flat, compared, strict=True):
            axes.set_title(LINES[line].label, fontsize=9)
            for (colour, marker, dash), plan in zip(looks, alternatives.values(), strict=False):
                if np.isfinite(plan.line(line)).any():
                    look = {"color": colour, "marker": marker, "linestyle": dash, "markersize": 3.5, "linewidth": 1.3}
                    axes.plot(plan.years, plan.line(line), label=canvas.named(plan.basis.scenario.name), **look)
            if not axes.lines:
                canvas.absent(axes, LINES[line].label)
                continue
            _ratio_or_money(axes, line)
            if line == "funding_gap":
                axes.set_ylim(bottom=0, top=max(1.0, axes.get_ylim()[1]))
            canvas.year_ticks(axes, next(iter(alternatives.values())).years)
        return canvas.legend_below(figure, 4, grid.flat[0].get_legend_handles_labels()[0])


def _strip() -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("risk", ["#ffffff", SAND, BRICK])


def _draw_fan(axes: Axes, plan: Plan, fan: Fan, line: str, history: Mapping[int, float]) -> None:
    base = fan.years[0] - 1
    years = [base, *fan.years] if base in history else list(fan.years)
    start = [history[base]] if base in history else []
    band = lambda level: np.array([*start, *fan.lines[line][fan.quantiles.index(level)]])  # noqa: E731
    for low, high, label, colour in BANDS:
        axes.fill_between(years, band(low), band(high), color=colour, linewidth=0, label=label)
    for path in fan.samples.get(line, ()):
        axes.plot(years, [*start, *path], color=GREY, linewidth=0.7, alpha=0.8, label="单条路径")
    axes.plot(years, band(0.5), color=NAVY, linewidth=1.0, linestyle=":", label="模拟中位数")
    axes.plot(
        years, [*start, *plan.line(line)], color=NAVY, linestyle=(0, (5, 2)), marker="o", markersize=3.5, label="本规划"
    )
    if history:
        axes.plot(list(history), list(history.values()), color=INK, marker="o", markersize=3.5, label="实际")


def _ratio_or_money(axes: Axes, line: str) -> None:
    if line == "guarantee_coverage":
        axes.set_ylabel("倍")
    elif LINES[line].unit == RATIO:
        canvas.percent_axis(axes)
    else:
        canvas.money_axis(axes)
