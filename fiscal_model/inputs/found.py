"""What a check of a place's figures saw, and the helpers that checks share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps

import pandas as pd

from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place


@dataclass(frozen=True)
class Found:
    """What one check saw: how much it could look at, faults, cautions."""

    looked_at: int
    faults: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


FAULT, CAUTION = "faults", "cautions"
Look = tuple[str, str]
"""`FAULT` or `CAUTION`, and the Chinese sentence that says it; empty where all is well."""


def looked_at(check: Callable[[Place, History], Iterable[Look]]) -> Callable[[Place, History], Found]:
    """Make a check out of a function that yields what each single look at the figures found."""

    @wraps(check)
    def run(place: Place, history: History) -> Found:
        looks = list(check(place, history))
        faults, cautions = (tuple(said for kind, said in looks if said and kind == each) for each in (FAULT, CAUTION))
        return Found(len(looks), faults, cautions)

    return run


def frames(history: History) -> list[tuple[str, pd.DataFrame]]:
    """Return what happened and what was budgeted, each with the word that marks it in a message."""
    return [("", history.actual), ("预算", history.planned)]


def where(place: Place, line: str, year: int) -> str:
    """Say in which file and line a yearly total stands, empty when it comes from the ledger's codes.

    E.g. ``（totals 表第 12 行）``.

    ``line``: line id of `accounts.TOTALS_LINES`.
    """
    totals = place.rows("totals")
    rows = totals[(totals["line"] == line) & (totals["year"] == year) & (totals["scope"] == place.scope)]
    return f"（totals 表第 {'、'.join(str(number) for number in rows['row_line'])} 行）" if len(rows) else ""


def tolerance(addends: int) -> float:
    """Published tables are rounded: half a unit for each addend."""
    return 0.5 * addends
