"""Tables 18-1 to 18-6 of the annex: approved budget, adjustment test, breaches, mid-year policies, conflicts, deadlines."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

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
from fiscal_model.report.declaration import Column, Content, Line, Record, Spread, table
from fiscal_model.report.wording import UNVERIFIED


@table(
    "18-1",
    "approved_budget",
    "{year}年批准预算与规划",
    "项目",
    [
        Column("年初批准", "original"), Column("调整后批准", "adjusted"), Spread(),
        Column("规划－批准", "gap"), Column("相差比例", "share", "ratio"),
    ],
    row_id="line",
)  # fmt: skip
def approved_table(plan: Plan) -> Content | None:
    """The approved budget of the first approved plan year against the plan."""
    known = [year for year in plan.years if year in approved_years(plan.basis.place)]
    approved = find_approved(plan.basis.place, known[0]) if known else None
    if approved is None:
        return None
    year, in_force, rows = known[0], approved_amounts(plan, known[0]), []
    for line in (line for line in COMPARED if line in in_force):
        amount, row_line = in_force[line]
        own = approved.lines[approved.lines["row_line"] == row_line].iloc[0]
        planned = float(plan.line(line)[plan.years.index(year)])
        share = (planned - amount) / amount if amount else None
        found = {
            "line": line,
            "label": TOTALS_LINES[line],
            "values": [planned],
            "gap": planned - amount,
            "share": share,
        }
        rows.append({**own, **found})
    notes = (
        *(
            f"{row.kind.label}：{row.approved_on}，{row.meeting}{row.document and '，' + row.document}，{row.rows}项，"
            f"校验码{row.digest}（批准后改动任何一个数，校验码就会变）。"
            for row in approved.approvals.itertuples()
        ),
        "年初批准数和调整后全年数照批准的预算书；相差＝规划数－有效的批准数。规划不读批准数，只作核对。",
    )
    return Content(rows, notes, [f"{year}年规划"], year=year)


@table(
    "18-2",
    "adjustment_test",
    "预算调整判定",
    "申请或规划",
    [
        Column("事项", "what", "text"), Column("金额", "amount"), Spread(kind="text"), Column("预算调整", "needed", "text"),
        Column("批准途径", "path", "text"), Column("理由", "reason", "text"),
    ],
    row_id="id",
)  # fmt: skip
def adjustment_table(plan: Plan) -> Content:
    """Requests and the plan's own steps against the four triggers."""
    law, rows = rules("budget_adjustment"), list[Record]()
    for asked in check_adjustments(plan.basis.place).to_dict("records"):
        label = f"{asked['request_id']}（{asked['requested_on']}）"
        path = asked["path"] + (f"（{UNVERIFIED}）" if asked["quality"] == "unverified" else "")
        met = [name for name in TRIGGERS if asked[name]]
        what = _moved(asked["from_label"], asked["to_label"])
        rows.append(
            {**asked, "id": asked["request_id"], "label": label, "what": what, "path": path, **_said(asked, met)}
        )
    for number, step in enumerate(check_plan_steps(plan).to_dict("records"), 1):
        found = {"id": f"step_{number}", "label": f"规划（{step['year']}年）", "what": step["label"]}
        path = law["paths"]["committee"]["label"] if step["needed"] else None
        met = [step["trigger"]] if step["needed"] else []
        rows.append({**step, **found, "amount": step["difference"], "path": path, **_said(step, met)})
    notes = (
        "四种情形依据预算法第六十七条，两种例外依据预算法第七十一条和实施条例第七十八条；批准途径中注明"
        f"“{UNVERIFIED}”的为设计值，预算法第七十二条只规定按国务院财政部门的规定办理。",
    )
    return Content(rows, notes, [law["triggers"][name]["label"] for name in TRIGGERS])


def _said(judged: Record, met: Collection[str]) -> Record:
    marks = ["是" if name in met else "否" for name in TRIGGERS]
    return {"values": marks, "needed": "需要" if judged["needed"] else "不需要"}


def _moved(taken: str, given: str) -> str:
    if taken and given:
        return f"{taken}→{given}"
    return f"追加：{given}" if given else f"追减：{taken}"


