"""Who makes a figure uncertain: what the spread gains when a group of drivers moves, whatever order they come in."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np


def coalitions(players: int) -> tuple[tuple[int, ...], ...]:
    """List every set of players, the empty one first.

    Examples
    --------
    >>> coalitions(2)
    ((), (0,), (1,), (0, 1))
    """
    return tuple(each for size in range(players + 1) for each in combinations(range(players), size))


def shapley(worth: dict[tuple[int, ...], np.ndarray], players: int) -> np.ndarray:
    """Share what all players are worth together, (player, ...) float; adds up to the worth of all less that of none.

    A player's part is what it adds to those before it, as the mean over all orders (Shapley 1953).

    Notes
    -----
    With the worth of a set being the variance of a figure while only that set moves: independent drivers of a sum get
    their own variance, correlated ones their own and half of what they share with each other; what drivers do
    only together is split among them.

    ``worth``: by `coalitions`.

    Examples
    --------
    >>> worth = {(): np.array(0.0), (0,): np.array(1.0), (1,): np.array(4.0), (0, 1): np.array(9.0)}
    >>> shapley(worth, 2).tolist()
    [3.0, 6.0]
    """
    found = [np.zeros_like(worth[()], dtype=float) for _ in range(players)]
    for group in coalitions(players):
        for player in set(range(players)) - set(group):
            weight = factorial(len(group)) * factorial(players - len(group) - 1) / factorial(players)
            joined = tuple(sorted((*group, player)))
            found[player] = found[player] + weight * (worth[joined] - worth[group])
    return np.stack(found)


def shares_of(parts: np.ndarray) -> np.ndarray:
    """Divide by the sum over the first axis, (player, ...) float; NaN where nothing moves.

    Examples
    --------
    >>> shares_of(np.array([[1.0, 0.0], [3.0, 0.0]])).tolist()
    [[0.25, nan], [0.75, nan]]
    """
    whole = parts.sum(axis=0)
    return np.divide(parts, whole, out=np.full(parts.shape, np.nan), where=whole > 0)
