"""Social insurance of a place, scheme by scheme."""

from __future__ import annotations

import numpy as np

from fiscal_model.basis import Basis
from fiscal_model.budgets.stock_funds import project_insurance
from fiscal_model.vocabulary import ACTUAL


def insurance_schemes(basis: Basis) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]:
    """Project each social-insurance scheme.

    Returns
    -------
    schemes, revenue, expenditure, stock
        Names, then arrays of shape (year, scheme), 万元; only schemes with all three base-year figures.
    """
    rows = basis.place.rows("insurance")
    rows = rows[
        (rows["scope"] == basis.place.scope) & (rows["year"] == basis.base_year) & rows["status"].isin(ACTUAL)
    ]
    rows = rows.sort_values("status", key=lambda column: column.map(ACTUAL.index), kind="stable")
    rows = rows.drop_duplicates(["scheme", "item"])
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
