"""Social insurance of a place, scheme by scheme."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.stock_funds import project_insurance
from fiscal_model.model.basis import Basis
from fiscal_model.words.vocabulary import ACTUAL


def insurance_schemes(basis: Basis) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]:
    """Project each social-insurance scheme.

    Returns
    -------
    schemes, revenue, expenditure, stock
        Names, then arrays of shape (year, scheme), 万元; only schemes with all three base-year figures.
    """
    rows = _base_rows(basis)
    table = rows.pivot(index="scheme", columns="item", values="amount") if len(rows) else rows
    wanted = ["revenue", "expenditure", "balance_stock"]
    if not len(rows) or not set(wanted) <= set(table.columns):
        empty = np.zeros((len(basis.years), 0))
        return (), empty, empty, empty
    table = table.loc[list(dict.fromkeys(rows["scheme"])), wanted].dropna().astype(float)
    revenue, expenditure, stock = (table[name].to_numpy() for name in wanted)
    paths = project_insurance(
        revenue,
        expenditure,
        stock,
        basis.assumed.path("insurance_revenue_growth"),
        basis.assumed.path("insurance_expenditure_growth"),
    )
    return tuple(table.index), *paths


def _base_rows(basis: Basis) -> pd.DataFrame:
    """Base-year figures by scheme and item, the best version of each."""
    rows = basis.place.rows("insurance")
    rows = rows[(rows["scope"] == basis.place.scope) & (rows["year"] == basis.base_year) & rows["status"].isin(ACTUAL)]
    rows = rows.sort_values("status", key=lambda column: column.map(ACTUAL.index), kind="stable")
    return rows.drop_duplicates(["scheme", "item"])


def insurance_subsidy(basis: Basis) -> np.ndarray | None:
    """Return the general budget's subsidy to each scheme of `insurance_schemes`, (year, scheme), 万元.

    Returns
    -------
    array or None
        The base year's share of the subsidy in a scheme's revenue goes on; a scheme that published no subsidy has none.
        None where no scheme published one.
    """
    schemes, revenue, _, _ = insurance_schemes(basis)
    rows = _base_rows(basis)
    table = rows.pivot(index="scheme", columns="item", values="amount") if len(rows) else rows
    if not schemes or "subsidy" not in table.columns:
        return None
    table = table.loc[list(schemes)].astype(float)
    share = (table["subsidy"] / table["revenue"]).fillna(0.0).to_numpy()
    return revenue * share
