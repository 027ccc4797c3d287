"""What is proposed anew and whether it fits, in two sentences for one who decides."""

from __future__ import annotations

from fiscal_model.analysis.affordability.assess_together import try_in_order
from fiscal_model.analysis.affordability.gate import CONDITIONAL, PASSED, REFUSED
from fiscal_model.model.projection import Plan

_MEANS = {PASSED: "可以按程序报批", CONDITIONAL: "条件落实之前不得安排预算", REFUSED: "不得安排预算"}


def proposal_sentences(plan: Plan) -> list[str]:
    """Say how many proposals pass and which, and what those let in leave; nothing where none is registered."""
    trials = try_in_order(plan)
    if not trials:
        return []
    by_outcome = {
        outcome: [each for each in trials if each.verdict.outcome == outcome]
        for outcome in (PASSED, CONDITIONAL, REFUSED)
    }
    parts = [
        f"{outcome}{len(found)}项（{'、'.join(each.burden.proposal.name for each in found)}），{_MEANS[outcome]}"
        for outcome, found in by_outcome.items()
        if found
    ]
    sentences = [f"登记的{len(trials)}项新增支出按优先级逐项评估：{'；'.join(parts)}（附表27-8、27-9）。"]
    last = plan.years[-1]
    whole = sum(float(each.cost[len(plan.years) - 1]) for each in trials if each.verdict.outcome != REFUSED)
    if whole >= 0.05:
        sentences.append(f"没有被否决的各项到{last}年由本级负担{whole:,.1f}万元。")
    return sentences
