"""A plan as long tables: observed years and plan years side by side, in the stable form that other programs read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from fiscal_model.blocks.base_flows import RESOURCES, USES
from fiscal_model.blocks.published_debt import new_bonds_in
from fiscal_model.inputs.history import History
from fiscal_model.law import classification as accounts
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import Basis
from fiscal_model.model.observed import FROM_HISTORY
from fiscal_model.model.projection import Plan
from fiscal_model.model.published_sums import sums_of_budget
from fiscal_model.words.lines import LINES, MONEY, OF_FUTURES, OF_REGISTERS, RATIO, compute_line
from fiscal_model.words.vocabulary import Budget, DebtKind

OBSERVED, INFERRED, NOT_AVAILABLE = "observed", "inferred", "not_available"
_COUNTED = (
    "self_sufficiency_ratio", "interest_burden_general", "interest_burden_special", "limit_use_general", "limit_use_special",
    "debt_general_headroom", "debt_special_headroom", "insurance_balance", "guarantee_coverage",
)  # fmt: skip
"""Lines of observed years that are counted wherever all they need was published."""
COLUMNS = ("scenario", "block", "line", "label", "year", "amount", "unit", "grain")

_BLOCK_OF_GRAIN = {
    "general": "revenue",
    "funds": "funds",
    "state_capital": "state_capital",
    "social_insurance": "social_insurance",
    "guarantees": "guarantees",
    "debt": "debt",
    "capacity": "guarantees",
    "indicators": "debt",
}
_OF_INSURANCE = {
    "insurance_revenue": "revenue", "insurance_expenditure": "expenditure", "insurance_balance": "balance",
    "insurance_stock": "balance_stock",
}  # fmt: skip
"""Lines of all insurance schemes together and the item of the `insurance` table they add up."""
_OF_TRANSFERS = {"transfers_general_purpose", "transfers_earmarked"}
"""Lines that a register of transfers splits line by line."""


def plan_table(plan: Plan) -> pd.DataFrame:
    """Return a plan as a long table.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: every line of `LINES` but those `left_out` and every revenue item (``revenue_<code>``) for the last
        observed years (grain ``observed``, of a base year's figure that nobody published ``inferred``) and the plan years
        (grain: how the block was computed). A line the data do not carry has an empty amount and grain ``not_available``. 万元; ratios are fractions.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> table = fm.plan_table(plan)
    >>> table.loc[(table["line"] == "own_revenue") & (table["year"] == 2026), ["label", "unit"]].values.tolist()
    [['一般公共预算收入', '万元']]
    """
    observed, inferred = observed_lines(plan), inferred_lines(plan)
    rows = []
    for line in (line for line in LINES.values() if line.id not in left_out(plan)):
        values = plan.line(line.id)
        grain = NOT_AVAILABLE if line.id in plan.unavailable else plan.basis.grain[_BLOCK_OF_GRAIN[line.block]]
        seen = observed.get(line.id, {})
        for year, amount in seen.items():
            seen_how = INFERRED if line.id in inferred and year == plan.base_year else OBSERVED
            rows.append((line.block, line.id, line.label, year, amount, line.unit, seen_how))
        rows += [
            (line.block, line.id, line.label, year, amount, line.unit, grain)
            for year, amount in zip(plan.years, values, strict=True)
        ]
    for code, label, seen, values in revenue_items(plan):
        line_id = f"revenue_{code}"
        rows += [("revenue", line_id, label, year, amount, MONEY, OBSERVED) for year, amount in seen.items()]
        grain = plan.basis.grain["revenue"]
        rows += [
            ("revenue", line_id, label, year, amount, MONEY, grain)
            for year, amount in zip(plan.years, values, strict=True)
        ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS[1:]))
    frame.insert(0, "scenario", plan.basis.scenario.id)
    return frame


def left_out(plan: Plan) -> frozenset[str]:
    """Return lines that say nothing of a plan: what only its futures bring, and duties of registers that the place has not."""
    return OF_FUTURES | {name for name in OF_REGISTERS if not plan.lines[name].any()}


@lru_cache(maxsize=16)  # every table of a report asks
def observed_lines(plan: Plan, years_back: int = 3) -> Mapping[str, dict[int, float]]:
    """Return observed figures of the last years by line; the base year's general and fund budgets are complete.

    ``years_back``: how many observed years to show, the base year included.
    Returns dict of line id to {year: amount}: only what was published, except the base year's split of transfers and
    spending, which the plan starts from.
    """
    basis, history = plan.basis, plan.basis.history
    window = range(plan.base_year - years_back + 1, plan.base_year + 1)
    found: dict[str, dict[int, float]] = {}
    for line, source in FROM_HISTORY.items():
        series = history.series(source, plan.base_year)
        published = {year: float(series[year]) for year in window if year in series.index}
        if published:
            found[line] = published
    for year in window:
        for line, amount in closed_totals(history.actual, year).items():
            found.setdefault(line, {}).setdefault(year, amount)
    for line, item in _OF_INSURANCE.items():
        totals = basis.balance.insurance.totals(item, plan.base_year)
        found |= {line: seen} if (seen := {year: totals[year] for year in window if year in totals}) else {}
    _add_new_bonds(found, history, window)
    for line, amount in _base_year(basis).items():
        found.setdefault(line, {})[plan.base_year] = amount
    _count(found, _COUNTED)
    return MappingProxyType(found)


@lru_cache(maxsize=16)
def inferred_lines(plan: Plan) -> frozenset[str]:
    """Return the lines of `observed_lines` whose base year was not published: worked out, split off, closing a side, or 0.

    A sum or ratio is inferred where any of its parts that is not nothing is; a zero only where a figure could have been
    published in its place.
    """
    observed, history, base = observed_lines(plan), plan.basis.history, plan.base_year
    opening, closed = plan.basis.balance.opening, closed_totals(history.actual, base)
    known_otherwise = {*_OF_INSURANCE, *closed, "fund_other_revenue", "insurance_subsidy", "contingent_duties"}
    known_otherwise |= _OF_TRANSFERS if plan.basis.revenue.transfers.lines else set()
    known_otherwise |= {"other_resources"} if abs(opening.unlisted_in) < 0.5 else set()
    known_otherwise |= {"other_uses"} if abs(opening.unlisted_out) < 0.5 else set()

    def published(name: str, amount: float) -> bool:
        given = history.value(FROM_HISTORY.get(name, name), base)
        nothing = abs(amount) < 0.5 and name not in FROM_HISTORY and LINES[name].unit != RATIO
        if name in known_otherwise or name.endswith("_issued_new") or nothing:
            return True
        if FROM_HISTORY.get(name, name) in history.rolled:
            return False
        if np.isfinite(given) and abs(given - amount) < 1.0:
            return True
        parts = LINES[name].names if name in LINES and LINES[name].formula is not None else ()
        seen = [(part, observed.get(part, {}).get(base)) for part in parts]
        known = [(part, value) for part, value in seen if value is not None]
        return bool(known) and all(abs(value) < 0.5 or published(part, value) for part, value in known)

    based = {name: years[base] for name, years in observed.items() if base in years}
    return frozenset(name for name, amount in based.items() if not published(name, amount))


def revenue_items(plan: Plan) -> list[tuple[str, str, dict[int, float], np.ndarray]]:
    """Return each revenue item: code, label, observed amounts by year, plan amounts; none where only the total is known."""
    items = plan.basis.revenue.forecast.items
    if items == ("own_revenue",):
        return []
    codes = plan.basis.history.codes[Budget.GENERAL]
    found = []
    for position, code in enumerate(items):
        series = codes.loc[plan.base_year - 2 : plan.base_year, code].dropna()
        seen = {int(year): float(amount) for year, amount in series.items()}
        found.append((code, accounts.label_of(Budget.GENERAL, code), seen, plan.revenue_items[:, position]))
    return found


@lru_cache(maxsize=16)
def published_first_year(plan: Plan) -> Mapping[str, float]:
    """Return the place's own published budget for the plan's first year, by line; empty when there is none."""
    planned, first = plan.basis.history.planned, plan.years[0]
    insured = plan.basis.balance.insurance
    totals = {line: insured.totals(item, plan.base_year, budgeted=True) for line, item in _OF_INSURANCE.items()}
    schemes = {line: amounts[first] for line, amounts in totals.items() if first in amounts}
    if first not in planned.index:
        return MappingProxyType(schemes)
    row = planned.loc[first].dropna()
    found = {line: float(row[source]) for line, source in FROM_HISTORY.items() if source in row.index}
    found = closed_totals(planned, first) | found | _planned_debt(row)
    if {"transfers_general_purpose", "rebates"} <= set(found):
        found["transfers_general_purpose"] += found["rebates"]  # the plan's line holds both
    found |= {
        line: float(row[line])
        for line in (
            "guarantee_living",
            "guarantee_salaries",
            "guarantee_operations",
            "available_resources",
            "transfers",
        )
        if line in row.index
    }
    return MappingProxyType(sums_of_budget(plan.basis.history, first, found) | found | schemes)


def _planned_debt(row: pd.Series) -> dict[str, float]:
    """What follows from the published debt table of a year: new bonds, room below the limit, the sum of both kinds."""
    found: dict[str, float] = {}
    for kind in DebtKind:
        stock, limit = row.get(f"{kind}_closing_stock", np.nan), row.get(f"{kind}_limit_stock", np.nan)
        found |= {f"debt_{kind}_issued_new": new_bonds_in(row, kind), f"debt_{kind}_headroom": limit - stock}
        repaid = row.get(f"{kind}_repaid", row.get(f"principal_{kind}", np.nan))
        found[f"principal_{kind}_own"] = repaid - row.get(f"{kind}_issued_refinancing", np.nan)
    found["debt_stock"] = sum(row.get(f"{kind}_closing_stock", np.nan) for kind in DebtKind)
    return {line: float(value) for line, value in found.items() if np.isfinite(value)}


def closed_totals(frame: pd.DataFrame, year: int) -> dict[str, float]:
    """Return both totals of the general budget in a year whose lines close on both sides, else nothing."""
    if year not in frame.index:
        return {}
    row = frame.loc[year]
    if row.reindex(["own_revenue", "transfers", "expenditure", "carry_in", "carry_out"]).isna().any():
        return {}
    resources, uses = (float(row.reindex(list(lines)).sum()) for lines in (RESOURCES, USES))
    if abs(resources - uses) > len(RESOURCES) + len(USES):
        return {}
    return {"resources_total": resources, "uses_total": uses}


def list_assumptions(plan: Plan) -> pd.DataFrame:
    """Return every assumption with its values by plan year, source and quality, as printed in the report.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> assumed = fm.list_assumptions(plan).set_index("name")
    >>> assumed.loc["reserve_rate", ["label", "source"]].tolist()
    ['预备费占一般公共预算支出比重', '预算法第四十条：1%至3%']
    """
    table = rules("assumptions")
    rows = []
    for name, assumption in plan.basis.assumed.entries.items():
        values: dict[object, object] = dict(zip(plan.years, assumption.path(plan.years), strict=True))
        rows.append(
            {
                "name": name,
                "label": table[name]["label"],
                **values,
                "source": assumption.source,
                "quality": assumption.quality,
            }
        )
    return pd.DataFrame(rows)


def _base_year(basis: Basis) -> dict[str, float]:
    """The base year's general budget as the plan opens it, both sides equal; the fund budget where both its sides are published."""
    flows, opening = basis.balance.opening.flows, basis.balance.opening
    transfers = basis.revenue.transfers.base
    lines = {
        name: flows[name]
        for name in (
            "own_revenue",
            "debt_proceeds_general",
            "carry_in",
            "refinancing_carry_in",
            "transfer_in",
            "stabilization_draw",
            "expenditure",
            "remitted_up",
            "principal_general",
            "stabilization_topup",
            "transfer_out",
            "refinancing_carry_out",
            "carry_out",
        )
    }
    lines["transfers_general_purpose"] = transfers.rebates + transfers.general_purpose
    lines["transfers_earmarked"] = transfers.earmarked
    below = basis.balance.lower_levels
    lines["received_from_below"] = below.received
    lines["passed_free"], lines["passed_tied"] = below.passed_free, below.passed_tied
    lines["paid_to_below"] = below.passed_free + below.passed_tied
    lines["other_resources"] = flows["regional_in"] + opening.unlisted_in
    lines["other_uses"] = flows["onlent_to_below"] + flows["regional_out"] + opening.unlisted_out
    lines["revolving_topup"] = flows["revolving_topup"]
    lines["transfers"] = flows["transfers"]
    lines |= {name: _whole(name, lines) for name in ("resources_total", "uses_total", "available_resources")}
    lines |= basis.balance.spending
    lines["other_continuing_spending"] = lines["flexible_spending"]
    history = basis.history
    if not basis.debt.known[DebtKind.GENERAL] and not np.isfinite(history.value("interest_general", basis.base_year)):
        lines.pop("interest_general")
    if not np.isfinite(history.value("issue_fees_general", basis.base_year)):
        lines.pop("issue_fees_general")
    lines["guarantees_total"] = float(basis.guarantees.need_total[0])
    lines["guarantees_county"] = float(basis.guarantees.county_total[0])
    lines["guarantees_from_above"] = float(basis.guarantees.from_above[0])
    stocks = [basis.history.value(f"{kind}_closing_stock", basis.base_year) for kind in DebtKind]
    if np.isfinite(stocks).all():
        lines["debt_stock"] = float(sum(stocks))
    return lines | _base_year_funds(basis)


def _base_year_funds(basis: Basis) -> dict[str, float]:
    value = lambda name: basis.history.value(name, basis.base_year)  # noqa: E731
    if not np.isfinite(value("fund_revenue")):
        return {}
    sides = ("fund_resources_total", "fund_uses_total")
    booked = {name for side in sides for name in LINES[side].parts if name in accounts.TOTALS_LINES}
    if not np.isfinite(value("fund_expenditure")):
        return {name: value(name) for name in booked if np.isfinite(value(name))}
    lines = {name: basis.history.booked(name, basis.base_year) for name in booked}
    if np.isfinite(value("land_revenue")):
        lines["fund_other_revenue"] = lines["fund_revenue"] - value("land_revenue")
    difference = _whole(sides[0], lines) - _whole(sides[1], lines)
    lines["fund_other_resources"], lines["fund_other_uses"] = max(-difference, 0.0), max(difference, 0.0)
    return lines | {side: _whole(side, lines) for side in sides}


def _whole(name: str, lines: Mapping[str, float]) -> float:
    """A line of the base year from its formula; what the base year does not have is nothing."""
    return float(compute_line(name, {part: np.asarray(lines.get(part, 0.0)) for part in LINES[name].names}))


def _add_new_bonds(found: dict[str, dict[int, float]], history: History, window: range) -> None:
    """New bonds and foreign loans are what was issued beyond refinancing and swaps."""
    for kind in DebtKind:
        issued, refinanced, swapped = (
            history.series(f"{kind}_{item}", window[-1]) for item in ("issued", "issued_refinancing", "issued_swap")
        )
        swapped = swapped.reindex(issued.index).fillna(0.0)
        new = (
            (issued - refinanced - swapped).dropna()
            if len(issued) and len(refinanced)
            else history.series(f"{kind}_issued_new", window[-1])
        )
        shown = {year: float(new[year]) for year in window if year in new.index}
        if shown:
            found[f"debt_{kind}_issued_new"] = shown


def _count(found: dict[str, dict[int, float]], names: Iterable[str]) -> None:
    """Add lines of observed years from their formulas, where every part was published and the answer is a number."""
    for name in names:
        parts = LINES[name].names
        years = sorted(set.intersection(*(set(found.get(part, {})) for part in parts)))
        counted = {
            year: float(compute_line(name, {part: np.asarray(found[part][year]) for part in parts})) for year in years
        }
        if known := {year: value for year, value in counted.items() if np.isfinite(value)}:
            found[name] = known


def show_lines(plan: Plan, lines: tuple[str, ...]) -> pd.DataFrame:
    """Return some lines as a table of label by year, observed years first, for a notebook or a screen.

    Parameters
    ----------
    plan : Plan
    lines : tuple of str
        Line ids.

    Returns
    -------
    DataFrame
        Index Chinese label, columns years; ratios are fractions.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> fm.show_lines(plan, ("own_revenue", "debt_ratio")).shape
    (2, 8)
    """
    observed = observed_lines(plan)
    years = [*range(plan.base_year - 2, plan.base_year + 1), *plan.years]
    rows = []
    for line in lines:
        seen = observed.get(line, {})
        rows.append([seen.get(year, np.nan) for year in years if year <= plan.base_year] + list(plan.line(line)))
    frame = pd.DataFrame(rows, index=pd.Index([LINES[line].label for line in lines], name="项目"), columns=years)
    return frame
