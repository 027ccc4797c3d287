"""Tables 08, 10 and 11 of the annex: the three guarantees, capacity, projects."""

from __future__ import annotations

import numpy as np

from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, table
from fiscal_model.report.layout import INFERRED, laid_out, over_years, row_values, statement
from fiscal_model.report.lower_levels_text import beside
from fiscal_model.words.vocabulary import GuaranteeClass, ProjectStatus

_GUARANTEES = """
  guarantee_living
  guarantee_salaries
  guarantee_operations
*guarantees_total
  guarantees_from_above
  guarantees_county
  guarantees_arranged
  guarantees_shortfall
guarantee_coverage"""


@table("08", "guarantees", "“三保”需求与保障", "项目")
def guarantees_table(plan: Plan) -> Content:
    """The three guarantees, need against what can be arranged, with the need of each group and item."""
    detail, items, rows = plan.basis.guarantees.detail, plan.basis.guarantees.items, []
    marks = dict(zip(items.names, items.marks, strict=True)) if items is not None else {}
    needs: dict[tuple[str, str], dict[int, float]] = {}
    for label, group, year, need in zip(
        *(detail[name] for name in ("label", "guarantee", "year", "need")), strict=True
    ):
        needs.setdefault((label, group), {})[year] = need
    for number, ((label, group), of_year) in enumerate(needs.items(), 1):
        words = "，".join(word for word in (GuaranteeClass(group).label, marks.get(str(label), "")) if word)
        values = row_values(plan, of_year, np.array([of_year[year] for year in plan.years]))
        # The base year's need of a group or item is counted from its register, nobody published it.
        mark = INFERRED if of_year.get(plan.base_year, 0.0) else ""
        rows.append(Line(f"guarantee_item_{number}", f"{label}（{words}）{mark}", values, 2))
    notes = ("下列各项为分组、分项需求（各级合计）。",) if rows else ()
    return over_years(plan, [*laid_out(plan, _GUARANTEES), *rows], notes)


capacity_table = statement(
    "10",
    "capacity",
    "可用财力、延续性支出与未安排财力",
    """
  own_revenue
  transfer_in
  stabilization_draw
  transfers_general_purpose
  received_from_below
  passed_free
  remitted_up
*available_resources
  guarantees_county
  interest_general
  principal_general_own
  hidden_debt_budget
  digestion
  insurance_subsidy
  insurance_shortfall
  contingency_reserve
  committed_projects
  contingent_duties
  sudden_duties
  rescue_repaid
  reserve_unallocated
*rigid_total
*fiscal_space
  issue_fees_general
  other_continuing_spending
  transfer_out
  revolving_topup
  other_uses
  other_resources
*continuing_spending
*uncommitted_resources
  offset_projects
  offset_other_spending
  offset_reserve
  offset_revolving
*offset_capacity
rigid_share
guarantee_coverage
*available_resources_broad
guarantee_coverage_broad""",
    lambda plan: (
        f"可用财力＝自有收入＋调入＋动用稳调＋财力性转移支付{beside(plan, '＋下级上解－补助下级的财力性资金')}－上解（不含有既定用途的资金，舟曲县2024年口径）；"
        "宽口径另含专用转移支付和上年结转、不减上解（张掖市2026年口径）。",
        "三保保障倍数用可用财力与本级负担的“三保”需求之比；宽口径倍数用宽口径财力与各级合计的“三保”需求之比，两者不能混用。"
        "刚性支出占比、评级和预警都用可用财力。",
        "“财力扣除刚性支出”没有扣除其他延续性支出，不是可以新增安排的财力；新增政策只能用“未安排财力”和依规压减、推迟腾出的支出。"
        "未安排财力＝可用财力－动用稳调－延续性支出，为负表示靠动用稳调、压减、推迟或缺口才能平衡。各基金见表10-3，分类和依据见表10-4。",
    ),
)


@table(
    "11",
    "projects",
    "项目支出规划（县级财力部分）",
    "项目",
    [
        Column("类别", "category", "text"),
        Column("状态", "status", "text"),
        Column("优先级", "priority", "count"),
        Spread(),
    ],
    label="name",
    row_id="project_{project_code}",
)
def projects_table(plan: Plan) -> Content | None:
    """Project costs from county money; None without a project library."""
    place, last = plan.basis.place, plan.years[-1]
    if not place.has("projects") or not place.has("project_costs"):
        return None
    costs = place.rows("project_costs").merge(place.rows("projects"), on="project_code", suffixes=("", "_project"))
    money, records = plan.basis.balance.commitments.project_money, []
    at = {code: position for position, code in enumerate(money.projects["project_code"])}
    later = costs[(costs["funding"] == "county") & (costs["year"] > last)].groupby("project_code")["amount"].sum()
    put_off = plan.basis.balance.packages.put_off_beyond
    listed = costs.drop_duplicates("project_code").sort_values(["category", "project_code"], kind="stable")
    for record in listed.to_dict("records"):
        code = record["project_code"]
        own = money.county[:, at[code]] if code in at else np.zeros(len(plan.years))
        records.append({**record, "values": (*own, float(later.get(code, 0.0)) + put_off.get(code, 0.0))})
    adds = " + ".join(f"project_{record['project_code']}" for record in records)
    total = np.sum([record["values"] for record in records], axis=0)
    committed = sum(record["values"][-1] for record in records if record["status"] is ProjectStatus.COMMITTED)
    moved, pooled = float((money.listed - money.asked).sum()), float((money.asked - money.county).sum())
    notes = (
        f"已签约项目在规划期以后还须支出{committed:,.0f}万元，届时仍是刚性支出。" * (committed > 0),
        f"项目库登记的县级财力减去措施压减和推迟（净）{moved:,.0f}万元、统筹资金{pooled:,.0f}万元后为本表数。"
        * (abs(moved) > 0.5 or abs(pooled) > 0.5),
    )
    return Content(
        [*records, Line("projects_total", "县级财力合计（措施和统筹之后、平衡压减之前）", total, 0, adds)],
        [note for note in notes if note],
        (*(f"{year}年" for year in plan.years), f"{last}年以后"),
    )
