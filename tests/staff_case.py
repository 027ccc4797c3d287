"""A small place with staff tables, for cases worked by hand."""

import tomllib

import numpy as np
from conftest import ROOT, write_tiny_place

from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.guarantees.staffing import staff_need
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import assumptions_of, read_scenario

TABLES = ("staff", "staff_ages", "pay_items", "pay_events", "units", "quotas")
YEARS = (2026, 2027)
_STAFF = {
    "year": 2025, "serving_persons": 0, "retired_persons": 0, "entries": 0, "exits": 0, "pay_per_person": 0,
    "employer_rate": 0, "housing_rate": 0, "retiree_cost_per_person": 0, "operations_quota": 0, "fiscal_share": 1,
}  # fmt: skip


def cases(name):
    """Read the cases of a file of tests/cases; each says how it is worked."""
    found = tomllib.loads((ROOT / "tests" / "cases" / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    assert all(case["working"].strip() for case in found)
    return found


def write_staff(folder, tables):
    """Write a place with staff tables; posts that a staff row does not give are all filled, other columns zero."""
    usual = {"staff": _STAFF, "units": {"year": 2025}}
    rows = {
        name: [{**usual.get(name, {}), **_posts(name, row), **row} for row in given] for name, given in tables.items()
    }
    return write_tiny_place(folder, tables=rows)


def _posts(name, row):
    return {"posts": row.get("serving_persons", 0)} if name == "staff" else {}


def need_of(folder, tables, **changes):
    """Work out the need of a place with these tables from the base year 2025 on."""
    return need_of_place(read_place(write_staff(folder, tables)), **changes)


def need_of_place(place, years=YEARS, **changes):
    """Work out the need of a place that was read; pay and running costs level unless changed."""
    scenario = read_scenario("baseline").with_(**{"pay_growth": 0.0, "operations_growth": 0.0, **changes})
    assumed = Assumed(years, assumptions_of(place.assumptions, scenario, "place.toml"))
    return staff_need(place, 2025, years, assumed)


def check_case(folder, case):
    """Hold a case against what it must come to."""
    changes = {name: case[name] for name in ("pay_growth", "operations_growth") if name in case}
    need = need_of(folder, {name: case[name] for name in TABLES if name in case}, **changes)
    found = {
        "salaries": need.salaries.sum(axis=1),
        "operations": need.operations.sum(axis=1),
        "retirements": need.heads.retirements.sum(axis=1),
    }
    for name, amounts in found.items():
        if name in case:
            np.testing.assert_allclose(amounts, case[name], rtol=0, atol=1e-9, err_msg=f"{case['name']}: {name}")
    for department, amounts in case.get("departments", {}).items():
        position = need.units.departments.index(department)
        np.testing.assert_allclose(need.units.by_department[:, position], amounts)
    return need
