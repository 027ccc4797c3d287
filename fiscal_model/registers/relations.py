"""Relations that a column's figures keep where nothing slipped, declared per register: with the same thing's other years, with another figure.

A relation beyond what any place shows that a power of ten brings back is refused: another unit, or slipped digits. What is only unusual is a
doubt, which the plan prints. How far a relation may go stands in ``data/rules/plausible.toml``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd

from fiscal_model.law.rules import rules
from fiscal_model.registers.row_groups import cells_of, chosen, numbered
from fiscal_model.registers.rules import ReadTables
from fiscal_model.registers.yardsticks import Yardsticks

BOOKS = ("totals", "ledger", "macro", "debt", "insurance")
"""Tables of yearly figures; the others are registers, row by row."""
_SLIPS = np.array([1, 2, 3, 4, 8, -1, -2, -3, -4, -8])
"""Powers of ten that a slip of digits or of units makes."""
_ORDER = {"final_accounts": 0, "estimate": 1, "adjusted_budget": 2, "budget": 3, "forecast": 4, "prenotified": 5}
_DECADES = 2.7
"""A part smaller than its whole by so many powers of ten is too small to be what was meant."""
_ROWS_ENOUGH = 4
_CALM_STEPS = 5
"""So many steps show how restless a series is by itself."""


class Named(Protocol):
    """What a relation must know of its table."""

    @property
    def name(self) -> str: ...
    @property
    def money(self) -> tuple[str, ...]: ...
    def label_of(self, column: str) -> str:
        """Return a column's Chinese name."""
        ...


@dataclass(frozen=True)
class Oddity:
    """A figure that breaks a relation: rows of its table, its value, what it should be near to, the powers of ten that explain it.

    ``summed``: the value is what the rows come to. ``anchor``: the row of its table that it is held against, if one is."""

    rows: tuple[int, ...]
    column: str
    value: float
    near: float
    beside: str
    band: str
    powers: tuple[int, ...]
    refused: bool
    summed: bool = False
    anchor: int = -1


