"""Everything that can be wrong with what a planner hands in, said once and in full.

A reader never stops at the first fault: it collects :class:`Fault` rows and raises one error that lists them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from fiscal_model.words.near import nearest
from fiscal_model.words.plain import one_line
from fiscal_model.words.spans import spans

MOST_FAULTS_PRINTED = 200
DEBUG = "FISCAL_MODEL_DEBUG"
"""Environment variable with which a fault of the program shows its lines of code."""
FAULTS_TYPE = "application/vnd.fiscal-model.faults+json"
"""What a notebook calls the faults that its cell met."""


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
    letter : str
        The column's letter in a workbook, empty elsewhere.

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
    letter: str = ""

    def __str__(self) -> str:
        return self.on_lines([] if self.line is None else [self.line])

    def on_lines(self, lines: Iterable[int]) -> str:
        """Say it once for all the lines on which it stands."""
        place = self.where
        if at := line_spans(lines):
            place += f" 第 {at} 行"
        if self.letter:
            place += f" {self.letter} 列" + (f"“{self.column}”" if self.column else "")
        elif self.column is not None:
            place += f"“{self.column}”列"
        return one_line(f"{place}：{self.found}。{self.remedy}。")


def line_spans(lines: Iterable[int]) -> str:
    """Return line numbers as a person writes them.

    Examples
    --------
    >>> line_spans([3, 5, 6, 7, 9, 10])
    '3、5–7、9–10'
    """
    return spans(sorted(set(lines)), dash="–", shortest=2)


def unknown_keys(given: Iterable[str], allowed: Iterable[str], inside: str, shown: str) -> list[Fault]:
    """One fault for each key of a table in a TOML file that nobody knows."""
    known = tuple(allowed)
    remedy = f"可填：{'、'.join(known)}"
    return [Fault(shown, f"{inside}里有不认识的项目“{key}”", remedy) for key in given if key not in known]


class FiscalModelError(Exception):
    """Base of every error this package raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: what it says, no lines of code."""
        return [str(self)]


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

    def _render_traceback_(self) -> list[str]:
        """Leave the faults one by one beside it as well, for who runs the notebook."""
        from IPython.display import display

        display({FAULTS_TYPE: [asdict(fault) for fault in self.faults]}, raw=True)
        return super()._render_traceback_()


class ScenarioError(InputError):
    """A scenario file or a changed assumption cannot be used."""


class IdentityError(FiscalModelError):
    """An accounting identity does not hold in a computed plan: a fault of the model, never of the input."""


class ReportError(FiscalModelError):
    """A report could not be written; the last good one is untouched."""


class TargetError(ReportError):
    """What stands where a report should go is not ours to replace."""


def _listing(faults: tuple[Fault, ...]) -> str:
    """List every fault; the same fault on several lines is said once."""
    alike: dict[Fault, list[int]] = {}
    for fault in faults:
        alike.setdefault(replace(fault, line=None), []).extend([] if fault.line is None else [fault.line])
    said = f"（归为 {len(alike)} 条）" if len(alike) < len(faults) else ""
    lines = [f"输入有 {len(faults)} 处错误{said}："]
    for number, (fault, where) in enumerate(list(alike.items())[:MOST_FAULTS_PRINTED], 1):
        lines.append(f"  {number}. {fault.on_lines(where)}")
    if len(alike) > MOST_FAULTS_PRINTED:
        lines.append(f"  …… 以及另外 {len(alike) - MOST_FAULTS_PRINTED} 条。")
    return "\n".join(lines)


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Ask in Chinese whether the nearest known word was meant; empty where none is near.

    Examples
    --------
    >>> did_you_mean("staf", ["staff", "bonds"]), did_you_mean("x", ["staff"])
    ('是否想写“staff”？', '')
    """
    near = nearest(word, known, cutoff)
    return f"是否想写{'或'.join(f'“{each}”' for each in near)}？" if near else ""
