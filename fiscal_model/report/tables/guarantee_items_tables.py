"""Tables 08-1, 08-8 and 08-9 of the annex: guarantee items, their standards, who pays them, what they lack by year."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from fiscal_model.blocks.guarantees.guarantee_items import ItemNeeds
from fiscal_model.model.projection import Plan
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import GuaranteeClass

_UNVERIFIED_NOTE = (
    "“规则，未经核实”：规划期的国家标准、分担比例或年提高数取自规则数据，没有核对过原文，应以正式文件替换。"
)


def guarantee_items_table(plan: Plan) -> ReportTable | None:
    """Table 08-1: standards, need, arranged and gap of each guarantee item in the base year; None without a register."""
    items = plan.basis.guarantees.items
    if items is None:
        return None
    need, arranged, gap = items.need[0], items.arranged[0], items.gap[0]
    own = plan.basis.place.rows("guarantee_items").reset_index(drop=True)
    shares = [
        "/".join(f"{own.at[item, f'{level}_share']:.0%}" for level in ("central", "province", "city", "county"))
        for item in range(len(items.codes))
    ]

    def values(item: int) -> tuple[Value, ...]:
        numbers = (float(need[item]), float(arranged[item]), float(gap[item]))
        return (
            f"{items.persons[0, item]:,.0f}",
            f"{items.national_standard[0, item]:,.6g}×{items.periods[item]:g}",
            _standard(items.local_standard[0, item]),
            shares[item],
            *numbers,
            _rate(numbers[1], numbers[0]),
            basis_of_item(items, item),
        )

    rows = _by_class(items, values, blank=4, sums=3, rate=True)
    columns = (
        "对象数", "国家标准（元×期）", "地方标准（元）", "中央/省/市/县", "需求", "安排", "缺口", "到位率", "依据",
    )  # fmt: skip
    notes = ("地方标准含国家标准；“—”为没有地方提高。中央/省/市/县为国家标准部分的负担比例。",)
    return ReportTable(
        "08-1",
        "guarantee_items",
        f"“三保”项目标准、需求与安排（{plan.base_year}年）",
        "万元",
        "项目",
        columns,
        rows,
        notes + ((_UNVERIFIED_NOTE,) if any(items.marks) else ()),
    )


def guarantee_levels_table(plan: Plan) -> ReportTable | None:
    """Table 08-8: who pays each item in the first plan year, and the county's part by year; None without a register."""
    items = plan.basis.guarantees.items
    if items is None:
        return None

    def values(item: int) -> tuple[Value, ...]:
        levels = tuple(float(part) for part in items.by_level[1, item])
        extra = (float(items.local_extra[1, item]), float(items.need[1, item]))
        return (*levels, *extra, *(float(part) for part in items.county[:, item]))

    rows = _by_class(items, values, blank=0, sums=6 + len(items.years), marks=items.marks)
    county = tuple(f"{year}年县级" for year in items.years)
    columns = ("中央", "省", "市", "县", "地方提高", "需求合计", *county)
    notes = (
        f"前六列为{plan.years[0]}年：国家标准部分按负担比例分到四级，加地方提高等于需求合计。",
        "各年县级负担＝国家标准部分的县级比例＋地方提高的县级比例；登记了上级专项的项目，县级负担＝需求－上级专项。",
    )
    return ReportTable("08-8", "guarantee_levels", "“三保”项目由谁负担", "万元", "项目", columns, rows, notes)


def guarantee_gaps_table(plan: Plan) -> ReportTable | None:
    """Table 08-9: need, arranged and gap of the items by class and year; None without a register."""
    items = plan.basis.guarantees.items
    if items is None:
        return None
    rows: list[ReportRow] = []
    for group in GuaranteeClass:
        inside = items.inside(group)
        for name, amounts in (("需求", items.need), ("安排", items.arranged), ("缺口", items.gap)):
            if inside.any():
                total = tuple(float(amount) for amount in amounts[:, inside].sum(axis=1))
                rows.append(ReportRow(f"{group.label}项目{name}", total, "money", 1, "", (), True))
        for item in np.flatnonzero(inside & (items.gap > 0.5).any(axis=0)):
            short = tuple(float(amount) for amount in items.gap[:, item])
            label = f"缺口：{marked(items.names[item], items.marks[item])}"
            rows.append(ReportRow(label, short, "money", 2, f"guarantee_item_{items.codes[item]}"))
    notes = ("只含三保项目清单；以后年度的安排按基期预算不变列示，缺口就是需要增加的安排。",)
    columns = tuple(f"{year}年" for year in items.years)
    return ReportTable(
        "08-9", "guarantee_gaps", "“三保”项目分年需求、安排与缺口", "万元", "项目", columns, tuple(rows), notes
    )


def marked(label: str, mark: str) -> str:
    """Put a mark behind a label, where there is one.

    Examples
    --------
    >>> marked("高龄津贴", "未经核实"), marked("高龄津贴", "")
    ('高龄津贴（未经核实）', '高龄津贴')
    """
    return f"{label}（{mark}）" if mark else label


def basis_of_item(items: ItemNeeds, item: int) -> str:
    """Say on what the plan years of an item rest: the register, or the rules and how sure these are."""
    if not items.by_law[item]:
        return "台账"
    return f"规则，{items.marks[item]}" if items.marks[item] else "规则"


def _by_class(
    items: ItemNeeds,
    values: Callable[[int], tuple[Value, ...]],
    *,
    blank: int,
    sums: int,
    rate: bool = False,
    marks: Sequence[str] = (),
) -> tuple[ReportRow, ...]:
    """Lay items out by class, each class and all of them added up; ``blank`` texts stand before the ``sums``."""
    rows: list[ReportRow] = []
    heads: list[int] = []
    for group in GuaranteeClass:
        inside = np.flatnonzero(items.inside(group))
        first = len(rows)
        for item in inside:
            line = f"guarantee_item_{items.codes[item]}"
            label = marked(items.names[item], marks[int(item)] if marks else "")
            rows.append(ReportRow(label, values(int(item)), "money", 2, line))
        if len(inside):
            parts = tuple((index, 1) for index in range(first, len(rows)))
            rows.append(_sum_row(f"{group.label}小计", rows, parts, blank, sums, rate))
            heads.append(len(rows) - 1)
    rows.append(_sum_row("合计", rows, tuple((index, 1) for index in heads), blank, sums, rate))
    return tuple(rows)


def _sum_row(
    label: str, rows: list[ReportRow], parts: tuple[tuple[int, int], ...], blank: int, sums: int, rate: bool
) -> ReportRow:
    added = tuple(
        sum((float(rows[index].values[column] or 0.0) for index, _ in parts), 0.0)
        for column in range(blank, blank + sums)
    )
    after: tuple[Value, ...] = (_rate(added[1], added[0]), "") if rate else ()
    return ReportRow(label, (*("",) * blank, *added, *after), "money", 1, "", parts, True)


def _standard(amount: float) -> Value:
    return f"{amount:,.6g}" if np.isfinite(amount) else None


def _rate(arranged: float, need: float) -> Value:
    return f"{arranged / need:.1%}" if need > 0 else None
