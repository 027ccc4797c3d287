"""Stress: one shock at a time, shocks that came together, bad years of the past, each held against the plan."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.analysis.risk.replays import Replay, replays_of
from fiscal_model.blocks.balance.contingents import stress_level
from fiscal_model.inputs.scenario import Scenario, read_scenario
from fiscal_model.law.indicators import BAND_WORDS, band_of, beyond
from fiscal_model.law.limits import as_percent, breach_mark
from fiscal_model.law.rules import rules
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import Plan
from fiscal_model.model.shifts import drivers_of, own_revenue_level, taxes_told_apart
from fiscal_model.words.drivers import DRIVERS, DRIVERS_BY_ID
from fiscal_model.words.markup import Sheet, frame_sheet, shows_itself
from fiscal_model.words.resources import STRESSES
from fiscal_model.words.table import Kind

STRESSED = ("uncommitted_resources", "guarantee_coverage", "debt_ratio", "funding_gap", "fund_gap")
"""Lines that are held against the plan's."""
BREACHES = {
    "uncommitted_resources": "未安排财力为负",
    "funding_gap": "收支缺口",
    "fund_gap": "基金缺口",
    "guarantee_coverage": "三保保障倍数低于1",
    "debt_ratio": f"债务率超过{breach_mark('debt_ratio')}",
}
"""What counts as a breach: money that is not there, or passing the breach line of the indicator."""
_NEEDED = {
    "land": "land_revenue", "insurance": "insurance_expenditure", "refinancing": "debt_general_repaid", "coupon": "interest_general",
}  # fmt: skip
"""Lines without which a driver has nothing to move."""
HEADS = {
    "uncommitted": "未安排财力合计",
    "uncommitted_change": "比规划",
    "coverage": "三保保障倍数最低",
    "coverage_change": "比规划 ",
    "debt": "债务率最高",
    "funding_gap": "收支缺口合计",
    "fund_gap": "基金缺口合计",
    "breaches": "首次突破",
}
"""How the columns of the summary are called."""
KINDS: dict[str, Kind] = {
    "uncommitted_change": "change", "coverage": "number", "coverage_change": "number", "debt": "text", "breaches": "text",
}  # fmt: skip
"""How they are printed where it is not money."""
_INCOME = {"own_revenue", "general_purpose", "earmarked", "land", "fund_other", "gdp", "refinancing"}
"""Drivers of which less is worse; of the others more is."""
PLAN = "plan"
"""Id of what all are held against."""
_OF_TAXES = re.compile(r"税收(?:收入)?((?:减|比规划少)[\d.]+%)(?:，非税收入不变)?")
_SEEN = 0.5
"""From where on an amount counts, 万元: what rounds to one."""


@dataclass(frozen=True)
class Stress:
    """One stress: what it is called, and what it moves."""

    id: str
    name: str
    description: str
    kind: str  # ``single``, ``combined``, ``contingent``, ``relief`` (for comparison), ``replay``, or ``plan`` for the plan itself
    drivers: Drivers
    moves: tuple[str, ...] = ()  # Assumptions that a shipped one moves


@shows_itself
@dataclass(frozen=True, repr=False)
class StressTest:
    """A plan and its stresses, computed with the very arithmetic of the plan; what the plan decided stays decided.

    Parameters
    ----------
    years : tuple of int
    stresses : tuple of Stress
        The plan itself first.
    lines : mapping of str to (stress, year) float
        `STRESSED` and own revenue; NaN where the data do not carry a line.
    swings : mapping of str to (2,) tuple of float
        By the id of a single shock: what it and its mirror image do to uncommitted money over the plan years, 万元;
        the widest first.
    """

    years: tuple[int, ...]
    stresses: tuple[Stress, ...]
    lines: Mapping[str, np.ndarray]
    swings: Mapping[str, tuple[float, float]]

    def row(self, id: str) -> int:
        """Return where a stress stands in ``lines``."""
        return [each.id for each in self.stresses].index(id)

    def change(self, line: str) -> np.ndarray:
        """Return how far each stress moves a line from the plan, (stress, year) float."""
        return self.lines[line] - self.lines[line][:1]

    def first_breaches(self, id: str) -> dict[str, int]:
        """Return the first year in which each of `BREACHES` is there under a stress; never, never named."""
        found = {}
        for line in BREACHES:
            over = breached(line, self.lines[line][self.row(id)])
            if over.any():
                found[line] = self.years[int(over.argmax())]
        return found

    def data(self) -> list[dict[str, Any]]:
        """Return every stress as plain data, for JSON: its summary, its first breaches, its lines by year."""
        by_year = lambda values: {  # noqa: E731
            str(year): round(float(value), 6) + 0.0 if np.isfinite(value) else None
            for year, value in zip(self.years, values, strict=True)
        }
        return [
            {
                "id": each.id, "name": each.name, "kind": each.kind, "description": each.description,
                "first_breach": self.first_breaches(each.id),
                "lines": {line: by_year(values[at]) for line, values in self.lines.items()},
            }
            for at, each in enumerate(self.stresses)
        ]  # fmt: skip

    def frame(self) -> pd.DataFrame:
        """Return all of it as a long table: id, name, kind, line, year, amount, change."""
        rows = [
            (stress.id, stress.name, stress.kind, line, year, float(values[row, at]), float(moved[row, at]))
            for line, values in self.lines.items()
            for moved in [self.change(line)]
            for row, stress in enumerate(self.stresses)
            for at, year in enumerate(self.years)
        ]
        return pd.DataFrame(rows, columns=["id", "name", "kind", "line", "year", "amount", "change"])

    def summary(self) -> pd.DataFrame:
        """Return the worst of each stress over the plan years, the plan first, index the id.

        name, description, kind, uncommitted (sum), uncommitted_change, coverage (lowest), coverage_change, debt (highest,
        with its band), funding_gap (sum), fund_gap (sum), breaches (first year of each, in words).
        """
        money, cover = self.lines["uncommitted_resources"].sum(axis=1), self.lines["guarantee_coverage"].min(axis=1)
        about = pd.DataFrame([(each.id, each.name, each.description, each.kind) for each in self.stresses])
        about.columns = ["id", "name", "description", "kind"]
        return about.set_index("id").assign(
            uncommitted=money,
            uncommitted_change=money - money[0],
            coverage=cover,
            coverage_change=(cover - cover[0]).round(2) + 0.0,
            debt=[_debt_text(ratio) for ratio in self.lines["debt_ratio"]],
            funding_gap=self.lines["funding_gap"].sum(axis=1),
            fund_gap=self.lines["fund_gap"].sum(axis=1),
            breaches=[_breach_text(self.first_breaches(each.id)) for each in self.stresses],
        )

    @property
    def sheet(self) -> Sheet:
        """The worst of each stress, as a table."""
        heads = {"name": "压力", **HEADS}
        title = f"{self.years[0]}—{self.years[-1]}年压力测试"
        return frame_sheet(title, self.summary(), heads, kinds=KINDS)


