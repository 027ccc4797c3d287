"""What must hold across the terms of a bond, in a row of the ledger as in a frame that a caller hands in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from fiscal_model.arithmetic.debt.bond_schedule import IN_PARTS, BondArray
from fiscal_model.arithmetic.debt.coupon_dates import after_months
from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.law.limits import as_percent
from fiscal_model.registers.refusals import Complaint
from fiscal_model.words.vocabulary import Amortisation

HIGHEST_COUPON = 0.2


@dataclass(frozen=True)
class BondRule:
    """A rule on bonds side by side: which break it, and in which words; ``said`` names fields of `BondArray`."""

    column: str
    wrong: Callable[[BondArray], np.ndarray]
    said: str
    remedy: str

    def text(self, bonds: BondArray, which: int, **instead: str) -> str:
        """Say what is wrong with one bond; ``instead`` replaces fields by other words."""
        fields = ("issue", "maturity", "call", "grace_years", "amortisation", "principal_frequency", "frequency")
        return self.said.format(**{name: getattr(bonds, name)[which] for name in fields} | instead)


def _early(bonds: BondArray) -> np.ndarray:
    return bonds.maturity <= bonds.issue  # false where one is missing


def _called_outside(bonds: BondArray) -> np.ndarray:
    return ~_early(bonds) & ((bonds.call <= bonds.issue) | (bonds.call > bonds.maturity))


def _grace_not_for_it(bonds: BondArray) -> np.ndarray:
    kinds = (Amortisation.EQUAL_PRINCIPAL, Amortisation.LEVEL)
    return ~_early(bonds) & (bonds.grace_years > 0) & np.isin(bonds.amortisation, kinds)


def _endless_grace(bonds: BondArray) -> np.ndarray:
    ends = after_months(bonds.issue, MONTHS * bonds.grace_years)
    return ~_early(bonds) & ~_grace_not_for_it(bonds) & (bonds.grace_years > 0) & (ends >= bonds.maturity)


def _between_interest_days(bonds: BondArray) -> np.ndarray:
    return np.isin(bonds.amortisation, IN_PARTS) & (bonds.frequency % bonds.principal_frequency != 0)


def _called_without_a_right(bonds: BondArray) -> np.ndarray:
    called = ~np.isnat(bonds.call) & (bonds.amortisation != Amortisation.CALL)
    return called & ~_early(bonds) & ~_called_outside(bonds)


DATE_RULES = (
    BondRule("maturity_date", _early, "到期日 {maturity} 不晚于起息日 {issue}", "请核对两个日期"),
    BondRule("call_date", _called_outside, "提前偿还日 {call} 不在起息日 {issue} 与到期日 {maturity} 之间",
             "请核对日期；不提前偿还的留空"),
)  # fmt: skip
TERM_RULES = (
    BondRule("grace_years", _endless_grace, "宽限期 {grace_years} 年不短于债券期限", "宽限期要短于期限"),
    BondRule("grace_years", _grace_not_for_it, "还本方式为 {amortisation}，不能有宽限期", "有宽限期的填 instalments（分期还本）"),
    BondRule("principal_frequency", _between_interest_days,
             "每年还本 {principal_frequency} 次不能整除每年付息 {frequency} 次", "还本日须同时是付息日"),
    BondRule("call_date", _called_without_a_right, "还本方式为 {amortisation}，却填了提前偿还日",
             "预计提前偿还的把还本方式填 call，否则留空"),
)  # fmt: skip


_SELDOM = ("grace_years", "principal_frequency", "call_date")
"""What the rules are about, besides the order of the two dates."""


def bond_fault(row: dict[str, Any]) -> list[Complaint]:
    """Return what is wrong with a row of the bond ledger.

    Examples
    --------
    >>> import datetime as dt
    >>> row = {"issue_date": dt.date(2025, 5, 20), "maturity_date": dt.date(2020, 5, 20), "coupon_rate": 0.03,
    ...        "amortisation": Amortisation.BULLET, "interest_frequency": 1, "grace_years": None,
    ...        "principal_frequency": None, "call_date": None}
    >>> bond_fault(row)
    [('maturity_date', '到期日 2020-05-20 不晚于起息日 2025-05-20', '请核对两个日期')]
    """
    label, coupon = row["amortisation"].label, row["coupon_rate"]
    found = []
    plain = row["maturity_date"] > row["issue_date"] and not any(row[name] for name in _SELDOM)
    if not plain:  # most bonds are, and break none of these
        bond = _one(row)
        found = [
            (rule.column, rule.text(bond, 0, amortisation=label), rule.remedy)
            for rule in (*DATE_RULES, *TERM_RULES)
            if rule.wrong(bond)[0]
        ]
    if coupon > HIGHEST_COUPON:  # above 1 the cell is refused before, with the same hint
        remedy = f"利率用小数：3.05% 写 0.0305；是否想写 {coupon / 100:g}"
        found.append(("coupon_rate", f"票面利率 {coupon:g} 高于 {as_percent(HIGHEST_COUPON)}", remedy))
    if row["principal_frequency"] and row["interest_frequency"] is None and row["amortisation"] in IN_PARTS:
        found.append(("principal_frequency", "填了每年还本次数，没有填每年付息次数", "请补上每年付息次数"))
    return found


def _one(row: dict[str, Any]) -> BondArray:
    often = row["principal_frequency"] or 1
    days = np.array([row["issue_date"], row["maturity_date"], row["call_date"]], dtype="datetime64[D]")[:, None]
    return BondArray(
        face=np.zeros(1),
        rate=np.array([row["coupon_rate"]]),
        issue=days[0],
        maturity=days[1],
        frequency=np.array([row["interest_frequency"] or often]),
        amortisation=np.array([str(row["amortisation"])]),
        grace_years=np.array([row["grace_years"] or 0]),
        principal_frequency=np.array([often]),
        call=days[2],
    )
