"""What was published before the plan, by line and by indicator: since when a line is crossed is asked of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.law import classification as accounts
from fiscal_model.law.indicators import beyond
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import Basis
from fiscal_model.words.formula import Formula, evaluate, names_in
from fiscal_model.words.lines import LINES, RARE
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import DebtKind

FROM_HISTORY = {
    **{
        line: line
        for line in LINES
        if line in accounts.TOTALS_LINES
        and line
        not in {
            "guarantee_living",
            "guarantee_salaries",
            "guarantee_operations",
            "guarantees_total",
            "available_resources",
        }
    },
    **{f"debt_{kind}_stock": f"{kind}_closing_stock" for kind in DebtKind},
    **{f"debt_{kind}_opening_stock": f"{kind}_opening_stock" for kind in DebtKind},
    **{f"debt_{kind}_repaid": f"{kind}_repaid" for kind in DebtKind},
    **{f"debt_{kind}_refinanced": f"{kind}_issued_refinancing" for kind in DebtKind},
    **{f"debt_{kind}_swapped": f"{kind}_issued_swap" for kind in DebtKind},
    **{f"debt_{kind}_other_change": f"{kind}_other_change" for kind in DebtKind},
    **{f"debt_limit_{kind}_stock": f"{kind}_limit_stock" for kind in DebtKind},
}
"""Line of the plan to the line of the history that it continues."""


@dataclass(frozen=True)
class Crossing:
    """When an indicator was and will be on the wrong side of its line, of the years that have a figure."""

    seen: tuple[int, ...]  # published years with a figure
    before: tuple[int, ...]  # those of them that are over the line
    known: tuple[int, ...]  # plan years with a figure
    ahead: tuple[int, ...]  # those of them that are over the line

    @property
    def first(self) -> int | None:
        """The first year over the line, from the first year with a figure on; None when there is none."""
        return next(iter((*self.before, *self.ahead)), None)

    @property
    def from_the_start(self) -> bool:
        """Whether it is over the line in the first year with a figure: nobody knows since when."""
        return self.first is not None and self.first == (*self.seen, *self.known)[0]

    @property
    def since(self) -> int | None:
        """The first year of the stretch without a break, of years with a figure, that lasts to the plan's end; None without one."""
        found = None
        for year in reversed((*self.seen, *self.known)):
            if year not in self.before and year not in self.ahead:
                break
            found = year
        return found

    @property
    def years(self) -> str:
        """The years over the line in words, to the plan's end where it stays there; empty when no plan year is."""
        if not self.ahead:
            return ""
        if self.since is None:
            earlier = f"（{self.first}年已超过）" if self.before else ""
            return f"{spans(self.ahead)}年{earlier}"
        return f"{self.since}年{'（此前无数据）' if self.from_the_start and self.since == self.first else ''}起"


def observed_values(basis: Basis, of: Formula, absent: frozenset[str] = frozenset()) -> dict[int, float]:
    """Return a formula's value in every published year up to the base year in which all it needs was published.

    ``absent``: lines that the place's data do not carry at all; as in the plan they count as nothing.
    """
    years = [int(year) for year in basis.history.actual.index if year <= basis.base_year]
    values = np.broadcast_to(_evaluate(basis, of, years, absent), len(years))
    return {year: float(value) for year, value in zip(years, values, strict=True) if np.isfinite(value)}


def _evaluate(basis: Basis, of: Formula, years: list[int], absent: frozenset[str]) -> np.ndarray:
    return evaluate(of, {name: _published(basis, name, years, absent) for name in names_in(of)})


def _published(basis: Basis, name: str, years: list[int], absent: frozenset[str]) -> np.ndarray:
    """A line by published year, from what it was published as, else from its formula; NaN where neither is there."""
    source = FROM_HISTORY.get(name, "")
    if name == "gdp":
        macro = basis.place.rows("macro")
        rows = macro[macro["indicator"] == "gdp"] if len(macro) else macro
        found = dict(zip(rows["year"], rows["amount"], strict=True)) if len(rows) else {}
        values = np.array([float(found.get(year, np.nan)) for year in years])
    elif source:
        values = np.array([basis.history.value(source, year) for year in years])
        values = np.nan_to_num(values) if name in RARE else values
    elif name in LINES and (declared := LINES[name].formula) is not None:
        return _evaluate(basis, declared, years, absent)
    else:
        values = np.full(len(years), 0.0 if name in RARE else np.nan)
    return np.zeros(len(years)) if name in absent and np.isnan(values).all() else values


def find_crossing(name: str, seen: dict[int, float], values: np.ndarray, years: tuple[int, ...]) -> Crossing:
    """Hold an indicator's published and planned values against its breach line.

    Examples
    --------
    >>> found = find_crossing("debt_ratio", {2024: 1.1, 2025: 1.3}, np.array([1.4, 1.1]), (2026, 2027))
    >>> found.first, found.before, found.ahead, found.since, found.years
    (2025, (2025,), (2026,), None, '2026年（2025年已超过）')
    """
    known = [year for year, value in zip(years, values, strict=True) if np.isfinite(value)]
    over = "breach" in rules("indicators")[name]
    hits = lambda pairs: tuple(y for y, v in pairs if over and bool(beyond(name, "breach", v)))  # noqa: E731
    return Crossing(
        tuple(sorted(seen)), hits(sorted(seen.items())), tuple(known), hits(zip(years, values, strict=True))
    )
