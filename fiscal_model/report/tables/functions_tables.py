"""Tables 07 to 07-4: expenditure by function, by economic class, and ceilings by function and by department."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.spending.classes import NOT_CLASSED, by_economic_class
from fiscal_model.analysis.spending.departments import department_ceilings
from fiscal_model.analysis.spending.functions import Function, Spending, by_function
from fiscal_model.law.spending_classes import economic_classes
from fiscal_model.model.planbook import observed_lines, published_first_year
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Content, Line, sum_of, table
from fiscal_model.report.layout import over_years, row_values
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.lines import LINES
from fiscal_model.words.table import Value
from fiscal_model.words.vocabulary import Budget

_LARGE, _SHOWN = 0.05, 0.005
"""Parts of the base year's expenditure: from which a 类 is shown by 款, and a 款 by itself."""
_KINDS = {
    "pay": "人员经费", "operations": "公用经费（定额）", "requests": "单位其他申请（统筹后）", "projects": "项目（统筹、压减后）",
}  # fmt: skip
_RULE = (
    "三保、付息、社保补贴、已签约和储备项目各列入所属科目（data/rules/spending_classes.csv，台账的“功能科目”优先），每笔只列一次；"
    "没有科目的部分和其余支出按基期各科目扣除上述各项后的余额分摊，各科目合计等于一般公共预算支出。"
    "压减只减少其余支出和储备项目，不动“三保”、付息和已签约项目。预备费执行中列入所用科目，规划期单列。"
    f"对应关系为设计，{UNVERIFIED}。"
)


@table("07", "functions", "一般公共预算支出按功能分类（类）", "科目")
def functions_table(plan: Plan) -> Content | None:
    """Expenditure by 类; None where the base year has no functions."""
    spent = by_function(plan)
    if spent is None:
        return None
    observed, budget = observed_lines(plan), published_first_year(plan)
    rows = [_row(plan, each, 1) for each in spent.at(0)]
    rows = [row for row in rows if _said(row)]
    whole = row_values(plan, observed.get("expenditure", {}), plan.line("expenditure"), budget.get("expenditure"))
    adds = " + ".join(row.id for row in rows)
    notes = [_RULE]
    if short := [each.label for each in spent.at(0) if _beyond(spent, each) > 0.5]:
        notes.append(f"{'、'.join(short)}：对应到本科目的基期数多于账上的支出，差额保持不变，对应关系须核对。")
    return over_years(plan, [*rows, Line("expenditure", LINES["expenditure"].label, whole, 0, adds)], notes)


@table("07-1", "function_classes", "主要支出科目按款", "科目")
def classes_table(plan: Plan) -> Content | None:
    """The large 类 by 款; None where no large one has any."""
    spent = by_function(plan)
    if spent is None:
        return None
    whole, rows = sum(each.base for each in spent.at(0)), []
    for function in spent.at(0):
        below = [each for each in spent.at(1) if each.code.startswith(function.code)]
        if function.base < _LARGE * whole or not below:
            continue
        shown = [each for each in below if each.base >= _SHOWN * whole and "~" not in each.code]
        inside = [_row(plan, each, 1) for each in shown]
        left = [_row(plan, each, 1) for each in below if each not in shown]
        if left:
            columns = zip(*(row.values for row in left), strict=True)
            others = [_added(column) for column in columns]
            inside.append(Line(f"function_{function.code}_others", "其余各款", [*others[:-1], None], 1))
        top = _row(plan, function, 0)
        rows += [Line(top.id, top.label, top.values, 0, " + ".join(row.id for row in inside)), *inside]
    notes = (
        f"列出占基期支出{_LARGE:.0%}以上的类和占{_SHOWN:.1%}以上的款；款、项按同样的办法在上一级科目之内分摊"
        "（fm.spending.by_function 可取得全部款、项）。",
    )
    return over_years(plan, rows, notes) if rows else None


@table("07-2", "economic_classes", "一般公共预算支出按政府预算经济分类", "科目")
def economic_table(plan: Plan) -> Content | None:
    """Expenditure by economic class; None where functions are not known either."""
    if by_function(plan) is None:
        return None
    found = by_economic_class(plan)
    rows = [Line(f"economic_{code}", f"{code} {economic_classes()[code]}", found[code]) for code in found if code]
    if NOT_CLASSED in found:
        rows.append(Line("economic_unknown", "未分经济分类的支出（无数据）", found[NOT_CLASSED]))
    notes = (
        "本地没有按经济分类登记的账：只列人员、公用、三保项目、付息、社保补贴、预备费和项目等已知性质的支出，"
        f"其余没有数据，不推算；对应关系（data/rules/spending_classes.csv）为设计，{UNVERIFIED}。",
    )
    return Content([*rows, sum_of("expenditure", LINES["expenditure"].label, rows)], notes)


