"""Shared fixtures: the shipped places, their plans (each fitted once), and a place of a few lines written on the spot."""

import csv
import shutil
from functools import cache
from pathlib import Path

import pytest

from fiscal_model.blocks.revenue.revenue_block import fit
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import SHIPPED, read_scenario
from fiscal_model.model.projection import project
from fiscal_model.registers.catalogue import TABLES

ROOT = Path(__file__).resolve().parents[1]
WITHOUT_BUDGET = {"approved_budget_weight": 0.0, "budget_opinion_weight": 0.0}
"""Changes of a scenario that leave the first plan year to the plan itself, whatever its budget says."""
QUICK = ("baseline", "pessimistic")
"""Scenarios that are tried where the slow tests are left out."""
PLACES = tuple(path.parent.name for path in sorted((ROOT / "data" / "places").glob("*/place.toml")))


def copy_place(name, target, *tables):
    """Copy a shipped place and return its folder; of its tables only totals and those named, all where none is.

    What is said of one table does not change with the hundred others of a whole place, which take their time to be read.
    """
    kept = {"place.toml", "totals.csv", *(f"{table}.csv" for table in tables)}
    return shutil.copytree(
        ROOT / "data" / "places" / name, target, ignore=lambda _, names: {*names} - kept if tables else ()
    )


def cell(file, line, column, value):
    """Return what writes one cell of a file of a folder; ``line`` as the spreadsheet shows it."""

    def spoil(folder):
        with (folder / file).open(encoding="utf-8-sig", newline="") as source:
            rows = list(csv.reader(source))
        rows[line - 1][rows[0].index(column)] = value
        with (folder / file).open("w", encoding="utf-8-sig", newline="") as target:
            csv.writer(target, lineterminator="\n").writerows(rows)

    return spoil


@cache
def _place(name):
    return read_place(ROOT / "data" / "places" / name)


@cache
def _history(name):
    return read_history(_place(name))


@cache
def _plan(name, scenario_id, base_year, years, changes):
    scenario = read_scenario(scenario_id).with_(**dict(changes))
    fitted = fit(_place(name), scenario, base_year, years, history=_history(name))
    return project(_place(name), scenario, fitted=fitted)


@pytest.fixture(scope="session")
def root():
    """Root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def place():
    """Read a shipped place by its folder name, once."""
    return _place


@pytest.fixture(scope="session")
def plan_of():
    """Project a shipped place: ``plan_of("gangu", "pessimistic", base_year=2023, years=3, pay_growth=0.1)``."""

    def plan(name, scenario="baseline", *, base_year=None, years=5, **changes):
        return _plan(name, scenario, base_year, years, tuple(sorted(changes.items())))

    return plan


@pytest.fixture(scope="session")
def lean_county(plan_of):
    """云水 with other spending a thousand lower in 2026 and five hundred in 2027: money is free for projects and proposals."""
    plan = plan_of("yunshui")
    lean = plan.basis.scenario.with_(other_spending_growth={2026: 0.01702, 2027: 0.0369, 2028: 0.03614})
    return project(plan.basis.place, lean)


@pytest.fixture(scope="session", params=PLACES)
def place_id(request):
    """Every shipped place, one after the other."""
    return request.param


@pytest.fixture(
    scope="session", params=[name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in SHIPPED]
)
def scenario_id(request):
    """Every shipped scenario, one after the other; two of them where the slow tests are left out."""
    return request.param


@pytest.fixture(scope="session")
def plan(plan_of, place_id, scenario_id):
    """The plan of every shipped place under every shipped scenario."""
    return plan_of(place_id, scenario_id)


@pytest.fixture(scope="session")
def plans(plan_of):
    """All plans of shipped places and scenarios: ``plans["gangu", "baseline"]``."""
    return {(name, scenario): plan_of(name, scenario) for name in PLACES for scenario in SHIPPED}


ENOUGH = {"own_revenue": {2022: 900, 2023: 950, 2024: 1000}, "expenditure": {2022: 9000, 2023: 9500, 2024: 10000}}
"""The least a plan can be made of, 万元."""


def write_tiny_place(folder, figures=None, tables=None, *, status="final_accounts", scale=1.0, toml=""):
    """Write a minimal place folder and return it.

    Parameters
    ----------
    folder : Path
        Made when missing; its name is the place's id.
    figures : dict of line to {year: amount}
        Rows of totals.csv in 万元, `ENOUGH` by default.
    tables : dict of table name to list of dict
        Further tables, one dict a row; ``scope``, ``unit``, ``status`` and ``source`` are filled in.
    status : str
        Status of the totals.
    scale : float
        Multiplies every amount of money.
    toml : str
        Further lines of place.toml.
    """
    folder.mkdir(parents=True, exist_ok=True)
    about = f'name = "小县"\nlevel = "county"\nprovince = "某省"\nscope = "whole"\ninvented = true\n{toml}\n'
    (folder / "place.toml").write_text(about, encoding="utf-8")
    totals = [
        {"line": line, "year": year, "amount": amount}
        for line, by_year in (ENOUGH if figures is None else figures).items()
        for year, amount in by_year.items()
    ]
    for name, rows in {"totals": totals, **(tables or {})}.items():
        filled = [_filled(TABLES[name], {"status": status, **row}, scale) for row in rows]
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, TABLES[name].columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(filled)
    return folder


def _filled(table, row, scale):
    usual = {"scope": "whole", "unit": "10k_yuan", "source": "测试"}
    row = {**{column: value for column, value in usual.items() if column in table.columns}, **row}
    money = set(table.money) | ({"amount"} if table.name == "macro" and row["unit"] == "10k_yuan" else set())
    return {
        column: repr(float(value) * scale) if column in money else value
        for column, value in row.items()
        if column in table.columns
    }


@pytest.fixture(scope="session")
def tiny_place():
    """Write a minimal place folder: ``tiny_place(tmp_path / "xian", {"own_revenue": {2024: 1000}, ...})``."""
    return write_tiny_place
