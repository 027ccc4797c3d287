"""Futures of a plan: what they move, how far, and where among them its scenario stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtri, stdtrit

from fiscal_model.law.risk_constants import driver_shocks
from fiscal_model.model.basis import Basis
from fiscal_model.words.drivers import DRIVERS, DRIVERS_BY_ID
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself

MEDIAN = 0.5
TAIL_FADE = 0.6
"""Sums of fat-tailed steps near a normal law as the horizon to the power of minus this (4 degrees of freedom: 0.55 to 0.6)."""


@shows_itself
@dataclass(frozen=True, repr=False)
class Drivers:
    """What a future moves, arrays of shape (..., year) or a number for all years; left alone each is the plan itself.

    What multiplies is one, what is added is nothing (`fiscal_model.words.drivers.DRIVERS`, in that order).

    Examples
    --------
    >>> Drivers(coupon=0.01, pay=1.1).moved()
    ('pay', 'coupon')
    """

    own_revenue: np.ndarray | float = 1.0
    general_purpose: np.ndarray | float = 1.0
    land: np.ndarray | float = 1.0
    earmarked: np.ndarray | float = (
        1.0  # a fall takes the spending it pays for first, then what it bears of the guarantees
    )
    fund_other: np.ndarray | float = 1.0  # what the other funds take in
    gdp: np.ndarray | float = 1.0  # its level: what ratios are held against
    prices: np.ndarray | float = 1.0  # level: running costs and other continuing spending
    persons: np.ndarray | float = 1.0  # of the basic-living items
    standards: np.ndarray | float = 1.0  # of the basic-living items
    pay: np.ndarray | float = 1.0
    insurance: np.ndarray | float = 1.0  # what schemes pay out beside the benefits of the guarantee list
    coupon: np.ndarray | float = 0.0  # added to the coupons of bonds issued in the plan years, fraction
    refinancing: np.ndarray | float = 0.0  # added to the share of principal that is refinanced, fraction
    duties: np.ndarray | float = (
        0.0  # 万元 of the general budget, to be paid at once: called guarantees, disaster relief
    )

    @classmethod
    def unchanged(cls, years: int) -> Drivers:
        """Return the drivers of the plan itself."""
        return cls(np.ones(years), np.ones(years), np.ones(years))

    @property
    def sheet(self) -> Sheet:
        """What moves, by plan year: the middle of all futures."""
        rows = [(name, np.atleast_1d(np.asarray(getattr(self, name), dtype=float))) for name in self.moved()]
        years = max((each.shape[-1] for _, each in rows), default=1)
        middle = [(DRIVERS_BY_ID[name].label, _middle(each, years)) for name, each in rows]
        note = "各路径的中位数；倍数为1、加数为0的因素与规划相同，不列"
        return sheet_of("驱动因素", [f"第{year}年" for year in range(1, years + 1)], middle, (note,))

    def moved(self) -> tuple[str, ...]:
        """Name the drivers that move anything, in the order of `DRIVERS`."""
        return self._moved

    @cached_property
    def _moved(self) -> tuple[str, ...]:
        return tuple(name for name in DRIVERS if np.any(getattr(self, name) != DRIVERS_BY_ID[name].neutral))


def joined(some: Sequence[Drivers]) -> Drivers:
    """Put futures one after the other along their first axis; own revenue of each has all its axes.

    Examples
    --------
    >>> joined([Drivers(np.ones((1, 2)), pay=1.1), Drivers(np.ones((2, 2)))]).pay.tolist()
    [[1.1, 1.1], [1.0, 1.0], [1.0, 1.0]]
    """
    moved = dict.fromkeys(("own_revenue", *(name for each in some for name in each.moved())))
    return Drivers(
        **{
            name: np.concatenate([np.broadcast_to(getattr(each, name), np.shape(each.own_revenue)) for each in some])
            for name in moved
        }
    )


def _middle(values: np.ndarray, years: int) -> list[str]:
    flat = np.broadcast_to(values, (*values.shape[:-1], years)).reshape(-1, years)
    return [f"{each:,.4g}" for each in np.median(flat, axis=0)]


def deviations(basis: Basis) -> np.ndarray:
    """Return the standard deviation of each driver in logs by horizon, (driver, year): own revenue, transfers, land.

    Of a surprise of transfers only a share stays in the years after it (`data/rules/risk.toml`): what all places get more or less of in a
    year is mostly made good in the next.
    """
    stays = next(each.carry for each in driver_shocks() if each.driver == "general_purpose")
    horizon = np.sqrt(1 + stays**2 * np.arange(len(basis.years)))
    transfers = np.maximum.accumulate(basis.assumed.path("transfers_deviation") * horizon)
    return np.vstack([basis.revenue.forecast.deviation, transfers, basis.revenue.land.deviation])


def moved_by_percentile(basis: Basis) -> bool:
    """Tell whether a scenario stands at other percentiles than the middle."""
    return bool((basis.assumed.path("percentile") != MEDIAN).any())


def at_percentile(basis: Basis) -> Drivers:
    """Return what a scenario's ``$percentile`` multiplies the middle of the simulation by, arrays of shape (year,).

    Own revenue and land stand at that percentile each. Both fall short together less often than either: transfers
    move only so far that own revenue and transfers free of a use together stand at it too.

    Notes
    -----
    With money A of own revenue and B of transfers, deviations s and t in logs, normal score z: transfers' score is
    ``z (sqrt((A s)^2 + (B t)^2) - A s) / (B t)``, between none and z; exact for small deviations. Land's score is that of
    Student's t in the first year and nears the normal one with the horizon.
    """
    if not moved_by_percentile(basis):
        return Drivers.unchanged(len(basis.years))
    score, (own, transfers, land) = ndtri(basis.assumed.path("percentile")), deviations(basis)
    amounts = basis.revenue.forecast.total * own, basis.revenue.transfers.path.general_purpose * transfers
    whole = np.hypot(*amounts)
    part = np.divide(whole - amounts[0], amounts[1], out=np.zeros_like(whole), where=amounts[1] > 0)
    return Drivers(np.exp(score * own), np.exp(score * part * transfers), np.exp(_land_score(basis) * land))


def _land_score(basis: Basis) -> np.ndarray:
    shares, degrees = basis.assumed.path("percentile"), basis.assumed.number("land_tail_degrees")
    fat = stdtrit(degrees, shares) * np.sqrt((degrees - 2) / degrees)
    normal = ndtri(shares)
    return normal + (fat - normal) * np.arange(1.0, len(shares) + 1) ** -TAIL_FADE
