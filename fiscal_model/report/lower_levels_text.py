"""Words for a plan of one level that passes money on to the governments below it; empty for a whole area."""

from __future__ import annotations

from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import money, percent
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


def passed_on_sentences(plan: Plan) -> list[str]:
    """Say what is passed on to lower levels and by which rule it moves."""
    if not passes_on(plan):
        return []
    passed, received = plan.line("paid_to_below"), plan.line("transfers")
    start = plan.basis.balance.opening.flows["paid_to_below"]
    return [
        f"上级补助中转移给下级的（补助下级支出），{plan.base_year}年{money(start)}，按资金性质分别随上级补助同比例变动：{plan.years[0]}年{money(passed[0])}、"
        f"{plan.years[-1]}年{money(passed[-1])}，占上级补助的{percent(passed[0] / received[0])}和{percent(passed[-1] / received[-1])}；"
        "一般性转移支付的财力性比例，上下两段按同一比例估计。下级上解按“未列明收支增速”变动。补助下级不列为本级支出，其中财力性部分不计入可用财力。"
    ]


def onlent_note(plan: Plan, line: str, where: str) -> tuple[str, ...]:
    """Say that bond money on-lent to lower levels stands in the base year's figures only."""
    amount = plan.basis.history.booked(line, plan.base_year)
    if amount < 0.5:
        return ()
    return (
        f"{plan.base_year}年债务转贷收入含转贷下级的 {amount:,.0f} 万元（列在“{where}”），规划期收支两边都不含转贷下级的债券。",
    )
