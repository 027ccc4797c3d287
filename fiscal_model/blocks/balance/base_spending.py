"""Where the base year's expenditure stood: spread over the spending lines of the plan, each yuan once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.debt.portfolio import DebtPath
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees
from fiscal_model.inputs.history import History
from fiscal_model.law.limits import limit
from fiscal_model.words.cautions import Caution
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import GuaranteeClass

_BOOKED = ("hidden_debt_budget", "digestion", "committed_projects")
"""What accounts book under the functions that it served: a plan that lists it must not leave it in the rest as well."""


@dataclass(frozen=True)
class BaseDuties:
    """What is known beside the accounts of the base year's duties, 万元."""

    projects: float  # County money that the project library lists for the base year
    insurance: float  # Subsidies to social insurance that are not among the guarantees
    contingent: float  # What the register of contingent liabilities says that the base year paid
    # hidden_debt_budget, digestion: what stands in for a duty that was not published
    inferred: Mapping[str, float]


def base_spending(
    history: History,
    base: int,
    flows: Mapping[str, float],
    earmarked_transfers: float,
    guarantees: Guarantees,
    debt: DebtPath,
    duties: BaseDuties,
) -> tuple[dict[str, float], tuple[Caution, ...]]:
    """Spread the base year's expenditure over the plan's spending lines, 万元; they add up to it.

    Guarantees, interest and fees as published or estimated; new-bond spending as issued; earmarked money beyond the
    guarantees; hidden debt, temporary payments, signed projects and the reserve by what was published, else by what
    stands in for it, as far as the rest reaches; what is left is flexible.

    ``flows``: of the opening balance.
    ``debt``: general debt: its first interest stands in for what was not published.
    """
    interest, fees, refinanced = (
        history.value(line, base) for line in ("interest_general", "issue_fees_general", "general_issued_refinancing")
    )
    spread = {f"guarantee_{group}": float(guarantees.need[group][0]) for group in GuaranteeClass}
    spread["interest_general"] = interest if np.isfinite(interest) else float(debt.interest[0])
    spread["issue_fees_general"] = fees if np.isfinite(fees) else 0.0
    spread |= {duty: history.booked(duty, base) for duty in _BOOKED}
    if not np.isfinite(history.value("committed_projects", base)):
        spread["committed_projects"] = duties.projects
    spread["insurance_subsidy"] = duties.insurance
    if duties.contingent:
        spread["contingent_duties"] = duties.contingent
    proceeds = flows["debt_proceeds_general"] - flows["onlent_to_below"]
    if not np.isfinite(refinanced):
        booked = np.isfinite(history.value("debt_proceeds_general", base))
        # Proceeds that the debt's path stands in for hold what that path refinances, not all that falls due.
        refilled = flows["principal_general"] - flows["refinancing_carry_in"] + flows["refinancing_carry_out"]
        refinanced = min(refilled if booked else float(debt.refinanced[0]), proceeds)
    spread["bond_spending_general"] = max(proceeds - refinanced, 0.0)
    left = flows["expenditure"] - sum(spread.values())
    from_above = float(guarantees.from_above[0])
    earmarked = earmarked_transfers + flows["carry_in"] - flows["carry_out"] - from_above
    spread["earmarked_spending"] = float(np.clip(earmarked, 0.0, max(left, 0.0)))
    left -= spread["earmarked_spending"]
    found = {"contingency_reserve": _reserve(history, base, flows["expenditure"])} | {
        name: amount for name, amount in duties.inferred.items() if not np.isfinite(history.value(name, base))
    }
    for name, amount in found.items():
        spread[name] = min(amount, max(left, 0.0))
        left -= spread[name]
    spread["flexible_spending"] = left
    said = "、".join(f"{LINES[name].label} {spread[name]:,.0f}" for name in found if spread[name] > 0.5)
    text = f"{base}年支出中没有分列的{said} 万元为推算数，已从其他一般支出中分出，不与规划期同类支出重复计算"
    return spread, (Caution("base_duties_inferred", "支出", text),) if said else ()


def _reserve(history: History, base: int, expenditure: float) -> float:
    """The year's budget tells the reserve, else the least by law; accounts show none, as it is used under functions."""
    planned = history.planned
    if "contingency_reserve" in planned.columns and base in planned.index:
        amount = float(planned.at[base, "contingency_reserve"])
        if np.isfinite(amount):
            return amount
    return limit("reserve_lowest") * expenditure
