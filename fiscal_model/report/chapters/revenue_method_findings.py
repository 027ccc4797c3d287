"""How own revenue was forecast: what went into it, how well that did before, how wide its interval is."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.inputs.history_choices import READINGS
from fiscal_model.report.material import Material


def revenue_method(m: Material) -> dict[str, Any]:
    """Grain, course and record of the forecast; what besides the history's own course went into it; what its width rests on."""
    revenue = m.plan.basis.revenue
    own, forecast = revenue.own, revenue.forecast
    readings = [
        {"year": one.year, "reading": READINGS.get(one.chosen, ""), "of_nation": bool(one.event and one.event.left_out)}
        for one in own.readings
    ]
    return {
        "grain": m.plan.basis.grain["revenue"], "course": forecast.method("own_revenue"), "error": forecast.error,
        "by_item": forecast.items != ("own_revenue",),
        "bases_known": own.structural is not None and len(own.structural.workings) > 0,
        "adjusted": any(entry.amount is not None for entry in own.adjustments.entries),
        "shock_years": readings, "suspects": len(own.suspects), "suspects_left_out": own.choices.exclude_suspects,
        "opinions": len(own.comparisons),
        "opinions_used": dict.fromkeys(one.forecaster for one in own.comparisons if one.weight > 0),
        "own_share": own.widths.own_share, "narrower": own.below_floor, "widening": _widening(m),
    }  # fmt: skip


def _widening(m: Material) -> bool:
    """Whether the interval is wider in every later year."""
    if "own_revenue" not in m.fan.lines:
        return False
    low, high = (m.fan.lines["own_revenue"][m.fan.quantiles.index(level)] for level in (0.1, 0.9))
    return bool((np.diff(high - low) > 0).all())


def current_year(m: Material) -> dict[str, Any]:
    """What the months of the current year already brought, the year worked out from them and its use; empty without months."""
    now = m.plan.basis.revenue.own.current
    if now is None:
        return {}
    line = now.lines["own_revenue"]
    return {
        "year": now.year, "first_month": 1, "months": now.months_known, "so_far": line.so_far, "mean": line.mean,
        "lower": line.lower[0], "upper": line.upper[0], "role": now.role,
    }  # fmt: skip


FINDINGS = {"revenue_method": revenue_method, "current_year": current_year}
