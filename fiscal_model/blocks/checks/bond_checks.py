"""Checks V6, V23 and V25: the bond ledger against published balances and payments, and its own terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.bond_schedule import BondArray, outstanding, schedule
from fiscal_model.arithmetic.debt.coupon_dates import month_number
from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.blocks.checks.plausibility import UNIT_SLIP
from fiscal_model.blocks.debt.ledger import Ledger, ledger_of
from fiscal_model.inputs.found import CAUTION, Found, Look, Spot, booked, looked_at, spot
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.limits import as_percent, usual_payments
from fiscal_model.words.vocabulary import DebtKind, Unit

USUAL_TENORS = (1, 2, 3, 5, 7, 10, 15, 20, 30)
"""Years for which local government bonds are issued (财政部, 地方政府债券发行管理办法 and its notices)."""
LOWEST_COUPON = 0.001
HIGHEST_ISSUE_FEE = 0.005
_YUAN = 10_000.0
_NAMED = 8
"""So many bonds are named in one text."""


def bonds_match_stock(place: Place, history: History) -> Found:
    """V6: what is outstanding in the ledger at a year's end is the published balance.

    The base year must tie; earlier years that the ledger still covers draw a caution.
    """
    looks, faults, cautions = 0, list[tuple[str, Spot]](), list[str]()
    for kind, ledger in _by_kind(place):
        rows, bonds = ledger.rows, ledger.bonds
        slips = _unit_slips(rows, bonds, history, kind)
        faults += slips
        for year in _years(history, kind):
            stock = history.value(f"{kind}_closing_stock", year)
            is_base = year == history.last_year
            if slips or not np.isfinite(stock) or not (is_base or _covers(bonds, history, kind, year)):
                continue
            looks += 1
            left = outstanding(bonds, [year])[0]
            gap = float(left.sum()) - stock
            if abs(gap) > _rounding(place, kind, year):
                text = f"{year}年末{_bonds(kind)}台账未还本金 {left.sum():,.2f} 万元，债务余额 {stock:,.2f} 万元，差 {gap:,.2f} 万元"
                text += _candidates(place, rows, bonds, left, gap, year)
                if is_base:
                    faults.append((text, spot(place, booked(year, f"{kind}_closing_stock"))))
                else:
                    cautions.append(text)
    return Found(looks, tuple(faults), tuple(cautions))


@looked_at
def bonds_match_payments(place: Place, history: History) -> Iterator[Look]:
    """V23: published repayment (231), interest (232) and issue fees (233) against the ledger, in years it covers."""
    for kind, ledger in _by_kind(place):
        bonds = ledger.bonds
        for year in _years(history, kind):
            if not _covers(bonds, history, kind, year - 1):
                continue
            paid = schedule(bonds, [year])
            for line, word, code, added in (
                (f"principal_{kind}", "还本", "231", float(paid.principal.sum())),
                (f"interest_{kind}", "付息", "232", float(paid.interest.sum())),
            ):
                entered = history.value(line, year)
                if np.isfinite(entered):
                    text = (
                        f"{year}年{kind.label}{word}（{code}）账上 {entered:,.2f} 万元，债券台账算出 {added:,.2f} 万元，"
                        f"差 {entered - added:,.2f} 万元"
                    )
                    yield CAUTION, text if abs(entered - added) > max(1.0, 0.01 * added) else ""
            fee, issued = history.value(f"issue_fees_{kind}", year), _issued(bonds, year)
            if np.isfinite(fee) and fee > 0:
                text = (
                    f"{year}年{kind.label}发行费用（233）账上 {fee:,.2f} 万元，债券台账当年发行只有 {issued:,.2f} 万元"
                )
                yield CAUTION, text if fee > HIGHEST_ISSUE_FEE * issued + 1 else ""


def bond_terms_plausible(place: Place, history: History) -> Found:
    """V25: terms that are legal but unusual, what is filled in for an empty cell, bonds the plan leaves out."""
    ledger = ledger_of(place)
    rows, bonds = ledger.rows, ledger.bonds
    if not len(rows):
        return Found(0)
    months = month_number(bonds.maturity) - month_number(bonds.issue)
    later = np.array([day.year > history.last_year for day in rows["issue_date"]], dtype=bool)
    low = (bonds.rate < LOWEST_COUPON) & (bonds.face > 0)
    strange = ~np.isin(months, MONTHS * np.array(USUAL_TENORS))
    empty = pd.to_numeric(rows["interest_frequency"]).isna().to_numpy()
    general = (rows["kind"] == DebtKind.GENERAL).to_numpy(dtype=bool)
    with_project = (rows["project_code"].fillna("") != "").to_numpy(dtype=bool)
    texts = (
        (low, f"票面利率低于 {as_percent(LOWEST_COUPON)}，像是除了两次 100（2.5% 应写 0.025），请核对"),
        (strange, f"期限不是{'、'.join(map(str, USUAL_TENORS))}年之一，请核对起息日和到期日"),
        (empty, f"没有填每年付息次数，按惯例测算：{usual_payments()}（未经核实）"),
        (general & with_project, "是一般债券却填了项目编号；一般债券用于没有收益的公益性事业，请核对类别"),
        (later, f"在{history.last_year}年末以后发行，不在基期余额内，规划没有计入；新增债券请在假设中安排"),
    )
    return Found(len(rows), (), tuple(f"债券 {_names(rows[wrong])} {text}" for wrong, text in texts if wrong.any()))


def _by_kind(place: Place) -> Iterator[tuple[DebtKind, Ledger]]:
    """Bonds of each kind that has any."""
    ledger = ledger_of(place)
    return ((kind, ledger.of(kind)) for kind in DebtKind if len(ledger.of(kind)))


def _years(history: History, kind: DebtKind) -> list[int]:
    return [int(year) for year in history.actual.index if year <= history.last_year]


def _covers(bonds: BondArray, history: History, kind: DebtKind, year: int) -> bool:
    """Tell whether the ledger still holds the bonds repaid since the end of a year: all published repayment is in it."""
    for later in range(year + 1, history.last_year + 1):
        repaid = history.value(f"{kind}_repaid", later)
        repaid = repaid if np.isfinite(repaid) else history.value(f"principal_{kind}", later)
        if not np.isfinite(repaid) or float(schedule(bonds, [later]).principal.sum()) < repaid - 1:
            return False
    return year <= history.last_year


def _issued(bonds: BondArray, year: int) -> float:
    return float(bonds.face[month_number(bonds.issue) // MONTHS == year].sum())


def _rounding(place: Place, kind: DebtKind, year: int) -> float:
    """One 万元; half a hundredth of 亿元 where the balance was published so."""
    debt = place.rows("debt")
    rows = debt[(debt["year"] == year) & (debt["kind"] == kind) & (debt["item"] == "closing_stock")]
    return 50.0 if len(rows) and bool((rows["unit"] == Unit.HUNDRED_MILLION_YUAN).any()) else 1.0


def _unit_slips(rows: pd.DataFrame, bonds: BondArray, history: History, kind: DebtKind) -> list[tuple[str, Spot]]:
    """Find a ledger whose faces are in 亿元 and say 万元; the other way round no row is read at all."""
    stock = history.value(f"{kind}_closing_stock", history.last_year)
    left = float(outstanding(bonds, [history.last_year]).sum())
    alike = np.ptp(np.log10(np.maximum(bonds.face, 1e-6))) < 3
    if not (UNIT_SLIP[0] < stock / max(left, 1e-9) < UNIT_SLIP[1] and alike):
        return []
    text = (
        f"{_bonds(kind)}台账未还本金 {left:,.2f} 万元，{history.last_year}年末余额 {stock:,.2f} 万元，相差约一万倍："
        f"转贷金额像是以亿元填写，请核对“unit”列（第 {_lines(rows)} 行）"
    )
    return [(text, Spot("bonds", int(rows["row_line"].iloc[0])))]


def _candidates(place: Place, rows: pd.DataFrame, bonds: BondArray, left: np.ndarray, gap: float, year: int) -> str:
    """Name the bonds that would explain a difference by themselves."""
    closing = np.datetime64(dt.date(year, 12, 31))
    if gap > 0:
        found = (
            (np.abs(left - gap) <= 1, "未还本金正好等于差额，请核对是否属于本口径、是否已还本"),
            (np.abs(bonds.face - left - gap) <= 1, "已还本金正好等于差额，请核对还本方式和起息日"),
            (np.abs(left - left / _YUAN - gap) <= 1, "以元计正好没有差额，请核对“unit”列"),
        )
    else:
        over = (bonds.last_day <= closing) & (np.abs(bonds.face + gap) <= 1)
        ahead = (bonds.issue > closing) & (np.abs(bonds.face + gap) <= 1)
        found = (
            (over, f"已在{year}年末以前到期，金额正好等于差额，请核对到期日"),
            (ahead, f"在{year}年末以后起息，金额正好等于差额，请核对起息日"),
            (np.abs(left * _YUAN - left + gap) <= 1, "以万元计正好没有差额，请核对“unit”列"),
        )
    said = [f"；债券 {_names(rows[which])} {text}" for which, text in found if which.any()]
    return "".join(said) or ("；没有一笔债券单独等于差额，请核对是否漏登或重登" if abs(gap) > 1 else "")


def _names(rows: pd.DataFrame) -> str:
    named = [f"{row.bond_code}（第 {row.row_line} 行）" for row in rows.head(_NAMED).itertuples()]
    more = f"等 {len(rows)} 笔" if len(rows) > _NAMED else ""
    return "、".join(named) + more


def _bonds(kind: DebtKind) -> str:
    return kind.label.replace("债务", "债券")


def _lines(rows: pd.DataFrame) -> str:
    lines = [str(line) for line in rows["row_line"].head(_NAMED)]
    return "、".join(lines) + (" 等" if len(rows) > _NAMED else "")
