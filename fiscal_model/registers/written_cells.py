"""What a cell means as planners type it: percentages, dates in any order of marks, digits with blanks, units behind them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import get_args

from fiscal_model.registers.schema import Column
from fiscal_model.words.cells import Age, Count, Day, Growth, Month, Number, PaymentsPerYear, Share, Year
from fiscal_model.words.vocabulary import Term

_NOTHING = {"-", "--", "—", "——", "/", "无", "…", "……"}
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+)(?:\.\d+)?")
_PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_WITH_UNIT = re.compile(r"(?P<figure>[-+]?[\d., ]*\d\.?)\s*(?P<unit>[^\d.,\s].*)")
_DAYS = (
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?"),
    re.compile(r"(\d{4})[.](\d{1,2})[.](\d{1,2})"),
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) 00:00:00"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_SERIAL = re.compile(r"\d{5}")
_FIRST_DAY, _SERIALS = dt.date(1899, 12, 30), range(32874, 73051)
"""Day 0 of a spreadsheet, and its numbers of the days from 1990 to 2099."""
_MONTHS = {
    word: str(number)
    for number, word in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1)
}
_SHORT = {"万": "万元", "亿": "亿元", "人民币万元": "万元", "人民币亿元": "亿元", "人民币元": "元", "块": "元"}


@dataclass(frozen=True)
class Written:
    """A cell as the reader takes it: its text, the unit that stood in it, what was made of it in Chinese."""

    text: str
    unit: str = ""
    said: str = ""
    doubt: str = ""  # What cannot be decided, to be refused


def as_written(column: Column, text: str, units: dict[str, str], percent: bool = False) -> Written:
    """Return what a cell of a column means; one that has no plain meaning comes back as it was typed, to be refused.

    ``units``: the words for units that the table knows. ``percent``: the title says that figures are percentages.

    Examples
    --------
    >>> from fiscal_model.registers.catalogue import TABLES
    >>> rate, face = (TABLES["bonds"].column(name) for name in ("coupon_rate", "face"))
    >>> as_written(rate, "3.05%", {}).text, as_written(face, "1,234.5万元", {"万元": "10k_yuan"})
    ('0.0305', Written(text='1234.5', unit='10k_yuan', said='', doubt=''))
    """
    return cell_reader(column, units, percent)(text)


def cell_reader(column: Column, units: dict[str, str], percent: bool = False) -> Callable[[str], Written]:
    """Return what reads the cells of a column, as `as_written` says."""
    if column.terms:
        return partial(_word, _words_of(column.kind))
    if column.kind is Day:
        return _day
    return partial(_number, column, units, percent) if is_number(column) else Written


def _number(column: Column, units: dict[str, str], percent: bool, text: str) -> Written:
    if not percent and text.isascii() and _PLAIN.fullmatch(text):
        return Written(text)
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if plain in _NOTHING:
        return Written("", said=f"“{text}”按没有填写读")
    if plain.endswith("%") or percent:
        return _percentage(column, plain, text, units, percent)
    if (figure := _figure(plain)) is not None:
        return Written(figure)
    return _with_unit(column, plain, units) or Written(text)


def names_a_unit(cell: str, units: dict[str, str]) -> bool:
    """Tell whether a unit that the table knows stands behind a figure."""
    parts = _WITH_UNIT.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    return parts is not None and _SHORT.get(parts["unit"], parts["unit"]) in units


def is_number(column: Column) -> bool:
    """Tell whether a column takes numbers."""
    return column.kind is int or (get_args(column.kind) or (str,))[0] in (int, float)


def counts_persons(column: Column) -> bool:
    """Tell whether a column counts people, so that its rows may be added."""
    return column.kind is Count and "人" in column.meaning and "元" not in column.meaning


def _figure(plain: str) -> str | None:
    """Digits with or without thousands separators; None for anything doubtful, such as ``1,5``."""
    if _GROUPED.fullmatch(plain):
        return plain.replace(",", "").replace(" ", "")
    return plain if _PLAIN.fullmatch(plain) else None


def _word(known: frozenset[str], text: str) -> Written:
    if text in known:
        return Written(text)
    squeezed = re.sub(r"\s", "", text)
    wide = unicodedata.normalize("NFKC", squeezed)
    return Written(next((word for word in (squeezed, wide) if word in known), text))


@cache
def _words_of(kind: type[Term]) -> frozenset[str]:
    return frozenset(word for term in kind for word in (term.value, term.label, *term.others))


def _day(text: str) -> Written:
    if text.isascii() and _ISO.fullmatch(text):
        return Written(text)
    plain = re.sub(r"\s*([年月日号.\-/])\s*", r"\1", unicodedata.normalize("NFKC", text).strip())
    if plain in _NOTHING:
        return Written("", said=f"“{text}”按没有填写读")
    for pattern in _DAYS:
        if parts := pattern.fullmatch(plain):
            return Written(f"{parts[1]}-{int(parts[2]):02d}-{int(parts[3]):02d}")
    if _SERIAL.fullmatch(plain) and int(plain) in _SERIALS:
        day = _FIRST_DAY + dt.timedelta(days=int(plain))
        return Written(day.isoformat(), said=f"日期序号按日期读（{plain}＝{day.isoformat()}）")
    return Written(plain if plain[:1].isdigit() else text)


def _percentage(column: Column, plain: str, text: str, units: dict[str, str], by_title: bool) -> Written:
    figure = _figure(plain.removesuffix("%").strip())
    fraction = units.get("小数", "") if column.is_money else ""
    if figure is None or not (fraction or column.kind in (Share, Growth, Number)):
        return Written(text)
    share = format((Decimal(figure) / 100).normalize(), "f")
    if not plain.endswith("%") and 0 < abs(Decimal(figure)) <= 1:
        readings = f"{format((Decimal(figure) * 100).normalize(), 'f')}% 还是 {figure}%"  # Of a cell in percent format, of one typed
        return Written(text, doubt=f"表头写的是 %，填写的是“{text}”，不知是 {readings}")
    shown = plain if plain.endswith("%") else f"{plain}%"
    return Written(share, fraction, said="" if by_title and fraction else f"百分数按小数读（{shown}＝{share}）")


def _with_unit(column: Column, plain: str, units: dict[str, str]) -> Written | None:
    parts = _WITH_UNIT.fullmatch(plain)
    figure = _figure(parts["figure"].strip()) if parts else None
    if parts is None or figure is None:
        return Written(_MONTHS[plain[:-1]]) if column.kind is Month and plain[:-1] in _MONTHS else None
    unit = re.sub(r"\s", "", parts["unit"])
    if column.is_money:
        unit = _SHORT.get(unit, unit)
        return Written(figure, units[unit]) if unit in units else None
    if counts_persons(column) and unit in {"万", "万人"}:
        persons = format((Decimal(figure) * 10_000).normalize(), "f")
        return Written(persons, said=f"万人按人读（{plain}＝{persons}）")
    return Written(figure) if unit in _behind(column) else None


def _behind(column: Column) -> set[str]:
    """Words that may stand behind a figure of a column without changing it."""
    if column.kind is Year:
        return {"年", "年度"}
    if column.kind is Month:
        return {"月", "月份"}
    if column.kind is PaymentsPerYear:
        return {"次"}
    if column.kind is Share or column.kind is Growth:
        return set()
    marks = ("年", "个月", "月", "日", "号", "岁", "所", "亩") if column.kind is not Count else ("所", "亩", "个月")
    words = {mark for mark in marks if mark in column.label + column.meaning and "元" not in column.meaning}
    if column.kind is Age:
        words |= {"岁", "周岁"}
    if "元" in column.meaning:
        words |= {"元", "元/年", "元/人", "元/人年", "元/人·年"}
    return words | ({"人", "名"} if counts_persons(column) else set())
