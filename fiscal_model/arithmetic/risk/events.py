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
