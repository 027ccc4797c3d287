"""The charts of the report: each from the plan's own lines, each readable in grey print."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fiscal_model.analysis.rating.rating import Rating
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.analysis.risk.variance_parts import parts_of
from fiscal_model.analysis.rolling.plan_bridge import bridge_of
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import BRICK, GREY, INK, MIST, NAVY, OCHRE, SAND, STEEL
from fiscal_model.report.figures.bonds_figure import draw_maturity_wall
from fiscal_model.report.figures.bridge_figure import draw_bridge
from fiscal_model.report.figures.debt_figure import draw_debt, draw_debt_service, draw_interest
from fiscal_model.report.figures.guarantees_figure import draw_months, draw_warning
from fiscal_model.report.figures.hidden_debt_figure import draw_hidden_debt
from fiscal_model.report.figures.measures_figure import draw_measures
from fiscal_model.report.figures.projects_figure import draw_project_coverage
from fiscal_model.report.figures.risk_figures import (
    draw_fans,
    draw_probabilities,
    draw_revenue,
    draw_scenarios,
    draw_variance,
)
from fiscal_model.report.figures.stress_figure import draw_break_map, draw_tornado
from fiscal_model.report.series import TITLES, with_base

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_figures(
    plan: Plan, fan: Fan, folder: Path, alternatives: Mapping[str, Plan] | None = None, rating: Rating | None = None
) -> dict[str, Path]:
    """Write every figure of a report as PNG, its path by its name; the folder is made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = all_figures(plan, fan, alternatives, rating)
    return {name: canvas.save(figure, folder / f"{name}.png") for name, figure in figures.items()}


def all_figures(
    plan: Plan, fan: Fan, alternatives: Mapping[str, Plan] | None = None, rating: Rating | None = None
) -> dict[str, Figure]:
    """Draw every figure of a report, in reading order, by the names of `TITLES`; the same plan gives the same bytes."""
    moved = bridge_of(plan)
    figures = {
        **({"plan_bridge": draw_bridge(plan, moved)} if moved is not None else {}),
        "own_revenue": draw_revenue(plan, fan),
        "general_balance": draw_balance(plan),
        "guarantees": draw_guarantees(plan),
        "guarantee_warning": draw_warning(plan, fan),
        "treasury_months": draw_months(plan),
        "debt_stock": draw_debt(plan),
        "interest_burden": draw_interest(plan),
        "debt_service": draw_debt_service(plan),
        "maturity_wall": draw_maturity_wall(plan),
        "fans": draw_fans(plan, fan),
        "probabilities": draw_probabilities(fan),
        "variance": draw_variance(parts_of(plan, fan.seed)),
        "tornado": draw_tornado(plan),
        "break_map": draw_break_map(plan),
    }
    if plan.basis.balance.packages.codes:
        figures["measures"] = draw_measures(plan)
    if plan.basis.place.has("hidden_debt"):
        figures["hidden_debt"] = draw_hidden_debt(plan)
    if plan.basis.place.has("special_projects"):
        figures["project_coverage"] = draw_project_coverage(plan)
    if alternatives:
        figures["scenarios"] = draw_scenarios(alternatives)
    if rating is not None:
        figures["rating"] = draw_rating(rating)
    return {name: figures[name] for name in TITLES if name in figures}


def draw_balance(plan: Plan) -> Figure:
    """Draw both sides of the general budget as stacked bars, year by year; a gap is hatched.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_balance(plan).axes[0].get_title(loc="left")
    '一般公共预算收支平衡'
    """
    with canvas.chart(TITLES["general_balance"], 3.9) as (figure, axes):
        years = [plan.base_year, *plan.years]
        resources, uses = _sides(plan)
        handles = canvas.stack(axes, np.array(years) - 0.21, resources, 0.38)
        handles += canvas.stack(axes, np.array(years) + 0.21, uses, 0.38)
        canvas.money_axis(axes)
        axes.set_xticks(years, [f"{year}\n收入｜支出" for year in years], fontsize=8)
        return canvas.legend_below(figure, 4, handles)


