"""Tables 27-8 and 27-9: what is proposed anew, in the order of its priority: whether it fits, and the money it takes."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.affordability.assess_together import try_in_order
from fiscal_model.analysis.affordability.gate import REFUSED
from fiscal_model.law.affordability_method import method
from fiscal_model.model.projection import Plan
from fiscal_model.report.assessment_text import held_text
from fiscal_model.report.declaration import Column, Content, Line, Spread, table


@table(
    "27-8", "proposals_assessed", "申报事项评估结果", "事项",
    [Column("种类", "kind", "text"), Column("结论", "outcome", "text"), Column("得分", "score", "tenth"),
     Column("起决定作用的", "binding", "text"), Spread("values", "tenth"), Column("全周期负担", "whole", "tenth")],
    row_id="code",
)  # fmt: skip
def outcomes_table(plan: Plan) -> Content:
    """Each proposal's outcome, what decides, and what the county bears by year."""
    rows = [
        {
            "code": proposal.proposal_code, "label": f"{proposal.proposal_code} {proposal.name}", "kind": proposal.kind.label,
            "outcome": trial.verdict.outcome, "score": trial.verdict.score, "binding": held_text(trial.verdict.binding),
            "values": trial.cost[: len(plan.years)], "whole": float(trial.cost.sum()),
        }
        for trial in try_in_order(plan)
        for proposal in [trial.burden.proposal]
    ]  # fmt: skip
    by = method(plan.basis.place)
    notes = (
        f"按{by.name}（{by.version}）逐项评估，优先级在前、没有被否决的先占用财力；权重和分界是设计值，不是上级规定。",
        "结论不通过的不得安排预算；有条件通过的，条件落实之前不得安排。条件、何时改变结论见评估意见书（assess 命令）。",
    )
    return Content(rows, notes)


@table("27-9", "proposals_money", "申报事项可以用的财力", "项目", [Spread(kind="tenth")])
def money_table(plan: Plan) -> Content:
    """What the plan leaves uncommitted, what is named as cut, what each proposal that is let in takes, what is left."""
    trials = try_in_order(plan)
    if not trials:
        return Content([])
    count = len(plan.years)
    let_in = [each for each in trials if each.verdict.outcome != REFUSED]
    free = plan.line("uncommitted_resources")
    cut = np.sum([free * 0, *(each.money.offsets[:count] for each in let_in)], axis=0)
    costs = [each.cost[:count] for each in let_in]
    rows = [
        Line("uncommitted", "全部延续性支出之后的未安排财力", free, 1),
        Line("cuts", "为通过的事项指名压减的支出", cut, 1),
        *(
            Line(f"cost_{at}", each.burden.proposal.name, 0.0 - cost, 2)
            for at, (each, cost) in enumerate(zip(let_in, costs, strict=True), 1)
        ),
        Line("left", "剩余", free + cut - np.sum([free * 0, *costs], axis=0), 0),
    ]
    note = "只计没有被否决的事项；剩余为负的年份，是规划本来的缺口没有补上，不是事项造成的。"
    return Content(rows, (note,) if let_in else ())
