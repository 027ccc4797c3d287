"""Task 1: departments' drafts, bands, procurement and assets against budgets and standards; the loop of the budget."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.blocks.ledgers.effects import effects
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.words.budget_chain_terms import CycleStep
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.vocabulary import MeasureKind

_DRAFT = ["personnel", "operations", "project_spending"]


def decided_cuts(place: Place) -> pd.Series:
    """What decided rows of all ledgers take from a department in a year, 万元 before the share of certainty."""
    parts = [pd.DataFrame({"owner": [], "year": [], "amount": []})]
    for effect in effects():
        if effect.kind is MeasureKind.CUT and effect.target == "flexible_spending" and place.has(effect.register):
            rows = place.rows(effect.register)
            decided = rows[rows["adopted"] == YesNo.YES]
            found = effect.amounts(place, decided) if len(decided) else pd.DataFrame()
            parts += [found[found["kind"] == effect.kind] if "kind" in found else found]
    cuts = pd.concat([part for part in parts if "owner" in part])
    return cuts.groupby(["owner", "year"])["amount"].sum()


@ledger(
    "41-1", "department_budgets", "部门经费预算汇总：草案与控制数", "department_budgets",
    [*_DRAFT, Column("草案合计", "draft", "number"), "ceiling", Column("已决定扣减", "deducted", "number"),
     Column("超控制数", "over", "number"), Column("超控制数的单位", "breaches", "text")],
    label="{department}{year}年", stub="部门", totals=(*_DRAFT, "draft", "ceiling", "deducted", "over"), at_stake="over",
    said="{total}个部门年度中{count}个有部门或单位超控制数，部门共超{at_stake}万元：{names}。",
    fine="{total}个部门年度和所属单位的草案都在控制数以内，没有缺草案的单位。",
    notes=lambda plan, found: (
        "已决定扣减＝低效调减、监督扣减、过紧日子核减、绩效结果应用等台账中已决定计入规划的，从部门控制数中减去。",
        f"预算单位表有、没有报草案的单位：{'；'.join(found.attrs['missing']) or '没有'}。",
    ),
)  # fmt: skip
def department_budgets(plan: Plan) -> pd.DataFrame:
    """Drafts by department and year against ceilings less what was decided to be taken."""
    rows = plan.basis.place.rows("department_budgets")
    rows = rows.assign(draft=rows[_DRAFT].astype(float).sum(axis=1), ceiling=rows["ceiling"].astype(float))
    rows = rows.assign(breaches=np.where(rows["draft"] > rows["ceiling"] + 0.005, rows["unit_name"], ""))
    sums = {name: "sum" for name in (*_DRAFT, "draft", "ceiling")}
    found = rows.groupby(["department", "year"], sort=False, as_index=False).agg(
        {**sums, "breaches": lambda names: "、".join(filter(None, names)) or "—"}
    )
    taken = decided_cuts(plan.basis.place).reindex(pd.MultiIndex.from_frame(found[["department", "year"]]))
    deducted = np.nan_to_num(taken.to_numpy(dtype=float))
    over = np.maximum(found["draft"] - found["ceiling"] + deducted, 0.0)
    lacking = _without_draft(plan.basis.place, rows)
    absent = np.array([each in lacking for each in zip(found["department"], found["year"], strict=True)], bool)
    doubt = np.select(
        [over > 0.005, found["breaches"] != "—", absent],
        ["超控制数，退回部门压减", "单位超控制数，部门内调剂", "有单位没有报草案，补报"], "",
    )  # fmt: skip
    found = found.assign(deducted=deducted, over=over, doubt=doubt)
    found.attrs["missing"] = [f"{name}{year}年{'、'.join(units)}" for (name, year), units in lacking.items()]
    return found


def _without_draft(place: Place, drafts: pd.DataFrame) -> dict[tuple[str, int], list[str]]:
    """Units of the register that their department's drafts of a year leave out."""
    units = place.rows("units")[["department", "unit_name"]].drop_duplicates()
    due = drafts[["department", "year"]].drop_duplicates().merge(units, on="department")
    missing = due[~due.set_index(["unit_name", "year"]).index.isin(drafts.set_index(["unit_name", "year"]).index)]
    return missing.groupby(["department", "year"])["unit_name"].agg(list).to_dict()


