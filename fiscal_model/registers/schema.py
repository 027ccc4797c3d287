"""What a table of the place folder is: one declaration that drives reading, checking, the guide, the template and the docs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, get_args

from pydantic import Field, create_model

from fiscal_model.registers.dates import misdated
from fiscal_model.registers.refusals import Complaint, Refusal
from fiscal_model.registers.relations import Relation
from fiscal_model.registers.rules import Check, ReadTables, Reference
from fiscal_model.words.cells import COUNTED_IN_UNIT, Amount, Day, Money, Month, Row, Text, Year
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import Scope, Status, Term, Unit

RowCheck = Callable[[dict[str, Any]], list[Complaint]]
"""What must hold across the columns of one row; may write a Chinese name as its id."""


USUAL_SPAN, LONG_SPAN, OF_THE_BASE, COMING = (60, 12), (60, 45), (10, 3), (15, 12)
DONE, PLANNED = (60, 3), (15, 10)
"""Years that a date may lie before and after the last year of accounts: of a plan, of debts and long projects, of what
stands at the end of the base year, of what changes from a day on; of what has happened, of what the longest plan can count."""


@dataclass(frozen=True)
class Column:
    """A column: what a cell holds, its Chinese name, what belongs there in Chinese and in English.

    ``spans``: how many years a date may lie before and after the last year of accounts.
    """

    name: str
    kind: Any
    label: str
    meaning: str
    english: str = ""
    default: Any = ...
    reference: Reference | None = None
    spans: tuple[int, int] = USUAL_SPAN
    bounds: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()  # Words offered for a cell that takes others too

    @property
    def required(self) -> bool:
        """Tell whether every row must fill it."""
        return self.default is ...

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the words it may hold, none for a column that takes no words."""
        return tuple(self.kind) if isinstance(self.kind, type) and issubclass(self.kind, Term) else ()

    @property
    def is_money(self) -> bool:
        """Tell whether its figures are counted in the ``unit`` of the row."""
        return COUNTED_IN_UNIT in get_args(self.kind)

    @property
    def meaning_in_english(self) -> str:
        """What belongs there in English; where nothing else is said, what its kind says."""
        usual = {Amount: "money", Money: "money", Month: "1 to 12", Day: "date"}
        return self.english or ", ".join(f"`{word.value}`" for word in self.terms) or usual.get(self.kind, "")


def column(
    name: str,
    kind: Any,
    label: str,
    meaning: str,
    english: str = "",
    default: Any = ...,
    refers: Reference | None = None,
    spans: tuple[int, int] = USUAL_SPAN,
    choices: Iterable[str] = (),
    **bounds: int,
) -> Column:
    """Declare a column that every row fills."""
    return Column(name, kind, label, meaning, english, default, refers, spans, bounds, tuple(choices))


def optional(
    name: str,
    kind: Any,
    label: str,
    meaning: str,
    english: str = "",
    spans: tuple[int, int] = USUAL_SPAN,
    **bounds: int,
) -> Column:
    """Declare a column that may stay empty."""
    return Column(name, kind, label, meaning, english, None, None, spans, bounds)


def remark(name: str, label: str, meaning: str, english: str = "", refers: Reference | None = None) -> Column:
    """Declare a column of text that may stay empty."""
    return Column(name, str, label, meaning, english, "", refers)


# fmt: off
SCOPE = column("scope", Scope, "口径", "whole（全辖，含乡镇或所辖县区）或 own_level（本级）。两种口径绝不相加。", "`whole` or `own_level`")
STATUS = column("status", Status, "数据版本",
    "final_accounts 决算数、estimate 执行数、adjusted_budget 调整预算数、budget 预算数、forecast 预测数。", "version of the figure, see above")
AS_OF = optional("as_of", Day, "数据日期", "这个数公布的日期，可不填；同一个数有两版时以后公布的为准。",
    "date of publication; the later of two counts")
UNIT = column("unit", Unit, "单位", "本行金额的单位：万元、元或亿元。", "`10k_yuan`, `yuan` or `100m_yuan`")
SOURCE = column("source", Text, "来源", "这个数出自哪里：文件名、表号、页码或网址。没有来源的数不能用。", "document, table, page or address")
NOTE = remark("note", "备注", "可不填。", "free text")
# fmt: on


def _nothing_wrong(row: dict[str, Any]) -> list[Complaint]:
    return []


