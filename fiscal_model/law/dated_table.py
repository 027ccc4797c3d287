"""What every dated table of `data/rules/` shares: days in force, where a row comes from, no two rows for one day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.vocabulary import QUALITIES


class Dated(Protocol):
    """A rule while it is in force."""

    @property
    def valid_from(self) -> dt.date: ...
    @property
    def valid_to(self) -> dt.date | None: ...
    @property
    def source(self) -> str: ...
    @property
    def quality(self) -> str: ...


Period = TypeVar("Period", bound=Dated)


def days_in_force(row: Mapping[str, str]) -> tuple[dt.date, dt.date | None]:
    """Read the first and the last day of a row; no last day is still in force.

    Raises
    ------
    ValueError
        With a Chinese text, when a day cannot be read.

    Examples
    --------
    >>> days_in_force({"valid_from": "2016-05-01", "valid_to": ""})
    (datetime.date(2016, 5, 1), None)
    """
    try:
        end = dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        return dt.date.fromisoformat(row["valid_from"]), end
    except ValueError:
        raise ValueError(f"日期“{row['valid_from']}”至“{row['valid_to']}”无法识别") from None


def read_dated(
    rows: Iterable[Mapping[str, str]],
    shown: str,
    what: str,
    *,
    read: Callable[[Mapping[str, str]], Period],
    remedy: str,
    faults_of: Callable[[Period], list[tuple[str, str]]],
    name_of: Callable[[Period], str],
    together: Callable[[list[Period], str], list[Fault]] = lambda periods, shown: [],
) -> tuple[Period, ...]:
    """Check and read the rows of a dated table, all its faults in one `InputError`.

    ``read`` makes one row, its ValueError says in Chinese what cannot be read and ``remedy`` how cells are written;
    ``name_of`` names what may hold only once on a day; ``together`` finds faults of all rows together.
    """
    periods: list[Period] = []
    faults: list[Fault] = []
    for line, row in enumerate(rows, 2):
        try:
            period = read(row)
        except ValueError as error:
            faults.append(Fault(shown, str(error), remedy, line=line))
            continue
        faults += [Fault(shown, found, cure, line=line) for found, cure in faults_of(period)]
        periods.append(period)
    faults += overlaps([(period, name_of(period)) for period in periods], shown, what) + together(periods, shown)
    if faults:
        raise InputError(faults)
    return tuple(periods)


def number_of(cell: str) -> float:
    """Read a cell; empty is unknown, never zero.

    Raises
    ------
    ValueError
        With a Chinese text, when it is no number.
    """
    try:
        return float(cell) if cell else float("nan")
    except ValueError:
        raise ValueError(f"“{cell}”不是数字") from None


def founding_faults(period: Dated, what: str) -> list[tuple[str, str]]:
    """Return what is wrong with quality, source and days of a row, each with its remedy; ``what`` it states: 比例, 数."""
    found = []
    if period.quality not in QUALITIES:
        found.append((f"quality 是“{period.quality}”", f"只能填：{'、'.join(QUALITIES)}"))
    if not period.source.strip():
        found.append(("没有写来源 source", f"请写明这个{what}从哪里来"))
    if period.valid_to is not None and period.valid_to < period.valid_from:
        found.append((f"截止日 {period.valid_to} 早于起始日 {period.valid_from}", "请核对两个日期"))
    return found


def overlaps(named: Sequence[tuple[Dated, str]], shown: str, what: str) -> list[Fault]:
    """Return a fault for every two rows of one name that hold on the same day."""
    faults = []
    for name in dict.fromkeys(name for _, name in named):
        periods = sorted((one for one, other in named if other == name), key=lambda period: period.valid_from)
        for earlier, later in pairwise(periods):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                end = earlier.valid_to or "长期"
                found = f"“{name}”{earlier.valid_from} 至 {end} 与 {later.valid_from} 起的一行重叠"
                faults.append(Fault(shown, found, f"同一天只能有一个{what}；请填前一行的截止日"))
    return faults
