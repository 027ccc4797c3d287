"""Choose how hidden debt is resolved at the least present cost: which debt, in which year, by whom; a mixed-integer programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.debt.hidden import SOURCES
from fiscal_model.arithmetic.debt.strategy_programme import (
    Programme,
    Solution,
    build_programme,
    least,
    lifted_limits,
    shadow_prices,
)
from fiscal_model.arithmetic.debt.strategy_terms import StrategyTerms, debt_flows, early_flows, refinancing_flows
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet

LIMITS = ("space", "swap_quota", "asset_cash", "project_income")
"""What may bind in a year."""
_TOLERANCE = 1e-6
"""Of the total debt: below it nothing is said to be short."""
_SETTLED = (1e-9, 1e-7, 1e-6)
"""Of the total debt, tried in turn: how far a later solve may stray from what an earlier one settled."""


@dataclass(frozen=True)
class Outcome:
    """What one way of resolving leads to, 万元."""

    # (debt, year, source) float: resolved, sources in the order of `SOURCES`: budget, asset sale, swap, restructuring,
    # project income; a restructured amount stands in the year in which it is restructured
    amounts: np.ndarray
    unresolved: np.ndarray  # (debt,) float
    refinanced: np.ndarray  # (year,) float: legal principal refinanced
    early: np.ndarray  # (bond, year) float: callable bonds repaid early
    # (year,) float: paid from own money: interest on hidden debt, interest and fees of swap and refinancing bonds,
    # principal paid from the budget, legal principal not refinanced, bonds repaid early
    service: np.ndarray
    # (year,) float: hidden debt at the end of each year; a restructured debt stays in it until it is repaid
    stock: np.ndarray
    # Present value at the end of the base year of interest, fees and what selling assets loses; no principal
    cost: float


@shows_itself
@dataclass(frozen=True, repr=False)
class Strategy:
    """The least costly way and what stands against it.

    Parameters
    ----------
    status : {"optimal", "short"}
        ``short``: not all debt can be resolved, or even what must be paid exceeds the space; as little is left as can be.
    shortage : (year,) float
        What must be paid beyond the space of the year.
    prices : mapping of str to (year,) float
        By limit: what one more 万元 in a year saves of present cost, or, when short, how much less is left; from the linear
        relaxation.
    binding : tuple of (str, int)
        Limits and years with the highest price, the earliest first. Where whole debts make every price nothing: those of
        which lifting one alone helps most. Empty when nothing binds.
    """

    terms: StrategyTerms
    status: str
    outcome: Outcome
    shortage: np.ndarray
    prices: Mapping[str, np.ndarray]
    binding: tuple[tuple[str, int], ...]

    @property
    def sheet(self) -> Sheet:
        """What the strategy pays and leaves each year, as a table."""
        amounts = {
            "可用于偿债的财力": self.terms.space, "自有资金支出": self.outcome.service, "超出财力": self.shortage,
            "年末隐性债务": self.outcome.stock,
        }  # fmt: skip
        title = "成本最低的化债安排" if self.status == "optimal" else "不能全部化解时缺口最小的化债安排"
        return years_sheet(title, self.terms.years, amounts.items(), (f"成本现值 {self.outcome.cost:,.0f} 万元",))


def solve_strategy(terms: StrategyTerms) -> Strategy:
    """Find the least costly way to resolve every hidden debt within the limits of each year.

    Parameters
    ----------
    terms : StrategyTerms
        From `set_plain_terms`, or from a place's registers through ``fm.debt.plan_strategy``.

    Returns
    -------
    Strategy
        When not everything can be done: first what must be paid beyond the space is as small as it can be, then the debt
        left unresolved, then the cost.

    Raises
    ------
    ValueError
        When the terms contradict themselves (negative amounts, no numbers, lengths that differ).

    Notes
    -----
    Whole debts are resolved in one year from one source (binary); others may be split. Solved by HiGHS through SciPy with
    no gap allowed. Refinancing never exceeds its share of the legal principal that was not repaid early. Of answers that cost the same, a last solve takes the one that acts earliest, so that the same terms
    always give the same answer.

    Examples
    --------
    Two debts of 60 and 30 万元 at 5 % and 8 %; the budget has 40, 60 and 60 万元 for principal and interest. The dear debt
    goes first, and 2026 is what binds: one more 万元 in it saves 0.05 of interest.

    >>> from fiscal_model.arithmetic.debt.strategy_terms import set_plain_terms
    >>> found = solve_strategy(set_plain_terms((2026, 2027, 2028), [60.0, 30.0], [0.05, 0.08], space=[40.0, 60.0, 60.0]))
    >>> found.status, found.outcome.amounts[:, :, 0].round(2).tolist()
    ('optimal', [[4.6, 55.4, 0.0], [30.0, 0.0, 0.0]])
    >>> found.binding, round(float(found.prices["space"][0]), 2), round(found.outcome.cost, 2)
    ((('space', 2026),), 0.05, 8.17)
    """
    terms.check()
    programme = build_programme(terms)
    stage, solution = "cost", least(programme, programme.cost, programme.tight())
    if solution is None:
        stage, solution = _as_little_short_as_can_be(programme)
    chosen = _first_of_equals(programme, solution)
    outcome = _outcome_from(terms, programme, chosen)
    shortage = chosen.values[programme.shortage] * terms.scale
    prices = shadow_prices(programme, stage, solution)
    binding = _highest(prices, terms.years)
    if not binding and terms.whole.any():
        gains = lifted_limits(programme, stage, solution)
        binding = _highest(dict(zip(LIMITS, gains, strict=True)), terms.years)
    short = outcome.unresolved.sum() + shortage.sum() > _TOLERANCE * terms.scale
    return Strategy(terms, "short" if short else "optimal", outcome, shortage, prices, binding)


def outcome_of(
    terms: StrategyTerms, amounts: np.ndarray, refinanced: np.ndarray, early: np.ndarray | None = None
) -> Outcome:
    """Say what a given way of resolving leads to, for example the plan as it was handed in.

    ``amounts``: (debt, year, source) float.
    ``refinanced``: (year,) float.
    ``early``: (bond, year) float.
    """
    years = len(terms.years)
    early = np.zeros((len(terms.call_amount), years)) if early is None else early
    unresolved = terms.balance - amounts.sum(axis=(1, 2))
    service, principal = np.zeros(terms.horizon), np.zeros(years)
    loss, stock = 0.0, np.full(years, float(terms.balance.sum()))
    for year in range(years):
        for source in range(len(SOURCES)):
            flows = debt_flows(terms, year, source)
            amount = amounts[:, year, source]
            service += amount @ flows.service
            principal += amount @ flows.principal
            stock -= amount @ flows.gone
            loss += float(amount.sum()) * flows.loss
        extra = refinancing_flows(terms, year)
        service += refinanced[year] * extra.service
        principal += refinanced[year] * extra.principal
        repaid = early_flows(terms, year)
        service += early[:, year] @ repaid.service
        principal += early[:, year] @ repaid.principal
    service += float(unresolved @ terms.rate)
    own = service[:years] + principal + terms.legal_due
    cost = float(service @ terms.discount) + loss
    return Outcome(amounts, unresolved, refinanced, early, own, stock, cost)


def _as_little_short_as_can_be(programme: Programme) -> tuple[str, Solution]:
    """Three solves: least shortage of money, then least debt left, then least cost."""
    first = least(programme, programme.weight_shortage, programme.loose())
    if first is None:  # nothing resolved and all money short always is a way
        raise ValueError("strategy terms do not fit: no way at all")
    second = _then(programme, first, programme.weight_shortage, programme.weight_unresolved)
    third = _then(programme, second, programme.weight_unresolved, programme.cost)
    return ("unresolved" if second.objective > _TOLERANCE else "shortage"), third


def _first_of_equals(programme: Programme, solution: Solution) -> Solution:
    """Of all answers that cost the same take the one that acts earliest, by the sources in their order."""
    return _then(programme, solution, programme.cost, programme.order)


def _then(programme: Programme, before: Solution, settled: np.ndarray, objective: np.ndarray) -> Solution:
    """Minimise the next objective without giving up what is settled, a little more loosely where the solver sticks."""
    for slack in _SETTLED:
        region = before.region.capped(settled, before.objective + slack)
        found = least(programme, objective, region)
        if found is not None:
            return found
    region = before.region.capped(settled, before.objective + _SETTLED[-1])
    return Solution(before.values, float(objective @ before.values), region)


def _outcome_from(terms: StrategyTerms, programme: Programme, solution: Solution) -> Outcome:
    years = len(terms.years)
    amounts = np.zeros((len(terms.balance), years, len(SOURCES)))
    debt, year, source = programme.places
    share = np.clip(solution.values[programme.shares], 0.0, 1.0)
    # A share below the solver's own tolerance is nothing.
    amounts[debt, year, source] = np.where(share < _TOLERANCE, 0.0, share) * terms.balance[debt]
    left = 1 - amounts.sum(axis=(1, 2)) / np.where(terms.balance > 0, terms.balance, 1.0)
    whole = (np.abs(left) < 10 * _TOLERANCE) & (amounts.sum(axis=(1, 2)) > 0)
    # What float noise leaves over goes to the largest part: resolved is resolved to the fen.
    amounts[whole] *= (terms.balance / np.where(whole, amounts.sum(axis=(1, 2)), 1.0))[whole, None, None]
    refinanced = np.clip(solution.values[programme.refinanced], 0.0, None) * terms.scale
    early = np.zeros((len(terms.call_amount), years))
    early[programme.call_places] = np.clip(solution.values[programme.early], 0.0, None) * terms.scale
    return outcome_of(terms, amounts, refinanced, early)


def _highest(prices: Mapping[str, np.ndarray], years: tuple[int, ...]) -> tuple[tuple[str, int], ...]:
    highest = max(float(values.max()) for values in prices.values())
    if highest <= _TOLERANCE:
        return ()
    return tuple(
        (name, year)
        for position, year in enumerate(years)
        for name in LIMITS
        if prices[name][position] >= highest * (1 - 1e-6)
    )
