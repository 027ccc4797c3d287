"""One rounding over every table: a quantity prints the same wherever it stands, and every sum adds up as printed.

What is the same number unrounded is one quantity: a line in two statements, a year-end balance and the next year's opening
one, an amount and the same amount taken off. Each is printed as its nearest whole unit; where a printed sum would then not
add up, the fewest and least prominent quantities are printed a unit further. What is whole already never moves. Only where
that cannot be, an amount that recurs in a row is a quantity of its own in every year, and two parts of a sum that are equal
by chance are two quantities, told by their rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from math import floor, isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fiscal_model.words.lines import LINES
from fiscal_model.words.table import ADDED_IN, ReportRow, ReportTable, Value, kind_at

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_SAME = 1e-4
"""Two amounts nearer than this are one quantity computed in two ways."""
_ADDS_UP = 0.01
"""A sum whose parts miss it by more has parts that are not printed, and is left alone."""
_WHOLE = 0.005
_NEVER = 1000.0
"""What it costs to leave a sum open: far more than to move all of its parts."""
HEADLINES = frozenset({
    "own_revenue", "transfers", "expenditure", "fund_revenue", "fund_expenditure", "uncommitted_resources", "funding_gap",
    "fund_gap", "guarantees_total", "debt_stock",
})  # fmt: skip
"""Lines that the text names in every chapter, each as its nearest unit: what they are made of gives way first."""
_FIRM = 50.0
_DIFFERENCE = re.compile("差|增减|变动|变化")
_YEAR = re.compile(r"\d{4}年")

_Key = tuple[int, str]
"""A quantity: where its size stands among all sizes, and its year or row where it is one of that year or row alone."""


@dataclass(frozen=True)
class Rounding:
    """What each quantity prints as.

    Parameters
    ----------
    exact : (n,) float
        Sizes in the smallest printed unit, rising.
    whole : dict of (int, str) to float
        What a size prints as, by its place in ``exact`` and the year or row it is said for; anywhere else without one.
    """

    exact: np.ndarray
    whole: dict[_Key, float]

    def of(self, value: float, *tags: str) -> float:
        """Return what an amount prints as: one that is in no table is rounded by itself, halves away from zero."""
        at = _place(self.exact, abs(value))
        known = at >= 0 and abs(value) - self.exact[at] <= _SAME
        said = next((self.whole[at, tag] for tag in (*tags, "") if (at, tag) in self.whole), None) if known else None
        shown = _nearest(abs(value)) if said is None else said
        return shown if value >= 0 or not shown else -shown

    def apply(self, table: ReportTable) -> ReportTable:
        """Return a table with its money in whole units."""
        rows = tuple(
            replace(row, values=tuple(self._cell(table, row, column) for column in range(len(row.values))))
            for row in table.rows
        )
        return replace(table, rows=rows, rounds=self.of)

    def _cell(self, table: ReportTable, row: ReportRow, column: int) -> Value:
        value, step = row.values[column], ADDED_IN.get(kind_at(table, row, column), 0)
        if not step or not isinstance(value, float) or not isfinite(value):
            return value
        return self.of(value * step, row.line or row.label, _year_of(table, column)) / step


class _Amount(NamedTuple):
    """A cell that is rounded: its row, year, size and sign, how much it counts that it prints as the nearest unit."""

    line: str
    year: str
    size: float
    sign: int
    weight: float


class _Column(NamedTuple):
    """A column of a table: its amounts by row, and the parts of the rows whose parts add up to them; or a row and its columns."""

    cells: dict[int, _Amount]
    adds: dict[int, tuple[tuple[int, int], ...]]


def rounded(table: ReportTable) -> ReportTable:
    """Round the money of one table that stands alone.

    Examples
    --------
    >>> rows = (ReportRow("a", (1.4,)), ReportRow("b", (1.3,)), ReportRow("sum", (2.7,), parts=((0, 1), (1, 1))))
    >>> [row.values[0] for row in rounded(ReportTable("1", "t", "t", "", "", ("x",), rows)).rows]
    [2.0, 1.0, 3.0]
    """
    return rounding_of((table,)).apply(table)


def rounding_of(tables: Sequence[ReportTable]) -> Rounding:
    """Find what every quantity of the tables prints as.

    Notes
    -----
    Controlled rounding as an integer programme: the distance from the nearest unit, totals and lines of the plan weighing
    more, is the least with which every sum holds.
    """
    columns = [each for table in tables for each in _columns_of(table)]
    every = np.sort([amount.size for each in columns for amount in each.cells.values()])
    exact = every[np.diff(every, prepend=-1.0) > _SAME]
    whole, left_open = _settle(exact, columns)
    twins = _twins(exact, columns, whole, left_open)
    yearly = left_open & _recurring(exact, tables) if left_open else left_open
    if twins or yearly:
        whole, left_open = _settle(exact, columns, twins, yearly)
    if left_open:
        whole, _ = _settle(exact, columns, twins | left_open)
    return Rounding(exact, {(at, ""): _nearest(size) for at, size in enumerate(exact)} | whole)


def _settle(
    exact: np.ndarray,
    columns: Sequence[_Column],
    twins: frozenset[int] = frozenset(),
    yearly: frozenset[int] = frozenset(),
) -> tuple[dict[_Key, float], frozenset[int]]:
    """Return what the quantities print as, and the sizes that hang together with sums that stay open.

    Sizes of ``twins`` are a quantity a row, those of ``yearly`` one a year.
    """
    from scipy.sparse import csr_array

    weights: dict[_Key, float] = {}
    sums: dict[tuple[tuple[_Key, int], ...], None] = {}
    for column in columns:
        keys = {}
        for row, amount in column.cells.items():
            at = _place(exact, amount.size)
            tags = (amount.line, at in twins), (amount.year, at in yearly)
            key = keys[row] = next(((at, tag) for tag, its_own in tags if its_own), (at, ""))
            weights[key] = max(weights.get(key, 0.0), amount.weight)
        for total, parts in column.adds.items():
            signed: dict[_Key, int] = {}
            for row, sign in ((total, -1), *parts):
                signed[keys[row]] = signed.get(keys[row], 0) + sign * column.cells[row].sign
            sums[tuple(sorted((key, sign) for key, sign in signed.items() if sign))] = None
    found = {key: _nearest(exact[key[0]]) for key in weights}
    numbers = {key: number for number, key in enumerate(found)}
    entries = [(row, numbers[key], sign) for row, each in enumerate(sums) for key, sign in each]
    rows, across, signs = np.array(entries, dtype=int).reshape(-1, 3).T
    matrix = csr_array((signs.astype(float), (rows, across)), shape=(len(sums), len(found)))
    whole = np.array([*found.values()])
    over = np.array([exact[at] for at, _ in found]) - whole
    fixed = np.abs(over) < _WHOLE
    moved, is_open = _moved(over, fixed, np.array([*weights.values()]), matrix, -(matrix @ whole))
    named = frozenset(at for each, left in zip(sums, is_open, strict=True) if left for (at, _), _ in each)
    return dict(zip(found, (whole + moved).tolist(), strict=True)), named


def _moved(
    over: np.ndarray, fixed: np.ndarray, weights: np.ndarray, matrix: csr_array, missed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How many units each quantity is printed beside its nearest one so that sums hold, and which sums hang together with an open one.

    Sums that share nothing loose are settled one group after another: small programmes, found alike on every machine.
    """
    from scipy.sparse.csgraph import connected_components

    moved, is_open = np.zeros(len(over)), np.zeros(len(missed), dtype=bool)
    loose = abs(matrix)[:, np.flatnonzero(~fixed)]
    _, group = connected_components(loose @ loose.T, directed=False)
    for each in np.unique(group[missed != 0]):
        sums = np.flatnonzero(group == each)
        held = matrix[sums]
        free = np.flatnonzero((abs(held).sum(axis=0) > 0) & ~fixed)
        moved[free], is_open[sums] = _least_moves(held[:, free].toarray(), missed[sums], over[free], weights[free])
        is_open[sums] = is_open[sums].any()
    return moved, is_open