@table("07-3", "function_ceilings", "支出规模上限（按功能科目）", "科目")
def ceilings_table(plan: Plan) -> Content | None:
    """What each function may spend; reserve and what waits for allocation are in no ceiling."""
    spent = by_function(plan)
    if spent is None:
        return None
    rows, tops, reserve = list[Line](), list[Line](), plan.line("contingency_reserve")
    for each in (each for each in spent.at(0) if each.code != "227"):
        waiting = sum((part.path for part in spent.of(each.code, ("unallocated",))), np.zeros(len(plan.years)))
        ceiling, projects = each.path - waiting, spent.projects(each.code)
        if np.abs(ceiling).max() < 0.5:
            continue
        top = Line(f"ceiling_{each.code}", f"{each.code} {each.label}", ceiling, 1, total=True)
        tops.append(top)
        rows.append(top)
        if projects.any():
            rows.append(Line(f"ceiling_{each.code}_continuing", "延续性支出", ceiling - projects, 2))
            rows.append(Line(f"ceiling_{each.code}_projects", "已签约和经平衡安排的项目", projects, 2))
    tops += [
        Line("contingency_reserve", LINES["contingency_reserve"].label, reserve),
        Line("unallocated", LINES["unallocated"].label, plan.line("unallocated")),
    ]
    notes = (
        "上限＝延续性支出（三保、付息和其余支出）＋已签约和经跨年度平衡安排的项目；预备费和待安排支出不分到科目。"
        "第一年用于编制年度预算，以后各年供指导（设计）。",
    )
    return Content([*rows, *tops[-2:], sum_of("expenditure", LINES["expenditure"].label, tops)], notes)


@table("07-4", "department_ceilings", "支出规模上限（按部门）", "部门")
def departments_table(plan: Plan) -> Content | None:
    """What each department may spend; None where no register names departments."""
    found = department_ceilings(plan)
    if found is None:
        return None
    rows, tops, whole = list[Line](), list[Line](), plan.line("expenditure")
    for number, (name, kinds) in enumerate(found.items(), 1):
        inside = [
            Line(f"department_{number}_{kind}", _KINDS[kind], amounts, 2)
            for kind, amounts in kinds.items()
            if amounts.any()
        ]
        if inside:
            tops.append(sum_of(f"department_{number}", name, inside, 1))
            rows += [tops[-1], *inside]
    other = whole - sum(np.asarray(top.values, dtype=float) for top in tops)
    tops.append(Line("no_department", "没有登记到部门的支出", other, 1))
    notes = (
        "只含单位台账（units）、单位资金（unit_funds）和项目库登记到单位的支出；人员经费按单位定额人数乘本组人均（含单位缴费），是推算数。",
    )
    return Content([*rows, tops[-1], sum_of("expenditure", LINES["expenditure"].label, tops)], notes)


def _row(plan: Plan, each: Function, level: int) -> Line:
    """A code over the observed years, the published budget and the plan."""
    history = plan.basis.history
    seen = _published(history.codes[Budget.GENERAL], each.code)
    planned = _published(history.planned_codes[Budget.GENERAL], each.code).get(plan.years[0])
    values = row_values(plan, {**seen, plan.base_year: each.base}, each.path, planned)
    return Line(f"function_{each.code.replace('~', '_other')}", f"{each.code.rstrip('~')} {each.label}", values, level)


def _published(figures: pd.DataFrame, code: str) -> dict[int, float]:
    if code not in figures.columns:
        return {}
    return {int(str(year)): float(amount) for year, amount in figures[code].dropna().items()}


def _said(row: Line) -> bool:
    return any(isinstance(value, float) and abs(value) > 0.5 for value in row.values)


def _beyond(spent: Spending, each: Function) -> float:
    """What lands in a function in the base year beyond what was booked there."""
    return sum(part.base for part in spent.of(each.code)) - each.base


def _added(column: tuple[Value, ...]) -> Value:
    numbers = [value for value in column if isinstance(value, float)]
    return sum(numbers) if numbers else None
