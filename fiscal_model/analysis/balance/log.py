"""The log of balancing: every action of every year with its rule, and the balances that it moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.waterfall import SHORTAGE_STEPS
from fiscal_model.law.balance_steps import balance_steps
from fiscal_model.model.projection import Plan
from fiscal_model.words.errors import IdentityError
from fiscal_model.words.vocabulary import Budget

COLUMNS = ("year", "budget", "step", "label", "rule", "amount", "before", "after", "account")
TOLERANCE = 0.005

STOCKS = {
    "stabilization_fund": "预算稳定调节基金",
    "carry_over": "一般公共预算结转",
    "fund_carry_over": "政府性基金结转",
    "state_capital_carry_over": "国有资本经营结转",
    "revolving_fund": "预算周转金",
    "rescue_loan": "上级临时救助待归还",
}
"""Accounts that go on from year to year; ``replay`` returns their closing balances."""

WITHIN_YEAR = {
    "shortage": "当年待弥补差额",
    "reserve": "预备费",
    "transfer": "预算间调入调出",
    "returned": "上交上级的超期结转",
}
"""Accounts that start anew every year."""


@dataclass(frozen=True)
class _Action:
    """One kind of action: the account it moves and in which direction, and the line, if not the step, of its amount."""

    step: str
    budget: Budget
    account: str
    sign: int
    line: str = ""


_GENERAL, _FUND, _STATE = Budget.GENERAL, Budget.FUNDS, Budget.STATE_CAPITAL
_ACTIONS = (
    _Action("rescue_repaid", _GENERAL, "rescue_loan", -1, "rescue_repaid"),
    _Action("carry_in", _GENERAL, "carry_over", -1, "carry_in"),
    _Action("fund_carry_in", _FUND, "fund_carry_over", -1, "fund_carry_in"),
    _Action("carryover_returned", _GENERAL, "returned", 1, "carryover_returned"),
    _Action("state_capital_carry_in", _STATE, "state_capital_carry_over", -1, "state_capital_carry_in"),
    _Action("revolving", _GENERAL, "revolving_fund", 1, "revolving_topup"),
    _Action("surplus_from_funds", _GENERAL, "stabilization_fund", 1),
    _Action("surplus_to_fund", _GENERAL, "stabilization_fund", 1),
    _Action("surplus_carryover", _GENERAL, "stabilization_fund", 1),
    _Action("draw", _GENERAL, "stabilization_fund", -1),
    _Action("rescue", _GENERAL, "rescue_loan", 1),
    _Action("carry_out", _GENERAL, "carry_over", 1, "carry_out"),
    _Action("fund_carry_out", _FUND, "fund_carry_over", 1, "fund_carry_out"),
    _Action("state_capital_carry_out", _STATE, "state_capital_carry_over", 1, "state_capital_carry_out"),
    _Action("fund_transfer_out", _FUND, "transfer", 1, "fund_transfer_out"),
    _Action("state_capital_transfer_out", _STATE, "transfer", 1, "state_capital_transfer_out"),
    _Action("transfer_out", _GENERAL, "transfer", 1, "transfer_out"),
    _Action("reserve", _GENERAL, "reserve", 1, "contingency_reserve"),
)
"""What moves a balance, in the order of the year; names and rules: `data/rules/balance_steps.csv`."""


def trace_steps(plan: Plan) -> pd.DataFrame:
    """Return the log of a plan.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        year, budget, step, label, rule, amount, before, after, account: one row an action and account. An action against a
        shortage stands twice where it also moves a balance: once on the account ``shortage`` (what is still lacking), once on
        the balance. Actions of nothing are left out. 万元.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> closing = replay(trace_steps(plan), opening_balances(plan))
    >>> bool(abs(closing["stabilization_fund"] - plan.line("stabilization_fund_stock")[-1]) < 0.01)
    True
    """
    order = plan.basis.scenario.balance.order
    return log_of(plan.lines, plan.steps, plan.years, opening_balances(plan), order)


def opening_balances(plan: Plan) -> dict[str, float]:
    """Return the balances of `STOCKS` at the end of the base year, 万元."""
    balance = plan.basis.balance
    return {
        "stabilization_fund": float(balance.opening.stabilization_stock),
        "carry_over": float(balance.opening.flows["carry_out"]),
        "fund_carry_over": balance.fund_opening.carry_in,
        "state_capital_carry_over": balance.state_capital.carry_in,
        "revolving_fund": balance.opening.revolving_stock,
        "rescue_loan": 0.0,
    }


def log_of(
    lines: Mapping[str, np.ndarray],
    steps: Mapping[str, np.ndarray],
    years: tuple[int, ...],
    opening: Mapping[str, float],
    order: tuple[str, ...] = SHORTAGE_STEPS,
) -> pd.DataFrame:
    """Return the log of one future, from its lines and steps of shape (year,); see `trace_steps`."""
    held = dict(opening) | dict.fromkeys(WITHIN_YEAR, 0.0)
    rows: list[tuple[object, ...]] = []
    for at, year in enumerate(years):
        rows += _shortage_rows(steps, at, year, (*order, "gap"))
        for action in _ACTIONS:
            source = lines[action.line] if action.line else steps[action.step]
            amount = float(np.asarray(source)[at])
            before = held[action.account] if action.account in STOCKS else 0.0
            after = before + action.sign * amount
            if abs(amount) > TOLERANCE:
                named = _named(action.budget, action.step)
                rows.append((year, *named, amount, before, after, action.account))
            held[action.account] = after
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _named(budget: Budget, step: str) -> tuple[object, ...]:
    about = balance_steps()[step]
    return budget, step, about.label, about.source


def _shortage_rows(
    steps: Mapping[str, np.ndarray], at: int, year: int, order: tuple[str, ...]
) -> list[tuple[object, ...]]:
    """What was lacking and how far each measure went, in the order in which they were taken."""
    taken = {step: float(np.asarray(steps[step])[at]) for step in order}
    lacking = sum(taken.values())
    rows: list[tuple[object, ...]] = []
    for step in order:
        left = lacking - taken[step]
        if taken[step] > TOLERANCE:
            rows.append((year, *_named(Budget.GENERAL, step), taken[step], lacking, left, "shortage"))
        lacking = left
    return rows


def replay(log: pd.DataFrame, opening: Mapping[str, float]) -> dict[str, float]:
    """Play a log from the opening balances: every row must start where the row before it ended.

    Parameters
    ----------
    log : DataFrame
        From `trace_steps`.
    opening : mapping of str to float
        Balances of `STOCKS`, 万元.

    Returns
    -------
    dict of str to float
        Closing balances, 万元.

    Raises
    ------
    IdentityError
        Names the first row that does not follow from the rows before it, or takes more than there is.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> import pandas as pd
    >>> columns = ["year", "account", "step", "amount", "before", "after"]
    >>> log = pd.DataFrame([(2026, "stabilization_fund", "draw", 30.0, 100.0, 70.0)], columns=columns)
    >>> fm.balance.replay(log, {"stabilization_fund": 100.0})["stabilization_fund"]
    70.0
    """
    signs = {(action.step, action.account): action.sign for action in _ACTIONS}
    held = {name: float(opening.get(name, 0.0)) for name in STOCKS}
    for row in log[log["account"].isin(STOCKS)].itertuples():
        before = held[row.account]
        after = before + signs[row.step, row.account] * row.amount
        # Actions of less than a hundredth are not logged: a balance may drift by as much each year.
        if abs(before - row.before) > 1.0 or abs(after - row.after) > 1.0 or after < -1.0:
            raise IdentityError(
                f"平衡措施日志不能重演（模型错误，请报告）：{row.year}年“{row.label}”前余额 {row.before:,.2f} 万元，"
                f"按前面各行应为 {before:,.2f} 万元，措施后余额 {row.after:,.2f} 万元"
            )
        held[row.account] = after
    return held
