"""What a notebook shows: printed tables, pictures, and the guard that refuses a misspelt parameter."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fiscal_model.analysis.rating.rating import Rating
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import Plan
from fiscal_model.words.errors import InputError, ReportError
from fiscal_model.words.lines import LINES, RATIO
from fiscal_model.words.markup import Sheet, kind_of
from fiscal_model.words.table import ReportRow, ReportTable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from fiscal_model.inputs.place import Place

PARAMETERS = "place scenario base_year years seed"
_LITERALS = (str, int, float, bool, list, tuple, dict, type(None))
_SHELL = {"In", "Out"}


def show_table(
    source: Plan | Iterable[ReportTable],
    name: str,
    *,
    fan: Fan | None = None,
    rating: Rating | None = None,
    alternatives: Mapping[str, Plan] | None = None,
) -> Sheet:
    """Return one table of the annex for display; of a plan, that table alone is built.

    Parameters
    ----------
    source : Plan, or iterable of ReportTable
        A plan, or the whole annex from `build_tables`.
    name : str
        Its id, e.g. ``general_balance``.
    fan, rating, alternatives
        What a plan's table rests on beside the plan, e.g. ``fan`` for the table ``debt_bands``.

    Returns
    -------
    Sheet
        With a remark instead of rows when the place's data do not carry the table.

    Raises
    ------
    ReportError
        There is no such table (names the nearest one), or it rests on something that is not given (says on what).

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.show_table(plan, "general_balance").frame.shape
    (23, 10)
    """
    from fiscal_model.report.tables.annex import build_table, declared

    if isinstance(source, Plan):
        given = {"plan": source, "fan": fan, "rating": rating, "alternatives": alternatives}
        table = build_table(name, {key: value for key, value in given.items() if value is not None})
    else:
        table = {each.id: each for each in source}.get(name)
    if table is not None:
        return Sheet(table)
    remark = "没有需要提示的事项" if name == "cautions" else "本地区的数据没有涉及，未列表"
    return Sheet(ReportTable("", name, declared(name).title, "", "", (), (), (remark,)))


def show_backtest(place: Place) -> str:
    """Return a place's back-test as text, or why there is none; print it.

    Parameters
    ----------
    place : Place

    Examples
    --------
    >>> import fiscal_model as fm
    >>> print(fm.show_backtest(fm.read_place("data/places/lijiang")))  # doctest: +ELLIPSIS
    丽江市：收入预测回测，...
    """
    from fiscal_model.blocks.revenue.accuracy import backtest_place
    from fiscal_model.report.backtest_text import backtest_text

    try:
        return backtest_text(backtest_place(place))
    except InputError as error:
        return "；".join(f"{fault.found}。{fault.remedy}" for fault in error.faults)


def show_quantiles(fan: Fan, name: str) -> Sheet:
    """Return all quantiles of one line of a fan for display.

    Parameters
    ----------
    fan : Fan
    name : str
        One of `risk.simulate.FAN_LINES`.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.show_quantiles(fm.simulate(plan, paths=100), "own_revenue").frame.index.tolist()[:2]
    ['2.5%分位', '5%分位']
    """
    title = f"{LINES[name].label}：模拟分位数"
    if name not in fan.lines:
        return Sheet(ReportTable("", name, title, "", "", (), (), ("本地区的数据没有涉及，未列表",)))
    rows = tuple(
        ReportRow(f"{100 * level:g}%分位", tuple(float(value) for value in values), kind_of(name))
        for level, values in zip(fan.quantiles, fan.lines[name], strict=True)
    )
    columns = tuple(f"{year}年" for year in fan.years)
    note = f"{fan.paths:,} 条模拟路径，随机种子 {fan.seed}"
    unit = "" if LINES[name].unit == RATIO else "万元"
    return Sheet(ReportTable("", name, title, unit, "分位", columns, rows, (note,)))


@dataclass(frozen=True, repr=False)
class Picture:
    """A figure as a notebook shows it: a picture for the eye, the numbers behind it as text, which a checker compares.

    Parameters
    ----------
    png : bytes
    alt : str
        Text for who cannot see it.
    drawn : str
        What was drawn, in short, with a digest of all of it: `report.drawn.said_of`.
    """

    png: bytes
    alt: str
    drawn: str

    def __repr__(self) -> str:
        return f"图：{self.alt}\n{self.drawn}"

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        return self.png, {"alt": self.alt}


def show(figure: Figure, alt: str = "") -> Picture:
    """Return a figure as a picture for display, the same bytes for the same numbers; its text says the numbers.

    Parameters
    ----------
    figure : matplotlib Figure
    alt : str, optional
        Text for who cannot see it; the figure's own title by default.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/zhangye"), fm.read_scenario("baseline"))
    >>> fm.show(fm.figures.draw_balance(plan))  # doctest: +ELLIPSIS
    图：一般公共预算收支平衡
    自有收入：389,000 → ...
    """
    from fiscal_model.report.canvas import png
    from fiscal_model.report.drawn import said_of

    title = alt or next((axes.get_title(loc="left") for axes in figure.axes), "")
    return Picture(png(figure), title, said_of(figure))


def refuse_unknown_parameters(names: Mapping[str, Any], known: str = PARAMETERS) -> None:
    """Stop a notebook that was given a parameter it does not have.

    Parameters
    ----------
    names : mapping of str to object
        The notebook's ``globals()`` right after its parameters; literals in it are parameters.
    known : str
        The notebook's parameters, separated by spaces.

    Raises
    ------
    ReportError
        Lists every unknown name with the nearest known one.

    Examples
    --------
    >>> refuse_unknown_parameters({"place": "lijiang", "scenario": "baseline"})
    """
    allowed = known.split()
    unknown = [
        name
        for name, value in names.items()
        if isinstance(value, _LITERALS) and not name.startswith("_") and name not in _SHELL and name not in allowed
    ]
    if unknown:
        raise ReportError(unknown_parameters(unknown, allowed))


def unknown_parameters(unknown: Iterable[str], allowed: Iterable[str]) -> str:
    """Say which parameters a notebook does not have, and what was probably meant."""
    allowed = list(allowed)
    said = []
    for name in unknown:
        near = difflib.get_close_matches(name, allowed, n=1)
        said.append(f"“{name}”（是否想写“{near[0]}”？）" if near else f"“{name}”")
    return f"笔记本没有这些参数：{'、'.join(said)}。可用的参数：{'、'.join(allowed)}。"
