"""One setting of the exploring screen: place, scenario, what was moved, what is switched off; and the trail of settings for undo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from fiscal_model.analysis.risk.simulate import Fan, simulate
from fiscal_model.blocks.revenue.revenue_block import Fitted, fit
from fiscal_model.inputs.history import History, read_history
from fiscal_model.inputs.place import Place, read_place
from fiscal_model.inputs.scenario import Scenario, kind_of_assumption, read_scenario
from fiscal_model.model.planbook import observed_lines
from fiscal_model.model.projection import Plan, project
from fiscal_model.report.eight_numbers import KeyNumber, eight_numbers
from fiscal_model.words.table import printed
from fiscal_model.words.vocabulary import StandardPart

PATHS, SEED, YEARS = 500, 2026, 5
ITEM, PROJECT = "guarantee_items", "projects"
"""What can be switched off: rows of these registers."""
_KEYS = {ITEM: "item_code", PROJECT: "project_code"}
_MOST = 60
"""Switches of a register that are shown, the largest ones."""
_OFF_SOURCE = "试算时关掉"
Level = float | tuple[float, ...]
"""One value for all plan years, or one a year."""


@dataclass(frozen=True)
class Setting:
    """What a planner has set: compared, undone and pinned as a whole.

    Parameters
    ----------
    place, scenario : str
        Folder and scenario (file or name).
    moved : mapping of str to Level
        Assumptions that differ from the scenario's own path.
    off : frozenset of (str, str)
        Register and code of what is switched off from the first plan year on.
    """

    place: str
    scenario: str
    moved: Mapping[str, Level] = field(default_factory=dict)
    off: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Start:
    """A place under an untouched scenario: where the sliders begin."""

    place: Place
    scenario: Scenario
    fitted: Fitted
    plan: Plan
    fan: Fan
    numbers: tuple[KeyNumber, ...]
    observed: Mapping[str, Mapping[int, float]]


@dataclass(frozen=True)
class Trial:
    """A setting worked out."""

    setting: Setting
    plan: Plan
    fan: Fan
    numbers: tuple[KeyNumber, ...]


@dataclass(frozen=True)
class Switch:
    """A row of a register that can be switched off."""

    register: str
    code: str
    label: str
    amount: float  # 万元: an item's need of the first plan year, a project's county money of all plan years


@dataclass
class Trail:
    """The settings gone through, to walk back and forth on."""

    steps: list[Setting] = field(default_factory=list)
    at: int = -1

    def go(self, setting: Setting) -> None:
        """Add a setting where it differs from the present one; what was undone before is forgotten."""
        if self.at < 0 or self.steps[self.at] != setting:
            self.steps = [*self.steps[: self.at + 1], setting]
            self.at = len(self.steps) - 1

    def walk(self, steps: int) -> Setting:
        """Go some steps back or forth and return the setting there."""
        self.at = min(max(self.at + steps, 0), len(self.steps) - 1)
        return self.steps[self.at]


@lru_cache(maxsize=32)
def start_of(folder: str, scenario: str) -> Start:
    """Read and fit once per place and scenario; every move after that only projects."""
    place, chosen = _place(folder), read_scenario(scenario)
    fitted = fit(place, chosen, None, YEARS, _history(place))
    plan = project(place, chosen, fitted=fitted)
    fan = simulate(plan, paths=PATHS, seed=SEED, every_line=False)
    return Start(place, chosen, fitted, plan, fan, eight_numbers(plan, fan), observed_lines(plan, len(plan.years)))


def forget() -> None:
    """Read everything anew from now on: a file may have changed."""
    for kept in (start_of, _place, _history, _without):
        kept.cache_clear()


@lru_cache(maxsize=8)
def _place(folder: str) -> Place:
    return read_place(folder)


@lru_cache(maxsize=8)
def _history(place: Place) -> History:
    return read_history(place)


def try_out(setting: Setting) -> Trial:
    """Work a setting out."""
    start = start_of(setting.place, setting.scenario)
    place = _without(start.place, setting.off, start.plan.base_year, start.plan.years) if setting.off else start.place
    plan = project(place, moved_scenario(setting), fitted=start.fitted)
    fan = simulate(plan, paths=PATHS, seed=SEED, every_line=False)
    return Trial(setting, plan, fan, eight_numbers(plan, fan))


def moved_scenario(setting: Setting) -> Scenario:
    """Return the chosen scenario with what was moved; the rest keeps the scenario's own path."""
    start = start_of(setting.place, setting.scenario)
    years = start.plan.years
    changes = {
        name: dict(zip(years, level, strict=True)) if isinstance(level, tuple) else level
        for name, level in setting.moved.items()
    }
    return start.scenario.with_(**changes)


