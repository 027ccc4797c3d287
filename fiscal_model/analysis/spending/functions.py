"""General expenditure by function: 类, 款 and 项 of the base year carried through the plan; adds up to ``expenditure``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.analysis.spending.parts import PROJECT_LINES, Part, spending_parts
from fiscal_model.arithmetic.spending.carried_parts import carry_parts
from fiscal_model.law import classification as accounts
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import Budget

OTHER = "~"
"""Ends the code of what a function holds beside the codes below it."""


@dataclass(frozen=True)
class Function:
    """One code with its base year and its plan, 万元."""

    code: str
    label: str
    base: float
    path: np.ndarray  # (..., year)
    known: np.ndarray  # (..., year): of it what the plan knows by itself; the rest follows the base year

    @property
    def level(self) -> int:
        """0 for a 类, 1 for a 款, 2 for a 项."""
        return (len(self.code.rstrip(OTHER)) - 3) // 2 + self.code.endswith(OTHER)


@shows_itself
@dataclass(frozen=True)
class Spending:
    """General expenditure of a plan by function."""

    title: str
    years: tuple[int, ...]
    functions: tuple[Function, ...]  # 类 in the order of their codes, each before its 款, those before their 项
    parts: tuple[Part, ...]

    def at(self, level: int) -> tuple[Function, ...]:
        """Return the functions of a level."""
        return tuple(each for each in self.functions if each.level == level)

    def of(self, code: str, lines: Sequence[str] = ()) -> list[Part]:
        """Return the parts that land in a function or below it, by line where some are named."""
        return [
            part
            for part in self.parts
            if part.function and part.function.startswith(code) and (not lines or part.line in lines)
        ]

    def projects(self, code: str) -> np.ndarray:
        """Return the county money of projects that land in a function, (..., year)."""
        return sum((part.path for part in self.of(code, PROJECT_LINES)), np.zeros(len(self.years)))

    @property
    def frame(self) -> pd.DataFrame:
        """Long form: code, label, level, year, amount, known; the first year is the base year."""
        years = (self.years[0] - 1, *self.years)
        rows = [
            (each.code, each.label, each.level, year, amount, known)
            for each in self.functions
            for year, amount, known in zip(years, (each.base, *each.path), (np.nan, *each.known), strict=True)
        ]
        return pd.DataFrame(rows, columns=["code", "label", "level", "year", "amount", "known"])

    @property
    def sheet(self) -> Sheet:
        """The 类 by year, as a table."""
        rows = [(f"{each.code} {each.label}", each.path) for each in self.at(0)]
        return years_sheet(self.title, self.years, rows)


def by_function(plan: Plan, lines: Mapping[str, np.ndarray] | None = None) -> Spending | None:
    """Carry the base year's ledger by function through a plan. None where the base year has no functions.

    Parameters
    ----------
    plan : Plan
    lines : mapping of str to (..., year) float, optional
        Of other futures of the same start; any leading axes.

    Returns
    -------
    Spending or None
        The 类 add up to ``expenditure``, the 款 to their 类, the 项 to their 款, in the base year and in every plan year.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> spent = by_function(plan)
    >>> bool(np.allclose(sum(each.path for each in spent.at(0)), plan.line("expenditure")))
    True
    """
    return _by_function(plan) if lines is None else _of_lines(plan, lines)


@lru_cache(maxsize=16)  # every table of functions asks
def _by_function(plan: Plan) -> Spending | None:
    return _of_lines(plan, None)


def _of_lines(plan: Plan, lines: Mapping[str, np.ndarray] | None) -> Spending | None:
    booked = _booked(plan)
    if booked is None:
        return None
    parts, total = spending_parts(plan, lines), (plan.lines if lines is None else lines)["expenditure"]
    below: dict[str, list[str]] = {}
    for code in booked:
        below.setdefault(_above(code), []).append(code)
    whole = sum(booked.get(code, 0.0) for code in _classes(booked))
    found = tuple(_carried("", whole, total, booked, below, parts))
    place = plan.basis.place
    return Spending(f"{place.title}{plan.years[0]}—{plan.years[-1]}年支出按功能分类", plan.years, found, parts)


def _booked(plan: Plan) -> dict[str, float] | None:
    """Functions of the base year; None where they are not all of what was spent."""
    codes = plan.basis.history.codes[Budget.GENERAL]
    if plan.base_year not in codes.index:
        return None
    given = codes.loc[plan.base_year].dropna()
    found = {str(code): float(amount) for code, amount in given.items() if accounts.is_expenditure(str(code))}
    whole = sum(amount for code, amount in found.items() if len(code) == 3)
    return found if abs(whole - plan.basis.balance.opening.flows["expenditure"]) < 1.0 else None


def _classes(booked: Mapping[str, float]) -> list[str]:
    return [code for code in booked if len(code) == 3]


def _above(code: str) -> str:
    return code[:-2] if len(code) > 3 else ""


def _carried(
    above: str,
    base: float,
    total: np.ndarray,
    booked: Mapping[str, float],
    below: Mapping[str, Sequence[str]],
    parts: Sequence[Part],
) -> Iterator[Function]:
    """Spread a code's amount over the codes one step below it, each followed by what is below that.

    ``below``: the codes that were booked, by the code one step above.
    """
    if above not in below:
        return
    size = len(above) + 2 if above else 3
    inside = [part for part in parts if len(part.function) >= size and part.function.startswith(above)]
    amounts = {
        code: booked.get(code, 0.0) for code in sorted({*below[above], *(one.function[:size] for one in inside)})
    }
    if abs(left := base - sum(amounts.values())) > 0.5:
        amounts[f"{above}{OTHER}"] = left
    known: dict[str, list[Part]] = {code: [] for code in amounts}
    for part in inside:
        known[part.function[:size]].append(part)
    shape = np.broadcast_shapes(np.shape(total), *(part.path.shape for part in inside))
    landed = np.stack([sum((part.path for part in known[code]), np.zeros(shape)) for code in amounts], axis=-1)
    started = np.array([sum(part.base for part in known[code]) for code in amounts])
    paths = carry_parts(np.broadcast_to(total, shape), landed, np.array([*amounts.values()]), started)
    for at, (code, amount) in enumerate(amounts.items()):
        yield Function(code, _label(code), amount, paths[..., at], landed[..., at])
        if not code.endswith(OTHER):
            yield from _carried(code, amount, paths[..., at], booked, below, known[code])


def _label(code: str) -> str:
    if code.endswith(OTHER):
        return f"{accounts.label_of(Budget.GENERAL, code.rstrip(OTHER))}中未列明细的部分"
    return accounts.label_of(Budget.GENERAL, code)
