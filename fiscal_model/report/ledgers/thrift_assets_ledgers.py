"""Task 7, assets: new ones against the stock, offices, information platforms, buildings and repairs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.law.rules import rule_table, rules
from fiscal_model.model.projection import Plan
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import given, ledger, rule_note
from fiscal_model.report.ledgers.thrift_ledgers import RULE
from fiscal_model.words.asset_terms import AssetState
from fiscal_model.words.thrift_terms import BuildingWork


@ledger(
    "47-7", "asset_requests", "新增资产配置：先调剂后购置", "asset_requests",
    ["department", "kind", "year", "needed", Column("可调剂资产", "shared", "text"), Column("可调剂量", "free", "exact"),
     Column("缺口", "gap", "exact"), "amount", Column("可以节约", "saving", "number")],
    label="name", totals=("amount", "saving"), at_stake="saving",
    said="{total}项申请中{count}项可以先调剂共用，可以节约{at_stake}万元：{names}。",
    fine="{total}项申请都没有可以调剂的存量，可以配置。",
    notes=("可调剂量＝资产台账的可用量－使用量，同一资产先登记的申请先用，后面的只用剩下的；没有写可调剂资产的，只提示有没有同类闲置资产，不计节约。",),
)  # fmt: skip
def asset_requests(plan: Plan) -> pd.DataFrame:
    """What is asked for against what the asset named has to spare after earlier requests; else whether any of its kind stands idle."""
    place = plan.basis.place
    rows, stock = place.rows("asset_requests"), place.rows("unit_assets").set_index("asset_code")
    idle = set(stock.loc[stock["state"] == AssetState.IDLE, "kind"])
    spare = (given(stock, "capacity") - given(stock, "used")).where(stock["state"] != AssetState.SCRAP, 0.0)
    whole, needed = rows["asset_code"].map(spare).fillna(0.0).astype(float), given(rows, "needed")
    same = [rows["asset_code"], rows["year"]]
    mixed = (
        whole.gt(0) & (rows["measure"] != "") & (rows["measure"] != rows["asset_code"].map(stock["measure"]).fillna(""))
    )
    whole = whole.mask(mixed, 0.0)
    free = (whole - (needed.groupby(same).cumsum() - needed)).clip(lower=0)
    covered = np.minimum(free, needed)
    doubt = np.select(
        [mixed, (free >= needed) & (free > 0), free > 0, (rows["asset_code"] == "") & rows["kind"].isin(idle)],
        ["计量单位与资产台账不同，换算", "调剂可以满足，不予配置", "先调剂，只批缺口", "有同类闲置资产，先查询调剂"], "",
    )  # fmt: skip
    return rows.assign(
        shared=rows["asset_code"].map(stock["name"]), free=free, gap=needed - covered, doubt=doubt,
        saving=given(rows, "amount") * covered / needed.where(needed > 0),
    )  # fmt: skip


@ledger(
    "47-8", "office_space", "办公用房面积", "office_space",
    ["department", "area", Column("人数", "persons", "count"), Column("人均（平方米）", "per_head", "exact"),
     Column("标准面积", "standard", "exact"), Column("超标准（平方米）", "excess", "exact"), Column("可统筹房间", "rooms", "count")],
    label="unit_name", totals=("area", "persons", "standard", "excess", "rooms"), at_stake="excess",
    said="{total}个单位中{count}个办公室面积超标准，共{at_stake}平方米：{names}。",
    fine="{total}个单位的办公室面积都在标准以内。",
    notes=lambda plan, found: (rule_note(RULE, "office_area", "room_area"),),
)  # fmt: skip
def office_space(plan: Plan) -> pd.DataFrame:
    """Office area against what the ranks of its users allow; whole rooms of the excess can serve others."""
    rows = plan.basis.place.rows("office_space")
    allowed = pd.Series(rules(RULE)["office_area"]["value"], dtype=float)
    ranks = {each.label: each.name for each in TABLES["office_space"].fields}
    heads = rows[[ranks[label] for label in allowed.index]].set_axis(allowed.index, axis=1).astype(float)
    area, standard, persons = given(rows, "area"), heads @ allowed, heads.sum(axis=1)
    excess = (area - standard).clip(lower=0)
    rooms = np.floor(excess / rules(RULE)["room_area"]["value"])
    doubt = np.select([rooms >= 1, excess > 0], ["超标准，腾退房间统筹使用", "略超标准，调整隔断"], "")
    return rows.assign(persons=persons, per_head=(area / persons).round(1), standard=standard, excess=excess, rooms=rooms,
                       doubt=doubt)  # fmt: skip


@ledger(
    "47-9", "information_systems", "政务信息平台项目审查", "information_systems",
    ["department", "build_cost", "yearly_cost", "years", Column("全生命周期成本", "whole_cost", "number"),
     Column("运维费率", "upkeep", "ratio"), "existing", "document"],
    label="name", totals=("build_cost", "yearly_cost", "whole_cost"), at_stake="whole_cost",
    said="{total}个平台中{count}个不宜立项，全生命周期成本{at_stake}万元：{names}。",
    fine="{total}个平台都没有可复用的，审批齐全。",
    notes=lambda plan, found: ("全生命周期成本＝建设费＋年运维费×使用年限。", rule_note(RULE, "upkeep_share")),
)  # fmt: skip
def information_systems(plan: Plan) -> pd.DataFrame:
    """Platforms with the cost of their whole life, screened for reuse, approval and upkeep."""
    rows = plan.basis.place.rows("information_systems")
    build, yearly = given(rows, "build_cost"), given(rows, "yearly_cost")
    upkeep = yearly / build.where(build > 0)
    doubt = np.select(
        [rows["existing"] != "", rows["document"] == "", upkeep > rules(RULE)["upkeep_share"]["value"]],
        ["已有同类平台，复用不新建", "没有审批，按程序报批", "运维费偏高，核减"], "",
    )  # fmt: skip
    return rows.assign(whole_cost=build + yearly * given(rows, "years"), upkeep=upkeep, doubt=doubt)


@ledger(
    "47-10", "forbidden_buildings", "楼堂馆所禁建", "building_works",
    ["department", "kind", "year", "estimate", Column("禁建类型", "forbidden", "text")],
    label="name", totals=("estimate",), at_stake="estimate",
    said="{total}个新建、改扩建项目中{count}个属于楼堂馆所，{at_stake}万元，停建：{names}。",
    fine="{total}个新建、改扩建项目都不属于楼堂馆所。",
    notes=lambda plan, found: (f"按项目名称比对：{_words()['words']}（{_words()['source']}）；只看新建和改扩建。",),
)  # fmt: skip
def forbidden_buildings(plan: Plan) -> pd.DataFrame:
    """New buildings and extensions whose name says a forbidden type."""
    rows = plan.basis.place.rows("building_works")
    rows = rows[rows["kind"] != BuildingWork.REPAIR]
    found = rows["name"].str.findall(_words()["words"]).str.join("、")
    return rows.assign(forbidden=found, doubt=np.where(found != "", "属楼堂馆所，停止并退出项目库", ""))


@ledger(
    "47-11", "estimate_overruns", "政府投资项目概算", "building_works",
    ["department", "feasibility", "estimate", Column("概算比估算", "rise", "move"), "expected",
     Column("超概算", "over", "number")],
    label="name", totals=("estimate", "expected", "over"), at_stake="excess",
    said="{total}个项目中{count}个概算或投资超出，超过估算、概算的{at_stake}万元：{names}。",
    fine="{total}个项目的概算、投资都在批准的数以内。",
    notes=lambda plan, found: ("只看有可研估算的项目。", rule_note(RULE, "estimate_overrun")),
)  # fmt: skip
def estimate_overruns(plan: Plan) -> pd.DataFrame:
    """Estimates of the initial design against those of the feasibility study, what is expected against the estimate."""
    rows = plan.basis.place.rows("building_works")
    rows = rows[given(rows, "feasibility").notna()]
    first, estimate, expected = (given(rows, name) for name in ("feasibility", "estimate", "expected"))
    rise, over = estimate / first.where(first > 0) - 1, (expected - estimate).clip(lower=0)
    high, broken = rise > rules(RULE)["estimate_overrun"]["value"], over > 0.005
    doubt = np.select([high, broken], ["超估算一成，报告并重新报批可研", "超概算，先报概算核定部门"], "")
    return rows.assign(rise=rise, over=over, excess=over.where(~high, expected - first), doubt=doubt)


@ledger(
    "47-12", "repairs", "维修改造单价和间隔", "building_works",
    ["department", "estimate", "area", Column("单价（元/平方米）", "price", "number"), "last_repaired", "year",
     Column("间隔年数", "gap", "count"), Column("超单价上限", "over", "number")],
    label="name", totals=("estimate", "over"), at_stake="estimate",
    said="{total}个维修改造项目中{count}个超单价或间隔过短，预算{at_stake}万元：{names}。",
    fine="{total}个维修改造项目的单价和间隔都合适。",
    notes=lambda plan, found: (rule_note(RULE, "repair_price", "repair_years"),),
)  # fmt: skip
def repairs(plan: Plan) -> pd.DataFrame:
    """Repairs against the ceiling of a square metre and the years since the last one."""
    rows, rule = plan.basis.place.rows("building_works"), rules(RULE)
    rows = rows[rows["kind"] == BuildingWork.REPAIR]
    area, gap = given(rows, "area"), given(rows, "year") - given(rows, "last_repaired")
    price = given(rows, "estimate") * 10_000 / area.where(area > 0)
    over = ((price - rule["repair_price"]["value"]) * area / 10_000).clip(lower=0).fillna(0.0)
    doubt = np.select(
        [gap < rule["repair_years"]["value"], over > 0, area == 0],
        ["间隔过短，不予安排", "超单价上限，核减预算", "没有面积，补报后再审"], "",
    )  # fmt: skip
    return rows.assign(price=price, gap=gap, over=over, doubt=doubt)


def _words() -> dict[str, str]:
    row = next(row for row in rule_table("project_negative_list") if row["item"] == "office_buildings")
    return dict(row)
