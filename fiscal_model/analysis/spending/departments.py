"""Ceilings of departments: people, running costs, other requests and projects of the units they answer for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.spending.parts import PROJECT_LINES, spending_parts
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.model.projection import Plan

COLUMNS = ("department", "pay", "operations", "requests", "projects")


def department_ceilings(plan: Plan) -> dict[str, dict[str, np.ndarray]] | None:
    """Return what each department may spend of the general budget by year, (year,), 万元. None without departments.

    By department and then by kind: ``pay`` (the units' heads at their group's mean), ``operations`` (quotas), ``requests``
    (other money asked for, after pooling), ``projects`` (signed, and candidates as the balance leaves them). What no
    register gives to a department is in none.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = department_ceilings(fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline")))
    >>> list(found["县教育局"])
    ['pay', 'operations', 'requests', 'projects']
    """
    place, staff = plan.basis.place, plan.basis.guarantees.staff
    units, pooled = place.rows("units"), plan.basis.balance.commitments.project_money.pooled
    owner = {str(unit): str(name) for table in ("units", "unit_funds") for name, unit in _owners(place.rows(table))}
    if not owner:
        return None
    found = {name: {kind: np.zeros(len(plan.years)) for kind in COLUMNS[1:]} for name in dict.fromkeys(owner.values())}
    if staff is not None and staff.units is not None:
        heads = staff.units.table["heads"].to_numpy(dtype=float).reshape(len(plan.years) + 1, len(units))[1:]
        mean = divided(staff.salaries, staff.heads.serving)[1:]
        for at, unit in enumerate(units.to_dict("records")):
            found[str(unit["department"])]["pay"] += heads[:, at] * mean[:, staff.groups.index(unit["group"])]
        for at, name in enumerate(staff.units.departments):
            found[name]["operations"] += staff.units.by_department[1:, at]
    if pooled is not None:
        for at, unit in enumerate(pooled.units):
            found[owner[unit]]["requests"] += pooled.path.county[:, at]
    unit_of = place.rows("projects").set_index("project_code")["unit_name"].to_dict()
    for part in spending_parts(plan):
        if part.line in PROJECT_LINES and unit_of.get(part.key) in owner:
            found[owner[unit_of[part.key]]]["projects"] += part.path
    return found


def _owners(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["department"], rows["unit_name"], strict=True))
