"""The rows of a tape as formulas of a spreadsheet: where each node stands, and what each cell says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isinf, isnan

from fiscal_model.model.trace_rows import ANY, Nodes, Row, Rows, Term
from fiscal_model.words.traced import CONSTANT, IF, INPUT

OPENING, FIRST = 3, 4
"""Zero-based columns of the opening figure and of the first plan year, the same on both sheets."""
_SIGNS = {"!=": "<>", "==": "=", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
ENDLESS = 9e307
"""What stands for a number without bounds."""
NO_BOUND = '[>=1000000000000000]"不作限制";'
"""How it is shown, the first part of a number format: a limit nobody published, a test without data."""
UNKNOWN = "—"
"""What stands for a number that is not known."""


@dataclass
class Formulas:
    """What each cell of the model says.

    Parameters
    ----------
    rows : Rows
    inputs : mapping of int to str
        Address of the cell of every input node, with its sheet.
    at : mapping of Nodes to int
        One-based sheet row of every row that has a place.
    """

    rows: Rows
    inputs: Mapping[int, str]
    at: Mapping[Nodes, int]

    def cell(self, nodes: Nodes, column: int) -> str:
        """Return the formula of a row in a plan year, or what its cell refers to where the row stands elsewhere."""
        row = self.rows.rows.get(nodes)
        if row is None:
            return self._shown(self._held(self.inputs[nodes[column]], nodes[column]), nodes[column])
        if column in row.cells:
            return self._shown(self._spelled(nodes[column], (nodes, column))[0], nodes[column])
        return self._shown(self._worked(row, column)[0], nodes[column])

    def opening(self, nodes: Nodes) -> str:
        """Return the formula of what a row opens with; empty where it has none."""
        row = self.rows.rows.get(nodes)
        return (
            "" if row is None or row.opening is None else self._shown(self._spelled(row.opening, None)[0], row.opening)
        )

    def _shown(self, said: str, node: int) -> str:
        """A formula; what is unknown shows a dash until the cell that it waits for is filled."""
        return f'=IFERROR({said},"{UNKNOWN}")' if isnan(self.rows.nodes[node].value) else f"={said}"

    def _held(self, address: str, node: int) -> str:
        """A reference; one to a dash is an error inside a formula, where a spreadsheet would take the text for something larger than any number."""
        return f"({address}+0)" if isnan(self.rows.nodes[node].value) else address

    def _address(self, nodes: Nodes, column: int) -> str:
        return self._held(f"{_letter(FIRST + column)}{self.at[nodes]}", nodes[column])

    def _worked(self, row: Row, column: int) -> tuple[str, int]:
        return _said(row.kind, [self._term(each, column) for each in row.terms])

    def _term(self, term: Term, column: int) -> tuple[str, int]:
        if term.kind == "number":
            return _number(term.value)
        if term.kind == "cell":
            return self._spelled(term.node, None)
        if term.kind == "before":
            return self._address(term.row, column - int(term.value)), 9
        if term.row not in self.rows.rows:
            return self._held(self.inputs[term.row[column]], term.row[column]), 9
        if term.row in self.at:
            return self._address(term.row, column), 9
        return self._worked(self.rows.rows[term.row], column)

    def _spelled(self, node: int, itself: tuple[Nodes, int] | None) -> tuple[str, int]:
        """A node by itself: the cell in which it stands, or what made it."""
        known = self.rows.nodes[node]
        if known.kind == CONSTANT:
            return _number(known.value)
        if known.kind == INPUT:
            return self._held(self.inputs[node], node), 9
        where = self.rows.where.get(node)
        if where is not None and where != itself and where[0] in self.at:
            return self._address(*where), 9
        return _said(known.kind, [self._spelled(each, None) for each in known.operands])


def _said(kind: str, operands: list[tuple[str, int]]) -> tuple[str, int]:
    """An operation in the words of a spreadsheet, and how strongly it binds: 0 a comparison, 9 a single thing."""
    if kind == IF:
        condition, strength = operands[0]
        asked = condition if strength == 0 else f"{condition}<>0"
        return f"IF({asked},{_plain(operands[1])},{_plain(operands[2])})", 9
    if kind in ("min", "max"):
        return f"{kind.upper()}({_plain(operands[0])},{_plain(operands[1])})", 9
    if kind == "and":
        return f"AND({operands[0][0]},{operands[1][0]})", 0
    left, right = (_plain(each) if each[1] == 0 else each[0] for each in operands)
    if kind in _SIGNS:
        return f"{left}{_SIGNS[kind]}{right}", 0
    own = _STRENGTH[kind]
    if 0 < operands[0][1] < own:
        left = f"({left})"
    if 0 < operands[1][1] < own or (operands[1][1] == own and kind in "-/"):
        right = f"({right})"
    if kind == "+" and operands[1][1] == own:
        right = f"({right})" if right.startswith("-") else right
    return f"{'' if left == '0' and kind == '-' else left}{kind}{right}", own


def _plain(said: tuple[str, int]) -> str:
    """A comparison as a number, everything else as it is."""
    return f"IF({said[0]},1,0)" if said[1] == 0 else said[0]


def _number(value: float) -> tuple[str, int]:
    if isnan(value):
        return "NA()", 9
    if isinf(value):
        return ("9E+307", 9) if value > 0 else ("(-9E+307)", 9)
    text = repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value)).upper()
    return (text, 9) if value >= 0 else (f"({text})", 9)


def _letter(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))


def is_there(nodes: Nodes, column: int) -> bool:
    """Tell whether a row has a figure in a plan year."""
    return nodes[column] != ANY
