"""Second opinions: what a forecaster's past says, and how far to trust the next forecast beside the model's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Trust:
    """What is assumed of a forecaster before anything is known, from `data/rules/forecast.toml`."""

    # (horizon,) float: standard deviation in logs of a usual forecaster: made in the target year itself (0), a year
    # before (1) ..
    deviation: np.ndarray
    prior_years: float  # Weight of that deviation, in years of record
    bias_years: float  # Weight of "no bias", in years of record: a mean error of a few years is mostly chance
    # Of a forecaster's errors with the model's and with other forecasters': all meet the same surprises
    correlation: float
    # most, most_untried: largest weight of one opinion with a long record, and with none
    most: float
    most_untried: float


@dataclass(frozen=True)
class Record:
    """How a forecaster did, by horizon; arrays of shape (horizon,)."""

    count: np.ndarray  # Forecasts that can be compared with what came
    # mean_error, root_mean_square: of ln(actual / forecast) as it was; NaN without a comparison
    mean_error: np.ndarray
    root_mean_square: np.ndarray
    # bias, deviation: the same pulled towards no bias and the usual deviation: what a blend uses
    bias: np.ndarray
    deviation: np.ndarray
    most: np.ndarray  # Largest weight the record allows


def track_record(forecasts: np.ndarray, actuals: np.ndarray, trust: Trust) -> Record:
    """Measure a forecaster against what came, horizon by horizon.

    ``forecasts``, ``actuals``: (target, horizon) float, a forecast of each target year made ``horizon`` years before
    it, and what came; NaN where either is not known.
    ``trust``: its horizons are those of the forecasts.

    Notes
    -----
    With n errors e at a horizon, the bias is ``sum(e) / (n + bias_years)``. Errors at all horizons, each over the usual
    deviation of its horizon, first give one measure of skill; a horizon's variance then mixes its own errors with skill
    times the usual variance, which counts as k prior years: ``(sum((e - bias)^2) + k skill usual^2) / (n + k)``. A
    forecaster known at one year is thus known a little at two.

    Examples
    --------
    >>> trust = Trust(np.array([0.02, 0.05]), 4.0, 8.0, 0.8, 0.8, 1 / 3)
    >>> record = track_record(np.array([[np.nan, 100.0], [np.nan, 100.0]]), np.array([[110.0], [110.0]]), trust)
    >>> record.count.tolist(), record.mean_error.round(4).tolist(), record.bias.round(4).tolist()
    ([0, 2], [nan, 0.0953], [0.0, 0.0191])
    """
    usable = (forecasts > 0) & (actuals > 0)
    errors = np.where(usable, np.log(np.where(usable, actuals, 1.0)) - np.log(np.where(usable, forecasts, 1.0)), 0.0)
    count = usable.sum(axis=0)
    prior, usual = trust.prior_years, np.asarray(trust.deviation, dtype=float)
    bias = errors.sum(axis=0) / (count + trust.bias_years)
    squares = np.where(usable, (errors - bias) ** 2, 0.0).sum(axis=0)
    skill = (np.sum(squares / usual**2) + prior) / (count.sum() + prior)
    seen = np.maximum(count, 1)
    return Record(
        count=count,
        mean_error=np.where(count > 0, errors.sum(axis=0) / seen, np.nan),
        root_mean_square=np.where(count > 0, np.sqrt((errors**2).sum(axis=0) / seen), np.nan),
        bias=bias,
        deviation=np.sqrt((squares + prior * skill * usual**2) / (count + prior)),
        most=trust.most_untried + (trust.most - trust.most_untried) * count / (count + prior),
    )


def blend(
    model_mean: np.ndarray,
    model_deviation: np.ndarray,
    opinions: np.ndarray,
    bias: np.ndarray,
    deviation: np.ndarray,
    most: np.ndarray,
    correlation: float,
    trust: np.ndarray | float = 1.0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Blend the model's forecast with opinions, in logs, each weighed by its precision, (mean, deviation, weights).

    Shapes (..., year), (..., year), (..., opinion, year); the weight of the model is what is left of one.

    ``model_mean``: (..., year) float, positive.
    ``model_deviation``: (..., year) float, standard deviation in logs, positive.
    ``opinions``: (..., opinion, year) float, NaN where a forecaster says nothing about a year.
    ``bias``, ``deviation``, ``most``: (..., opinion, year) float, of each opinion, from its `Record` at the horizon of
    the year.
    ``correlation``: of any two errors, the model's included, within 0 and 1.
    ``trust``: (..., opinion, year) float or float, part of the weight that is really given: 0 only compares, 1 follows
    the record.

    Notes
    -----
    ``w ~ 1 / deviation^2``, held below ``most``; what is cut goes to the model. The weights take the errors as independent
    although they are not: weights of least variance under a high correlation swing with every chance of a short record
    and did worse on published forecasts. The deviation of the blend does count the correlation, or its interval would
    promise what two forecasters who miss the same recession cannot keep.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> mean, deviation, weights = blend(
    ...     np.array([100.0]), np.array([0.05]), 121 * one, 0 * one, 0.05 * one, 0.8 * one, 0.0
    ... )
    >>> mean.round(6).tolist(), weights.tolist(), deviation.round(4).tolist()
    ([110.0], [[0.5]], [0.0354])
    """
    said = np.isfinite(opinions) & (opinions > 0)
    corrected = np.where(said, np.log(np.where(said, opinions, 1.0)) + bias, 0.0)
    spread = np.broadcast_to(deviation, opinions.shape)
    precise = np.where(said, 1 / np.maximum(spread, 1e-9) ** 2, 0.0)
    own_precise = 1 / np.maximum(model_deviation, 1e-9) ** 2
    weights = precise / (own_precise + precise.sum(axis=-2))[..., None, :]
    weights = np.minimum(weights, most) * trust
    own = 1 - weights.sum(axis=-2)
    mean = np.exp(own * np.log(model_mean) + np.sum(weights * corrected, axis=-2))
    shares = np.concatenate([(own * model_deviation)[..., None, :], weights * spread], axis=-2)
    variance = (1 - correlation) * np.sum(shares**2, axis=-2) + correlation * np.sum(shares, axis=-2) ** 2
    return mean, np.sqrt(variance), weights


