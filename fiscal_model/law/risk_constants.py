"""How large the yearly surprises of each driver are, how they move together, and which events may come: `data/rules/risk.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import inf

import numpy as np

from fiscal_model.law.rules import rules
from fiscal_model.words.drivers import DRIVERS

FACTORS = ("nation", "province")
"""What surprises have in common: the nation's, and those of the province and the place itself."""


@dataclass(frozen=True)
class DriverShock:
    """The yearly surprise of one driver."""

    driver: str
    deviation: float  # of the year's step, in logs; points of a rate or share for what is added
    carry: float  # share of a step that stays in the level
    nation: float  # correlation of the step with the nation's factor
    province: float  # … with that of the province and the place
    degrees: float  # of Student's t; infinite for a normal step
    source: str
    years: str
    estimated: str
    quality: str
    width: float = 1.0  # a deviation from the place's own record times this is the usual step; events hold the rest


@dataclass(frozen=True)
class Event:
    """Something that comes in a year or does not."""

    id: str
    label: str
    probability: float  # a year
    size: float  # median when it comes
    spread: float  # standard deviation of the size in logs
    duration: int  # years for which it lasts
    counted: bool  # False: a driver's tail or another event holds it already, no fan draws it unless asked
    source: str
    quality: str
    moves: Mapping[str, float] = field(default_factory=dict)  # driver: the size times this is its fall in logs
    share_of: str = ""  # what the size is a share of, paid as duties: ``expenditure`` of the base year or ``gdp``


@cache
def driver_shocks() -> tuple[DriverShock, ...]:
    """Return the surprise of every driver, in the order in which futures name them.

    Examples
    --------
    >>> driver_shocks()[0].driver, driver_shocks()[0].carry
    ('own_revenue', 1.0)
    """
    given = rules("risk")["driver"]
    return tuple(
        DriverShock(
            driver=name,
            **given[name]
            | {"degrees": inf if given[name]["degrees"] == "normal" else float(given[name]["degrees"])}
            | {"estimated": given[name]["estimated"].isoformat()},
        )
        for name in DRIVERS
    )


@cache
def loadings() -> np.ndarray:
    """Return the correlation of each driver's step with the common factors, (driver, factor) float."""
    return np.array([[getattr(each, factor) for factor in FACTORS] for each in driver_shocks()])


def correlation() -> np.ndarray:
    """Return the correlation of the drivers' steps, (driver, driver) float: what they owe to the common factors, one on the diagonal.

    Positive definite, as every driver has a part of its own (`data/rules/risk.toml` is refused otherwise).

    Examples
    --------
    >>> bool(np.linalg.eigvalsh(correlation()).min() > 0)
    True
    """
    common = loadings() @ loadings().T
    return common + np.diag(1.0 - np.diag(common))


@cache
def risk_events() -> tuple[Event, ...]:
    """Return the events that may come, in file order.

    Examples
    --------
    >>> [each.id for each in risk_events() if not each.counted]
    ['key_taxpayer', 'adverse_shock']
    """
    return tuple(Event(id=name, **given) for name, given in rules("risk")["event"].items())
