"""Temporary payments: opening, new, cleared, closing; which part of the clearing the budget pays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.words.traced import as_array


@dataclass(frozen=True)
class PaymentPath:
    """The four movements by year, 万元, arrays of shape (..., year).

    ``cleared`` is ``by_budget`` plus ``collected`` plus ``in_kind``; only ``by_budget`` is spending, only ``collected``
    brings cash.
    """

    opening: np.ndarray
    new: np.ndarray
    by_budget: np.ndarray
    collected: np.ndarray
    in_kind: np.ndarray
    closing: np.ndarray

    @property
    def recovered(self) -> np.ndarray:
        """What debtors pay back or settle with assets."""
        return self.collected + self.in_kind

    @property
    def cleared(self) -> np.ndarray:
        """All that was cleared, whoever paid."""
        return self.by_budget + self.recovered

    @property
    def clearing_rate(self) -> np.ndarray:
        """Cleared over opening, NaN where there was nothing to clear."""
        return divided(self.cleared, self.opening, np.nan)


def roll_payments(
    stock: np.ndarray | float, new: np.ndarray, by_budget: np.ndarray, collected: np.ndarray, in_kind: np.ndarray
) -> PaymentPath:
    """Roll temporary payments forward: ``closing = opening + new - by_budget - collected - in_kind``.

    ``stock``: (...) float, 万元, balance at the end of the base year.
    ``new``, ``by_budget``, ``collected``, ``in_kind``: (..., year) float, 万元, paid out anew; cleared by budget
    spending; got back from the debtor; settled with assets.

    Examples
    --------
    >>> path = roll_payments(100.0, np.array([0.0, 10.0]), np.array([40.0, 20.0]), np.array([10.0, 0.0]), np.zeros(2))
    >>> path.closing.tolist(), path.clearing_rate.tolist()
    ([50.0, 40.0], [0.5, 0.4])
    """
    flows = np.broadcast_arrays(new, by_budget, collected, in_kind)
    change = flows[0] - flows[1] - flows[2] - flows[3]
    closing = as_array(stock)[..., None] + np.cumsum(change, axis=-1)
    added, spent, returned, settled = (np.broadcast_to(flow, closing.shape) for flow in flows)
    return PaymentPath(closing - change, added, spent, returned, settled, closing)


def clear_new(new: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return what the budget clears of payments made in the plan: each year a share of those made before and still open.

    ``new``, ``share``: (..., year) float.
    Returns (..., year) float, 万元.

    Examples
    --------
    >>> clear_new(np.array([10.0, 0.0, 6.0]), np.array([1.0, 0.5, 0.5])).tolist()
    [0.0, 5.0, 2.5]
    """
    new, share = np.broadcast_arrays(as_array(new), as_array(share))
    cleared, left = np.zeros(new.shape, like=new), np.zeros(new.shape[:-1], like=new)
    for year in range(new.shape[-1]):
        cleared[..., year] = share[..., year] * left
        left = left - cleared[..., year] + new[..., year]
    return cleared
