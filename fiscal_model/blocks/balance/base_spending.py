"""Where the base year's expenditure stood: spread over the spending lines of the plan."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.arithmetic.debt.portfolio import DebtPath
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees
from fiscal_model.inputs.history import History
from fiscal_model.words.vocabulary import GuaranteeClass


def base_spending(
    history: History,
    base: int,
    flows: Mapping[str, float],
    earmarked_transfers: float,
    guarantees: Guarantees,
    debt: DebtPath,
    projects: float,
    insurance: float,
) -> dict[str, float]:
    """Spread the base year's expenditure over the plan's spending lines, 万元.

    Guarantees, interest and fees as published or estimated; new-bond spending as issued; earmarked money beyond the
    guarantees; what is left is flexible. They add up to expenditure.

    ``flows``: of the opening balance.
    ``debt``: general debt: its first interest stands in for what was not published.
    ``projects``: county money of committed projects in the base year.
    ``insurance``: subsidies to social insurance that are not among the guarantees.
    """
    interest, fees, refinanced = (
        history.value(line, base) for line in ("interest_general", "issue_fees_general", "general_issued_refinancing")
    )
    spread = {f"guarantee_{group}": float(guarantees.need[group][0]) for group in GuaranteeClass}
    spread["interest_general"] = interest if np.isfinite(interest) else float(debt.interest[0])
    spread["issue_fees_general"] = fees if np.isfinite(fees) else 0.0
    spread["committed_projects"] = projects
    spread["insurance_subsidy"] = insurance
    if not np.isfinite(refinanced):
        refinanced = min(flows["principal_general"], flows["debt_proceeds_general"])
    spread["bond_spending_general"] = max(flows["debt_proceeds_general"] - refinanced, 0.0)
    left = flows["expenditure"] - sum(spread.values())
    from_above = float(guarantees.from_above[0])
    earmarked = earmarked_transfers + flows["carry_in"] - flows["carry_out"] - from_above
    spread["earmarked_spending"] = float(np.clip(earmarked, 0.0, max(left, 0.0)))
    spread["flexible_spending"] = left - spread["earmarked_spending"]
    return spread
