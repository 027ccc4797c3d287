"""Tables 08, 10 and 11 of the annex: the three guarantees, capacity, projects."""

from __future__ import annotations

from dataclasses import replace

from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import OBSERVED_YEARS, mean_growth, statement
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import GuaranteeClass, ProjectStatus


def guarantees_table(plan: Plan) -> ReportTable:
    """Table 08: the three guarantees, need against what can be arranged."""
    table = statement(
        plan,
        "08",
        "guarantees",
        "“三保”需求与保障",
        """
  guarantee_living
  guarantee_salaries
  guarantee_operations
*guarantees_total
  guarantees_from_above
  guarantees_county
  guarantees_arranged
  guarantees_shortfall
guarantee_coverage""",
    )
    detail = plan.basis.guarantees.detail
    if not len(detail):
        return table
    rows = list(table.rows)
    labels = {group.value: group.label for group in GuaranteeClass}
    items = plan.basis.guarantees.items
    marks = dict(zip(items.names, items.marks, strict=True)) if items is not None else {}
    years = (plan.base_year, *plan.years)
    width = len(table.columns)
    for (label, group), part in detail.groupby(["label", "guarantee"], sort=False):
        amounts = part.set_index("year")["need"]
        shown: list[Value] = [None] * width
        offset = OBSERVED_YEARS - 1
        shown[offset] = float(amounts[plan.base_year])
        for count, year in enumerate(years[1:], 1):
            shown[width - 1 - len(plan.years) + count - 1] = float(amounts[year])
        shown[-1] = mean_growth(shown[offset], [shown[-2]] * len(plan.years))
        words = "，".join(word for word in (labels[str(group)], marks.get(str(label), "")) if word)
        rows.append(ReportRow(f"{label}（{words}）", tuple(shown), "money", 2, f"guarantee_item_{label}"))
    return replace(table, rows=tuple(rows), notes=("下列各项为分组、分项需求（各级合计）。",))


def capacity_table(plan: Plan) -> ReportTable:
    """Table 10: available resources, rigid load, space."""
    return statement(
        plan,
        "10",
        "capacity",
        "可用财力与财政空间",
        """
  own_revenue
  transfer_in
  stabilization_draw
  transfers_general_purpose
  remitted_up
*available_resources
  guarantees_county
  interest_general
  principal_general_own
  hidden_debt_budget
  digestion
  contingency_reserve
  committed_projects
  rescue_repaid
  reserve_unallocated
*rigid_total
*fiscal_space
rigid_share""",
        ("可用财力＝自有收入＋调入＋动用稳调＋财力性转移支付－上解。",),
    )


def projects_table(plan: Plan) -> ReportTable | None:
    """Table 11: project costs from county money; None without a project library."""
    place = plan.basis.place
    if not place.has("projects") or not place.has("project_costs"):
        return None
    costs = place.rows("project_costs").merge(place.rows("projects"), on="project_code", suffixes=("", "_project"))
    rows, money = [], plan.basis.balance.commitments.project_money
    at = {code: position for position, code in enumerate(money.projects["project_code"])}
    for (_category, code), part in costs.groupby(["category", "project_code"], sort=True):
        county = part[part["funding"] == "county"].groupby("year")["amount"].sum()
        first = part.iloc[0]
        values = (
            first["category"].label,
            first["status"].label,
            str(first["priority"]),
            *(map(float, money.county[:, at[code]]) if code in at else [0.0] * len(plan.years)),
            float(county[county.index > plan.years[-1]].sum()) + plan.basis.balance.packages.put_off_beyond(code),
        )
        rows.append(ReportRow(str(first["name"]), values, "money", 1, f"project_{code}"))
    columns = ("类别", "状态", "优先级", *(f"{year}年" for year in plan.years), f"{plan.years[-1]}年以后")
    total: tuple[Value, ...] = ("", "", "", *(_column_sum(rows, position) for position in range(3, len(columns))))
    parts = tuple((index, 1) for index in range(len(rows)))
    rows.append(
        ReportRow("县级财力合计（措施和统筹之后、平衡压减之前）", total, "money", 0, "projects_total", parts, True)
    )
    later = [row.values[-1] for row in rows[:-1] if row.values[1] == ProjectStatus.COMMITTED.label]
    committed = sum(value for value in later if isinstance(value, float))
    notes: tuple[str, ...] = (
        (f"已签约项目在规划期以后还须支出{committed:,.0f}万元，届时仍是刚性支出。",) if committed > 0 else ()
    )
    moved, pooled = (
        float((before - after).sum()) for before, after in ((money.listed, money.asked), (money.asked, money.county))
    )
    if abs(moved) > 0.5 or abs(pooled) > 0.5:
        notes += (
            f"项目库登记的县级财力减去措施压减和推迟（净）{moved:,.0f}万元、统筹资金{pooled:,.0f}万元后为本表数。",
        )
    return ReportTable("11", "projects", "项目支出规划（县级财力部分）", "万元", "项目", columns, tuple(rows), notes)


def _column_sum(rows: list[ReportRow], position: int) -> float:
    return float(sum(value for row in rows if isinstance(value := row.values[position], float)))
