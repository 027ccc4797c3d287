"""Which ledgers there are: every file ``*_registers.py`` beside this one declares one topic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from fiscal_model.registers import ledgers
from fiscal_model.registers.schema import Column, Table, column
from fiscal_model.words.ledger_terms import YesNo


@dataclass(frozen=True)
class Topic:
    """The registers of one task of the pilot plan.

    ``task``: 1 to 12, 13 for the safeguards of all tasks.
    ``title``: the task's name as printed.
    ``gain``: in Chinese, what filling the registers buys.
    """

    task: int
    title: str
    gain: str
    registers: tuple[Table, ...]


@cache
def topics() -> tuple[Topic, ...]:
    """Return every topic in the order of its task.

    Examples
    --------
    >>> [topic.task for topic in topics()] == sorted(topic.task for topic in topics())
    True
    """
    names = [each.name for each in iter_modules(ledgers.__path__) if each.name.endswith("_registers")]
    found = [import_module(f"{ledgers.__name__}.{name}").TOPIC for name in names]
    return tuple(sorted(found, key=lambda topic: (topic.task, topic.title)))


def task_titles() -> dict[int, str]:
    """Return the title of every task; the ledgers of task 4 rest on registers of the plan and have no topic of their own.

    Examples
    --------
    >>> sorted(task_titles()) == list(range(1, 14))
    True
    """
    return {4: "任务四　深化零基预算改革"} | {topic.task: topic.title for topic in reversed(topics())}


def adopted() -> Column:
    """Declare the column that lets a row of a ledger move the plan: nothing counts before it is decided."""
    meaning = "yes 已决定、计入规划，no 只作建议、不计入；有它，决定以前规划不变。"
    return column(
        "adopted", YesNo, "计入规划", meaning, "`yes`: decided, counts in the plan; `no`: a proposal that moves nothing"
    )
