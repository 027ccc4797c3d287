"""Find the tables of a bureau's budget workbook by their titles and header words, never by sheet or cell.

A bureau moves rows and columns every year, leaves helper columns in place and puts two tables side by side.
What it keeps are the words: the title over a table, ``单位：万元`` beside it, ``项目`` and ``2025年`` over
``执行数`` in the header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fiscal_model.inputs.workbooks import no_workbook, open_workbook
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.files import read_bytes
from fiscal_model.words.plain import one_line
from fiscal_model.words.vocabulary import Scope, Status, Unit

Cells = list[list[Any]]
Column = tuple[int, Status]
"""What a column of figures counts: year and status."""

_TITLE = re.compile(r".*\d{4}年.*表(?:[（(][^（()）]*[）)])?")
_NUMBER = re.compile(r"表[一二三四五六七八九十百零\d]{1,6}")
_UNIT = re.compile(r"[（(]?(?:金额)?单位[:：](万元|亿元|元)[）)]?")
_MONEY_COLUMN = re.compile(r"(\d{4})年(决算数|预算数|调整预算数|执行数|预计执行数)")
_LEFT_OUT_COLUMN = re.compile(r"\d{4}年(?!.*(?:%|％|打印|类))\D.*")
_SCOPE_WORD = re.compile(r"全[省市县区州旗盟]|全辖|[省市县区州旗盟]?本级")
_CODE_WORDS = {"科目编码", "科目代码"}
_LABEL_WORDS = {"项目", "科目名称", "预算科目"}
_STATUS = {
    "决算数": Status.FINAL_ACCOUNTS,
    "预算数": Status.BUDGET,
    "调整预算数": Status.ADJUSTED_BUDGET,
    "执行数": Status.ESTIMATE,
    "预计执行数": Status.ESTIMATE,
}
_HEADER_WITHIN = 6
_HEADER_ROWS = 4


@dataclass(frozen=True)
class PrintedRow:
    """One row under the header: ``amounts`` holds only the cells that are filled, in the table's unit."""

    line: int
    code: str
    label: str
    indent: int
    amounts: Mapping[Column, float]
    printed: bool | None


@dataclass(frozen=True)
class PrintedTable:
    """One table as the bureau prints it."""

    # number, title, sheet: ``表二``, the words above the table, the sheet it stands on
    number: str
    title: str
    sheet: str
    scope: Scope  # From the words 全市 or 市本级 in the header, else from the title
    unit: Unit | None  # None when no ``单位：`` stands at the table
    rows: tuple[PrintedRow, ...]  # Empty when the header has no column of figures that can be read
    left_out: tuple[str, ...]  # Columns of a year that are not one of 决算数, 预算数, 调整预算数, 执行数
    faults: tuple[Fault, ...] = ()


def read_workbook(workbook: Path) -> dict[str, Cells]:
    """Read every sheet of a workbook as rows of cells.

    Raises
    ------
    InputError
        When the file is missing or is not a workbook.
    """
    from python_calamine import CalamineError

    if not workbook.is_file():
        raise InputError([Fault(workbook.name, "找不到这个文件", "请检查文件名和所在文件夹")])
    content, faults = read_bytes(workbook, workbook.name)
    book, wrong = open_workbook(content, workbook.name, published=True) if not faults else (None, faults)
    if book is None:
        raise InputError(wrong)
    try:
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, OSError, ValueError):
        raise InputError([no_workbook(workbook.name)]) from None


def find_tables(sheets: Mapping[str, Cells]) -> tuple[PrintedTable, ...]:
    """Find every table of a workbook, in the order of their printed numbers.

    ``sheets``: rows of cells by sheet name, as `read_workbook` returns them.

    Examples
    --------
    >>> cells = [["", "2025年云水县一般公共预算收支情况表"], ["表一", "", "单位：万元"],
    ...          ["科目编码", "项目", "2025年执行数"], ["101", "一、税收收入", 120.0]]
    >>> table = find_tables({"Sheet1": cells})[0]
    >>> table.number, table.rows[0].label, dict(table.rows[0].amounts)
    ('表一', '一、税收收入', {(2025, <Status.ESTIMATE: 'estimate'>): 120.0})
    """
    found = [table for name, cells in sheets.items() for table in _tables_of_sheet(name.strip(), cells)]
    return tuple(sorted(found, key=lambda table: _ordinal(table.number)))


