"""Findings on hidden debt: the way to zero and who pays, swaps, platforms, assets, the least costly way."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.analysis.debt.assets import match_assets
from fiscal_model.analysis.debt.hidden_account import account_hidden
from fiscal_model.analysis.debt.platforms import review_platforms
from fiscal_model.analysis.debt.repayment_strategy import LIMIT_LABELS, plan_strategy
from fiscal_model.analysis.debt.swaps import rank_swaps
from fiscal_model.report.material import Material
from fiscal_model.words.vocabulary import HiddenFunding


def hidden_debt(m: Material) -> dict[str, Any]:
    """How hidden debt is cleared, what the plan had to bring forward, what has no money; empty without a register."""
    found = account_hidden(m.plan)
    if found is None:
        return {}
    path, paid = found.plan.path, {source: amounts.sum() for source, amounts in found.planned.items()}
    return {
        "resolved": path.resolved.sum(), "stock": path.stock, "late": path.late, "behind": path.shortfall,
        "contract": path.contract_stock, "uncovered": found.uncovered_budget,
        "unsold": np.nan_to_num(found.uncovered_assets),
        "sources": [{"label": HiddenFunding(one).label, "amount": all_of} for one, all_of in paid.items() if all_of > 0.5],
    }  # fmt: skip


def clearing_strategy(m: Material) -> dict[str, Any]:
    """The least costly way to clear hidden debt beside the register's plan, or what is missing; empty without debts."""
    found = plan_strategy(m.plan)
    if found is None or not len(found.debts):
        return {}
    best, chosen = found.strategy, found.strategy.outcome
    return {
        "short": best.status == "short", "missing": chosen.unresolved.sum() + best.shortage.sum(), "cost": chosen.cost,
        "planned_cost": found.baseline.cost, "saving": found.saving, "most": chosen.service.max(),
        "planned_most": found.baseline.service.max(), "beyond": found.beyond_space,
        "tightest": [{"year": year, "label": LIMIT_LABELS[name]} for name, year in best.binding],
    }  # fmt: skip


FINDINGS = {each.__name__: each for each in (hidden_debt, clearing_strategy)} | {
    "swaps": lambda m: rank_swaps(m.plan),
    "platforms": lambda m: review_platforms(m.plan),
    "asset_pool": lambda m: match_assets(m.plan),
}
