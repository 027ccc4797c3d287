"""Tables 08-11 of the annex: the three guarantees by item and staff group, capacity, projects."""

from __future__ import annotations

from dataclasses import replace

from fiscal_model.projection import Plan
from fiscal_model.report.layout import (
    OBSERVED_YEARS,
    mean_growth,
    statement,
)
from fiscal_model.report.table import ReportRow, ReportTable, Value
from fiscal_model.vocabulary import GuaranteeClass


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
        rows.append(
            ReportRow(f"{label}（{labels[str(group)]}）", tuple(shown), "money", 2, f"guarantee_item_{label}")
        )
    return replace(table, rows=tuple(rows), notes=("下列各项为分组、分项需求（各级合计）。",))


def guarantee_items_table(plan: Plan) -> ReportTable | None:
    """Table 08-1: need, arranged and gap of each guarantee item in the base year; None without a register."""
    items = plan.basis.place.rows("guarantee_items")
    if not len(items):
        return None
    need = items["persons"] * items["standard"] * items["periods"] * items["coverage"] * 1e-4
    rows = []
    for index, item in items.iterrows():
        required, arranged = float(need[index]), float(item["arranged"])
        numbers = (required, arranged, max(required - arranged, 0.0))
        rate = f"{arranged / required:.1%}" if required > 0 else None
        shares = "/".join(
            f"{item[f'{level}_share']:.0%}" for level in ("central", "province", "city", "county")
        )
        persons = f"{item['persons']:,.0f}"
        standard = f"{item['standard']:,.0f}×{item['periods']:g}"
        values = (item["guarantee"].label, persons, standard, shares, *numbers, rate)
        rows.append(ReportRow(str(item["name"]), values, "money", 1, f"guarantee_item_{item['item_code']}"))
    sums = tuple(_column_sum(rows, position) for position in (4, 5, 6))
    parts = tuple((index, 1) for index in range(len(rows)))
    rows.append(
        ReportRow("合计", ("", "", "", "", *sums, f"{sums[1] / sums[0]:.1%}"), "money", 0, "", parts, True)
    )
    columns = ("类别", "对象数", "标准（元×期）", "中央/省/市/县", "需求", "安排", "缺口", "到位率")
    return ReportTable(
        "08-1",
        "guarantee_items",
        f"“三保”项目需求与安排（{plan.base_year}年）",
        "万元",
        "项目",
        columns,
        tuple(rows),
    )


def staff_table(plan: Plan) -> ReportTable | None:
    """Table 09: posts against persons and the wage bill of each staff group; None without a register."""
    staff = plan.basis.place.rows("staff")
    detail = plan.basis.guarantees.detail
    if not len(staff):
        return None
    wages = detail[detail["guarantee"] == "salaries"].pivot_table(
        index="label", columns="year", values="need", sort=False
    )
    rows = []
    for _, group in staff.iterrows():
        over = group["serving_persons"] - group["posts"]
        heads = (
            f"{group['posts']:,.0f}",
            f"{group['serving_persons']:,.0f}",
            f"{over:+,.0f}",
            f"{group['retired_persons']:,.0f}",
        )
        bill = tuple(float(amount) for amount in wages.loc[f"{group['group']}（工资）"])
        rows.append(ReportRow(str(group["group"]), (*heads, *bill), "money", 1, f"staff_{group['group']}"))
    sums = tuple(_column_sum(rows, position) for position in range(4, len(rows[0].values)))
    counts = tuple(f"{staff[name].sum():,.0f}" for name in ("posts", "serving_persons"))
    over = f"{(staff['serving_persons'] - staff['posts']).sum():+,.0f}"
    total: tuple[Value, ...] = (*counts, over, f"{staff['retired_persons'].sum():,.0f}", *sums)
    parts = tuple((index, 1) for index in range(len(rows)))
    rows.append(ReportRow("合计", total, "money", 0, "guarantee_salaries", parts, True))
    columns = (
        "编制",
        "在职",
        "超（缺）编",
        "离退休",
        *(f"{year}年" for year in (plan.base_year, *plan.years)),
    )
    return ReportTable("09", "staff", "人员经费（保工资）", "万元", "人员组", columns, tuple(rows))


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
    costs = place.rows("project_costs").merge(
        place.rows("projects"), on="project_code", suffixes=("", "_project")
    )
    rows = []
    for (_category, code), part in costs.groupby(["category", "project_code"], sort=True):
        county = part[part["funding"] == "county"].groupby("year")["amount"].sum()
        first = part.iloc[0]
        values = (
            first["category"].label,
            first["status"].label,
            str(first["priority"]),
            *(float(county.get(year, 0.0)) for year in plan.years),
        )
        rows.append(ReportRow(str(first["name"]), values, "money", 1, f"project_{code}"))
    columns = ("类别", "状态", "优先级", *(f"{year}年" for year in plan.years))
    total: tuple[Value, ...] = (
        "",
        "",
        "",
        *(_column_sum(rows, position) for position in range(3, len(columns))),
    )
    parts = tuple((index, 1) for index in range(len(rows)))
    rows.append(ReportRow("县级财力合计（压减前）", total, "money", 0, "projects_total", parts, True))
    return ReportTable("11", "projects", "项目支出规划（县级财力部分）", "万元", "项目", columns, tuple(rows))


def _column_sum(rows: list[ReportRow], position: int) -> float:
    return float(sum(value for row in rows if isinstance(value := row.values[position], float)))
