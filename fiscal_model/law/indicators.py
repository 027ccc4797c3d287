"""The bands of the indicators: where a value stands, on one path or on many, and when it first passes its breach line."""

from __future__ import annotations

import numpy as np

from fiscal_model.law.rules import rules
from fiscal_model.words.lines import LINES

BANDS = ("green", "yellow", "orange", "red")
"""Bands from best to worst."""
BAND_WORDS = dict(zip(BANDS, "绿黄橙红", strict=True))


def label_of_indicator(name: str) -> str:
    """Return the Chinese name of an indicator: its own, or that of the plan's line.

    Examples
    --------
    >>> label_of_indicator("debt_ratio"), label_of_indicator("debt_to_gdp")
    ('债务率', '负债率')
    """
    return str(rules("indicators")[name].get("label") or LINES[name].label)


def band_of(indicator: str, value: float) -> str:
    """Return the band (green, yellow, orange, red) of an indicator, ``none`` where there is no number.

    Examples
    --------
    >>> band_of("debt_ratio", 1.5), band_of("guarantee_coverage", 0.9), band_of("debt_ratio", float("nan"))
    ('yellow', 'red', 'none')
    """
    if not np.isfinite(value):
        return "none"
    rule = rules("indicators")[indicator]
    return next((band for band in reversed(BANDS) if band in rule and beyond(indicator, band, value)), BANDS[0])


def beyond(indicator: str, line: str, values: np.ndarray | float) -> np.ndarray:
    """Tell which values are on the bad side of a line of an indicator: a band's, or ``breach``.

    Examples
    --------
    >>> beyond("debt_ratio", "red", np.array([2.9, 3.0])).tolist(), bool(beyond("guarantee_coverage", "breach", 1.0))
    ([False, True], False)
    """
    rule = rules("indicators")[indicator]
    # On the line is beyond it only where more is worse: coverage of exactly one still covers.
    worse = np.greater_equal if rule["direction"] == "higher_is_worse" else np.less
    return worse(values, rule[line])


def band_counts(indicator: str, values: np.ndarray) -> np.ndarray:
    """Count on how many paths an indicator stands in each band, (band, year) int, in the order of `BANDS`.

    They add up to the number of paths with a number.

    ``indicator``: of ``data/rules/indicators.toml``.
    ``values``: (path, year) float.

    Examples
    --------
    >>> band_counts("debt_ratio", np.array([[1.0], [1.5], [1.6], [3.5]])).ravel().tolist()
    [1, 2, 0, 1]
    """
    lines = (beyond(indicator, band, values) for band in BANDS[1:])
    # Year by year: counting along memory is many times quicker than a mean over the first axis.
    edges = np.array([[np.count_nonzero(year) for year in hit.T] for hit in (np.isfinite(values), *lines)])
    return edges - np.vstack([edges[1:], np.zeros_like(edges[:1])])


def first_breach(indicator: str, values: np.ndarray, years: tuple[int, ...]) -> int | None:
    """Return the first year in which an indicator passes its breach line, None when it never does."""
    if "breach" not in rules("indicators")[indicator]:
        return None
    return next((year for year, over in zip(years, beyond(indicator, "breach", values), strict=True) if over), None)
