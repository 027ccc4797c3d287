"""Projects and start years under money that is uncertain: the best choice that nearly all futures pay, and a bound on any better one."""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from time import monotonic

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from fiscal_model.arithmetic.spending.joint_totals import Chains, Range, chains_of, hold, share_held

FEW = 200
"""Options up to which the whole problem goes to the solver at once."""


@dataclass(frozen=True)
class Options:
    """Ways to start projects, one row each; at most one way a project.

    ``value`` (option,); ``cost`` (option, year), county money, 万元; ``project`` (option,) int, position of the project;
    ``must`` (project,) bool, to be started in one way or another; ``rows`` (row, option), ``least``, ``most`` (row,):
    further conditions ``least <= rows @ taken <= most``.
    """

    value: np.ndarray
    cost: np.ndarray
    project: np.ndarray
    must: np.ndarray
    rows: sparse.csr_array
    least: np.ndarray
    most: np.ndarray

    def only(self, kept: np.ndarray) -> Options:
        """Return the options of a mask, (option,) bool, under the same conditions."""
        return replace(
            self, value=self.value[kept], cost=self.cost[kept], project=self.project[kept], rows=self.rows[:, kept]
        )


@dataclass(frozen=True)
class Chosen:
    """A choice of options and what is known of better ones.

    ``taken`` (option,) bool; ``totals`` (year,) what they cost; ``held`` share of futures whose money pays them in every
    year; ``value``; ``bound`` no choice that holds is worth more; ``price`` (year,) value of one 万元 more in a year.
    """

    taken: np.ndarray
    totals: np.ndarray
    held: float
    value: float
    bound: float
    price: np.ndarray

    @property
    def gap(self) -> float:
        """How much more the best choice could be worth at most, as a share of the bound."""
        return max(self.bound - self.value, 0.0) / self.bound if self.bound > 0 else 0.0


def choose(
    options: Options, money: np.ndarray, held: float = 0.95, gap: float = 1e-3, seconds: float = 10.0
) -> Chosen | None:
    """Choose options worth most whose yearly totals are paid in a share of all futures, all years of a future together.

    Parameters
    ----------
    options : Options
    money : (future, year) float
        What may be spent on them; below zero in a year nothing may be.
    held : float
        Least share of futures that pay every year's total.
    gap : float
        Part of the bound that the search is content with.
    seconds : float
        Time after which each whole-number programme stops.

    Returns
    -------
    Chosen or None
        None where what must be started cannot be paid.

    Examples
    --------
    Two projects of one year; only the cheaper is paid in three futures of four.

    >>> options = Options(np.array([3.0, 2.0]), np.array([[5.0], [3.0]]), np.arange(2), np.zeros(2, bool),
    ...                   sparse.csr_array((0, 2)), np.zeros(0), np.zeros(0))
    >>> found = choose(options, np.array([[4.0], [4.0], [2.0], [6.0]]), held=0.75)
    >>> found.taken.tolist(), found.held, round(found.bound, 2)
    ([False, True], 0.75, 2.0)
    """
    chains = chains_of(money, held)
    # What the most that a year's total may be does not pay even alone is no option.
    payable: np.ndarray = np.all((options.cost <= chains.money[:, -1]) | (options.cost <= 0), axis=1)
    options = options.only(payable)
    if not payable.any():
        nothing = np.zeros(options.cost.shape[1])
        return None if options.must.any() else Chosen(payable, nothing, 1.0, 0.0, 0.0, nothing)
    found = _search(options, chains, gap, seconds)
    if found is None:
        return None
    bound, price, candidates = found
    best: np.ndarray | None = None
    for taken in _tries(options, chains, candidates, gap, seconds):
        if taken is not None and share_held(money, options.cost[taken].sum(axis=0)) >= held:
            best = taken if best is None or options.value[taken].sum() > options.value[best].sum() else best
        if best is not None and options.value[best].sum() >= (1 - gap) * bound:
            break
    if best is None:
        return None
    totals, taken = options.cost[best].sum(axis=0), np.zeros(len(payable), dtype=bool)
    taken[payable] = best
    return Chosen(taken, totals, share_held(money, totals), float(options.value[best].sum()), bound, price)