def _least_moves(
    held: np.ndarray, missed: np.ndarray, over: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Solve one group: units up and down, a second one dearer than the first, an open sum dearer than everything."""
    sums, count = held.shape
    # Among equals the first moves: what is found must not depend on the machine.
    rank = weights * (1 + np.arange(count) / (10 * max(count, 1)))
    first = [rank * (np.abs(over - way) - np.abs(over) + 0.01) for way in (1, -1)]
    cost = np.concatenate([*first, 2 * rank, 2 * rank])
    ways = np.hstack([held, -held, held, -held])
    found = _solve(cost, ways, missed, 1.0)
    if found is None:
        slack = np.hstack([np.eye(sums), -np.eye(sums)])
        most = np.repeat([1.0, np.inf], [len(cost), 2 * sums])
        found = _solve(np.concatenate([cost, np.full(2 * sums, _NEVER)]), np.hstack([ways, slack]), missed, most)
        assert found is not None
    up, down, more, less = found[: 4 * count].reshape(4, -1)
    return up - down + more - less, np.abs(held @ (up - down + more - less) - missed) > _ADDS_UP


def _solve(cost: np.ndarray, ways: np.ndarray, missed: np.ndarray, most: float | np.ndarray) -> np.ndarray | None:
    """Return the whole numbers that make up what is missed at least cost; None where none do."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, most),
        constraints=LinearConstraint(ways, missed, missed),
        options={"mip_rel_gap": 0.0},
    )
    return None if found.x is None else np.round(found.x)


