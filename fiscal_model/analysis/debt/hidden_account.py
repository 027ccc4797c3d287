"""Whether the money for resolving hidden debt is really there: space after the guarantees, sales that come in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.debt.assets import AssetPool, match_assets
from fiscal_model.arithmetic.debt.asset_matching import match_cash
from fiscal_model.arithmetic.debt.hidden import SOURCES
from fiscal_model.blocks.debt.hidden_plan import HiddenPlan
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import HiddenFunding


@shows_itself
@dataclass(frozen=True, repr=False)
class HiddenAccount:
    """What a plan resolves and what of it no money carries, 万元, arrays of shape (year,).

    Parameters
    ----------
    planned : mapping of str to (year,) float
        By source.
    uncovered_budget : (year,) float
        Budget money for hidden debt, interest included, beyond what is left after the three guarantees and all other
        duties.
    uncovered_assets : (year,) float
        Planned sales that assets do not bring in time; NaN without a register of assets.
    """

    plan: HiddenPlan
    planned: dict[str, np.ndarray]
    uncovered_budget: np.ndarray
    uncovered_assets: np.ndarray

    @property
    def sheet(self) -> Sheet:
        """What is paid by which source and what no money carries, as a table."""
        amounts = {HiddenFunding(source).label: paid for source, paid in self.planned.items()}
        amounts |= {"没有资金来源": self.uncovered}
        return years_sheet("隐性债务化解资金", self.plan.years, amounts.items())

    @property
    def uncovered(self) -> np.ndarray:
        """Both together; what is not known is not counted."""
        return self.uncovered_budget + np.nan_to_num(self.uncovered_assets)


def account_hidden(plan: Plan) -> HiddenAccount | None:
    """Hold the planned resolution of hidden debt against the money of each year.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    HiddenAccount or None
        None without a register of hidden debt.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> account_hidden(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))) is None
    True
    """
    place, years = plan.basis.place, plan.years
    if not place.has("hidden_debt"):
        return None
    hidden = plan.basis.debt.hidden
    asked = plan.lines["hidden_debt_budget"]
    room = plan.lines["fiscal_space"] + asked
    pool = match_assets(plan)
    return HiddenAccount(
        plan=hidden,
        planned={source: hidden.path.by_source[:, position] for position, source in enumerate(SOURCES)},
        uncovered_budget=np.clip(asked - np.maximum(room, 0.0), 0.0, None),
        uncovered_assets=np.full(len(years), np.nan) if pool is None else _missing(pool),
    )


def _missing(pool: AssetPool) -> np.ndarray:
    """What sales do not bring by the end of the year; a wait within the year is no gap of the year."""
    years = np.array(pool.years)
    return pool.need - match_cash(pool.cash, years, pool.need, years).sum(axis=0)