@dataclass(frozen=True, eq=False)
class Table:
    """A table of the place folder, read from ``<name>.csv`` or ``<name>.xlsx``; `table` declares it.

    ``purpose`` and ``english`` say what it is for, ``where_found`` where a bureau finds the figures; the columns of
    ``key`` may stand only once together. ``refusals`` and ``check_row`` hold across the columns of a row, ``rules``
    between rows and tables once all are read, ``relations`` tell figures that cannot be meant. ``remarks``
    stand below the columns in the docs; ``example`` holds the cells of a row as a planner would fill it, where the usual
    ones (`example_row`) do not serve.
    """

    name: str
    label: str
    purpose: str
    where_found: str
    english: str
    fields: tuple[Column, ...]
    key: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    rules: tuple[Check, ...]
    relations: tuple[Relation, ...] = ()
    check_row: RowCheck = _nothing_wrong
    remarks: str = ""
    example: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def row(self) -> type[Row]:
        """The class that checks one row cell by cell."""
        fields = {
            column.name: (
                column.kind | None if column.default is None else column.kind,
                Field(default=column.default, title=column.label, description=column.meaning, **column.bounds),
            )
            for column in self.fields
        }
        made: type[Row] = create_model(self.name, __base__=Row, **fields)  # type: ignore[call-overload]
        return made

    def complaints(self, row: dict[str, Any]) -> list[Complaint]:
        """Return what is wrong across the columns of a row; a Chinese name may be written as its id."""
        return [*self.check_row(row), *(said for refusal in self.refusals for said in refusal.complaints(row))]

    def faults_between(self, tables: ReadTables) -> list[Fault]:
        """Return what is wrong between its rows and with other tables, once all tables have been read."""
        if self.name not in tables:
            return []
        return [
            Fault(tables.file(self.name), said, remedy, line, column)
            for rule in self.rules
            for line, column, said, remedy in rule(self.name, tables)
        ]

    def make(self, **cells: Any) -> Row:
        """Return a checked row."""
        return self.row(**cells)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.fields)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every row fills."""
        return tuple(column.name for column in self.fields if column.required)

    @cached_property
    def money(self) -> tuple[str, ...]:
        """Names of the columns counted in the row's ``unit``."""
        return tuple(column.name for column in self.fields if column.is_money)

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return self.fields[self.columns.index(name)]

    def label_of(self, column: str) -> str:
        """Return a column's Chinese name."""
        return self.column(column).label


def _refuse_misspelt(
    name: str, columns: set[str], key: tuple[str, ...], refusals: tuple[Refusal, ...], parts: tuple[object, ...]
) -> None:
    """Raise TypeError for a declaration that names a column the table has not, or holds a part that says nothing."""
    related = [cell for part in parts if isinstance(part, Relation) for cell in part.columns]
    named = {
        *key,
        *related,
        *(each.column for each in refusals),
        *(cell for each in refusals for cell in (*each.when, *each.of)),
    }
    unknown = sorted(cell for cell in named - columns if "." not in cell)
    stray = [part for part in parts if not isinstance(part, Column | Refusal | Relation) and not callable(part)]
    if unknown or stray:
        raise TypeError(f"table {name}: no such columns {unknown}, parts that say nothing {stray}")


def table(
    name: str,
    label: str,
    key: tuple[str, ...],
    purpose: str,
    where_found: str,
    english: str,
    *parts: Column | Refusal | Check | Relation,
    **more: Any,
) -> Table:
    """Declare a table: its names and key, what it is for, then its columns, what a row may not say, what must hold between rows.

    The unit of its money, the source of each row and a note need not be said.
    """
    own = [part for part in parts if isinstance(part, Column)]
    counted = any(part.is_money for part in own) and "unit" not in [part.name for part in own]
    fields = (*own, *((UNIT,) if counted else ()), SOURCE, NOTE)
    references = [partial(part.reference.findings, part.name, part.required) for part in fields if part.reference]
    refusals = tuple(part for part in parts if isinstance(part, Refusal))
    relations = tuple(part for part in parts if isinstance(part, Relation))
    checks: list[Check] = [part for part in parts if callable(part)]
    dated = {part.name: part.spans for part in fields if part.kind in (Year, Day)}
    checks += [partial(misdated, dated)] if dated else []
    _refuse_misspelt(name, {field.name for field in fields}, key, refusals, parts)
    return Table(
        name, label, purpose, where_found, english, fields, key, refusals, (*references, *checks), relations, **more
    )
