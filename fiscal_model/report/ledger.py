"""A ledger declared: its register gives headings and kinds, a function adds what was found, two sentences say how it came out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pandas as pd

from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.schema import Column as Field
from fiscal_model.report.declaration import Column, Content, Line, TableDeclaration, table
from fiscal_model.words.cells import Count, Growth, Number, Share, Year
from fiscal_model.words.ledger_terms import FIRST_LEDGER
from fiscal_model.words.table import Kind, ReportTable
from fiscal_model.words.vocabulary import QUALITIES

DOUBT = "doubt"
"""The column of what is wrong with a row and what to do; empty where nothing is."""
_KINDS: dict[Any, Kind] = {Year: "year", Share: "ratio", Growth: "move", Count: "exact", Number: "exact", int: "count"}
_NAMED = 5
_UNIT = "万元，另有注明的除外"
UNDECIDED = "未决定，不计入规划"
"""Of a row that moves the plan once it is decided."""
NO_OPINION = "—"


@dataclass(frozen=True)
class Ledger(TableDeclaration):
    """A table of the volume of ledgers: one row a row of its register, the last column what is wrong with it.

    ``said`` and ``fine`` are the two outcomes in words: ``said`` may name ``{count}``, ``{total}``, ``{names}`` and
    ``{at_stake}``, what the column of that name comes to over the rows with a doubt. ``register`` is what it rests on.
    """

    register: str = ""
    said: str = ""
    fine: str = ""
    find: Callable[[Plan], pd.DataFrame] = lambda plan: pd.DataFrame()
    written: Callable[[Plan, pd.DataFrame], Content] = lambda plan, found: Content(found)

    @property
    def task(self) -> int:
        """Task of the pilot plan, 13 for the safeguards."""
        return int(self.number.split("-")[0]) - FIRST_LEDGER

    def __call__(self, *sources: Any) -> ReportTable | None:
        """Build the ledger of a plan; None where the place does not keep its register."""
        (plan,) = sources
        if not plan.basis.place.has(self.register) or not len(found := self.find(plan)):
            return None
        return TableDeclaration.__call__(replace(self, content=lambda plan: self.written(plan, found)), plan)


def ledger(
    number: str,
    id: str,
    title: str,
    register: str,
    columns: Iterable[str | Column],
    *,
    label: str,
    said: str,
    fine: str,
    stub: str = "",
    at_stake: str = "",
    totals: Sequence[str] = (),
    notes: Sequence[str] | Callable[[Plan, pd.DataFrame], Sequence[str]] = (),
) -> Callable[[Callable[[Plan], pd.DataFrame]], Ledger]:
    """Declare a ledger whose rows the decorated function finds.

    Parameters
    ----------
    number : str
        ``47-1`` is the first of task 7.
    id, title : str
    register : str
        Without a row in it there is no table.
    columns : iterable of str or Column
        A name stands for the column of the register, with its heading and kind; what the function adds is a `Column`.
    label : str
        Column of the frame, or text with columns in braces, that leads each row; ``stub`` is its heading where the
        register has none.
    said, fine : str
        The sentence where some row has a doubt, and where none has; see `Ledger`.
    at_stake : str
        Column whose sum over the rows with a doubt the sentence prints.
    totals : sequence of str
        Columns that the last row adds up.
    notes : sequence of str or callable of plan and frame
        Printed below the sentence: rules with their source.

    The function returns a frame with the columns named and ``doubt``.
    """
    fields = TABLES[register]
    asked = tuple(columns)
    keys = [each if isinstance(each, str) else each.cell for each in asked]
    shown = tuple(_shown(fields.column(each)) if isinstance(each, str) else each for each in asked)
    unit = _UNIT if any(each.kind == "number" for each in shown) else ""
    heading = stub or (fields.label_of(label) if label in fields.columns else "事项")

    def written(plan: Plan, found: pd.DataFrame) -> Content:
        sentence = _sentence(found, said, fine, label, at_stake)
        below = notes(plan, found) if callable(notes) else notes
        return Content([*found.to_dict("records"), *_total(found, keys, totals)], (sentence, *below))

    def declare(find: Callable[[Plan], pd.DataFrame]) -> Ledger:
        opinion = Column("意见", lambda row: row[DOUBT] or NO_OPINION, "text")
        made = table(number, id, title, heading, (*shown, opinion), label=label, unit=unit)(lambda plan: None)
        # The lists of departments and of scores ask every ledger once more.
        found = lru_cache(maxsize=4)(find)
        return Ledger(**vars(made), register=register, said=said, fine=fine, find=found, written=written)

    return declare


def given(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of numbers, empty cells as nan.

    Examples
    --------
    >>> given(pd.DataFrame({"cost": [3, None]}), "cost").tolist()
    [3.0, nan]
    """
    return pd.to_numeric(rows[name]).astype(float)


def set_by(task: int) -> str:
    """Say who set a task of the pilot plan; empty for the list of all.

    Examples
    --------
    >>> set_by(4), set_by(13)
    ('财政部安排的试点任务', '保障措施')
    """
    groups = [rule for name, rule in rules("ledger_safeguards").items() if name.startswith("group_")]
    named = {int(each): rule["label"] for rule in groups for each in rule["value"]}
    return named.get(task, "保障措施" if task else "")


def rule_note(file: str, *names: str) -> str:
    """Say a ledger's rules with their source, and how far it was verified.

    Examples
    --------
    >>> rule_note("ledger_assets", "least_use")
    '使用率低于多少列为低效：0.3（设计值；设计）。'
    """
    return "；".join(_rule_said(rules(file)[name]) for name in names) + "。"


def _rule_said(rule: Mapping[str, Any]) -> str:
    value = rule["value"]
    if isinstance(value, Mapping):
        shown = "、".join(f"{key} {each:g}" for key, each in value.items())
    else:
        shown = f"{value:g}" if isinstance(value, int | float) else "、".join(value)
    return f"{rule['label']}：{shown}（{rule['source']}；{QUALITIES.get(rule['quality'], '设计')}）"


def _shown(field: Field) -> Column:
    """Print money to two decimals: ledgers hold small sums."""
    kind: Kind = "number" if field.is_money else _KINDS.get(field.kind, "text")
    return Column(field.label, lambda row: row.get(field.name) if kind != "text" else _text(row.get(field.name)), kind)


def _text(value: Any) -> Any:
    """A word's label, a date's text, a dash for what is not there."""
    return NO_OPINION if value is None or value is pd.NaT or value != value or value == "" else value


def _sentence(found: pd.DataFrame, said: str, fine: str, label: str, at_stake: str) -> str:
    doubted = found[found[DOUBT] != ""]
    if not len(doubted):
        return fine.format(total=len(found))
    labels = list(dict.fromkeys(_label(row, label) for row in doubted.to_dict("records")))
    names = "、".join(labels[:_NAMED]) + (f"等{len(labels)}项" if len(labels) > _NAMED else "")
    stake = f"{doubted[at_stake].sum():,.2f}" if at_stake else ""
    return said.format(count=len(doubted), total=len(found), names=names, at_stake=stake)


def _label(row: Mapping[Any, Any], label: str) -> str:
    return label.format_map(row) if "{" in label else str(row[label])


def _total(found: pd.DataFrame, keys: Sequence[Any], totals: Sequence[str]) -> list[Line]:
    if not totals:
        return []
    cells = [float(pd.to_numeric(found[key]).sum()) if key in totals else "" for key in keys]
    return [Line("total", "合计", (), 0, lead=cells)]
