"""Hold what a bureau handed in against the relations that each register declares; say what is refused and what is doubted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fiscal_model.law.classification import TOTALS_LINES, label_of
from fiscal_model.law.rules import rules
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.relations import Oddity, Relation
from fiscal_model.registers.rules import ReadTables
from fiscal_model.registers.schema import Table
from fiscal_model.registers.yardsticks import Yardsticks
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import Budget, MacroUnit, Term, Unit

_SIZES = ("totals", "ledger", "macro", "debt")
"""Tables that the others are held against: where one of them is refused, nothing else is judged by it."""
_NAMED = 6
"""So many lines are named in one text."""
_HEADS = (MacroUnit.PERSONS, MacroUnit.TEN_THOUSAND_PERSONS)
_UNITS = {
    (4, Unit.TEN_THOUSAND_YUAN): "元的数写成了万元",
    (4, Unit.HUNDRED_MILLION_YUAN): "万元的数写成了亿元",
    (8, Unit.HUNDRED_MILLION_YUAN): "元的数写成了亿元",
    (-4, Unit.TEN_THOUSAND_YUAN): "亿元的数写成了万元",
    (-4, Unit.YUAN): "万元的数写成了元",
    (-8, Unit.YUAN): "亿元的数写成了元",
}


@dataclass(frozen=True)
class Doubt:
    """What is odd about a figure, or several of a table: ``refused`` or only doubted; ``title`` names the table in Chinese."""

    title: str
    fault: Fault
    refused: bool

    @property
    def text(self) -> str:
        """The doubt as the plan prints it."""
        return f"{self.fault.where.rsplit('/', 1)[-1]} 第 {self.fault.line} 行：{self.fault.found}"


def doubts_about(tables: ReadTables, scope: str) -> tuple[Doubt, ...]:
    """Find what cannot be meant and what is odd, by the relations that the registers declare; refusals first."""
    yards = Yardsticks(tables, scope)
    found: list[Doubt] = []
    for names in (_SIZES, tuple(name for name in TABLES if name not in _SIZES)):
        for name in names:
            if name in tables:
                found += _in_table(TABLES[name], tables, yards)
        if any(doubt.refused for doubt in found):
            break
    return tuple(sorted(found, key=lambda doubt: not doubt.refused))


def _in_table(table: Table, tables: ReadTables, yards: Yardsticks) -> list[Doubt]:
    """The doubts about one table: of a figure the gravest relation is told, the same slip of many rows once.

    A figure that is refused by another relation is no measure for the other years of its series.
    """
    odd = [(each, relation) for relation in table.relations for each in relation.oddities(table, tables, yards)]
    slipped = {each.rows[0] for each, _ in odd if each.refused and each.anchor < 0}
    told: dict[tuple[int, str], tuple[Oddity, Relation]] = {}
    for each, relation in odd:
        key = (each.rows[0], each.column)
        if each.anchor not in slipped and (key not in told or (each.refused and not told[key][0].refused)):
            told[key] = (each, relation)
    alike: dict[tuple[Any, ...], list[tuple[Oddity, Relation]]] = defaultdict(list)
    for each, relation in told.values():
        alike[each.column, each.powers, each.refused].append((each, relation))
    found = []
    for several in alike.values():
        found += (
            [_doubt(table, tables, several)]
            if len(several) > _NAMED
            else [_doubt(table, tables, [one]) for one in several]
        )
    return found


def _doubt(table: Table, tables: ReadTables, several: list[tuple[Oddity, Relation]]) -> Doubt:
    odd, relation = several[0]
    rows = tables[table.name]
    first = rows.iloc[odd.rows[0]]
    others = sorted(
        {int(rows["row_line"].iloc[at]) for each, _ in several for at in each.rows} - {int(first["row_line"])}
    )
    product = len(relation.factors) > 1
    is_money = product or odd.column in table.money
    what = "×".join(table.label_of(column) for column in relation.factors)
    together = f"等 {len(odd.rows)} 行合计" if odd.summed else ""
    unit = " 人" if first.get("unit") in _HEADS else " 万元" if is_money else ""
    said = f"{_thing(table, first)}{what}{together} {odd.value:,.10g}{unit}，{_beside(odd)}"
    said += _reading(odd, first["unit"] if is_money and not product else None)
    if others and not odd.summed:
        said += f"；第 {'、'.join(map(str, others[:_NAMED]))} 行{f'等 {len(others)} 行' if len(others) > _NAMED else ''}也是这样"
    remedy = f"请核对{what if product else '数位'}" + ("和“unit”列" if odd.column in table.money else "")
    if not odd.refused:
        remedy += "；确实如此的不必改，规划会列出这一疑点"
    column = None if product else odd.column
    return Doubt(table.label, Fault(tables.file(table.name), said, remedy, int(first["row_line"]), column), odd.refused)


def _thing(table: Table, row: pd.Series) -> str:
    """Name what a figure is of, by the cells of its key."""
    keys = [
        key for key in table.key if key not in ("status", "as_of", "scope", "approved_on", "document") and key in row
    ]
    words = []
    for key in keys:
        cell = row[key]
        if cell is None or cell == "" or cell != cell:
            continue
        if key in ("line", "line_or_code"):
            words.append(TOTALS_LINES.get(cell, str(cell)))
        elif key == "code" and "name" not in row:
            words.append(f"{cell}{label_of(Budget.GENERAL, str(cell))}")
        elif key in ("year", "month", "age"):
            words.append(f"{cell}{ {'year': '年', 'month': '月', 'age': '岁'}[key] }")
        else:
            words.append(cell.label if isinstance(cell, Term) else str(cell))
    name = row.get("name") if "name" in row and isinstance(row.get("name"), str) else ""
    return f"“{' '.join([*words, name] if name else words)}”"


def _beside(odd: Oddity) -> str:
    times = odd.value / odd.near
    written = f"{times:,.0f} 倍" if times >= 20 else f"{times:,.2g} 倍" if times >= 0.01 else f"{1 / times:,.0f} 分之一"
    low, high = rules("plausible")[odd.band]["usual"]
    if not odd.beside:
        return f"常见的是 {low:,g} 至 {high:,g}"
    apart = " " if odd.beside[-1].isdigit() else ""
    return (
        f"是{odd.beside}{apart}的 {written}（{f'常见 {low:g} 至 {high:g} 倍' if low else f'通常不超过 {high:g} 倍'}）"
    )


def _reading(odd: Oddity, unit: Unit | None) -> str:
    """Say which slip explains a figure: another unit, or so many digits."""
    if not odd.powers:
        return ""
    few, many = min(map(abs, odd.powers)), max(map(abs, odd.powers))
    digits = f"{'多' if odd.powers[0] > 0 else '少'}写了 {few if few == many else f'{few} 至 {many}'} 位数字"
    units = [_UNITS[power, unit] for power in odd.powers if unit is not None and (power, unit) in _UNITS]
    near = f"（应是 {odd.value / 10.0 ** odd.powers[0]:,.10g} 左右）" if few == many else ""
    return f"，像是{f'把{units[0]}，或' if units else ''}{digits}{near}"
