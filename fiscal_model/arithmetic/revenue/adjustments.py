"""One-offs and changes of scope or policy: taken out of a history before it is carried forward, put back afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Effects:
    """What made a line higher or lower, by year, 万元; positive when revenue was higher by it."""

    passing: np.ndarray  # (..., year) float: in that year only: arrears collected, an asset sold, a refund
    # (..., year) float: set in with that year and stayed: a firm moved into the county's scope, a tax cut
    lasting: np.ndarray


def take_out(history: np.ndarray, effects: Effects) -> np.ndarray:
    """Return a history that is comparable with its last year (同口径) and free of one-offs, (..., year) float.

    ``history``: (..., year) float, NaN where nothing was published.
    ``effects``: on the same years.

    Notes
    -----
    A passing effect is subtracted from its year. A lasting effect x that sets in with year t is spliced: every earlier
    year is multiplied by ``y(t) / (y(t) - x)``, y(t) being free of passing effects. The last years keep their level, from
    which the forecast starts; growth from t-1 to t becomes ``(y(t) - x) / y(t-1)``, growth without the change; growth
    in all other years stays what it was, which adding x to each earlier year would distort. A year whose figure is
    not known, or not larger than its effect, is left as it is.

    Examples
    --------
    >>> effects = Effects(np.array([0.0, 20.0, 0.0]), np.array([0.0, 0.0, 22.0]))
    >>> take_out(np.array([100.0, 120.0, 132.0]), effects).round(6).tolist()
    [120.0, 120.0, 132.0]
    """
    plain = history - effects.passing
    factor = _step(plain, effects.lasting)
    return plain * _later_product(factor)


def put_ahead(path: np.ndarray, effects: Effects) -> np.ndarray:
    """Add effects that are still to come to a forecast, (..., year) float.

    A passing effect counts in its year, a lasting one from its year on, by the same amount each year. A cut never takes
    more than there is.

    ``path``: (..., year) float.
    ``effects``: on the same years.

    Examples
    --------
    >>> effects = Effects(np.array([0.0, 5.0, 0.0]), np.array([-10.0, 0.0, 0.0]))
    >>> put_ahead(np.array([100.0, 110.0, 8.0]), effects).tolist()
    [90.0, 105.0, 0.0]
    """
    added = path + effects.passing + np.cumsum(effects.lasting, axis=-1)
    return np.where(path >= 0, np.maximum(added, 0.0), added)


def share_out(amount: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Spread an effect that is known for a total over its items, in proportion to them, (..., year, item) float.

    Adds up to ``amount`` in every year with items; zero in years without.

    ``amount``: (..., year) float.
    ``items``: (..., year, item) float, not negative; NaN counts as nothing.

    Examples
    --------
    >>> share_out(np.array([10.0, 10.0]), np.array([[60.0, 40.0], [np.nan, np.nan]])).tolist()
    [[6.0, 4.0], [0.0, 0.0]]
    """
    known = np.nan_to_num(items, nan=0.0)
    whole = known.sum(axis=-1, keepdims=True)
    return np.where(whole > 0, amount[..., None] * known / np.where(whole > 0, whole, 1.0), 0.0)


def amount_of_log_effect(history: np.ndarray, effect: np.ndarray) -> np.ndarray:
    """Turn an effect in log points into money: what a figure holds more than it would have without, (..., year) float.

    Zero where the figure is not known.

    ``history``: (..., year) float.
    ``effect``: (..., year) float, 0.1 when the figure was about 10 % higher by it.

    Examples
    --------
    >>> amount_of_log_effect(np.array([50.0, np.nan]), np.array([-np.log(2), -1.0])).round(6).tolist()
    [-50.0, 0.0]
    """
    return np.nan_to_num(history * (1 - np.exp(-effect)), nan=0.0)


def _step(plain: np.ndarray, lasting: np.ndarray) -> np.ndarray:
    """Return by how much earlier years are raised for an effect that sets in: 1 where there is none or none can be told."""
    without = plain - lasting
    usable = np.isfinite(without) & (without > 0) & (plain > 0) & (lasting != 0)
    return np.where(usable, plain / np.where(usable, without, 1.0), 1.0)


def _later_product(factor: np.ndarray) -> np.ndarray:
    """Return for each year the product of the factors of all later years."""
    later = np.cumprod(factor[..., ::-1], axis=-1)[..., ::-1]
    return np.concatenate([later[..., 1:], np.ones_like(later[..., :1])], axis=-1)
