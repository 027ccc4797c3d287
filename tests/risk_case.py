"""Futures of own revenue, general-purpose transfers and land with deviations of one's own."""

import numpy as np

from fiscal_model.analysis.risk.drawn_futures import ShockModel, drawn
from fiscal_model.arithmetic.risk.shocks import ShockTerms, steps_of

THREE = ("own_revenue", "general_purpose", "land")


def shocks_by(deviation, land_degrees=np.inf, **given):
    """Return the model of three drivers, each by itself; ``deviation``: (3, year) float by horizon."""
    terms = ShockTerms(steps_of(deviation), np.ones(3), np.zeros((3, 2)), np.array([np.inf, np.inf, land_degrees]))
    return ShockModel(THREE, terms, **given)


def futures_by(seed, deviation, paths, land_degrees=np.inf):
    """Draw the first paths."""
    return drawn(shocks_by(deviation, land_degrees), seed, 0, paths)
