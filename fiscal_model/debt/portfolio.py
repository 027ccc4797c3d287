"""Roll one kind of debt forward: repay, refinance, issue within the limit, pay interest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class DebtTerms:
    """What one kind of debt does in each plan year, arrays of shape (year,); stocks at the end of the base year.

    ``due`` and ``old_interest`` hold the ledger's principal and interest on debt outstanding at the end of the base year;
    None where there is no ledger: then ``due_share`` of the opening stock falls due and the old stock pays
    ``effective_rate``.
    """

    stock: float
    limit: float
    due: np.ndarray | None
    old_interest: np.ndarray | None
    due_share: np.ndarray
    effective_rate: np.ndarray
    refinancing_share: np.ndarray
    new_issue: np.ndarray
    limit_growth: np.ndarray
    new_rate: np.ndarray
    fee_rate: np.ndarray


@dataclass(frozen=True)
class DebtPath:
    """One kind of debt by year, 万元, arrays of shape (year,)."""

    opening: np.ndarray
    repaid: np.ndarray
    refinanced: np.ndarray
    issued_new: np.ndarray
    stock: np.ndarray
    limit: np.ndarray
    interest: np.ndarray
    fees: np.ndarray

    @property
    def own_principal(self) -> np.ndarray:
        """Principal paid from own money."""
        return self.repaid - self.refinanced

    @property
    def proceeds(self) -> np.ndarray:
        """On-lending received: refinancing and new bonds."""
        return self.refinanced + self.issued_new


def project_debt(terms: DebtTerms) -> DebtPath:
    """Roll debt forward under its limit.

    Parameters
    ----------
    terms : DebtTerms

    Returns
    -------
    DebtPath

    Notes
    -----
    ``stock(t) = stock(t-1) - repaid(t) + refinanced(t) + new(t)`` and ``stock(t) <= limit(t)``: new bonds are cut to the
    headroom. Refinancing and new bonds pay from the following year and do not fall due within the plan.

    Examples
    --------
    >>> flat = lambda x: np.full(2, float(x))
    >>> terms = DebtTerms(100.0, 110.0, None, None, flat(0.1), flat(0.03), flat(0.9), flat(20), flat(5), flat(0.02), flat(0))
    >>> path = project_debt(terms)
    >>> path.stock.round(6).tolist(), path.interest.round(6).tolist()
    ([115.0, 120.0], [3.0, 3.2])
    """
    years = len(terms.new_issue)
    columns = {
        name: np.zeros(years)
        for name in ("opening", "repaid", "refinanced", "issued_new", "stock", "interest")
    }
    limit = terms.limit + np.cumsum(terms.limit_growth)
    stock, old = terms.stock, terms.stock
    for year in range(years):
        repaid = min(terms.due[year] if terms.due is not None else terms.due_share[year] * stock, old)
        refinanced = terms.refinancing_share[year] * repaid
        headroom = max(limit[year] - (stock - repaid + refinanced), 0.0)
        issued_new = min(terms.new_issue[year], headroom)
        old_interest = (
            terms.old_interest[year] if terms.old_interest is not None else terms.effective_rate[year] * old
        )
        columns["opening"][year] = stock
        columns["interest"][year] = old_interest + terms.new_rate[year] * (stock - old)
        old -= repaid
        stock += refinanced + issued_new - repaid
        for name, value in (
            ("repaid", repaid),
            ("refinanced", refinanced),
            ("issued_new", issued_new),
            ("stock", stock),
        ):
            columns[name][year] = value
    fees = terms.fee_rate * (columns["refinanced"] + columns["issued_new"])
    return DebtPath(limit=limit, fees=fees, **columns)
