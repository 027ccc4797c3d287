"""A table as a notebook or a prompt shows it: the one markup of everything that shows itself."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from fiscal_model.words.lines import LINES, RATIO
from fiscal_model.words.shortened import shortened
from fiscal_model.words.table import Kind, ReportRow, ReportTable, Value, printed, printed_row

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
Values = Sequence[Value] | np.ndarray
_NO_FORMULAS = "<div class='mathjax_ignore tex2jax_ignore'>"
"""JupyterLab sets what stands between two dollar signs as a formula, except inside these classes."""
_LEFT = ' style="text-align:left;min-width:8em;padding-left:{indent}em"'


@dataclass(frozen=True)
class Sheet:
    """A report table as a notebook shows it: numbers already rounded and written out.

    Parameters
    ----------
    table : ReportTable
    """

    table: ReportTable

    @property
    def frame(self) -> pd.DataFrame:
        """The table as text cells, for who wants to work on."""
        import pandas as pd

        rows = [_cells(self.table, index) for index in range(len(self.table.rows))]
        index = pd.Index([row.label for row in self.table.rows], name=self.table.stub)
        return pd.DataFrame(rows, index=index, columns=list(self.table.columns))

    def __repr__(self) -> str:
        table = shortened(self.table)
        lines = [_heading(table), "｜".join((table.stub, *table.columns))]
        lines += [
            "｜".join((f"{'　' * row.level}{row.label}", *_cells(table, index))) for index, row in enumerate(table.rows)
        ]
        return "\n".join((*lines, *(f"注：{note}" for note in table.notes)))

    def _repr_html_(self) -> str:
        table = shortened(self.table)
        head = "".join(f"<th>{_breakable(name)}</th>" for name in table.columns)
        stub = f"<th{_LEFT.format(indent=0.3)}>{html.escape(table.stub)}</th>"
        body = "".join(_html_row(table, index) for index in range(len(table.rows)))
        notes = "".join(f"<p class='note'><small>注：{html.escape(note)}</small></p>" for note in table.notes)
        caption = f"<p class='caption'><b>{html.escape(_heading(table))}</b></p>"
        if not table.rows:
            return f"{_NO_FORMULAS}{caption}{notes}</div>"
        rows = f"<thead><tr>{stub}{head}</tr></thead><tbody>{body}</tbody>"
        return f"{_NO_FORMULAS}{caption}<table class='dataframe sheet'>{rows}</table>{notes}</div>"


def shows_itself(answer: type[T]) -> type[T]:
    """Let a class with a ``sheet`` show it in a notebook, and the title of the sheet at a prompt."""

    def at_a_prompt(self: Any) -> str:
        return " ".join(f"<{type(self).__name__} {self.sheet.table.title}>".split())

    def in_a_notebook(self: Any) -> str:
        return str(self.sheet._repr_html_())

    answer.__repr__ = at_a_prompt  # type: ignore[assignment]
    answer._repr_html_ = in_a_notebook  # type: ignore[attr-defined]
    return answer


def sheet_of(
    title: str,
    columns: Iterable[str],
    rows: Iterable[tuple[str, Values]],
    notes: Iterable[str] = (),
    *,
    kinds: Mapping[str, Kind] = MappingProxyType({}),
    unit: str = "",
) -> Sheet:
    """Return rows of label and one value a column as a sheet.

    Numbers print as money where ``kinds`` does not say otherwise of the label, words as they are, what is neither as a dash.
    """
    made = tuple(ReportRow(label, tuple(map(_value, values)), kinds.get(label, "money"), 0) for label, values in rows)
    return Sheet(ReportTable("", "", title, unit, "项目", tuple(columns), made, tuple(notes)))


def years_sheet(
    title: str,
    years: Iterable[int],
    rows: Iterable[tuple[str, Values]],
    notes: Iterable[str] = (),
    *,
    kinds: Mapping[str, Kind] = MappingProxyType({}),
) -> Sheet:
    """Return rows of label and one value a year as a sheet; money is 万元."""
    return sheet_of(title, (f"{year}年" for year in years), rows, notes, kinds=kinds, unit="万元")


def card(title: str, rows: Iterable[tuple[str, str]], notes: Iterable[str] = ()) -> Sheet:
    """Return rows of label and what is said as a sheet of one column."""
    return sheet_of(title, ("内容",), ((label, (said,)) for label, said in rows), notes)


def frame_sheet(
    title: str,
    frame: pd.DataFrame,
    heads: Mapping[str, str],
    notes: Iterable[str] = (),
    *,
    kinds: Mapping[str, Kind] = MappingProxyType({}),
) -> Sheet:
    """Return columns of a frame, name to heading, as a sheet; the first one is the stub, money is 万元."""
    cells = zip(*(map(_value, frame[name]) for name in heads), strict=True)
    rows = tuple(ReportRow(printed(label, "count"), tuple(values), "money", 0) for label, *values in cells)
    stub, *columns = heads.values()
    shown = tuple(kinds.get(name) for name in heads)[1:]
    return Sheet(ReportTable("", "", title, "万元", stub, tuple(columns), rows, tuple(notes), shown))


def kind_of(line: str) -> Kind:
    """A multiple is printed as a number, other ratios as percent."""
    if LINES[line].unit != RATIO:
        return "money"
    return "number" if line == "guarantee_coverage" else "ratio"


def _heading(table: ReportTable) -> str:
    number = f"表{table.number} " if table.number else ""
    unit = f"（单位：{table.unit}）" if table.unit else ""
    return f"{number}{table.title}{unit}"


def _cells(table: ReportTable, index: int) -> list[str]:
    row = table.rows[index]
    return list(printed_row(table, row))


def _html_row(table: ReportTable, index: int) -> str:
    row = table.rows[index]
    left = _LEFT.format(indent=0.3)
    texts = [
        f"<td{left if isinstance(value, str) and _is_words(value) else ''}>{html.escape(cell)}</td>"
        for value, cell in zip(row.values, _cells(table, index), strict=True)
    ]
    label = html.escape(row.label)
    name = f"<th{_LEFT.format(indent=0.3 + row.level)}>{f'<b>{label}</b>' if row.total else label}</th>"
    return f"<tr{' class=total' if row.total else ''}>{name}{''.join(texts)}</tr>"


def _breakable(heading: str) -> str:
    """Let a narrow column break its heading after the year and nowhere else."""
    return re.sub(r"(\d{4}年)(?=.)", r"\1<wbr>", html.escape(heading))


def _is_words(text: str) -> bool:
    """Tell words, which start at the left, from numbers written out."""
    return not text[:1].isdigit() and not text.startswith(("-", "≥", "<"))


def _value(value: Any) -> Value:
    """Nothing at all is not available; a truth is a word; whatever is no number prints as it is."""
    if isinstance(value, bool | np.bool_):
        return "是" if value else "否"
    if value is None or isinstance(value, Real):
        return None if value is None or not np.isfinite(float(value)) else float(value)
    return "—" if str(value) in {"", "NaT"} else str(value)