def draw_guarantees(plan: Plan) -> Figure:
    """Draw what the three guarantees need against available resources, with coverage on the right axis.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_guarantees(plan).axes[0].get_title(loc="left")
    '三保需求与可用财力'
    """
    with canvas.chart(TITLES["guarantees"]) as (figure, axes):
        lines = ("guarantees_county", "guarantees_from_above", "available_resources", "guarantee_coverage")
        years, (county, above, available, coverage) = with_base(plan, lines)
        left, right = np.array(years) - 0.2, np.array(years) + 0.2
        axes.bar(left, county, 0.36, color=BRICK, label="三保需求：本级财力负担")
        if np.nansum(above) > 0:
            look = {"color": SAND, "hatch": "////", "edgecolor": OCHRE, "linewidth": 0}
            axes.bar(left, above, 0.36, bottom=county, label="三保需求：上级专项负担", **look)
        axes.bar(right, available, 0.36, color=STEEL, label="可用财力")
        canvas.money_axis(axes)
        twin = canvas.right_axis(axes, "保障倍数（可用财力÷本级负担）")
        twin.plot(years, coverage, color=INK, marker="o", markersize=4, linewidth=1.2, label="三保保障倍数（右轴）")
        canvas.label_points(twin, years, coverage, lambda value: f"{value:.2f}倍")
        twin.set_ylim(0, 1.25 * max(1.2, float(np.nanmax(coverage))))
        twin.axhline(1, color=BRICK, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.set_ylim(0, 1.3 * float(np.nanmax([county + above, available])))
        canvas.year_ticks(axes, years)
        return canvas.legend_below(figure, 2)


def draw_rating(rating: Rating) -> Figure:
    """Draw the six indices as bars, with the lines between grades.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.figures.draw_rating(fm.rate(plan)).axes[0].get_title(loc="left")[:8]
    '财政承受能力评级'
    """
    capped = "（否决项封顶）" if rating.grade != rating.by_score else ""
    said = f"{rating.total:.1f} 分，{rating.grade}{capped}" if rating.rated else rating.grade
    with canvas.chart(f"{TITLES['rating']}：{said}", 2.9) as (figure, axes):
        labels = list(rating.indices)
        for row, label in enumerate(labels):
            score = rating.indices[label]
            if np.isfinite(score):
                axes.barh(row, score, 0.6, color=STEEL if score >= 50 else BRICK)
                axes.text(score + 1, row, f"{score:.0f}", va="center", fontsize=8.5)
            else:
                axes.text(1, row, f"{canvas.ABSENT}（未评）", va="center", color=GREY, fontsize=8.5)
        for name, least in rules("rating")["grades"].items():
            if least:
                axes.axvline(least, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
            axes.text(least + 0.8, -0.48, name, fontsize=8, color=GREY, va="bottom")
        if rating.rated:
            axes.axvline(rating.total, color=INK, linewidth=1.2)
        weights = {label: f"（权重{weight:.0%}）" for label, weight in rating.weights.items()}
        axes.set_yticks(range(len(labels)), [label + weights.get(label, "") for label in labels])
        axes.invert_yaxis()
        axes.set(
            xlim=(0, 105),
            ylim=(len(labels) - 0.5, -0.95),
            xlabel=f"得分（{'实线为综合得分，' if rating.rated else ''}虚线为等级分界）",
        )
        axes.grid(visible=False)
        return figure


def _sides(plan: Plan) -> tuple[list[canvas.Part], list[canvas.Part]]:
    """Both sides of the general budget in a few parts each; what is not named apart is in the last."""
    lines = ["own_revenue", "transfers_general_purpose", "transfers_earmarked", "funding_gap", "resources_total"]
    lines += ["guarantees_total", "interest_general", "principal_general", "expenditure", "uses_total"]
    _, values = with_base(plan, lines)
    own, free, tied, gap, resources, guarantees, interest, principal, spent, uses = np.nan_to_num(values)
    return (
        [
            ("自有收入", own, NAVY, ""),
            ("财力性转移支付", free, STEEL, ""),
            ("专用性转移支付", tied, MIST, ""),
            ("债务转贷和其他来源", resources - own - free - tied - gap, "#e6e6e6", "...."),
            *([("收支缺口", gap, "white", "xxxx")] if gap.any() else []),
        ],
        [
            ("三保", guarantees, BRICK, ""),
            ("一般债务还本付息", interest + principal, OCHRE, ""),
            ("其他支出", spent - guarantees - interest, SAND, ""),
            ("上解、调出和结转等", uses - spent - principal, "#f4eee0", "////"),
        ],
    )
