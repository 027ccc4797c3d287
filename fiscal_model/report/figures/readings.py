"""What a pointer on a picture reads: which cells of which table its marks stand for, declared a picture."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fiscal_model.model.projection import Plan
from fiscal_model.report.marks import Mark
from fiscal_model.words.table import Kind, ReportRow, ReportTable, printed, printed_row

Told = tuple[str, tuple[tuple[str, str], ...]]
"""A heading, and names with what is printed of them."""
_FIRST = ""


@dataclass(frozen=True)
class Reading:
    """How the marks of a picture are read.

    ``rows``: labels that a row may bear, in words over a mark (``{panel}``, ``{series}``, ``{at}``, its ``{year}`` and
    ``{month}``; ``{name}``: ``at`` without its last bracket), a second cell behind ``|``; ``columns``: headings likewise, the
    first bears what is drawn, "" is the first of the table, one of two with ``|`` between. ``kind``: how that prints which no
    table holds. ``cut``: longer bars end here. ``signed``: whether a bar's length bears its sign. ``at``: what a place
    is called where its axis does not say it. ``words``: a series by its name in the table.
    """

    kind: Kind
    table: str = ""
    rows: tuple[str, ...] = ("{at}",)
    columns: tuple[str, ...] = ("{at}",)
    cut: float = math.inf
    signed: bool = True
    at: Callable[[Plan, float], str] | None = None
    words: Mapping[str, str] = field(default_factory=dict)


def _month(plan: Plan, place: float) -> str:
    """Which month a bar of the treasury is."""
    return f"{plan.years[round(place) // 12]}年{round(place) % 12 + 1}月"


READINGS: dict[str, Reading] = {
    "plan_bridge": Reading("change", "plan_bridge", ("{panel}：{at}", "{at}"), (_FIRST,), signed=False),
    "measures": Reading("change", "measures", ("{at}", "措施之间的{at}"), ("合计", "把握程度", "计入金额"), signed=False),
    "guarantee_warning": Reading("number", "guarantee_warning", ("三保保障倍数",)),
    "treasury_months": Reading("money", "treasury_months", ("{month}",), ("{year}月末余额|月末余额",), at=_month, words={"": "月末余额"}),
    "maturity_wall": Reading("money", "debt_service", ("{series}",), words={"一般债务还本": "一般债务到期本金", "专项债务还本": "专项债务到期本金"}),
    "hidden_debt": Reading("money", "hidden_debt", ("{series}",), words={"年末余额（计划）": "年末余额"}),
    "project_coverage": Reading("number", "special_projects", cut=2.5, columns=("{series}", "全周期覆盖", "剩余期覆盖", "判断"), words={"剩余期": "剩余期覆盖", "": "全周期覆盖"}),
    "probabilities": Reading("ratio", "fan", ("{series}的概率",)),
    "variance": Reading("ratio", "variance", ("{panel}|{series}",)),
    "tornado": Reading("change", "stress", columns=("比规划", "未安排财力合计", "首次突破")),
    "break_map": Reading("plain"),
    "rating": Reading("tenth", "rating", ("{name}",), ("得分", "权重或等级")),
}  # fmt: skip
"""By the names of `TITLES`; a figure that the page draws itself from lines needs none."""


def read_marks(figure: str, marks: Sequence[Mark], plan: Plan, tables: Sequence[ReportTable]) -> list[Told]:
    """Return what each mark of a figure tells: the printed cells that it stands for where they bear what is drawn, else the number itself.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> read_marks("maturity_wall", [Mark((0, 0, 1, 1), "", "一般债务还本", "2031年", 2031.0, (1234.5,))], plan, [])
    [('2031年', (('一般债务还本', '1,235'),))]
    """
    reading = READINGS[figure]
    table = next((each for each in tables if each.id == reading.table), None)
    return [_told(mark, reading, plan, table) for mark in marks]


def _told(mark: Mark, reading: Reading, plan: Plan, table: ReportTable | None) -> Told:
    at = mark.at or (reading.at(plan, mark.place) if reading.at else "")
    if mark.axes:
        return mark.series, mark.axes
    words = {
        "panel": mark.panel, "series": reading.words.get(mark.series, mark.series), "at": at, "name": re.sub(r"（[^）]*）$", "", at),
        "year": at[:5], "month": at[5:],
    }  # fmt: skip
    heading = f"{mark.panel}　{at}" if any("{panel}" in each for each in reading.rows) else at
    if table is not None and len(mark.values) == 1:
        wanted = [each.format(**words) for each in reading.columns]
        for row in _rows(table, [each.format(**words) for each in reading.rows]):
            told = _cells(table, row, wanted, mark.series or row.label, at)
            if told and _bears(told[0][1], mark.values[0], reading):
                return heading, tuple(told)
    return heading, (
        (mark.series or words["series"], "～".join(printed(value, reading.kind) for value in mark.values)),
    )


def _rows(table: ReportTable, wanted: Sequence[str]) -> Iterator[ReportRow]:
    """Rows that bear one of the labels; a chart cuts long names."""
    for row in table.rows:
        label = row.label.rstrip("＊")
        for each in wanted:
            if each in (label, f"{label}|{row.values[0]}") or (
                each.endswith("……") and label.startswith(each.removesuffix("……"))
            ):
                yield row


def _cells(table: ReportTable, row: ReportRow, wanted: Sequence[str], series: str, at: str) -> list[tuple[str, str]]:
    """The wanted columns of a row by their headings, a year's by the name of the series."""
    cells = dict(reversed([*zip(table.columns, printed_row(table, row), strict=True)]))  # of two alike the first
    found = dict.fromkeys(next((each for each in one.split("|") if each in cells or not each), None) for one in wanted)
    return [
        (series if each in (at, _FIRST) else each, text)
        for each in found
        if each is not None and (text := cells[each or table.columns[0]])
    ]


def _bears(text: str, drawn: float, reading: Reading) -> bool:
    """Tell whether a printed cell says what is drawn, to the last digit printed."""
    found = re.match(r"([-+]?[\d,]+(?:\.(\d+))?)(%?)", text)
    if not found:
        return False
    scale = 100.0 if found[3] else 1.0
    value = min(float(found[1].replace(",", "")) / scale, reading.cut)
    apart = abs(value - drawn) if reading.signed else abs(abs(value) - abs(drawn))
    return apart <= 1.01 * 10.0 ** -len(found[2] or "") / scale
