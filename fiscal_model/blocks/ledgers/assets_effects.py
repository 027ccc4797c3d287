"""What the asset ledgers change in the plan: sales that were decided are non-tax revenue of their year."""

from __future__ import annotations

import pandas as pd

from fiscal_model.blocks.ledgers.effects import Effect
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import MeasureKind


def sale_income(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what sales bring by year: the price, before there is one the reserve price, less their cost."""
    holder = place.rows("unit_assets").set_index("asset_code")["unit_name"]
    net = rows["price"].astype(float).fillna(rows["reserve_price"].astype(float)) - rows["cost"].astype(float)
    return pd.DataFrame(
        {"year": [day.year for day in rows["sold_on"]], "amount": net.to_numpy(), "owner": rows["asset_code"].map(holder).to_numpy()}
    )  # fmt: skip


EFFECTS = (Effect("asset_disposals", "处置行政事业资产（资产处置计划）", MeasureKind.SELL, "10307", sale_income),)
