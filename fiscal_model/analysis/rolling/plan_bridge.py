"""From one plan to the next: what moved each line, by swapping one group of inputs at a time and projecting again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from fiscal_model.analysis.rolling.pinned import pinned_at_new_base
from fiscal_model.inputs.fingerprints import (
    DATA,
    GROUPS,
    NOT_KEPT,
    POLICY,
    PRICE_HEADCOUNT,
    group_of,
    history_fingerprint,
    rules_digest,
)
from fiscal_model.inputs.past_plans import last_before, read_vintages
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import Assumption, Scenario
from fiscal_model.inputs.vintages import Vintage
from fiscal_model.model.planbook import left_out, revenue_items
from fiscal_model.model.projection import KEY_LINES, Plan, project
from fiscal_model.words.errors import FiscalModelError
from fiscal_model.words.lines import LINES, MONEY
from fiscal_model.words.markup import Sheet, frame_sheet, shows_itself

OUTTURN, METHOD, REST = "outturn", "forecast_method", "rest"
PARTS = {
    OUTTURN: "执行结果",
    POLICY: "政策和假设",
    PRICE_HEADCOUNT: "价格和人数",
    METHOD: "预测方法和参数重估",
    DATA: "新数据",
    REST: "其他（不能分开）",
}
"""Every part of a bridge with its Chinese name, in printed order. A part is what the later plan is larger by."""
PRICES = frozenset({"pay_growth", "living_growth", "operations_growth", "new_issue_rate", "issue_fee_rate"})
"""Assumptions on prices and pay; every other assumption is policy."""
_CANNOT_RUN = (FiscalModelError, KeyError, ValueError, IndexError, TypeError, ZeroDivisionError)
"""What a mixture of two states of a register may raise: a row that points to one that is not there yet."""

Amounts = dict[str, dict[int, float]]


@shows_itself
@dataclass(frozen=True, repr=False)
class Bridge:
    """What lies between two plans.

    Parameters
    ----------
    years : tuple of int
        Years that both plans cover.
    frame : DataFrame
        One row a line and year: ``line, label, year, earlier``, one column a part of `PARTS`, ``later``; 万元.
        ``earlier`` plus the parts is ``later``.
    notes : tuple of str
        Chinese: what could not be told apart, and why.
    """

    earlier_base: int
    later_base: int
    years: tuple[int, ...]
    frame: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def sheet(self) -> Sheet:
        """What moved own revenue, resources and the gap in the last common year, as a table."""
        shown = self.frame[(self.frame["year"] == self.years[-1]) & self.frame["line"].isin(KEY_LINES)]
        heads = {"label": "项目", "earlier": "上轮规划", **PARTS, "later": "本轮规划"}
        title = f"{self.years[-1]}年规划数的变动（基期 {self.earlier_base} 年与 {self.later_base} 年的规划）"
        return frame_sheet(title, shown, heads, self.notes)

    def line(self, name: str) -> pd.DataFrame:
        """Return the rows of one line, index year."""
        return self.frame[self.frame["line"] == name].set_index("year")


def bridge(earlier: Plan | Vintage, later: Plan) -> Bridge:
    """Take apart what a later plan says otherwise than an earlier one.

    Parameters
    ----------
    earlier : Plan or Vintage
        A kept plan is first run again from the registers kept with it and today's history; what that changes goes to the
        forecast method when history up to its base year is the same, else to new data, or to the rest when the rules
        changed too.
    later : Plan
        Of the same place with a later base year.

    Returns
    -------
    Bridge
        Every money line and revenue item that both plans have. The groups of inputs are swapped in the order: new data,
        price and headcount, policy, outturn, forecast method. A group that cannot be run alone is left in the rest.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> place, scenario = fm.read_place("data/places/gangu"), fm.read_scenario("baseline")
    >>> moved = bridge(fm.project(place, scenario, base_year=2023), fm.project(place, scenario, base_year=2024))
    >>> row = moved.line("own_revenue").loc[2025]
    >>> bool(abs(row["earlier"] + row[list(PARTS)].sum() - row["later"]) < 0.01)
    True
    """
    states: list[tuple[str, Amounts]] = []
    notes: list[str] = []
    if isinstance(earlier, Vintage):
        states.append(("", _kept_amounts(earlier)))
        plan, part, said = _run_again(earlier, later)
        notes += [*earlier.cautions, *_another_place(earlier, later), *said]
    else:
        plan, part = earlier, ""
    if plan is None:
        states.append((REST, _amounts(later)))
    else:
        states.append((part, _amounts(plan)))
        states += _swapped(plan, later, notes)
    years = tuple(sorted(set(earlier.years) & set(later.years)))
    labels = {**_labels(later), **(earlier.labels() if isinstance(earlier, Vintage) else {})}
    return Bridge(earlier.base_year, later.base_year, years, _frame(states, years, labels), tuple(notes))


def _another_place(kept: Vintage, later: Plan) -> list[str]:
    here = later.basis.place.id
    if kept.place == here:
        return []
    return [f"往年规划底稿登记的地区是“{kept.place}”，本地区是“{here}”，请确认没有放错文件夹"]


@lru_cache(maxsize=16)  # a report asks in several places
def bridge_of(plan: Plan) -> Bridge | None:
    """Bridge a plan to the last plan kept for its place; None where no earlier one is kept."""
    kept = last_before(read_vintages(plan.basis.place), plan.base_year, plan.basis.scenario.id)
    if kept is None or not set(kept.years) & set(plan.years):
        return None
    return bridge(kept, plan)


def _run_again(kept: Vintage, later: Plan) -> tuple[Plan | None, str, list[str]]:
    """Run a kept plan again from its own registers and today's history; say what the difference to what was kept is."""
    today = later.basis.place
    stay = NOT_KEPT | set(kept.unread)
    tables = {name: rows for name, rows in today.tables.items() if name in stay} | dict(kept.tables)
    place = replace(
        today,
        tables=MappingProxyType({name: tables[name] for name in sorted(tables)}),
        assumptions=MappingProxyType(dict(kept.assumptions)),
    )
    try:
        again = project(place, kept.scenario, base_year=kept.base_year, years=len(kept.years))
    except _CANNOT_RUN:
        said = f"以{kept.base_year}年为基期的往年规划不能用现有软件和历史数据重新测算，差额全部列入“{PARTS[REST]}”"
        return None, REST, [said]
    if history_fingerprint(today, kept.base_year) == kept.history and not kept.unread:
        return again, METHOD, []
    if kept.rules == rules_digest():
        return again, DATA, []
    said = f"往年规划保存以后{kept.base_year}年及以前的历史数据和规则都有变动，两者的影响不能分开，列入“{PARTS[REST]}”"
    return again, REST, [said]


