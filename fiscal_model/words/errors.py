"""Everything that can be wrong with what a planner hands in, said once and in full.

A reader never stops at the first fault: it collects :class:`Fault` rows and raises one error that lists them all.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from fiscal_model.words.plain import one_line

MOST_FAULTS_PRINTED = 200


@dataclass(frozen=True)
class Fault:
    """One fault of one input: where it stands, what was found, what to write instead.

    Parameters
    ----------
    where : str
        File as the planner knows it, e.g. ``data/places/yunshui/bonds.csv``.
    found : str
        What is there, in Chinese.
    remedy : str
        What to write instead, in Chinese.
    line : int, optional
        Line as the spreadsheet shows it (the header is line 1).
    column : str, optional
        Column name as it stands in the header.

    Examples
    --------
    >>> print(Fault("a.csv", "应为数字，填写的是“一百”", "请填写阿拉伯数字", line=3, column="amount"))
    a.csv 第 3 行“amount”列：应为数字，填写的是“一百”。请填写阿拉伯数字。
    """

    where: str
    found: str
    remedy: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = self.where
        if self.line is not None:
            place += f" 第 {self.line} 行"
        if self.column is not None:
            place += f"“{self.column}”列"
        return one_line(f"{place}：{self.found}。{self.remedy}。")


def unknown_keys(given: Iterable[str], allowed: Iterable[str], inside: str, shown: str) -> list[Fault]:
    """One fault for each key of a table in a TOML file that nobody knows."""
    known = tuple(allowed)
    remedy = f"可填：{'、'.join(known)}"
    return [Fault(shown, f"{inside}里有不认识的项目“{key}”", remedy) for key in given if key not in known]


class FiscalModelError(Exception):
    """Base of every error this package raises on purpose."""


class InputError(FiscalModelError):
    """The input has faults; ``faults`` holds every one of them.

    Parameters
    ----------
    faults : iterable of Fault
    aside : str
        A sentence below them, in Chinese.
    """

    def __init__(self, faults: Iterable[Fault], aside: str = "") -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(filter(None, (_listing(self.faults), aside))))


class ScenarioError(InputError):
    """A scenario file or a changed assumption cannot be used."""


class IdentityError(FiscalModelError):
    """An accounting identity does not hold in a computed plan: a fault of the model, never of the input."""


class ReportError(FiscalModelError):
    """A report could not be written; the last good one is untouched."""


class TargetError(ReportError):
    """What stands where a report should go is not ours to replace."""


def _listing(faults: tuple[Fault, ...]) -> str:
    lines = [f"输入有 {len(faults)} 处错误："]
    lines += [f"  {number}. {fault}" for number, fault in enumerate(faults[:MOST_FAULTS_PRINTED], 1)]
    if len(faults) > MOST_FAULTS_PRINTED:
        lines.append(f"  …… 以及另外 {len(faults) - MOST_FAULTS_PRINTED} 处。")
    return "\n".join(lines)


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Ask in Chinese whether the nearest known word was meant; empty where none is near.

    Examples
    --------
    >>> did_you_mean("staf", ["staff", "bonds"]), did_you_mean("x", ["staff"])
    ('是否想写“staff”？', '')
    """
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"是否想写“{near[0]}”？" if near else ""
