"""Transfers from above: general-purpose money that the county may spend as it sees fit, and money tied to a use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

GENERAL_PURPOSE_CODES = frozenset(
    {"1100202", "1100207", "1100208", "1100214", "1100226", "1100227", "1100228", "1100229"}
)
"""Lines counted as available resources: equalisation, county guarantee, settlement, transferred units, ecological
zones, fixed amounts, old base areas, minority areas; with the rebates they make up the financial-capacity transfers found for 舟曲 2024."""


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
    """Transfers by year, 万元, arrays of shape (year,)."""

    rebates: np.ndarray
    general_purpose: np.ndarray
    tied_general: np.ndarray
    special: np.ndarray


def split_transfers(
    rebates: float, general: float, special: float, general_purpose_share: float
) -> TransferBase:
    """Split transfers by kind into general-purpose and earmarked money.

    Parameters
    ----------
    rebates, general, special : float
        返还性收入, 一般性转移支付收入, 专项转移支付收入, 万元.
    general_purpose_share : float
        Share of general transfers that is not tied to a use.

    Examples
    --------
    >>> split_transfers(10.0, 100.0, 20.0, 0.6)
    TransferBase(rebates=10.0, general_purpose=60.0, tied_general=40.0, special=20.0)
    """
    free = general * general_purpose_share
    return TransferBase(rebates, free, general - free, special)


def project_transfers(
    base: TransferBase,
    rebates_growth: np.ndarray,
    general_purpose_growth: np.ndarray,
    earmarked_growth: np.ndarray,
) -> TransferPath:
    """Carry transfers forward by kind.

    Parameters
    ----------
    base : TransferBase
    rebates_growth, general_purpose_growth, earmarked_growth : (year,) float

    Returns
    -------
    TransferPath

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
