"""Tables 09: posts, persons and the wage bill, its parts by group, and running costs unit by unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fiscal_model.blocks.guarantees.staffing import StaffNeed
from fiscal_model.model.projection import Plan
from fiscal_model.registers.guarantees.staff_registers import ANNUITY, CONTRACT, KINDS, RETIREES
from fiscal_model.words.table import ReportRow, ReportTable, Value

_LEAD = 4
"""Columns of counts before the years."""


def staff_table(plan: Plan) -> ReportTable | None:
    """Table 09: posts against persons, the wage bill by group and by part, persons by year; None without a register."""
    need = _need(plan)
    if need is None:
        return None
    staff = plan.basis.place.rows("staff")
    rows: list[ReportRow] = []
    for position, (_, group) in enumerate(staff.iterrows()):
        counts = _counts(group["posts"], group["serving_persons"], group["retired_persons"])
        values = (*counts, *_floats(need.salaries[:, position]))
        rows.append(ReportRow(str(group["group"]), values, "money", 1, f"staff_{group['group']}"))
    sums = _counts(*(staff[name].sum() for name in ("posts", "serving_persons", "retired_persons")))
    bill = _floats(need.salaries.sum(axis=1))
    rows.append(_total("合计", (*sums, *bill), "guarantee_salaries", 0, len(rows)))
    first = len(rows)
    blank: tuple[Value, ...] = ("",) * _LEAD
    for name, amounts in need.components.items():
        values = (*blank, *_floats(amounts.sum(axis=1)))
        rows.append(ReportRow(name, values, "money", 1, f"staff_part_{name}"))
    rows.append(_total("按构成合计", (*blank, *bill), "staff_parts", first, len(rows)))
    rows += _persons_by_year(need, float(staff["posts"].sum()), blank)
    columns = ("编制", "在职", "超（缺）编", "离退休", *_years(plan))
    return ReportTable("09", "staff", "人员经费（保工资）", "万元", "人员组", columns, tuple(rows), need.notes)


def units_table(plan: Plan) -> ReportTable | None:
    """Table 09-1: running costs by quota, unit by unit and rolled up by department; None without units."""
    need = _need(plan)
    if need is None or need.units is None:
        return None
    units, rows = need.units, list[ReportRow]()
    departments: list[tuple[int, int]] = []
    per_year = [part for _, part in units.table.groupby("year", sort=True)]
    base = per_year[0].reset_index(drop=True)
    for position, department in enumerate(units.departments):
        parts = []
        for index in base.index[base["department"] == department]:
            unit = base.loc[index]
            needs = _floats([part["need"].to_numpy()[index] for part in per_year])
            parts.append((len(rows), 1))
            rows.append(ReportRow(str(unit["unit_name"]), (*_unit_lead(unit), *needs), "money", 2, "unit"))
        heads = base.loc[base["department"] == department, "heads"].sum()
        departments.append((len(rows), 1))
        values = ("", f"{heads:,.0f}", "", "", *_floats(units.by_department[:, position]))
        rows.append(ReportRow(department, values, "money", 1, "department", tuple(parts), True))
    whole = ("", f"{base['heads'].sum():,.0f}", "", "", *_floats(units.by_department.sum(axis=1)))
    rows.append(ReportRow("合计", whole, "money", 0, "units_total", tuple(departments), True))
    columns = ("定额类别（档次）", "人数", "定额（元/人·年）", "固定数", *_years(plan))
    notes = ("人数、定额、固定数为基期年；以后年度人数随所属人员组变动，定额按执行日期调整。",)
    return ReportTable("09-1", "staff_units", "公用经费定员定额（保运转）", "万元", "单位", columns, tuple(rows), notes)


def _unit_lead(unit: pd.Series) -> tuple[Value, ...]:
    quota_class = "·".join(word for word in (unit["quota_class"], unit["quota_band"]) if word)
    return quota_class, f"{unit['heads']:,.0f}", f"{unit['quota']:,.0f}", f"{unit['fixed_sum']:,.2f}"


def staff_parts_table(plan: Plan) -> ReportTable | None:
    """Table 09-2: persons and main parts of each group's wage bill in the first plan year; None without a register."""
    need = _need(plan)
    if need is None:
        return None
    flows = _flows(need)
    parts = {name: amounts for name, amounts in _main_parts(need).items() if amounts.any()}
    rows = []
    for position, group in enumerate(need.groups):
        persons = tuple(f"{flow[1, position]:,.0f}" for flow in flows)
        amounts = _floats([part[1, position] for part in parts.values()])
        rows.append(ReportRow(group, (*persons, *amounts), "money", 1, f"staff_parts_{group}"))
    persons = tuple(f"{flow[1].sum():,.0f}" for flow in flows)
    amounts = _floats([part[1].sum() for part in parts.values()])
    rows.append(_total("合计", (*persons, *amounts), "staff_parts", 0, len(rows)))
    columns = ("新进", "退休", "调出", "年末在职", "超编", *parts)
    title = f"人员变动与人员经费构成（{plan.years[0]}年）"
    return ReportTable("09-2", "staff_parts", title, "万元", "人员组", columns, tuple(rows), need.notes[:1])


