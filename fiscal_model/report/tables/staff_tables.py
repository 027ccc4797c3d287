"""Tables 09: posts, persons and the wage bill, its parts by group, and running costs unit by unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fiscal_model.blocks.guarantees.staffing import StaffNeed
from fiscal_model.model.projection import Plan
from fiscal_model.registers.guarantees.staff_registers import ANNUITY, CONTRACT, KINDS, RETIREES
from fiscal_model.report.declaration import Column, Content, Line, Record, Spread, sum_of, table


@table(
    "09",
    "staff",
    "人员经费（保工资）",
    "人员组",
    [
        Column("编制", "posts", "count"), Column("在职", "serving_persons", "count"),
        Column("超（缺）编", "over", "change"), Column("离退休", "retired_persons", "count"), Spread(),
    ],
    label="group",
    row_id="id",
)  # fmt: skip
def staff_table(plan: Plan) -> Content | None:
    """Posts against persons, the wage bill by group and by part, persons by year; None without a register."""
    need = plan.basis.guarantees.staff
    if need is None:
        return None
    staff = plan.basis.place.rows("staff")
    staff = staff.assign(over=staff["serving_persons"] - staff["posts"])
    groups = [
        {**group, "id": f"staff_{at + 1}", "values": need.salaries[:, at]}
        for at, group in enumerate(staff.to_dict("records"))
    ]
    counts = staff[["posts", "serving_persons", "over", "retired_persons"]].sum().tolist()
    parts = [
        Line(f"staff_part_{number}", name, amounts.sum(axis=1))
        for number, (name, amounts) in enumerate(need.components.items(), 1)
    ]
    rows = [
        *(*groups, sum_of("guarantee_salaries", "合计", groups, lead=counts)),
        *(*parts, sum_of("staff_parts", "按构成合计", parts)),
        *_persons_by_year(need, counts[0]),
    ]
    return Content(rows, need.notes, _years(plan))


def _persons_by_year(need: StaffNeed, posts: float) -> list[Line]:
    """Persons by year; what came and left in the base year is not known."""
    heads = need.heads
    known = {"serving": "年末在职（人）", "over_posts": "超编（人）"}
    flows = {"entries": "新进（人）", "retirements": "退休（人）", "transfers_out": "调出（人）"}
    rows = [Line("posts", "编制（人）", [posts] * len(heads.serving))]
    for name, label in (known | flows | {"retired": "年末离退休（人）"}).items():
        first, *later = getattr(heads, name).sum(axis=1)
        rows.append(Line(name, label, (None if name in flows else first, *later)))
    return [replace(row, kind="count") for row in rows]


@table(
    "09-1",
    "staff_units",
    "公用经费定员定额（保运转）",
    "单位",
    [
        Column("定额类别（档次）", "quota_named", "text"), Column("人数", "heads", "count"),
        Column("定额（元/人·年）", "quota", "count"), Column("固定数", "fixed_sum", "number"), Spread(),
    ],
    label="unit_name",
    row_id="id",
    level=2,
)  # fmt: skip
def units_table(plan: Plan) -> Content | None:
    """Running costs by quota, unit by unit and rolled up by department; None without units."""
    staff = plan.basis.guarantees.staff
    if staff is None or staff.units is None:
        return None
    years = [part for _, part in staff.units.table.groupby("year", sort=True)]
    needs, rows, heads = np.array([part["need"] for part in years]), list[Record | Line](), list[Line]()
    units = [
        {**unit, "id": f"unit_{at + 1}", "values": needs[:, at],
         "quota_named": "·".join(filter(None, (unit["quota_class"], unit["quota_band"])))}
        for at, unit in enumerate(years[0].to_dict("records"))
    ]  # fmt: skip
    for number, department in enumerate(staff.units.departments, 1):
        inside = [unit for unit in units if unit["department"] == department]
        persons = sum(unit["heads"] for unit in inside)
        heads.append(sum_of(f"department_{number}", department, inside, 1, ("", persons)))
        rows += [*inside, heads[-1]]
    rows.append(sum_of("units_total", "合计", heads, lead=("", sum(unit["heads"] for unit in units))))
    notes = ("人数、定额、固定数为基期年；以后年度人数随所属人员组变动，定额按执行日期调整。",)
    return Content(rows, notes, _years(plan))


@table(
    "09-2",
    "staff_parts",
    "人员变动与人员经费构成（{year}年）",
    "人员组",
    [
        Column("新进", "entries", "count"), Column("退休", "retirements", "count"), Column("调出", "transfers_out", "count"),
        Column("年末在职", "serving", "count"), Column("超编", "over_posts", "count"), Spread(),
    ],
    row_id="id",
)  # fmt: skip
def staff_parts_table(plan: Plan) -> Content | None:
    """Persons and main parts of each group's wage bill in the first plan year; None without a register."""
    need = plan.basis.guarantees.staff
    if need is None:
        return None
    moved = ("entries", "retirements", "transfers_out", "serving", "over_posts")
    persons = {name: getattr(need.heads, name)[1] for name in moved}
    parts = {name: amounts[1] for name, amounts in _main_parts(need).items() if amounts.any()}
    groups = [
        {"id": f"staff_{at + 1}", "label": group, "values": [part[at] for part in parts.values()]}
        | {name: counted[at] for name, counted in persons.items()}
        for at, group in enumerate(need.groups)
    ]
    total = sum_of("staff_parts", "合计", groups, lead=[counted.sum() for counted in persons.values()])
    return Content([*groups, total], need.notes[:1], tuple(parts), year=plan.years[0])


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


def _years(plan: Plan) -> list[str]:
    return [f"{year}年" for year in (plan.base_year, *plan.years)]