def breached(line: str, values: np.ndarray) -> np.ndarray:
    """Tell in which years a line of `BREACHES` is over its line: an amount that is printed, an indicator past its mark."""
    if line in rules("indicators"):
        return beyond(line, "breach", values)
    return values < -_SEEN if line == "uncommitted_resources" else values > _SEEN


def _breach_text(found: Mapping[str, int]) -> str:
    """Say the first year of each breach, the earliest first.

    Examples
    --------
    >>> _breach_text({"funding_gap": 2028, "fund_gap": 2026, "debt_ratio": 2028}), _breach_text({})
    ('2026年基金缺口；2028年收支缺口、债务率超过120%', '没有')
    """
    years = sorted(set(found.values()))
    said = (f"{year}年" + "、".join(BREACHES[line] for line, first in found.items() if first == year) for year in years)
    return "；".join(said) or "没有"


def _debt_text(ratio: np.ndarray) -> str:
    """Say the highest debt ratio with its band; a dash where it is not known."""
    if not np.isfinite(ratio).any():
        return "—"
    return f"{np.nanmax(ratio):.1%} {BAND_WORDS[band_of('debt_ratio', float(np.nanmax(ratio)))]}"


@lru_cache(maxsize=16)  # a report asks in several places
def stress_test(plan: Plan) -> StressTest:
    """Hold a plan against single shocks, shocks that come together and bad years of the past.

    Every stress moves the plan's own levels from the first plan year on; new bonds, projects and measures stay as the plan
    decided them, the waterfall balances again. The shocks are the files of ``data/scenarios/stress``; the past is the
    nation's, the province's and the place's own three worst years.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    StressTest

    Notes
    -----
    Sizes are a design (docs/method.md); all stresses run as one array, each row independent of the others.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> found = stress_test(plan)
    >>> found.change("uncommitted_resources")[found.row("tax_down_10"), 0].round().item()
    -29726.0
    """
    shipped = [each for each in _declared(plan) if not _absent(plan, each)]
    stresses = (
        Stress(PLAN, plan.basis.scenario.name, "本规划。", "plan", Drivers.unchanged(len(plan.years))),
        *shipped,
        *_called(plan),
        *(Stress(each.id, each.name, each.description, "replay", _replayed(plan, each)) for each in replays_of(plan)),
    )
    singles = _widest(shipped)
    mirrors = [_mirrored(each.drivers) for each in singles]
    lines = _run(plan, [*(each.drivers for each in stresses), *mirrors])
    kept = {name: values[: len(stresses)] for name, values in lines.items()}
    money = lines["uncommitted_resources"].sum(axis=1) - lines["uncommitted_resources"][0].sum()
    rows = [stresses.index(each) for each in singles]
    ends = {
        each.id: (float(money[at]), float(money[len(stresses) + mirror]))
        for mirror, (each, at) in enumerate(zip(singles, rows, strict=True))
    }
    swings = dict(sorted(ends.items(), key=lambda each: -abs(each[1][1] - each[1][0])))
    return StressTest(plan.years, stresses, kept, swings)