def compact(cell: object) -> str:
    """Return a cell's text without any white space.

    Examples
    --------
    >>> compact("项\u3000   目")
    '项目'
    """
    return re.sub(r"\s+", "", _text(cell))


def is_title(cell: object) -> bool:
    """Tell whether a cell reads like the title of a table."""
    return _TITLE.fullmatch(compact(cell)) is not None


def _tables_of_sheet(sheet: str, cells: Cells) -> Iterator[PrintedTable]:
    titled = [row for row, line in enumerate(cells) if any(is_title(cell) for cell in line)]
    for row, end in zip(titled, [*titled, len(cells)][1:], strict=True):
        below = range(row + 1, min(row + 1 + _HEADER_WITHIN, end))
        has_unit = any(_UNIT.fullmatch(compact(cell)) for line in below for cell in cells[line])
        header = next((line for line in below if _first_columns(cells, line)), None)
        if header is None and not has_unit:
            continue
        starts = _first_columns(cells, header, below) if header is not None else [0]
        width = max(len(line) for line in cells[row:end])
        for number, start in enumerate(starts):
            left = 0 if number == 0 else start
            right = starts[number + 1] if number + 1 < len(starts) else width
            yield _table(sheet, cells, (row, header, end), (left, right))


def _first_columns(cells: Cells, header: int, below: range | None = None) -> list[int]:
    """Columns where a table starts: at its code column, or at its label column when it has none."""
    lines = range(header, header + 1) if below is None else range(header, min(header + 2, below.stop))
    words = {
        column: compact(cell)
        for line in lines
        for column, cell in enumerate(cells[line])
        if compact(cell) in _CODE_WORDS | _LABEL_WORDS
    }
    return [
        column
        for column, word in sorted(words.items())
        if not (word in _LABEL_WORDS and words.get(column - 1) in _CODE_WORDS)
    ]


def _table(sheet: str, cells: Cells, lines: tuple[int, int | None, int], span: tuple[int, int]) -> PrintedTable:
    row, header, end = lines
    titles = [(column, compact(cell)) for column, cell in enumerate(cells[row]) if is_title(cell)]
    title = next((text for column, text in titles if span[0] <= column < span[1]), titles[0][1])
    near = range(row + 1, min(row + 1 + _HEADER_WITHIN, end) if header is None else header + 1)
    number, unit = _beside(cells, near, span, _NUMBER), _beside(cells, near, span, _UNIT)
    scope = Scope.OWN_LEVEL if "本级" in title else Scope.WHOLE
    if header is None:
        return PrintedTable(number, title, sheet, scope, None, (), ())
    label, first = _label_column(cells, header, end, span)
    titles_of = _joined_titles(cells, range(header, first), span)
    groups = [word for line in range(header, first) for word in map(compact, cells[line][span[0] : span[1]])]
    group = next((word for word in groups if _SCOPE_WORD.fullmatch(word)), "")
    if group:
        scope = Scope.OWN_LEVEL if group.endswith("本级") else Scope.WHOLE
    columns, left_out = _money_columns(titles_of)
    rows, faults = _rows(sheet, cells, range(first, end), label, columns, titles_of) if columns else ((), ())
    word = _UNIT.fullmatch(unit)
    counted_in = next((unit for unit in Unit if word and unit.label == word.group(1)), None)
    return PrintedTable(number, title, sheet, scope, counted_in, rows, left_out, faults)


def _beside(cells: Cells, lines: range, span: tuple[int, int], wanted: re.Pattern[str]) -> str:
    """The first cell near the title that matches, within the table's columns if one stands there."""
    hits = [
        (span[0] <= column < span[1], compact(cell))
        for line in lines
        for column, cell in enumerate(cells[line])
        if wanted.fullmatch(compact(cell))
    ]
    return next((text for inside, text in hits if inside), hits[0][1] if hits else "")


