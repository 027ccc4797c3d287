"""What the asset ledgers change in the plan: sales and resource income that were decided are revenue of their year."""

from __future__ import annotations

import pandas as pd

from fiscal_model.blocks.ledgers.effects import Effect
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import MeasureKind

_YUAN = 1e4
"""Yuan in a 万元."""


def sale_income(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what sales bring by year: the price, before there is one the reserve price, less their cost."""
    holder = place.rows("unit_assets").set_index("asset_code")["unit_name"]
    net = rows["price"].astype(float).fillna(rows["reserve_price"].astype(float)) - rows["cost"].astype(float)
    return pd.DataFrame(
        {"year": [day.year for day in rows["sold_on"]], "amount": net.to_numpy(), "owner": rows["asset_code"].map(holder).to_numpy()}
    )  # fmt: skip


def resource_income(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the county's part of what resources bring by year and revenue code, at the usual price (yuan to 万元)."""
    amount = county_income(rows, "price")
    return pd.DataFrame({"year": rows["year"], "amount": amount, "target": rows["revenue_code"]})


def county_income(rows: pd.DataFrame, price: str) -> pd.Series:
    """Return quantity times price times the county's part, 万元."""
    cells = rows[["sold", price, "county_share"]].astype(float)
    return cells.prod(axis=1) / _YUAN


EFFECTS = (
    Effect("asset_disposals", "处置行政事业资产（资产处置计划）", MeasureKind.SELL, "10307", sale_income),
    Effect(
        "resource_income",
        "自然资源有偿使用（资源收益测算）",
        MeasureKind.RAISE,
        "10307",
        resource_income,
        owner="自然资源局",
    ),
)