@dataclass(frozen=True)
class Steady:
    """A column against the same thing's other years (or months, or ages): rows that agree in ``same``, in the order of ``along``.

    ``bands`` names the band of rows whose cells are as said, ``{"core": {"line": (…,)}}``, by words or a test; ``least`` leaves out figures below that part of the
    series' median (old ages, with few people).
    """

    column: str
    same: tuple[str, ...]
    band: str = "item"
    along: tuple[str, ...] = ("year",)
    bands: Mapping[str, Mapping[str, tuple[Any, ...] | Callable[[Any], bool]]] = field(default_factory=dict)
    least: float = 0.0
    where: Mapping[str, Any] = field(default_factory=dict)

    @property
    def factors(self) -> tuple[str, ...]:
        """The column that is held against its other figures."""
        return (self.column,)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the declaration names."""
        return (
            self.column,
            *self.where,
            *self.same,
            *self.along,
            *(cell for cells in self.bands.values() for cell in cells),
        )

    def oddities(self, table: Named, tables: ReadTables, yards: Yardsticks) -> Iterator[Oddity]:
        """Find runs of figures off the longest run of their series."""
        rows, is_money = tables[table.name], self.column in table.money
        values = np.abs(rows[self.column].to_numpy(dtype=float))
        kept = np.flatnonzero(np.isfinite(values) & (values > 0) & chosen(rows, self.where))
        if len(kept) < 2:
            return
        group = numbered(rows, self.same, kept)
        along = [rows[column].to_numpy(dtype=float)[kept] for column in self.along]
        position = along[0] if len(along) == 1 else along[0] * 12 + along[1]
        status = (
            np.array([_ORDER.get(word, np.nan) for word in rows["status"].tolist()])[kept]
            if "status" in rows
            else position
        )
        order = np.lexsort((status, position, group))
        at, group, position, logs = kept[order], group[order], position[order], np.log10(values[kept][order])
        bands = _bands_of(self, rows, at)
        limits, wide = (np.zeros((len(at), 2)) for _ in range(2))
        for band in set(bands):
            limits[bands == band], wide[bands == band] = _logs(band, "usual"), _logs(band, "possible")
        for first, last in _stepping(group, _cuts(logs, position, limits, 0.0)):
            series = slice(first, last)
            restless = _restlessness(logs[series])
            floor = np.log10(self.least) + np.median(logs[series]) if self.least else -np.inf
            for run, anchor, edge in _off_runs(logs[series], position[series], limits[series], restless):
                deviation, gap = (
                    logs[first + edge] - logs[first + anchor],
                    max(abs(position[first + edge] - position[first + anchor]), 1.0),
                )
                value, near = 10 ** logs[first + edge], 10 ** logs[first + anchor]
                if max(logs[first + edge], logs[first + anchor]) < floor or (
                    is_money and not yards.matters(max(value, near))
                ):
                    continue
                powers, refused = _verdict(
                    deviation, limits[first + edge] * gap**0.75, wide[first + edge] * gap**0.75, restless
                )
                refused = refused and _is_refused(
                    powers, str(bands[first + edge]), rows.iloc[at[[first + edge, first + anchor]]]
                )
                yield Oddity(
                    tuple(at[first + place] for place in run), self.column, value, near,
                    _where(rows.iloc[at[first + anchor]], self.along, near), str(bands[first + edge]), powers, refused, anchor=int(at[first + anchor]),
                )  # fmt: skip


@dataclass(frozen=True)
class Ratio:
    """A column (times others) to another figure: a yardstick of the place, a product of columns, or a column of another table.

    ``of``: a yardstick of `Yardsticks`; columns of the same row; or ``table.column`` of the row (or the
    sum of rows) with the same ``on`` that are as ``there`` says, ``named`` in a message; nothing, for a figure that has its own band. ``account``: the booked figure, in
    the year nearest to the row's, of the line or code in the column ``of``, or of the line ``of``.
    Rows that agree in ``per`` are added up first, at least ``parts`` of them; ``where`` says which rows count.
    ``by_piece``: a price, which is never too small to matter.
    """

    column: str
    of: str | tuple[str, ...]
    band: str
    times: tuple[str, ...] = ()
    scale: float = 1.0
    where: Mapping[str, Any] = field(default_factory=dict)
    per: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    there: Mapping[str, Any] = field(default_factory=dict)
    named: str = ""
    account: bool = False
    parts: int = 1
    by_piece: bool = False

    @property
    def factors(self) -> tuple[str, ...]:
        """The columns whose product is held against the other figure."""
        return (self.column, *self.times)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its own table that the declaration names."""
        own = self.of if isinstance(self.of, tuple) else ()
        return (self.column, *own, *self.times, *self.where, *self.per, *self.on)

    def oddities(self, table: Named, tables: ReadTables, yards: Yardsticks) -> Iterator[Oddity]:
        """Find rows, or sums of rows, whose ratio is out of its band."""
        rows = tables[table.name]
        is_money = any(column in table.money for column in self.factors) or self.scale != 1
        kept = "share" if table.name in BOOKS else "share_of_register"
        figure = self.scale * _product(rows, (self.column, *self.times))
        near, words = self._near(table, rows, tables, yards)
        usable = chosen(rows, self.where) & np.isfinite(figure) & np.isfinite(near) & (near > 0)
        if not usable.any():
            return
        limits, wide = _logs(self.band, "usual"), _logs(self.band, "possible")
        for places in self._odd(rows, np.abs(figure), near, usable, limits):
            value, first = abs(float(figure[places].sum())), places[int(np.argmax(np.abs(figure[places])))]
            if is_money and not self.by_piece and not yards.matters(max(value, self._due(near[first], kept)), kept):
                continue
            powers, refused = _verdict(np.log10(value / near[first]), limits, wide, 0.0)
            refused = refused and _is_refused(powers, self.band, rows.iloc[[first]])
            ordered = (first, *(at for at in places if at != first))
            yield Oddity(
                ordered, self.column, value, near[first], words(first), self.band, powers, refused, len(places) > 1
            )

    def _odd(
        self, rows: pd.DataFrame, value: np.ndarray, near: np.ndarray, usable: np.ndarray, limits: np.ndarray
    ) -> Iterator[np.ndarray]:
        """Yield the places of each row, or group of rows, whose ratio is out of the band."""
        places = np.flatnonzero(usable & (value > 0))
        group = numbered(rows, self.per, places) if self.per else np.arange(len(places))
        added, first = np.bincount(group, value[places]), np.unique(group, return_index=True)[1]
        deviation = np.log10(added / near[places[first]])
        is_whole = np.bincount(group) >= self.parts
        for each in np.flatnonzero(is_whole & ((deviation < limits[0]) | (deviation > limits[1]))):
            yield places[group == each]

    def _due(self, near: float, share: str) -> float:
        """What is missing at most: nothing where a part may be as small as it likes; of yearly figures the least that is due."""
        low = float(rules("plausible")[self.band]["usual"][0])
        return near * (low if share == "share" else low > 0)

    def _near(self, table: Named, rows: pd.DataFrame, tables: ReadTables, yards: Yardsticks) -> tuple[np.ndarray, Any]:
        if self.account:
            return yards.accounts(rows, str(self.of))
        if isinstance(self.of, tuple):
            labels = "×".join(table.label_of(column) for column in self.of)
            near = _product(rows, self.of) if self.of else np.ones(len(rows))
            return near, lambda at: f"同一行{labels} {near[at]:,.10g}" if labels else ""
        if "." in self.of:
            other, column = self.of.split(".")
            if other not in tables:
                return np.full(len(rows), np.nan), str
            figures: dict[tuple[Any, ...], list[float]] = defaultdict(list)
            seen, theirs = tables[other], chosen(tables[other], self.there)
            for key, figure, counts in zip(
                cells_of(seen, self.on), seen[column].to_numpy(dtype=float), theirs, strict=True
            ):
                if counts and np.isfinite(figure):
                    figures[key].append(figure)
            sums = {key: math.fsum(each) for key, each in figures.items()}
            near = np.array([sums.get(key, np.nan) for key in cells_of(rows, self.on)])
            named = self.named or f"{other} 表"
            return near, lambda at: f"{named} {near[at]:,.10g}"
        return np.full(len(rows), yards.value(self.of)), lambda at: yards.words(str(self.of))


