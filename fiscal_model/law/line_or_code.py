"""Which budget and line a cell means that names a yearly total or an official code."""

from __future__ import annotations

from fiscal_model.law import classification as accounts
from fiscal_model.law.printed_names import line_of, lines_of
from fiscal_model.words.vocabulary import Budget

_FUND_LINES = frozenset(
    {"land_revenue", "debt_proceeds_special", "interest_special", "issue_fees_special", "principal_special"}
)
"""Totals of the funds budget that do not say so in their name."""


def budget_of_line(line: str) -> Budget:
    """Return the budget that a yearly total belongs to.

    Examples
    --------
    >>> budget_of_line("expenditure").label, budget_of_line("fund_carry_in").label, budget_of_line("land_revenue").label
    ('一般公共预算', '政府性基金预算', '政府性基金预算')
    """
    if line.startswith("state_capital_"):
        return Budget.STATE_CAPITAL
    return Budget.FUNDS if line.startswith("fund_") or line in _FUND_LINES else Budget.GENERAL


def line_or_code(budget: Budget, text: str) -> tuple[str, str | None]:
    """Return the line id or code that a cell means, and in Chinese what is wrong with it (None: nothing).

    ``text`` is a line of `accounts.TOTALS_LINES`, a name that its accounts print, or an official code.

    Examples
    --------
    >>> line_or_code(Budget.GENERAL, "一般公共预算支出"), line_or_code(Budget.GENERAL, "205")
    (('expenditure', None), ('205', None))
    >>> line_or_code(Budget.GENERAL, "土地收入")[1]
    '不认识的项目“土地收入”'
    """
    if budget is Budget.SOCIAL_INSURANCE:
        return text, "社会保险基金预算不在这张表登记"
    if text.isdigit():
        return text, accounts.why_not_a_code(budget, text)
    meant = lines_of(text)
    if not meant:
        return text, f"不认识的项目“{text}”"
    for line in (*meant, line_of(budget, text)):
        if line in accounts.TOTALS_LINES and budget_of_line(line) is budget:
            return line, None
    line = meant[0]
    return line, f"“{accounts.TOTALS_LINES[line]}”属于{budget_of_line(line).label}，budget 列填写的是{budget.label}"
