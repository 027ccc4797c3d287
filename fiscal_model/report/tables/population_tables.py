"""Table 08-2 of the annex: people by age carried forward, and the persons the guarantee items count."""

from __future__ import annotations

import pandas as pd

from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import mean_growth, number_or_none
from fiscal_model.words.table import ReportRow, ReportTable, Value

_OLD = "60岁及以上"


def population_table(plan: Plan) -> ReportTable | None:
    """Lay out table 08-2: people by age group, what changes them, persons by driver; None without people by age.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    ReportTable or None
    """
    persons = getattr(plan.basis.guarantees, "persons", None)
    if persons is None or not len(persons.table):
        return None
    years = (plan.base_year, *plan.years)
    people = persons.table
    items = plan.basis.place.rows("guarantee_items")
    groups = _rows_of(people, "age", years, 2, items)
    total = people[people["part"] == "age"].groupby("year")["persons"].sum()
    old = people[people["label"] == _OLD].set_index("year")["persons"]
    ageing = tuple(float(old[year] / total[year]) for year in years)
    parts = tuple((position + 1, 1) for position in range(len(groups)))
    rows = [
        _row("年末常住人口", [float(total[year]) for year in years], 1, None, parts),
        *groups,
        ReportRow("老年人口比重", (None, *ageing, None), "ratio", 2),
        *_rows_of(people, "flow", years, 2, items),
        *_rows_of(people, "driver", years, 1, items),
    ]
    return ReportTable(
        "08-2",
        "population",
        "人口与保障对象预测",
        "人",
        "项目",
        ("台账登记", f"{plan.base_year}年", *(f"{year}年预测" for year in plan.years), "年均增速"),
        tuple(rows),
        (*persons.notes, "对象人数＝各年龄人数×在学率或享受率；需求以台账登记数为基期，按本表的增减变动。"),
    )


def _rows_of(
    people: pd.DataFrame, part: str, years: tuple[int, ...], level: int, items: pd.DataFrame
) -> list[ReportRow]:
    found = []
    for label, rows in people[people["part"] == part].groupby("label", sort=False):
        series = rows.set_index("year")["persons"]
        listed = items.loc[items["driver"] == label, "persons"].unique() if part == "driver" else ()
        registered = "、".join(f"{count:,.0f}" for count in listed) or None
        found.append(_row(str(label), [float(series[year]) for year in years], level, registered))
    return found


def _row(
    label: str, persons: list[float], level: int, registered: Value, parts: tuple[tuple[int, int], ...] = ()
) -> ReportRow:
    shown = tuple(number_or_none(count) for count in persons)
    growth = mean_growth(shown[0], list(shown[1:]))
    return ReportRow(label, (registered, *shown, growth), "money", level, "", parts, bool(parts))
