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
_SOMETIMES_ABSENT = {
    "economy": "主要经济指标预测",
    "current_year": "当年收入预计",
    "second_opinions": "第二意见对照表",
    "history_adjustments": "历史数据调整表",
    "shock_years": "异常年份处理对照表",
    "revenue_quality": "收入质量核查表",
    "tax_workings": "分税种测算底稿",
    "transfer_lines": "上级补助分项测算",
    "parcels": "土地出让逐宗测算",
    "guarantee_items": "“三保”项目标准、需求与安排",
    "guarantee_levels": "“三保”项目由谁负担",
    "guarantee_gaps": "“三保”项目分年需求、安排与缺口",
    "population": "人口与保障对象预测",
    "staff": "人员经费（保工资）",
    "staff_units": "公用经费定员定额（保运转）",
    "staff_parts": "人员经费构成",
    "treasury_months": "库款月度测算",
    "marginal_costs": "“三保”边际成本",
    "findings": "整改台账",
    "projects": "项目支出规划",
    "state_capital": "国有资本经营预算收支平衡表",
    "insurance": "社会保险基金预算",
    "hidden_debt": "隐性债务化解",
    "temporary_payments": "财政暂付款消化",
    "bonds": "政府债券逐笔还本付息",
    "bond_months": "政府债券分月还本付息",
    "swap_order": "置换台账：顺序和节省",
    "swap_loops": "置换闭环核对",
    "platforms": "融资平台债务和退出",
    "debt_strategy": "化债策略",
    "asset_pool": "可化债资产和时间缺口",
    "hidden_contracts": "2028年后按合同偿还的债务",
    "special_projects": "专项债券项目收支平衡",
    "special_project_years": "专项债券项目分年收支和补助",
    "special_project_review": "专项债券发行审核",
    "special_quota": "新增专项债券额度测试",
    "debt_reserve": "偿债备付金",
    "debt_conventions": "债务指标三种口径对照",
    "debt_bands": "债务指标分档、距离和概率",
    "interest_rule": "付息支出超过10%的处置",
    "each_fund": "政府性基金分基金收支",
    "firms": "国有企业收益上交",
    "insurance_flows": "社会保险基金分险种平衡",
    "project_cuts": "储备项目逐项压减",
    "balance_log": "平衡措施日志",
    "carryover_ages": "结转资金分形成年度",
    "measures": "增收节支措施及效果",
    "pooling_sources": "财政资金统筹来源",
    "pooling_savings": "各项统筹规则节约的县级财力",
    "stock_ageing": "存量资金账龄和去向",
    "stock_recoverable": "可收回存量资金",
    "temporary_payment_ledger": "财政暂付款台账",
    "approved_budget": "批准预算与规划",
    "adjustment_test": "预算调整判定",
    "spending_breaches": "无预算、超预算拨付",
    "midyear_policies": "年度中执行的增支减收政策",
    "disclosure_dates": "公开和批复期限",
    "plan_bridge": "上轮规划与本轮比较",
    "plan_outturn": "规划与执行偏差",
    "plan_record": "预测误差档案",
    "carried_commitments": "顺延事项",
    "scenarios": "情景比较",
    "cautions": "提示事项",
}


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
    known = {table.id: table for table in tables}
    if name in known:
        return Sheet(known[name])
    if name in _SOMETIMES_ABSENT:
        remark = "没有需要提示的事项" if name == "cautions" else "本地区的数据没有涉及，未列表"
        return Sheet(ReportTable("", name, _SOMETIMES_ABSENT[name], "", "", (), (), (remark,)))
    near = difflib.get_close_matches(name, [*known, *_SOMETIMES_ABSENT], n=1)
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