def _search(
    options: Options, chains: Chains, gap: float, seconds: float
) -> tuple[float, np.ndarray, list[np.ndarray]] | None:
    """Search the ranges of the chains: a bound, the prices of money, and the totals that leave shares of options most room.

    Branch and bound, the most promising range first; None where no shares of options meet the conditions.
    """
    stop, number = monotonic() + seconds, count()
    waiting: list[tuple[float, int, Range]] = [(-np.inf, next(number), Range.whole(chains))]
    best, price = -np.inf, None
    candidates: list[np.ndarray] = []
    while waiting and (price is None or -waiting[0][0] > best * (1 + gap / 4)) and monotonic() < stop:
        above, _, part = heapq.heappop(waiting)
        node = _relaxed(options, part) if part.left >= 0 else None
        if node is None:
            continue
        price = node.price if price is None else price
        worth, by_year = part.worth(node.price, node.dropping)
        bound = min(projects_worth(options, node.price, node.rows) + worth, -above)
        totals = hold(chains, options.cost.T @ node.shares, node.price)
        room = _room(options, totals)
        if room > best:
            best, candidates = room, [totals, *candidates]
        slack = [bound - (each.max() - each) for each in by_year]
        for half in part.halves(node.passed, node.price[part.year] * part.rise, slack, best * (1 + gap / 4)):
            heapq.heappush(waiting, (-bound, next(number), half))
    if price is None:
        return None
    # Ranges left out were worth no more than this.
    return max(-waiting[0][0] if waiting else -np.inf, best * (1 + gap / 4)), price, candidates


def _tries(
    options: Options, chains: Chains, candidates: list[np.ndarray], gap: float, seconds: float
) -> Iterator[np.ndarray | None]:
    """Yield choices: under the totals with most room first, and all at once where options are few."""
    for totals in candidates[:2]:
        yield _knapsack(options, totals, gap / 2, seconds)
    if len(options.value) <= FEW:
        yield _whole(options, chains, seconds)


def projects_worth(options: Options, price: np.ndarray, rows: np.ndarray) -> float:
    """Return what projects are worth at most beyond their cost at prices of money and of the further conditions.

    Each project takes the best of its ways, or none where it need not be started; what a condition's price brings at its
    limit comes on top. With `Range.worth` at the same prices this bounds the value of every choice that holds.

    ``price`` (year,), at least 0; ``rows`` (row,): above 0 for the upper limit, below for the lower.
    """
    left = options.value - options.cost @ price - options.rows.T @ rows
    best = np.full(len(options.must), -np.inf)
    np.maximum.at(best, options.project, left)
    limits = np.where(rows > 0, options.most, options.least)
    paid = rows[rows != 0] @ limits[rows != 0]
    return float(np.where(options.must, best, np.maximum(best, 0.0)).sum() + paid)


@dataclass(frozen=True)
class _Node:
    """The relaxation of one range: shares of options and of places passed, prices of money, of giving futures up, of conditions."""

    shares: np.ndarray
    passed: np.ndarray
    price: np.ndarray
    dropping: np.ndarray
    rows: np.ndarray


def _relaxed(options: Options, part: Range) -> _Node | None:
    """Solve the linear relaxation of a range; None where it has no solution."""
    matrix, right, paying = _conditions(options, part)
    many, steps = len(options.value), len(part.year)
    needed = _ways(options, matrix.shape[1])[options.must]
    objective = -np.concatenate([options.value, np.zeros(matrix.shape[1] - many)])
    equal = {"A_eq": needed, "b_eq": np.ones(needed.shape[0])} if needed.shape[0] else {}
    solved = linprog(objective, A_ub=matrix, b_ub=right, bounds=(0.0, 1.0), method="highs", **equal)
    if solved.status != 0:
        return None
    prices, years = np.maximum(-solved.ineqlin.marginals, 0.0), options.cost.shape[1]
    upper, lower = np.isfinite(options.most), np.isfinite(options.least)
    rows, ends = np.zeros(len(upper)), len(prices) - lower.sum()
    rows[upper] += prices[ends - upper.sum() : ends]
    rows[lower] -= prices[ends:]
    dropping = np.zeros(steps)
    dropping[paying] = prices[years : years + len(paying)]
    return _Node(solved.x[:many], solved.x[many : many + steps], prices[:years], dropping, rows)