@dataclass(frozen=True)
class Alike:
    """A column against the median of its table's other rows, among those that agree in ``same``: a doubt at most.

    Its band widens by three times the rows' own median deviation; fewer than four rows tell nothing."""

    column: str
    same: tuple[str, ...] = ()
    band: str = "alike"

    @property
    def factors(self) -> tuple[str, ...]:
        """The column that is held against its other figures."""
        return (self.column,)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the declaration names."""
        return (self.column, *self.same)

    def oddities(self, table: Named, tables: ReadTables, yards: Yardsticks) -> Iterator[Oddity]:
        """Find figures off the middle of their table."""
        rows, limits = tables[table.name], _logs(self.band, "usual")
        values = np.abs(rows[self.column].to_numpy(dtype=float))
        kept = np.flatnonzero(np.isfinite(values) & (values > 0))
        group = numbered(rows, self.same, kept)
        for places in (kept[group == each] for each in np.unique(group)):
            logs = np.log10(values[places])
            middle = float(np.median(logs))
            spread = 3 * 1.4826 * float(np.median(np.abs(logs - middle)))
            low, high = min(limits[0], -spread), max(limits[1], spread)
            for at in places[((logs - middle < low) | (logs - middle > high)) & (len(places) >= _ROWS_ENOUGH)]:
                value, near = float(values[at]), 10**middle
                if self.column in table.money and not yards.matters(max(value, near), "share_of_register"):
                    continue
                powers, _ = _verdict(np.log10(value / near), np.array([low, high]), np.array([-np.inf, np.inf]), 0.0)
                yield Oddity(
                    (int(at),), self.column, value, near, f"本表各行的中位数 {near:,.10g}", self.band, powers, False
                )


Relation = Steady | Ratio | Alike


def steady(column: str, *same: str, **more: Any) -> Steady:
    """Declare that a column moves within its band from year to year."""
    return Steady(column, same, **more)


def ratio(column: str, of: str | tuple[str, ...], band: str, **more: Any) -> Ratio:
    """Declare that a column stands in a ratio to another figure."""
    return Ratio(column, of, band, **more)


def alike(column: str, *same: str) -> Alike:
    """Declare that a column's rows are of the same order."""
    return Alike(column, same)


def _product(rows: pd.DataFrame, columns: tuple[str, ...]) -> np.ndarray:
    return np.prod([rows[column].to_numpy(dtype=float) for column in columns], axis=0)


def _logs(band: str, which: str) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log10(np.array(rules("plausible")[band][which], dtype=float))


