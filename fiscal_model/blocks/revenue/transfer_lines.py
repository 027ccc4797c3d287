"""Transfers of a place line by line: what each line is, how it grows, what was announced; by kind where no lines are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.transfers import (
    TransferBase,
    TransferPath,
    line_growth,
    project_transfer_lines,
    project_transfers,
    sum_transfer_lines,
)
from fiscal_model.blocks.approved_budget import Approved
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees
from fiscal_model.blocks.ledgers.grant_income import unlisted_grants
from fiscal_model.blocks.revenue.transfer_listing import (
    beyond_booked,
    booked_kinds,
    has_base,
    is_whole,
    listed_amounts,
    nearly,
    notices_of,
    rule_of,
    split_by_use,
    unlisted_rest,
)
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.registers.revenue.revenue_registers import tied_codes
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import Budget, GuaranteeClass, TransferKind, TransferLogic

GROWTH_OF_USE = {
    "rebate": "rebates_growth",
    "free": "transfers_general_purpose_growth",
    "tied": "transfers_earmarked_growth",
}
QUOTA = "2300601"
"""体制上解: remitted by the sharing system, the same amount every year."""


@dataclass(frozen=True)
class TransferLine:
    """One line of transfers from above, money in 万元."""

    code: str
    name: str
    kind: TransferKind
    logic: TransferLogic
    general_purpose: bool  # Free of a use, so that it counts as available resources
    base: float  # Base-year amount
    growth: np.ndarray  # (year,) float: by its logic, see `arithmetic.revenue.transfers.line_growth`
    cap: float  # Largest yearly growth of a formula grant, infinite where there is none
    notice: float  # What was announced for the first plan year, NaN where nothing was
    notified_share: float  # Share of this year's amount to be announced for the next one, NaN where no rule holds
    tied_to: str  # What it pays, empty where unknown
    # source, quality: of the logic and the cap
    source: str
    quality: str


@dataclass(frozen=True)
class Transfers:
    """Transfers of a place: its lines, their paths, and what the plan takes from them."""

    lines: tuple[TransferLine, ...]  # Empty where only kinds or a total are known
    amounts: np.ndarray  # (line, year) float: 万元
    total: float  # Of the base year; inferred where it was not published
    base: TransferBase
    path: TransferPath
    grain: str = ""  # In Chinese; empty where the plan's usual words hold
    cautions: tuple[Caution, ...] = ()
    approved: tuple[Approved, ...] = ()  # What the approved budget of the first plan year did to them
    ratios: Mapping[str, float] = field(default_factory=dict)  # By field of the path: what that multiplies it by


def transfers_of(
    place: Place,
    history: History,
    base_year: int,
    total: float,
    guarantees: Guarantees,
    assumed: Assumed,
    usual: Assumed,
) -> Transfers:
    """Carry a place's transfers forward at the finest grain there is.

    By the register ``transfers``, else by the ledger's items of 11002 when they add up to it, else by kind.

    ``total``: transfers of the base year, published or inferred, 万元.
    ``guarantees``: what earmarked lines may be tied to.
    ``assumed``, ``usual``: under the scenario, and without it: a line with a growth of its own moves by the difference
    of the two.
    """
    register = place.rows("transfers")
    shares = (f"{kind}transfers_general_purpose_share" for kind in ("", "general_"))
    by_kind, doubts = split_by_use(history, base_year, total, *(assumed.number(name) for name in shares))
    kinds = booked_kinds(history, base_year)
    listed = listed_amounts(register, history, base_year, kinds)
    notices = notices_of(register, base_year)
    taken_as_base = {code: amount for code, amount in notices.items() if not has_base(code, listed, kinds)}
    listed |= taken_as_base
    excess = beyond_booked(listed, kinds, total)
    if excess or not (len(register) or is_whole(listed, kinds)):
        growths = (assumed.path(name) for name in GROWTH_OF_USE.values())
        path = project_transfers(by_kind, *growths)
        found = (*doubts, *(excess if len(register) else ()))
        return Transfers((), np.zeros((0, len(assumed.years))), total, by_kind, path, cautions=found)
    needs = _needs(guarantees)
    rest = unlisted_rest(listed, kinds, total, assumed)
    lines = _lines(_by_code(place), listed, rest, notices, needs, (assumed, usual))
    granted = unlisted_grants(place, assumed.years)
    amounts = np.vstack([_projected(lines), granted.to_numpy(dtype=float)])
    lines += tuple(_granted(str(code), len(assumed.years)) for code in granted.index)
    covered = is_whole(listed, kinds) or (not kinds and nearly(sum(listed.values()), total))
    return Transfers(
        lines,
        amounts,
        total,
        _base_of(lines),
        _sums(lines, amounts),
        f"{'上级补助台账' if len(register) else '科目明细'}（{len(lines)} 项）",
        (*(() if covered else doubts), *_base_cautions(taken_as_base, lines), *_cautions(lines, amounts, needs)),
    )


def remitted_in(history: History, base_year: int) -> tuple[float, float]:
    """Return what the base year remitted to the superior: the ledger's 体制上解 (2300601), a fixed quota, and the rest, 万元."""
    codes = history.codes[Budget.GENERAL]
    booked = history.booked("remitted_up", base_year)
    quota = float(codes.at[base_year, QUOTA]) if base_year in codes.index and QUOTA in codes.columns else 0.0
    quota = float(np.clip(np.nan_to_num(quota), 0.0, booked))
    return quota, booked - quota


