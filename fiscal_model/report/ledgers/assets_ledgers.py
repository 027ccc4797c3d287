"""Task 11: assets by use, what their sale brings, who needs what another has, how to revive them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.ledgers.assets_effects import sale_income
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import NO_OPINION, UNDECIDED, ledger, rule_note
from fiscal_model.words.asset_terms import AssetState
from fiscal_model.words.ledger_terms import YesNo

_SPARE = (AssetState.IDLE, AssetState.USED, AssetState.SHARED)
"""States in which what is not used can be lent; what is leased or to be scrapped cannot."""


@ledger(
    "51-1", "unit_assets", "行政事业资产台账：使用和闲置", "unit_assets",
    ["unit_name", "kind", "state", "book_value", "market_value", "income", Column("使用率", "rate", "ratio"),
     Column("闲置天数", "idle_days", "count")],
    label="name", totals=("book_value", "market_value", "income"), at_stake="book_value",
    said="{total}件资产中{count}件闲置、低效或待报废没有计划，账面价值{at_stake}万元：{names}。",
    fine="{total}件资产没有闲置超过期限、使用率过低或待报废没有计划的。",
    notes=lambda plan, found: (rule_note("ledger_assets", "idle_days", "least_use"),),
)  # fmt: skip
def unit_assets(plan: Plan) -> pd.DataFrame:
    """Assets with their use rate and idle days at the end of the base year."""
    rows, rule = plan.basis.place.rows("unit_assets"), rules("ledger_assets")
    end = dt.date(plan.base_year, 12, 31)
    idle = np.array([(end - day).days if isinstance(day, dt.date) else np.nan for day in rows["idle_since"]])
    idle = np.where(idle < 0, np.nan, idle)  # idle only after the base year
    rate = _use_rate(rows)
    unplanned = (rows["state"] == AssetState.SCRAP) & ~rows["asset_code"].isin(
        plan.basis.place.rows("asset_disposals")["asset_code"]
    )
    longest, least = rule["idle_days"]["value"], rule["least_use"]["value"]
    low = (rate < least) & (rows["state"] != AssetState.SCRAP).to_numpy()
    doubt = np.select(
        [idle > longest, low, unplanned],
        ["闲置超过期限，调剂、共用或处置", "使用率低，纳入共享", "待报废没有处置计划，列入处置"], "",
    )  # fmt: skip
    return rows.assign(rate=rate, idle_days=idle, doubt=doubt)


def _use_rate(rows: pd.DataFrame) -> np.ndarray:
    return divided(rows["used"].to_numpy(dtype=float), rows["capacity"].to_numpy(dtype=float), np.nan)


@ledger(
    "51-2", "asset_disposals", "资产处置计划和收入", "asset_disposals",
    ["method", "sold_on", Column("评估价", "market_value", "number"), "reserve_price", "price", "cost",
     Column("净收入", "net", "number"), "adopted"],
    label="name", totals=("reserve_price", "price", "cost", "net"), at_stake="net",
    said="{total}件中{count}件没有决定或者不合处置规则，净收入{at_stake}万元：{names}。",
    fine="{total}件都已决定、公开处置，净收入按处置年度计入规划（10307 国有资源（资产）有偿使用收入）。",
    notes=lambda plan, found: (_by_year(found), rule_note("ledger_assets", "open_sale", "least_of_appraisal")),
)  # fmt: skip
def asset_disposals(plan: Plan) -> pd.DataFrame:
    """Sales with what they bring, whether they are open to all and start from the appraisal."""
    place, rule = plan.basis.place, rules("ledger_assets")
    rows = place.rows("asset_disposals")
    assets = place.rows("unit_assets").set_index("asset_code").loc[rows["asset_code"]]
    appraised = assets["market_value"].to_numpy(dtype=float)
    hidden = [each.label not in rule["open_sale"]["value"] for each in rows["method"]]
    cheap = rows["reserve_price"].to_numpy(dtype=float) < rule["least_of_appraisal"]["value"] * appraised
    doubt = np.select(
        [hidden, cheap, rows["adopted"] == YesNo.NO],
        ["不是公开处置，改为网上竞价", "底价低于评估价过多，先报批", UNDECIDED], "",
    )  # fmt: skip
    return rows.assign(
        name=assets["name"].to_numpy(), market_value=appraised, net=sale_income(place, rows)["amount"].to_numpy(), doubt=doubt
    )  # fmt: skip


def _by_year(found: pd.DataFrame) -> str:
    """Say what sales bring in each year."""
    by = found.groupby([day.year for day in found["sold_on"]])["net"].sum()
    return "净收入按处置年度：" + "、".join(f"{year}年{net:,.2f}万元" for year, net in by.items()) + "，入 10307。"


@ledger(
    "51-3", "asset_market", "资产超市：需求和可调剂资产的撮合", "asset_requests",
    ["department", "kind", "measure", "needed", "amount", Column("可调剂资产", "found", "text"), Column("占有单位", "holder", "text"),
     Column("富余量", "spare", "exact"), Column("少购置", "avoided", "number")],
    label="name", totals=("amount", "avoided"), at_stake="avoided",
    said="{total}项需求中{count}项可以调剂解决，少购置{at_stake}万元：{names}。",
    fine="{total}项需求都没有可以调剂的资产。",
    notes=("按类别和计量单位相同、富余量够用、部门不同撮合，一件资产只给一项需求，使少购置的金额最大；已决定处置的不参加撮合。",),
)  # fmt: skip
def asset_market(plan: Plan) -> pd.DataFrame:
    """Requests with the asset that serves each, chosen so that most purchase is avoided, then least capacity lies fallow."""
    place = plan.basis.place
    asked, held = place.rows("asset_requests"), place.rows("unit_assets")
    sales = place.rows("asset_disposals").set_index("asset_code")["adopted"]
    sold = held["asset_code"].map(sales)
    held, sold = (each[held["state"].isin(_SPARE) & (sold != YesNo.YES)] for each in (held, sold))
    spare = (held["capacity"] - held["used"]).to_numpy(dtype=float)
    need, price = (asked[name].to_numpy(dtype=float)[:, None] for name in ("needed", "amount"))
    fits = spare >= need
    for column in ("kind", "measure"):
        fits &= asked[column].to_numpy()[:, None] == held[column].to_numpy()
    own = [unit.startswith(department) for department in asked["department"] for unit in held["unit_name"]]
    fits &= ~np.array(own, dtype=bool).reshape(fits.shape)
    surplus = (spare - need) / (1 + spare.sum())  # only breaks ties
    row, at = linear_sum_assignment(np.where(fits, price - 1e-3 * surplus, 0.0), maximize=True)
    served = np.full(len(asked), -1)
    served[row] = np.where(fits[row, at], at, -1)
    names, holders = ([*held[column], NO_OPINION] for column in ("name", "unit_name"))  # the last stands for none
    matched = served >= 0
    for_sale = np.append((sold == YesNo.NO).to_numpy(), False)[served]
    doubt = np.select([for_sale, matched], ["有资产可调剂，不新购，暂缓处置该资产", "有资产可调剂，不新购"], "")
    return asked.assign(
        found=[names[each] for each in served], holder=[holders[each] for each in served], spare=np.append(spare, np.nan)[served],
        avoided=np.where(matched, price[:, 0], 0.0), doubt=doubt,
    )  # fmt: skip


@ledger(
    "51-6", "asset_use_rates", "各类资产使用率", "unit_assets",
    [Column("件数", "count", "count"), "book_value", Column("平均使用率", "rate", "ratio"), Column("下限", "least", "ratio"),
     Column("闲置账面价值", "idle_value", "number"), "income"],
    label="kind_label", stub="类别", totals=("count", "book_value", "idle_value", "income"), at_stake="idle_value",
    said="{count}类资产平均使用率低于下限，其中闲置账面价值{at_stake}万元：{names}。",
    fine="{total}类资产的平均使用率都不低于下限。",
    notes=lambda plan, found: ("平均使用率按账面价值加权，不含待报废。", rule_note("ledger_assets", "least_use_of")),
)  # fmt: skip
def asset_use_rates(plan: Plan) -> pd.DataFrame:
    """Use rate by kind, weighted by book value; what is to be scrapped is left out."""
    rows = plan.basis.place.rows("unit_assets")
    rows = rows[rows["state"] != AssetState.SCRAP]
    rows = rows.assign(
        kind_label=[each.label for each in rows["kind"]], idle_value=rows["book_value"] * (rows["state"] == AssetState.IDLE),
        weighed=_use_rate(rows) * rows["book_value"], income=rows["income"].astype(float).fillna(0.0),
    )  # fmt: skip
    found = (
        rows.groupby("kind_label", sort=False)[["book_value", "idle_value", "weighed", "income"]].sum().reset_index()
    )
    least = rules("ledger_assets")["least_use_of"]["value"]
    found = found.assign(count=rows.groupby("kind_label", sort=False).size().to_numpy(),
                         rate=found["weighed"] / found["book_value"], least=found["kind_label"].map(least))  # fmt: skip
    return found.assign(doubt=np.where(found["rate"] < found["least"], "使用率低，控制新增、调剂共享", ""))


@ledger(
    "51-7", "asset_options", "资产盘活方案比较", "asset_options",
    ["option", "one_off", "yearly_income", "years", "cost", Column("现值", "present_value", "number"),
     Column("现值最大的方式", "best", "text"), "chosen"],
    label="name", stub="资产", at_stake="lost",
    said="{total}个方案中{count}个要改，改用现值最大的方式多得{at_stake}万元：{names}。",
    fine="{total}个方案中拟采用的都是现值最大的方式。",
    notes=lambda plan, found: (rule_note("ledger_assets", "present_value_rate"), "出售的决定后登记到资产处置计划，由那里计入规划。",
                               "收益年数到期以后资产还在县里，残值没有计入，出租的现值因此偏低；收益年数按还可以使用的年限填。"),
)  # fmt: skip
def asset_options(plan: Plan) -> pd.DataFrame:
    """Present value of each way: paid at once, plus the years' income discounted, less what is spent."""
    place, rate = plan.basis.place, rules("ledger_assets")["present_value_rate"]["value"]
    rows = place.rows("asset_options").reset_index(drop=True)
    years, yearly = rows["years"].to_numpy(dtype=float), rows["yearly_income"].to_numpy(dtype=float)
    value = (rows["one_off"] - rows["cost"]).to_numpy(dtype=float) + yearly * (1 - (1 + rate) ** -years) / rate
    rows = rows.assign(
        present_value=value, name=rows["asset_code"].map(place.rows("unit_assets").set_index("asset_code")["name"])
    )
    top = rows.loc[rows.groupby("asset_code")["present_value"].transform("idxmax")]
    best, most = [each.label for each in top["option"]], top["present_value"].to_numpy()
    chosen = (rows["chosen"] == YesNo.YES).to_numpy()
    doubt = np.select(
        [chosen & (value < 0), chosen & (value < most)],
        ["现值为负，不采用", [f"现值较低，改用{each}或说明理由" for each in best]], "",
    )  # fmt: skip
    return rows.assign(best=best, lost=np.where(doubt != "", most - value, 0.0), doubt=doubt)
