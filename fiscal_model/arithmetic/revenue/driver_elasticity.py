"""What revenue does when the driver it follows, such as GDP or land sales, takes a path of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class DriverPath:
    """A driver of each series on logs, right-aligned like the histories."""

    known: np.ndarray  # (series, year) float: NaN where unknown; a series without any driver is all NaN
    ahead: np.ndarray  # (series, horizon) float


def elasticity(logs: np.ndarray, driver: DriverPath | None, horizon: int, own_years: float = 8.0) -> np.ndarray:
    """Extend series along a driver such as GDP, retail sales or land sales, (series, horizon) float.

    On logs; NaN for a series without at least two years beside its driver.

    ``logs``: (series, year) float.
    ``own_years``: weight of the prior elasticity of one, in years of observations.

    Notes
    -----
    ``e`` is the slope of the log amount on the log driver shrunk towards one, ``(n e_ols + k) / (n + k)``, within 0 and 2.
    The textbook regression of growth on growth loses 15 % against plain drift (docs/accuracy.md), so levels it is.

    Examples
    --------
    >>> gdp = np.log([[1.0, 1.1, 1.21]])
    >>> path = DriverPath(gdp, np.log([[1.331]]))
    >>> np.exp(elasticity(np.log([[10.0, 11, 12.1]]), path, 1)).round(2).tolist()
    [[13.31]]
    """
    if driver is None:
        return np.full((len(logs), horizon), np.nan)
    both = np.isfinite(logs) & np.isfinite(driver.known)
    count = both.sum(axis=1)
    x, y = np.where(both, driver.known, 0.0), np.where(both, logs, 0.0)
    many = np.maximum(count, 1)[:, None]
    x_moved = np.where(both, x - x.sum(axis=1, keepdims=True) / many, 0.0)
    y_moved = np.where(both, y - y.sum(axis=1, keepdims=True) / many, 0.0)
    spread = (x_moved**2).sum(axis=1)
    slope = np.where(spread > 1e-9, (x_moved * y_moved).sum(axis=1) / np.maximum(spread, 1e-9), 1.0)
    shrunk = np.clip((count * slope + own_years) / (count + own_years), 0.0, 2.0)
    usable = (count >= 2) & both[:, -1]
    found = logs[:, -1:] + shrunk[:, None] * (driver.ahead[:, :horizon] - driver.known[:, -1:])
    return np.where(usable[:, None], found, np.nan)