@lru_cache(maxsize=16)
def _by_code(place: Place) -> Mapping[str, pd.DataFrame]:
    """The register's rows code by code, in the order of their years."""
    register = place.rows("transfers")
    if not len(register):
        return MappingProxyType({})
    return MappingProxyType(
        {str(code): rows.sort_values(["year", "status"]) for code, rows in register.groupby("code")}
    )


def _lines(
    given: Mapping[str, pd.DataFrame],
    listed: Mapping[str, float],
    rest: Mapping[str, float],
    notices: Mapping[str, float],
    needs: Mapping[str, np.ndarray],
    futures: tuple[Assumed, Assumed],
) -> tuple[TransferLine, ...]:
    named = [
        _line(code, listed.get(code, 0.0), notices.get(code, np.nan), given.get(code), needs, futures)
        for code in sorted({*listed, *notices})
    ]
    unnamed = []
    for code, amount in rest.items():
        line = _line(code, amount, np.nan, None, needs, futures)
        alone = not any(other.kind is line.kind for other in named)
        unnamed.append(line if alone and len(rest) > 1 else replace(line, name=_name_of_rest(line)))
    order = {kind: place for place, kind in enumerate(TransferKind)}
    return tuple(sorted([*named, *unnamed], key=lambda line: order[line.kind]))


def _name_of_rest(line: TransferLine) -> str:
    use = "（财力性）" if line.general_purpose else "（有既定用途）"
    return f"未分项的{line.kind.label}{use if line.kind is TransferKind.GENERAL else ''}"


def _needs(guarantees: Guarantees) -> dict[str, np.ndarray]:
    """Need of each guarantee item by its code, and of each class, base year first, shape (year + 1,)."""
    found = {str(group): guarantees.need[group] for group in GuaranteeClass}
    if guarantees.items is not None:
        found |= dict(zip(guarantees.items.codes, guarantees.items.need.T, strict=True))
    return found


def _line(
    code: str,
    base: float,
    notice: float,
    given: pd.DataFrame | None,
    needs: Mapping[str, np.ndarray],
    futures: tuple[Assumed, Assumed],
) -> TransferLine:
    """One line; a code that ends in ``+`` or ``-`` is the free or tied rest of its kind."""
    plain, assumed, usual = code.rstrip("+-"), *futures
    rule = rule_of(plain)
    kind = TransferKind(rule["kind"])
    free = code.endswith("+") or rule["general_purpose"] == "yes"
    own = _last_given(given, "logic")
    logic = TransferLogic.FORMULA if code.endswith("+") else TransferLogic(str(own or rule["logic"]))
    use = GROWTH_OF_USE["rebate" if kind is TransferKind.REBATE else "free" if free else "tied"]
    growth, own_growth = assumed.path(use), _last_given(given, "growth")
    if own_growth is not None:
        growth = growth - usual.path(use) + float(own_growth)  # type: ignore[arg-type]
    elif logic is TransferLogic.FIXED and kind is not TransferKind.REBATE:
        growth = np.zeros(len(growth))
    tied_to = str(_last_given(given, "tied_to") or "")
    parts = [needs[part] for part in tied_codes(tied_to) if part in needs]
    cap = float(rule["cap"]) if rule["cap"] and logic is TransferLogic.FORMULA else np.inf
    share = float(rule["notified_share"]) if rule["notified_share"] else np.nan
    tied = np.sum(parts, axis=0) if parts else None
    sure = share if np.isfinite(share) else 1.0
    return TransferLine(
        code=plain,
        name=str(_last_given(given, "name") or (rule["name"] if rule["code"] == plain else plain)),
        kind=kind,
        logic=logic,
        general_purpose=free,
        base=base,
        growth=line_growth(logic, growth, cap=cap, notified_share=sure, tied_spending=tied),
        cap=cap,
        notice=notice,
        notified_share=share,
        tied_to=tied_to,
        source=rule["source"],
        quality=rule["quality"],
    )


