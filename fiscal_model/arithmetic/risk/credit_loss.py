"""Losses of loans that default together: one common factor (Vasicek), n borrowers counted exactly, very many in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaln, ndtr, ndtri, xlog1py, xlogy

from fiscal_model.words.markup import Sheet, sheet_of, shows_itself
from fiscal_model.words.table import Kind

MOST_COUNTED = 1_000
"""More borrowers than this are taken as very many: what each does alone no longer shows."""
_STEPS = 1_801
_FACTOR = np.linspace(9.0, -9.0, _STEPS)
"""The common factor from its best to its worst: on an even grid the trapezoid rule is exact for what is smooth and fades out."""
_WEIGHT = np.exp(-0.5 * _FACTOR**2) / np.exp(-0.5 * _FACTOR**2).sum()
_SEEN = 1e-12


def share_given(
    factor: np.ndarray | float, probability: np.ndarray | float, correlation: np.ndarray | float
) -> np.ndarray:
    """Return the share of very many loans that default when the common factor is known; broadcast.

    Examples
    --------
    >>> float(share_given(0.0, 0.5, 0.3)), float(share_given(-2.0, 0.02, 0.0).round(6))
    (0.5, 0.02)
    """
    found: np.ndarray = ndtr((ndtri(probability) - np.sqrt(correlation) * factor) / np.sqrt(1.0 - correlation))
    return found


_SHOWN = (0.5, 0.9, 0.99)


@shows_itself
@dataclass(frozen=True, eq=False, repr=False)
class DefaultShares:
    """How large a share of the loans defaults in a year, by outcome from the best to the worst."""

    probability: np.ndarray  # (...,) float, of one borrower in a year
    correlation: np.ndarray  # (...,) float, of what two borrowers are worth, below one
    borrowers: int | None  # of equal size; None: very many

    @property
    def sheet(self) -> Sheet:
        """The shares that are passed in one year of two, of ten, of a hundred, as a table."""
        rows = self.quantile(np.array(_SHOWN)).reshape(-1, len(_SHOWN))
        labels = [f"第{at}组" if len(rows) > 1 else "违约比例" for at in range(1, len(rows) + 1)]
        kinds: dict[str, Kind] = dict.fromkeys(labels, "ratio")
        return sheet_of(
            "违约比例的分布", [f"{level:.0%}分位" for level in _SHOWN], zip(labels, rows, strict=True), kinds=kinds
        )

    @cached_property
    def share(self) -> np.ndarray:
        """Share of the loans that defaults, (..., outcome) float, rising."""
        if self.borrowers is None:
            return share_given(_FACTOR, self.probability[..., None], self.correlation[..., None])
        counted = np.arange(self.borrowers + 1.0) / self.borrowers
        return np.broadcast_to(counted, (*self.probability.shape, len(counted)))

    @cached_property
    def weight(self) -> np.ndarray:
        """Chance of each outcome, (..., outcome) float, in sum one."""
        if self.borrowers is None:
            return np.broadcast_to(_WEIGHT, (*self.probability.shape, _STEPS))
        many, count = self.borrowers, np.arange(self.borrowers + 1.0)
        ways = gammaln(many + 1) - gammaln(count + 1) - gammaln(many - count + 1)
        share = share_given(_FACTOR, self.probability[..., None], self.correlation[..., None])[..., None]
        chance = np.exp(ways + xlogy(count, share) + xlog1py(many - count, -share))
        mixed: np.ndarray = np.einsum("f,...fk->...k", _WEIGHT, chance)
        return mixed / mixed.sum(axis=-1, keepdims=True)

    def mean(self, amount: np.ndarray) -> np.ndarray:
        """Average what each outcome costs, (..., outcome) float, over the outcomes."""
        found: np.ndarray = (self.weight * amount).sum(axis=-1)
        return found

    def quantile(self, levels: np.ndarray) -> np.ndarray:
        """Return the share of defaults that is not passed with these chances, (..., level) float."""
        levels = np.asarray(levels, dtype=float)
        if self.borrowers is None:
            return share_given(-ndtri(levels), self.probability[..., None], self.correlation[..., None])
        reached = self.weight.cumsum(axis=-1)[..., None, :] >= levels[:, None] - _SEEN
        return reached.argmax(axis=-1) / self.borrowers


def default_shares(
    probability: np.ndarray | float, correlation: np.ndarray | float, borrowers: int | None = None
) -> DefaultShares:
    """Return how defaults of a homogeneous pool spread in a year.

    Borrower i defaults when ``√ρ Z + √(1 − ρ) ε_i`` falls below ``Φ⁻¹(p)``; Z is common, ε its own (Vasicek 1987).

    ``borrowers``: count of equal loans; none or more than `MOST_COUNTED`: very many.

    Examples
    --------
    >>> alone = default_shares(0.1, 0.0, 2)
    >>> alone.weight.round(4).tolist(), float(alone.quantile(np.array([0.95]))[0])
    ([0.81, 0.18, 0.01], 0.5)
    >>> many = default_shares(0.02, 0.15)
    >>> round(float(many.mean(many.share)), 6), float(many.quantile(np.array([0.99]))[0].round(4))
    (0.02, 0.1056)
    """
    p, rho = np.broadcast_arrays(np.asarray(probability, dtype=float), np.asarray(correlation, dtype=float))
    return DefaultShares(p, rho, borrowers if borrowers and borrowers <= MOST_COUNTED else None)
