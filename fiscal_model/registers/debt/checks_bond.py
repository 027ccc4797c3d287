"""What must hold across the columns of one row of the bond ledger."""

from __future__ import annotations

from typing import Any

from fiscal_model.registers.refusals import Complaint
from fiscal_model.words.vocabulary import Amortisation

HIGHEST_COUPON = 0.2


def bond_fault(row: dict[str, Any]) -> list[Complaint]:
    """Return what is wrong with a row of the bond ledger.

    Parameters
    ----------
    row : dict
        Checked cells of `the register of bonds`; empty optional ones are None.

    Returns
    -------
    list of (column, found, remedy)

    Examples
    --------
    >>> import datetime as dt
    >>> row = {"issue_date": dt.date(2025, 5, 20), "maturity_date": dt.date(2020, 5, 20), "coupon_rate": 0.03,
    ...        "amortisation": Amortisation.BULLET, "interest_frequency": 1, "grace_years": None,
    ...        "principal_frequency": None, "call_date": None}
    >>> bond_fault(row)
    [('maturity_date', '到期日 2020-05-20 不晚于起息日 2025-05-20', '请核对两个日期')]
    """
    return [*_dates(row), *_coupon(row), *_grace(row), *_principal(row)]


def _dates(row: dict[str, Any]) -> list[Complaint]:
    issue, maturity, call = row["issue_date"], row["maturity_date"], row["call_date"]
    if maturity <= issue:
        return [("maturity_date", f"到期日 {maturity} 不晚于起息日 {issue}", "请核对两个日期")]
    if call is None:
        return []
    if not issue < call <= maturity:
        text = f"提前偿还日 {call} 不在起息日 {issue} 与到期日 {maturity} 之间"
        return [("call_date", text, "请核对日期；不提前偿还的留空")]
    if row["amortisation"] is not Amortisation.CALL:
        text = f"还本方式为 {row['amortisation'].label}，却填了提前偿还日"
        return [("call_date", text, "预计提前偿还的把还本方式填 call，否则留空")]
    return []


def _coupon(row: dict[str, Any]) -> list[Complaint]:
    """Nothing above a fifth is a coupon; a Share above 1 is refused before, with the same hint."""
    coupon = row["coupon_rate"]
    if coupon <= HIGHEST_COUPON:
        return []
    remedy = f"利率用小数：3.05% 写 0.0305；是否想写 {coupon / 100:g}"
    return [("coupon_rate", f"票面利率 {coupon:g} 高于 20%", remedy)]


def _grace(row: dict[str, Any]) -> list[Complaint]:
    grace = row["grace_years"] or 0
    issue, maturity = row["issue_date"], row["maturity_date"]
    if not grace or maturity <= issue:
        return []
    if row["amortisation"] in (Amortisation.EQUAL_PRINCIPAL, Amortisation.LEVEL):
        text = f"还本方式为 {row['amortisation'].label}，不能有宽限期"
        return [("grace_years", text, "有宽限期的填 instalments（分期还本）")]
    ends = (issue.year + grace, issue.month, issue.day)
    if ends >= (maturity.year, maturity.month, maturity.day):
        return [("grace_years", f"宽限期 {grace} 年不短于债券期限", "宽限期要短于期限")]
    return []


def _principal(row: dict[str, Any]) -> list[Complaint]:
    often, interest = row["principal_frequency"], row["interest_frequency"]
    if often is None or row["amortisation"] not in (Amortisation.EQUAL_PRINCIPAL, Amortisation.INSTALMENTS):
        return []
    if interest is None:
        return [("principal_frequency", "填了每年还本次数，没有填每年付息次数", "请补上每年付息次数")]
    if interest % often:
        text = f"每年还本 {often} 次不能整除每年付息 {interest} 次"
        return [("principal_frequency", text, "还本日须同时是付息日")]
    return []
