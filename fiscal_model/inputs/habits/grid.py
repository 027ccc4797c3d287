"""A sheet as it was typed, and what the steps towards a plain table did with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from fiscal_model.words.errors import Fault, line_spans

Line = tuple[int, tuple[str, ...]]
"""A row: the line that the spreadsheet shows, its cells as text."""


@dataclass(frozen=True)
class Grid:
    """The filled rows of a sheet.

    ``merged``: first line, first column, last line, last column of each merged cell, columns from 0.
    ``header``: the line of the titles, 0 while it is not known; then ``rows`` holds what stands below it.
    ``facts``: what stands above or below the table for all its rows, by the column that it fills.
    ``value_titles``: the title of the amount of each row where years stood side by side.
    """

    rows: tuple[Line, ...]
    is_workbook: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    header: int = 0
    titles: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    value_titles: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    skipped: tuple[tuple[int, str], ...] = ()
    said: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    def skip(self, lines: Mapping[int, str]) -> Grid:
        """Take rows out, each with the reason in Chinese."""
        kept = tuple(row for row in self.rows if row[0] not in lines)
        return replace(self, rows=kept, skipped=(*self.skipped, *lines.items()))

    def telling(self, *said: str) -> Grid:
        """Add what was done to the sheet."""
        return replace(self, said=(*self.said, *said))

    def refusing(self, *faults: Fault) -> Grid:
        """Add what cannot be read."""
        return replace(self, faults=(*self.faults, *faults))

    @property
    def account(self) -> list[str]:
        """Say in Chinese what was skipped, then what else was done."""
        reasons = list(dict.fromkeys(why for _, why in self.skipped))
        spans = [(line_spans(line for line, why in self.skipped if why == reason), reason) for reason in reasons]
        skipped = "、".join(f"第 {lines} 行（{reason}）" for lines, reason in spans)
        return [*([f"跳过{skipped}"] if skipped else []), *self.said]


def filled(cells: tuple[str, ...]) -> list[str]:
    """Return the cells that hold something."""
    return [cell for cell in cells if cell]
