"""What past errors are worth: weights of the routes to the full year, and the width of its interval."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

CALM_WEIGHTS = np.array([1.0, 4.0, 0.5, 0.25, 0.25, 0.25])
WILD_WEIGHTS = np.array([1.0, 0.25, 0.5, 1.0, 3.0, 0.1])
"""What each route weighs before any of its errors is known: growth much the same every year, or different every year."""
EVEN_VOLATILITY, TURN = 0.12, 3.0
"""Where calm and wild count alike, and how fast the one becomes the other."""
SHARPNESS = 6.0
"""Weights fall with this power of the mean error."""
HALF_LIFE, YEARS_TO_TRUST, OWN_YEARS, FEW_ITEMS = 5.0, 5.0, 10.0, 9.0
"""Memory of past errors in years; evidence, in years, that equals the prior; the same for an item's own errors; items."""
USUAL_ERROR, BY_REST, LEAST_REST = 1.2, 0.67, 0.02
"""Mean absolute error in logs: so many times the volatility, times a power of the part of the year still to come."""
OWN_ERRORS, TRIED_YEARS, POOLED_ERRORS = 60.0, 10.0, 30.0
"""How many of its own errors, years of everybody's, and errors altogether weigh as much as what is usual."""
LARGEST_RATIO = 4.0
"""An error beyond this many times the usual one is one wild year, not a width."""

Array = np.ndarray


def prior_weights(volatility: Array) -> Array:
    """Weigh the routes by how much the item's growth differs from year to year, (route, ...) float.

    Where every year grows alike a surprise in the first months seldom lasts and last year's remaining months are the
    best guess of this year's; where years differ the level that the months have reached tells more.

    Weights that add up to one.

    ``volatility``: (...) float, from `fiscal_model.arithmetic.revenue.seasons.volatility`.

    Examples
    --------
    >>> prior_weights(np.array([0.001, 1.0])).round(2).T.tolist()
    [[0.16, 0.64, 0.08, 0.04, 0.04, 0.04], [0.17, 0.04, 0.09, 0.17, 0.51, 0.02]]
    """
    size = np.asarray(volatility, dtype=float) ** TURN
    wild = size / (size + EVEN_VOLATILITY**TURN)
    calm_logs, wild_logs = (
        np.log(weights).reshape((-1,) + (1,) * size.ndim) for weights in (CALM_WEIGHTS, WILD_WEIGHTS)
    )
    raw = np.exp((1 - wild) * calm_logs + wild * wild_logs)
    return np.asarray(raw / raw.sum(axis=0))


def route_weights(errors: Array, usable: Array, prior: Array) -> Array:
    """Weigh the routes by their mean absolute errors so far, (route, item) float.

    Each item's weights add up to one. The errors of a year are one piece of evidence, however many items there are, and
    a small piece when there are few.

    ``errors``: (route, year, item) float, in logs, past years only.
    ``usable``: (year, item) bool, where every route has an error.
    ``prior``: (route, item) float, from `prior_weights`.

    Examples
    --------
    >>> nothing, even = np.zeros((2, 0, 1)), np.full((2, 1), 0.5)
    >>> route_weights(nothing, np.zeros((0, 1), bool), even)[:, 0].tolist()
    [0.5, 0.5]
    >>> errors = np.array([[[0.1]] * 4, [[0.2]] * 4]).reshape(2, 4, 1)
    >>> route_weights(errors, np.ones((4, 1), bool), even)[:, 0].round(2).tolist()
    [0.65, 0.35]
    """
    routes_count, years, items = errors.shape
    memory = 0.5 ** ((years - 1 - np.arange(years)) / HALF_LIFE)
    size = np.where(usable, np.abs(errors), 0.0)
    of_year, known = size.sum(axis=2), usable.sum(axis=1)
    weight = memory * (known > 0)
    evidence = items / (items + FEW_ITEMS)
    mean = (weight * of_year / np.maximum(known, 1)).sum(axis=1)
    level = mean.mean() / max(weight.sum(), 1e-12)
    patience = YEARS_TO_TRUST / evidence
    pooled = (mean + patience * level) / (weight.sum() + patience)
    relative = pooled / pooled.mean() if pooled.mean() > 0 else np.ones(routes_count)
    own_count = (usable * memory[:, None]).sum(axis=0)
    own_sum = (size * memory[:, None]).sum(axis=1)
    own_prior = OWN_YEARS / np.sqrt(evidence)
    usual = np.where(own_count > 0, own_sum.mean(axis=0) / np.maximum(own_count, 1e-12), 1.0)
    mixed = (own_sum + own_prior * relative[:, None] * usual) / (own_count + own_prior)
    mixed = np.maximum(mixed, 1e-9)
    raw = prior * (mixed.min(axis=0) / mixed) ** SHARPNESS
    return raw / raw.sum(axis=0)


