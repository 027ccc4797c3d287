"""The swap ledger: in which order debts are to be swapped, what it saves, how far it is, which loops are not closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.blocks.debt.hidden_plan import HiddenPlan
from fiscal_model.blocks.debt.legal_debt import issue_of
from fiscal_model.inputs.place import Place
from fiscal_model.law.limits import clear_by
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, frame_sheet, shows_itself
from fiscal_model.words.vocabulary import NON_STANDARD, DebtKind, HiddenFunding

DUE_FIRST, SAVING, SMALL, CONTRACT_LAST = "当年到期", "按节省利息", "非标或小额", f"{clear_by()}年后按合同，最后"
CLOSED, OPEN, PLANNED = "已闭环", "未闭环", "计划中"
_TOLERANCE = 0.005


@shows_itself
@dataclass(frozen=True, repr=False)
class Swaps:
    """The swap ledger of a place at the end of the base year, 万元.

    Parameters
    ----------
    order : DataFrame
        Debts still open, the first to swap first: rank, debt_code, creditor, instrument, balance, rate, new_rate, years_left,
        saving (of swapping now, over its life), planned (to be swapped by the plan), reason.
    ledger : DataFrame
        Rows of the register with state (`CLOSED`, `OPEN`, `PLANNED`).
    unmatched : DataFrame
        row_line, debt_code, reason: why a loop is not closed.
    swapped, planned : float
        Swapped by then; still to be swapped by the plan.
    coupons : mapping of DebtKind to (year,) float
        Coupon of the bonds issued in exchange by plan year: the plan's own. ``new_rate`` of a debt is that of its kind of
        bond in the year it is to be swapped, without a plan to swap it in the first plan year.
    """

    as_of: dt.date
    order: pd.DataFrame
    ledger: pd.DataFrame
    unmatched: pd.DataFrame
    swapped: float
    planned: float
    coupons: Mapping[DebtKind, np.ndarray]

    @property
    def sheet(self) -> Sheet:
        """What to swap first, as a table."""
        heads = {
            "rank": "次序", "creditor": "债权人", "balance": "余额", "rate": "利率",
            "saving": "置换节省利息", "planned": "计划置换",
        }  # fmt: skip
        return frame_sheet(
            f"隐性债务置换次序（{self.as_of:%Y-%m-%d}）", self.order.head(10), heads, kinds={"rate": "ratio"}
        )

    @property
    def progress(self) -> float:
        """Swapped over all that is swapped or to be swapped, NaN without any."""
        whole = self.swapped + self.planned
        return self.swapped / whole if whole else float("nan")

    @property
    def saving(self) -> float:
        """Interest that the planned swaps save over the life of the debts."""
        share = np.divide(self.order["planned"], self.order["balance"]) if len(self.order) else np.zeros(0)
        return float((share * self.order["saving"]).sum())


def rank_swaps(plan: Plan) -> Swaps | None:
    """Read the swap ledger as it stood at the end of a plan's base year and rank what is still to be swapped.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Swaps or None
        None without a register of hidden debt.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> rank_swaps(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))) is None
    True
    """
    place, as_of = plan.basis.place, dt.date(plan.base_year, 12, 31)
    if not place.has("hidden_debt"):
        return None
    hidden = plan.basis.debt.hidden
    coupons = {kind: issue_of(plan.basis.assumed, "new_issue", kind).rate for kind in DebtKind}
    ledger = place.rows("swap_ledger")
    unmatched = unmatched_swaps(place, as_of)
    done = np.array([day <= as_of for day in ledger["swap_date"]], dtype=bool)
    open_lines = set(unmatched["row_line"])
    states = [
        PLANNED if not past else OPEN if line in open_lines else CLOSED
        for past, line in zip(done, ledger["row_line"], strict=True)
    ]
    by_swap = (hidden.parts["funding"] == HiddenFunding.SWAP).to_numpy(dtype=bool)
    return Swaps(
        as_of=as_of,
        order=swap_order(hidden, as_of, coupons),
        ledger=ledger.assign(state=states),
        unmatched=unmatched,
        swapped=float(ledger["amount"].to_numpy(dtype=float)[done].sum()),
        planned=float(hidden.parts["amount"].to_numpy(dtype=float)[by_swap].sum()),
        coupons=coupons,
    )


def swap_order(hidden: HiddenPlan, as_of: dt.date, coupons: Mapping[DebtKind, np.ndarray]) -> pd.DataFrame:
    """Rank open debts: due next year first, then by saving, then non-standard or small creditors, contracts last.

    The columns of `Swaps.order`. ``saving = balance x (rate - new_rate) x years_left``, negative where the debt bears
    less than a bond.

    ``coupons``: (year,) float by kind of bond, as the plan issues them.
    """
    small = float(rules("hidden_debt")["small_creditor"]["value"])
    found = []
    for code, group in hidden.parts.groupby("debt_code", sort=False):
        first, balance = group.iloc[0], float(group["amount"].sum())
        if balance <= _TOLERANCE:
            continue
        ends, years_left = _end(first, group, as_of)
        due = ends <= as_of.year + 1
        odd = first["instrument"] in {word.label for word in NON_STANDARD} or balance <= small
        contract = bool(first["contract"])
        swaps = group[group["funding"] == HiddenFunding.SWAP]
        issued = int(swaps["year"].min()) - hidden.years[0] if len(swaps) else 0
        new_rate = float(coupons[first["swap_kind"]][int(np.clip(issued, 0, len(hidden.years) - 1))])
        planned = float(swaps["amount"].sum())
        found.append(
            {
                "debt_code": code,
                "creditor": first["creditor"],
                "instrument": first["instrument"],
                "balance": balance,
                "rate": float(first["rate"]),
                "new_rate": new_rate,
                "years_left": years_left,
                "saving": balance * (float(first["rate"]) - new_rate) * years_left,
                "planned": planned,
                "reason": CONTRACT_LAST if contract else DUE_FIRST if due else SMALL if odd else SAVING,
                "keys": (contract, not due, not odd),
            }
        )
    # The saving stands before the kind of creditor, which only tells equal savings apart.
    found.sort(key=lambda row: (row["keys"][0], row["keys"][1], -row["saving"], row["keys"][2], row["debt_code"]))
    columns = [
        "rank", "debt_code", "creditor", "instrument", "balance", "rate", "new_rate", "years_left", "saving",
        "planned", "reason",
    ]  # fmt: skip
    return pd.DataFrame([{**row, "rank": rank} for rank, row in enumerate(found, 1)], columns=columns)


def _end(first: pd.Series, group: pd.DataFrame, as_of: dt.date) -> tuple[int, float]:
    """Year and years to the end of a debt: by contract where that is known, else as the plan resolves it."""
    maturity = first["maturity_date"]
    if isinstance(maturity, dt.date):
        return maturity.year, max((maturity - as_of).days / 365.25, 0.0)
    ends = int(group["year"].max())
    return ends, float(max(ends - as_of.year, 0))


def unmatched_swaps(place: Place, as_of: dt.date) -> pd.DataFrame:
    """List swaps whose debt row, payment and proof of closure do not match by a day.

    row_line, debt_code, reason (Chinese); one row a reason, in the order of the register.

    ``as_of``: later swaps are plans and are not looked at.
    """
    rows = place.rows("swap_ledger")
    rows = rows[np.array([day <= as_of for day in rows["swap_date"]], dtype=bool)]
    found = [
        (row["row_line"], row["debt_code"], reason)
        for row in rows.to_dict("records")
        for reason in (*_bond_reasons(row, place, rows), *_payment_reasons(row, as_of), *_closure_reasons(row, as_of))
    ]
    found += _balance_reasons(rows, place)
    frame = pd.DataFrame(found, columns=["row_line", "debt_code", "reason"])
    return frame.sort_values("row_line", kind="stable").reset_index(drop=True)


def _bond_reasons(row: dict, place: Place, rows: pd.DataFrame) -> Iterator[str]:
    code, bonds = row["bond_code"], place.rows("bonds")
    if not code:
        yield "没有对应的债券编码"
        return
    if not len(bonds):
        return
    bond = bonds[bonds["bond_code"] == code]
    if not len(bond):
        yield f"债券台账中没有“{code}”"
        return
    face, used = float(bond["face"].iloc[0]), float(rows.loc[rows["bond_code"] == code, "amount"].sum())
    if used > face + _TOLERANCE:
        yield f"债券“{code}”用于置换合计 {used:,.2f} 万元，超过转贷金额 {face:,.2f} 万元"
    if row["swap_date"] < bond["issue_date"].iloc[0]:
        yield f"置换日期 {row['swap_date']} 早于债券起息日 {bond['issue_date'].iloc[0]}"


def _payment_reasons(row: dict, as_of: dt.date) -> Iterator[str]:
    paid, amount = row["payment_date"], row["payment_amount"]
    days = int(rules("hidden_debt")["payment_days"]["value"])
    if not isinstance(paid, dt.date) or paid > as_of:
        waited = (as_of - row["swap_date"]).days
        if waited > days:
            yield f"置换后 {waited} 天仍未付款，超过 {days} 天"
        else:
            yield "尚未付款"
        return
    if paid < row["swap_date"]:
        yield f"付款日期 {paid} 早于置换日期 {row['swap_date']}"
    if amount is None or pd.isna(amount):
        yield "没有填写付款金额"
    elif abs(float(amount) - row["amount"]) > _TOLERANCE:
        yield f"付款金额 {float(amount):,.2f} 万元与置换金额 {row['amount']:,.2f} 万元不一致"


def _closure_reasons(row: dict, as_of: dt.date) -> Iterator[str]:
    closed, paid = row["closure_date"], row["payment_date"]
    days = int(rules("hidden_debt")["closure_days"]["value"])
    if not isinstance(closed, dt.date) or closed > as_of:
        since = paid if isinstance(paid, dt.date) and paid <= as_of else None
        waited = (as_of - since).days if since else 0
        if since and waited > days:
            yield f"付款后 {waited} 天仍未销号，超过 {days} 天"
        else:
            yield "尚未销号"
        return
    if isinstance(paid, dt.date) and closed < paid:
        yield f"销号日期 {closed} 早于付款日期 {paid}"
    if not row["closure_proof"]:
        yield "没有销号凭证"


def _balance_reasons(rows: pd.DataFrame, place: Place) -> list[tuple[int, str, str]]:
    """Swapped twice, more than there was, or not taken off the balance of the debt."""
    left = {row["debt_code"]: float(row["balance"]) for row in place.rows("hidden_debt").to_dict("records")}
    found = []
    for code, group in rows.groupby("debt_code", sort=False):
        before = group["balance_before"].dropna()
        if not len(before):
            continue
        opening, total = float(before.max()), float(group["amount"].sum())
        line = int(group["row_line"].iloc[-1])
        if total > opening + _TOLERANCE:
            several = "、".join(str(number) for number in group["row_line"])
            reason = (
                f"重复置换：第 {several} 行合计 {total:,.2f} 万元，超过置换前余额 {opening:,.2f} 万元"
                if len(group) > 1
                else f"置换金额 {total:,.2f} 万元超过置换前余额 {opening:,.2f} 万元"
            )
            found.append((line, str(code), reason))
        elif left.get(str(code), 0.0) > opening - total + _TOLERANCE:
            reason = f"隐性债务台账余额 {left[str(code)]:,.2f} 万元没有核减，应不超过 {opening - total:,.2f} 万元"
            found.append((line, str(code), reason))
    return found
