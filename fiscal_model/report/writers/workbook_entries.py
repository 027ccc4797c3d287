"""Where everything of the live model stands: rows of the sheet of inputs, rows of the sheet of lines, their formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import isnan
from typing import Any

from fiscal_model.inputs.scenario_sheet import INPUTS
from fiscal_model.law.balance_steps import balance_steps
from fiscal_model.law.classification import revenue_label
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.model.switch import Switch, switch
from fiscal_model.model.trace import Trace, trace
from fiscal_model.model.trace_rows import Nodes, Rows, rows_of
from fiscal_model.report.writers.workbook_formulas import ENDLESS, FIRST, NO_BOUND, OPENING, UNKNOWN, Formulas
from fiscal_model.report.writers.workbook_inputs import GROUPS
from fiscal_model.words.lines import LINES, MONEY

MODEL, SCENARIOS = "模型", "情景"
SWITCH, NUMBER = "scenario_switch", "scenario_number"
"""Names of the cells that hold the scenario chosen and its place in the list, from nothing on."""
HEAD = 4
"""Zero-based row of the first input and of the first line."""
_BLOCKS = {
    "guarantees": "三保", "debt": "债务", "general": "一般公共预算", "funds": "政府性基金预算", "state_capital": "国有资本经营预算",
    "social_insurance": "社会保险基金预算", "capacity": "财力与承受能力", "indicators": "指标",
}  # fmt: skip
_PARTS = {
    "+": "合计", "-": "差额", "*": "乘积", "/": "比值", "min": "取小", "max": "取大", "if": "按条件取值", "constant": "常数", "input": "取输入",
}  # fmt: skip
MONEY_FORMAT, RATIO_FORMAT = f"{NO_BOUND}[<0][Red]-#,##0.00;#,##0.00", "0.0000;[Red]-0.0000"
Style = Callable[..., Any]


@dataclass(frozen=True)
class Entry:
    """A row of the model sheet: a heading (without nodes), a line, a step or a part of one."""

    label: str
    id: str = ""
    unit: str = MONEY
    nodes: Nodes = ()
    part: bool = False


@dataclass(frozen=True)
class Live:
    """The model as it stands in the workbook.

    Parameters
    ----------
    plan : Plan
    found : Trace
    rows : Rows
    input_rows : tuple
        Name, index and nodes by column of every row of inputs; a heading has no nodes.
    entries : tuple of Entry
        Rows of the model sheet.
    formulas : Formulas
    switches : tuple of Switch
        Scenarios that the workbook can be switched to, then those that it cannot.
    switched_rows : tuple of int
        Which of the rows of inputs any of them moves.
    """

    plan: Plan
    found: Trace
    rows: Rows
    input_rows: tuple[tuple[str, tuple[int, ...], dict[int, int]], ...]
    entries: tuple[Entry, ...]
    formulas: Formulas
    switches: tuple[Switch, ...] = ()
    switched_rows: tuple[int, ...] = ()

    @property
    def offered(self) -> tuple[Switch, ...]:
        """Scenarios that the workbook can be switched to, beside its own."""
        return tuple(each for each in self.switches if not each.reason)

    def address(self, line: str, column: int) -> str:
        """Return where a line of the plan stands in a plan year, with its sheet."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        return f"{MODEL}!{xl_rowcol_to_cell(self.row(line), FIRST + column)}"

    def value(self, line: str, column: int) -> float:
        """Return what Python made of a line in a plan year."""
        return self.rows.nodes[self.found.lines[line][column]].value

    def row(self, line: str) -> int:
        """Return the zero-based sheet row of a line."""
        return HEAD + next(at for at, entry in enumerate(self.entries) if entry.id == line and not entry.part)

    @property
    def last(self) -> int:
        """Zero-based column of the last plan year."""
        return FIRST + len(self.plan.years) - 1


def live_model(plan: Plan, others: Iterable[Plan] = ()) -> Live:
    """Give every input and every row of a plan's tape its cell; what a scenario moves is read through the sheet of scenarios.

    ``others``: plans of the same place under other scenarios.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> live = live_model(fm.project(fm.read_place("data/places/gangu"), "baseline"))
    >>> live.formulas.cell(live.entries[live.row("resources_total") - 4].nodes, 0)[:1], live.address("own_revenue", 0)[:4]
    ('=', '模型!E')
    """
    from xlsxwriter.utility import xl_rowcol_to_cell

    found = trace(plan, general=True)
    rows = rows_of(found)
    input_rows = tuple(_input_rows(found, rows))
    known = sorted((switch(plan, other) for other in others), key=lambda each: bool(each.reason))
    moved = {node for each in known if not each.reason for node in each.changes}
    switched = tuple(at for at, (_, _, nodes) in enumerate(input_rows) if not moved.isdisjoint(nodes.values()))
    offered = sum(not each.reason for each in known)
    through = {at: first_switched(len(known)) + count * (1 + offered) for count, at in enumerate(switched)}

    def place(at: int, column: int) -> str:
        sheet, row = (SCENARIOS, through[at]) if at in through else (INPUTS, HEAD + at)
        return f"{sheet}!{xl_rowcol_to_cell(row, column, row_abs=column == OPENING, col_abs=column == OPENING)}"

    inputs = {node: place(at, column) for at, (_, _, nodes) in enumerate(input_rows) for column, node in nodes.items()}
    entries = tuple(_entries(plan, found, rows))
    at: dict[Nodes, int] = {}
    for number, entry in enumerate(entries, HEAD + 1):
        if entry.nodes in rows.rows:
            at.setdefault(entry.nodes, number)
    return Live(plan, found, rows, input_rows, entries, Formulas(rows, inputs, at), tuple(known), switched)


