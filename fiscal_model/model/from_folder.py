"""The short road: from a place's folder, by path or name, to its plan."""

from __future__ import annotations

from pathlib import Path

from fiscal_model.blocks.checks.all_checks import Check, faults_of, run_checks
from fiscal_model.inputs.find import place_at
from fiscal_model.inputs.place import Place, read_place
from fiscal_model.inputs.scenario import Scenario
from fiscal_model.model.projection import Plan, project
from fiscal_model.words.errors import InputError


def plan(
    place: str | Path | Place,
    scenario: Scenario | str | Path = "baseline",
    *,
    base_year: int | None = None,
    years: int = 5,
    scope: str = "",
    measures: bool = True,
) -> Plan:
    """Read a place, check it and project it under a scenario.

    Parameters
    ----------
    place : str, Path or Place
        A folder, or its name under ``data/places``.
    scenario : Scenario, str or Path
        Also the name of a shipped scenario, of a saved one or of one in the place's ``scenarios`` folder.
    base_year, years, measures
        See `project`.
    scope : str
        ``whole`` or ``own_level``; what ``place.toml`` says by default.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        The tables are at fault, contradict each other, or cannot carry a plan.
    ScenarioError
        There is no such scenario, or it is at fault.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.plan("data/places/gangu", "land_slump")
    <Plan 甘谷县2025—2029年财政规划（土地下滑情景）>
    >>> fm.plan("gangu", years=3).years
    (2025, 2026, 2027)
    """
    found = place if isinstance(place, Place) else read_checked(place, scope)
    return project(found, scenario, base_year=base_year, years=years, measures=measures)


def read_checked(folder: str | Path, scope: str = "") -> Place:
    """Read a place and refuse one whose tables are at fault or whose figures contradict each other (`InputError`)."""
    place = read_place(place_at(folder), scope)
    checked(place)
    return place


def checked(place: Place) -> tuple[Check, ...]:
    """Return how the checks of a place came out, none of them a fault (`InputError`)."""
    checks = run_checks(place)
    if faults := faults_of(place, checks):
        raise InputError(faults)
    return checks
