"""What a proposal costs over its whole life, running what was built included, and what of it is left to the county.

Arrays end in the years of the life, from the first; money is 万元. Anything before the year axis (sizes, paths) is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import divided


@dataclass(frozen=True)
class LifeTerms:
    """A proposal's own figures by year of its life, arrays of shape (year,)."""

    years: tuple[int, ...]
    one_off: np.ndarray  # whole cost in the general budget, whoever pays
    fund_one_off: np.ndarray  # whole cost in the fund budget
    running: np.ndarray  # whole running cost, always in the general budget
    general_bonds: np.ndarray  # proceeds
    special_bonds: np.ndarray  # proceeds
    received: np.ndarray  # what others give that is not paid back
    one_time: np.ndarray  # the county's own money that comes once
    running_share: float = 0.0
    """Of the investment, a year, where no running cost is given; 0: it is given, or nothing was built."""
    completed: int = 0
    """The last year of building: what was built runs from the year after."""
    growth: float = 0.0
    """Of the running cost that is worked out from the investment, a year."""
    income: float = 0.0
    """Net income a year from the year after completion, for the service of the bonds."""


@dataclass(frozen=True)
class LifeCycle:
    """What a proposal costs by year of its life, arrays of shape (..., year)."""

    years: tuple[int, ...]
    whole: np.ndarray  # whoever pays
    investment: np.ndarray  # whole one-off cost of both budgets
    one_off: np.ndarray  # county, general budget
    running: np.ndarray  # county, general budget
    fund_one_off: np.ndarray  # county, fund budget
    general_bonds: np.ndarray  # proceeds that were used
    special_bonds: np.ndarray
    received: np.ndarray  # used
    one_time: np.ndarray  # used
    income: np.ndarray
    running_assumed: bool  # whether the running cost is the usual share of a sector
    terms: LifeTerms

    @property
    def cost(self) -> np.ndarray:
        """What the general budget bears, debt service and priced rises aside."""
        return self.one_off + self.running

    def within(self, values: np.ndarray, years: tuple[int, ...]) -> np.ndarray:
        """Return values of the life by some years, nothing in those it has no part in."""
        places = [self.years.index(year) if year in self.years else len(self.years) for year in years]
        return np.concatenate([values, np.zeros((*values.shape[:-1], 1))], axis=-1)[..., places]


def grow(
    first: float | np.ndarray, growth: float | np.ndarray, years: tuple[int, ...], start: int, end: int
) -> np.ndarray:
    """Return an amount from ``start`` to ``end`` that grows every year after the first, shape (..., year).

    Examples
    --------
    >>> grow(100.0, 0.1, (2026, 2027, 2028, 2029), 2027, 2028).tolist()
    [0.0, 100.0, 110.00000000000001, 0.0]
    """
    at = np.array(years)
    steps = np.clip(at - start, 0, None)
    inside = (at >= start) & (at <= end)
    return np.asarray(first)[..., None] * (1 + np.asarray(growth)[..., None]) ** steps * inside


def go_on(given: np.ndarray, growth: float, years: tuple[int, ...], end: int) -> np.ndarray:
    """Let the last given amount go on until ``end``, growing every year.

    Examples
    --------
    >>> go_on(np.array([0.0, 50.0, 0.0, 0.0]), 0.1, (2026, 2027, 2028, 2029), 2028).tolist()
    [0.0, 50.0, 55.00000000000001, 0.0]
    """
    if not given.any():
        return given
    last = int(np.flatnonzero(given)[-1])
    after = grow(float(given[last]), growth, years, years[last], end)
    return np.where(np.arange(len(years)) > last, after, given)


