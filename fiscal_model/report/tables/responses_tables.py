"""Table 28-4: when another scenario sets in, what balances it, and who watches."""

from __future__ import annotations

from collections.abc import Mapping

from fiscal_model.arithmetic.budgets.waterfall import LEGAL_STEPS, SHORTAGE_STEPS
from fiscal_model.law.balance_steps import balance_steps
from fiscal_model.law.rules import rule_table
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, table

_TOLD = 0.5
"""万元: less is not printed."""


@table(
    "28-4", "scenario_responses", "各情景的触发条件和应对", "情景",
    [Column("触发条件", "trigger", "text"), Column("应对：按平衡次序，规划期合计", "response", "text"), Column("仍有缺口", "gap"), Column("基金缺口", "fund_gap"),
     Column("责任部门", "owner", "text")],
    label="name", row_id="id",
)  # fmt: skip
def responses_table(plan: Plan, alternatives: Mapping[str, Plan]) -> Content | None:
    """When each other scenario sets in, what balances it beyond the measures registered, and who watches."""
    told = {row["scenario"]: row for row in rule_table("scenario_triggers")}
    rows = []
    for id, other in alternatives.items():
        rule = told.get(id)
        if other is plan or rule is None or rule["indicator"] in other.unavailable:
            continue
        first = float(other.line(rule["indicator"])[0])
        if abs(first - float(plan.line(rule["indicator"])[0])) < _TOLD:
            continue
        trigger = rule["trigger"].format(year=other.years[0], value=f"{first:,.0f}")
        rows.append({"id": id, "name": other.basis.scenario.name, "trigger": trigger, "response": _response(other),
                     "gap": float(other.line("funding_gap").sum()), "fund_gap": float(other.line("fund_gap").sum()), "owner": rule["owner"]})  # fmt: skip
    note = "触发条件以各情景规划第一年的数为界，与本规划第一年相同的情景不列；界限和责任部门为设计值，可在规则表“情景触发条件”修改。"
    return Content(rows, (note,))


def _response(plan: Plan) -> str:
    """The steps that a plan takes, in their order, with what each comes to."""
    steps = ((step, float(plan.steps[step].sum())) for step in (*LEGAL_STEPS, *SHORTAGE_STEPS))
    said = [f"{balance_steps()[step].label}{money:,.0f}" for step, money in steps if money > _TOLD]
    return "；".join(said) or "各年收支相抵，不需采取措施"
