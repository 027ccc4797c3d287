"""Events that come or do not come in a year, with a size when they come and a time for which they last."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri


def event_sizes(numbers: np.ndarray, probability: float, median: float, spread: float, duration: int) -> np.ndarray:
    """Return what is in force of an event by year, (year, path) float: nothing where it has not come.

    Log-normal size; an event that comes twice adds up.

    ``numbers``: (year, path) float, standard normals: the lowest ``probability`` of them are the event, and how low
    they are is how large it is.
    ``spread``: standard deviation of the size in logs.

    Examples
    --------
    >>> event_sizes(np.array([[0.0], [-3.0], [0.0], [0.0]]), 0.1, 0.06, 0.0, 2).ravel().tolist()
    [0.0, 0.06, 0.06, 0.0]
    """
    come = numbers < ndtri(probability)
    size = np.zeros(numbers.shape)
    # Given that it has come the number's share of the probability is uniform; the lowest are the largest.
    size[come] = median * np.exp(-spread * ndtri(np.clip(ndtr(numbers[come]) / probability, 1e-12, 1 - 1e-12)))
    found = size.copy()
    for later in range(1, min(duration, len(numbers))):
        found[later:] += size[:-later]
    return found


def called_beyond(numbers: np.ndarray, scores: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """Return what is called in each year, (year, path) float: the lowest of ``numbers`` are the worst years.

    ``numbers``: (year, path) float, standard normals. ``amounts``: (year, score) float, at rising standard normal ``scores``.

    Examples
    --------
    >>> called_beyond(np.array([[0.0, -1.5, 9.0]]), np.array([0.0, 1.0, 2.0]), np.array([[0.0, 10.0, 30.0]])).tolist()
    [[0.0, 20.0, 0.0]]
    """
    return np.stack([np.interp(-now, scores, amount) for now, amount in zip(numbers, amounts, strict=True)])
