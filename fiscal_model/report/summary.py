"""A plan in one line: own revenue, uncommitted money, the light of the three guarantees, gaps."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.analysis.guarantees.early_warning import GRADES, EarlyWarning, grade_word, judge_warning
from fiscal_model.model.projection import Plan
from fiscal_model.report.standing import not_judged_said

_GAPS = {
    "funding_gap": "一般公共预算缺口",
    "fund_gap": "政府性基金缺口",
    "insurance_shortfall": "社会保险基金须追加补贴",
}


def summary_of(plan: Plan) -> dict[str, Any]:
    """Return what a person wants to know first: a Chinese line and its figures by year, 万元, None where nothing is known.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> print(summary_of(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline")))["text"])
    甘谷县2025—2029年（基准情景）：一般公共预算收入 44,578 → 50,608 万元；未安排财力最少 -1,268 万元（2029年）；“三保”预警灯各年为绿；没有缺口（国有资本经营预算、社会保险基金预算未提供，未作判断）。录入的数有 1 处疑点，请先核对。
    """
    names = ("own_revenue", "uncommitted_resources", *_GAPS)
    years = [str(year) for year in plan.years]
    found = {name: dict(zip(years, map(_number, plan.line(name)), strict=True)) for name in names}
    warning = judge_warning(plan)
    lights = [GRADES[grade] if warning.judged else None for grade in warning.grades]
    return {"text": _said(plan, warning), **found, "light": dict(zip(years, lights, strict=True))}


def _said(plan: Plan, warning: EarlyWarning) -> str:
    grades = warning.grades
    own, free, years = plan.line("own_revenue"), plan.line("uncommitted_resources"), plan.years
    least, worst = int(np.argmin(free)), int(np.argmax(grades))
    dated = f"最差为{grade_word(grades[worst])}（{years[worst]}年）"
    gaps = [
        f"{label}最大 {_money(amounts.max())}（{years[int(amounts.argmax())]}年）"
        for name, label in _GAPS.items()
        if (amounts := np.nan_to_num(plan.line(name))).max() > 0.5
    ]
    said = (
        f"一般公共预算收入 {round(own[0]):,} → {_money(own[-1])}",
        f"未安排财力最少 {_money(free[least])}（{years[least]}年）",
        f"“三保”预警灯{dated if np.ptp(grades) else f'各年为{grade_word(grades[0])}'}"
        if warning.judged
        else "“三保”没有数据，预警未评",
        ("、".join(gaps) or "没有缺口") + not_judged_said(plan),
    )
    doubts = f"录入的数有 {len(plan.basis.place.doubts)} 处疑点，请先核对。" if plan.basis.place.doubts else ""
    return (
        f"{plan.basis.place.title}{years[0]}—{years[-1]}年（{plan.basis.scenario.name}）：{'；'.join(said)}。{doubts}"
    )


def _number(value: float) -> float | None:
    return round(float(value), 2) + 0.0 if np.isfinite(value) else None


def _money(amount: float) -> str:
    return f"{round(float(amount)) + 0:,d} 万元"
