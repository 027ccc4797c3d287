"""The classification: official codes with their Chinese labels, and the yearly totals they feed.

Codes and labels follow the Ministry of Finance's classification of government revenue and expenditure as printed in
budget books; `data/rules/accounts.csv` is the machine copy. Item codes (项) change yearly, so an unknown item under a
known class (款) is accepted; an unknown class is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from fiscal_model.law.rules import rule_table
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import Budget

_TOTALS = """
own_revenue tax_revenue nontax_revenue transfers rebates general_transfers special_transfers
transfers_general_purpose=财力性转移支付 transfers_earmarked received_from_below=下级上解收入 debt_proceeds_general carry_in refinancing_carry_in
transfer_in stabilization_draw regional_in=区域间转移性收入 resources_total=一般公共预算收入总计
expenditure interest_general issue_fees_general hidden_debt_budget digestion committed_projects=已签约项目县级支出
contingency_reserve remitted_up paid_to_below=补助下级支出
onlent_to_below=一般债务转贷下级支出 principal_general stabilization_topup revolving_topup transfer_out regional_out=区域间转移性支出
refinancing_carry_out carry_out uses_total=一般公共预算支出总计 stabilization_fund_stock revolving_fund_stock temporary_payments_stock=财政暂付款年末余额
guarantee_living=保基本民生支出 guarantee_salaries=保工资支出 guarantee_operations=保运转支出 guarantees_total=三保支出合计
debt_service_total=政府债务还本付息合计 available_resources
fund_revenue land_revenue fund_transfers fund_received_from_below=政府性基金下级上解收入 debt_proceeds_special
fund_carry_in=政府性基金上年结转 fund_refinancing_carry_in fund_transfer_in=政府性基金调入资金 fund_resources_total fund_expenditure interest_special
issue_fees_special fund_remitted_up=政府性基金上解支出 fund_paid_to_below=政府性基金补助下级支出 fund_onlent_to_below=专项债务转贷下级支出
fund_transfer_out=政府性基金调出资金 principal_special fund_refinancing_carry_out fund_carry_out=政府性基金结转下年 fund_uses_total
state_capital_revenue state_capital_transfers state_capital_carry_in state_capital_resources_total
state_capital_expenditure state_capital_paid_to_below=国有资本经营补助下级支出 state_capital_transfer_out
state_capital_carry_out state_capital_uses_total
"""
TOTALS_LINES: dict[str, str] = {
    name: own_label or LINES[name].label for name, _, own_label in (word.partition("=") for word in _TOTALS.split())
}
"""Lines a yearly total may be given for, with the name printed in Chinese: the plan's, unless ``=`` gives its own."""

REVENUE_LINES = ("own_revenue", "tax_revenue", "nontax_revenue", "fund_revenue", "land_revenue")
"""Totals of a county's own revenue, for which months, one-offs and forecasts of others may be given."""

TOTALS_NEGATIVE = frozenset({"revolving_topup", "rebates"})
"""Totals that may be negative: a revolving fund may be drawn back (rule B3 of docs/method.md), a place may return more of its
taxes than it is rebated (大庆市本级 2023: -141,436 万元)."""

_NEGATIVE = ("103014898", "23016", "11001")
"""Codes printed with a minus: land-use fees paid onward, the revolving fund drawn back, rebates and their items."""

LINE_OF_CODES: dict[Budget, tuple[tuple[str, tuple[str, ...]], ...]] = {
    Budget.GENERAL: (
        ("tax_revenue", ("101",)),
        ("nontax_revenue", ("103",)),
        ("debt_proceeds_general", ("105", "11011")),
        ("rebates", ("11001",)),
        ("general_transfers", ("11002",)),
        ("special_transfers", ("11003",)),
        ("received_from_below", ("11006",)),
        ("carry_in", ("11008",)),
        ("transfer_in", ("11009",)),
        ("regional_in", ("11013", "11021")),
        ("stabilization_draw", ("11015",)),
        ("paid_to_below", ("23001", "23002", "23003")),
        ("onlent_to_below", ("23011",)),
        ("remitted_up", ("23006",)),
        ("transfer_out", ("23008",)),
        ("carry_out", ("23009",)),
        ("regional_out", ("23013", "23021")),
        ("stabilization_topup", ("23015",)),
        ("revolving_topup", ("23016",)),
        ("principal_general", ("231",)),
        ("interest_general", ("232",)),
        ("issue_fees_general", ("233",)),
        ("contingency_reserve", ("227",)),
    ),
    Budget.FUNDS: (
        ("land_revenue", ("1030148",)),
        ("fund_transfers", ("11004",)),
        ("fund_received_from_below", ("11006",)),
        ("fund_carry_in", ("11008",)),
        ("fund_transfer_in", ("11009",)),
        ("debt_proceeds_special", ("105", "11011")),
        ("fund_paid_to_below", ("23004",)),
        ("fund_onlent_to_below", ("23011",)),
        ("fund_remitted_up", ("23006",)),
        ("fund_transfer_out", ("23008",)),
        ("fund_carry_out", ("23009",)),
        ("principal_special", ("231",)),
        ("interest_special", ("232",)),
        ("issue_fees_special", ("233",)),
    ),
    Budget.STATE_CAPITAL: (
        ("state_capital_transfers", ("11005",)),
        ("state_capital_carry_in", ("11008",)),
        ("state_capital_paid_to_below", ("23005",)),
        ("state_capital_transfer_out", ("23008",)),
        ("state_capital_carry_out", ("23009",)),
    ),
}
"""Which official codes make up which yearly total (docs/method.md)."""


