"""The hidden debt of a place: which part is resolved when and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.hidden import NEVER, SOURCES, HiddenPath, HiddenTerms, project_hidden
from fiscal_model.inputs.place import Place
from fiscal_model.law.limits import clear_by
from fiscal_model.words.vocabulary import DebtKind, HiddenFunding, HiddenInstrument, YesNo

NOT_TOLD = "未分类"
"""Instrument of a debt whose register does not say."""


@dataclass(frozen=True)
class HiddenPlan:
    """How a place plans to resolve its hidden debt."""

    years: tuple[int, ...]
    # One row a part of a debt: debt_code, creditor, instrument (Chinese), platform, amount, rate, year, funding,
    # contract (bool), swap_kind, eased_from, eased_rate, maturity_date, row_line; in the order of the register
    parts: pd.DataFrame
    path: HiddenPath  # Its part axis is the rows of ``parts``
    # mapping of DebtKind to (year,) float: bonds to be issued in exchange for hidden debt and for contracts that fall
    # due, 万元
    swapped: Mapping[DebtKind, np.ndarray]

    def by_instrument(self) -> pd.DataFrame:
        """Return balance, resolved and interest by instrument: instrument, year, resolved, interest, stock; contracts out."""
        inside = ~self.parts["contract"].to_numpy(dtype=bool)
        rows = []
        for name in dict.fromkeys(self.parts["instrument"][inside]):
            of_it = inside & (self.parts["instrument"] == name).to_numpy(dtype=bool)
            resolved = self.path.part_resolved[:, of_it].sum(axis=1)
            rows.append(
                pd.DataFrame(
                    {
                        "instrument": name,
                        "year": self.years,
                        "opening": float(self.parts["amount"].to_numpy(dtype=float)[of_it].sum()),
                        "resolved": resolved,
                        "interest": self.path.part_interest[:, of_it].sum(axis=1),
                    }
                ).assign(stock=lambda frame: frame["opening"] - frame["resolved"].cumsum())
            )
        columns = ["instrument", "year", "opening", "resolved", "interest", "stock"]
        return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)


def hidden_plan_of(place: Place, base: int, years: tuple[int, ...]) -> HiddenPlan:
    """Read how a place plans to resolve its hidden debt. Without a register nothing is due and nothing is swapped.

    ``place``: tables ``hidden_debt`` and, where a debt is split over years and sources, ``hidden_debt_plan``.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = hidden_plan_of(fm.read_place("data/places/gangu"), 2024, (2025, 2026))
    >>> plan.path.stock.tolist(), plan.swapped[DebtKind.SPECIAL].tolist()
    ([0.0, 0.0], [0.0, 0.0])
    """
    parts = _parts(place)
    path = project_hidden(
        HiddenTerms(
            amount=parts["amount"].to_numpy(dtype=float),
            rate=parts["rate"].to_numpy(dtype=float),
            year=parts["year"].to_numpy(dtype=int),
            source=np.array([SOURCES.index(word) for word in parts["funding"]], dtype=int),
            contract=parts["contract"].to_numpy(dtype=bool),
            eased_from=parts["eased_from"].to_numpy(dtype=int),
            eased_rate=parts["eased_rate"].to_numpy(dtype=float),
        ),
        years,
        clear_by(),
    )
    # A contract that falls due within the plan and is to be swapped needs its bond too: nobody else pays it.
    by_swap = (parts["funding"] == HiddenFunding.SWAP).to_numpy(dtype=bool)
    swapped = {
        kind: path.part_resolved[:, by_swap & (parts["swap_kind"] == kind).to_numpy(dtype=bool)].sum(axis=1)
        for kind in DebtKind
    }
    return HiddenPlan(years, parts, path, swapped)


@lru_cache(maxsize=16)
def _parts(place: Place) -> pd.DataFrame:
    """Cut every debt into the parts of its plan; without one it is a single part."""
    split = {
        code: group.to_dict("records")
        for code, group in place.rows("hidden_debt_plan").groupby("debt_code", sort=False)
    }
    found = []
    for debt in place.rows("hidden_debt").to_dict("records"):
        alone = [{"year": debt["planned_year"], "funding": debt["funding"], "amount": debt["balance"]}]
        for part in split.get(debt["debt_code"], alone):
            found.append(_part(debt, part))
    columns = [
        "debt_code", "creditor", "instrument", "platform", "amount", "rate", "year", "funding", "contract",
        "swap_kind", "eased_from", "eased_rate", "maturity_date", "row_line",
    ]  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def _part(debt: dict, part: dict) -> dict:
    eased = part["funding"] == HiddenFunding.RESTRUCTURING
    instrument = debt["instrument"]
    kind = debt["swap_kind"]
    return {
        "debt_code": debt["debt_code"],
        "creditor": debt["creditor"],
        "instrument": HiddenInstrument(instrument).label if isinstance(instrument, str) else NOT_TOLD,
        "platform": debt["platform"],
        "amount": part["amount"],
        "rate": debt["rate"],
        "year": int(debt["restructured_to"]) if eased else part["year"],
        "funding": part["funding"],
        "contract": debt["after_2028"] == YesNo.YES,
        "swap_kind": DebtKind(kind) if isinstance(kind, str) else DebtKind.SPECIAL,
        "eased_from": part["year"] if eased else NEVER,
        "eased_rate": float(debt["restructured_rate"]) if eased else 0.0,
        "maturity_date": debt["maturity_date"],
        "row_line": debt["row_line"],
    }
