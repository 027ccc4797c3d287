"""Transfers of the first plan year as notified: the approved budget's figures by kind, where no notices are registered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.revenue.transfers import TransferBase
from fiscal_model.blocks.approved_budget import figure, notified
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.revenue.transfer_lines import Transfers
from fiscal_model.blocks.revenue.transfer_listing import CODE_OF_KIND, KIND_OF_LINE, rule_of
from fiscal_model.inputs.history import History
from fiscal_model.words.vocabulary import TransferKind

_BY_KIND: dict[str, tuple[str, ...]] = {
    "rebates": ("rebates",),
    "general_transfers": ("general_purpose", "tied_general"),
    "special_transfers": ("special",),
}
_BY_USE: dict[str, tuple[str, ...]] = {
    "transfers_general_purpose": ("rebates", "general_purpose"),
    "transfers_earmarked": ("tied_general", "special"),
}
_WHOLE: dict[str, tuple[str, ...]] = {"transfers": ("rebates", "general_purpose", "tied_general", "special")}
_GROWTH = {
    "rebates": "rebates_growth",
    "general_purpose": "transfers_general_purpose_growth",
    "tied_general": "transfers_earmarked_growth",
    "special": "transfers_earmarked_growth",
}


def as_approved(transfers: Transfers, history: History, base: int, assumed: Assumed, usual: Assumed) -> Transfers:
    """Start transfers from what the approved budget of the first plan year says, at the finest split it has.

    Notices of a register are floors of their lines already, and finer: then the budget changes nothing. What a scenario adds
    to the usual growth stays; later years grow from the first.
    """
    if any(np.isfinite(line.notice) for line in transfers.lines):
        return transfers
    weight = assumed.path("approved_budget_weight")[0]
    path, approved, ratios = transfers.path, [], dict[str, float]()
    for line, parts in _split(transfers.base, history, base + 1).items():
        own = sum(_without_scenario(getattr(path, part)[0], _GROWTH[part], assumed, usual) for part in parts)
        budget, booked = _budget_of(history, base + 1, line), sum(getattr(transfers.base, part) for part in parts)
        if own > 0:
            found = notified(line, budget, own, booked, _share_of(line), weight)
            approved.append(found)
            ratios |= dict.fromkeys(parts, found.ratio)
    ratios = {part: ratio for part, ratio in ratios.items() if ratio != 1}
    if not ratios:
        return replace(transfers, approved=tuple(approved))
    moved = {part: getattr(path, part) * ratio for part, ratio in ratios.items()}
    amounts = transfers.amounts
    if transfers.lines:
        by_line = [ratios.get(_part_of(line.kind, line.general_purpose), 1.0) for line in transfers.lines]
        amounts = amounts * np.array(by_line)[:, None]
    return replace(transfers, path=replace(path, **moved), amounts=amounts, approved=tuple(approved), ratios=ratios)


def _split(base: TransferBase, history: History, year: int) -> dict[str, tuple[str, ...]]:
    """The finest set of published lines that covers parts which the base year knows apart."""
    kinds_known = base.special > 0 and base.rebates + base.tied_general > 0
    for lines in (_BY_KIND if kinds_known else {}, _BY_USE, _WHOLE):
        if lines and all(np.isfinite(_budget_of(history, year, line)) for line in lines):
            return lines
    return {line: parts for line, parts in _BY_USE.items() if np.isfinite(_budget_of(history, year, line))}


def _budget_of(history: History, year: int, line: str) -> float:
    """The published budget of a line; money free of a use holds rebates, which budgets may print apart."""
    budget = figure(history.planned, year, line)
    rebates = figure(history.planned, year, "rebates")
    return budget + float(np.nan_to_num(rebates)) if line == "transfers_general_purpose" else budget


def _share_of(line: str) -> float:
    """The share of a year's transfers that must be notified before it; of a sum the least of its parts'."""
    kind = {"transfers_general_purpose": TransferKind.GENERAL, "rebates": TransferKind.GENERAL}.get(
        line, KIND_OF_LINE.get(line, TransferKind.SPECIAL)
    )
    return float(rule_of(CODE_OF_KIND[kind])["notified_share"])


def _part_of(kind: TransferKind, free: bool) -> str:
    if kind is TransferKind.GENERAL:
        return "general_purpose" if free else "tied_general"
    return "rebates" if kind is TransferKind.REBATE else "special"


def _without_scenario(amount: float, growth: str, assumed: Assumed, usual: Assumed) -> float:
    """The first year's amount without what the scenario adds to its growth."""
    return float(amount * divided(1 + usual.path(growth)[:1], 1 + assumed.path(growth)[:1], 1.0)[0])
