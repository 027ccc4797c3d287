"""In which unit each amount of a row is counted: said in the cell, the title, the row or above the table, never two ways."""

from __future__ import annotations

from collections.abc import Mapping

from fiscal_model.registers.heading import Heading
from fiscal_model.registers.refusals import Complaint
from fiscal_model.registers.schema import Table
from fiscal_model.registers.titles import counts_money, unit_words


def row_units(
    given: Mapping[str, str], in_cells: Mapping[str, str], heading: Heading, facts: Mapping[str, str], table: Table
) -> tuple[dict[str, str], list[Complaint]]:
    """Return the unit of each amount of a row, and a complaint for each amount whose unit is said in two ways.

    ``given``: the row's cells. ``in_cells``: the units that stood behind figures. ``facts``: what holds for all rows.
    """
    above = facts.get("unit", "") if counts_money(table) else ""
    if not above and not in_cells and not heading.unit:
        return {}, []  # Said by the row alone
    words = unit_words(table)
    units: dict[str, str] = {}
    complaints: list[Complaint] = []
    row = words.get(given.get("unit", ""), given.get("unit", ""))
    for name in (name for name in table.money if name in given):
        title = heading.of(name).unit
        said = {
            "格内": in_cells.get(name, ""),
            "表头": words.get(title, ""),
            "单位列": row,
            "表上方": words.get(above, above),
        }
        filled = {where: unit for where, unit in said.items() if unit}
        if len(set(filled.values())) > 1:
            labels = {unit: word for word, unit in reversed(words.items())}
            found = "，".join(f"{where}写“{labels.get(unit, unit)}”" for where, unit in filled.items())
            complaints.append((name, f"单位前后不一致：{found}", "请只留一处，或改成一致"))
        elif filled:
            units[name] = next(iter(filled.values()))
    return units, complaints
