"""What a column title means as planners type it: a column of the table, the unit in its brackets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from fiscal_model.registers.schema import Column, Table
from fiscal_model.words.vocabulary import Term, Unit

_OTHER_TITLES = {
    "amount": "数额 数值 金额数",
    "bond_code": "债券代码 债券编号",
    "code": "科目代码 科目编号 功能科目编码",
    "coupon_rate": "年利率 利率 票面年利率",
    "issue_date": "起息日期",
    "maturity_date": "到期日期",
    "month": "月",
    "name": "科目",
    "note": "说明 附注",
    "scope": "统计口径",
    "source": "资料来源 数据来源 出处",
    "status": "数据类型 版本",
    "unit": "计量单位 金额单位 货币单位",
    "year": "年份 年 会计年度 预算年度",
}
"""Other usual titles of columns, by the column's name; a table's own labels come before them."""
_BRACKETS = re.compile(r"(.+?)\((.+)\)")
_AFTER = re.compile(r"(.+?)[:/_\-]?(亿元|万元|元)")
PERCENT = {"%", "百分比", "百分数"}
NOT_READ = {"序号", "行号", "行次", "no.", "no"}
"""Titles of columns that only count the rows."""


@dataclass(frozen=True)
class Title:
    """A column title: as typed, the column that it means (empty: none), the unit or other word in its brackets."""

    typed: str
    name: str = ""
    unit: str = ""
    said: str = ""  # The word in brackets that is no unit of the table
    letter: str = ""  # Of the spreadsheet's column; empty in text files

    @property
    def percent(self) -> bool:
        """Tell whether it says that the figures below are percentages."""
        return self.said in PERCENT


def read_title(typed: str, table: Table, letter: str = "") -> Title:
    """Return what a title means in a table.

    Blanks, line breaks, full-width letters and brackets, a star and ``（必填）`` do not matter.

    Examples
    --------
    >>> from fiscal_model.registers.catalogue import TABLES
    >>> [(title.name, title.unit) for title in (read_title("金 额（亿元）", TABLES["totals"]), read_title("年份", TABLES["debt"]))]
    [('amount', '亿元'), ('year', '')]
    """
    plain = plain_words(typed)
    known = _known(table)
    if plain in known:
        return Title(typed, known[plain], letter=letter)
    units = unit_words(table)
    for pattern in (_BRACKETS, _AFTER):
        parts = pattern.fullmatch(plain)
        if parts and parts[1] in known:
            column, inside = table.column(known[parts[1]]), re.sub(r"^单位:?", "", parts[2])
            is_unit = inside in units and column.is_money
            return Title(typed, column.name, inside if is_unit else "", "" if is_unit else inside, letter)
    return Title(typed, letter=letter)


def plain_words(text: str) -> str:
    """Return text without blanks, full-width letters, marks that it must be filled."""
    return re.sub(r"\s|[*★☆]|\(必填\)|\(选填\)|:$", "", unicodedata.normalize("NFKC", text)).lower()


@cache
def _unit_words(kind: type[Term]) -> dict[str, str]:
    return {word: term.value for term in kind for word in (term.label, *term.others)}


def unit_words(table: Table) -> dict[str, str]:
    """Return the words for units that a table knows, each with the unit's identifier; none in a table without units."""
    if "unit" not in table.columns:
        return {}
    return _unit_words(table.column("unit").kind)


def counts_money(table: Table) -> bool:
    """Tell whether all amounts of a table are money, so that one unit may stand above all of them."""
    return "unit" in table.columns and table.column("unit").kind is Unit


def letter_of(place: int) -> str:
    """Return the letter of a spreadsheet's column, the first being 0.

    Examples
    --------
    >>> letter_of(0), letter_of(27)
    ('A', 'AB')
    """
    before, last = divmod(place, 26)
    return (letter_of(before - 1) if before else "") + chr(ord("A") + last)


def value_column(table: Table) -> Column | None:
    """Return the one column of money of a table by years, where years may stand side by side; None elsewhere."""
    if "year" not in table.columns or len(table.money) != 1:
        return None
    return table.column(table.money[0])


@cache
def _known(table: Table) -> dict[str, str]:
    """Every word for a column, weakest first."""
    others = {word: column.name for column in table.fields for word in _OTHER_TITLES.get(column.name, "").split()}
    labels = [(word, column.name) for column in table.fields for word in (plain_words(column.label), column.name)]
    return others | dict(labels)
