"""A plan on a new base year that still believes what the earlier plan believed: only the outturn is new."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
from scipy.special import ndtri

from fiscal_model.blocks.revenue.revenue_block import Fitted
from fiscal_model.inputs.scenario import Assumption, Scenario
from fiscal_model.model.projection import Plan, project
from fiscal_model.model.shifts import own_revenue_level


def pinned_at_new_base(earlier: Plan, later: Plan) -> Plan:
    """Project from the later plan's outturn with the earlier plan's growth and calibrated assumptions.

    Own revenue starts from the outturn and grows as the earlier plan had it; each assumption keeps the earlier plan's
    value in the years that both cover. Years beyond the earlier plan follow the later one.

    ``earlier``: on today's data and with the later plan's scenario, but its own base year.
    """
    scenario = _pinned_scenario(earlier, later)
    return project(later.basis.place, scenario, fitted=_pinned_revenue(earlier, later))


def _pinned_scenario(earlier: Plan, later: Plan) -> Scenario:
    before, after = earlier.basis.assumed, later.basis.assumed
    entries = {}
    for name, entry in after.entries.items():
        known = dict(zip(earlier.years, before.path(name), strict=True)) if name in before.entries else {}
        own = zip(later.years, after.path(name), strict=True)
        path = {year: float(known.get(year, value)) for year, value in own}
        # `number` is read where an assumption does not vary by year.
        level = before.entries[name].value if name in before.entries else entry.value
        entries[name] = Assumption(name, level, entry.source, entry.quality, path)
    # Nobody knew the new first year's budget when the earlier plan was made.
    heard = entries["approved_budget_weight"], entries["budget_opinion_weight"]
    entries |= {one.name: replace(one, value=0.0, by_year={}) for one in heard}
    return replace(later.basis.scenario, assumptions=MappingProxyType(entries))


def _pinned_revenue(earlier: Plan, later: Plan) -> Fitted:
    fitted = later.basis.revenue.fitted
    forecast = fitted.own.forecast
    outturn = fitted.history.value("own_revenue", later.base_year)
    planned = dict(zip(earlier.years, earlier.lines["own_revenue"], strict=True))
    pinned_of = _pinned_scenario(earlier, later).assumptions
    again = own_revenue_level(later.basis.revenue.tax_share, lambda name: pinned_of[name].path(later.years))
    # What the plan applies again from its own first year: its shifts, and the percentile.
    again = again * np.exp(ndtri(pinned_of["percentile"].path(later.years)) * forecast.deviation)
    total = np.empty(len(later.years))
    growth_after = np.concatenate([[1.0], forecast.total[1:] / forecast.total[:-1]])
    for at, year in enumerate(later.years):
        if year in planned:
            total[at] = outturn * planned[year] / planned[later.base_year] / again[at]
        else:
            total[at] = total[at - 1] * growth_after[at]
    scale = total / forecast.total
    pinned = replace(forecast, total=total, mean=forecast.mean * scale[:, None])
    return replace(fitted, own=replace(fitted.own, forecast=pinned))
