"""What the plan took of the approved budget, in one sentence."""

from __future__ import annotations

from fiscal_model.blocks.approved_budget import Treatment
from fiscal_model.blocks.revenue.second_opinions import BUDGET
from fiscal_model.model.projection import Plan
from fiscal_model.words.lines import LINES


def budget_use_sentence(plan: Plan) -> str:
    """Say what of the approved budget was taken, weighed or kept as a floor."""
    revenue, balance = plan.basis.revenue, plan.basis.balance
    granted, funds = list(revenue.transfers.approved), dict(balance.fund_opening.approved)
    used = [one for one in (*granted, *funds.values(), *balance.insurance.approved, revenue.land.approved) if one]
    taken = [one.line for one in used if one.treatment is Treatment.TAKEN and one.weight > 0]
    floors = [one.line for one in used if one.treatment is Treatment.FLOOR]
    transfers = [LINES[one.line].label for one in granted if one.line in taken]
    others = sum(line in taken for line in funds if line != "fund_transfers")
    names = [
        *(transfers if len(transfers) < len(granted) else ["上级补助"] if granted else []),
        *(["政府性基金补助"] if "fund_transfers" in taken else []),
        *([f"土地以外{others}项基金收入"] if others else []),
        *(["社会保险基金收支"] if any(one.line in taken for one in balance.insurance.approved) else []),
    ]
    heard = [
        ("自有收入合计" if row.line == "own_revenue" else "自有收入分项", row.weight)
        for row in revenue.own.comparisons
        if row.forecaster == BUDGET and row.weight > 0
    ]
    heard += [
        (LINES[one.line].label, one.weight) for one in used if one.treatment is Treatment.WEIGHED and one.weight > 0
    ]
    weighed = []
    for name in dict.fromkeys(name for name, _ in heard):
        low, *_, high = sorted(weight for other, weight in heard if other == name) * 2
        weighed.append(f"{name}（预算占{low:.0%}{f'至{high:.0%}' if high - low > 0.01 else ''}）")
    said = [
        *([f"{'、'.join(names)}照批准数采用"] if names else []),
        *([f"{'、'.join(weighed)}按以往预算、本模型各自的误差加权"] if weighed else []),
        *(f"{LINES[line].label}的预算只列已提前下达的部分，作为下限" for line in floors),
    ]
    if not said:
        return "预算数只作比较，不进入预测。"
    return f"其中{'；'.join(said)}；其余只作比较。以后年度按首年与本模型自身预测之比顺延。"
