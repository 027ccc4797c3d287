"""Words for a plan of one level that passes money on to the governments below it; empty for a whole area."""

from __future__ import annotations

from fiscal_model.model.projection import Plan
from fiscal_model.words.lines import OF_LOWER_LEVELS


def passes_on(plan: Plan) -> bool:
    """Tell whether the plan has dealings with lower levels."""
    return any(abs(plan.lines[name]).max() > 0.5 for name in OF_LOWER_LEVELS)


def beside(plan: Plan, words: str) -> str:
    """Return words that hold only where money is passed on."""
    return words if passes_on(plan) else ""


def reliance(plan: Plan) -> tuple[str, float]:
    """Name what the level keeps of transfers from above, and give it as a part of the base year's expenditure."""
    flows, below = plan.basis.balance.opening.flows, plan.basis.balance.lower_levels
    kept = flows["transfers"] - below.passed_free - below.passed_tied
    return beside(plan, "扣除补助下级后的") + "上级补助", kept / flows["expenditure"]


def onlent_note(plan: Plan, line: str, where: str) -> tuple[str, ...]:
    """Say that bond money on-lent to lower levels stands in the base year's figures only."""
    amount = plan.basis.history.booked(line, plan.base_year)
    if amount < 0.5:
        return ()
    return (
        f"{plan.base_year}年债务转贷收入含转贷下级的 {amount:,.0f} 万元（列在“{where}”），规划期收支两边都不含转贷下级的债券。",
    )
