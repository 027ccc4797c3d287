"""The approved budget of the first plan year: what binds is taken, the rest is weighed by how far budgets lay from outturns."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.opinions import Record, Trust, blend, track_record
from fiscal_model.law.rules import rules
from fiscal_model.words.vocabulary import Term

AHEAD = 1
"""A budget counts as made in the year before its own."""


class Treatment(Term):
    """What the plan does with one approved figure."""

    TAKEN = "taken", "采用批准数"
    FLOOR = "floor", "作为下限"
    WEIGHED = "weighed", "按记录加权"


@dataclass(frozen=True)
class Approved:
    """One approved figure of the first plan year and what the plan makes of it, 万元."""

    line: str  # Line id, code of a fund, or scheme and side
    treatment: Treatment
    budget: float
    own: float  # What the plan would say by itself, without what a scenario adds
    value: float  # What the plan says, without what a scenario adds
    weight: float  # Of the budget
    deviation: float = float("nan")  # Of the value, in logs; NaN where nothing was weighed
    record: Record | None = None  # Of earlier budgets, where they were weighed

    @property
    def ratio(self) -> float:
        """What the first year, and all that grows from it, is multiplied by."""
        return self.value / self.own if self.own > 0 else 1.0


def forecaster_trust(budget_of: str = "") -> Trust:
    """Return what `data/rules/forecast.toml` assumes of a forecaster without a record.

    ``budget_of``: what a budget speaks of, a key of ``opinions.budget_deviation``; empty for any other forecaster.

    Examples
    --------
    >>> float(forecaster_trust("item").deviation[1]), float(forecaster_trust().deviation[1])
    (0.21, 0.06)
    """
    given = rules("forecast")["opinions"]
    trust = Trust(
        np.array(given["deviation_by_horizon"], dtype=float),
        given["prior_years"],
        given["bias_years"],
        given["correlation"],
        given["most"],
        given["most_untried"],
    )
    if not budget_of:
        return trust
    return replace(trust, deviation=np.full(len(trust.deviation), float(given["budget_deviation"][budget_of])))


def taken(line: str, budget: float, own: float, weight: float = 1.0) -> Approved:
    """Take a figure that binds; a ``weight`` below one goes only part of the way.

    Examples
    --------
    >>> taken("fund_transfers", 90.0, 100.0).ratio
    0.9
    """
    value = budget if weight == 1 else own + weight * (budget - own)  # to the yuan
    return Approved(line, Treatment.TAKEN, budget, own, value, weight)


def notified(line: str, budget: float, own: float, base: float, share: float, weight: float = 1.0) -> Approved:
    """Take budgeted transfers; a figure below the share that must be notified early is no whole year's but its floor.

    ``base``: the base year's outturn.
    ``share``: of a year's transfers, to be notified before it (预算法实施条例 48).

    Examples
    --------
    >>> notified("transfers", 95.0, 102.0, 100.0, 0.9).value, notified("transfers", 60.0, 102.0, 100.0, 0.9).value
    (95.0, 102.0)
    """
    if budget >= share * base:
        return taken(line, budget, own, weight)
    value = own + weight * (max(own, budget) - own)
    return Approved(line, Treatment.FLOOR, budget, own, value, 0.0)


def weighed(
    line: str,
    budget: float,
    own: float,
    deviation: float,
    budgets: pd.Series,
    outturns: pd.Series,
    budget_of: str,
    trust: float = 1.0,
) -> Approved:
    """Weigh a budget against the plan's own figure, both positive, by their errors.

    ``deviation``: standard deviation of the plan's own figure, in logs.
    ``budgets``, ``outturns``: of earlier years, by year.
    ``budget_of``: a key of ``opinions.budget_deviation``: the prior that a short record is shrunk to.
    ``trust``: part of the weight by record that is given.
    """
    prior = forecaster_trust(budget_of)
    years = budgets.index.intersection(outturns.index)
    said = np.full((len(years), len(prior.deviation)), np.nan)
    said[:, AHEAD] = budgets.reindex(years)
    came = np.broadcast_to(outturns.reindex(years).to_numpy(dtype=float)[:, None], said.shape)
    record = track_record(said, came, prior)
    at = lambda values: np.array([[values[AHEAD]]])  # noqa: E731
    mean, spread, weights = blend(
        np.array([own]), np.array([deviation]), np.array([[budget]]),
        at(record.bias), at(record.deviation), at(record.most), prior.correlation, trust,
    )  # fmt: skip
    weight = float(weights[0, 0])
    kept = float(spread[0]) if weight > 0 else deviation
    return Approved(line, Treatment.WEIGHED, budget, own, float(mean[0]), weight, kept, record)


def figure(frame: pd.DataFrame, year: int, column: str) -> float:
    """Return one cell of a frame by year, NaN where it has none."""
    return float(frame.at[year, column]) if year in frame.index and column in frame.columns else float("nan")