def _main_parts(need: StaffNeed) -> dict[str, np.ndarray]:
    """Parts of the wage bill by group, pay items and contributions each in one."""
    *shared, housing = KINDS
    single = (housing, ANNUITY, RETIREES, CONTRACT)
    nothing = np.zeros_like(need.salaries)
    pay = [name for name in need.components if name not in {*shared, *single}]
    return {
        "工资": sum((need.components[name] for name in pay), nothing),
        "单位缴费": sum((need.components.get(name, nothing) for name in shared), nothing),
        **{name: need.components.get(name, nothing) for name in single},
    }


def _need(plan: Plan) -> StaffNeed | None:
    return plan.basis.guarantees.staff


def _flows(need: StaffNeed) -> tuple[np.ndarray, ...]:
    heads = need.heads
    return heads.entries, heads.retirements, heads.transfers_out, heads.serving, heads.over_posts


def _persons_by_year(need: StaffNeed, posts: float, blank: tuple[Value, ...]) -> list[ReportRow]:
    """Persons by year; what came and left in the base year is not known."""
    heads = need.heads
    years = len(heads.serving)
    named = (
        ("编制（人）", np.full(years, posts), True),
        ("年末在职（人）", heads.serving.sum(axis=1), True),
        ("超编（人）", heads.over_posts.sum(axis=1), True),
        ("新进（人）", heads.entries.sum(axis=1), False),
        ("退休（人）", heads.retirements.sum(axis=1), False),
        ("调出（人）", heads.transfers_out.sum(axis=1), False),
        ("年末离退休（人）", heads.retired.sum(axis=1), True),
    )
    rows = []
    for label, persons, in_base in named:
        shown: list[Value] = [*_floats(persons)]
        if not in_base:
            shown[0] = None
        rows.append(ReportRow(label, (*blank, *shown), "count", 1, "staff_persons"))
    return rows


def _counts(posts: float, serving: float, retired: float) -> tuple[Value, ...]:
    return f"{posts:,.0f}", f"{serving:,.0f}", f"{serving - posts:+,.0f}", f"{retired:,.0f}"


def _total(label: str, values: tuple[Value, ...], line: str, first: int, last: int) -> ReportRow:
    parts = tuple((index, 1) for index in range(first, last))
    return ReportRow(label, values, "money", 0, line, parts, True)


def _years(plan: Plan) -> tuple[str, ...]:
    return tuple(f"{year}年" for year in (plan.base_year, *plan.years))


def _floats(amounts: Sequence[float] | np.ndarray) -> tuple[Value, ...]:
    return tuple(float(amount) for amount in amounts)
