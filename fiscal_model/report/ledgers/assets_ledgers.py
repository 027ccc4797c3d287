"""Task 11: assets by use, and what their sale brings."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.blocks.ledgers.assets_effects import sale_income
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.words.asset_terms import AssetState


@ledger(
    "51-1", "unit_assets", "行政事业资产台账：使用和闲置", "unit_assets",
    ["unit_name", "kind", "state", "book_value", "market_value", "income", Column("使用率", "rate", "ratio"),
     Column("闲置天数", "idle_days", "count")],
    label="name", totals=("book_value", "market_value", "income"), at_stake="book_value",
    said="{total}件资产中{count}件闲置或低效，账面价值{at_stake}万元：{names}。",
    fine="{total}件资产没有闲置超过期限或使用率过低的。",
    notes=lambda plan, found: (rule_note("ledger_assets", "idle_days", "least_use"),),
)  # fmt: skip
def unit_assets(plan: Plan) -> pd.DataFrame:
    """Assets with their use rate and idle days at the end of the base year."""
    rows, rule = plan.basis.place.rows("unit_assets"), rules("ledger_assets")
    end = dt.date(plan.base_year, 12, 31)
    idle = np.array([(end - day).days if isinstance(day, dt.date) else np.nan for day in rows["idle_since"]])
    capacity = rows["capacity"].to_numpy(dtype=float)
    rate = np.divide(rows["used"].to_numpy(dtype=float), capacity, out=np.full(len(rows), np.nan), where=capacity > 0)
    longest, least = rule["idle_days"]["value"], rule["least_use"]["value"]
    low = (rate < least) & (rows["state"] != AssetState.SCRAP).to_numpy()
    doubt = np.select(
        [idle > longest, low],
        ["闲置超过期限，调剂、共用或处置", "使用率低，纳入共享"], "",
    )  # fmt: skip
    return rows.assign(rate=rate, idle_days=idle, doubt=doubt)


@ledger(
    "51-2", "asset_disposals", "资产处置计划和收入", "asset_disposals",
    ["sold_on", "reserve_price", "price", "cost", Column("净收入", "net", "number"), "adopted"],
    label="name", totals=("reserve_price", "price", "cost", "net"), at_stake="net",
    said="{count}件还没有决定，净收入{at_stake}万元没有计入规划：{names}。",
    fine="{total}件都已决定，净收入按处置年度计入规划（10307 国有资源（资产）有偿使用收入）。",
)  # fmt: skip
def asset_disposals(plan: Plan) -> pd.DataFrame:
    """Sales with what they bring."""
    place = plan.basis.place
    rows = place.rows("asset_disposals")
    names = place.rows("unit_assets").set_index("asset_code")["name"]
    doubt = np.where(rows["adopted"] == "yes", "", "未决定，不计入规划")
    return rows.assign(
        name=rows["asset_code"].map(names), net=sale_income(place, rows)["amount"].to_numpy(), doubt=doubt
    )
