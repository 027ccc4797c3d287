"""A table as a notebook or a prompt shows it: the one markup of everything that shows itself."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fiscal_model.words.table import ReportTable, printed

if TYPE_CHECKING:
    import pandas as pd

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
        table = self.table
        lines = [_heading(table), "｜".join((table.stub, *table.columns))]
        lines += [
            "｜".join((f"{'　' * row.level}{row.label}", *_cells(table, index))) for index, row in enumerate(table.rows)
        ]
        return "\n".join((*lines, *(f"注：{note}" for note in table.notes)))

    def _repr_html_(self) -> str:
        table = self.table
        head = "".join(f"<th>{_breakable(name)}</th>" for name in table.columns)
        stub = f"<th{_LEFT.format(indent=0.3)}>{html.escape(table.stub)}</th>"
        body = "".join(_html_row(table, index) for index in range(len(table.rows)))
        notes = "".join(f"<p class='note'><small>注：{html.escape(note)}</small></p>" for note in table.notes)
        caption = f"<p class='caption'><b>{html.escape(_heading(table))}</b></p>"
        if not table.rows:
            return caption + notes
        rows = f"<thead><tr>{stub}{head}</tr></thead><tbody>{body}</tbody>"
        return f"{caption}<table class='dataframe sheet'>{rows}</table>{notes}"


def _heading(table: ReportTable) -> str:
    number = f"表{table.number} " if table.number else ""
    unit = f"（单位：{table.unit}）" if table.unit else ""
    return f"{number}{table.title}{unit}"


def _cells(table: ReportTable, index: int) -> list[str]:
    row = table.rows[index]
    return [printed(value, row.kind) for value in row.values]


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
