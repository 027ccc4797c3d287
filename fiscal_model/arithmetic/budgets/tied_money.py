"""Money tied to a use: it pays its part of the guarantees first, then waits for its use, and the rest is spent for it."""

from __future__ import annotations

import numpy as np

from fiscal_model.words.traced import as_array


def carry_tied(
    tied: np.ndarray, above: np.ndarray, carry_in: float, carry_out: np.ndarray, lent: np.ndarray | float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Say how much tied money can be carried over, and what of its part of the guarantees it cannot pay.

    ``tied``: (..., year) float, tied money of the year that is not passed on, 万元.
    ``above``: (..., year) float, what of the guarantees it should pay.
    ``carry_in``: carried into the first year.
    ``carry_out``: (year,) float, what is carried over as long as there is money for it.
    ``lent``: (year,) float, other money that the plan itself lets stand in for it.
    Returns ``carry_out``, ``unpaid``: (..., year) float; what tied money cannot pay of the guarantees is the county's.

    Examples
    --------
    >>> carried, unpaid = carry_tied(np.array([[90.0, 60.0], [90.0, 75.0]]), np.full(2, 80.0), 5.0, np.full(2, 10.0))
    >>> carried.tolist(), unpaid.tolist()
    ([[10.0, 0.0], [10.0, 5.0]], [[0.0, 10.0], [0.0, 0.0]])
    """
    shape = np.broadcast_shapes(np.shape(tied), np.shape(above))
    room = as_array(tied - above + lent)
    carried, unpaid = (np.zeros(shape, order="F", like=room) for _ in range(2))
    before: np.ndarray | float = carry_in
    for year in range(shape[-1]):
        left = room[..., year] + before
        before = np.clip(left, 0.0, carry_out[year])
        carried[..., year], unpaid[..., year] = before, np.maximum(-left, 0.0)
    return carried, unpaid
