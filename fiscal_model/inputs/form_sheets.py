"""Write the Excel form: a sheet a table in the order of need, each driven by the declaration that it is read with."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from fiscal_model.inputs.form_words import (
    BACK,
    EXAMPLE_ROW,
    FACTS_SHEET,
    HEADER_ROW,
    NEEDS,
    PROGRESS,
    TITLE_ROW,
    WORDS,
    columns_of,
    form_tables,
    gain_of,
    has_unit,
    in_chinese,
    need_of,
    title_of,
)
from fiscal_model.inputs.place_facts import FACTS
from fiscal_model.law.classification import TOTALS_LINES
from fiscal_model.registers.example_row import EXAMPLE_MARK, example_row
from fiscal_model.registers.schema import Column, Table
from fiscal_model.words.cells import PaymentsPerYear
from fiscal_model.words.vocabulary import ACTUAL, IN_BASE_UNITS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_TABS = dict(zip(NEEDS, ("#C00000", "#2E75B6", "#A6A6A6"), strict=True))
_SPARE_ROWS = 2000
"""Rows below what is filled that drop-downs, checks of cells and the progress reach."""
_FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
_HEADER = {**_FONT, "bold": True, "text_wrap": True, "align": "center", "border": 1}
_GREY = {"font_color": "#7F7F7F", "italic": True, "bg_color": "#F2F2F2"}
_LINK = {"font_color": "#0563C1", "underline": 1}
_FIRST, _LAST = dt.date(1950, 1, 1), dt.date(2100, 12, 31)
_LONGEST = 255
"""Characters that Excel shows beside a cell."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows to write by table, each column to cell as `Place` holds them."""


@dataclass(frozen=True)
class _Kind:
    """What a column holds: its plain type, its bounds."""

    base: Any
    low: float | None
    high: float | None

    @property
    def number_format(self) -> str:
        return {str: "@", dt.date: "yyyy-mm-dd", int: "0"}.get(self.base, "General")


def form_bytes(facts: Mapping[str, Any], rows: Rows) -> bytes:
    """Return the form as a workbook; equal input gives equal bytes.

    ``facts``: of the place by key of `FACTS`; ``rows``: what is known already, by table.
    """
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    title = f"{facts.get('name', '')}填报表"
    book.set_properties({"title": title, "author": "", "comments": "", "created": dt.datetime(2000, 1, 1)})
    writer = FormWriter(book, rows)
    progress, about = book.add_worksheet(PROGRESS), book.add_worksheet(FACTS_SHEET)
    sheets = {name: book.add_worksheet(table.label) for name, table in form_tables().items()}
    writer.words = book.add_worksheet(WORDS)
    writer.words.hide()
    writer.facts(about, facts)
    for name, sheet in sheets.items():
        writer.table(sheet, form_tables()[name])
    writer.progress(progress, title, facts)
    for sheet in book.worksheets():
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    progress.activate()
    book.close()
    return stream.getvalue()


def kind_of(column: Column) -> _Kind:
    """Return what a column holds."""
    known = [bound for part in get_args(column.kind) if isinstance(part, FieldInfo) for bound in part.metadata]
    low = next((bound.ge for bound in known if isinstance(bound, Ge)), column.bounds.get("ge"))
    high = next((bound.le for bound in known if isinstance(bound, Le)), column.bounds.get("le"))
    base = next(iter(get_args(column.kind)), column.kind)
    return _Kind(base, low, high)  # type: ignore[arg-type]


