"""Social insurance of a place, scheme by scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.stock_funds import project_insurance
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import ACTUAL, BUDGETED, Status


@dataclass(frozen=True)
class Insurance:
    """Schemes with all three base-year figures; arrays of shape (year, scheme), 万元."""

    schemes: tuple[str, ...]
    revenue: np.ndarray
    expenditure: np.ndarray
    stock: np.ndarray
    # The general budget's: the base year's share of the subsidy in a scheme's revenue goes on; a scheme that published
    # no subsidy has none. None where no scheme published one.
    subsidy: np.ndarray | None
    # observed, budgeted: by `InsuranceItem` what was booked and what was budgeted, frames of year by scheme, as published
    observed: Mapping[str, pd.DataFrame]
    budgeted: Mapping[str, pd.DataFrame]

    def totals(self, item: str, base: int, budgeted: bool = False) -> dict[int, float]:
        """Years in which every scheme of the base year published the item, with the schemes' sum, 万元."""
        if item not in self.observed or base not in self.observed[item].index:
            return {}
        schemes = self.observed[item].loc[base].dropna().index
        figures = (self.budgeted if budgeted else self.observed).get(item)
        if figures is None:
            return {}
        whole = figures.reindex(columns=schemes).dropna()
        return {int(str(year)): float(amount) for year, amount in whole.sum(axis=1).items()}


def insurance_of(place: Place, base: int, assumed: Assumed) -> Insurance:
    """Project each social-insurance scheme from the best version of its base-year figures."""
    observed, budgeted = _figures(place, ACTUAL), _figures(place, BUDGETED)
    table = pd.DataFrame(
        {item: frame.loc[base] for item, frame in observed.items() if base in frame.index}, dtype=float
    )
    wanted = ["revenue", "expenditure", "balance_stock"]
    if not set(wanted) <= set(table.columns):
        empty = np.zeros((len(assumed.years), 0))
        return Insurance((), empty, empty, empty, None, observed, budgeted)
    whole = table.dropna(subset=wanted)
    growths = (assumed.path(f"insurance_{side}_growth") for side in ("revenue", "expenditure"))
    revenue, expenditure, stock = project_insurance(*(whole[name].to_numpy() for name in wanted), *growths)
    subsidy = None
    if len(whole) and "subsidy" in whole.columns:
        subsidy = revenue * (whole["subsidy"] / whole["revenue"]).fillna(0.0).to_numpy()
    return Insurance(tuple(whole.index), revenue, expenditure, stock, subsidy, observed, budgeted)


def _figures(place: Place, statuses: Sequence[Status]) -> dict[str, pd.DataFrame]:
    """The best version of every published figure by item: year by scheme, schemes in the order of the table."""
    rows = place.rows("insurance")
    rows = rows[(rows["scope"] == place.scope) & rows["status"].isin(statuses)]
    schemes = list(dict.fromkeys(rows["scheme"]))
    rows = rows.sort_values("status", key=lambda column: column.map(statuses.index), kind="stable")
    rows = rows.drop_duplicates(["scheme", "item", "year"])
    found = {
        str(item): part.pivot(index="year", columns="scheme", values="amount").reindex(columns=schemes).astype(float)
        for item, part in rows.groupby("item")
    }
    if {"revenue", "expenditure"} <= set(found):
        found["balance"] = found["revenue"] - found["expenditure"]  # published ones are rounded by themselves
    return found
