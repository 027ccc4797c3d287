"""Temporary payments of a plan: four movements, the 5 % test, the path to zero, what clearing costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.payment_movements import PaymentPath
from fiscal_model.arithmetic.spending.project_path import spread_clearing
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import PaymentClearing, PaymentOrigin

_NOTHING = 0.5
"""万元: a balance below it is none."""


@shows_itself
@dataclass(frozen=True, repr=False)
class TemporaryPayments:
    """Temporary payments of one plan, 万元.

    Parameters
    ----------
    path : PaymentPath
        Opening, new, cleared and closing by plan year.
    ledger : DataFrame
        item, origin, debtor, due_date, clearing, balance, overdue (at the end of the base year), one column a plan year
        with what is cleared, left (at the plan's end).
    share : (year,) float
        Closing balance over general plus fund expenditure.
    limit : float
        What that share may be; ``verified`` says whether a source was found.
    zero_year : int or None
        First plan year that ends with nothing left.
    """

    path: PaymentPath
    ledger: pd.DataFrame
    share: np.ndarray
    limit: float
    verified: bool
    zero_year: int | None

    @property
    def sheet(self) -> Sheet:
        """The movements of each year and the share that is held against the limit, as a table."""
        path, share = self.path, f"占支出（界线 {self.limit:.0%}）"
        rows = {
            "年初余额": path.opening, "新增": path.new, "消化": path.cleared, "年末余额": path.closing, share: self.share,
        }  # fmt: skip
        years = [year for year in self.ledger.columns if isinstance(year, int)]
        return years_sheet("财政暂付款", years, rows.items(), kinds={share: "ratio"})

    @property
    def passes(self) -> np.ndarray:
        """Whether each year's closing balance is within the limit, (year,) bool."""
        return self.share <= self.limit


def roll_temporary_payments(plan: Plan) -> TemporaryPayments | None:
    """Roll a plan's temporary payments forward and test them.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    TemporaryPayments or None
        None where the place keeps no register of them.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = roll_temporary_payments(fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline")))
    >>> found.zero_year, bool(found.passes.all())
    (2029, True)
    """
    rows = plan.basis.place.rows("temporary_payments")
    if not len(rows):
        return None
    path, entry = plan.basis.balance.commitments.payments, rules("temporary_payments")["limit"]
    spent = plan.lines["expenditure"] + plan.lines["fund_expenditure"]
    empty = [year for year, left in zip(plan.years, path.closing, strict=True) if left < _NOTHING]
    return TemporaryPayments(
        path,
        _ledger(plan.basis.place, plan.base_year, plan.years),
        np.divide(path.closing, spent),
        float(entry["value"]),
        entry["quality"] != "unverified",
        empty[0] if empty else None,
    )


@lru_cache(maxsize=16)
def _ledger(place: Place, base_year: int, years: tuple[int, ...]) -> pd.DataFrame:
    rows = place.rows("temporary_payments")
    balance = rows["balance"].to_numpy(dtype=float)
    start, end = (rows[name].to_numpy(dtype=int) for name in ("clear_from", "clear_to"))
    cleared = spread_clearing(balance, start, end, years)
    clearing = [word if isinstance(word, PaymentClearing) else PaymentClearing.BUDGET for word in rows["clearing"]]
    overdue = [
        (day.year <= base_year) if hasattr(day, "year") and pd.notna(day) else int(last) <= base_year
        for day, last in zip(rows["due_date"], end, strict=True)
    ]
    ledger = rows[["item", "origin", "debtor", "due_date", "balance"]].assign(clearing=clearing, overdue=overdue)
    for at, year in enumerate(years):
        ledger[year] = cleared[at]
    ledger["left"] = balance - cleared.sum(axis=0)
    order = ledger["origin"].map({origin: at for at, origin in enumerate(PaymentOrigin)})
    return ledger.iloc[np.argsort(order.to_numpy(dtype=int), kind="stable")].reset_index(drop=True)