SIDES: dict[Budget, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Budget.GENERAL: (
        (
            "own_revenue",
            "transfers",
            "debt_proceeds_general",
            "carry_in",
            "refinancing_carry_in",
            "transfer_in",
            "stabilization_draw",
            "received_from_below",
            "regional_in",
        ),
        (
            "expenditure",
            "remitted_up",
            "paid_to_below",
            "onlent_to_below",
            "principal_general",
            "stabilization_topup",
            "revolving_topup",
            "transfer_out",
            "regional_out",
            "refinancing_carry_out",
            "carry_out",
        ),
    ),
    Budget.FUNDS: (
        (
            "fund_revenue",
            "fund_transfers",
            "fund_received_from_below",
            "debt_proceeds_special",
            "fund_carry_in",
            "fund_refinancing_carry_in",
            "fund_transfer_in",
        ),
        (
            "fund_expenditure",
            "fund_paid_to_below",
            "fund_onlent_to_below",
            "fund_remitted_up",
            "fund_transfer_out",
            "principal_special",
            "fund_refinancing_carry_out",
            "fund_carry_out",
        ),
    ),
    Budget.STATE_CAPITAL: (
        ("state_capital_revenue", "state_capital_transfers", "state_capital_carry_in"),
        (
            "state_capital_expenditure",
            "state_capital_paid_to_below",
            "state_capital_transfer_out",
            "state_capital_carry_out",
        ),
    ),
}
"""The lines of both sides of each budget: resources, then uses (预算法实施条例 33-38)."""


@dataclass(frozen=True)
class Account:
    """One code of one budget."""

    budget: Budget
    code: str
    label: str


@cache
def chart() -> dict[tuple[Budget, str], Account]:
    """Return the chart of accounts by budget and code.

    Examples
    --------
    >>> chart()[Budget.GENERAL, "10101"].label
    '增值税'
    """
    accounts = [Account(Budget(row["budget"]), row["code"], row["label"]) for row in rule_table("accounts")]
    return {(account.budget, account.code): account for account in accounts}


def why_not_a_code(budget: Budget, code: str) -> str | None:
    """Say in Chinese what is wrong with a code, or return None when it can be used.

    Examples
    --------
    >>> why_not_a_code(Budget.GENERAL, "2050299") is None
    True
    >>> why_not_a_code(Budget.GENERAL, "99901")
    '科目编码“99901”不在一般公共预算的科目表里'
    """
    if not re.fullmatch(r"\d{3}(\d\d){0,3}", code):
        return f"科目编码应为 3、5、7 或 9 位数字，填写的是“{code}”"
    if budget is Budget.SOCIAL_INSURANCE:
        return "社会保险基金收支请填写在 insurance 表"
    if (budget, code) in chart() or any((budget, code[:size]) in chart() for size in (7, 5) if len(code) > size):
        return None
    return f"科目编码“{code}”不在{budget.label}的科目表里"


def revenue_line(text: str) -> str | None:
    """Return the line id or the code that a table means by a revenue line, None when it is neither.

    ``text``: a line of `REVENUE_LINES`, its Chinese name, or an official revenue code of the general or the funds
    budget.

    Examples
    --------
    >>> revenue_line("税收收入"), revenue_line("10101"), revenue_line("1030148"), revenue_line("2050299")
    ('tax_revenue', '10101', '1030148', None)
    """
    named = {TOTALS_LINES[line]: line for line in REVENUE_LINES}
    if named.get(text, text) in REVENUE_LINES:
        return named.get(text, text)
    known = (why_not_a_code(budget, text) is None for budget in (Budget.GENERAL, Budget.FUNDS))
    return text if text.startswith(("101", "103")) and any(known) else None


def may_be_negative(code: str, note: str) -> bool:
    """Tell whether budget books may print a code with a minus.

    Spending below a class is printed so when money of earlier years comes back (Lijiang's books hold 23 such figures);
    the row's note must then say so, because a minus is more often a slip.

    Examples
    --------
    >>> may_be_negative("2100410", ""), may_be_negative("2100410", "冲减以前年度支出"), may_be_negative("10101", "x")
    (False, True, False)
    """
    return code.startswith(_NEGATIVE) or (is_expenditure(code) and len(code) > 3 and bool(note))


def is_expenditure(code: str) -> bool:
    """Tell whether a code lies inside expenditure proper: interest (232) does, principal (231) and 230 do not."""
    return code.startswith("2") and code[:3] not in {"230", "231"}


def label_of(budget: Budget, code: str) -> str:
    """Return the Chinese label of a code, or the label of its nearest known parent."""
    known = chart()
    for size in (len(code), 7, 5, 3):
        if size <= len(code) and (budget, code[:size]) in known:
            return known[budget, code[:size]].label
    return code


def revenue_label(line: str) -> str:
    """Return the Chinese name of a revenue line or code.

    Examples
    --------
    >>> revenue_label("own_revenue"), revenue_label("10101")
    ('一般公共预算收入', '增值税')
    """
    return TOTALS_LINES.get(line) or label_of(Budget.GENERAL if is_general(line) else Budget.FUNDS, line)


def is_general(code: str) -> bool:
    """Tell whether a code belongs to the general budget.

    Examples
    --------
    >>> is_general("10307"), is_general("1030148")
    (True, False)
    """
    return why_not_a_code(Budget.GENERAL, code) is None
