"""The board of the rating: each indicator red, orange, yellow or green, and the points it gives and takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.rating.rating_sensitivity import judge_plan
from fiscal_model.law.indicators import BANDS, band_of
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan


@dataclass(frozen=True)
class Lamp:
    """One indicator: its colour, by which lines, and its part of the county's points."""

    id: str
    index: str  # Label
    label: str
    value: float  # NaN where not computed
    band: str  # Of `BANDS`; "none" without a value
    banded: bool  # Whether lines of `indicators.toml` colour it, else its points
    quality: str  # Of the lines
    given: float  # Points of the county's hundred that it gives; NaN where its index has no score
    lost: float  # Points that it takes from a hundred


def rating_board(plan: Plan) -> tuple[Lamp, ...]:
    """Colour every indicator of the rating; the points given add up to the county's points, with those lost to a hundred."""
    judged, table, found = judge_plan(plan), rules("rating"), []
    for name, index in table["index"].items():
        known = sum(bool(np.isfinite(judged.scores[each])) for each in index["indicators"])
        for each, rule in index["indicators"].items():
            value, score = float(judged.values[each]), float(judged.scores[each])
            lines = "limit_use_general" if each == "limit_use" else each
            banded = lines in rules("indicators")
            worth = float(judged.weights[name]) / known if known and np.isfinite(judged.indices[name]) else np.nan
            band = band_of(lines, value) if banded else _by_points(score)
            quality = rules("indicators")[lines]["quality"] if banded else "unverified"
            found.append(Lamp(each, index["label"], rule["label"], value, band, banded, quality,
                              worth * score, worth * (100 - score)))  # fmt: skip
    return tuple(found)


def _by_points(score: float) -> str:
    if not np.isfinite(score):
        return "none"
    return next((band for band in BANDS[:-1] if score >= rules("rating")["board"][band]), BANDS[-1])
