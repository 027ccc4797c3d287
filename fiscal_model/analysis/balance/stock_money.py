"""Stock funds: what has been carried over for how long, when it must be given up, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.ageing import above_share, age_in, due_back
from fiscal_model.arithmetic.budgets.waterfall import cut_rows
from fiscal_model.blocks.balance.carryover_cohorts import is_superiors
from fiscal_model.blocks.fund_ledger import fund_rule
from fiscal_model.law.limits import limit
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself
from fiscal_model.words.vocabulary import Budget, StockDestination, YesNo

AGES = (0, 1, 2, 3)
"""Ages told apart; the last one is that age and older."""


@shows_itself
@dataclass(frozen=True, repr=False)
class StockMoney:
    """The stock of money carried over, 万元.

    Parameters
    ----------
    rows : DataFrame
        budget, purpose, unit_name, origin_year, amount, age (at the end of the base year), destination (once it has been
        kept too long), due_year (NaN when that is after the plan).
    ageing : DataFrame
        Index budget, columns `AGES`: balance by age at the end of the base year.
    recoverable : DataFrame
        Index destination, columns plan years: what falls due; an upper bound, as some will have been spent by then.
    funds : DataFrame
        Fund by fund where codes are given: code, purpose, carried, income, limit, excess; NaN income where unknown.
    limit : float
        Share of a fund's income that may be carried over.
    """

    rows: pd.DataFrame
    ageing: pd.DataFrame
    recoverable: pd.DataFrame
    funds: pd.DataFrame
    limit: float

    @property
    def sheet(self) -> Sheet:
        """The balance by age, as a table."""
        columns = [f"{age}年" for age in AGES[:-1]] + [f"{AGES[-1]}年以上"]
        rows = [(Budget(str(budget)).label, amounts.to_numpy()) for budget, amounts in self.ageing.iterrows()]
        return sheet_of("存量资金账龄", columns, rows, unit="万元")


def age_stock_money(plan: Plan) -> StockMoney | None:
    """Age a place's carry-over and say what falls due in each plan year, by destination.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    StockMoney or None
        None where the place keeps no register of carry-over.

    Notes
    -----
    Kept for more than two years: money of the general budget goes to the stabilisation fund; superior special money
    that was never distributed is returned upward, distributed one is taken back by the treasury for another use. A fund's
    carry-over above its share of the fund's income moves to the general budget in the first year, where the fund's money may
    (`data/rules/funds.csv`), and is not due a second time.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = age_stock_money(fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline")))
    >>> bool(found.ageing.to_numpy().sum() == found.rows["amount"].sum())
    True
    """
    register = plan.basis.place.rows("carryovers")
    if not len(register):
        return None
    amount = register["amount"].to_numpy(dtype=float)
    origin = register["origin_year"].to_numpy(dtype=int)
    age = age_in(origin, (plan.base_year,))[0]
    destination = _destinations(register)
    funds = _funds(plan, register)
    due = due_back(amount - _moved(register, funds, plan.base_year), origin, plan.years, int(limit("carryover_years")))
    rows = register[["budget", "purpose", "unit_name", "origin_year", "amount"]].assign(
        age=age,
        destination=destination,
        due_year=[float(plan.years[int(np.argmax(part > 0))]) if part.any() else np.nan for part in due.T],
    )
    budgets = list(dict.fromkeys(register["budget"]))
    ageing = pd.DataFrame(
        [
            [amount[(register["budget"] == budget).to_numpy() & _of_age(age, years)].sum() for years in AGES]
            for budget in budgets
        ],
        index=budgets,
        columns=list(AGES),
    )
    recoverable = pd.DataFrame(0.0, index=list(StockDestination), columns=list(plan.years))
    for at, where in enumerate(destination):
        recoverable.loc[where] += due[:, at]
    recoverable.loc[StockDestination.GENERAL, plan.years[0]] += float(funds["excess"].sum())
    share = float(plan.basis.assumed.path("fund_carryover_limit")[0])
    return StockMoney(rows.reset_index(drop=True), ageing, recoverable, funds, share)


def _moved(register: pd.DataFrame, funds: pd.DataFrame, base: int) -> np.ndarray:
    """What each row of the register gives up as its fund's excess, the older money first: it is not due a second time."""
    moved = pd.Series(0.0, index=register.index)
    for code, excess in zip(funds["code"], funds["excess"], strict=True):
        rows = _young(register[(register["budget"] == Budget.FUNDS) & (register["code"] == code)], base)
        rows = rows.sort_values("origin_year", ascending=False)
        moved[rows.index] = cut_rows(rows["amount"].to_numpy(dtype=float), np.asarray(excess))
    return moved.to_numpy()


def _young(rows: pd.DataFrame, base: int) -> pd.DataFrame:
    """Rows that are not due for their age in the first year."""
    return rows[rows["origin_year"] >= base - limit("carryover_years") + 1]


def _of_age(age: np.ndarray, years: int) -> np.ndarray:
    return age >= years if years == AGES[-1] else age == years


def _destinations(register: pd.DataFrame) -> list[StockDestination]:
    upward = is_superiors(register)
    again = ((register["superior"] == YesNo.YES) & (register["distributed"] == YesNo.YES)).to_numpy(dtype=bool)
    of_funds = (register["budget"] == Budget.FUNDS).to_numpy(dtype=bool)
    return [
        StockDestination.RETURNED
        if back
        else StockDestination.TREASURY
        if used or fund
        else StockDestination.STABILIZATION
        for back, used, fund in zip(upward, again, of_funds, strict=True)
    ]


def _funds(plan: Plan, register: pd.DataFrame) -> pd.DataFrame:
    """Hold each fund's carry-over, as far as it is not due for its age, against its share of the fund's income."""
    rows = register[(register["budget"] == Budget.FUNDS) & (register["code"] != "")]
    codes = plan.basis.history.codes[Budget.FUNDS]
    share = float(plan.basis.assumed.path("fund_carryover_limit")[0])
    found = []
    for code, part in rows.groupby("code", sort=True):
        known = code in codes.columns and plan.base_year in codes.index
        income = float(codes.at[plan.base_year, code]) if known else float("nan")
        carried = float(_young(part, plan.base_year)["amount"].sum())
        gives = np.isfinite(income) and fund_rule(str(code))["gives"] != "no"
        excess = float(above_share(np.array(carried), np.array(income), share)) if gives else 0.0
        name = "、".join(dict.fromkeys(part["purpose"]))
        found.append(
            {"code": code, "purpose": name, "carried": carried, "income": income, "limit": share * income,
             "excess": excess}
        )  # fmt: skip
    return pd.DataFrame(found, columns=["code", "purpose", "carried", "income", "limit", "excess"])
