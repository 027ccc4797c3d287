"""Task 6: what special bonds built against the state-asset ledgers, and how well their service matches money and income."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.debt.project_assets import asset_records
from fiscal_model.analysis.debt.quota_test import check_quota
from fiscal_model.analysis.debt.special_projects import judge_projects
from fiscal_model.arithmetic.budgets.funds import revenue_of
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.law.rules import rules
from fiscal_model.model.compute import fund_split
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.words.debt_ledger_terms import BookedIn
from fiscal_model.words.vocabulary import ProjectSector, ProjectStage, YesNo


@ledger(
    "46-1", "project_asset_record", "专项债券项目资产档案", "special_projects",
    ["stage", "total_investment", Column("形成资产", "formed", "number"), Column("已完工", "done", "number"),
     Column("已验收", "accepted", "number"), Column("已入账", "booked", "number"), Column("年收益", "income", "number")],
    label="name", totals=("total_investment", "formed", "done", "accepted", "booked", "income"), at_stake="open",
    said="{total}个项目中{count}个的资产没有管到位，未验收或未入账{at_stake}万元：{names}。",
    fine="{total}个项目的资产都已按进度验收、入账。",
    notes=("土地储备项目不形成固定资产，不列；没有开工的项目不列。",),
)  # fmt: skip
def project_asset_record(plan: Plan) -> pd.DataFrame:
    """By project: what was built, completed, accepted, booked."""
    rows, assets = plan.basis.place.rows("special_projects"), asset_records(plan)
    rows = rows[(rows["sector"] != ProjectSector.LAND_RESERVE) & (rows["stage"] != ProjectStage.PREPARATION)]
    steps = {
        "formed": assets["value"].notna(), "done": assets["completed_date"].notna(),
        "accepted": assets["accepted"] == YesNo.YES, "booked": assets["booked"] == YesNo.YES,
    }  # fmt: skip
    by, value = rows["project_code"].map, assets["value"].astype(float)
    code = assets["project_code"]
    sums = {name: by(value.where(step, 0.0).groupby(code).sum()).fillna(0.0) for name, step in steps.items()}
    found = rows.assign(**sums, income=by(assets["income"].astype(float).groupby(code).sum()).fillna(0.0))
    found["open"] = found["done"] - found["booked"]
    doubt = np.select(
        [
            (found["formed"] == 0) & (found["stage"] == ProjectStage.OPERATION),
            found["formed"] > found["total_investment"], found["accepted"] > found["booked"],
            found["done"] > found["accepted"],
        ],
        ["已运营没有资产记录，补登", "资产价值超过总投资，核对", "已验收未入账，限期入账", "已完工未验收，抓紧验收"], "",
    )  # fmt: skip
    return found.assign(doubt=doubt)


@ledger(
    "46-2", "project_asset_entries", "专项债资产与国资台账核对", "project_asset_entries",
    [Column("资产", "asset", "text"), Column("项目资产价值", "value", "number"), "booked_value",
     Column("差额", "difference", "number"), Column("权属单位", "owner", "text"), "holder", "booked_in"],
    label="name", stub="项目", totals=("value", "booked_value", "difference"), at_stake="size",
    said="{total}项资产中{count}项与国资台账不一致，正负差额相加{at_stake}万元（不相抵）：{names}。",
    fine="{total}项资产与国资台账一致。",
    notes=lambda plan, found: ("差额＝项目资产价值－入账价值。", rule_note("ledger_debt", "value_band")),
)  # fmt: skip
def project_asset_entries(plan: Plan) -> pd.DataFrame:
    """Project assets and ledger entries side by side, by project and asset."""
    place = plan.basis.place
    assets = place.rows("special_project_assets")[
        ["project_code", "asset", "value", "accepted", "booked", "owner", "completed_date"]
    ]
    entries = place.rows("project_asset_entries").drop(columns=["unit", "source", "note"])
    rows = assets.merge(entries, how="outer", on=["project_code", "asset"]).sort_values(["project_code", "asset"])
    value, booked = rows["value"].astype(float), rows["booked_value"].astype(float)
    there, built = rows["entry_code"].notna(), rows["value"].notna()
    off = (value - booked).abs() > rules("ledger_debt")["value_band"]["value"] * value
    known = set(place.rows("unit_assets")["asset_code"]) if place.has("unit_assets") else set()
    early = pd.to_datetime(rows["registered_on"]) < pd.to_datetime(rows["completed_date"])
    lost = (rows["booked_in"] == BookedIn.UNIT) & ~rows["entry_code"].isin(known)
    doubt = np.select(
        [
            ~built, ~there & (rows["accepted"] == YesNo.YES), ~there & (rows["booked"] == YesNo.YES),
            there & (rows["accepted"] == YesNo.NO), lost, there & (rows["owner"] != rows["holder"]), there & off, early,
        ],
        [
            "台账有、项目没有，核实补登", "已验收未登记，限期登记入账", "称已入账，台账没有，核实",
            "未验收已登记，补验收手续", "资产台账没有此编号，补登卡片", "权属不一致，核实变更", "价值不一致，按决算调整", "登记早于完工，核对日期",
        ], "",
    )  # fmt: skip
    names = place.rows("special_projects").set_index("project_code")["name"]
    difference = (value.fillna(0.0) - booked.fillna(0.0)).where(there | (doubt != ""), 0.0)
    return rows.assign(name=rows["project_code"].map(names), difference=difference, size=difference.abs(), doubt=doubt)


def _light(index: np.ndarray, green: float, yellow: float) -> dict[str, np.ndarray]:
    """A colour and an opinion for each index, no opinion where it is unknown."""
    known, low, middling = np.isfinite(index), index < yellow, index < green
    return {
        "light": np.select([~known, low, middling], ["—", "红", "黄"], "绿"),
        "doubt": np.select([known & low, known & middling], ["不匹配，暂停新增专项债", "匹配偏紧，控制新增"], ""),
    }


def _income_that_pays(plan: Plan) -> np.ndarray:
    """Revenue of the funds that may serve any special debt and of those that the debt was raised for, (year,) 万元."""
    split = fund_split(plan.basis)
    bears = np.ones(1, bool) if split is None else split.serves_others | (split.debtor > 0)
    return revenue_of(split, bears, plan.line("land_revenue"), plan.line("fund_other_revenue"))


@ledger(
    "46-3", "debt_match_years", "专项债规模与财力、收益匹配指数（分年）", "special_projects",
    [Column("还本付息", "service", "number"), Column("偿债基金收入", "income", "number"),
     Column("基金收入÷还本付息", "by_income", "exact"),
     Column("扣除土地成本后的倍数", "after_cost", "exact"), Column("项目净收益÷项目本息", "by_projects", "exact"),
     Column("匹配指数", "index", "exact"), Column("灯", "light", "text")],
    label="{year}年", stub="年度", at_stake="service",
    said="{total}年中{count}年不够匹配，这些年还本付息{at_stake}万元：{names}。",
    fine="{total}年的专项债规模与基金收入、项目收益都匹配。",
    notes=lambda plan, found: (
        "还本付息为自有资金负担的专项债本息；偿债基金收入只计土地出让收入和举借了专项债务的基金，比附表23-5少没有举债、不能替别的基金还债的收入；扣除土地成本后不到1倍的，要靠项目收益或一般公共预算补助；匹配指数取两个倍数中小的一个，不相加，项目收益与土地收入可能是同一笔钱。",
        rule_note("ledger_debt", "index_green", "index_yellow"),
    ),
)  # fmt: skip
def debt_match_years(plan: Plan) -> pd.DataFrame:
    """Fund income and projects' net income over the service that each should carry, by year; the lesser is the index."""
    test, projects = check_quota(plan), judge_projects(plan)
    if projects is None:
        return pd.DataFrame()
    service, income = test.match * test.income, _income_that_pays(plan)
    judged = projects.judged[:, None]
    net, own = (
        np.where(judged, part[:, : len(plan.years)], 0.0).sum(axis=0) for part in (projects.net_income, projects.own)
    )
    by_income, by_projects = divided(income, service, np.nan), divided(net, own, np.nan)
    after_cost = divided(np.maximum(income - np.nan_to_num(plan.line("land_cost")), 0.0), service, np.nan)
    index, rule = np.round(np.fmin(by_income, by_projects), 2), rules("ledger_debt")
    return pd.DataFrame({
        "year": list(plan.years), "service": service, "income": income, "by_income": np.round(by_income, 2), "after_cost": np.round(after_cost, 2),
        "by_projects": np.round(by_projects, 2), "index": index,
        **_light(index, rule["index_green"]["value"], rule["index_yellow"]["value"]),
    })  # fmt: skip


