"""Task 11: natural resources, how far they were surveyed, what they may bring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.blocks.ledgers.assets_effects import county_income
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import UNDECIDED, ledger, rule_note
from fiscal_model.words.ledger_terms import YesNo


@ledger(
    "51-8", "natural_resources", "自然资源资产清单", "natural_resources",
    ["kind", "quantity", "measure", "manager", "titled", "surveyed", Column("清查差异", "difference", "move"), "value"],
    label="name", totals=("value",),
    said="{total}项资源中{count}项没有确权或者账实不符：{names}。",
    fine="{total}项资源都已确权登记，清查数与台账相符。",
    notes=lambda plan, found: (rule_note("ledger_assets", "survey_difference"),),
)  # fmt: skip
def natural_resources(plan: Plan) -> pd.DataFrame:
    """Resources with title and the difference between survey and list."""
    rows, most = plan.basis.place.rows("natural_resources"), rules("ledger_assets")["survey_difference"]["value"]
    difference = rows["surveyed"].astype(float) / rows["quantity"] - 1
    doubt = np.select(
        [rows["titled"] == YesNo.NO, difference.abs() > most], ["没有确权登记，办理登记", "清查数与台账不符，核实更正"], ""
    )  # fmt: skip
    return rows.assign(difference=difference, doubt=doubt)


@ledger(
    "51-9", "resource_survey", "自然资源清查覆盖率", "natural_resources",
    [Column("计量单位", "measure", "text"), Column("台账数量", "quantity", "exact"), Column("已清查的台账数量", "covered", "exact"),
     Column("覆盖率", "coverage", "ratio"), Column("最早清查", "first", "text"), Column("最近清查", "last", "text")],
    label="kind_label", stub="种类",
    said="{total}类资源中{count}类清查没有到位：{names}。",
    fine="{total}类资源的清查覆盖率都达到目标，没有到期须复查的。",
    notes=lambda plan, found: (rule_note("ledger_assets", "survey_coverage", "survey_age"),),
)  # fmt: skip
def resource_survey(plan: Plan) -> pd.DataFrame:
    """Part of each kind that was surveyed, and between which days."""
    rows, rule = plan.basis.place.rows("natural_resources"), rules("ledger_assets")
    rows = rows.assign(
        kind_label=[each.label for each in rows["kind"]], covered=rows["quantity"] * rows["surveyed"].notna()
    )
    grouped = rows.groupby("kind_label", sort=False)
    found = grouped[["quantity", "covered"]].sum().assign(measure=grouped["measure"].first())
    days = rows.dropna(subset="surveyed_on").groupby("kind_label")["surveyed_on"]
    found = found.assign(first=days.min(), last=days.max(), coverage=found["covered"] / found["quantity"]).reset_index()
    oldest = pd.to_datetime(found["first"]).dt.year
    doubt = np.select(
        [found["coverage"] < rule["survey_coverage"]["value"], oldest < plan.base_year - rule["survey_age"]["value"]],
        ["清查没有到位，排出时间表", "清查过期，安排复查"], "",
    )  # fmt: skip
    return found.assign(doubt=doubt)


@ledger(
    "51-10", "resource_income", "自然资源收益情形", "resource_income",
    ["year", "revenue_code", "sold", Column("计量单位", "measure", "text"), "price", "county_share", Column("低价收入", "low", "number"),
     Column("县级收入", "amount", "number"), Column("高价收入", "high", "number"), "adopted"],
    label="name", stub="资源", totals=("low", "amount", "high"), at_stake="amount",
    said="{total}项中{count}项没有决定或者须核对，县级收入{at_stake}万元：{names}。",
    fine="{total}项都已决定，县级收入按科目和年度计入规划。",
    notes=lambda plan, found: (
        rule_note("ledger_assets", *dict.fromkeys(f"{each.value}_codes" for each in found["kind"])),
    ),
)  # fmt: skip
def resource_income(plan: Plan) -> pd.DataFrame:
    """Income in three markets, whether its code is one of its kind and the list holds what is to be sold."""
    place, rule = plan.basis.place, rules("ledger_assets")
    rows = place.rows("resource_income").merge(
        place.rows("natural_resources")[["resource_code", "name", "kind", "quantity", "measure"]], on="resource_code"
    )
    legal = [
        code.startswith(tuple(rule[f"{kind.value}_codes"]["value"]))
        for code, kind in zip(rows["revenue_code"], rows["kind"], strict=True)
    ]
    beyond = rows.groupby("resource_code")["sold"].transform("sum") > rows["quantity"]
    doubt = np.select(
        [np.logical_not(legal), beyond, rows["adopted"] == YesNo.NO],
        ["科目与资源种类不符，核对征收依据", "各年出让量超过台账数量，核减", UNDECIDED], "",
    )  # fmt: skip
    low, amount, high = (county_income(rows, price) for price in ("low_price", "price", "high_price"))
    return rows.assign(low=low, amount=amount, high=high, doubt=doubt)
