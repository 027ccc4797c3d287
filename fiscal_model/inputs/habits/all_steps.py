"""From a sheet as planners type it to a header with rows, in small steps, each of which says what it did."""

from __future__ import annotations

from fiscal_model.inputs.habits.foot_rows import set_aside_foot
from fiscal_model.inputs.habits.grid import Grid
from fiscal_model.inputs.habits.header_row import find_header
from fiscal_model.inputs.habits.merged_cells import fill_merged
from fiscal_model.inputs.habits.years_across import years_down
from fiscal_model.registers.raw_rows import RawTable
from fiscal_model.registers.schema import Table

STEPS = (find_header, fill_merged, set_aside_foot, years_down)


def as_table(grid: Grid, table: Table, shown: str) -> tuple[RawTable, Grid]:
    """Return the header and rows of a sheet, and the sheet after all steps: what was skipped, said and refused."""
    for step in STEPS:
        grid = step(grid, table, shown)
    raw = RawTable(grid.titles, grid.rows, grid.header or 1, grid.letters, grid.facts, grid.value_titles)
    return raw, grid