def _swapped(earlier: Plan, later: Plan, notes: list[str]) -> list[tuple[str, Amounts]]:
    """Walk from the earlier plan to the later one, one group of inputs at a time."""
    found: list[tuple[str, Amounts]] = []
    current, waiting = earlier, False
    for group in GROUPS:
        place, scenario = _mixed(current, later, group)
        if place is current.basis.place and scenario == current.basis.scenario:
            continue
        try:
            current_next = project(place, scenario, base_year=earlier.base_year, years=len(earlier.years))
        except _CANNOT_RUN:
            # The next state that can be run holds this group too.
            waiting = True
            notes.append(f"“{PARTS[group]}”不能单独替换后重新测算，与下一项合并列入“{PARTS[REST]}”")
            current = _as_if(current, place, scenario)
            continue
        found.append((REST if waiting else group, _amounts(current_next)))
        current, waiting = current_next, False
    if later.base_year != current.base_year and not waiting:
        try:
            found.append((OUTTURN, _amounts(pinned_at_new_base(current, later))))
        except _CANNOT_RUN:
            waiting = True
            notes.append(f"“{PARTS[OUTTURN]}”不能单独替换后重新测算，与“{PARTS[METHOD]}”合并列入“{PARTS[REST]}”")
    found.append((REST if waiting else METHOD, _amounts(later)))
    return found


