"""What a cell or value of a rule file may hold, and how a rule file is declared: one mechanism for tables and settings."""

from __future__ import annotations

import datetime as dt
import fnmatch
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from string import Formatter
from typing import Any

from fiscal_model.words.errors import did_you_mean
from fiscal_model.words.files import as_word
from fiscal_model.words.vocabulary import QUALITIES

Line = Mapping[str, str]
"""A row of a table by column; ``line`` is where it stands."""
RowRule = Callable[[Sequence[Line]], Iterable[tuple[int, str | None, str, str]]]
"""What rows may not say together: line, column, found, remedy."""
KeyRule = Callable[[Mapping[str, Any]], Iterable[tuple[tuple[str, ...], str, str]]]
"""What settings may not say together: keys that lead to the place, found, remedy."""


@dataclass(frozen=True)
class Book:
    """Every rule file that could be read, by its stem: rows of a table, the mapping of a settings file."""

    files: Mapping[str, Any] = field(default_factory=dict)
    _names: dict[str, frozenset[str]] = field(default_factory=dict)

    def can_tell(self, target: str) -> bool:
        """Tell whether the file of a target could be read; what it would hold is not asked for otherwise."""
        return not target or target.partition(".")[0] in self.files

    def names(self, target: str) -> frozenset[str]:
        """Return what stands in a column, ``table.column``, or the keys of a settings file or table in it."""
        if target not in self._names:
            name, _, inside = target.partition(".")
            found = self.files.get(name, {})
            held = found.get(inside, {}) if inside and isinstance(found, Mapping) else found
            self._names[target] = frozenset(row[inside] for row in held) if isinstance(held, tuple) else frozenset(held)
        return self._names[target]


@dataclass(frozen=True)
class Kind:
    """What one cell or value may hold: ``read`` makes a value of a cell, ``wrong`` says in Chinese what is wrong with it.

    ``types`` are those of a value in TOML, ``parted`` divides a cell that holds several.
    """

    remedy: str
    types: tuple[type, ...] = (str,)
    read: Callable[[str], Any] = str
    wrong: Callable[[Any, Book], str] = lambda value, book: ""
    may_be_empty: bool = False
    parted: str = ""

    def complaint(self, cell: str, book: Book) -> str:
        """Say what is wrong with a cell of a table, nothing where it may stand."""
        if not cell.strip():
            return "" if self.may_be_empty else "没有填写"
        if cell != cell.strip():
            return f"“{cell}”前后有空格"
        parts = cell.split(self.parted) if self.parted else [cell]
        try:
            return next(filter(None, (self.wrong(self.read(part), book) for part in parts)), "")
        except ValueError:
            return f"填写的是“{cell}”"

    def refusal(self, value: object, book: Book) -> str:
        """Say what is wrong with a value of a settings file, nothing where it may stand."""
        if type(value) not in self.types:
            return f"填写的是“{as_word(value)}”"
        if isinstance(value, str) and not value.strip():
            return "" if self.may_be_empty else "没有填写"
        return self.wrong(value, book)


def number(low: float = 0.0, high: float = math.inf, whole: bool = False, said: str = "") -> Kind:
    """Declare a number between two bounds, both included.

    Examples
    --------
    >>> share = number(0, 1)
    >>> share.complaint("0.8", Book()), share.complaint("80", Book()), share.complaint("80%", Book())
    ('', '80 不在 0 到 1 之间', '填写的是“80%”')
    """

    def wrong(value: float, book: Book) -> str:
        if not math.isfinite(value):
            return f"“{value}”不是数字"
        if low <= value <= high:
            return ""
        return f"{value:g} 不在 {low:g} 到 {high:g} 之间" if high < math.inf else f"{value:g} 小于 {low:g}"

    def read(cell: str) -> float:
        if not re.fullmatch(r"-?\d+(\.\d+)?", cell, re.ASCII):
            raise ValueError(cell)
        return int(cell) if whole else float(cell)

    kind = "整数" if whole else "阿拉伯数字"
    bounds = f"{low:g} 到 {high:g}" if high < math.inf else f"不小于 {low:g}" if low > -math.inf else ""
    return Kind(said or f"请填{kind}，{bounds}".rstrip("，"), (int,) if whole else (int, float), read, wrong)


def word(*words: str) -> Kind:
    """Declare one of some words.

    Examples
    --------
    >>> word("yes", "no").complaint("是", Book()), word("yes", "no").remedy
    ('填写的是“是”', '只能填：yes、no')
    """

    def wrong(value: str, book: Book) -> str:
        return (
            "" if value in words else f"填写的是“{value}”{'，' if (near := did_you_mean(value, words)) else ''}{near}"
        )

    return Kind(f"只能填：{'、'.join(map(str, words))}", (str,), str, wrong)


