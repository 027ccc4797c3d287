"""What ledgers change in the plan: each effect is a package of measures, made of the rows that were decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import pandas as pd

from fiscal_model.blocks import ledgers
from fiscal_model.inputs.place import Place
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.vocabulary import Certainty, MeasureKind

FROM_LEDGER = "ledger_"
"""What the code of a package begins with that a ledger makes; the register's name follows."""


@dataclass(frozen=True)
class Effect:
    """How the decided rows of a register count in the plan.

    Parameters
    ----------
    register : str
        Its rows carry ``adopted``, or the column of ``decision``.
    name : str
        The package as printed.
    kind : MeasureKind
    target : str
        What a measure of that kind names: a revenue code, ``flexible_spending``, ``funds``.
    amounts : callable
        Takes the place and the decided rows; returns a frame with ``year``, ``amount`` (万元 of that year; a cut below
        zero spends more), and, where they differ from row to row, ``owner``, ``target`` and ``kind``.
    certainty : Certainty
    owner : str
        Who answers where the rows do not say it.
    decision : str
        Column that says yes once it is decided.
    """

    register: str
    name: str
    kind: MeasureKind
    target: str
    amounts: Callable[[Place, pd.DataFrame], pd.DataFrame]
    certainty: Certainty = Certainty.LIKELY
    owner: str = "财政局"
    decision: str = "adopted"

    @property
    def code(self) -> str:
        """The code of its package."""
        return f"{FROM_LEDGER}{self.register}"


@cache
def effects() -> tuple[Effect, ...]:
    """Return what the files of this folder declare, by register."""
    names = [each.name for each in iter_modules(ledgers.__path__) if each.name.endswith("_effects")]
    found = [effect for name in names for effect in import_module(f"{ledgers.__name__}.{name}").EFFECTS]
    return tuple(sorted(found, key=lambda effect: effect.code))


def ledger_measures(place: Place) -> list[dict[str, object]]:
    """Return the decided rows of all ledgers as rows of the register of measures, one a package, target and year."""
    return [row for effect in effects() if place.has(effect.register) for row in _measures(effect, place)]


def _measures(effect: Effect, place: Place) -> list[dict[str, object]]:
    rows = place.rows(effect.register)
    decided = rows[rows[effect.decision] == YesNo.YES]
    if not len(decided):
        return []
    found = effect.amounts(place, decided)
    for column, usual in (("owner", effect.owner), ("target", effect.target), ("kind", effect.kind)):
        if column not in found:
            found = found.assign(**{column: usual})
    owner = "、".join(dict.fromkeys(found["owner"]))
    added = found.groupby(["kind", "target", "year"], sort=True)["amount"].sum()
    start = dt.date(int(found["year"].min()), 1, 1) if len(found) else None
    return [
        {
            "package_code": effect.code, "name": effect.name, "kind": kind, "target": target, "owner": owner,
            "start_date": start, "year": int(year), "postponed_to": None, "amount": float(amount),
            "certainty": effect.certainty, "source": f"台账 {effect.register}",
        }
        for (kind, target, year), amount in added.items()
    ]  # fmt: skip
