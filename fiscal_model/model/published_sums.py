"""What a published budget says without printing it: sums that its own lines make up, and parts that its items add up to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.blocks.fund_ledger import LAND, cost_of
from fiscal_model.blocks.revenue.transfer_listing import general_purpose_codes, nearly
from fiscal_model.inputs.history import History
from fiscal_model.law.classification import TOTALS_LINES
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import Budget

_BOTH_SIDES = ("fund", "state_capital")


def sums_of_budget(history: History, year: int, found: Mapping[str, float]) -> dict[str, float]:
    """Return lines that follow from published ones alone, 万元; none where a part is missing.

    ``found``: published lines of the year.
    """
    known: dict[str, float] = {}
    for budget in _BOTH_SIDES:
        known |= _closed(found, budget)
    if {"fund_revenue", "land_revenue"} <= found.keys():
        known["fund_other_revenue"] = found["fund_revenue"] - found["land_revenue"]
    planned = history.planned_codes
    known["land_cost"] = cost_of(planned[Budget.FUNDS], LAND, year) if len(planned[Budget.FUNDS]) else np.nan
    known |= _by_use(history, year, found)
    return {line: amount for line, amount in known.items() if np.isfinite(amount)}


def _closed(found: Mapping[str, float], budget: str) -> dict[str, float]:
    """Both totals of a budget whose published lines are equal on both sides."""
    totals, counted = {}, 0
    for side in ("resources", "uses"):
        parts = [line for line in LINES[f"{budget}_{side}_total"].parts if line in TOTALS_LINES]
        totals[f"{budget}_{side}_total"] = sum(found[line] for line in parts if line in found)
        counted += len(parts)
    resources, uses = totals.values()
    return totals if resources > 0 and abs(resources - uses) <= counted else {}


def _by_use(history: History, year: int, found: Mapping[str, float]) -> dict[str, float]:
    """Transfers free of a use and tied to one, where the items of general transfers add up to them."""
    codes = history.planned_codes[Budget.GENERAL]
    if year not in codes.index or not {"rebates", "general_transfers", "special_transfers"} <= found.keys():
        return {}
    items = {
        code: amount for code, amount in codes.loc[year].dropna().items() if code[:5] == "11002" and len(code) == 7
    }
    if not nearly(sum(items.values()), found["general_transfers"]):
        return {}
    free = found["rebates"] + sum(amount for code, amount in items.items() if code in general_purpose_codes())
    whole = found["rebates"] + found["general_transfers"] + found["special_transfers"]
    return {"transfers_general_purpose": free, "transfers_earmarked": whole - free}