def _label_column(cells: Cells, header: int, end: int, span: tuple[int, int]) -> tuple[int, int]:
    """Column of the labels and the first line of data: the first one that fills the label column."""
    for line in range(header, min(header + 2, end)):
        for column, cell in enumerate(cells[line][: span[1]]):
            if column >= span[0] and compact(cell) in _LABEL_WORDS:
                last = min(header + _HEADER_ROWS, end)
                body = (below for below in range(line + 1, last) if compact(_at(cells, below, column)))
                return column, next(body, last)
    return span[0], header + 1


def _joined_titles(cells: Cells, lines: range, span: tuple[int, int]) -> dict[int, str]:
    """Column titles, top to bottom; a merged cell over a group of columns carries to the right.

    It carries only over columns with a word of their own below: a helper column without a title gets none.
    """
    parts: dict[int, list[str]] = {column: [] for column in range(*span)}
    for line in lines:
        carried = ""
        for column in range(*span):
            own = compact(_at(cells, line, column))
            above = any(compact(_at(cells, upper, column)) for upper in range(lines.start, line))
            if own or above:
                carried = own
            below = any(compact(_at(cells, lower, column)) for lower in range(line + 1, lines.stop))
            if own or (carried and below):
                parts[column].append(carried)
    return {column: "".join(words) for column, words in parts.items()}


def _money_columns(titles: Mapping[int, str]) -> tuple[dict[int, Column], tuple[str, ...]]:
    columns: dict[int, Column] = {}
    left_out = []
    for column, title in titles.items():
        words = _SCOPE_WORD.sub("", title)
        match = _MONEY_COLUMN.fullmatch(words)
        key = (int(match.group(1)), _STATUS[match.group(2)]) if match else None
        if key is not None and key not in columns.values():
            columns[column] = key
        elif key is not None or _LEFT_OUT_COLUMN.fullmatch(words):
            left_out.append(title)
    return columns, tuple(left_out)


def _rows(
    sheet: str, cells: Cells, lines: range, label: int, columns: Mapping[int, Column], titles: Mapping[int, str]
) -> tuple[tuple[PrintedRow, ...], tuple[Fault, ...]]:
    code = next((column for column, title in titles.items() if title in _CODE_WORDS), None)
    mark = next((column for column, title in titles.items() if title.endswith("打印")), None)
    rows, faults = [], []
    for line in lines:
        text = _text(_at(cells, line, label))
        if not text.strip():
            continue
        amounts = {}
        for column, key in columns.items():
            amount = _amount(_at(cells, line, column))
            if isinstance(amount, float):
                amounts[key] = amount
            elif amount:
                found, remedy = f"应为数字，填写的是“{amount}”", "请在工作簿中改成数字，没有数就留空"
                faults.append(Fault(f"工作表“{sheet}”", found, remedy, line + 1, titles[column]))
        printed = None if mark is None else compact(_at(cells, line, mark)) == "是"
        word = "" if code is None else compact(_at(cells, line, code))
        digits = word if word.isdigit() else ""
        indent = len(text) - len(text.lstrip())
        rows.append(PrintedRow(line + 1, digits, text.strip(), indent, amounts, printed))
    return tuple(rows), tuple(faults)


def _amount(cell: Any) -> float | str:
    """A number, or the text that is not one; an empty cell and a dash are an empty text, never zero."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return round(float(cell), 6)
    text = compact(cell).replace(",", "").replace("，", "")
    if text in {"", "-", "—", "——", "－", "/"}:
        return ""
    try:
        return float(text)
    except ValueError:
        return text


def _at(cells: Cells, line: int, column: int) -> Any:
    return cells[line][column] if column < len(cells[line]) else ""


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return one_line(str(cell))


def _ordinal(number: str) -> int:
    """Order of a table number: 表四十八 is 48; a table without a number comes last."""
    digits = number.removeprefix("表")
    if digits.isdigit():
        return int(digits)
    if not digits:
        return 10**6
    hundreds, _, rest = digits.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = {word: index for index, word in enumerate("零一二三四五六七八九")}
    return value.get(hundreds, 0) * 100 + (value.get(tens, 1) * 10 if ten else 0) + value.get(ones[-1:], 0)
