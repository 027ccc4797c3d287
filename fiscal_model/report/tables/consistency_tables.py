"""Tables 18-1 to 18-6 of the annex: approved budget, adjustment test, breaches, mid-year policies, conflicts, deadlines."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.control.adjustment import TRIGGERS, check_adjustments, check_plan_steps
from fiscal_model.analysis.control.budget_conflicts import COMPARED, approved_amounts
from fiscal_model.analysis.control.conflicts import list_conflicts
from fiscal_model.analysis.control.disclosure_dates import list_disclosure_dates
from fiscal_model.analysis.control.execution import list_breaches
from fiscal_model.analysis.control.policy_dates import list_midyear_policies
from fiscal_model.inputs.approvals import approved_years, find_approved
from fiscal_model.law.classification import TOTALS_LINES
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import number_or_none
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import Budget


def consistency_tables(plan: Plan) -> list[ReportTable | None]:
    """Build the tables on the approved budget and on consistency.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of ReportTable or None
        18-1 to 18-6; None where the place has no such register or there is nothing to list.
    """
    return [
        approved_table(plan),
        adjustment_table(plan),
        breaches_table(plan),
        policies_table(plan),
        conflicts_table(plan),
        deadlines_table(plan),
    ]


def approved_table(plan: Plan) -> ReportTable | None:
    """Table 18-1: the approved budget of the first approved plan year against the plan."""
    known = [year for year in plan.years if year in approved_years(plan.basis.place)]
    approved = find_approved(plan.basis.place, known[0]) if known else None
    if approved is None:
        return None
    position, in_force = plan.years.index(known[0]), approved_amounts(plan, known[0])
    rows = []
    for line in COMPARED:
        if line not in in_force:
            continue
        own = approved.lines[approved.lines["row_line"] == in_force[line][1]].iloc[0]
        amount, planned = in_force[line][0], float(plan.line(line)[position])
        gap = number_or_none(planned - amount)
        share = f"{(planned - amount) / amount:.1%}" if gap is not None and amount else None
        values: tuple[Value, ...] = (
            number_or_none(own["original"]),
            number_or_none(own["adjusted"]),
            number_or_none(planned),
            gap,
            share,
        )
        rows.append(ReportRow(TOTALS_LINES[line], values, "money", 1, line))
    notes = (
        *(
            f"{row.kind.label}：{row.approved_on}，{row.meeting}{row.document and '，' + row.document}，{row.rows}项，"
            f"校验码{row.digest}（批准后改动任何一个数，校验码就会变）。"
            for row in approved.approvals.itertuples()
        ),
        "年初批准数和调整后全年数照批准的预算书；相差＝规划数－有效的批准数。规划不读批准数，只作核对。",
    )
    columns = ("年初批准", "调整后批准", f"{known[0]}年规划", "规划－批准", "相差比例")
    title = f"{known[0]}年批准预算与规划"
    return ReportTable("18-1", "approved_budget", title, "万元", "项目", columns, tuple(rows), notes)


def adjustment_table(plan: Plan) -> ReportTable | None:
    """Table 18-2: requests and the plan's own steps against the four triggers."""
    requests, steps = check_adjustments(plan.basis.place), check_plan_steps(plan)
    if not len(requests) and not len(steps):
        return None
    triggers = rules("budget_adjustment")["triggers"]
    rows = []
    for request in requests.to_dict("records"):
        moved = _moved(request["from_label"], request["to_label"])
        marks = tuple("是" if request[name] else "否" for name in TRIGGERS)
        path = request["path"] + (f"（{UNVERIFIED}）" if request["quality"] == "unverified" else "")
        needed = "需要" if request["needed"] else "不需要"
        label = f"{request['request_id']}（{request['requested_on']}）"
        values: tuple[Value, ...] = (moved, float(request["amount"]), *marks, needed, path, request["reason"])
        rows.append(ReportRow(label, values, "money", 1))
    for step in steps.to_dict("records"):
        marks = tuple("是" if step["needed"] and step["trigger"] == name else "否" for name in TRIGGERS)
        needed = "需要" if step["needed"] else "不需要"
        path = rules("budget_adjustment")["paths"]["committee"]["label"] if step["needed"] else "—"
        values = (f"{step['label']}", float(step["difference"]), *marks, needed, path, step["reason"])
        rows.append(ReportRow(f"规划（{step['year']}年）", values, "money", 1))
    columns = ("事项", "金额", *(triggers[name]["label"] for name in TRIGGERS), "预算调整", "批准途径", "理由")
    notes = (
        "四种情形依据预算法第六十七条，两种例外依据预算法第七十一条和实施条例第七十八条；批准途径中注明"
        f"“{UNVERIFIED}”的为设计值，预算法第七十二条只规定按国务院财政部门的规定办理。",
    )
    return ReportTable("18-2", "adjustment_test", "预算调整判定", "万元", "申请或规划", columns, tuple(rows), notes)


