"""The tape of a plan as rows of a spreadsheet: one formula a row over the plan years, wherever the years compute alike.

Nodes of a line are unified year by year: what the years share becomes one formula, what is a row already is referred to, in the same
column or in the column before; what is left differs by year and is written cell by cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from fiscal_model.model.trace import Trace
from fiscal_model.words.traced import CONSTANT, IF, INPUT, Node

Nodes = tuple[int, ...]
"""Nodes of a row, one a plan year."""
ANY = -1
"""In a year whose formula is another."""
_LONGEST = 110
"""Length at which a part of a formula gets a row of its own; about, in characters."""
_SHORTEST = 14
"""Shorter parts are repeated rather than given a row."""


@dataclass(frozen=True)
class Term:
    """What a formula stands on: a number, a cell that holds a node, a row in the same column, or one so many columns before."""

    kind: str  # number, cell, row, before
    value: float = 0.0
    node: int = -1
    row: Nodes = ()


@dataclass
class Row:
    """A row of the model: an operation on terms, or cells that differ by year.

    ``cells``: nodes that are written by themselves, by column (-1 is the opening).
    """

    nodes: Nodes
    kind: str = ""
    terms: tuple[Term, ...] = ()
    opening: int | None = None
    cells: frozenset[int] = frozenset()


@dataclass
class Rows:
    """All rows of a tape.

    Parameters
    ----------
    nodes : list of Node
        Of the tape.
    shapes : dict
        Of the inputs.
    axes : dict
        Which axis of an input is the year, where it is known.
    rows : dict
        By their nodes.
    at : dict
        Of a node, every row and column that holds it.
    placed : set
        Rows that get a place on a sheet, the others stand inside the formulas that use them.
    where : dict
        Of a node, the row and column in which it stands first.
    """

    nodes: list[Node]
    years: int
    shapes: dict[str, tuple[int, ...]]
    axes: dict[str, int] = field(default_factory=dict)
    rows: dict[Nodes, Row] = field(default_factory=dict)
    placed: set[Nodes] = field(default_factory=set)
    where: dict[int, tuple[Nodes, int]] = field(default_factory=dict)
    shown: set[Nodes] = field(default_factory=set)
    at: dict[int, list[tuple[Nodes, int]]] = field(default_factory=dict)

    def is_input_row(self, nodes: Sequence[int]) -> bool:
        """Tell whether nodes are an input by year, each in its column or all so many columns away."""
        there = [column for column, each in enumerate(nodes) if each != ANY]
        found = [self.nodes[nodes[column]] for column in there]
        if any(each.kind != INPUT or each.name != found[0].name for each in found) or not found[0].at or len(found) < 2:
            return False
        shape, at = self.shapes[found[0].name], np.array([each.at for each in found])
        moving = [axis for axis in range(at.shape[1]) if (at[:, axis] != at[0, axis]).any()]
        if len(moving) != 1 or shape[moving[0]] not in (self.years, self.years + 1):
            return False
        if self.axes.setdefault(found[0].name, moving[0]) != moving[0]:
            return False
        return len({*(at[:, moving[0]] - there).tolist()}) == 1

    def term(self, nodes: Nodes) -> Term:
        """Return what stands for nodes in a formula, making the rows that it needs."""
        there = {each for each in nodes if each != ANY}
        if len(there) == 1:
            node = there.pop()
            if self.nodes[node].kind == CONSTANT:
                return Term("number", self.nodes[node].value, node)
            if self.nodes[node].kind == INPUT or node in self.where:
                return Term("cell", node=node)
        elif self.is_input_row(nodes):
            return Term("row", row=nodes)
        return self._known(nodes) or self._made(nodes)

    def _made(self, nodes: Nodes) -> Term:
        self._add(nodes)
        return Term("row", row=nodes)

    def _known(self, nodes: Nodes) -> Term | None:
        """A row that there is already, in the same column or in one before."""
        column = next(column for column, each in enumerate(nodes) if each != ANY and (column or nodes[1] == ANY))
        for row, stands in sorted(self.at.get(nodes[column], ()), key=lambda found: -found[1]):
            away = column - stands
            if away < 0 or any(each not in (ANY, other) for each, other in zip(nodes[away:], row, strict=False)):
                continue
            if away == 0:
                return Term("row", row=row)
            early = [each for each in nodes[:away] if each != ANY]
            if not early or (away == 1 and self._opened(row, nodes[0])):
                return Term("before", float(away), row=row)
        return None

    def _opened(self, behind: Nodes, opening: int) -> bool:
        row = self.rows[behind]
        if row.opening in (None, opening):
            row.opening = opening
            return True
        return False

    def _add(self, nodes: Nodes) -> None:
        row = self.rows[nodes] = Row(nodes)
        for column, node in enumerate(nodes):
            if node != ANY:
                self.where.setdefault(node, (nodes, column))
                self.at.setdefault(node, []).append((nodes, column))
        kinds = Counter(self.nodes[each].kind for each in nodes if each != ANY)
        row.kind, count = kinds.most_common(1)[0]
        if row.kind in (CONSTANT, INPUT) or (count == 1 and len(kinds) > 1):
            row.cells = frozenset(column for column, each in enumerate(nodes) if each != ANY)
            return
        alike = [each != ANY and self.nodes[each].kind == row.kind for each in nodes]
        row.cells = frozenset(column for column, each in enumerate(nodes) if each != ANY and not alike[column])
        none = (ANY,) * (3 if row.kind == IF else 2)
        operands = zip(
            *(self.nodes[each].operands if same else none for each, same in zip(nodes, alike, strict=True)), strict=True
        )
        row.terms = tuple(self.term(each) for each in operands)

    def settle(self, shown: Iterable[Nodes]) -> None:
        """Choose the rows that get a place: what is shown, used more than once, long, or referred to by cell."""
        self.shown = {*shown}
        self.placed |= self.shown
        uses: Counter[Nodes] = Counter()
        for row in list(self.rows.values()):
            for term in row.terms:
                uses[term.row] += term.kind == "row"
                if term.kind == "before":
                    self.placed.add(term.row)
                if term.kind == "cell":
                    self._place(term.node)
            if row.cells:
                self.placed.add(row.nodes)
        done: set[int] = set()
        for row in [self.rows[nodes] for nodes in self.placed if nodes in self.rows]:
            if row.cells or row.opening is not None:
                spelled = [row.nodes[at] for at in row.cells]
                self._spell([*spelled, *([] if row.opening is None else [row.opening])], done)
        lengths: dict[Nodes, int] = {}
        for nodes in list(self.rows):
            self._length(nodes, lengths, uses)

    def _place(self, node: int) -> None:
        if node in self.where:
            self.placed.add(self.where[node][0])

    def _spell(self, left: list[int], done: set[int]) -> None:
        """Give a place to whatever rows hold a part of cells that are written by themselves."""
        while left:
            node = left.pop()
            if node in done:
                continue
            done.add(node)
            self._place(node)
            row, column = self.where.get(node, ((), 0))
            if row and column not in self.rows[row].cells:
                continue
            left += self.nodes[node].operands

    def _length(self, nodes: Nodes, lengths: dict[Nodes, int], uses: Counter[Nodes]) -> int:
        if nodes not in self.rows:
            return 7
        if nodes not in lengths:
            lengths[nodes] = 5
            parts = (
                self._length(each.row, lengths, uses) if each.kind == "row" else 6 for each in self.rows[nodes].terms
            )
            length = sum(parts) + 3
            if length > _LONGEST or (uses[nodes] > 1 and length > _SHORTEST):
                self.placed.add(nodes)
            lengths[nodes] = 5 if nodes in self.placed else length
        return lengths[nodes]


def rows_of(found: Trace) -> Rows:
    """Turn the tape of a plan into rows.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> from fiscal_model.model.trace import trace
    >>> rows = rows_of(trace(fm.project(fm.read_place("data/places/gangu"), "baseline"), general=True))
    >>> sum(len(each.cells) for each in rows.rows.values()) < len(rows.placed)
    True
    """
    shown = [tuple(int(at) for at in each) for each in (*found.lines.values(), *found.steps.values(), *found.items.T)]
    shapes = {name: tuple(1 + max(each) for each in zip(*nodes, strict=True)) for name, nodes in found.inputs.items()}
    rows = Rows(found.tape.nodes, len(shown[0]), shapes)
    for each in shown:
        if each not in rows.rows and not rows.is_input_row(each):
            rows._add(each)
    rows.settle(each for each in shown if each in rows.rows)
    return rows