@table(
    "18-3",
    "spending_breaches",
    "无预算、超预算拨付",
    "科目",
    [
        Column("预算", "budget", "text"), Column("种类", "kind", "text"), Column("批准数", "approved"),
        Column("已拨付", "paid"), Column("其中上级追加", "from_above"), Column("超出", "over"),
        Column("最早月份", "{first_month}月", "text"), Column("理由", "reason", "text"),
    ],
    label="{year}年{label}",
    row_id="{year}_{line}",
)  # fmt: skip
def breaches_table(plan: Plan) -> Content | None:
    """What was paid without or beyond the approved budget."""
    place = plan.basis.place
    years = sorted({int(year) for year in place.rows("payments")["year"]})
    if not years:
        return None
    found = [row for year in years for row in list_breaches(place, year).assign(year=year).to_dict("records")]
    notes = (
        f"核对了{'、'.join(f'{year}年' for year in years)}的拨付台账，共{len(place.rows('payments'))}笔。"
        "用年度中上级增加的专项转移支付拨付的不算超预算；按月核对，先拨付后调整的也列出。",
    )
    return Content(found or [Line("none", "没有无预算、超预算拨付", (), lead=(None,) * 8)], notes)


@table(
    "18-4",
    "midyear_policies",
    "年度中执行的增支减收政策",
    "政策",
    [
        Column("执行日期", "starts", "text"), Column("当年增支或减收", "first_year_amount"), Column("判定", "verdict", "text"),
        Column("处理", "state", "text"), Column("位置", "where", "text"),
    ],
    label="what",
)  # fmt: skip
def policies_table(plan: Plan) -> Content:
    """Policies that start within a year and raise spending or cut revenue."""
    frame = list_midyear_policies(plan.basis.place)
    starts = [row.starts or f"{row.year}年" for row in frame.itertuples()]
    freeze = rules("budget_adjustment")["freeze"]
    notes = (
        f"{freeze['label']}（{freeze['article']}）。当年金额按台账的人数和标准、从执行月份起估算；"
        "定额标准的调整没有人数，不估金额。",
    )
    return Content(frame.assign(starts=starts, verdict=np.where(frame["approved"], "例外", "提示")), notes)


@table(
    "18-5",
    "conflicts",
    "一致性核对",
    "不一致事项",
    [
        Column("一方", "area_a", "text"), Column("另一方", "area_b", "text"), Column("一方数", "amount_a"),
        Column("另一方数", "amount_b"), Column("相差", "difference"), Column("位置", "where", "text"),
        Column("处理", "remedy", "text"),
    ],
    label="{number}. {what}",
    row_id="conflict_{number}",
)  # fmt: skip
def conflicts_table(plan: Plan) -> Content:
    """One row a conflict between plan, budgets and registers."""
    frame, rule = list_conflicts(plan), rules("budget_adjustment")["consistency"]
    notes = (
        f"规划与预算、两张清单之间相差超过{rule['tolerance_share']:.0%}和{rule['tolerance_amount']:.0f}万元中较大的一个才列出"
        f"（{rule['source']}，{UNVERIFIED}）；台账与决算、项目库内部的不符逐条列出。",
    )
    numbered = frame.assign(number=range(1, len(frame) + 1))
    return Content(numbered if len(frame) else [Line("none", "没有发现不一致", (), lead=(None,) * 7)], notes)


@table(
    "18-6",
    "disclosure_dates",
    "公开和批复期限",
    "批准事项",
    [
        Column("批准日期", "approved_on", "text"), Column("事项", "duty", "text"), Column("期限", "{days}天", "text"),
        Column("最晚日期", "due", "text"), Column("完成日期", "done_on", "text"), Column("状态", "state", "text"),
        Column("依据", "article", "text"),
    ],
    label="{year}年{kind.label}",
    unit="",
)  # fmt: skip
def deadlines_table(plan: Plan) -> Content:
    """When approved figures have to be published and passed on."""
    frame = list_disclosure_dates(plan.basis.place)
    late = [f"{row.state}{row.days_late:.0f}天" if row.days_late > 0 else row.state for row in frame.itertuples()]
    notes = (
        "各部门向所属单位批复的期限自接到批复之日起十五日，这里按最晚的批复日推算。",
        "向各部门批复的完成日期取预决算公开表中部门预决算的批复日期（登记各部门中最晚的）。",
    )
    return Content(frame.assign(state=late), notes)
