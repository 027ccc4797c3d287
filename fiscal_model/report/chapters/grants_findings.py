"""Transfers line by line and land parcel by parcel."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.arithmetic.budgets.funds import each_fund
from fiscal_model.blocks.revenue.parcels import levies_due, levies_verified
from fiscal_model.model.compute import fund_terms
from fiscal_model.model.projection import Plan
from fiscal_model.report.material import Material
from fiscal_model.report.wording import DOUBT_MARK
from fiscal_model.words.vocabulary import TransferLogic


def transfers_by_line(m: Material) -> dict[str, Any]:
    """How transfers were carried forward line by line: by logic, which follow the spending they pay for; empty without lines."""
    transfers = m.plan.basis.revenue.transfers
    kinds = []
    for logic in TransferLogic:
        inside = [at for at, line in enumerate(transfers.lines) if line.logic is logic]
        if inside:
            base, last = sum(transfers.lines[at].base for at in inside), transfers.amounts[inside, -1].sum()
            kinds.append({"label": logic.label, "count": len(inside), "base": base, "last": last})
    if not kinds:
        return {}
    return {
        "grain": transfers.grain, "kinds": kinds, "tied": [line.name for line in transfers.lines if line.tied_to],
        "unverified": any(line.quality == "unverified" for line in transfers.lines),
    }  # fmt: skip


def noticed(m: Material) -> dict[str, Any]:
    """Transfers announced ahead: how many, how much, what the same lines were worked out at."""
    transfers = m.plan.basis.revenue.transfers
    pairs = [
        (line.notice, float(path[0]))
        for line, path in zip(transfers.lines, transfers.amounts, strict=True)
        if np.isfinite(line.notice)
    ]
    told, expected = (sum(each) for each in zip(*pairs, strict=True)) if pairs else (0.0, 0.0)
    return {"count": len(pairs), "told": told, "expected": expected}


def land_money(m: Material) -> dict[str, Any]:
    """Land revenue over the plan, its cost, what must be set aside from it, what is left; its register, its years too tight, its risk."""
    land, revenue, cost = m.plan.basis.revenue.land, m.line("land_revenue"), m.line("land_cost")
    due = levies_due(land, revenue, m.years)[1].sum(axis=1)
    levies, short = float(due.sum()), due - _spending_left(m.plan)
    return {
        "revenue": revenue.sum(), "cost": cost.sum(), "levies": levies, "net": revenue.sum() - cost.sum() - levies,
        "gap": m.line("land_cost_gap"), "doubt": "" if levies_verified() else DOUBT_MARK,
        "grain": land.grain, "covered": [year for year, known in zip(m.years, land.covered, strict=True) if known],
        "paid": land.income.sum(axis=0), "squeezed": [year for year, less in zip(m.years, short, strict=True) if less > 0.5],
        "deviation": land.deviation[0], "degrees": f"{m.plan.basis.assumed.number('land_tail_degrees'):g}",
    }  # fmt: skip


def _spending_left(plan: Plan) -> np.ndarray:
    """What the land fund can spend beside its costs and debt, (year,): all other fund spending with totals only."""
    found, funds = each_fund(fund_terms(plan.basis, dict(plan.lines))), plan.basis.balance.funds
    return found["other_spending"] @ (funds.split.land if funds else np.ones(1))


FINDINGS = {each.__name__: each for each in (transfers_by_line, noticed, land_money)}
