"""A plan: a place under a scenario, projected and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.revenue.revenue_block import Fitted, fit, fit_all
from fiscal_model.inputs.find import scenario_of
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import Scenario
from fiscal_model.model.basis import Basis, prepare, with_packages
from fiscal_model.model.compute import compute
from fiscal_model.model.doubts import plan_cautions, unavailable_lines
from fiscal_model.model.futures import Drivers
from fiscal_model.model.new_bonds import within_quota
from fiscal_model.model.shifts import item_levels
from fiscal_model.words.cautions import Caution
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.identities import check_identities
from fiscal_model.words.lines import LINES
from fiscal_model.words.markup import Sheet, kind_of, shows_itself, years_sheet

KEY_LINES = (
    "own_revenue", "transfers_general_purpose", "available_resources", "guarantees_county", "rigid_total", "uncommitted_resources",
    "funding_gap", "guarantee_coverage", "debt_ratio", "interest_burden_special",
)  # fmt: skip
"""What one who decides looks at first."""


@shows_itself
@dataclass(frozen=True, eq=False, repr=False)  # a plan is itself: what was found for it is remembered by identity
class Plan:
    """A computed plan of one place under one scenario.

    Parameters
    ----------
    basis : Basis
        What it was computed from.
    lines : mapping of str to (year,) float
        Every line of `LINES`, 万元 or fractions, plan years only.
    revenue_items : (year, item) float
        Own revenue by item; adds up to ``own_revenue``.
    steps : mapping of str to (year,) float
        The waterfall's log, by step of `budgets.waterfall.STEPS`.
    unavailable : frozenset of str
        Lines that the place's data do not carry; printed empty, never as zero.
    """

    basis: Basis
    lines: Mapping[str, np.ndarray]
    revenue_items: np.ndarray
    steps: Mapping[str, np.ndarray]
    unavailable: frozenset[str]
    cautions: tuple[Caution, ...]

    @property
    def years(self) -> tuple[int, ...]:
        return self.basis.years

    @property
    def base_year(self) -> int:
        return self.basis.base_year

    @property
    def sheet(self) -> Sheet:
        """The plan in ten lines, as a table."""
        place, scenario = self.basis.place, self.basis.scenario
        notes = (f"基期 {self.base_year}年；提示事项 {len(self.cautions)} 条",)
        title = f"{place.title}{self.years[0]}—{self.years[-1]}年财政规划（{scenario.name}）"
        rows = [(LINES[name].label, self.line(name)) for name in KEY_LINES]
        kinds = {LINES[name].label: kind_of(name) for name in KEY_LINES}
        return years_sheet(title, self.years, rows, notes, kinds=kinds)

    @cached_property
    def without_measures(self) -> Plan:
        """The no-measures baseline of this plan: no packages, no step but those the law takes by itself."""
        return _plan_of(_bare(self.basis))

    def explain(self, line: str, year: int) -> Any:
        """Follow one figure home: `fiscal_model.analysis.explain.explanation.explain`.

        Examples
        --------
        >>> import fiscal_model as fm
        >>> fm.plan("data/places/lijiang").explain("debt_stock", 2026).label
        '政府债务余额合计'
        """
        # A door only: the answer is a room above, which a plan cannot see.
        return import_module("fiscal_model.analysis.explain.explanation").explain(self, line, year)

    def line(self, name: str) -> np.ndarray:
        """Return a line by plan year, NaN where the data do not carry it."""
        values = np.asarray(self.lines[name], dtype=float)
        return np.full(values.shape, np.nan) if name in self.unavailable else values


def project(
    place: Place,
    scenario: Scenario | str | Path,
    *,
    base_year: int | None = None,
    years: int = 5,
    fitted: Fitted | None = None,
    measures: bool = True,
) -> Plan:
    """Project a place under a scenario.

    Parameters
    ----------
    place : Place
    scenario : Scenario, str or Path
        Also the name of a shipped scenario, of a saved one or of one in the place's ``scenarios`` folder.
    base_year : int, optional
        The last year with actual figures by default.
    years : int
        Plan years, 3 to 10.
    fitted : Fitted, optional
        From `revenue_block.fit`, to save fitting again; ``base_year``, ``years`` and what its scenario assumed of own revenue (output,
        land sales, opinions, history) are then its own.
    measures : bool
        False gives the no-measures baseline: packages of measures are left out and shortages stay open.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        When the place's figures cannot carry a plan.
    IdentityError
        When a sum of the computed plan does not hold.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = project(fm.read_place("data/places/gangu"), "baseline")
    >>> plan.years
    (2025, 2026, 2027, 2028, 2029)
    """
    if not isinstance(place, Place):
        remedy = f'请写 fm.project(fm.read_place("{place}"), "baseline")，或用短写 fm.plan("{place}")'
        raise InputError([Fault("project", f"第一项应是 read_place 读出的地区，给的是“{place}”", remedy)])
    chosen = scenario_of(scenario, place.folder)
    return reproject(prepare(place, chosen, fitted or fit(place, chosen, base_year, years)), measures)


def reproject(basis: Basis, measures: bool = True) -> Plan:
    """Project a start: hold its new bonds to their quota test, then compute and check the plan."""
    basis = within_quota(basis)
    return _plan_of(basis if measures and basis.scenario.balance.measures else _bare(basis))


def _bare(basis: Basis) -> Basis:
    """The same start without packages and measures."""
    scenario = replace(basis.scenario, balance=replace(basis.scenario.balance, measures=False))
    return replace(with_packages(basis, basis.balance.packages.none()), scenario=scenario)


def _plan_of(basis: Basis) -> Plan:
    lines, steps = compute(basis, Drivers.unchanged(len(basis.years)))
    check_identities(lines, basis.years)
    return Plan(
        basis,
        lines,
        items_of(basis, lines),
        steps,
        unavailable_lines(basis) | {name for name, values in lines.items() if np.isnan(values).all()},
        plan_cautions(basis, lines),
    )


def items_of(basis: Basis, lines: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return own revenue by item, (year, item): the forecast's, scaled to what is left of the line, and what packages raise."""
    packages, revenue = basis.balance.packages, basis.revenue.forecast
    scale = divided(lines["own_revenue"] - packages.all_own_revenue, revenue.total)
    items = revenue.mean * scale[:, None] * item_levels(basis)
    return items + packages.of_items(revenue.items, items)


def project_all(
    place: Place, scenarios: Sequence[Scenario], base_year: int | None = None, years: int = 5
) -> tuple[Plan, ...]:
    """Project a place under several scenarios, reading and fitting its history once. In the order of the scenarios."""
    fits = fit_all(place, scenarios, base_year, years)
    return tuple(project(place, scenario, fitted=fitted) for scenario, fitted in zip(scenarios, fits, strict=True))
