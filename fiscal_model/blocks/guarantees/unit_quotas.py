"""Running costs unit by unit (定员定额): which quota a unit has in which year, and what its department comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.spending.dated_steps import Change, carried, month_in_force, steps_of
from fiscal_model.arithmetic.spending.quotas import operations_by_unit, rolled_up
from fiscal_model.inputs.place import Place


@dataclass(frozen=True)
class UnitOperations:
    """Running costs of the units, 万元; row 0 of the arrays is the base year."""

    departments: tuple[str, ...]
    by_department: np.ndarray  # (year + 1, department) float
    by_group: np.ndarray  # (year + 1, group) float: the same by the staff group of the unit
    in_units: np.ndarray  # (year + 1, group) float: heads of each staff group that stand in a unit
    # Columns ``department``, ``unit_name``, ``quota_class``, ``quota_band``, ``year``, ``heads``, ``quota`` (yuan),
    # ``fixed_sum``, ``need``
    table: pd.DataFrame


def unit_operations(
    place: Place,
    groups: Sequence[str],
    serving: np.ndarray,
    fiscal_share: np.ndarray,
    base_year: int,
    growth: np.ndarray,
) -> UnitOperations | None:
    """Work out the running costs of the units of a place. None without a table of units.

    ``groups``: staff groups.
    ``serving``: (year + 1, group) float, a unit's heads move like those of its group.
    ``fiscal_share``: (group,) float.
    ``growth``: (year,) float, of quotas and fixed sums; a dated quota takes the place of the grown one.
    """
    units = place.rows("units")
    if not len(units):
        return None
    member = np.array([list(groups).index(group) for group in units["group"]])
    heads = units["heads"].to_numpy(dtype=float) * _relative(serving)[:, member]
    quota = _quotas(units, place.rows("quotas"), base_year, growth)
    index = np.concatenate([[1.0], np.cumprod(1 + growth)])[:, None]
    fixed_sum = np.nan_to_num(units["fixed_sum"].to_numpy(dtype=float)) * index
    need = operations_by_unit(heads, quota, fixed_sum, fiscal_share[member])
    departments = tuple(dict.fromkeys(units["department"]))
    owner = np.array([departments.index(department) for department in units["department"]])
    years = range(base_year, base_year + len(serving))
    columns = ["department", "unit_name", "quota_class", "quota_band"]
    table = pd.concat(
        [
            units[columns].assign(
                year=year, heads=heads[row], quota=quota[row], fixed_sum=fixed_sum[row], need=need[row]
            )
            for row, year in enumerate(years)
        ],
        ignore_index=True,
    )
    return UnitOperations(
        departments,
        rolled_up(need, owner, len(departments)),
        rolled_up(need, member, len(groups)),
        rolled_up(heads, member, len(groups)),
        table,
    )


def _relative(serving: np.ndarray) -> np.ndarray:
    """Heads against the base year; a group that starts from nothing stays level."""
    return divided(serving, serving[:1], 1.0)


def _quotas(units: pd.DataFrame, quotas: pd.DataFrame, base_year: int, growth: np.ndarray) -> np.ndarray:
    """Yuan a head by year and unit, a quota that changes in the year weighted by months."""
    own = units["quota"].to_numpy(dtype=float)
    opening, changes = np.nan_to_num(own), []
    ordered = quotas.sort_values("valid_from")
    for _, rule in ordered.iterrows():
        same = (units["quota_class"] == rule["quota_class"]) & (units["quota_band"] == rule["quota_band"])
        touched = same.to_numpy() & np.isnan(own)
        year, month = month_in_force(rule["valid_from"], base_year)
        # The first quota known holds for the months before it, too: nothing says what went before.
        if (year, month) <= (0, 1) or not opening[touched].any():
            opening = np.where(touched, rule["quota"], opening)
        else:
            changes.append(Change(year, month, touched, 0.0, float(rule["quota"])))
    rise = np.broadcast_to((1 + growth)[:, None], (len(growth), len(units)))
    return carried(opening, rise, steps_of(changes, len(growth), len(units)))