def _granted(code: str, years: int) -> TransferLine:
    """A grant that a ledger decides: earmarked, of the years it names, without a base to grow from."""
    return TransferLine(
        code=code, name="普惠金融奖补（台账已决定）", kind=TransferKind(rule_of(code)["kind"]), logic=TransferLogic.EARMARKED,
        general_purpose=False, base=0.0, growth=np.zeros(years), cap=np.inf, notice=np.nan, notified_share=np.nan, tied_to="",
        source="台账 inclusive_grants", quality="design",
    )  # fmt: skip


def _last_given(given: pd.DataFrame | None, column: str) -> object:
    """The newest value of a column that may stay empty."""
    if given is None:
        return None
    known = [value for value in given[column] if value is not None and value == value and value != ""]
    return known[-1] if known else None


def _projected(lines: tuple[TransferLine, ...]) -> np.ndarray:
    growth = np.stack([line.growth for line in lines])
    notices = np.full(growth.shape, np.nan)
    notices[:, 0] = [line.notice for line in lines]
    return project_transfer_lines(np.array([line.base for line in lines]), growth, notices)


def _sums(lines: tuple[TransferLine, ...], amounts: np.ndarray) -> TransferPath:
    return sum_transfer_lines(amounts, [line.kind for line in lines], [line.general_purpose for line in lines])


def _base_of(lines: tuple[TransferLine, ...]) -> TransferBase:
    now = _sums(lines, np.array([[line.base] for line in lines]))
    return TransferBase(*(float(getattr(now, name)[0]) for name in TransferBase.__dataclass_fields__))


def _base_cautions(taken_as_base: Mapping[str, float], lines: tuple[TransferLine, ...]) -> list[Caution]:
    names = [line.name for line in lines if line.code in taken_as_base]
    text = f"{'、'.join(names)}的基期数未提供，按与提前下达数相等处理"
    return [Caution("transfers_base_assumed", "上级补助", text)] if names else []


def _cautions(lines: tuple[TransferLine, ...], amounts: np.ndarray, needs: Mapping[str, np.ndarray]) -> list[Caution]:
    found = []
    for kind in (TransferKind.GENERAL, TransferKind.SPECIAL):
        inside = [
            position
            for position, line in enumerate(lines)
            if line.kind is kind and np.isfinite(line.notice) and line.base > 0
        ]
        if inside:
            noticed, base = (sum(getattr(lines[at], name) for at in inside) for name in ("notice", "base"))
            expected = float(amounts[inside, 0].sum())
            found += _notice_cautions(kind, lines[inside[0]].notified_share, noticed, base, expected)
    lost = [line.name for line in lines if line.tied_to and not any(part in needs for part in tied_codes(line.tied_to))]
    if lost:
        text = f"{'、'.join(lost)}对应的支出没有分项预测，按专用性转移支付增速测算"
        found.append(Caution("transfers_tie_unknown", "上级补助", text))
    return found


def _notice_cautions(kind: TransferKind, share: float, noticed: float, base: float, expected: float) -> list[Caution]:
    told = f"提前下达的{kind.label} {noticed:,.0f} 万元"
    if noticed < share * base - 0.5:
        text = (
            f"{told}，为相同项目基期数 {base:,.0f} 万元的 {noticed / base:.1%}，低于实施条例第四十八条的一般比例 {share:.0%}，"
            "可能减少或尚未全部下达"
        )
        return [Caution(f"notice_low_{kind}", "上级补助", text)]
    if expected > noticed / share + 0.5:
        text = f"{told}，按一般比例 {share:.0%} 还原为 {noticed / share:,.0f} 万元，低于测算数 {expected:,.0f} 万元，请核实增幅"
        return [Caution(f"notice_below_plan_{kind}", "上级补助", text)]
    return []