@ledger(
    "41-2", "basic_bands", "基本支出分类分档：按档次的公用经费", "units",
    [Column("单位数", "count", "count"), Column("人数", "heads", "count"), Column("定额（元/人·年）", "quota", "count"),
     Column("固定数", "fixed", "number"), Column("公用经费", "cost", "number"), Column("人均（元）", "per_head", "count")],
    label="named", stub="类别（档次）", totals=("count", "heads", "fixed", "cost"), at_stake="cost",
    said="{total}个类别档次中{count}个没有分档或没有定额，公用经费{at_stake}万元：{names}。",
    fine="{total}个类别档次都有分档和定额。",
    notes=lambda plan, found: (f"{found['year'].max()}年人数和定额；以后各年和逐单位见附表09-1。",),
)  # fmt: skip
def basic_bands(plan: Plan) -> pd.DataFrame:
    """Running costs of the first plan year by class and band."""
    staff = plan.basis.guarantees.staff
    if staff is None or staff.units is None:
        return pd.DataFrame()
    rows = staff.units.table
    found = rows[rows["year"] == rows["year"].min()].groupby(["quota_class", "quota_band"], sort=False, as_index=False).agg(
        count=("unit_name", "size"), year=("year", "max"), heads=("heads", "sum"), quota=("quota", "mean"), fixed=("fixed_sum", "sum"), cost=("need", "sum")
    )  # fmt: skip
    named = found["quota_class"] + np.where(found["quota_band"] == "", "", "·" + found["quota_band"])
    doubt = np.select(
        [found["quota"].isna() | (found["quota"] == 0), found["quota_band"] == ""],
        ["没有定额，先定定额", "只分类没有分档，补定档次"], "",
    )  # fmt: skip
    return found.assign(
        named=named, per_head=found["cost"] * 1e4 / found["heads"].where(found["heads"] > 0), doubt=doubt
    )


@ledger(
    "41-3", "procurement_plans", "政府采购预算与项目、单位预算衔接", "procurement_plans",
    ["unit_name", "project_code", "year", "amount", Column("对应预算", "limit", "number"),
     Column("同一预算采购合计", "asked", "number"), Column("超预算", "over", "number")],
    label="name", totals=("amount",), at_stake="amount",
    said="{total}项采购中{count}项没有预算或超预算，涉及{at_stake}万元：{names}。",
    fine="{total}项采购都有预算，没有超预算的。",
    notes=("填了项目的对项目分年支出表当年各级资金，没有填的对部门经费预算表的单位公用经费草案；同一预算的几项采购合计比较。",),
)  # fmt: skip
def procurement_plans(plan: Plan) -> pd.DataFrame:
    """Lines of one budget added up, against that budget."""
    place = plan.basis.place
    rows, keys = place.rows("procurement_plans"), ["budgeted_by", "year"]
    rows = rows.assign(budgeted_by=np.where(rows["project_code"] != "", rows["project_code"], rows["unit_name"]))
    limits = [
        place.rows(table).rename(columns={key: "budgeted_by", money: "limit"}).groupby(keys)["limit"].sum()
        for table, key, money in (("project_costs", "project_code", "amount"), ("department_budgets", "unit_name", "operations"))
        if place.has(table)
    ]  # fmt: skip
    limit = pd.concat([*limits, pd.Series(dtype=float)]).reindex(pd.MultiIndex.from_frame(rows[keys]))
    limit = limit.to_numpy(dtype=float)
    asked = rows.groupby(keys)["amount"].transform("sum").to_numpy(dtype=float)
    over = np.maximum(asked - limit, 0.0)
    doubt = np.select([np.isnan(limit), over > 0.005], ["没有对应预算，不得采购", "超过对应预算，压减或先调剂"], "")
    return rows.assign(limit=limit, asked=asked, over=over, doubt=doubt)


