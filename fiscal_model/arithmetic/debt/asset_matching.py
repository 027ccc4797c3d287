"""Match money that assets bring in to what falls due: the earliest due first, the fastest cash first."""

from __future__ import annotations

import numpy as np


def match_cash(
    cash: np.ndarray, ready: np.ndarray, need: np.ndarray, due: np.ndarray, *, late: bool = False
) -> np.ndarray:
    """Give every need, in the order in which needs fall due, the cash that is there first, (..., asset, item) float.

    Never more than an asset brings or a need takes.

    ``cash``: (..., asset) float, usable money.
    ``ready``: (asset,) int, when it is there, in any count of months or years.
    ``need``: (..., item) float.
    ``due``: (item,) int, when it is needed, in the same count.
    ``late``: also give cash that comes after the need; only in time by default.

    Examples
    --------
    >>> cash, need = np.array([10.0, 10.0]), np.array([6.0, 8.0])
    >>> match_cash(cash, np.array([2, 1]), need, np.array([1, 2])).tolist()
    [[0.0, 4.0], [6.0, 4.0]]
    """
    left, open_needs = np.array(cash, dtype=float), np.array(need, dtype=float)
    given = np.zeros((*left.shape, open_needs.shape[-1]))
    for item in np.argsort(due, kind="stable"):
        for asset in np.argsort(ready, kind="stable"):
            if late or ready[asset] <= due[item]:
                amount = np.minimum(left[..., asset], open_needs[..., item])
                given[..., asset, item] = amount
                left[..., asset] -= amount
                open_needs[..., item] -= amount
    return given
