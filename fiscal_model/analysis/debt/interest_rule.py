"""The ten percent rule on interest: in which year it bites, by how much, what it triggers, what would cure it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.formula import ratio
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import DebtKind

_SPENDING = {DebtKind.GENERAL: "expenditure", DebtKind.SPECIAL: "fund_expenditure"}


@shows_itself
@dataclass(frozen=True, repr=False)
class InterestRule:
    """The rule for one kind of debt, arrays of shape (year,), 万元.

    Parameters
    ----------
    burden : (year,) float
        Interest over the spending of its own budget.
    over : (year,) bool
        Above the line.
    excess : (year,) float
        Interest above the line: so much less interest, at the same spending, would cure it.
    spending_needed : (year,) float
        So much more spending of that budget, at the same interest, would cure it too.
    debt_to_retire : (year,) float
        Debt whose interest at the year's mean rate is the excess.
    """

    kind: DebtKind
    years: tuple[int, ...]
    burden: np.ndarray
    over: np.ndarray
    excess: np.ndarray
    spending_needed: np.ndarray
    debt_to_retire: np.ndarray
    first_year: int | None

    @property
    def sheet(self) -> Sheet:
        """The burden and what would cure it, as a table."""
        rows = {
            "付息占支出": self.burden, "超出的付息": self.excess, "须增加的支出": self.spending_needed,
            "须压减的债务": self.debt_to_retire,
        }  # fmt: skip
        over = "、".join(str(year) for year, hit in zip(self.years, self.over, strict=True) if hit)
        note = (
            "规划期各年都超过界线" if self.over.all() else f"{over}年超过界线" if over else "有数据的年份都没有超过界线"
        )
        title = f"{self.kind.label}付息占比"
        return years_sheet(title, self.years, rows.items(), (note,), kinds={"付息占支出": "ratio"})


def check_interest(plan: Plan) -> tuple[InterestRule, ...]:
    """Hold both kinds of debt against the ten percent rule.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    tuple of InterestRule
        Kinds whose interest is known; the line and what it triggers stand in ``data/rules/interest_rule.toml``, unverified.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> [(str(rule.kind), rule.first_year) for rule in check_interest(plan)]
    [('general', None), ('special', 2026)]
    """
    line, found = float(rules("interest_rule")["line"]), []
    for kind, spending in _SPENDING.items():
        interest, whole = plan.line(f"interest_{kind}"), plan.line(spending)
        burden = plan.line(f"interest_burden_{kind}")
        if not np.isfinite(burden).any():
            continue
        excess = np.nan_to_num(np.maximum(interest - line * whole, 0.0))
        over = np.nan_to_num(burden) > line
        rate = ratio(interest, plan.line(f"debt_{kind}_opening_stock"))
        first = next((year for year, hit in zip(plan.years, over, strict=True) if hit), None)
        retire = np.where(over, ratio(excess, rate), 0.0)
        needed = np.nan_to_num(np.maximum(interest / line - whole, 0.0))
        found.append(InterestRule(kind, plan.years, burden, over, excess, needed, retire, first))
    return tuple(found)