class FormWriter:
    """The workbook being written: formats made once, lists of words laid once."""

    def __init__(self, book: Workbook, rows: Rows) -> None:
        self.book, self.rows = book, rows
        self.words: Worksheet
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._lists: dict[tuple[str, ...], str] = {}

    def style(self, **properties: Any) -> Any:
        """Return a format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def last_row(self, name: str) -> int:
        """Return the last row of a table that is looked after."""
        return EXAMPLE_ROW + len(self.rows.get(name, ())) + _SPARE_ROWS

    def facts(self, sheet: Worksheet, facts: Mapping[str, Any]) -> None:
        """The place's own facts, one a row."""
        sheet.set_tab_color(_TABS[NEEDS[0]])
        self._widths(sheet, (16, 30, 64, 28))
        self._back(sheet)
        sheet.write_string(TITLE_ROW - 1, 1, "地区的基本情况，填“填写”一列", self.style(**_FONT, bold=True))
        for place, said in enumerate(("项目", "填写", "说明", "例")):
            sheet.write_string(HEADER_ROW - 1, place, said, self._header(required=place < 2))
        for row, fact in enumerate(FACTS, HEADER_ROW):
            given = facts.get(fact.key, fact.usual)
            cells = (fact.label, fact.words.get(given, given), fact.meaning, fact.example)
            for place, cell in enumerate(cells):
                look = {"border": 1} | ({"num_format": "@"} if place == 1 else _GREY if place == 3 else {})
                sheet.write_string(row, place, str(cell), self.style(**_FONT, text_wrap=True, **look))
            if fact.words:
                sheet.data_validation(row, 1, row, 1, self._listed(fact.words.values(), fact.label, fact.meaning))
        sheet.freeze_panes(HEADER_ROW, 0)

    def table(self, sheet: Worksheet, table: Table) -> None:
        """One table: what it is for, its header, the example, what is known already."""
        sheet.set_tab_color(_TABS[need_of(table.name)])
        columns = columns_of(table)
        self._back(sheet)
        sheet.write_string(TITLE_ROW - 1, 1, _about(table), self.style(**_FONT, font_color="#595959"))
        sheet.set_row(HEADER_ROW - 1, 32)
        for place, column in enumerate(columns):
            self._column(sheet, table, place, column)
        example = example_row(table)
        self._row(sheet, EXAMPLE_ROW - 1, columns, example, _GREY)
        for row, cells in enumerate(self.rows.get(table.name, ()), EXAMPLE_ROW):
            self._row(sheet, row, columns, _in_own_unit(table, cells), {})
        sheet.freeze_panes(HEADER_ROW, 1)

    def _column(self, sheet: Worksheet, table: Table, place: int, column: Column) -> None:
        kind = kind_of(column)
        money = {"num_format": "#,##0.00"} if column.is_money else {"num_format": kind.number_format}
        sheet.set_column(place, place, _width(table, column, kind), self.style(**_FONT, **money))
        sheet.write_string(HEADER_ROW - 1, place, title_of(table, column), self._header(column.required))
        said = _comment(table, column)
        size = {"x_scale": 2.2, "y_scale": 1 + said.count("\n") / 4 + len(said) / 150, "font_size": 10}
        sheet.write_comment(HEADER_ROW - 1, place, said, size)
        last = self.last_row(table.name) - 1
        sheet.data_validation(EXAMPLE_ROW - 1, place, last, place, self._validation(table, column, kind))

    def _row(
        self, sheet: Worksheet, row: int, columns: Sequence[Column], cells: Mapping[str, Any], look: dict[str, Any]
    ) -> None:
        for place, column in enumerate(columns):
            kind = kind_of(column)
            shown = "#,##0.00" if column.is_money else kind.number_format
            style = self.style(**_FONT, num_format=shown, **look)
            cell = cells.get(column.name)
            if cell is None or cell == "" or cell != cell:
                sheet.write_blank(row, place, None, style)
            elif isinstance(cell, dt.date):
                sheet.write_datetime(row, place, dt.datetime(cell.year, cell.month, cell.day), style)
            elif isinstance(cell, int | float) and kind.base is not str:
                sheet.write_number(row, place, cell, style)
            else:
                sheet.write_string(row, place, getattr(cell, "label", str(cell)), style)

    def _validation(self, table: Table, column: Column, kind: _Kind) -> dict[str, Any]:
        meaning = in_chinese(column.meaning, table)
        if column.kind is PaymentsPerYear:
            return self._listed(("1", "2", "4", "12"), column.label, meaning)
        if column.terms:
            return self._listed([word.label for word in column.terms], column.label, meaning)
        said = {"input_title": column.label[:32], "input_message": meaning[:_LONGEST]}
        if column.choices:
            return {**self._listed(column.choices, column.label, meaning), "show_error": False}
        if column.reference:
            return {"validate": "list", "source": self._known(column.reference.to), **said, "show_error": False}
        if kind.base is str:
            return {"validate": "any", **said}
        bounds = _bounds(kind)
        wrong = "请填日期，例如 2025-12-31" if kind.base is dt.date else f"请填{_in_bounds(kind)}。{meaning}"
        return {**bounds, **said, "error_title": "填写有误", "error_message": wrong[:_LONGEST]}

    def _listed(self, words: Iterable[str], label: str, meaning: str) -> dict[str, Any]:
        """A drop-down from the hidden sheet of words: as long as it need be."""
        given = tuple(words)
        if given not in self._lists:
            place = len(self._lists)
            for row, word in enumerate(given):
                if word.isdecimal():
                    self.words.write_number(row, place, int(word))
                else:
                    self.words.write_string(row, place, word)
            letter = _letter(place)
            self._lists[given] = f"='{WORDS}'!${letter}$1:${letter}${len(given)}"
        return {
            "validate": "list",
            "source": self._lists[given],
            "input_title": label[:32],
            "input_message": f"请从下拉表里选。{meaning}"[:_LONGEST],
            "error_title": "只能从下拉表里选",
            "error_message": f"“{label}”只能填：{'、'.join(given)}"[:_LONGEST],
        }

    def _known(self, reference: str) -> str:
        """The cells of another sheet that hold what a column refers to."""
        name, key = reference.split(".")
        table = form_tables()[name]
        letter = _letter([column.name for column in columns_of(table)].index(key))
        first = f"'{table.label}'!${letter}${EXAMPLE_ROW + 1}"
        cells = f"{first}:${letter}${self.last_row(name)}"
        return f"=OFFSET({first},0,0,MAX(1,COUNTA({cells})),1)"

    def progress(self, sheet: Worksheet, title: str, facts: Mapping[str, Any]) -> None:
        """What is filled, by live formulas, and what each table would sharpen."""
        self._widths(sheet, (10, 22, 11, 12, 84, 46))
        sheet.write_string(0, 0, title, self.style(**_FONT | {"font_size": 16}, bold=True))
        said = (
            "先填“基本情况”和红色的表，够出第一份规划；再填蓝色的表，填一张准一张；灰色的表有数就填，没有就空着。",
            "没有的数留空，绝不写 0；每一行都要写来源。深色表头的列必填，浅色的可不填；灰色斜体的示例行不读取，可以覆盖。",
            "填好后存盘关闭，在命令行运行 fiscal-model check 加本文件名；没有错误再运行 fiscal-model plan 加本文件名。",
        )
        for row, text in enumerate(said, 1):
            sheet.write_string(row, 0, text, self.style(**_FONT))
        totals = form_tables()["totals"]
        first = len(said) + 4 + 2  # Excel's row of the first table: lines, two of summary, header, facts
        last = first + len(form_tables()) - 1
        self._summary(sheet, len(said) + 1, totals, first, last)
        for place, label in enumerate(("需要程度", "工作表", "已填行数", "必填格还缺", "填了以后", "从哪里取数")):
            sheet.write_string(first - 3, place, label, self._header(required=True))
        self._progress_row(sheet, first - 2, NEEDS[0], FACTS_SHEET, _facts_filled(facts), "", "", "")
        for row, (name, table) in enumerate(form_tables().items(), first - 1):
            filled, missing = self._counts(table)
            self._progress_row(
                sheet, row, need_of(name), table.label, filled, missing, gain_of(name), table.where_found
            )
        green, red = self.style(bg_color="#E2EFDA", bold=True), self.style(bg_color="#F8CBAD", bold=True)
        more = {"type": "cell", "criteria": ">", "value": 0}
        sheet.conditional_format(first - 2, 2, last - 1, 2, {**more, "format": green})
        sheet.conditional_format(first - 2, 3, last - 1, 3, {**more, "format": red})
        sheet.freeze_panes(first - 2, 2)

    def _summary(self, sheet: Worksheet, row: int, totals: Table, first: int, last: int) -> None:
        letters = _letters(totals)
        span = {name: f"'{totals.label}'!${letters[name]}${EXAMPLE_ROW}:${letters[name]}${self.last_row('totals')}"
                for name in ("line", "status", "source")}  # fmt: skip
        known = self.rows.get("totals", ())
        for place, line in enumerate(("own_revenue", "expenditure")):
            name = TOTALS_LINES[line]
            parts = [
                f'COUNTIFS({span["line"]},"{name}",{span["status"]},"{status.label}",{span["source"]},"<>*{EXAMPLE_MARK}*")'
                for status in ACTUAL
            ]
            years = sum(each["line"] == line and each["status"] in ACTUAL for each in known)
            said = "年的实际数（至少 3 年，最好 8 到 10 年）"
            formula = f'="{name}已有 "&({"+".join(parts)})&" {said}"'
            sheet.write_formula(row, place * 4, formula, self.style(**_FONT, bold=True), f"{name}已有 {years} {said}")
        need, count = f"$A${first}:$A${last}", f"$C${first}:$C${last}"
        pieces, told = [], []
        for word in NEEDS:
            names = [name for name in form_tables() if need_of(name) == word]
            pieces.append(f'"{word}："&COUNTIFS({need},"{word}",{count},">0")&" / {len(names)} 张　"')
            told.append(f"{word}：{sum(bool(self.rows.get(name)) for name in names)} / {len(names)} 张　")
        sheet.write_formula(row + 1, 0, f"={'&'.join(pieces)}", self.style(**_FONT, bold=True), "".join(told))

    def _progress_row(
        self, sheet: Worksheet, row: int, need: str, label: str, filled: Any, missing: Any, gain: str, found: str
    ) -> None:
        plain = self.style(**_FONT, border=1, text_wrap=True)
        sheet.set_row(row, 17 * max(1, -(-len(gain) // 42), -(-len(found) // 23)))
        sheet.write_string(row, 0, need, self.style(**_FONT, border=1, font_color=_TABS[need], bold=True))
        sheet.write_url(row, 1, f"internal:'{label}'!A{EXAMPLE_ROW}", self.style(**_FONT, **_LINK, border=1), label)
        for place, counted in ((2, filled), (3, missing)):
            number = self.style(**_FONT, border=1, align="center")
            if counted:
                sheet.write_formula(row, place, counted[0], number, counted[1])
            else:
                sheet.write_blank(row, place, None, number)
        sheet.write_string(row, 4, gain, plain)
        sheet.write_string(row, 5, found, plain)

    def _counts(self, table: Table) -> tuple[tuple[str, int], tuple[str, int]]:
        letters, last = _letters(table), self.last_row(table.name)
        needed = [letters[column.name] for column in columns_of(table) if column.required]
        spans = [f"'{table.label}'!${each}${EXAMPLE_ROW}:${each}${last}" for each in needed]
        most = f"MAX({','.join(f'COUNTA({span})' for span in spans)})"
        source = f"'{table.label}'!${letters['source']}${EXAMPLE_ROW}:${letters['source']}${last}"
        filled = f'={most}-COUNTIF({source},"*{EXAMPLE_MARK}*")'
        missing = f"={most}*{len(spans)}-COUNTA({','.join(spans)})"
        return (filled, len(self.rows.get(table.name, ()))), (missing, 0)

    def _back(self, sheet: Worksheet) -> None:
        sheet.write_url(TITLE_ROW - 1, 0, f"internal:'{PROGRESS}'!A1", self.style(**_FONT, **_LINK), BACK)

    def _header(self, required: bool) -> Any:
        colours = {"bg_color": "#1F4E78", "font_color": "#FFFFFF"} if required else {"bg_color": "#DDEBF7"}
        return self.style(**_HEADER, **colours)

    def _widths(self, sheet: Worksheet, widths: Sequence[float]) -> None:
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)


def _in_own_unit(table: Table, cells: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row's money as it was written, where its unit stands in the row; fifteen digits, as spreadsheets hold them."""
    if has_unit(table) or not table.money:
        return cells
    factor = IN_BASE_UNITS[cells["unit"]]
    written = {name: float(f"{cells[name] / factor:.15g}") for name in table.money if cells[name] is not None}
    return {**cells, **written}


def _letter(place: int) -> str:
    """A column as the spreadsheet calls it."""
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(place))


def _letters(table: Table) -> dict[str, str]:
    return {column.name: _letter(place) for place, column in enumerate(columns_of(table))}


def _facts_filled(facts: Mapping[str, Any]) -> tuple[str, int]:
    cells = f"'{FACTS_SHEET}'!$B${HEADER_ROW + 1}:$B${HEADER_ROW + len(FACTS)}"
    filled = sum(facts.get(fact.key, fact.usual) not in ("", None) for fact in FACTS)
    return f"=SUMPRODUCT(--(LEN({cells})>0))", filled


def _about(table: Table) -> str:
    found = f"从哪里取数：{table.where_found}。" if table.where_found else ""
    return f"{table.label}：{in_chinese(table.purpose, table)}{found}"


def _comment(table: Table, column: Column) -> str:
    said = [f"{'必填' if column.required else '可不填'}。{in_chinese(column.meaning, table)}"]
    if title_of(table, column) != column.label:
        said.append("按万元填；整列用别的单位时，把标题里的“万元”改成“亿元”或“元”。")
    if column.terms:
        said.append(f"只能填：{'、'.join(word.label for word in column.terms)}。")
    if column.name in table.key:
        said.append(f"{'、'.join(table.label_of(name) for name in table.key)}相同的行只能有一行。")
    example = example_row(table).get(column.name)
    if example is not None and column.name != "source":
        said.append(f"例：{example}")
    return "\n".join(said)


def _width(table: Table, column: Column, kind: _Kind) -> float:
    """Characters, a Chinese one counted double."""
    words = max((2 * len(word) for word in (*(each.label for each in column.terms), *column.choices)), default=0)
    usual = {str: 18, dt.date: 13}.get(kind.base, 15 if column.is_money else 10)
    wide = {"source": 36, "note": 24}.get(column.name, usual)
    return float(min(max(wide, words + 4, 1.2 * len(title_of(table, column)) + 3), 40))


def _bounds(kind: _Kind) -> dict[str, Any]:
    if kind.base is dt.date:
        return {"validate": "date", "criteria": "between", "minimum": _FIRST, "maximum": _LAST}
    number = {"validate": "integer" if kind.base is int else "decimal"}
    if kind.low is not None and kind.high is not None:
        return {**number, "criteria": "between", "minimum": kind.low, "maximum": kind.high}
    if kind.low is not None or kind.high is not None:
        sign, bound = (">=", kind.low) if kind.low is not None else ("<=", kind.high)
        return {**number, "criteria": sign, "value": bound}
    return {**number, "criteria": "between", "minimum": -1e15, "maximum": 1e15}


def _in_bounds(kind: _Kind) -> str:
    what = "整数" if kind.base is int else "数字"
    if kind.low is not None and kind.high is not None:
        share = "（比例用小数：3.05% 写 0.0305，或直接键入 3.05%）" if kind.high == 1 else ""
        return f"{kind.low:g} 到 {kind.high:g} 的{what}{share}"
    return f"不小于 {kind.low:g} 的{what}" if kind.low is not None else what
