"""Grants for inclusive finance that no row of `transfers` holds: income with a use once they are decided."""

from __future__ import annotations

import pandas as pd

from fiscal_model.inputs.place import Place
from fiscal_model.words.ledger_terms import YesNo


def unlisted_grants(place: Place, years: tuple[int, ...]) -> pd.DataFrame:
    """Return decided grants by code and plan year, 万元, but those whose code stands in `transfers`: the plan has them already."""
    rows = place.rows("inclusive_grants")
    known = set(place.rows("transfers")["code"])
    decided = rows[(rows["adopted"] == YesNo.YES) & ~rows["code"].isin(known) & rows["year"].isin(years)]
    return decided.pivot_table("amount", "code", "year", "sum", fill_value=0.0).reindex(
        columns=list(years), fill_value=0.0
    )
