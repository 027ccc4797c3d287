"""Yearly totals that nearly all futures pay, every year of a future together, and what they can be worth at most.

A future is kept, and then its money pays the total of every year, or it is given up. The totals of a year are a chain: its
poorest futures in order, each of which must be given up before the total may pass its money. Giving up before passing is
a closure, so that the linear relaxation with the number given up as its only other condition is nearly whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

ROUND = 1e-9
"""Part of a total by which it may pass a future's money: rounding, far below one yuan."""


@dataclass(frozen=True)
class Chains:
    """The poorest futures of each year in order.

    ``money`` (year, place + 1) float, not below zero: what they have, and the most that the total may be; ``future``
    (year, place) int: which future of ``tail`` stands there; ``spare``: how many may be given up; ``tail`` (future, year):
    the futures that stand in any chain.
    """

    money: np.ndarray
    future: np.ndarray
    spare: int
    tail: np.ndarray


def chains_of(money: np.ndarray, held: float) -> Chains:
    """Return the chains of futures that may be given up so that a share ``held`` of all is kept.

    ``money``: (future, year) float, 万元.

    Examples
    --------
    >>> chains_of(np.array([[1.0], [3.0], [2.0], [5.0]]), 0.5).money.tolist()
    [[1.0, 2.0, 3.0]]
    """
    spare = int(np.floor(len(money) * (1 - held) + 1e-9))
    order = np.argsort(money, axis=0, kind="stable")[: spare + 1].T
    levels = np.maximum(np.take_along_axis(money.T, order, axis=1), 0.0)
    some, future = np.unique(order[:, :spare], return_inverse=True)
    return Chains(levels, future.reshape(order[:, :spare].shape), spare, money[some])


def share_held(money: np.ndarray, totals: np.ndarray) -> float:
    """Return the share of futures whose money pays the totals of every year in which anything is spent.

    ``money``: (future, year); ``totals``: (year,).

    Examples
    --------
    >>> share_held(np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1.0, 0.0]))
    1.0
    """
    return float(1 - _broken(money, totals).mean())


def hold(chains: Chains, totals: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Return totals near those wanted that hold and of which none can be raised alone.

    Lowered by the step that costs least for each future that it keeps; then raised, the dearest money first.

    ``totals``, ``price``: (year,).
    """
    totals, tail = np.minimum(totals, chains.money[:, -1]), chains.tail
    worth = np.where(price > 0, price, 1e-9)
    while (over := int(_broken(tail, totals).sum()) - chains.spare) > 0:
        totals = _lowered(tail, totals, worth, over)
    for year in np.argsort(-worth, kind="stable"):
        broken = _broken(tail, totals)
        kept, left = np.sort(tail[~broken, year]), chains.spare - int(broken.sum())
        highest = kept[left] if left < len(kept) else chains.money[year, -1]
        totals[year] = max(totals[year], min(highest, chains.money[year, -1]))
    return totals


def _broken(money: np.ndarray, totals: np.ndarray) -> np.ndarray:
    short: np.ndarray = (money < totals * (1 - ROUND)) & (totals > 0)
    return np.any(short, axis=1)


def _lowered(tail: np.ndarray, totals: np.ndarray, worth: np.ndarray, over: int) -> np.ndarray:
    short = (tail < totals * (1 - ROUND)) & (totals > 0)
    alone = short & (short.sum(axis=1) == 1)[:, None]
    steps = []
    for year in np.flatnonzero((alone if alone.any() else short).any(axis=0)):
        level = np.maximum(np.sort(tail[(alone if alone.any() else short)[:, year], year])[::-1], 0.0)
        cost = worth[year] * (totals[year] - level) / np.minimum(np.arange(1, len(level) + 1), over)
        at = int(np.argmin(cost))
        steps.append((cost[at], year, level[at]))
    _, year, level = min(steps)
    lower = totals.copy()
    lower[year] = level
    return lower


@dataclass(frozen=True)
class Range:
    """A range of each year's chain in which the total is to end: ``low``, ``high`` (year,) int, places."""

    chains: Chains
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def whole(cls, chains: Chains) -> Range:
        """Return the range that leaves everything open."""
        return cls(chains, np.zeros(len(chains.money), dtype=int), np.full(len(chains.money), chains.spare))

    @cached_property
    def lost(self) -> np.ndarray:
        """(future,) bool: futures that stand before the range and are given up in any case."""
        found = np.zeros(len(self.chains.tail), dtype=bool)
        for before, end in zip(self.chains.future, self.low, strict=True):
            found[before[:end]] = True
        return found

    @property
    def left(self) -> int:
        """How many futures may still be given up; below zero, the range is empty."""
        return self.chains.spare - int(self.lost.sum())

    @cached_property
    def year(self) -> np.ndarray:
        """(step,) int: year of each place that the totals may pass."""
        return np.repeat(np.arange(len(self.low)), self.high - self.low)

    @cached_property
    def place(self) -> np.ndarray:
        """(step,) int: that place."""
        return np.concatenate([np.arange(*ends) for ends in zip(self.low, self.high, strict=True)])

    @property
    def future(self) -> np.ndarray:
        """(step,) int: the future that stands there."""
        return self.chains.future[self.year, self.place]

    @property
    def base(self) -> np.ndarray:
        """(year,) float: totals at the range's start."""
        return self.chains.money[np.arange(len(self.low)), self.low]

    @property
    def rise(self) -> np.ndarray:
        """(step,) float: by how much a total grows when it passes the place."""
        return self.chains.money[self.year, self.place + 1] - self.chains.money[self.year, self.place]

    def worth(self, price: np.ndarray, dropping: np.ndarray) -> tuple[float, list[np.ndarray]]:
        """Return what totals of this range are worth at most, and by year what ending at each of its places is worth.

        From any prices, so that no solver need be believed: ``price`` (year,) of money, ``dropping`` (step,) of giving up a
        future for passing it, all at least 0. A total earns ``price`` and pays ``dropping``; what all totals pay for a
        future comes back once for each future given up, at most the dearest of them.
        """
        net = price[self.year] * self.rise - dropping
        by_year = [np.concatenate([[0.0], np.cumsum(net[self.year == year])]) for year in range(len(price))]
        paid = np.bincount(self.future, dropping, len(self.lost))[~self.lost]
        back = np.sort(paid)[::-1][: self.left].sum()
        return float(price @ self.base + sum(each.max() for each in by_year) + back), by_year

    def halves(self, passed: np.ndarray, value: np.ndarray, slack: list[np.ndarray], enough: float) -> Iterator[Range]:
        """Yield the two halves of the range, cut in the year that is farthest from whole.

        ``passed`` (step,): shares of places passed; ``value`` (step,): what passing is worth; ``slack`` by year: bound of
        ending at each place; those below ``enough`` are left out.
        """
        low, high = self.low.copy(), self.high.copy()
        for year, bound in enumerate(slack):
            possible = np.flatnonzero(bound > enough)
            if not len(possible):
                return
            low[year], high[year] = low[year] + possible[0], low[year] + possible[-1]
        wide = high > low
        if not wide.any():
            return
        spread = np.bincount(self.year, np.minimum(passed, 1 - passed) * value, len(low))
        year = int(np.argmax(np.where(wide, spread + ROUND * (high - low), -1.0)))
        middle = self.low[year] + int(passed[self.year == year].sum())
        cut = int(np.clip(middle, low[year], high[year] - 1))
        for ends in ((low[year], cut), (cut + 1, high[year])):
            first, last = low.copy(), high.copy()
            first[year], last[year] = ends
            yield Range(self.chains, first, last)
