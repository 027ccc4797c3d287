"""The lines that a future must not cross, as one number by year: above nothing it is crossed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.law.indicators import BANDS
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan

RED_LINES = {
    "funding_gap": "一般公共预算出现收支缺口",
    "fund_gap": "政府性基金出现缺口",
    "guarantees_shortfall": "可用财力不够保“三保”",
    "debt_ratio": "债务率升到下一档",
}
"""Line of the plan to what crossing it is called. A budget's gap is its own: what land does not bring no other money fills."""
ASKED = ("funding_gap", "fund_gap", "guarantees_county", "available_resources", "debt_ratio")
"""Lines of the plan that tell whether they are crossed."""
SEEN = 0.5
"""From where on an amount counts, 万元."""


def next_band(plan: Plan) -> np.ndarray:
    """Return where the debt band above the plan's own begins in each year, (year,) float; NaN where there is none above.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> next_band(fm.plan("data/places/yunshui")).tolist()
    [2.0, 2.0, 2.0, 2.0, 2.0]
    """
    marks = np.array([rules("indicators")["debt_ratio"][band] for band in BANDS[1:]])
    ratio = plan.line("debt_ratio")[:, None]
    above = np.where(marks > ratio, marks, np.inf).min(axis=1)
    return np.where(np.isfinite(above), above, np.nan)


def known_lines(plan: Plan) -> tuple[str, ...]:
    """Name the lines that the place's data carry and that can still be crossed."""
    needs = {"guarantees_shortfall": "available_resources"}
    known = [name for name in RED_LINES if not {name, needs.get(name, name)} & plan.unavailable]
    if not plan.basis.balance.fund_opening.known:
        known = [name for name in known if name != "fund_gap"]
    return tuple(name for name in known if name != "debt_ratio" or np.isfinite(next_band(plan)).any())


def beyond_lines(plan: Plan, lines: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return how far beyond each line futures stand: line to (..., year) float, above nothing where it is crossed.

    Gaps count from `SEEN` on and say nothing while there is none; the guarantees and the debt ratio also say how much is
    left.

    ``lines``: mapping of str to (..., year) float, of `model.compute.compute`.
    """
    found = {
        "funding_gap": lambda: lines["funding_gap"] - SEEN,
        "fund_gap": lambda: lines["fund_gap"] - SEEN,
        "guarantees_shortfall": lambda: lines["guarantees_county"] - lines["available_resources"] - SEEN,
        "debt_ratio": lambda: lines["debt_ratio"] - next_band(plan),
    }
    return {name: np.nan_to_num(found[name](), nan=-np.inf) for name in known_lines(plan)}
