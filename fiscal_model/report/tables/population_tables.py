"""Table 08-2 of the annex: people by age carried forward, and the persons the guarantee items count."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Content, Line, table
from fiscal_model.report.layout import mean_growth, number_or_none
from fiscal_model.words.table import Growth, Value

_OLD = "60岁及以上"


@table("08-2", "population", "人口与保障对象预测", "项目", unit="人")
def population_table(plan: Plan) -> Content | None:
    """People by age group, what changes them, persons by driver; None without people by age."""
    persons = getattr(plan.basis.guarantees, "persons", None)
    if persons is None or not len(persons.table):
        return None
    wide = persons.table.pivot_table(index=["part", "label"], columns="year", values="persons", sort=False)
    wide = wide.reindex(columns=[plan.base_year, *plan.years])
    items = plan.basis.place.rows("guarantee_items")
    total, groups = wide.loc["age"].sum(), _rows_of(wide, "age", 2, items)
    rows = [
        _row("population", "年末常住人口", total, 1, adds=" + ".join(row.id for row in groups)),
        *groups,
        Line("old_share", "老年人口比重", (None, *(wide.loc[("age", _OLD)] / total), None), 2, kind="ratio"),
        *_rows_of(wide, "flow", 2, items),
        *_rows_of(wide, "driver", 1, items),
    ]
    headings = ("台账登记", f"{plan.base_year}年", *(f"{year}年预测" for year in plan.years), "年均增速")
    notes = (*persons.notes, "对象人数＝各年龄人数×在学率或享受率；需求以台账登记数为基期，按本表的增减变动。")
    last, count = len(headings) - 1, len(plan.years)
    return Content(
        rows, notes, headings, ("count", *[None] * (last - 1), "ratio"), Growth(last, last - count - 1, last - 1, count)
    )


def _rows_of(wide: pd.DataFrame, part: str, level: int, items: pd.DataFrame) -> list[Line]:
    if part not in wide.index.get_level_values("part"):
        return []
    listed = items.groupby("driver")["persons"].unique() if part == "driver" else {}
    return [
        _row(f"{part}.{number}", label, persons, level, listed.get(label, ()))
        for number, (label, persons) in enumerate(wide.loc[part].iterrows(), 1)
    ]


def _row(
    row_id: str, label: str, persons: pd.Series, level: int, registered: Sequence[float] = (), adds: str = ""
) -> Line:
    """One row; items that share a driver may have registered different numbers."""
    shown: list[Value] = [number_or_none(count) for count in persons]
    several = "、".join(f"{count:,.0f}" for count in registered)
    first = float(registered[0]) if len(registered) == 1 else several or None
    return Line(row_id, label, (first, *shown, mean_growth(shown[0], shown[1:])), level, adds, bool(adds))
