"""Scenarios of one place side by side: what they assume differently, what follows; as data and as tables on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fiscal_model.analysis.risk.stress import HEADS, KINDS, StressTest
from fiscal_model.inputs.find import scenario_of
from fiscal_model.inputs.scenario import kind_of_assumption
from fiscal_model.law.rules import rules
from fiscal_model.model.from_folder import read_checked
from fiscal_model.model.projection import KEY_LINES, Plan, project_all
from fiscal_model.report.text_table import text_table
from fiscal_model.words.errors import Fault, ScenarioError
from fiscal_model.words.lines import LINES
from fiscal_model.words.markup import kind_of
from fiscal_model.words.table import printed

COMPARED = (*KEY_LINES, "fund_gap")


def compare_scenarios(
    place: str | Path, scenarios: Sequence[str], *, years: int = 5, scope: str = ""
) -> tuple[Plan, ...]:
    """Plan a place under several scenarios, a single one beside the baseline.

    Raises
    ------
    ScenarioError
        Two of them carry the same id.
    """
    found = read_checked(place, scope)
    chosen = [
        scenario_of(each, found.folder) for each in (scenarios if len(scenarios) > 1 else ("baseline", *scenarios))
    ]
    ids = [each.id for each in chosen]
    twice = [
        Fault(each.file, f"情景的 id“{each.id}”写了两次", "请换一个 id，或少写一个")
        for each in chosen
        if ids.count(each.id) > 1
    ]
    if twice:
        raise ScenarioError(twice)
    return project_all(found, chosen, years=years)


def compared(plans: Sequence[Plan]) -> dict[str, Any]:
    """Return what differs in assumptions and what the key lines come to, by scenario and year; None where nothing is known.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> place = fm.read_place("data/places/gangu")
    >>> found = compared([fm.project(place, name) for name in ("baseline", "land_slump")])
    >>> [each["name"] for each in found["assumptions"]], found["lines"]["funding_gap"]["land_slump"]["2026"]
    (['land_revenue_growth'], 0.0)
    """
    scenarios = [plan.basis.scenario for plan in plans]
    by_year = lambda plan, values: dict(zip(map(str, plan.years), map(_known, values), strict=True))  # noqa: E731
    return {
        "years": list(plans[0].years),
        "scenarios": [{"id": each.id, "name": each.name, "description": each.description} for each in scenarios],
        "assumptions": [
            {
                "name": name,
                "label": rules("assumptions")[name]["label"],
                "values": {plan.basis.scenario.id: by_year(plan, plan.basis.assumed.path(name)) for plan in plans},
            }
            for name in plans[0].basis.assumed.entries
            if len({tuple(plan.basis.assumed.path(name)) for plan in plans}) > 1
        ],
        "choices": {each.id: [*each.history.said(), *each.balance.said()] for each in scenarios},
        "lines": {
            line: {plan.basis.scenario.id: by_year(plan, plan.line(line)) for plan in plans} for line in COMPARED
        },
    }


def comparison_text(plans: Sequence[Plan]) -> str:
    """Say the same in two tables, the first scenario first."""
    found = compared(plans)
    names = {each["id"]: each["name"] for each in found["scenarios"]}
    years = [f"{year}年" for year in found["years"]]
    assumed = [
        (each["label"] if place == 0 else "", names[which], *_cells(values, kind_of_assumption(each["name"])))
        for each in found["assumptions"]
        for place, (which, values) in enumerate(each["values"].items())
    ]
    lines = [
        (LINES[line].label if place == 0 else "", names[which], *_cells(values, kind_of(line)))
        for line, of in found["lines"].items()
        for place, (which, values) in enumerate(of.items())
    ]
    said = [f"{names[which]}：{'；'.join(choices)}" for which, choices in found["choices"].items() if choices]
    title = f"{plans[0].basis.place.title}{years[0][:-1]}—{years[-1]}"
    parts = [text_table(f"一、{title}各情景不同的假设", ("假设", "情景", *years), assumed, left=2)] if assumed else []
    parts = parts or ["一、各情景的假设没有不同。"]
    return "\n".join([*parts, *said, text_table("二、主要指标（万元）", ("指标", "情景", *years), lines, left=2)])


def stress_text(found: StressTest) -> str:
    """Say what a stress test found as a table on the screen; below it what each moves and when it first breaches."""
    summary = found.summary()
    shown = {name: head for name, head in HEADS.items() if name != "breaches"}
    rows = [
        (row["name"], *(printed(row[name], KINDS.get(name, "money")) for name in shown))
        for _, row in summary.iterrows()
    ]
    notes = "\n".join(
        f"{row['name']}：{row['description']}首次突破：{row['breaches']}。" for _, row in summary.iterrows()
    )
    title = f"{found.sheet.table.title}（万元）"
    return f"{text_table(title, ('压力', *shown.values()), rows)}\n{notes}"


def _cells(values: dict[str, float | None], kind: Any) -> list[str]:
    return ["—" if value is None else printed(value, kind) for value in values.values()]


def _known(value: float) -> float | None:
    return round(float(value), 6) + 0.0 if np.isfinite(value) else None
