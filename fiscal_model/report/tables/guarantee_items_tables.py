"""Tables 08-1, 08-8 and 08-9 of the annex: guarantee items, their standards, who pays them, what they lack by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from fiscal_model.blocks.guarantees.guarantee_items import ItemNeeds
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Record, Spread, sum_of, table
from fiscal_model.words.vocabulary import GuaranteeClass

_LEVELS = ["central_share", "province_share", "city_share", "county_share"]
_UNVERIFIED_NOTE = (
    "“规则，未经核实”：规划期的国家标准、分担比例或年提高数取自规则数据，没有核对过原文，应以正式文件替换。"
)


@table(
    "08-1", "guarantee_items", "“三保”项目标准、需求与安排（{year}年）", "项目",
    [
        Column("对象数", "persons", "count"), Column("国家标准（元×期）", "{standard:,.6g}×{periods:g}", "text"),
        Column("地方标准（元）", "local", "exact"), Column("中央/省/市/县", "shares", "text"), Spread(),
        Column("到位率", "rate", "ratio"), Column("依据", "basis", "text"),
    ],
    row_id="id",
    level=2,
)  # fmt: skip
def guarantee_items_table(plan: Plan) -> Content | None:
    """Standards, need, arranged and gap of each guarantee item in the base year; None without a register."""
    items = plan.basis.guarantees.items
    if items is None:
        return None
    shares = plan.basis.place.rows("guarantee_items")[_LEVELS].to_numpy(dtype=float)
    amounts = np.column_stack([items.need[0], items.arranged[0], items.gap[0]])
    records = [
        {
            **record,
            "label": items.names[item],
            "persons": items.persons[0, item],
            "standard": items.national_standard[0, item],
            "periods": items.periods[item],
            "local": items.local_standard[0, item],
            "shares": "/".join(f"{share:.0%}" for share in shares[item]),
            "rate": _rate(record["values"]),
            "basis": _basis_of(items, item),
        }
        for item, record in enumerate(_records(items, amounts))
    ]
    rows = [
        replace(row, values=(*row.values, _rate(row.values))) if isinstance(row, Line) else row
        for row in _by_class(records)
    ]
    notes = ("地方标准含国家标准；“—”为没有地方提高。中央/省/市/县为国家标准部分的负担比例。",)
    unsure = (_UNVERIFIED_NOTE,) if any(items.marks) else ()
    return Content(rows, notes + unsure, ("需求", "安排", "缺口"), year=plan.base_year)


def _basis_of(items: ItemNeeds, item: int) -> str:
    """Say on what the plan years of an item rest: the register, or the rules and how sure these are."""
    if not items.by_law[item]:
        return f"台账，地方标准{items.marks[item]}" if items.marks[item] else "台账"
    return f"规则，{items.marks[item]}" if items.marks[item] else "规则"


def _rate(amounts: Sequence[float] | np.ndarray) -> float | None:
    """What is arranged of the need; what one item has too much of fills no other's gap."""
    need, arranged, gap = amounts
    return (min(arranged, need - gap) if gap > 0 else arranged) / need if need > 0 else None


@table("08-8", "guarantee_levels", "“三保”项目由谁负担", "项目", row_id="id", level=2)
def guarantee_levels_table(plan: Plan) -> Content | None:
    """Who pays each item in the first plan year, and the county's part by year; None without a register."""
    items = plan.basis.guarantees.items
    if items is None:
        return None
    amounts = np.column_stack([items.by_level[1], items.local_extra[1], items.need[1], items.county.T])
    headings = ("中央", "省", "市", "县", "地方提高", "需求合计", *(f"{year}年县级" for year in items.years))
    notes = (
        f"前六列为{plan.years[0]}年：国家标准部分按负担比例分到四级，加地方提高等于需求合计。",
        "各年县级负担＝国家标准部分的县级比例＋地方提高的县级比例；登记了上级专项的项目，县级负担＝需求－上级专项。",
    )
    return Content(_by_class(_records(items, amounts)), notes, headings)


@table("08-9", "guarantee_gaps", "“三保”项目分年需求、安排与缺口", "项目")
def guarantee_gaps_table(plan: Plan) -> Content | None:
    """Need, arranged and gap of the items by class and year; None without a register."""
    items, rows = plan.basis.guarantees.items, list[Line]()
    if items is None:
        return None
    sides = {"need": ("需求", items.need), "arranged": ("安排", items.arranged), "gap": ("缺口", items.gap)}
    for group in GuaranteeClass:
        inside = items.inside(group)
        for name, (label, amounts) in sides.items():
            if inside.any():
                whole = amounts[:, inside].sum(axis=1)
                rows.append(Line(f"{name}_{group}", f"{group.label}项目{label}", whole, total=True))
        for item in np.flatnonzero(inside & (items.gap > 0.5).any(axis=0)):
            label = f"缺口：{marked(items.names[item], items.marks[item])}"
            rows.append(Line(f"guarantee_item_{items.codes[item]}", label, items.gap[:, item], 2))
    notes = (
        "只含三保项目清单；登记了三保预算执行的年度按登记的预算，以后年度按最近一年预算不变列示，缺口就是需要增加的安排。",
    )
    return Content(rows, notes, [f"{year}年" for year in items.years])


def marked(label: str, mark: str) -> str:
    """Put a mark behind a label, where there is one.

    Examples
    --------
    >>> marked("高龄津贴", "未经核实"), marked("高龄津贴", "")
    ('高龄津贴（未经核实）', '高龄津贴')
    """
    return f"{label}（{mark}）" if mark else label


def _records(items: ItemNeeds, amounts: np.ndarray) -> list[dict[str, Any]]:
    """One record an item, its amounts in a row of ``amounts``."""
    return [
        {"id": f"guarantee_item_{code}", "label": marked(name, mark), "group": group, "values": row}
        for code, name, mark, group, row in zip(
            items.codes, items.names, items.marks, items.classes, amounts, strict=True
        )
    ]


def _by_class(records: Sequence[Record]) -> list[Record | Line]:
    """Lay items out by class, each class and all of them added up."""
    rows, heads = list[Record | Line](), list[Line]()
    for group in GuaranteeClass:
        inside = [record for record in records if record["group"] == group]
        if inside:
            heads.append(sum_of(f"items_{group}", f"{group.label}小计", inside, 1))
            rows += [*inside, heads[-1]]
    return [*rows, sum_of("items_total", "合计", heads, 1)]