def named(what: str, target: str, remedy: str, *others: str) -> Kind:
    """Declare a name that stands in another rule file, as `Book.names` finds it, or is one of ``others``."""
    besides = frozenset(others)

    def wrong(value: str, book: Book) -> str:
        if value in besides or value in book.names(target) or not book.can_tell(target):
            return ""
        return f"没有{what}“{value}”{did_you_mean(value, besides | book.names(target))}"

    return Kind(remedy, (str,), str, wrong)


def refers(target: str) -> Kind:
    """Declare a name that stands in a column of another rule table, ``table.column``."""
    table, column = target.split(".")
    return named("", target, f"请与 {table}.csv 的 {column} 列一致")


def several(kind: Kind, parted: str = " ") -> Kind:
    """Declare a cell of several such things."""
    return replace(kind, parted=parted)


def optional(kind: Kind) -> Kind:
    """Declare a cell that may stay empty."""
    return replace(kind, may_be_empty=True)


def _day(cell: str) -> dt.date:
    return dt.date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d\d-\d\d", cell) else dt.date(int("x"), 1, 1)


def _day_wrong(day: dt.date, book: Book) -> str:
    return "" if 1949 <= day.year <= dt.date.today().year + 10 else f"{day:%Y-%m-%d} 太早或太远"


def _code_wrong(code: str, book: Book) -> str:
    """A code is known when it, or its class, stands in the chart; ``?`` stands for any digit."""
    known = book.names("accounts.code")
    if "?" in code:
        return "" if not known or fnmatch.filter(known, code) else f"科目表里没有像“{code}”的科目"
    if not re.fullmatch(r"\d{3}(\d\d){0,3}", code):
        return f"科目编码“{code}”不是 3、5、7 或 9 位数字"
    found = not known or any(above in known for above in {code, code[:7], code[:5]})
    return "" if found else f"科目编码“{code}”不在 accounts.csv 里"


def phrase(*places: str) -> Kind:
    """Declare a text in which some figures are put in braces."""

    def wrong(text: str, book: Book) -> str:
        try:
            found = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError:
            return f"“{text}”的花括号没有写完"
        return "".join(f"不认识的花括号“{{{name}}}”" for name in sorted(found - set(places))[:1])

    return Kind(f"花括号里只能写 {'、'.join(places)}", (str,), str, wrong)


TEXT = Kind("请填写文字")
NOTE = optional(TEXT)
SHARE = number(0, 1, said="比例写 0 到 1 之间的小数：80% 写 0.8")
GROWTH = number(-1, 1, said="增幅写小数：5% 写 0.05")
COUNT = number(0, whole=True)
YEAR = number(1949, 2100, whole=True)
DAY = Kind("日期写成 2024-07-01，在 1949 年至十年以内", (dt.date,), _day, _day_wrong)
CODE = Kind("请填 accounts.csv 里的科目编码", (str,), str, _code_wrong)
SWITCH = Kind("只能填 true 或 false，不加引号", (bool,))
QUALITY = word(*QUALITIES, "design")
FOUNDED: Mapping[str, Kind] = {"source": replace(TEXT, remedy="请写明这个数从哪里来"), "quality": QUALITY}
"""What every rule says of itself: where it comes from and how sure we are of it."""
DATED: Mapping[str, Kind] = {"valid_from": DAY, "valid_to": optional(DAY)}


@dataclass(frozen=True)
class RuleTable:
    """A table of `data/rules/`: its columns, what rows may not say together, the words a column cannot do without."""

    columns: Mapping[str, Kind]
    rules: tuple[RowRule, ...] = ()
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def rule_rows(
    columns: Mapping[str, Kind],
    once: str,
    *rules: RowRule,
    needs: Mapping[str, Iterable[str]] | None = None,
    founded: bool = True,
) -> RuleTable:
    """Declare a rule table; the columns of ``once`` stand only once together, and every row says its source and quality."""
    all_columns = {**columns, **(FOUNDED if founded else {})}
    needed = {column: tuple(map(str, words)) for column, words in (needs or {}).items()}
    return RuleTable(all_columns, ((only_once(*once.split()),) if once else ()) + rules, needed)


@dataclass(frozen=True)
class Each:
    """A table of settings whose keys are free (or one of ``names``), each holding the same."""

    pattern: Any
    names: Kind = TEXT


@dataclass(frozen=True)
class Listed:
    """A list of settings, each holding the same; ``size`` is how many there must be (0: at least one)."""

    pattern: Any
    size: int = 0
    may_be_empty: bool = False


@dataclass(frozen=True)
class Settings:
    """A TOML file of `data/rules/`: its keys (``?`` behind one that may be left out), what values may not say together."""

    pattern: Mapping[str, Any]
    rules: tuple[KeyRule, ...] = ()