def life_cycle(
    terms: LifeTerms,
    *,
    scale: float | np.ndarray = 1.0,
    delay: int = 0,
    overrun: float | np.ndarray = 0.0,
    own_share: float | np.ndarray | None = None,
) -> LifeCycle:
    """Work out a proposal's cost by year, and what of it is left to the county.

    Parameters
    ----------
    terms : LifeTerms
    scale : float or (...) array
        Size against the proposed one: cost, bonds and what others give alike.
    delay : int
        Years that everything is put off; the life ends so much later. Negative brings it forward.
    overrun : float or (...) array
        Part by which the investment is exceeded. What others give and the bonds are fixed sums: the county bears it, and
        the running cost worked out from the investment rises with it.
    own_share : float or (...) array, optional
        Part of the whole cost that others do not give: a smaller one shares what is left to the county out further, a larger
        one takes of what others give, every year alike. Bonds stay.

    Returns
    -------
    LifeCycle

    Notes
    -----
    Special bonds pay what is built in the fund budget first, then in the general budget; general bonds the general
    budget's. What others give pays what is built, then what runs, then the fund budget's part. Of what is left to the county
    money that comes once pays what is spent once, in the general budget first.

    Examples
    --------
    >>> none, built = np.zeros(3), np.array([900.0, 0.0, 0.0])
    >>> terms = LifeTerms(
    ...     (2027, 2028, 2029), built, none, none, none, none, np.array([600.0, 0, 0]), none, 0.03, 2027, 0.1)
    >>> found = life_cycle(terms)
    >>> found.one_off.tolist(), found.running.round(6).tolist()
    ([300.0, 0.0, 0.0], [0.0, 27.0, 29.7])
    >>> life_cycle(terms, overrun=0.1).cost.round(6).tolist()
    [390.0, 29.7, 32.67]
    """
    size, over = np.asarray(scale, dtype=float)[..., None], 1 + np.asarray(overrun, dtype=float)[..., None]
    one_off, fund_one_off = terms.one_off * size * over, terms.fund_one_off * size * over
    investment = one_off + fund_one_off
    running = terms.running * size
    last = terms.years[-1]
    if terms.running_share:
        yearly = investment.sum(axis=-1) * terms.running_share
        running = running + grow(yearly, terms.growth, terms.years, terms.completed + 1, last)
    special, (fund_left, one_off_left) = _taken(terms.special_bonds * size, fund_one_off, one_off)
    general, (one_off_left,) = _taken(terms.general_bonds * size, one_off_left)
    whole = investment + running
    given = _given(terms.received * size, whole, own_share)
    received, (one_off_left, running_left, fund_left) = _taken(given, one_off_left, running, fund_left)
    one_time, (one_off_left, fund_left) = _taken(terms.one_time * size, one_off_left, fund_left)
    income = grow(terms.income, 0.0, terms.years, terms.completed + 1, last) * size
    by_year = {
        "whole": whole, "investment": investment, "one_off": one_off_left, "running": running_left, "fund_one_off": fund_left,
        "general_bonds": general, "special_bonds": special, "received": received, "one_time": one_time, "income": income,
    }  # fmt: skip
    shape = np.broadcast_shapes(*(each.shape for each in by_year.values()))
    return LifeCycle(
        years=tuple(year + delay for year in terms.years),
        running_assumed=bool(terms.running_share),
        terms=terms,
        **{name: np.broadcast_to(each, shape) for name, each in by_year.items()},
    )


def _given(received: np.ndarray, whole: np.ndarray, own_share: float | np.ndarray | None) -> np.ndarray:
    """What others give so that the rest is a share of the whole, (..., year); as received at the share that it leaves."""
    if own_share is None:
        return received
    share = np.asarray(own_share, dtype=float)[..., None]
    others = divided(received.sum(axis=-1), whole.sum(axis=-1))[..., None]
    more = received + (whole - received) * (1 - divided(share, 1 - others, 1.0))
    return np.where(share <= 1 - others, more, received * divided(1 - share, others))


def _taken(money: np.ndarray, *costs: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Pay costs in their order: the money that was used, what is left of each cost."""
    left, remaining = money, []
    for cost in costs:
        paid = np.minimum(left, cost)
        left = left - paid
        remaining.append(cost - paid)
    return money - left, remaining