@ledger(
    "41-4", "asset_allocation_requests", "资产配置申请核定：存量和标准", "asset_allocation_requests",
    ["item", "heads", "stock", Column("标准数量", "standard", "count"), "requested", Column("核定数量", "granted", "count"),
     "unit_price", Column("申请金额", "asked", "number"), Column("核定金额", "allowed", "number"), Column("节约", "saving", "number"),
     Column("待论证", "pending", "number")],
    label="{unit_name}：{item}", stub="申请", totals=("asked", "allowed", "saving", "pending"), at_stake="saving",
    said="{total}件申请中{count}件核减或要论证，节约{at_stake}万元：{names}。",
    fine="{total}件申请都在标准以内。",
    notes=lambda plan, found: (
        "申请＝核定＋节约＋待论证；标准数量＝人数×标准，取整数；待论证为没有配置标准的。",
        rule_note("ledger_budget_chain", "per_head", "price_limit"),
    ),
)  # fmt: skip
def asset_allocation_requests(plan: Plan) -> pd.DataFrame:
    """What the standard leaves room for beside the stock, at no more than the price limit; without a standard nothing yet."""
    rows, rule = plan.basis.place.rows("asset_allocation_requests"), rules("ledger_budget_chain")
    heads, stock, requested, price = (
        rows[name].to_numpy(dtype=float) for name in ("heads", "stock", "requested", "unit_price")
    )
    standard = np.floor(heads * rows["item"].map(rule["per_head"]["value"]).to_numpy(dtype=float) + 1e-9)
    granted = np.minimum(np.maximum(np.nan_to_num(standard) - stock, 0.0), requested)
    highest = rows["item"].map(rule["price_limit"]["value"]).to_numpy(dtype=float)
    asked, allowed = requested * price / 1e4, granted * np.fmin(price, highest) / 1e4
    doubt = np.select(
        [np.isnan(standard), granted < requested, price > highest],
        ["没有配置标准，单独论证", "超过标准，按空缺核定", "单价超上限，按上限核定"], "",
    )  # fmt: skip
    pending = np.where(np.isnan(standard), asked, 0.0)
    return rows.assign(standard=standard, granted=granted, asked=asked, allowed=allowed, pending=pending,
                       saving=asked - allowed - pending, doubt=doubt)  # fmt: skip


@ledger(
    "41-10", "budget_cycle", "预算管理闭环", "budget_cycle",
    ["department", "due_date", "done_on", Column("相差天数", "gap", "count")],
    label="{year}年{step.label}", stub="步骤",
    said="{total}步中{count}步没有做、做迟了或次序不对，闭环没有合上：{names}。",
    fine="{total}步都按期完成，闭环合上。",
    notes=lambda plan, found: (f"没有完成的算到登记的最晚完成日期{found.attrs['as_of']:%Y-%m-%d}；早于应完成日期的为负。",),
)  # fmt: skip
def budget_cycle(plan: Plan) -> pd.DataFrame:
    """Every step of every registered year, due against done; a step without a row is a gap too."""
    rows = plan.basis.place.rows("budget_cycle")
    every = pd.MultiIndex.from_product([sorted(rows["year"].unique()), list(CycleStep)], names=["year", "step"])
    rows = rows.set_index(["year", "step"]).reindex(every).reset_index()
    due, done = pd.to_datetime(rows["due_date"]), pd.to_datetime(rows["done_on"])
    as_of = done.max() if done.notna().any() else due.max()
    gap = (done.fillna(as_of) - due).dt.days
    early = done < done.groupby(rows["year"]).shift()
    doubt = np.select(
        [due.isna(), done.isna() & (gap > 0), early, gap > 0],
        ["没有登记这一步，补登", "逾期没有完成，限期完成", "早于上一步完成，核对日期", "迟于期限完成，下轮提前"], "",
    )  # fmt: skip
    rows = rows.assign(department=rows["department"].fillna(""), gap=gap.where(done.notna() | (gap > 0)), doubt=doubt)
    rows.attrs["as_of"] = as_of
    return rows
