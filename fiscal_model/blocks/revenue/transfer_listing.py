"""What the base year's transfers consist of: the register's lines, else the ledger's, and what no line explains."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.transfers import TransferBase, split_transfers
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.inputs.history import History
from fiscal_model.law.rules import rule_table
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import Budget, TransferKind, TransferStatus

KIND_OF_LINE = {
    "rebates": TransferKind.REBATE,
    "general_transfers": TransferKind.GENERAL,
    "special_transfers": TransferKind.SPECIAL,
}
CODE_OF_KIND = {TransferKind.REBATE: "11001", TransferKind.GENERAL: "11002", TransferKind.SPECIAL: "11003"}
_CODES = frozenset(CODE_OF_KIND.values())
WHOLE = 0.01
"""Lines that miss their kind's total by no more than this share count as all of it."""


def general_purpose_codes() -> frozenset[str]:
    """Return the codes of general transfers that count as available resources.

    Examples
    --------
    >>> sorted(general_purpose_codes())[:2]
    ['1100202', '1100207']
    """
    return frozenset(
        row["code"]
        for row in rule_table("transfer_lines")
        if row["general_purpose"] == "yes" and row["kind"] == TransferKind.GENERAL
    )


def rule_of(code: str) -> Mapping[str, str]:
    """The rule of a code, else that of its kind."""
    table = {row["code"]: row for row in rule_table("transfer_lines")}
    for size in (9, 7, 5):
        if code[:size] in table:
            return table[code[:size]]
    return table["11002"]


def booked_kinds(history: History, base_year: int) -> dict[TransferKind, float]:
    """The base year's booked amount of each kind; none unless all three are known."""
    found = {kind: history.value(line, base_year) for line, kind in KIND_OF_LINE.items()}
    return found if np.isfinite(list(found.values())).all() else {}


def notices_of(register: pd.DataFrame, base_year: int) -> dict[str, float]:
    """What was announced for the year after the base year: a later notice was not known then."""
    if not len(register):
        return {}
    rows = register[(register["status"] == TransferStatus.PRENOTIFIED) & (register["year"] == base_year + 1)]
    return dict(zip(rows["code"], rows["amount"].astype(float), strict=True))


def listed_amounts(
    register: pd.DataFrame, history: History, base_year: int, kinds: Mapping[TransferKind, float]
) -> dict[str, float]:
    """Base-year amounts by code: the register's, then the ledger's that are neither above nor below them.

    ``register``: rows of the table ``transfers``.
    ``kinds``: a kind of which the superior announced one sum is a line of its own.
    """
    found: dict[str, float] = {}
    now = register[register["year"] == base_year]
    for status in (TransferStatus.FINAL_ACCOUNTS, TransferStatus.ESTIMATE):
        for code, amount in now.loc[now["status"] == status, ["code", "amount"]].itertuples(index=False):
            found.setdefault(code, float(amount))
    codes = history.codes[Budget.GENERAL]
    booked = codes.loc[base_year].dropna() if base_year in codes.index else {}
    announced = notices_of(register, base_year)
    whole = {CODE_OF_KIND[kind]: amount for kind, amount in kinds.items() if CODE_OF_KIND[kind] in announced}
    items = {code: amount for code, amount in booked.items() if len(code) == 7 and code[:5] in _CODES}
    for code, amount in {**whole, **items}.items():
        if not any(_related(code, other) for other in found):
            found[code] = float(amount)
    return found


def has_base(code: str, listed: Mapping[str, float], kinds: Mapping[TransferKind, float]) -> bool:
    """Tell whether a line's base-year amount is known: listed, or nothing where its kind is wholly listed without it."""
    kind = TransferKind(rule_of(code)["kind"])
    return code in listed or (kind in kinds and nearly(_of_kind(listed, kind), kinds[kind]))


def is_whole(listed: Mapping[str, float], kinds: Mapping[TransferKind, float]) -> bool:
    """Tell whether the lines of general transfers are all there."""
    general = TransferKind.GENERAL
    return general in kinds and nearly(_of_kind(listed, general), kinds[general])


