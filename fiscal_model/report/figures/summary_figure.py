"""The page for one who decides as one picture, A4 upright: numbers with their lights, sentences, what to decide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.canvas import GREY, INK, NAVY
from fiscal_model.report.decision_summary import summarise

if TYPE_CHECKING:
    from matplotlib.figure import Figure

A4_INCHES = (8.27, 11.69)
_PLAIN = "F0F0F0"
_LINE = 0.0185
"""Height of a line of text, of the page."""


def draw_summary(plan: Plan, fan: Fan) -> Figure:
    """Draw the page: eight tiles in the colours of their lights, three sentences, the decisions, what would change the answer.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> draw_summary(plan, fm.simulate(plan, paths=100)).get_size_inches().tolist()
    [8.27, 11.69]
    """
    page = summarise(plan, fan)
    with canvas.style():
        from matplotlib.figure import Figure
        from matplotlib.patches import Rectangle

        figure = Figure(figsize=A4_INCHES)
        title = f"{plan.basis.place.title}{plan.years[0]}—{plan.years[-1]}年财政规划　决策摘要"
        figure.text(0.5, 0.955, title, ha="center", size=15)
        figure.text(0.5, 0.933, f"{plan.basis.scenario.name}，基期{plan.base_year}年", ha="center", size=9, color=GREY)
        for at, row in enumerate(page.tables[0].rows):
            left, low = 0.07 + 0.2175 * (at % 4), 0.825 - 0.105 * (at // 4)
            said = str(row.values[0])
            colour = f"#{canvas.LIGHTS.get(said[-1:], _PLAIN)}"
            figure.add_artist(Rectangle((left, low), 0.2075, 0.095, facecolor=colour, edgecolor=GREY, linewidth=0.5))
            figure.text(left + 0.01, low + 0.073, row.label, size=8.5, color=INK)
            figure.text(left + 0.01, low + 0.046, said, size=12, color=NAVY)
            size, lines = 6.2, broken(str(row.values[2]), 36)
            if len(lines) > 3:  # a longer reason is set smaller, never cut
                size, lines = 5.0, broken(str(row.values[2]), 46)
            figure.text(left + 0.01, low + 0.006, "\n".join(lines), size=size, color=INK)
        height = _write(figure, 0.69, "结论", page.conclusion)
        asked = page.decided
        height = (
            _write(
                figure,
                height,
                f"需要决定的{len(asked)}件事（金额为规划期合计，单位和时限为建议）",
                asked,
                numbered=True,
            )
            if asked
            else height
        )
        if page.changes:
            _write(figure, height, "最能改变结论的两件事", page.changes, numbered=True)
        return figure


def _write(
    figure: Figure, height: float, heading: str, texts: list[str] | tuple[str, ...], numbered: bool = False
) -> float:
    """Write a heading and paragraphs below it; return the height that is left."""
    figure.text(0.07, height, heading, size=11.5, color=NAVY)
    height -= 1.35 * _LINE
    for count, text in enumerate(texts, 1):
        for line in broken(f"{count}. {text}" if numbered else text, 106):
            figure.text(0.07, height, line, size=9.5)
            height -= _LINE
        height -= 0.25 * _LINE
    return height - 0.8 * _LINE


def broken(text: str, width: int) -> list[str]:
    """Break a text into lines of so many half characters: numbers and words stay whole, no line begins with a stop or a bracket that closes, none ends with one that opens.

    Examples
    --------
    >>> broken("各年缺口的概率最高29.1%。", 22)
    ['各年缺口的概率最高', '29.1%。']
    >>> broken("有缺口的可能（单年最高", 14)
    ['有缺口的可能', '（单年最高']
    """
    lines = [""]
    for piece in re.findall(r"[（“〔]*(?:[\w.,%+-]*[A-Za-z0-9%]|.)[，。；：、）”〕]*", text, re.ASCII):
        if lines[-1] and sum(1 + (east_asian_width(each) in "WFA") for each in lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece
    return lines
