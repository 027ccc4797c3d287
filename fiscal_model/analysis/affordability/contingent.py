"""Contingent liabilities of a plan: what they cost in the mean and in a bad year, whether reserves and multiples hold, what funds can bridge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.analysis.debt.maturity_wall import wall_of
from fiscal_model.arithmetic.debt.bond_schedule import monthly
from fiscal_model.arithmetic.elementary import MONTHS, divided
from fiscal_model.arithmetic.risk.contingent_cash import (
    DAYS_A_YEAR,
    adequacy,
    bridged,
    given_back,
    guarantee_headroom,
    lent_in_a_year,
)
from fiscal_model.blocks.balance.contingents import Contingent, stress_level
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, Values, shows_itself, years_sheet
from fiscal_model.words.vocabulary import FUNDS_LENT, ContingentKind, YesNo


@shows_itself
@dataclass(frozen=True, repr=False)
class Contingency:
    """Contingent liabilities of a plan, 万元; arrays of shape (year,).

    Parameters
    ----------
    items : DataFrame
        One row an item, of the first year in which it runs: item, kind, exposure, fixed (what a subsidy costs), expected and stressed (cash of the
        county), loss and loss_stressed (borne, before reserves), reserve, adequacy (reserve over the stressed loss), multiple and headroom (of
        guarantees), turnover and capacity (of lent funds), returned (to the budget, in ``to_year``), assumed (risks taken from
        `data/rules/contingent.toml`).
    expected, stressed : (year,) float
        Cash of the county in the mean, a duty of the plan, and at the level of the rule file.
    called : (year,) float
        Part of ``stressed`` that only comes if something happens: without subsidies and signed calls.
    debt_ratio, debt_ratio_called : (year,) float
        债务率 of the plan, and with what is called added to the debt.
    months : DataFrame or None
        One row a month of the plan years: year, month, due (principal of today's debt), bridged (by the emergency funds), days (of the month's
        maturities that they hold at once), repaid (to the funds) and lent (at the end of the month); None without such a fund.
    """

    years: tuple[int, ...]
    items: pd.DataFrame
    expected: np.ndarray
    stressed: np.ndarray
    called: np.ndarray
    debt_ratio: np.ndarray
    debt_ratio_called: np.ndarray
    months: pd.DataFrame | None

    @property
    def short(self) -> pd.DataFrame:
        """Pools whose own money does not hold the loss of a bad year."""
        return self.items[(self.items["kind"] == ContingentKind.RISK_POOL) & (self.items["adequacy"] < 1)]

    @property
    def beyond(self) -> pd.DataFrame:
        """Companies that guarantee more than their multiple allows."""
        return self.items[self.items["headroom"] < 0]

    @property
    def sheet(self) -> Sheet:
        """Cash in the mean and in a bad year, and the debt ratio with and without it."""
        rows: list[tuple[str, Values]] = [
            ("预期支出（已列入规划）", self.expected),
            (f"{stress_level()[0]:.0%}口径支出", self.stressed),
            ("债务率", self.debt_ratio),
            ("债务率（加计或有损失）", self.debt_ratio_called),
        ]
        return years_sheet("或有负债", self.years, rows, (), kinds={rows[2][0]: "ratio", rows[3][0]: "ratio"})


def contingent(plan: Plan) -> Contingency | None:
    """Judge the contingent liabilities of a plan.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Contingency or None
        None without a register of them.

    Notes
    -----
    Losses follow a one-factor Gaussian model (Vasicek); all items fare badly together. Default rates, losses and
    correlations that the register leaves empty are unverified.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = contingent(fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline")))
    >>> found.short["item"].tolist(), found.beyond["item"].tolist()
    (['工业园区小微企业风险补偿资金池'], ['云水县农业担保有限公司'])
    """
    held = plan.basis.balance.contingents
    if held is None:
        return None
    signed = held.calls[:, held.chances == 1].sum(axis=1)
    called = held.stressed - signed - sum(each.fixed for each in held.items)
    stock, whole = plan.line("debt_stock"), plan.line("comprehensive_capacity_c")
    return Contingency(
        plan.years,
        pd.DataFrame([_row(each) for each in held.items]),
        held.expected,
        held.stressed,
        called,
        plan.line("debt_ratio"),
        divided(stock + called, whole, np.nan),
        _against_the_wall(plan, held.items),
    )


def stressed_calls(plan: Plan) -> np.ndarray:
    """Return the cash of the county for contingent liabilities at the level of `data/rules/contingent.toml`, (year,) float, 万元.

    Nothing without a register. ``contingent_duties`` of the plan is the part that it holds already.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> float(stressed_calls(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))).sum())
    0.0
    """
    held = plan.basis.balance.contingents
    return np.zeros(len(plan.years)) if held is None else held.stressed


def _row(item: Contingent) -> Mapping[str, Any]:
    at, row, nothing = int(item.running.argmax()), item.row, np.nan
    loss = float(item.loss_at(stress_level())[at, 0])
    multiples = rules("contingent")["multiple"]
    multiple = float(multiples["small" if row["small_business"] == YesNo.YES else "usual"])
    guarantees, lends = item.kind == ContingentKind.GUARANTEE, item.kind in FUNDS_LENT
    return {
        "item": item.name,
        "kind": item.kind,
        "exposure": float(item.exposure[at]),
        "fixed": float(item.fixed[at]),
        "expected": float(item.expected[at]),
        "stressed": float(item.cash_at(stress_level())[at, 0]),
        "loss": float(item.pool.loss[at]),
        "loss_stressed": loss,
        "reserve": item.reserve if item.kind != ContingentKind.INTEREST_SUBSIDY else nothing,
        "adequacy": float(adequacy(item.reserve, loss)),
        "multiple": item.exposure[at] / item.limit if guarantees else nothing,
        "allowed": multiple if guarantees else nothing,
        "headroom": float(guarantee_headroom(item.limit, multiple, item.exposure[at])) if guarantees else nothing,
        "turnover": DAYS_A_YEAR / row["days"] if lends else nothing,
        "capacity": float(lent_in_a_year(item.reserve, row["days"])) if lends else nothing,
        "returned": float(item.pool.closing[item.running][-1]) if lends and np.isfinite(row["to_year"]) else nothing,
        "to_year": row["to_year"],
        "assumed": item.assumed,
    }


def _against_the_wall(plan: Plan, items: tuple[Contingent, ...]) -> pd.DataFrame | None:
    """Hold the emergency funds against the principal of today's debt, month by month where a ledger tells the day."""
    funds = [each for each in items if each.kind == ContingentKind.MATURITY_FUND]
    if not funds:
        return None
    wall, due = wall_of(plan), np.zeros((len(plan.years), MONTHS))
    for kind, principal in wall.principal.items():
        if kind in wall.from_ledger:
            due += monthly(plan.basis.debt.ledger.of(kind).bonds, plan.years)[1]
        else:
            due += np.nan_to_num(principal[: len(plan.years), None]) / MONTHS
    part, days, repaid = np.zeros((3, *due.shape))
    for each in funds:
        fund, lent_for = np.repeat(each.reserve * each.running, MONTHS), float(each.row["days"])
        one, held = bridged(fund, lent_for, (due - part).ravel())
        part, days = part + one.reshape(due.shape), days + np.nan_to_num(held).reshape(due.shape)
        repaid += given_back(one, lent_for).reshape(due.shape)
    found = pd.DataFrame({"year": np.repeat(plan.years, MONTHS), "month": np.tile(np.arange(1, MONTHS + 1), len(due))})
    found = found.assign(due=due.ravel(), bridged=part.ravel(), days=days.ravel(), repaid=repaid.ravel())
    return found.assign(lent=(found["bridged"] - found["repaid"]).cumsum())
