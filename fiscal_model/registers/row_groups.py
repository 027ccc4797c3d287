"""Which rows of a table count, and which belong together: on Python's own cells, as tables of ten rows are read faster so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def chosen(rows: pd.DataFrame, where: Mapping[str, Any]) -> np.ndarray:
    """Tell of each row whether its cells are as said: a word, one of several, or as a test wants them."""
    counts = np.ones(len(rows), dtype=bool)
    for cell, wanted in where.items():
        is_so = wanted if callable(wanted) else (wanted if isinstance(wanted, tuple) else (wanted,)).__contains__
        counts &= np.fromiter(map(is_so, rows[cell].tolist()), dtype=bool, count=len(rows))
    return counts


def cells_of(rows: pd.DataFrame, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """The cells of some columns row by row, an empty one as None."""
    cells = ([None if cell != cell else cell for cell in rows[column].tolist()] for column in columns)
    return list(zip(*cells, strict=True))


def numbered(rows: pd.DataFrame, columns: tuple[str, ...], at: np.ndarray) -> np.ndarray:
    """Number those rows by the cells of some columns, in their order, an empty one last; all the same without columns."""
    if not columns or not len(at):
        return np.zeros(len(at), dtype=int)
    cells = cells_of(rows, columns)
    own = [tuple([(cell is None, 0 if cell is None else cell) for cell in cells[place]]) for place in at.tolist()]
    number = {key: place for place, key in enumerate(sorted(set(own)))}
    return np.array([number[key] for key in own])
