"""The sheet of the workbook on which a scenario is chosen: which there are, what each adds to the yellow cells, what the model reads."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fiscal_model.inputs.scenario_sheet import FIXED, INPUTS, LABEL, NAME, UNIT
from fiscal_model.model.projection import Plan
from fiscal_model.report.writers.workbook_entries import (
    HEAD,
    NUMBER,
    SCENARIOS,
    SWITCH,
    Live,
    Style,
    cached,
    first_switched,
)
from fiscal_model.report.writers.workbook_formulas import OPENING, UNKNOWN
from fiscal_model.report.writers.workbook_inputs import YELLOW, named, number_format

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_CHOICE = 2
"""Zero-based row of the cell in which a scenario is chosen."""


def write_scenarios(book: Workbook, style: Style, sheet: Worksheet, live: Live) -> None:
    """Write the cell in which a scenario is chosen, the list, and the inputs that the model reads: yellow cells and what it adds."""
    sheet.write_string(0, 0, "情景", style(bold=True, font_size=14))
    note = f"在下面的黄色单元格选择情景，全书随之重算；“{INPUTS}”表照常可改，改动与情景的差额相加。"
    sheet.write_string(1, 0, note, style(font_size=9))
    names = scenario_names(live)
    first, last = HEAD + 1, HEAD + 1 + len(live.offered)
    sheet.write_string(_CHOICE, 0, names[0], style(border=1, bold=True, bg_color=YELLOW))
    span = f"$A${first + 1}:$A${last + 1}"
    stop = {"error_title": "没有这个情景", "error_message": "请从下拉清单中选择"}
    sheet.data_validation(_CHOICE, 0, _CHOICE, 0, {"validate": "list", "source": f"={span}", **stop})
    sheet.write_string(_CHOICE, 2, "序号", style(font_color="#808080"))
    sheet.write_formula(_CHOICE, OPENING, f"=MATCH($A${_CHOICE + 1},{span},0)-1", style(font_color="#808080"), 0)
    book.define_name(SWITCH, f"={SCENARIOS}!$A${_CHOICE + 1}")
    book.define_name(NUMBER, f"={SCENARIOS}!$D${_CHOICE + 1}")
    _write_list(style, sheet, live, names)
    _write_switched(style, sheet, live, names)
    for column, width in enumerate((46, 6, 22, *(13 for _ in range(1 + len(live.plan.years))))):
        sheet.set_column(column, column, width)


def scenario_names(live: Live) -> list[str]:
    """Return what the scenarios are called in the list, the plan's own first; of one name, by their ids too.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> from fiscal_model.report.writers.workbook_entries import live_model
    >>> plan, other = (fm.project(fm.read_place("data/places/gangu"), each) for each in ("baseline", "land_slump"))
    >>> scenario_names(live_model(plan, [other]))
    ['基准情景', '土地下滑情景']
    """
    scenarios = [each.basis.scenario for each in _plans(live)]
    count = Counter(each.name for each in scenarios)
    return [each.name if count[each.name] == 1 else f"{each.name}（{each.id}）" for each in scenarios]


def _plans(live: Live) -> list[Plan]:
    return [live.plan, *(each.plan for each in live.switches)]


def _write_list(style: Style, sheet: Worksheet, live: Live, names: list[str]) -> None:
    header = style(bold=True, border=1, align="center", bg_color="#F2F2F2")
    for column, label in enumerate((SCENARIOS, "序号", NAME, "能否切换", "说明")):
        sheet.write_string(HEAD, column, label, header)
    reasons = ["", *(each.reason for each in live.switches)]
    for count, (name, plan, reason) in enumerate(zip(names, _plans(live), reasons, strict=True)):
        row = HEAD + 1 + count
        sheet.write_string(row, 0, name, style(border=1))
        sheet.write(row, 1, UNKNOWN if reason else count, style(border=1))
        sheet.write_string(row, 2, plan.basis.scenario.id, style(border=1, font_color="#808080"))
        sheet.write_string(row, 3, "本规划" if not count else "不能" if reason else "能", style(border=1))
        sheet.write_string(row, 4, reason or plan.basis.scenario.description, style(font_size=9))


def _write_switched(style: Style, sheet: Worksheet, live: Live, names: list[str]) -> None:
    """An input a group: first what the model reads, then what each scenario adds to the yellow cell, nothing where a cell is empty."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    at = first_switched(len(live.switches))
    if live.switched_rows:
        sheet.write_string(at - 2, 0, "情景改动的输入：模型所用的数＝黄色单元格＋所选情景的差额", style(bold=True))
        header = style(bold=True, border=1, align="center", bg_color="#F2F2F2")
        for column, label in enumerate((LABEL, UNIT, NAME, FIXED, *(f"{year}年" for year in live.plan.years))):
            sheet.write_string(at - 1, column, label, header)
    for input_row in live.switched_rows:
        name, _, cells = live.input_rows[input_row]
        about = named(live.plan, name, live.rows.nodes[min(cells.values())].at)
        look, grey = {"border": 1, "num_format": number_format(about.unit)}, {"font_color": "#808080"}
        for column, label in enumerate((f"{about.label}（模型所用）", about.unit, name)):
            sheet.write_string(at, column, label, style(border=1, bold=not column))
        for count, each in enumerate(live.offered, 1):
            sheet.write_string(at + count, 0, f"{names[count]}：差额", style(border=1, indent=1, **grey))
            for column, node in cells.items():
                if node in each.changes:
                    sheet.write_number(at + count, column, each.changes[node], style(**look, **grey))
        for column, node in cells.items():
            added = f"{xl_rowcol_to_cell(at + 1, column)}:{xl_rowcol_to_cell(at + len(live.offered), column)}"
            yellow, value = f"{INPUTS}!{xl_rowcol_to_cell(HEAD + input_row, column)}", live.rows.nodes[node].value
            formula = f"{yellow}+IF({NUMBER}=0,0,INDEX({added},{NUMBER}))"
            if value != value:
                formula = f'IFERROR({formula},"{UNKNOWN}")'
            sheet.write_formula(at, column, f"={formula}", style(**look), cached(value))
        at += 1 + len(live.offered)
