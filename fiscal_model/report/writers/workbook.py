"""The plan as an Excel workbook that computes: inputs in yellow, the model as formulas over them, one sheet a table referring to it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from math import ceil, floor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fiscal_model.model.projection import Plan
from fiscal_model.report.writers.document_tables import band_colour, display_width, looks_numeric, marked_notes
from fiscal_model.report.writers.workbook_checks import write_checks
from fiscal_model.report.writers.workbook_entries import INPUTS, MODEL, SCENARIOS, Live, live_model
from fiscal_model.report.writers.workbook_model import write_inputs, write_model
from fiscal_model.report.writers.workbook_scenarios import write_scenarios
from fiscal_model.words.plain import page_header_text
from fiscal_model.words.table import ADDED_IN, FORMATS, ReportRow, ReportTable, Value, kind_at, printed

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Style = Callable[..., Any]

CONTENTS = "目录"
_SHEETS = CONTENTS, INPUTS, SCENARIOS, MODEL
FIRST_ROW = 4
"""Zero-based sheet row of a table's first row: title, unit, a blank line and the header stand above it."""
HEADER_ROW = FIRST_ROW - 1
TEXTS_STAY_TEXTS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
"""What every workbook of ours is opened with."""
_OF_OTHER_PLANS = {"scenarios", "stress"}
"""Tables whose rows show lines of other plans than this one."""
_PLAN_YEAR = re.compile(r"\d{4}年?(预测|规划|测算)?$")
_MOST_LETTERS = 32_767 // 2
"""Excel's own bound, for letters that it counts as two each."""
_LINK = {"font_color": "#1F4E79", "underline": 1}
_SUM_TOLERANCE = 1e-6
_MOST_MOVED = 2
"""Units that a figure may print from its nearest one so that sums hold; further away it is another plan's."""


class _Cell(NamedTuple):
    """What goes into one cell: a value or a formula with its cached value, and the number format."""

    value: Value
    number_format: str = ""
    formula: str = ""


def write_workbook(
    path: str | Path, plan: Plan, tables: Sequence[ReportTable], alternatives: Iterable[Plan] = ()
) -> None:
    """Write a plan as a workbook that recalculates: its inputs, its model, its tables rounded so that sums hold as printed.

    ``alternatives``: the plan under other scenarios, which the workbook can be switched to. A plan-year cell of a row that shows a line refers to the model; it prints the same until an input is changed. A row with ``parts`` is a formula over the cells of its parts; a part that prints as a dash is left out. Where the
    parts that are there do not add up to the printed figure (something was not published), the figure is written as a
    number, so that recalculating never changes what was printed. Equal input gives equal bytes.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"in_memory": True, **TEXTS_STAY_TEXTS})
    book.worksheet_class = _plain_sheet()
    title = f"{plan.basis.place.title}{plan.years[0]}—{plan.years[-1]}年财政规划"
    book.set_properties({"title": title, "author": "", "comments": "", "created": dt.datetime(2000, 1, 1)})
    names, style = sheet_names(tables), styles(book)
    live = live_model(plan, (each for each in alternatives if each is not plan))
    contents, inputs, scenarios, model = (book.add_worksheet(name) for name in _SHEETS)
    _write_contents(style, contents, plan, title, tables, names)
    write_inputs(style, inputs, live)
    write_scenarios(book, style, scenarios, live)
    write_checks(style, model, live, write_model(book, style, model, live))
    for sheet in (inputs, scenarios, model):
        _set_up_print(sheet, title, landscape=True)
    for table, name in zip(tables, names, strict=True):
        write_sheet(style, book.add_worksheet(name), table, title, live)
    book.close()


@cache
def _plain_sheet() -> type[Worksheet]:
    """Sheets that take a formula as it is: xlsxwriter looks through each thirty times, for functions newer than any of ours."""
    from xlsxwriter.worksheet import Worksheet

    class PlainSheet(Worksheet):
        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
            return formula.removeprefix("=")

    return PlainSheet


def sheet_names(tables: Sequence[ReportTable]) -> list[str]:
    """Return a name for each table's sheet: number and title, without what Excel forbids, never longer than 31 characters, never twice the same."""
    names: list[str] = []
    for table in tables:
        plain = re.sub(r"[\[\]:*?/\\']", "", f"{table.number} {table.title}")
        short = re.sub(r"（.*?）", "", plain) if len(plain) > 20 else plain
        name, count = short[:31], 2
        while name in names:
            name, count = f"{short[:28]} {count}", count + 1
        names.append(name)
    return names


