"""What a table of the place folder is: its name, its row class, its key and its money columns."""

from __future__ import annotations

from dataclasses import dataclass

from fiscal_model.words.cells import Row


@dataclass(frozen=True)
class Table:
    """A table of the place folder.

    Parameters
    ----------
    name : str
        File stem: ``ledger`` is read from ``ledger.csv`` (or ``ledger.xlsx``).
    label, purpose, where_found : str
        Chinese name, what the table is for, where a bureau finds the figures.
    row : type[Row]
        Checks one row, documents the columns.
    key : tuple of str
        Columns that together may stand only once.
    money : tuple of str
        Columns counted in the row's ``unit``.
    """

    name: str
    label: str
    purpose: str
    where_found: str
    row: type[Row]
    key: tuple[str, ...]
    money: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.row.model_fields)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, field in self.row.model_fields.items() if field.is_required())

    def label_of(self, column: str) -> str:
        """Return a column's Chinese name."""
        return self.row.model_fields[column].title or column
