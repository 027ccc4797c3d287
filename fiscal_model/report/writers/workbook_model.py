"""The sheets of the workbook that compute: inputs in yellow, the model as formulas over them, what Python made beside."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from fiscal_model.inputs.scenario_sheet import AS_WRITTEN, FIXED, LABEL, NAME, UNIT
from fiscal_model.report.writers.workbook_checks import write_check
from fiscal_model.report.writers.workbook_entries import (
    HEAD,
    MODEL,
    MONEY_FORMAT,
    RATIO_FORMAT,
    Entry,
    Live,
    Style,
    cached,
)
from fiscal_model.report.writers.workbook_formulas import FIRST, OPENING, UNKNOWN, is_there
from fiscal_model.report.writers.workbook_inputs import YELLOW, named, number_format
from fiscal_model.words.lines import LINES, MONEY

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet


def write_inputs(style: Style, sheet: Worksheet, live: Live) -> None:
    """Write every input that the lines stand on, in yellow, with where it comes from."""
    years = live.plan.years
    _head(
        style,
        sheet,
        "输入",
        "黄色单元格可以直接修改，全书随之重算；比例用小数。冲击一栏：相乘的因素不变为1，相加的不变为0。",
    )
    for column, label in enumerate(
        (LABEL, UNIT, NAME, FIXED, *(f"{year}年" for year in years), "来源", "依据级别",
         *(f"{title}{AS_WRITTEN}" for title in (FIXED, *(f"{year}年" for year in years))))
    ):  # fmt: skip
        sheet.write_string(HEAD - 1, column, label, _header(style))
    for at, (name, _, cells) in enumerate(live.input_rows, HEAD):
        if not cells:
            sheet.write_string(at, 0, name, style(bold=True, bg_color="#D9E1F2"))
            continue
        about = named(live.plan, name, live.rows.nodes[min(cells.values())].at)
        sheet.write_string(at, 0, about.label, style(border=1))
        sheet.write_string(at, 1, about.unit, style(border=1))
        sheet.write_string(at, 2, name, style(border=1, font_color="#808080"))
        look = style(border=1, bg_color=YELLOW, num_format=number_format(about.unit))
        for column, node in cells.items():
            value = live.rows.nodes[node].value
            if isnan(value):
                sheet.write_string(at, column, UNKNOWN, look)
            else:
                sheet.write_number(at, column, float(cached(value)), look)
                sheet.write_number(at, live.last + 3 + column - OPENING, float(cached(value)), style())
        missing = any(isnan(live.rows.nodes[node].value) for node in cells.values())
        source = f"{about.source}（没有数据；填入数字后，用到它的各行随之算出）" if missing else about.source
        sheet.write_string(at, live.last + 1, source, style(font_size=9))
        sheet.write_string(at, live.last + 2, about.quality, style(font_size=9))
    _widths(sheet, live)
    # What the cells held when this was written: the way back into a scenario needs it, a reader does not.
    sheet.set_column(live.last + 3, live.last + 4 + len(years), 10, None, {"hidden": True})


def write_model(book: Workbook, style: Style, sheet: Worksheet, live: Live) -> int:
    """Write the lines as formulas, what Python made of them beside, and return the row of the checks' sum (zero-based)."""
    years, python = live.plan.years, live.last + 2
    _head(
        style,
        sheet,
        "模型",
        "各行为公式，一行一式；“中间项”是算式中的一段，已折叠。右侧为 Python 按所选情景算出的原值，供核对。",
    )
    labels = (
        "项目",
        "单位",
        "名称",
        "年初",
        *(f"{year}年" for year in years),
        "",
        *(f"{year}年原值" for year in years),
        "不同年数",
    )
    for column, label in enumerate(labels):
        if label:
            sheet.write_string(HEAD - 1, column, label, _header(style))
    for at, entry in enumerate(live.entries, HEAD):
        if not entry.nodes:
            sheet.write_string(at, 0, entry.label, style(bold=True, bg_color="#D9E1F2"))
            continue
        _write_entry(style, sheet, live, at, entry)
        if entry.part:
            sheet.set_row(at, None, None, {"level": 1, "hidden": True})
        else:
            name = f"line_{entry.id}" if entry.id in LINES else entry.id
            book.define_name(name, f"={MODEL}!{_span(at, FIRST, live.last)}")
            write_check(style, sheet, live, at, entry, python)
    sheet.outline_settings(True, False, False, False)
    _widths(sheet, live)
    sheet.set_column(python, python + len(years), 13)
    behind = python + len(years) + 2
    sheet.set_column(behind, behind + (1 + len(live.offered)) * len(years) - 1, 10, None, {"hidden": True})
    from xlsxwriter.utility import xl_col_to_name

    last = xl_col_to_name(python + len(years))
    sheet.conditional_format(
        HEAD,
        OPENING,
        HEAD + len(live.entries),
        live.last,
        {"type": "errors", "format": book.add_format({"font_color": "#BFBFBF"})},
    )
    book.define_name("lines_moved", f"={MODEL}!${last}$2")
    sheet.write_formula(
        1, python + len(years), f'=COUNTIF({last}{HEAD + 1}:{last}{HEAD + len(live.entries)},">0")', style(), 0
    )
    return HEAD + len(live.entries)


def _write_entry(style: Style, sheet: Worksheet, live: Live, at: int, entry: Entry) -> None:
    grey: dict[str, Any] = {"font_color": "#808080"} if entry.part else {}
    sheet.write_string(at, 0, entry.label, style(border=1, indent=1 + entry.part, **grey))
    sheet.write_string(at, 1, "" if entry.part else entry.unit, style(border=1, **grey))
    sheet.write_string(at, 2, entry.id, style(border=1, font_color="#808080"))
    look = style(border=1, num_format=MONEY_FORMAT if entry.unit == MONEY else RATIO_FORMAT, **grey)
    home = live.formulas.at.get(entry.nodes)
    opening = live.formulas.opening(entry.nodes) if home == at + 1 else ""
    if opening:
        sheet.write_formula(
            at, OPENING, opening, look, cached(live.rows.nodes[live.rows.rows[entry.nodes].opening or 0].value)
        )
    for column in range(len(live.plan.years)):
        if is_there(entry.nodes, column):
            from xlsxwriter.utility import xl_rowcol_to_cell

            same = home is not None and home != at + 1
            formula = (
                f"={xl_rowcol_to_cell((home or 1) - 1, FIRST + column)}"
                if same
                else live.formulas.cell(entry.nodes, column)
            )
            sheet.write_formula(at, FIRST + column, formula, look, cached(live.rows.nodes[entry.nodes[column]].value))


def _span(row: int, first: int, last: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return str(xl_range_abs(row, first, row, last))


def _header(style: Style) -> Any:
    return style(bold=True, border=1, align="center", valign="vcenter", text_wrap=True, bg_color="#F2F2F2")


def _head(style: Style, sheet: Worksheet, title: str, note: str) -> None:
    sheet.write_string(0, 0, title, style(bold=True, font_size=14))
    sheet.write_string(1, 0, note, style(font_size=9))
    sheet.freeze_panes(HEAD, FIRST - 1)


def _widths(sheet: Worksheet, live: Live) -> None:
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 1, 6)
    sheet.set_column(2, 2, 14)
    sheet.set_column(OPENING, live.last, 13)
    sheet.set_column(live.last + 1, live.last + 1, 4 if sheet.get_name() == MODEL else 60)
