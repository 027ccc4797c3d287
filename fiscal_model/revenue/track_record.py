"""What past errors are worth: weights of the routes to the full year, and the width of its interval."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

PRIOR_WEIGHTS = np.array([1.0, 1.0, 1.0, 1.0, 0.5])
"""What each route weighs before any of its errors is known."""
SHARPNESS = 4.0
"""Weights fall with this power of the mean error."""
HALF_LIFE, YEARS_TO_TRUST, OWN_YEARS, FEW_ITEMS = 5.0, 5.0, 10.0, 9.0
"""Memory of past errors in years; evidence, in years, that equals the prior; the same for an item's own errors; items."""
USUAL_ERROR = 0.2
"""Mean absolute error of a single item, in logs, for each part of the year still to come; until own errors are known."""

Array = np.ndarray


def route_weights(errors: Array, usable: Array) -> Array:
    """Weigh the routes by their mean absolute errors so far.

    Parameters
    ----------
    errors : (route, year, item) float
        In logs, past years only.
    usable : (year, item) bool
        Where every route has an error.

    Returns
    -------
    (route, item) float
        Each item's weights add up to one. The errors of a year are one piece of evidence, however many items there are,
        and a small piece when there are few.

    Examples
    --------
    >>> nothing = np.zeros((5, 0, 1))
    >>> route_weights(nothing, np.zeros((0, 1), bool))[:, 0].round(3).tolist()
    [0.222, 0.222, 0.222, 0.222, 0.111]
    """
    routes_count, years, items = errors.shape
    memory = 0.5 ** ((years - 1 - np.arange(years)) / HALF_LIFE)
    size = np.where(usable, np.abs(errors), 0.0)
    of_year, known = size.sum(axis=2), usable.sum(axis=1)
    weight = memory * (known > 0)
    evidence = items / (items + FEW_ITEMS)
    mean = (weight * of_year / np.maximum(known, 1)).sum(axis=1)
    level = mean.mean() / max(weight.sum(), 1e-12)
    prior = YEARS_TO_TRUST / evidence
    pooled = (mean + prior * level) / (weight.sum() + prior)
    relative = pooled / pooled.mean() if pooled.mean() > 0 else np.ones(routes_count)
    own_count = (usable * memory[:, None]).sum(axis=0)
    own_sum = (size * memory[:, None]).sum(axis=1)
    own_prior = OWN_YEARS / np.sqrt(evidence)
    usual = np.where(own_count > 0, own_sum.mean(axis=0) / np.maximum(own_count, 1e-12), 1.0)
    mixed = (own_sum + own_prior * relative[:, None] * usual) / (own_count + own_prior)
    mixed = np.maximum(mixed, 1e-9)
    raw = PRIOR_WEIGHTS[:, None] * (mixed.min(axis=0) / mixed) ** SHARPNESS
    return raw / raw.sum(axis=0)


def half_widths(
    residuals: Array, rest: Array, levels: tuple[float, ...], floor: float
) -> tuple[Array, Array]:
    """Return how wide the intervals are: conformal quantiles of pooled errors, with a floor.

    Until about ten errors are known a law with fat tails (Laplace) and the usual error stand in.

    Parameters
    ----------
    residuals : (year, item) float
        Absolute errors in logs of past estimates at the same month, NaN where none.
    rest : (item,) float
        Part of a usual year that is still to come.
    levels : tuple of float
    floor : float
        Least mean absolute error of a whole year.

    Returns
    -------
    ((item,) float, (level, item) float)
        Mean error of each item, half widths in logs.

    Examples
    --------
    >>> scale, widths = half_widths(np.full((0, 1), np.nan), np.array([0.5]), (0.8,), 0.04)
    >>> scale.round(6).tolist(), widths.round(6).tolist()
    ([0.1], [[0.160944]])
    """
    rest = rest.clip(0.0, 1.0)
    seen = np.isfinite(residuals)
    size, count = np.where(seen, residuals, 0.0), seen.sum(axis=0)
    expected = USUAL_ERROR * rest
    pooled = size.sum() / max(expected @ count, 1e-12) if seen.any() and (expected @ count) > 0 else 1.0
    tried = seen.any(axis=1).sum()
    trust = tried / (tried + 2.0)
    usual = expected * (trust * pooled + (1 - trust))
    scale = (size.sum(axis=0) + 4.0 * usual) / (count + 4.0)
    relative = np.sort((size / np.maximum(scale, 1e-12))[seen])
    widths = []
    for level in levels:
        law = -np.log(1 - level)
        rank = int(np.ceil((len(relative) + 1) * level))
        observed = relative[min(rank, len(relative)) - 1] if len(relative) else law
        factor = (len(relative) * observed + 10 * law) / (len(relative) + 10)
        least = NormalDist().inv_cdf(0.5 + level / 2) * np.sqrt(np.pi / 2) * floor * rest
        widths.append(np.where(rest > 0, np.maximum(factor * scale, least), 0.0))
    return scale, np.array(widths).reshape(len(levels), residuals.shape[1])