def _write_contents(
    style: Style, sheet: Worksheet, plan: Plan, title: str, tables: Sequence[ReportTable], names: Sequence[str]
) -> None:
    for column, width in enumerate((8, 46, 12)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, title, style(bold=True, font_size=16))
    facts = [
        f"编制基期：{plan.base_year}年；测算情景：{plan.basis.scenario.name}；口径：{plan.basis.place.scope.label}",
        f"修改“{INPUTS}”表的黄色单元格，或在“{SCENARIOS}”表另选情景，“{MODEL}”表和以下各表中规划各年的数随之重算；其他各列和文字是编制时的，不随之变。“—”表示没有数据，不是零。",
    ]
    if plan.basis.place.invented:
        facts.insert(0, "本地区为虚构，全部数据仅供演示。")
    for count, fact in enumerate(facts, 1):
        sheet.write_string(count, 0, fact, style())
    moved = '=IF(lines_moved=0,"模型各行与 Python 原值全部相等","模型有"&lines_moved&"行与 Python 原值不同（改过输入则属正常）")'
    sheet.write_formula(len(facts) + 1, 0, moved, style(bold=True), "模型各行与 Python 原值全部相等")
    for column, name in enumerate(_SHEETS[1:]):
        sheet.write_url(len(facts) + 2, column, f"internal:'{name}'!A1", style(**_LINK), name)
    header = style(bold=True, border=1, align="center", bg_color="#F2F2F2")
    first = len(facts) + 4
    for column, label in enumerate(("表号", "表名", "单位")):
        sheet.write_string(first, column, label, header)
    for row, (table, name) in enumerate(zip(tables, names, strict=True), first + 1):
        sheet.write_string(row, 0, table.number, style(border=1, align="center"))
        sheet.write_url(row, 1, f"internal:'{name}'!A1", style(border=1, **_LINK), table.title)
        sheet.write_string(row, 2, table.unit or "见表", style(border=1, align="center"))
    _set_up_print(sheet, title, landscape=False)


def write_sheet(style: Style, sheet: Worksheet, table: ReportTable, title: str, live: Live | None = None) -> None:
    """Write one table; what shows lines of the plan refers to the model, where there is one."""
    last = len(table.columns)
    sheet.write_string(0, 0, f"表{table.number}　{table.title}", style(bold=True, font_size=14))
    sheet.write_url(1, 0, f"internal:'{CONTENTS}'!A1", style(**_LINK), "返回目录")
    if table.unit:
        sheet.write_string(1, last, f"单位：{table.unit}", style(align="right"))
    header = style(bold=True, border=1, align="center", valign="vcenter", text_wrap=True, bg_color="#F2F2F2")
    for column, label in enumerate((table.stub, *table.columns)):
        sheet.write_string(HEADER_ROW, column, label, header)
    for index, row in enumerate(table.rows):
        cells = [_cell_of(table, index, column) for column in range(last)]
        _write_row(style, sheet, table, index, row, _alive(table, row, cells, live) if live else cells)
    widths = _set_widths(sheet, table)
    _write_notes(style, sheet, table, sum(widths))
    sheet.set_row(HEADER_ROW, 30)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.repeat_rows(HEADER_ROW)
    sheet.print_area(0, 0, FIRST_ROW + len(table.rows) + len(table.notes) - 1, last)
    _set_up_print(sheet, title, landscape=True)


def _write_notes(style: Style, sheet: Worksheet, table: ReportTable, width: float) -> None:
    """Notes run across the whole table and wrap, so that print cuts none of them off."""
    look = style(font_size=9, text_wrap=True, valign="top")
    for count, text in enumerate(marked_notes(table)):
        row = FIRST_ROW + len(table.rows) + count
        sheet.merge_range(row, 0, row, len(table.columns), _held(text), look)
        sheet.set_row(row, 13 * ceil(1.1 * display_width(text) / width))


def _write_row(
    style: Style, sheet: Worksheet, table: ReportTable, index: int, row: ReportRow, cells: Sequence[_Cell]
) -> None:
    at = FIRST_ROW + index
    named = style(border=1, indent=row.level, bold=row.total, text_wrap=True, valign="vcenter")
    sheet.write_string(at, 0, _held(row.label), named)
    for column, cell in enumerate(cells, 1):
        look: dict[str, Any] = {"border": 1, "bold": row.total, "valign": "vcenter"}
        if cell.number_format:
            look["num_format"] = cell.number_format
        if isinstance(cell.value, str):
            band = band_colour(cell.value)
            look |= {"bg_color": band} if band else {}
            look |= {"align": "right"} if looks_numeric(cell.value) else {"text_wrap": True}
            if cell.formula:
                sheet.write_formula(at, column, cell.formula, style(**look), cell.value)
            else:
                sheet.write_string(at, column, _held(cell.value), style(**look))
        elif cell.formula:
            sheet.write_formula(at, column, cell.formula, style(**look), cell.value)
        else:
            sheet.write_number(at, column, float(cell.value or 0.0), style(**look))


