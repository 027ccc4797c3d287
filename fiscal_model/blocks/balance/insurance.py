"""Social insurance of a place, scheme by scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.budgets.stock_funds import project_insurance
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import ACTUAL


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
    base: Mapping[str, float]  # The base year's amounts by `InsuranceItem`, all schemes together, as far as published


def insurance_of(place: Place, base: int, assumed: Assumed) -> Insurance:
    """Project each social-insurance scheme from the best version of its base-year figures."""
    rows = place.rows("insurance")
    rows = rows[(rows["scope"] == place.scope) & (rows["year"] == base) & rows["status"].isin(ACTUAL)]
    rows = rows.sort_values("status", key=lambda column: column.map(ACTUAL.index), kind="stable")
    rows = rows.drop_duplicates(["scheme", "item"])
    table = rows.pivot(index="scheme", columns="item", values="amount") if len(rows) else rows
    base_sums = {str(item): float(amount) for item, amount in rows.groupby("item")["amount"].sum().items()}
    wanted = ["revenue", "expenditure", "balance_stock"]
    if not len(rows) or not set(wanted) <= set(table.columns):
        empty = np.zeros((len(assumed.years), 0))
        return Insurance((), empty, empty, empty, None, base_sums)
    whole = table.loc[list(dict.fromkeys(rows["scheme"]))].dropna(subset=wanted).astype(float)
    growths = (assumed.path(f"insurance_{side}_growth") for side in ("revenue", "expenditure"))
    revenue, expenditure, stock = project_insurance(*(whole[name].to_numpy() for name in wanted), *growths)
    subsidy = None
    if len(whole) and "subsidy" in whole.columns:
        subsidy = revenue * (whole["subsidy"] / whole["revenue"]).fillna(0.0).to_numpy()
    return Insurance(tuple(whole.index), revenue, expenditure, stock, subsidy, base_sums)
