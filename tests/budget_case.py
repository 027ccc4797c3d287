"""A place without the budget it published for a year: what the plan says by itself."""

from dataclasses import replace

from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import BUDGETED


def without_budget(place: Place, year: int) -> Place:
    """Return the place without every row that a budget of the year gave."""
    kept = {
        name: rows[~((rows["year"] == year) & rows["status"].isin(BUDGETED))]
        if {"year", "status"} <= set(rows.columns)
        else rows
        for name, rows in place.tables.items()
    }
    return replace(place, tables=kept)
