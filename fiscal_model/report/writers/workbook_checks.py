"""What the workbook checks of itself: every line against Python, both sides of each budget, every sum against its parts."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from fiscal_model.model.switch import TOLERANCE
from fiscal_model.report.writers.workbook_entries import (
    HEAD,
    MONEY_FORMAT,
    NUMBER,
    RATIO_FORMAT,
    Entry,
    Live,
    Style,
    cached,
)
from fiscal_model.report.writers.workbook_formulas import FIRST
from fiscal_model.words.lines import LINES, MONEY

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


def write_check(style: Style, sheet: Worksheet, live: Live, at: int, entry: Entry, python: int) -> None:
    """Write what Python makes of a line beside it, under the scenario chosen, and in how many years the workbook says otherwise.

    What it makes under each scenario stands behind, one after the other, out of sight.
    """
    from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

    years = len(entry.nodes)
    behind = python + years + 2
    own = [live.rows.nodes[node].value for node in entry.nodes]
    everyone = [own, *(each.figures[entry.id].tolist() for each in live.offered)]
    for count, value in enumerate(each for values in everyone for each in values):
        sheet.write(at, behind + count, cached(value), style())
    look = style(
        border=1, align="right", font_color="#808080", num_format=MONEY_FORMAT if entry.unit == MONEY else RATIO_FORMAT
    )
    said = []
    whole = xl_range_abs(at, behind, at, behind + len(everyone) * years - 1)
    for column, value in enumerate(own):
        here, there = xl_rowcol_to_cell(at, FIRST + column), xl_rowcol_to_cell(at, python + column)
        chosen = f"=INDEX({whole},1,{NUMBER}*{years}+{column + 1})"
        sheet.write_formula(at, python + column, chosen, look, cached(value))
        equal = f"IFERROR(ABS({here}-{there})>{TOLERANCE[entry.unit == MONEY]:.5f},TRUE)"
        said.append(f"IF(IF(ISNUMBER({there}),{equal},ISNUMBER({here})),1,0)")
    sheet.write_formula(at, python + years, f"={'+'.join(said)}", style(border=1), 0)


def write_checks(style: Style, sheet: Worksheet, live: Live, at: int) -> int:
    """Write below the model what must be nothing: both sides of each budget, and every sum against its parts.

    Return how many rows there are.
    """
    from xlsxwriter.utility import xl_rowcol_to_cell

    sheet.write_string(at + 1, 0, "核对（应为0）", style(bold=True, bg_color="#D9E1F2"))
    names = {
        entry.id: HEAD + count
        for count, entry in enumerate(live.entries)
        if entry.nodes and not entry.part and all(isfinite(live.rows.nodes[node].value) for node in entry.nodes)
    }
    sides = [
        (f"{LINES[id].label}－{LINES[other].label}", [(id, 1), (other, -1)])
        for id in names
        if id.endswith("resources_total") and (other := id.replace("resources", "uses")) in names
    ]
    sums = [
        (
            f"{LINES[id].label}－各项之和",
            [(id, 1), *((part, -1) for part in LINES[id].parts), *((part, 1) for part in LINES[id].less)],
        )
        for id in names
        if id in LINES and LINES[id].parts and all(part in names for part in (*LINES[id].parts, *LINES[id].less))
    ]
    for count, (label, parts) in enumerate((*sides, *sums), at + 2):
        sheet.write_string(count, 0, label, style(border=1, indent=1))
        for column in range(len(live.plan.years)):
            value = sum(sign * live.rows.nodes[live.found.lines[id][column]].value for id, sign in parts)
            formula = "".join(
                f"{'+' if sign > 0 else '-'}{xl_rowcol_to_cell(names[id], FIRST + column)}" for id, sign in parts
            )
            sheet.write_formula(
                count,
                FIRST + column,
                f"=ROUND({formula.removeprefix('+')},4)",
                style(border=1, num_format=MONEY_FORMAT),
                cached(round(value, 4) + 0.0),
            )
    last = at + 1 + len(sides) + len(sums)
    return last
