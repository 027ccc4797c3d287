"""What the plan took of the approved budget."""

from __future__ import annotations

from typing import Any

from fiscal_model.blocks.approved_budget import Treatment
from fiscal_model.blocks.revenue.second_opinions import BUDGET
from fiscal_model.report.material import Material
from fiscal_model.words.lines import LINES


def budget_use(m: Material) -> dict[str, Any]:
    """What of the approved budget was taken, what weighed with which shares, what kept as a floor."""
    revenue, balance = m.plan.basis.revenue, m.plan.basis.balance
    granted, funds = revenue.transfers.approved, dict(balance.fund_opening.approved)
    used = [one for one in (*granted, *funds.values(), *balance.insurance.approved, revenue.land.approved) if one]
    taken = {one.line for one in used if one.treatment is Treatment.TAKEN and one.weight > 0}
    transfers = [LINES[one.line].label for one in granted if one.line in taken]
    heard = [
        ("自有收入合计" if row.line == "own_revenue" else "自有收入分项", row.weight)
        for row in revenue.own.comparisons
        if row.forecaster == BUDGET and row.weight > 0
    ]
    heard += [
        (LINES[one.line].label, one.weight) for one in used if one.treatment is Treatment.WEIGHED and one.weight > 0
    ]
    shares = {name: [weight for other, weight in heard if other == name] for name, _ in heard}
    return {
        "transfers": transfers, "every_transfer": 0 < len(granted) == len(transfers), "fund_transfers": "fund_transfers" in taken,
        "other_funds": sum(line in taken for line in funds if line != "fund_transfers"),
        "insurance": any(one.line in taken for one in balance.insurance.approved),
        "weighed": [
            {"name": name, "shares": dict.fromkeys(f"{share:.0%}" for share in (min(each), max(each)))}
            for name, each in shares.items()
        ],
        "floors": [LINES[one.line].label for one in used if one.treatment is Treatment.FLOOR],
    }  # fmt: skip


FINDINGS = {"budget_use": budget_use}