def usual_errors(volatility: Array, rest: Array) -> Array:
    """Return the mean absolute error that a full-year estimate usually has, (...) float. In logs.

    ``volatility``, ``rest``: (...) float, spread of yearly growth in logs; part of a usual year that is still to come.

    Examples
    --------
    >>> usual_errors(np.array([0.1, 0.1, 0.3]), np.array([1.0, 0.5, 0.5])).round(3).tolist()
    [0.12, 0.075, 0.226]
    """
    return np.asarray(USUAL_ERROR * volatility * rest.clip(LEAST_REST, 1.0) ** BY_REST)


def half_widths(
    residuals: Array, usual: Array, rest: Array, levels: tuple[float, ...], floor: float
) -> tuple[Array, Array]:
    """Return how wide the intervals are: conformal quantiles of pooled errors in units of the usual ones, with a floor.

    Few errors count little against what is usual: `usual_errors` for the scale, a law with fat tails (Laplace) for the
    quantile.

    ``residuals``: (year, item) float, absolute errors in logs of past estimates at the same month, NaN where none.
    ``usual``: (year, item) float, from `usual_errors`; the last row is the current year.
    ``rest``: (item,) float, part of a usual year that is still to come.
    ``floor``: least mean absolute error of a whole year.
    Returns ((item,) float, (level, item) float): mean error of each item, half widths in logs.

    Examples
    --------
    >>> nothing = np.full((1, 1), np.nan)
    >>> scale, widths = half_widths(nothing, np.array([[0.1]]), np.array([0.5]), (0.8,), 0.04)
    >>> scale.round(6).tolist(), widths.round(6).tolist()
    ([0.1], [[0.160944]])
    """
    rest = rest.clip(0.0, 1.0)
    seen = np.isfinite(residuals)
    ratios = np.where(seen, residuals / np.maximum(usual, 1e-12), 0.0).clip(0.0, LARGEST_RATIO)
    count, tried = seen.sum(axis=0), int(seen.any(axis=1).sum())
    trust = tried / (tried + TRIED_YEARS)
    pooled = trust * ratios.sum() / max(count.sum(), 1) + 1 - trust
    own = (ratios.sum(axis=0) + OWN_ERRORS * pooled) / (count + OWN_ERRORS)
    scale = own * usual[-1]
    relative = np.sort((ratios / own)[seen])
    widths = []
    for level in levels:
        law = -np.log(1 - level)
        rank = int(np.ceil((len(relative) + 1) * level))
        observed = relative[min(rank, len(relative)) - 1] if len(relative) else law
        factor = (len(relative) * observed + POOLED_ERRORS * law) / (len(relative) + POOLED_ERRORS)
        least = NormalDist().inv_cdf(0.5 + level / 2) * np.sqrt(np.pi / 2) * floor * rest
        widths.append(np.where(rest > 0, np.maximum(factor * scale, least), 0.0))
    return scale, np.array(widths).reshape(len(levels), residuals.shape[1])
