"""The titles of a table's columns as typed, each with the column that it means; what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from fiscal_model.registers.schema import Table
from fiscal_model.registers.titles import NOT_READ, Title, plain_words, read_title
from fiscal_model.words.errors import Fault, did_you_mean

_NAMED = re.compile(r"“([a-z][a-z0-9_]*)”(?=列)|\b([a-z][a-z0-9_]*)(?= 列)")


@dataclass(frozen=True)
class Heading:
    """The titles of a table in their order, what was made of them in Chinese."""

    titles: tuple[Title, ...] = ()
    said: tuple[str, ...] = ()

    def of(self, name: str) -> Title:
        """Return the title of a column, its identifier where the table has no such column."""
        return self._by_name.get(name) or Title(name, name)

    @cached_property
    def unit(self) -> str:
        """The first unit that stands in a title; empty where none does."""
        return next((title.unit for title in self.titles if title.unit), "")

    @cached_property
    def _by_name(self) -> dict[str, Title]:
        return {title.name: title for title in reversed(self.titles)}

    def in_its_words(self, fault: Fault, table: Table) -> Fault:
        """Name the columns of a fault as they were typed, and where they stand."""
        chinese = any(not title.typed.isascii() for title in self.titles if title.name)

        def typed(name: str) -> str:
            if name not in table.columns:
                return name
            there = any(title.name == name for title in self.titles)
            return _one_line(self.of(name).typed) if there else table.label_of(name) if chinese else name

        def reworded(text: str) -> str:
            return _NAMED.sub(lambda found: found[0].replace(found[1] or found[2], typed(found[1] or found[2])), text)

        changed = replace(fault, found=reworded(fault.found), remedy=reworded(fault.remedy))
        if fault.column is None or fault.column not in table.columns:
            return changed
        return replace(changed, column=typed(fault.column), letter=self.of(fault.column).letter)


def read_heading(
    header: Sequence[str], letters: Sequence[str], line: int, supplied: set[str], table: Table, shown: str
) -> tuple[Heading, list[Fault]]:
    """Read the titles of a table: which column each means, what is unknown, missing or said twice.

    ``supplied``: columns that need not be there, because what stands beside the table, or in cells, says it.
    """
    if "" in header:
        return Heading(), []
    titles = [read_title(typed, table, letters[place] if letters else "") for place, typed in enumerate(header)]
    heading = Heading(tuple(titles), tuple(_made_of(titles)))
    faults = [_unknown(title, table, shown, line) for title in titles if not title.name and not _counts_rows(title)]
    faults += [_other_unit(title, table, shown, line) for title in titles if _asks_for_another_unit(title, table)]
    names = [title.name for title in titles if title.name]
    if any(title.unit for title in titles):
        supplied = supplied | {"unit"}
    for name in table.required:
        if name not in names and name not in supplied:
            remedy = f"请补上这一列：{table.column(name).meaning}"
            faults.append(Fault(shown, f"缺少必填列“{name}”（{table.label_of(name)}）", remedy.rstrip("。"), line=line))
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            typed = "、".join(dict.fromkeys(title.typed for title in titles if title.name == name))
            faults.append(Fault(shown, f"列“{typed}”出现了 {names.count(name)} 次", "每列只保留一次", line=line))
    return heading, faults


def _made_of(titles: Sequence[Title]) -> list[str]:
    said = [f"“{_one_line(title.typed)}”列按{title.unit}读" for title in titles if title.unit]
    return said + [f"“{title.typed}”列没有读取" for title in titles if _counts_rows(title)]


def _counts_rows(title: Title) -> bool:
    return not title.name and plain_words(title.typed) in NOT_READ


def _asks_for_another_unit(title: Title, table: Table) -> bool:
    """Tell whether a title's brackets name a unit in which its column is not counted."""
    return title.said in {"万元", "亿元", "千元", "百万元", "元"} and not (
        title.said == "元" and "元" in table.column(title.name).meaning
    )


def _other_unit(title: Title, table: Table, shown: str, line: int) -> Fault:
    remedy = table.column(title.name).meaning.rstrip("。")
    return Fault(shown, f"表头“{_one_line(title.typed)}”的单位“{title.said}”不能换算", remedy, line=line)


def _unknown(title: Title, table: Table, shown: str, line: int) -> Fault:
    hint = did_you_mean(title.typed, [*table.columns, *(table.label_of(name) for name in table.columns)])
    known = "、".join(table.columns if title.typed.isascii() else (each.label for each in table.fields))
    return Fault(shown, f"不认识的列“{_one_line(title.typed)}”", f"{hint}{table.label}表的列是：{known}", line=line)


def _one_line(typed: str) -> str:
    return re.sub(r"\s*[\r\n]+\s*", "", typed)