@ledger(
    "46-4", "debt_match_projects", "专项债项目收益匹配指数（分项目）", "special_projects",
    ["sector", "stage", Column("规划期本息", "own", "number"), Column("规划期净收益", "net", "number"),
     Column("须补助", "subsidy", "number"), Column("剩余期覆盖（匹配指数）", "index", "exact"), Column("灯", "light", "text")],
    label="name", totals=("own", "net", "subsidy"), at_stake="subsidy",
    said="{total}个项目中{count}个收益不够匹配，规划期须补助{at_stake}万元：{names}。",
    fine="{total}个项目的收益都能匹配债券本息。",
    notes=lambda plan, found: (
        "剩余期覆盖＝规划首年起的净收益÷债券本息（附表23）；附表23的判断按全周期覆盖，两者可以不同。一个项目的结余不抵另一个项目的不足。"
        "不低于审核线{approval:g}倍为绿，不低于预警线{alert:g}倍为黄，再低为红；两条线未经核实。".format_map(
            rules("special_projects")["coverage"]
        ),
    ),
)  # fmt: skip
def debt_match_projects(plan: Plan) -> pd.DataFrame:
    """Coverage over the years left of every project that is judged."""
    projects = judge_projects(plan)
    if projects is None:
        return pd.DataFrame()
    kept, count, line = projects.judged, len(plan.years), rules("special_projects")["coverage"]
    index = np.round(projects.frame()["coverage_remaining"].to_numpy(dtype=float)[kept], 2)
    return projects.register.loc[kept, ["name", "sector", "stage"]].assign(
        own=projects.own[kept, :count].sum(axis=1), net=projects.net_income[kept, :count].sum(axis=1),
        subsidy=projects.subsidy[kept].sum(axis=1), index=index, **_light(index, line["approval"], line["alert"]),
    )  # fmt: skip
