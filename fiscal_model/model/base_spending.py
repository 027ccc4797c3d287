"""Where the base year's expenditure stood: spread over the spending lines of the plan."""

from __future__ import annotations

import numpy as np

from fiscal_model.model.basis import Basis
from fiscal_model.words.vocabulary import DebtKind, GuaranteeClass


def base_spending(basis: Basis) -> dict[str, float]:
    """Spread the base year's expenditure over the plan's spending lines, 万元.

    Returns
    -------
    dict
        Guarantees, interest and fees as published or estimated; new-bond spending as issued; earmarked money beyond the
        guarantees; what is left is flexible. They add up to expenditure.
    """
    flows, guarantees = basis.balance.opening.flows, basis.guarantees
    debt = basis.debt.paths[DebtKind.GENERAL]
    published = basis.history
    spread = {f"guarantee_{group}": float(guarantees.need[group][0]) for group in GuaranteeClass}
    interest = published.value("interest_general", basis.base_year)
    spread["interest_general"] = interest if np.isfinite(interest) else float(debt.interest[0])
    spread["issue_fees_general"] = basis.base("issue_fees_general")
    spread["committed_projects"] = basis.balance.commitments.base_projects
    refinanced = published.value("general_issued_refinancing", basis.base_year)
    if not np.isfinite(refinanced):
        refinanced = min(flows["principal_general"], flows["debt_proceeds_general"])
    spread["bond_spending_general"] = max(flows["debt_proceeds_general"] - refinanced, 0.0)
    left = flows["expenditure"] - sum(spread.values())
    from_above = float(guarantees.need_total[0] - guarantees.county_total[0])
    earmarked = basis.revenue.transfers.base.earmarked + flows["carry_in"] - flows["carry_out"] - from_above
    spread["earmarked_spending"] = float(np.clip(earmarked, 0.0, max(left, 0.0)))
    spread["flexible_spending"] = left - spread["earmarked_spending"]
    return spread