def _columns_of(table: ReportTable) -> Iterator[_Column]:
    columns = [_amounts_of(table, column) for column in range(len(table.columns))]
    for cells in columns:
        yield _Column(cells, {at: parts for at in cells if (parts := _adding_up(cells, at, table.rows[at].parts))})
    for difference in (at for at, heading in enumerate(table.columns) if _DIFFERENCE.search(heading)):
        yield from _differences(columns, difference)


def _amounts_of(table: ReportTable, column: int) -> dict[int, _Amount]:
    cells, year = {}, _year_of(table, column)
    for at, row in enumerate(table.rows):
        value = row.values[column] if column < len(row.values) else None
        step = ADDED_IN.get(kind_at(table, row, column), 0)
        if step and isinstance(value, float) and isfinite(value):
            weight = _FIRM if row.line in HEADLINES else 1.0 + 2.0 * row.total + (row.line in LINES)
            cells[at] = _Amount(row.line or row.label, year, abs(value) * step, 1 if value >= 0 else -1, weight)
    return cells


def _adding_up(cells: dict[int, _Amount], at: int, parts: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The parts of an amount that are there and add up to it."""
    there = tuple((part, sign) for part, sign in parts if part in cells)
    missed = sum(sign * cells[part].sign * cells[part].size for part, sign in ((at, -1), *there))
    return there if abs(missed) < _ADDS_UP else ()


def _differences(columns: Sequence[dict[int, _Amount]], difference: int) -> Iterator[_Column]:
    """Yield the rows of a column that is, wherever it stands, one column to its left less another."""
    for more, less in permutations(range(difference), 2):
        rows = [at for at in columns[difference] if at in columns[more] and at in columns[less]]
        found = [{column: columns[column][at] for column in (more, less, difference)} for at in rows]
        if len(rows) > 1 and all(_adding_up(cells, difference, ((more, 1), (less, -1))) for cells in found):
            yield from (_Column(cells, {difference: ((more, 1), (less, -1))}) for cells in found)
            return


def _twins(
    exact: np.ndarray, columns: Sequence[_Column], whole: dict[_Key, float], left_open: frozenset[int]
) -> frozenset[int]:
    """Return the sizes that stand twice among the parts of a sum which is open or not printed as its nearest unit."""
    found: Counter[tuple[int, int, int, int]] = Counter()
    for number, column in enumerate(columns):
        for total, parts in column.adds.items():
            size = column.cells[total].size
            at = _place(exact, size)
            if at in left_open or whole.get((at, ""), _nearest(size)) != _nearest(size):
                cells = ((column.cells[part], sign) for part, sign in parts)
                found.update((number, total, _place(exact, cell.size), sign * cell.sign) for cell, sign in cells)
    return frozenset(at for (_, _, at, _), times in found.items() if times > 1 and exact[at] > _WHOLE)


def _recurring(exact: np.ndarray, tables: Sequence[ReportTable]) -> frozenset[int]:
    """Return the sizes that stand in one row in several years."""
    found = Counter(
        (number, row, _place(exact, amount.size))
        for number, table in enumerate(tables)
        for column in range(len(table.columns))
        for row, amount in _amounts_of(table, column).items()
        if amount.year
    )
    return frozenset(at for (*_, at), times in found.items() if times > 1)


def _year_of(table: ReportTable, column: int) -> str:
    found = _YEAR.match(table.columns[column])
    return found.group() if found else ""


def _place(exact: np.ndarray, size: float) -> int:
    """Where a size stands among rising ones that are apart: at the last that is not above it."""
    return int(np.searchsorted(exact, size + _SAME / 2)) - 1


def _nearest(size: float) -> float:
    """The nearest whole unit, a half upwards; what a change of unit may lose must not decide it."""
    return float(floor(round(float(size), 6) + 0.5))