def carry_on(model_mean: np.ndarray, blended: np.ndarray, heard: np.ndarray) -> np.ndarray:
    """Let what opinions changed last until the next one: a level seen otherwise next year starts the years after it.

    ``model_mean``, ``blended``: (..., year) float.
    ``heard``: (..., year) bool, years in which an opinion has weight.
    Returns (..., year) float: NaN before the first such year: nothing is known better there.

    Examples
    --------
    >>> path, heard = np.array([100.0, 100.0, 110.0]), np.array([False, True, False])
    >>> carry_on(path, np.array([100.0, 90.0, 110.0]), heard).round(6).tolist()
    [nan, 90.0, 99.0]
    """
    last = np.maximum.accumulate(np.where(heard, np.arange(heard.shape[-1]), -1), axis=-1)
    ratio = np.where(heard, blended / np.where(heard, model_mean, 1.0), np.nan)
    carried = np.take_along_axis(ratio, np.maximum(last, 0), axis=-1)
    return np.where(last >= 0, model_mean * carried, np.nan)


def coherent(items: np.ndarray, groups: np.ndarray, group_paths: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Scale items to the groups and the total that opinions changed, (..., year, item) float.

    ``items``: (..., year, item) float, not negative.
    ``groups``: (item,) int, group of each item.
    ``group_paths``: (..., year, group) float, what a group is to add up to; NaN leaves it as its items add up.
    ``total``: (..., year) float, what all is to add up to; NaN leaves it as the groups add up.

    Examples
    --------
    >>> coherent(np.array([[30.0, 30.0, 40.0]]), np.array([0, 0, 1]), np.array([[90.0, np.nan]]), np.array([np.nan]))
    array([[45., 45., 40.]])
    """
    scaled = np.array(items, dtype=float)
    for group in range(group_paths.shape[-1]):
        inside = groups == group
        scaled[..., inside] *= _factor(group_paths[..., group], scaled[..., inside].sum(axis=-1))[..., None]
    return scaled * _factor(total, scaled.sum(axis=-1))[..., None]


def _factor(wanted: np.ndarray, present: np.ndarray) -> np.ndarray:
    usable = np.isfinite(wanted) & (present > 0)
    return np.where(usable, np.where(usable, wanted, 1.0) / np.where(usable, present, 1.0), 1.0)