def _conditions(options: Options, part: Range) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    """Return all conditions of a range as ``matrix @ columns <= right``, and the steps that must give a future up.

    Columns are options, places passed, futures given up; rows are money by year, passing, the chains' order, the number
    given up, one way a project, upper and lower limits of the further conditions.
    """
    many, steps, futures = len(options.value), len(part.year), len(part.lost)
    columns, paying = many + steps + futures, np.flatnonzero(~part.lost[part.future])
    rises = sparse.csr_array((part.rise, (part.year, np.arange(steps))), (len(part.low), steps))

    def wide(block: sparse.sparray, before: int = 0) -> sparse.csr_array:
        found = block.tocsr()
        return sparse.csr_array((found.data, found.indices + before, found.indptr), (found.shape[0], columns))

    upper, lower = np.isfinite(options.most), np.isfinite(options.least)
    blocks = [
        wide(sparse.hstack([sparse.csr_array(options.cost.T), -rises])),
        pairs(many + paying, many + steps + part.future[paying], columns),
        wide(chain_rows(part.year, steps), many),
        wide(sparse.csr_array(np.ones((1, futures))), many + steps),
        _ways(options, columns),
        wide(options.rows[upper]),
        wide(-options.rows[lower]),
    ]
    right = [
        part.base, np.zeros(blocks[1].shape[0] + blocks[2].shape[0]), [part.left], np.ones(len(options.must)),
        options.most[upper], -options.least[lower],
    ]  # fmt: skip
    return sparse.vstack(blocks).tocsr(), np.concatenate(right), paying


def pairs(first: np.ndarray, second: np.ndarray, columns: int) -> sparse.csr_array:
    """Return rows that say "not the first without the second", one for each pair of columns."""
    rows = np.arange(len(first))
    signs = np.repeat([1.0, -1.0], len(rows))
    return sparse.csr_array((signs, (np.tile(rows, 2), np.concatenate([first, second]))), (len(rows), columns))


def chain_rows(year: np.ndarray, columns: int) -> sparse.csr_array:
    """Return rows that say "no place is passed before the one in front of it in its year"."""
    later = np.flatnonzero(np.diff(year, prepend=-1) == 0)
    return pairs(later, later - 1, columns)


def _room(options: Options, totals: np.ndarray) -> float:
    """Return what shares of options are worth at most under yearly totals; minus infinity where none fit."""
    ways, needed = _ways(options, len(options.value)), options.must
    upper, lower = np.isfinite(options.most), np.isfinite(options.least)
    blocks = [sparse.csr_array(options.cost.T), ways, options.rows[upper], -options.rows[lower]]
    right = np.concatenate([totals, np.ones(len(needed)), options.most[upper], -options.least[lower]])
    equal = {"A_eq": ways[needed], "b_eq": np.ones(needed.sum())} if needed.any() else {}
    solved = linprog(-options.value, A_ub=sparse.vstack(blocks), b_ub=right, bounds=(0.0, 1.0), method="highs", **equal)
    return -float(solved.fun) if solved.status == 0 else -np.inf


def _ways(options: Options, columns: int) -> sparse.csr_array:
    """Return the rows that add up the ways of each project."""
    many = len(options.value)
    return sparse.csr_array((np.ones(many), (options.project, np.arange(many))), (len(options.must), columns))


def _knapsack(options: Options, totals: np.ndarray, gap: float, seconds: float) -> np.ndarray | None:
    """Choose whole options under yearly totals."""
    ways = _ways(options, len(options.value))
    conditions = [
        LinearConstraint(sparse.csr_array(options.cost.T), -np.inf, totals),
        LinearConstraint(ways, options.must.astype(float), 1.0),
        *([LinearConstraint(options.rows, options.least, options.most)] if len(options.most) else []),
    ]
    found = _whole_numbers(-options.value, np.ones(len(options.value)), conditions, gap, seconds)
    return None if found is None else found > 0.5


def _whole(options: Options, chains: Chains, seconds: float) -> np.ndarray | None:
    """Choose options and futures to give up in one programme: only for a handful of projects."""
    matrix, right, _ = _conditions(options, Range.whole(chains))
    many = len(options.value)
    whole = np.ones(matrix.shape[1])
    whole[many : matrix.shape[1] - len(chains.tail)] = 0.0
    objective = -np.concatenate([options.value, np.zeros(matrix.shape[1] - many)])
    ways = LinearConstraint(_ways(options, matrix.shape[1]), options.must.astype(float), 1.0)
    found = _whole_numbers(objective, whole, [LinearConstraint(matrix, -np.inf, right), ways], 1e-9, seconds)
    return None if found is None else found[:many] > 0.5


def _whole_numbers(
    objective: np.ndarray, whole: np.ndarray, conditions: list, gap: float, seconds: float
) -> np.ndarray | None:
    options = {"mip_rel_gap": gap, "time_limit": seconds}
    with _silent():
        return milp(objective, integrality=whole, bounds=Bounds(0, 1), constraints=conditions, options=options).x


@contextmanager
def _silent() -> Iterator[None]:
    """Keep HiGHS quiet: it prints a line for each solution that it maps back (jump-dev/HiGHS.jl issues 312, 318)."""
    try:
        kept = os.dup(1)
    except OSError:  # no standard output
        yield
        return
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
