"""Signs of poor revenue quality in a history: growth beyond a threshold, by year, month and cumulative months."""

from __future__ import annotations

import numpy as np


def growth(amounts: np.ndarray) -> np.ndarray:
    """Return growth over the step before along the last axis, (..., year) float.

    NaN in the first year and where either figure is not known or the earlier one is not positive.

    ``amounts``: (..., year) float, NaN where nothing was published.

    Examples
    --------
    >>> growth(np.array([100.0, 160.0, np.nan, 50.0])).round(2).tolist()
    [nan, 0.6, nan, nan]
    """
    before, after = amounts[..., :-1], amounts[..., 1:]
    known = (before > 0) & np.isfinite(after)
    ratio = np.where(known, after / np.where(known, before, 1.0) - 1, np.nan)
    return np.concatenate([np.full_like(amounts[..., :1], np.nan), ratio], axis=-1)


def above(values: np.ndarray, threshold: float, amounts: np.ndarray, least: np.ndarray | float) -> np.ndarray:
    """Tell where values lie above a threshold and the amounts behind them are large enough to matter, (..., year) bool.

    ``values``, ``amounts``: (..., year) float.
    ``least``: (..., year) float or float, amounts below it are passed over; NaN passes over nothing.

    Examples
    --------
    >>> above(np.array([np.nan, 0.6, 0.6]), 0.5, np.array([100.0, 160.0, 5.0]), 10.0).tolist()
    [False, True, False]
    """
    large = ~(amounts < least)
    return (values > threshold) & large


def even_start(months: np.ndarray) -> np.ndarray:
    """Share the first two months evenly in every year when some year prints them together, so that years compare.

    ``months``: (year, month) float, NaN where unknown; January unknown and February known means that February holds
    both.
    Returns (year, month) float.

    Examples
    --------
    >>> even_start(np.array([[np.nan, 200.0, 90.0], [150.0, 60.0, 95.0]])).tolist()
    [[100.0, 100.0, 90.0], [105.0, 105.0, 95.0]]
    """
    first, second = months[:, 0], months[:, 1]
    if not (np.isnan(first) & np.isfinite(second)).any():
        return months
    shared = np.array(months)
    shared[:, :2] = ((np.nan_to_num(first) + second) / 2)[:, None]
    return shared


def month_on_month(months: np.ndarray) -> np.ndarray:
    """Return growth over the month before, beyond what the same month showed a year ago, (year, month) float.

    Tax calendars make some months jump every year; only growth beyond last year's same step counts. Where last year's
    step is not known, and where it was a fall, plain growth stands.

    ``months``: (year, month) float.

    Examples
    --------
    >>> months = np.array([[100.0, 160.0], [100.0, 170.0]])
    >>> month_on_month(months).round(4).tolist()
    [[nan, 0.6], [-0.375, 0.0625]]
    """
    plain = growth(months.reshape(-1)).reshape(months.shape)
    usual = np.concatenate([np.full_like(plain[:1], np.nan), plain[:-1]], axis=0)
    return (1 + plain) / (1 + np.where(usual > 0, usual, 0.0)) - 1


def year_on_year(months: np.ndarray) -> np.ndarray:
    """Return growth over the same month of the year before, (year, month) float.

    ``months``: (year, month) float.

    Examples
    --------
    >>> year_on_year(np.array([[100.0, 200.0], [150.0, 100.0]])).tolist()
    [[nan, nan], [0.5, -0.5]]
    """
    return growth(months.T).T


def so_far(months: np.ndarray) -> np.ndarray:
    """Add up the months of each year; NaN from the first unknown month on, (year, month) float.

    ``months``: (year, month) float.

    Examples
    --------
    >>> so_far(np.array([[1.0, 2.0, np.nan, 4.0]])).tolist()
    [[1.0, 3.0, nan, nan]]
    """
    return np.cumsum(months, axis=-1)