def stress_drivers(plan: Plan, scenario: Scenario) -> Drivers:
    """Return what a stress scenario multiplies a plan by; its assumptions are shifts of levels."""
    years, none = plan.years, np.zeros(len(plan.years))
    given = {name: each.path(years, float(each.value or 0.0)) for name, each in scenario.assumptions.items()}
    path = lambda name: given.get(name, none)  # noqa: E731
    return replace(
        drivers_of(plan.basis, path),
        own_revenue=own_revenue_level(plan.basis.revenue.tax_share, path),
        coupon=path("coupon_shift"),
        refinancing=path("refinancing_shift"),
    )


def left_out(plan: Plan) -> list[str]:
    """Return the names of the stresses that a place has no figures for."""
    return [each.name for each in _declared(plan) if _absent(plan, each)]


def _declared(plan: Plan) -> list[Stress]:
    return [_shipped(plan, read_scenario(name)) for name in STRESSES]


def _absent(plan: Plan, stress: Stress) -> bool:
    """Tell whether a place has no figures of what a stress moves: one shock alone is not several that come together."""
    known = [driver for driver in stress.drivers.moved() if _NEEDED.get(driver) not in plan.unavailable]
    return len(known) < (2 if stress.kind == "combined" else 1)


def _shipped(plan: Plan, scenario: Scenario) -> Stress:
    drivers, moves = stress_drivers(plan, scenario), tuple(scenario.assumptions)
    good = [
        np.mean(getattr(drivers, name)) > DRIVERS_BY_ID[name].neutral for name in drivers.moved() if name in _INCOME
    ]
    good += [
        np.mean(getattr(drivers, name)) < DRIVERS_BY_ID[name].neutral for name in drivers.moved() if name not in _INCOME
    ]
    kind = "relief" if good and all(good) else "single" if len(moves) == 1 else "combined"
    name, description = (_of_what_moves(plan, text) for text in (scenario.name, scenario.description))
    return Stress(scenario.id, name, description, kind, drivers, moves)


def _of_what_moves(plan: Plan, text: str) -> str:
    """Name own revenue where a shock of taxes moves all of it, because taxes are not told apart (`model.shifts`)."""
    return text if taxes_told_apart(plan.basis) else _OF_TAXES.sub(r"自有收入\1（税收没有分列）", text)


def _called(plan: Plan) -> list[Stress]:
    """All contingent liabilities called at once in every year, where the place has a register of them."""
    held = plan.basis.balance.contingents
    if held is None:
        return []
    name = f"或有负债按{as_percent(float(stress_level()[0]))}口径支出"
    drivers = replace(Drivers.unchanged(len(plan.years)), duties=held.stressed - held.expected)
    return [
        Stress(
            "contingent_calls", name, "台账各项每年都按坏年份代偿、出资，先由当年预备费支付。", "contingent", drivers
        )
    ]


def _replayed(plan: Plan, replay: Replay) -> Drivers:
    """What brings a plan's own revenue to the growth of a bad year; never better than the plan."""
    lines, packages = plan.lines, plan.basis.balance.packages.all_own_revenue
    levels = [plan.basis.history.value("own_revenue", plan.base_year), *lines["own_revenue"]]
    own, land, reached = np.ones(len(plan.years)), np.ones(len(plan.years)), levels[0]
    for at, growth in enumerate(replay.growth):
        reached *= levels[at + 1] / levels[at] + growth if replay.beside else 1 + growth
        forecast = levels[at + 1] - packages[at]
        own[at:] = min((reached - packages[at]) / forecast, 1.0) if forecast > 0 else 1.0
    before = plan.basis.history.value("land_revenue", plan.base_year)
    if before > 0 and lines["land_revenue"][0] > 0 and np.isfinite(replay.land):
        land[:] = min(before * (1 + replay.land) / lines["land_revenue"][0], 1.0)
    return replace(Drivers.unchanged(len(plan.years)), own_revenue=own, land=land)


def _widest(stresses: Sequence[Stress]) -> list[Stress]:
    """Of the single shocks that move the same, the largest."""
    singles = {}
    for each in stresses:
        if each.kind == "single":
            singles[each.moves] = each  # Smaller ones are listed before larger ones
    return list(singles.values())


def _mirrored(drivers: Drivers) -> Drivers:
    """The same shock the other way: as far above the plan as it was below."""
    return Drivers(**{name: 2 * DRIVERS_BY_ID[name].neutral - getattr(drivers, name) for name in DRIVERS})


def _run(plan: Plan, futures: Sequence[Drivers]) -> dict[str, np.ndarray]:
    """Compute all futures as one array, (future, year) a line; NaN where the plan does not know a line."""
    count = len(plan.years)
    stacked = {
        name: np.stack([np.broadcast_to(getattr(one, name), count) for one in futures])
        for name in DRIVERS
        if any(name in one.moved() for one in futures)
    }
    lines, _ = compute(plan.basis, Drivers(**stacked))
    unknown = {name for name in STRESSED if name in plan.unavailable}
    return {
        name: np.full((len(futures), count), np.nan)
        if name in unknown
        else np.broadcast_to(lines[name], (len(futures), count))
        for name in (*STRESSED, "own_revenue")
    }