def _bands_of(relation: Steady, rows: pd.DataFrame, at: np.ndarray) -> np.ndarray:
    bands = np.full(len(at), relation.band, dtype=object)
    for band, cells in relation.bands.items():
        is_so = np.ones(len(at), dtype=bool)
        for cell, words in cells.items():
            is_so &= chosen(rows, {cell: words})[at]
        bands[is_so] = band
    return bands


def _stepping(group: np.ndarray, cut: np.ndarray) -> Iterator[tuple[int, int]]:
    """First and last place of each series that steps out of its band somewhere; most do not."""
    ends = np.concatenate([[0], np.flatnonzero(np.diff(group)) + 1, [len(group)]])
    cut = cut & (np.diff(group) == 0)
    for each in np.unique(np.searchsorted(ends, np.flatnonzero(cut), side="right")):
        yield int(ends[each - 1]), int(ends[each])


def _cuts(logs: np.ndarray, position: np.ndarray, limits: np.ndarray, restless: float) -> np.ndarray:
    """Tell where a series steps out of its band, between each figure and the next."""
    gaps = np.maximum(np.abs(np.diff(position)), 1.0) ** 0.75
    steps = np.diff(logs)
    return (steps < limits[1:, 0] * gaps - restless) | (steps > limits[1:, 1] * gaps + restless)


def _restlessness(logs: np.ndarray) -> float:
    """Twice the median deviation of the steps of a long series: what is usual there may be more than elsewhere."""
    steps = np.diff(logs)
    return 2 * 1.4826 * float(np.median(np.abs(steps - np.median(steps)))) if len(steps) >= _CALM_STEPS else 0.0


def _off_runs(
    logs: np.ndarray, position: np.ndarray, limits: np.ndarray, restless: float
) -> list[tuple[list[int], int, int]]:
    """Cut a series where it steps out of its band; of each run off the longest one: its places, the place beside it in the longest, its own edge."""
    cut = _cuts(logs, position, limits, restless)
    if not cut.any():
        return []
    run = np.concatenate([[0], np.cumsum(cut)])
    longest = int(np.argmax(np.bincount(run)))
    inside = np.flatnonzero(run == longest)
    found = []
    for each in range(int(run[-1]) + 1):
        if each == longest:
            continue
        places = np.flatnonzero(run == each)
        anchor, edge = (int(inside[-1]), int(places[0])) if each > longest else (int(inside[0]), int(places[-1]))
        gap, deviation = max(abs(position[edge] - position[anchor]), 1.0) ** 0.75, logs[edge] - logs[anchor]
        if not limits[edge, 0] * gap - restless <= deviation <= limits[edge, 1] * gap + restless:
            found.append((places.tolist(), anchor, edge))
    return found


def _verdict(
    deviation: float, usual: np.ndarray, possible: np.ndarray, restless: float
) -> tuple[tuple[int, ...], bool]:
    """The powers of ten that bring a ratio back into its usual band, and whether the ratio is beyond what any place shows.

    Of a band with two ends the likeliest power alone; a part may be as small as it likes, so that several may explain it.
    """
    open_below = bool(np.isneginf(usual[0]))
    low, high = (usual[1] - _DECADES if open_below else usual[0]) - restless, usual[1] + restless
    left = deviation - _SLIPS
    back = _SLIPS[(left >= low) & (left <= high) & (_SLIPS * deviation > 0)]
    if len(back) > 1 and not open_below:
        centre = np.clip(0.0, low, high)
        back = back[[np.argmin(np.abs(deviation - back - centre))]]
    beyond = not possible[0] - restless <= deviation <= possible[1] + restless
    return tuple(int(power) for power in back), bool(len(back)) and beyond


def _is_refused(powers: tuple[int, ...], band: str, rows: pd.DataFrame) -> bool:
    """Tell whether a slip is refused: tenfold only where published figures show the band; of years full of breaks only another unit."""
    old = "year" in rows and rows["year"].min() < rules("plausible")["breaks"]["year"]
    shown = rules("plausible")[band]["quality"] == "observed"
    return max(abs(power) for power in powers) >= (4 if old else 1 if shown else 2)


def _where(row: pd.Series, along: tuple[str, ...], near: float) -> str:
    when = "".join(f"{row[column]}{ {'year': '年', 'month': '月', 'age': '岁'}.get(column, '') }" for column in along)
    return f"{when} {near:,.10g}（第 {row['row_line']} 行）"