def nearly(part: float, whole: float) -> bool:
    """Tell whether parts add up to a whole as closely as published lines do."""
    return whole > 0 and abs(part - whole) < WHOLE * whole


def beyond_booked(
    listed: Mapping[str, float], kinds: Mapping[TransferKind, float], total: float
) -> tuple[Caution, ...]:
    """Lines that add up to more than was booked cannot be believed."""
    sums = {kind.label: (_of_kind(listed, kind), amount) for kind, amount in kinds.items()}
    sums |= {} if kinds else {"上级补助": (sum(listed.values()), total)}
    return tuple(
        Caution(
            "transfers_register_unused",
            "上级补助",
            f"分项补助相加 {added:,.0f} 万元，大于{name} {booked:,.0f} 万元，未按分项测算，请核对台账",
        )
        for name, (added, booked) in sums.items()
        if added - booked > max(WHOLE * booked, 0.5)
    )


def unlisted_rest(
    listed: Mapping[str, float], kinds: Mapping[TransferKind, float], total: float, assumed: Assumed
) -> dict[str, float]:
    """What no line explains: whole kinds, or the rest of one, split into free and tied money as without a register."""
    rest: dict[str, float] = {}
    free_listed = sum(amount for code, amount in listed.items() if rule_of(code)["general_purpose"] == "yes")
    if not kinds:
        left, share = total - sum(listed.values()), assumed.number("transfers_general_purpose_share")
        free = 0.0 if nearly(total - left, total) else float(np.clip(share * total - free_listed, 0.0, max(left, 0.0)))
        return {code: amount for code, amount in (("11002+", free), ("11003-", left - free)) if abs(amount) > 1e-9}
    for kind, amount in kinds.items():
        left = amount - _of_kind(listed, kind)
        code = CODE_OF_KIND[kind]
        if kind is TransferKind.GENERAL and not is_whole(listed, kinds):
            inside = sum(
                value
                for item, value in listed.items()
                if item.startswith(code) and rule_of(item)["general_purpose"] == "yes"
            )
            share = assumed.number("general_transfers_general_purpose_share")
            free = float(np.clip(share * amount - inside, 0.0, max(left, 0.0)))
            rest[f"{code}+"], left = free, left - free
        rest[f"{code}-"] = left
    return {code: amount for code, amount in rest.items() if abs(amount) > 1e-9}


def _of_kind(listed: Mapping[str, float], kind: TransferKind) -> float:
    return sum(amount for code, amount in listed.items() if code.startswith(CODE_OF_KIND[kind]))


def _related(code: str, other: str) -> bool:
    return code.startswith(other) or other.startswith(code)


def split_by_use(
    history: History, base: int, total: float, share_of_transfers: float, share_of_general: float
) -> tuple[TransferBase, list[Caution]]:
    """Split the base year's transfers by kind and use where no lines are known.

    The shares are the general-purpose part of all transfers (kinds unknown) and of general transfers.
    """
    rebates, general, special = (
        history.value(line, base) for line in ("rebates", "general_transfers", "special_transfers")
    )
    if not np.isfinite([rebates, general, special]).all():
        earmarked = total * (1 - share_of_transfers)
        message = f"{base}年上级补助未分类，财力性部分按 {share_of_transfers:.1%} 估计"
        return TransferBase(0.0, total - earmarked, 0.0, earmarked), [
            Caution("transfers_not_split", "上级补助", message)
        ]
    codes = history.codes[Budget.GENERAL]
    items = codes.loc[base].dropna() if base in codes.index else {}
    listed = {code: amount for code, amount in items.items() if code.startswith("11002") and len(code) == 7}
    if listed and abs(sum(listed.values()) - general) < 0.01 * general:
        tied_free = sum(amount for code, amount in listed.items() if code in general_purpose_codes())
        return split_transfers(rebates, general, special, tied_free / general), []
    message = f"{base}年一般性转移支付未分项，财力性部分按 {share_of_general:.1%} 估计"
    return split_transfers(rebates, general, special, share_of_general), [
        Caution("general_transfers_not_split", "上级补助", message)
    ]