def _alive(table: ReportTable, row: ReportRow, cells: Sequence[_Cell], live: Live) -> Sequence[_Cell]:
    """Let the plan years of a row that shows a line refer to the model: where all of them print what it holds."""
    if row.line not in live.found.lines or table.id in _OF_OTHER_PLANS:
        return cells
    years = {str(year): at for at, year in enumerate(live.plan.years)}
    columns = {
        column: years[label[:4]]
        for column, label in enumerate(table.columns)
        if _PLAN_YEAR.match(label) and label[:4] in years
    }
    made = {
        column: _referring(table, row, column, at, live) for column, at in columns.items() if not cells[column].formula
    }
    if not all(made.values()):
        return cells
    return [made.get(column) or cell for column, cell in enumerate(cells)]


def _referring(table: ReportTable, row: ReportRow, column: int, year: int, live: Live) -> _Cell | None:
    value, exact, kind = _value_at(row, column), live.value(row.line, year), kind_at(table, row, column)
    where = live.address(row.line, year)
    if value is None and exact != exact:
        return _Cell("—", "", f'=IFERROR({where},"—")')
    if not isinstance(value, float) or exact != exact or kind == "text":
        return None
    if kind not in ADDED_IN:
        return (
            _Cell(exact, FORMATS[kind].excel, f'=IFERROR({where},"—")') if abs(value - exact) < _SUM_TOLERANCE else None
        )
    off = int(value - floor(exact + 0.5)) if kind == "money" else 2
    # What controlled rounding gave this cell stays with it, so that it prints as in every other document.
    return (
        _Cell(value, FORMATS[kind].excel, f"=ROUND({where},0){f'{off:+d}' if off else ''}")
        if abs(off) <= _MOST_MOVED
        else None
    )


def _held(text: str) -> str:
    """A text as far as a cell can hold it; a longer one would be left out without a word."""
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 20]}……（太长，没有列完）"


def _cell_of(table: ReportTable, index: int, column: int) -> _Cell:
    """Turn one value of a table into a cell: a dash, a text, a number or a formula over other cells that prints the same."""
    row = table.rows[index]
    value, kind = _value_at(row, column), kind_at(table, row, column)
    if value is None:
        return _Cell("—")
    if isinstance(value, str):
        return _Cell(value)
    growth = table.growth is not None and column == table.growth.column
    number_format = FORMATS[kind].excel if kind != "text" else "General"
    if not growth and not row.parts:
        return _Cell(value, number_format)
    formula, counted = _growth_of(table, index) if growth else _sum_of(table, row, column)
    same = printed(counted, kind) == printed(value, kind) if growth else abs(counted - value) <= _SUM_TOLERANCE
    shown, formula = (counted, formula) if formula and same else (value, "")
    return _Cell(shown, number_format, formula)


def _value_at(row: ReportRow, column: int) -> Value:
    value = row.values[column] if column < len(row.values) else None
    return None if isinstance(value, float) and value != value else value


def _sum_of(table: ReportTable, row: ReportRow, column: int) -> tuple[str, float]:
    """Return the formula of a row's parts, dashes left out, and what it comes to."""
    formula, added = "", 0.0
    for part, sign in row.parts:
        value = _value_at(table.rows[part], column)
        if isinstance(value, float):
            formula += f"{'+' if sign > 0 else '-'}{_address(part, column)}"
            added += sign * value
    return (f"={formula.removeprefix('+')}", added) if formula else ("", 0.0)


def _growth_of(table: ReportTable, index: int) -> tuple[str, float]:
    """Return the formula of yearly average growth over the printed cells, and what it comes to."""
    assert table.growth is not None
    _, before, after, years = table.growth
    first, last = (_value_at(table.rows[index], column) for column in (before, after))
    if not isinstance(first, float) or not isinstance(last, float) or first <= 0 or last <= 0:
        return "", 0.0
    return f"=({_address(index, after)}/{_address(index, before)})^(1/{years})-1", (last / first) ** (1 / years) - 1


def _address(index: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(FIRST_ROW + index, column + 1))


def _set_widths(sheet: Worksheet, table: ReportTable) -> list[float]:
    """Make columns as wide as what they hold, within reason; return the widths in characters."""
    labels = max((display_width(row.label) + 2 * row.level for row in table.rows), default=8)
    widths = [float(min(max(labels, display_width(table.stub)) + 2, 46))]
    for column in range(len(table.columns)):
        cells = [row.values[column] for row in table.rows if column < len(row.values)]
        longest = max((display_width(cell) for cell in cells if isinstance(cell, str)), default=0)
        widths.append(float(min(longest + 2, 70)) if longest > 10 else 12.5)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    return widths


def _set_up_print(sheet: Worksheet, title: str, landscape: bool) -> None:
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.center_horizontally()
    sheet.set_header(f"&L&9{page_header_text(title)}&R&9&A")
    sheet.set_footer("&C&9第 &P 页，共 &N 页")


def styles(book: Workbook) -> Style:
    """Return a function that makes each look once, so that the workbook stays small."""

    @cache
    def style(**look: Any) -> Any:
        return book.add_format({"font_name": "宋体", "font_size": 10, **look})

    return style