def settings(pattern: Mapping[str, Any], *rules: KeyRule) -> Settings:
    """Declare a settings file."""
    return Settings(pattern, rules)


def only_once(*columns: str) -> RowRule:
    """Columns that stand only once together."""

    def rule(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
        seen: dict[tuple[str, ...], str] = {}
        for row in rows:
            key = tuple(row[name] for name in columns)
            if key in seen:
                said = f"与第 {seen[key]} 行重复（{'、'.join(filter(None, key))}）"
                yield int(row["line"]), columns[0], said, "只保留一行"
            seen.setdefault(key, row["line"])

    return rule


def alike(names: str, pattern: Any) -> dict[str, Any]:
    """Give several keys of a settings file the same pattern."""
    return {name: pattern for name in names.split()}


def adds_up(total: Any, *columns: str, whole: bool = False) -> RowRule:
    """Columns that add up to a number or another column; ``whole``: all are given, else none need be."""

    def rule(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
        for row in rows:
            given = [float(row[name]) for name in columns if row[name]]
            wanted = float(row[total]) if isinstance(total, str) else float(total)
            complete = len(given) == len(columns)
            off = abs(sum(given) - wanted) > 1e-9 if complete else bool(given) and (whole or sum(given) > wanted + 1e-9)
            if off:
                said = f"{'、'.join(columns)} 相加为 {sum(given):g}"
                yield int(row["line"]), columns[-1], said, f"相加必须等于 {wanted:g}；不知道的各列都留空"

    return rule


def parts_of(per: str, column: str, most: float = 1.0) -> RowRule:
    """A column that adds up to no more than a whole within the rows of a name."""

    def rule(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
        for name in dict.fromkeys(row[per] for row in rows):
            group = [row for row in rows if row[per] == name]
            total = sum(float(row[column]) for row in group)
            if total > most + 1e-9:
                yield int(group[-1]["line"]), column, f"“{name}”各行相加为 {total:g}", f"相加不得超过 {most:g}"

    return rule


def one_meaning(per: str, *columns: str) -> RowRule:
    """Columns that say the same in all rows of a name."""

    def rule(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
        first: dict[str, Line] = {}
        for row in rows:
            before = first.setdefault(row[per], row)
            for column in columns:
                if row[column] != before[column]:
                    said = f"“{row[per]}”填写的是“{row[column]}”，第 {before['line']} 行是“{before[column]}”"
                    yield int(row["line"]), column, said, "同一名称各行要一致；含义变了请另起一个名称"

    return rule


def in_order(low: str, high: str) -> RowRule:
    """Two columns of numbers or days of which the first is not above the second."""

    def rule(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
        for row in rows:
            if row[low] and row[high] and _ordinal(row[low]) > _ordinal(row[high]):
                yield int(row["line"]), high, f"{high}“{row[high]}”小于 {low}“{row[low]}”", "请核对这两列"

    return rule


def no_gap(per: str, first: str = "valid_from", last: str = "valid_to") -> RowRule:
    """Spans of days, years or ages of one name that neither overlap nor leave a gap; an open end goes on for ever."""

    def rule(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
        names = per.split()
        found: dict[tuple[str, ...], list[Line]] = {}
        for row in rows:
            found.setdefault(tuple(row[name] for name in names), []).append(row)
        for key, group in found.items():
            spans = sorted(group, key=lambda row: _ordinal(row[first] or "0"))
            for earlier, later in pairwise(spans):
                end = _ordinal(earlier[last]) if earlier[last] else math.inf
                start = _ordinal(later[first] or "0")
                if start != end + 1:
                    how = "重叠" if start <= end else "之间有空档"
                    said = f"“{'、'.join(key)}”第 {earlier['line']} 行止于 {earlier[last] or '长期'}，与本行{how}"
                    yield (
                        int(later["line"]),
                        first,
                        said,
                        "同一名称要前后相接：请填前一行的截止，本行从次日（次年、次岁）起",
                    )

    return rule


def rising(column: str, along: str, per: str) -> RowRule:
    """A column that is larger on each step of another, within the rows of a name."""

    def rule(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
        for name in dict.fromkeys(row[per] for row in rows):
            steps = sorted((row for row in rows if row[per] == name), key=lambda row: float(row[along]))
            for before, row in pairwise(steps):
                if float(row[column]) < float(before[column]):
                    said = f"{row[column]} 小于第 {before['line']} 行的 {before[column]}"
                    yield int(row["line"]), column, said, f"{along} 越大，这一列应越大"

    return rule


def _ordinal(cell: str) -> float:
    return dt.date.fromisoformat(cell).toordinal() if "-" in cell[1:] else float(cell)