def switches_of(plan: Plan) -> tuple[Switch, ...]:
    """List the guarantee items and projects of a plan with what they cost, the largest first."""
    found, items = [], plan.basis.guarantees.items
    if items is not None:
        rows = zip(items.codes, items.names, items.need[1], strict=True)
        found += [Switch(ITEM, code, name, float(need)) for code, name, need in rows]
    money = plan.basis.balance.commitments.project_money
    rows = zip(money.projects["project_code"], money.projects["name"], money.listed.sum(axis=0), strict=True)
    found += [Switch(PROJECT, code, str(name), float(asked)) for code, name, asked in rows]
    ranked = sorted(found, key=lambda each: (each.register, -each.amount))
    return tuple(each for name in _KEYS for each in [one for one in ranked if one.register == name][:_MOST])


def describe(setting: Setting, labels: Mapping[str, str]) -> str:
    """Say in a few words what was moved and how many rows are switched off."""
    said = []
    for name, level in setting.moved.items():
        kind = kind_of_assumption(name)
        levels = level if isinstance(level, tuple) else (level,)
        said.append(f"{labels[name]} {'／'.join(printed(value, kind) for value in levels)}")
    counts = {word: sum(register == name for register, _ in setting.off) for name, word in WORDS.items()}
    said += [f"关掉{count}个{word}" for word, count in counts.items() if count]
    return "；".join(said) or "没有改动"


WORDS = {ITEM: "三保项目", PROJECT: "支出项目"}


@lru_cache(maxsize=32)
def _without(place: Place, off: frozenset[tuple[str, str]], base_year: int, years: tuple[int, ...]) -> Place:
    """The place whose rows cost nothing from the first plan year on; what happened up to the base year stays."""
    codes = {register: {code for name, code in off if name == register} for register in _KEYS}
    tables = dict(place.tables)
    for name in ("project_costs", "project_money"):
        if name in tables and codes[PROJECT]:
            rows = tables[name]
            tables[name] = rows[~(rows["project_code"].isin(codes[PROJECT]) & (rows["year"] > base_year))]
    if codes[ITEM]:
        changes = place.rows("standard_changes")
        kept = changes[~changes["item_code"].isin(codes[ITEM])]
        stopped = pd.DataFrame(_stopped(codes[ITEM], years)).reindex(columns=changes.columns)
        tables["standard_changes"] = pd.concat([kept, stopped], ignore_index=True) if len(kept) else stopped
    return replace(place, tables=MappingProxyType({name: rows for name, rows in tables.items() if len(rows)}))


def _stopped(codes: Iterable[str], years: tuple[int, ...]) -> list[dict[str, object]]:
    """Both standards at nothing from each January on: a yearly step would raise them again."""
    return [
        {"item_code": code, "effective": dt.date(year, 1, 1), "part": part, "standard": 0.0, "source": _OFF_SOURCE}
        for code in sorted(codes)
        for part in StandardPart
        for year in years
    ]


def level_of(plan: Plan, name: str) -> Level:
    """Return an assumption of a plan as one value, or one a year where the years differ."""
    path = plan.basis.assumed.path(name)
    return float(path[0]) if np.ptp(path) < 1e-12 else tuple(map(float, path))