def first_switched(scenarios: int) -> int:
    """Return the zero-based row of the first input on the sheet of scenarios, below the list of them, the plan's own among them."""
    return HEAD + 1 + scenarios + 1 + 3


def _input_rows(found: Trace, rows: Rows) -> Iterator[tuple[str, tuple[int, ...], dict[int, int]]]:
    reached = {
        name: {at: node for at, node in nodes.items() if node in found.reached} for name, nodes in found.inputs.items()
    }
    for group, title in GROUPS.items():
        names = sorted((name for name in reached if name.split(".")[0] == group and reached[name]), key=_order)
        if names:
            yield title, (), {}
        for name in names:
            yield from _rows_of_input(name, reached[name], rows)


def _order(name: str) -> tuple[int, str]:
    first, rest = name.split(".", 1)
    known = [*rules("assumptions")] if first == "assumed" else []
    return (known.index(rest) if rest in known else 0), name


def _rows_of_input(
    name: str, nodes: dict[tuple[int, ...], int], rows: Rows
) -> Iterator[tuple[str, tuple[int, ...], dict[int, int]]]:
    shape = rows.shapes[name]
    by_year = [axis for axis, size in enumerate(shape) if size in (rows.years, rows.years + 1)]
    axis = rows.axes.get(name, by_year[0] if by_year else None)
    found: dict[tuple[int, ...], dict[int, int]] = {}
    for at, node in sorted(nodes.items()):
        index = at if axis is None else (*at[:axis], *at[axis + 1 :])
        column = OPENING if axis is None else FIRST + at[axis] - (shape[axis] - rows.years)
        found.setdefault(index, {})[column] = node
    for index, cells in found.items():
        yield name, index, cells


def _entries(plan: Plan, found: Trace, rows: Rows) -> Iterator[Entry]:
    done: set[Nodes] = set()
    beside = cache(lambda nodes: tuple(_beside(rows, nodes)))
    for block, title in _BLOCKS.items():
        yield Entry(title)
        for id, line in LINES.items():
            if line.block == block and id in found.lines:
                yield from _with_parts(Entry(line.label, id, line.unit, _nodes(found.lines[id])), rows, beside, done)
    yield Entry("平衡顺序各步骤")
    for id, each in found.steps.items():
        yield from _with_parts(Entry(balance_steps()[id].label, f"step_{id}", nodes=_nodes(each)), rows, beside, done)
    yield Entry("自有收入分项")
    for code, each in zip(plan.basis.revenue.forecast.items, found.items.T, strict=True):
        yield from _with_parts(Entry(revenue_label(code), f"item_{code}", nodes=_nodes(each)), rows, beside, done)


def _nodes(array: Any) -> Nodes:
    return tuple(int(at) for at in array)


def _with_parts(
    entry: Entry, rows: Rows, beside: Callable[[Nodes], tuple[Nodes, ...]], done: set[Nodes]
) -> Iterator[Entry]:
    """The parts of a line that need a row of their own stand above it."""
    parts: list[Nodes] = []
    left = [entry.nodes]
    seen = {entry.nodes}
    while left:
        for each in beside(left.pop()):
            if each not in seen and each in rows.rows:
                seen.add(each)
                left.append(each)
                if each in rows.placed and each not in done and each not in rows.shown:
                    parts.append(each)
    for count, nodes in enumerate(reversed(parts), 1):
        done.add(nodes)
        how = _PARTS.get(rows.rows[nodes].kind, "判断")
        yield Entry(f"{entry.label}·中间项{count}（{how}）", entry.id, entry.unit, nodes, part=True)
    yield entry


def _beside(rows: Rows, nodes: Nodes) -> Iterator[Nodes]:
    """The rows that a row's formulas refer to."""
    row = rows.rows.get(nodes)
    if row is None:
        return
    yield from (rows.where[term.node][0] for term in row.terms if term.kind == "cell" and term.node in rows.where)
    spelled = [row.nodes[at] for at in row.cells] + ([] if row.opening is None else [row.opening])
    while spelled:
        node = spelled.pop()
        if node in rows.where and rows.where[node][0] != row.nodes:
            yield rows.where[node][0]
        else:
            spelled += rows.nodes[node].operands
    yield from (term.row for term in row.terms if term.row)


def cached(value: float) -> float | str:
    """Return what a spreadsheet shows for a number before it recalculates."""
    return UNKNOWN if isnan(value) else value if abs(value) < 1e300 else ENDLESS if value > 0 else -ENDLESS