def _moved(taken: str, given: str) -> str:
    if taken and given:
        return f"{taken}→{given}"
    return f"追加：{given}" if given else f"追减：{taken}"


def breaches_table(plan: Plan) -> ReportTable | None:
    """Table 18-3: what was paid without or beyond the approved budget."""
    place = plan.basis.place
    years = sorted({int(year) for year in place.rows("payments")["year"]})
    found = [(year, list_breaches(place, year)) for year in years]
    rows = [
        ReportRow(
            f"{year}年{row['label']}",
            (
                Budget(row["budget"]).label,
                row["kind"],
                number_or_none(row["approved"]),
                number_or_none(row["paid"]),
                number_or_none(row["from_above"]),
                number_or_none(row["over"]),
                f"{row['first_month']}月",
                row["reason"],
            ),
        )
        for year, frame in found
        for row in frame.to_dict("records")
    ]
    if not years:
        return None
    looked = "、".join(f"{year}年" for year in years)
    notes = (
        f"核对了{looked}的拨付台账，共{len(place.rows('payments'))}笔。用年度中上级增加的专项转移支付拨付的不算超预算；"
        "按月核对，先拨付后调整的也列出。",
    )
    if not rows:
        rows = [ReportRow("没有无预算、超预算拨付", (None,) * 8, "money", 1)]
    columns = ("预算", "种类", "批准数", "已拨付", "其中上级追加", "超出", "最早月份", "理由")
    return ReportTable("18-3", "spending_breaches", "无预算、超预算拨付", "万元", "科目", columns, tuple(rows), notes)


def policies_table(plan: Plan) -> ReportTable | None:
    """Table 18-4: policies that start within a year and raise spending or cut revenue."""
    frame = list_midyear_policies(plan.basis.place)
    if not len(frame):
        return None
    rows = [
        ReportRow(
            row["what"],
            (
                str(row["starts"] or f"{row['year']}年"),
                number_or_none(row["first_year_amount"]),
                "例外" if row["approved"] else "提示",
                row["state"],
                row["where"],
            ),
        )
        for row in frame.to_dict("records")
    ]
    freeze = rules("budget_adjustment")["freeze"]
    notes = (
        f"{freeze['label']}（{freeze['article']}）。当年金额按台账的人数和标准、从执行月份起估算；"
        "定额标准的调整没有人数，不估金额。",
    )
    columns = ("执行日期", "当年增支或减收", "判定", "处理", "位置")
    return ReportTable(
        "18-4", "midyear_policies", "年度中执行的增支减收政策", "万元", "政策", columns, tuple(rows), notes
    )


def conflicts_table(plan: Plan) -> ReportTable:
    """Table 18-5: one row a conflict between plan, budgets and registers."""
    frame = list_conflicts(plan)
    rows = [
        ReportRow(
            f"{number}. {row['what']}",
            (
                row["area_a"],
                row["area_b"],
                number_or_none(row["amount_a"]),
                number_or_none(row["amount_b"]),
                number_or_none(row["difference"]),
                row["where"],
                row["remedy"],
            ),
        )
        for number, row in enumerate(frame.to_dict("records"), 1)
    ]
    rule = rules("budget_adjustment")["consistency"]
    notes = (
        f"规划与预算、两张清单之间相差超过{rule['tolerance_share']:.0%}和{rule['tolerance_amount']:.0f}万元中较大的一个才列出"
        f"（{rule['source']}，{UNVERIFIED}）；台账与决算、项目库内部的不符逐条列出。",
    )
    if not rows:
        rows = [ReportRow("没有发现不一致", (None,) * 7, "money", 1)]
    columns = ("一方", "另一方", "一方数", "另一方数", "相差", "位置", "处理")
    return ReportTable("18-5", "conflicts", "一致性核对", "万元", "不一致事项", columns, tuple(rows), notes)


def deadlines_table(plan: Plan) -> ReportTable | None:
    """Table 18-6: when approved figures have to be published and passed on."""
    frame = list_disclosure_dates(plan.basis.place)
    if not len(frame):
        return None
    rows = [
        ReportRow(
            f"{row['year']}年{row['kind'].label}",
            (
                str(row["approved_on"]),
                row["duty"],
                f"{row['days']}天",
                str(row["due"]),
                str(row["done_on"]) if not pd.isna(row["done_on"]) else None,
                row["state"]
                + (f"{int(row['days_late'])}天" if np.isfinite(row["days_late"]) and row["days_late"] else ""),
                row["article"],
            ),
            "text",
        )
        for row in frame.to_dict("records")
    ]
    columns = ("批准日期", "事项", "期限", "最晚日期", "完成日期", "状态", "依据")
    notes = ("各部门向所属单位批复的期限自接到批复之日起十五日，这里按最晚的批复日推算。",)
    return ReportTable("18-6", "disclosure_dates", "公开和批复期限", "", "批准事项", columns, tuple(rows), notes)