def _as_if(current: Plan, place: Place, scenario: Scenario) -> Plan:
    return replace(current, basis=replace(current.basis, place=place, scenario=scenario))


def _mixed(current: Plan, later: Plan, group: str) -> tuple[Place, Scenario]:
    """The inputs of the current state with one group taken from the later plan."""
    place, scenario = current.basis.place, current.basis.scenario
    if place is not later.basis.place:
        place = _with_tables(place, later.basis.place, group)
    if scenario != later.basis.scenario and group != DATA:
        scenario = _with_assumptions(scenario, later.basis.scenario, prices=group == PRICE_HEADCOUNT)
    return place, scenario


def _with_tables(place: Place, newer: Place, group: str) -> Place:
    if group == GROUPS[-1]:
        return newer
    names = [name for name in {**place.tables, **newer.tables} if group_of(name) == group]
    before, now = place.tables, newer.tables
    if all(name in before and name in now and before[name].equals(now[name]) for name in names):
        return place  # nothing to project again for
    tables = {name: rows for name, rows in before.items() if name not in names}
    tables |= {name: now[name] for name in names if name in now}
    ordered = {name: tables[name] for name in sorted(tables)}
    return replace(place, tables=MappingProxyType(ordered))


def _with_assumptions(scenario: Scenario, newer: Scenario, *, prices: bool) -> Scenario:
    if not prices:
        return newer
    entries: dict[str, Assumption] = {name: entry for name, entry in scenario.assumptions.items() if name not in PRICES}
    entries |= {name: entry for name, entry in newer.assumptions.items() if name in PRICES}
    if entries == dict(scenario.assumptions):
        return scenario
    return replace(scenario, assumptions=MappingProxyType(entries))


def _amounts(plan: Plan) -> Amounts:
    """Every money line and revenue item by year; lines that the data do not carry, or that only futures move, are left out."""
    rows: dict[str, np.ndarray] = {
        name: np.asarray(plan.lines[name], dtype=float)
        for name, line in LINES.items()
        if line.unit == MONEY and name in plan.lines and name not in plan.unavailable | left_out(plan)
    }
    items = plan.basis.revenue.forecast.items
    if items != ("own_revenue",):
        rows |= {f"revenue_{code}": plan.revenue_items[:, at] for at, code in enumerate(items)}
    return {name: dict(zip(plan.years, map(float, values), strict=True)) for name, values in rows.items()}


def _kept_amounts(kept: Vintage) -> Amounts:
    return {
        name: {year: float(value) for year, value in zip(kept.years, values, strict=True) if np.isfinite(value)}
        for name, values in kept.lines().items()
        if name.startswith("revenue_") or LINES[name].unit == MONEY
    }


def _labels(plan: Plan) -> dict[str, str]:
    return {name: line.label for name, line in LINES.items()} | {
        f"revenue_{code}": label for code, label, _, _ in revenue_items(plan)
    }


def _frame(states: list[tuple[str, Amounts]], years: tuple[int, ...], labels: Mapping[str, str]) -> pd.DataFrame:
    """One row a line and year that the first and the last state have; the differences of the states in between."""
    rows = []
    first, last = states[0][1], states[-1][1]
    for name in (name for name in last if name in first):
        for year in (year for year in years if year in first[name] and year in last[name]):
            parts = dict.fromkeys(PARTS, 0.0)
            before, missed = first[name][year], False
            for part, amounts in states[1:]:
                now = amounts.get(name, {}).get(year, np.nan)
                if not np.isfinite(now):
                    missed = True  # the line is not there in between: its part shows up with the next one
                    continue
                parts[REST if missed else part] += now - before
                before, missed = now, False
            rows.append((name, labels.get(name, name), year, first[name][year], *parts.values(), last[name][year]))
    return pd.DataFrame(rows, columns=["line", "label", "year", "earlier", *PARTS, "later"])
