"""Transfers from above: general-purpose money that the county may spend as it sees fit, and money tied to a use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.words.traced import as_array
from fiscal_model.words.vocabulary import TransferKind, TransferLogic


@dataclass(frozen=True)
class TransferBase:
    """Base-year transfers, 万元: rebates, general transfers free of a use, general ones tied to one, special ones."""

    rebates: float
    general_purpose: float
    tied_general: float
    special: float

    @property
    def earmarked(self) -> float:
        """Money tied to a use, whether paid as a general or as a special transfer."""
        return self.tied_general + self.special


@dataclass(frozen=True)
class TransferPath:
    """Transfers by year, 万元, arrays of shape (..., year)."""

    rebates: np.ndarray
    general_purpose: np.ndarray
    tied_general: np.ndarray
    special: np.ndarray


def split_transfers(rebates: float, general: float, special: float, general_purpose_share: float) -> TransferBase:
    """Split transfers by kind into general-purpose and earmarked money.

    ``rebates``, ``general``, ``special``: 返还性收入, 一般性转移支付收入, 专项转移支付收入, 万元.
    ``general_purpose_share``: share of general transfers that is not tied to a use.

    Examples
    --------
    >>> split_transfers(10.0, 100.0, 20.0, 0.6)
    TransferBase(rebates=10.0, general_purpose=60.0, tied_general=40.0, special=20.0)
    """
    free = general * general_purpose_share
    return TransferBase(rebates, free, general - free, special)


def project_transfers(
    base: TransferBase, rebates_growth: np.ndarray, general_purpose_growth: np.ndarray, earmarked_growth: np.ndarray
) -> TransferPath:
    """Carry transfers forward by kind.

    ``rebates_growth``, ``general_purpose_growth``, ``earmarked_growth``: (year,) float.

    Examples
    --------
    >>> path = project_transfers(TransferBase(10.0, 60.0, 40.0, 20.0), np.zeros(1), np.array([0.1]), np.zeros(1))
    >>> path.general_purpose.round(6).tolist(), path.special.tolist()
    ([66.0], [20.0])
    """
    tied = np.cumprod(1 + earmarked_growth)
    return TransferPath(
        rebates=base.rebates * np.cumprod(1 + rebates_growth),
        general_purpose=base.general_purpose * np.cumprod(1 + general_purpose_growth),
        tied_general=base.tied_general * tied,
        special=base.special * tied,
    )


def line_growth(
    logic: TransferLogic,
    growth: np.ndarray,
    *,
    cap: float = np.inf,
    notified_share: float = 1.0,
    tied_spending: np.ndarray | None = None,
) -> np.ndarray:
    """Say how a transfer line grows each year by the logic that it follows, (..., year) float.

    ``formula``: the assumed growth, at most ``cap``; ``earmarked``: that of the spending it pays, the assumed one where
    that is unknown; ``prenotified``: down to the announced share in the first year, level after it; ``one_off``: -1,
    gone; ``fixed``: as given.

    ``growth``: (..., year) float, what is assumed for the line; what a fixed line is raised by is none of it unless the
    place says so.
    ``cap``: largest growth of a formula grant in a year.
    ``notified_share``: share of this year's amount that the superior must announce for the next (实施条例 48): all that
    a line counted by its notices can be sure of.
    ``tied_spending``: (..., year + 1) float, the spending that an earmarked line pays, base year first.

    Examples
    --------
    >>> line_growth(TransferLogic.FORMULA, np.array([0.12, 0.03]), cap=0.08).tolist()
    [0.08, 0.03]
    >>> line_growth(TransferLogic.EARMARKED, np.zeros(2), tied_spending=np.array([100.0, 104.0, 78.0])).round(6).tolist()
    [0.04, -0.25]
    """
    growth = as_array(growth)
    if logic is TransferLogic.FORMULA:
        return np.minimum(growth, cap)
    if logic is TransferLogic.PRENOTIFIED:
        path = np.zeros_like(growth)
        path[..., 0] = notified_share - 1
        return path
    if logic is TransferLogic.ONE_OFF:
        return np.full_like(growth, -1.0)
    if logic is TransferLogic.EARMARKED and tied_spending is not None:
        before, after = tied_spending[..., :-1], tied_spending[..., 1:]
        # Spending that starts from nothing has no rate: the line stays what it is.
        return divided(after, before, 1.0) - 1
    return growth


def project_transfer_lines(amounts: np.ndarray, growth: np.ndarray, notices: np.ndarray) -> np.ndarray:
    """Carry transfers forward line by line; what the superior has announced is a floor, and growth goes on from it.

    ``amounts``: (..., line) float, base year, 万元.
    ``growth``: (..., line, year) float, from `line_growth`.
    ``notices``: (..., line, year) float, announced amounts, 万元; NaN where nothing was announced.
    Returns (..., line, year) float: ``level(t) = max(level(t-1) (1 + growth(t)), notice(t))``.

    Examples
    --------
    >>> growth, notices = np.array([[0.02, 0.1]]), np.array([[105.0, np.nan]])
    >>> project_transfer_lines(np.array([100.0]), growth, notices).round(6).tolist()
    [[105.0, 115.5]]
    """
    shape = np.broadcast_shapes((*np.shape(amounts)[:-1], 1, 1), growth.shape, notices.shape)
    shape = (*shape[:-2], np.shape(amounts)[-1], shape[-1])
    growth, notices = np.broadcast_to(growth, shape), np.broadcast_to(notices, shape)
    level = np.broadcast_to(as_array(amounts), shape[:-1])
    path = np.empty(shape, like=growth)
    for year in range(shape[-1]):
        level = np.fmax(level * (1 + growth[..., year]), notices[..., year])
        path[..., year] = level
    return path


def sum_transfer_lines(
    path: np.ndarray, kinds: Sequence[TransferKind], general_purpose: Sequence[bool]
) -> TransferPath:
    """Add lines up by kind and by use. Arrays of shape (..., year).

    ``path``: (..., line, year) float.
    ``kinds``: (line,) sequence of TransferKind.
    ``general_purpose``: (line,) sequence of bool, whether a line of general transfers is free of a use; rebates always
    are, special transfers never.

    Examples
    --------
    >>> kinds = [TransferKind.REBATE, TransferKind.GENERAL, TransferKind.GENERAL]
    >>> split = sum_transfer_lines(np.array([[1.0], [2.0], [4.0]]), kinds, [True, True, False])
    >>> split.general_purpose.tolist(), split.tied_general.tolist(), split.special.tolist()
    ([2.0], [4.0], [0.0])
    """
    kind, free = np.array([str(each) for each in kinds]), np.array(general_purpose, dtype=bool)

    def added(inside: np.ndarray) -> np.ndarray:
        return as_array(path[..., inside, :].sum(axis=-2))

    general = kind == TransferKind.GENERAL
    return TransferPath(
        rebates=added(kind == TransferKind.REBATE),
        general_purpose=added(general & free),
        tied_general=added(general & ~free),
        special=added(kind == TransferKind.SPECIAL),
    )


def project_remittances(quota: float, rest: float, growth: np.ndarray) -> np.ndarray:
    """Carry remittances to the superior forward: a quota fixed by the sharing system, and the rest.

    ``quota``, ``rest``: base year, 万元.
    ``growth``: (..., year) float, of the rest.

    Examples
    --------
    >>> project_remittances(100.0, 50.0, np.array([0.0, 0.1])).round(6).tolist()
    [150.0, 155.0]
    """
    return quota + rest * np.cumprod(1 + growth, axis=-1)
