"""Sentences on the approved budget, adjustments, breaches, mid-year policies and consistency."""

from __future__ import annotations

from fiscal_model.analysis.control.adjustment import check_adjustments, check_plan_steps
from fiscal_model.analysis.control.conflicts import list_conflicts
from fiscal_model.analysis.control.disclosure_dates import LATE, list_disclosure_dates
from fiscal_model.analysis.control.execution import list_breaches
from fiscal_model.analysis.control.policy_dates import list_midyear_policies
from fiscal_model.inputs.approvals import approved_years, find_approved
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import UNVERIFIED, money


def consistency_sentences(plan: Plan) -> list[str]:
    """Write the sentences of consistency, each naming what it counts; only those the data carry, the last always."""
    said = [_approved(plan), _adjustments(plan), _breaches(plan), _policies(plan), _conflicts(plan)]
    return [sentence for sentence in said if sentence]


def _approved(plan: Plan) -> str:
    known = [year for year in plan.years if year in approved_years(plan.basis.place)]
    approved = find_approved(plan.basis.place, known[0]) if known else None
    if approved is None:
        return ""
    listed = "、".join(f"{row.approved_on}{row.meeting}（{row.kind.label}）" for row in approved.approvals.itertuples())
    said = f"{known[0]}年预算经{listed}批准，规划与批准数的差异见附表18-1。"
    dates = list_disclosure_dates(plan.basis.place)
    late = dates[dates["state"] == LATE]
    if len(late):
        rows = late.to_dict("records")
        told = "、".join(f"{row['year']}年{row['kind'].label}逾期{int(row['days_late'])}天" for row in rows)
        said += f"批准后应在二十日内公开，{told}。"
    return said


def _adjustments(plan: Plan) -> str:
    requests, steps = check_adjustments(plan.basis.place), check_plan_steps(plan)
    parts = []
    if len(requests):
        needed = requests[requests["needed"]]
        told = (
            f"，其中须作预算调整{len(needed)}件（{'、'.join(needed['request_id'])}）"
            if len(needed)
            else "，都不需要预算调整"
        )
        parts.append(f"登记的调剂、追加申请{len(requests)}件{told}")
    acts = steps[steps["needed"]] if len(steps) else steps
    if len(acts):
        listed = "、".join(
            f"{row['year']}年{row['label']}{'多' if row['difference'] > 0 else '少'}{money(abs(row['difference']))}"
            for row in acts.to_dict("records")
        )
        parts.append(f"规划比批准预算{listed}，照规划执行须先经人大常委会批准预算调整")
    return "；".join(parts) + "。" if parts else ""


def _breaches(plan: Plan) -> str:
    place = plan.basis.place
    years = sorted({int(year) for year in place.rows("payments")["year"]})
    rows = [(year, row) for year in years for row in list_breaches(place, year).to_dict("records")]
    if not years:
        return ""
    if not rows:
        return "拨付台账没有发现无预算、超预算拨付。"
    listed = "、".join(f"{year}年“{row['label']}”{row['kind']}{money(row['over'])}" for year, row in rows)
    return f"拨付台账发现无预算、超预算拨付{len(rows)}项：{listed}，应停止拨付，查明原因，依法纠正。"


def _policies(plan: Plan) -> str:
    frame = list_midyear_policies(plan.basis.place)
    made = frame[frame["approved"].astype(bool)]
    if not len(made):
        return ""
    listed = "、".join(f"“{what}”" for what in made["what"])
    return f"预算批准后年度中新出台的增支减收政策{len(made)}项：{listed}，一般应推迟编入下年预算（预算法第六十八条）。"


def _conflicts(plan: Plan) -> str:
    frame = list_conflicts(plan)
    if not len(frame):
        return "规划与预算、债务限额、三保清单、项目库和各台账相互核对，没有发现不一致。"
    counts = frame.groupby("area_b", sort=False).size()
    listed = "、".join(f"与{area}{count}项" for area, count in counts.items())
    return (
        f"规划、预算、债务限额、三保清单、项目库和各台账相互核对，发现不一致{len(frame)}项（{listed}），逐项列在附表18-5"
        f"（列示的容差为设计值，{UNVERIFIED}）。"
    )
