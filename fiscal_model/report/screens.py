"""What a notebook shows: printed tables, pictures, and the guard that refuses a misspelt parameter."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.words.errors import InputError, ReportError
from fiscal_model.words.lines import LINES, RATIO
from fiscal_model.words.markup import Sheet, kind_of
from fiscal_model.words.table import ReportRow, ReportTable

if TYPE_CHECKING:
    from IPython.display import Image
    from matplotlib.figure import Figure

    from fiscal_model.inputs.place import Place

PARAMETERS = "place scenario base_year years seed"
_LITERALS = (str, int, float, bool, list, tuple, dict, type(None))
_SHELL = {"In", "Out"}


def show_table(tables: Iterable[ReportTable], name: str) -> Sheet:
    """Return one table of the annex for display.

    Parameters
    ----------
    tables : iterable of ReportTable
        From `tables.annex.build_tables`.
    name : str
        Its id, e.g. ``general_balance``.

    Returns
    -------
    Sheet
        With a remark instead of rows when the place's data do not carry the table.

    Raises
    ------
    ReportError
        There is no such table; names the nearest one.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> tables = fm.build_tables(plan, fm.simulate(plan, paths=100), fm.rate(plan), {})
    >>> fm.show_table(tables, "general_balance").frame.shape
    (23, 10)
    """
    from fiscal_model.report.tables.annex import declared_tables

    known, declared = {table.id: table for table in tables}, declared_tables()
    if name in known:
        return Sheet(known[name])
    if name in declared:
        remark = "没有需要提示的事项" if name == "cautions" else "本地区的数据没有涉及，未列表"
        return Sheet(ReportTable("", name, declared[name].title, "", "", (), (), (remark,)))
    near = difflib.get_close_matches(name, [*known, *declared], n=1)
    hint = f"是否想写“{near[0]}”？" if near else ""
    raise ReportError(f"没有名为“{name}”的表。{hint}可用的表：{'、'.join(known)}。")


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


def show(figure: Figure, alt: str = "") -> Image:
    """Return a figure as a picture for display, the same bytes for the same numbers.

    Parameters
    ----------
    figure : matplotlib Figure
    alt : str, optional
        Text for who cannot see it; the figure's own title by default.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.show(fm.figures.draw_debt(plan)).alt
    '政府债务余额、限额与债务率'
    """
    from IPython.display import Image

    from fiscal_model.report.canvas import png

    title = alt or next((axes.get_title(loc="left") for axes in figure.axes), "")
    return Image(data=png(figure), format="png", alt=title)


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
